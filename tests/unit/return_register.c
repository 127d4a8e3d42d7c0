/* SPDX-License-Identifier: Apache-2.0 */
/* Number series and seals: what may be recorded, and how a number is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/return/register.h"
#include "tests/unit/return_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    catalogue = bed_catalogue(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct return_series series = {"kq", UNIT, OUTCOME_GRANTED, "{n}/KQ-UBND", 17897, 0};
static const struct return_seal second = {"s2", UNIT, 2, "vt02", "Q1", "02/ĐKMD", "12/QĐ-UBND", 17897, 0};

static void series_is(const struct return_series *stored, struct return_series s, enum err_code code, const char *field)
{
    bool is_new = false;
    err = (struct err){.code = ERR_OK};
    assert_int_equal(return_series_record(stored, &s, catalogue, &is_new, &err), code);
    assert_string_equal(err.field, field);
    assert_true(code == ERR_OK || (err.vi[0] && err.en[0] && !is_new));
}

static void seal_is(const struct return_seal *stored, struct return_seal s, enum err_code code, const char *field)
{
    bool is_new = false;
    err = (struct err){.code = ERR_OK};
    assert_int_equal(return_seal_record(stored, &s, catalogue, &is_new, &err), code);
    assert_string_equal(err.field, field);
    assert_true(code == ERR_OK || (err.vi[0] && err.en[0] && !is_new));
}

/* ---- numbers */

static void numbers_have_two_digits_at_least(void **state)
{
    (void)state;
    assert_string_equal(return_number_text("{n}/KQ-UBND", 1, arena), "01/KQ-UBND");
    assert_string_equal(return_number_text("{n}/KQ-UBND", 99, arena), "99/KQ-UBND");
    assert_string_equal(return_number_text("QĐ-{n}", 1234, arena), "QĐ-1234");
    assert_string_equal(return_number_key("H11.02-kq", 2019, arena), "number/H11.02-kq/2019");
}

/* ---- series */

static void a_series_is_recorded(void **state)
{
    (void)state;
    bool is_new = false;
    assert_int_equal(return_series_record(NULL, &series, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
    assert_int_equal(return_series_record(&series, &series, catalogue, &is_new, &err), ERR_OK);
    assert_false(is_new);
    struct return_series ended = series;
    ended.valid_to = 18000;
    assert_int_equal(return_series_record(&series, &ended, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
    struct return_series apologies = series;
    apologies.outcome = OUTCOME_APOLOGY;
    assert_int_equal(return_series_record(NULL, &apologies, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
    struct return_series notices = series;
    notices.outcome = OUTCOME_STOPPED;
    assert_int_equal(return_series_record(NULL, &notices, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
    struct return_series corrections = series;
    corrections.outcome = OUTCOME_CORRECTION;
    assert_int_equal(return_series_record(NULL, &corrections, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
}

static void what_no_series_can_be(void **state)
{
    (void)state;
    struct return_series s = series;
    s.outcome = OUTCOME_NONE;
    series_is(NULL, s, ERR_INVALID, "document");
    s.outcome = OUTCOME_COUNT;
    series_is(NULL, s, ERR_INVALID, "document");
    const char *patterns[] = {"KQ-UBND", "{n}{n}/KQ", "{n}/{n}", "{m}/{n}", "{n}/}", "n/KQ"};
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        s = series;
        s.pattern = patterns[i];
        series_is(NULL, s, ERR_INVALID, "pattern");
    }
    s = series;
    s.valid_to = s.valid_from;
    series_is(NULL, s, ERR_INVALID, "valid_to");
    s = series;
    s.unit = "H99";
    series_is(NULL, s, ERR_NOT_YET, "unit");
}

static void a_series_keeps_what_its_numbers_bear(void **state)
{
    (void)state;
    struct return_series s = series;
    s.unit = OTHER;
    series_is(&series, s, ERR_CONFLICT, "unit");
    s = series;
    s.outcome = OUTCOME_REFUSED;
    series_is(&series, s, ERR_CONFLICT, "document");
    s = series;
    s.pattern = "{n}/QĐ-UBND";
    series_is(&series, s, ERR_CONFLICT, "pattern");
}

/* ---- seals */

static void a_seal_is_recorded(void **state)
{
    (void)state;
    bool is_new = false;
    assert_int_equal(return_seal_record(NULL, &second, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
    assert_int_equal(return_seal_record(&second, &second, catalogue, &is_new, &err), ERR_OK);
    assert_false(is_new);
    struct return_seal handed = second;
    handed.keeper = "ca01";
    assert_int_equal(return_seal_record(&second, &handed, catalogue, &is_new, &err), ERR_OK);
    assert_true(is_new);
}

static void what_no_seal_can_be(void **state)
{
    (void)state;
    struct return_seal s = second;
    s.ordinal = 3;
    seal_is(NULL, s, ERR_INVALID, "ordinal");
    s = second;
    s.permission = "";
    seal_is(NULL, s, ERR_INVALID, "permission");
    s = second;
    s.valid_to = s.valid_from;
    seal_is(NULL, s, ERR_INVALID, "valid_to");
    s = second;
    s.unit = "H99";
    seal_is(NULL, s, ERR_NOT_YET, "unit");
    s = second;
    s.keeper = "ai-do";
    seal_is(NULL, s, ERR_NOT_YET, "keeper");
    s = second;
    s.keeper = "vt08";
    seal_is(NULL, s, ERR_INVALID, "keeper");
    s = second;
    s.keeper = "td01";
    seal_is(NULL, s, ERR_INVALID, "keeper");
    s = second;
    s.place = "office";
    seal_is(NULL, s, ERR_INVALID, "place");
}

static void a_seal_keeps_what_its_imprints_bear(void **state)
{
    (void)state;
    struct return_seal s = second;
    s.unit = OTHER;
    seal_is(&second, s, ERR_CONFLICT, "unit");
    s = second;
    s.ordinal = 1;
    seal_is(&second, s, ERR_CONFLICT, "ordinal");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_two_digits_at_least),     TEST(a_series_is_recorded), TEST(what_no_series_can_be),
        TEST(a_series_keeps_what_its_numbers_bear), TEST(a_seal_is_recorded),   TEST(what_no_seal_can_be),
        TEST(a_seal_keeps_what_its_imprints_bear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
