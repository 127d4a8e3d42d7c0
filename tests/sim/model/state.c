/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the four repositories keep: the columns that they insert and update, by the flags that the services set. Stored
 * texts are never changed, so a loaded state points at them; arrays are copied.
 */
#include <string.h>

#include "services/appraisal/appraisal.h"
#include "services/appraisal/repo.h"
#include "services/approval/approval.h"
#include "services/approval/repo.h"
#include "services/intake/repo.h"
#include "services/return/repo.h"
#include "services/return/return.h"
#include "tests/sim/model/sim.h"

#define KEEP(field) (field) = arena_strdup(world.arena, (field))

/* ---- intake */

static struct intake_file *intake_load(const struct intake_file *stored, struct arena *a)
{
    struct intake_file *f = ARENA_NEW(a, struct intake_file);

    f->dossier = stored->dossier;
    return f;
}

static struct intake_file *intake_save(const struct intake_file *stored, const struct intake_file *f)
{
    struct intake_file *n = ARENA_NEW(world.arena, struct intake_file);

    if (stored)
        *n = *stored;
    if (f->submit && stored)
        sim_fail("intake inserts a submission twice");
    if (f->submit && !f->created)
        n->dossier = intake_copy(&f->dossier, world.arena);
    if (f->created) {
        bool waited = stored && stored->dossier.state == INTAKE_SUBMITTED;
        if (stored && !waited)
            sim_fail("intake inserts a dossier twice");
        if (waited != (f->answered != NULL) && !f->submit)
            sim_fail("intake answers what was not filed, or forgets that it did");
        n->dossier = f->dossier;
        n->dossier.submission = NULL;
        n->dossier.outcome = OUTCOME_NONE;
        n->dossier.finished_at = n->dossier.returned_at = INSTANT_NONE;
        n->dossier.transfer_count = 0;
        n->dossier.asked_unit = n->dossier.part_units = n->dossier.silent_units = n->dossier.step_unit = NULL;
        n->dossier.turn = (struct intake_turn){0};
        n->dossier.broken_off_at = INSTANT_NONE;
        n->dossier.obligation_count = 0;
        n->dossier.supplement_count = 0;
        n->dossier.finding_count = n->dossier.exclusion_count = 0;
        n->dossier.complaint_count = 0;
        n->dossier.complaints = NULL;
        n->dossier.correction_count = 0;
        n->dossier.corrections = NULL;
        n->dossier.fee_count = 0;
        n->dossier.fees = NULL;
        n->dossier.withdrawal = (struct intake_withdrawal){0};
        n->dossier.extension = (struct intake_extension){0};
        n->dossier.stop = n->dossier.lapsed_stop = (struct intake_stop){0};
        n->dossier.collection = (struct intake_collection)INTAKE_NO_COLLECTION;
        KEEP(n->dossier.code);
        KEEP(n->dossier.counter);
        KEEP(n->dossier.receiving_unit);
        KEEP(n->dossier.unit);
        KEEP(n->dossier.procedure);
        KEEP(n->dossier.process);
        KEEP(n->dossier.received_by);
        KEEP(n->dossier.due_rule);
        KEEP(n->dossier.origin_reference);
        n->dossier.due_explained = NULL;
    }
    if (f->obligations_changed) {
        n->dossier.obligation_count = f->dossier.obligation_count;
        for (int i = 0; i < f->dossier.obligation_count; i++) {
            struct intake_obligation *o = &n->dossier.obligations[i];
            *o = f->dossier.obligations[i];
            KEEP(o->notice);
            KEEP(o->opened_by);
            KEEP(o->met_by);
        }
    }
    if (f->supplements_changed) {
        n->dossier.supplement_count = f->dossier.supplement_count;
        for (int i = 0; i < f->dossier.supplement_count; i++) {
            struct intake_supplement *s = &n->dossier.supplements[i];
            *s = f->dossier.supplements[i];
            KEEP(s->asked_by);
            KEEP(s->ground);
            KEEP(s->superior);
            KEEP(s->received_by);
        }
    }
    if (f->times_changed) {
        n->dossier.finding_count = f->dossier.finding_count;
        for (int i = 0; i < f->dossier.finding_count; i++) {
            struct intake_finding *x = &n->dossier.findings[i];
            *x = f->dossier.findings[i];
            KEEP(x->finding);
            KEEP(x->basis);
            KEEP(x->by);
        }
        n->dossier.exclusion_count = f->dossier.exclusion_count;
        for (int i = 0; i < f->dossier.exclusion_count; i++) {
            struct intake_exclusion *x = &n->dossier.exclusions[i];
            *x = f->dossier.exclusions[i];
            KEEP(x->period);
            KEEP(x->basis);
            KEEP(x->by);
        }
    }
    if (f->complaints_changed) {
        size_t count = (size_t)f->dossier.complaint_count;
        struct intake_complaint *complaints = ARENA_ARRAY(world.arena, count, struct intake_complaint);
        n->dossier.complaint_count = f->dossier.complaint_count;
        n->dossier.complaints = complaints;
        for (int i = 0; i < f->dossier.complaint_count; i++) {
            struct intake_complaint *c = &complaints[i];
            *c = f->dossier.complaints[i];
            KEEP(c->category);
            KEEP(c->about);
            KEEP(c->superior);
            KEEP(c->filed_by);
            KEEP(c->answered_by);
            KEEP(c->asked_by);
            KEEP(c->supplied_by);
            KEEP(c->published_by);
            c->text = c->question = c->supply = c->answer = c->due_explained = NULL;
        }
    }
    loss_save(n, f->cases);
    ways_save(n, f->ways);
    if (f->corrections_changed) {
        size_t count = (size_t)f->dossier.correction_count;
        struct intake_correction *corrections = ARENA_ARRAY(world.arena, count, struct intake_correction);
        n->dossier.correction_count = f->dossier.correction_count;
        n->dossier.corrections = corrections;
        for (int i = 0; i < f->dossier.correction_count; i++) {
            corrections[i] = f->dossier.corrections[i];
            KEEP(corrections[i].unit);
            KEEP(corrections[i].asked_by);
        }
    }
    if (f->fees_changed) {
        size_t count = (size_t)f->dossier.fee_count;
        struct intake_fee *fees = ARENA_ARRAY(world.arena, count, struct intake_fee);
        n->dossier.fee_count = f->dossier.fee_count;
        n->dossier.fees = fees;
        for (size_t i = 0; i < count; i++) {
            fees[i] = f->dossier.fees[i];
            KEEP(fees[i].code);
            KEEP(fees[i].receipt);
            KEEP(fees[i].paid_by);
            KEEP(fees[i].refunded_by);
            KEEP(fees[i].superior);
            KEEP(fees[i].waived_by);
        }
    }
    if (f->rated) {
        if (n->dossier.rated)
            sim_fail("intake inserts a rating twice");
        n->dossier.rated = true;
    }
    if (f->supplied)
        n->dossier.component_count = f->dossier.component_count;
    if (f->due_moved) {
        n->dossier.due_at = f->dossier.due_at;
        n->dossier.due_reported = f->dossier.due_reported;
        n->dossier.release = f->dossier.release;
        n->dossier.calendar_last_year = f->dossier.calendar_last_year;
        n->dossier.promised_at = f->dossier.promised_at;
    }
    if (f->withdrawal_changed) {
        n->dossier.withdrawal = f->dossier.withdrawal;
        KEEP(n->dossier.withdrawal.by);
    }
    if (f->extension_changed) {
        n->dossier.extension = f->dossier.extension;
        KEEP(n->dossier.extension.reason);
        KEEP(n->dossier.extension.by);
    }
    if (f->stop_changed) {
        n->dossier.stop = f->dossier.stop;
        KEEP(n->dossier.stop.by);
        n->dossier.lapsed_stop = f->dossier.lapsed_stop;
        KEEP(n->dossier.lapsed_stop.by);
    }
    if (f->collection_changed)
        n->dossier.collection = f->dossier.collection;
    if (f->asked_changed) {
        n->dossier.asked_unit = arena_strdup(world.arena, f->dossier.asked_unit);
        n->dossier.step_unit = arena_strdup(world.arena, f->dossier.step_unit);
        n->dossier.part_units = arena_strdup(world.arena, f->dossier.part_units);
        n->dossier.silent_units = arena_strdup(world.arena, f->dossier.silent_units);
    }
    if (f->turn_changed) {
        n->dossier.turn = f->dossier.turn;
        KEEP(n->dossier.turn.unit);
        KEEP(n->dossier.turn.lead);
        KEEP(n->dossier.turn.post);
        KEEP(n->dossier.turn.from_unit);
        KEEP(n->dossier.turn.from_post);
        KEEP(n->dossier.turn.answered_by);
    }
    if (f->transfers_changed) {
        n->dossier.transfer_count = f->dossier.transfer_count;
        for (int i = 0; i < f->dossier.transfer_count; i++) {
            struct intake_transfer *t = &n->dossier.transfers[i];
            *t = f->dossier.transfers[i];
            KEEP(t->from_unit);
            KEEP(t->to_unit);
            KEEP(t->given_by);
            KEEP(t->answered_by);
            KEEP(t->reason);
        }
    }
    if (f->changed && !f->created) {
        n->dossier.state = f->dossier.state;
        n->dossier.outcome = f->dossier.outcome;
        n->dossier.sealed = f->dossier.sealed;
        n->dossier.finished_at = f->dossier.finished_at;
        n->dossier.returned_at = f->dossier.returned_at;
        n->dossier.returned_by = arena_strdup(world.arena, f->dossier.returned_by);
        n->dossier.broken_off_at = f->dossier.broken_off_at;
    }
    return n;
}

