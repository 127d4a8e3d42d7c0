/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of return's steps: what it tells, of whom, how often, and when it looks next. */
#include "tests/unit/return_story.h"

/* told gives what the watch does at a moment, as the timer that fell due would. */
static struct return_decision told(struct return_dossier **d, instant now)
{
    struct return_decision x;
    enum return_act what;

    assert_true(return_watch_tells(*d, now, &what));
    assert_int_equal(run(d, told_by_the_clock(what, now), "", "", &x), ERR_OK);
    return x;
}

static void is_told_of(const struct return_decision *x, enum return_event event, enum step_kind kind, const char *unit)
{
    assert_int_equal(x->event, event);
    assert_int_equal(x->kind, kind);
    assert_string_equal(x->unit, unit);
    assert_false(x->timed);
    assert_false(x->opens);
}

static void it_warns_once_and_then_tells_the_end(void **state)
{
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    const struct return_document *n = &d->documents[0];
    instant due = n->step_due_at;

    (void)state;
    assert_true(bed_now() < n->step_near_at && n->step_near_at < due);
    assert_true(return_watch_next(d, bed_now()) == n->step_near_at);
    struct return_decision x = told(&d, n->step_near_at);
    is_told_of(&x, RETURN_EVENT_NEAR, STEP_NUMBER_SEAL, UNIT);
    assert_true(x.opened_at == bed_now() && x.due_at == due);
    assert_int_equal(n->state, RETURN_AWAITING_ISSUE);
    assert_int_equal(hear(&d, told_by_the_clock(RETURN_ACT_WARN, bed_now())), ERR_ILLEGAL_MOVE); /* a second time */
    assert_true(return_watch_next(d, n->step_near_at) == due);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_OK); /* not sealed: the step goes on */
    assert_int_equal(hear(&d, told_by_the_clock(RETURN_ACT_PASS, due - 1)), ERR_ILLEGAL_MOVE);
    x = told(&d, due);
    is_told_of(&x, RETURN_EVENT_PASSED, STEP_NUMBER_SEAL, UNIT);
    assert_int_equal(n->step_warning, STEP_WARNING_LATE);
    assert_true(return_watch_next(d, due) == INSTANT_NONE);
    assert_int_equal(by("vt02", &d, seal("s2")), ERR_OK); /* it is done all the same */
    assert_int_equal(n->step_warning, STEP_WARNING_NONE); /* of the step behind it nothing was told */
}

/* Whoever has the document is told of: the giver until he has given it, then the counter. */
static void a_hand_over_is_the_givers_until_it_is_given(void **state)
{
    struct return_dossier *d = in_state("office", RETURN_SEALED);
    const struct return_document *n = &d->documents[0];

    (void)state;
    assert_true(return_watch_next(d, bed_now()) == n->step_near_at);
    struct return_decision x = told(&d, n->step_near_at);
    is_told_of(&x, RETURN_EVENT_NEAR, STEP_HAND_OVER, UNIT);
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    x = told(&d, n->step_due_at);
    is_told_of(&x, RETURN_EVENT_PASSED, STEP_HAND_OVER, FRONT);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    assert_true(return_watch_next(d, bed_now()) == INSTANT_NONE); /* the process gives its return no time */
}

static void what_the_law_leaves_out_moves_its_time(void **state)
{
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    const struct return_document *n = &d->documents[0];
    const struct return_command moved = {.act = RETURN_ACT_MOVE_DUE,
                                         .from_event = true,
                                         .at = bed_now(),
                                         .due_at = bed_now() + 7 * INSTANT_DAY,
                                         .left_out = {.from = bed_now(), .until = bed_now() + 7 * INSTANT_DAY}};
    instant due = n->step_due_at;

    (void)state;
    (void)told(&d, due);
    assert_int_equal(hear(&d, moved), ERR_OK);
    assert_true(n->step_due_at > due + 6 * INSTANT_DAY);
    assert_int_equal(n->step_warning, STEP_WARNING_NONE); /* it is not late any more */
    assert_true(return_watch_next(d, due) == n->step_near_at);
    struct return_dossier *ended = in_state("spot", RETURN_AWAITING_ISSUE);
    static const struct left_out nothing = {.count = 0};
    struct return_command early = moved; /* it ended as it began */
    early.all_left_out = &nothing;
    assert_int_equal(hear(&ended, moved), ERR_OK);
    assert_int_equal(hear(&ended, early), ERR_OK);
    assert_true(ended->documents[0].step_due_at == due && ended->facts.left_out.count == 0);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_OK);
    assert_int_equal(by("vt02", &d, seal("s2")), ERR_OK);
    assert_true(n->step_due_at == INSTANT_NONE || n->step_due_at > bed_now() + 7 * INSTANT_DAY);
}

