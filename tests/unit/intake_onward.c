/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of different units, one behind the other: with the end of each the papers go on to the next, or back; who signs
 * for them, whose they are then, what follows them, and that it does not matter what is heard of first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_round.h"

static const struct process_step steps[] = {
    STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, RECEIVER, "receiving", true),
    STEP(APPRAISE, APPRAISER, "own", false),    STEP(ENDORSE, HEAD, FIRST, false),
    STEP(APPROVE, APPROVER, FIRST, false),      STEP(OBLIGATION, APPRAISER, "own", false),
    STEP(VERIFY, APPRAISER, SECOND, false),     STEP(APPRAISE, APPRAISER, FIRST, false),
    STEP(APPROVE, APPROVER, FIRST, false),      STEP(NUMBER_SEAL, CLERK, "own", false),
    STEP(HAND_OVER, CLERK, "own", false),       STEP(RETURN, RETURNER, "receiving", true),
};
static const struct process chain = {.record = HEAD("chain"),
                                     .procedure = "another",
                                     .level = LEVEL_DISTRICT,
                                     .route = ROUTE_BACK_OFFICE,
                                     .steps = steps,
                                     .step_count = COUNT_OF(steps)};
static const struct intake_sign_turn none, why = {.reason = "thiếu trang"};
static const struct intake_move supply = {.supplement = 1};

static int set_up_chain(void **state)
{
    int rc = set_up(state);

    catalogue = bed_catalogue_with(arena, &chain);
    return rc;
}

/* The appraiser of the first step has the papers, and the dossier. */
static void begins(void)
{
    taken();
    dossier.process = "chain";
}

static void ends_step(int step, int minute)
{
    const struct intake_progress c = {.step = step, .at = MINUTE(minute)};

    keep(at(minute + 2, INTAKE_GO_ON, &c, NULL, NULL));
}

static void ends_step_of(const char *unit, int step, int minute, int due, int64_t late)
{
    const struct step_clock clock = {.unit = unit, .due = MINUTE(due), .minutes_late = late};
    const struct intake_progress c = {.step = step, .at = MINUTE(minute), .clock = &clock, .judged = STEP_BY_TIME};

    keep(at(minute + 2, INTAKE_GO_ON, &c, NULL, NULL));
}

static void goes_back(int step, int minute)
{
    const struct intake_progress c = {.step = step, .at = MINUTE(minute)};

    keep(at(minute + 2, INTAKE_GO_BACK, &c, NULL, NULL));
}

static void is_signed(int step, bool last, int minute)
{
    const struct intake_progress c = {.step = step, .last = last, .outcome = OUTCOME_GRANTED, .at = MINUTE(minute)};

    keep(at(minute + 2, INTAKE_DECIDE, &c, NULL, NULL));
}

static void takes(const char *actor, const char *unit, int minute)
{
    assert_string_equal(keep(at(minute, INTAKE_TAKE_TURN, &none, actor, unit))->event, "TurnTaken");
}

static void works_on_it(const char *unit)
{
    assert_true((dossier.step_unit != NULL) == (unit != NULL));
    if (unit)
        assert_string_equal(dossier.step_unit, unit);
}

static void came_from(const char *unit, const char *post)
{
    assert_string_equal(dossier.turn.from_unit, unit);
    assert_true((dossier.turn.from_post != NULL) == (post != NULL));
    if (post)
        assert_string_equal(dossier.turn.from_post, post);
}