/* ---- what the stages behind intake keep alike */

#define COPY_CHILDREN(to, from, a, items, count, room, type)                                                           \
    do {                                                                                                               \
        (to)->room = (from)->count + 1;                                                                                \
        (to)->items = ARENA_ARRAY((a), (to)->room, type);                                                              \
        if ((from)->count)                                                                                             \
            memcpy((to)->items, (from)->items, (from)->count * sizeof *(to)->items);                                   \
    } while (0)

/* received gives the row that facts_save inserts. */
static void received(struct dossier_facts *to, const struct dossier_facts *f, const char *service, bool stored)
{
    if (stored)
        sim_fail("%s inserts a dossier twice", service);
    *to = *f;
    to->received = false;
    to->withdrawal = WITHDRAWAL_NONE;
    to->extension = EXTENSION_NONE;
    to->stop = STOP_NONE;
    to->correction = CORRECTION_NONE;
    KEEP(to->code);
    KEEP(to->unit);
    KEEP(to->receiving_unit);
    KEEP(to->counter);
    KEEP(to->procedure);
    KEEP(to->process);
    KEEP(to->origin_reference);
}

/* moved is what facts_save updates. */
static void moved(struct dossier_facts *to, const struct dossier_facts *f)
{
    if (f->due_moved) {
        to->due_at = f->due_at;
        to->electronic = f->electronic;
    }
    to->due_moved = false;
    if (f->noted) {
        to->withdrawal = f->withdrawal;
        to->extension = f->extension;
        to->apology = f->apology;
        to->stop = f->stop;
        to->stop_ground = f->stop_ground;
        to->notice = f->notice;
        to->correction = f->correction;
        to->correction_cause = f->correction_cause;
        to->correction_paper = f->correction_paper;
    }
    to->noted = false;
}

