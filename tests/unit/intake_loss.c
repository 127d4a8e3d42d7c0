/* SPDX-License-Identifier: Apache-2.0 */
/* Papers that were lost or damaged: which, who had them, who settles it and how; what stays as it is meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define SHEETS 6
static struct intake_sheet sheets[SHEETS];
static struct intake_loss losses[INTAKE_LOSSES_MAX];
static int loss_count;
static struct intake_dossier dossier;

static const struct intake_sheet at_first[SHEETS] = {
    {.number = 1, .originals = 1, .paper = true, .to_return = true},
    {.number = 2, .originals = 2, .paper = true, .to_return = true},
    {.number = 3, .originals = 1, .paper = true},
    {.number = 4, .paper = false},
    {.number = 5, .originals = 1, .paper = true, .to_return = true, .given_back = true},
    {.number = 6, .originals = 1, .paper = true, .supplement = 1},
};

static const struct intake_decision *at(int minute, enum intake_act act, const void *command, const char *actor,
                                        const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, minute);

    f.sheets = sheets;
    f.sheet_count = SHEETS;
    f.losses = losses;
    f.loss_count = loss_count;
    err = (struct err){.code = ERR_OK};
    return intake_decide(act == INTAKE_RECEIVE ? NULL : &dossier, act, command, &f, out, &err) ? NULL : out;
}

/* keep makes the decision what is stored, as the repository does. */
static const struct intake_decision *keep(const struct intake_decision *out)
{
    assert_non_null(out);
    dossier = out->next;
    if (out->loss) {
        losses[out->loss->number - 1] = *out->loss;
        loss_count = out->loss->number > loss_count ? out->loss->number : loss_count;
        for (int i = 0; i < out->lost_count; i++)
            sheets[out->lost[i] - 1].loss = out->loss->state == INTAKE_LOSS_OPEN ? out->loss->number : 0;
    }
    return out;
}

static void receive(void)
{
    struct intake_receive *c = ARENA_NEW(arena, struct intake_receive);

    *c = bed_receive("H11.35-Q1", "1.000001");
    memcpy(sheets, at_first, sizeof sheets);
    loss_count = 0;
    keep(at(480, INTAKE_RECEIVE, c, "H11.35-tn01", "H11.35"));
}

static const int one[] = {1}, both[] = {1, 2}, other[] = {3};

static struct intake_note_loss lost(const int *numbers, int count, enum intake_harm what)
{
    return (struct intake_note_loss){.components = numbers,
                                     .count = count,
                                     .what = what,
                                     .found = INTAKE_FOUND_CUSTODY,
                                     .minutes = {.id = {{7}}, .kind = DOCUMENT_LOSS_MINUTES, .pages = 1}};
}

static const struct intake_decision *note(const int *numbers, int count, enum intake_harm what)
{
    struct intake_note_loss *c = ARENA_NEW(arena, struct intake_note_loss);

    *c = lost(numbers, count, what);
    return at(500, INTAKE_NOTE_LOSS, c, "H11.35-tn01", "H11.35");
}

static const struct intake_document apology = {.id = {{9}}, .kind = DOCUMENT_APOLOGY, .pages = 1};

static struct intake_settle_loss settled(int number, enum intake_remedy remedy)
{
    return (struct intake_settle_loss){.number = number,
                                       .remedy = remedy,
                                       .responsible = "H11.35-tn01",
                                       .paid_vnd = remedy == INTAKE_REMEDY_PAID ? 500000 : 0,
                                       .apology = remedy == INTAKE_REMEDY_FOUND ? NULL : &apology};
}

