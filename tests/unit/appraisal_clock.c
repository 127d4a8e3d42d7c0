/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of appraisal's steps: which event tells how a step went, and until when the next one is allowed. */
#include "tests/unit/appraisal_story.h"

/* did gives what an officer's act decides, done so much later than everything before. */
static struct appraisal_decision did(struct appraisal_dossier **d, struct appraisal_command c, const char *actor,
                                     int64_t later)
{
    const struct officer *o = catalogue_officer(catalogue, actor, instant_day(bed_now()));
    struct appraisal_decision x;
    c.at += later;
    must(run(d, c, actor, o ? o->unit : "", o ? o->roles : 0, &x));
    return x;
}

static const struct process_step *step_of(const char *word, int n)
{
    return &catalogue_process_version(catalogue, word, 1)->steps[n - 1];
}

static void a_step_has_its_time_before_anyone_has_it(void **state)
{
    struct appraisal_dossier *d = begun("RAPNX");
    const struct appraisal_step *s = appraisal_step_open(d);
    instant due =
        step_clock_due(catalogue, &(struct step_span){.of = step_of("RAPNX", 2), .counter = "Q1", .opened = bed_now()});

    assert_int_equal(s->state, APPRAISAL_QUEUED);
    assert_true(due != INSTANT_NONE && s->due_at == due);
    assert_false(did(&d, assign("td01"), "td01", 0).timed);
    assert_true(appraisal_step_open(d)->due_at == due);
}

static void the_opinion_tells_how_it_went(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    int64_t allowed = step_of("RAPNX", 2)->minutes;
    struct appraisal_decision x = did(&d, conclude(OPINION_FOR), "td01", 10 * INSTANT_DAY);

    assert_true(x.timed);
    assert_string_equal(x.clock.unit, UNIT);
    assert_true(x.clock.opened == bed_now());
    assert_true(x.clock.minutes_used > allowed);
    assert_int_equal(x.clock.minutes_late, x.clock.minutes_used - allowed);
    d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    x = did(&d, conclude(OPINION_FOR), "td01", 5 * INSTANT_MINUTE);
    assert_int_equal(x.clock.minutes_used, 5);
    assert_int_equal(x.clock.minutes_late, 0);
}

static void what_follows_has_its_own_time(void **state)
{
    struct appraisal_dossier *d = come_to("RAEPNX", 2, APPRAISAL_ASSIGNED);

    (void)did(&d, conclude(OPINION_FOR), "td01", INSTANT_HOUR);
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->kind, STEP_ENDORSE);
    assert_true(s->due_at == step_clock_due(catalogue, &(struct step_span){.of = step_of("RAEPNX", 3),
                                                                           .counter = "Q1",
                                                                           .opened = bed_now() + INSTANT_HOUR}));
    struct appraisal_decision x = did(&d, return_draft(), "tp01", 2 * INSTANT_HOUR);
    assert_true(x.timed && x.clock.opened == bed_now() + INSTANT_HOUR);
    assert_int_equal(x.clock.minutes_used, 60);
    assert_int_equal(appraisal_step_open(d)->kind, STEP_APPRAISE);
    assert_true(appraisal_step_open(d)->due_at ==
                step_clock_due(catalogue, &(struct step_span){.of = step_of("RAEPNX", 2),
                                                              .counter = "Q1",
                                                              .opened = bed_now() + 2 * INSTANT_HOUR}));
}

static void a_supplement_ends_the_work_of_its_round(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    struct appraisal_decision x = did(&d, ask_supplement(NULL), "td01", INSTANT_HOUR);

    assert_true(x.timed);
    assert_int_equal(x.clock.minutes_used, 60);
    struct appraisal_command c = supplemented(2);
    c.at += 6 * INSTANT_DAY;
    must(hear(&d, c));
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_true(
        appraisal_step_open(d)->due_at ==
        step_clock_due(catalogue, &(struct step_span){.of = step_of("RAPNX", 2), .counter = "Q1", .opened = c.at}));
}

static void a_consultation_is_the_asked_units(void **state)
{
    struct appraisal_dossier *d = come_to("RCAPNX", 2, APPRAISAL_CONSULTING);
    instant until = appraisal_step_open(d)->due_at;
    struct appraisal_decision x = did(&d, answer(), "td09", 0);

    assert_true(x.timed && x.clock.due == until);
    assert_string_equal(x.clock.unit, OTHER);
    assert_int_equal(x.clock.minutes_late, 0);
    d = come_to("RCAPNX", 2, APPRAISAL_CONSULTING);
    x = did(&d, answer(), "td09", 10 * INSTANT_DAY);
    assert_string_equal(x.clock.unit, OTHER);
    assert_true(x.clock.minutes_late > 0);
}

