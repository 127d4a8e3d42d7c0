/* SPDX-License-Identifier: Apache-2.0 */
/* What the other stages say, as acts on the dossier. Every type they emit is named; the skipped ones wait for their
 * turn. */
#include <string.h>

#include "common/flow/papers.h"
#include "common/flow/projection.h"
#include "common/flow/remarks.h"
#include "services/intake/events.h"
#include "taicho/v1/lifecycle.pb-c.h"

/* note_clock reads how the work went that an event ends. */
static void note_clock(const struct event *e, enum step_judged by, struct arena *a, struct intake_progress *p)
{
    if (!e->clock)
        return;
    struct step_clock *clock = ARENA_NEW(a, struct step_clock);
    *clock = *e->clock;
    clock->unit = arena_strdup(a, e->clock->unit);
    p->clock = clock;
    p->judged = by;
}

static struct intake_progress *new_progress(const struct event *e, enum outcome outcome, enum step_judged by,
                                            struct arena *a)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    *p = (struct intake_progress){
        .step = e->step, .last = e->last, .outcome = outcome, .document = e->document, .at = e->occurred_at};
    p->silent = by == STEP_UNANSWERED;
    note_clock(e, by, a, p);
    return p;
}

static enum err_code judged_progress(const struct event *e, enum outcome outcome, enum step_judged by, struct arena *a,
                                     const void **ret)
{
    *ret = new_progress(e, outcome, by, a);
    return ERR_OK;
}

static enum err_code progress(const struct event *e, enum outcome outcome, struct arena *a, const void **ret)
{
    return judged_progress(e, outcome, STEP_BY_TIME, a, ret);
}

static enum err_code check_outcome(int outcome, struct err *reterr)
{
    if (outcome == OUTCOME_GRANTED || outcome == OUTCOME_REFUSED)
        return ERR_OK;
    return err_set(reterr, ERR_MALFORMED, "outcome %d is not known", outcome);
}

/* Why something is asked for or refused. */
static const struct remark *read_remark(const struct event *e, char *const *reasons, size_t count, struct arena *a)
{
    struct remark *list = NULL;

    remark_note(&list,
                &(struct remark){.what = arena_strdup(a, e->type),
                                 .step = e->step,
                                 .by = arena_strdup(a, e->actor),
                                 .at = e->occurred_at,
                                 .reasons = remarks_read(reasons, count, a),
                                 .reason_count = count},
                a);
    return list;
}

static enum err_code read_step(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                               const void **ret, struct err *reterr)
{
    (void)m;
    (void)reterr;
    return progress(e, OUTCOME_NONE, a, ret);
}

#define READS_REFUSAL(name, body)                                                                                      \
    static enum err_code name(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,             \
                              const void **ret, struct err *reterr)                                                    \
    {                                                                                                                  \
        struct intake_progress *p = new_progress(e, OUTCOME_NONE, STEP_BY_TIME, a);                                    \
                                                                                                                       \
        if (!e->actor[0])                                                                                              \
            return event_lacks(e, "actor", reterr);                                                                    \
        p->remark = read_remark(e, m->body->reasons, m->body->n_reasons, a);                                           \
        *ret = p;                                                                                                      \
        return ERR_OK;                                                                                                 \
    }
READS_REFUSAL(read_withdrawal_refused, withdrawal_refused)
READS_REFUSAL(read_stop_refused, stop_refused)
READS_REFUSAL(read_extension_refused, extension_refused)
READS_REFUSAL(read_correction_refused, correction_refused)

static enum err_code read_consulted(const Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e, struct arena *a,
                                    const void **ret, struct err *reterr UNUSED)
{
    return judged_progress(e, OUTCOME_NONE, STEP_BY_MOMENT, a, ret);
}

static enum err_code read_consult_lapsed(const Taicho__V1__LifecycleEvent *m UNUSED, const struct event *e,
                                         struct arena *a, const void **ret, struct err *reterr UNUSED)
{
    return judged_progress(e, OUTCOME_NONE, STEP_UNANSWERED, a, ret);
}

static enum err_code read_asked(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    if (!m->consultation_asked->unit[0])
        return err_set(reterr, ERR_MALFORMED, "ConsultationAsked has no unit");
    *p = (struct intake_progress){.step = e->step, .asked = arena_strdup(a, m->consultation_asked->unit)};
    *ret = p;
    return ERR_OK;
}

