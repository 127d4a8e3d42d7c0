/* SPDX-License-Identifier: Apache-2.0 */
/* The transfer's own table: each half in each of its states, and the sentence of what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"

/* A dossier whose one transfer is in a state, or whose supplement's is behind that one. */
static struct intake_dossier in_state(enum intake_transfer_state state, int supplement)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
    struct intake_decision out;

    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    assert_int_equal(out.next.transfer_count, 1);
    struct intake_transfer *t = &out.next.transfers[0];
    if (supplement) {
        t->state = INTAKE_TRANSFER_TAKEN;
        out.next.state = INTAKE_IN_PROCESS;
        out.next.transfers[out.next.transfer_count++] = (struct intake_transfer){
            .supplement = supplement, .step = 3, .round = 1, .from_unit = "H11.35", .to_unit = "H11.35"};
        t++;
    }
    t->state = state;
    if (state != INTAKE_TRANSFER_AWAITING) {
        t->given_by = "H11.35-tn01";
        t->given_at = f.now;
    }
    if (state == INTAKE_TRANSFER_TAKEN || state == INTAKE_TRANSFER_REFUSED) {
        t->answered_by = "H11.35-td01";
        t->answered_at = f.now;
    }
    return out.next;
}

/* Two signatures on the control slip; the giver's comes first, and again behind a refusal. */
static const struct allowed halves[] = {
    {FROM(INTAKE_TRANSFER_AWAITING) | FROM(INTAKE_TRANSFER_REFUSED), INTAKE_GIVE_TRANSFER, INTAKE_TRANSFER_GIVEN, NULL},
    {FROM(INTAKE_TRANSFER_GIVEN), INTAKE_TAKE_TRANSFER, INTAKE_TRANSFER_TAKEN, NULL},
    {FROM(INTAKE_TRANSFER_GIVEN), INTAKE_REFUSE_TRANSFER, INTAKE_TRANSFER_REFUSED, NULL},
};

static void every_state_and_half_of(int supplement)
{
    int which = supplement ? 1 : 0;

    table_is(&intake_transfer_fsm, halves, COUNT_OF(halves));
    for (int from = 0; from < INTAKE_TRANSFER_STATE_COUNT; from++)
        for (int act = INTAKE_GIVE_TRANSFER; act <= INTAKE_REFUSE_TRANSFER; act++) {
            struct intake_dossier d = in_state((enum intake_transfer_state)from, supplement);
            struct intake_move move = {
                .supplement = supplement, .step = d.transfers[which].step, .reason = "thiếu trang"};
            const char *who = act == INTAKE_GIVE_TRANSFER ? "H11.35-tn01" : "H11.35-td01";
            struct intake_facts f = bed_facts(arena, catalogue, who, "H11.35", 490);
            const struct allowed *e = allowed_next(halves, COUNT_OF(halves), from, act, NULL);
            struct intake_decision out;
            char vi[256], en[256];

            err = (struct err){.code = ERR_OK};
            enum err_code rc = intake_decide(&d, (enum intake_act)act, &move, &f, &out, &err);
            if (e) {
                assert_int_equal(rc, ERR_OK);
                assert_int_equal(out.next.transfers[which].state, e->to);
                continue;
            }
            (void)snprintf(vi, sizeof vi, "không thể %s khi bước chuyển %d ở trạng thái \"%s\"",
                           intake_transfer_fsm.acts_vi[act], move.step, intake_transfer_fsm.states_vi[from]);
            (void)snprintf(en, sizeof en, "cannot %s when the transfer of step %d is %s", intake_act_names[act],
                           move.step, intake_transfer_state_names[from]);
            assert_int_equal(rc, ERR_ILLEGAL_MOVE);
            assert_string_equal(err.field, "step");
            assert_string_equal(err.vi, vi);
            assert_string_equal(err.en, en);
        }
}

static void every_state_and_half(void **state)
{
    (void)state;
    every_state_and_half_of(0);
}

static void every_state_and_half_of_what_a_supplement_brought(void **state)
{
    (void)state;
    every_state_and_half_of(1);
}

/* Received at 08:00, due when the counter closes; what is signed before it opens again took no working minute more. By
 * the clock on the wall that was late. */
