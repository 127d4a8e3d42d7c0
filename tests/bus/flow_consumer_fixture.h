/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the consumer's tests stand on: a real database for the claims, a mock cluster of each test's own as the broker,
 * and a stand-in for the executor that writes down what it is given. TEST_PG is needed; without it all is skipped.
 */
#ifndef TAICHO_TESTS_BUS_FLOW_CONSUMER_FIXTURE_H
#define TAICHO_TESTS_BUS_FLOW_CONSUMER_FIXTURE_H

#include "tests/pg/flow_fixture.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "taicho/v1/lifecycle.pb-c.h"
#include "common/base/log.h"
#include "common/flow/consumer.h"
#include "common/io/bus.h"

#define TOPIC   "taicho.intake.v1"
#define SERVICE "probe"
#define WAIT_US (15 * INSTANT_SECOND)

/* ---- the stand-in for the executor */

struct got {
    enum work_origin origin;
    int act, partition;
    int64_t offset, sequence, mark, epoch;
    struct id subject;
    char reason[200], headers[400], cluster[64];
    const void *command;
};

static struct {
    struct got got[400];
    size_t count, busy; /* busy: so many submissions are refused */
    size_t room;
    bool keep; /* works stay under way until the test ends them */
    struct work *kept[400];
    size_t kept_count;
    int64_t refuse_offset; /* the message at this offset is refused, once */
    void (*fenced)(void *arg, const char *topic, int partition);
    void *fenced_arg;
} executor;

static void end_kept(enum err_code code)
{
    for (size_t i = 0; i < executor.kept_count; i++) {
        executor.kept[i]->refusal.code = code;
        executor.kept[i]->done(executor.kept[i]);
    }
    executor.kept_count = 0;
}

enum err_code executor_submit(struct executor *e, struct work *w, struct err *reterr)
{
    if (executor.busy > 0) {
        executor.busy--;
        return err_set(reterr, ERR_BUSY, "full");
    }
    struct got *g = &executor.got[executor.count++];
    *g = (struct got){.origin = w->origin,
                      .act = w->act,
                      .partition = w->place.partition,
                      .offset = w->place.offset,
                      .sequence = w->place.sequence,
                      .mark = w->place.mark,
                      .epoch = w->place.epoch,
                      .subject = w->subject,
                      .command = w->command};
    assert_string_equal(w->place.topic, w->origin == WORK_RECORD ? CATALOGUE_TOPIC : TOPIC);
    (void)snprintf(g->cluster, sizeof g->cluster, "%s", w->place.cluster);
    (void)snprintf(g->reason, sizeof g->reason, "%s", w->reason ? w->reason : "");
    if (w->origin == WORK_DEAD)
        (void)snprintf(g->headers, sizeof g->headers, "%s", (const char *)w->command);
    if (executor.keep) {
        executor.kept[executor.kept_count++] = w;
        return ERR_OK;
    }
    if (w->place.offset == executor.refuse_offset) {
        executor.refuse_offset = -1;
        w->refusal.code = ERR_CONFLICT;
    }
    w->done(w);
    return ERR_OK;
}

size_t executor_room(struct executor *e)
{
    return executor.room;
}

void executor_on_fenced(struct executor *e, void (*fenced)(void *arg, const char *topic, int partition), void *arg)
{
    executor.fenced = fenced;
    executor.fenced_arg = arg;
}

/* ---- a service that listens to intake */

static const char the_command[] = "read";

static enum err_code read_received(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                   const void **ret_command, struct err *reterr)
{
    if (m->received->component_count < 0)
        return err_set(reterr, ERR_MALFORMED, "component_count is below 0");
    *ret_command = the_command;
    return ERR_OK;
}