static enum err_code read_turns(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                const void **ret, struct err *reterr)
{
    const Taicho__V1__PartsOpened *opened = m->parts_opened;
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    if (opened->n_parts == 0)
        return event_lacks(e, "unit", reterr);
    if (opened->in_order && (opened->n_parts != 1 || !opened->lead[0]))
        return event_lacks(e, "single turn, or a lead", reterr);
    *p = (struct intake_progress){.step = e->step,
                                  .lead = opened->in_order ? arena_strdup(a, opened->lead) : NULL,
                                  .waits = opened->n_waiting > 0,
                                  .at = e->occurred_at};
    for (size_t i = 0; i < opened->n_parts; i++) {
        if (!opened->parts[i]->unit[0] || strchr(opened->parts[i]->unit, ','))
            return event_lacks(e, "unit that can be true", reterr);
        p->asked = p->asked ? arena_printf(a, "%s,%s", p->asked, opened->parts[i]->unit)
                            : arena_strdup(a, opened->parts[i]->unit);
    }
    *ret = p;
    return ERR_OK;
}

/* read_part reads what begins or ends the part of one unit. */
static enum err_code read_part(const struct event *e, const char *unit, enum step_judged by, struct arena *a,
                               const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    if (!unit[0])
        return event_lacks(e, "unit", reterr);
    *p = (struct intake_progress){.step = e->step, .asked = arena_strdup(a, unit), .at = e->occurred_at};
    p->silent = by == STEP_UNANSWERED;
    note_clock(e, by, a, p);
    *ret = p;
    return ERR_OK;
}

/* A question to one more unit: no papers go with it. */
static enum err_code read_opinion_asked(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                        const void **ret, struct err *reterr)
{
    return read_part(e, m->opinion_asked->unit, STEP_BY_MOMENT, a, ret, reterr);
}

static enum err_code read_contributed(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                      const void **ret, struct err *reterr)
{
    return read_part(e, m->contributed->unit, STEP_BY_MOMENT, a, ret, reterr);
}

static enum err_code read_part_lapsed(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                      const void **ret, struct err *reterr)
{
    return read_part(e, m->part_lapsed->unit, STEP_UNANSWERED, a, ret, reterr);
}

static const char *text_or_null(struct arena *a, const char *text)
{
    return text && text[0] ? arena_strdup(a, text) : NULL;
}

static enum err_code read_supplement_asked(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                           const void **ret, struct err *reterr)
{
    const Taicho__V1__SupplementAsked *s = m->supplement_asked;
    struct document_handle request;
    struct intake_supplement_asked *c = ARENA_NEW(a, struct intake_supplement_asked);

    if (!event_handle_read(s->request, &request))
        return err_set(reterr, ERR_MALFORMED, "SupplementAsked has no request form");
    if (!e->actor || !e->actor[0])
        return err_set(reterr, ERR_MALFORMED, "SupplementAsked has no actor");
    *c = (struct intake_supplement_asked){.step = e->step,
                                          .round = e->round,
                                          .request = request.id,
                                          .by = arena_strdup(a, e->actor),
                                          .ground = text_or_null(a, s->ground),
                                          .superior = text_or_null(a, s->superior),
                                          .at = e->occurred_at,
                                          .remark = read_remark(e, s->reasons, s->n_reasons, a)};
    *ret = c;
    return ERR_OK;
}

static enum err_code read_signed(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret, struct err *reterr)
{
    enum err_code rc = check_outcome((int)m->signed_->outcome, reterr);

    return rc ? rc : progress(e, (enum outcome)m->signed_->outcome, a, ret);
}

static enum err_code read_sealed(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret, struct err *reterr)
{
    enum err_code rc = check_outcome((int)m->sealed->outcome, reterr);

    return rc ? rc : progress(e, (enum outcome)m->sealed->outcome, a, ret);
}

/* note_collector reads the record of who came, when the event names one. */
static enum err_code note_collector(const Taicho__V1__DocumentHandle *m, const struct event *e,
                                    struct intake_progress *p, struct err *reterr)
{
    struct document_handle handle;
    enum err_code rc = m ? handle_read(m, e, "readable handle of the record of who came", &handle, reterr) : ERR_OK;

    if (!rc && m)
        p->collector = handle.id;
    return rc;
}