static int paper_by_id(const void *x, const void *y)
{
    const struct paper *a = x, *b = y;
    return id_cmp(a->handle.id, b->handle.id);
}

static void save_papers(struct papers *to, const struct papers *from, const char *service)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct paper *x = &from->items[i];
        if (!x->filed)
            continue;
        if (papers_find(to, x->handle.id))
            sim_fail("%s inserts a paper twice", service);
        papers_add(to, &(struct paper){.handle = x->handle, .kind = x->kind, .missing = x->missing}, world.arena);
    }
    if (to->count)
        qsort(to->items, to->count, sizeof *to->items, paper_by_id);
}

static void save_barred(struct barred *to, const struct barred *from, const char *service)
{
    for (size_t i = from->stored; i < from->count; i++) {
        if (barred_has(to, from->officers[i]))
            sim_fail("%s bars an officer twice", service);
        barred_add(to, arena_strdup(world.arena, from->officers[i]), world.arena);
    }
}

static int by_step(int step_a, int round_a, int step_b, int round_b)
{
    return step_a != step_b ? (step_a < step_b ? -1 : 1) : (round_a > round_b) - (round_a < round_b);
}

/* ---- appraisal */

static int appraisal_by_step(const void *x, const void *y)
{
    const struct appraisal_step *a = x, *b = y;
    return by_step(a->step, a->round, b->step, b->round);
}

