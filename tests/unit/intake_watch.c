/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of intake's own steps: what it tells, of whom, how often, and when it looks next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/intake/rules.h"
#include "tests/unit/intake_story.h"

static struct intake_decision *decide(instant now, const struct intake_dossier *d, enum intake_act act,
                                      const void *command, const char *actor)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, actor ? "H11.35" : NULL, 0);

    f.now = now;
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier does(instant now, const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor)
{
    struct intake_decision *out = decide(now, d, act, command, actor);

    if (!out)
        fail_msg("%s: %s", err.field, err.en);
    return out->next;
}

#define MORNING instant_of_day(BED_DAY, 480)

/* Received on Tuesday 1 October 2019 at 08:00: its papers are to be with the unit by the end of the day. */
static struct intake_dossier received(const char *procedure)
{
    struct intake_receive *c = ARENA_NEW(arena, struct intake_receive);

    *c = bed_receive("H11.35-Q1", procedure);
    return does(MORNING, NULL, INTAKE_RECEIVE, c, "H11.35-tn01");
}

/* told gives what the watch tells at a moment, as the timer that fell due would. */
static const struct intake_decision *told(instant now, const struct intake_dossier *d, const char *event,
                                          enum step_kind kind)
{
    const struct intake_decision *out = decide(now, d, INTAKE_PASS_STEP, NULL, NULL);

    if (!out)
        fail_msg("%s", err.en);
    assert_string_equal(out->event, event);
    assert_int_equal(out->told.kind, kind);
    assert_int_equal(out->next.state, d->state);
    assert_false(out->timed);
    return out;
}

static const struct intake_move move = {.reason = "thiếu trang"};

