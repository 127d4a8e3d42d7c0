/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/bus against a broker. TEST_KAFKA is the address of a real Kafka; without it the tests run on librdkafka's mock
 * cluster, and those that the mock cannot serve (static membership, admin calls, low watermarks) are skipped and say
 * so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "common/base/arena.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/io/bus.h"

#define PARTITIONS  4
#define DEADLINE_MS 10000
#define FREE_MS     3000

static const char *brokers;
static bool real;
static rd_kafka_t *mock_client;
static rd_kafka_mock_cluster_t *mock;

static void ok(enum err_code rc, const struct err *e)
{
    if (rc)
        fail_msg("%s: %s", err_row(rc)->symbol, e->en);
}

static void need_kafka(void)
{
    if (!real) {
        print_message("skipped: TEST_KAFKA is not set, and the mock cluster cannot do this\n");
        skip();
    }
}

static struct bytes bytes(const char *s)
{
    return (struct bytes){.p = (const uint8_t *)s, .n = s ? strlen(s) : 0};
}

/* A topic of this run, with a name of its own. */
static const char *topic_new(char *ret, size_t size, int partitions)
{
    snprintf(ret, size, "io-bus-%s", id_text(id_new()).s);
    if (!real) {
        assert_int_equal(rd_kafka_mock_topic_create(mock, ret, partitions, 1), 0);
        return ret;
    }
    struct err e = {0};
    struct bus_topic t = {.name = ret, .partitions = partitions};
    ok(bus_topics_make(brokers, &t, 1, DEADLINE_MS, &e), &e);
    return ret;
}

static struct bus_producer *producer(const char *topic, int partitions)
{
    struct err e = {0};
    struct bus_producer *p;
    ok(bus_producer_new(brokers, "io-bus", &p, &e), &e);
    ok(bus_producer_warm(p, topic, partitions, DEADLINE_MS, &e), &e);
    return p;
}

/* Produces "0", "1" ... to each partition and waits until all are confirmed. */
static void fill(const char *topic, int partitions, int each)
{
    struct err e = {0};
    struct bus_producer *p = producer(topic, partitions);
    size_t sent = 0, confirmed = 0;
    for (int i = 0; i < each; i++)
        for (int k = 0; k < partitions; k++, sent++) {
            char value[16];
            snprintf(value, sizeof value, "%d", i);
            ok(bus_produce(p, topic, k, bytes("key"), bytes(value), NULL, 0, sent, &e), &e);
        }
    int64_t until = instant_mono() + DEADLINE_MS * INSTANT_MS;
    while (confirmed < sent && instant_mono() < until) {
        struct bus_delivery d[64];
        size_t n = bus_producer_poll(p, 100, d, COUNT_OF(d));
        for (size_t i = 0; i < n; i++)
            assert_true(d[i].ok);
        confirmed += n;
    }
    assert_int_equal(confirmed, sent);
    bus_producer_free(p, FREE_MS);
}

/* ---- a consumer that writes down what it is told */

struct member {
    struct bus_consumer *c;
    const char *topics[2];
    int64_t start[PARTITIONS]; /* what `assigned` answers */
    bool owned[PARTITIONS];
    int assigned, revoked, lost, refuse;
    int count[PARTITIONS]; /* messages seen */
    int64_t last[PARTITIONS];
};

static int64_t on_assigned(void *arg, const char *topic, int partition)
{
    struct member *m = arg;
    if (m->refuse > 0) {
        m->refuse--;
        return BUS_NOT_NOW;
    }
    assert_string_equal(topic, m->topics[0]);
    assert_false(m->owned[partition]);
    m->owned[partition] = true;
    m->assigned++;
    return m->count[partition] > 0 ? m->last[partition] + 1 : m->start[partition];
}

static void on_revoked(void *arg, const char *topic, int partition, bool lost)
{
    struct member *m = arg;
    assert_true(m->owned[partition]);
    m->owned[partition] = false;
    m->revoked++;
    m->lost += lost;
}

