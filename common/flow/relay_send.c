/* SPDX-License-Identifier: Apache-2.0 */
/* The relay's producer: CloudEvents 1.0 in binary mode, and the reports of what arrived. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/flow/event.h"
#include "common/flow/relay_private.h"

#define WARM_MS      5000
#define DEAD_WARM_MS 1000
#define REFUSED_US   (60 * INSTANT_SECOND) /* then a topic of dead letters is tried again */
#define POLL_MS      50
#define FULL_MS      5000
#define REPORTS      256

/* ---- rows */

struct relay_rows relay_rows_of(const struct db_answer *q)
{
    struct relay_rows rows = {.q = q, .count = db_count(q)};
    rows.id = db_column(q, "id");
    rows.topic = db_column(q, "topic");
    rows.partition = db_column(q, "partition");
    rows.key = db_column(q, "key");
    rows.event_id = db_column(q, "event_id");
    rows.type = db_column(q, "type");
    rows.time = db_column(q, "time");
    rows.content = db_column(q, "content");
    rows.trace = db_column(q, "trace");
    rows.value = db_column(q, "value");
    rows.recorded_at = db_column(q, "recorded_at");
    return rows;
}

struct lane *relay_row_lane(struct relay *r, const struct relay_rows *rows, size_t i)
{
    return relay_lane(r, db_get_text(rows->q, i, rows->topic), (int)db_get_int(rows->q, i, rows->partition));
}

/* ---- the producer */

enum err_code relay_producer(struct relay *r, struct err *reterr)
{
    char client[80];
    if (r->producer)
        return ERR_OK;
    r->checked = false;
    for (size_t i = 0; i < r->lane_count; i++) {
        r->lanes[i].warm = false;
        r->lanes[i].refused_until = 0;
    }
    snprintf(client, sizeof client, "%s-relay", r->config.service);
    return bus_producer_new(r->config.brokers, client, &r->producer, reterr);
}

void relay_producer_drop(struct relay *r)
{
    bus_producer_free(r->producer, 0);
    r->producer = NULL;
    relay_rewind(r);
}

/* The partition counts that are part of the contract; of other topics only their metadata are fetched. */
static int partitions_of(const char *topic)
{
    if (source_of_topic(topic) != SOURCE_NONE)
        return STAGE_PARTITIONS;
    return strcmp(topic, CATALOGUE_TOPIC) == 0 ? 1 : 0;
}

/* The first message of a topic that the producer does not know yet would be up to a second late. */
static enum err_code warm(struct relay *r, const struct lane *lane, struct err *reterr)
{
    int partitions = partitions_of(lane->topic);
    enum err_code rc =
        bus_producer_warm(r->producer, lane->topic, partitions, lane->dead ? DEAD_WARM_MS : WARM_MS, reterr);
    for (size_t i = 0; i < r->lane_count && !rc; i++)
        if (!strcmp(r->lanes[i].topic, lane->topic)) {
            r->lanes[i].warm = true;
            r->lanes[i].told = false;
        }
    return rc;
}

/* ---- dead letters: nothing of them may stop the others; the table has them in any case */

/* refuse counts a row as done with. The topic is left alone for a while, or, when only one row is to blame, is not. */
static void refuse(struct relay *r, struct lane *lane, const char *why, bool for_a_while)
{
    r->flight.refused++;
    for (size_t i = 0; i < r->lane_count; i++) {
        struct lane *l = &r->lanes[i];
        if (l != lane && (!for_a_while || strcmp(l->topic, lane->topic) != 0))
            continue;
        l->refused_until = instant_mono() + (for_a_while ? REFUSED_US : 0);
        snprintf(l->refused_why, sizeof l->refused_why, "%.127s", why);
    }
}

/* refuses tells whether a failure is the topic's own: it is missing, has too few partitions, may not be written to. */
static bool refuses(struct relay *r, struct lane *lane, enum err_code rc, const struct err *e)
{
    if (!lane->dead || (rc != ERR_CONFLICT && rc != ERR_TOO_LARGE))
        return false;
    refuse(r, lane, e->en, rc == ERR_CONFLICT);
    return true;
}

/* ---- sending */

void relay_flight_begin(struct relay *r)
{
    r->flight = (struct flight){.generation = r->flight.generation + 1, .under_way = true, .oldest = INSTANT_NONE};
}

void relay_rewind(struct relay *r)
{
    r->flight = (struct flight){.generation = r->flight.generation + 1, .oldest = INSTANT_NONE};
    for (size_t i = 0; i < r->lane_count; i++)
        r->lanes[i].sequence = r->lanes[i].next_sequence;
}

