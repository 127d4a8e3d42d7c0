/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process of a service: its queue and executor (a batch in three phases, so that others act between load, save and
 * COMMIT), its consumer (told of the group late or never, claims with epochs), and its death.
 */
#include <string.h>

#include "tests/sim/model/sim.h"

static struct base *base_of(const struct node *p)
{
    return &world.bases[p->service];
}

bool node_submit(struct node *p, struct work *w)
{
    if (!p->alive || p->queued == QUEUE_MAX)
        return false;
    p->queue[p->queued++] = w;
    return true;
}

bool node_idle(const struct node *p)
{
    return p->queued == 0 && p->phase == PHASE_IDLE && p->generation == world.groups[p->service].generation &&
           !p->broken && p->alive && !p->frozen;
}

static void finish(struct work *w)
{
    if (w->done)
        w->done(w);
}

static bool is_command(const struct work *w)
{
    return w->origin == WORK_COMMAND || w->origin == WORK_REDRIVE;
}

static struct part *part_of(struct node *p, const struct work *w)
{
    return &p->parts[source_of_topic(w->place.topic)][w->place.partition];
}

static bool from_kafka(const struct work *w)
{
    return (w->origin == WORK_EVENT || w->origin == WORK_DEAD) && w->place.partition >= 0;
}

/* Pieces of an epoch that is over for this process (C3). */
static bool has_stale(struct node *p)
{
    for (size_t i = 0; i < p->queued; i++)
        if (from_kafka(p->queue[i]) && p->queue[i]->place.epoch != part_of(p, p->queue[i])->epoch)
            return true;
    for (size_t i = 0; i < p->count; i++)
        if (from_kafka(p->works[i]) && p->works[i]->place.epoch != part_of(p, p->works[i])->epoch)
            return true;
    return false;
}

/* ---- the executor */

/* Two commands with the same key never come in one batch. */
static bool same_key(const struct node *p, const struct work *w)
{
    for (size_t i = 0; i < p->count; i++)
        if (w->origin == WORK_COMMAND && p->works[i]->origin == WORK_COMMAND &&
            strcmp(p->works[i]->idempotency_key, w->idempotency_key) == 0)
            return true;
    return false;
}

static void take(struct node *p)
{
    size_t most = 1 + sim_random(BATCH_MAX), n = 0;

    p->count = 0;
    while (n < p->queued && p->count < most && !same_key(p, p->queue[n]))
        p->works[p->count++] = p->queue[n++];
    memmove(p->queue, p->queue + n, (p->queued - n) * sizeof *p->queue);
    p->queued -= n;
    if (p->count)
        p->phase = PHASE_WAITING;
}

/* wake lets subjects whose events waited for the release run again. */
static void wake(struct node *p)
{
    struct base *b = base_of(p);

    if (p->release == p->woken_release)
        return;
    for (size_t i = 0; i < b->rows.count; i++)
        for (const struct parked *k = b->rows.items[i]->waiting; k; k = k->next)
            if (strcmp(k->reason, "release") == 0 && k->release <= p->release) {
                struct work *w = ARENA_NEW(world.arena, struct work);
                *w = (struct work){.origin = WORK_REDRIVE,
                                   .arena = world.arena,
                                   .subject = b->rows.items[i]->id,
                                   .subject_kind = b->rows.items[i]->kind,
                                   .place = {.partition = -1}};
                if (!node_submit(p, w))
                    return;
                break;
            }
    p->woken_release = p->release;
}

/* drop_fenced takes the events of partitions that are not owned any more out of the batch. */
static void drop_fenced(struct node *p, const struct run *r)
{
    size_t left = 0;
    bool stale = has_stale(p);

    for (size_t c = 0; c < r->claims.count; c++) {
        const struct claim *k = &r->claims.items[c];
        if (!k->owned && p->parts[source_of_topic(k->topic)][k->partition].mine && !stale)
            p->broken = true;
    }
    for (size_t i = 0; i < p->count; i++) {
        struct work *w = p->works[i];
        bool lost = false;

        for (size_t c = 0; from_kafka(w) && c < r->claims.count; c++) {
            const struct claim *k = &r->claims.items[c];
            lost = lost || (!k->owned && k->partition == w->place.partition && k->epoch == w->place.epoch &&
                            k->topic == w->place.topic);
        }
        if (!lost)
            p->works[left++] = w;
        else if (w->place.epoch == part_of(p, w)->epoch)
            p->broken = p->broken || part_of(p, w)->mine;
    }
    p->count = left;
}

