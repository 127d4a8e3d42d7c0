/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler: who goes next, what breaks, when it stops breaking, and when everything has come to rest. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/model/sim.h"

#define STEPS_CALM 400000

struct world world;

const char *const sim_break_names[] = {
#define X(symbol, name) name,
    BREAK_MAP(X)
#undef X
};

const char *const sim_saw_names[] = {
#define X(symbol, name) name,
    SAW_MAP(X)
#undef X
};

void sim_saw(enum sim_saw what)
{
    world.saw[what]++;
}

/* ---- chance */

uint64_t sim_random(uint64_t below)
{
    uint64_t z = world.random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (z ^ z >> 31) % below;
}

bool sim_chance(int per_mille)
{
    return sim_random(1000) < (uint64_t)per_mille;
}

struct id sim_id(const char *what)
{
    char text[64];
    struct id id;

    (void)snprintf(text, sizeof text, "%llu %s", (unsigned long long)world.seed, what);
    struct digest d = digest_of(text, strlen(text));
    memcpy(id.b, d.b, sizeof id.b);
    return id;
}

void sim_fail(const char *fmt, ...)
{
    va_list ap;

    if (world.failure[0])
        return;
    va_start(ap, fmt);
    (void)vsnprintf(world.failure, sizeof world.failure, fmt, ap);
    va_end(ap);
    sim_trace("FAILED: %s", world.failure);
}

void sim_trace(const char *fmt, ...)
{
    va_list ap;

    if (!world.trace)
        return;
    va_start(ap, fmt);
    printf("# %6ld ", world.steps);
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
}

/* ---- birth */

static void make_dossiers(void)
{
    static const struct {
        const char *counter, *procedure;
    } kinds[] = {{"H11.35-Q1", "1.000001"}, {"H11.35-Q1", "1.000002"}, {"H11.01-Q1", "1.000003"}};

    world.dossier_count = 3 + (int)sim_random(DOSSIERS_MAX - 2);
    for (int i = 0; i < world.dossier_count; i++) {
        size_t k = sim_random(COUNT_OF(kinds));
        world.dossiers[i] = (struct dossier){.counter = kinds[k].counter, .procedure = kinds[k].procedure};
    }
}

static void make_world(uint64_t seed, enum sim_break broken, bool trace)
{
    static struct arena *memory;
    static struct arena *arenas[SERVICES][PROCESSES];
    static struct keep *keeps[SERVICES][PROCESSES];

    if (!memory)
        memory = arena_new((size_t)256 << 20);
    arena_reset(memory);
    watch_services();
    world = (struct world){.seed = seed,
                           .random = seed * UINT64_C(0xD1342543DE82EF95) + 1,
                           .broken = broken,
                           .arena = memory,
                           .now = instant_of_day(FIRST_DAY, FIRST_HOUR),
                           .cluster = 1,
                           .trace = trace};
    reference_make();
    for (int s = 0; s < SERVICES; s++) {
        struct base *b = &world.bases[s];

        b->source = (enum source)s;
        b->release = 1;
        for (int k = 0; k < PARTITIONS; k++) {
            b->published[k].next_sequence = 1;
            b->published[k].last_offset = -1;
        }
        for (int i = 0; i < PROCESSES; i++) {
            if (!arenas[s][i])
                arenas[s][i] = arena_new((size_t)32 << 20);
            if (!keeps[s][i])
                keeps[s][i] = keep_new(KEEP_MAX, sim_services[s].ops->copy);
            keep_clear(keeps[s][i]);
            world.nodes[s][i] = (struct node){.service = s,
                                              .index = i,
                                              .alive = true,
                                              .cluster = 1,
                                              .arena = arenas[s][i],
                                              .keep = keeps[s][i],
                                              .skew = (int64_t)sim_random(5) * INSTANT_SECOND};
        }
        group_share(s);
    }
    make_dossiers();
}

struct node *sim_anyone(void)
{
    return &world.nodes[sim_random(SERVICES)][sim_random(PROCESSES)];
}

/* ---- time */

static void one_step(void)
{
    struct node *p = sim_anyone();

    world.steps++;
    world.now += (int64_t)sim_random(20) * INSTANT_MS;
    if (!world.calm && sim_chance(12))
        fault_break();
    if (!p->alive) {
        if (world.calm || sim_chance(20))
            node_start(p);
        return;
    }
    if (p->frozen) {
        if (world.calm || sim_chance(20))
            p->frozen = false;
        return;
    }
    switch (sim_random(20)) {
    case 0:
    case 1:
        people_step(&world.dossiers[sim_random((uint64_t)world.dossier_count)]);
        break;
    case 2:
    case 3:
    case 4:
    case 5:
        relay_model_step(p->service);
        break;
    case 6:
    case 7:
    case 8:
    case 9:
    case 10:
        node_consume(p);
        break;
    case 11:
        if (sim_chance(world.calm ? 500 : 100))
            fault_operate();
        break;
    case 12:
        if (sim_chance(200))
            fault_remind();
        if (!world.calm && sim_chance(100))
            fault_recount();
        break;
    default:
        node_step(p);
    }
}

