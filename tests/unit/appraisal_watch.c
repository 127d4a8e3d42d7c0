/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of appraisal's steps: what it tells, of whom, how often, and when it looks next. */
#include "tests/unit/appraisal_story.h"

/* told gives what the watch does at a moment, as the timer that fell due would. */
static struct appraisal_decision told(struct appraisal_dossier **d, instant now)
{
    struct appraisal_decision x;
    enum appraisal_act what;
    assert_true(appraisal_watch_tells(*d, now, &what));
    struct appraisal_command c = told_by_the_clock(what);

    c.at = now;
    passed = now - bed_now();
    must(run(d, c, "", "", 0, &x));
    return x;
}

static void it_warns_once_and_then_tells_the_end(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);

    (void)state;
    assert_true(bed_now() < s->near_at && s->near_at < s->due_at);
    assert_true(appraisal_watch_next(d, bed_now()) == s->near_at);
    must(by("td01", &d, assign("td01")));
    struct appraisal_decision x = told(&d, s->near_at);
    assert_int_equal(x.event, APPRAISAL_EVENT_NEAR);
    assert_string_equal(x.unit, UNIT);
    assert_string_equal(x.officer, "td01");
    assert_true(x.opened_at == bed_now() && x.due_at == s->due_at && !x.timed);
    assert_int_equal(s->state, APPRAISAL_ASSIGNED);
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_WARN)), ERR_ILLEGAL_MOVE); /* a second time */
    assert_true(appraisal_watch_next(d, s->near_at) == s->due_at);
    passed = s->due_at - 1 - bed_now();
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_PASS)), ERR_ILLEGAL_MOVE); /* too early */
    x = told(&d, s->due_at);
    assert_int_equal(x.event, APPRAISAL_EVENT_PASSED);
    assert_true(appraisal_watch_next(d, s->due_at) == INSTANT_NONE);
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_PASS)), ERR_ILLEGAL_MOVE);
    must(by("td01", &d, conclude(OPINION_FOR))); /* it is done all the same */
}

static void what_passed_unwarned_is_not_warned_of(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    instant due = appraisal_step_open(d)->due_at;

    (void)state;
    assert_true(appraisal_watch_next(d, due + 1) == due);
    struct appraisal_decision x = told(&d, due + 1);
    assert_int_equal(x.event, APPRAISAL_EVENT_PASSED);
    assert_null(x.officer); /* nobody has it */
    passed = 0;
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_WARN)), ERR_ILLEGAL_MOVE);
}

static void it_stands_while_the_citizen_is_asked_and_begins_anew(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);

    (void)state;
    (void)told(&d, appraisal_step_open(d)->near_at);
    must(by("td01", &d, ask_supplement(NULL)));
    assert_true(appraisal_watch_next(d, bed_now()) == INSTANT_NONE);
    must(hear(&d, supplemented(2)));
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->round, 2);
    assert_int_equal(s->warning, STEP_WARNING_NONE);
    assert_true(appraisal_watch_next(d, bed_now()) == s->near_at);
}

static void a_consultation_is_watched_for_the_asked_unit(void **state)
{
    struct appraisal_dossier *d = come_to("RCAPNX", 2, APPRAISAL_ASSIGNED);

    (void)state;
    (void)told(&d, appraisal_step_open(d)->near_at);
    must(by("td01", &d, ask(OTHER)));
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->warning, STEP_WARNING_NONE);
    assert_true(appraisal_watch_next(d, bed_now()) == s->near_at);
    struct appraisal_decision x = told(&d, s->near_at);
    assert_int_equal(x.event, APPRAISAL_EVENT_NEAR);
    assert_string_equal(x.unit, OTHER);
    assert_null(x.officer);
    assert_true(appraisal_watch_next(d, s->near_at) == INSTANT_NONE); /* its end is told by the lapse */
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_PASS)), ERR_ILLEGAL_MOVE);
}

static void what_follows_is_watched_in_its_turn(void **state)
{
    struct appraisal_dossier *d = come_to("RAEPNX", 2, APPRAISAL_ASSIGNED);

    (void)state;
    must(by("td01", &d, conclude(OPINION_FOR)));
    assert_int_equal(appraisal_step_open(d)->kind, STEP_ENDORSE);
    assert_true(appraisal_watch_next(d, bed_now()) == appraisal_step_open(d)->near_at);
    must(by("tp01", &d, endorse()));
    assert_true(appraisal_watch_next(d, bed_now()) == INSTANT_NONE);
    d = begun("RAPNX");
    must(hear(&d, event(APPRAISAL_ACT_WITHDRAW, 0)));
    assert_true(appraisal_watch_next(d, bed_now()) == INSTANT_NONE);
}