static const struct projection projections[] = {
    {SOURCE_INTAKE, "Received", 42, read_received, "opens a step"},
    {SOURCE_INTAKE, "Refused", 0, NULL, "nothing was opened"},
};
static const struct executor_ops ops = {0};
static struct service service = {.name = SERVICE,
                                 .source = SOURCE_APPRAISAL,
                                 .projections = projections,
                                 .projection_count = COUNT_OF(projections),
                                 .ops = &ops,
                                 .catalogue_owner = true};

/* ---- broker and database */

static struct fixture base;
static struct db *db;
static rd_kafka_t *mock_client;
static rd_kafka_mock_cluster_t *mock;
static struct bus_producer *producer;
static const char *brokers;

static const struct db_stmt forget_all = {"test_forget", "DELETE FROM consumed"};
static const struct db_stmt put_row = {
    "test_put", "INSERT INTO consumed (topic, \"partition\", cluster, next_offset, next_sequence, owner, epoch)"
                " VALUES ('" TOPIC "', $1, $2, $3, 1, 'other', 7)"};
static const struct db_stmt set_mark = {"test_mark", "UPDATE consumed SET last_mark = $2 WHERE \"partition\" = $1"};
static const struct db_stmt move_row = {"test_move", "UPDATE consumed SET next_offset = $2 WHERE \"partition\" = $1"};
static const struct db_stmt get_row = {
    "test_get", "SELECT next_offset, epoch, owner, cluster FROM consumed WHERE \"partition\" = $1"};

static void run(const struct db_stmt *s, const struct db_arg *args, size_t n)
{
    struct err e = {0};
    ok(db_run(db, base.arena, s, args, n, NULL, &e), &e);
    db_forget(db);
}

struct row {
    int64_t next_offset, epoch;
    char owner[64], cluster[64];
};

static struct row row_of(int partition)
{
    struct err e = {0};
    struct db_answer *q;
    struct row r = {0};
    ok(db_run(db, base.arena, &get_row, DB_ARGS(db_int4(partition)), &q, &e), &e);
    assert_int_equal(db_count(q), 1);
    r.next_offset = db_get_int(q, 0, 0);
    r.epoch = db_get_int(q, 0, 1);
    (void)snprintf(r.owner, sizeof r.owner, "%s", db_get_text(q, 0, 2));
    (void)snprintf(r.cluster, sizeof r.cluster, "%s", db_get_text(q, 0, 3));
    db_forget(db);
    return r;
}

static int set_up(void **state)
{
    log_init("test", LOG_ERROR);
    if (!getenv("TEST_PG") || !*getenv("TEST_PG"))
        return 0;
    fixture_open(&base, "flow_consumer");
    fixture_migrate(&base, SERVICE, NULL);
    db = fixture_service(&base, SERVICE);
    return 0;
}

static int tear_down(void **state)
{
    if (!db)
        return 0;
    db_close(db);
    fixture_close(&base);
    return 0;
}

/* Each test has a cluster of its own. */
static int each(void **state)
{
    if (!db)
        return 0;
    char why[256];
    struct err e = {0};
    memset(&executor, 0, sizeof executor);
    executor.room = 1000;
    executor.refuse_offset = -1;
    service.single = false;
    service.catalogue_owner = true;
    run(&forget_all, DB_NO_ARGS);
    mock_client = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof why);
    assert_non_null(mock_client);
    mock = rd_kafka_mock_cluster_new(mock_client, 1);
    assert_non_null(mock);
    brokers = rd_kafka_mock_cluster_bootstraps(mock);
    assert_int_equal(rd_kafka_mock_topic_create(mock, TOPIC, 2, 1), 0);
    ok(bus_producer_new(brokers, "test", &producer, &e), &e);
    ok(bus_producer_warm(producer, TOPIC, 2, 5000, &e), &e);
    return 0;
}

static int each_end(void **state)
{
    if (!db)
        return 0;
    bus_producer_free(producer, 1000);
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(mock_client);
    return 0;
}

static void need_database(void)
{
    if (!db) {
        print_message("skipped: TEST_PG is not set\n");
        skip();
    }
}

/* ---- messages */