static const struct intake_decision *settle(int number, enum intake_remedy remedy)
{
    struct intake_settle_loss *c = ARENA_NEW(arena, struct intake_settle_loss);

    *c = settled(number, remedy);
    return at(600, INTAKE_SETTLE_LOSS, c, "H11.35-tr01", "H11.35");
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field, const char *what)
{
    if (out)
        fail_msg("%s", what);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

/* ---- noting it */

static void a_case_says_what_and_who_had_it(void **state)
{
    (void)state;
    receive();
    const struct intake_decision *out = note(both, 2, INTAKE_HARM_LOST);
    assert_non_null(out);
    assert_string_equal(out->event, "PaperLost");
    assert_string_equal(out->place, "H11.35-Q1");
    const struct intake_loss *x = out->loss;
    assert_int_equal(x->number, 1);
    assert_int_equal(x->state, INTAKE_LOSS_OPEN);
    assert_string_equal(x->unit, "H11.35");
    assert_string_equal(x->post, "H11.35-tn01"); /* who received it */
    assert_null(x->going_to);
    assert_string_equal(x->superior, "H11");
    assert_true(x->noted_at == instant_of_day(BED_DAY, 500));
    assert_int_equal(out->lost_count, 2);
    assert_int_equal(out->lost_originals, 3);
    assert_true(out->document && out->document->kind == DOCUMENT_LOSS_MINUTES);
    assert_true(id_eq(x->minutes, out->document->id));
}

static void the_holder_is_told_by_custody(void **state)
{
    struct intake_move move = {.reason = "thiếu trang"};
    struct intake_note_loss c = lost(one, 1, INTAKE_HARM_LOST);

    (void)state;
    receive();
    c.found = INTAKE_FOUND_TRANSFER;
    refused(at(485, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35"), ERR_INVALID, "found", "no transfer yet");
    keep(at(490, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", "H11.35"));
    const struct intake_decision *out = at(495, INTAKE_NOTE_LOSS, &c, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.35-tn01"); /* the giver answers until it is taken */
    assert_string_equal(out->loss->going_to, "H11.35");
    keep(at(500, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", "H11.35"));
    out = at(505, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35"); /* whoever finds it out */
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.35-td01");
    assert_string_equal(out->loss->noted_by, "H11.35-tn01");
    assert_null(out->loss->going_to);
}

/* What a supplement brought lies at the counter, when the dossier's own papers are with the appraiser. */
static void a_case_is_of_one_place(void **state)
{
    static const int late[] = {6}, all[] = {1, 6};
    struct intake_note_loss c = lost(all, 2, INTAKE_HARM_LOST);

    (void)state;
    receive();
    dossier.transfers[0].state = INTAKE_TRANSFER_TAKEN;
    dossier.transfers[0].answered_by = "H11.35-td01";
    dossier.transfers[0].answered_at = instant_of_day(BED_DAY, 490);
    dossier.supplements[dossier.supplement_count++] =
        (struct intake_supplement){.step = 3, .round = 1, .received_by = "H11.35-tn02", .received_at = 1};
    dossier.transfers[dossier.transfer_count++] =
        (struct intake_transfer){.supplement = 1, .step = 3, .round = 1, .from_unit = "H11.35", .to_unit = "H11.35"};
    refused(at(500, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35"), ERR_INVALID, "components", "they lie apart");
    c = lost(late, 1, INTAKE_HARM_LOST);
    c.found = INTAKE_FOUND_TRANSFER;
    refused(at(500, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35"), ERR_INVALID, "found", "it was not handed on");
    c.found = INTAKE_FOUND_CUSTODY;
    const struct intake_decision *out = at(500, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.35-tn02");
    dossier.transfers[1].state = INTAKE_TRANSFER_TAKEN; /* and now they lie together */
    c = lost(all, 2, INTAKE_HARM_LOST);
    out = at(510, INTAKE_NOTE_LOSS, &c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->loss->post, "H11.35-td01");
}

static void what_cannot_be_lost(void **state)
{
    static const struct {
        const char *what;
        int numbers[2], count;
        const char *actor, *unit;
        enum err_code code;
        const char *field;
    } wrong[] = {
        {"no such component", {7}, 1, "H11.35-tn01", "H11.35", ERR_INVALID, "components"},
        {"a file", {4}, 1, "H11.35-tn01", "H11.35", ERR_INVALID, "components"},
        {"the citizen has it", {5}, 1, "H11.35-tn01", "H11.35", ERR_CONFLICT, "components"},
        {"named twice", {1, 1}, 2, "H11.35-tn01", "H11.35", ERR_INVALID, "components"},
        {"another unit", {1}, 1, "H11.05-td01", "H11.05", ERR_FORBIDDEN, "actor"},
        {"no such post", {1}, 1, "H11.35-xx", "H11.35", ERR_FORBIDDEN, "actor"},
    };

    (void)state;
    receive();
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct intake_note_loss c = lost(wrong[i].numbers, wrong[i].count, INTAKE_HARM_LOST);
        refused(at(500, INTAKE_NOTE_LOSS, &c, wrong[i].actor, wrong[i].unit), wrong[i].code, wrong[i].field,
                wrong[i].what);
    }
}

static void nothing_is_lost_twice(void **state)
{
    (void)state;
    receive();
    keep(note(one, 1, INTAKE_HARM_LOST));
    refused(note(both, 2, INTAKE_HARM_DAMAGED), ERR_CONFLICT, "components", "it is in an open case");
    keep(settle(1, INTAKE_REMEDY_REPLACED));
    refused(note(one, 1, INTAKE_HARM_LOST), ERR_CONFLICT, "components", "the citizen has something else");
    keep(note(other, 1, INTAKE_HARM_DAMAGED));
    assert_int_equal(loss_count, 2);
    assert_int_equal(losses[1].number, 2);
}

static void eight_cases_at_the_most(void **state)
{
    (void)state;
    receive();
    for (int n = 1; n <= INTAKE_LOSSES_MAX; n++) {
        assert_int_equal(keep(note(one, 1, INTAKE_HARM_LOST))->loss->number, n);
        keep(settle(n, INTAKE_REMEDY_FOUND));
    }
    refused(note(one, 1, INTAKE_HARM_LOST), ERR_CONFLICT, "losses", "a ninth");
}

/* ---- what it stops, and what not */

static void what_is_lost_does_not_go_back(void **state)
{
    const struct intake_give_back all = {0}, first = {.components = one, .count = 1};

    (void)state;
    receive();
    keep(note(one, 1, INTAKE_HARM_DAMAGED));
    refused(at(510, INTAKE_GIVE_BACK, &first, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components", "it is damaged");
    const struct intake_decision *out = at(510, INTAKE_GIVE_BACK, &all, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_int_equal(out->given_back_count, 1); /* the second one is left */
    assert_int_equal(out->given_back[0], 2);
    keep(settle(1, INTAKE_REMEDY_REISSUED));
    refused(at(610, INTAKE_GIVE_BACK, &first, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "components", "it is not there");
}

static void what_was_found_does(void **state)
{
    const struct intake_give_back first = {.components = one, .count = 1};

    (void)state;
    receive();
    keep(note(both, 2, INTAKE_HARM_LOST));
    const struct intake_decision *out = keep(settle(1, INTAKE_REMEDY_FOUND));
    assert_int_equal(out->lost_count, 2); /* both lie with their holder again */
    assert_null(out->document);
    assert_non_null(at(610, INTAKE_GIVE_BACK, &first, "H11.35-tn01", "H11.35"));
    keep(note(one, 1, INTAKE_HARM_LOST)); /* and may be lost once more, as another case */
    assert_int_equal(loss_count, 2);
}

/* The citizen does not pay for it: state, dates and clocks are what they were, and the date passes as it would. */
static void nothing_else_moves(void **state)
{
    struct intake_facts f;
    struct intake_decision late;

    (void)state;
    receive();
    struct intake_dossier before = dossier;
    keep(note(one, 1, INTAKE_HARM_LOST));
    assert_memory_equal(&dossier, &before, sizeof dossier);
    assert_false(intake_is_paused(&dossier));
    f = bed_facts(arena, catalogue, NULL, NULL, 0);
    f.now = dossier.due_at;
    assert_int_equal(intake_decide(&dossier, INTAKE_PASS_DUE, NULL, &f, &late, &err), ERR_OK);
    assert_string_equal(late.event, "DuePassed");
    keep(settle(1, INTAKE_REMEDY_PAID));
    assert_memory_equal(&dossier, &before, sizeof dossier);
}

/* ---- settling it */

static void a_head_settles_it_once(void **state)
{
    static const enum intake_remedy remedies[] = {INTAKE_REMEDY_FOUND, INTAKE_REMEDY_REPLACED, INTAKE_REMEDY_REISSUED,
                                                  INTAKE_REMEDY_PAID};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(remedies); i++) {
        receive();
        keep(note(one, 1, INTAKE_HARM_LOST));
        const struct intake_decision *out = keep(settle(1, remedies[i]));
        assert_string_equal(out->event, "LossSettled");
        assert_string_equal(out->place, "office");
        assert_int_equal(out->loss->state, INTAKE_LOSS_SETTLED);
        assert_int_equal(out->loss->remedy, remedies[i]);
        assert_string_equal(out->loss->responsible, "H11.35-tn01");
        assert_int_equal(out->loss->paid_vnd, remedies[i] == INTAKE_REMEDY_PAID ? 500000 : 0);
        assert_string_equal(out->loss->settled_by, "H11.35-tr01");
        assert_true(out->loss->settled_at == instant_of_day(BED_DAY, 600));
        assert_int_equal(id_is_nil(out->loss->apology), remedies[i] == INTAKE_REMEDY_FOUND);
        refused(settle(1, remedies[i]), ERR_ILLEGAL_MOVE, "number", "settled already");
    }
}

static const struct allowed ends[] = {
    {FROM(INTAKE_LOSS_OPEN), INTAKE_SETTLE_LOSS, INTAKE_LOSS_SETTLED, "LossSettled"},
};

static void each_state_and_what_is_done(void **state)
{
    (void)state;
    table_is(&intake_loss_fsm, ends, COUNT_OF(ends));
    for (int from = 0; from < INTAKE_LOSS_STATE_COUNT; from++) {
        const struct allowed *e = allowed_next(ends, COUNT_OF(ends), from, INTAKE_SETTLE_LOSS, NULL);
        receive();
        keep(note(one, 1, INTAKE_HARM_LOST));
        losses[0].state = (enum intake_loss_state)from;
        const struct intake_decision *out = settle(1, INTAKE_REMEDY_REPLACED);
        if (e) {
            assert_non_null(out);
            assert_int_equal(out->loss->state, e->to);
            told_is(e, out->event);
        } else {
            assert_null(out);
            bed_says(&err, &intake_loss_fsm, from, INTAKE_SETTLE_LOSS, "number", "vụ việc số 1", "case number 1");
        }
        assert_int_equal(losses[0].state, from);
    }
}

static void who_settles_it(void **state)
{
    static const struct {
        const char *actor, *unit, *field;
        enum err_code code;
    } who[] = {
        {"H11-tr01", "H11", NULL, ERR_OK}, /* of the unit above */
        {"H11.35-tr01", "H11.35", NULL, ERR_OK},
        {"H11.05-tr01", "H11.05", "actor", ERR_FORBIDDEN},
        {"H11.35-tn01", "H11.35", "actor", ERR_FORBIDDEN},       /* no head */
        {"H11.35-tr02", "H11.35", "responsible", ERR_FORBIDDEN}, /* himself responsible */
    };
    struct intake_settle_loss c = settled(1, INTAKE_REMEDY_REPLACED);

    (void)state;
    receive();
    keep(note(one, 1, INTAKE_HARM_LOST));
    c.responsible = "H11.35-tr02";
    for (size_t i = 0; i < COUNT_OF(who); i++) {
        const struct intake_decision *out = at(600, INTAKE_SETTLE_LOSS, &c, who[i].actor, who[i].unit);
        if (who[i].code)
            refused(out, who[i].code, who[i].field, who[i].actor);
        else if (!out)
            fail_msg("%s", who[i].actor);
    }
}

static void who_had_them_does_not(void **state)
{
    struct intake_settle_loss c = settled(1, INTAKE_REMEDY_REPLACED);

    (void)state;
    receive();
    keep(note(one, 1, INTAKE_HARM_LOST));
    losses[0].post = "H11.35-tr01"; /* a head signs for papers, too */
    refused(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"), ERR_FORBIDDEN, "actor", "they were with him");
    assert_non_null(at(600, INTAKE_SETTLE_LOSS, &c, "H11-tr01", "H11"));
}

static void what_a_remedy_asks_for(void **state)
{
    struct intake_settle_loss c;

    (void)state;
    receive();
    keep(note(one, 1, INTAKE_HARM_DAMAGED));
    keep(note(other, 1, INTAKE_HARM_LOST));
    refused(settle(3, INTAKE_REMEDY_PAID), ERR_NOT_FOUND, "number", "no such case");
    refused(settle(1, INTAKE_REMEDY_FOUND), ERR_INVALID, "remedy", "what is damaged is not found");
    for (int remedy = INTAKE_REMEDY_REPLACED; remedy < INTAKE_REMEDY_COUNT; remedy++) {
        c = settled(1, (enum intake_remedy)remedy);
        c.apology = NULL;
        refused(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"), ERR_INVALID, "apology", "no apology");
    }
    c = settled(1, INTAKE_REMEDY_PAID);
    c.paid_vnd = 0;
    refused(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"), ERR_INVALID, "paid_vnd", "nothing is paid");
    c = settled(2, INTAKE_REMEDY_FOUND);
    c.paid_vnd = 1;
    refused(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"), ERR_INVALID, "paid_vnd", "paid and found");
    c = settled(1, INTAKE_REMEDY_REPLACED);
    c.responsible = "H11.99";
    refused(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"), ERR_INVALID, "responsible", "no such unit");
    c.responsible = "H11.35";
    c.paid_vnd = 20000; /* its costs, beside the paper */
    assert_non_null(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"));
    c = settled(2, INTAKE_REMEDY_FOUND);
    c.apology = &apology; /* it is allowed all the same */
    assert_non_null(at(600, INTAKE_SETTLE_LOSS, &c, "H11.35-tr01", "H11.35"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_says_what_and_who_had_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_holder_is_told_by_custody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_case_is_of_one_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_lost_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(eight_cases_at_the_most, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_lost_does_not_go_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_found_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_else_moves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_head_settles_it_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_state_and_what_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_settles_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_had_them_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_remedy_asks_for, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