static struct appraisal_command left_out(instant from, instant until)
{
    struct appraisal_command c = event(APPRAISAL_ACT_MOVE_DUE, 0);

    c.due_at = until;
    c.left_out = (struct left_out_period){.from = from, .until = until};
    return c;
}

static void what_the_law_leaves_out_moves_its_time(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant near = s->near_at, due = s->due_at;
    struct appraisal_decision x;

    (void)state;
    must(by("td01", &d, assign("td01")));
    (void)told(&d, near);
    must(hear(&d, left_out(due, due + INSTANT_DAY))); /* it begins when the step's time is over */
    assert_true(s->due_at == due && s->warning == STEP_WARNING_NEAR);
    must(hear(&d, left_out(bed_now(), bed_now() + 7 * INSTANT_DAY)));
    assert_true(s->due_at > due + 6 * INSTANT_DAY && s->near_at > near + 6 * INSTANT_DAY);
    assert_int_equal(s->warning, STEP_WARNING_NONE); /* there is time again */
    assert_true(appraisal_watch_next(d, near) == s->near_at);
    passed = due - bed_now();
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_PASS)), ERR_ILLEGAL_MOVE);
    assert_int_equal(told(&d, s->near_at).event, APPRAISAL_EVENT_NEAR);
    assert_int_equal(told(&d, s->due_at).event, APPRAISAL_EVENT_PASSED);
    passed = 0;
    must(run(&d, conclude(OPINION_FOR), "td01", UNIT, 0, &x));
    assert_true(x.timed && x.clock.due == s->due_at);
    assert_int_equal(x.clock.minutes_late, 0);
}

/* Of what was left out only the first day was: the rest is counted again. */
static struct appraisal_command ended_early(instant until, instant recorded)
{
    static struct left_out all;
    struct appraisal_command c = event(APPRAISAL_ACT_MOVE_DUE, 0);

    all = (struct left_out){.of = {{.from = bed_now(), .until = until}}, .count = until > bed_now()};
    c.due_at = until;
    c.left_out = (struct left_out_period){.from = until, .until = recorded};
    c.all_left_out = &all;
    return c;
}

/* The step's time is counted again with the real end, and what is late by that is told so. */
static void a_period_that_ends_early_gives_its_time_back(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX"), *shorter = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant due = s->due_at, week = bed_now() + 7 * INSTANT_DAY, day = bed_now() + INSTANT_DAY;

    (void)state;
    must(hear(&shorter, left_out(bed_now(), day)));
    must(hear(&d, left_out(bed_now(), week)));
    assert_true(s->due_at > due + 6 * INSTANT_DAY);
    must(hear(&d, ended_early(day, week)));
    assert_true(s->due_at == appraisal_step_open(shorter)->due_at);
    assert_true(s->near_at == appraisal_step_open(shorter)->near_at);
    assert_true(d->facts.left_out.count == 1 && d->facts.left_out.of[0].until == day);
    assert_true(appraisal_watch_next(d, bed_now()) == s->near_at);
    d = begun("RAPNX");
    s = appraisal_step_open(d);
    must(hear(&d, left_out(bed_now(), week)));
    must(hear(&d, ended_early(bed_now(), week))); /* it has left out nothing */
    assert_true(s->due_at == due && d->facts.left_out.count == 0);
    assert_int_equal(told(&d, due).event, APPRAISAL_EVENT_PASSED);
}

/* From now on a day is off. */
static struct appraisal_command recounted(instant off)
{
    struct appraisal_command c = event(APPRAISAL_ACT_RECOUNT, 0);

    bed_day_off(catalogue, arena, instant_day(off));
    c.due_at = bed_now() + 9 * INSTANT_DAY;
    return c;
}

static void another_calendar_moves_its_time(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant near = s->near_at, due = s->due_at;
    struct appraisal_decision x;

    (void)state;
    must(by("td01", &d, assign("td01")));
    (void)told(&d, near);
    must(hear(&d, recounted(due)));
    assert_true(d->facts.due_at == bed_now() + 9 * INSTANT_DAY);
    assert_true(s->due_at == due + INSTANT_DAY);
    passed = due - bed_now(); /* a holiday now: nothing has passed */
    assert_int_equal(hear(&d, told_by_the_clock(APPRAISAL_ACT_PASS)), ERR_ILLEGAL_MOVE);
    passed = s->due_at - bed_now();
    must(run(&d, conclude(OPINION_FOR), "td01", UNIT, 0, &x));
    assert_true(x.timed && x.clock.due == due + INSTANT_DAY); /* as it was watched, so it is judged */
    assert_int_equal(x.clock.minutes_late, 0);
}

