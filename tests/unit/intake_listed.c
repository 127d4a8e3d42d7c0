/* SPDX-License-Identifier: Apache-2.0 */
/* What the published list of a procedure makes of a receipt, a filing, the request forms and a supplement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/intake/rules.h"
#include "tests/unit/intake_story.h"

static const struct intake_component whole[] = {
    {.name = "Tờ khai", .originals = 1, .form = INTAKE_FORM_PAPER, .listed = "to-khai"},
    {.name = "Bản vẽ", .certified = 1, .form = INTAKE_FORM_PAPER, .listed = "ban-ve"},
    {.name = "Ảnh chụp", .originals = 1, .form = INTAKE_FORM_PAPER},
};
static const struct intake_component files[] = {
    {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC, .listed = "to-khai"},
    {.name = "Ảnh chụp", .form = INTAKE_FORM_ELECTRONIC},
};
static const struct id named = {{9}};

static struct intake_receive receipt(const struct intake_component *components, int count)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000009");

    c.components = components;
    c.component_count = count;
    return c;
}

static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *c, int32_t days)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    bool portal = act == INTAKE_SUBMIT;
    struct intake_facts f =
        bed_facts(arena, catalogue, portal ? "cong-dvc" : "H11.35-tn01", portal ? "portal" : "H11.35", 600);

    f.now += days * INSTANT_DAY;
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, c, &f, out, &err) ? NULL : out;
}

static void refused_at(const char *field, const char *about)
{
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, field);
    assert_non_null(strstr(err.vi, about));
    assert_non_null(strstr(err.en, about));
}

static void a_dossier_is_received_with_all_that_is_always_asked_for(void **state)
{
    struct intake_receive c = receipt(whole, 3);

    (void)state;
    assert_non_null(decide(NULL, INTAKE_RECEIVE, &c, 0)); /* what is asked for sometimes may be missing */
    c = receipt(whole, 1);
    assert_null(decide(NULL, INTAKE_RECEIVE, &c, 0));
    refused_at("components", "ban-ve");
    c = receipt(&whole[1], 2);
    assert_null(decide(NULL, INTAKE_RECEIVE, &c, 0));
    refused_at("components", "to-khai");
}

static void the_list_is_that_of_the_day_of_receipt(void **state)
{
    struct intake_component before[] = {whole[0], {.name = "Sổ hộ khẩu", .copies = 1, .form = INTAKE_FORM_PAPER}};
    struct intake_receive c = receipt(before, 2);

    (void)state;
    before[1].listed = "so-ho-khau";
    assert_null(decide(NULL, INTAKE_RECEIVE, &c, 0));
    refused_at("components[1].listed", "so-ho-khau");
    assert_non_null(decide(NULL, INTAKE_RECEIVE, &c, -1));
    before[1].listed = NULL;
    assert_null(decide(NULL, INTAKE_RECEIVE, &c, -1));
    refused_at("components", "so-ho-khau");
}

static void without_a_list_it_is_the_officers_word(void **state)
{
    struct intake_component paper = whole[2];
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    c.components = &paper;
    c.component_count = 1;
    assert_non_null(decide(NULL, INTAKE_RECEIVE, &c, 0));
    paper.listed = "to-khai";
    assert_null(decide(NULL, INTAKE_RECEIVE, &c, 0));
    refused_at("components[0].listed", "to-khai");
}

static struct intake_guide guidance(const struct intake_component *missing, int count)
{
    static const char *const reasons[] = {"missing_component"};

    return (struct intake_guide){.visit = {.counter = "H11.35-Q1",
                                           .procedure = "1.000009",
                                           .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                           .channel = CHANNEL_COUNTER,
                                           .reasons = reasons,
                                           .reason_count = 1,
                                           .explanation = "thiếu"},
                                 .missing = missing,
                                 .missing_count = count};
}

