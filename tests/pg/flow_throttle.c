/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay against a broker that throws away what was not read: librdkafka's mock cluster, of which the development
 * broker is made. More is published into one partition than it keeps, while whoever reads it has stopped.
 */
#include "tests/pg/flow_fixture.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/flow/event.h"
#include "common/flow/relay_private.h"

#define TOPIC     "taicho.intake.v1"
#define PARTITION 5
#define ROWS      7000 /* of a kilobyte: 7 MiB and their headers */
#define KEPT      ((int64_t)5 * 1024 * 1024)

static struct fixture f;

/* ---- the broker */

static rd_kafka_t *mock_handle;
static rd_kafka_mock_cluster_t *mock;
static const char *brokers;

static void broker_up(void)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", why, sizeof why); /* it has no brokers but its own: no warning */
    mock_handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    mock = rd_kafka_mock_cluster_new(mock_handle, 1);
    brokers = rd_kafka_mock_cluster_bootstraps(mock);
    assert_int_equal(rd_kafka_mock_topic_create(mock, TOPIC, STAGE_PARTITIONS, 1), 0);
    assert_int_equal(rd_kafka_mock_topic_create(mock, "taicho.audit.entry.v1", STAGE_PARTITIONS, 1), 0);
}

static void broker_down(void)
{
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(mock_handle);
}

static int each(void **state)
{
    broker_up();
    script(f.db, "TRUNCATE intake.outbox_row, intake.tick, intake.published; UPDATE intake.relay SET cluster = ''");
    return 0;
}

static int each_end(void **state)
{
    broker_down();
    return 0;
}

static void fill(const char *topic, int partition, int rows)
{
    script(f.db, arena_printf(
                     f.arena,
                     "INSERT INTO intake.outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
                     " SELECT '%s', %d, gen_random_uuid(), gen_random_uuid(), 'Received', clock_timestamp(),"
                     "        'application/protobuf', convert_to(repeat('x', 1024), 'UTF8')"
                     "   FROM generate_series(1, %d)",
                     topic, partition, rows));
}

/* ---- a service that reads: it tells the broker how far it is, as the consumer of a service does */

struct reader {
    struct bus_consumer *bus;
    char group[64];
    int64_t next_offset;
    int64_t next_sequence, read, lost; /* numbers that never came */
};

static int64_t where(void *arg, const char *topic, int partition)
{
    struct reader *r = arg;
    return r->next_offset > 0 && partition == PARTITION ? r->next_offset : BUS_FROM_BEGINNING;
}

static void revoked(void *arg, const char *topic, int partition, bool lost)
{
}

static void reader_start(struct reader *r, const char *service)
{
    struct err e = {0};
    struct bus_consumer_ops ops = {.arg = r, .assigned = where, .revoked = revoked};
    if (!r->next_sequence)
        r->next_sequence = 1;
    snprintf(r->group, sizeof r->group, "taicho-%s", service);
    struct bus_consumer_config config = {.brokers = brokers,
                                         .group = r->group,
                                         .client = "reader",
                                         .topics = (const char *const[]){TOPIC, NULL},
                                         .fetch_wait_ms = 5};
    ok(bus_consumer_new(&config, &ops, &r->bus, &e), &e);
}

static void reader_stop(struct reader *r)
{
    bus_consumer_free(r->bus, 2000);
    r->bus = NULL;
}

/* reader_turn takes what is there and says so. */
static void reader_turn(struct reader *r)
{
    struct bus_message m;
    struct err e = {0};
    bool any = false;
    for (enum bus_event event; (event = bus_consumer_poll(r->bus, true, 20, &m, &e)) != BUS_NOTHING;) {
        assert_int_equal(event, BUS_MESSAGE);
        for (size_t i = 0; i < m.header_count && m.partition == PARTITION; i++)
            if (!strcmp(m.headers[i].name, "ce_sequence")) {
                int64_t number = strtoll(m.headers[i].value, NULL, 10);
                r->lost += number > r->next_sequence ? number - r->next_sequence : 0;
                r->read += number >= r->next_sequence;
                if (number >= r->next_sequence)
                    r->next_sequence = number + 1;
                r->next_offset = m.offset + 1;
                any = true;
            }
        bus_message_done(&m);
    }
    if (any)
        bus_consumer_report(r->bus, TOPIC, PARTITION, r->next_offset);
}

