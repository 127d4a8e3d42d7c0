/* SPDX-License-Identifier: Apache-2.0 */
/* The codes of agencies, dossiers and procedures, before and since Decision 20/2020. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/base/instant.h"
#include "common/domain/code.h"

static int32_t day(const char *iso)
{
    int32_t d = 0;
    assert_true(instant_day_parse(iso, &d));
    return d;
}

static void all(bool (*valid)(const char *), bool expected, const char *const *codes)
{
    for (; *codes; codes++)
        if (valid(*codes) != expected)
            fail_msg("\"%s\" should %sbe valid", *codes, expected ? "" : "not ");
    assert_false(valid(NULL));
    assert_false(valid(""));
}

static void an_agency_of_2018_has_level_4_first(void **state)
{
    const char *const good[] = {"000.21.35.H11", "000.00.BD.H08", "A0Z.00.12.Y99", NULL};
    const char *const bad[] = {"000.21.35.Z11", "000.21.35.H1",  "000.21.35.H111", "00.21.35.H11",
                               "000.21.35.h11", "000-21.35.H11", "000.21.35.H11 ", "H11.35.21",
                               "000.2.35.H11",  "000.21.35.1H1", "000.21.35.H11.", NULL};
    all(code_agency_valid, true, good);
    all(code_agency_valid, false, bad);
}

static void a_unit_since_2020_has_level_1_first(void **state)
{
    const char *const good[] = {"H11",        "H11.35", "H11.35.21", "H55.242",
                                "H21.17",     "Z01.3",  "ZA1",       "H11.12.03.04.05.06.07.08.09.10.1234",
                                /* 35 */ NULL};
    const char *const bad[] = {
        "H1",         "11H",     "H11.",    "H11..35",       ".H11",
        "H11.3a",     "H11 .35", "H111.35", "000.21.35.H11", "H11.12.03.04.05.06.07.08.09.10.12345",
        /* 36 */ NULL};
    all(code_unit_valid, true, good);
    all(code_unit_valid, false, bad);
}

static void a_dossier_of_either_form_is_valid(void **state)
{
    const char *const good[] = {"000.21.35.H11-191001-0001", "000.00.BD.H08-230411-0004", "H11.35.21-200915-0001",
                                "H55.242-240101-12345",      "H11-200915-0001",           NULL};
    const char *const bad[] = {"000.21.35.H11",
                               "000.21.35.H11-191001-001",
                               "000.21.35.H11-191001-123456",
                               "000.21.35.H11-19100-0001",
                               "000.21.35.H11-191001-000A",
                               "000.21.35.H11_191001-0001",
                               "000.21.35.H11-191001-0001\n",
                               "H11.-191001-0001",
                               "H11.12.03.04.05.06.07.08.09.10.12345-200915-0001",
                               NULL};
    all(code_dossier_valid, true, good);
    all(code_dossier_valid, false, bad);
}

static void a_procedure_is_national_or_local(void **state)
{
    const char *const good[] = {"1.000815", "2.000815", "3.000001", "2.000815.000.00.00.H55", NULL};
    const char *const bad[] = {"0.000815",  "4.000815",     "2.00815",
                               "2.0008155", "2-000815",     "2.000815.",
                               "2.00081a",  "2.000815.H55", "2.000815.000.00.00.H55.02",
                               NULL};
    all(code_procedure_valid, true, good);
    all(code_procedure_valid, false, bad);
}

static void the_form_changes_on_15_09_2020(void **state)
{
    static const struct {
        const char *day;
        int sequence;
        const char *code;
    } rows[] = {
        {"2019-10-01", 1, "000.21.35.H11-191001-0001"},
        {"2020-09-14", 9999, "000.21.35.H11-200914-9999"},
        {"2020-09-15", 1, "H11.35.21-200915-0001"},
        {"2026-12-31", 120, "H11.35.21-261231-0120"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char code[CODE_DOSSIER_SIZE];
        struct err e;
        assert_int_equal(code_dossier_format(code, sizeof(code), "000.21.35.H11", "H11.35.21", day(rows[i].day),
                                             rows[i].sequence, &e),
                         ERR_OK);
        assert_string_equal(code, rows[i].code);
        assert_true(code_dossier_valid(code));
    }
}

static void only_the_code_in_force_is_needed(void **state)
{
    char code[CODE_DOSSIER_SIZE] = "kept";
    struct err e;
    assert_int_equal(code_dossier_format(code, sizeof(code), "000.21.35.H11", NULL, day("2020-09-15"), 1, &e),
                     ERR_INVALID);
    assert_string_equal(e.field, "agency");
    assert_string_equal(code, "kept");
    assert_int_equal(code_dossier_format(code, sizeof(code), "H11.35.21", NULL, day("2020-09-14"), 1, &e), ERR_INVALID);
    assert_int_equal(code_dossier_format(code, sizeof(code), "000.21.35.H11", NULL, day("2020-09-14"), 1, &e), ERR_OK);
    assert_int_equal(code_dossier_format(code, sizeof(code), NULL, "H11.35.21", day("2020-09-15"), 1, &e), ERR_OK);
}

static void the_10000th_of_a_day_is_refused(void **state)
{
    static const int wrong[] = {10000, 0, -1};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char code[CODE_DOSSIER_SIZE] = "kept";
        struct err e;
        assert_int_equal(
            code_dossier_format(code, sizeof(code), "000.21.35.H11", NULL, day("2019-10-01"), wrong[i], &e),
            ERR_CONFLICT);
        assert_string_equal(e.field, "sequence");
        assert_non_null(strstr(e.vi, "9999"));
        assert_string_equal(code, "kept");
    }
}

static void a_code_is_never_cut(void **state)
{
    char code[CODE_DOSSIER_SIZE] = "kept";
    struct err e;
    assert_int_equal(code_dossier_format(code, 25, "000.21.35.H11", NULL, day("2019-10-01"), 1, &e), ERR_INVALID);
    assert_string_equal(code, "kept");
    assert_int_equal(code_dossier_format(code, 26, "000.21.35.H11", NULL, day("2019-10-01"), 1, &e), ERR_OK);
    assert_int_equal(code_dossier_format(code, sizeof(code), NULL, "H11.12.03.04.05.06.07.08.09.10.1234",
                                         day("2021-10-01"), 9999, &e),
                     ERR_OK);
    assert_int_equal(code_dossier_format(code, sizeof(code), "000.21.35.H11", NULL, day("1999-12-31"), 1, &e),
                     ERR_INVALID);
    assert_string_equal(e.field, "day");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agency_of_2018_has_level_4_first), cmocka_unit_test(a_unit_since_2020_has_level_1_first),
        cmocka_unit_test(a_dossier_of_either_form_is_valid),   cmocka_unit_test(a_procedure_is_national_or_local),
        cmocka_unit_test(the_form_changes_on_15_09_2020),      cmocka_unit_test(only_the_code_in_force_is_needed),
        cmocka_unit_test(the_10000th_of_a_day_is_refused),     cmocka_unit_test(a_code_is_never_cut),
    };
    return cmocka_run_group_tests_name("domain_code", tests, NULL, NULL);
}
