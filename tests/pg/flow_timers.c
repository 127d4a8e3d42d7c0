/* SPDX-License-Identifier: Apache-2.0 */
/* Due timers become work: a real database, and a stand-in for the executor that writes down what it is given. */
#include "tests/pg/flow_fixture.h"

#include "common/base/log.h"
#include "common/flow/clock.h"
#include "common/flow/timers.h"

#define SERVICE "probe"

/* ---- the stand-in */

static struct {
    struct work *kept[2000];
    size_t count;
    bool full;
} executor;

enum err_code executor_submit(struct executor *e, struct work *w, struct err *reterr)
{
    if (executor.full)
        return err_set(reterr, ERR_BUSY, "full");
    assert_int_equal(w->origin, WORK_TIMER);
    assert_true(w->place.partition < 0);
    assert_string_equal(w->subject_kind, "dossier");
    executor.kept[executor.count++] = w;
    return ERR_OK;
}

static void end_all(enum err_code code)
{
    for (size_t i = 0; i < executor.count; i++) {
        executor.kept[i]->refusal.code = code;
        executor.kept[i]->done(executor.kept[i]);
    }
    executor.count = 0;
}

/* ---- the service */

enum { REMIND = 5, EXPIRE = 6 };
static const struct timer_act acts[] = {{"remind", REMIND}, {"expire", EXPIRE}, {NULL, 0}};
static const struct executor_ops ops = {.timer_acts = acts};
static const struct service service = {.name = SERVICE, .ops = &ops};
static struct app app = {.service = &service};
static struct fixture base;
static struct db *db;
static struct timers *timers;

static int set_up(void **state)
{
    log_init("test", LOG_ERROR);
    if (!getenv("TEST_PG") || !*getenv("TEST_PG"))
        return 0;
    fixture_open(&base, "flow_timers");
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

static int each(void **state)
{
    struct err e = {0};
    if (!db)
        return 0;
    script(
        db,
        "DELETE FROM timer; DELETE FROM subject; UPDATE clock SET offset_us = 0;"
        "INSERT INTO subject (id, kind) SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'dossier'"
        "  FROM generate_series(1, 2000) n;");
    memset(&executor, 0, sizeof executor);
    app.clock = clock_new();
    ok(timers_new(&app, fixture_conninfo(&base, SERVICE), &timers, &e), &e);
    return 0;
}

static int each_end(void **state)
{
    if (!db)
        return 0;
    end_all(ERR_OK);
    timers_free(timers);
    clock_free(app.clock);
    return 0;
}

static void need_database(void)
{
    if (!db) {
        print_message("skipped: TEST_PG is not set\n");
        skip();
    }
}

/* put makes timers of the subjects from..to. */
static void put(int from, int to, const char *act, const char *due)
{
    char sql[400];
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO timer (subject, act, due_at) SELECT id, '%s', clock_timestamp() + interval '%s' FROM subject"
        " WHERE right(id::text, 12)::int BETWEEN %d AND %d;",
        act, due, from, to);
    script(db, sql);
}

static int step(int ms)
{
    struct err e = {0};
    int n = timers_step(timers, ms, &e);
    if (n < 0)
        fail_msg("%s", e.en);
    return n;
}

/* ---- tests */

static void what_is_due_is_submitted(void **state)
{
    need_database();
    put(1, 1, "remind", "-1 minute");
    put(2, 2, "expire", "-1 second");
    put(3, 3, "remind", "1 hour");
    put(4, 4, "unheard-of", "-1 hour");
    put(5, 5, "remind", "-1 hour");
    script(db, "UPDATE subject SET hold = 'why' WHERE right(id::text, 12)::int = 5");
    assert_int_equal(step(0), 2);
    assert_int_equal(executor.kept[0]->act, REMIND);
    assert_int_equal(executor.kept[0]->subject.b[15], 1);
    assert_int_equal(executor.kept[1]->act, EXPIRE);
    assert_string_equal(executor.kept[1]->actor.subject, "service:probe");
}

static void nothing_is_submitted_twice(void **state)
{
    need_database();
    put(1, 3, "remind", "-1 minute");
    assert_int_equal(step(0), 3);
    assert_int_equal(step(0), 0);
    /* Two are cleared, one comes back unchanged: it is tried once more, then left alone for a while. */
    script(db, "DELETE FROM timer WHERE right(subject::text, 12)::int < 3");
    end_all(ERR_OK);
    assert_int_equal(step(0), 0);
    assert_int_equal(step(0), 0);
    /* Set anew for another time, it is due like any other. */
    script(db, "DELETE FROM timer");
    put(2, 2, "remind", "-1 second");
    assert_int_equal(step(0), 1);
}

static void a_refused_one_is_left_alone_for_a_while(void **state)
{
    need_database();
    put(1, 1, "remind", "-1 minute");
    assert_int_equal(step(0), 1);
    end_all(ERR_UNAVAILABLE);
    assert_int_equal(step(0), 0);
    put(2, 2, "remind", "-1 minute");
    assert_int_equal(step(0), 1);
    assert_int_equal(executor.kept[0]->subject.b[15], 2);
}

static const struct db_stmt waits = {"t_waits",
                                     "SELECT extract(epoch FROM max(retry_at) - clock_timestamp())::bigint FROM timer"};