static enum err_code read_given(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    *p = (struct intake_progress){.step = e->step,
                                  .last = e->last,
                                  .document = e->document,
                                  .by = text_or_null(a, e->actor),
                                  .at = e->occurred_at};
    *ret = p;
    return note_collector(m->notice_handed_over->collector, e, p, reterr);
}

static enum err_code read_apology_given(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                        const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    *p = (struct intake_progress){.step = e->step, .last = e->last, .document = e->document, .at = e->occurred_at};
    *ret = p;
    return note_collector(m->apology_handed_over->collector, e, p, reterr);
}

static enum err_code read_correction_given(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                           const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);

    *p = (struct intake_progress){.step = e->step, .last = e->last, .document = e->document, .at = e->occurred_at};
    *ret = p;
    return note_collector(m->correction_handed_over->collector, e, p, reterr);
}

static enum err_code read_handed_over(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                      const void **ret, struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);
    enum err_code rc = check_outcome((int)m->handed_over->outcome, reterr);

    if (rc)
        return rc;
    *p = (struct intake_progress){.step = e->step,
                                  .last = e->last,
                                  .outcome = (enum outcome)m->handed_over->outcome,
                                  .document = e->document,
                                  .by = text_or_null(a, e->actor),
                                  .at = e->occurred_at};
    rc = note_collector(m->handed_over->collector, e, p, reterr);
    if (rc)
        return rc;
    *ret = p;
    return ERR_OK;
}

/* read_collection reads what return tells of a document at the counter; which one is told by its outcome. */
static enum err_code read_collection(const struct event *e, int outcome, struct arena *a, struct intake_progress **ret,
                                     struct err *reterr)
{
    struct intake_progress *p = ARENA_NEW(a, struct intake_progress);
    enum err_code rc = event_word(e, "outcome", outcome, OUTCOME_COUNT, reterr);

    if (rc)
        return rc;
    *p = (struct intake_progress){
        .step = e->step, .outcome = (enum outcome)outcome, .document = e->document, .at = e->occurred_at};
    *ret = p;
    return ERR_OK;
}

static enum err_code read_ready(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                const void **ret, struct err *reterr)
{
    struct intake_progress *p;
    enum err_code rc = read_collection(e, (int)m->ready->outcome, a, &p, reterr);

    if (!rc)
        *ret = p;
    return rc;
}

static enum err_code read_reminded(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret, struct err *reterr)
{
    const Taicho__V1__CollectionReminded *r = m->collection_reminded;
    struct intake_progress *p;
    enum err_code rc = read_collection(e, (int)r->outcome, a, &p, reterr);

    if (rc)
        return rc;
    if (r->number < 1)
        return event_lacks(e, "number that can be true", reterr);
    if (!event_time_holds(r->ready_at))
        return event_lacks(e, "time since when it lies ready that can be true", reterr);
    p->number = r->number;
    p->ready_at = r->ready_at;
    *ret = p;
    return ERR_OK;
}

static enum err_code read_came_back(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                    const void **ret, struct err *reterr)
{
    struct intake_progress *p;
    enum err_code rc = read_collection(e, (int)m->came_back->outcome, a, &p, reterr);

    if (!rc)
        *ret = p;
    return rc;
}

/* read_hand_over reads half of a hand-over; what both units and the officer are is the same in all three events. */
static enum err_code read_hand_over(const struct event *e, const char *act, const char *from, const char *to,
                                    struct arena *a, struct intake_hand_over **ret, struct err *reterr)
{
    struct intake_hand_over *h = ARENA_NEW(a, struct intake_hand_over);

    if (!from[0] || !to[0])
        return event_lacks(e, "unit of both sides", reterr);
    if (!e->actor || !e->actor[0])
        return event_lacks(e, "actor", reterr);
    if (id_is_nil(e->document))
        return event_lacks(e, "document", reterr);
    *h = (struct intake_hand_over){.document = e->document,
                                   .step = e->step,
                                   .act = act,
                                   .from_unit = arena_strdup(a, from),
                                   .to_unit = arena_strdup(a, to),
                                   .post = arena_strdup(a, e->actor),
                                   .at = e->occurred_at};
    *ret = h;
    return ERR_OK;
}

static enum err_code read_result_given(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                       const void **ret, struct err *reterr)
{
    struct intake_hand_over *h;
    enum err_code rc =
        read_hand_over(e, "given", m->hand_over_given->from_unit, m->hand_over_given->to_unit, a, &h, reterr);

    if (!rc)
        *ret = h;
    return rc;
}