enum body { RECEIVED, REFUSED, ASSIGNED_BY_INTAKE, MALFORMED_BODY };

static struct id dossier(int n)
{
    struct id id = {.b = {1, [15] = (uint8_t)n}};
    return id;
}

static struct bytes event_bytes(struct arena *a, enum source source, int n, int64_t version, enum body body)
{
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__Received received = TAICHO__V1__RECEIVED__INIT;
    Taicho__V1__Refused refused = TAICHO__V1__REFUSED__INIT;
    Taicho__V1__Assigned assigned = TAICHO__V1__ASSIGNED__INIT;
    struct event e = {.id = id_new(),
                      .source = source,
                      .subject_kind = "dossier",
                      .subject = dossier(n),
                      .version = version,
                      .occurred_at = instant_real(),
                      .recorded_at = instant_real()};
    switch (body) {
    case RECEIVED:
    case MALFORMED_BODY:
        received.component_count = body == RECEIVED ? 3 : -1;
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
        m.received = &received;
        break;
    case REFUSED:
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_REFUSED;
        m.refused = &refused;
        break;
    case ASSIGNED_BY_INTAKE:
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED;
        m.assigned = &assigned;
        break;
    }
    return event_pack(&e, &m, a);
}

/* deliver waits until the broker has all that was produced. */
static void deliver(void)
{
    struct bus_delivery d[8];
    while (bus_producer_waiting(producer) > 0)
        bus_producer_poll(producer, 100, d, COUNT_OF(d));
}

/* A record of the reference data; value.p NULL: a tombstone. */
static void publish_record(const char *key, struct bytes value)
{
    struct err e = {0};
    ok(bus_produce(producer, CATALOGUE_TOPIC, 0, (struct bytes){(const uint8_t *)key, strlen(key)}, value, NULL, 0, 1,
                   &e),
       &e);
    deliver();
}

static void publish_bytes(int partition, int n, struct bytes value, int64_t sequence)
{
    struct err e = {0};
    char text[32];
    struct id_text key = id_text(dossier(n));
    (void)snprintf(text, sizeof text, "%lld", (long long)sequence);
    struct bus_header headers[] = {{"ce_type", "Some\"thing"}, {"ce_sequence", text}};
    ok(bus_produce(producer, TOPIC, partition, (struct bytes){(const uint8_t *)key.s, strlen(key.s)}, value, headers, 2,
                   1, &e),
       &e);
    deliver();
}

static void publish(int partition, int n, int64_t version, enum body body, int64_t sequence)
{
    struct arena *a = arena_new(1 << 20);
    publish_bytes(partition, n, event_bytes(a, SOURCE_INTAKE, n, version, body), sequence);
    arena_free(a);
}

/* ---- consumers */

static struct consumer *consumer_of(const char *instance, bool group)
{
    struct err e = {0};
    struct consumer *c;
    struct consumer_config config = {.service = &service,
                                     .executor = NULL,
                                     .conninfo = fixture_conninfo(&base, SERVICE),
                                     .application = "test-consumer",
                                     .brokers = brokers,
                                     .instance = instance,
                                     .group_membership = group,
                                     .fetch_wait_ms = 5};
    ok(consumer_new(&config, &c, &e), &e);
    return c;
}

static void step_until(struct consumer *c, size_t count)
{
    struct err e = {0};
    for (int64_t until = instant_mono() + WAIT_US; executor.count < count;) {
        if (instant_mono() > until)
            fail_msg("only %zu of %zu came: %s", executor.count, count, e.en);
        (void)consumer_step(c, 20, &e);
    }
}

static void step_for(struct consumer *c, int ms)
{
    struct err e = {0};
    for (int64_t until = instant_mono() + ms * INSTANT_MS; instant_mono() < until;)
        (void)consumer_step(c, 20, &e);
}

static void end(struct consumer *c)
{
    consumer_stop(c, 2000);
    consumer_free(c);
}

#endif
