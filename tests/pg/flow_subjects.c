/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a subject comes into being and whose state is read: its row is inserted when the batch that begins it is saved,
 * whoever comes second runs again, and an event that only counts its version reads no state unless something waits.
 */
#include "tests/pg/flow_bench.h"

static int set_up(void **state)
{
    bench_keep = 0; /* what is read here, not what is kept */
    return bench_open("flow_subjects");
}

static int64_t rows_of(struct id id)
{
    return ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1", id);
}

static int64_t applied_of(struct id id, enum source source)
{
    return ask_number(
        arena_printf(bench->f.arena, "SELECT applied[%d] FROM appraisal.subject WHERE id = $1", (int)source + 1), id);
}

static uint64_t retried(struct executor *x)
{
    struct executor_stats stats;

    executor_stats(x, &stats);
    return stats.retried;
}

/* ---- whose state is read */

static void a_skipped_event_lets_through_what_waits_on_the_state_that_was_stored(void **state)
{
    NEEDS_PG();
    struct id id = created(), beside = id_new();

    submit(event(SOURCE_INTAKE, id, 2, "Received", NULL));
    run(1);
    assert_int_equal(waiting_of(id), 1);
    assert_int_equal(count_of(id), 1);

    submit(event(SOURCE_INTAKE, id, 1, "DocumentFiled", NULL));
    submit(event(SOURCE_INTAKE, beside, 1, "Received", NULL));
    run(2);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 2);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(count_of(id), 2); /* not begun anew: what was stored counts on */
    assert_int_equal(count_of(beside), 1);
    assert_int_equal(retried(bench->executor), 1);
}

static void a_skipped_event_lets_through_what_waits_of_a_subject_without_state(void **state)
{
    NEEDS_PG();
    struct id id = id_new();

    submit(event(SOURCE_INTAKE, id, 2, "Received", NULL));
    run(1);
    assert_int_equal(waiting_of(id), 1);
    submit(event(SOURCE_INTAKE, id, 1, "DocumentFiled", NULL));
    run(1);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 2);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(retried(bench->executor), 1);
}

static void a_state_is_read_only_for_who_needs_it(void **state)
{
    NEEDS_PG();
    struct id skipped = created(), counted = created(), fresh = id_new();

    things_asked = 0;
    submit(event(SOURCE_INTAKE, skipped, 1, "DocumentFiled", NULL));
    submit(event(SOURCE_INTAKE, fresh, 1, "DocumentFiled", NULL));
    run(2);
    assert_int_equal(things_asked, 0);
    assert_int_equal(applied_of(skipped, SOURCE_INTAKE), 1);
    assert_int_equal(applied_of(fresh, SOURCE_INTAKE), 1);
    assert_int_equal(count_of(skipped), 1);
    assert_int_equal(count_of(fresh), -1);

    submit(event(SOURCE_INTAKE, skipped, 2, "DocumentFiled", NULL));
    submit(event(SOURCE_INTAKE, counted, 1, "Received", NULL));
    run(2);
    assert_int_equal(things_asked, 1);
    assert_int_equal(applied_of(skipped, SOURCE_INTAKE), 2);
    assert_int_equal(count_of(counted), 2);
    assert_int_equal(retried(bench->executor), 0);
}

/* ---- two executors begin one subject */

static struct executor *other;

static void other_steps(void)
{
    for (int i = 0, before = done_count; i < 50 && done_count == before; i++)
        executor_step(other, 20);
}

/*
 * race gives one piece to each of two executors. The second is carried through while the first has loaded and not
 * saved: both found no row, and the first is the one that must run again.
 */
static void race(struct work *first, struct work *second)
{
    struct err e = {0};

    other = bench_executor();
    ok(executor_submit(other, second, &e), &e);
    things_loaded = other_steps;
    submit(first);
    run(2);
    assert_null(things_loaded);
    assert_int_equal(retried(bench->executor), 1);
    assert_int_equal(retried(other), 0);
    executor_free(other);
    other = NULL;
}

static void of_two_that_begin_a_subject_with_the_same_event_one_has_an_effect(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct executor_stats stats;

    race(event(SOURCE_INTAKE, id, 1, "Received", NULL), event(SOURCE_INTAKE, id, 1, "Received", NULL));
    assert_int_equal(rows_of(id), 1);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 1);
    assert_int_equal(held(id), 0);
    executor_stats(bench->executor, &stats);
    assert_int_equal(stats.repeated, 1);
    assert_int_equal(stats.bisected, 0);
}

static void a_creating_command_that_comes_second_is_told_that_it_exists(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = command(id, ACT_CREATE, "create-late", "{}");

    race(w, event(SOURCE_INTAKE, id, 1, "Received", NULL));
    assert_int_equal(w->refusal.code, ERR_ILLEGAL_MOVE);
    assert_int_equal(rows_of(id), 1);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.outbox WHERE key = $1::text", id), 0);
}

static void an_event_that_comes_second_counts_on_from_the_command_that_created(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = command(id, ACT_CREATE, "create-early", "{}");

    race(event(SOURCE_INTAKE, id, 1, "Received", NULL), w);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(rows_of(id), 1);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(ask_number("SELECT version FROM appraisal.subject WHERE id = $1", id), 1);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 1);
}

