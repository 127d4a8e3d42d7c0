/* SPDX-License-Identifier: Apache-2.0 */
/* The executor on a real PostgreSQL: commands, events, offsets, trouble. */
#include "tests/pg/flow_bench.h"

#include <pthread.h>

static int set_up(void **state)
{
    return bench_open("flow_executor");
}

static struct work *event_of_release(struct id subject, int64_t release)
{
    event_release = release;

    struct work *w = event(SOURCE_INTAKE, subject, 1, "Received", NULL);

    event_release = 0;
    return w;
}

/* A halted executor takes nothing: what is queued at that moment is refused. */
static void submit_past_halt(struct work *w)
{
    struct err e = {0};
    int before = done_count;

    if (executor_submit(bench->executor, w, &e) == ERR_OK) {
        executor_step(bench->executor, 20);
        assert_int_equal(done_count, before + 1);
        assert_int_equal(w->refusal.code, ERR_UNAVAILABLE);
    }
}

static void *step_once(void *arg)
{
    executor_step(bench->executor, 20);
    return arg;
}

static void until_taken(void)
{
    struct executor_stats stats;

    for (int i = 0; i < 500; i++) {
        executor_stats(bench->executor, &stats);
        if (stats.event_queue == 0)
            return;
        usleep(10000);
    }
    fail_msg("the executor took nothing");
}

/* until_done waits for the first piece that is answered after `before` of them were, by another thread. */
static void until_done(int before)
{
    for (int i = 0; i < 1000 && done_count == before; i++)
        usleep(10000);
}

static int64_t next_offset_of(int partition)
{
    return ask_number(
        arena_printf(bench->f.arena,
                     "SELECT next_offset FROM appraisal.consumed WHERE \"partition\" = %d AND $1::uuid IS NOT NULL",
                     partition),
        id_new());
}

/* ---- commands */

static void a_creating_command_stores_answers_and_publishes(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = command(id, ACT_CREATE, "create-1", "{}");

    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(w->status, 200);
    assert_int_equal(w->version, 1);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.outbox WHERE key = $1::text", id), 1);
}

static void the_same_key_and_body_get_the_same_answer_and_no_second_effect(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *first = command(id, ACT_BUMP, "bump-1", "{}"), *again = command(id, ACT_BUMP, "bump-1", "{}"),
                *other = command(id, ACT_BUMP, "bump-1", "{\"x\":1}");

    submit(first);
    submit(again); /* in one breath: the two must not meet in one transaction */
    submit(other);
    run(3);
    assert_int_equal(first->refusal.code, ERR_OK);
    assert_int_equal(again->refusal.code, ERR_OK);
    assert_string_equal(first->answer, again->answer);
    assert_int_equal(again->version, first->version);
    assert_int_equal(other->refusal.code, ERR_KEY_REUSED);
    assert_int_equal(count_of(id), 2);
}

static void a_refused_command_is_answered_again_and_leaves_nothing(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = command(id, ACT_REFUSE, "refuse-1", "{}");

    w->creates = true;
    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1", id), 0);

    struct work *again = command(id, ACT_REFUSE, "refuse-1", "{}");

    again->creates = true;
    submit(again);
    run(1);
    assert_int_equal(again->refusal.code, ERR_OK);
    assert_int_equal(again->status, 422);
    assert_non_null(strstr(again->answer, "invalid-request"));
}

static void an_unknown_subject_is_not_found_and_leaves_no_stub(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = command(id, ACT_BUMP, "nobody", "{}");

    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_NOT_FOUND);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1", id), 0);
}

static void a_command_that_wants_more_than_arrived_is_told_not_yet(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *w = command(id, ACT_BUMP, "wants", "{}");

    w->wants[SOURCE_INTAKE] = 1;
    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_NOT_YET);
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    struct work *again = command(id, ACT_BUMP, "wants", "{}");

    again->wants[SOURCE_INTAKE] = 1;
    submit(again);
    run(2);
    assert_int_equal(again->refusal.code, ERR_OK);
}

static void numbers_are_dense_when_others_are_refused(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *good[3];

    for (int i = 0; i < 3; i++) {
        submit(command(id, ACT_REFUSE, arena_printf(bench->f.arena, "dense-bad-%d", i), "{}"));
        good[i] = command(id, ACT_BUMP, arena_printf(bench->f.arena, "dense-%d", i), "{}");
        submit(good[i]);
    }
    run(6);
    for (int i = 1; i < 3; i++) {
        long long a, b, c;

        assert_int_equal(sscanf(good[i - 1]->answer, "{\"count\":%lld,\"number\":%lld}", &c, &a), 2);
        assert_int_equal(sscanf(good[i]->answer, "{\"count\":%lld,\"number\":%lld}", &c, &b), 2);
        assert_int_equal(b, a + 1);
    }
}

/* ---- events: the rule of versions */

static void an_event_that_comes_early_waits_for_the_one_before(void **state)
{
    NEEDS_PG();
    struct id id = id_new();

    submit(event(SOURCE_INTAKE, id, 3, "Received", NULL));
    submit(event(SOURCE_INTAKE, id, 2, "DocumentFiled", NULL));
    run(2);
    assert_int_equal(count_of(id), -1);
    assert_int_equal(waiting_of(id), 2);
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(1);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(ask_number("SELECT applied[1] FROM appraisal.subject WHERE id = $1", id), 3);
}

static void a_repeat_changes_nothing(void **state)
{
    NEEDS_PG();
    struct id id = id_new();

    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(2);
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(1);
    assert_int_equal(count_of(id), 1);
}

static void an_event_waits_for_what_its_emitter_had_seen(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    const int64_t seen[SOURCE_COUNT] = {[SOURCE_INTAKE] = 1};

    submit(event(SOURCE_APPROVAL, id, 1, "SentBack", seen));
    run(1);
    assert_int_equal(waiting_of(id), 1);
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(1);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(waiting_of(id), 0);
}