static void with_the_end_of_each_step_they_go_on(void **state)
{
    const struct intake_notice notice = {.notice = "12/TB-CCT"}, paid = {0};

    (void)state;
    begins();
    ends_step(3, 510);
    holds(FIRST, NULL, "go_on", 510);
    came_from(LEAD, "H11.35-td01");
    works_on_it(FIRST);
    takes("H11.05-td01", FIRST, 515);
    holds(FIRST, "H11.05-td01", "take_turn", 515);
    ends_step(4, 520); /* the next step is its own: they stay */
    holds(FIRST, "H11.05-td01", "take_turn", 515);
    is_signed(5, false, 530);
    holds(LEAD, NULL, "go_on", 530);
    works_on_it(NULL);
    assert_non_null(keep(at(540, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", LEAD)));
    const struct intake_decision *met = keep(at(550, INTAKE_MEET_OBLIGATION, &paid, "H11.35-td01", LEAD));
    assert_string_equal(met->event, "ObligationMet");
    holds(SECOND, NULL, "go_on", 550);
    came_from(LEAD, NULL); /* where nobody had signed for them */
    works_on_it(SECOND);
    ends_step(7, 560);
    holds(FIRST, NULL, "go_on", 560);
    ends_step(8, 570);
    is_signed(9, true, 580); /* whoever decided keeps them */
    holds(FIRST, NULL, "go_on", 560);
    works_on_it(NULL);
    assert_int_equal(moved, 5);
    assert_int_equal(dossier.transfer_count, 1);
}

/* The payment is a step of intake's own; a step to which the process gives no time has no result. */
static void each_says_how_the_step_went_that_ended(void **state)
{
    const struct intake_notice notice = {.notice = "12/TB-CCT"}, paid = {0};

    (void)state;
    begins();
    ends_step_of(LEAD, 3, 510, 510, 0);
    gave_on(0, TIMING_ON_TIME, 510);
    ends_step_of(FIRST, 4, 520, 515, 5); /* the next step is its own: they stay, and nothing is said */
    assert_int_equal(moved, 1);
    is_signed(5, false, 530);
    gave_on(1, TIMING_NONE, 0);
    assert_non_null(keep(at(540, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", LEAD)));
    const struct intake_decision *met = keep(at(550, INTAKE_MEET_OBLIGATION, &paid, "H11.35-td01", LEAD));
    assert_true(met->timed);
    assert_int_equal(gave[2].result, TIMING_EARLY);
    assert_int_equal(gave[2].due_at, met->clock.due);
    ends_step_of(SECOND, 7, 560, 559, 1);
    gave_on(3, TIMING_LATE, 559);
}

/* Refused, they go on from whom they came: the work that ends is that of the unit which did not take them. */
static void what_another_unit_ends_is_not_the_givers(void **state)
{
    (void)state;
    begins();
    ends_step_of(LEAD, 3, 510, 520, 0);
    gave_on(0, TIMING_EARLY, 520);
    keep(at(515, INTAKE_REFUSE_TURN, &why, "H11.05-td01", FIRST));
    ends_step(4, 520);
    const struct step_clock clock = {.unit = FIRST, .due = MINUTE(530)};
    const struct intake_progress c = {
        .step = 5, .outcome = OUTCOME_GRANTED, .at = MINUTE(530), .clock = &clock, .judged = STEP_BY_TIME};
    keep(at(532, INTAKE_DECIDE, &c, NULL, NULL));
    gave_on(moved - 1, TIMING_NONE, 0);
}

static void they_go_back_to_who_appraises_once_more(void **state)
{
    (void)state;
    begins();
    ends_step(3, 510);
    goes_back(4, 520); /* a draft that was not endorsed */
    holds(LEAD, NULL, "go_back", 520);
    works_on_it(NULL);
    takes("H11.35-td01", LEAD, 525);
    ends_step(3, 530);
    came_from(LEAD, "H11.35-td01");
    ends_step(4, 540);
    goes_back(5, 550); /* a decision that was not taken */
    holds(LEAD, NULL, "go_back", 550);
    keep(at(555, INTAKE_REFUSE_TURN, &why, "H11.35-td01", LEAD)); /* also what comes back */
    struct intake_holder h = intake_holder_of(&dossier);
    is_held(h, FIRST, NULL, "refuse_turn", 555);
    assert_string_equal(h.going_to, LEAD);
}

/* Nobody waits until they are taken: the work goes on, and they go from whoever has them. */
static void what_is_refused_goes_on_from_whom_it_came(void **state)
{
    (void)state;
    begins();
    ends_step(3, 510);
    keep(at(515, INTAKE_REFUSE_TURN, &why, "H11.05-td01", FIRST));
    ends_step(4, 520);
    assert_string_equal(intake_holder_of(&dossier).going_to, FIRST);
    goes_back(5, 530);
    holds(LEAD, NULL, "go_back", 530);
    came_from(LEAD, "H11.35-td01"); /* they never left it */
    assert_null(at(535, INTAKE_TAKE_TURN, &none, "H11.35-td01", LEAD));
    assert_string_equal(err.en, "the papers have not left unit H11.35: there is nothing to sign for");
    ends_step(3, 540);
    holds(FIRST, NULL, "go_on", 540);
}

static void who_may_not_sign(void **state)
{
    (void)state;
    begins();
    ends_step(3, 510);
    assert_null(at(515, INTAKE_TAKE_TURN, &none, "H11.01-td01", SECOND));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(at(515, INTAKE_REFUSE_TURN, &why, "H11.35-td01", LEAD));
    assert_int_equal(err.code, ERR_FORBIDDEN);
}

static void where_nothing_is_passed_on(void **state)
{
    struct intake_facts f = bed_facts(arena, catalogue, "H11.05-td01", FIRST, 520);
    struct intake_decision out;

    (void)state;
    begins();
    dossier.route = ROUTE_ON_THE_SPOT; /* they stay at the counter, the work goes on */
    ends_step(3, 510);
    holds(LEAD, "H11.35-td01", "take_transfer", 500);
    works_on_it(FIRST);
    begins();
    dossier.transfer_count = 0; /* no transfer has brought them from another unit's counter */
    dossier.receiving_unit = SECOND;
    ends_step(3, 510);
    holds(SECOND, "H11.35-tn01", "receive", 480);
    begins();
    ends_step(3, 510);
    assert_int_equal(intake_decide(&dossier, INTAKE_TAKE_TURN, &none, &f, &out, &err), ERR_ILLEGAL_MOVE); /* of files */
    assert_string_equal(err.field, "turn");
}

/* A step that another unit does beside co-operating ones: from the lead, where they were last, they go on. */
static void behind_the_last_turn_they_go_on_from_the_lead(void **state)
{
    (void)state;
    begins();
    hear(TURN(SECOND, false, 510));
    ends_step(3, 515); /* untrue, and nothing follows from it: the lead does not have them */
    holds(SECOND, NULL, "open_parts", 510);
    hear(ENDS(SECOND, 520));
    ends_step(3, 530);
    holds(FIRST, NULL, "go_on", 530);
    came_from(LEAD, "H11.35-td01");
    /* another step with turns, and another lead */
    hear((struct told){.act = INTAKE_OPEN_PARTS, .unit = SECOND, .lead = FIRST, .minute = 540});
    hear(ENDS(SECOND, 550));
    holds(FIRST, NULL, "end_part", 550);
}

static const struct intake_component more[] = {{.name = "Bản sao", .copies = 1}};
static const struct intake_supply brings = {.channel = CHANNEL_COUNTER, .components = more, .component_count = 1};

static void what_a_supplement_brought_follows(void **state)
{
    (void)state;
    begins();
    hear(TELLS(REQUEST_SUPPLEMENT, 510));
    keep(at(520, INTAKE_RECEIVE_SUPPLEMENT, &brings, "H11.35-tn01", LEAD));
    assert_string_equal(intake_apart(&dossier, 1)->to_unit, LEAD);
    keep(at(525, INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", LEAD));
    ends_step(3, 530); /* it is on its way */
    struct intake_holder h = intake_holder_apart(&dossier, intake_apart(&dossier, 1));
    is_held(h, LEAD, "H11.35-tn01", "give_transfer", 525);
    assert_string_equal(h.going_to, FIRST);
    assert_null(at(535, INTAKE_TAKE_TRANSFER, &supply, "H11.35-td01", LEAD));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    keep(at(540, INTAKE_TAKE_TRANSFER, &supply, "H11.05-td01", FIRST));
    assert_null(intake_apart(&dossier, 1));
    holds(FIRST, NULL, "go_on", 530);
}

static void what_comes_later_goes_to_whoever_has_the_dossier(void **state)
{
    (void)state;
    begins();
    ends_step(3, 510);
    hear(TELLS(REQUEST_SUPPLEMENT, 515));
    keep(at(520, INTAKE_RECEIVE_SUPPLEMENT, &brings, "H11.35-tn01", LEAD));
    assert_string_equal(intake_apart(&dossier, 1)->to_unit, FIRST);
    keep(at(525, INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", LEAD));
    keep(at(540, INTAKE_TAKE_TRANSFER, &supply, "H11.05-td01", FIRST));
}

static void whatever_breaks_it_off_they_are_where_they_went(void **state)
{
    static const enum intake_act ends[] = {INTAKE_GRANT_WITHDRAWAL, INTAKE_STOP};
    static const struct intake_move_back all = {0};

    (void)state;
    for (size_t e = 0; e < COUNT_OF(ends); e++)
        for (int back = 0; back <= 1; back++) {
            struct intake_turn wanted = {0};
            for (int first = 0; first <= 1; first++) {
                begins();
                ends_step(3, 510);
                if (first)
                    hear((struct told){.act = ends[e], .minute = 525});
                if (back)
                    goes_back(4, 520);
                else
                    ends_step(4, 520);
                if (!first)
                    hear((struct told){.act = ends[e], .minute = 525});
                works_on_it(NULL);
                if (!first)
                    wanted = dossier.turn;
                assert_string_equal(dossier.turn.unit, back ? LEAD : FIRST);
                assert_true(dossier.turn.by == (int)(back ? INTAKE_GO_BACK : INTAKE_GO_ON));
            }
            assert_true(dossier.turn.since == wanted.since);
            assert_string_equal(dossier.turn.from_unit, wanted.from_unit);
        }
    const struct intake_decision *out = at(560, INTAKE_BRING_BACK, &all, "H11.35-td01", LEAD);
    assert_non_null(out);
    assert_string_equal(out->way->from_unit, LEAD);
}

static const int one[] = {1};
static const struct intake_note_loss lost = {.components = one,
                                             .count = 1,
                                             .what = INTAKE_HARM_LOST,
                                             .found = INTAKE_FOUND_TRANSFER,
                                             .minutes = {.id = {{7}}, .kind = DOCUMENT_LOSS_MINUTES, .pages = 1}};

static void a_loss_is_the_next_units(void **state)
{
    (void)state;
    begins();
    ends_step(3, 510);
    const struct intake_decision *out = at(520, INTAKE_NOTE_LOSS, &lost, "H11.05-tr01", FIRST);
    assert_non_null(out);
    assert_string_equal(out->loss->unit, FIRST);
    assert_null(out->loss->post);
    assert_null(at(520, INTAKE_NOTE_LOSS, &lost, "H11.01-td01", SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_the_end_of_each_step_they_go_on, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(each_says_how_the_step_went_that_ended, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(what_another_unit_ends_is_not_the_givers, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(they_go_back_to_who_appraises_once_more, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_goes_on_from_whom_it_came, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(who_may_not_sign, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(where_nothing_is_passed_on, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(behind_the_last_turn_they_go_on_from_the_lead, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(what_a_supplement_brought_follows, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(what_comes_later_goes_to_whoever_has_the_dossier, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(whatever_breaks_it_off_they_are_where_they_went, set_up_chain, tear_down),
        cmocka_unit_test_setup_teardown(a_loss_is_the_next_units, set_up_chain, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
