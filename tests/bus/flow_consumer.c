/* SPDX-License-Identifier: Apache-2.0 */
/* The consumer step by step: where it starts, what it makes of messages, how it is fenced, who is active. */
#include "tests/bus/flow_consumer_fixture.h"

/* ---- tests */

static void everything_comes_once_and_in_order(void **state)
{
    need_database();
    publish(0, 1, 1, RECEIVED, 1);
    publish(0, 1, 2, REFUSED, 2);
    publish(0, 1, 3, ASSIGNED_BY_INTAKE, 4);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 3);
    step_for(c, 100);
    assert_int_equal(executor.count, 3);
    const int acts[] = {42, ACT_SKIP, ACT_UNKNOWN};
    const int64_t sequences[] = {1, 2, 4};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(executor.got[i].origin, WORK_EVENT);
        assert_int_equal(executor.got[i].act, acts[i]);
        assert_int_equal(executor.got[i].partition, 0);
        assert_int_equal(executor.got[i].offset, i);
        assert_int_equal(executor.got[i].sequence, sequences[i]);
        assert_int_equal(executor.got[i].epoch, 1);
        assert_true(id_eq(executor.got[i].subject, dossier(1)));
    }
    assert_ptr_equal(executor.got[0].command, the_command);
    struct row r = row_of(0);
    assert_int_equal(r.epoch, 1);
    assert_string_equal(r.owner, "taicho-probe-a");
    assert_string_equal(r.cluster, executor.got[0].cluster);
    assert_true(*r.cluster);

    struct consumer_stats s;
    step_for(c, 600);
    consumer_stats(c, &s);
    assert_true(s.connected);
    assert_int_equal(s.partition_count, 2);
    assert_int_equal(s.messages, 3);
    assert_int_equal(s.gaps, 1);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(s.partitions[i].next_offset, s.partitions[i].partition == 0 ? 3 : 0);
        assert_int_equal(s.partitions[i].high, s.partitions[i].partition == 0 ? 3 : 0);
    }
    end(c);
}

/* One commit for all partitions of an assignment: a group waits while its members are in the callback. */
static void an_assignment_is_claimed_at_once(void **state)
{
    need_database();
    static const struct db_stmt transactions = {
        "test_transactions", "SELECT count(DISTINCT xmin::text) * 100 + count(*) FROM consumed WHERE epoch = 1"};
    publish(0, 1, 1, RECEIVED, 1);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 1);
    assert_int_equal(number(db, base.arena, &transactions), 102);
    end(c);
}

static void what_cannot_be_read_is_a_dead_letter(void **state)
{
    need_database();
    struct arena *a = arena_new(1 << 20);
    publish_bytes(1, 5, (struct bytes){(const uint8_t *)"\xff\xff garbage", 10}, 1);
    publish(1, 6, 1, MALFORMED_BODY, 2);
    publish_bytes(1, 7, event_bytes(a, SOURCE_RETURN, 7, 1, RECEIVED), 3);
    publish_bytes(1, 8, (struct bytes){0}, 4);
    arena_free(a);
    publish(1, 9, 1, RECEIVED, 5);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 5);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(executor.got[i].origin, WORK_DEAD);
        assert_true(id_eq(executor.got[i].subject, dossier(5 + i)));
        assert_true(*executor.got[i].reason);
        assert_int_equal(executor.got[i].offset, i);
    }
    assert_non_null(strstr(executor.got[0].headers, "\"ce_type\":\"Some\\\"thing\",\"ce_sequence\":\"1\""));
    assert_non_null(strstr(executor.got[1].reason, "component_count"));
    assert_non_null(strstr(executor.got[2].reason, "return"));
    assert_int_equal(executor.got[4].origin, WORK_EVENT);
    end(c);
}

