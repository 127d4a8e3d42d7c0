/* SPDX-License-Identifier: Apache-2.0 */
/* What appraisal hears: every type of its sources, and what each one changes here. */
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/projection.h"
#include "common/flow/remarks.h"
#include "common/flow/same_day.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/events.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* new_command begins the command of an event about a dossier. */
static enum err_code new_command(const struct event *e, enum appraisal_act act, struct arena *a,
                                 struct appraisal_command **ret, struct err *reterr)
{
    enum err_code rc = event_of_dossier(e, reterr);
    if (rc)
        return rc;
    *ret = ARENA_NEW(a, struct appraisal_command);
    **ret = (struct appraisal_command){.act = act, .from_event = true, .at = e->occurred_at, .step = e->step};
    return ERR_OK;
}

static enum err_code read_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_RECEIVE, a, &c, reterr);
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
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_FILE_DOCUMENT, a, &c, reterr);
    if (!rc)
        rc = papers_read(m, e, &c->paper, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_transfer_taken(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_TAKE_TRANSFER, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_obligation_met(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_MEET_OBLIGATION, a, &c, reterr);
    if (!rc)
        rc = facts_read_due(m, e, &c->due_at, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_supplement_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                              struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_TAKE_SUPPLEMENT, a, &c, reterr);
    if (!rc)
        rc = facts_read_due(m, e, &c->due_at, reterr);
    if (rc)
        return rc;
    c->on_paper = facts_read_on_paper(m);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_move(enum appraisal_act act, const struct Taicho__V1__LifecycleEvent *m,
                               const struct event *e, struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, act, a, &c, reterr);
    if (!rc)
        rc = facts_read_due(m, e, &c->due_at, reterr);
    if (!rc)
        rc = facts_read_left_out(m, e, a, &c->left_out, &c->all_left_out, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_due_moved(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_move(APPRAISAL_ACT_MOVE_DUE, m, e, a, ret_command, reterr);
}

static enum err_code read_recounted(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_move(APPRAISAL_ACT_RECOUNT, m, e, a, ret_command, reterr);
}

/* read_approver reads an act of an approver, who does not appraise the dossier any more. */
static enum err_code read_approver(enum appraisal_act act, const char *approver, const struct event *e, struct arena *a,
                                   struct appraisal_command **ret, struct err *reterr)
{
    if (!approver[0])
        return event_lacks(e, "approver", reterr);
    enum err_code rc = new_command(e, act, a, ret, reterr);
    if (rc)
        return rc;
    (*ret)->approver = arena_strdup(a, approver);
    return ERR_OK;
}

static enum err_code read_decided(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                  struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = read_approver(APPRAISAL_ACT_DECIDE, e->actor, e, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_sent_back(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = read_approver(APPRAISAL_ACT_SEND_BACK, e->actor, e, a, &c, reterr);
    if (rc)
        return rc;
    c->reasons = remarks_read(m->sent_back->reasons, m->sent_back->n_reasons, a);
    c->reason_count = m->sent_back->n_reasons;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_withdrawn(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                    struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_WITHDRAW, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_stopped(const struct Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                  struct arena *a, const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    enum err_code rc = new_command(e, APPRAISAL_ACT_STOP, a, &c, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_signed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    struct appraisal_command *c;
    int outcome = (int)m->signed_->outcome;
    enum err_code rc = read_approver(APPRAISAL_ACT_SIGN, m->signed_->signer, e, a, &c, reterr);
    if (!rc)
        rc = event_word(e, "outcome", outcome, OUTCOME_REFUSED + 1, reterr); /* letters have their own events */
    if (rc)
        return rc;
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
    TAKE(INTAKE,   "Received",        RECEIVE,       read_received,       "the dossier is known; the step behind the receipt is queued when it is one of these, and taken and concluded when the officer at the counter did so at once"),
    SKIP(INTAKE,   "Refused",                                             "nothing was accepted"),
    SKIP(INTAKE,   "Submitted",                                           "filed on the portal: nothing was accepted yet"),
    SKIP(INTAKE,   "Guided",                                              "nothing was accepted yet"),
    TAKE(INTAKE,   "DocumentFiled",   FILE_DOCUMENT, read_document_filed, "the paper may be named as draft, minutes, request or opinion; of a request form, how many papers it lists"),
    SKIP(INTAKE,   "TransferGiven",                                       "only the taking ends a transfer"),
    TAKE(INTAKE,   "TransferTaken",   TAKE_TRANSFER, read_transfer_taken, "the step behind the transfer is queued"),
    SKIP(INTAKE,   "TransferRefused",                                     "the papers stay where they are"),
    SKIP(INTAKE,   "SupplyGiven",                                         "papers that follow the others: no step waits for them"),
    SKIP(INTAKE,   "SupplyTaken",                                         "papers that follow the others: no step waits for them"),
    SKIP(INTAKE,   "SupplyRefused",                                       "papers that follow the others: no step waits for them"),
    SKIP(INTAKE,   "TurnTaken",                                           "no turn waits for who signs for its papers"),
    SKIP(INTAKE,   "TurnRefused",                                         "no turn waits for who signs for its papers"),
    SKIP(INTAKE,   "SubmissionPassed",                                    "nothing was accepted yet"),
    SKIP(INTAKE,   "IntakeNear",                                          "intake warns of its own step"),
    SKIP(INTAKE,   "IntakePassed",                                        "intake's own step is late"),
    SKIP(INTAKE,   "IntakeBrokenOff",                                     "intake's own step ended with the dossier"),
    SKIP(INTAKE,   "DueNear",                                             "a warning for whoever has the dossier; the lists are in the order of the date"),
    SKIP(INTAKE,   "PapersBroughtBack",                                   "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersTakenBack",                                     "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersBackRefused",                                   "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersGivenBack",                                     "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PaperLost",                                           "the citizen's papers are intake's"),
    SKIP(INTAKE,   "LossSettled",                                         "the citizen's papers are intake's"),
    SKIP(INTAKE,   "DuePassed",                                           "lateness is counted by audit"),
    SKIP(INTAKE,   "ObligationOpened",                                    "the step behind it opens when it is met"),
    TAKE(INTAKE,   "ObligationMet",   MEET_OBLIGATION, read_obligation_met, "the step behind the obligation is queued, the due date has moved"),
    SKIP(INTAKE,   "WithdrawalRequested",                                 "the work goes on until an approver has decided"),
    SKIP(INTAKE,   "FeePaid",                                             "no work waits for a fee"),
    SKIP(INTAKE,   "FeeRefunded",                                         "no work waits for a fee"),
    SKIP(INTAKE,   "FeeWaived",                                           "no work waits for a fee"),
    SKIP(INTAKE,   "RatingGiven",                                         "how the citizen found it is for audit to count"),
    SKIP(INTAKE,   "ComplaintFiled",                                      "a head answers it, the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintAnswered",                                   "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintMoreAsked",                                  "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintSupplied",                                   "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintPublished",                                  "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintDuePassed",                                  "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintPublicationPassed",                          "the dossier goes its way"),
    SKIP(INTAKE,   "SupplementRequested",                                 "the step waits already"),
    TAKE(INTAKE,   "SupplementReceived", TAKE_SUPPLEMENT, read_supplement_received, "the step is queued again in its next round, the due date has moved"),
    SKIP(INTAKE,   "StopRequested",                                       "the work goes on until an approver has signed the notice"),
    SKIP(INTAKE,   "CorrectionRequested",                                 "it is behind the end, and approval's to sign"),
    SKIP(INTAKE,   "ExtensionRequested",                                  "the apology is approval's to sign"),
    TAKE(INTAKE,   "Extended",        MOVE_DUE,      read_due_moved,      "the due date has moved: the apology is issued"),
    TAKE(INTAKE,   "FindingRecorded", MOVE_DUE,      read_due_moved,      "the due date has moved: what was found gives it another time"),
    TAKE(INTAKE,   "PeriodExcluded",  MOVE_DUE,      read_due_moved,      "the due date has moved: a period is left out"),
    TAKE(INTAKE,   "PeriodEnded",     MOVE_DUE,      read_due_moved,      "the due date has moved: a period that is left out has ended early"),
    TAKE(INTAKE,   "DueMoved",        RECOUNT,       read_recounted,      "the calendar has changed: the due date and the open step's have moved"),
    TAKE(APPROVAL, "Granted",         DECIDE,        read_decided,        "who decided does not appraise the dossier"),
    TAKE(APPROVAL, "DecisionRefused", DECIDE,        read_decided,        "who decided does not appraise the dossier"),
    TAKE(APPROVAL, "SentBack",        SEND_BACK,     read_sent_back,      "the step is queued again in its next round; who sent it back does not appraise it"),
    TAKE(APPROVAL, "Signed",          SIGN,          read_signed,         "granted and not the last decision: the step behind it is queued; who signed does not appraise it"),
    TAKE(APPROVAL, "WithdrawalGranted", WITHDRAW,    read_withdrawn,      "the open step is cancelled, none opens any more"),
    SKIP(APPROVAL, "WithdrawalRefused",                                   "the work has gone on"),
    TAKE(APPROVAL, "StopSigned",      STOP,          read_stopped,        "the open step is cancelled, none opens any more"),
    SKIP(APPROVAL, "StopRefused",                                         "the work has gone on"),
    SKIP(APPROVAL, "CorrectionSigned",                                    "it ends no step"),
    SKIP(APPROVAL, "CorrectionRefused",                                   "the result stays as it is"),
    SKIP(APPROVAL, "ApprovalNear",                                        "approval warns of its own step"),
    SKIP(APPROVAL, "ApprovalPassed",                                      "approval's own step is late"),
    SKIP(APPROVAL, "ApologySigned",                                       "it ends no step"),
    SKIP(APPROVAL, "ExtensionRefused",                                    "the due date stays"),
    SKIP(APPROVAL, "MandateRecorded",                                     "mandates are approval's own"),
};
/* clang-format on */
const size_t appraisal_projection_count = COUNT_OF(appraisal_projections);
