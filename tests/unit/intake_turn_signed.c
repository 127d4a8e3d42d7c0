/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs for papers that go round the units that co-operate, and who does not: each act in each state of a turn with
 * its sentence, whose they are then, and that no turn waits for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_round.h"

static const struct intake_sign_turn none, why = {.reason = "thiếu trang"};

static const struct intake_decision *takes(const char *actor, const char *unit, int minute)
{
    return at(minute, INTAKE_TAKE_TURN, &none, actor, unit);
}

static const struct intake_decision *refuses(const char *actor, const char *unit, int minute)
{
    return at(minute, INTAKE_REFUSE_TURN, &why, actor, unit);
}

static void is_refused(const struct intake_decision *out, enum err_code code, const char *field, const char *en)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
    assert_string_equal(err.en, en);
}

/* The papers are refused: they are with whom they came from, and still to go there. */
static void is_with(const char *unit, const char *post, const char *going_to, int minute)
{
    struct intake_holder h = intake_holder_of(&dossier);

    is_held(h, unit, post, "refuse_turn", minute);
    assert_string_equal(h.going_to, going_to);
}

/* The turn of the first unit, in a state. */
static void in_state(enum intake_turn_state state)
{
    taken();
    hear(TURN(FIRST, true, 510));
    if (state == INTAKE_TURN_TAKEN)
        keep(takes("H11.05-td01", FIRST, 515));
    if (state == INTAKE_TURN_REFUSED)
        keep(refuses("H11.05-td01", FIRST, 515));
}

/* Who would not take them may sign after all; what was signed for stays so. */
static const struct allowed signatures[] = {
    {FROM(INTAKE_TURN_PASSED_ON) | FROM(INTAKE_TURN_REFUSED), INTAKE_TAKE_TURN, INTAKE_TURN_TAKEN, "TurnTaken"},
    {FROM(INTAKE_TURN_PASSED_ON), INTAKE_REFUSE_TURN, INTAKE_TURN_REFUSED, "TurnRefused"},
};

static void every_state_and_act(void **state)
{
    (void)state;
    table_is(&intake_turn_fsm, signatures, COUNT_OF(signatures));
    for (int from = 0; from < INTAKE_TURN_STATE_COUNT; from++)
        for (int act = INTAKE_TAKE_TURN; act <= INTAKE_REFUSE_TURN; act++) {
            const struct allowed *e = allowed_next(signatures, COUNT_OF(signatures), from, act, NULL);
            char vi[256], en[256];

            in_state((enum intake_turn_state)from);
            const struct intake_decision *out = at(520, (enum intake_act)act, &why, "H11.05-tr01", FIRST);
            if (e) {
                assert_non_null(out);
                assert_int_equal(out->next.turn.state, e->to);
                told_is(e, out->event);
                assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
                assert_string_equal(out->place, "office");
                continue;
            }
            (void)snprintf(vi, sizeof vi, "không thể %s khi việc chuyển giấy tờ đến đơn vị H11.05 ở trạng thái \"%s\"",
                           intake_turn_fsm.acts_vi[act], intake_turn_fsm.states_vi[from]);
            (void)snprintf(en, sizeof en, "cannot %s when the passing of the papers to unit H11.05 is %s",
                           intake_act_names[act], intake_turn_state_names[from]);
            is_refused(out, ERR_ILLEGAL_MOVE, "turn", en);
            assert_string_equal(err.vi, vi);
        }
}

static void each_unit_signs_in_its_turn(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    keep(takes("H11.05-td01", FIRST, 515));
    holds(FIRST, "H11.05-td01", "take_turn", 515);
    hear(ENDS(FIRST, 520));
    hear(TURN(SECOND, false, 520));
    holds(SECOND, NULL, "open_parts", 520);
    assert_string_equal(dossier.turn.from_unit, FIRST);
    assert_string_equal(dossier.turn.from_post, "H11.05-td01");
    hear(ENDS(SECOND, 530)); /* which has not signed */
    holds(LEAD, "H11.35-td01", "end_part", 530);
    assert_string_equal(dossier.turn.from_unit, SECOND);
    assert_null(dossier.turn.from_post);
    is_refused(refuses("H11.35-tr01", LEAD, 534), ERR_ILLEGAL_MOVE, "turn",
               "the papers are back with the lead, H11.35: it takes them, and notes what is missing as lost");
    keep(takes("H11.35-tr01", LEAD, 535));
    holds(LEAD, "H11.35-tr01", "take_turn", 535);
    hear(TURN(FIRST, false, 540)); /* in another round */
    hear(ENDS(FIRST, 550));
    holds(LEAD, "H11.35-tr01", "end_part", 550); /* who had them there last */
}

