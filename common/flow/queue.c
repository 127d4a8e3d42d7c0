/* SPDX-License-Identifier: Apache-2.0 */
/* Two lists under one mutex. */
#include "common/flow/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EVENTS_WORTH_A_BATCH 64
#define EVENTS_WAIT_US       5000
/* Under load the next batch gathers a little: after one of more than GATHER_FROM pieces it waits for as many again, up
 * to a batch's worth: who was answered just now may come back at once. */
#define GATHER_FROM 8
#define GATHER_US   8000

/* A queue takes nothing more while it holds this, and a batch ends with it: uploads are a few megabytes each, and each
 * is copied once more to be stored. */
#define QUEUE_BYTES ((size_t)64 << 20)
#define BATCH_BYTES ((size_t)16 << 20)

struct list {
    struct work *first, **end;
    size_t count, bytes;
};

enum waits { NOT_WAITING, FOR_ANY, FOR_MORE };

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct list commands, events;
    size_t bound;
    uint64_t arrivals;
    size_t last_taken; /* how many pieces the last batch had: behind a small one nobody waits for more */
    /* What the taker waits for. It is woken for that only: each wake-up costs more than a piece of work. */
    enum waits waits;
    size_t worth; /* FOR_MORE: how many */
    bool closed;
};

static void list_init(struct list *l)
{
    *l = (struct list){.end = &l->first};
}

static void list_put(struct list *l, struct work *w)
{
    w->next = NULL;
    *l->end = w;
    l->end = &w->next;
    l->count++;
    l->bytes += w->weight;
}

static struct work *list_take(struct list *l)
{
    struct work *w = l->first;

    l->first = w->next;
    if (!l->first)
        l->end = &l->first;
    l->count--;
    l->bytes -= w->weight;
    w->next = NULL;
    return w;
}

struct queue *queue_new(size_t bound)
{
    struct queue *q = calloc(1, sizeof *q);
    pthread_condattr_t attr;

    BUG_IF(!q, "out of memory");
    q->bound = bound;
    list_init(&q->commands);
    list_init(&q->events);
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC); /* limits must not move with the wall clock */
    pthread_cond_init(&q->came, &attr);
    pthread_condattr_destroy(&attr);
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    pthread_cond_destroy(&q->came);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

static bool has_room(const struct queue *q, const struct list *l)
{
    return !q->closed && l->count < q->bound && l->bytes < QUEUE_BYTES;
}

static struct list *list_for(struct queue *q, const struct work *w)
{
    return w->origin == WORK_COMMAND || w->origin == WORK_REDRIVE ? &q->commands : &q->events;
}

/* worth_waking tells whether what the taker waits for is there, or a limit begins to run. */
static bool worth_waking(const struct queue *q, bool command)
{
    size_t waiting = q->commands.count + q->events.count;

    return waiting >= (q->waits == FOR_MORE ? q->worth : EVENTS_WORTH_A_BATCH) ||
           (q->waits == FOR_ANY && (command || waiting == 1));
}

bool queue_put(struct queue *q, struct work *w)
{
    pthread_mutex_lock(&q->lock);

    struct list *l = list_for(q, w);
    bool fits = has_room(q, l);

    if (fits) {
        w->arrival = ++q->arrivals;
        list_put(l, w);
        if (q->waits != NOT_WAITING && worth_waking(q, l == &q->commands))
            pthread_cond_signal(&q->came);
    }
    pthread_mutex_unlock(&q->lock);
    return fits;
}

static void wait_until(struct queue *q, enum waits waits, int64_t mono_us)
{
    struct timespec t = {.tv_sec = mono_us / 1000000, .tv_nsec = mono_us % 1000000 * 1000};

    q->waits = waits;
    pthread_cond_timedwait(&q->came, &q->lock, &t);
    q->waits = NOT_WAITING;
}

