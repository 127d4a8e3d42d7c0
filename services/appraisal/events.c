/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions of appraisal as protobuf. */
#include "services/appraisal/events.h"

#include "common/flow/same_day.h"
#include "common/flow/step_told.h"
#include "common/flow/wire.h"
#include "services/appraisal/appraisal.h"

#include "taicho/v1/lifecycle.pb-c.h"

const struct emitted appraisal_emits[] = {
    {.type = "Assigned", .what = "an officer has the step; its due date is known"},
    {.type = "Verified", .what = "when, where and by whom it was looked at, with the minutes: it ends the step"},
    {.type = "VerifiedBeside",
     .what = "the officer of an appraise step has looked at something, with the minutes, and goes on"},
    {.type = "ConsultationAsked", .what = "another unit was asked for its opinion, until a given moment"},
    {.type = "Consulted", .what = "the asked unit gave its opinion: it ends the step"},
    {.type = "ConsultationLapsed",
     .what = "the asked unit kept silent, the head of the counter is told: it ends the step"},
    {.type = "SupplementAsked",
     .what = "something is missing: reasons and the request form, for intake to tell the citizen"},
    {.type = "OpinionAsked", .what = "the officer of an appraise step asks one more unit, until a given moment"},
    {.type = "PartsOpened", .what = "the turn of co-operating units has come, each with a date"},
    {.type = "Contributed", .what = "a co-operating unit gave its opinion"},
    {.type = "PartLapsed", .what = "a co-operating unit kept silent, the head of the counter is told"},
    {.type = "AnsweredLate", .what = "a unit that kept silent gave its opinion behind its silence: it ends nothing"},
    {.type = "AppraisalNear",
     .what = "little of the open step's time is left, or of a co-operating unit's beside it",
     .audit_only = true},
    {.type = "AppraisalPassed", .what = "the open step's time has passed", .audit_only = true},
    {.type = "AppraisalBrokenOff",
     .what = "the dossier ended without a result while the step was open: how it went until then",
     .audit_only = true},
    {.type = "Appraised", .what = "the officer gave an opinion and a draft: for or against ends the step"},
    {.type = "Endorsed", .what = "a head of office endorsed exactly the appraised draft: it ends the step"},
    {.type = "DraftReturned",
     .what = "the endorser sent the draft back: the appraise step before is to be done once more"},
};
const size_t appraisal_emit_count = COUNT_OF(appraisal_emits);

static Taicho__V1__Assigned *assigned(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__Assigned *m = ARENA_NEW(a, Taicho__V1__Assigned);
    taicho__v1__assigned__init(m);
    m->officer = wire_text(x->officer);
    m->step_due_at = x->due_at;
    return m;
}

static char **texts(struct arena *a, const char *const *items, size_t count)
{
    char **copy = ARENA_ARRAY(a, count + 1, char *);
    for (size_t i = 0; i < count; i++)
        copy[i] = wire_text(items[i]);
    return copy;
}

static Taicho__V1__Verified *verified(const struct appraisal_decision *x, struct arena *a)
{
    const struct appraisal_verification *v = x->verification;
    Taicho__V1__Verified *m = ARENA_NEW(a, Taicho__V1__Verified);
    taicho__v1__verified__init(m);
    m->verified_at = v->at;
    m->place = wire_text(v->place);
    m->n_participants = v->participant_count;
    m->participants = texts(a, v->participants, v->participant_count);
    m->others = v->others;
    m->minutes = event_handle_pack(&x->document, a);
    return m;
}

static Taicho__V1__VerifiedBeside *verified_beside(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__VerifiedBeside *m = ARENA_NEW(a, Taicho__V1__VerifiedBeside);
    taicho__v1__verified_beside__init(m);
    m->what = verified(x, a);
    m->number = x->number;
    return m;
}

static Taicho__V1__ConsultationAsked *consultation_asked(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__ConsultationAsked *m = ARENA_NEW(a, Taicho__V1__ConsultationAsked);
    taicho__v1__consultation_asked__init(m);
    m->unit = wire_text(x->asked);
    m->answer_due_at = x->due_at;
    m->request = event_handle_pack(&x->document, a);
    return m;
}

static Taicho__V1__Consulted *consulted(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__Consulted *m = ARENA_NEW(a, Taicho__V1__Consulted);
    taicho__v1__consulted__init(m);
    m->unit = wire_text(x->asked);
    m->answer = event_handle_pack(&x->document, a);
    return m;
}