static void what_is_refused_is_with_whom_it_came_from(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    const struct intake_decision *out = keep(refuses("H11.05-td01", FIRST, 515));
    assert_string_equal(out->not_taken, "thiếu trang");
    is_with(LEAD, "H11.35-td01", FIRST, 515);
    keep(takes("H11.05-tr01", FIRST, 516)); /* put right */
    holds(FIRST, "H11.05-tr01", "take_turn", 516);
    hear(ENDS(FIRST, 520));
    hear(TURN(SECOND, false, 520));
    keep(refuses("H11.01-td01", SECOND, 525));
    is_with(FIRST, "H11.05-tr01", SECOND, 525);
    hear(ENDS(SECOND, 530)); /* and never put right */
    holds(LEAD, "H11.35-td01", "end_part", 530);
    assert_string_equal(dossier.turn.from_unit, FIRST);
}

/* Refused and not put right: the next turn begins, or the last one ends, where the papers are. */
static void no_turn_waits_for_it(void **state)
{
    (void)state;
    in_state(INTAKE_TURN_REFUSED);
    hear(ENDS(FIRST, 520));
    is_with(LEAD, "H11.35-td01", FIRST, 515);
    hear(TURN(SECOND, false, 520));
    holds(SECOND, NULL, "open_parts", 520);
    assert_string_equal(dossier.turn.from_unit, LEAD);
    assert_string_equal(dossier.turn.from_post, "H11.35-td01");
    in_state(INTAKE_TURN_REFUSED);
    hear(TELLS(REQUEST_SUPPLEMENT, 525));
    holds(LEAD, "H11.35-td01", "request_supplement", 525);
    is_refused(takes("H11.35-tr01", LEAD, 530), ERR_ILLEGAL_MOVE, "turn",
               "the papers have not left unit H11.35: there is nothing to sign for");
    in_state(INTAKE_TURN_TAKEN);
    hear(TELLS(REQUEST_SUPPLEMENT, 525));
    assert_int_equal(dossier.state, INTAKE_AWAITING_SUPPLEMENT);
    keep(takes("H11.35-td01", LEAD, 530));
    holds(LEAD, "H11.35-td01", "take_turn", 530);
}

/* What was signed before the end was heard of stands, and the papers come back behind it. */
static void an_end_breaks_it_off(void **state)
{
    (void)state;
    in_state(INTAKE_TURN_TAKEN);
    hear(TELLS(STOP, 512));
    holds(LEAD, "H11.35-td01", "stop", 515);
    is_refused(refuses("H11.05-td01", FIRST, 520), ERR_ILLEGAL_MOVE, "turn",
               "the turn of unit H11.05 was broken off with the dossier");
    in_state(INTAKE_TURN_REFUSED);
    hear(TELLS(GRANT_WITHDRAWAL, 520));
    holds(LEAD, "H11.35-td01", "grant_withdrawal", 520);
    is_refused(takes("H11.05-td01", FIRST, 525), ERR_ILLEGAL_MOVE, "", "cannot take_turn a dossier that is withdrawn");
}

/* What was refused and put right is one hand-over, and says of it what it said. Where they were not taken from, another
 * unit's work is not that of whoever gives them on. */
static void a_refusal_does_not_change_how_the_work_went(void **state)
{
    (void)state;
    in_state(INTAKE_TURN_TAKEN);
    hear(went(ENDS(FIRST, 520), FIRST, 525, 0, STEP_BY_MOMENT));
    hear(TURN(SECOND, false, 520));
    gave_on(2, TIMING_ON_TIME, 525);
    keep(refuses("H11.01-td01", SECOND, 525));
    keep(takes("H11.01-td01", SECOND, 526));
    gave_on(3, TIMING_NONE, 0); /* a signature is no move */
    hear(went(ENDS(SECOND, 530), SECOND, 525, 5, STEP_BY_MOMENT));
    gave_on(5, TIMING_LATE, 525);
    in_state(INTAKE_TURN_REFUSED);
    hear(went(ENDS(FIRST, 520), FIRST, 525, 0, STEP_BY_MOMENT));
    hear(TURN(SECOND, false, 520));
    gave_on(2, TIMING_NONE, 0); /* the lead gives them */
    keep(refuses("H11.01-td01", SECOND, 525));
    hear(went(ENDS(SECOND, 530), SECOND, 525, 5, STEP_BY_MOMENT));
    gave_on(4, TIMING_NONE, 0);
}

/* Who signs has not heard yet that they went on: they did so behind that. */
static void what_crossed_keeps_its_order(void **state)
{
    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    keep(takes("H11.05-td01", FIRST, 525));
    hear(ENDS(FIRST, 520));
    hear(TURN(SECOND, false, 520));
    holds(SECOND, NULL, "open_parts", 525);
    keep(refuses("H11.01-td01", SECOND, 540));
    hear(ENDS(SECOND, 530));
    holds(LEAD, "H11.35-td01", "end_part", 540);
}

