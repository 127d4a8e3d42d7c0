/* SPDX-License-Identifier: Apache-2.0 */
/* Who has the papers at any hour, and what goes back to the citizen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static struct intake_dossier dossier;

static bool act(enum intake_act act, const void *command, const char *actor, int minute)
{
    struct intake_facts f = bed_facts(arena, catalogue, actor, "H11.35", minute);
    struct intake_decision out;

    err = (struct err){.code = ERR_OK};
    if (intake_decide(act == INTAKE_RECEIVE ? NULL : &dossier, act, command, &f, &out, &err))
        return false;
    dossier = out.next;
    return true;
}

static void receive(void)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    assert_true(act(INTAKE_RECEIVE, &c, "H11.35-tn01", 480));
}

static void holds(const char *post, const char *going_to, const char *by, int minute)
{
    struct intake_holder h = intake_holder_of(&dossier);

    assert_string_equal(h.post, post);
    assert_string_equal(h.unit, "H11.35");
    assert_int_equal(h.since, instant_of_day(BED_DAY, minute));
    assert_string_equal(h.act, by);
    assert_true((h.going_to != NULL) == (going_to != NULL));
    if (going_to)
        assert_string_equal(h.going_to, going_to);
}

static void a_transfer_moves_them_when_its_receiver_signs(void **state)
{
    struct intake_move move = {.reason = "thiếu trang"};

    (void)state;
    receive();
    holds("H11.35-tn01", NULL, "receive", 480);
    assert_true(act(INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", 490));
    holds("H11.35-tn01", "H11.35", "give_transfer", 490); /* until then the giver answers for them */
    assert_true(act(INTAKE_REFUSE_TRANSFER, &move, "H11.35-td01", 500));
    holds("H11.35-tn01", NULL, "refuse_transfer", 500);
    assert_true(act(INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", 510));
    assert_true(act(INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", 520));
    holds("H11.35-td01", NULL, "take_transfer", 520);
}

/* A later transfer that only waits moves nothing. */
static void a_transfer_that_waits_moves_nothing(void **state)
{
    (void)state;
    receive();
    dossier.transfers[dossier.transfer_count++] = (struct intake_transfer){
        .step = 9, .from_unit = "H11.35", .to_unit = "H11.05", .given_at = INSTANT_NONE, .answered_at = INSTANT_NONE};
    holds("H11.35-tn01", NULL, "receive", 480);
}

static void a_clock_that_was_set_back_hides_no_transfer(void **state)
{
    struct intake_move move = {0};

    (void)state;
    receive();
    assert_true(act(INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", 470));
    holds("H11.35-tn01", "H11.35", "give_transfer", 470);
}

#define SHEETS 5
static const struct intake_sheet sheets[SHEETS] = {
    {.number = 1, .originals = 1, .paper = true, .to_return = true},
    {.number = 2, .originals = 2, .paper = true, .to_return = true},
    {.number = 3, .originals = 1, .paper = true},
    {.number = 4, .paper = false},
    {.number = 5, .originals = 1, .paper = true, .to_return = true, .given_back = true},
};

static struct intake_decision *give_back(const int *numbers, int count, const char *actor, int minute, int known)
{
    struct intake_give_back *c = ARENA_NEW(arena, struct intake_give_back);
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, "H11.35", minute);

    *c = (struct intake_give_back){.components = numbers, .count = count};
    f.sheets = sheets;
    f.sheet_count = known;
    err = (struct err){.code = ERR_OK};
    return intake_decide(&dossier, INTAKE_GIVE_BACK, c, &f, out, &err) ? NULL : out;
}

static void what_is_to_go_back_goes_back(void **state)
{
    static const int third[] = {3};
    const struct intake_decision *out;

    (void)state;
    receive();
    out = give_back(NULL, 0, "H11.35-tn01", 500, SHEETS);
    assert_non_null(out);
    assert_string_equal(out->event, "PapersGivenBack");
    assert_string_equal(out->place, "H11.35-Q1");
    assert_int_equal(out->next.state, INTAKE_RECEIVED);
    assert_int_equal(out->given_back_count, 2);
    assert_int_equal(out->given_back[0], 1);
    assert_int_equal(out->given_back[1], 2);
    assert_int_equal(out->given_back_originals, 3);
    out = give_back(third, 1, "H11.35-tk01", 500, SHEETS); /* one that would have been kept; by who returns results */
    assert_non_null(out);
    assert_int_equal(out->given_back_count, 1);
    assert_int_equal(out->given_back[0], 3);
}

static const struct {
    const char *what, *actor;
    int numbers[2], count, minute, known;
    enum err_code code;
    const char *field;
} wrong[] = {
    {"no such component", "H11.35-tn01", {6}, 1, 500, SHEETS, ERR_INVALID, "components"},
    {"a file", "H11.35-tn01", {4}, 1, 500, SHEETS, ERR_INVALID, "components"},
    {"given back before", "H11.35-tn01", {5}, 1, 500, SHEETS, ERR_CONFLICT, "components"},
    {"named twice", "H11.35-tn01", {1, 1}, 2, 500, SHEETS, ERR_INVALID, "components"},
    {"nothing is left", "H11.35-tn01", {0}, 0, 500, 0, ERR_CONFLICT, "components"},
    {"a closed counter", "H11.35-tn01", {1}, 1, 419, SHEETS, ERR_INVALID, "counter"},
    {"an appraiser", "H11.35-td01", {1}, 1, 500, SHEETS, ERR_FORBIDDEN, "actor"},
    {"not at a counter", "H11.35-tn09", {1}, 1, 500, SHEETS, ERR_FORBIDDEN, "actor"},
};

static void what_cannot_go_back(void **state)
{
    (void)state;
    receive();
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        if (give_back(wrong[i].numbers, wrong[i].count, wrong[i].actor, wrong[i].minute, wrong[i].known))
            fail_msg("%s", wrong[i].what);
        assert_int_equal(err.code, wrong[i].code);
        assert_string_equal(err.field, wrong[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_transfer_moves_them_when_its_receiver_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transfer_that_waits_moves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_hides_no_transfer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_to_go_back_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_go_back, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
