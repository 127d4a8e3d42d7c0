/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay on a real PostgreSQL, with the real Kafka when TEST_KAFKA names one, else librdkafka's mock cluster. Faults
 * of the broker always run on the mock. Steps are called one by one, in the order one fears.
 */
#include "tests/pg/flow_fixture.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/flow/event.h"
#include "common/flow/relay_private.h"
#include "taicho/v1/catalogue.pb-c.h"

#define PARTITIONS   3
#define MESSAGES_MAX 40000

static struct fixture f;
static rd_kafka_t *mock_handle;
static rd_kafka_mock_cluster_t *mock;
static const char *brokers; /* of most tests */
static bool real_kafka;
static int topic_number;
static char topic[64]; /* of the running test */

/* ---- topics and messages */

static const char *new_topic(bool on_mock)
{
    snprintf(topic, sizeof topic, "relay.%d.%d", (int)getpid(), ++topic_number);
    if (on_mock || !real_kafka) {
        assert_int_equal(rd_kafka_mock_topic_create(mock, topic, PARTITIONS, 1), 0);
    } else {
        struct err e = {0};
        struct bus_topic t = {.name = topic, .partitions = PARTITIONS};
        ok(bus_topics_make(brokers, &t, 1, 20000, &e), &e);
    }
    return topic;
}

struct message {
    int partition;
    int64_t offset, sequence;
    char key[64], id[40], type[64], source[64], subject[64], content[64], trace[80], time[48];
    size_t value_n;
    bool tombstone;
};
static struct message messages[MESSAGES_MAX];
static size_t message_count;

static int64_t from_beginning(void *arg, const char *name, int partition)
{
    return BUS_FROM_BEGINNING;
}

static void revoked(void *arg, const char *name, int partition, bool lost)
{
}

static void copy(char *to, size_t size, const struct bus_message *m, const char *name)
{
    to[0] = 0;
    for (size_t i = 0; i < m->header_count; i++)
        if (!strcmp(m->headers[i].name, name))
            snprintf(to, size, "%s", m->headers[i].value);
}

/* Valgrind takes some twenty times as long. */
static int64_t patience(int seconds)
{
    return seconds * (getenv("TEST_SLOW") ? 20 : 1) * INSTANT_SECOND;
}

/* read_topic waits for `want` messages (at most 10 s), then 200 ms for more that should not come. */
static void read_topic(const char *where, size_t want)
{
    struct err e = {0};
    struct bus_consumer *c;
    struct bus_consumer_ops ops = {.assigned = from_beginning, .revoked = revoked};
    struct bus_consumer_config config = {.brokers = where,
                                         .group = "test",
                                         .instance = "test",
                                         .client = "test",
                                         .topics = (const char *const[]){topic, NULL},
                                         .fetch_wait_ms = 10};
    ok(bus_consumer_new(&config, &ops, &c, &e), &e);
    message_count = 0;
    int64_t until = instant_mono() + patience(10);
    while (instant_mono() < until) {
        struct bus_message m;
        if (bus_consumer_poll(c, true, 20, &m, &e) != BUS_MESSAGE)
            continue;
        assert_true(message_count < MESSAGES_MAX);
        struct message *to = &messages[message_count++];
        char number[32];
        *to = (struct message){
            .partition = m.partition, .offset = m.offset, .value_n = m.value.n, .tombstone = !m.value.p};
        snprintf(to->key, sizeof to->key, "%.*s", (int)m.key.n, (const char *)m.key.p);
        copy(number, sizeof number, &m, "ce_sequence");
        to->sequence = strtoll(number, NULL, 10);
        copy(to->id, sizeof to->id, &m, "ce_id");
        copy(to->type, sizeof to->type, &m, "ce_type");
        copy(to->source, sizeof to->source, &m, "ce_source");
        copy(to->subject, sizeof to->subject, &m, "ce_subject");
        copy(to->content, sizeof to->content, &m, "content-type");
        copy(to->trace, sizeof to->trace, &m, "traceparent");
        copy(to->time, sizeof to->time, &m, "ce_time");
        bus_message_done(&m);
        if (message_count == want)
            until = instant_mono() + 200 * INSTANT_MS;
    }
    bus_consumer_free(c, 2000);
    if (message_count != want)
        fail_msg("%zu messages instead of %zu", message_count, want);
}

/* Messages of one partition, in their order. */
static size_t of_partition(int partition, const struct message **ret, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < message_count; i++)
        if (messages[i].partition == partition && n < room)
            ret[n++] = &messages[i];
    return n;
}

static void must_be_dense(void)
{
    static const struct message *some[MESSAGES_MAX];
    for (int p = 0; p < PARTITIONS; p++) {
        size_t n = of_partition(p, some, MESSAGES_MAX);
        for (size_t i = 0; i < n; i++)
            if (some[i]->sequence != (int64_t)i + 1)
                fail_msg("partition %d: message %zu has number %lld", p, i, (long long)some[i]->sequence);
    }
}

/* ---- the outbox */

static const char *insert(int partition, const char *key)
{
    return arena_printf(f.arena,
                        "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
                        " VALUES ('%s', %d, '%s', gen_random_uuid(), 'Received', '2019-10-01 07:30:00+07', "
                        "'application/protobuf', '\\x0102');",
                        topic, partition, key);
}

/* A fresh schema for each test: ticks and numbers begin at 1. */
static void fresh(void)
{
    script(f.db, "TRUNCATE intake.outbox_row, intake.tick, intake.published, intake.subject, intake.series_number;"
                 "UPDATE intake.relay SET cluster = ''");
}

/* The relays that run: one that a failed test left behind would keep the lock from all tests behind it. */
#define RELAYS 4
static struct relay *running[RELAYS];

static struct relay **place_of(const struct relay *r)
{
    for (int i = 0; i < RELAYS; i++)
        if (running[i] == r)
            return &running[i];
    fail_msg("%s", r ? "the relay is not known" : "too many relays");
    return NULL;
}

static void end(struct relay *r)
{
    *place_of(r) = NULL;
    relay_free(r);
}

static int end_all(void **state)
{
    for (int i = 0; i < RELAYS; i++)
        if (running[i])
            end(running[i]);
    return 0;
}

static struct relay *relay_of(const char *where, int rows_max)
{
    struct err e = {0};
    struct relay *r;
    struct relay_config c = {.service = "intake",
                             .conninfo = fixture_conninfo(&f, "intake"),
                             .application = "test-relay",
                             .brokers = where,
                             .retention_days = 7,
                             .rows_max = rows_max};
    ok(relay_new(&c, &r, &e), &e);
    *place_of(NULL) = r;
    return r;
}

/* Nobody leads any more: the server has taken note that a connection has ended, which is not at once. */
static void let_go(struct db *db)
{
    script(db, "DO $$ BEGIN FOR i IN 1..500 LOOP EXIT WHEN NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory'"
               "   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));"
               " PERFORM pg_sleep(0.01); END LOOP; END $$");
}

