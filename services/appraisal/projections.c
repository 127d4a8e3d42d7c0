/* SPDX-License-Identifier: Apache-2.0 */
/* What appraisal hears: every type of its sources, and what each one changes here. */
#include <string.h>

#include "services/appraisal/appraisal.h"
#include "services/appraisal/events.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* new_command begins the command of an event about a dossier; nothing else can be meant here. */
static enum err_code new_command(const struct event *e, enum appraisal_act act, struct arena *a,
                                 struct appraisal_command **ret, struct err *reterr)
{
    if (strcmp(e->subject_kind, "dossier") != 0)
        return err_set(reterr, ERR_MALFORMED, "%s is about a %s, not a dossier", e->type, e->subject_kind);
    struct appraisal_command *c = ARENA_NEW(a, struct appraisal_command);
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
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_RECEIVE, a, &c, reterr);
    if (rc)
        return rc;
    if (!e->dossier_code[0])
        return missing(reterr, e, "dossier code");
    if (!e->unit[0] || !m->received->receiving_unit[0])
        return missing(reterr, e, "unit");
    if (!e->process[0])
        return missing(reterr, e, "process");
    if (m->received->due_at <= 0 || m->received->due_at > instant_of_day(INT32_C(2932896), 0))
        return missing(reterr, e, "due date that can be true");
    c->received = (struct appraisal_dossier){.id = e->subject,
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

static enum err_code read_document_filed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    struct document_handle handle;
    int kind = (int)m->document_filed->kind;
    enum err_code rc = new_command(e, APPRAISAL_ACT_FILE_DOCUMENT, a, &c, reterr);
    if (rc)
        return rc;
    if (!m->document_filed->document || !event_handle_read(m->document_filed->document, &handle))
        return missing(reterr, e, "readable handle of its document");
    if (kind <= DOCUMENT_NONE || kind >= DOCUMENT_COUNT)
        return err_set(reterr, ERR_MALFORMED, "%s has the kind %d", e->type, kind);
    c->document = (struct appraisal_document){.id = handle.id, .kind = kind, .pages = handle.pages};
    memcpy(c->document.sha256, handle.sha256, sizeof c->document.sha256);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_step(enum appraisal_act act, const struct event *e, struct arena *a, const void **ret_command,
                               struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, act, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_transfer_taken(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    return read_step(APPRAISAL_ACT_TAKE_TRANSFER, e, a, ret_command, reterr);
}

static enum err_code read_sent_back(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                    struct arena *a, const void **ret_command, struct err *reterr)
{
    return read_step(APPRAISAL_ACT_SEND_BACK, e, a, ret_command, reterr);
}

static enum err_code read_signed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    int outcome = (int)m->signed_->outcome;
    enum err_code rc = new_command(e, APPRAISAL_ACT_SIGN, a, &c, reterr);
    if (rc)
        return rc;
    if (outcome <= OUTCOME_NONE || outcome >= OUTCOME_COUNT)
        return err_set(reterr, ERR_MALFORMED, "%s has the outcome %d", e->type, outcome);
    c->outcome = outcome;
    c->last = e->last;
    *ret_command = c;
    return ERR_OK;
}

#define TAKE(source_, type_, act_, read_, what_)                                                                       \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = APPRAISAL_ACT_##act_, .read = read_, .what = what_           \
    }
#define SKIP(source_, type_, why_)                                                                                     \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .what = why_                                                        \
    }

/* clang-format off */
const struct projection appraisal_projections[] = {
    TAKE(INTAKE,   "Received",        RECEIVE,       read_received,       "the dossier is known; its first appraise step is queued when nothing comes before it"),
    SKIP(INTAKE,   "Refused",                                             "nothing was accepted"),
    TAKE(INTAKE,   "DocumentFiled",   FILE_DOCUMENT, read_document_filed, "the paper may be given as a draft"),
    SKIP(INTAKE,   "TransferGiven",                                       "only the taking ends a transfer"),
    TAKE(INTAKE,   "TransferTaken",   TAKE_TRANSFER, read_transfer_taken, "the appraise step behind the transfer is queued"),
    SKIP(INTAKE,   "TransferRefused",                                     "the papers stay where they are"),
    SKIP(INTAKE,   "DuePassed",                                           "lateness is counted by audit"),
    SKIP(APPROVAL, "Granted",                                             "only the signature ends the approval"),
    SKIP(APPROVAL, "DecisionRefused",                                     "only the signature ends the approval"),
    TAKE(APPROVAL, "SentBack",        SEND_BACK,     read_sent_back,      "the step is queued again in its next round"),
    TAKE(APPROVAL, "Signed",          SIGN,          read_signed,         "granted and not the last decision: the next appraise step is queued"),
    SKIP(APPROVAL, "MandateRecorded",                                     "mandates are approval's own"),
};
/* clang-format on */
const size_t appraisal_projection_count = COUNT_OF(appraisal_projections);
