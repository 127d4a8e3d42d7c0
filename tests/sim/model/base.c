/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service's database: what batch_load.c asks for and batch_save.c writes, with the locks in between. Locks are taken
 * all at once or not at all; what is not committed was never there.
 */
#include <string.h>

#include "tests/sim/model/sim.h"

/* ---- rows */

struct row *base_row(struct base *b, struct id id)
{
    for (size_t i = 0; i < b->rows.count; i++)
        if (id_eq(b->rows.items[i]->id, id))
            return b->rows.items[i];
    return NULL;
}

static struct series *series_of(struct base *b, const char *key)
{
    for (size_t i = 0; i < b->series.count; i++)
        if (strcmp(b->series.items[i].key, key) == 0)
            return &b->series.items[i];
    return NULL;
}

static struct offset *offset_of(struct base *b, const struct claim *c)
{
    return &b->offsets[source_of_topic(c->topic)][c->partition];
}

/* ---- load */

static bool others(const struct node *locked, const struct node *p)
{
    return locked && locked != p;
}

/* lock takes all or nothing, so nobody ever waits for anybody in a circle. */
static bool lock(struct base *b, struct node *p, struct run *r)
{
    for (size_t i = 0; i < r->claims.count; i++)
        if (others(offset_of(b, &r->claims.items[i])->locked, p))
            return false;
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        const struct row *row = base_row(b, r->slots[i].subject.id);
        if (row && others(row->locked, p))
            return false;
    }
    for (size_t i = 0; i < r->series.count; i++) {
        const struct series *s = series_of(b, r->series.items[i].key);
        if (s && others(s->locked, p))
            return false;
    }
    for (size_t i = 0; i < r->claims.count; i++)
        offset_of(b, &r->claims.items[i])->locked = p;
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        struct row *row = base_row(b, r->slots[i].subject.id);
        if (row)
            row->locked = p;
    }
    for (size_t i = 0; i < r->series.count; i++) {
        struct series *s = series_of(b, r->series.items[i].key);
        if (!s) {
            s = LIST_ADD(world.arena, &b->series);
            *s = (struct series){.key = arena_strdup(world.arena, r->series.items[i].key), .next = 1};
        }
        s->locked = p;
        r->series.items[i].next = s->next;
    }
    return true;
}

static bool load_claims(struct base *b, struct run *r)
{
    bool all = true;

    for (size_t i = 0; i < r->claims.count; i++) {
        struct claim *c = &r->claims.items[i];
        const struct offset *o = offset_of(b, c);

        c->owned = o->exists && o->epoch == c->epoch;
        c->next_offset = o->next_offset;
        c->next_sequence = o->next_sequence;
        all = all && c->owned;
    }
    return all;
}

static void load_waiting(struct run *r, struct slot *s, const struct row *row)
{
    struct waiter **end = &s->waiters;

    for (const struct parked *k = row->waiting; k; k = k->next) {
        struct waiter *w = ARENA_NEW(r->batch.arena, struct waiter);
        struct work_place place = {.topic = k->topic, .partition = k->partition, .offset = k->offset};
        struct err err;

        w->work = ARENA_NEW(r->batch.arena, struct work);
        w->stored = true;
        w->stored_reason = w->reason = k->reason;
        if (projection_work(r->service, k->event, r->batch.arena, w->work, &err))
            sim_fail("a waiting event cannot be read any more: %s", err.en);
        w->work->place = place;
        *end = w;
        end = &w->next;
    }
}

/* as_kept gives the subject as it was when its state was kept, for the wrong rule. */
static const struct subject *as_kept(const struct node *p, const struct subject *s)
{
    for (size_t i = p->kept_as.count; world.broken == BREAK_KEEP && i-- > 0;)
        if (id_eq(p->kept_as.items[i].id, s->id))
            return &p->kept_as.items[i];
    return s;
}

/* The real executor asks for a kept state beforehand and reads it when it proves old; it comes to the same. */
static void *load_state(struct base *b, struct node *p, const struct subject *s, const struct row *row, struct arena *a)
{
    void *kept = keep_has(p->keep, s->id) ? keep_take(p->keep, as_kept(p, s), a) : NULL;

    sim_saw(kept ? SAW_KEPT : SAW_READ);
    return kept ? kept : state_load(b->source, row->state, a);
}