/* More of them than fit into the list of what is under way, and older than all others. */
static void any_number_of_stuck_timers_starves_no_other(void **state)
{
    need_database();
    put(1, 1500, "remind", "-1 hour");
    put(1501, 1510, "remind", "-1 minute");
    int healthy = 0;
    for (int i = 0; i < 20 && healthy < 10; i++) {
        (void)step(0);
        for (size_t k = 0; k < executor.count; k++) {
            const struct work *w = executor.kept[k];
            int n = 0;
            for (int b = 10; b < 16; b++)
                n = n * 100 + w->subject.b[b] / 16 * 10 + w->subject.b[b] % 16;
            healthy += n > 1500;
        }
        end_all(ERR_UNAVAILABLE);
    }
    assert_int_equal(healthy, 10);
    (void)step(0);
    int64_t first = number(db, base.arena, &waits);
    assert_true(first >= 5 && first <= 10);
    /* Each time it waits longer. */
    script(db, "UPDATE timer SET retry_at = clock_timestamp() - interval '1 second'");
    assert_true(step(0) > 0);
    end_all(ERR_UNAVAILABLE);
    (void)step(0);
    assert_true(number(db, base.arena, &waits) > first);
}

static void a_full_executor_gets_it_later(void **state)
{
    need_database();
    put(1, 2, "remind", "-1 minute");
    executor.full = true;
    assert_int_equal(step(0), 0);
    executor.full = false;
    assert_int_equal(step(0), 2);
}

static void many_come_in_portions(void **state)
{
    need_database();
    put(1, 600, "remind", "-1 minute");
    assert_int_equal(step(0), 256);
    assert_int_equal(step(0), 256);
    assert_int_equal(step(0), 88);
    assert_int_equal(executor.count, 600);
}

static void moving_the_clock_wakes_timers(void **state)
{
    need_database();
    put(1, 1, "remind", "1 hour");
    assert_int_equal(step(0), 0);
    script(db, "UPDATE clock SET offset_us = 7200000000");
    assert_int_equal(step(0), 1);
    assert_true(clock_offset(app.clock) == INT64_C(7200000000));
}

static void it_sleeps_until_the_next_is_due_or_something_wakes_it(void **state)
{
    if (getenv("TEST_SLOW")) /* judged by the clock, which means nothing under valgrind */
        skip();
    need_database();
    put(1, 1, "remind", "300 milliseconds");
    int64_t begin = instant_mono();
    assert_int_equal(step(1000), 0);
    assert_true(instant_mono() - begin < 900 * INSTANT_MS);
    assert_int_equal(step(0), 1);
    timers_wake(timers);
    begin = instant_mono();
    (void)step(1000);
    assert_true(instant_mono() - begin < 900 * INSTANT_MS);
}

/*
 * How a look is planned does not depend on what the tables held then, for the plan is kept: in the order of the timers'
 * own index, and of subjects only those of timers that are due.
 */
static void a_look_reads_what_is_due_and_no_more(void **state)
{
    need_database();
    static const struct db_stmt explain = {"t_explain", "EXPLAIN (COSTS OFF) EXECUTE look (now(), '{remind}', 256)"};
    /* Empty first: what ANALYZE once found out outlives TRUNCATE, and hides how a new system plans. */
    const char *const before[] = {"TRUNCATE timer, subject",
                                  "INSERT INTO subject (id, kind) SELECT gen_random_uuid(), 'dossier'"
                                  "  FROM generate_series(1, 2000);"
                                  "INSERT INTO timer (subject, act, due_at)"
                                  " SELECT id, 'remind', clock_timestamp() + interval '1 hour' FROM subject",
                                  "ANALYZE timer; ANALYZE subject"};
    const struct db_stmt *look = timer_statements[0];
    struct err e = {0};

    assert_string_equal(look->name, "timers_due");
    for (size_t i = 0; i < COUNT_OF(before); i++) {
        struct db *by_key;
        struct db_answer *plan;
        char text[4000] = "";

        script(base.db, arena_printf(base.arena, "SET search_path = " SERVICE "; %s", before[i]));
        ok(db_open_by_key(fixture_conninfo(&base, SERVICE), "test", SERVICE ",ext", 20000, &by_key, &e), &e);
        script(by_key, arena_printf(base.arena, "PREPARE look (timestamptz, text[], bigint) AS %s", look->sql));
        ok(db_run(by_key, base.arena, &explain, DB_NO_ARGS, &plan, &e), &e);
        for (size_t row = 0; row < db_count(plan); row++)
            (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", db_get_text(plan, row, 0));
        db_close(by_key);
        if (!strstr(text, "Index Cond: (GREATEST(") || !strstr(text, "Index Cond: (id = t.subject)") ||
            strstr(text, "Sort"))
            fail_msg("plan %zu:\n%s", i, text);
    }
}

static void the_thread_starts_and_stops(void **state)
{
    if (getenv("TEST_SLOW")) /* judged by the clock, which means nothing under valgrind */
        skip();
    need_database();
    struct err e = {0};
    ok(timers_start(timers, &e), &e);
    usleep(50000);
    int64_t begin = instant_mono();
    timers_stop(timers);
    assert_true(instant_mono() - begin < 900 * INSTANT_MS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, each, each_end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_due_is_submitted),
        TEST(nothing_is_submitted_twice),
        TEST(a_refused_one_is_left_alone_for_a_while),
        TEST(any_number_of_stuck_timers_starves_no_other),
        TEST(a_full_executor_gets_it_later),
        TEST(many_come_in_portions),
        TEST(moving_the_clock_wakes_timers),
        TEST(it_sleeps_until_the_next_is_due_or_something_wakes_it),
        TEST(a_look_reads_what_is_due_and_no_more),
        TEST(the_thread_starts_and_stops),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