static bool begins(const struct run *r)
{
    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].stub)
            return true;
    return false;
}

static void begin(struct node *p)
{
    struct base *b = base_of(p);

    if (p->release != b->release)
        p->release = b->release; /* loaded, and the batch made anew */
    arena_reset(p->arena);
    p->run = run_new(p->arena, &sim_services[p->service], p->works, p->count, world.now + p->skew,
                     world.catalogues[p->release]);
    switch (base_load(b, p, p->run)) {
    case BASE_LOCKED:
        sim_saw(SAW_LOCKED);
        p->run = NULL;
        return;
    case BASE_FENCED:
        sim_saw(SAW_FENCED);
        base_rollback(b, p, NULL);
        drop_fenced(p, p->run);
        p->run = NULL;
        if (p->count == 0)
            p->phase = PHASE_IDLE;
        return;
    case BASE_AGAIN:
        sim_saw(SAW_LACKED);
        base_rollback(b, p, NULL);
        p->run = NULL;
        return;
    case BASE_LOADED:
        break;
    }
    run_decide(p->run);
    if (p->run->halt)
        sim_fail("%s halts: %s", p->run->service->name, p->run->halt);
    world.batches++;
    p->phase = PHASE_DECIDED;
    if (!world.calm && begins(p->run) && sim_chance(100)) { /* between load and save: who else begins it is first */
        sim_saw(SAW_FROZEN);
        p->frozen = true;
    }
}

/* fail_commands: nobody could tell what became of COMMIT. */
static void fail_commands(struct node *p)
{
    size_t left = 0;

    for (size_t i = 0; i < p->count; i++) {
        if (!is_command(p->works[i])) {
            p->works[left++] = p->works[i];
            continue;
        }
        p->works[i]->refusal.code = ERR_IN_DOUBT;
        finish(p->works[i]);
    }
    p->count = left;
    p->phase = left ? PHASE_WAITING : PHASE_IDLE;
}

static void note_effects(const struct node *p)
{
    for (size_t i = 0; i < p->run->count; i++)
        if (p->works[i]->origin == WORK_COMMAND && !p->run->replayed[i] && p->works[i]->refusal.code == ERR_OK) {
            struct errand *e = p->works[i]->done_arg;
            if (++e->effects > 1)
                sim_fail("%s did act %d of key %s twice", p->run->service->name, e->act, e->key);
        }
}

static void keep(struct node *p)
{
    p->run->keep = p->keep;
    run_keep(p->run);
    for (size_t i = 0; world.broken == BREAK_KEEP && i < p->run->batch.subject_count; i++)
        *LIST_ADD(world.arena, &p->kept_as) = p->run->slots[i].subject;
}

/* What was stored stays, whoever has heard of it: some of the batch are answered, the states are kept nowhere. */
static void die_untold(struct node *p)
{
    size_t told = sim_random(p->count);

    sim_saw(SAW_KILLED_UNTOLD);
    p->phase = PHASE_IDLE; /* there is nothing to roll back */
    for (size_t i = 0; i < told; i++)
        finish(p->works[i]);
    memmove(p->works, p->works + told, (p->count - told) * sizeof *p->works);
    p->count -= told;
    node_crash(p);
}

static void commit(struct node *p)
{
    struct base *b = base_of(p);

    if (base_raced(b, p->run)) {
        sim_saw(SAW_RACED);
        base_rollback(b, p, p->run);
        p->run = NULL;
        p->phase = PHASE_WAITING;
        return;
    }

    bool fault = !world.calm && sim_chance(40);
    bool stored = !fault || sim_chance(500);

    if (stored) {
        note_effects(p);
        base_commit(b, p, p->run);
    } else
        base_rollback(b, p, p->run);
    if (stored && !world.calm && sim_chance(10)) {
        world.faults++;
        die_untold(p);
        return;
    }
    if (!fault)
        keep(p);
    p->run = NULL;
    if (fault) {
        world.faults++;
        if (sim_chance(500)) {
            sim_saw(stored ? SAW_DOUBT_STORED : SAW_DOUBT_GONE);
            fail_commands(p); /* in doubt, and it stays so */
            return;
        }
        if (!stored) {
            sim_saw(SAW_AGAIN);
            p->phase = PHASE_WAITING; /* serialization failure, a lock, a connection: the whole batch again */
            return;
        }
    }
    p->phase = PHASE_IDLE;
    size_t count = p->count;
    p->count = 0;
    for (size_t i = 0; i < count; i++)
        finish(p->works[i]);
}

