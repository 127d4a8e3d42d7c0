/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data. */
#include "services/intake/intake.h"

#include <stdlib.h>
#include <string.h>

struct document_handle intake_handle(const struct intake_document *d)
{
    struct document_handle handle = {.id = d->id, .pages = d->pages};

    memcpy(handle.sha256, d->sha256, sizeof handle.sha256);
    return handle;
}

static int by_step(int step, int round, int other_step, int other_round)
{
    return step != other_step ? step - other_step : round - other_round;
}

static int transfers_by_step(const void *x, const void *y)
{
    const struct intake_transfer *a = x, *b = y;
    int by = by_step(a->step, a->round, b->step, b->round);

    return by ? by : a->supplement - b->supplement;
}

static int obligations_by_step(const void *x, const void *y)
{
    const struct intake_obligation *a = x, *b = y;

    return by_step(a->step, a->round, b->step, b->round);
}

static void copy_transfers(struct intake_dossier *d, struct arena *a)
{
    for (int i = 0; i < d->transfer_count; i++) {
        struct intake_transfer *t = &d->transfers[i];

        t->from_unit = arena_strdup(a, t->from_unit);
        t->to_unit = arena_strdup(a, t->to_unit);
        t->given_by = arena_strdup(a, t->given_by);
        t->answered_by = arena_strdup(a, t->answered_by);
        t->reason = arena_strdup(a, t->reason);
    }
    qsort(d->transfers, (size_t)d->transfer_count, sizeof *d->transfers, transfers_by_step);
}

static void copy_obligations(struct intake_dossier *d, struct arena *a)
{
    for (int i = 0; i < d->obligation_count; i++) {
        struct intake_obligation *o = &d->obligations[i];

        o->notice = arena_strdup(a, o->notice);
        o->opened_by = arena_strdup(a, o->opened_by);
        o->met_by = arena_strdup(a, o->met_by);
    }
    qsort(d->obligations, (size_t)d->obligation_count, sizeof *d->obligations, obligations_by_step);
}

static void copy_complaints(struct intake_dossier *d, struct arena *a)
{
    struct intake_complaint *copies = ARENA_ARRAY(a, (size_t)d->complaint_count, struct intake_complaint);

    for (int i = 0; i < d->complaint_count; i++) {
        struct intake_complaint *c = &copies[i];

        *c = d->complaints[i];
        c->category = arena_strdup(a, c->category);
        c->about = arena_strdup(a, c->about);
        c->superior = arena_strdup(a, c->superior);
        c->filed_by = arena_strdup(a, c->filed_by);
        c->answered_by = arena_strdup(a, c->answered_by);
        c->asked_by = arena_strdup(a, c->asked_by);
        c->supplied_by = arena_strdup(a, c->supplied_by);
        c->published_by = arena_strdup(a, c->published_by);
        c->text = c->question = c->supply = c->answer = c->due_explained = NULL;
    }
    d->complaints = copies;
}

static void copy_corrections(struct intake_dossier *d, struct arena *a)
{
    struct intake_correction *copies = ARENA_ARRAY(a, (size_t)d->correction_count, struct intake_correction);

    for (int i = 0; i < d->correction_count; i++) {
        copies[i] = d->corrections[i];
        copies[i].unit = arena_strdup(a, copies[i].unit);
        copies[i].asked_by = arena_strdup(a, copies[i].asked_by);
    }
    d->corrections = copies;
}

static void copy_times(struct intake_dossier *d, struct arena *a)
{
    for (int i = 0; i < d->finding_count; i++) {
        d->findings[i].finding = arena_strdup(a, d->findings[i].finding);
        d->findings[i].basis = arena_strdup(a, d->findings[i].basis);
        d->findings[i].by = arena_strdup(a, d->findings[i].by);
    }
    for (int i = 0; i < d->exclusion_count; i++) {
        d->exclusions[i].period = arena_strdup(a, d->exclusions[i].period);
        d->exclusions[i].basis = arena_strdup(a, d->exclusions[i].basis);
        d->exclusions[i].by = arena_strdup(a, d->exclusions[i].by);
        d->exclusions[i].ended_by = arena_strdup(a, d->exclusions[i].ended_by);
    }
}