static void nothing_beside_the_list_is_asked_for(void **state)
{
    struct intake_component missing[] = {{.name = "Bản vẽ", .certified = 1, .listed = "ban-ve"},
                                         {.name = "Văn bản đồng ý", .originals = 1, .listed = "dong-y"},
                                         {.name = "Sổ hộ khẩu", .copies = 1}};
    struct intake_guide c = guidance(missing, 2);

    (void)state;
    assert_non_null(decide(NULL, INTAKE_GUIDE, &c, 0));
    c.missing_count = 3;
    assert_null(decide(NULL, INTAKE_GUIDE, &c, 0));
    assert_string_equal(err.field, "missing[2].listed");
    missing[2].listed = "so-ho-khau"; /* of former years */
    assert_null(decide(NULL, INTAKE_GUIDE, &c, 0));
    refused_at("missing[2].listed", "so-ho-khau");
    c.visit.procedure = "1.000001"; /* without a list */
    missing[2].listed = NULL;
    c.missing = &missing[2];
    c.missing_count = 1;
    assert_non_null(decide(NULL, INTAKE_GUIDE, &c, 0));
}

static void who_filed_is_told_at_once_of_all_that_his_filing_lacks(void **state)
{
    const struct intake_submit filing = {.reference = "DVC-1",
                                         .unit = "H11.35",
                                         .procedure = "1.000009",
                                         .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                         .components = files,
                                         .component_count = 2};
    const struct intake_component missing[] = {{.name = "Văn bản đồng ý", .originals = 1, .listed = "dong-y"},
                                               {.name = "Bản vẽ", .certified = 1, .listed = "ban-ve"}};
    const struct intake_decision *filed = decide(NULL, INTAKE_SUBMIT, &filing, 0);
    struct intake_guide c = guidance(missing, 1);

    (void)state;
    assert_non_null(filed); /* what it lacks the counter says */
    assert_string_equal(filed->next.submission->listed, "to-khai");
    c.visit.channel = CHANNEL_ONLINE;
    c.visit.submission = named;
    assert_null(decide(&filed->next, INTAKE_GUIDE, &c, 0));
    refused_at("missing", "ban-ve");
    c.missing_count = 2;
    assert_non_null(decide(&filed->next, INTAKE_GUIDE, &c, 0));
    /* Who is at the counter has his papers with him: of them nothing is known. */
    c = guidance(missing, 1);
    assert_non_null(decide(NULL, INTAKE_GUIDE, &c, 0));
}

static void codes_are_told_once(void **state)
{
    const struct intake_component twice[] = {whole[0], whole[1], whole[0], whole[2]};

    (void)state;
    assert_string_equal(intake_listed_codes(twice, 4, arena), "to-khai,ban-ve");
    assert_string_equal(intake_listed_codes(&whole[2], 1, arena), "");
}

/* A request form that is filed for a supplement, and what answers it. */
static void a_supplement_asks_and_takes_by_the_list_of_the_receipt(void **state)
{
    const struct intake_receive c = receipt(whole, 2);
    const struct intake_dossier d = decide(NULL, INTAKE_RECEIVE, &c, 0)->next;
    struct intake_component missing = {.name = "Văn bản đồng ý", .originals = 1, .listed = "dong-y"};
    struct intake_document form = {
        .id = {{7}}, .kind = DOCUMENT_REQUEST, .media_type = "text/plain", .pages = 1, .missing = &missing};

    (void)state;
    form.missing_count = 1;
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &form, 0));
    missing.listed = NULL;
    assert_null(decide(&d, INTAKE_FILE_DOCUMENT, &form, 0));
    assert_string_equal(err.field, "missing[0].listed");
    missing.listed = "ban-ve";
    assert_non_null(decide(&d, INTAKE_FILE_DOCUMENT, &form, 0));

    struct intake_list l = {.procedure = catalogue_procedure(catalogue, d.procedure, BED_DAY), .day = BED_DAY};
    struct intake_component brought = whole[1];
    assert_int_equal(intake_check_listed(&l, "components", &brought, 1, arena, &err), ERR_OK);
    brought.listed = "so-ho-khau";
    assert_int_equal(intake_check_listed(&l, "components", &brought, 1, arena, &err), ERR_INVALID);
    assert_string_equal(err.field, "components[0].listed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_dossier_is_received_with_all_that_is_always_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_list_is_that_of_the_day_of_receipt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_list_it_is_the_officers_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_beside_the_list_is_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_filed_is_told_at_once_of_all_that_his_filing_lacks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(codes_are_told_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_asks_and_takes_by_the_list_of_the_receipt, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
