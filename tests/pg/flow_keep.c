/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an executor keeps of the states that it stored: they are not read again, unless the subject's row says that
 * somebody else was at it. And a command that is repeated is found without its key being asked for first.
 */
#include "tests/pg/flow_bench.h"

static struct executor *other;

static int set_up(void **state)
{
    return bench_open("flow_keep");
}

static int new_executors(void **state)
{
    if (!bench)
        return 0;
    executor_free(other);
    other = bench_executor();
    return new_executor(state);
}

static int close_all(void **state)
{
    executor_free(other);
    return tear_down(state);
}

static const char *new_key(void)
{
    return arena_strdup(bench->f.arena, id_text(id_new()).s);
}

static struct work *bump(struct id id)
{
    return command(id, ACT_BUMP, new_key(), "{}");
}

/* elsewhere has the other executor do it: another process of the same service. */
static void elsewhere(struct work *w)
{
    struct executor *mine = bench->executor;

    bench->executor = other;
    submit(w);
    run(1);
    bench->executor = mine;
}

static void here(struct work *w)
{
    submit(w);
    run(1);
}

static uint64_t retried(void)
{
    struct executor_stats stats;

    executor_stats(bench->executor, &stats);
    return stats.retried;
}

/* ---- states */

static void what_was_stored_here_is_not_read_again(void **state)
{
    NEEDS_PG();
    struct id id = created();

    things_asked = 0;
    here(bump(id));
    here(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    here(event(SOURCE_INTAKE, id, 2, "DocumentFiled", NULL));
    here(bump(id));
    assert_int_equal(things_asked, 0);
    assert_int_equal(count_of(id), 4);
    assert_int_equal(retried(), 0);
}

/* What creates a subject, and the first event of one, ask for no state: unless it is there already. */
static void what_begins_is_read_only_when_it_has_begun(void **state)
{
    NEEDS_PG();
    things_asked = 0;
    struct id id = created(), told = id_new();

    here(event(SOURCE_INTAKE, told, 1, "Received", NULL));
    assert_int_equal(things_asked, 0);
    assert_int_equal(count_of(told), 1);

    struct id elsewhere_id = id_new();
    struct work *again = command(elsewhere_id, ACT_CREATE, new_key(), "{}");

    elsewhere(command(elsewhere_id, ACT_CREATE, new_key(), "{}"));
    submit(again);
    submit(bump(id)); /* its state is kept; beside it one that is new */
    submit(command(id_new(), ACT_CREATE, new_key(), "{}"));
    run(3);
    assert_int_equal(things_asked, 1);
    assert_int_equal(again->refusal.code, ERR_ILLEGAL_MOVE);
    assert_int_equal(count_of(elsewhere_id), 1);

    struct id overtaken = id_new();

    elsewhere(event(SOURCE_APPROVAL, overtaken, 1, "SentBack", NULL));
    things_asked = 0;
    here(event(SOURCE_INTAKE, overtaken, 1, "Received", NULL));
    assert_int_equal(things_asked, 1);
    assert_int_equal(count_of(overtaken), 2);
    assert_int_equal(retried(), 0);
}

static void what_another_process_did_is_read(void **state)
{
    NEEDS_PG();
    struct id id = created(), untouched = created();

    elsewhere(bump(id));
    things_asked = 0;
    submit(bump(id));
    submit(bump(untouched));
    run(2);
    assert_int_equal(things_asked, 1);
    assert_int_equal(count_of(id), 3);
    assert_int_equal(count_of(untouched), 2);
    assert_int_equal(retried(), 0);

    elsewhere(event(SOURCE_INTAKE, id, 1, "Received", NULL)); /* no version of its own, but a number applied */
    things_asked = 0;
    here(bump(id));
    assert_int_equal(things_asked, 1);
    assert_int_equal(count_of(id), 5);
    here(bump(id));
    assert_int_equal(things_asked, 1);
}

/* Whoever decides on an old state refuses what should be done, or the other way round. */
static void a_refusal_is_of_the_state_as_it_is_now(void **state)
{
    NEEDS_PG();
    struct id id = created();

    for (int i = 0; i < 120; i++)
        elsewhere(bump(id));
    here(event(SOURCE_INTAKE, id, 1, "TransferTaken", NULL)); /* refused below a hundred */
    assert_int_equal(held(id), 0);
    assert_int_equal(count_of(id), 122);
}

static void a_skipped_event_elsewhere_makes_it_old_and_here_it_does_not(void **state)
{
    NEEDS_PG();
    struct id id = created();

    here(event(SOURCE_INTAKE, id, 1, "DocumentFiled", NULL));
    things_asked = 0;
    here(bump(id));
    assert_int_equal(things_asked, 0);
    elsewhere(event(SOURCE_INTAKE, id, 2, "DocumentFiled", NULL));
    here(event(SOURCE_INTAKE, id, 3, "DocumentFiled", NULL));
    here(bump(id));
    assert_int_equal(things_asked, 1);
    assert_int_equal(count_of(id), 3);
}

static void what_waits_is_found_whoever_stored_it(void **state)
{
    NEEDS_PG();
    struct id id = created();

    elsewhere(event(SOURCE_INTAKE, id, 2, "Received", NULL));
    assert_int_equal(waiting_of(id), 1);
    here(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(count_of(id), 3);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1 AND waits", id), 0);
}

static void a_subject_on_hold_is_not_kept(void **state)
{
    NEEDS_PG();
    struct id id = created();

    here(event(SOURCE_INTAKE, id, 1, "Refused", NULL));
    assert_int_equal(held(id), 1);
    things_asked = 0;
    here(bump(id));
    assert_int_equal(things_asked, 1);
    assert_int_equal(count_of(id), 1);
}

static void no_more_are_kept_than_was_said(void **state)
{
    NEEDS_PG();
    struct id ids[66];

    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = created();
    things_asked = 0;
    here(bump(ids[65]));
    here(bump(ids[2]));
    assert_int_equal(things_asked, 0);
    here(bump(ids[0])); /* the oldest went; now ids[3] is the oldest */
    assert_int_equal(things_asked, 1);
    here(bump(ids[1]));
    assert_int_equal(things_asked, 2);
    assert_int_equal(count_of(ids[0]), 2);
}

static void nothing_is_kept_over_a_lost_connection(void **state)
{
    NEEDS_PG();
    struct id id = created();

    script(bench->f.db,
           "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test' AND pid "
           "<> pg_backend_pid()");
    things_asked = 0;
    here(bump(id));
    assert_true(things_asked >= 1);
    assert_int_equal(count_of(id), 2);
}

/* ---- commands that are repeated */

static struct work *repeat(const struct work *w, const char *body)
{
    return command(w->subject, w->act, w->idempotency_key, body);
}

static void a_repeat_is_given_its_answer_wherever_it_comes(void **state)
{
    NEEDS_PG();
    struct id id = created(), beside = created();
    struct work *first = bump(id);

    here(first);
    struct work *second = repeat(first, "{}"), *third = repeat(first, "{}"), *another = bump(beside);

    submit(second);
    submit(another); /* in the same batch, which runs again for the repeat */
    run(2);
    elsewhere(third);
    assert_string_equal(second->answer, first->answer);
    assert_string_equal(third->answer, first->answer);
    assert_int_equal(second->status, 200);
    assert_int_equal(second->version, first->version);
    assert_int_equal(another->refusal.code, ERR_OK);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(count_of(beside), 2);
}

static void a_repeat_that_is_refused_by_now_is_given_what_was_answered(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *first = command(id, ACT_CREATE, new_key(), "{}"), *held_back;

    here(first);
    struct work *second = repeat(first, "{}"); /* "it exists" by now */

    here(second);
    assert_int_equal(second->refusal.code, ERR_OK);
    assert_string_equal(second->answer, first->answer);

    here(event(SOURCE_INTAKE, id, 1, "Refused", NULL));
    here(held_back = repeat(first, "{}")); /* on hold by now: refused, and no refusal that is kept */
    assert_int_equal(held_back->refusal.code, ERR_OK);
    assert_string_equal(held_back->answer, first->answer);
    here(held_back = bump(id));
    assert_int_equal(held_back->refusal.code, ERR_HELD);
}

static void a_repeat_with_another_body_is_told_so(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *first = bump(id);

    here(first);
    struct work *second = repeat(first, "{\"other\":1}");

    here(second);
    assert_int_equal(second->refusal.code, ERR_KEY_REUSED);
    here(event(SOURCE_INTAKE, id, 1, "Refused", NULL));
    here(second = repeat(first, "{\"other\":1}"));
    assert_int_equal(second->refusal.code, ERR_KEY_REUSED);
    assert_int_equal(count_of(id), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_stored_here_is_not_read_again, new_executors),
        cmocka_unit_test_setup(what_begins_is_read_only_when_it_has_begun, new_executors),
        cmocka_unit_test_setup(what_another_process_did_is_read, new_executors),
        cmocka_unit_test_setup(a_refusal_is_of_the_state_as_it_is_now, new_executors),
        cmocka_unit_test_setup(a_skipped_event_elsewhere_makes_it_old_and_here_it_does_not, new_executors),
        cmocka_unit_test_setup(what_waits_is_found_whoever_stored_it, new_executors),
        cmocka_unit_test_setup(a_subject_on_hold_is_not_kept, new_executors),
        cmocka_unit_test_setup(no_more_are_kept_than_was_said, new_executors),
        cmocka_unit_test_setup(nothing_is_kept_over_a_lost_connection, new_executors),
        cmocka_unit_test_setup(a_repeat_is_given_its_answer_wherever_it_comes, new_executors),
        cmocka_unit_test_setup(a_repeat_that_is_refused_by_now_is_given_what_was_answered, new_executors),
        cmocka_unit_test_setup(a_repeat_with_another_body_is_told_so, new_executors),
    };

    return cmocka_run_group_tests(tests, set_up, close_all);
}
