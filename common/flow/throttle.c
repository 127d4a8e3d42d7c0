/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a partition may hold that was not read yet. Kafka keeps all for days; the development broker throws the oldest
 * away at 5 MiB of a partition, read or not, and says nothing. So where the setting names the services that read what
 * this one publishes, the relay asks how far they have told the broker that they are, and gives a partition no more
 * than a budget beyond that. Without the setting none of this runs.
 *
 * The rows of a tick keep their order, so a full partition stops those behind it too, until its readers have moved on.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/flow/event.h"
#include "common/flow/relay_private.h"

#define BUDGET      ((int64_t)4 * 1024 * 1024)
#define MARK_EVERY  (BUDGET / UNREAD_MARKS)
#define HEADERS     512 /* of a message, with its key and frame: 390 are usual */
#define PATIENCE_US (500 * INSTANT_MS)
#define ASK_MS      2000
#define NAP_MS      20
#define LANES_MAX   64

static bool is_read_by_services(const struct lane *l)
{
    return source_of_topic(l->topic) != SOURCE_NONE || !strcmp(l->topic, CATALOGUE_TOPIC);
}

/* all_read: whatever was counted, nothing is left. It also ends the time in which a new relay knows nothing. */
static bool all_read(const struct lane *l)
{
    return l->unread.read > l->offset;
}

static int64_t unread_of(const struct lane *l)
{
    if (all_read(l))
        return l->unread.planned;
    return l->unread.known ? l->unread.sum - l->unread.base + l->unread.planned : BUDGET;
}

/*
 * settle is called when nothing is in flight, so lane->offset is the end of the log and `sum` is what went there. What
 * was given twice is counted twice: too much, until all of it is read.
 */
static void settle(struct lane *l)
{
    struct unread *u = &l->unread;
    u->planned = 0;
    if (all_read(l)) {
        *u = (struct unread){.known = true, .read = u->read};
        return;
    }
    int64_t last = u->count > 0 ? u->marks[u->count - 1].sum : u->base;
    if (u->known && u->count < UNREAD_MARKS && u->sum - last >= MARK_EVERY)
        u->marks[u->count++] = (struct unread_mark){.offset = l->offset + 1, .sum = u->sum};
    size_t done = 0;
    while (done < u->count && u->marks[done].offset <= u->read)
        u->base = u->marks[done++].sum;
    u->count -= done;
    memmove(u->marks, u->marks + done, u->count * sizeof u->marks[0]);
}

static void settle_all(struct relay *r)
{
    for (size_t i = 0; i < r->lane_count; i++)
        settle(&r->lanes[i]);
}

/* Takes rows while their partitions have room; a row that is larger than the budget goes into an empty one. */
static size_t rows_with_room(struct relay *r, const struct relay_rows *rows, struct lane **ret_full)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct lane *l = relay_row_lane(r, rows, i);
        if (!is_read_by_services(l))
            continue;
        int64_t bytes =
            HEADERS + (db_is_null(rows->q, i, rows->value) ? 0 : (int64_t)db_get_bytes(rows->q, i, rows->value).n);
        int64_t unread = unread_of(l);
        if (unread > 0 && unread + bytes > BUDGET) {
            *ret_full = l;
            return i;
        }
        l->unread.planned += bytes;
    }
    return rows->count;
}

/* The partitions of one topic, as far as the least of the readers is. */
static enum err_code ask_readers(struct relay *r, const char *topic, struct err *reterr)
{
    int partitions[LANES_MAX];
    int64_t committed[LANES_MAX], least[LANES_MAX];
    struct lane *lanes[LANES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < r->lane_count && n < LANES_MAX; i++)
        if (!strcmp(r->lanes[i].topic, topic)) {
            lanes[n] = &r->lanes[i];
            least[n] = INT64_MAX;
            partitions[n++] = r->lanes[i].partition;
        }
    for (const char *p = r->config.readers; *p;) {
        char group[80]; /* as the consumer of that service names it */
        size_t name = strcspn(p, ",");
        snprintf(group, sizeof group, "taicho-%.*s", (int)name, p);
        enum err_code rc = bus_producer_committed(r->producer, group, topic, partitions, n, ASK_MS, committed, reterr);
        if (rc)
            return rc;
        for (size_t i = 0; i < n; i++)
            if (committed[i] < least[i])
                least[i] = committed[i];
        p += name + (p[name] == ',');
    }
    for (size_t i = 0; i < n; i++)
        lanes[i]->unread.read = least[i] < 0 ? 0 : least[i];
    return ERR_OK;
}

enum err_code relay_throttle(struct relay *r, struct relay_rows *rows, struct err *reterr)
{
    struct lane *full = NULL;
    if (!r->config.readers || !r->config.readers[0])
        return ERR_OK;
    for (int64_t until = instant_mono() + PATIENCE_US;;) {
        settle_all(r);
        size_t room = rows_with_room(r, rows, &full);
        if (room > 0 || rows->count == 0) {
            for (size_t i = 0; i < r->lane_count; i++)
                r->lanes[i].unread.sum += r->lanes[i].unread.planned;
            rows->count = room;
            return ERR_OK;
        }
        if (instant_mono() > until || atomic_load(&r->stopping))
            return err_set(reterr, ERR_BUSY, "%s/%d: %s have not read what it holds, and it may hold no more",
                           full->topic, full->partition, r->config.readers);
        enum err_code rc = ask_readers(r, full->topic, reterr);
        if (rc)
            return rc;
        nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000}, NULL);
    }
}