static void a_transfer_is_warned_of_once_and_passes_once(void **state)
{
    struct intake_dossier d = received("1.000001");
    const struct intake_transfer *t = &d.transfers[0];

    (void)state;
    assert_true(MORNING < t->near_at && t->near_at < t->due_at);
    assert_true(intake_step_watch_next(&d, MORNING) == t->near_at);
    const struct intake_decision *out = told(t->near_at, &d, "IntakeNear", STEP_TRANSFER);
    assert_string_equal(out->told.unit, "H11.35"); /* the giver's */
    assert_true(out->told.opened_at == MORNING && out->told.due_at == t->due_at);
    assert_int_equal(out->step, t->step);
    assert_int_equal(out->round, 1);
    assert_null(decide(t->near_at, &out->next, INTAKE_PASS_STEP, NULL, NULL)); /* a second time */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_true(intake_step_watch_next(&out->next, t->near_at) == t->due_at);
    out = told(t->due_at, &out->next, "IntakePassed", STEP_TRANSFER);
    assert_true(intake_step_watch_next(&out->next, t->due_at) == INSTANT_NONE);
    assert_null(decide(t->due_at, &out->next, INTAKE_PASS_STEP, NULL, NULL));
    d = does(t->due_at, &out->next, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01"); /* it is done all the same */
    d = does(t->due_at, &d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    assert_true(intake_step_watch_next(&d, MORNING) == INSTANT_NONE);
}

/* Papers that are on their way are the receiver's, until he says why he does not take them. */
static void whoever_has_the_papers_is_told_of(void **state)
{
    struct intake_dossier d = received("1.000001");
    instant due = d.transfers[0].due_at;

    (void)state;
    d.transfers[0].from_unit = "H11.35.22";
    d.transfers[0].state = INTAKE_TRANSFER_GIVEN;
    assert_string_equal(told(due, &d, "IntakePassed", STEP_TRANSFER)->told.unit, d.transfers[0].to_unit);
    d.transfers[0].state = INTAKE_TRANSFER_REFUSED;
    assert_string_equal(told(due, &d, "IntakePassed", STEP_TRANSFER)->told.unit, "H11.35.22");
}

static void what_passed_unwarned_is_not_warned_of(void **state)
{
    struct intake_dossier d = received("1.000001");
    instant due = d.transfers[0].due_at;

    (void)state;
    assert_true(intake_step_watch_next(&d, due + 1) == due);
    const struct intake_decision *out = told(due + 1, &d, "IntakePassed", STEP_TRANSFER);
    assert_null(decide(MORNING, &out->next, INTAKE_PASS_STEP, NULL, NULL));
}

static void a_notice_is_watched_until_it_is_here(void **state)
{
    static const struct intake_progress assigned = {.step = 3}, first = {.step = 4, .outcome = OUTCOME_GRANTED};
    static const struct intake_notice notice = {.notice = "12/TB-CCT"};
    struct intake_dossier d = received("1.000006");

    (void)state;
    d = does(MORNING, &d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    d = does(MORNING, &d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    d = does(MORNING, &d, INTAKE_TAKE_UP, &assigned, NULL);
    assert_true(intake_step_watch_next(&d, MORNING) == INSTANT_NONE);
    d = does(MORNING, &d, INTAKE_DECIDE, &first, NULL);
    const struct intake_obligation *o = &d.obligations[0];
    assert_true(o->near_at < o->due_at && intake_step_watch_next(&d, MORNING) == o->near_at);
    const struct intake_decision *out = told(o->near_at, &d, "IntakeNear", STEP_OBLIGATION);
    assert_int_equal(out->step, o->step);
    assert_int_equal(out->next.obligations[0].warning, STEP_WARNING_NEAR);
    d = does(o->near_at, &out->next, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    assert_true(intake_step_watch_next(&d, o->near_at) == INSTANT_NONE); /* now the citizen pays */
}

static void what_the_law_leaves_out_moves_the_time_of_a_notice(void **state)
{
    static const struct intake_progress assigned = {.step = 3}, first = {.step = 4, .outcome = OUTCOME_GRANTED};
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);
    struct intake_dossier d = received("1.000006");
    const struct left_out_period week = {.from = MORNING, .until = MORNING + 7 * INSTANT_DAY};

    (void)state;
    d = does(MORNING, &d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    d = does(MORNING, &d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    d = does(MORNING, &d, INTAKE_TAKE_UP, &assigned, NULL);
    d = does(MORNING, &d, INTAKE_DECIDE, &first, NULL);
    struct intake_obligation *o = &d.obligations[0];
    instant due = o->due_at;
    f.now = f.recorded_at = MORNING;
    d.exclusions[d.exclusion_count++] = (struct intake_exclusion){.from = week.from, .until = week.until};
    o->warning = STEP_WARNING_NEAR;
    intake_leave_out(&d, week, &f);
    assert_true(o->due_at > due + 6 * INSTANT_DAY && o->near_at < o->due_at);
    assert_int_equal(o->warning, STEP_WARNING_NONE);
    assert_true(intake_step_watch_next(&d, MORNING) == o->near_at);
    instant longer = o->due_at;
    d.exclusions[0].until = MORNING; /* it ends as it began: the time is counted again */
    intake_leave_out(&d, week, &f);
    assert_true(o->due_at == due && o->near_at < due);
    d.exclusions[0].until = week.until;
    intake_leave_out(&d, week, &f);
    assert_true(o->due_at == longer);
    due = o->due_at;
    o->state = INTAKE_OBLIGATION_NOTIFIED; /* what is here already stays as it was */
    d.exclusions[d.exclusion_count++] = (struct intake_exclusion){.from = due - 1, .until = due + INSTANT_DAY};
    intake_leave_out(&d, (struct left_out_period){.from = due - 1, .until = due + INSTANT_DAY}, &f);
    assert_true(o->due_at == due);
}

static void nothing_is_watched_where_nothing_is_intakes(void **state)
{
    struct intake_dossier d = received("1.000001");

    (void)state;
    assert_true(intake_step_watch_next(NULL, MORNING) == INSTANT_NONE);
    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        bool watched = s == INTAKE_RECEIVED || s == INTAKE_IN_PROCESS;

        d.state = (enum intake_state)s;
        assert_int_equal(intake_step_watch_next(&d, MORNING) != INSTANT_NONE, watched);
    }
    d.state = INTAKE_IN_PROCESS;
    d.transfers[0].supplement = 1; /* what a supplement brought: no step waits for it */
    assert_true(intake_step_watch_next(&d, MORNING) == INSTANT_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_transfer_is_warned_of_once_and_passes_once),
        TEST(whoever_has_the_papers_is_told_of),
        TEST(what_passed_unwarned_is_not_warned_of),
        TEST(a_notice_is_watched_until_it_is_here),
        TEST(what_the_law_leaves_out_moves_the_time_of_a_notice),
        TEST(nothing_is_watched_where_nothing_is_intakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