static int step(struct relay *r)
{
    struct err e = {0};
    int n = relay_step(r, 0, &e);
    if (n < 0)
        fail_msg("relay_step: %s", e.en);
    return n;
}

/* On a busy machine the answer about a topic may come too late for one step: nothing is lost by that, the next one
 * begins it again. */
static int step_again(struct relay *r)
{
    struct err e = {0};
    int n = -1;

    for (int64_t until = instant_mono() + 20 * INSTANT_SECOND; n < 0 && instant_mono() < until;)
        n = relay_step(r, 0, &e);
    if (n < 0)
        fail_msg("relay_step: %s", e.en);
    return n;
}

/* ---- tests */

static void a_row_becomes_a_cloud_event(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 0);
    script(db,
           arena_printf(
               f.arena,
               "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, trace, value) VALUES"
               " ('%s', 1, 'k1', '0190a0b0-0000-7000-8000-000000000001', 'Received', '2019-10-01 07:30:00+07',"
               "  'application/protobuf', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '\\x010203'),"
               " ('%s', 1, 'k2', '0190a0b0-0000-7000-8000-000000000002', 'Refused', '2019-10-01 07:30:00+07',"
               "  'application/json', NULL, NULL)",
               topic, topic));
    assert_int_equal(step(r), 2);
    assert_int_equal(step(r), 0);
    read_topic(brokers, 2);
    must_be_dense();
    const struct message *m = &messages[0];
    assert_string_equal(m->key, "k1");
    assert_string_equal(m->subject, "k1");
    assert_string_equal(m->id, "0190a0b0-0000-7000-8000-000000000001");
    assert_string_equal(m->type, "vn.taicho.Received");
    assert_string_equal(m->source, "/taicho/intake");
    assert_string_equal(m->content, "application/protobuf");
    assert_string_equal(m->trace, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert_string_equal(m->time, "2019-10-01T07:30:00.000000+07:00");
    assert_int_equal(m->value_n, 3);
    assert_true(messages[1].tombstone);
    assert_string_equal(messages[1].trace, "");
    struct relay_stats s;
    relay_stats(r, &s);
    assert_true(s.leader && s.connected && s.published == 2 && s.ticks == 1 && s.unpublished == 0);
    assert_int_equal(s.oldest_unpublished_us, 0);
    end(r);
    db_close(db);
}

/*
 * RELIABILITY finding 10: A writes (and so has the lower xid) before it waits for the dossier's lock that B holds. B
 * says version 1 and commits, then A says version 2. A third writer stays open all the time.
 */
static void the_later_committer_with_the_lower_xid_comes_later(void **state)
{
    for (int between = 0; between < 2; between++) {
        fresh();
        new_topic(false);
        struct db *a = fixture_service(&f, "intake"), *b = fixture_service(&f, "intake"),
                  *c = fixture_service(&f, "intake");
        struct relay *r = relay_of(brokers, 5000);
        script(b, "INSERT INTO subject (id, kind) VALUES ('0190a0b0-0000-7000-8000-000000000001', 'dossier')");
        step(r);
        script(c, "BEGIN; INSERT INTO series_number (key) VALUES ('third')");
        script(a, "BEGIN; INSERT INTO series_number (key) VALUES ('inbox')");
        script(b, "BEGIN; SELECT FROM subject FOR UPDATE");
        script(b, insert(0, "version-1"));
        script(b, "COMMIT");
        if (between)
            assert_int_equal(step(r), 1);
        script(a, "SELECT FROM subject FOR UPDATE");
        script(a, insert(0, "version-2"));
        script(a, "COMMIT");
        assert_int_equal(step(r), between ? 1 : 2);
        script(c, insert(0, "other"));
        script(c, "COMMIT");
        assert_int_equal(step(r), 1);
        read_topic(brokers, 3);
        must_be_dense();
        assert_string_equal(messages[0].key, "version-1");
        assert_string_equal(messages[1].key, "version-2");
        assert_string_equal(messages[2].key, "other");
        end(r);
        db_close(a);
        db_close(b);
        db_close(c);
    }
}

/* The usual cursor (id > last) would lose it. */
static void a_lower_id_that_commits_late_is_not_lost(void **state)
{
    fresh();
    new_topic(false);
    struct db *a = fixture_service(&f, "intake"), *b = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    script(a, "BEGIN");
    script(a, insert(0, "first drawn"));
    script(b, insert(0, "first committed"));
    assert_int_equal(step(r), 1);
    script(a, "COMMIT");
    script(b, "BEGIN");
    script(b, insert(1, "rolled back"));
    script(b, "ROLLBACK");
    assert_int_equal(step(r), 1);
    read_topic(brokers, 2);
    must_be_dense();
    assert_string_equal(messages[1].key, "first drawn");
    end(r);
    db_close(a);
    db_close(b);
}

static void a_tick_that_was_saved_is_published_as_it_was_saved(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    script(db, insert(0, "a"));
    assert_int_equal(step(r), 1);
    script(db, insert(0, "b"));
    script(db, insert(1, "c"));
    ok(relay_take(r, NULL, &e), &e); /* saved; and here the process ends */
    assert_true(r->tick.open);
    end(r);

    script(db, insert(0, "d"));
    r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 2);
    assert_int_equal(step(r), 1);
    read_topic(brokers, 4);
    must_be_dense();
    end(r);
    db_close(db);
}

static void what_was_published_but_not_saved_is_repeated_identically(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct db_answer *q;
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 2);
    assert_int_equal(step(r), 0);
    script(db, insert(0, "a"));
    script(db, insert(0, "b"));
    script(db, insert(1, "c"));
    script(db, insert(0, "d"));
    assert_int_equal(step(r), 2); /* the first slice of the tick is saved, the second is not */
    ok(relay_read(r, r->tick.id, r->tick.rows, r->tick.done_id, &q, &e), &e);
    struct relay_rows rows = relay_rows_of(q);
    relay_flight_begin(r);
    for (size_t i = 0; i < rows.count; i++) {
        struct lane *lane = relay_row_lane(r, &rows, i);
        ok(relay_send(r, &rows, i, lane, lane->sequence++, &e), &e);
    }
    ok(relay_collect(r, 5000, &e), &e);
    end(r);

    r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 2);
    assert_int_equal(step(r), 0);
    read_topic(brokers, 6);
    size_t repeats = 0;
    for (size_t i = 0; i < message_count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(messages[i].id, messages[k].id)) {
                repeats++;
                assert_int_equal(messages[i].sequence, messages[k].sequence);
                assert_int_equal(messages[i].partition, messages[k].partition);
            }
    assert_int_equal(repeats, 2);
    end(r);
    db_close(db);
}

/* Its rows and ticks are of a cluster whose transaction ids were higher: what comes now would look as if it was seen.
 */