static void member_join(struct member *m, const char *topic, const char *group, const char *instance, bool membership)
{
    struct err e = {0};
    m->topics[0] = topic;
    struct bus_consumer_config conf = {.brokers = brokers,
                                       .group = group,
                                       .instance = instance,
                                       .client = instance,
                                       .topics = m->topics,
                                       .group_membership = membership,
                                       .fetch_wait_ms = 5};
    struct bus_consumer_ops ops = {.arg = m, .assigned = on_assigned, .revoked = on_revoked};
    ok(bus_consumer_new(&conf, &ops, &m->c, &e), &e);
}

static int owned(const struct member *m)
{
    int n = 0;
    for (int i = 0; i < PARTITIONS; i++)
        n += m->owned[i];
    return n;
}

static int seen(const struct member *m)
{
    int n = 0;
    for (int i = 0; i < PARTITIONS; i++)
        n += m->count[i];
    return n;
}

static enum bus_event step(struct member *m, bool want, int timeout_ms)
{
    struct err e = {0};
    struct bus_message msg;
    enum bus_event event = bus_consumer_poll(m->c, want, timeout_ms, &msg, &e);
    if (event == BUS_MESSAGE) {
        int k = msg.partition;
        assert_true(m->owned[k]);
        if (m->count[k] > 0)
            assert_true(msg.offset > m->last[k]);
        m->last[k] = msg.offset;
        m->count[k]++;
        bus_message_done(&msg);
    }
    return event;
}

/* Steps of one or two members until the condition holds. */
#define UNTIL(cond, a, b)                                                                                              \
    do {                                                                                                               \
        int64_t until_ = instant_mono() + 20 * INSTANT_SECOND;                                                         \
        struct member *a_ = (a), *b_ = (b);                                                                            \
        while (!(cond) && instant_mono() < until_) {                                                                   \
            step(a_, true, 20);                                                                                        \
            if (b_)                                                                                                    \
                step(b_, true, 20);                                                                                    \
        }                                                                                                              \
        assert_true(cond);                                                                                             \
    } while (0)

/* ---- producer */

static void test_headers_opaque_and_bytes(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    struct bus_producer *p = producer(topic, PARTITIONS);
    struct err e = {0};
    const struct bus_header h[] = {
        {"ce_id", "1"}, {"ce_type", "Received"}, {"tên", "hồ sơ"}, {"bad", "\xff\xfe"}, {"", ""}};
    ok(bus_produce(p, topic, 2, bytes("dossier"), (struct bytes){(const uint8_t *)"a\0b", 3}, h, COUNT_OF(h), 77, &e),
       &e);
    ok(bus_produce(p, topic, 2, bytes("gone"), (struct bytes){NULL, 0}, NULL, 0, UINT64_MAX, &e), &e);
    ok(bus_produce(p, topic, 2, bytes(NULL), bytes(""), NULL, 0, 79, &e), &e);

    struct bus_delivery d;
    const uint64_t opaques[] = {77, UINT64_MAX, 79};
    for (int i = 0; i < 3; i++) { /* one at a time, though they come as one batch */
        assert_int_equal(bus_producer_poll(p, DEADLINE_MS, &d, 1), 1);
        assert_true(d.ok);
        assert_true(d.opaque == opaques[i]);
        assert_int_equal(d.partition, 2);
        assert_int_equal(d.offset, i);
    }
    assert_int_equal(bus_producer_waiting(p), 0);
    assert_int_equal(bus_producer_poll(p, 0, &d, 1), 0);
    char why[64];
    assert_false(bus_producer_fatal(p, why, sizeof why));
    bus_producer_free(p, FREE_MS);

    struct member m = {.start = {BUS_FROM_BEGINNING, BUS_FROM_BEGINNING, BUS_FROM_BEGINNING, BUS_FROM_BEGINNING}};
    member_join(&m, topic, topic, "one", false);
    struct bus_message got[3];
    for (int i = 0; i < 3;) {
        enum bus_event event = bus_consumer_poll(m.c, true, DEADLINE_MS, &got[i], &e);
        assert_int_equal(event, BUS_MESSAGE);
        i++;
    }
    bus_consumer_free(m.c, FREE_MS); /* messages live on */
    assert_string_equal(got[0].topic, topic);
    assert_int_equal(got[0].partition, 2);
    assert_int_equal(got[0].value.n, 3);
    assert_memory_equal(got[0].value.p, "a\0b", 3);
    assert_string_equal((const char *)got[0].key.p, "dossier");
    assert_int_equal(got[0].header_count, COUNT_OF(h));
    for (size_t i = 0; i < COUNT_OF(h); i++) {
        assert_string_equal(got[0].headers[i].name, h[i].name);
        assert_string_equal(got[0].headers[i].value, i == 3 ? "" : h[i].value);
    }
    assert_null(got[1].value.p);
    assert_int_equal(got[1].header_count, 0);
    assert_null(got[2].key.p);
    assert_non_null(got[2].value.p);
    assert_int_equal(got[2].value.n, 0);
    for (int i = 0; i < 3; i++)
        bus_message_done(&got[i]);
}

