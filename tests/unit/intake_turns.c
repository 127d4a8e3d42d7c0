/* SPDX-License-Identifier: Apache-2.0 */
/* Papers that go round the units that co-operate, one after the other: who has them, what brings them back, whose loss
 * it is; and that it does not matter what is heard of first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_round.h"

static void from_one_to_the_next_and_back_to_the_lead(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    holds(FIRST, NULL, "open_parts", 510);
    hear(ENDS(FIRST, 520)); /* the next one's turn follows at once: they go straight there */
    holds(FIRST, NULL, "open_parts", 510);
    hear(TURN(SECOND, false, 520));
    holds(SECOND, NULL, "open_parts", 520);
    hear(ENDS(FIRST, 525)); /* no part of it */
    holds(SECOND, NULL, "open_parts", 520);
    hear(ENDS(SECOND, 530));
    holds(LEAD, "H11.35-td01", "end_part", 530); /* who had signed for them there */
    hear(ENDS(SECOND, 535));
    holds(LEAD, "H11.35-td01", "end_part", 530);
    assert_int_equal(moved, 3);
    assert_int_equal(dossier.transfer_count, 1); /* a turn is no transfer */
}

static void where_nobody_of_the_lead_signed_no_post_is_named(void **state)
{
    struct told t = TURN(SECOND, false, 510);

    (void)state;
    taken();
    t.lead = FIRST;
    hear(t);
    hear(ENDS(SECOND, 530));
    holds(FIRST, NULL, "end_part", 530);
}

static void who_is_asked_at_once_gets_no_paper(void **state)
{
    (void)state;
    taken();
    hear((struct told){.act = INTAKE_OPEN_PARTS, .unit = FIRST "," SECOND, .minute = 510});
    hear(ENDS(FIRST, 520));
    holds(LEAD, "H11.35-td01", "take_transfer", 500);
    hear(TELLS(REQUEST_SUPPLEMENT, 530));
    holds(LEAD, "H11.35-td01", "take_transfer", 500);
    assert_int_equal(moved, 0);
}

static const struct intake_component more[] = {{.name = "Bản sao", .copies = 1}};
static const struct intake_supply brings = {.channel = CHANNEL_COUNTER, .components = more, .component_count = 1};