void node_step(struct node *p)
{
    switch (p->phase) {
    case PHASE_IDLE:
        /* Without this an idle process never hears of a release, and what waits for it waits on (BREAK_RELEASE). */
        if (world.broken != BREAK_RELEASE && p->queued == 0 && sim_chance(200))
            p->release = base_of(p)->release;
        wake(p);
        take(p);
        break;
    case PHASE_WAITING:
        begin(p);
        break;
    case PHASE_DECIDED: /* ids of the outbox are drawn here, commits come in another order */
        p->first_out = base_of(p)->next_out + 1;
        base_of(p)->next_out += (int64_t)p->run->publications.count;
        p->phase = PHASE_SAVED;
        break;
    case PHASE_SAVED:
        commit(p);
        break;
    }
}

/* ---- the consumer */

static bool listens(int service, int source)
{
    for (size_t i = 0; i < sim_services[service].projection_count; i++)
        if ((int)sim_services[service].projections[i].source == source)
            return true;
    return false;
}

void group_share(int service)
{
    struct group *g = &world.groups[service];
    int alive[PROCESSES], n = 0;

    for (int i = 0; i < PROCESSES; i++)
        if (world.nodes[service][i].alive)
            alive[n++] = i;
    g->generation++;
    for (int s = 0; s < SOURCE_COUNT; s++)
        for (int k = 0; k < PARTITIONS; k++)
            g->owner[s][k] = n && listens(service, s) ? alive[sim_random((uint64_t)n)] : -1;
}

/* claim gives the partition a new epoch; false: its row is locked by a batch, joining again. */
static bool claim(struct node *p, int source, int partition)
{
    struct offset *o = &base_of(p)->offsets[source][partition];
    struct part *at = &p->parts[source][partition];

    if (o->locked)
        return false;
    p->cluster = world.cluster;
    if (!o->exists)
        *o = (struct offset){.exists = true, .next_sequence = 1, .cluster = p->cluster};
    if (o->cluster != p->cluster)
        o->next_offset = 0;
    o->cluster = p->cluster;
    *at = (struct part){.mine = true, .epoch = ++o->epoch, .position = o->next_offset};
    if (o->next_offset > 0 && o->last_mark > 0 && world.broken != BREAK_PLACE) { /* C4 */
        at->position--;
        at->last_mark = o->last_mark;
    }
    return true;
}

/* join takes what the group says; all of it gets new epochs (the range assignor revokes before it assigns). */
static void join(struct node *p)
{
    const struct group *g = &world.groups[p->service];

    p->generation = g->generation;
    p->broken = false;
    for (int s = 0; s < SOURCE_COUNT; s++)
        for (int k = 0; k < PARTITIONS; k++) {
            if (g->owner[s][k] != p->index)
                p->parts[s][k].mine = false;
            else if (!claim(p, s, k)) {
                p->parts[s][k].mine = false;
                p->broken = true;
            }
        }
}

static void restart(struct node *p, int source, int partition)
{
    struct offset *o = &base_of(p)->offsets[source][partition];
    struct part *at = &p->parts[source][partition];

    if (o->locked)
        return;
    if (o->epoch != at->epoch) {
        p->broken = true;
        return;
    }
    o->next_offset = at->position = at->last_mark = 0;
    at->epoch = ++o->epoch;
}

/* look_back compares the message before the stored offset with the one that was read; false: it is another one. */
static bool look_back(struct part *at, const struct lane *log)
{
    if (at->last_mark == 0)
        return true;
    if (at->position >= log->count || log->items[at->position].mark != at->last_mark)
        return false;
    at->last_mark = 0;
    at->position++;
    return true;
}

