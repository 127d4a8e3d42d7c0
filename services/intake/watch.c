/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch of intake's own steps (common/domain/step_watch.h): a transfer until the papers are taken, a tax notice
 * until it is here. While something is awaited from the citizen there is nothing to watch, nor of what a supplement
 * brought: no step waits for that. All of them follow a calendar that has changed.
 */
#include "common/domain/process.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* The open step: a transfer or an obligation; both NULL: there is none. */
struct open_step {
    const struct intake_transfer *transfer;
    const struct intake_obligation *obligation;
    struct step_watch watch;
};

static struct open_step find_open(const struct intake_dossier *d)
{
    struct open_step open = {.watch = {.near_at = INSTANT_NONE, .due_at = INSTANT_NONE}};

    if (!d || (d->state != INTAKE_RECEIVED && d->state != INTAKE_IN_PROCESS))
        return open;
    for (int i = 0; i < d->transfer_count; i++)
        if (d->transfers[i].supplement == 0 && d->transfers[i].state != INTAKE_TRANSFER_TAKEN)
            open.transfer = &d->transfers[i];
    for (int i = 0; !open.transfer && i < d->obligation_count; i++)
        if (d->obligations[i].state == INTAKE_OBLIGATION_EXPECTED)
            open.obligation = &d->obligations[i];
    if (open.transfer)
        open.watch = (struct step_watch){
            .near_at = open.transfer->near_at, .due_at = open.transfer->due_at, .told = open.transfer->warning};
    if (open.obligation)
        open.watch = (struct step_watch){
            .near_at = open.obligation->near_at, .due_at = open.obligation->due_at, .told = open.obligation->warning};
    return open;
}

instant intake_step_watch_next(const struct intake_dossier *d, instant now)
{
    const struct open_step open = find_open(d);

    return step_watch_next(&open.watch, now);
}

bool intake_step_is_told(const struct intake_dossier *d, instant now)
{
    const struct open_step open = find_open(d);

    return step_watch_tells(&open.watch, now) != STEP_WARNING_NONE;
}

bool intake_step_draws_near(const struct intake_dossier *d, instant now)
{
    const struct open_step open = find_open(d);

    return step_watch_tells(&open.watch, now) == STEP_WARNING_NEAR;
}

/* Papers are the giver's until he has given them, then the receiver's, until that one says why he does not take them.
 */
static void tell_transfer(const struct intake_transfer *t, struct intake_decision *ret)
{
    ret->step = t->step;
    ret->round = t->round;
    ret->told = (struct step_told){.kind = STEP_TRANSFER,
                                   .unit = t->state == INTAKE_TRANSFER_GIVEN ? t->to_unit : t->from_unit,
                                   .opened_at = t->opened_at,
                                   .due_at = t->due_at};
}

static void tell_obligation(const struct intake_obligation *o, const struct intake_facts *f,
                            struct intake_decision *ret)
{
    const struct intake_dossier *d = &ret->next;
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);

    ret->step = o->step;
    ret->round = o->round;
    ret->told = (struct step_told){.kind = STEP_OBLIGATION,
                                   .unit = process_unit(process_step(p, o->step), d->unit, d->receiving_unit),
                                   .opened_at = o->opened_at,
                                   .due_at = o->due_at};
}

/* ---- another calendar */

/* A transfer ends at a moment that the law gives from its opening on. */
static bool recount_transfer(struct intake_transfer *t, const struct intake_dossier *d, const struct process *p,
                             const struct intake_facts *f)
{
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(d->received_at));
    struct step_watch w = {.near_at = t->near_at, .due_at = t->due_at, .told = t->warning};
    struct step_span span = {.of = process_step(p, t->step), .counter = d->counter, .opened = t->opened_at};
    struct intake_facts then = *f;
    struct err ignored;
    bool moved;

    if (t->state == INTAKE_TRANSFER_TAKEN || t->opened_at == INSTANT_NONE)
        return false;
    then.now = t->opened_at;
    if (intake_transfer_due(&hours, &then, &span.until, &ignored))
        return false;
    if (t->supplement) { /* no step waits for it: it has no watch */
        moved = span.until != t->due_at;
        t->due_at = span.until;
        return moved;
    }
    span.office = process_unit(span.of, d->unit, d->receiving_unit);
    moved = step_watch_recount(&w, f->catalogue, &span, f->recorded_at);
    t->near_at = w.near_at;
    t->due_at = w.due_at;
    t->warning = w.told;
    return moved;
}

static bool recount_obligation(struct intake_obligation *o, const struct intake_dossier *d, const struct process *p,
                               const struct left_out *left_out, const struct intake_facts *f)
{
    struct step_watch w = {.near_at = o->near_at, .due_at = o->due_at, .told = o->warning};
    struct step_span span = {
        .of = process_step(p, o->step), .counter = d->counter, .opened = o->opened_at, .left_out = left_out};

    if (o->state != INTAKE_OBLIGATION_EXPECTED)
        return false;
    span.office = process_unit(span.of, d->unit, d->receiving_unit);
    if (!step_watch_recount(&w, f->catalogue, &span, f->recorded_at))
        return false;
    o->near_at = w.near_at;
    o->due_at = w.due_at;
    o->warning = w.told;
    return true;
}

bool intake_recount_open(struct intake_dossier *d, const struct intake_facts *f)
{
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);
    const struct left_out left_out = intake_left_out(d);
    bool moved = intake_recount_supplement(d, f);

    for (int i = 0; p && i < d->transfer_count; i++)
        moved |= recount_transfer(&d->transfers[i], d, p, f);
    for (int i = 0; p && i < d->obligation_count; i++)
        moved |= recount_obligation(&d->obligations[i], d, p, &left_out, f);
    return moved;
}

enum err_code intake_tell_step(enum step_warning what, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr)
{
    const struct open_step open = find_open(&ret->next);
    enum err_code rc = step_watch_may_tell(&open.watch, what, f->now, reterr);

    if (rc)
        return rc;
    if (open.transfer) {
        tell_transfer(open.transfer, ret);
        ret->next.transfers[open.transfer - ret->next.transfers].warning = what;
    } else {
        tell_obligation(open.obligation, f, ret);
        ret->next.obligations[open.obligation - ret->next.obligations].warning = what;
    }
    return ERR_OK;
}
