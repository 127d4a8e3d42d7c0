/* SPDX-License-Identifier: Apache-2.0 */
/* What citizens pay and say: events of fees, ratings and complaints. */
#include "services/intake/events_private.h"

#include "services/intake/rules.h"

/* The receipt's number stays here: no other stage needs it. */
void intake_encode_fee_paid(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeePaid, TAICHO__V1__FEE_PAID);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->amount;
    m->means = (Taicho__V1__PayMeans)x->means;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_PAID;
    ret->fee_paid = m;
}

void intake_encode_fee_refunded(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeeRefunded, TAICHO__V1__FEE_REFUNDED);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->refunded;
    m->ground = (Taicho__V1__FeeRefund)x->refund;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_REFUNDED;
    ret->fee_refunded = m;
}

void intake_encode_fee_waived(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_fee *x = &d->next.fees[d->fee];
    MESSAGE(a, Taicho__V1__FeeWaived, TAICHO__V1__FEE_WAIVED);

    m->fee = wire_text(x->code);
    m->amount_vnd = x->amount;
    m->ground = (Taicho__V1__FeeExemption)x->exemption;
    m->superior = wire_text(x->superior);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FEE_WAIVED;
    ret->fee_waived = m;
}

/* What the citizen wrote, and whom a complaint names, stay here. */
void intake_encode_rating_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__RatingGiven, TAICHO__V1__RATING_GIVEN);

    m->means = (Taicho__V1__RatingMeans)(d->rate->means + 1);
    m->satisfaction = d->points.satisfaction;
    m->attitude = d->points.attitude;
    m->contact_points = d->points.contacts;
    m->agency_points = d->points.agencies;
    m->contacts = d->rate->contacts;
    m->agencies = d->rate->agencies;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RATING_GIVEN;
    ret->rating_given = m;
}

void intake_encode_complaint_filed(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_complaint *c = &d->next.complaints[d->complaint];
    MESSAGE(a, Taicho__V1__ComplaintFiled, TAICHO__V1__COMPLAINT_FILED);

    m->number = d->complaint + 1;
    m->category = wire_text(c->category);
    m->channel = (Taicho__V1__Channel)c->channel;
    m->answer_due_at = c->answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_FILED;
    ret->complaint_filed = m;
}

void intake_encode_complaint_answered(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_complaint *c = &d->next.complaints[d->complaint];
    MESSAGE(a, Taicho__V1__ComplaintAnswered, TAICHO__V1__COMPLAINT_ANSWERED);

    m->number = d->complaint + 1;
    m->outcome = c->state == INTAKE_COMPLAINT_REFUSED ? TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_REFUSED
                 : c->justified                       ? TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_JUSTIFIED
                                                      : TAICHO__V1__COMPLAINT_OUTCOME__COMPLAINT_OUTCOME_UNJUSTIFIED;
    m->late = c->late;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_ANSWERED;
    ret->complaint_answered = m;
}

void intake_encode_complaint_due_passed(const struct intake_decision *d, struct arena *a,
                                        Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ComplaintDuePassed, TAICHO__V1__COMPLAINT_DUE_PASSED);

    m->number = d->complaint + 1;
    m->answer_due_at = d->next.complaints[d->complaint].answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_DUE_PASSED;
    ret->complaint_due_passed = m;
}

void intake_encode_complaint_more_asked(const struct intake_decision *d, struct arena *a,
                                        Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_complaint *c = &d->next.complaints[d->complaint];
    MESSAGE(a, Taicho__V1__ComplaintMoreAsked, TAICHO__V1__COMPLAINT_MORE_ASKED);

    m->number = d->complaint + 1;
    m->late = c->asked_late;
    m->wait_until = c->wait_until;
    m->answer_due_at = c->answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_MORE_ASKED;
    ret->complaint_more_asked = m;
}

void intake_encode_complaint_supplied(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ComplaintSupplied, TAICHO__V1__COMPLAINT_SUPPLIED);

    m->number = d->complaint + 1;
    m->answer_due_at = d->next.complaints[d->complaint].answer_due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_SUPPLIED;
    ret->complaint_supplied = m;
}

void intake_encode_complaint_published(const struct intake_decision *d, struct arena *a,
                                       Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ComplaintPublished, TAICHO__V1__COMPLAINT_PUBLISHED);

    m->number = d->complaint + 1;
    m->late = d->next.complaints[d->complaint].published_late;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_PUBLISHED;
    ret->complaint_published = m;
}

void intake_encode_complaint_publication_passed(const struct intake_decision *d, struct arena *a,
                                                Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__ComplaintPublicationPassed, TAICHO__V1__COMPLAINT_PUBLICATION_PASSED);

    m->number = d->complaint + 1;
    m->publish_until = d->next.complaints[d->complaint].publish_until;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_COMPLAINT_PUBLICATION_PASSED;
    ret->complaint_publication_passed = m;
}
