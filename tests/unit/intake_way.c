/* SPDX-License-Identifier: Apache-2.0 */
/* Papers on their way back to the counter: who may give them, who answers, and that nothing else gets there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define SHEETS 4
static struct intake_dossier dossier;
static struct intake_sheet sheets[SHEETS];

static const struct intake_decision *at(int minute, enum intake_act act, const void *command, const char *actor,
                                        const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, minute);

    f.sheets = sheets;
    f.sheet_count = SHEETS;
    err = (struct err){.code = ERR_OK};
    return intake_decide(act == INTAKE_RECEIVE ? NULL : &dossier, act, command, &f, out, &err) ? NULL : out;
}

/* keep makes what was decided the state of the dossier and of its papers. */
static const struct intake_decision *keep(const struct intake_decision *out)
{
    if (!out)
        fail_msg("%s: %s", err.field, err.en);
    dossier = out->next;
    for (int n = 0; out->way && n < SHEETS; n++)
        if (sheets[n].way == out->way->number)
            sheets[n].way = 0, sheets[n].lies = (struct intake_holder){0};
    for (int n = 0; out->way && n < out->way->component_count; n++) {
        struct intake_sheet *s = &sheets[out->way->components[n] - 1];
        s->way = out->way->number;
        s->left_at = out->way->given_at;
        s->lies = intake_holder_on(out->way);
    }
    for (int n = 0; n < out->given_back_count; n++)
        sheets[out->given_back[n] - 1].given_back = true;
    return out;
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field, const char *what)
{
    if (out)
        fail_msg("%s: done", what);
    if (err.code != code)
        fail_msg("%s: %s", what, err.en);
    assert_string_equal(err.field, field);
    assert_true(err.vi[0] && err.en[0]);
}