static enum err_code read_result_taken(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                       const void **ret, struct err *reterr)
{
    struct intake_hand_over *h;
    enum err_code rc =
        read_hand_over(e, "taken", m->hand_over_taken->from_unit, m->hand_over_taken->to_unit, a, &h, reterr);

    if (rc)
        return rc;
    if (e->clock)
        h->went = (struct intake_work){.result = step_clock_timing(e->clock, STEP_BY_TIME, e->occurred_at),
                                       .due_at = e->clock->due};
    *ret = h;
    return ERR_OK;
}

static enum err_code read_result_refused(const Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                         const void **ret, struct err *reterr)
{
    const Taicho__V1__HandOverRefused *r = m->hand_over_refused;
    struct intake_hand_over *h;
    enum err_code rc = event_word(e, "reason", (int)r->reason, HAND_OVER_FAULT_COUNT, reterr);

    if (!rc)
        rc = read_hand_over(e, "refused", r->from_unit, r->to_unit, a, &h, reterr);
    if (rc)
        return rc;
    h->fault = hand_over_fault_name((int)r->reason);
    *ret = h;
    return ERR_OK;
}

#define TAKES(source_, type_, act_, read_, what_)                                                                      \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = INTAKE_##act_, .read = read_, .what = what_                  \
    }
#define SKIPS(source_, type_, what_)                                                                                   \
    {                                                                                                                  \
        .source = SOURCE_##source_, .type = type_, .act = ACT_SKIP, .what = what_                                      \
    }

