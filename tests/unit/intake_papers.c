/* SPDX-License-Identifier: Apache-2.0 */
/* Paper, electronic or mixed: which papers may come by which channel, and what they are together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static const uint8_t scan[32] = {1};

#define OLD                                                                                                            \
    {                                                                                                                  \
        .name = "Đơn", .originals = 1                                                                                  \
    }
#define PAPER                                                                                                          \
    {                                                                                                                  \
        .name = "Sổ", .originals = 1, .certified = 2, .copies = 3, .form = INTAKE_FORM_PAPER                           \
    }
#define SCANNED                                                                                                        \
    {                                                                                                                  \
        .name = "Bản vẽ", .copies = 1, .form = INTAKE_FORM_PAPER, .digitised = scan                                    \
    }
#define SHOWN                                                                                                          \
    {                                                                                                                  \
        .name = "Hộ khẩu", .originals = 1, .form = INTAKE_FORM_PAPER, .to_show = true                                  \
    }
#define FILE_                                                                                                          \
    {                                                                                                                  \
        .name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC                                                              \
    }

static const struct {
    const char *what;
    struct intake_component components[3];
    int count;
    enum intake_medium medium;
    struct intake_papers papers;
    const char *refused[CHANNEL_COUNT]; /* the field, by channel; NULL: accepted */
} table[] = {
    {"unsaid", {OLD, OLD}, 2, INTAKE_MEDIUM_PAPER, {2, 0, 0, 2, 0, 0}, {[CHANNEL_ONLINE] = "components[0].form"}},
    {"paper", {PAPER}, 1, INTAKE_MEDIUM_PAPER, {1, 0, 0, 1, 2, 3}, {[CHANNEL_ONLINE] = "components[0].form"}},
    {"scanned", {OLD, SCANNED}, 2, INTAKE_MEDIUM_PAPER, {2, 0, 1, 1, 0, 1}, {[CHANNEL_ONLINE] = "components[0].form"}},
    {"files", {FILE_, FILE_}, 2, INTAKE_MEDIUM_ELECTRONIC, {0, 2, 0, 0, 0, 0}, {NULL}},
    {"both", {FILE_, PAPER}, 2, INTAKE_MEDIUM_MIXED, {1, 1, 0, 1, 2, 3}, {[CHANNEL_ONLINE] = "components[1].form"}},
    {"shown",
     {FILE_, SHOWN},
     2,
     INTAKE_MEDIUM_ELECTRONIC,
     {0, 1, 0, 0, 0, 0},
     {[CHANNEL_COUNTER] = "components[1].to_show", [CHANNEL_POST] = "components[1].to_show"}},
    {"only shown",
     {SHOWN},
     1,
     INTAKE_MEDIUM_ELECTRONIC,
     {0, 0, 0, 0, 0, 0},
     {[CHANNEL_COUNTER] = "components[0].to_show", [CHANNEL_POST] = "components[0].to_show"}},
};

static void each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        for (int channel = 1; channel < CHANNEL_COUNT; channel++) {
            struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
            struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
            struct intake_decision out;

            c.channel = (enum channel)channel;
            c.components = table[i].components;
            c.component_count = table[i].count;
            err = (struct err){.code = ERR_OK};
            enum err_code rc = intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err);
            if ((rc != ERR_OK) != (table[i].refused[channel] != NULL))
                fail_msg("%s by channel %d: %s", table[i].what, channel, err.en);
            if (rc) {
                assert_int_equal(rc, ERR_INVALID);
                assert_string_equal(err.field, table[i].refused[channel]);
            }
        }
}

static void what_they_are_together(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct intake_papers n = intake_count_papers(table[i].components, table[i].count);
        assert_memory_equal(&n, &table[i].papers, sizeof n);
        assert_int_equal(intake_medium_of(table[i].components, table[i].count), table[i].medium);
    }
    assert_int_equal(intake_medium_of(NULL, 0), INTAKE_MEDIUM_NONE);
}

/* What a dossier is once a supplement has come: by all that was handed in, whenever it came. */
static void what_they_are_with_a_supplement(void **state)
{
    static const struct intake_sheet paper = {.paper = true}, file = {.file = true}, shown = {0};
    static const struct intake_component brings_paper = PAPER, brings_file = FILE_, brings_shown = SHOWN;
    static const struct {
        const struct intake_sheet *was;
        const struct intake_component *brought;
        enum intake_medium medium;
    } cases[] = {
        {&file, &brings_file, INTAKE_MEDIUM_ELECTRONIC},  {&file, &brings_shown, INTAKE_MEDIUM_ELECTRONIC},
        {&shown, &brings_file, INTAKE_MEDIUM_ELECTRONIC}, {&file, &brings_paper, INTAKE_MEDIUM_MIXED},
        {&paper, &brings_file, INTAKE_MEDIUM_MIXED},      {&paper, &brings_paper, INTAKE_MEDIUM_PAPER},
        {NULL, &brings_file, INTAKE_MEDIUM_ELECTRONIC},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct intake_supply c = {.components = cases[i].brought, .component_count = 1};
        const struct intake_facts f = {.sheets = cases[i].was, .sheet_count = cases[i].was ? 1 : 0};
        if (intake_medium_with(&c, &f) != cases[i].medium)
            fail_msg("case %zu: %d", i, (int)intake_medium_with(&c, &f));
    }
}

/* A scan is one of a component that the dossier has. */
static void a_scan_names_its_component(void **state)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
    struct intake_document scanned = {.kind = DOCUMENT_COMPONENT, .component = 1};
    struct intake_decision out, filed;

    (void)state;
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    assert_int_equal(intake_decide(&out.next, INTAKE_FILE_DOCUMENT, &scanned, &f, &filed, &err), ERR_OK);
    assert_ptr_equal(filed.document, &scanned);
    scanned.component = 2;
    assert_int_equal(intake_decide(&out.next, INTAKE_FILE_DOCUMENT, &scanned, &f, &filed, &err), ERR_INVALID);
    assert_string_equal(err.field, "component");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_they_are_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_they_are_with_a_supplement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_scan_names_its_component, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