/* Two originals go back, one is kept, and one is a file; all is with the appraiser. */
static void with_the_appraiser(void)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    static const struct intake_move move = {0};

    memcpy(sheets,
           (struct intake_sheet[SHEETS]){{.number = 1, .originals = 1, .paper = true, .to_return = true},
                                         {.number = 2, .originals = 2, .paper = true, .to_return = true},
                                         {.number = 3, .originals = 1, .paper = true},
                                         {.number = 4, .file = true}},
           sizeof sheets);
    keep(at(480, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35"));
    keep(at(490, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", "H11.35"));
    keep(at(500, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", "H11.35"));
}

static const struct intake_move_back all, for_want = {.reason = "thiếu một trang"};
static const struct intake_give_back give;

static const struct intake_decision *bring(int minute, const int *numbers, int count, const char *actor)
{
    struct intake_move_back *c = ARENA_NEW(arena, struct intake_move_back);

    *c = (struct intake_move_back){.components = numbers, .count = count};
    return at(minute, INTAKE_BRING_BACK, c, actor, "H11.35");
}

static void lies(int number, const char *post, const char *going_to, const char *by, int minute)
{
    struct intake_holder h = intake_holder_of_sheet(&dossier, &sheets[number - 1]);

    assert_string_equal(h.unit, "H11.35");
    assert_string_equal(h.post, post);
    assert_string_equal(h.act, by);
    assert_int_equal(h.since, instant_of_day(BED_DAY, minute));
    assert_true((h.going_to != NULL) == (going_to != NULL));
}

static void two_sign_and_then_the_citizen_has_them(void **state)
{
    (void)state;
    with_the_appraiser();
    refused(at(505, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components",
            "not at the counter");
    const struct intake_decision *out = keep(bring(510, NULL, 0, "H11.35-td01"));
    assert_string_equal(out->event, "PapersBroughtBack");
    assert_int_equal(out->way->number, 1);
    assert_int_equal(out->way->component_count, 2);
    assert_int_equal(out->way->originals, 3);
    assert_string_equal(out->way->from_unit, "H11.35");
    assert_string_equal(out->way->to_unit, "H11.35");
    assert_true(out->next.due_at == dossier.due_at && out->next.state == INTAKE_RECEIVED);
    lies(1, "H11.35-td01", "H11.35", "bring_back", 510); /* until it is signed for the giver answers for it */
    lies(3, "H11.35-td01", NULL, "take_transfer", 500);
    refused(at(515, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components", "on their way");
    refused(bring(515, NULL, 0, "H11.35-td01"), ERR_CONFLICT, "components", "brought twice");
    out = keep(at(520, INTAKE_REFUSE_BACK, &for_want, "H11.35-tk01", "H11.35"));
    assert_string_equal(out->event, "PapersBackRefused");
    assert_string_equal(out->way->reason, for_want.reason);
    lies(2, "H11.35-td01", NULL, "refuse_back", 520);
    assert_int_equal(keep(bring(530, NULL, 0, "H11.35-td01"))->way->number, 2);
    out = keep(at(540, INTAKE_TAKE_BACK, &all, "H11.35-tk01", "H11.35"));
    assert_string_equal(out->event, "PapersTakenBack");
    assert_string_equal(out->place, "H11.35-Q1");
    lies(1, "H11.35-tk01", NULL, "take_back", 540);
    lies(3, "H11.35-td01", NULL, "take_transfer", 500); /* what is kept stays where it was */
    refused(bring(545, NULL, 0, "H11.35-td01"), ERR_CONFLICT, "components", "they are there");
    out = keep(at(550, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"));
    assert_int_equal(out->given_back_count, 2);
    assert_string_equal(out->given_back_by.post, "H11.35-tk01");
    refused(bring(555, NULL, 0, "H11.35-td01"), ERR_CONFLICT, "components", "the citizen has them");
}

static void one_by_one(void **state)
{
    static const int second[] = {2}, first[] = {1}, third[] = {3}, both[] = {2, 1};
    const struct intake_give_back gives_both = {.components = both, .count = 2};

    (void)state;
    with_the_appraiser();
    keep(bring(510, second, 1, "H11.35-td01"));
    keep(at(520, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"));
    lies(1, "H11.35-td01", NULL, "take_transfer", 500);
    refused(at(525, INTAKE_GIVE_BACK, &gives_both, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components",
            "one is not here");
    refused(bring(525, second, 1, "H11.35-td01"), ERR_CONFLICT, "components", "it is there");
    keep(bring(530, third, 1, "H11.35-td01")); /* what would have been kept may go, too */
    keep(at(540, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"));
    const struct intake_decision *out = keep(at(550, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"));
    assert_int_equal(out->given_back_count, 1); /* of what is to go back, what is here */
    assert_int_equal(out->given_back[0], 2);
    assert_int_equal(keep(bring(560, first, 1, "H11.35-td01"))->way->number, 3);
}

static void who_may_not(void **state)
{
    static const int first[] = {1}, file[] = {4}, none[] = {9}, twice[] = {1, 1};
    static const struct {
        const char *what, *actor;
        const int *numbers;
        int count;
        enum err_code code;
        const char *field;
    } rows[] = {
        {"who only receives", "H11.35-tn01", first, 1, ERR_FORBIDDEN, "actor"},
        {"no such component", "H11.35-td01", none, 1, ERR_INVALID, "components"},
        {"a file", "H11.35-td01", file, 1, ERR_INVALID, "components"},
        {"named twice", "H11.35-td01", twice, 2, ERR_INVALID, "components"},
    };

    (void)state;
    with_the_appraiser();
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        refused(bring(510, rows[i].numbers, rows[i].count, rows[i].actor), rows[i].code, rows[i].field, rows[i].what);
    refused(at(510, INTAKE_BRING_BACK, &all, "H11.05-td01", "H11.05"), ERR_FORBIDDEN, "actor", "another unit");
    refused(at(510, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"), ERR_ILLEGAL_MOVE, "components", "nothing came");
    keep(bring(510, NULL, 0, "H11.35-td01"));
    refused(at(520, INTAKE_TAKE_BACK, &all, "H11.05-tn01", "H11.05"), ERR_FORBIDDEN, "actor", "another counter");
    refused(at(520, INTAKE_TAKE_BACK, &all, "H11.35-tn09", "H11.35"), ERR_FORBIDDEN, "actor", "at no counter");
    refused(at(520, INTAKE_REFUSE_BACK, &all, "H11.35-tn01", "H11.35"), ERR_INVALID, "reason", "without a reason");
}

/* Whoever sits at the counter has them there, though he signed for them as a clerk: nothing is to be brought. */
static void at_the_counter_nothing_is_brought(void **state)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    with_the_appraiser();
    keep(at(480, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35"));
    refused(bring(510, NULL, 0, "H11.35-2v"), ERR_CONFLICT, "components", "they have not left the counter");
    assert_int_equal(keep(at(520, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"))->given_back_count, 2);
}

/* Who received them, or signed for them there, has another post meanwhile; they lie at the counter all the same. */
static void the_counter_has_them_whoever_sits_there(void **state)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    with_the_appraiser();
    keep(at(480, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35"));
    dossier.received_by = "H11.35-tn77";
    assert_non_null(at(520, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"));
    with_the_appraiser();
    keep(bring(510, NULL, 0, "H11.35-td01"));
    keep(at(520, INTAKE_TAKE_BACK, &all, "H11.35-tk01", "H11.35"));
    for (int n = 0; n < SHEETS; n++)
        if (sheets[n].lies.unit)
            sheets[n].lies.post = "H11.35-tk77";
    assert_non_null(at(530, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"));
}

/* Giver and receiver are two persons, also where one has both roles. */
static void nobody_signs_twice(void **state)
{
    (void)state;
    with_the_appraiser();
    keep(bring(510, NULL, 0, "H11.35-td01"));
    for (int n = 0; n < SHEETS; n++)
        if (sheets[n].lies.unit)
            sheets[n].lies.post = "H11.35-2v";
    refused(at(520, INTAKE_TAKE_BACK, &all, "H11.35-2v", "H11.35"), ERR_FORBIDDEN, "actor", "the giver himself");
    keep(at(520, INTAKE_TAKE_BACK, &all, "H11.35-tk01", "H11.35"));
}

/* Nobody at the counter says that he has what was lost on the way. */
static void what_is_lost_on_the_way_is_not_taken(void **state)
{
    (void)state;
    with_the_appraiser();
    keep(bring(510, NULL, 0, "H11.35-td01"));
    sheets[0].loss = 1;
    const struct intake_decision *out = keep(at(520, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"));
    assert_int_equal(out->way->component_count, 1);
    assert_int_equal(out->way->components[0], 2);
    assert_int_equal(out->way->originals, 2);
    sheets[0].loss = 0; /* found again: where the others are */
    lies(1, "H11.35-td01", NULL, "take_transfer", 500);
    keep(bring(530, NULL, 0, "H11.35-td01"));
    sheets[0].loss = 2;
    refused(at(540, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components", "all of it is lost");
}

/* What was lost on its way lets others go; found again, it is still on its own, and is answered for by itself. */
static void what_is_found_again_is_on_its_way_still(void **state)
{
    static const int first[] = {1}, second[] = {2};

    (void)state;
    with_the_appraiser();
    keep(bring(510, first, 1, "H11.35-td01"));
    sheets[0].loss = 1;
    assert_int_equal(keep(bring(520, second, 1, "H11.35-td01"))->way->number, 2);
    sheets[0].loss = 0;
    for (int n = 1; n <= 2; n++) {
        const struct intake_decision *out = keep(at(530, INTAKE_TAKE_BACK, &all, "H11.35-tn01", "H11.35"));
        assert_int_equal(out->way->number, n);
        assert_int_equal(out->way->component_count, 1);
        assert_int_equal(out->way->components[0], n);
    }
    assert_int_equal(keep(at(540, INTAKE_GIVE_BACK, &give, "H11.35-tn01", "H11.35"))->given_back_count, 2);
}

/* Papers that have left for the counter do not go round with the others. */
static void what_has_left_does_not_go_on(void **state)
{
    static const struct intake_sign_turn sign = {0};

    (void)state;
    for (int left = 0; left <= 1; left++) {
        with_the_appraiser();
        sheets[2].paper = false; /* nothing else is kept */
        if (left)
            keep(bring(510, NULL, 0, "H11.35-td01"));
        dossier.turn = (struct intake_turn){.unit = "H11.05",
                                            .lead = "H11.05",
                                            .by = INTAKE_GO_ON,
                                            .since = instant_of_day(BED_DAY, 520),
                                            .from_unit = "H11.35",
                                            .from_post = "H11.35-td01",
                                            .answered_at = INSTANT_NONE};
        const struct intake_decision *out = at(530, INTAKE_TAKE_TURN, &sign, "H11.05-td01", "H11.05");
        if ((out != NULL) == left)
            fail_msg("%d: %s", left, out ? "done" : err.en);
    }
}

static const struct allowed answers[] = {
    {FROM(INTAKE_WAY_GIVEN), INTAKE_TAKE_BACK, INTAKE_WAY_TAKEN, "PapersTakenBack"},
    {FROM(INTAKE_WAY_GIVEN), INTAKE_REFUSE_BACK, INTAKE_WAY_REFUSED, "PapersBackRefused"},
};

static void every_answer_in_every_state(void **state)
{
    static const enum intake_act acts[] = {INTAKE_TAKE_BACK, INTAKE_REFUSE_BACK};

    (void)state;
    table_is(&intake_way_fsm, answers, COUNT_OF(answers));
    for (int from = 0; from < INTAKE_WAY_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(acts); i++) {
            with_the_appraiser();
            keep(bring(510, NULL, 0, "H11.35-td01"));
            if (from != INTAKE_WAY_GIVEN)
                keep(at(520, from == INTAKE_WAY_TAKEN ? INTAKE_TAKE_BACK : INTAKE_REFUSE_BACK, &for_want, "H11.35-tn01",
                        "H11.35"));
            const struct intake_decision *out = at(530, acts[i], &for_want, "H11.35-tn01", "H11.35");
            const struct allowed *e = allowed_next(answers, COUNT_OF(answers), from, (int)acts[i], NULL);
            assert_true((out != NULL) == (e != NULL));
            if (e)
                told_is(e, out->event);
            else
                bed_says(&err, &intake_way_fsm, from, acts[i], "components", "lần giao về số 1",
                         "the way back number 1");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_sign_and_then_the_citizen_has_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_by_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_may_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(at_the_counter_nothing_is_brought, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_counter_has_them_whoever_sits_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_signs_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_lost_on_the_way_is_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_found_again_is_on_its_way_still, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_left_does_not_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_answer_in_every_state, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