/* ---- the relay */

static struct relay *relay_of(const char *readers)
{
    struct err e = {0};
    struct relay *r;
    struct relay_config c = {.service = "intake",
                             .conninfo = fixture_conninfo(&f, "intake"),
                             .application = "test-relay",
                             .brokers = brokers,
                             .retention_days = 7,
                             .rows_max = 5000,
                             .readers = readers};
    ok(relay_new(&c, &r, &e), &e);
    return r;
}

static int64_t published(struct relay *r)
{
    struct relay_stats s;
    relay_stats(r, &s);
    return (int64_t)s.published;
}

/* step_until publishes until `rows` are out (true) or the relay says that it waits for its readers (false). */
static bool step_until(struct relay *r, int64_t rows)
{
    struct err e;
    int64_t until = instant_mono() + 30 * INSTANT_SECOND;
    while (published(r) < rows) {
        assert_true(instant_mono() < until);
        e = (struct err){0};
        if (relay_step(r, 0, &e) >= 0)
            continue;
        if (e.code != ERR_BUSY)
            fail_msg("relay_step: %s", e.en);
        assert_non_null(strstr(e.en, TOPIC));
        return false;
    }
    return true;
}

/* Both go on by turns until all is read. */
static void run_to_the_end(struct relay *r, struct reader *reader, struct reader *other, int64_t rows)
{
    int64_t until = instant_mono() + 60 * INSTANT_SECOND;
    while (reader->read + reader->lost < rows || (other && other->read + other->lost < rows)) {
        struct err e = {0};
        if (instant_mono() > until)
            fail_msg("%lld published, %lld read", (long long)published(r), (long long)reader->read);
        if (relay_step(r, 0, &e) < 0 && e.code != ERR_BUSY)
            fail_msg("relay_step: %s", e.en);
        reader_turn(reader);
        if (other)
            reader_turn(other);
    }
}

/* ---- tests */

/* What the throttle is for. Should a newer mock keep more, this test says so, and the others prove nothing. */
static void without_a_throttle_the_broker_loses_what_is_not_read(void **state)
{
    struct relay *r = relay_of("");
    struct reader reader = {0};
    fill(TOPIC, PARTITION, ROWS);
    assert_true(step_until(r, ROWS));
    reader_start(&reader, "appraisal");
    run_to_the_end(r, &reader, NULL, ROWS);
    print_message("# without a throttle %lld of %d were lost\n", (long long)reader.lost, ROWS);
    assert_true(reader.lost > 0);
    reader_stop(&reader);
    relay_free(r);
}

static void a_stopped_reader_stops_the_relay_and_nothing_is_lost(void **state)
{
    struct relay *r = relay_of("appraisal");
    struct reader reader = {0};
    struct err e = {0};
    fill(TOPIC, PARTITION, ROWS);
    assert_false(step_until(r, ROWS));
    int64_t before = published(r);
    print_message("# the relay stopped after %lld of %d\n", (long long)before, ROWS);
    assert_in_range(before, 2000, KEPT / 1024);
    assert_int_equal(relay_step(r, 0, &e), -1); /* and stays so */
    assert_int_equal(published(r), before);

    reader_start(&reader, "appraisal");
    run_to_the_end(r, &reader, NULL, ROWS);
    assert_int_equal(reader.lost, 0);
    assert_int_equal(reader.read, ROWS);
    /* Small ones flow on afterwards, and a second stop is noticed as the first was. */
    for (int i = 1; i <= 20; i++) {
        fill(TOPIC, PARTITION, 1);
        run_to_the_end(r, &reader, NULL, ROWS + i);
    }
    fill(TOPIC, PARTITION, ROWS);
    assert_false(step_until(r, 2 * ROWS + 20));
    run_to_the_end(r, &reader, NULL, 2 * ROWS + 20);
    assert_int_equal(reader.lost, 0);
    reader_stop(&reader);
    relay_free(r);
}

