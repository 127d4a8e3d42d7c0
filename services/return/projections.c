/* SPDX-License-Identifier: Apache-2.0 */
/* What return hears: every type of its sources, and what each one changes here. */
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/projection.h"
#include "common/flow/same_day.h"
#include "services/return/events.h"
#include "services/return/return.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* new_command begins the command of an event about a dossier. */
static enum err_code new_command(const struct event *e, enum return_act act, struct arena *a,
                                 struct return_command **ret, struct err *reterr)
{
    enum err_code rc = event_of_dossier(e, reterr);
    if (rc)
        return rc;
    *ret = ARENA_NEW(a, struct return_command);
    **ret = (struct return_command){.act = act, .from_event = true, .at = e->occurred_at, .step = e->step};
    return ERR_OK;
}

/* A dossier that came before there were fees has none. */
static enum err_code read_fee(const Taicho__V1__Fee *f, const struct event *e, struct arena *a,
                              struct return_fees *fees, struct err *reterr)
{
    enum err_code rc = event_word(e, "due", (int)f->due, FEE_DUE_COUNT, reterr);

    if (rc)
        return rc;
    if (!f->code[0] || return_fees_find(fees, f->code))
        return event_lacks(e, "code of a fee that is its own", reterr);
    if (f->amount_vnd <= 0 || !return_fees_add(fees, arena_strdup(a, f->code), f->amount_vnd, (int)f->due, f->paid))
        return event_lacks(e, "amount, or number, of fees that can be true", reterr);
    return ERR_OK;
}

