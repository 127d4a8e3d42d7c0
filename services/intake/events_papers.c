/* SPDX-License-Identifier: Apache-2.0 */
/* Papers: events of transfers and turns, of what a supplement brought, what went back and what was lost. */
#include "services/intake/events_private.h"

#include "services/intake/rules.h"

void intake_encode_transfer_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferGiven, TAICHO__V1__TRANSFER_GIVEN);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->due_at = t->due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_GIVEN;
    ret->transfer_given = m;
}

void intake_encode_transfer_taken(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferTaken, TAICHO__V1__TRANSFER_TAKEN);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_TAKEN;
    ret->transfer_taken = m;
}

/* The reason is free text and stays here; the event says only that there is one. */
void intake_encode_transfer_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__TransferRefused, TAICHO__V1__TRANSFER_REFUSED);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TRANSFER_REFUSED;
    ret->transfer_refused = m;
}

void intake_encode_supply_given(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyGiven, TAICHO__V1__SUPPLY_GIVEN);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->due_at = t->due_at;
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_GIVEN;
    ret->supply_given = m;
}

void intake_encode_supply_taken(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyTaken, TAICHO__V1__SUPPLY_TAKEN);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_TAKEN;
    ret->supply_taken = m;
}

/* As of a transfer: the reason stays here. */
void intake_encode_supply_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_transfer *t = &d->next.transfers[d->transfer];
    MESSAGE(a, Taicho__V1__SupplyRefused, TAICHO__V1__SUPPLY_REFUSED);

    m->supplement = t->supplement;
    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(t->to_unit);
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLY_REFUSED;
    ret->supply_refused = m;
}

void intake_encode_turn_taken(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_turn *t = &d->next.turn;
    MESSAGE(a, Taicho__V1__TurnTaken, TAICHO__V1__TURN_TAKEN);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(intake_turn_to(t));
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TURN_TAKEN;
    ret->turn_taken = m;
}

/* As of a transfer: the reason stays here. */
void intake_encode_turn_refused(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_turn *t = &d->next.turn;
    MESSAGE(a, Taicho__V1__TurnRefused, TAICHO__V1__TURN_REFUSED);

    m->from_unit = wire_text(t->from_unit);
    m->to_unit = wire_text(intake_turn_to(t));
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_TURN_REFUSED;
    ret->turn_refused = m;
}

static int32_t *numbers_of(const int *numbers, size_t count, struct arena *a)
{
    int32_t *packed = ARENA_ARRAY(a, count, int32_t);

    for (size_t i = 0; i < count; i++)
        packed[i] = numbers[i];
    return packed;
}

void intake_encode_papers_brought_back(const struct intake_decision *d, struct arena *a,
                                       Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_way *w = d->way;
    MESSAGE(a, Taicho__V1__PapersBroughtBack, TAICHO__V1__PAPERS_BROUGHT_BACK);

    m->number = w->number;
    m->n_components = (size_t)w->component_count;
    m->components = numbers_of(w->components, m->n_components, a);
    m->originals = w->originals;
    m->from_unit = wire_text(w->from_unit);
    m->to_unit = wire_text(w->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPERS_BROUGHT_BACK;
    ret->papers_brought_back = m;
}

void intake_encode_papers_taken_back(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_way *w = d->way;
    MESSAGE(a, Taicho__V1__PapersTakenBack, TAICHO__V1__PAPERS_TAKEN_BACK);

    m->number = w->number;
    m->n_components = (size_t)w->component_count;
    m->components = numbers_of(w->components, m->n_components, a);
    m->originals = w->originals;
    m->from_unit = wire_text(w->from_unit);
    m->to_unit = wire_text(w->to_unit);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPERS_TAKEN_BACK;
    ret->papers_taken_back = m;
}

/* As of a transfer: the reason stays here. */
void intake_encode_papers_back_refused(const struct intake_decision *d, struct arena *a,
                                       Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_way *w = d->way;
    MESSAGE(a, Taicho__V1__PapersBackRefused, TAICHO__V1__PAPERS_BACK_REFUSED);

    m->number = w->number;
    m->n_components = (size_t)w->component_count;
    m->components = numbers_of(w->components, m->n_components, a);
    m->originals = w->originals;
    m->from_unit = wire_text(w->from_unit);
    m->to_unit = wire_text(w->to_unit);
    m->reason = wire_text("stated");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPERS_BACK_REFUSED;
    ret->papers_back_refused = m;
}

void intake_encode_papers_given_back(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    MESSAGE(a, Taicho__V1__PapersGivenBack, TAICHO__V1__PAPERS_GIVEN_BACK);

    m->n_components = (size_t)d->given_back_count;
    m->components = numbers_of(d->given_back, m->n_components, a);
    m->originals = d->given_back_originals;
    m->holder_unit = wire_text(d->given_back_by.unit);
    m->holder = wire_text(d->given_back_by.post);
    if (d->given_back_to)
        m->collector = event_handle_pack(d->given_back_to, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPERS_GIVEN_BACK;
    ret->papers_given_back = m;
}

void intake_encode_paper_lost(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_loss *l = d->loss;
    struct document_handle handle = intake_handle(d->document);
    MESSAGE(a, Taicho__V1__PaperLost, TAICHO__V1__PAPER_LOST);

    m->number = l->number;
    m->n_components = (size_t)d->lost_count;
    m->components = numbers_of(d->lost, m->n_components, a);
    m->originals = d->lost_originals;
    m->what = wire_text(intake_harm_names[l->what]);
    m->found = wire_text(intake_found_names[l->found]);
    m->holder_unit = wire_text(l->unit);
    m->holder = wire_text(l->post);
    m->going_to = wire_text(l->going_to);
    m->minutes = event_handle_pack(&handle, a);
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PAPER_LOST;
    ret->paper_lost = m;
}

void intake_encode_loss_settled(const struct intake_decision *d, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    const struct intake_loss *l = d->loss;
    MESSAGE(a, Taicho__V1__LossSettled, TAICHO__V1__LOSS_SETTLED);

    m->number = l->number;
    m->remedy = wire_text(intake_remedy_names[l->remedy]);
    m->responsible = wire_text(l->responsible);
    m->paid_vnd = l->paid_vnd;
    if (d->document) {
        struct document_handle handle = intake_handle(d->document);
        m->apology = event_handle_pack(&handle, a);
    }
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_LOSS_SETTLED;
    ret->loss_settled = m;
}
