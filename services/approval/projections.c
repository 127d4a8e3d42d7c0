/* SPDX-License-Identifier: Apache-2.0 */
/* What approval hears: every type of its sources, and what each one changes here. */
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/projection.h"
#include "common/flow/remarks.h"
#include "common/flow/same_day.h"
#include "services/approval/approval.h"
#include "services/approval/events.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* new_command begins the command of an event about a dossier. */
static enum err_code new_command(const struct event *e, enum approval_act act, struct arena *a,
                                 struct approval_command **ret, struct err *reterr)
{
    enum err_code rc = event_of_dossier(e, reterr);
    if (rc)
        return rc;
    *ret = ARENA_NEW(a, struct approval_command);
    **ret = (struct approval_command){.act = act, .from_event = true, .at = e->occurred_at, .step = e->step};
    return ERR_OK;
}

static enum err_code read_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_RECEIVE, a, &c, reterr);
    if (!rc)
        rc = facts_read(m, e, a, &c->received, reterr);
    if (!rc)
        rc = same_day_read(m->received->same_day, e, a, &c->same_day, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_document_filed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_FILE_DOCUMENT, a, &c, reterr);
    if (!rc)
        rc = papers_read(m, e, &c->paper, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_withdrawal(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                     const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_REQUEST_WITHDRAWAL, a, &c, reterr);
    if (!rc)
        rc = handle_read(m->withdrawal_requested->request, e, "readable handle of the request", &c->paper.handle,
                         reterr);
    if (rc)
        return rc;
    c->paper.kind = DOCUMENT_REQUEST;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_extension(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_REQUEST_EXTENSION, a, &c, reterr);
    if (!rc)
        rc =
            handle_read(m->extension_requested->apology, e, "readable handle of the apology", &c->paper.handle, reterr);
    if (rc)
        return rc;
    c->paper.kind = DOCUMENT_APOLOGY;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_stop(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                               const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    int ground = stop_ground_parse(m->stop_requested->ground);
    enum err_code rc = new_command(e, APPROVAL_ACT_REQUEST_STOP, a, &c, reterr);
    if (!rc && !e->actor[0])
        rc = event_lacks(e, "actor", reterr);
    if (!rc)
        rc = event_word(e, "ground", ground, STOP_GROUND_COUNT, reterr);
    if (!rc)
        rc = handle_read(m->stop_requested->notice, e, "readable handle of the notice", &c->paper.handle, reterr);
    if (rc)
        return rc;
    c->paper.kind = DOCUMENT_STOP_NOTICE;
    c->ground = (enum stop_ground)ground;
    c->appraiser = e->actor;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_correction(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                     const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    int cause = correction_cause_parse(m->correction_requested->cause);
    enum err_code rc = new_command(e, APPROVAL_ACT_REQUEST_CORRECTION, a, &c, reterr);
    if (!rc && !e->actor[0])
        rc = event_lacks(e, "actor", reterr);
    if (!rc)
        rc = event_word(e, "cause", cause, CORRECTION_CAUSE_COUNT, reterr);
    if (!rc && cause == CORRECTION_CAUSE_CITIZEN_DATA)
        rc = event_lacks(e, "cause that is an agency's", reterr);
    if (!rc)
        rc = handle_read(m->correction_requested->correction, e, "readable handle of the correction", &c->document,
                         reterr);
    if (rc)
        return rc;
    c->cause = (enum correction_cause)cause;
    c->appraiser = e->actor;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_due(enum approval_act act, const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                              struct arena *a, const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, act, a, &c, reterr);
    if (!rc)
        rc = facts_read_due(m, e, &c->due_at, reterr);
    if (!rc)
        rc = facts_read_left_out(m, e, a, &c->left_out, &c->all_left_out, reterr);
    if (rc)
        return rc;
    c->on_paper = facts_read_on_paper(m);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_supplement(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                     const void **ret_command, struct err *reterr)
{
    return read_due(APPROVAL_ACT_TAKE_SUPPLEMENT, m, e, a, ret_command, reterr);
}

static enum err_code read_due_moved(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_due(APPROVAL_ACT_MOVE_DUE, m, e, a, ret_command, reterr);
}

static enum err_code read_recounted(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_due(APPROVAL_ACT_RECOUNT, m, e, a, ret_command, reterr);
}

/* read_draft reads what lies before the approver: the opinion, its draft, and whose act it was. */
static enum err_code read_draft(enum approval_act act, int opinion, const struct Taicho__V1__DocumentHandle *draft,
                                const struct event *e, struct arena *a, struct approval_command **ret,
                                struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, act, a, &c, reterr);
    if (!rc)
        rc = event_word(e, "opinion", opinion, OPINION_COUNT, reterr);
    if (!rc && !e->actor[0])
        rc = event_lacks(e, "actor", reterr);
    if (!rc && opinion != OPINION_NEEDS_SUPPLEMENT)
        rc = handle_read(draft, e, "readable handle of its draft", &c->document, reterr);
    if (rc)
        return rc;
    c->opinion = opinion;
    c->appraiser = e->actor;
    *ret = c;
    return ERR_OK;
}

static enum err_code read_appraised(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc =
        read_draft(APPROVAL_ACT_APPRAISE, (int)m->appraised->opinion, m->appraised->draft, e, a, &c, reterr);
    if (!rc)
        rc = same_day_read(m->appraised->same_day, e, a, &c->same_day, reterr);
    if (rc)
        return rc;
    c->reasons = remarks_read(m->appraised->reasons, m->appraised->n_reasons, a);
    c->reason_count = m->appraised->n_reasons;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_endorsed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc =
        read_draft(APPROVAL_ACT_ENDORSE, (int)m->endorsed->opinion, m->endorsed->draft, e, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_hand(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                               struct arena *a, const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_TAKE_PART, a, &c, reterr);
    if (!rc && !e->actor[0])
        rc = event_lacks(e, "actor", reterr);
    if (rc)
        return rc;
    c->appraiser = e->actor;
    *ret_command = c;
    return ERR_OK;
}

/* What is said late bars as what is said in time: who gave a part, not who was consulted. */
static enum err_code read_answered_late(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                        struct arena *a, const void **ret_command, struct err *reterr)
{
    struct approval_command *c;

    if (m->answered_late->part > 0)
        return read_hand(m, e, a, ret_command, reterr);
    enum err_code rc = new_command(e, APPROVAL_ACT_TAKE_PART, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

/* The head who asks late or once more only consents; who has the step appraises. */
static enum err_code read_supplement_asked(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                           struct arena *a, const void **ret_command, struct err *reterr)
{
    struct approval_command *c;
    enum err_code rc = new_command(e, APPROVAL_ACT_TAKE_PART, a, &c, reterr);
    if (!rc && !m->supplement_asked->officer[0])
        rc = event_lacks(e, "officer", reterr);
    if (rc)
        return rc;
    c->appraiser = arena_strdup(a, m->supplement_asked->officer);
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
    SKIP(INTAKE,    "Submitted",                                           "filed on the portal: nothing was accepted yet"),
    SKIP(INTAKE,    "Guided",                                              "nothing was accepted yet"),
    TAKE(INTAKE,    "DocumentFiled",   FILE_DOCUMENT, read_document_filed, "the paper may be decided on and signed"),
    SKIP(INTAKE,    "TransferGiven",                                       "papers move between others"),
    SKIP(INTAKE,    "TransferTaken",                                       "papers move between others"),
    SKIP(INTAKE,    "TransferRefused",                                     "papers move between others"),
    SKIP(INTAKE,    "SupplyGiven",                                         "papers move between others"),
    SKIP(INTAKE,    "SupplyTaken",                                         "papers move between others"),
    SKIP(INTAKE,    "SupplyRefused",                                       "papers move between others"),
    SKIP(INTAKE,    "TurnTaken",                                           "papers move between others"),
    SKIP(INTAKE,    "TurnRefused",                                         "papers move between others"),
    SKIP(INTAKE,    "SubmissionPassed",                                    "nothing was accepted yet"),
    SKIP(INTAKE,    "IntakeNear",                                          "intake warns of its own step"),
    SKIP(INTAKE,    "IntakePassed",                                        "intake's own step is late"),
    SKIP(INTAKE,    "IntakeBrokenOff",                                     "intake's own step ended with the dossier"),
    SKIP(INTAKE,    "DueNear",                                             "a warning; an apology comes as ExtensionRequested"),
    SKIP(INTAKE,    "PapersBroughtBack",                                   "the citizen's papers are intake's"),
    SKIP(INTAKE,    "PapersTakenBack",                                     "the citizen's papers are intake's"),
    SKIP(INTAKE,    "PapersBackRefused",                                   "the citizen's papers are intake's"),
    SKIP(INTAKE,    "PapersGivenBack",                                     "the citizen's papers are intake's"),
    SKIP(INTAKE,    "PaperLost",                                           "the citizen's papers are intake's"),
    SKIP(INTAKE,    "LossSettled",                                         "the citizen's papers are intake's"),
    SKIP(INTAKE,    "DuePassed",                                           "lateness is counted by audit"),
    SKIP(INTAKE,    "ObligationOpened",                                    "no decision waits for it"),
    TAKE(INTAKE,    "WithdrawalRequested", REQUEST_WITHDRAWAL, read_withdrawal, "the citizen's request lies before the approver; behind the last signature it has lapsed"),
    TAKE(INTAKE,    "StopRequested", REQUEST_STOP, read_stop,             "the stop notice lies before the approver, who is not the one that asks; behind the last signature it has lapsed"),
    TAKE(INTAKE,    "CorrectionRequested", REQUEST_CORRECTION, read_correction, "the correction of a wrong result lies before the approver, who is not the one that asks"),
    SKIP(INTAKE,    "FeePaid",                                             "no work waits for a fee"),
    SKIP(INTAKE,    "FeeRefunded",                                         "no work waits for a fee"),
    SKIP(INTAKE,    "FeeWaived",                                           "no work waits for a fee"),
    SKIP(INTAKE,    "RatingGiven",                                         "how the citizen found it is for audit to count"),
    SKIP(INTAKE,    "ComplaintFiled",                                      "a head answers it, the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintAnswered",                                   "the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintMoreAsked",                                  "the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintSupplied",                                   "the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintPublished",                                  "the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintDuePassed",                                  "the dossier goes its way"),
    SKIP(INTAKE,    "ComplaintPublicationPassed",                          "the dossier goes its way"),
    TAKE(INTAKE,    "ExtensionRequested", REQUEST_EXTENSION, read_extension, "the apology lies before the approver"),
    TAKE(INTAKE,    "Extended",      MOVE_DUE, read_due_moved,        "the due date has moved: the apology is issued"),
    SKIP(INTAKE,    "SupplementRequested",                                 "its step is appraisal's, no decision waits for it"),
    TAKE(INTAKE,    "SupplementReceived", TAKE_SUPPLEMENT, read_supplement, "the due date has moved; a stop for want of it has lapsed, unless its notice is signed"),
    TAKE(INTAKE,    "FindingRecorded", MOVE_DUE, read_due_moved,      "the due date has moved: what was found gives it another time"),
    TAKE(INTAKE,    "PeriodExcluded", MOVE_DUE, read_due_moved,       "the due date has moved: a period is left out"),
    TAKE(INTAKE,    "PeriodEnded",    MOVE_DUE, read_due_moved,       "the due date has moved: a period that is left out has ended early"),
    TAKE(INTAKE,    "DueMoved",      RECOUNT,  read_recounted,        "the calendar has changed: the due date and the pending step's have moved"),
    TAKE(INTAKE,    "ObligationMet",   MOVE_DUE,  read_due_moved, "the due date has moved"),
    SKIP(APPRAISAL, "Assigned",                                            "only the opinion counts here"),
    TAKE(APPRAISAL, "Verified",        TAKE_PART,     read_hand,           "who looked into it does not decide"),
    TAKE(APPRAISAL, "VerifiedBeside",  TAKE_PART,     read_hand,           "who looked into it does not decide"),
    TAKE(APPRAISAL, "OpinionAsked",    TAKE_PART,     read_hand,           "who asks does not decide"),
    TAKE(APPRAISAL, "ConsultationAsked", TAKE_PART,   read_hand,           "who asks does not decide"),
    SKIP(APPRAISAL, "Consulted",                                           "the answer is for the appraiser"),
    SKIP(APPRAISAL, "AppraisalNear",                                       "appraisal warns of its own step"),
    SKIP(APPRAISAL, "AppraisalPassed",                                     "appraisal's own step is late"),
    SKIP(APPRAISAL, "AppraisalBrokenOff",                                  "it is how the end here was heard of there"),
    SKIP(APPRAISAL, "ConsultationLapsed",                                  "the process goes on"),
    SKIP(APPRAISAL, "PartsOpened",                                         "what the units say is for the appraiser"),
    TAKE(APPRAISAL, "Contributed",     TAKE_PART,     read_hand,           "who gave a part does not decide"),
    SKIP(APPRAISAL, "PartLapsed",                                          "the process goes on"),
    TAKE(APPRAISAL, "AnsweredLate",    TAKE_PART,     read_answered_late,  "who gave a part does not decide, though it came late; a consulted unit's answer is for the appraiser"),
    TAKE(APPRAISAL, "SupplementAsked", TAKE_PART,     read_supplement_asked, "who studied it does not decide"),
    TAKE(APPRAISAL, "Appraised",       APPRAISE,      read_appraised,      "opinion and draft lie before the approver, unless they are endorsed first; who gave it does not decide, but the officer at the counter who has done so at once"),
    TAKE(APPRAISAL, "Endorsed",        ENDORSE,       read_endorsed,       "opinion and draft lie before the approver; who endorsed them does not decide"),
    TAKE(APPRAISAL, "DraftReturned",   TAKE_PART,     read_hand, "who sent it back does not decide; the draft comes once it is appraised anew"),
    SKIP(RETURN,    "Numbered",                                            "issued is behind the signature"),
    SKIP(RETURN,    "Sealed",                                              "issued is behind the signature"),
    SKIP(RETURN,    "Ready",                                               "issued is behind the signature"),
    SKIP(RETURN,    "CollectionReminded",                                  "issued is behind the signature"),
    SKIP(RETURN,    "ReturnNear",                                          "return warns of its own step"),
    SKIP(RETURN,    "ReturnPassed",                                        "return's own step is late"),
    SKIP(RETURN,    "CameBack",                                            "issued is behind the signature"),
    SKIP(RETURN,    "HandedOver",                                          "issued is behind the signature"),
    SKIP(RETURN,    "Archived",                                            "issued is behind the signature"),
    SKIP(RETURN,    "HandOverGiven",                                       "papers move between others"),
    SKIP(RETURN,    "HandOverTaken",                                       "papers move between others"),
    SKIP(RETURN,    "HandOverRefused",                                       "papers move between others"),
    SKIP(RETURN,    "ApologyIssued",                                       "intake tells the new date"),
    SKIP(RETURN,    "ApologyHandedOver",                                   "the citizen has the letter"),
    SKIP(RETURN,    "NoticeIssued",                                        "issued is behind the signature"),
    SKIP(RETURN,    "NoticeHandedOver",                                    "the citizen has the letter"),
    SKIP(RETURN,    "CorrectionIssued",                                    "issued is behind the signature"),
    SKIP(RETURN,    "CorrectionHandedOver",                                "the citizen has the letter"),
    SKIP(RETURN,    "SealRecorded",                                        "seals are return's own"),
    SKIP(RETURN,    "SeriesRecorded",                                      "series are return's own"),
};
/* clang-format on */
const size_t approval_projection_count = COUNT_OF(approval_projections);