/* The dossier's own date need not move: then its watch finds out when it looks. */
static void before_it_tells_anything_it_counts_by_the_calendar_in_use(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant due = s->due_at, dossier = d->facts.due_at;
    enum appraisal_act what;

    (void)state;
    bed_day_off(catalogue, arena, instant_day(due));
    assert_true(appraisal_watch_tells(d, due, &what)); /* by the time that it was given */
    must(hear(&d, told_by_the_clock(APPRAISAL_ACT_RECOUNT)));
    assert_false(appraisal_watch_tells(d, s->near_at - 1, &what));
    assert_true(s->due_at == due + INSTANT_DAY && d->facts.due_at == dossier);
    assert_true(appraisal_watch_next(d, bed_now()) == s->near_at);
}

static void what_was_told_as_passed_stays_so(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant due = s->due_at;

    (void)state;
    (void)told(&d, due);
    must(hear(&d, recounted(due)));
    assert_true(s->due_at == due + INSTANT_DAY);
    assert_int_equal(s->warning, STEP_WARNING_LATE);
    assert_true(appraisal_watch_next(d, due) == INSTANT_NONE); /* and is counted once */
}

static void an_asked_unit_has_another_day_for_a_holiday(void **state)
{
    struct appraisal_dossier *d = come_to("RCAPNX", 2, APPRAISAL_ASSIGNED), *longer;
    struct appraisal_command holiday;

    (void)state;
    must(by("td01", &d, ask(OTHER)));
    const struct appraisal_step *s = appraisal_step_open(d);
    instant due = s->due_at;
    longer = come_to("RCAPNX", 2, APPRAISAL_ASSIGNED);
    must(by("td01", &longer, ask(OTHER)));
    must(hear(&longer, left_out(bed_now(), due)));
    holiday = recounted(due);
    must(hear(&d, holiday));
    assert_true(s->due_at > due && instant_day(s->due_at) > instant_day(due));
    assert_true(s->near_at <= s->due_at);
    passed = due - bed_now();
    assert_int_equal(hear(&d, lapse()), ERR_ILLEGAL_MOVE); /* it has time again */
    must(hear(&longer, holiday));                          /* by what was known when it was asked: that is not kept */
    assert_true(appraisal_step_open(longer)->due_at == due);
}

static void a_part_has_another_day_for_a_holiday(void **state)
{
    struct appraisal_dossier *d = begun("RLPNX");
    instant due = parts_due(d);

    (void)state;
    must(hear(&d, recounted(due)));
    assert_true(instant_day(parts_due(d)) > instant_day(due));
    passed = due - bed_now();
    assert_int_equal(hear(&d, lapse_part()), ERR_ILLEGAL_MOVE);
    assert_int_equal(d->parts[0].state, APPRAISAL_PART_QUEUED);
}

static void a_part_is_warned_of_anew_when_its_time_has_moved(void **state)
{
    struct appraisal_dossier *d = begun("RLPNX");
    const struct appraisal_part *p = &d->parts[0];
    instant near = p->near_at, due = p->due_at;

    (void)state;
    passed = near - bed_now();
    must(hear(&d, warn_part()));
    must(hear(&d, recounted(due)));
    assert_true(p->near_at > due && p->due_at > p->near_at);
    assert_int_equal(p->warning, STEP_WARNING_NONE);
    assert_true(appraisal_parts_next(d) == p->near_at);
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE); /* there is time again */
    passed = p->near_at - bed_now();
    must(hear(&d, warn_part()));
    must(hear(&d, told_by_the_clock(APPRAISAL_ACT_RECOUNT))); /* nothing has moved: it stays told */
    assert_int_equal(p->warning, STEP_WARNING_NEAR);
    assert_int_equal(hear(&d, warn_part()), ERR_ILLEGAL_MOVE);
}

