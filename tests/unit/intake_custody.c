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

static const struct intake_component more[] = {{.name = "Bản sao", .copies = 1}},
                                     file[] = {{.name = "Ảnh", .form = INTAKE_FORM_ELECTRONIC}};
static const struct intake_supplement_asked asked = {.step = 3, .round = 1, .by = "H11.35-td01"},
                                            once_more = {.step = 3,
                                                         .round = 1,
                                                         .by = "H11.35-tr01",
                                                         .ground = "new_finding",
                                                         .superior = "H11.35-tr01"};
static const struct intake_supply brings = {.channel = CHANNEL_COUNTER, .components = more, .component_count = 1},
                                  sends = {.channel = CHANNEL_ONLINE, .components = file, .component_count = 1};

/* The dossier lies with its appraiser, who lacks something; a supplement comes. */
static void supplied(const struct intake_supplement_asked *request, const struct intake_supply *supply, int minute)
{
    struct intake_move move = {0};
    static const struct intake_progress assigned = {.step = 3};

    if (dossier.transfers[0].state != INTAKE_TRANSFER_TAKEN) {
        assert_true(act(INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01", 490));
        assert_true(act(INTAKE_TAKE_TRANSFER, &move, "H11.35-td01", 500));
    }
    assert_true(act(INTAKE_TAKE_UP, &assigned, NULL, 505));
    assert_true(act(INTAKE_REQUEST_SUPPLEMENT, request, NULL, minute));
    assert_true(act(INTAKE_RECEIVE_SUPPLEMENT, supply, "H11.35-tn01", minute + 30));
}

static void lies_apart(int supplement, const char *post, const char *going_to, const char *by, int minute)
{
    const struct intake_transfer *t = intake_apart(&dossier, supplement);

    assert_non_null(t);
    struct intake_holder h = intake_holder_apart(&dossier, t);
    assert_string_equal(h.unit, "H11.35");
    assert_string_equal(h.post, post);
    assert_string_equal(h.act, by);
    assert_int_equal(h.since, instant_of_day(BED_DAY, minute));
    assert_true((h.going_to != NULL) == (going_to != NULL));
    holds("H11.35-td01", NULL, "take_transfer", 500); /* whatever becomes of it, the others lie where they lay */
}

static void what_a_supplement_brings_lies_apart_until_it_is_taken(void **state)
{
    struct intake_move own = {.reason = "thiếu trang"}, supply = {.supplement = 1, .reason = "thiếu trang"};

    (void)state;
    receive();
    supplied(&asked, &brings, 510);
    const struct intake_transfer *t = intake_apart(&dossier, 1);
    lies_apart(1, "H11.35-tn01", NULL, "receive_supplement", 540);
    assert_string_equal(t->from_unit, "H11.35");
    assert_string_equal(t->to_unit, "H11.35");
    assert_true(t->due_at > instant_of_day(BED_DAY, 540) && instant_day(t->due_at) == BED_DAY); /* D61 Art. 18 */
    assert_false(act(INTAKE_GIVE_TRANSFER, &own, "H11.35-tn01", 550)); /* the dossier's own are taken */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_false(act(INTAKE_GIVE_TRANSFER, &supply, "H11.35-td01", 550)); /* not at the counter */
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_true(act(INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", 550));
    lies_apart(1, "H11.35-tn01", "H11.35", "give_transfer", 550);
    assert_true(act(INTAKE_REFUSE_TRANSFER, &supply, "H11.35-td01", 560));
    lies_apart(1, "H11.35-tn01", NULL, "refuse_transfer", 560);
    assert_true(act(INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", 570));
    assert_true(act(INTAKE_TAKE_TRANSFER, &supply, "H11.35-td01", 580));
    assert_null(intake_apart(&dossier, 1));
    assert_false(act(INTAKE_TAKE_TRANSFER, &supply, "H11.35-td01", 590));
    assert_string_equal(err.field, "supplement");
    holds("H11.35-td01", NULL, "take_transfer", 500);
    assert_int_equal(dossier.transfer_count, 2);
    assert_int_equal(dossier.state, INTAKE_IN_PROCESS);
}

static void each_supplement_goes_its_own_way(void **state)
{
    struct intake_move first = {.supplement = 1}, second = {.supplement = 2};

    (void)state;
    receive();
    supplied(&asked, &brings, 510);
    supplied(&once_more, &brings, 545); /* and the first is not fetched yet */
    assert_true(act(INTAKE_GIVE_TRANSFER, &second, "H11.35-tn01", 580));
    assert_true(act(INTAKE_TAKE_TRANSFER, &second, "H11.35-td01", 590));
    assert_null(intake_apart(&dossier, 2));
    lies_apart(1, "H11.35-tn01", NULL, "receive_supplement", 540);
    assert_true(act(INTAKE_GIVE_TRANSFER, &first, "H11.35-tn01", 600));
    lies_apart(1, "H11.35-tn01", "H11.35", "give_transfer", 600);
}

/* Given behind a transfer that moved the others on, it goes where they are now. */
static void it_goes_where_the_others_are_by_then(void **state)
{
    struct intake_move supply = {.supplement = 1};

    (void)state;
    receive();
    supplied(&asked, &brings, 510);
    assert_string_equal(intake_apart(&dossier, 1)->to_unit, "H11.35");
    dossier.transfers[dossier.transfer_count++] = (struct intake_transfer){.step = 5,
                                                                           .round = 1,
                                                                           .state = INTAKE_TRANSFER_GIVEN,
                                                                           .from_unit = "H11.35",
                                                                           .to_unit = "H11.05",
                                                                           .given_by = "H11.35-td01",
                                                                           .given_at = instant_of_day(BED_DAY, 545),
                                                                           .answered_at = INSTANT_NONE};
    assert_true(act(INTAKE_GIVE_TRANSFER, &supply, "H11.35-tn01", 550));
    assert_string_equal(intake_apart(&dossier, 1)->to_unit, "H11.05");
}

static void what_is_no_paper_or_comes_to_the_others_goes_nowhere(void **state)
{
    static const struct intake_progress assigned = {.step = 3};

    (void)state;
    receive();
    supplied(&asked, &sends, 510);
    assert_null(intake_apart(&dossier, 1)); /* a file */
    receive();
    assert_true(act(INTAKE_TAKE_UP, &assigned, NULL, 505)); /* at the counter, where the dossier never left */
    assert_true(act(INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, 510));
    assert_true(act(INTAKE_RECEIVE_SUPPLEMENT, &brings, "H11.35-tn01", 540));
    assert_null(intake_apart(&dossier, 1));
}

#define SHEETS 5
static const struct intake_sheet sheets[SHEETS] = {
    {.number = 1, .originals = 1, .paper = true, .to_return = true},
    {.number = 2, .originals = 2, .paper = true, .to_return = true},
    {.number = 3, .originals = 1, .paper = true},
    {.number = 4, .paper = false},
    {.number = 5, .originals = 1, .paper = true, .to_return = true, .given_back = true},
};

static struct intake_decision *decide(const struct intake_give_back *c, const char *actor, int minute, int known)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, "H11.35", minute);

    f.sheets = sheets;
    f.sheet_count = known;
    err = (struct err){.code = ERR_OK};
    return intake_decide(&dossier, INTAKE_GIVE_BACK, c, &f, out, &err) ? NULL : out;
}

static struct intake_decision *give_back(const int *numbers, int count, const char *actor, int minute, int known)
{
    struct intake_give_back *c = ARENA_NEW(arena, struct intake_give_back);

    *c = (struct intake_give_back){.components = numbers, .count = count};
    return decide(c, actor, minute, known);
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

/* Nothing of what ended without a result is needed any more: also an original that was to stay is given back. */
static void all_originals_go_back_of_what_ended_without_a_result(void **state)
{
    (void)state;
    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        receive();
        dossier.state = (enum intake_state)s;
        const struct intake_decision *out = give_back(NULL, 0, "H11.35-tn01", 500, SHEETS);
        bool all = s == INTAKE_WITHDRAWN || s == INTAKE_STOPPED;
        if (all)
            assert_non_null(out);
        if (!out)
            continue;
        assert_int_equal(out->given_back_count, all ? 3 : 2);
        assert_int_equal(out->given_back[out->given_back_count - 1], all ? 3 : 2);
    }
}

/* The post takes them at any hour, and says under which number. */
static void they_may_go_by_post(void **state)
{
    static const struct {
        enum delivery way;
        const char *consignment, *actor;
        int minute;
        const char *field; /* of a refusal */
    } rows[] = {
        {DELIVERY_POST, "EE123456785VN", "H11.35-tn01", 1200, NULL},
        {DELIVERY_POST, "BT00000001", "H11.35-tk01", 500, NULL},
        {DELIVERY_POST, NULL, "H11.35-tn01", 500, "consignment"},
        {DELIVERY_POST, "EE123456784VN", "H11.35-tn01", 500, "consignment"}, /* the check digit is 5 */
        {DELIVERY_POST, "EE 1", "H11.35-tn01", 500, "consignment"},
        {DELIVERY_POST, "EE123456785VN", "H11.35-tn09", 500, "actor"}, /* sits at no counter */
        {DELIVERY_COUNTER, "EE123456785VN", "H11.35-tn01", 500, "consignment"},
        {DELIVERY_COUNTER, NULL, "H11.35-tn01", 1200, "counter"},
        {DELIVERY_NONE, NULL, "H11.35-tn01", 500, NULL},
    };

    (void)state;
    receive();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct intake_give_back c = {.delivery = rows[i].way, .consignment = rows[i].consignment};
        const struct intake_decision *out = decide(&c, rows[i].actor, rows[i].minute, SHEETS);
        if ((out == NULL) != (rows[i].field != NULL))
            fail_msg("row %zu: %s", i, err.en);
        if (!out)
            assert_string_equal(err.field, rows[i].field);
        else
            assert_ptr_equal(out->given_back_consignment, rows[i].consignment);
    }
}

/* Who comes for them in the applicant's place is known by name: a record of the dossier says it. */
static void who_comes_for_them_is_known(void **state)
{
    static const struct id came = {{3}}, other = {{4}};
    static const struct {
        enum delivery way;
        enum collector who;
        struct id collector;
        const char *field; /* of a refusal */
        enum collector told;
    } rows[] = {
        {DELIVERY_COUNTER, COLLECTOR_NONE, {{0}}, NULL, COLLECTOR_APPLICANT},
        {DELIVERY_NONE, COLLECTOR_APPLICANT, {{0}}, NULL, COLLECTOR_APPLICANT},
        {DELIVERY_COUNTER, COLLECTOR_APPLICANT, came, NULL, COLLECTOR_APPLICANT},
        {DELIVERY_COUNTER, COLLECTOR_NONE, came, NULL, COLLECTOR_APPLICANT},
        {DELIVERY_COUNTER, COLLECTOR_PROXY, came, NULL, COLLECTOR_PROXY},
        {DELIVERY_COUNTER, COLLECTOR_PROXY, {{0}}, "collector", COLLECTOR_NONE},
        {DELIVERY_COUNTER, COLLECTOR_PROXY, other, "collector", COLLECTOR_NONE},
        {DELIVERY_COUNTER, COLLECTOR_APPLICANT, other, "collector", COLLECTOR_NONE},
        {DELIVERY_POST, COLLECTOR_NONE, {{0}}, NULL, COLLECTOR_NONE},
        {DELIVERY_POST, COLLECTOR_APPLICANT, {{0}}, "who", COLLECTOR_NONE},
        {DELIVERY_POST, COLLECTOR_NONE, came, "collector", COLLECTOR_NONE},
    };
    struct paper record = {.handle = {.id = came, .pages = 1}, .kind = DOCUMENT_COLLECTOR};
    const struct papers filed = {.items = &record, .count = 1};

    (void)state;
    receive();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 500);
        struct intake_decision out;
        const struct intake_give_back c = {.delivery = rows[i].way,
                                           .consignment = rows[i].way == DELIVERY_POST ? "EE123456785VN" : NULL,
                                           .who = rows[i].who,
                                           .collector = rows[i].collector};

        f.sheets = sheets;
        f.sheet_count = SHEETS;
        f.papers = &filed;
        err = (struct err){.code = ERR_OK};
        bool refused = intake_decide(&dossier, INTAKE_GIVE_BACK, &c, &f, &out, &err) != ERR_OK;
        if (refused != (rows[i].field != NULL))
            fail_msg("row %zu: %s", i, err.en);
        if (refused) {
            assert_string_equal(err.field, rows[i].field);
            continue;
        }
        assert_int_equal(out.given_back_who, rows[i].told);
        assert_true((out.given_back_to != NULL) == id_eq(rows[i].collector, came));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_transfer_moves_them_when_its_receiver_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_transfer_that_waits_moves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_was_set_back_hides_no_transfer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_supplement_brings_lies_apart_until_it_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_supplement_goes_its_own_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_goes_where_the_others_are_by_then, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_paper_or_comes_to_the_others_goes_nowhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_to_go_back_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_comes_for_them_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_go_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_originals_go_back_of_what_ended_without_a_result, set_up, tear_down),
        cmocka_unit_test_setup_teardown(they_may_go_by_post, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