static void an_unknown_type_waits_and_the_rest_flows(void **state)
{
    NEEDS_PG();
    struct id id = id_new(), other = id_new();

    submit(event(SOURCE_INTAKE, id, 1, "TransferGiven", NULL));
    submit(event(SOURCE_INTAKE, other, 1, "Received", NULL));
    run(2);
    assert_int_equal(waiting_of(id), 1);
    assert_int_equal(count_of(other), 1);
}

static void a_refused_event_holds_its_subject_until_a_redrive(void **state)
{
    NEEDS_PG();
    struct id id = created(), other = created();

    submit(event(SOURCE_INTAKE, id, 1, "TransferTaken", NULL));
    submit(event(SOURCE_INTAKE, id, 2, "Received", NULL));
    submit(event(SOURCE_INTAKE, other, 1, "Received", NULL));
    run(3);
    assert_int_equal(held(id), 1);
    assert_int_equal(waiting_of(id), 2);
    assert_int_equal(count_of(other), 2);

    struct work *w = command(id, ACT_BUMP, "held", "{}");

    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_HELD);

    struct work *redrive = new_work(WORK_REDRIVE, id, 0);

    redrive->reason = "operator: tried again";
    submit(redrive);
    run(1);
    assert_int_equal(held(id), 1); /* refused again, held again */

    script(bench->f.db, "UPDATE appraisal.thing SET count = 100");
    submit(redrive);
    run(1);
    assert_int_equal(held(id), 0);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(count_of(id), 102);
}

static void an_event_that_cannot_be_stored_is_held_and_its_neighbours_are_not(void **state)
{
    NEEDS_PG();
    struct id bad = id_new(), good[8];

    submit(event(SOURCE_INTAKE, bad, 1, "DuePassed", NULL));
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        good[i] = id_new();
        submit(event(SOURCE_INTAKE, good[i], 1, "Received", NULL));
    }
    run(1 + (int)COUNT_OF(good));
    assert_int_equal(held(bad), 1);
    assert_int_equal(count_of(bad), -1);
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_int_equal(count_of(good[i]), 1);
}

static void a_timer_that_fell_due_runs_once(void **state)
{
    NEEDS_PG();
    struct id id = created();

    submit(command(id, ACT_BUMP, arena_strdup(bench->f.arena, id_text(id).s), "{}"));
    run(1);
    submit(new_work(WORK_TIMER, id, ACT_REMIND));
    run(1);
    assert_int_equal(count_of(id), 13);
    submit(new_work(WORK_TIMER, id, ACT_REMIND));
    run(1);
    assert_int_equal(count_of(id), 13);
}

static void a_timer_that_an_earlier_piece_set_anew_is_another_one(void **state)
{
    NEEDS_PG();
    static const char there[] = "SELECT count(*) FROM appraisal.timer WHERE act = 'remind' AND subject = $1::uuid";
    struct id id = created();

    submit(command(id, ACT_BUMP, arena_strdup(bench->f.arena, id_text(id).s), "{}"));
    run(1);
    submit(command(id, ACT_BUMP, arena_strdup(bench->f.arena, id_text(id_new()).s), "{}"));
    submit(new_work(WORK_TIMER, id, ACT_REMIND));
    run(2);
    assert_int_equal(count_of(id), 3); /* it was bumped twice, and not reminded */
    assert_int_equal(ask_number(there, id), 1);
    submit(new_work(WORK_TIMER, id, ACT_REMIND));
    run(1);
    assert_int_equal(count_of(id), 14);
}

static int64_t timers_of(struct id id, const char *act)
{
    return ask_number(arena_printf(bench->f.arena,
                                   "SELECT count(*) FROM appraisal.timer WHERE act = '%s' AND subject = $1::uuid", act),
                      id);
}

static const char *some_key(void)
{
    return arena_strdup(bench->f.arena, id_text(id_new()).s);
}

static void what_a_timer_tried_and_did_not_tell_has_never_been(void **state)
{
    NEEDS_PG();
    struct id id = created();

    submit(command(id, ACT_WATCH, some_key(), "{}"));
    run(1);
    assert_int_equal(timers_of(id, "look"), 1);
    submit(new_work(WORK_TIMER, id, ACT_LOOK));
    run(1);
    assert_int_equal(count_of(id), 2);
    assert_int_equal(timers_of(id, "look"), 0); /* it has looked, and what it set meanwhile is gone */
    assert_int_equal(timers_of(id, "remind"), 0);
    assert_int_equal(ask_number("SELECT version FROM appraisal.subject WHERE id = $1", id), 2);
    submit(command(id, ACT_BUMP, some_key(), "{}")); /* neither in what this process keeps */
    run(1);
    assert_int_equal(count_of(id), 3);
}

static void what_a_timer_tried_stays_when_it_told_of_it(void **state)
{
    NEEDS_PG();
    struct id id = created();

    script(bench->f.db,
           arena_printf(bench->f.arena, "UPDATE appraisal.thing SET count = 150 WHERE id = '%s'", id_text(id).s));
    new_executor(NULL);
    submit(command(id, ACT_WATCH, some_key(), "{}"));
    run(1);
    submit(new_work(WORK_TIMER, id, ACT_LOOK));
    run(1);
    assert_int_equal(count_of(id), 251);
    assert_int_equal(timers_of(id, "remind"), 1);
    assert_int_equal(ask_number("SELECT version FROM appraisal.subject WHERE id = $1", id), 3);
}

static void what_a_timer_tried_stays_with_what_the_batch_changed_before(void **state)
{
    NEEDS_PG();
    struct id id = created();

    submit(command(id, ACT_WATCH, some_key(), "{}"));
    run(1);
    submit(command(id, ACT_BUMP, some_key(), "{}"));
    submit(new_work(WORK_TIMER, id, ACT_LOOK));
    run(2);
    assert_int_equal(count_of(id), 103);
    assert_int_equal(ask_number("SELECT version FROM appraisal.subject WHERE id = $1", id), 3);
    submit(command(id, ACT_REFUSE, some_key(), "{}"));
    submit(command(id, ACT_BUMP, some_key(), "{}")); /* and in what this process keeps */
    run(2);
    assert_int_equal(count_of(id), 104);
}