static void who_may_not(void **state)
{
    (void)state;
    taken();
    is_refused(takes("H11.05-td01", FIRST, 505), ERR_ILLEGAL_MOVE, "turn",
               "the papers of this dossier do not go round other units");
    hear(TURN(FIRST, true, 510));
    is_refused(takes("H11.35-tr01", LEAD, 515), ERR_FORBIDDEN, "actor",
               "the papers have come to unit H11.05, not H11.35");
    is_refused(refuses("H11.05-tn01", FIRST, 515), ERR_FORBIDDEN, "actor",
               "post \"H11.05-tn01\" has no role to take papers over");
    is_refused(at(515, INTAKE_REFUSE_TURN, &none, "H11.05-td01", FIRST), ERR_INVALID, "reason",
               "a refusal needs a reason");
    dossier.turn.from_post = "H11.05-td01";
    is_refused(takes("H11.05-td01", FIRST, 515), ERR_FORBIDDEN, "actor", "giver and receiver must be two persons");
    assert_non_null(takes("H11.05-tr01", FIRST, 515));
}

/* Signed on paper while the system was away, and entered behind it: never before the papers came. */
static void a_late_entry_lies_behind_the_turn(void **state)
{
    struct intake_facts f;
    struct intake_decision out;

    (void)state;
    taken();
    hear(TURN(FIRST, true, 510));
    f = bed_facts(arena, catalogue, "H11.05-td01", FIRST, 509);
    f.sheets = &sheet;
    f.sheet_count = 1;
    f.recorded_at = MINUTE(600);
    assert_int_equal(intake_decide(&dossier, INTAKE_TAKE_TURN, &none, &f, &out, &err), ERR_INVALID);
    assert_string_equal(err.field, "Taicho-Late-Entry.occurred_at");
    f.now = MINUTE(511);
    assert_int_equal(intake_decide(&dossier, INTAKE_TAKE_TURN, &none, &f, &out, &err), ERR_OK);
    assert_int_equal(out.next.turn.answered_at, MINUTE(511));
}

/* The next working day; by the term of the day on which they were passed on, whatever it becomes. */
static void until_when_a_unit_signs(void **state)
{
    static const struct {
        int32_t day, last;
    } rows[] = {{18170, 18171}, /* a Tuesday */
                {18173, 18176}, /* on a Friday, by Monday; */
                {18174, 18176}, /* so on a Saturday */
                {BED_DECREE - 1, BED_DECREE},
                {BED_DECREE, BED_DECREE + 2},
                {18627, INT32_MAX}}; /* the last day of the calendar */

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(intake_sign_until(catalogue, rows[i].day), rows[i].last);
}

static const int one[] = {1};
static const struct intake_note_loss lost = {.components = one,
                                             .count = 1,
                                             .what = INTAKE_HARM_LOST,
                                             .found = INTAKE_FOUND_TRANSFER,
                                             .minutes = {.id = {{7}}, .kind = DOCUMENT_LOSS_MINUTES, .pages = 1}};

static void whose_loss_it_is(void **state)
{
    (void)state;
    in_state(INTAKE_TURN_TAKEN);
    is_refused(at(520, INTAKE_NOTE_LOSS, &lost, "H11.35-td01", LEAD), ERR_FORBIDDEN, "actor",
               "the papers are held by unit H11.05, not H11.35");
    const struct intake_decision *out = at(520, INTAKE_NOTE_LOSS, &lost, "H11.05-tr01", FIRST);
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.05-td01");
    in_state(INTAKE_TURN_REFUSED); /* the unit says what is missing, and who had it answers for it */
    out = at(520, INTAKE_NOTE_LOSS, &lost, "H11.05-tr01", FIRST);
    assert_non_null(out);
    assert_string_equal(out->loss->unit, LEAD);
    assert_string_equal(out->loss->post, "H11.35-td01");
    assert_string_equal(out->loss->going_to, FIRST);
    assert_non_null(at(520, INTAKE_NOTE_LOSS, &lost, "H11.35-tn01", LEAD));
    assert_null(at(520, INTAKE_NOTE_LOSS, &lost, "H11.01-tn01", SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_state_and_act, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_unit_signs_in_its_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_is_with_whom_it_came_from, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_turn_waits_for_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_end_breaks_it_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_does_not_change_how_the_work_went, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_crossed_keeps_its_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_may_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_entry_lies_behind_the_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(until_when_a_unit_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whose_loss_it_is, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