/* Enough to begin: any command, a batch's worth of events, or events that waited long enough. */
static void wait_for_work(struct queue *q, int timeout_ms)
{
    int64_t now = instant_mono(), end = now + timeout_ms * INT64_C(1000), events_end = 0;

    while (!q->closed && q->commands.count == 0 && q->events.count < EVENTS_WORTH_A_BATCH && now < end) {
        if (q->events.count && !events_end)
            events_end = now + EVENTS_WAIT_US;
        if (events_end && now >= events_end)
            return;
        wait_until(q, FOR_ANY, events_end && events_end < end ? events_end : end);
        now = instant_mono();
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* gather waits, under load only, for more pieces to share a transaction's fixed cost. */
static void gather(struct queue *q)
{
    int64_t end = instant_mono() + GATHER_US;

    q->worth = smaller(q->last_taken, EVENTS_WORTH_A_BATCH);
    while (q->last_taken > GATHER_FROM && !q->closed && q->commands.count + q->events.count > 0 &&
           q->commands.count + q->events.count < q->worth && instant_mono() < end)
        wait_until(q, FOR_MORE, end);
}

/* A small set of the keys already taken: equal ones must not meet in one transaction. */
#define KEYS_SIZE 2048
struct keys {
    const struct work *at[KEYS_SIZE];
};

static uint32_t key_hash(const struct work *w)
{
    uint32_t h = 2166136261u;

    for (const char *p = w->idempotency_key; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h;
}

static bool key_is_new(struct keys *k, const struct work *w)
{
    if (w->origin != WORK_COMMAND || !w->idempotency_key)
        return true;
    for (uint32_t i = key_hash(w);; i++) {
        const struct work **at = &k->at[i % KEYS_SIZE];

        if (!*at) {
            *at = w;
            return true;
        }
        if (strcmp((*at)->idempotency_key, w->idempotency_key) == 0 &&
            strcmp((*at)->actor.subject, w->actor.subject) == 0)
            return false;
    }
}

size_t queue_take(struct queue *q, struct work **ret, size_t most, int timeout_ms)
{
    struct keys keys = {0};
    size_t n = 0, bytes = 0;

    most = smaller(most, KEYS_SIZE / 2);
    pthread_mutex_lock(&q->lock);
    wait_for_work(q, timeout_ms);
    gather(q);

    /* Each queue is sure of a quarter; what one does not need, the other gets. */
    size_t commands = smaller(q->commands.count, most - smaller(q->events.count, (most + 3) / 4));
    size_t events = smaller(q->events.count, most - commands);

    while (commands || events) {
        bool command = commands && (!events || q->commands.first->arrival < q->events.first->arrival);

        const struct work *next = command ? q->commands.first : q->events.first;

        if ((n && bytes + next->weight > BATCH_BYTES) || (command && !key_is_new(&keys, next)))
            break;
        bytes += next->weight;
        ret[n++] = list_take(command ? &q->commands : &q->events);
        if (command)
            commands--;
        else
            events--;
    }
    q->last_taken = n;
    pthread_mutex_unlock(&q->lock);
    return n;
}

size_t queue_take_commands(struct queue *q, struct work **ret, size_t most)
{
    size_t n = 0;

    pthread_mutex_lock(&q->lock);
    while (n < most && q->commands.count)
        ret[n++] = list_take(&q->commands);
    pthread_mutex_unlock(&q->lock);
    return n;
}

size_t queue_event_room(struct queue *q)
{
    pthread_mutex_lock(&q->lock);

    size_t room = has_room(q, &q->events) ? q->bound - q->events.count : 0;

    pthread_mutex_unlock(&q->lock);
    return room;
}

void queue_counts(struct queue *q, size_t *ret_commands, size_t *ret_events)
{
    pthread_mutex_lock(&q->lock);
    *ret_commands = q->commands.count;
    *ret_events = q->events.count;
    pthread_mutex_unlock(&q->lock);
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->came);
    pthread_mutex_unlock(&q->lock);
}