/* ---- offsets */

static void the_offset_moves_with_the_effect_and_an_old_owner_is_fenced(void **state)
{
    NEEDS_PG();
    struct id id = id_new(), late = id_new(), mine = created();
    struct work *w;

    own_partition(0, 1);
    w = placed(event(SOURCE_INTAKE, id, 1, "Received", NULL), 0, 5, 1, 1);
    w->place.mark = 77;
    submit(w);
    run(1);
    assert_int_equal(
        ask_number("SELECT next_offset FROM appraisal.consumed WHERE \"partition\" = 0 AND $1::uuid IS NOT NULL", id),
        6);
    assert_int_equal(
        ask_number("SELECT last_mark FROM appraisal.consumed WHERE \"partition\" = 0 AND $1::uuid IS NOT NULL", id),
        77);

    own_partition(0, 2); /* somebody else took it */
    bench->fenced = 0;
    submit(placed(event(SOURCE_INTAKE, late, 1, "Received", NULL), 0, 6, 2, 1));
    w = command(mine, ACT_BUMP, "beside-the-fence", "{}");
    submit(w);
    run(2);
    assert_int_equal(bench->fenced, 1);
    assert_int_equal(count_of(late), -1);
    assert_int_equal(w->refusal.code, ERR_OK); /* the command in the same batch went through */
    assert_int_equal(
        ask_number("SELECT next_offset FROM appraisal.consumed WHERE \"partition\" = 0 AND $1::uuid IS NOT NULL", id),
        6);
}

static void a_gap_is_written_down_and_struck_out(void **state)
{
    NEEDS_PG();
    static const char missing[] =
        "SELECT count(*) FROM appraisal.missing_sequence WHERE \"partition\" = 3 AND $1::uuid IS NOT NULL";
    struct id a = id_new(), b = id_new();

    own_partition(3, 1);
    submit(placed(event(SOURCE_INTAKE, a, 1, "Received", NULL), 3, 0, 4, 1));
    run(1);
    assert_int_equal(ask_number(missing, a), 3);
    assert_int_equal(count_of(a), 1);
    submit(placed(event(SOURCE_INTAKE, b, 1, "Received", NULL), 3, 1, 2, 1));
    run(1);
    assert_int_equal(ask_number(missing, a), 2);
}

/* Compaction leaves tombstones, also at the end of the log. */
static void a_tombstone_of_the_catalogue_moves_the_offset_and_nothing_else(void **state)
{
    NEEDS_PG();
    struct id any = id_new();

    own_partition(16, 1);
    submit(placed(new_work(WORK_RECORD, id_nil, ACT_SKIP), 16, 4, 0, 1));
    run(1);
    assert_int_equal(
        ask_number("SELECT next_offset FROM appraisal.consumed WHERE \"partition\" = 16 AND $1::uuid IS NOT NULL", any),
        5);
    assert_int_equal(
        ask_number("SELECT count(*) FROM appraisal.dead_letter WHERE \"partition\" = 16 AND $1::uuid IS NOT NULL", any),
        0);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.catalogue_record WHERE $1::uuid IS NOT NULL", any), 0);
}