static void a_tombstone_at_the_end_of_the_catalogue_leaves_no_lag(void **state)
{
    need_database();
    struct err e = {0};
    service.catalogue_owner = false;
    assert_int_equal(rd_kafka_mock_topic_create(mock, CATALOGUE_TOPIC, 1, 1), 0);
    ok(bus_producer_warm(producer, CATALOGUE_TOPIC, 1, 5000, &e), &e);
    publish_record("unit/H11/1", (struct bytes){(const uint8_t *)"a record", 8});
    publish_record("unit/H11/1", (struct bytes){0});
    struct consumer *c = consumer_of("a", false);
    step_until(c, 2);
    step_for(c, 300); /* it looks at the lag */
    assert_int_equal(executor.count, 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(executor.got[i].origin, WORK_RECORD);
        assert_int_equal(executor.got[i].act, i == 0 ? ACT_NONE : ACT_SKIP);
        assert_int_equal(executor.got[i].offset, i);
    }
    struct consumer_stats s;
    consumer_stats(c, &s);
    assert_int_equal(s.partition_count, 3);
    for (size_t i = 0; i < s.partition_count; i++)
        if (strcmp(s.partitions[i].topic, CATALOGUE_TOPIC) == 0) {
            assert_int_equal(s.partitions[i].high, 2);
            assert_int_equal(s.partitions[i].next_offset, 2);
        }
    end(c);
}