/* Takes the reports that came. They name the lane and the flight. */
static size_t take_reports(struct relay *r, int timeout_ms)
{
    struct bus_delivery reports[REPORTS];
    size_t n = bus_producer_poll(r->producer, timeout_ms, reports, REPORTS);
    for (size_t i = 0; i < n; i++) {
        if (reports[i].opaque >> 32 != r->flight.generation)
            continue;
        struct lane *lane = &r->lanes[(uint32_t)reports[i].opaque];
        r->flight.answered++;
        if (!reports[i].ok && lane->dead) {
            refuse(r, lane, reports[i].why, false);
        } else if (!reports[i].ok) {
            if (!r->flight.failed)
                memcpy(r->flight.why, reports[i].why, sizeof r->flight.why);
            r->flight.failed = true;
        } else {
            if (reports[i].offset <= lane->offset && lane->lost_at < 0 && !lane->dead) {
                r->flight.lost_data = true;
                lane->lost_at = reports[i].offset;
            }
            lane->offset = reports[i].offset;
            lane->moved = true;
        }
    }
    return n;
}

enum err_code relay_send(struct relay *r, const struct relay_rows *rows, size_t i, struct lane *lane, int64_t sequence,
                         struct err *reterr)
{
    struct err e = {.code = ERR_OK};
    if (instant_mono() < lane->refused_until) {
        r->flight.refused++;
        return ERR_OK;
    }
    if (!lane->warm) {
        enum err_code rc = warm(r, lane, &e);
        if (rc && refuses(r, lane, rc, &e))
            return ERR_OK;
        if (rc) {
            *reterr = e;
            return rc;
        }
    }
    const char *key = db_get_text(rows->q, i, rows->key);
    const char *trace = db_get_text(rows->q, i, rows->trace);
    struct bytes value =
        db_is_null(rows->q, i, rows->value) ? (struct bytes){0} : db_get_bytes(rows->q, i, rows->value);
    struct id_text id = id_text(db_get_uuid(rows->q, i, rows->event_id));
    struct instant_text time = instant_text(db_get_time(rows->q, i, rows->time));
    char type[128], source[64], number[24];
    snprintf(type, sizeof type, "vn.taicho.%s", db_get_text(rows->q, i, rows->type));
    snprintf(source, sizeof source, "/taicho/%s", r->config.service);
    snprintf(number, sizeof number, "%" PRId64, sequence);
    const struct bus_header headers[] = {
        {"ce_specversion", "1.0"},
        {"ce_id", id.s},
        {"ce_type", type},
        {"ce_source", source},
        {"ce_time", time.s},
        {"ce_subject", key},
        {"content-type", db_get_text(rows->q, i, rows->content)},
    };
    struct bus_header all[COUNT_OF(headers) + 2];
    size_t header_count = COUNT_OF(headers);
    memcpy(all, headers, sizeof headers);
    if (!lane->dead)
        all[header_count++] = (struct bus_header){"ce_sequence", number};
    if (trace)
        all[header_count++] = (struct bus_header){"traceparent", trace};
    uint64_t opaque = (uint64_t)r->flight.generation << 32 | (uint32_t)(lane - r->lanes);

    int64_t until = instant_mono() + FULL_MS * INSTANT_MS;
    for (;;) {
        enum err_code rc =
            bus_produce(r->producer, lane->topic, lane->partition, (struct bytes){(const uint8_t *)key, strlen(key)},
                        value, all, header_count, opaque, &e);
        if (!rc)
            r->flight.sent++;
        if (rc && refuses(r, lane, rc, &e))
            return ERR_OK;
        if (rc != ERR_BUSY || instant_mono() > until) {
            if (rc)
                *reterr = e;
            return rc;
        }
        take_reports(r, POLL_MS);
    }
}

/* ---- collecting */

/* Everything was answered, or nothing more will be. */
static enum err_code failed(struct relay *r, bool drop, struct err *reterr)
{
    char why[sizeof r->flight.why];
    memcpy(why, r->flight.why, sizeof why);
    if (drop) {
        relay_producer_drop(r);
        pthread_mutex_lock(&r->stats_lock);
        r->stats.recreated++;
        pthread_mutex_unlock(&r->stats_lock);
    }
    relay_rewind(r);
    r->broker = false;
    return err_set(reterr, ERR_UNAVAILABLE, "kafka: not delivered: %s", why);
}

enum err_code relay_collect(struct relay *r, int limit_ms, struct err *reterr)
{
    int64_t until = instant_mono() + limit_ms * INSTANT_MS;
    while (r->flight.answered < r->flight.sent) {
        if (take_reports(r, POLL_MS) > 0)
            continue;
        if (bus_producer_fatal(r->producer, r->flight.why, sizeof r->flight.why))
            return failed(r, true, reterr);
        if (instant_mono() < until && !atomic_load(&r->stopping))
            continue;
        if (r->flight.failed) /* the rest is stuck behind it */
            return failed(r, true, reterr);
        r->broker = false;
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: messages are not confirmed yet");
    }
    r->flight.under_way = false;
    if (bus_producer_fatal(r->producer, r->flight.why, sizeof r->flight.why))
        return failed(r, true, reterr);
    r->broker = true;
    if (r->flight.failed)
        return failed(r, false, reterr);
    if (r->flight.lost_data) {
        r->checked = false;
        snprintf(r->flight.why, sizeof r->flight.why, "the broker gives offsets that it gave before");
        return failed(r, false, reterr);
    }
    return ERR_OK;
}