static void the_slowest_of_two_readers_is_waited_for(void **state)
{
    struct relay *r = relay_of("appraisal,audit");
    struct reader quick = {0}, slow = {0};
    reader_start(&quick, "appraisal");
    fill(TOPIC, PARTITION, ROWS);
    assert_false(step_until(r, ROWS));
    int64_t before = published(r);
    for (int i = 0; i < 3; i++) {
        reader_turn(&quick);
        assert_false(step_until(r, ROWS));
    }
    assert_int_equal(quick.read, before);
    assert_int_equal(published(r), before);
    reader_start(&slow, "audit");
    run_to_the_end(r, &quick, &slow, ROWS);
    assert_int_equal(quick.lost + slow.lost, 0);
    reader_stop(&quick);
    reader_stop(&slow);
    relay_free(r);
}

/* A relay that is new does not know what lies there: it waits until all of it is read, then knows. */
static void a_new_relay_does_not_begin_from_nothing(void **state)
{
    struct relay *r = relay_of("appraisal");
    struct reader reader = {0};
    fill(TOPIC, PARTITION, ROWS);
    assert_false(step_until(r, ROWS));
    int64_t before = published(r);
    relay_free(r);
    r = relay_of("appraisal");
    assert_false(step_until(r, 1));
    assert_int_equal(published(r), 0);
    reader_start(&reader, "appraisal");
    run_to_the_end(r, &reader, NULL, ROWS);
    assert_int_equal(reader.lost, 0);
    assert_int_equal(published(r), ROWS - before);
    reader_stop(&reader);
    relay_free(r);
}

/* The broker is started anew and has nothing: all is published again, and that is throttled as well. */
static void a_replay_is_throttled_too(void **state)
{
    struct relay *r = relay_of("appraisal");
    struct reader reader = {0};
    fill(TOPIC, PARTITION, ROWS);
    reader_start(&reader, "appraisal");
    run_to_the_end(r, &reader, NULL, ROWS);
    reader_stop(&reader);
    relay_free(r);
    broker_down();
    broker_up();

    struct reader again = {0};
    struct err e = {0};
    r = relay_of("appraisal");
    assert_int_equal(relay_step(r, 0, &e), -1);
    assert_int_equal(e.code, ERR_BUSY);
    reader_start(&again, "appraisal");
    run_to_the_end(r, &again, NULL, ROWS);
    assert_int_equal(again.lost, 0);
    reader_stop(&again);
    relay_free(r);
}

/* Topics that no service reads are not waited for: dashboards' ones, dead letters. */
static void a_topic_without_readers_is_not_throttled(void **state)
{
    struct relay *r = relay_of("appraisal");
    fill("taicho.audit.entry.v1", PARTITION, ROWS);
    assert_true(step_until(r, ROWS));
    relay_free(r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, each, each_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_throttle_the_broker_loses_what_is_not_read),
        TEST(a_stopped_reader_stops_the_relay_and_nothing_is_lost),
        TEST(the_slowest_of_two_readers_is_waited_for),
        TEST(a_new_relay_does_not_begin_from_nothing),
        TEST(a_replay_is_throttled_too),
        TEST(a_topic_without_readers_is_not_throttled),
    };
    if (!getenv("TEST_PG")) {
        printf("skipped: TEST_PG is not set\n");
        return 0;
    }
    fixture_open(&f, "flow_throttle");
    fixture_migrate(&f, "intake", NULL);
    int failed = cmocka_run_group_tests_name("flow_throttle", tests, NULL, NULL);
    fixture_close(&f);
    return failed;
}