/* What a supplement brings goes to the lead, whether the others have set out again by then or not. */
static void a_supplement_brings_them_back(void **state)
{
    const struct intake_move supply = {.supplement = 1};

    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    hear(TELLS(REQUEST_SUPPLEMENT, 520));
    holds(LEAD, "H11.35-td01", "request_supplement", 520);
    keep(at(550, INTAKE_RECEIVE_SUPPLEMENT, &brings, "H11.35-tn01", LEAD));
    hear(TURN(FIRST, true, 555)); /* anew */
    keep(at(560, INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", LEAD));
    assert_string_equal(intake_apart(&dossier, 1)->to_unit, LEAD);
    holds(FIRST, NULL, "open_parts", 555);
    assert_string_equal(intake_holder_apart(&dossier, intake_apart(&dossier, 1)).post, "H11.35-tn01");
    keep(at(570, INTAKE_TAKE_TRANSFER, &supply, "H11.35-td01", LEAD));
    assert_null(intake_apart(&dossier, 1));
    holds(FIRST, NULL, "open_parts", 555);
}

/* It never left the counter but for its round: what a supplement brings is put to the others there. */
static void back_at_the_counter_nothing_lies_apart(void **state)
{
    const struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    moved = 0;
    keep(at(480, INTAKE_RECEIVE, &c, "H11.35-tn01", LEAD));
    hear(TELLS(TAKE_UP, 485));
    hear(TURN(FIRST, false, 490));
    hear(TELLS(REQUEST_SUPPLEMENT, 500));
    holds(LEAD, "H11.35-tn01", "request_supplement", 500);
    keep(at(550, INTAKE_RECEIVE_SUPPLEMENT, &brings, "H11.35-tn01", LEAD));
    assert_null(intake_apart(&dossier, 1));
}

static void a_later_transfer_begins_anew(void **state)
{
    const struct intake_move move = {0};

    (void)state;
    taken();
    hear(TURN(FIRST, false, 510));
    hear(ENDS(FIRST, 520));
    dossier.transfers[dossier.transfer_count++] = (struct intake_transfer){.step = 2,
                                                                           .round = 2,
                                                                           .from_unit = LEAD,
                                                                           .to_unit = LEAD,
                                                                           .due_at = MINUTE(600),
                                                                           .opened_at = MINUTE(530),
                                                                           .given_at = INSTANT_NONE,
                                                                           .answered_at = INSTANT_NONE};
    holds(LEAD, "H11.35-td01", "end_part", 520);
    keep(at(540, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", LEAD));
    struct intake_holder h = intake_holder_of(&dossier);
    assert_string_equal(h.act, "give_transfer");
    assert_string_equal(h.post, "H11.35-tn01");
    assert_null(dossier.turn.unit);
}

/* ---- how the work went of whoever gives them on */

static void the_slip_tells_how_the_work_of_each_giver_went(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    gave_on(0, TIMING_NONE, 0); /* the lead's step goes on */
    hear(went(ENDS(FIRST, 520), FIRST, 540, 0, STEP_BY_MOMENT));
    assert_int_equal(moved, 1);
    hear(TURN(SECOND, false, 520));
    gave_on(1, TIMING_ON_TIME, 540); /* on the day */
    hear(went(ENDS(SECOND, 530), SECOND, 525, 5, STEP_BY_MOMENT));
    gave_on(2, TIMING_LATE, 525);
    hear(TURN(FIRST, false, 540)); /* in another round: what was said stands, and the lead ends nothing by it */
    gave_on(3, TIMING_NONE, 0);
    hear(went(ENDS(FIRST, 550), FIRST, 550 + 24 * 60, 0, STEP_BY_MOMENT));
    gave_on(4, TIMING_EARLY, 550 + 24 * 60);
}

static void who_let_it_lapse_is_late(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    hear(went(ENDS(FIRST, 520), FIRST, 520, 0, STEP_UNANSWERED));
    hear(TURN(SECOND, false, 520));
    gave_on(1, TIMING_LATE, 520);
    hear(ENDS(SECOND, 530)); /* which had no time */
    gave_on(2, TIMING_NONE, 0);
}

static void a_repeat_of_it_changes_nothing(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    hear(went(ENDS(FIRST, 520), FIRST, 540, 0, STEP_BY_MOMENT));
    hear(went(ENDS(SECOND, 521), SECOND, 515, 6, STEP_BY_MOMENT)); /* it is not its turn */
    hear(TURN(SECOND, false, 520));
    gave_on(1, TIMING_ON_TIME, 540);
    hear(went(ENDS(FIRST, 525), FIRST, 520, 5, STEP_BY_MOMENT));
    assert_int_equal(moved, 2);
    assert_int_equal(dossier.turn.done.result, TIMING_NONE);
}

static void what_is_cancelled_or_broken_off_is_not_judged(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    hear(TELLS(REQUEST_SUPPLEMENT, 520));
    gave_on(1, TIMING_NONE, 0);
    taken();
    hear(TURN(FIRST, true, 510));
    hear(TELLS(GRANT_WITHDRAWAL, 520));
    assert_int_equal(moved, 1); /* they come back by what the dossier is, and no work has ended */
}

/* ---- what crosses on the way */

static struct step_clock first_clock = {.unit = FIRST}, second_clock = {.unit = SECOND, .minutes_late = 5};
static const struct told way[] = {
    {INTAKE_OPEN_PARTS, FIRST, LEAD, true, 510, NULL, STEP_BY_TIME},
    {INTAKE_END_PART, FIRST, NULL, false, 520, &first_clock, STEP_BY_MOMENT},
    {INTAKE_OPEN_PARTS, SECOND, LEAD, false, 520, NULL, STEP_BY_TIME},
    {INTAKE_END_PART, SECOND, NULL, false, 530, &second_clock, STEP_BY_MOMENT},
};

/* ends_as plays the first `count` events of the way, and hears of the end of the dossier before the n-th. */
static struct intake_holder ends_as(enum intake_act end, int minute, size_t count, size_t n)
{
    first_clock.due = MINUTE(540);
    second_clock.due = MINUTE(525);
    taken();
    for (size_t i = 0; i <= count; i++) {
        if (i == n)
            hear((struct told){.act = end, .minute = minute});
        if (i < count)
            hear(way[i]);
    }
    assert_false(intake_in_turn(&dossier));
    assert_null(dossier.part_units);
    return intake_holder_of(&dossier);
}

static void whatever_is_heard_of_first_it_ends_the_same(void **state)
{
    static const enum intake_act ends[] = {INTAKE_GRANT_WITHDRAWAL, INTAKE_STOP};

    (void)state;
    for (size_t e = 0; e < COUNT_OF(ends); e++)
        for (size_t count = 1; count <= COUNT_OF(way); count++)
            for (int minute = 505; minute <= 535; minute += 10) {
                struct intake_holder wanted = ends_as(ends[e], minute, count, 0);
                struct intake_turn turn = dossier.turn;
                struct intake_work wanted_work[COUNT_OF(gave)];
                int wanted_moves = moved;

                memcpy(wanted_work, gave, sizeof gave);

                assert_string_equal(wanted.unit, LEAD);
                assert_string_equal(wanted.post, "H11.35-td01");
                for (size_t n = 1; n <= count; n++) {
                    struct intake_holder h = ends_as(ends[e], minute, count, n);
                    assert_string_equal(h.act, wanted.act);
                    assert_int_equal(h.since, wanted.since);
                    assert_int_equal(moved, wanted_moves);
                    for (int m = 0; m < moved; m++)
                        assert_true(gave[m].result == wanted_work[m].result && gave[m].due_at == wanted_work[m].due_at);
                    assert_string_equal(dossier.turn.unit, turn.unit);
                    assert_true(dossier.turn.by == turn.by && dossier.turn.since == turn.since);
                    assert_string_equal(dossier.turn.from_unit, turn.from_unit);
                }
            }
}

/* It ends when it was broken off; a turn that came later, unknowing, ends as it begins. */
static void since_when_they_are_back(void **state)
{
    (void)state;
    is_held(ends_as(INTAKE_GRANT_WITHDRAWAL, 515, 1, 1), LEAD, "H11.35-td01", "grant_withdrawal", 515);
    is_held(ends_as(INTAKE_STOP, 505, 1, 0), LEAD, "H11.35-td01", "stop", 510);
    is_held(ends_as(INTAKE_STOP, 515, 4, 0), LEAD, "H11.35-td01", "end_part", 530);
}

static void a_supplement_asked_for_behind_the_end_brings_nothing_back_twice(void **state)
{
    (void)state;
    (void)ends_as(INTAKE_GRANT_WITHDRAWAL, 515, 1, 0);
    hear(TELLS(REQUEST_SUPPLEMENT, 518));
    holds(LEAD, "H11.35-td01", "request_supplement", 518); /* as if it had been heard of before the end */
    assert_int_equal(dossier.supplement_count, 0);
}

/* ---- whose loss it is */

static const int one[] = {1};
static const struct intake_note_loss lost = {.components = one,
                                             .count = 1,
                                             .what = INTAKE_HARM_LOST,
                                             .found = INTAKE_FOUND_TRANSFER,
                                             .minutes = {.id = {{7}}, .kind = DOCUMENT_LOSS_MINUTES, .pages = 1}};

static void only_the_unit_that_has_them_notes_their_loss(void **state)
{
    static const char *const others[][2] = {
        {"H11.35-tn01", LEAD}, {"H11.35-td01", LEAD}, {"H11.01-tn01", SECOND}, {"H11-tr01", "H11"}};

    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_null(at(515, INTAKE_NOTE_LOSS, &lost, others[i][0], others[i][1]));
        assert_int_equal(err.code, ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
    }
    const struct intake_decision *out = at(515, INTAKE_NOTE_LOSS, &lost, "H11.05-td01", FIRST);
    assert_non_null(out);
    assert_string_equal(out->loss->unit, FIRST);
    assert_null(out->loss->post);
    assert_string_equal(out->loss->superior, "H11");
    hear(ENDS(FIRST, 520));
    hear(TURN(SECOND, false, 520));
    assert_null(at(525, INTAKE_NOTE_LOSS, &lost, "H11.05-td01", FIRST)); /* they have moved on */
    assert_non_null(at(525, INTAKE_NOTE_LOSS, &lost, "H11.01-tn01", SECOND));
    hear(ENDS(SECOND, 530));
    assert_null(at(535, INTAKE_NOTE_LOSS, &lost, "H11.01-tn01", SECOND));
    out = at(535, INTAKE_NOTE_LOSS, &lost, "H11.35-tn01", LEAD); /* back with the lead it is as it was */
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.35-td01");
}

static void its_head_settles_it(void **state)
{
    static const struct intake_settle_loss found = {.number = 1, .remedy = INTAKE_REMEDY_FOUND, .responsible = FIRST};
    struct intake_facts f = bed_facts(arena, catalogue, "H11.05-tr01", FIRST, 520);
    struct intake_decision out;

    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    const struct intake_decision *noted = at(515, INTAKE_NOTE_LOSS, &lost, "H11.05-td01", FIRST);
    assert_non_null(noted);
    f.sheets = &sheet;
    f.sheet_count = 1;
    f.losses = noted->loss;
    f.loss_count = 1;
    assert_int_equal(intake_decide(&dossier, INTAKE_SETTLE_LOSS, &found, &f, &out, &err), ERR_OK);
    assert_null(out.loss->post);
    f.actor = "H11.01-tn01";
    f.actor_unit = SECOND;
    assert_int_equal(intake_decide(&dossier, INTAKE_SETTLE_LOSS, &found, &f, &out, &err), ERR_FORBIDDEN);
}

/* Also where nobody of the unit has signed for them. */
static void what_goes_back_comes_from_the_unit_that_has_it(void **state)
{
    static const struct intake_give_back all = {0};
    static const struct intake_move_back bring = {0};

    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    assert_null(at(520, INTAKE_GIVE_BACK, &all, "H11.35-tn01", LEAD));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.en, FIRST));
    assert_null(at(520, INTAKE_BRING_BACK, &bring, "H11.35-td01", LEAD));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    const struct intake_decision *out = at(520, INTAKE_BRING_BACK, &bring, "H11.05-td01", FIRST);
    assert_non_null(out);
    assert_string_equal(out->way->from_unit, FIRST);
    assert_string_equal(out->way->to_unit, LEAD);
    assert_string_equal(out->way->given_by, "H11.05-td01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_one_to_the_next_and_back_to_the_lead, set_up, tear_down),
        cmocka_unit_test_setup_teardown(where_nobody_of_the_lead_signed_no_post_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_is_asked_at_once_gets_no_paper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_brings_them_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(back_at_the_counter_nothing_lies_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_later_transfer_begins_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_slip_tells_how_the_work_of_each_giver_went, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_let_it_lapse_is_late, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_repeat_of_it_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_cancelled_or_broken_off_is_not_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whatever_is_heard_of_first_it_ends_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(since_when_they_are_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_asked_for_behind_the_end_brings_nothing_back_twice, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_the_unit_that_has_them_notes_their_loss, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_head_settles_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_goes_back_comes_from_the_unit_that_has_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