static Taicho__V1__ConsultationLapsed *consultation_lapsed(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__ConsultationLapsed *m = ARENA_NEW(a, Taicho__V1__ConsultationLapsed);
    taicho__v1__consultation_lapsed__init(m);
    m->unit = wire_text(x->asked);
    m->answer_due_at = x->due_at;
    m->told = wire_text(x->told);
    return m;
}

static Taicho__V1__Appraised *appraised(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__Appraised *m = ARENA_NEW(a, Taicho__V1__Appraised);
    taicho__v1__appraised__init(m);
    m->opinion = (Taicho__V1__Opinion)x->opinion;
    m->draft = event_handle_pack(&x->document, a);
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    if (x->same_day && x->same_day->mandate)
        m->same_day = same_day_pack(x->same_day, a);
    return m;
}

static Taicho__V1__SupplementAsked *supplement_asked(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__SupplementAsked *m = ARENA_NEW(a, Taicho__V1__SupplementAsked);
    taicho__v1__supplement_asked__init(m);
    m->request = event_handle_pack(&x->document, a);
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    m->ground = wire_text(x->ground);
    m->superior = wire_text(x->superior);
    m->officer = wire_text(x->officer);
    return m;
}

static Taicho__V1__OpinionAsked *opinion_asked(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__OpinionAsked *m = ARENA_NEW(a, Taicho__V1__OpinionAsked);
    taicho__v1__opinion_asked__init(m);
    m->unit = wire_text(x->asked);
    m->due_at = x->parts[0].due_at;
    m->minutes = x->parts[0].minutes;
    m->request = event_handle_pack(&x->document, a);
    m->part = x->parts[0].number;
    return m;
}

static Taicho__V1__PartsOpened *parts_opened(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__PartsOpened *m = ARENA_NEW(a, Taicho__V1__PartsOpened);
    taicho__v1__parts_opened__init(m);
    m->lead = wire_text(x->lead);
    m->in_order = x->in_order;
    m->parts = ARENA_ARRAY(a, (size_t)x->part_count, Taicho__V1__OpenedPart *);
    m->waiting = ARENA_ARRAY(a, PROCESS_WITH_MAX, char *);
    for (int i = 0; i < x->part_count; i++) {
        const struct appraisal_part_move *p = &x->parts[i];
        if (p->edge->to != APPRAISAL_PART_QUEUED)
            continue;
        Taicho__V1__OpenedPart *opened = ARENA_NEW(a, Taicho__V1__OpenedPart);
        taicho__v1__opened_part__init(opened);
        opened->unit = wire_text(p->unit);
        opened->due_at = p->due_at;
        m->parts[m->n_parts++] = opened;
    }
    for (int i = 0; i < x->waiting_count; i++)
        m->waiting[m->n_waiting++] = wire_text(x->waiting[i]);
    return m;
}

static Taicho__V1__Contributed *contributed(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__Contributed *m = ARENA_NEW(a, Taicho__V1__Contributed);
    taicho__v1__contributed__init(m);
    m->unit = wire_text(x->asked);
    m->view = (Taicho__V1__View)x->view;
    m->answer = event_handle_pack(&x->document, a);
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    m->due_at = x->due_at;
    return m;
}

static Taicho__V1__PartLapsed *part_lapsed(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__PartLapsed *m = ARENA_NEW(a, Taicho__V1__PartLapsed);
    taicho__v1__part_lapsed__init(m);
    m->unit = wire_text(x->asked);
    m->due_at = x->due_at;
    m->told = wire_text(x->told);
    return m;
}

static Taicho__V1__AnsweredLate *answered_late(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__AnsweredLate *m = ARENA_NEW(a, Taicho__V1__AnsweredLate);
    taicho__v1__answered_late__init(m);
    m->unit = wire_text(x->asked);
    m->answer = event_handle_pack(&x->document, a);
    m->part = x->part_count ? x->parts[0].number : 0;
    m->view = (Taicho__V1__View)x->view;
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    m->due_at = x->due_at;
    return m;
}

static Taicho__V1__StepWatch *watched(const struct appraisal_decision *x, struct arena *a)
{
    const struct step_told told = {
        .kind = x->kind, .unit = x->unit, .officer = x->officer, .opened_at = x->opened_at, .due_at = x->due_at};

    return step_told_pack(&told, a);
}

static Taicho__V1__AppraisalNear *appraisal_near(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__AppraisalNear *m = ARENA_NEW(a, Taicho__V1__AppraisalNear);
    taicho__v1__appraisal_near__init(m);
    m->step = watched(x, a);
    m->part = x->part_count ? x->parts[0].number : 0;
    return m;
}