static void restored_from_a_dump_it_publishes_nothing_until_an_operator_decides(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct relay_stats s;
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    step(r);
    script(db, insert(0, "before"));
    assert_int_equal(step(r), 1);
    end(r);
    script(f.db, "UPDATE intake.outbox_row SET xid = (xid::text::bigint + 1000000)::text::xid8;"
                 "UPDATE intake.tick SET s2 = format('%1$s:%1$s:', pg_snapshot_xmax(s2)::text::bigint + 1000000)"
                 "::pg_snapshot");
    script(db, insert(0, "after"));

    r = relay_of(brokers, 5000);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(relay_step(r, 0, &e), -1);
        assert_int_equal(e.code, ERR_CONFLICT);
        assert_non_null(strstr(e.en, "restored from a dump"));
        relay_stats(r, &s);
        assert_false(s.leader);
    }
    assert_int_equal(number(f.db, f.arena, &(struct db_stmt){"test_ticks", "SELECT count(*) FROM intake.tick"}), 1);
    read_topic(brokers, 1);

    /* The way out that it names. With their old xids the rows would be counted by every tick, and sent by none. */
    script(f.db, "DELETE FROM intake.tick; UPDATE intake.outbox_row SET xid = DEFAULT");
    assert_int_equal(step_again(r), 2);
    assert_int_equal(step(r), 0);
    read_topic(brokers, 3);
    must_be_dense();
    assert_string_equal(messages[1].id, messages[0].id); /* once more, under a new number: listeners know its version */
    assert_string_equal(messages[2].key, "after");
    assert_int_equal(number(f.db, f.arena, &(struct db_stmt){"test_ticks_2", "SELECT count(*) FROM intake.tick"}), 1);
    end(r);
    db_close(db);
}

static void one_relay_leads_and_the_other_takes_over(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct relay *a = relay_of(brokers, 5000), *b = relay_of(brokers, 5000);
    script(db, insert(0, "1"));
    assert_int_equal(step(a), 1);
    script(db, insert(0, "2"));
    assert_int_equal(step(b), 0);
    assert_true(a->leader && !b->leader);
    /* The one that stands by neither publishes what an operator wants, nor says that the broker is away. */
    struct relay_stats s;
    relay_stats(b, &s);
    assert_true(s.connected && s.database && !s.leader);
    assert_string_equal(s.leader_name, "test-relay");
    assert_int_equal(relay_republish(b, topic, 0, 1, 1, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "test-relay"));
    script(f.db, "SELECT pg_terminate_backend(l.pid, 5000) FROM pg_locks l WHERE l.locktype = 'advisory'"
                 "   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    assert_int_equal(step(b), 1);
    assert_true(b->leader);
    ok(relay_republish(a, topic, 0, 1, 1, &e), &e);
    assert_int_equal(relay_step(a, 0, &e), -1); /* it finds its connection gone */
    script(db, insert(0, "3"));
    assert_int_equal(step(a), 0);
    assert_false(a->leader);
    relay_stats(a, &s);
    assert_int_equal(s.republish_waiting, 0); /* nobody is left to do it here */
    assert_int_equal(step(b), 1);
    end(b);
    let_go(f.db);
    script(db, insert(0, "4"));
    assert_int_equal(step(a), 1);
    read_topic(brokers, 4);
    must_be_dense();
    end(a);
    db_close(db);
}

static void a_big_tick_goes_out_in_slices(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 700);
    int steps = 0;
    script(db,
           arena_printf(f.arena,
                        "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
                        " SELECT '%s', g %% 3, 'k' || g, gen_random_uuid(), 'Received', now(), 'application/protobuf',"
                        "        decode(repeat('ab', CASE WHEN g %% 100 = 0 THEN 40000 ELSE 10 END), 'hex')"
                        "   FROM generate_series(1, 6000) g",
                        topic));
    for (int n; (n = step(r)) > 0; steps++)
        assert_true(n <= 700);
    assert_true(steps >= 9);
    script(db, arena_printf(f.arena,
                            "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
                            " SELECT '%s', g %% 3, 'k' || g, gen_random_uuid(), 'Received', now(), 'c', '\\x01'"
                            "   FROM generate_series(1, 12000) g",
                            topic)); /* read along the ids */
    while (step(r) > 0)
        ;
    struct relay_stats s;
    relay_stats(r, &s);
    assert_int_equal(s.ticks, 2);
    assert_int_equal(s.published, 18000);
    read_topic(brokers, 18000);
    must_be_dense();
    end(r);
    db_close(db);
}

static const struct db_stmt xmax = {"t_xmax", "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"};
static const struct db_stmt ticks = {"t_ticks", "SELECT count(*) FROM intake.tick"};

static void an_idle_relay_writes_nothing(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    script(db, insert(0, "1"));
    assert_int_equal(step(r), 1);
    int64_t before = number(f.db, f.arena, &xmax);
    for (int i = 0; i < 100; i++)
        assert_int_equal(step(r), 0);
    assert_int_equal(number(f.db, f.arena, &xmax), before);
    assert_int_equal(number(f.db, f.arena, &ticks), 1);
    end(r);
    db_close(db);
}

/* republished waits for a replay of topic's numbers to end, and gives the words that tell how. */
static const char *republished(struct relay *r, int partition, int64_t from, int64_t to)
{
    struct err e = {0};
    struct relay_stats s;
    ok(relay_republish(r, topic, partition, from, to, &e), &e);
    do {
        step(r);
        relay_stats(r, &s);
    } while (s.republish_waiting > 0);
    return strstr(s.republish_last, "not in the outbox") ? "not in the outbox" : "published again";
}

static void missing_numbers_are_published_again(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 2);
    for (int tick = 0; tick < 3; tick++) {
        script(db, "BEGIN");
        for (int i = 0; i < 5; i++) {
            script(db, insert(0, arena_printf(f.arena, "%d-%d", tick, i)));
            script(db, insert(1, "other"));
        }
        script(db, "COMMIT");
        while (step(r) > 0)
            ;
    }
    read_topic(brokers, 30);
    must_be_dense();
    assert_string_equal(republished(r, 0, 4, 12), "published again");
    assert_string_equal(republished(r, 0, 15, 16), "not in the outbox");
    assert_int_equal(relay_republish(r, topic, 0, 3, 2, &e), ERR_INVALID);
    assert_int_equal(relay_republish(r, KPI_TOPIC, 0, 1, 2, &e), ERR_INVALID);
    assert_int_equal(relay_republish(r, "x.dlq", 0, 1, 2, &e), ERR_INVALID);
    ok(relay_republish(r, "no.such.topic", 0, 1, 2, &e), &e);
    step(r);
    struct relay_stats stats;
    relay_stats(r, &stats);
    assert_non_null(strstr(stats.republish_last, "never wrote to it"));
    assert_int_equal(stats.republished, 10);
    script(db, insert(0, "after"));
    assert_int_equal(step(r), 1);
    read_topic(brokers, 30 + 9 + 1 + 1);
    static const struct message *some[64];
    size_t n = of_partition(0, some, 64);
    assert_int_equal(n, 15 + 9 + 1 + 1);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(some[15 + i]->sequence, 4 + i);
        assert_string_equal(some[15 + i]->id, some[3 + i]->id);
    }
    assert_int_equal(some[n - 1]->sequence, 16);
    end(r);
    db_close(db);
}