static void another_calendar_moves_its_time(void **state)
{
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    const struct return_document *n = &d->documents[0];
    struct return_command counted = {
        .act = RETURN_ACT_RECOUNT, .from_event = true, .at = bed_now(), .due_at = bed_now() + 9 * INSTANT_DAY};
    instant due = n->step_due_at;

    (void)state;
    bed_day_off(catalogue, arena, instant_day(due));
    assert_int_equal(hear(&d, counted), ERR_OK);
    assert_true(instant_day(n->step_due_at) == instant_day(due) + 1);
    assert_true(d->facts.due_at == counted.due_at);
    assert_true(return_watch_next(d, bed_now()) == n->step_near_at);
    assert_int_equal(hear(&d, told_by_the_clock(RETURN_ACT_PASS, due)), ERR_ILLEGAL_MOVE); /* a holiday now */
    (void)told(&d, n->step_due_at);
    due = n->step_due_at;
    bed_day_off(catalogue, arena, instant_day(due));
    counted.due_at = 0; /* the watch itself, without the dossier */
    assert_int_equal(hear(&d, counted), ERR_OK);
    assert_true(n->step_due_at != due && d->facts.due_at == bed_now() + 9 * INSTANT_DAY);
    assert_int_equal(n->step_warning, STEP_WARNING_LATE); /* what was told stays told */
}

static void what_passed_unwarned_is_not_warned_of(void **state)
{
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    instant due = d->documents[0].step_due_at;

    (void)state;
    assert_true(return_watch_next(d, due + 1) == due);
    struct return_decision x = told(&d, due + 1);
    is_told_of(&x, RETURN_EVENT_PASSED, STEP_NUMBER_SEAL, UNIT);
    assert_int_equal(hear(&d, told_by_the_clock(RETURN_ACT_WARN, bed_now())), ERR_ILLEGAL_MOVE);
}

static void nothing_is_watched_before_the_signature_and_behind_what_lies_ready(void **state)
{
    (void)state;
    assert_true(return_watch_next(NULL, bed_now()) == INSTANT_NONE);
    assert_true(return_watch_next(in_state("office", FSM_NOWHERE), bed_now()) == INSTANT_NONE);
    for (int s = RETURN_READY; s < RETURN_STATE_COUNT; s++)
        if (s != RETURN_UNCLAIMED)
            assert_true(return_watch_next(in_state("office", s), bed_now()) == INSTANT_NONE);
}

/* A letter has no time of its own; the result beside it keeps its own. */
static void letters_are_not_watched(void **state)
{
    static const int letters[] = {OUTCOME_APOLOGY, OUTCOME_STOPPED};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        struct return_dossier *d = in_state_of("office", letters[i], RETURN_AWAITING_ISSUE);

        assert_true(return_watch_next(d, bed_now()) == INSTANT_NONE);
        assert_int_equal(hear(&d, told_by_the_clock(RETURN_ACT_WARN, bed_now())), ERR_ILLEGAL_MOVE);
    }
    struct return_dossier *d = in_state_of("office", OUTCOME_APOLOGY, RETURN_AWAITING_ISSUE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, true)), ERR_OK);
    assert_true(return_watch_next(d, bed_now()) == d->documents[1].step_near_at);
    struct return_decision x = told(&d, d->documents[1].step_near_at);
    is_told_of(&x, RETURN_EVENT_NEAR, STEP_NUMBER_SEAL, UNIT);
    assert_true(id_eq(x.document.id, d->documents[1].handle.id));
    assert_int_equal(d->documents[0].step_warning, STEP_WARNING_NONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_warns_once_and_then_tells_the_end),
        TEST(a_hand_over_is_the_givers_until_it_is_given),
        TEST(what_the_law_leaves_out_moves_its_time),
        TEST(another_calendar_moves_its_time),
        TEST(what_passed_unwarned_is_not_warned_of),
        TEST(nothing_is_watched_before_the_signature_and_behind_what_lies_ready),
        TEST(letters_are_not_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