static Taicho__V1__AppraisalPassed *appraisal_passed(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__AppraisalPassed *m = ARENA_NEW(a, Taicho__V1__AppraisalPassed);
    taicho__v1__appraisal_passed__init(m);
    m->step = watched(x, a);
    return m;
}

static Taicho__V1__AppraisalBrokenOff *appraisal_broken_off(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__AppraisalBrokenOff *m = ARENA_NEW(a, Taicho__V1__AppraisalBrokenOff);
    taicho__v1__appraisal_broken_off__init(m);
    m->step = broken_off_pack(x->kind, x->at, a);
    return m;
}

static Taicho__V1__Endorsed *endorsed(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__Endorsed *m = ARENA_NEW(a, Taicho__V1__Endorsed);
    taicho__v1__endorsed__init(m);
    m->opinion = (Taicho__V1__Opinion)x->opinion;
    m->draft = event_handle_pack(&x->document, a);
    return m;
}

static Taicho__V1__DraftReturned *draft_returned(const struct appraisal_decision *x, struct arena *a)
{
    Taicho__V1__DraftReturned *m = ARENA_NEW(a, Taicho__V1__DraftReturned);
    taicho__v1__draft_returned__init(m);
    m->n_reasons = x->reason_count;
    m->reasons = texts(a, x->reasons, x->reason_count);
    return m;
}

void appraisal_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    const struct appraisal_decision *x = e->body;
    switch (x->event) {
    case APPRAISAL_EVENT_ASSIGNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED;
        ret->assigned = assigned(x, a);
        return;
    case APPRAISAL_EVENT_VERIFIED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_VERIFIED;
        ret->verified = verified(x, a);
        return;
    case APPRAISAL_EVENT_VERIFIED_BESIDE:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_VERIFIED_BESIDE;
        ret->verified_beside = verified_beside(x, a);
        return;
    case APPRAISAL_EVENT_CONSULTATION_ASKED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CONSULTATION_ASKED;
        ret->consultation_asked = consultation_asked(x, a);
        return;
    case APPRAISAL_EVENT_CONSULTED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CONSULTED;
        ret->consulted = consulted(x, a);
        return;
    case APPRAISAL_EVENT_CONSULTATION_LAPSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CONSULTATION_LAPSED;
        ret->consultation_lapsed = consultation_lapsed(x, a);
        return;
    case APPRAISAL_EVENT_SUPPLEMENT_ASKED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_ASKED;
        ret->supplement_asked = supplement_asked(x, a);
        return;
    case APPRAISAL_EVENT_NEAR:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_NEAR;
        ret->appraisal_near = appraisal_near(x, a);
        return;
    case APPRAISAL_EVENT_PASSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_PASSED;
        ret->appraisal_passed = appraisal_passed(x, a);
        return;
    case APPRAISAL_EVENT_BROKEN_OFF:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISAL_BROKEN_OFF;
        ret->appraisal_broken_off = appraisal_broken_off(x, a);
        return;
    case APPRAISAL_EVENT_APPRAISED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISED;
        ret->appraised = appraised(x, a);
        return;
    case APPRAISAL_EVENT_ENDORSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ENDORSED;
        ret->endorsed = endorsed(x, a);
        return;
    case APPRAISAL_EVENT_DRAFT_RETURNED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DRAFT_RETURNED;
        ret->draft_returned = draft_returned(x, a);
        return;
    case APPRAISAL_EVENT_OPINION_ASKED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OPINION_ASKED;
        ret->opinion_asked = opinion_asked(x, a);
        return;
    case APPRAISAL_EVENT_PARTS_OPENED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PARTS_OPENED;
        ret->parts_opened = parts_opened(x, a);
        return;
    case APPRAISAL_EVENT_CONTRIBUTED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_CONTRIBUTED;
        ret->contributed = contributed(x, a);
        return;
    case APPRAISAL_EVENT_PART_LAPSED:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PART_LAPSED;
        ret->part_lapsed = part_lapsed(x, a);
        return;
    case APPRAISAL_EVENT_ANSWERED_LATE:
        ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ANSWERED_LATE;
        ret->answered_late = answered_late(x, a);
        return;
    case APPRAISAL_EVENT_NONE:
    case APPRAISAL_EVENT_COUNT:
        break;
    }
    BUG_IF(true, "appraisal emits no event %d", (int)x->event);
}