static void test_wrong_partitions(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    struct err e = {0};
    struct bus_producer *p;
    ok(bus_producer_new(brokers, "io-bus", &p, &e), &e);
    assert_int_equal(bus_producer_warm(p, topic, 12, DEADLINE_MS, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "has 4 partitions instead of 12"));
    assert_int_equal(bus_produce(p, topic, 9, bytes("k"), bytes("v"), NULL, 0, 1, &e), ERR_CONFLICT);
    static uint8_t big[1100000];
    assert_int_equal(bus_produce(p, topic, 1, bytes("k"), (struct bytes){big, sizeof big}, NULL, 0, 1, &e),
                     ERR_TOO_LARGE);
    bus_producer_free(p, FREE_MS);
}

static void test_no_broker(void **state)
{
    struct err e = {0};
    struct bus_producer *p;
    char id[64];
    ok(bus_producer_new("127.0.0.1:1", "io-bus", &p, &e), &e);
    assert_int_equal(bus_producer_warm(p, "t", 12, 300, &e), ERR_UNAVAILABLE);
    assert_int_equal(bus_producer_cluster(p, 300, id, sizeof id, &e), ERR_UNAVAILABLE);
    ok(bus_produce(p, "t", 0, bytes("k"), bytes("v"), NULL, 0, 1, &e), &e);
    assert_int_equal(bus_producer_waiting(p), 1);
    int64_t start = instant_mono();
    bus_producer_free(p, 200); /* purges what nobody can take */
    assert_in_range(instant_mono() - start, 0, 2 * INSTANT_SECOND);
}

/* Faults that only a mock produces to order. */
static struct bus_producer *mock_producer(char *topic, size_t size)
{
    struct err e = {0};
    struct bus_producer *p;
    snprintf(topic, size, "io-bus-%s", id_text(id_new()).s);
    assert_int_equal(rd_kafka_mock_topic_create(mock, topic, PARTITIONS, 1), 0);
    ok(bus_producer_new(rd_kafka_mock_cluster_bootstraps(mock), "io-bus", &p, &e), &e);
    ok(bus_producer_warm(p, topic, PARTITIONS, DEADLINE_MS, &e), &e);
    return p;
}

static void test_broker_down_and_up(void **state)
{
    char topic[64], why[128];
    struct err e = {0};
    struct bus_delivery d;
    struct bus_producer *p = mock_producer(topic, sizeof topic);
    rd_kafka_mock_broker_set_down(mock, 1);
    ok(bus_produce(p, topic, 0, bytes("k"), bytes("v"), NULL, 0, 5, &e), &e);
    assert_int_equal(bus_producer_poll(p, 300, &d, 1), 0);
    assert_int_equal(bus_producer_waiting(p), 1);
    rd_kafka_mock_broker_set_up(mock, 1);
    assert_int_equal(bus_producer_poll(p, DEADLINE_MS, &d, 1), 1);
    assert_true(d.ok);
    assert_true(d.opaque == 5);
    assert_false(bus_producer_fatal(p, why, sizeof why));
    bus_producer_free(p, FREE_MS);
}

