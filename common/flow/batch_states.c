/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which states a batch reads: those that its pieces need, unless they are kept from the last time (keep.h) or are to
 * begin now; and which it keeps behind its commit.
 */
#include <string.h>

#include "common/flow/batch_private.h"

/* Nothing comes of it but a hold: of what cannot be read, or stored. */
static bool only_holds(const struct work *w)
{
    return w->origin == WORK_DEAD || (w->origin == WORK_EVENT && w->poison);
}

/* Whose act needs the subject's state: all but an event that only counts its version here, and what is held instead of
 * applied, for the state may be what cannot be read. */
static bool needs_state(const struct work *w)
{
    if (only_holds(w))
        return false;
    return w->origin != WORK_EVENT || w->act != ACT_SKIP || w->whole;
}

/* The first that is ever done to a subject, unless it comes again or something else overtook it. */
static bool begins(const struct run *r, const struct work *w)
{
    const char *kind = r->service->ops->begins;

    if (!kind || !w->subject_kind || strcmp(w->subject_kind, kind) != 0)
        return false;
    if (w->origin == WORK_COMMAND)
        return w->creates;
    if (w->origin != WORK_EVENT || w->event.version != 1)
        return false;
    for (int source = 0; source < SOURCE_COUNT; source++)
        if (w->event.seen[source])
            return false;
    return true;
}

void run_choose_states(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct slot *s = run_slot_of(r, i);

        if (!s || !needs_state(r->works[i]))
            continue;
        s->asked = true;
        s->fresh = s->fresh || begins(r, r->works[i]);
    }
}

/* Neither kept nor about to begin: a batch that has none such asks for no state at all. */
static bool reads_at_once(const struct run *r, const struct slot *s)
{
    return s->asked && !s->fresh && !keep_has(r->keep, s->subject.id);
}

void run_ask_states(struct run *r)
{
    const struct executor_ops *ops = r->service->ops;
    struct db_array *ids = db_array_new(r->batch.arena, DB_UUID);
    bool any = false;

    run_choose_states(r);
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        const struct slot *s = &r->slots[i];

        any = any || s->asked;
        if (reads_at_once(r, s))
            db_array_uuid(ids, s->subject.id);
    }
    r->batch.subject_ids = ids;
    if (db_array_count(ids))
        ops->ask(&r->batch);
    r->named = any && ops->ask_named;
    if (r->named)
        ops->ask_named(&r->batch);
}

enum err_code run_take_states(struct run *r, struct err *reterr)
{
    const struct executor_ops *ops = r->service->ops;
    enum err_code rc = ERR_OK;

    if (db_array_count(r->batch.subject_ids))
        rc = ops->take(&r->batch, reterr);
    if (!rc && r->named && ops->take_named)
        rc = ops->take_named(&r->batch, reterr);
    return rc;
}

struct db_array *run_use_kept(struct run *r)
{
    const struct db_array *read = r->batch.subject_ids;
    struct db_array *old = db_array_new(r->batch.arena, DB_UUID);
    size_t was_read = 0;

    for (size_t i = 0; i < r->batch.subject_count; i++) {
        struct slot *s = &r->slots[i];

        if (!s->asked)
            continue;
        if (reads_at_once(r, s)) {
            was_read++;
            continue;
        }
        s->subject.state = keep_take(r->keep, &s->subject, r->batch.arena);
        if (!s->subject.state && s->subject.known)
            db_array_uuid(old, s->subject.id);
    }
    BUG_IF(was_read != db_array_count(read), "%zu states were read, %zu are needed", db_array_count(read), was_read);
    return old;
}

/* Rare, as an event that waits is; the state of all others need not be read for it. */
bool run_lacks_state(struct run *r)
{
    bool lacks = false;

    for (size_t i = 0; i < r->count; i++) {
        struct slot *s = run_slot_of(r, i);

        if (s && s->waiters && !s->asked && !only_holds(r->works[i]))
            lacks = r->works[i]->whole = true;
    }
    return lacks;
}

void run_keep(struct run *r)
{
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        const struct slot *s = &r->slots[i];

        if (s->asked && (s->subject.changed || !keep_has(r->keep, s->subject.id))) {
            bool kept = keep_put(r->keep, &s->subject);
            /* Other processes would not see it. */
            BUG_IF(kept && s->subject.touched && !s->subject.changed, "%s changed a state without an event",
                   r->service->name);
        } else if (s->subject.changed)
            keep_move(r->keep, &s->was, &s->subject);
    }
}
