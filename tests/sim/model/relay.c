/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay as relay.c does it: ticks of what is committed and was not seen before, numbered and saved before they go
 * out, saved again when they are out; a new leader repeats what was not saved. And the broker's log under it.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/model/sim.h"

#define TAIL 50 /* messages that are looked at to find out what is left of a log */

/* ---- the log */

static void put(struct lane *log, int64_t sequence, struct bytes value, const struct out *row)
{
    if (log->count == log->room) {
        int64_t room = log->room ? 2 * log->room : 16;
        struct message *items = ARENA_ARRAY(world.arena, (size_t)room, struct message);

        if (log->count)
            memcpy(items, log->items, (size_t)log->count * sizeof *items);
        log->items = items;
        log->room = room;
    }
    log->items[log->count++] =
        (struct message){.sequence = sequence, .mark = ++world.appended, .value = value, .row = row};
}

/* A repeat must be the same message under the same number. */
static void same_as_before(struct out *row)
{
    if (!row->first_number)
        row->first_number = row->number;
    if (row->first_number != row->number)
        sim_fail("%s %lld was published as number %lld and again as %lld", row->type, (long long)row->version,
                 (long long)row->first_number, (long long)row->number);
}

void relay_model_append(int service, struct out *row, bool faults)
{
    struct lane *log = &world.logs[service][row->partition];

    same_as_before(row);
    row->sent++;
    if (faults && sim_chance(12)) { /* acknowledged and lost */
        world.faults++;
        sim_saw(SAW_LOST);
        row->dropped = true;
        sim_trace("%s number %lld of %s/%d is lost", row->type, (long long)row->number,
                  source_name((enum source)service), row->partition);
        return;
    }
    if (faults && sim_chance(6)) { /* cut short on its way */
        world.faults++;
        sim_saw(SAW_CUT);
        put(log, row->number, (struct bytes){row->value.p, row->value.n - 1 - sim_random(row->value.n / 2)}, row);
        row->dropped = true;
        return;
    }
    put(log, row->number, row->value, row);
    if (!faults)
        row->dropped = false;
    if (faults && sim_chance(30)) {
        world.faults++;
        sim_saw(SAW_DOUBLED);
        put(log, row->number, row->value, row);
    }
}

/* ---- leading */

static void rewind_lanes(struct relay *r, const struct base *b)
{
    r->at = b->tick_done;
    r->slice = 0;
    r->lost_data = false;
    for (int k = 0; k < PARTITIONS; k++)
        r->lanes[k].sequence = b->published[k].next_sequence;
}

static void lead(struct relay *r, struct base *b, int service)
{
    struct node *p = &world.nodes[service][sim_random(PROCESSES)];

    if (!p->alive || p->frozen)
        return;
    *r = (struct relay){.leader = p};
    sim_saw(SAW_LEADERS);
    if (b->tick_open && b->tick_done < (int64_t)b->ticked.count && b->ticked.items[b->tick_done]->sent)
        sim_saw(SAW_TICK_AGAIN);
    rewind_lanes(r, b);
    for (int k = 0; k < PARTITIONS; k++) {
        r->lanes[k].offset = b->published[k].last_offset;
        r->lanes[k].lost_at = -1;
        r->lanes[k].from = 1;
    }
    if (world.broken == BREAK_NUMBERS && b->tick_open) {
        for (size_t i = (size_t)b->tick_done; i < b->ticked.count; i++)
            b->ticked.items[i]->number = 0;
        b->numbered.count -= b->ticked.count - (size_t)b->tick_done;
        b->tick_open = false;
    }
}

/* ---- what the broker lost */

static int64_t last_number(const struct lane *log, int64_t high)
{
    int64_t have = 0;

    for (int64_t i = high > TAIL ? high - TAIL : 0; i < high; i++)
        if (log->items[i].sequence > have)
            have = log->items[i].sequence;
    return have;
}

static void save_lanes(struct relay *r, struct base *b, bool lost)
{
    for (int k = 0; k < PARTITIONS; k++)
        if (r->lanes[k].moved) {
            b->published[k].next_sequence = r->lanes[k].sequence;
            b->published[k].last_offset = lost ? INT64_MAX : r->lanes[k].offset;
            if (lost)
                continue;
            r->lanes[k].moved = r->lanes[k].lost = false;
            r->lanes[k].lost_at = -1;
        }
}

static void check(struct relay *r, struct base *b, int service)
{
    bool other = b->relay_cluster && b->relay_cluster != world.cluster, any = false;

    rewind_lanes(r, b);
    for (int k = 0; k < PARTITIONS; k++) {
        const struct lane *log = &world.logs[service][k];
        int64_t high = log->count, until = r->lanes[k].lost_at;

        r->lanes[k].lost = other || until >= 0 || high <= b->published[k].last_offset;
        r->lanes[k].moved = r->lanes[k].lost;
        if (!r->lanes[k].lost)
            continue;
        int64_t have = last_number(log, until >= 0 && until < high ? until : high);
        r->lanes[k].offset = high - 1;
        r->lanes[k].from = have + 1;
        r->lanes[k].to = b->published[k].next_sequence - 1;
        if (have >= b->published[k].next_sequence && !b->tick_open)
            r->lanes[k].sequence = have + 1;
        any = true;
    }
    r->recovering = any;
    r->recovered = 0;
    if (any)
        save_lanes(r, b, true);
    else {
        b->relay_cluster = world.cluster;
        r->checked = true;
    }
}