/* What the relay throws a producer away for: nothing is delivered, everything is reported. */
static void test_fatal_producer(void **state)
{
    enum { PRODUCE = 0 };
    char topic[64], why[128];
    struct err e = {0};
    struct bus_delivery d[2];
    struct bus_producer *p = mock_producer(topic, sizeof topic);
    rd_kafka_mock_push_request_errors(mock, PRODUCE, 1, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    ok(bus_produce(p, topic, 0, bytes("k"), bytes("v"), NULL, 0, 5, &e), &e);
    assert_int_equal(bus_producer_poll(p, DEADLINE_MS, d, COUNT_OF(d)), 1);
    assert_false(d[0].ok);
    assert_true(bus_producer_fatal(p, why, sizeof why));
    print_message("%s: %s\n", d[0].why, why);
    assert_int_equal(bus_produce(p, topic, 0, bytes("k"), bytes("v"), NULL, 0, 6, &e), ERR_UNAVAILABLE);
    assert_int_equal(bus_producer_waiting(p), 0);
    bus_producer_free(p, FREE_MS);
}

/* ---- cluster and topics */

static void test_cluster_and_watermarks(void **state)
{
    char topic[64], id[64], same[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 5);
    struct err e = {0};
    struct bus_producer *p = producer(topic, PARTITIONS);
    int64_t low = -1, high = -1;
    ok(bus_producer_watermarks(p, topic, 1, DEADLINE_MS, &low, &high, &e), &e);
    assert_int_equal(low, 0);
    assert_int_equal(high, 5);
    ok(bus_producer_cluster(p, DEADLINE_MS, id, sizeof id, &e), &e);
    ok(bus_cluster_id(brokers, DEADLINE_MS, same, sizeof same, &e), &e);
    assert_string_equal(id, same);
    assert_true(strlen(id) > 4);
    bus_producer_free(p, FREE_MS);
}

static void test_topics_make(void **state)
{
    need_kafka();
    char name[64];
    snprintf(name, sizeof name, "io-bus-%s", id_text(id_new()).s);
    const char *const settings[] = {"cleanup.policy", "compact", "retention.ms", "604800000", NULL};
    const char *const wrong[] = {"no.such.setting", "1", NULL};
    struct bus_topic t = {.name = name, .partitions = 3, .settings = settings};
    struct err e = {0};
    ok(bus_topics_make(brokers, &t, 1, DEADLINE_MS, &e), &e);
    ok(bus_topics_make(brokers, &t, 1, DEADLINE_MS, &e), &e);
    t.partitions = 4;
    assert_int_equal(bus_topics_make(brokers, &t, 1, DEADLINE_MS, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, name));
    char other[80];
    snprintf(other, sizeof other, "%s-x", name);
    t = (struct bus_topic){.name = other, .partitions = 1, .settings = wrong};
    assert_int_equal(bus_topics_make(brokers, &t, 1, DEADLINE_MS, &e), ERR_UNAVAILABLE);
    assert_non_null(strstr(e.en, "no.such.setting"));
}

/* ---- consumer */

static void explicit_offsets(bool membership)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 10);
    struct member m = {.start = {BUS_FROM_BEGINNING, 3, 9, 10}};
    member_join(&m, topic, topic, "one", membership);
    UNTIL(seen(&m) == 10 + 7 + 1, &m, NULL);
    for (int i = 0; i < 10; i++)
        step(&m, true, 20);
    assert_int_equal(m.count[0], 10);
    assert_int_equal(m.count[1], 7);
    assert_int_equal(m.count[2], 1);
    assert_int_equal(m.count[3], 0);

    /* What comes later wakes the poll. */
    fill(topic, PARTITIONS, 1);
    UNTIL(seen(&m) == 18 + PARTITIONS, &m, NULL);
    assert_int_equal(m.last[3], 10);

    /* Back and forth, also with messages fetched ahead. */
    struct err e = {0};
    memset(m.count, 0, sizeof m.count);
    ok(bus_consumer_seek(m.c, topic, 1, 4, &e), &e);
    UNTIL(seen(&m) == 7, &m, NULL);
    ok(bus_consumer_seek(m.c, topic, 1, BUS_FROM_BEGINNING, &e), &e);
    memset(m.count, 0, sizeof m.count);
    UNTIL(seen(&m) == 11, &m, NULL);
    assert_int_equal(m.count[1], 11);
    assert_int_equal(bus_consumer_seek(m.c, "other", 1, 0, &e), ERR_CONFLICT);

    int64_t low, high;
    char id[64];
    ok(bus_consumer_watermarks(m.c, topic, 0, DEADLINE_MS, &low, &high, &e), &e);
    assert_int_equal(high, 11);
    ok(bus_consumer_cluster(m.c, DEADLINE_MS, id, sizeof id, &e), &e);
    bus_consumer_report(m.c, topic, 0, 11);
    step(&m, true, 100);
    assert_int_equal(m.assigned, PARTITIONS);
    bus_consumer_free(m.c, FREE_MS);
    assert_int_equal(m.revoked, PARTITIONS);
    assert_int_equal(m.lost, 0);
}