/* What a unit gives that co-operates, or does not, is its own; the lead's step goes on, and is the lead's. */
static void a_part_is_the_co_operating_units(void **state)
{
    for (int late = 0; late <= 1; late++) {
        struct appraisal_dossier *d = NULL;
        struct appraisal_command c = received("RLPNX");
        c.received.electronic = true;
        must(hear(&d, c));
        must(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)));
        must(hear(&d, filed(14, DOCUMENT_OPINION)));
        must(by("td01", &d, assign("td01")));
        instant opened = d->parts[0].opened_at, until = d->parts[0].due_at;
        assert_string_equal(d->parts[0].unit, OTHER);
        struct appraisal_decision x =
            did(&d, contribute(), "td09", late ? until + INSTANT_DAY - bed_now() : INSTANT_HOUR);
        assert_int_equal(x.event, APPRAISAL_EVENT_CONTRIBUTED);
        assert_true(x.timed && x.clock.opened == opened && x.clock.due == until);
        assert_string_equal(x.clock.unit, OTHER);
        assert_int_equal(x.clock.minutes_late > 0, late);
        assert_int_equal(x.clock.minutes_used == 60, !late);
        d->parts[1].due_at = bed_now();
        c = lapse_part();
        c.at += late ? INSTANT_DAY : 0;
        must(run(&d, c, "", "", 0, &x));
        assert_int_equal(x.event, APPRAISAL_EVENT_PART_LAPSED);
        assert_true(x.timed && x.clock.due == bed_now());
        assert_string_equal(x.clock.unit, THIRD);
        assert_int_equal(x.clock.minutes_late > 0, late);
        x = did(&d, conclude(OPINION_FOR), "td01", 10 * INSTANT_DAY);
        assert_string_equal(x.clock.unit, UNIT);
    }
}

/* ended gives what the end of a dossier decides that is so far, so much later. */
static struct appraisal_decision ended(struct appraisal_dossier *d, enum appraisal_act by, int64_t later)
{
    struct appraisal_command c = event(by, 0);
    struct appraisal_decision x;

    c.at += later;
    must(run(&d, c, "", "", 0, &x));
    assert_int_equal(x.edge->to, APPRAISAL_CANCELLED);
    return x;
}

static void who_was_late_when_the_dossier_ended_stays_late(void **state)
{
    static const enum appraisal_act ends[] = {APPRAISAL_ACT_WITHDRAW, APPRAISAL_ACT_STOP};
    int64_t allowed = step_of("RAPNX", 2)->minutes;

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct appraisal_decision x = ended(come_to("RAPNX", 2, APPRAISAL_ASSIGNED), ends[i], 10 * INSTANT_DAY);
        assert_int_equal(x.event, APPRAISAL_EVENT_BROKEN_OFF);
        assert_true(x.timed && x.at == bed_now() + 10 * INSTANT_DAY);
        assert_string_equal(x.clock.unit, UNIT);
        assert_int_equal(x.clock.minutes_late, x.clock.minutes_used - allowed);
        assert_true(x.clock.minutes_late > 0);
        x = ended(come_to("RAPNX", 2, APPRAISAL_QUEUED), ends[i], 5 * INSTANT_MINUTE);
        assert_int_equal(x.event, APPRAISAL_EVENT_BROKEN_OFF);
        assert_true(x.timed && x.clock.minutes_used == 5 && x.clock.minutes_late == 0);
        x = ended(come_to("RCAPNX", 2, APPRAISAL_CONSULTING), ends[i], INSTANT_MINUTE);
        assert_string_equal(x.clock.unit, OTHER); /* the asked unit has the time */
        assert_int_equal(x.clock.minutes_late, 0);
    }
}

/* Its round has ended with the question; the wait was the citizen's. */
static void what_waited_for_the_citizen_is_not_told_of_again(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);

    (void)did(&d, ask_supplement(NULL), "td01", INSTANT_HOUR);
    struct appraisal_decision x = ended(d, APPRAISAL_ACT_WITHDRAW, 10 * INSTANT_DAY);
    assert_int_equal(x.event, APPRAISAL_EVENT_NONE);
    assert_false(x.timed);
}

/* The withdrawal was granted on paper before the step opened: nobody can have been late with it. */
static void what_opened_behind_the_end_has_no_clock(void **state)
{
    assert_false(ended(come_to("RAPNX", 2, APPRAISAL_QUEUED), APPRAISAL_ACT_WITHDRAW, -INSTANT_HOUR).timed);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_step_has_its_time_before_anyone_has_it),
        TEST(the_opinion_tells_how_it_went),
        TEST(what_follows_has_its_own_time),
        TEST(a_supplement_ends_the_work_of_its_round),
        TEST(a_consultation_is_the_asked_units),
        TEST(a_part_is_the_co_operating_units),
        TEST(who_was_late_when_the_dossier_ended_stays_late),
        TEST(what_waited_for_the_citizen_is_not_told_of_again),
        TEST(what_opened_behind_the_end_has_no_clock),
    };
    return cmocka_run_group_tests_name("appraisal_clock", tests, NULL, NULL);
}