static void recover(struct relay *r, struct base *b, int service)
{
    uint64_t most = 1 + sim_random(6);

    for (; r->recovered < b->numbered.count && most > 0; r->recovered++) {
        struct out *row = b->numbered.items[r->recovered];
        int k = row->partition;

        if (row->number < r->lanes[k].from || row->number > r->lanes[k].to)
            continue;
        relay_model_append(service, row, false);
        r->lanes[k].offset = world.logs[service][k].count - 1;
        most--;
    }
    if (r->recovered < b->numbered.count)
        return;
    for (int k = 0; k < PARTITIONS; k++) {
        r->lanes[k].moved = r->lanes[k].lost;
        r->lanes[k].from = 1;
        r->lanes[k].to = 0;
    }
    save_lanes(r, b, false);
    sim_saw(SAW_RECOVERED);
    b->relay_cluster = world.cluster;
    r->recovering = false;
    r->checked = true;
}

/* ---- ticks */

static int by_id(const void *x, const void *y)
{
    const struct out *a = *(struct out *const *)x, *b = *(struct out *const *)y;
    return (a->id > b->id) - (a->id < b->id);
}

static bool is_fresh(const struct base *b, const struct out *row)
{
    return row->number == 0 && (world.broken != BREAK_LAST_ID || row->id > b->greatest_id);
}

static void take(struct relay *r, struct base *b)
{
    int64_t next[PARTITIONS];

    b->ticked.count = 0;
    for (size_t i = b->outbox.count; i-- > 0 && b->outbox.count - i < 500;)
        if (is_fresh(b, b->outbox.items[i]))
            *LIST_ADD(world.arena, &b->ticked) = b->outbox.items[i];
    if (b->ticked.count == 0)
        return;
    qsort(b->ticked.items, b->ticked.count, sizeof *b->ticked.items, by_id);
    for (int k = 0; k < PARTITIONS; k++)
        next[k] = b->published[k].next_sequence;
    for (size_t i = 0; i < b->ticked.count; i++) {
        struct out *row = b->ticked.items[i];
        row->number = next[row->partition]++;
        *LIST_ADD(world.arena, &b->numbered) = row;
        b->greatest_id = row->id;
    }
    b->tick++;
    b->tick_open = true;
    b->tick_done = 0;
    rewind_lanes(r, b);
    if (world.broken == BREAK_CURSOR) {
        for (int k = 0; k < PARTITIONS; k++)
            b->published[k].next_sequence = next[k];
        b->tick_open = false;
        b->tick_done = (int64_t)b->ticked.count;
    }
}

static void send(struct relay *r, struct base *b, int service)
{
    for (uint64_t most = 1 + sim_random(3); most > 0 && r->at < (int64_t)b->ticked.count; most--) {
        struct out *row = b->ticked.items[r->at++];
        struct lane *log = &world.logs[service][row->partition];
        int64_t offset = log->count;

        relay_model_append(service, row, !world.calm);
        r->lanes[row->partition].sequence = row->number + 1;
        if (log->count == offset)
            continue;
        if (offset <= r->lanes[row->partition].offset && r->lanes[row->partition].lost_at < 0) {
            r->lost_data = true;
            r->lanes[row->partition].lost_at = offset;
        }
        r->lanes[row->partition].offset = log->count - 1;
    }
    /* A lane moves with its numbers also when the broker lost the message. */
    for (int64_t i = b->tick_done; i < r->at; i++)
        r->lanes[b->ticked.items[i]->partition].moved = true;
}

static void save(struct relay *r, struct base *b)
{
    if (r->lost_data) {
        r->checked = false;
        rewind_lanes(r, b);
        return;
    }
    save_lanes(r, b, false);
    b->tick_done = r->at;
    b->tick_open = r->at < (int64_t)b->ticked.count;
}

void relay_model_step(int service)
{
    struct relay *r = &world.relays[service];
    struct base *b = &world.bases[service];

    if (!r->leader || !r->leader->alive)
        lead(r, b, service);
    else if (r->leader->frozen)
        return;
    else if (r->recovering)
        recover(r, b, service);
    else if (!r->checked)
        check(r, b, service);
    else if (r->at < (int64_t)b->ticked.count && (b->tick_open || world.broken == BREAK_CURSOR))
        send(r, b, service);
    else if (b->tick_open)
        save(r, b);
    else
        take(r, b);
    if (r->checked && b->tick_open && r->at > b->tick_done && sim_chance(200))
        save(r, b);
    /* New numbers are wrong only where a leader ends in the middle of a tick: here it does so often enough to be seen.
     */
    if (world.broken == BREAK_NUMBERS && !world.calm && b->tick_open && r->at > b->tick_done && sim_chance(100))
        r->leader = NULL;
}

bool relay_model_idle(int service)
{
    const struct relay *r = &world.relays[service];
    const struct base *b = &world.bases[service];

    for (size_t i = 0; i < b->outbox.count; i++)
        if (is_fresh(b, b->outbox.items[i]))
            return false;
    return r->leader && r->leader->alive && r->checked && !b->tick_open;
}