static enum err_code read_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    struct return_command *c;
    enum err_code rc = new_command(e, RETURN_ACT_RECEIVE, a, &c, reterr);
    if (!rc)
        rc = facts_read(m, e, a, &c->received, reterr);
    for (size_t i = 0; !rc && i < m->received->n_fees; i++)
        rc = read_fee(m->received->fees[i], e, a, &c->fees, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

/* Only authorisations, and who came, are kept here; every other paper goes by. */
static enum err_code read_document_filed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                                         struct arena *a, const void **ret_command, struct err *reterr)
{
    struct return_command *c;
    enum err_code rc = new_command(e, RETURN_ACT_FILE_DOCUMENT, a, &c, reterr);
    if (!rc)
        rc = papers_read(m, e, &c->filed, reterr);
    if (rc)
        return rc;
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_move(enum return_act act, const struct Taicho__V1__LifecycleEvent *m, const struct event *e,
                               struct arena *a, const void **ret_command, struct err *reterr)
{
    struct return_command *c;
    enum err_code rc = new_command(e, act, a, &c, reterr);
    if (!rc)
        rc = facts_read_due(m, e, &c->due_at, reterr);
    if (!rc)
        rc = facts_read_left_out(m, e, a, &c->left_out, &c->all_left_out, reterr);
    if (rc)
        return rc;
    c->supplemented = m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED;
    c->on_paper = facts_read_on_paper(m);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code read_due_moved(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_move(RETURN_ACT_MOVE_DUE, m, e, a, ret_command, reterr);
}

static enum err_code read_recounted(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    return read_move(RETURN_ACT_RECOUNT, m, e, a, ret_command, reterr);
}

static enum err_code read_settled(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                  const void **ret_command, struct err *reterr)
{
    bool paid = m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_PAID;
    struct return_command *c;
    enum err_code rc = new_command(e, RETURN_ACT_SETTLE_FEE, a, &c, reterr);
    if (rc)
        return rc;
    c->fee = arena_strdup(a, paid ? m->fee_paid->fee : m->fee_waived->fee);
    *ret_command = c;
    return ERR_OK;
}

/* What every message of a signature says, whatever was signed. */
struct signature {
    int form, kind;
    const char *signer, *mandate;
    int64_t signed_at;
    const struct Taicho__V1__DocumentHandle *document;
    const struct Taicho__V1__SameDay *same_day; /* of a decision alone */
};

static enum err_code read_signature(const struct signature *s, int outcome, const struct event *e, struct arena *a,
                                    const void **ret_command, struct err *reterr)
{
    struct return_command *c;
    enum err_code rc = new_command(e, RETURN_ACT_SIGN, a, &c, reterr);
    if (!rc)
        rc = event_word(e, "kind", s->kind, SIGNATURE_COUNT, reterr);
    if (!rc && s->form != FORM_NONE)
        rc = event_word(e, "form", s->form, FORM_COUNT, reterr);
    if (!rc && !s->signer[0])
        rc = event_lacks(e, "signer", reterr);
    if (!rc && !event_time_holds(s->signed_at))
        rc = event_lacks(e, "time of signature that can be true", reterr);
    if (!rc)
        rc = handle_read(s->document, e, "readable handle of its document", &c->signed_.handle, reterr);
    if (!rc)
        rc = same_day_read(s->same_day, e, a, &c->same_day, reterr);
    if (rc)
        return rc;
    if (c->same_day && !c->same_day->returned)
        c->same_day = NULL;
    c->last = e->last;
    c->signed_.outcome = outcome;
    c->signed_.signer = arena_strdup(a, s->signer);
    c->signed_.mandate = arena_strdup(a, s->mandate);
    c->signed_.form = s->form;
    c->signed_.signature = s->kind;
    c->signed_.signed_at = s->signed_at;
    *ret_command = c;
    return ERR_OK;
}

/* The messages of the four signatures have the same fields. */
#define SIGNATURE_OF(m)                                                                                                \
    &(struct signature)                                                                                                \
    {                                                                                                                  \
        .form = (int)(m)->form, .kind = (int)(m)->kind, .signer = (m)->signer, .mandate = (m)->mandate,                \
        .signed_at = (m)->signed_at, .document = (m)->document                                                         \
    }

static enum err_code read_signed(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    int outcome = (int)m->signed_->outcome;
    enum err_code rc =
        event_word(e, "outcome", outcome, OUTCOME_REFUSED + 1, reterr); /* letters have their own events */
    struct signature s = *SIGNATURE_OF(m->signed_);
    s.same_day = m->signed_->same_day;
    return rc ? rc : read_signature(&s, outcome, e, a, ret_command, reterr);
}

static enum err_code read_apology(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                  const void **ret_command, struct err *reterr)
{
    return read_signature(SIGNATURE_OF(m->apology_signed), OUTCOME_APOLOGY, e, a, ret_command, reterr);
}

static enum err_code read_notice(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    return read_signature(SIGNATURE_OF(m->stop_signed), OUTCOME_STOPPED, e, a, ret_command, reterr);
}

static enum err_code read_correction(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                     const void **ret_command, struct err *reterr)
{
    return read_signature(SIGNATURE_OF(m->correction_signed), OUTCOME_CORRECTION, e, a, ret_command, reterr);
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
    SKIP(INTAKE,   "Submitted",                               "nothing was accepted yet"),
    SKIP(INTAKE,   "Guided",                                  "nothing was accepted yet"),
    TAKE(INTAKE,   "DocumentFiled", FILE_DOCUMENT, read_document_filed, "an authorisation is known, for the proxy who will come with it, or the record of who came; every other paper changes nothing"),
    SKIP(INTAKE,   "TransferGiven",                           "papers on their way to appraisal"),
    SKIP(INTAKE,   "TransferTaken",                           "papers on their way to appraisal"),
    SKIP(INTAKE,   "TransferRefused",                         "papers on their way to appraisal"),
    SKIP(INTAKE,   "SupplyGiven",                             "papers on their way to appraisal"),
    SKIP(INTAKE,   "SupplyTaken",                             "papers on their way to appraisal"),
    SKIP(INTAKE,   "SupplyRefused",                           "papers on their way to appraisal"),
    SKIP(INTAKE,   "TurnTaken",                               "papers on their way round appraisal's units"),
    SKIP(INTAKE,   "TurnRefused",                             "papers on their way round appraisal's units"),
    SKIP(INTAKE,   "SubmissionPassed",                        "nothing was accepted yet"),
    SKIP(INTAKE,   "IntakeNear",                              "intake warns of its own step"),
    SKIP(INTAKE,   "IntakePassed",                            "intake's own step is late"),
    SKIP(INTAKE,   "IntakeBrokenOff",                         "intake's own step ended with the dossier"),
    SKIP(INTAKE,   "DueNear",                                 "a warning; only a signed document is issued"),
    SKIP(INTAKE,   "PapersBroughtBack",                       "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersTakenBack",                         "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersBackRefused",                       "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PapersGivenBack",                         "the citizen's papers are intake's"),
    SKIP(INTAKE,   "PaperLost",                               "the citizen's papers are intake's"),
    SKIP(INTAKE,   "LossSettled",                             "the citizen's papers are intake's"),
    SKIP(INTAKE,   "DuePassed",                               "lateness is counted by audit"),
    SKIP(INTAKE,   "ObligationOpened",                        "nothing is issued before it is signed"),
    SKIP(INTAKE,   "WithdrawalRequested",                     "nothing is issued before it is signed"),
    SKIP(INTAKE,   "StopRequested",                           "only a signed document is issued"),
    SKIP(INTAKE,   "CorrectionRequested",                     "only a signed document is issued"),
    TAKE(INTAKE,   "FeePaid",       SETTLE_FEE, read_settled, "the fee is settled: the result need not wait for it"),
    TAKE(INTAKE,   "FeeWaived",     SETTLE_FEE, read_settled, "the fee is settled: the result need not wait for it"),
    SKIP(INTAKE,   "FeeRefunded",                             "it was paid, and no result that grants waits for it"),
    SKIP(INTAKE,   "RatingGiven",                             "how the citizen found it is for audit to count"),
    SKIP(INTAKE,   "ComplaintFiled",                          "a head answers it, the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintAnswered",                       "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintMoreAsked",                      "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintSupplied",                       "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintPublished",                      "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintDuePassed",                      "the dossier goes its way"),
    SKIP(INTAKE,   "ComplaintPublicationPassed",              "the dossier goes its way"),
    SKIP(INTAKE,   "ExtensionRequested",                      "only a signed document is issued"),
    TAKE(INTAKE,   "Extended",        MOVE_DUE, read_due_moved, "the due date has moved: the apology is issued"),
    SKIP(INTAKE,   "SupplementRequested",                     "nothing is issued before it is signed"),
    TAKE(INTAKE,   "SupplementReceived", MOVE_DUE, read_due_moved, "the due date has moved; a fee that falls due with it is owed"),
    TAKE(INTAKE,   "FindingRecorded", MOVE_DUE, read_due_moved, "the due date has moved: what was found gives it another time"),
    TAKE(INTAKE,   "PeriodExcluded", MOVE_DUE, read_due_moved, "the due date has moved: a period is left out"),
    TAKE(INTAKE,   "PeriodEnded",    MOVE_DUE, read_due_moved, "the due date has moved: a period that is left out has ended early"),
    TAKE(INTAKE,   "DueMoved",      RECOUNT,  read_recounted, "the calendar has changed: the due date and the open step's have moved"),
    TAKE(INTAKE,   "ObligationMet",   MOVE_DUE,  read_due_moved, "the due date has moved"),
    SKIP(APPROVAL, "Granted",                                 "nothing is taken up that is not signed"),
    SKIP(APPROVAL, "DecisionRefused",                         "nothing is taken up that is not signed"),
    SKIP(APPROVAL, "SentBack",                                "nothing is taken up that is not signed"),
    TAKE(APPROVAL, "Signed",          SIGN,    read_signed,   "the last one: its document awaits number and seal, or has them at once; an earlier one changes nothing"),
    SKIP(APPROVAL, "ApprovalNear",                            "nothing is issued before it is signed"),
    SKIP(APPROVAL, "ApprovalPassed",                          "nothing is issued before it is signed"),
    SKIP(APPROVAL, "WithdrawalGranted",                       "no result is issued of what was never signed"),
    SKIP(APPROVAL, "WithdrawalRefused",                       "nothing is issued before it is signed"),
    TAKE(APPROVAL, "ApologySigned",   SIGN,    read_apology,  "the apology awaits number and seal"),
    TAKE(APPROVAL, "StopSigned",      SIGN,    read_notice,   "the stop notice awaits number and seal: the dossier ends with it"),
    SKIP(APPROVAL, "StopRefused",                             "nothing is issued of what was not signed"),
    TAKE(APPROVAL, "CorrectionSigned", SIGN,   read_correction, "the correction awaits number and seal, beside the result that it corrects"),
    SKIP(APPROVAL, "CorrectionRefused",                       "nothing is issued of what was not signed"),
    SKIP(APPROVAL, "ExtensionRefused",                        "the due date stays"),
    SKIP(APPROVAL, "MandateRecorded",                         "mandates are approval's own"),
};
/* clang-format on */
const size_t return_projection_count = COUNT_OF(return_projections);