static void it_starts_where_the_database_says(void **state)
{
    need_database();
    for (int i = 0; i < 5; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    struct consumer *first = consumer_of("a", false);
    step_until(first, 5);
    end(first);
    run(&move_row, DB_ARGS(db_int4(0), db_int8(3)));
    executor.count = 0;
    struct consumer *second = consumer_of("b", false);
    step_until(second, 2);
    step_for(second, 100);
    assert_int_equal(executor.count, 2);
    assert_int_equal(executor.got[0].offset, 3);
    assert_int_equal(executor.got[0].epoch, 2);
    assert_string_equal(row_of(0).owner, "taicho-probe-b");
    end(second);
}

static void another_cluster_is_read_from_its_beginning(void **state)
{
    need_database();
    run(&put_row, DB_ARGS(db_int4(0), db_text("another cluster"), db_int8(2)));
    for (int i = 0; i < 3; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 3);
    assert_int_equal(executor.got[0].offset, 0);
    assert_int_equal(executor.got[0].epoch, 8);
    assert_int_equal(row_of(0).next_offset, 0);
    end(c);
}

static void an_offset_outside_the_log_starts_it_anew(void **state)
{
    need_database();
    char cluster[64];
    struct err e = {0};
    ok(bus_cluster_id(brokers, 5000, cluster, sizeof cluster, &e), &e);
    run(&put_row, DB_ARGS(db_int4(0), db_text(cluster), db_int8(9999)));
    for (int i = 0; i < 3; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 3);
    assert_int_equal(executor.got[0].offset, 0);
    assert_int_equal(executor.got[0].epoch, 9);
    assert_int_equal(row_of(0).epoch, 9);
    end(c);
}

/* Three messages of the log were read before, and the third was this one. */
static void read_three(size_t the_third)
{
    struct consumer *c = consumer_of("before", false);
    step_until(c, the_third + 1);
    end(c);
    assert_true(executor.got[the_third].mark > 0);
    run(&move_row, DB_ARGS(db_int4(0), db_int8(3)));
    run(&set_mark, DB_ARGS(db_int4(0), db_int8(executor.got[the_third].mark)));
    executor.count = 0;
}

static void publish_some(int count)
{
    for (int i = 0; i < count; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
}

static void a_log_that_was_torn_and_refilled_is_read_from_its_beginning(void **state)
{
    need_database();
    publish_some(3);
    read_three(1); /* what stands third now was never read */
    struct consumer *c = consumer_of("a", false);
    step_until(c, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(executor.got[i].offset, i);
    assert_int_equal(executor.got[0].epoch, 3);
    end(c);
}

static void a_log_that_is_as_it_was_is_read_on(void **state)
{
    need_database();
    publish_some(5);
    read_three(2);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 2);
    step_for(c, 200);
    assert_int_equal(executor.count, 2);
    assert_int_equal(executor.got[0].offset, 3);
    assert_int_equal(executor.got[0].epoch, 2);
    end(c);
}

static void a_log_that_lost_only_what_was_read_last_is_read_from_its_beginning(void **state)
{
    need_database();
    publish_some(2);
    read_three(1); /* of a log of three */
    struct consumer *c = consumer_of("a", false);
    step_until(c, 2);
    assert_int_equal(executor.got[0].offset, 0);
    assert_int_equal(executor.got[0].epoch, 3);
    end(c);
}

static void brokers_that_were_away_make_it_claim_anew(void **state)
{
    need_database();
    publish(0, 1, 1, RECEIVED, 1);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 1);
    int64_t epoch = row_of(0).epoch;
    assert_int_equal(rd_kafka_mock_broker_set_down(mock, 1), 0);
    step_for(c, 1000);
    assert_int_equal(row_of(0).epoch, epoch);
    assert_int_equal(rd_kafka_mock_broker_set_up(mock, 1), 0);
    for (int64_t until = instant_mono() + WAIT_US; row_of(0).epoch == epoch && instant_mono() < until;)
        step_for(c, 100);
    assert_int_equal(row_of(0).epoch, epoch + 1);
    publish(0, 1, 2, RECEIVED, 2);
    executor.count = 0;
    step_until(c, 1);
    end(c);
}

static void nothing_is_lost_when_the_executor_is_full(void **state)
{
    need_database();
    for (int i = 0; i < 20; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    executor.room = 0;
    struct consumer *c = consumer_of("a", false);
    step_for(c, 300);
    assert_int_equal(executor.count, 0);
    executor.room = 1;
    executor.busy = 3;
    step_until(c, 20);
    for (int i = 0; i < 20; i++)
        assert_int_equal(executor.got[i].offset, i);
    end(c);
}

static void a_refused_piece_is_read_again_after_a_new_claim(void **state)
{
    need_database();
    for (int i = 0; i < 3; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    executor.refuse_offset = 1;
    struct consumer *c = consumer_of("a", false);
    /* Nothing is stored here, so the new claim begins at 0 again; behind the refused one nothing of the old epoch
     * comes. */
    step_until(c, 5);
    const int64_t offsets[] = {0, 1, 0, 1, 2}, epochs[] = {1, 1, 2, 2, 2};
    for (size_t i = 0; i < COUNT_OF(offsets); i++) {
        assert_int_equal(executor.got[i].offset, offsets[i]);
        assert_int_equal(executor.got[i].epoch, epochs[i]);
    }
    assert_int_equal(row_of(0).epoch, 2);
    end(c);
}

static void a_new_epoch_waits_for_the_old_one_to_end(void **state)
{
    need_database();
    for (int i = 0; i < 3; i++)
        publish(0, 1, i + 1, RECEIVED, i + 1);
    executor.keep = true;
    struct consumer *c = consumer_of("a", false);
    step_until(c, 3);
    executor.fenced(executor.fenced_arg, TOPIC, 0);
    step_for(c, 1500);
    assert_int_equal(row_of(0).epoch, 2);
    assert_int_equal(executor.count, 3);
    /* The old ones come back fenced: that says nothing about the new epoch. */
    executor.fenced(executor.fenced_arg, TOPIC, 0);
    end_kept(ERR_CONFLICT);
    executor.keep = false;
    step_until(c, 6);
    step_for(c, 800);
    assert_int_equal(executor.count, 6);
    assert_int_equal(executor.got[3].offset, 0);
    assert_int_equal(executor.got[3].epoch, 2);
    assert_int_equal(row_of(0).epoch, 2);
    end(c);
}

static void a_broker_that_is_away_is_told(void **state)
{
    need_database();
    publish(0, 1, 1, RECEIVED, 1);
    struct consumer *c = consumer_of("a", false);
    struct consumer_stats s;
    step_until(c, 1);
    step_for(c, 600);
    consumer_stats(c, &s);
    assert_true(s.connected);
    rd_kafka_mock_broker_set_down(mock, 1);
    for (int64_t until = instant_mono() + 12 * INSTANT_SECOND; s.connected && instant_mono() < until;) {
        step_for(c, 100);
        consumer_stats(c, &s);
    }
    assert_false(s.connected);
    rd_kafka_mock_broker_set_up(mock, 1);
    for (int64_t until = instant_mono() + WAIT_US; !s.connected && instant_mono() < until;) {
        step_for(c, 100);
        consumer_stats(c, &s);
    }
    assert_true(s.connected);
    end(c);
}

static void two_members_share_the_partitions(void **state)
{
    need_database();
    for (int i = 0; i < 4; i++)
        publish(i % 2, 1 + i % 2, 1 + i / 2, RECEIVED, 1 + i / 2);
    struct consumer *c = consumer_of("a", true), *d = consumer_of("b", true);
    struct consumer_stats s, t;
    struct err e = {0};
    for (int64_t until = instant_mono() + 2 * WAIT_US;;) {
        (void)consumer_step(c, 20, &e);
        (void)consumer_step(d, 20, &e);
        consumer_stats(c, &s);
        consumer_stats(d, &t);
        if (s.partition_count == 1 && t.partition_count == 1 && executor.count >= 4)
            break;
        if (instant_mono() > until)
            fail_msg("%zu and %zu partitions, %zu messages: %s", s.partition_count, t.partition_count, executor.count,
                     e.en);
    }
    assert_int_not_equal(s.partitions[0].partition, t.partitions[0].partition);
    end(c);
    end(d);
}

static void only_one_of_a_single_service_is_active(void **state)
{
    need_database();
    service.single = true;
    publish(0, 1, 1, RECEIVED, 1);
    struct consumer *c = consumer_of("a", false), *d = consumer_of("b", false);
    step_until(c, 1);
    step_for(d, 700);
    struct consumer_stats s;
    consumer_stats(d, &s);
    assert_int_equal(s.partition_count, 0);
    assert_true(s.connected);
    assert_int_equal(executor.count, 1);
    end(c);
    publish(0, 1, 2, RECEIVED, 2);
    run(&move_row, DB_ARGS(db_int4(0), db_int8(1)));
    step_until(d, 2);
    assert_int_equal(executor.got[1].offset, 1);
    assert_int_equal(executor.got[1].epoch, 2);
    end(d);
}

/* The lock's connection is cut: the active one leaves at once, somebody takes it again. */
static void a_lost_lock_is_taken_anew(void **state)
{
    need_database();
    static const struct db_stmt cut = {"test_cut",
                                       "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                       " WHERE application_name = 'test-consumer' AND datname = current_database()"};
    service.single = true;
    publish(0, 1, 1, RECEIVED, 1);
    struct consumer *c = consumer_of("a", false);
    step_until(c, 1);
    run(&cut, DB_NO_ARGS);
    run(&move_row, DB_ARGS(db_int4(0), db_int8(1)));
    publish(0, 1, 2, RECEIVED, 2);
    for (int64_t until = instant_mono() + WAIT_US; row_of(0).epoch < 2 && instant_mono() < until;)
        step_for(c, 50);
    assert_true(row_of(0).epoch >= 2);
    step_until(c, 2);
    end(c);
}

static void the_thread_starts_and_stops(void **state)
{
    need_database();
    struct err e = {0};
    struct consumer_stats s = {0};
    struct consumer *c = consumer_of("a", false);
    publish(0, 1, 1, RECEIVED, 1);
    ok(consumer_start(c, &e), &e);
    for (int64_t until = instant_mono() + WAIT_US; s.messages < 1 && instant_mono() < until; usleep(5000))
        consumer_stats(c, &s);
    int64_t begin = instant_mono();
    end(c);
    assert_true(instant_mono() - begin < 3 * INSTANT_SECOND);
    assert_int_equal(s.messages, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, each, each_end)
    const struct CMUnitTest tests[] = {
        TEST(everything_comes_once_and_in_order),
        TEST(an_assignment_is_claimed_at_once),
        TEST(what_cannot_be_read_is_a_dead_letter),
        TEST(a_tombstone_at_the_end_of_the_catalogue_leaves_no_lag),
        TEST(it_starts_where_the_database_says),
        TEST(another_cluster_is_read_from_its_beginning),
        TEST(an_offset_outside_the_log_starts_it_anew),
        TEST(a_log_that_was_torn_and_refilled_is_read_from_its_beginning),
        TEST(a_log_that_is_as_it_was_is_read_on),
        TEST(a_log_that_lost_only_what_was_read_last_is_read_from_its_beginning),
        TEST(brokers_that_were_away_make_it_claim_anew),
        TEST(nothing_is_lost_when_the_executor_is_full),
        TEST(a_refused_piece_is_read_again_after_a_new_claim),
        TEST(a_new_epoch_waits_for_the_old_one_to_end),
        TEST(a_broker_that_is_away_is_told),
        TEST(two_members_share_the_partitions),
        TEST(only_one_of_a_single_service_is_active),
        TEST(a_lost_lock_is_taken_anew),
        TEST(the_thread_starts_and_stops),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