static void test_explicit_offsets(void **state)
{
    explicit_offsets(true);
}

static void test_without_group(void **state)
{
    explicit_offsets(false);
}

static void test_nothing_while_unwanted(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 10);
    struct member m = {0};
    member_join(&m, topic, topic, "one", false);
    for (int i = 0; i < 30; i++)
        assert_int_equal(step(&m, false, 20), BUS_NOTHING);
    assert_int_equal(owned(&m), PARTITIONS);
    UNTIL(seen(&m) == 10 * PARTITIONS, &m, NULL);
    bus_consumer_free(m.c, FREE_MS);
}

/* The database is away when partitions come, for the second of them too. */
static void not_now(bool membership)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 3);
    struct member m = {.refuse = 2};
    member_join(&m, topic, topic, "one", membership);
    UNTIL(seen(&m) == 3 * PARTITIONS, &m, NULL);
    assert_int_equal(m.refuse, 0);

    /* Fenced by the database: leave and come back, with the offsets of then. */
    struct err e = {0};
    for (int i = 0; i < PARTITIONS; i++)
        m.start[i] = 2;
    memset(m.count, 0, sizeof m.count);
    ok(bus_consumer_rejoin(m.c, &e), &e);
    assert_int_equal(owned(&m), 0);
    assert_int_equal(m.lost, PARTITIONS);
    UNTIL(seen(&m) == PARTITIONS, &m, NULL);
    bus_consumer_free(m.c, FREE_MS);
}

static void test_not_now_and_rejoin(void **state)
{
    not_now(true);
}

static void test_not_now_and_rejoin_without_group(void **state)
{
    not_now(false);
}

static void test_two_members_share(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 20);
    struct member a = {0}, b = {0};
    member_join(&a, topic, topic, "a", true);
    UNTIL(owned(&a) == PARTITIONS, &a, NULL);
    member_join(&b, topic, topic, "b", true);
    UNTIL(owned(&a) == 2 && owned(&b) == 2, &a, &b);
    for (int i = 0; i < PARTITIONS; i++)
        assert_true(a.owned[i] != b.owned[i]);
    assert_true(a.revoked >= PARTITIONS); /* the mock rebalances once more */
    UNTIL(seen(&b) == 2 * 20, &a, &b);
    fill(topic, PARTITIONS, 1);
    UNTIL(b.last[0] == 20 || b.last[2] == 20, &a, &b);

    /* a leaves for good: b gets everything, within the session's time limit since a member with a name is waited for.
     */
    bus_consumer_free(a.c, FREE_MS);
    int64_t start = instant_mono();
    UNTIL(owned(&b) == PARTITIONS, &b, NULL);
    print_message("taken over after %d ms\n", (int)((instant_mono() - start) / 1000));
    bus_consumer_free(b.c, FREE_MS);
}