static void load_subjects(struct base *b, struct node *p, struct run *r)
{
    run_begin_subjects(r);
    run_choose_states(r);
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        struct slot *s = &r->slots[i];
        const struct row *row = base_row(b, s->subject.id);

        if (!row)
            continue;
        s->subject.kind = row->kind;
        s->subject.version = row->version;
        memcpy(s->subject.applied, row->applied, sizeof row->applied);
        s->subject.hold = row->hold;
        s->subject.last_act = row->last_act;
        s->subject.known = true;
        s->stub = false;
        s->was = s->subject;
        if (s->asked && row->state)
            s->subject.state = load_state(b, p, &s->was, row, r->batch.arena);
        load_waiting(r, s, row);
    }
}

static const struct key *key_of(const struct base *b, const struct work *w)
{
    for (size_t k = 0; w->origin == WORK_COMMAND && k < b->keys.count; k++)
        if (strcmp(b->keys.items[k].key, w->idempotency_key) == 0 &&
            strcmp(b->keys.items[k].actor, w->actor.subject) == 0)
            return &b->keys.items[k];
    return NULL;
}

static void load_keys(const struct base *b, struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct work *w = r->works[i];
        const struct key *key = key_of(b, w);

        if (!key)
            continue;
        r->replayed[i] = true;
        r->n_repeated++;
        sim_saw(SAW_REPLAYED);
        if (memcmp(key->body.b, w->body_digest.b, DIGEST_SIZE) != 0) {
            sim_fail("key %s was used for another body", key->key);
            continue;
        }
        w->refusal.code = ERR_OK;
        w->status = key->status;
        w->answer = arena_strdup(w->arena, key->answer);
        w->version = key->version;
    }
}

static void load_timers(struct base *b, struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; r->works[i]->origin == WORK_TIMER && k < b->timers.count; k++)
            if (id_eq(b->timers.items[k].subject, r->works[i]->subject) && b->timers.items[k].due <= r->batch.now &&
                strcmp(b->timers.items[k].act, run_timer_name(r->service, r->works[i]->act)) == 0)
                r->timer_due[i] = true;
}

enum base_end base_load(struct base *b, struct node *p, struct run *r)
{
    if (!lock(b, p, r))
        return BASE_LOCKED;
    watch_begin(p);
    if (!load_claims(b, r))
        return BASE_FENCED;
    load_subjects(b, p, r);
    if (world.broken != BREAK_STATE && run_lacks_state(r))
        return BASE_AGAIN;
    load_keys(b, r);
    load_timers(b, r);
    return BASE_LOADED;
}

/* ---- the end of a transaction */

static void unlock(struct base *b, const struct node *p)
{
    for (size_t i = 0; i < b->rows.count; i++)
        if (b->rows.items[i]->locked == p)
            b->rows.items[i]->locked = NULL;
    for (size_t i = 0; i < b->series.count; i++)
        if (b->series.items[i].locked == p)
            b->series.items[i].locked = NULL;
    for (int s = 0; s < SOURCE_COUNT; s++)
        for (int n = 0; n < PARTITIONS; n++)
            if (b->offsets[s][n].locked == p)
                b->offsets[s][n].locked = NULL;
}

static void save_offsets(struct base *b, const struct run *r)
{
    for (size_t i = 0; i < r->claims.count; i++)
        if (r->claims.items[i].moved) {
            struct offset *o = offset_of(b, &r->claims.items[i]);
            o->next_offset = r->claims.items[i].next_offset;
            o->next_sequence = r->claims.items[i].next_sequence;
            o->last_mark = r->claims.items[i].last_mark;
        }
}

void base_rollback(struct base *b, struct node *p, struct run *r)
{
    if (world.broken == BREAK_OFFSET && r)
        save_offsets(b, r);
    unlock(b, p);
}

static bool unused(const struct slot *s)
{
    if (s->subject.changed || s->subject.version || s->subject.state)
        return false;
    for (const struct waiter *w = s->waiters; w; w = w->next)
        if (!w->gone)
            return false;
    return true;
}

static bool keeps_answer(const struct work *w)
{
    return w->refusal.code == ERR_OK || w->refusal.code == ERR_INVALID || w->refusal.code == ERR_ILLEGAL_MOVE ||
           w->refusal.code == ERR_CONFLICT;
}

static bool stores_key(const struct run *r, size_t i)
{
    return r->works[i]->origin == WORK_COMMAND && !r->replayed[i] && keeps_answer(r->works[i]);
}