static void a_part_from_before_is_watched_once_its_time_has_moved(void **state)
{
    struct appraisal_dossier *d = begun("RLPNX");
    struct appraisal_part *p = &d->parts[0];
    instant near = p->near_at;

    (void)state;
    p->near_at = INSTANT_NONE;
    must(hear(&d, told_by_the_clock(APPRAISAL_ACT_RECOUNT)));
    assert_true(p->near_at == INSTANT_NONE);
    must(hear(&d, recounted(p->due_at)));
    assert_true(p->near_at > near && p->near_at < p->due_at);
}

static void what_a_unit_was_given_to_co_operate_stays(void **state)
{
    struct appraisal_dossier *d = begun("RLPNX");
    const struct appraisal_part *p = &d->parts[0];
    instant near = p->near_at;

    (void)state;
    must(hear(&d, left_out(bed_now(), bed_now() + 7 * INSTANT_DAY)));
    must(hear(&d, recounted(p->due_at)));
    assert_true(p->near_at == near);
}

static void what_an_asked_unit_was_given_stays(void **state)
{
    struct appraisal_dossier *d = come_to("RCAPNX", 2, APPRAISAL_ASSIGNED);

    (void)state;
    must(by("td01", &d, ask(OTHER)));
    instant due = appraisal_step_open(d)->due_at;
    must(hear(&d, left_out(bed_now(), bed_now() + 7 * INSTANT_DAY)));
    assert_true(appraisal_step_open(d)->due_at == due);
    assert_int_equal(d->facts.left_out.count, 1); /* the steps behind it leave it out */
}

static void what_an_asked_unit_is_given_is_without_what_is_left_out_by_then(void **state)
{
    struct appraisal_dossier *d = come_to("RCAPNX", 2, APPRAISAL_ASSIGNED);

    (void)state;
    must(hear(&d, left_out(bed_now(), bed_now() + 7 * INSTANT_DAY)));
    must(by("td01", &d, ask(OTHER)));
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_true(s->due_at > bed_now() + 7 * INSTANT_DAY);
    assert_true(s->near_at > bed_now() + 7 * INSTANT_DAY && s->near_at < s->due_at);
}

static void no_more_is_left_out_than_can_be(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");

    (void)state;
    for (int i = 1; i <= LEFT_OUT_MAX; i++)
        must(hear(&d, left_out(bed_now() + 2 * i * INSTANT_DAY, bed_now() + (2 * i + 1) * INSTANT_DAY)));
    assert_int_equal(hear(&d, left_out(bed_now() + 90 * INSTANT_DAY, bed_now() + 91 * INSTANT_DAY)), ERR_CONFLICT);
    assert_int_equal(d->facts.left_out.count, LEFT_OUT_MAX);
}

static void the_parts_of_other_units_go_on(void **state)
{
    struct appraisal_dossier *d = begun("RLPNX");
    size_t parts = d->part_count;

    (void)state;
    assert_true(parts > 0);
    struct appraisal_decision x = told(&d, appraisal_step_open(d)->near_at);
    assert_int_equal(x.event, APPRAISAL_EVENT_NEAR);
    assert_int_equal(x.part_count, 0); /* none begins anew */
    x = told(&d, appraisal_step_open(d)->due_at);
    assert_int_equal(x.event, APPRAISAL_EVENT_PASSED);
    assert_int_equal(x.part_count, 0);
    assert_int_equal(d->part_count, parts);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(it_warns_once_and_then_tells_the_end),
        TEST(what_passed_unwarned_is_not_warned_of),
        TEST(it_stands_while_the_citizen_is_asked_and_begins_anew),
        TEST(a_consultation_is_watched_for_the_asked_unit),
        TEST(what_follows_is_watched_in_its_turn),
        TEST(what_the_law_leaves_out_moves_its_time),
        TEST(another_calendar_moves_its_time),
        TEST(before_it_tells_anything_it_counts_by_the_calendar_in_use),
        TEST(what_was_told_as_passed_stays_so),
        TEST(an_asked_unit_has_another_day_for_a_holiday),
        TEST(a_part_has_another_day_for_a_holiday),
        TEST(a_part_is_warned_of_anew_when_its_time_has_moved),
        TEST(a_part_from_before_is_watched_once_its_time_has_moved),
        TEST(what_a_unit_was_given_to_co_operate_stays),
        TEST(what_an_asked_unit_was_given_stays),
        TEST(a_period_that_ends_early_gives_its_time_back),
        TEST(what_an_asked_unit_is_given_is_without_what_is_left_out_by_then),
        TEST(no_more_is_left_out_than_can_be),
        TEST(the_parts_of_other_units_go_on),
    };
    return cmocka_run_group_tests_name("appraisal_watch", tests, NULL, NULL);
}