static struct appraisal_dossier *appraisal_load(const struct appraisal_dossier *stored, struct arena *a)
{
    struct appraisal_dossier *d = ARENA_NEW(a, struct appraisal_dossier);

    *d = *stored;
    COPY_CHILDREN(d, stored, a, steps, step_count, step_room, struct appraisal_step);
    COPY_CHILDREN(d, stored, a, parts, part_count, part_room, struct appraisal_part);
    COPY_CHILDREN(&d->papers, &stored->papers, a, items, count, room, struct paper);
    COPY_CHILDREN(&d->approvers, &stored->approvers, a, officers, count, room, const char *);
    d->approvers.stored = d->approvers.count;
    return d;
}

static void put_appraisal_step(struct appraisal_dossier *n, const struct appraisal_step *s)
{
    struct appraisal_step *to = NULL, old = {0};

    for (size_t k = 0; k < n->step_count; k++)
        if (n->steps[k].step == s->step && n->steps[k].round == s->round)
            to = &n->steps[k];
    if (to)
        old = *to;
    else
        to = appraisal_add_step(n, world.arena);
    *to = *s;
    if (old.step) { /* what ON CONFLICT leaves as it is */
        to->unit = old.unit;
        to->opened_at = old.opened_at;
    }
    to->opened = to->changed = false;
    to->verifications = NULL; /* a row of its own, which nobody loads */
    KEEP(to->unit);
    KEEP(to->officer);
    KEEP(to->asked);
}

static int appraisal_by_turn(const void *x, const void *y)
{
    const struct appraisal_part *a = x, *b = y;
    int order = by_step(a->step, a->round, b->step, b->round);
    return order ? order : a->number - b->number;
}

static void put_appraisal_part(struct appraisal_dossier *n, const struct appraisal_part *p)
{
    struct appraisal_part *to = NULL;
    const char *unit = p->unit;

    for (size_t k = 0; k < n->part_count; k++)
        if (n->parts[k].step == p->step && n->parts[k].round == p->round && n->parts[k].number == p->number)
            to = &n->parts[k];
    if (to)
        unit = to->unit; /* ON CONFLICT leaves it as it is */
    else
        to = appraisal_add_part(n, world.arena);
    *to = *p;
    to->unit = unit;
    to->begun = to->changed = false;
    KEEP(to->unit);
    KEEP(to->officer);
}

static struct appraisal_dossier *appraisal_save(const struct appraisal_dossier *stored,
                                                const struct appraisal_dossier *d)
{
    struct appraisal_dossier *n;

    if (d->facts.received) {
        n = ARENA_NEW(world.arena, struct appraisal_dossier);
        received(&n->facts, &d->facts, "appraisal", stored != NULL);
    } else
        n = appraisal_load(stored, world.arena);
    moved(&n->facts, &d->facts);
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].changed)
            put_appraisal_step(n, &d->steps[i]);
    if (n->step_count)
        qsort(n->steps, n->step_count, sizeof *n->steps, appraisal_by_step);
    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].changed)
            put_appraisal_part(n, &d->parts[i]);
    if (n->part_count)
        qsort(n->parts, n->part_count, sizeof *n->parts, appraisal_by_turn);
    save_papers(&n->papers, &d->papers, "appraisal");
    save_barred(&n->approvers, &d->approvers, "appraisal");
    return n;
}