static struct work *piece(const struct node *p, int source, int partition, int64_t offset)
{
    const struct message *m = &world.logs[source][partition].items[offset];
    struct work *w = ARENA_NEW(world.arena, struct work);
    struct err err;

    if (projection_work(&sim_services[p->service], m->value, world.arena, w, &err)) {
        *w = (struct work){.origin = WORK_DEAD,
                           .act = ACT_SKIP,
                           .subject = m->row->subject,
                           .subject_kind = "dossier",
                           .raw = m->value,
                           .reason = arena_strdup(world.arena, err.en)};
    }
    w->arena = world.arena;
    w->place = (struct work_place){.topic = source_topic((enum source)source),
                                   .partition = partition,
                                   .offset = offset,
                                   .sequence = m->sequence,
                                   .mark = m->mark,
                                   .epoch = p->parts[source][partition].epoch,
                                   .cluster = ""};
    return w;
}

static void read_some(struct node *p)
{
    struct {
        int source, partition;
    } ready[SOURCE_COUNT * PARTITIONS];
    size_t n = 0;

    for (int s = 0; s < SOURCE_COUNT; s++)
        for (int k = 0; k < PARTITIONS; k++) {
            struct part *at = &p->parts[s][k];
            if (at->mine && at->position > world.logs[s][k].count)
                restart(p, s, k);
            else if (at->mine && !look_back(at, &world.logs[s][k])) {
                sim_saw(SAW_CHANGED);
                restart(p, s, k);
            } else if (at->mine && at->position < world.logs[s][k].count) {
                ready[n].source = s;
                ready[n++].partition = k;
            }
        }
    if (n == 0 || has_stale(p))
        return;
    size_t i = sim_random(n);
    struct part *at = &p->parts[ready[i].source][ready[i].partition];
    const struct lane *log = &world.logs[ready[i].source][ready[i].partition];

    for (uint64_t most = 1 + sim_random(6); most > 0 && at->position < log->count && p->queued < QUEUE_MAX * 3 / 4;
         most--)
        if (node_submit(p, piece(p, ready[i].source, ready[i].partition, at->position)))
            at->position++;
}

void node_consume(struct node *p)
{
    if (p->broken)
        join(p);
    else if (p->generation != world.groups[p->service].generation && (world.calm || sim_chance(500)))
        join(p);
    else if (p->cluster != world.cluster && (world.calm || sim_chance(100)))
        join(p);
    else
        read_some(p);
}

/* ---- the end */

static void forget(struct work *w)
{
    if (w->origin == WORK_COMMAND)
        ((struct errand *)w->done_arg)->under_way--;
}

void node_crash(struct node *p)
{
    sim_trace("crash of %s %d in phase %d", sim_services[p->service].name, p->index, (int)p->phase);
    sim_saw(SAW_KILLED);
    if (p->phase == PHASE_DECIDED || p->phase == PHASE_SAVED) {
        sim_saw(SAW_KILLED_MIDST);
        base_rollback(base_of(p), p, p->run);
    }
    for (size_t i = 0; i < p->queued; i++)
        forget(p->queue[i]);
    for (size_t i = 0; i < p->count; i++)
        forget(p->works[i]);
    keep_clear(p->keep);
    if (world.relays[p->service].leader == p)
        world.relays[p->service].leader = NULL; /* what its relay had in hand is gone, also when it is back at once */
    *p = (struct node){.service = p->service, .index = p->index, .arena = p->arena, .keep = p->keep, .skew = p->skew};
    if (sim_chance(700))
        group_share(p->service); /* else the others learn of it when it is back */
}

void node_start(struct node *p)
{
    p->alive = true;
    p->cluster = world.cluster;
    group_share(p->service);
}

/* The database went away and came back: what was under way is run again. */
void node_database_lost(struct node *p)
{
    keep_clear(p->keep);
    if (p->phase != PHASE_DECIDED && p->phase != PHASE_SAVED)
        return;
    sim_saw(SAW_DATABASE);
    base_rollback(base_of(p), p, p->run);
    p->run = NULL;
    p->phase = PHASE_WAITING;
}