/* clang-format off */
const struct projection intake_projections[INTAKE_LISTENS] = {
    TAKES(APPRAISAL, "Assigned",        TAKE_UP,   read_step,    "the dossier is in process (national status 4)"),
    TAKES(APPRAISAL, "Verified",        GO_ON,     read_step,    "a step has ended: where the next one is another unit's, the papers go on there"),
    TAKES(APPRAISAL, "ConsultationAsked", CONSULT, read_asked,       "the asked unit may see the dossier and file its answer"),
    TAKES(APPRAISAL, "Consulted",       END_CONSULT, read_consulted,  "the asked unit has no more business with it; the papers go on to the unit of the next step"),
    TAKES(APPRAISAL, "ConsultationLapsed", END_CONSULT, read_consult_lapsed, "the asked unit may still file its answer, until it is decided; the papers go on to the unit of the next step"),
    TAKES(APPRAISAL, "PartsOpened",     OPEN_PARTS, read_turns,      "the units whose turn it is may see the dossier and file their answers; in order, the unit has the papers"),
    TAKES(APPRAISAL, "OpinionAsked",    OPEN_PARTS, read_opinion_asked, "the unit that is asked may see the dossier and file its answer; no papers go with a question"),
    TAKES(APPRAISAL, "Contributed",     END_PART,  read_contributed, "the co-operating unit has no more business with it; behind the last turn the lead has the papers"),
    TAKES(APPRAISAL, "PartLapsed",      END_PART,  read_part_lapsed, "the co-operating unit may still file its answer, until it is decided; behind the last turn the lead has the papers"),
    TAKES(APPRAISAL, "SupplementAsked", REQUEST_SUPPLEMENT, read_supplement_asked, "the citizen is told; the clocks pause (national status 5)"),
    SKIPS(APPRAISAL, "VerifiedBeside",  "the step goes on where it is"),
    SKIPS(APPRAISAL, "AnsweredLate",    "it ends nothing; its paper is here already"),
    SKIPS(APPRAISAL, "AppraisalNear",   "a step's time is no promise to the citizen"),
    SKIPS(APPRAISAL, "AppraisalPassed", "a step's time is no promise to the citizen"),
    SKIPS(APPRAISAL, "AppraisalBrokenOff", "the dossier has ended by what broke the step off"),
    TAKES(APPRAISAL, "Appraised",       GO_ON,     read_step,    "a step has ended: where the next one is another unit's, the papers go on there"),
    TAKES(APPRAISAL, "Endorsed",        GO_ON,     read_step,    "a step has ended: where the next one is another unit's, the papers go on there"),
    TAKES(APPRAISAL, "DraftReturned",   GO_BACK,   read_step,    "where another unit appraises it once more, the papers go back there"),
    SKIPS(APPROVAL,  "Granted",         "a decision counts when it is signed"),
    SKIPS(APPROVAL,  "DecisionRefused", "a decision counts when it is signed"),
    TAKES(APPROVAL,  "SentBack",        GO_BACK,   read_step,    "where another unit appraises it once more, the papers go back there"),
    TAKES(APPROVAL,  "Signed",          DECIDE,    read_signed,      "the last one closes the work; with an earlier one the papers go on, and it may open a transfer"),
    SKIPS(APPROVAL,  "ApprovalNear",    "a step's time is no promise to the citizen"),
    SKIPS(APPROVAL,  "ApprovalPassed",  "a step's time is no promise to the citizen"),
    TAKES(APPROVAL,  "WithdrawalGranted", GRANT_WITHDRAWAL, read_step, "the dossier ends without a result (national status 7); the due date is no longer watched"),
    TAKES(APPROVAL,  "WithdrawalRefused", REFUSE_WITHDRAWAL, read_withdrawal_refused, "the citizen's request has ended; the dossier goes on"),
    TAKES(APPROVAL,  "StopSigned",      STOP,      read_step,        "closing: the stop notice is to be issued"),
    TAKES(APPROVAL,  "StopRefused",     REFUSE_STOP, read_stop_refused,"the request has ended; the dossier goes on"),
    TAKES(APPROVAL,  "CorrectionSigned", SIGN_CORRECTION, read_step,  "the correction is to be issued; the citizen can see it"),
    TAKES(APPROVAL,  "CorrectionRefused", REFUSE_CORRECTION, read_correction_refused,"the result stays as it is"),
    SKIPS(APPROVAL,  "ApologySigned",   "the date moves when it is sealed"),
    TAKES(APPROVAL,  "ExtensionRefused", REFUSE_EXTENSION, read_extension_refused, "the promised date stays"),
    SKIPS(APPROVAL,  "MandateRecorded", "no dossier"),
    SKIPS(RETURN,    "Numbered",        "the result counts when it is sealed"),
    TAKES(RETURN,    "Sealed",          SEAL,      read_sealed,      "the result is there (national status 9); the due date is no longer watched"),
    TAKES(RETURN,    "Ready",           LIE_READY, read_ready,       "the citizen can see that the result lies at the counter, and whether early, or the stop notice, or a correction; of an apology nothing"),
    TAKES(RETURN,    "CollectionReminded", REMIND, read_reminded,    "the citizen can see that nobody has come for it"),
    TAKES(RETURN,    "HandedOver",      HAND_OVER, read_handed_over, "the citizen has it (national status 10)"),
    SKIPS(RETURN,    "ReturnNear",      "a step's time is no promise to the citizen"),
    SKIPS(RETURN,    "ReturnPassed",    "a step's time is no promise to the citizen"),
    TAKES(RETURN,    "CameBack",        COME_BACK, read_came_back,   "it lies at the counter once more (of a result national status 9), or a correction; of an apology nothing"),
    SKIPS(RETURN,    "Archived",        "the archive is return's"),
    TAKES(RETURN,    "HandOverGiven",   NOTE_HAND_OVER, read_result_given, "it stands on the control slip"),
    TAKES(RETURN,    "HandOverTaken",   NOTE_HAND_OVER, read_result_taken, "it stands on the control slip"),
    TAKES(RETURN,    "HandOverRefused", NOTE_HAND_OVER, read_result_refused, "it stands on the control slip, with the reason"),
    TAKES(RETURN,    "ApologyIssued",   EXTEND,    read_step,        "the promised date is the new one, once"),
    TAKES(RETURN,    "NoticeIssued",    SEAL_NOTICE, read_step,      "the dossier is stopped (national status 8); the due date is no longer watched"),
    TAKES(RETURN,    "NoticeHandedOver", GIVE_NOTICE, read_given,    "the citizen has the stop notice; who handed it over served him"),
    TAKES(RETURN,    "CorrectionIssued", SEAL_CORRECTION, read_step,  "the correction is there; another one may be asked for"),
    TAKES(RETURN,    "CorrectionHandedOver", GIVE_CORRECTION, read_correction_given, "the citizen has the correction"),
    TAKES(RETURN,    "ApologyHandedOver", NOTE_APOLOGY_GIVEN, read_apology_given, "the citizen has the apology; who came for it"),
    SKIPS(RETURN,    "SealRecorded",    "no dossier"),
    SKIPS(RETURN,    "SeriesRecorded",  "no dossier"),
};
/* clang-format on */
