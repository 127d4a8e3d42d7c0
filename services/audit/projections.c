/* SPDX-License-Identifier: Apache-2.0 */
/* What audit listens to: every event of every source, sealed; a few of them move figures (count.c). */
#include <string.h>

#include "common/flow/projection.h"
#include "common/flow/step_told.h"
#include "services/audit/audit.h"
#include "services/audit/events.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* Why somebody is guided once more who comes for something else (INTAKE_GUIDANCE_GROUND_MAP): that is no repeat. */
#define NEW_MATTER "new_matter"

static bool are_points(int n)
{
    return n >= 0 && n <= AUDIT_POINTS_MOST;
}

static enum err_code read_rating(const Taicho__V1__RatingGiven *m, const struct event *e, struct audit_record *r,
                                 const void **ret_command, struct err *reterr)
{
    r->satisfaction = m->satisfaction;
    r->attitude = m->attitude;
    r->contact_points = m->contact_points;
    r->agency_points = m->agency_points;
    r->contacts = m->contacts;
    if (!are_points(r->satisfaction) || !are_points(r->attitude) || !are_points(r->contact_points) ||
        !are_points(r->agency_points))
        return event_lacks(e, "points from 0 to 2", reterr);
    if (r->contacts < 0)
        return event_lacks(e, "number of contacts that can be true", reterr);
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_complaint(int number, const struct event *e, struct audit_record *r, const void **ret_command,
                                    struct err *reterr)
{
    r->complaint = number;
    if (number < 1 || number > AUDIT_COMPLAINTS_MOST)
        return event_lacks(e, "number of the complaint", reterr);
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_handed_over(const Taicho__V1__HandedOver *m, const struct event *e, struct audit_record *r,
                                      const void **ret_command, struct err *reterr)
{
    r->outcome = (int)m->outcome;
    r->delivery = (int)m->delivery;
    r->proxy = m->who == TAICHO__V1__COLLECTOR__COLLECTOR_PROXY;
    *ret_command = r;
    return event_word(e, "delivery", r->delivery, DELIVERY_COUNT, reterr);
}

static enum err_code read_loss(const Taicho__V1__PaperLost *m, const struct event *e, struct audit_record *r,
                               const void **ret_command, struct err *reterr)
{
    r->damaged = strcmp(m->what, "damaged") == 0;
    if (!r->damaged && strcmp(m->what, "lost") != 0)
        return event_lacks(e, "word of what happened to the papers", reterr);
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_told(const Taicho__V1__StepWatch *m, enum step_warning what, const struct event *e,
                               struct arena *a, struct audit_record *r, const void **ret_command, struct err *reterr)
{
    enum err_code rc = step_told_read(m, e, a, &r->step, reterr);

    if (rc)
        return rc;
    r->warning = what;
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_broken_off(const Taicho__V1__BrokenOff *m, const struct event *e, struct audit_record *r,
                                     const void **ret_command, struct err *reterr)
{
    *ret_command = r;
    return broken_off_read(m, e, &r->broken_off, &r->broken_off_at, reterr);
}

static enum err_code read_correction(const Taicho__V1__CorrectionRequested *m, const struct event *e, struct arena *a,
                                     struct audit_record *r, const void **ret_command, struct err *reterr)
{
    enum err_code rc;

    r->correction = m->number;
    r->cause = correction_cause_parse(m->cause);
    r->reported_by = (int)m->reported_by;
    r->at_fault = arena_strdup(a, m->unit);
    if (r->correction < 1)
        return event_lacks(e, "number of the correction", reterr);
    if (!r->at_fault[0])
        return event_lacks(e, "unit at fault", reterr);
    rc = event_word(e, "cause", r->cause, CORRECTION_CAUSE_COUNT, reterr);
    if (!rc)
        rc = event_word(e, "reported_by", r->reported_by, REPORTER_COUNT, reterr);
    if (!rc)
        *ret_command = r;
    return rc;
}

static enum err_code read_part(const char *unit, instant due_at, bool given, const struct event *e, struct arena *a,
                               struct audit_record *r, const void **ret_command, struct err *reterr)
{
    if (!unit[0])
        return event_lacks(e, "unit", reterr);
    if (!event_time_holds(due_at))
        return event_lacks(e, "due date that can be true", reterr);
    r->part_unit = arena_strdup(a, unit);
    r->due_at = due_at;
    r->part_given = given;
    *ret_command = r;
    return ERR_OK;
}

/* What falls due when: so many, so much. */
static enum err_code read_fees(const Taicho__V1__Received *m, const struct event *e, struct audit_record *r,
                               struct err *reterr)
{
    enum err_code rc = ERR_OK;

    if (m->n_fees > AUDIT_FEES_MOST)
        return event_lacks(e, "number of fees that can be true", reterr);
    for (size_t i = 0; !rc && i < m->n_fees; i++) {
        const Taicho__V1__Fee *f = m->fees[i];
        rc = event_word(e, "due", (int)f->due, FEE_DUE_COUNT, reterr);
        if (!rc && f->amount_vnd <= 0)
            rc = event_lacks(e, "amount of a fee above 0", reterr);
        if (rc)
            break;
        r->fees[f->due].count++;
        r->fees[f->due].vnd += f->amount_vnd;
    }
    return rc;
}

/* What was filed on the portal and is answered by this; most were filed elsewhere. */
static enum err_code read_filing(const Taicho__V1__Filing *m, const struct event *e, struct audit_record *r,
                                 struct err *reterr)
{
    if (!m)
        return ERR_OK;
    if (!event_time_holds(m->answer_due_at))
        return event_lacks(e, "time of the answer that can be true", reterr);
    r->answer_due_at = m->answer_due_at;
    return ERR_OK;
}

/* A pause begins when the event happens, unless it says that it has begun before. */
static instant told_or_now(instant told, const struct event *e)
{
    return told ? told : e->occurred_at;
}

static enum err_code read_pause(struct audit_pause pause, const struct event *e, struct arena *a,
                                struct audit_record *r, const void **ret_command, struct err *reterr)
{
    if (!event_time_holds(pause.from) || (pause.kind == AUDIT_PAUSE_EXCLUDED && !event_time_holds(pause.until)))
        return event_lacks(e, "pause that can be true", reterr);
    pause.code = arena_strdup(a, pause.code);
    pause.superior = arena_strdup(a, pause.superior);
    r->pause = pause;
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_amount(int64_t vnd, const struct event *e, struct audit_record *r, const void **ret_command,
                                 struct err *reterr)
{
    r->vnd = vnd;
    if (vnd <= 0)
        return event_lacks(e, "amount above 0", reterr);
    *ret_command = r;
    return ERR_OK;
}

static enum err_code read_record(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret_command, struct err *reterr)
{
    struct audit_record *r = ARENA_NEW(a, struct audit_record);

    r->type = e->type;
    r->due_at = r->answer_due_at = r->reply_due_at = INSTANT_NONE;
    if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED) {
        r->receiving_unit = arena_strdup(a, m->received->receiving_unit);
        r->counter = arena_strdup(a, m->received->counter);
        r->due_at = m->received->due_at;
        r->by_hours = strncmp(m->received->due_rule, "hours:", strlen("hours:")) == 0;
        r->followed = m->received->guidance.len > 0;
        r->channel = (int)m->received->channel;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
        enum err_code rc = read_fees(m->received, e, r, reterr);
        if (!rc)
            rc = read_filing(m->received->filing, e, r, reterr);
        if (rc)
            return rc;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_REFUSED) {
        enum err_code rc = read_filing(m->refused->filing, e, r, reterr);
        if (rc)
            return rc;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_MET) {
        r->due_at = m->obligation_met->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED) {
        r->due_at = m->extended->due_at_reported;
        r->breach = m->extended->breach;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED) {
        r->due_at = m->due_moved->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_FINDING_RECORDED) {
        r->due_at = m->finding_recorded->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED) {
        const Taicho__V1__PeriodExcluded *x = m->period_excluded;
        r->due_at = x->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
        return read_pause(
            (struct audit_pause){
                .kind = AUDIT_PAUSE_EXCLUDED, .from = x->from, .until = x->until, .code = x->period, .superior = ""},
            e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED) {
        const Taicho__V1__PeriodEnded *x = m->period_ended;
        r->due_at = x->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
        return read_pause((struct audit_pause){.kind = AUDIT_PAUSE_EXCLUDED,
                                               .ended = true,
                                               .from = x->from,
                                               .until = x->until,
                                               .code = x->period,
                                               .superior = ""},
                          e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_OPENED) {
        return read_pause((struct audit_pause){.kind = AUDIT_PAUSE_OBLIGATION,
                                               .from = told_or_now(m->obligation_opened->paused_from, e),
                                               .until = INSTANT_NONE,
                                               .code = "",
                                               .superior = ""},
                          e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED) {
        r->due_at = m->supplement_received->due_at_reported;
        if (!event_time_holds(r->due_at))
            return event_lacks(e, "due date that can be true", reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_REQUESTED) {
        const Taicho__V1__SupplementRequested *x = m->supplement_requested;
        r->supplement = x->number;
        if (r->supplement < 1)
            return event_lacks(e, "number of the supplement", reterr);
        return read_pause((struct audit_pause){.kind = AUDIT_PAUSE_SUPPLEMENT,
                                               .from = told_or_now(x->paused_from, e),
                                               .until = INSTANT_NONE,
                                               .code = x->ground,
                                               .superior = x->superior},
                          e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_RATING_GIVEN) {
        return read_rating(m->rating_given, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_REQUESTED) {
        return read_correction(m->correction_requested, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_FILED) {
        return read_complaint(m->complaint_filed->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_DUE_PASSED) {
        return read_complaint(m->complaint_due_passed->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_ANSWERED) {
        r->justified = m->complaint_answered->outcome == TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_JUSTIFIED;
        r->late = m->complaint_answered->late;
        return read_complaint(m->complaint_answered->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_MORE_ASKED) {
        r->reply_due_at = m->complaint_more_asked->answer_due_at;
        return read_complaint(m->complaint_more_asked->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_SUPPLIED) {
        r->reply_due_at = m->complaint_supplied->answer_due_at;
        return read_complaint(m->complaint_supplied->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_PUBLISHED) {
        r->late = m->complaint_published->late;
        return read_complaint(m->complaint_published->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_PUBLICATION_PASSED) {
        return read_complaint(m->complaint_publication_passed->number, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_NEAR) {
        return read_told(m->appraisal_near->step, STEP_WARNING_NEAR, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_PASSED) {
        return read_told(m->appraisal_passed->step, STEP_WARNING_LATE, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_APPROVAL_NEAR) {
        return read_told(m->approval_near->step, STEP_WARNING_NEAR, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_APPROVAL_PASSED) {
        return read_told(m->approval_passed->step, STEP_WARNING_LATE, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_NEAR) {
        return read_told(m->intake_near->step, STEP_WARNING_NEAR, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_PASSED) {
        return read_told(m->intake_passed->step, STEP_WARNING_LATE, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_RETURN_NEAR) {
        return read_told(m->return_near->step, STEP_WARNING_NEAR, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_RETURN_PASSED) {
        return read_told(m->return_passed->step, STEP_WARNING_LATE, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_BROKEN_OFF) {
        return read_broken_off(m->appraisal_broken_off->step, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_BROKEN_OFF) {
        return read_broken_off(m->intake_broken_off->step, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPER_LOST) {
        return read_loss(m->paper_lost, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_LOSS_SETTLED) {
        r->paid = m->loss_settled->paid_vnd > 0;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_CONTRIBUTED) {
        return read_part(m->contributed->unit, m->contributed->due_at, true, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_PART_LAPSED) {
        return read_part(m->part_lapsed->unit, m->part_lapsed->due_at, false, e, a, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_PAID) {
        r->means = (int)m->fee_paid->means;
        return read_amount(m->fee_paid->amount_vnd, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_WAIVED) {
        return read_amount(m->fee_waived->amount_vnd, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_REFUNDED) {
        return read_amount(m->fee_refunded->amount_vnd, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_READY) {
        r->outcome = (int)m->ready->outcome;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_GUIDED) {
        r->again = m->guided->number > 1 && strcmp(m->guided->ground, NEW_MATTER) != 0;
        enum err_code rc = read_filing(m->guided->filing, e, r, reterr);
        if (rc)
            return rc;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_HANDED_OVER) {
        return read_handed_over(m->handed_over, e, r, ret_command, reterr);
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_CORRECTION_HANDED_OVER) {
        r->delivery = (int)m->correction_handed_over->delivery;
        enum err_code rc = event_word(e, "delivery", r->delivery, DELIVERY_COUNT, reterr);
        if (rc)
            return rc;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_ARCHIVED) {
        r->outcome = (int)m->archived->outcome;
        r->unclaimed = m->archived->unclaimed;
    } else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_CAME_BACK)
        r->outcome = (int)m->came_back->outcome;
    else if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_SEALED)
        r->outcome = (int)m->sealed->outcome;
    *ret_command = r;
    return ERR_OK;
}

#define RECORD(source_, type_, what_)                                                                                  \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = AUDIT_ACT_RECORD, .read = read_record, .what = what_         \
    }

/* clang-format off */
const struct projection audit_projections[] = {
    RECORD(INTAKE,    "Submitted",       "sealed; counted as filed on the portal"),
    RECORD(INTAKE,    "Received",        "sealed; counted as received, with what is to be paid; of a filing, as answered in time or late"),
    RECORD(INTAKE,    "Refused",         "sealed; counted as refused at the counter; of a filing, as answered in time or late"),
    RECORD(INTAKE,    "Guided",          "sealed; counted as guided, and whether not for the first time; of a filing, as answered in time or late"),
    RECORD(INTAKE,    "DocumentFiled",   "sealed"),
    RECORD(INTAKE,    "TransferGiven",   "sealed"),
    RECORD(INTAKE,    "TransferTaken",   "sealed"),
    RECORD(INTAKE,    "TransferRefused", "sealed"),
    RECORD(INTAKE,    "SupplyGiven",     "sealed"),
    RECORD(INTAKE,    "SupplyTaken",     "sealed"),
    RECORD(INTAKE,    "SupplyRefused",   "sealed"),
    RECORD(INTAKE,    "TurnTaken",       "sealed"),
    RECORD(INTAKE,    "TurnRefused",     "sealed"),
    RECORD(INTAKE,    "DueNear",         "sealed"),
    RECORD(INTAKE,    "SubmissionPassed", "sealed; the answer is counted as late when it comes"),
    RECORD(INTAKE,    "IntakeNear",      "sealed; counted as a warning, by unit and kind of step"),
    RECORD(INTAKE,    "IntakePassed",    "sealed; counted as a step that passed while it was open"),
    RECORD(INTAKE,    "IntakeBrokenOff", "sealed; counted as a late step, or as broken off in time"),
    RECORD(INTAKE,    "DuePassed",       "sealed; counted as overdue, until it turns out that it had ended in time"),
    RECORD(INTAKE,    "ObligationOpened", "sealed; kept as a pause"),
    RECORD(INTAKE,    "ObligationMet",   "sealed; the reported due date has moved"),
    RECORD(INTAKE,    "SupplementRequested", "sealed; kept as a pause, with its ground and superior; a second one is late, and for inspection; a first one behind its term is counted, and for inspection"),
    RECORD(INTAKE,    "SupplementReceived", "sealed; the reported due date has moved; a fee that falls due with it is due"),
    RECORD(INTAKE,    "ExtensionRequested", "sealed"),
    RECORD(INTAKE,    "Extended",        "sealed; the due date has moved; a late one is a breach, and takes back no lateness"),
    RECORD(INTAKE,    "FindingRecorded", "sealed; the due date has moved"),
    RECORD(INTAKE,    "PeriodExcluded",  "sealed; kept as a pause; the due date has moved"),
    RECORD(INTAKE,    "PeriodEnded",     "sealed; the pause is shown as long as it was; the due date has moved"),
    RECORD(INTAKE,    "DueMoved",        "sealed; the due date has moved"),
    RECORD(INTAKE,    "PapersBroughtBack", "sealed"),
    RECORD(INTAKE,    "PapersTakenBack", "sealed"),
    RECORD(INTAKE,    "PapersBackRefused", "sealed"),
    RECORD(INTAKE,    "PapersGivenBack", "sealed"),
    RECORD(INTAKE,    "PaperLost",       "sealed; counted as lost, or as damaged"),
    RECORD(INTAKE,    "LossSettled",     "sealed; counted as settled, and whether money was paid"),
    RECORD(INTAKE,    "WithdrawalRequested", "sealed"),
    RECORD(INTAKE,    "StopRequested",   "sealed"),
    RECORD(INTAKE,    "CorrectionRequested", "sealed; kept with the unit at fault and the cause"),
    RECORD(INTAKE,    "FeePaid",         "sealed; counted as paid, by its means"),
    RECORD(INTAKE,    "FeeRefunded",     "sealed; counted as given back"),
    RECORD(INTAKE,    "FeeWaived",       "sealed; counted as waived"),
    RECORD(INTAKE,    "RatingGiven",     "sealed; its points are added up, and how often he says that he had to turn to the counter"),
    RECORD(INTAKE,    "ComplaintFiled",  "sealed; counted as a complaint"),
    RECORD(INTAKE,    "ComplaintAnswered", "sealed; counted as justified or not, in time or late"),
    RECORD(INTAKE,    "ComplaintMoreAsked", "sealed; counted; the date of the answer is another, unless it had passed"),
    RECORD(INTAKE,    "ComplaintSupplied", "sealed; the date of the answer is another, unless it had passed"),
    RECORD(INTAKE,    "ComplaintPublished", "sealed; counted as published, in time or late"),
    RECORD(INTAKE,    "ComplaintDuePassed", "sealed; counted as not answered in time"),
    RECORD(INTAKE,    "ComplaintPublicationPassed", "sealed; counted as not published in time, nor answered so"),
    RECORD(APPRAISAL, "Assigned",        "sealed"),
    RECORD(APPRAISAL, "Verified",        "sealed"),
    RECORD(APPRAISAL, "VerifiedBeside",  "sealed"),
    RECORD(APPRAISAL, "ConsultationAsked", "sealed"),
    RECORD(APPRAISAL, "OpinionAsked",    "sealed"),
    RECORD(APPRAISAL, "Consulted",       "sealed"),
    RECORD(APPRAISAL, "ConsultationLapsed", "sealed"),
    RECORD(APPRAISAL, "PartsOpened",     "sealed"),
    RECORD(APPRAISAL, "Contributed",     "sealed; counted as a part of its unit that was given, and as a step of its"),
    RECORD(APPRAISAL, "PartLapsed",      "sealed; counted as a part of its unit that was not, and as a late step of its"),
    RECORD(APPRAISAL, "AnsweredLate",    "sealed; its unit was counted as late when it kept silent, and stays so"),
    RECORD(APPRAISAL, "SupplementAsked", "sealed"),
    RECORD(APPRAISAL, "AppraisalNear",   "sealed; counted as a warning, by unit and kind of step"),
    RECORD(APPRAISAL, "AppraisalPassed", "sealed; counted as a step that passed while it was open"),
    RECORD(APPRAISAL, "AppraisalBrokenOff", "sealed; counted as a late step, or as broken off in time"),
    RECORD(APPRAISAL, "Appraised",       "sealed; its place counts for on the spot"),
    RECORD(APPRAISAL, "Endorsed",        "sealed"),
    RECORD(APPRAISAL, "DraftReturned",   "sealed"),
    RECORD(APPROVAL,  "Granted",         "sealed"),
    RECORD(APPROVAL,  "DecisionRefused", "sealed"),
    RECORD(APPROVAL,  "SentBack",        "sealed"),
    RECORD(APPROVAL,  "Signed",          "sealed; its place counts for on the spot"),
    RECORD(APPROVAL,  "ApprovalNear",    "sealed; counted as a warning, by unit"),
    RECORD(APPROVAL,  "ApprovalPassed",  "sealed; counted as a step that passed while it was open"),
    RECORD(APPROVAL,  "WithdrawalGranted", "sealed; the dossier ends without a result"),
    RECORD(APPROVAL,  "WithdrawalRefused", "sealed"),
    RECORD(APPROVAL,  "StopSigned",      "sealed"),
    RECORD(APPROVAL,  "StopRefused",     "sealed"),
    RECORD(APPROVAL,  "CorrectionSigned", "sealed"),
    RECORD(APPROVAL,  "CorrectionRefused", "sealed; the correction is not counted"),
    RECORD(APPROVAL,  "ApologySigned",   "sealed"),
    RECORD(APPROVAL,  "ExtensionRefused", "sealed"),
    RECORD(APPROVAL,  "MandateRecorded", "sealed"),
    RECORD(RETURN,    "Numbered",        "sealed"),
    RECORD(RETURN,    "Sealed",          "sealed; the dossier ends: early, on time or late"),
    RECORD(RETURN,    "Ready",           "sealed; a fee that falls due with the result is due"),
    RECORD(RETURN,    "HandedOver",      "sealed; counted as on the spot when all five acts were at a counter, and by its way of delivery"),
    RECORD(RETURN,    "CollectionReminded", "sealed"),
    RECORD(RETURN,    "ReturnNear",      "sealed; counted as a warning, by unit and kind of step"),
    RECORD(RETURN,    "ReturnPassed",    "sealed; counted as a step that passed while it was open"),
    RECORD(RETURN,    "CameBack",        "sealed; what was returned, on the spot or by a way of delivery, was not"),
    RECORD(RETURN,    "Archived",        "sealed; counted when nobody came for the result"),
    RECORD(RETURN,    "HandOverGiven",   "sealed"),
    RECORD(RETURN,    "HandOverTaken",   "sealed"),
    RECORD(RETURN,    "HandOverRefused", "sealed"),
    RECORD(RETURN,    "ApologyIssued",   "sealed; whether the date had passed by then is kept for Extended"),
    RECORD(RETURN,    "ApologyHandedOver", "sealed"),
    RECORD(RETURN,    "NoticeIssued",    "sealed; the dossier ends: it is stopped"),
    RECORD(RETURN,    "NoticeHandedOver", "sealed"),
    RECORD(RETURN,    "CorrectionIssued", "sealed; counted as a correction of the unit at fault"),
    RECORD(RETURN,    "CorrectionHandedOver", "sealed; counted as a contact where the citizen came for it"),
    RECORD(RETURN,    "SealRecorded",    "sealed"),
    RECORD(RETURN,    "SeriesRecorded",  "sealed"),
};
/* clang-format on */
const size_t audit_projection_count = COUNT_OF(audit_projections);