static void copy_fees(struct intake_dossier *d, struct arena *a)
{
    struct intake_fee *copies = ARENA_ARRAY(a, (size_t)d->fee_count, struct intake_fee);

    for (int i = 0; i < d->fee_count; i++) {
        struct intake_fee *x = &copies[i];

        *x = d->fees[i];
        x->code = arena_strdup(a, x->code);
        x->receipt = arena_strdup(a, x->receipt);
        x->paid_by = arena_strdup(a, x->paid_by);
        x->refunded_by = arena_strdup(a, x->refunded_by);
        x->superior = arena_strdup(a, x->superior);
        x->waived_by = arena_strdup(a, x->waived_by);
    }
    d->fees = copies;
}

static const struct intake_submission *copy_submission(const struct intake_submission *s, struct arena *a)
{
    struct intake_submission *copy = ARENA_NEW(a, struct intake_submission);

    *copy = *s;
    copy->reference = arena_strdup(a, s->reference);
    copy->identity_number = arena_strdup(a, s->identity_number);
    copy->listed = arena_strdup(a, s->listed);
    return copy;
}

struct intake_dossier intake_copy(const struct intake_dossier *d, struct arena *a)
{
    struct intake_dossier copy = *d;

    if (d->submission)
        copy.submission = copy_submission(d->submission, a);
    copy.code = arena_strdup(a, d->code);
    copy.counter = arena_strdup(a, d->counter);
    copy.receiving_unit = arena_strdup(a, d->receiving_unit);
    copy.unit = arena_strdup(a, d->unit);
    copy.procedure = arena_strdup(a, d->procedure);
    copy.process = arena_strdup(a, d->process);
    copy.received_by = arena_strdup(a, d->received_by);
    copy.due_rule = arena_strdup(a, d->due_rule);
    copy.due_explained = NULL;
    copy.origin_reference = arena_strdup(a, d->origin_reference);
    copy.asked_unit = arena_strdup(a, d->asked_unit);
    copy.step_unit = arena_strdup(a, d->step_unit);
    copy.part_units = arena_strdup(a, d->part_units);
    copy.silent_units = arena_strdup(a, d->silent_units);
    copy.turn.unit = arena_strdup(a, d->turn.unit);
    copy.turn.lead = arena_strdup(a, d->turn.lead);
    copy.turn.post = arena_strdup(a, d->turn.post);
    copy.turn.from_unit = arena_strdup(a, d->turn.from_unit);
    copy.turn.from_post = arena_strdup(a, d->turn.from_post);
    copy.turn.answered_by = arena_strdup(a, d->turn.answered_by);
    copy.returned_by = arena_strdup(a, d->returned_by);
    copy.withdrawal.by = arena_strdup(a, d->withdrawal.by);
    copy.stop.by = arena_strdup(a, d->stop.by);
    copy.lapsed_stop.by = arena_strdup(a, d->lapsed_stop.by);
    copy.extension.reason = arena_strdup(a, d->extension.reason);
    copy.extension.by = arena_strdup(a, d->extension.by);
    copy_transfers(&copy, a);
    copy_obligations(&copy, a);
    if (copy.complaint_count)
        copy_complaints(&copy, a);
    if (copy.correction_count)
        copy_corrections(&copy, a);
    if (copy.fee_count)
        copy_fees(&copy, a);
    for (int i = 0; i < copy.supplement_count; i++) {
        struct intake_supplement *s = &copy.supplements[i];

        s->asked_by = arena_strdup(a, s->asked_by);
        s->ground = arena_strdup(a, s->ground);
        s->superior = arena_strdup(a, s->superior);
        s->received_by = arena_strdup(a, s->received_by);
    }
    copy_times(&copy, a);
    return copy;
}
