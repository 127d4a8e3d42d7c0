/* SPDX-License-Identifier: Apache-2.0 */
/* What approval hears: every type of its sources, and what each one changes here. */
#include <string.h>

#include "services/approval/approval.h"
#include "services/approval/events.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* new_command begins the command of an event about a dossier; nothing else can be meant here. */
static enum err_code new_command(const struct event *e, enum approval_act act, struct arena *a,
                                 struct approval_command **ret, struct err *reterr)
{
    if (strcmp(e->subject_kind, "dossier") != 0)
        return err_set(reterr, ERR_MALFORMED, "%s is about a %s, not a dossier", e->type, e->subject_kind);
    struct approval_command *c = ARENA_NEW(a, struct approval_command);
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
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_RECEIVE, a, &c, reterr);
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
    c->received = (struct approval_dossier){.id = e->subject,
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
    struct approval_command *c;
    struct document_handle handle;
    int kind = (int)m->document_filed->kind;
    enum err_code rc = new_command(e, APPROVAL_ACT_FILE_DOCUMENT, a, &c, reterr);
    if (rc)
        return rc;
    if (!m->document_filed->document || !event_handle_read(m->document_filed->document, &handle))
        return missing(reterr, e, "readable handle of its document");
    if (kind <= DOCUMENT_NONE || kind >= DOCUMENT_COUNT)
        return err_set(reterr, ERR_MALFORMED, "%s has the kind %d", e->type, kind);
    c->document = (struct approval_document){.id = handle.id, .kind = kind, .pages = handle.pages};
    memcpy(c->document.sha256, handle.sha256, sizeof c->document.sha256);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_appraised(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    struct document_handle handle;
    int opinion = (int)m->appraised->opinion;
    enum err_code rc = new_command(e, APPROVAL_ACT_APPRAISE, a, &c, reterr);
    if (rc)
        return rc;
    if (opinion <= OPINION_NONE || opinion >= OPINION_COUNT)
        return err_set(reterr, ERR_MALFORMED, "%s has the opinion %d", e->type, opinion);
    if (!e->actor[0])
        return missing(reterr, e, "actor");
    if (opinion != OPINION_NEEDS_SUPPLEMENT && !event_handle_read(m->appraised->draft, &handle))
        return missing(reterr, e, "readable handle of its draft");
    c->opinion = opinion;
    c->appraiser = e->actor;
    if (opinion != OPINION_NEEDS_SUPPLEMENT) {
        c->document = (struct approval_document){.id = handle.id, .pages = handle.pages};
        memcpy(c->document.sha256, handle.sha256, sizeof c->document.sha256);
    }
    *ret_command = c;
    return ERR_OK;
}

#define TAKE(source_, type_, act_, read_, what_)                                                                       \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = APPROVAL_ACT_##act_, .read = read_, .what = what_            \
    }
#define SKIP(source_, type_, why_)                                                                                     \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .what = why_                                                        \
    }

/* clang-format off */
const struct projection approval_projections[] = {
    TAKE(INTAKE,    "Received",        RECEIVE,       read_received,       "the dossier is known; its first decision is expected"),
    SKIP(INTAKE,    "Refused",                                             "nothing was accepted"),
    TAKE(INTAKE,    "DocumentFiled",   FILE_DOCUMENT, read_document_filed, "the paper may be decided on and signed"),
    SKIP(INTAKE,    "TransferGiven",                                       "papers move between others"),
    SKIP(INTAKE,    "TransferTaken",                                       "papers move between others"),
    SKIP(INTAKE,    "TransferRefused",                                     "papers move between others"),
    SKIP(INTAKE,    "DuePassed",                                           "lateness is counted by audit"),
    SKIP(APPRAISAL, "Assigned",                                            "only the opinion counts here"),
    TAKE(APPRAISAL, "Appraised",       APPRAISE,      read_appraised,      "opinion and draft lie before the approver; who gave it does not decide"),
    SKIP(RETURN,    "Numbered",                                            "issued is behind the signature"),
    SKIP(RETURN,    "Sealed",                                              "issued is behind the signature"),
    SKIP(RETURN,    "Ready",                                               "issued is behind the signature"),
    SKIP(RETURN,    "HandedOver",                                          "issued is behind the signature"),
    SKIP(RETURN,    "Archived",                                            "issued is behind the signature"),
    SKIP(RETURN,    "HandOverGiven",                                       "papers move between others"),
    SKIP(RETURN,    "HandOverTaken",                                       "papers move between others"),
    SKIP(RETURN,    "SealRecorded",                                        "seals are return's own"),
    SKIP(RETURN,    "SeriesRecorded",                                      "series are return's own"),
};
/* clang-format on */
const size_t approval_projection_count = COUNT_OF(approval_projections);