static bool everything_read(int s)
{
    for (int source = 0; source < SOURCE_COUNT; source++)
        for (int k = 0; k < PARTITIONS; k++) {
            int owner = world.groups[s].owner[source][k];
            const struct part *at = owner < 0 ? NULL : &world.nodes[s][owner].parts[source][k];

            if (at && (!at->mine || at->position != world.logs[source][k].count ||
                       at->epoch != world.bases[s].offsets[source][k].epoch))
                return false;
        }
    return true;
}

/* unrest says what is still going on, NULL when all is at rest. */
static const char *unrest(void)
{
    for (int i = 0; i < world.dossier_count; i++)
        if (!people_finished(&world.dossiers[i]))
            return "a dossier is not finished";
    for (int s = 0; s < SERVICES; s++) {
        const struct base *b = &world.bases[s];

        for (int i = 0; i < PROCESSES; i++)
            if (!node_idle(&world.nodes[s][i]))
                return "a process is busy";
        if (b->release != world.bases[SOURCE_INTAKE].release)
            return "a release is not everywhere";
        if (!relay_model_idle(s))
            return "a relay is busy";
        if (b->missing.count)
            return "a number is missing";
        if (!everything_read(s))
            return "a message is not read";
        for (size_t i = 0; i < b->numbered.count; i++)
            if (b->numbered.items[i]->dropped)
                return "a message is lost";
        for (size_t i = 0; i < b->dead.count; i++)
            if (!b->dead.items[i].replayed)
                return "a dead letter is open";
        for (size_t i = 0; i < b->rows.count; i++)
            if (b->rows.items[i]->hold)
                return "a subject is on hold";
        for (size_t i = 0; i < b->rows.count; i++)
            if (b->rows.items[i]->waiting)
                return "an event waits";
        for (size_t i = 0; i < b->timers.count; i++)
            if (b->timers.items[i].due <= world.now)
                return "a timer is due";
    }
    return NULL;
}

/* What is in the way of rest, for the one who reads the failure. */
static void stuck(void)
{
    char why[500];
    size_t n = 0;

    why[0] = '\0';
    for (int s = 0; s < SERVICES; s++) {
        const struct base *b = &world.bases[s];
        for (size_t i = 0; i < b->rows.count && n + 120 < sizeof why; i++)
            for (const struct parked *k = b->rows.items[i]->waiting; k && n + 120 < sizeof why; k = k->next)
                n += (size_t)snprintf(why + n, sizeof why - n, "; %s: %s %lld of %s waits for %s (applied %lld)",
                                      sim_services[s].name, source_name(k->source), (long long)k->version,
                                      id_text(b->rows.items[i]->id).s, k->reason,
                                      (long long)b->rows.items[i]->applied[k->source]);
    }
    for (int i = 0; i < world.dossier_count && n + 60 < sizeof why; i++)
        if (!people_finished(&world.dossiers[i]))
            n += (size_t)snprintf(why + n, sizeof why - n, "; dossier %d is not finished", i);
    sim_fail("V10: no rest after %d calm steps: %s%s", STEPS_CALM, unrest(), why);
}

/* For a trace: where a listener has not heard all numbers that were given. */
static void show_lanes(void)
{
    for (int s = 0; s < SERVICES; s++)
        for (int source = 0; source < SOURCE_COUNT; source++)
            for (int k = 0; k < PARTITIONS; k++) {
                const struct offset *o = &world.bases[s].offsets[source][k];
                const struct lane *log = &world.logs[source][k];

                if (!o->exists || o->next_sequence == world.bases[source].published[k].next_sequence)
                    continue;
                sim_trace("%s read %s/%d to offset %lld, number %lld; given were %lld", sim_services[s].name,
                          source_name((enum source)source), k, (long long)o->next_offset, (long long)o->next_sequence,
                          (long long)world.bases[source].published[k].next_sequence);
                for (int64_t i = 0; i < log->count; i++)
                    sim_trace("    %lld: number %lld, %s", (long long)i, (long long)log->items[i].sequence,
                              log->items[i].row->type);
            }
}

bool sim_run(uint64_t seed, enum sim_break broken, bool trace)
{
    make_world(seed, broken, trace);
    long faulty = 1000 + (long)sim_random(9000);
    while (world.steps < faulty && !world.failure[0])
        one_step();
    world.calm = true;
    sim_trace("calm");
    for (long i = 0; !world.failure[0]; i++) {
        one_step();
        if (i % 64 == 0 && !unrest())
            break;
        if (i == STEPS_CALM)
            stuck();
    }
    if (!world.failure[0])
        check_all();
    if (world.failure[0] && world.trace)
        show_lanes();
    return !world.failure[0];
}