/* A week's ticks: only the few that have what is wanted are read. */
static void a_replay_finds_its_ticks_among_many(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    for (int i = 1; i <= 8; i++) {
        script(db, insert(0, arena_printf(f.arena, "%d", i)));
        assert_int_equal(step(r), 1);
    }
    end(r);
    /* 100,000 ticks between each two of them, some of other lanes, and numbers that rise. */
    script(f.db,
           arena_printf(
               f.arena,
               "UPDATE intake.tick SET id = id * 100000, sequences = ARRAY[sequences[1] * 1000000];"
               "UPDATE intake.published SET next_sequence = 9000000;"
               "INSERT INTO intake.tick SELECT g, '1:1:', '1:1:', ARRAY['%s'], ARRAY[g %% 3], ARRAY[g * 10],"
               "       ARRAY[1], 1, 0, 1000000000, 0, true FROM generate_series(1, 799999) g WHERE g %% 100000 <> 0",
               topic));
    r = relay_of(brokers, 5000);
    step(r);
    int64_t begin = instant_mono();
    assert_string_equal(republished(r, 0, 3000000, 3000000), "published again");
    assert_true(instant_mono() - begin < 3 * INSTANT_SECOND);
    assert_string_equal(republished(r, 0, 8000000, 8000000), "published again");
    assert_string_equal(republished(r, 0, 1000000, 1000000), "published again");
    read_topic(brokers, 8 + 3);
    assert_string_equal(messages[8].key, "3");
    assert_string_equal(messages[9].key, "8");
    assert_string_equal(messages[10].key, "1");
    end(r);
    db_close(db);
}

/* The topic is renamed in the database, as if the broker had come back without it. */
static void lose_topic(void)
{
    char old[64];
    memcpy(old, topic, sizeof old);
    new_topic(false);
    script(f.db, arena_printf(f.arena,
                              "UPDATE intake.outbox_row SET topic = '%s';"
                              "UPDATE intake.published SET topic = '%s';"
                              "UPDATE intake.tick SET topics = array_replace(topics, '%s', '%s')",
                              topic, topic, old, topic));
}

static void publish_ten(struct db *db)
{
    struct relay *r = relay_of(brokers, 5000);
    for (int i = 1; i <= 10; i++) {
        script(db, insert(0, arena_printf(f.arena, "%d", i)));
        if (i % 3 == 0)
            assert_int_equal(step(r), 3);
    }
    assert_int_equal(step(r), 1);
    end(r);
}

static void what_the_broker_lost_is_published_again(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    publish_ten(db);
    lose_topic();
    script(db, insert(0, "11"));
    struct relay *r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 1);
    read_topic(brokers, 11);
    must_be_dense();
    for (int i = 0; i < 11; i++)
        assert_int_equal(strtol(messages[i].key, NULL, 10), i + 1);
    end(r);
    db_close(db);
}

/* Messages with these numbers, by somebody's hand. */
static void put(int first, int last)
{
    struct err e = {0};
    struct bus_producer *p;
    struct bus_delivery d[16];
    ok(bus_producer_new(brokers, "test", &p, &e), &e);
    for (int i = first; i <= last; i++) {
        char number_text[16];
        snprintf(number_text, sizeof number_text, "%d", i);
        struct bus_header h = {"ce_sequence", number_text};
        ok(bus_produce(p, topic, 0, (struct bytes){(const uint8_t *)number_text, strlen(number_text)},
                       (struct bytes){(const uint8_t *)"x", 1}, &h, 1, 0, &e),
           &e);
    }
    for (size_t n = 0; n < (size_t)(last - first + 1);)
        n += bus_producer_poll(p, 1000, d, COUNT_OF(d));
    bus_producer_free(p, 1000);
}

static void after_a_partial_loss_it_goes_on_behind_the_last_one_left(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    publish_ten(db);
    lose_topic();
    put(1, 4);

    struct relay *r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 0);
    read_topic(brokers, 10);
    must_be_dense();
    end(r);
    db_close(db);
}

/* Numbers that stand in the log behind the given ones once the relay has found its loss, from the first on. */
static void goes_on(size_t given, const int *behind, size_t count)
{
    struct relay *r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 0);
    read_topic(brokers, given + count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(messages[given + i].sequence, behind[i]);
    end(r);
}

/*
 * What was in flight reached a broker that had lost what lies before it, and the process that would have heard of it
 * died: the number at the end of the log does not say that everything up to it is there.
 */
static void what_came_early_hides_no_loss(void **state)
{
    static const int all[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, from_four[] = {4, 5, 6, 7, 8, 9, 10},
                     from_three[] = {3, 4, 5, 6, 7, 8, 9, 10};
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    publish_ten(db);
    db_close(db);
    /* Nothing else is left. */
    lose_topic();
    put(9, 10);
    script(f.db, "UPDATE intake.relay SET cluster = 'another'");
    goes_on(2, all, COUNT_OF(all));
    /* Publishing anew was under way when the relay died. */
    lose_topic();
    put(9, 10);
    put(1, 3);
    script(f.db, "UPDATE intake.relay SET cluster = 'another'");
    goes_on(5, from_four, COUNT_OF(from_four));
    /* The end was lost, and something behind it came. */
    lose_topic();
    put(1, 2);
    put(9, 10);
    script(f.db, "UPDATE intake.relay SET cluster = 'another'");
    goes_on(4, from_three, COUNT_OF(from_three));
}

static void another_cluster_with_everything_in_it_gets_nothing_twice(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    publish_ten(db);
    script(f.db, "UPDATE intake.relay SET cluster = 'another'");
    struct relay *r = relay_of(brokers, 5000);
    assert_int_equal(step(r), 0);
    assert_string_not_equal(r->cluster, "another");
    script(db, insert(0, "11"));
    assert_int_equal(step(r), 1);
    read_topic(brokers, 11);
    must_be_dense();
    end(r);
    db_close(db);
}

/* ---- the compacted catalogue, the view of audit */

/* On the mock: the real cluster keeps its catalogue topic from one test run to the next. */
static void a_lost_catalogue_is_written_anew_from_its_table(void **state)
{
    fresh();
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    snprintf(topic, sizeof topic, "%s", CATALOGUE_TOPIC);
    assert_int_equal(rd_kafka_mock_topic_create(mock, topic, 1, 1), 0);
    script(f.db,
           "INSERT INTO intake.catalogue_record (kind, id, version, release, digest, record) VALUES"
           " ('unit', 'u1', 1, 1, '', '\\x01'), ('unit', 'u1', 2, 2, '', '\\x02'), ('unit', 'u2', 1, 2, '', '\\x03'),"
           " ('unit', 'u1', 3, 3, '', '\\x04');" /* of a release that is not closed */
           "UPDATE intake.catalogue_release SET number = 2;"
           "UPDATE intake.relay SET cluster = 'gone';"
           "INSERT INTO intake.published VALUES ('" CATALOGUE_TOPIC "', 0, 9, 8)");
    struct relay *r = relay_of(where, 5000);
    assert_int_equal(step(r), 7);
    read_topic(where, 7);
    static const char *const keys[] = {"unit/u1/1", "unit/u1/2", "unit/u2/1", "unit/u1/3",
                                       "unit/u1",   "unit/u2",   "release"};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_string_equal(messages[i].key, keys[i]);
        assert_int_equal(messages[i].sequence, 9 + (int)i);
    }
    assert_int_equal(step(r), 0);
    end(r);
    r = relay_of(where, 5000);
    assert_int_equal(step(r), 0); /* once */
    /* And when an operator asks for it: a listener has missed some of it. */
    struct err e = {0};
    ok(relay_republish(r, CATALOGUE_TOPIC, 0, 10, 10, &e), &e);
    assert_int_equal(step(r), 7);
    read_topic(where, 14);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_string_equal(messages[7 + i].key, keys[i]);
        assert_int_equal(messages[7 + i].sequence, 16 + (int)i);
    }
    end(r);
    script(f.db, "DELETE FROM intake.catalogue_record; UPDATE intake.catalogue_release SET number = 0");
}