bool base_raced(struct base *b, const struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (stores_key(r, i) && key_of(b, r->works[i]))
            return true;
    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].stub && !unused(&r->slots[i]) && base_row(b, r->slots[i].subject.id))
            return world.broken != BREAK_RACE;
    return false;
}

static void saw_waiting(const char *reason)
{
    sim_saw(strcmp(reason, "order") == 0     ? SAW_WAITS_ORDER
            : strcmp(reason, "seen") == 0    ? SAW_WAITS_SEEN
            : strcmp(reason, "release") == 0 ? SAW_WAITS_RELEASE
                                             : SAW_WAITS_HELD);
}

static void save_waiting(struct row *row, const struct slot *s)
{
    struct parked *kept = NULL, **end = &kept;

    for (const struct waiter *w = s->waiters; w; w = w->next) {
        const struct event *e = &w->work->event;
        struct parked *k;

        if (w->gone)
            continue;
        if (!w->stored)
            saw_waiting(w->reason);
        k = ARENA_NEW(world.arena, struct parked);
        *k = (struct parked){.source = e->source,
                             .version = e->version,
                             .release = e->release,
                             .offset = w->work->place.offset,
                             .event = arena_bytes(world.arena, w->work->raw.p, w->work->raw.n),
                             .reason = arena_strdup(world.arena, w->reason),
                             .topic = source_topic(e->source),
                             .partition = w->work->place.partition};
        if (strncmp(k->reason, "refused", 7) == 0)
            sim_fail("%s of %s: %s %lld is %s", row->kind, id_text(row->id).s, e->type, (long long)e->version,
                     k->reason);
        if (world.broken == BREAK_WAITING && row->applied[e->source] < e->version)
            row->applied[e->source] = e->version;
        *end = k;
        end = &k->next;
    }
    row->waiting = kept;
}

static bool is_redriven(const struct run *r, const struct row *row)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->works[i]->origin == WORK_REDRIVE && r->works[i]->reason && id_eq(r->works[i]->subject, row->id))
            return true;
    return false;
}

/* row_to_save: NULL where nothing came of a subject that has no row; of who begins one, its new row. */
static struct row *row_to_save(struct base *b, const struct node *p, const struct slot *s)
{
    struct row *row = base_row(b, s->subject.id);

    if (!s->stub) {
        if (s->subject.known && row->locked != p)
            sim_fail("a row is saved by who does not hold its lock");
        return s->subject.known ? row : NULL;
    }
    if (unused(s))
        return NULL;
    if (row)
        return row; /* BREAK_RACE */
    row = ARENA_NEW(world.arena, struct row);
    *row =
        (struct row){.id = s->subject.id, .kind = arena_strdup(world.arena, s->subject.kind), .last_act = INSTANT_NONE};
    *LIST_ADD(world.arena, &b->rows) = row;
    return row;
}

static void save_subjects(struct base *b, struct node *p, struct run *r)
{
    for (size_t i = 0; i < r->batch.subject_count; i++) {
        struct slot *s = &r->slots[i];
        struct row *row = row_to_save(b, p, s);

        if (!row)
            continue;
        if (row->hold && s->subject.hold && memcmp(row->applied, s->subject.applied, sizeof row->applied) != 0 &&
            !is_redriven(r, row))
            sim_fail("V8: %s applies events of a subject on hold", r->service->name);
        if (s->subject.changed) {
            row->version = s->subject.version;
            memcpy(row->applied, s->subject.applied, sizeof row->applied);
            row->hold = arena_strdup(world.arena, s->subject.hold);
            row->last_act = s->subject.last_act;
        }
        if (s->subject.touched)
            row->state = state_save(b->source, row, s->subject.state);
        save_waiting(row, s);
    }
    for (size_t i = 0; i < p->taken.count; i++) {
        struct row *row = base_row(b, r->slots[p->taken_of.items[i]].subject.id);

        row->ledger = arena_room(world.arena, row->ledger, row->ledger_count, &row->ledger_room, sizeof *row->ledger);
        row->ledger[row->ledger_count++] = p->taken.items[i];
    }
}

static void save_keys(struct base *b, const struct run *r)
{
    for (size_t i = 0; i < r->count && world.broken != BREAK_KEYS; i++) {
        const struct work *w = r->works[i];

        if (!stores_key(r, i))
            continue;
        *LIST_ADD(world.arena, &b->keys) =
            (struct key){.actor = arena_strdup(world.arena, w->actor.subject),
                         .key = w->idempotency_key,
                         .body = w->body_digest,
                         .status = w->refusal.code ? err_row(w->refusal.code)->http : w->status,
                         .answer = arena_strdup(world.arena, w->refusal.code ? w->refusal.en : w->answer),
                         .version = w->version};
    }
}

