/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a stored offset still a place in the log that was read?
 *
 * C4  Reading goes on one message earlier than the stored offset, and that message must be the one that was read: a
 *     broker that lost the end of a log under the same cluster id has other messages there since, the relay having
 *     published again what was lost, without the repeats. What was never read may lie before the stored offset then, so
 *     the log is read from its beginning; versions skip what is known.
 */
#include <stdio.h>

#include "common/flow/consumer_private.h"

#define LOOK_US INSTANT_SECOND

/* Another message at the same offset has another time or, within one request of the producer, another number. */
int64_t consumer_mark_of(const struct bus_message *m)
{
    return (int64_t)((uint64_t)m->time_ms << 20 | ((uint64_t)consumer_sequence_of(m) & 0xfffff));
}

enum look_back consumer_look_back(struct consumer *c, const struct bus_message *m)
{
    enum look_back seen = LOOK_NEW;
    pthread_mutex_lock(&c->lock);
    struct part *p = consumer_part(c, m->topic, m->partition);
    if (p && p->last_mark > 0) {
        if (m->offset < p->next_offset)
            seen = consumer_mark_of(m) == p->last_mark ? LOOK_SAME : LOOK_CHANGED;
        p->last_mark = 0; /* retention may have taken it: then the first message is a new one */
    }
    pthread_mutex_unlock(&c->lock);
    return seen;
}

/*
 * A log may end where the message that is looked for was (C4): nothing comes to compare, and nothing says that the
 * place is outside. Asked some time after the partition was assigned: until then `high` may be what an earlier fetch
 * told.
 */
bool consumer_find_cut(struct consumer *c, struct bus_message *ret)
{
    bool found = false;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->part_count && !found; i++) {
        const struct part *p = &c->parts[i];
        found = p->assigned && p->last_mark > 0 && p->high >= 0 && p->high < p->next_offset &&
                instant_mono() - p->assigned_at >= LOOK_US;
        if (found)
            *ret = (struct bus_message){.topic = p->topic, .partition = p->partition};
    }
    pthread_mutex_unlock(&c->lock);
    return found;
}

int consumer_begin_anew(struct consumer *c, const struct bus_message *m, const char *why, struct err *reterr)
{
    (void)snprintf(c->notice, sizeof(c->notice), "the stored offset of %s [%d] %s: from the log's beginning", m->topic,
                   m->partition, why);
    enum err_code rc = consumer_restart(c, m->topic, m->partition, reterr);
    if (!rc)
        rc = bus_consumer_seek(c->bus, m->topic, m->partition, BUS_FROM_BEGINNING, reterr);
    if (!rc)
        return 0;
    pthread_mutex_lock(&c->lock);
    c->broken = true;
    pthread_mutex_unlock(&c->lock);
    return -1;
}
