/* SPDX-License-Identifier: Apache-2.0 */
/* What breaks, by chance, and what operators and the clock do about it. */
#include "services/appraisal/appraisal.h"
#include "services/intake/intake.h"
#include "services/intake/recount.h"
#include "tests/sim/model/sim.h"

static void wipe(bool other_cluster)
{
    if (other_cluster) {
        world.cluster++;
        for (int s = 0; s < SERVICES; s++) {
            for (int k = 0; k < PARTITIONS; k++)
                world.logs[s][k].count = 0;
            world.relays[s].leader = NULL; /* its producer fails: it begins anew */
        }
        sim_saw(SAW_WIPED);
        sim_trace("the broker is another one and empty");
        return;
    }
    /* The broker lost power: some logs lost their tails. Its clients were cut off: they connect and claim again. */
    for (int s = 0; s < SERVICES; s++) {
        for (int k = 0; k < PARTITIONS; k++) {
            struct lane *log = &world.logs[s][k];
            if (log->count && sim_chance(300))
                log->count -= (int64_t)sim_random((uint64_t)(log->count < 4 ? log->count : 4) + 1);
            sim_trace("%s/%d ends at %lld", sim_services[s].name, k, (long long)log->count);
        }
        world.relays[s].leader = NULL;
        for (int i = 0; i < PROCESSES; i++)
            world.nodes[s][i].broken = world.nodes[s][i].alive;
    }
    sim_saw(SAW_TORN);
    sim_trace("the broker lost the tails of some logs");
}

static void repeat_old(void)
{
    size_t s = sim_random(SERVICES);
    struct base *b = &world.bases[s];

    if (b->numbered.count) {
        struct out *row =
            b->numbered.items[b->numbered.count - 1 - sim_random(b->numbered.count < 20 ? b->numbered.count : 20)];
        if (row->sent && !row->dropped)
            relay_model_append((int)s, row, false);
        sim_saw(SAW_OLD);
    }
}

/* An operator sets an offset back and lets the group join again. */
static void from_the_beginning(void)
{
    size_t s = sim_random(SERVICES);
    struct base *b = &world.bases[s];
    struct offset *o = &b->offsets[sim_random(SOURCE_COUNT)][sim_random(PARTITIONS)];

    if (o->exists && !o->locked) {
        o->next_offset = 0;
        o->epoch++;
        sim_saw(SAW_SET_BACK);
        group_share((int)s);
    }
}

static void release(void)
{
    for (int s = 0; s < SERVICES; s++) {
        struct base *b = &world.bases[s];
        if (b->release == 1 && (s == SOURCE_INTAKE ? !world.calm : world.bases[SOURCE_INTAKE].release == 2) &&
            sim_chance(300)) {
            b->release = 2;
            sim_trace("%s has release 2", sim_services[s].name);
        }
    }
}

#define WEEKS_LATER 25        /* days: longer than a complaint may wait for its answer */
#define AFTERNOON   (16 * 60) /* what is due this day draws near */

/* A few days, each as it comes, with an afternoon or without; in some worlds it is weeks later then. */
static void next_day(void)
{
    int32_t day = instant_day(world.now);
    instant afternoon = instant_of_day(day, AFTERNOON);

    if (day < FIRST_DAY + 3 && world.now < afternoon && sim_chance(300)) {
        world.now = afternoon;
        sim_trace("the afternoon");
        return;
    }
    bool long_ago = day >= FIRST_DAY + 3;
    if (long_ago && (day > FIRST_DAY + 3 || !sim_chance(80)))
        return;
    world.now = instant_of_day(day + (long_ago ? WEEKS_LATER : 1), FIRST_HOUR);
    sim_trace(long_ago ? "weeks later" : "the next day");
}