static void the_slip_judges_as_every_step_is_judged(void **state)
{
    static const struct {
        int minute;
        enum timing result;
    } rows[] = {{490, TIMING_ON_TIME}, {1020, TIMING_ON_TIME}, {1080, TIMING_ON_TIME}, {24 * 60 + 425, TIMING_LATE}};

    (void)state;
    for (int supplement = 0; supplement <= 1; supplement++)
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            struct intake_dossier d = in_state(INTAKE_TRANSFER_GIVEN, supplement);
            struct intake_transfer *t = &d.transfers[supplement];
            struct intake_move move = {.supplement = supplement, .step = t->step};
            struct intake_facts f = bed_facts(arena, catalogue, "H11.35-td01", "H11.35", rows[i].minute);
            struct intake_decision out;
            t->opened_at = d.received_at;
            t->due_at = d.received_at + (1020 - 480) * INSTANT_MINUTE;
            assert_int_equal(intake_decide(&d, INTAKE_TAKE_TRANSFER, &move, &f, &out, &err), ERR_OK);
            assert_int_equal(out.next.transfers[supplement].result, rows[i].result);
            assert_int_equal(out.timed, !supplement); /* no step waits for what a supplement brought */
            if (out.timed)
                assert_int_equal(step_clock_timing(&out.clock, STEP_BY_MOMENT, f.now), rows[i].result);
        }
}

static struct intake_decision broken_off(struct intake_dossier d, enum intake_act by, int minute)
{
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, minute + 60); /* it is heard of later */
    struct intake_progress told = {.step = 4, .at = f.now - INSTANT_HOUR};
    struct intake_decision out;

    d.transfers[0].opened_at = d.received_at;
    d.transfers[0].due_at = d.received_at + 60 * INSTANT_MINUTE;
    assert_int_equal(intake_decide(&d, by, &told, &f, &out, &err), ERR_OK);
    return out;
}

/* Who had the papers when their time was over is late, whatever became of the dossier; with time left nobody was. */
static void what_the_end_broke_off_is_late_or_nothing(void **state)
{
    static const enum intake_act ends[] = {INTAKE_GRANT_WITHDRAWAL, INTAKE_STOP};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        for (int s = INTAKE_TRANSFER_AWAITING; s <= INTAKE_TRANSFER_REFUSED; s++) {
            struct intake_dossier d = in_state((enum intake_transfer_state)s, 0);
            struct intake_decision late = broken_off(d, ends[i], 550), early = broken_off(d, ends[i], 500);
            if (s == INTAKE_TRANSFER_TAKEN) {
                assert_null(late.event);
                assert_false(late.timed);
                continue;
            }
            assert_string_equal(late.event, "IntakeBrokenOff");
            assert_int_equal(late.broken_off, STEP_TRANSFER);
            assert_true(late.timed && late.step == d.transfers[0].step &&
                        late.next.broken_off_at < late.next.received_at + INSTANT_DAY);
            assert_int_equal(late.clock.minutes_late, 10);
            assert_int_equal(late.next.transfers[0].result, TIMING_LATE);
            assert_string_equal(early.event, "IntakeBrokenOff");
            assert_true(early.timed && early.clock.minutes_late == 0 && early.clock.minutes_used == 20);
            assert_int_equal(early.next.transfers[0].result, TIMING_NONE);
        }
}

/* A transfer is the receiver's or the clerk's, as its step says; a post that is only the other one does not give it. */
static void who_gives_is_said_by_the_step(void **state)
{
    static const struct process_step steps[] = {
        STEP(RECEIVE, RECEIVER, "receiving", true), STEP(TRANSFER, CLERK, "receiving", false),
        STEP(APPRAISE, APPRAISER, "own", false),    STEP(APPROVE, APPROVER, "own", false),
        STEP(NUMBER_SEAL, CLERK, "own", false),     STEP(RETURN, RETURNER, "receiving", true),
    };
    static const struct process by_clerk = {.record = HEAD("1.000004-district"),
                                            .procedure = "1.000004",
                                            .level = LEVEL_DISTRICT,
                                            .route = ROUTE_BACK_OFFICE,
                                            .total_minutes = 480,
                                            .steps = steps,
                                            .step_count = COUNT_OF(steps)};
    const struct catalogue *c = bed_catalogue_with(arena, &by_clerk);
    struct intake_receive receive = bed_receive("H11.35-Q1", "1.000004");
    struct intake_facts f = bed_facts(arena, c, "H11.35-tn01", "H11.35", 480);
    struct intake_decision out, given;
    struct intake_move move = {0};

    (void)state;
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &receive, &f, &out, &err), ERR_OK);
    assert_int_equal(intake_decide(&out.next, INTAKE_GIVE_TRANSFER, &move, &f, &given, &err), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    f.actor = "H11.35-2v";
    assert_int_equal(intake_decide(&out.next, INTAKE_GIVE_TRANSFER, &move, &f, &given, &err), ERR_OK);
    assert_string_equal(given.event, "TransferGiven");
    assert_string_equal(given.next.transfers[0].given_by, "H11.35-2v");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_state_and_half, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_state_and_half_of_what_a_supplement_brought, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_slip_judges_as_every_step_is_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_the_end_broke_off_is_late_or_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_gives_is_said_by_the_step, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
