/* SPDX-License-Identifier: Apache-2.0 */
/* Dates: events of what moves one, pauses the clocks, or tells that one has come. */
#include "services/intake/events_private.h"

#include "common/flow/step_told.h"
#include "services/intake/rules.h"

void intake_encode_due_near(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DueNear, TAICHO__V1__DUE_NEAR);

    m->due_at = intake_nearest_due(&d->next);
    m->apology_due_at = d->next.apology_due_at == INSTANT_NONE ? 0 : d->next.apology_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_NEAR;
    ret->due_near = m;
}

void intake_encode_due_passed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DuePassed, TAICHO__V1__DUE_PASSED);

    m->due_at = intake_nearest_due(&d->next);
    m->apology_due_at = d->next.apology_due_at == INSTANT_NONE ? 0 : d->next.apology_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_PASSED;
    ret->due_passed = m;
}

void intake_encode_intake_near(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__IntakeNear, TAICHO__V1__INTAKE_NEAR);

    m->step = step_told_pack(&d->told, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_NEAR;
    ret->intake_near = m;
}

void intake_encode_intake_passed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__IntakePassed, TAICHO__V1__INTAKE_PASSED);

    m->step = step_told_pack(&d->told, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_PASSED;
    ret->intake_passed = m;
}

void intake_encode_intake_broken_off(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__IntakeBrokenOff, TAICHO__V1__INTAKE_BROKEN_OFF);

    m->step = broken_off_pack(d->broken_off, d->next.broken_off_at, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_INTAKE_BROKEN_OFF;
    ret->intake_broken_off = m;
}

/* The number of the notice stays here: no other stage needs it. */
void intake_encode_obligation_opened(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ObligationOpened, TAICHO__V1__OBLIGATION_OPENED);

    m->paused_from = d->next.obligations[d->obligation].notified_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_OPENED;
    ret->obligation_opened = m;
}

/* Both clocks pause alike; but a supplement before it may have parted them. */
void intake_encode_obligation_met(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ObligationMet, TAICHO__V1__OBLIGATION_MET);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->document = d->named ? event_handle_pack(d->named, a) : NULL;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_MET;
    ret->obligation_met = m;
}

/* The handle's hash and pages stand in DocumentFiled and SupplementAsked; here its id says which form it was. */
void intake_encode_supplement_requested(const struct intake_decision *d, struct arena *a,
                                        Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_supplement *s = &d->next.supplements[d->supplement];
    MESSAGE(a, Taicho__V1__SupplementRequested, TAICHO__V1__SUPPLEMENT_REQUESTED);

    m->number = d->supplement + 1;
    m->paused_from = s->asked_at;
    m->answer_until = s->answer_until == INSTANT_NONE ? 0 : s->answer_until;
    m->ground = wire_text(s->ground ? s->ground : "");
    m->superior = wire_text(s->superior ? s->superior : "");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_REQUESTED;
    ret->supplement_requested = m;
}

/* The two clocks part here. */
void intake_encode_supplement_received(const struct intake_decision *d, struct arena *a,
                                       Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *apart = intake_apart(&d->next, d->supplement + 1);
    MESSAGE(a, Taicho__V1__SupplementReceived, TAICHO__V1__SUPPLEMENT_RECEIVED);

    m->number = d->supplement + 1;
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->component_count = d->supply->component_count;
    m->papers_to_unit = wire_text(apart ? apart->to_unit : NULL);
    m->medium = (Taicho__V1__Medium)d->medium;
    m->asked_count = d->asked_count;
    m->lacking_count = d->supply->without_count;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED;
    ret->supplement_received = m;
}

void intake_encode_finding_recorded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__FindingRecorded, TAICHO__V1__FINDING_RECORDED);

    m->finding = wire_text(d->next.findings[d->finding].finding);
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->document = event_handle_pack(d->named, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FINDING_RECORDED;
    ret->finding_recorded = m;
}

void intake_encode_period_excluded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_exclusion *x = &d->next.exclusions[d->exclusion];
    MESSAGE(a, Taicho__V1__PeriodExcluded, TAICHO__V1__PERIOD_EXCLUDED);

    m->period = wire_text(x->period);
    m->from = x->from;
    m->until = x->until;
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->document = event_handle_pack(d->named, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED;
    ret->period_excluded = m;
}

/* pack_left_out gives all that is left out of the dossier's time. */
static Taicho__V1__LeftOut **pack_left_out(const struct left_out *all, struct arena *a)
{
    Taicho__V1__LeftOut **packed = ARENA_ARRAY(a, LEFT_OUT_MAX, Taicho__V1__LeftOut *);

    for (size_t i = 0; i < all->count; i++) {
        MESSAGE(a, Taicho__V1__LeftOut, TAICHO__V1__LEFT_OUT);
        m->from = all->of[i].from;
        m->until = all->of[i].until;
        packed[i] = m;
    }
    return packed;
}

void intake_encode_period_ended(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_exclusion *x = &d->next.exclusions[d->exclusion];
    const struct left_out all = intake_left_out(&d->next);
    MESSAGE(a, Taicho__V1__PeriodEnded, TAICHO__V1__PERIOD_ENDED);

    m->period = wire_text(x->period);
    m->from = x->from;
    m->until = x->until;
    m->recorded_until = x->recorded_until;
    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->document = event_handle_pack(d->named, a);
    m->n_left_out = all.count;
    m->left_out = pack_left_out(&all, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED;
    ret->period_ended = m;
}

void intake_encode_extended(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__Extended, TAICHO__V1__EXTENDED);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->breach = d->breach;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED;
    ret->extended = m;
}

void intake_encode_due_moved(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__DueMoved, TAICHO__V1__DUE_MOVED);

    m->due_at = m->due_at_legal = d->next.due_at;
    m->due_at_reported = d->next.due_reported;
    m->calendar_release = d->release;
    m->ordered_by = wire_text(d->ordered_by);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED;
    ret->due_moved = m;
}