/* The same instance started again within the session's time: same partitions, no rebalance for the other. */
static void test_static_member_returns(void **state)
{
    need_kafka();
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    struct member a = {0}, b = {0}, again = {0};
    member_join(&a, topic, topic, "a", true);
    UNTIL(owned(&a) == PARTITIONS, &a, NULL);
    member_join(&b, topic, topic, "b", true);
    UNTIL(owned(&a) == 2 && owned(&b) == 2, &a, &b);
    int before = a.assigned;
    bus_consumer_free(b.c, FREE_MS);
    member_join(&again, topic, topic, "b", true);
    UNTIL(owned(&again) == 2, &a, &again);
    assert_int_equal(a.assigned, before);
    bus_consumer_free(a.c, FREE_MS);
    bus_consumer_free(again.c, FREE_MS);
}

static void test_fenced(void **state)
{
    need_kafka();
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    struct member old = {0}, young = {0};
    member_join(&old, topic, topic, "same", true);
    UNTIL(owned(&old) == PARTITIONS, &old, NULL);
    member_join(&young, topic, topic, "same", true);
    UNTIL(owned(&young) == PARTITIONS, &young, NULL);

    struct err e = {0};
    struct bus_message msg;
    enum bus_event event = BUS_NOTHING;
    for (int i = 0; i < 200 && event != BUS_FATAL; i++)
        event = bus_consumer_poll(old.c, true, 50, &msg, &e);
    assert_int_equal(event, BUS_FATAL);
    print_message("%s\n", e.en);
    assert_int_equal(owned(&old), 0);
    assert_int_equal(old.lost, PARTITIONS);
    assert_int_equal(bus_consumer_poll(old.c, true, 50, &msg, &e), BUS_FATAL);
    bus_consumer_free(old.c, FREE_MS);
    assert_int_equal(step(&young, true, 50), BUS_NOTHING);
    bus_consumer_free(young.c, FREE_MS);
}

static void test_out_of_range(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 5);
    struct member m = {.start = {0, 1000, 0, 0}};
    member_join(&m, topic, topic, "one", true);
    struct err e = {0};
    struct bus_message msg;
    enum bus_event event = BUS_NOTHING;
    int messages = 0;
    int64_t until = instant_mono() + 20 * INSTANT_SECOND;
    while (event != BUS_OUT_OF_RANGE && instant_mono() < until) {
        event = bus_consumer_poll(m.c, true, 50, &msg, &e);
        if (event == BUS_MESSAGE) {
            messages++;
            bus_message_done(&msg);
        }
    }
    assert_int_equal(event, BUS_OUT_OF_RANGE);
    assert_string_equal(msg.topic, topic);
    assert_int_equal(msg.partition, 1);
    bus_message_done(&msg);
    ok(bus_consumer_seek(m.c, topic, 1, BUS_FROM_BEGINNING, &e), &e);
    UNTIL(messages + seen(&m) == 5 * PARTITIONS, &m, NULL); /* and nothing of the others twice */
    for (int i = 0; i < 10; i++)
        step(&m, true, 20);
    assert_int_equal(messages + seen(&m), 5 * PARTITIONS);
    assert_int_equal(m.count[1], 5);
    bus_consumer_free(m.c, FREE_MS);
}

/* Several partitions are put elsewhere in one go, as after a broker lost its logs. */
static void test_seeks_in_a_row(void **state)
{
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    fill(topic, PARTITIONS, 5);
    struct member m = {0};
    member_join(&m, topic, topic, "one", true);
    UNTIL(seen(&m) == 5 * PARTITIONS, &m, NULL);
    struct err e = {0};
    for (int round = 0; round < 200; round++)
        for (int k = 0; k < PARTITIONS; k++)
            ok(bus_consumer_seek(m.c, topic, k, BUS_FROM_BEGINNING, &e), &e);
    memset(m.count, 0, sizeof m.count);
    UNTIL(seen(&m) == 5 * PARTITIONS, &m, NULL);
    bus_consumer_free(m.c, FREE_MS);
}

/* ---- how fast: printed, not judged */