/* ---- approval */

static int approval_by_step(const void *x, const void *y)
{
    const struct approval_step *a = x, *b = y;
    return by_step(a->step, a->round, b->step, b->round);
}

static struct approval_dossier *approval_load(const struct approval_dossier *stored, struct arena *a)
{
    struct approval_dossier *d = ARENA_NEW(a, struct approval_dossier);

    *d = *stored;
    COPY_CHILDREN(d, stored, a, steps, step_count, step_room, struct approval_step);
    COPY_CHILDREN(&d->papers, &stored->papers, a, items, count, room, struct paper);
    COPY_CHILDREN(&d->appraisers, &stored->appraisers, a, officers, count, room, const char *);
    d->appraisers.stored = d->appraisers.count;
    return d;
}

static void put_approval_step(struct approval_dossier *n, const struct approval_step *s)
{
    struct approval_step *to = NULL;
    const char *unit = NULL;

    for (size_t k = 0; k < n->step_count; k++)
        if (n->steps[k].step == s->step && n->steps[k].round == s->round)
            to = &n->steps[k];
    if (to)
        unit = to->unit;
    else
        to = approval_add_step(n, world.arena);
    *to = *s;
    if (unit)
        to->unit = unit;
    to->opened = to->changed = to->reopened = false;
    KEEP(to->unit);
    KEEP(to->decider);
    KEEP(to->signer);
    KEEP(to->mandate);
}

static struct approval_dossier *approval_save(const struct approval_dossier *stored, const struct approval_dossier *d)
{
    struct approval_dossier *n;

    if (d->facts.received) {
        n = ARENA_NEW(world.arena, struct approval_dossier);
        received(&n->facts, &d->facts, "approval", stored != NULL);
    } else
        n = approval_load(stored, world.arena);
    moved(&n->facts, &d->facts);
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].changed)
            put_approval_step(n, &d->steps[i]);
    if (n->step_count)
        qsort(n->steps, n->step_count, sizeof *n->steps, approval_by_step);
    save_papers(&n->papers, &d->papers, "approval");
    save_barred(&n->appraisers, &d->appraisers, "approval");
    return n;
}

/* ---- return */

static struct return_dossier *return_load(const struct return_dossier *stored, struct arena *a)
{
    struct return_dossier *d = ARENA_NEW(a, struct return_dossier);

    *d = *stored;
    COPY_CHILDREN(d, stored, a, documents, document_count, document_room, struct return_document);
    COPY_CHILDREN(&d->brought, &stored->brought, a, items, count, room, struct paper);
    return d;
}

static void put_return_document(struct return_dossier *n, const struct return_document *x)
{
    struct return_document *to = return_find_document(n, x->handle.id);

    if (x->opened) {
        if (to)
            sim_fail("return inserts a document twice");
        to = return_add_document(n, world.arena);
        *to = *x;
        to->opened = to->changed = to->numbered = to->sealed = to->reopened = false;
        to->state = RETURN_AWAITING_ISSUE;
        to->step = x->issue_step;
        KEEP(to->signer);
        KEEP(to->mandate);
        KEEP(to->unit);
    }
    if (x->changed) {
        to->state = x->state;
        to->step = x->step;
        to->giver = arena_strdup(world.arena, x->giver);
        to->given_at = x->given_at;
        to->taker = arena_strdup(world.arena, x->taker);
        to->taken_at = x->taken_at;
        to->ready_at = x->ready_at;
        to->delivery = x->delivery;
        to->handed_over_at = x->handed_over_at;
        to->archived_at = x->archived_at;
        to->handing = x->handing;
        KEEP(to->handing.consignment);
        to->undelivered = x->undelivered;
        to->came_back_at = x->came_back_at;
        to->reminders = x->reminders;
        to->unclaimed_at = x->unclaimed_at;
    }
    if (x->numbered) {
        to->series = arena_strdup(world.arena, x->series);
        to->year = x->year;
        to->number = x->number;
        to->number_text = arena_strdup(world.arena, x->number_text);
        to->numbered_by = arena_strdup(world.arena, x->numbered_by);
        to->numbered_at = x->numbered_at;
    }
    if (x->sealed) {
        to->seal = arena_strdup(world.arena, x->seal);
        to->ordinal = x->ordinal;
        to->keeper = arena_strdup(world.arena, x->keeper);
        to->seal_place = arena_strdup(world.arena, x->seal_place);
        to->sealed_at = x->sealed_at;
    }
}

