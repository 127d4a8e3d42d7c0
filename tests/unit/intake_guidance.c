/* SPDX-License-Identifier: Apache-2.0 */
/* What a citizen is told before acceptance: fully and once; once more only when the head of the unit allows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"

static const struct intake_component missing[] = {{.name = "Giấy chứng sinh", .originals = 1},
                                                  {.name = "Bản sao", .copies = 2}};

static struct intake_guide guide_with(const char *ground, const char *superior)
{
    static const char *const reasons[] = {"missing_component"};

    return (struct intake_guide){.visit = {.counter = "H11.35-Q1",
                                           .procedure = "1.000001",
                                           .channel = CHANNEL_COUNTER,
                                           .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                           .reasons = reasons,
                                           .reason_count = 1,
                                           .explanation = "Thiếu giấy tờ"},
                                 .missing = missing,
                                 .missing_count = COUNT_OF(missing),
                                 .ground = ground,
                                 .superior = superior};
}

static struct id first, second;

/* What was said before: n guidances that were not followed. */
static const struct intake_told *told(int n)
{
    static struct id ids[2];
    static struct intake_told t;

    memset(first.b, 1, sizeof first.b);
    memset(second.b, 2, sizeof second.b);
    ids[0] = first;
    ids[1] = second;
    t = (struct intake_told){.guidances = ids, .count = n, .last = n};
    return &t;
}

static struct intake_decision *guide(const struct intake_guide *c, const char *actor, int minute,
                                     const struct intake_told *before)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, "H11.35", minute);

    f.told = before;
    err = (struct err){.code = ERR_OK};
    return intake_decide(NULL, INTAKE_GUIDE, c, &f, out, &err) ? NULL : out;
}

static void refused(enum err_code code, const char *field)
{
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
    assert_true(err.vi[0] && err.en[0]);
}

static void the_first_one_has_no_code_and_no_clock(void **state)
{
    struct intake_guide c = guide_with(NULL, NULL);
    const struct intake_told *none[] = {NULL, told(0)};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        const struct intake_decision *out = guide(&c, "H11.35-tn01", 480, none[i]);
        assert_non_null(out);
        assert_string_equal(out->event, "Guided");
        assert_int_equal(out->next.state, INTAKE_GUIDED);
        assert_null(out->next.code);
        assert_int_equal(out->next.due_at, INSTANT_NONE);
        assert_string_equal(out->next.unit, "H11.35");
        assert_string_equal(out->place, "H11.35-Q1");
        assert_int_equal(out->guidance, 1);
        assert_ptr_equal(out->guide, &c);
        assert_null(out->refuse);
    }
    assert_int_equal(intake_national_status(INTAKE_GUIDED, false), 0); /* the portal knows no such dossier */
    assert_int_equal(intake_national_status(INTAKE_GUIDED, true), 3);  /* it handed it on: nothing was accepted */
    assert_true(intake_is_closed(INTAKE_GUIDED));
}

static void a_second_one_names_the_first(void **state)
{
    struct intake_guide c = guide_with(NULL, NULL);

    (void)state;
    assert_null(guide(&c, "H11.35-tn01", 480, told(1)));
    refused(ERR_CONFLICT, "guidance");
    assert_non_null(strstr(err.en, id_text(first).s));
    assert_non_null(strstr(err.vi, id_text(first).s));
    assert_null(guide(&c, "H11.35-tn01", 480, told(2)));
    assert_non_null(strstr(err.en, id_text(first).s));
}

static void the_head_allows_a_further_one_with_a_ground(void **state)
{
    (void)state;
    for (int before = 1; before <= 2; before++)
        for (const char *const *ground = intake_guidance_grounds; *ground; ground++) {
            struct intake_guide c = guide_with(*ground, "H11.35-tr01");
            const struct intake_decision *out = guide(&c, "H11.35-tn01", 480, told(before));
            assert_non_null(out);
            assert_int_equal(out->guidance, before + 1);
        }
}

static const struct {
    const char *what, *actor, *ground, *superior, *field;
    int before;
} wrong[] = {
    {"no ground", "H11.35-tn01", NULL, "H11.35-tr01", "ground", 1},
    {"a ground that is none", "H11.35-tn01", "tired", "H11.35-tr01", "ground", 1},
    {"no superior", "H11.35-tn01", "other", NULL, "superior", 1},
    {"nobody", "H11.35-tn01", "other", "H11.35-tr99", "superior", 1},
    {"no head", "H11.35-tn01", "other", "H11.35-td01", "superior", 1},
    {"another unit's head", "H11.35-tn01", "other", "H11.05-tr01", "superior", 1},
    {"himself", "H11.35-tr02", "other", "H11.35-tr02", "superior", 1},
    {"a ground for the first one", "H11.35-tn01", "other", NULL, "ground", 0},
    {"a superior for the first one", "H11.35-tn01", NULL, "H11.35-tr01", "superior", 0},
    {"both for the first one", "H11.35-tn01", "other", "H11.35-tr01", "ground", 0},
};