static void test_speed(void **state)
{
    enum { COUNT = 200000, SIZE = 400 };
    if (getenv("TEST_SLOW")) /* judged by the clock, which means nothing under valgrind */
        skip();
    const int count = real ? COUNT : COUNT / 10; /* the mock keeps 5 MiB per partition */
    char topic[64];
    topic_new(topic, sizeof topic, PARTITIONS);
    struct err e = {0};
    struct bus_producer *p = producer(topic, PARTITIONS);
    static uint8_t value[SIZE];
    const struct bus_header h[] = {{"ce_specversion", "1.0"},
                                   {"ce_id", "01890a5d-ac96-774b-bcce-b302099a8057"},
                                   {"ce_type", "taicho.intake.Received"},
                                   {"ce_source", "/taicho/intake"},
                                   {"ce_sequence", "123456"},
                                   {"content-type", "application/protobuf"}};
    int64_t start = instant_mono();
    int confirmed = 0;
    for (int i = 0; i < count || confirmed < count;) {
        struct bus_delivery d[256];
        while (i < count && i - confirmed < 20000) {
            ok(bus_produce(p, topic, i % PARTITIONS, bytes("01890a5d-ac96-774b-bcce-b302099a8057"),
                           (struct bytes){value, SIZE}, h, COUNT_OF(h), (uint64_t)i, &e),
               &e);
            i++;
        }
        confirmed += (int)bus_producer_poll(p, 100, d, COUNT_OF(d));
    }
    print_message("produce, %d B and %zu headers: %.0f/s\n", SIZE, COUNT_OF(h),
                  count / ((double)(instant_mono() - start) / 1e6));

    struct member m = {0};
    member_join(&m, topic, topic, "one", false);
    UNTIL(owned(&m) == PARTITIONS, &m, NULL);
    start = instant_mono();
    int64_t until = start + 30 * INSTANT_SECOND;
    while (seen(&m) < count && instant_mono() < until)
        step(&m, true, 100);
    assert_int_equal(seen(&m), count);
    print_message("consume: %.0f/s\n", count / ((double)(instant_mono() - start) / 1e6));

    /* One message at a time, from the call to the other side. */
    int64_t worst = 0, sum = 0;
    for (int i = 0; i < 200; i++) {
        start = instant_mono();
        ok(bus_produce(p, topic, i % PARTITIONS, bytes("k"), (struct bytes){value, SIZE}, NULL, 0, 1, &e), &e);
        while (seen(&m) < count + i + 1)
            step(&m, true, 100);
        int64_t took = instant_mono() - start;
        sum += took;
        worst = took > worst ? took : worst;
        struct bus_delivery d[4];
        bus_producer_poll(p, 0, d, COUNT_OF(d));
    }
    print_message("one message through: mean %.1f ms, worst %.1f ms\n", (double)sum / 200 / 1000, (double)worst / 1000);
    bus_consumer_free(m.c, FREE_MS);
    bus_producer_free(p, FREE_MS);
}

static int start_broker(void **state)
{
    brokers = getenv("TEST_KAFKA");
    real = brokers && *brokers;
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", why, sizeof why);
    mock_client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    mock = mock_client ? rd_kafka_mock_cluster_new(mock_client, 1) : NULL;
    if (mock && !real)
        brokers = rd_kafka_mock_cluster_bootstraps(mock);
    return mock ? 0 : -1;
}

static int stop_broker(void **state)
{
    if (mock)
        rd_kafka_mock_cluster_destroy(mock);
    if (mock_client)
        rd_kafka_destroy(mock_client);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_opaque_and_bytes),
        cmocka_unit_test(test_wrong_partitions),
        cmocka_unit_test(test_no_broker),
        cmocka_unit_test(test_broker_down_and_up),
        cmocka_unit_test(test_fatal_producer),
        cmocka_unit_test(test_cluster_and_watermarks),
        cmocka_unit_test(test_topics_make),
        cmocka_unit_test(test_explicit_offsets),
        cmocka_unit_test(test_without_group),
        cmocka_unit_test(test_nothing_while_unwanted),
        cmocka_unit_test(test_not_now_and_rejoin),
        cmocka_unit_test(test_not_now_and_rejoin_without_group),
        cmocka_unit_test(test_two_members_share),
        cmocka_unit_test(test_static_member_returns),
        cmocka_unit_test(test_fenced),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_seeks_in_a_row),
        cmocka_unit_test(test_speed),
    };
    return cmocka_run_group_tests_name("io_bus", tests, start_broker, stop_broker);
}
