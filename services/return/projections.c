/* SPDX-License-Identifier: Apache-2.0 */
/* What return hears: every type of its sources, and what each one changes here. */
#include <string.h>

#include "services/return/events.h"
#include "services/return/return.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* Behind 9999-12-31 no due date can be true. */
#define LAST_DAY INT32_C(2932896)

/* new_command begins the command of an event about a dossier; nothing else can be meant here. */
static enum err_code new_command(const struct event *e, enum return_act act, struct arena *a,
                                 struct return_command **ret, struct err *reterr)
{
    if (strcmp(e->subject_kind, "dossier") != 0)
        return err_set(reterr, ERR_MALFORMED, "%s is about a %s, not a dossier", e->type, e->subject_kind);
    struct return_command *c = ARENA_NEW(a, struct return_command);
    c->act = act;
    c->from_event = true;
    c->at = e->occurred_at;
    c->step = e->step;
    *ret = c;
    return ERR_OK;
}

static enum err_code missing(struct err *reterr, const struct event *e, const char *field)
{
    return err_set(reterr, ERR_MALFORMED, "%s has no %s", e->type, field);
}

static enum err_code read_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    struct return_command *c;
    enum err_code rc = new_command(e, RETURN_ACT_RECEIVE, a, &c, reterr);
    if (rc)
        return rc;
    if (!e->dossier_code[0])
        return missing(reterr, e, "dossier code");
    if (!e->unit[0] || !m->received->receiving_unit[0])
        return missing(reterr, e, "unit");
    if (!e->process[0])
        return missing(reterr, e, "process");
    if (m->received->due_at <= 0 || m->received->due_at > instant_of_day(LAST_DAY, 0))
        return missing(reterr, e, "due date that can be true");
    c->received = (struct return_dossier){.id = e->subject,
                                          .code = e->dossier_code,
                                          .unit = e->unit,
                                          .receiving_unit = arena_strdup(a, m->received->receiving_unit),
                                          .counter = arena_strdup(a, m->received->counter),
                                          .procedure = e->procedure,
                                          .process = e->process,
                                          .origin_reference = e->origin_reference,
                                          .process_version = e->process_version,
                                          .route = e->route,
                                          .due_at = m->received->due_at};
    *ret_command = c;
    return ERR_OK;
}

static bool is_word(int number, int count)
{
    return number > 0 && number < count;
}

static enum err_code read_signed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    const Taicho__V1__Signed *s = m->signed_;
    struct return_command *c;
    struct document_handle handle;
    enum err_code rc = new_command(e, RETURN_ACT_SIGN, a, &c, reterr);
    if (rc)
        return rc;
    if (!is_word((int)s->outcome, OUTCOME_COUNT))
        return err_set(reterr, ERR_MALFORMED, "%s has the outcome %d", e->type, (int)s->outcome);
    if (!is_word((int)s->kind, SIGNATURE_COUNT))
        return err_set(reterr, ERR_MALFORMED, "%s has the kind %d", e->type, (int)s->kind);
    if ((int)s->form < 0 || (int)s->form >= FORM_COUNT)
        return err_set(reterr, ERR_MALFORMED, "%s has the form %d", e->type, (int)s->form);
    if (!s->signer[0])
        return missing(reterr, e, "signer");
    if (s->signed_at <= 0 || s->signed_at > instant_of_day(LAST_DAY, 0))
        return missing(reterr, e, "time of signature that can be true");
    if (!s->document || !event_handle_read(s->document, &handle))
        return missing(reterr, e, "readable handle of its document");
    c->last = e->last;
    c->signed_ = (struct return_document){.id = handle.id,
                                          .pages = handle.pages,
                                          .outcome = (int)s->outcome,
                                          .signer = arena_strdup(a, s->signer),
                                          .mandate = arena_strdup(a, s->mandate),
                                          .form = (int)s->form,
                                          .signature = (int)s->kind,
                                          .signed_at = s->signed_at};
    memcpy(c->signed_.sha256, handle.sha256, sizeof c->signed_.sha256);
    *ret_command = c;
    return ERR_OK;
}

#define TAKE(source_, type_, act_, read_, what_)                                                                       \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = RETURN_ACT_##act_, .read = read_, .what = what_              \
    }
#define SKIP(source_, type_, why_)                                                                                     \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = ACT_SKIP, .what = why_                                       \
    }

/* clang-format off */
const struct projection return_projections[] = {
    TAKE(INTAKE,   "Received",        RECEIVE, read_received, "the dossier is known, with its units and its process"),
    SKIP(INTAKE,   "Refused",                                 "nothing was accepted"),
    SKIP(INTAKE,   "DocumentFiled",                           "only a signed document is issued, and its signature names it"),
    SKIP(INTAKE,   "TransferGiven",                           "papers on their way to appraisal"),
    SKIP(INTAKE,   "TransferTaken",                           "papers on their way to appraisal"),
    SKIP(INTAKE,   "TransferRefused",                         "papers on their way to appraisal"),
    SKIP(INTAKE,   "DuePassed",                               "lateness is counted by audit"),
    SKIP(APPROVAL, "Granted",                                 "nothing is taken up that is not signed"),
    SKIP(APPROVAL, "DecisionRefused",                         "nothing is taken up that is not signed"),
    SKIP(APPROVAL, "SentBack",                                "nothing is taken up that is not signed"),
    TAKE(APPROVAL, "Signed",          SIGN,    read_signed,   "the last one: its document awaits number and seal; an earlier one changes nothing"),
    SKIP(APPROVAL, "MandateRecorded",                         "mandates are approval's own"),
};
/* clang-format on */
const size_t return_projection_count = COUNT_OF(return_projections);