static void what_a_further_one_needs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct intake_guide c = guide_with(wrong[i].ground, wrong[i].superior);
        if (guide(&c, wrong[i].actor, 480, told(wrong[i].before)))
            fail_msg("%s", wrong[i].what);
        refused(ERR_INVALID, wrong[i].field);
    }
}

static const struct {
    const char *reasons[2];
    int told;
    bool refused;
} refusals[] = {
    {{"missing_component"}, 0, false},
    {{"invalid_document"}, 0, false},
    {{"not_eligible", "missing_component"}, 0, false},
    {{"missing_component"}, 1, true},
    {{"invalid_document"}, 2, true},
    {{"not_eligible"}, 0, true},
    {{"wrong_agency", "other"}, 0, true},
    {{"other"}, 1, true},
};

/* What the applicant can put right is asked for first; only who was told and comes without it is refused for that. */
static void for_want_of_papers_only_who_was_told_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct intake_guide c = guide_with(NULL, NULL);
        struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
        struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);

        c.visit.reasons = refusals[i].reasons;
        c.visit.reason_count = refusals[i].reasons[1] ? 2 : 1;
        f.told = refusals[i].told ? told(refusals[i].told) : NULL;
        err = (struct err){.code = ERR_OK};
        if ((intake_decide(NULL, INTAKE_REFUSE, &c.visit, &f, out, &err) == ERR_OK) != refusals[i].refused)
            fail_msg("%s, told %d", refusals[i].reasons[0], refusals[i].told);
        if (!refusals[i].refused)
            refused(ERR_INVALID, "reasons");
    }
}

/* All that is missing, and why the dossier is not taken: one that says neither guides nobody. */
static void it_says_what_is_missing(void **state)
{
    struct intake_guide c = guide_with(NULL, NULL);

    (void)state;
    c.missing_count = 0;
    assert_null(guide(&c, "H11.35-tn01", 480, NULL));
    refused(ERR_INVALID, "missing");
    c = guide_with(NULL, NULL);
    c.visit.reason_count = 0;
    assert_null(guide(&c, "H11.35-tn01", 480, NULL));
    refused(ERR_INVALID, "reasons");
}

static void it_is_given_at_an_open_counter(void **state)
{
    struct intake_guide c = guide_with(NULL, NULL);

    (void)state;
    assert_null(guide(&c, "H11.35-tn01", 419, NULL));
    refused(ERR_INVALID, "counter");
    assert_null(guide(&c, "H11.35-td01", 480, NULL));
    refused(ERR_FORBIDDEN, "counter");
    assert_null(guide(&c, "H11.35-tk01", 480, NULL)); /* sits there, and receives nothing */
    refused(ERR_FORBIDDEN, "actor");
    c.visit.channel = CHANNEL_POST;
    c.visit.consignment = "EE123456785VN";
    assert_non_null(guide(&c, "H11.35-tn01", 419, NULL));
    c.visit.procedure = "9.000009";
    assert_null(guide(&c, "H11.35-tn01", 480, NULL));
    refused(ERR_INVALID, "procedure");
}

/* Nothing was accepted: the post brings back what it brought, and who came takes his papers along. */
static void nothing_is_kept(void **state)
{
    static const struct {
        enum channel channel;
        const char *consignment;
        bool done;
    } rows[] = {
        {CHANNEL_POST, "EE123456785VN", true},
        {CHANNEL_POST, "BT20190077", true},
        {CHANNEL_POST, NULL, false},
        {CHANNEL_POST, "EE123456784VN", false},
        {CHANNEL_COUNTER, NULL, true},
        {CHANNEL_COUNTER, "EE123456785VN", false},
        {CHANNEL_ONLINE, "EE123456785VN", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct intake_guide c = guide_with(NULL, NULL);
        c.visit.channel = rows[i].channel;
        c.visit.consignment = rows[i].consignment;
        const bool done = guide(&c, "H11.35-tn01", 480, NULL) != NULL;
        if (done != rows[i].done)
            fail_msg("%zu: %s", i, done ? "done" : err.en);
        if (!done)
            refused(ERR_INVALID, "consignment");
    }
}

/* Which guidance a receipt may name is what its citizen was told there. */
static void a_receipt_follows_what_its_citizen_was_told(void **state)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
    struct intake_decision out;

    (void)state;
    f.told = told(2);
    for (int i = 0; i < 2; i++) {
        c.guidance = i ? second : first;
        assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
        assert_true(id_eq(out.follows, c.guidance));
    }
    /* One that names none: he has filed, so what he was told is over all the same. */
    c.guidance = id_nil;
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    assert_true(id_eq(out.follows, first));
    f.told = told(0);
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    assert_true(id_is_nil(out.follows));
    c.guidance = second;
    f.told = told(1);
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_INVALID);
    refused(ERR_INVALID, "guidance");
    f.told = NULL;
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_INVALID);
    refused(ERR_INVALID, "guidance");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_one_has_no_code_and_no_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_one_names_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_head_allows_a_further_one_with_a_ground, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_further_one_needs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(for_want_of_papers_only_who_was_told_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_says_what_is_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_given_at_an_open_counter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_receipt_follows_what_its_citizen_was_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