/* A step on a thread of its own. */
struct beside {
    struct relay *r;
    int published;
    struct err e;
};

static void *step_beside(void *arg)
{
    struct beside *b = arg;
    b->published = relay_step(b->r, 0, &b->e);
    return NULL;
}

/* The record under a key, as it goes out; the caller's. */
static Taicho__V1__CatalogueRecord *outbox_record(const char *key)
{
    struct db_stmt by_key = {"outbox_record", "SELECT value FROM intake.outbox_row WHERE key = $1"};
    struct db_answer *q;
    struct err e = {0};
    ok(db_run(f.db, f.arena, &by_key, DB_ARGS(db_text(key)), &q, &e), &e);
    assert_int_equal(db_count(q), 1);
    struct bytes v = db_get_bytes(q, 0, 0);
    Taicho__V1__CatalogueRecord *m = taicho__v1__catalogue_record__unpack(NULL, v.n, v.p);
    assert_non_null(m);
    db_forget(f.db);
    return m;
}

/* A release that was under way when the topic was to be written anew: it commits first, and is in it as the newest. */
static void a_catalogue_that_is_written_anew_waits_for_the_release_under_way(void **state)
{
    fresh();
    rd_kafka_mock_cluster_t *own = rd_kafka_mock_cluster_new(mock_handle, 1);
    const char *where = rd_kafka_mock_cluster_bootstraps(own);
    snprintf(topic, sizeof topic, "%s", CATALOGUE_TOPIC);
    assert_int_equal(rd_kafka_mock_topic_create(own, topic, 1, 1), 0);
    script(f.db, "INSERT INTO intake.subject (id, kind) VALUES (gen_random_uuid(), 'catalogue');"
                 "INSERT INTO intake.catalogue_record (kind, id, version, release, digest, record) VALUES"
                 " ('unit', 'u1', 1, 1, '', '\\x01'); UPDATE intake.catalogue_release SET number = 1;"
                 "UPDATE intake.relay SET cluster = 'gone';"
                 "INSERT INTO intake.published VALUES ('" CATALOGUE_TOPIC "', 0, 9, 8)");
    struct db *release = fixture_service(&f, "intake");
    script(release, "BEGIN; SELECT FROM subject WHERE kind = 'catalogue' FOR UPDATE;"
                    "INSERT INTO catalogue_record (kind, id, version, release, digest, record) VALUES"
                    " ('unit', 'u1', 2, 2, '', '\\x0202'); UPDATE catalogue_release SET number = 2");
    struct beside b = {.r = relay_of(where, 5000)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, step_beside, &b), 0);
    script(f.db, "DO $$ BEGIN FOR i IN 1..1000 LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE NOT granted);"
                 " PERFORM pg_sleep(0.01); END LOOP; ASSERT EXISTS (SELECT FROM pg_locks WHERE NOT granted); END $$");
    script(release, "COMMIT");
    pthread_join(thread, NULL);
    if (b.published != 4)
        fail_msg("%d were published: %s", b.published, b.e.en);
    read_topic(where, 4);
    assert_string_equal(messages[0].key, "unit/u1/1");
    assert_string_equal(messages[1].key, "unit/u1/2");
    assert_int_equal(messages[1].value_n, 2);
    assert_string_equal(messages[2].key, "unit/u1");
    Taicho__V1__CatalogueRecord *pointer = outbox_record("unit/u1"), *closed = outbox_record("release");
    assert_int_equal(pointer->pointer->version, 2);
    assert_int_equal(pointer->release, 2);
    assert_string_equal(messages[3].key, "release");
    assert_int_equal(closed->release_closed->number, 2);
    assert_int_equal(closed->release_closed->records, 2);
    taicho__v1__catalogue_record__free_unpacked(pointer, NULL);
    taicho__v1__catalogue_record__free_unpacked(closed, NULL);
    end(b.r);
    db_close(release);
    rd_kafka_mock_cluster_destroy(own);
    script(f.db, "DELETE FROM intake.catalogue_record; UPDATE intake.catalogue_release SET number = 0");
}

/* A duplicate of what the broker never had: librdkafka calls it delivered, and it is in no log. */
static void what_is_confirmed_without_a_place_goes_out_again(void **state)
{
    fresh();
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    new_topic(true);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(where, 5000);
    struct err e = {0};
    assert_int_equal(step(r), 0);
    rd_kafka_mock_push_request_errors(mock, 0 /* Produce */, 1, RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER);
    script(db, insert(0, "1"));
    assert_int_equal(relay_step(r, 0, &e), -1);
    assert_non_null(strstr(e.en, "without an offset"));
    read_topic(where, 0);
    assert_int_equal(step(r), 1);
    read_topic(where, 1);
    assert_int_equal(messages[0].sequence, 1);
    end(r);
    db_close(db);
}

/* Of a compacted log the number at its end says nothing of the keys that are not in it any more. On the mock, as above.
 */
