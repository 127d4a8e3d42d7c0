/* SPDX-License-Identifier: Apache-2.0 */
#include "services/return/evidence.h"

#include "common/domain/process.h"

const char *const return_evidence_names[] = {RETURN_EVIDENCE(WORD_CODE) NULL};

/* What must have gone before an act: everything up to this. NONE: it needs no evidence of what it ends. */
static const enum return_evidence needs[RETURN_ACT_COUNT] = {[RETURN_ACT_NUMBER] = RETURN_EVIDENCE_SIGNATURE,
                                                             [RETURN_ACT_SEAL] = RETURN_EVIDENCE_NUMBER,
                                                             [RETURN_ACT_GIVE] = RETURN_EVIDENCE_SEAL,
                                                             [RETURN_ACT_TAKE] = RETURN_EVIDENCE_SEAL,
                                                             [RETURN_ACT_MAKE_READY] = RETURN_EVIDENCE_HAND_OVER,
                                                             [RETURN_ACT_DELIVER] = RETURN_EVIDENCE_READY,
                                                             [RETURN_ACT_ARCHIVE] = RETURN_EVIDENCE_DELIVERY};

static bool awaits_hand_over(const struct return_document *x, const struct process *p)
{
    return process_step(p, x->step)->kind == STEP_HAND_OVER;
}

/* first_missing gives the first thing that a document has not got; NONE when it has them all. */
static enum return_evidence first_missing(const struct return_document *x, const struct process *p)
{
    switch (x->state) {
    case RETURN_AWAITING_ISSUE:
        return RETURN_EVIDENCE_NUMBER;
    case RETURN_NUMBERED:
        return RETURN_EVIDENCE_SEAL;
    case RETURN_SEALED:
        return awaits_hand_over(x, p) ? RETURN_EVIDENCE_HAND_OVER : RETURN_EVIDENCE_READY;
    case RETURN_READY:
        return RETURN_EVIDENCE_DELIVERY;
    case RETURN_HANDED_OVER:
    case RETURN_ARCHIVED:
    case RETURN_UNCLAIMED:
    case RETURN_STATE_COUNT:
        break;
    }
    return RETURN_EVIDENCE_NONE;
}

/* meant finds the document of the act. False: it is not clear which one, or at which step. */
static bool meant(const struct return_dossier *d, const struct return_command *c, const struct return_document **ret)
{
    size_t open = 0;

    for (size_t i = 0; i < d->document_count; i++)
        open += return_is_open((int)d->documents[i].state);
    *ret = id_is_nil(c->document) ? return_document_open(d, c->step) : return_find_document(d, c->document);
    if (!id_is_nil(c->document))
        return true;
    return open <= 1 && (*ret || d->document_count == 0);
}

bool return_attempt_of(const struct return_dossier *d, const struct return_command *c, const struct return_facts *f,
                       enum err_code refusal, struct return_attempt *ret)
{
    const struct return_document *x;
    const struct process *p;
    struct err ignored;

    if (!d || c->from_event || needs[c->act] == RETURN_EVIDENCE_NONE ||
        (refusal != ERR_ILLEGAL_MOVE && refusal != ERR_INVALID) || !meant(d, c, &x) ||
        dossier_process(&d->facts, f->catalogue, &p, &ignored))
        return false;
    enum return_evidence missing = x ? first_missing(x, p) : RETURN_EVIDENCE_SIGNATURE;
    if (missing == RETURN_EVIDENCE_NONE || missing > needs[c->act])
        return false;
    *ret = (struct return_attempt){.dossier = d->facts.id,
                                   .document = x ? x->handle.id : id_nil,
                                   .act = c->act,
                                   .missing = missing,
                                   .actor = f->actor,
                                   .unit = f->actor_unit,
                                   .at = INSTANT_NONE};
    return true;
}