static void strike(struct base *b, int source, int partition, int64_t sequence)
{
    for (size_t i = 0; i < b->missing.count; i++) {
        const struct missing *m = &b->missing.items[i];

        if (m->source == source && m->partition == partition && m->sequence == sequence) {
            b->missing.items[i] = b->missing.items[--b->missing.count];
            return;
        }
    }
}

static void save_missing(struct base *b, const struct run *r)
{
    for (size_t i = 0; i < r->missing_of.count; i++) {
        const struct work_place *at = &r->missing_of.items[i]->place;

        for (int64_t n = r->missing_from.items[i]; n < at->sequence; n++) {
            int source = (int)source_of_topic(at->topic);

            sim_saw(SAW_MISSING);
            strike(b, source, at->partition, n);
            *LIST_ADD(world.arena, &b->missing) =
                (struct missing){.source = source, .partition = at->partition, .sequence = n};
        }
    }
    for (size_t i = 0; i < r->struck.count; i++) {
        const struct work_place *at = &r->struck.items[i]->place;
        strike(b, (int)source_of_topic(at->topic), at->partition, at->sequence);
    }
    for (size_t i = 0; i < r->dead.count; i++) {
        const struct work_place *at = &r->dead.items[i]->place;
        sim_saw(SAW_DEAD);
        *LIST_ADD(world.arena, &b->dead) = (struct dead){
            .source = (int)source_of_topic(at->topic), .partition = at->partition, .sequence = at->sequence};
    }
}

static void save_timers(struct base *b, const struct run *r)
{
    for (size_t i = 0; i < r->timers.count; i++) {
        const struct timer_row *t = &r->timers.items[i];
        size_t k = 0;

        while (k < b->timers.count &&
               !(id_eq(b->timers.items[k].subject, t->subject) && strcmp(b->timers.items[k].act, t->act) == 0))
            k++;
        if (t->due == INSTANT_NONE && k < b->timers.count)
            b->timers.items[k] = b->timers.items[--b->timers.count];
        else if (t->due != INSTANT_NONE) {
            struct timer *to = k < b->timers.count ? &b->timers.items[k] : LIST_ADD(world.arena, &b->timers);
            *to = (struct timer){.subject = t->subject, .act = t->act, .due = t->due};
        }
    }
}

/* The bytes are read back: what others will read is what is kept. */
static void save_outbox(struct base *b, const struct node *p, const struct run *r)
{
    for (size_t i = 0; i < r->publications.count; i++) {
        const struct publication *k = &r->publications.items[i];
        const struct Taicho__V1__LifecycleEvent *message;
        struct out *o;
        struct event e;
        struct err err;

        if (strcmp(k->topic, source_topic(b->source)) != 0)
            continue; /* a dead letter for <topic>.dlq */
        o = ARENA_NEW(world.arena, struct out);
        *o = (struct out){.id = p->first_out + (int64_t)i,
                          .partition = k->partition,
                          .event_id = k->event_id,
                          .value = arena_bytes(world.arena, k->value.p, k->value.n)};
        if (event_read(o->value, world.arena, &e, &message, &err)) {
            sim_fail("what %s emits cannot be read: %s", r->service->name, err.en);
            return;
        }
        o->subject = e.subject;
        o->version = e.version;
        o->recorded = e.recorded_at;
        o->cause = e.cause;
        o->type = e.type;
        *LIST_ADD(world.arena, &b->outbox) = o;
        world.events++;
        for (size_t n = 0; event_types()[n]; n++)
            world.types[n] += strcmp(event_types()[n], e.type) == 0;
        sim_trace("%s emits %s %lld of %s", r->service->name, e.type, (long long)e.version, id_text(e.subject).s);
    }
}

void base_commit(struct base *b, struct node *p, struct run *r)
{
    save_subjects(b, p, r);
    save_offsets(b, r);
    save_missing(b, r);
    save_keys(b, r);
    for (size_t i = 0; i < r->series.count; i++)
        if (r->series.items[i].taken)
            series_of(b, r->series.items[i].key)->next = r->series.items[i].next;
    save_timers(b, r);
    save_outbox(b, p, r);
    unlock(b, p);
}