static void of_a_compacted_log_all_goes_out_again(void **state)
{
    fresh();
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    snprintf(topic, sizeof topic, "%s", KPI_TOPIC);
    assert_int_equal(rd_kafka_mock_topic_create(mock, topic, 1, 1), 0);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(where, 5000);
    for (int i = 1; i <= 3; i++)
        script(db, insert(0, arena_printf(f.arena, "%d", i)));
    assert_int_equal(step(r), 3);
    end(r);
    script(f.db, "UPDATE intake.relay SET cluster = 'another'");
    r = relay_of(where, 5000);
    assert_int_equal(step(r), 0);
    read_topic(where, 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(messages[i].sequence, 1 + i % 3);
        assert_int_equal(strtol(messages[i].key, NULL, 10), 1 + i % 3);
    }
    end(r);
    r = relay_of(where, 5000);
    script(db, insert(0, "4"));
    assert_int_equal(step(r), 1); /* once, and on from there */
    read_topic(where, 7);
    assert_int_equal(messages[6].sequence, 4);
    end(r);
    db_close(db);
}

/* Two tables with numbers of their own: ids meet, and may be far apart. */
static void a_view_of_two_tables_keeps_both_in_order(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    script(f.db, "CREATE TABLE intake.entry (number bigint PRIMARY KEY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(),"
                 "                           recorded_at timestamptz NOT NULL DEFAULT now());"
                 "CREATE INDEX ON intake.entry (xid);");
    script(f.db,
           arena_printf(
               f.arena,
               "CREATE OR REPLACE VIEW intake.outbox AS"
               " SELECT number AS id, xid, '%s'::text AS topic, 0 AS \"partition\", number::text AS key,"
               "        gen_random_uuid() AS event_id, 'E'::text AS type, recorded_at AS time, 'c'::text AS content,"
               "        NULL::text AS trace, '\\x01'::bytea AS value, recorded_at FROM intake.entry"
               " UNION ALL SELECT id, xid, topic, \"partition\", key, event_id, type, time, content, trace, value,"
               "        recorded_at FROM intake.outbox_row",
               topic));
    struct relay *r = relay_of(brokers, 3);
    script(db, "INSERT INTO entry SELECT generate_series(1, 20)");
    script(db, arena_printf(
                   f.arena,
                   "INSERT INTO outbox_row (id, topic, \"partition\", key, event_id, type, time, content, value)"
                   " OVERRIDING SYSTEM VALUE SELECT g, '%s', 1, 'row' || g, gen_random_uuid(), 'X', now(), 'c', '\\x02'"
                   "   FROM generate_series(5, 40) g",
                   topic));
    int rows = 0;
    for (int n; (n = step(r)) > 0; rows += n)
        ;
    assert_int_equal(rows, 56);
    read_topic(brokers, 56);
    must_be_dense();
    end(r);
    db_close(db);
    script(f.db, "CREATE OR REPLACE VIEW intake.outbox AS SELECT id, xid, topic, \"partition\", key, event_id, type, "
                 "time, content,"
                 " trace, value, recorded_at FROM intake.outbox_row; DROP TABLE intake.entry");
}

/* ---- faults of the broker, on the mock */

static void a_broker_that_is_away_delays_and_loses_nothing(void **state)
{
    fresh();
    new_topic(true);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    struct relay *r = relay_of(where, 5000);
    struct relay_stats s;
    script(db, insert(0, "1"));
    assert_int_equal(step(r), 1);
    rd_kafka_mock_broker_set_down(mock, 1);
    script(db, insert(0, "2"));
    assert_int_equal(relay_step(r, 0, &e), -1);
    assert_int_equal(e.code, ERR_UNAVAILABLE);
    relay_stats(r, &s);
    assert_int_equal(s.unpublished, 1);
    assert_true(s.oldest_unpublished_us > 0 && s.failures > 0);
    assert_true(s.database && !s.connected); /* which of the two it is */
    script(db, insert(0, "3"));
    rd_kafka_mock_broker_set_up(mock, 1);
    int64_t until = instant_mono() + patience(20);
    for (size_t sent = 0; sent < 2 && instant_mono() < until;) {
        int n = relay_step(r, 20, &e);
        sent += n > 0 ? (size_t)n : 0;
    }
    relay_stats(r, &s);
    assert_true(s.database && s.connected);
    read_topic(where, 3);
    must_be_dense();
    end(r);
    db_close(db);
}

static void insert_into(struct db *db, const char *name, int partition, const char *key)
{
    script(db, arena_printf(f.arena,
                            "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
                            " VALUES ('%s', %d, '%s', gen_random_uuid(), 'dead.Letter', now(), 'c', '\\x01')",
                            name, partition, key));
}