void fault_break(void)
{
    struct node *p = sim_anyone();

    world.faults++;
    switch (sim_random(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (p->alive)
            node_crash(p);
        break;
    case 4:
        p->frozen = p->alive;
        sim_saw(SAW_FROZEN);
        break;
    case 5:
    case 6:
        sim_saw(SAW_SHARED);
        group_share(p->service);
        break;
    case 7: /* PostgreSQL ends and comes back */
        for (int i = 0; i < PROCESSES; i++)
            node_database_lost(&world.nodes[p->service][i]);
        world.relays[p->service].leader = NULL;
        break;
    case 8:
    case 9: /* the relay's connection ends, the lock with it */
        world.relays[p->service].leader = NULL;
        break;
    case 10:
        from_the_beginning();
        break;
    case 11:
    case 12:
        repeat_old();
        break;
    case 13:
        if (sim_chance(150))
            wipe(sim_chance(500));
        break;
    case 14:
        next_day();
        break;
    case 15:
        release();
        break;
    }
}

/* ---- what operators do: alarms are looked at, sooner or later */

static struct out *row_of_number(struct base *b, int partition, int64_t number)
{
    for (size_t i = 0; i < b->numbered.count; i++)
        if (b->numbered.items[i]->partition == partition && b->numbered.items[i]->number == number)
            return b->numbered.items[i];
    return NULL;
}

static void replay(int source, int partition, int64_t number)
{
    struct out *row = row_of_number(&world.bases[source], partition, number);

    if (!row || !row->sent)
        sim_fail("number %lld of %s/%d is missing and was never published", (long long)number,
                 source_name((enum source)source), partition);
    else
        relay_model_append(source, row, false);
}

/* A dead letter is done with when its event was taken in after all, not when it was sent again: that may be lost too.
 */
static void replay_dead(struct base *b, struct dead *d)
{
    const struct out *out = row_of_number(&world.bases[d->source], d->partition, d->sequence);
    const struct row *row = out ? base_row(b, out->subject) : NULL;

    d->replayed = row && row->applied[d->source] >= out->version;
    if (!d->replayed)
        replay(d->source, d->partition, d->sequence);
}

void fault_operate(void)
{
    struct base *b = &world.bases[sim_random(SERVICES)];

    if (world.calm)
        release();
    if (b->missing.count) {
        const struct missing *m = &b->missing.items[sim_random(b->missing.count)];
        replay(m->source, m->partition, m->sequence);
    }
    for (size_t i = 0; i < b->dead.count; i++)
        if (!b->dead.items[i].replayed)
            replay_dead(b, &b->dead.items[i]);
    for (size_t i = 0; world.calm && i < b->numbered.count; i++)
        if (b->numbered.items[i]->dropped)
            relay_model_append((int)b->source, b->numbered.items[i], false);
    for (size_t i = 0; i < b->rows.count; i++)
        if (b->rows.items[i]->hold && sim_chance(300)) {
            struct work *w = ARENA_NEW(world.arena, struct work);
            *w = (struct work){.origin = WORK_REDRIVE,
                               .arena = world.arena,
                               .subject = b->rows.items[i]->id,
                               .subject_kind = b->rows.items[i]->kind,
                               .reason = "operator",
                               .place = {.partition = -1}};
            (void)node_submit(&world.nodes[b->source][sim_random(PROCESSES)], w);
        }
}

/* An administrator has the date of a dossier counted again: its turn is a timer, set beside all work on it. */
void fault_recount(void)
{
    struct base *b = &world.bases[SOURCE_INTAKE];
    const struct dossier *d = &world.dossiers[sim_random((uint64_t)world.dossier_count)];
    const struct row *row = base_row(b, d->id);

    if (!d->accepted || !row || !row->state || b->release < 2)
        return;
    for (size_t i = 0; i < b->timers.count; i++)
        if (id_eq(b->timers.items[i].subject, d->id) && strcmp(b->timers.items[i].act, INTAKE_RECOUNT_TIMER) == 0)
            return;
    *LIST_ADD(world.arena, &b->timers) =
        (struct timer){.subject = d->id, .act = INTAKE_RECOUNT_TIMER, .due = world.now};
}

void fault_remind(void)
{
    static const int of_timers[] = {SOURCE_INTAKE, SOURCE_APPRAISAL, SOURCE_APPROVAL, SOURCE_RETURN};
    int service = of_timers[sim_random(COUNT_OF(of_timers))];
    struct base *b = &world.bases[service];

    for (size_t i = 0; i < b->timers.count; i++)
        if (b->timers.items[i].due <= world.now && sim_chance(300)) {
            struct work *w = ARENA_NEW(world.arena, struct work);
            *w = (struct work){.origin = WORK_TIMER,
                               .arena = world.arena,
                               .act = run_act_of_timer(&sim_services[service], b->timers.items[i].act),
                               .subject = b->timers.items[i].subject,
                               .subject_kind = "dossier",
                               .place = {.partition = -1}};
            (void)node_submit(&world.nodes[service][sim_random(PROCESSES)], w);
        }
}