static void unreadable_bytes_become_a_dead_letter_and_hold_a_known_subject(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *w = placed(new_work(WORK_DEAD, id, 0), 4, 0, 1, 1);

    own_partition(4, 1);
    w->raw = (struct bytes){(const uint8_t *)"\xff\xff", 2};
    w->key = (struct bytes){(const uint8_t *)"k", 1};
    w->reason = "it cannot be read";
    w->command = "{\"ce_type\":\"x\"}";
    submit(w);
    run(1);
    assert_int_equal(held(id), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.dead_letter WHERE subject = $1", id), 1);
}

/* ---- a database that refuses */

#define AT_STATEMENT "TRIGGER trip BEFORE INSERT OR UPDATE ON appraisal.thing FOR EACH STATEMENT"
#define AT_COMMIT                                                                                                      \
    "CONSTRAINT TRIGGER trip AFTER INSERT OR UPDATE ON appraisal.thing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
#define AT_LIFTING "TRIGGER trip BEFORE UPDATE ON appraisal.subject FOR EACH STATEMENT"
#define FOR_GOOD   1000000

/* trip makes the database refuse a batch `times` times, with a code. A sequence counts: it survives the rollback. */
static void trip(const char *at, const char *code, int times)
{
    script(bench->f.db,
           arena_printf(bench->f.arena,
                        "CREATE SEQUENCE appraisal.trips;"
                        "CREATE FUNCTION appraisal.trip() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
                        " BEGIN IF nextval('appraisal.trips') <= %d THEN"
                        "  RAISE EXCEPTION 'a test' USING ERRCODE = '%s'; END IF; RETURN NULL; END $$;"
                        "CREATE %s EXECUTE FUNCTION appraisal.trip()",
                        times, code, at));
}

/* untrip gives how often the trigger ran. */
static int64_t untrip(void)
{
    int64_t times = ask_number("SELECT last_value FROM appraisal.trips WHERE $1::uuid IS NOT NULL", id_new());

    script(bench->f.db, "DROP FUNCTION appraisal.trip() CASCADE; DROP SEQUENCE appraisal.trips");
    return times;
}

/* ---- dead letters that are closed */

static struct work *unreadable(struct id subject, int partition, int64_t offset)
{
    struct work *w = placed(new_work(WORK_DEAD, subject, 0), partition, offset, offset + 1, 1);

    w->raw = (struct bytes){(const uint8_t *)"\xff", 1};
    w->reason = "it cannot be read";
    return w;
}

static int64_t letter_at(struct id subject, int64_t offset)
{
    return ask_number(arena_printf(bench->f.arena,
                                   "SELECT id FROM appraisal.dead_letter WHERE subject = $1 AND \"offset\" = %lld",
                                   (long long)offset),
                      subject);
}

static int64_t open_letters(struct id subject)
{
    return ask_number("SELECT count(*) FROM appraisal.dead_letter WHERE subject = $1 AND state = 'open'", subject);
}

static struct work *closing(struct id subject, int64_t letter, const char *state)
{
    struct work *w = new_work(WORK_REDRIVE, subject, 0);
    struct closing *c = ARENA_NEW(bench->f.arena, struct closing);

    *c = (struct closing){.letter = letter, .state = state, .by = "operator", .why = "a test"};
    w->reason = "operator: a test";
    w->closes = c;
    return w;
}

/* Nothing of a state that cannot be read stops the partition: what comes for it waits on hold, the rest goes on. */
static void a_state_that_cannot_be_read_holds_its_own_events_alone(void **state)
{
    NEEDS_PG();
    struct id bad = created(), good = id_new();
    struct work *order = new_work(WORK_REDRIVE, bad, 0), *w = command(bad, ACT_BUMP, "unreadable", "{}");

    new_executor(NULL); /* which has it from nowhere but the table */
    own_partition(21, 1);
    things_unreadable = bad;
    submit(placed(event(SOURCE_APPROVAL, bad, 1, "SentBack", NULL), 21, 0, 1, 1));
    submit(placed(event(SOURCE_INTAKE, good, 1, "Received", NULL), 21, 1, 2, 1));
    submit(placed(event(SOURCE_INTAKE, bad, 1, "Received", NULL), 21, 2, 3, 1));
    submit(unreadable(bad, 21, 3));
    run(4);
    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_BUG);
    assert_int_equal(next_offset_of(21), 4);
    assert_int_equal(count_of(good), 1);
    assert_int_equal(count_of(bad), 1);
    assert_int_equal(held(bad), 1);
    assert_int_equal(open_letters(bad), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.waiting WHERE subject = $1", bad), 2);

    things_unreadable = id_nil; /* by a release that can */
    order->reason = "it can be read now";
    submit(order);
    run(1);
    assert_int_equal(order->refusal.code, ERR_OK);
    assert_int_equal(held(bad), 0);
    assert_int_equal(count_of(bad), 3);
}

static void the_last_dead_letter_lifts_the_hold_also_when_all_are_closed_in_one_breath(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(8, 1);
    submit(unreadable(id, 8, 0));
    submit(unreadable(id, 8, 1));
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(3);
    assert_int_equal(held(id), 1);
    assert_int_equal(waiting_of(id), 1);

    struct work *first = closing(id, letter_at(id, 0), "discarded"),
                *second = closing(id, letter_at(id, 1), "replayed");

    submit(first);
    submit(second);
    run(2);
    assert_non_null(strstr(first->answer, "\"lifted\":false,\"held\":true"));
    assert_non_null(strstr(second->answer, "\"lifted\":true,\"held\":false"));
    assert_int_equal(held(id), 0);
    assert_int_equal(count_of(id), 2); /* what waited ran again */

    struct work *other = closing(id, letter_at(id, 0), "replayed");

    submit(first); /* the same order again */
    submit(other);
    run(2);
    assert_int_equal(first->refusal.code, ERR_OK);
    assert_non_null(strstr(first->answer, "\"lifted\":false,\"held\":false"));
    assert_int_equal(other->refusal.code, ERR_NOT_FOUND);
    assert_int_equal(
        ask_number("SELECT count(*) FROM appraisal.dead_letter WHERE subject = $1 AND state = 'discarded'", id), 1);
}

/* As a consumer does that finds its place behind the log's end. */
static void read_from_the_beginning(int partition)
{
    script(bench->f.db, arena_printf(bench->f.arena,
                                     "UPDATE appraisal.consumed SET next_offset = 0 WHERE topic = 'taicho.intake.v1'"
                                     " AND \"partition\" = %d",
                                     partition));
}

/* What was given up is given up, however often it is read. */
static void a_dead_letter_that_is_read_again_holds_nothing_again(void **state)
{
    NEEDS_PG();
    struct id id = created();
    static const char all[] = "SELECT count(*) FROM appraisal.dead_letter WHERE subject = $1";

    own_partition(22, 1);
    submit(unreadable(id, 22, 0));
    submit(unreadable(id, 22, 1));
    run(2);
    assert_int_equal(held(id), 1);
    submit(closing(id, letter_at(id, 0), "discarded"));
    run(1);
    read_from_the_beginning(22);
    submit(unreadable(id, 22, 0)); /* while the other one is open */
    run(1);
    assert_int_equal(held(id), 1);
    assert_int_equal(open_letters(id), 1);
    submit(closing(id, letter_at(id, 1), "discarded"));
    run(1);
    assert_int_equal(held(id), 0);

    read_from_the_beginning(22);
    submit(unreadable(id, 22, 0));
    submit(unreadable(id, 22, 1));
    run(2);
    assert_int_equal(held(id), 0);
    assert_int_equal(open_letters(id), 0);
    assert_int_equal(ask_number(all, id), 2);
    submit(command(id, ACT_BUMP, "read_again", "{}"));
    run(1);
    assert_int_equal(count_of(id), 2);

    /* Other bytes at the same place are another letter. */
    read_from_the_beginning(22);
    struct work *other = unreadable(id, 22, 1);
    other->raw = (struct bytes){(const uint8_t *)"\xfe", 1};
    submit(other);
    run(1);
    assert_int_equal(held(id), 1);
    assert_int_equal(open_letters(id), 1);
    assert_int_equal(ask_number(all, id), 2);
}

static void a_dead_letter_that_comes_beside_the_closing_of_another_one_keeps_the_hold(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(9, 1);
    submit(unreadable(id, 9, 0));
    run(1);

    struct work *w = closing(id, letter_at(id, 0), "discarded");

    submit(unreadable(id, 9, 1));
    submit(w);
    run(2);
    assert_non_null(strstr(w->answer, "\"lifted\":false,\"held\":true"));
    assert_int_equal(held(id), 1);
    assert_int_equal(open_letters(id), 1);
}

static void a_dead_letter_lifts_no_hold_for_another_reason(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(10, 1);
    submit(event(SOURCE_INTAKE, id, 1, "Refused", NULL));
    run(1);
    submit(unreadable(id, 10, 0));
    run(1);
    submit(closing(id, letter_at(id, 0), "discarded"));
    run(1);
    assert_int_equal(open_letters(id), 0);
    assert_int_equal(held(id), 1);
}

static void a_dead_letter_of_nobody_is_closed_too(void **state)
{
    NEEDS_PG();
    static const char of_nobody[] = "SELECT id FROM appraisal.dead_letter WHERE \"partition\" = 11 AND state = 'open'"
                                    "   AND $1::uuid IS NOT NULL";
    struct id any = id_new();

    own_partition(11, 1);
    submit(unreadable(id_nil, 11, 0));
    run(1);

    struct work *w = closing(id_nil, ask_number(of_nobody, any), "discarded");

    submit(w);
    run(1);
    assert_string_equal(w->answer, "{\"subject\":null}");
    assert_int_equal(ask_number(of_nobody, any), -1);
}

static void a_dead_letter_is_closed_and_its_hold_lifted_at_once_or_not_at_all(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(12, 1);
    submit(unreadable(id, 12, 0));
    run(1);

    struct work *w = closing(id, letter_at(id, 0), "discarded");

    trip(AT_LIFTING, "40001", FOR_GOOD);
    submit(w);
    run(1);
    (void)untrip();
    assert_int_equal(w->refusal.code, ERR_UNAVAILABLE);
    assert_int_equal(open_letters(id), 1);
    assert_int_equal(held(id), 1);
    submit(w); /* the same order again */
    run(1);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(open_letters(id), 0);
    assert_int_equal(held(id), 0);
}

static void what_a_closed_letter_lets_through_and_cannot_be_stored_is_held_for_that(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(17, 1);
    submit(unreadable(id, 17, 0));
    submit(event(SOURCE_INTAKE, id, 1, "DuePassed", NULL));
    run(2);

    struct work *w = closing(id, letter_at(id, 0), "discarded");

    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_non_null(strstr(w->answer, "\"lifted\":true,\"held\":true"));
    assert_int_equal(open_letters(id), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1 AND hold LIKE 'refused%'", id),
                     1);

    struct work *redrive = new_work(WORK_REDRIVE, id, 0);

    redrive->reason = "operator: tried again"; /* and it says the same */
    submit(redrive);
    run(1);
    assert_int_equal(redrive->refusal.code, ERR_OK);
    assert_non_null(strstr(redrive->answer, "\"held\":true"));
    assert_int_equal(held(id), 1);
    assert_int_equal(waiting_of(id), 1);
}

/* Left so by what closed and lifted one after the other, and died in between. */
static void a_letter_that_was_closed_without_lifting_its_hold_is_healed_by_the_same_order(void **state)
{
    NEEDS_PG();
    struct id id = created();

    own_partition(13, 1);
    submit(unreadable(id, 13, 0));
    run(1);
    script(bench->f.db, "UPDATE appraisal.dead_letter SET state = 'discarded', state_by = 'before', state_why = 'x'"
                        " WHERE \"partition\" = 13");
    submit(closing(id, letter_at(id, 0), "discarded"));
    run(1);
    assert_int_equal(held(id), 0);
    assert_int_equal(
        ask_number("SELECT count(*) FROM appraisal.dead_letter WHERE subject = $1 AND state_by = 'before'", id), 1);
}

/* ---- trouble */

static void a_lost_connection_is_opened_again_and_the_work_is_done_once(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *w = command(id, ACT_BUMP, "after-the-cut", "{}");

    script(bench->f.db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'taicho_appraisal'");
    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(count_of(id), 2);
}

static void a_database_that_is_older_than_others_know_stops_the_service(void **state)
{
    NEEDS_PG();
    struct id id = created();
    const int64_t seen[SOURCE_COUNT] = {[SOURCE_APPRAISAL] = 9};
    struct executor_stats stats;
    struct err e = {0};

    submit(event(SOURCE_INTAKE, id, 1, "Received", seen));
    run(1);
    executor_stats(bench->executor, &stats);
    assert_true(stats.halted);
    assert_int_equal(executor_submit(bench->executor, command(id, ACT_BUMP, "halted", "{}"), &e), ERR_UNAVAILABLE);
    assert_int_equal(count_of(id), 1);
}

static void check_repeated(const char *at, const char *code, int64_t offset)
{
    enum { TIMES = 3 };
    struct id mine = created(), theirs = id_new();
    const char *key = arena_printf(bench->f.arena, "repeated-%lld", (long long)offset);
    struct work *w = command(mine, ACT_BUMP, key, "{}"), *again = command(mine, ACT_BUMP, key, "{}"),
                *e = placed(event(SOURCE_INTAKE, theirs, 1, "Received", NULL), 14, offset, offset + 1, 1);
    struct executor_stats before, after;

    executor_stats(bench->executor, &before);
    trip(at, code, TIMES);
    submit(w);
    submit(e);
    executor_step(bench->executor, 20);
    assert_true(untrip() > TIMES);
    assert_int_equal(done_count, 2);
    executor_stats(bench->executor, &after);
    assert_int_equal(after.retried - before.retried, TIMES);
    assert_int_equal(after.batches - before.batches, 1);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(e->refusal.code, ERR_OK);
    assert_int_equal(count_of(mine), 2);
    assert_int_equal(count_of(theirs), 1);
    assert_int_equal(ask_number("SELECT version FROM appraisal.subject WHERE id = $1", mine), 2);
    assert_int_equal(ask_number("SELECT applied[1] FROM appraisal.subject WHERE id = $1", theirs), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM appraisal.outbox WHERE key = $1::text", mine), 2);
    assert_int_equal(next_offset_of(14), offset + 1);
    submit(again);
    executor_step(bench->executor, 20);
    assert_int_equal(done_count, 3); /* the others were answered once */
    done_count = 0;
    assert_string_equal(again->answer, w->answer);
    assert_int_equal(count_of(mine), 2);
}

/* Deadlocks and serialization failures, in the middle and at COMMIT. */
static void a_batch_that_the_database_wants_repeated_is_stored_once(void **state)
{
    NEEDS_PG();
    own_partition(14, 1);
    check_repeated(AT_STATEMENT, "40P01", 0);
    check_repeated(AT_STATEMENT, "40001", 1);
    check_repeated(AT_COMMIT, "40P01", 2);
    check_repeated(AT_COMMIT, "40001", 3);
}

static void who_waits_is_told_in_time_when_the_database_wants_it_repeated_for_ever(void **state)
{
    NEEDS_PG();
    struct id theirs = id_new();
    struct work *w[8], *e = placed(event(SOURCE_INTAKE, theirs, 1, "Received", NULL), 15, 0, 1, 1);
    struct id mine[COUNT_OF(w)];

    own_partition(15, 1);
    for (size_t i = 0; i < COUNT_OF(w); i++)
        mine[i] = created();
    trip(AT_COMMIT, "40001", FOR_GOOD);
    for (size_t i = 0; i < COUNT_OF(w); i++) {
        w[i] = command(mine[i], ACT_BUMP, arena_printf(bench->f.arena, "for-ever-%zu", i), "{}");
        submit(w[i]);
    }
    submit(e);

    int64_t begin = instant_mono();

    executor_step(bench->executor, 20);
    (void)untrip();
    run((int)COUNT_OF(w) + 1);
    assert_true(instant_mono() - begin < 12 * INSTANT_SECOND); /* a patience of 2 s for all of them, not for each */
    for (size_t i = 0; i < COUNT_OF(w); i++) {
        assert_int_equal(w[i]->refusal.code, ERR_UNAVAILABLE);
        assert_int_equal(count_of(mine[i]), 1);
    }
    assert_int_equal(e->refusal.code, ERR_UNAVAILABLE); /* given back to Kafka */
    assert_int_equal(next_offset_of(15), 0);
    assert_int_equal(count_of(theirs), -1);
    submit(w[0]); /* the same key is free */
    run(1);
    assert_int_equal(w[0]->refusal.code, ERR_OK);
    assert_int_equal(count_of(mine[0]), 2);
}

#define MANY 128

/* held_rows sends a command for each of MANY subjects while somebody holds the rows of the first `locked` of them, and
 * a lock is waited for 3 s. Gives how long that took until all were answered. */
static int64_t held_rows(size_t locked, struct work *w[MANY], struct id ids[MANY])
{
    struct db *other = fixture_service(&bench->f, "appraisal");
    struct arena *a = bench->f.arena;
    const char *list = "";

    for (size_t i = 0; i < MANY; i++)
        ids[i] = created();
    for (size_t i = 0; i < locked; i++)
        list = arena_printf(a, "%s%s'%s'", list, i ? "," : "", id_text(ids[i]).s);
    script(other,
           arena_printf(
               a,
               "SET idle_in_transaction_session_timeout = 0; BEGIN; SELECT 1 FROM subject WHERE id IN (%s) FOR UPDATE",
               list));
    script(bench->f.db,
           arena_printf(a, "ALTER ROLE taicho_appraisal IN DATABASE %s SET lock_timeout = '3s'", bench->f.database));
    new_executor(NULL);
    for (size_t i = 0; i < MANY; i++)
        submit(w[i] = command(ids[i], ACT_BUMP, arena_printf(a, "held-%zu-%zu", locked, i), "{}"));

    int64_t begin = instant_mono();

    run(MANY);
    int64_t took = instant_mono() - begin;
    db_close(other);
    script(bench->f.db,
           arena_printf(a, "ALTER ROLE taicho_appraisal IN DATABASE %s SET lock_timeout = '5s'", bench->f.database));
    return took;
}

static void a_row_that_somebody_holds_is_waited_for_once(void **state)
{
    NEEDS_PG();
    struct work *w[MANY];
    struct id ids[MANY];

    /* Seven halves that wait 3 s each would be 21 s more. */
    assert_in_range(held_rows(1, w, ids), 3 * INSTANT_SECOND, 8 * INSTANT_SECOND);
    assert_int_equal(w[0]->refusal.code, ERR_UNAVAILABLE);
    assert_int_equal(count_of(ids[0]), 1);
    for (size_t i = 1; i < MANY; i++) {
        assert_int_equal(w[i]->refusal.code, ERR_OK);
        assert_int_equal(count_of(ids[i]), 2);
    }
}

static void many_rows_that_somebody_holds_have_a_limit_for_all_of_them(void **state)
{
    NEEDS_PG();
    struct work *w[MANY];
    struct id ids[MANY];

    /* 255 tries of a tenth of a second each would be 25 s more. */
    assert_in_range(held_rows(MANY, w, ids), 3 * INSTANT_SECOND, 15 * INSTANT_SECOND);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(w[i]->refusal.code, ERR_UNAVAILABLE);
        assert_int_equal(count_of(ids[i]), 1);
    }
}

/* Three pieces and a fourth whose row `other` holds are under way while the database is away for so long. */
static void keep_out(struct db *other, struct id locked, struct id others[3], int partition, unsigned seconds,
                     pthread_t *ret)
{
    own_partition(partition, 1);
    script(other, arena_printf(bench->f.arena,
                               "SET idle_in_transaction_session_timeout = 0; BEGIN; SELECT 1 FROM subject "
                               "WHERE id = '%s' FOR UPDATE",
                               id_text(locked).s));
    for (int i = 0; i < 3; i++)
        submit(placed(event(SOURCE_INTAKE, others[i] = id_new(), 1, "Received", NULL), partition, i, i + 1, 1));
    submit(placed(event(SOURCE_INTAKE, locked, 1, "Received", NULL), partition, 3, 4, 1));
    script(bench->f.db, "ALTER ROLE taicho_appraisal NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE usename = 'taicho_appraisal' AND state = 'idle'");
    assert_int_equal(pthread_create(ret, NULL, step_once, NULL), 0);
    sleep(seconds);
    script(bench->f.db, "ALTER ROLE taicho_appraisal LOGIN");
}

static void all_are_done(pthread_t thread, struct id others[3])
{
    pthread_join(thread, NULL);
    assert_int_equal(done_count, 4);
    done_count = 0;
    for (int i = 0; i < 3; i++)
        assert_int_equal(count_of(others[i]), 1);
}

/* The database was away for longer than rows may keep a batch; their time begins behind it. */
static void an_outage_is_no_time_that_rows_were_held(void **state)
{
    NEEDS_PG();
    struct id locked = created(), others[3];
    struct db *other = fixture_service(&bench->f, "appraisal");
    pthread_t thread;

    keep_out(other, locked, others, 18, 11, &thread);
    all_are_done(thread, others);
    db_close(other);
    assert_int_equal(count_of(locked), 1);
    assert_int_equal(next_offset_of(18), 3);
}

static void behind_an_outage_a_row_that_is_let_go_soon_is_waited_for(void **state)
{
    NEEDS_PG();
    struct id locked = created(), others[3];
    struct db *other = fixture_service(&bench->f, "appraisal");
    pthread_t thread;

    keep_out(other, locked, others, 19, 4, &thread);
    sleep(2); /* the pause between two tries is 1 s by now */
    db_close(other);
    all_are_done(thread, others);
    assert_int_equal(count_of(locked), 2);
    assert_int_equal(next_offset_of(19), 4);
}

/* ---- what a review found */

static void nothing_behind_a_halt_is_taken(void **state)
{
    NEEDS_PG();
    struct id id = created(), behind = id_new(), mine = created();
    const int64_t seen[SOURCE_COUNT] = {[SOURCE_APPRAISAL] = 9};
    struct work *w = command(mine, ACT_BUMP, "behind-the-halt", "{}");

    own_partition(5, 1);
    submit(placed(event(SOURCE_INTAKE, id, 1, "Received", seen), 5, 0, 1, 1));
    executor_step(bench->executor, 20);
    submit_past_halt(placed(event(SOURCE_INTAKE, behind, 1, "Received", NULL), 5, 1, 2, 1));
    submit_past_halt(w);
    assert_int_equal(count_of(behind), -1);
    assert_int_equal(next_offset_of(5), 0);
    assert_int_equal(count_of(mine), 1);
}

static void nothing_behind_a_piece_that_was_given_back_moves_the_offset(void **state)
{
    NEEDS_PG();
    struct id locked = created(), behind = id_new();
    struct db *other = fixture_service(&bench->f, "appraisal");

    own_partition(6, 1);
    script(other,
           arena_printf(bench->f.arena, "BEGIN; SELECT 1 FROM subject WHERE id = '%s' FOR UPDATE", id_text(locked).s));
    script(bench->f.db,
           arena_printf(bench->f.arena, "ALTER ROLE taicho_appraisal IN DATABASE %s SET lock_timeout = '200ms'",
                        bench->f.database));
    new_executor(NULL);
    bench->fenced = 0;
    submit(placed(event(SOURCE_INTAKE, locked, 1, "Received", NULL), 6, 0, 1, 1));
    run(1); /* past its patience it is given back */
    submit(placed(event(SOURCE_INTAKE, behind, 1, "Received", NULL), 6, 1, 2, 1));
    run(1);
    assert_int_equal(next_offset_of(6), 0);
    assert_int_equal(count_of(behind), -1);
    assert_true(bench->fenced > 0);
    db_close(other);
    script(bench->f.db,
           arena_printf(bench->f.arena, "ALTER ROLE taicho_appraisal IN DATABASE %s SET lock_timeout = '5s'",
                        bench->f.database));

    own_partition(6, 2); /* claimed anew, read again */
    submit(placed(event(SOURCE_INTAKE, locked, 1, "Received", NULL), 6, 0, 1, 2));
    submit(placed(event(SOURCE_INTAKE, behind, 1, "Received", NULL), 6, 1, 2, 2));
    run(2);
    assert_int_equal(count_of(locked), 2);
    assert_int_equal(count_of(behind), 1);
}

static void the_nil_id_is_nobody(void **state)
{
    NEEDS_PG();
    struct work *w = command(id_nil, ACT_BUMP, "nil", "{}");

    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_NOT_FOUND);
}

static void a_command_for_another_kind_of_subject_finds_nothing(void **state)
{
    NEEDS_PG();
    struct work *w = command(created(), ACT_BUMP, "other-kind", "{}");

    w->subject_kind = "mandate";
    submit(w);
    run(1);
    assert_int_equal(w->refusal.code, ERR_NOT_FOUND);
}

static void of_a_cascade_the_one_that_cannot_be_stored_is_held(void **state)
{
    NEEDS_PG();
    struct id id = id_new();

    submit(event(SOURCE_INTAKE, id, 2, "DuePassed", NULL)); /* cannot be stored, but waits for its turn */
    run(1);
    submit(event(SOURCE_INTAKE, id, 1, "Received", NULL));
    run(1);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(ask_number("SELECT applied[1] FROM appraisal.subject WHERE id = $1", id), 1);
    assert_int_equal(held(id), 1);
    assert_int_equal(
        ask_number("SELECT version FROM appraisal.waiting WHERE subject = $1 AND reason LIKE 'refused%'", id), 2);
}

static void a_dead_letter_beside_the_first_event_of_its_subject_holds_it(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = placed(new_work(WORK_DEAD, id, 0), 7, 1, 2, 1);

    own_partition(7, 1);
    w->raw = (struct bytes){(const uint8_t *)"\xff", 1};
    w->reason = "it cannot be read";
    submit(placed(event(SOURCE_INTAKE, id, 1, "Received", NULL), 7, 0, 1, 1));
    submit(w);
    run(2);
    assert_int_equal(count_of(id), 1);
    assert_int_equal(held(id), 1);
}

static void an_idle_service_follows_a_release_and_wakes_what_waited_for_it(void **state)
{
    NEEDS_PG();
    struct id id = id_new();
    struct work *w = event_of_release(id, 1);

    submit(w);
    run(1);
    assert_int_equal(waiting_of(id), 1);
    script(bench->f.db, "UPDATE appraisal.catalogue_release SET number = 1");
    for (int i = 0; i < 100 && waiting_of(id); i++)
        executor_step(bench->executor, 20);
    assert_int_equal(waiting_of(id), 0);
    assert_int_equal(count_of(id), 1);
}

static void commands_behind_a_database_that_is_away_are_answered(void **state)
{
    NEEDS_PG();
    struct id id = created();
    struct work *w = command(id, ACT_BUMP, "queued-behind", "{}");

    submit(event(SOURCE_INTAKE, id_new(), 1, "Received", NULL));
    script(bench->f.db, "ALTER ROLE taicho_appraisal NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE usename = 'taicho_appraisal'");
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, step_once, NULL), 0);
    until_taken();
    int before = done_count;
    submit(w);
    until_done(before);
    assert_int_equal(w->refusal.code, ERR_UNAVAILABLE);
    script(bench->f.db, "ALTER ROLE taicho_appraisal LOGIN");
    pthread_join(thread, NULL);
    done_count = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_creating_command_stores_answers_and_publishes, new_executor),
        cmocka_unit_test_setup(the_same_key_and_body_get_the_same_answer_and_no_second_effect, new_executor),
        cmocka_unit_test_setup(a_refused_command_is_answered_again_and_leaves_nothing, new_executor),
        cmocka_unit_test_setup(an_unknown_subject_is_not_found_and_leaves_no_stub, new_executor),
        cmocka_unit_test_setup(a_command_that_wants_more_than_arrived_is_told_not_yet, new_executor),
        cmocka_unit_test_setup(numbers_are_dense_when_others_are_refused, new_executor),
        cmocka_unit_test_setup(an_event_that_comes_early_waits_for_the_one_before, new_executor),
        cmocka_unit_test_setup(a_repeat_changes_nothing, new_executor),
        cmocka_unit_test_setup(an_event_waits_for_what_its_emitter_had_seen, new_executor),
        cmocka_unit_test_setup(an_unknown_type_waits_and_the_rest_flows, new_executor),
        cmocka_unit_test_setup(a_refused_event_holds_its_subject_until_a_redrive, new_executor),
        cmocka_unit_test_setup(a_state_that_cannot_be_read_holds_its_own_events_alone, new_executor),
        cmocka_unit_test_setup(an_event_that_cannot_be_stored_is_held_and_its_neighbours_are_not, new_executor),
        cmocka_unit_test_setup(a_timer_that_fell_due_runs_once, new_executor),
        cmocka_unit_test_setup(a_timer_that_an_earlier_piece_set_anew_is_another_one, new_executor),
        cmocka_unit_test_setup(what_a_timer_tried_and_did_not_tell_has_never_been, new_executor),
        cmocka_unit_test_setup(what_a_timer_tried_stays_when_it_told_of_it, new_executor),
        cmocka_unit_test_setup(what_a_timer_tried_stays_with_what_the_batch_changed_before, new_executor),
        cmocka_unit_test_setup(the_offset_moves_with_the_effect_and_an_old_owner_is_fenced, new_executor),
        cmocka_unit_test_setup(a_gap_is_written_down_and_struck_out, new_executor),
        cmocka_unit_test_setup(a_tombstone_of_the_catalogue_moves_the_offset_and_nothing_else, new_executor),
        cmocka_unit_test_setup(unreadable_bytes_become_a_dead_letter_and_hold_a_known_subject, new_executor),
        cmocka_unit_test_setup(the_last_dead_letter_lifts_the_hold_also_when_all_are_closed_in_one_breath,
                               new_executor),
        cmocka_unit_test_setup(a_dead_letter_that_is_read_again_holds_nothing_again, new_executor),
        cmocka_unit_test_setup(a_dead_letter_that_comes_beside_the_closing_of_another_one_keeps_the_hold, new_executor),
        cmocka_unit_test_setup(a_dead_letter_lifts_no_hold_for_another_reason, new_executor),
        cmocka_unit_test_setup(a_dead_letter_of_nobody_is_closed_too, new_executor),
        cmocka_unit_test_setup(a_dead_letter_is_closed_and_its_hold_lifted_at_once_or_not_at_all, new_executor),
        cmocka_unit_test_setup(what_a_closed_letter_lets_through_and_cannot_be_stored_is_held_for_that, new_executor),
        cmocka_unit_test_setup(a_letter_that_was_closed_without_lifting_its_hold_is_healed_by_the_same_order,
                               new_executor),
        cmocka_unit_test_setup(a_batch_that_the_database_wants_repeated_is_stored_once, new_executor),
        cmocka_unit_test_setup(who_waits_is_told_in_time_when_the_database_wants_it_repeated_for_ever, new_executor),
        cmocka_unit_test_setup(a_row_that_somebody_holds_is_waited_for_once, new_executor),
        cmocka_unit_test_setup(many_rows_that_somebody_holds_have_a_limit_for_all_of_them, new_executor),
        cmocka_unit_test_setup(an_outage_is_no_time_that_rows_were_held, new_executor),
        cmocka_unit_test_setup(behind_an_outage_a_row_that_is_let_go_soon_is_waited_for, new_executor),
        cmocka_unit_test_setup(a_lost_connection_is_opened_again_and_the_work_is_done_once, new_executor),
        cmocka_unit_test_setup(a_database_that_is_older_than_others_know_stops_the_service, new_executor),
        cmocka_unit_test_setup(nothing_behind_a_halt_is_taken, new_executor),
        cmocka_unit_test_setup(nothing_behind_a_piece_that_was_given_back_moves_the_offset, new_executor),
        cmocka_unit_test_setup(the_nil_id_is_nobody, new_executor),
        cmocka_unit_test_setup(a_command_for_another_kind_of_subject_finds_nothing, new_executor),
        cmocka_unit_test_setup(of_a_cascade_the_one_that_cannot_be_stored_is_held, new_executor),
        cmocka_unit_test_setup(a_dead_letter_beside_the_first_event_of_its_subject_holds_it, new_executor),
        cmocka_unit_test_setup(an_idle_service_follows_a_release_and_wakes_what_waited_for_it, new_executor),
        cmocka_unit_test_setup(commands_behind_a_database_that_is_away_are_answered, new_executor),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