/* Of the topic itself nothing is wanted: they are in the table. What follows must not wait for them. */
static void dead_letters_never_stop_the_others(void **state)
{
    fresh();
    new_topic(true);
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(where, 5000);
    struct relay_stats s;
    const char *missing = arena_printf(f.arena, "missing.%d.dlq", (int)getpid());
    const char *narrow = arena_printf(f.arena, "narrow.%d.dlq", (int)getpid());
    rd_kafka_mock_topic_set_error(mock, missing, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    assert_int_equal(rd_kafka_mock_topic_create(mock, narrow, 1, 1), 0);
    script(db, "BEGIN");
    insert_into(db, missing, 0, "a");
    script(db, insert(0, "1"));
    insert_into(db, missing, 1, "b");
    insert_into(db, narrow, 0, "c");
    insert_into(db, narrow, 5, "d");
    script(db, insert(0, "2"));
    script(db, "COMMIT");
    assert_int_equal(step_again(r), 6);
    relay_stats(r, &s);
    assert_int_equal(s.refused, 3);
    assert_int_equal(s.published, 3);
    assert_int_equal(s.unpublished, 0);
    /* It is left alone for a while: no time is lost with it. */
    insert_into(db, missing, 0, "e");
    script(db, insert(0, "3"));
    int64_t begin = instant_mono();
    for (int rows = 0; rows < 2;)
        rows += step(r);
    assert_true(instant_mono() - begin < patience(1));
    read_topic(where, 3);
    must_be_dense();
    end(r);
    db_close(db);
}

/* Several services write to one partition of dead letters: whose message is the last one says nothing. */
static void dead_letters_have_no_numbers_and_none_is_missing(void **state)
{
    fresh();
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(where, 5000);
    snprintf(topic, sizeof topic, "shared.%d.dlq", (int)getpid());
    assert_int_equal(rd_kafka_mock_topic_create(mock, topic, PARTITIONS, 1), 0);
    insert_into(db, topic, 0, "a");
    insert_into(db, topic, 0, "b");
    assert_int_equal(step(r), 2);
    end(r);
    /* Restored from a backup of the broker, and another service was there before. */
    script(f.db, "UPDATE intake.relay SET cluster = 'another'; UPDATE intake.published SET last_offset = 99");
    r = relay_of(where, 5000);
    assert_int_equal(step(r), 0);
    insert_into(db, topic, 0, "c");
    assert_int_equal(step(r), 1);
    read_topic(where, 3);
    for (size_t i = 0; i < message_count; i++)
        assert_int_equal(messages[i].sequence, 0);
    end(r);
    db_close(db);
}

/* ---- the days of the outbox */

static const struct db_stmt old_days = {
    "t_old_days", "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                  " WHERE i.inhparent = 'intake.outbox_row'::regclass AND c.relname LIKE 'outbox_2%'"
                  "   AND c.relname < 'outbox_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')"};

static void make_day(int age)
{
    script(f.db, arena_printf(f.arena,
                              "DO $$ DECLARE d date := (now() AT TIME ZONE 'UTC')::date - %d; BEGIN"
                              " EXECUTE format('CREATE TABLE intake.%%I PARTITION OF intake.outbox_row"
                              " FOR VALUES FROM (%%L) TO (%%L)', 'outbox_' || to_char(d, 'YYYYMMDD'),"
                              " d || ' 00:00+00', (d + 1) || ' 00:00+00'); END $$",
                              age));
}

static const char *insert_old(int age, const char *key)
{
    return arena_printf(
        f.arena,
        "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value, recorded_at)"
        " VALUES ('%s', 0, '%s', gen_random_uuid(), 'X', now(), 'c', '\\x01',"
        " ((now() AT TIME ZONE 'UTC')::date - %d + time '12:00') AT TIME ZONE 'UTC');",
        topic, key, age);
}

/* A tick that names rows of a dropped day and of one that is kept: the kept ones keep their numbers, or have none. */
static void a_day_goes_with_its_ticks_and_nothing_is_ever_renumbered(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    step(r);
    make_day(10);
    make_day(2);
    for (int i = 0; i < 3; i++) { /* ticks 1 to 3: numbers 1 to 3, of the old day only */
        script(db, insert_old(10, "old"));
        assert_int_equal(step(r), 1);
    }
    script(db, arena_printf(f.arena, "BEGIN; %s %s %s COMMIT", insert_old(10, "half"), insert_old(2, "kept"),
                            insert_old(2, "kept"))); /* tick 4: numbers 4 to 6 */
    assert_int_equal(step(r), 3);
    script(db, insert_old(2, "whole")); /* tick 5: number 7 */
    assert_int_equal(step(r), 1);
    script(db, insert(0, "newest"));
    assert_int_equal(step(r), 1);

    /* A command that is under way keeps the day from being dropped, and does not wait for it. */
    struct db *busy = fixture_service(&f, "intake");
    script(busy, "BEGIN");
    script(busy, insert(1, "busy"));
    r->days_due = 0;
    int64_t begin = instant_mono();
    step(r);
    assert_true(instant_mono() - begin < 500 * INSTANT_MS);
    assert_int_equal(number(f.db, f.arena, &old_days), 2);
    assert_true(r->days_due < instant_mono() + 10 * INSTANT_SECOND); /* soon again */
    script(busy, "ROLLBACK");
    db_close(busy);

    for (int i = 0; i < 5; i++) {
        r->days_due = 0;
        step(r);
    }
    assert_int_equal(number(f.db, f.arena, &old_days), 1);
    assert_int_equal(number(f.db, f.arena, &ticks), 3); /* 4 names rows that are left, 5, and the newest */
    read_topic(brokers, 8);
    must_be_dense();
    assert_string_equal(republished(r, 0, 1, 7), "not in the outbox");
    read_topic(brokers, 9);
    assert_int_equal(messages[8].sequence, 7);
    assert_string_equal(messages[8].key, "whole");
    end(r);
    script(f.db, "DO $$ DECLARE d date := (now() AT TIME ZONE 'UTC')::date - 2; BEGIN"
                 " EXECUTE format('DROP TABLE intake.%I', 'outbox_' || to_char(d, 'YYYYMMDD')); END $$");
    db_close(db);
}

static const struct db_stmt in_rest = {"t_rest", "SELECT count(*) FROM intake.outbox_rest"};

/* A day that was not made in time: its rows lie in the rest, and go from there when they are old and published. */
static void what_lies_in_the_rest_goes_too(void **state)
{
    fresh();
    new_topic(false);
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    script(db, insert_old(12, "old"));
    script(db, insert_old(5, "young"));
    assert_int_equal(step(r), 2);
    script(db, insert_old(12, "old, but never published"));
    ok(relay_days(r, &(struct err){0}), NULL);
    r->days_due = 0;
    ok(relay_days(r, &(struct err){0}), NULL);
    assert_int_equal(number(f.db, f.arena, &in_rest), 2);
    assert_int_equal(step(r), 1);
    r->days_due = 0;
    ok(relay_days(r, &(struct err){0}), NULL);
    assert_int_equal(number(f.db, f.arena, &in_rest), 1);
    end(r);
    db_close(db);
}

static void a_fatal_producer_is_made_anew(void **state)
{
    fresh();
    new_topic(true);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    struct relay *r = relay_of(where, 5000);
    struct relay_stats s;
    script(db, insert(0, "1"));
    script(db, insert(0, "2"));
    assert_int_equal(step(r), 2);
    rd_kafka_mock_push_request_errors(mock, 0 /* Produce */, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    script(db,
           insert(0, "3")); /* one message: the mock takes later ones of the same producer, which a broker refuses */
    int64_t until = instant_mono() + patience(20);
    for (size_t sent = 0; sent < 1 && instant_mono() < until;) {
        int n = relay_step(r, 20, &e);
        sent += n > 0 ? (size_t)n : 0;
    }
    script(db, insert(0, "4"));
    assert_int_equal(step(r), 1);
    relay_stats(r, &s);
    assert_true(s.recreated >= 1);
    read_topic(where, 4);
    must_be_dense();
    end(r);
    db_close(db);
}

/*
 * What a broker may answer to Produce for a while. One message for each partition: the mock takes a later message of
 * the same producer while an earlier one is tried again, which a broker refuses. It appends nothing that it answers
 * with an error, so that a time-out after appending is not among these.
 */
#define BROKER_ID 1
#define PRODUCE   0
static const struct answer {
    const char *name;
    rd_kafka_resp_err_t err;
    size_t times;
    int rtt_ms;
} bad_answers[] = {
    {"not leader for partition", RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, 4, 0},
    {"request timed out", RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, 2, 0},
    {"not enough replicas", RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 5, 0},
    {"slow round trips", RD_KAFKA_RESP_ERR_NO_ERROR, 3, 1500},
    {"not leader, and slow", RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, 3, 700},
    {"the connection ends", RD_KAFKA_RESP_ERR__TRANSPORT, 2, 0},
};

static size_t left_of_answers(void)
{
    size_t n = 0;
    assert_int_equal(rd_kafka_mock_broker_error_stack_cnt(mock, BROKER_ID, PRODUCE, &n), RD_KAFKA_RESP_ERR_NO_ERROR);
    return n;
}

static void publish_until(struct relay *r, size_t want)
{
    struct err e = {0};
    size_t sent = 0;
    for (int64_t until = instant_mono() + 30 * INSTANT_SECOND; sent < want && instant_mono() < until;) {
        int n = relay_step(r, 20, &e);
        sent += n > 0 ? (size_t)n : 0;
    }
    if (sent != want)
        fail_msg("%zu of %zu published: %s", sent, want, e.en);
}

static void errors_of_the_broker_delay_and_lose_nothing(void **state)
{
    /* A cluster of its own: nothing of it is left for other tests. */
    rd_kafka_mock_cluster_t *of_others = mock;
    mock = rd_kafka_mock_cluster_new(mock_handle, 1);
    const char *where = rd_kafka_mock_cluster_bootstraps(mock);
    struct db *db = fixture_service(&f, "intake");
    for (size_t i = 0; i < COUNT_OF(bad_answers); i++) {
        const struct answer *a = &bad_answers[i];
        fresh();
        new_topic(true);
        struct relay *r = relay_of(where, 5000);
        for (int p = 0; p < PARTITIONS; p++)
            script(db, insert(p, "before"));
        publish_until(r, PARTITIONS);
        for (size_t n = 0; n < a->times; n++)
            rd_kafka_mock_broker_push_request_error_rtts(mock, BROKER_ID, PRODUCE, 1, a->err, a->rtt_ms);
        script(db, "BEGIN");
        for (int p = 0; p < PARTITIONS; p++)
            script(db, insert(p, "meanwhile"));
        script(db, "COMMIT");
        publish_until(r, PARTITIONS);
        if (left_of_answers() > 0)
            fail_msg("%s: %zu of %zu answers were not given", a->name, left_of_answers(), a->times);
        for (int p = 0; p < PARTITIONS; p++)
            script(db, insert(p, "after"));
        publish_until(r, PARTITIONS);
        read_topic(where, (size_t)3 * PARTITIONS);
        must_be_dense();
        end(r);
    }
    db_close(db);
    rd_kafka_mock_cluster_destroy(mock);
    mock = of_others;
}

/* The thread: woken after a commit, polling for the commits of other processes. */
static void the_thread_publishes_and_stops(void **state)
{
    fresh();
    new_topic(false);
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    struct relay *r = relay_of(brokers, 5000);
    struct relay_stats s;
    ok(relay_start(r, &e), &e);
    for (int i = 0; i < 20; i++) {
        script(db, insert(i % 3, "k"));
        if (i % 2)
            relay_wake(r);
    }
    int64_t until = instant_mono() + patience(10);
    for (relay_stats(r, &s); s.published < 20 && instant_mono() < until; relay_stats(r, &s))
        usleep(1000);
    ok(relay_republish(r, topic, 0, 1, 2, &e), &e);
    for (relay_stats(r, &s); s.republish_waiting > 0 && instant_mono() < until; relay_stats(r, &s))
        usleep(1000);
    relay_stop(r, 1000);
    read_topic(brokers, 22);
    end(r);
    db_close(db);
}

static void every_statement_is_good(void **state)
{
    struct err e = {0};
    struct db *db = fixture_service(&f, "intake");
    size_t n = 0;
    while (relay_statements[n])
        n++;
    ok(db_check(db, relay_statements, n, &e), &e);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_statement_is_good, end_all),
        cmocka_unit_test_teardown(a_row_becomes_a_cloud_event, end_all),
        cmocka_unit_test_teardown(the_later_committer_with_the_lower_xid_comes_later, end_all),
        cmocka_unit_test_teardown(a_lower_id_that_commits_late_is_not_lost, end_all),
        cmocka_unit_test_teardown(a_tick_that_was_saved_is_published_as_it_was_saved, end_all),
        cmocka_unit_test_teardown(what_was_published_but_not_saved_is_repeated_identically, end_all),
        cmocka_unit_test_teardown(restored_from_a_dump_it_publishes_nothing_until_an_operator_decides, end_all),
        cmocka_unit_test_teardown(one_relay_leads_and_the_other_takes_over, end_all),
        cmocka_unit_test_teardown(a_big_tick_goes_out_in_slices, end_all),
        cmocka_unit_test_teardown(an_idle_relay_writes_nothing, end_all),
        cmocka_unit_test_teardown(missing_numbers_are_published_again, end_all),
        cmocka_unit_test_teardown(a_replay_finds_its_ticks_among_many, end_all),
        cmocka_unit_test_teardown(what_the_broker_lost_is_published_again, end_all),
        cmocka_unit_test_teardown(after_a_partial_loss_it_goes_on_behind_the_last_one_left, end_all),
        cmocka_unit_test_teardown(what_came_early_hides_no_loss, end_all),
        cmocka_unit_test_teardown(another_cluster_with_everything_in_it_gets_nothing_twice, end_all),
        cmocka_unit_test_teardown(a_lost_catalogue_is_written_anew_from_its_table, end_all),
        cmocka_unit_test_teardown(a_catalogue_that_is_written_anew_waits_for_the_release_under_way, end_all),
        cmocka_unit_test_teardown(what_is_confirmed_without_a_place_goes_out_again, end_all),
        cmocka_unit_test_teardown(of_a_compacted_log_all_goes_out_again, end_all),
        cmocka_unit_test_teardown(a_view_of_two_tables_keeps_both_in_order, end_all),
        cmocka_unit_test_teardown(a_broker_that_is_away_delays_and_loses_nothing, end_all),
        cmocka_unit_test_teardown(a_fatal_producer_is_made_anew, end_all),
        cmocka_unit_test_teardown(errors_of_the_broker_delay_and_lose_nothing, end_all),
        cmocka_unit_test_teardown(dead_letters_never_stop_the_others, end_all),
        cmocka_unit_test_teardown(dead_letters_have_no_numbers_and_none_is_missing, end_all),
        cmocka_unit_test_teardown(a_day_goes_with_its_ticks_and_nothing_is_ever_renumbered, end_all),
        cmocka_unit_test_teardown(what_lies_in_the_rest_goes_too, end_all),
        cmocka_unit_test_teardown(the_thread_publishes_and_stops, end_all),
    };
    if (!getenv("TEST_PG")) {
        printf("skipped: TEST_PG is not set\n");
        return 0;
    }
    char why[256];
    mock_handle = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    mock = rd_kafka_mock_cluster_new(mock_handle, 1);
    real_kafka = getenv("TEST_KAFKA") && *getenv("TEST_KAFKA");
    brokers = real_kafka ? getenv("TEST_KAFKA") : rd_kafka_mock_cluster_bootstraps(mock);
    fixture_open(&f, "flow_relay");
    fixture_migrate(&f, "intake", NULL);
    int failed = cmocka_run_group_tests_name("flow_relay", tests, NULL, NULL);
    fixture_close(&f);
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(mock_handle);
    return failed;
}