/* Only what was marked is written, as the statement does it. */
static void put_return_fees(struct return_fees *n, const struct return_fees *f)
{
    n->count = f->count;
    for (int i = 0; i < f->count; i++) {
        if (!f->items[i].changed)
            continue;
        n->items[i] = f->items[i];
        KEEP(n->items[i].code);
        n->items[i].changed = false;
    }
}

static struct return_dossier *return_save(const struct return_dossier *stored, const struct return_dossier *d)
{
    struct return_dossier *n;

    if (d->facts.received) {
        n = ARENA_NEW(world.arena, struct return_dossier);
        received(&n->facts, &d->facts, "return", stored != NULL);
    } else
        n = return_load(stored, world.arena);
    moved(&n->facts, &d->facts);
    for (size_t i = 0; i < d->document_count; i++)
        put_return_document(n, &d->documents[i]);
    put_return_fees(&n->fees, &d->fees);
    save_papers(&n->brought, &d->brought, "return");
    return n;
}

/* ---- */

void *state_load(enum source s, const void *stored, struct arena *a)
{
    switch (s) {
    case SOURCE_INTAKE:
        return intake_load(stored, a);
    case SOURCE_APPRAISAL:
        return appraisal_load(stored, a);
    case SOURCE_APPROVAL:
        return approval_load(stored, a);
    case SOURCE_RETURN:
        return return_load(stored, a);
    case SOURCE_COUNT:
        break;
    }
    return NULL;
}

void *state_save(enum source s, const struct row *row, const void *state)
{
    switch (s) {
    case SOURCE_INTAKE:
        return intake_save(row->state, state);
    case SOURCE_APPRAISAL:
        return appraisal_save(row->state, state);
    case SOURCE_APPROVAL:
        return approval_save(row->state, state);
    case SOURCE_RETURN:
        return return_save(row->state, state);
    case SOURCE_COUNT:
        break;
    }
    return NULL;
}

/* ---- the repositories' names: the executor's part of them is never called, the registers are constant */

#define NEVER(name)                                                                                                    \
    void name##_ask(struct batch *b UNUSED)                                                                            \
    {                                                                                                                  \
        BUG_IF(true, "the model loads by itself");                                                                     \
    }                                                                                                                  \
    enum err_code name##_take(struct batch *b UNUSED, struct err *reterr UNUSED)                                       \
    {                                                                                                                  \
        BUG_IF(true, "the model loads by itself");                                                                     \
    }                                                                                                                  \
    void name##_save(struct batch *b UNUSED)                                                                           \
    {                                                                                                                  \
        BUG_IF(true, "the model saves by itself");                                                                     \
    }

NEVER(intake_repo)
NEVER(appraisal_repo)
NEVER(approval_repo)
NEVER(return_repo)

/* Each is told for the first time, and follows nothing. */
void intake_guidances_need(struct batch *b UNUSED, const struct intake_person *p UNUSED)
{
}

const struct intake_told *intake_guidances_told(const struct batch *b UNUSED, const struct intake_person *p UNUSED)
{
    return NULL;
}

void intake_guidances_add(struct batch *b UNUSED, const struct intake_person *p UNUSED, struct id id UNUSED,
                          int number UNUSED, const struct intake_guide *guide UNUSED)
{
}