static void who_begins_a_subject_second_counts_on_from_the_first(void **state)
{
    NEEDS_PG();
    struct id counted = id_new(), skipped = id_new();

    race(event(SOURCE_APPROVAL, counted, 1, "SentBack", NULL), event(SOURCE_INTAKE, counted, 1, "Received", NULL));
    assert_int_equal(rows_of(counted), 1);
    assert_int_equal(count_of(counted), 2);
    assert_int_equal(applied_of(counted, SOURCE_INTAKE), 1);
    assert_int_equal(applied_of(counted, SOURCE_APPROVAL), 1);

    new_executor(NULL);
    race(event(SOURCE_APPROVAL, skipped, 1, "SentBack", NULL), event(SOURCE_INTAKE, skipped, 1, "DocumentFiled", NULL));
    assert_int_equal(rows_of(skipped), 1);
    assert_int_equal(count_of(skipped), 1);
    assert_int_equal(applied_of(skipped, SOURCE_INTAKE), 1);
    assert_int_equal(applied_of(skipped, SOURCE_APPROVAL), 1);
}

static void what_waits_of_a_new_subject_is_found_by_who_comes_second(void **state)
{
    NEEDS_PG();
    struct id id = id_new();

    race(event(SOURCE_INTAKE, id, 1, "Received", NULL), event(SOURCE_INTAKE, id, 2, "Received", NULL));
    assert_int_equal(rows_of(id), 1);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 2);
}

/*
 * An event of intake has seen what approval said first, and each comes to another process, both while the dossier is
 * not known here. Whoever is second, the event of intake is applied: it waits for nothing that has come.
 */
static void what_waits_for_what_it_has_seen_is_found_by_who_comes_second(void **state)
{
    NEEDS_PG();
    const int64_t seen[SOURCE_COUNT] = {[SOURCE_APPROVAL] = 1};
    const struct {
        const char *of_intake;
        bool second;
        int count;
    } cases[] = {{"Received", false, 2}, {"Received", true, 2}, {"DocumentFiled", false, 1}};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct id id = id_new();
        struct work *said = event(SOURCE_APPROVAL, id, 1, "SentBack", NULL);
        struct work *has_seen = event(SOURCE_INTAKE, id, 1, cases[i].of_intake, seen);

        new_executor(NULL);
        race(cases[i].second ? has_seen : said, cases[i].second ? said : has_seen);
        assert_int_equal(rows_of(id), 1);
        assert_int_equal(waiting_of(id), 0);
        assert_int_equal(applied_of(id, SOURCE_INTAKE), 1);
        assert_int_equal(applied_of(id, SOURCE_APPROVAL), 1);
        assert_int_equal(count_of(id), cases[i].count);
    }
}

/* ---- what kind a new subject is */

static struct work *of_mandate(struct id id, int64_t version)
{
    event_kind = "mandate";

    struct work *w = event(SOURCE_INTAKE, id, version, "Received", NULL);

    event_kind = "dossier";
    return w;
}

static int64_t mandates(struct id id)
{
    return ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1 AND kind = 'mandate'", id);
}

/* A message that cannot be read tells no kind; the consumer takes its key for a dossier's. */
static void a_dead_letter_before_the_first_event_does_not_say_what_kind_its_subject_is(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = placed(new_work(WORK_DEAD, id, 0), 8, 0, 1, 1);

    own_partition(8, 1);
    w->raw = (struct bytes){(const uint8_t *)"\xff", 1};
    w->reason = "it cannot be read";
    submit(w);
    submit(placed(of_mandate(id, 1), 8, 1, 2, 1));
    run(2);
    assert_int_equal(rows_of(id), 1);
    assert_int_equal(mandates(id), 1);

    submit(placed(of_mandate(id, 2), 8, 2, 3, 1));
    run(1);
    assert_int_equal(held(id), 0);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(applied_of(id, SOURCE_INTAKE), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_skipped_event_lets_through_what_waits_on_the_state_that_was_stored, new_executor),
        cmocka_unit_test_setup(a_skipped_event_lets_through_what_waits_of_a_subject_without_state, new_executor),
        cmocka_unit_test_setup(a_state_is_read_only_for_who_needs_it, new_executor),
        cmocka_unit_test_setup(of_two_that_begin_a_subject_with_the_same_event_one_has_an_effect, new_executor),
        cmocka_unit_test_setup(a_creating_command_that_comes_second_is_told_that_it_exists, new_executor),
        cmocka_unit_test_setup(an_event_that_comes_second_counts_on_from_the_command_that_created, new_executor),
        cmocka_unit_test_setup(who_begins_a_subject_second_counts_on_from_the_first, new_executor),
        cmocka_unit_test_setup(what_waits_of_a_new_subject_is_found_by_who_comes_second, new_executor),
        cmocka_unit_test_setup(what_waits_for_what_it_has_seen_is_found_by_who_comes_second, new_executor),
        cmocka_unit_test_setup(a_dead_letter_before_the_first_event_does_not_say_what_kind_its_subject_is,
                               new_executor),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