void intake_guidances_follow(struct batch *b UNUSED, const struct intake_person *p UNUSED, struct id dossier UNUSED)
{
    BUG_IF(true, "somebody has followed a guidance");
}

void intake_guidances_ask(struct batch *b UNUSED)
{
}

void intake_guidances_take(struct batch *b UNUSED)
{
}

void intake_orders_need(struct batch *b UNUSED, struct id dossier UNUSED)
{
}

void intake_orders_ask(struct batch *b UNUSED)
{
}

void intake_orders_take(struct batch *b UNUSED)
{
}

struct intake_ordered intake_orders_of(const struct batch *b UNUSED, struct id dossier UNUSED)
{
    return (struct intake_ordered){.batch = id_nil, .by = ""};
}

void intake_custody_need(struct batch *b UNUSED, struct id dossier UNUSED)
{
}

void intake_custody_ask(struct batch *b UNUSED)
{
}

void intake_custody_take(struct batch *b UNUSED)
{
}

void intake_wanted_need(struct batch *b UNUSED, struct id dossier UNUSED)
{
}

void intake_wanted_ask(struct batch *b UNUSED)
{
}

void intake_wanted_take(struct batch *b UNUSED)
{
}

/* Each request form has the same list (people.c), and nobody is asked by one whose filing was not acknowledged. */
const struct intake_wanted *intake_wanted_of(const struct batch *b, struct id dossier, int *ret_count)
{
    struct intake_wanted *wanted = NULL;
    size_t count = 0, room = 0;

    for (int i = 0; i < world.dossier_count; i++) {
        const struct dossier *d = &world.dossiers[i];
        for (size_t k = 0; id_eq(d->id, dossier) && k < d->filings.count; k++)
            for (int n = 1; d->filings.items[k].kind == DOCUMENT_REQUEST && n <= SIM_LISTED; n++) {
                wanted = arena_room(b->arena, wanted, count, &room, sizeof *wanted);
                wanted[count++] = (struct intake_wanted){
                    .dossier = dossier, .request = d->filings.items[k].handle.id, .number = n, .name = "x"};
            }
    }
    *ret_count = (int)count;
    return wanted;
}

void intake_filings_need(struct batch *b UNUSED, struct id dossier UNUSED)
{
}

void intake_filings_ask(struct batch *b UNUSED)
{
}

enum err_code intake_filings_take(struct batch *b UNUSED, struct err *reterr UNUSED)
{
    return ERR_OK;
}

void intake_filings_note(const struct batch *b UNUSED, struct id dossier UNUSED,
                         const struct intake_document *filed UNUSED)
{
}

/* Nobody asks with a paper whose filing was not acknowledged. */
const struct papers *intake_filings_of(const struct batch *b, struct id dossier, enum document_kind kind)
{
    struct papers *papers = ARENA_NEW(b->arena, struct papers);

    for (int i = 0; i < world.dossier_count; i++) {
        const struct dossier *d = &world.dossiers[i];
        for (size_t k = 0; id_eq(d->id, dossier) && k < d->filings.count; k++)
            if (d->filings.items[k].kind == (int)kind)
                papers_add(papers, &(struct paper){.handle = d->filings.items[k].handle, .kind = (int)kind}, b->arena);
    }
    return papers;
}

/* No release is imported here. */
/* What is kept for a form or for inspectors, and no decision reads, is not in the model. */
void intake_slip_note(struct batch *b UNUSED, struct id dossier UNUSED, int64_t version UNUSED,
                      const struct intake_hand_over *what UNUSED)
{
}

void intake_remarks_note(const struct item *i UNUSED)
{
}

void intake_collected_note(const struct item *i UNUSED)
{
}

void return_repo_note_refused(struct batch *b UNUSED, struct id command UNUSED, const struct return_attempt *x UNUSED)
{
}

void intake_shelf_ask(struct batch *b UNUSED)
{
}

enum err_code intake_shelf_take(struct batch *b UNUSED, struct err *reterr UNUSED)
{
    return ERR_OK;
}
