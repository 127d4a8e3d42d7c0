/* SPDX-License-Identifier: Apache-2.0 */
/* Late entry: what the header says, and each rule that an entry is held against, alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/base/role.h"
#include "common/domain/late_entry.h"

#define HEADER "Taicho-Late-Entry"

static struct arena *arena;
static struct catalogue *catalogue;

static instant at(const char *text)
{
    instant t;
    assert_true(instant_parse(text, &t));
    return t;
}

static int32_t day(const char *text)
{
    int32_t d;
    assert_true(instant_day_parse(text, &d));
    return d;
}

static void officer(const char *id, const char *unit, uint32_t roles, const char *from, const char *to)
{
    struct officer *o = ARENA_NEW(arena, struct officer);
    *o = (struct officer){.record = {.id = id, .version = 1, .valid_from = day(from), .valid_to = to ? day(to) : 0},
                          .unit = unit,
                          .counter = "",
                          .title = "",
                          .roles = roles};
    catalogue_add_officer(catalogue, o);
}

static void unit(const char *id, const char *parent)
{
    struct unit *u = ARENA_NEW(arena, struct unit);
    *u = (struct unit){.record = {.id = id, .version = 1, .valid_from = day("2019-01-01")},
                       .agency_code = "",
                       .name = "",
                       .parent = parent};
    catalogue_add_unit(catalogue, u);
}

static int set_up(void **state)
{
    arena = arena_new((size_t)1 << 20);
    catalogue = catalogue_new(arena, 1);
    unit("H11", "");
    unit("H11.35", "H11");
    unit("H11.35.21", "H11.35");
    unit("H11.35.22", "H11.35");
    officer("tn01", "H11.35.21", ROLE_BIT(RECEIVER), "2019-01-01", NULL);
    officer("pd01", "H11.35.21", ROLE_BIT(HEAD) | ROLE_BIT(APPROVER), "2019-01-01", NULL);
    officer("pd02", "H11.35.21", ROLE_BIT(HEAD), "2019-10-01", "2019-10-03");
    officer("td01", "H11.35.21", ROLE_BIT(APPRAISER), "2019-01-01", NULL);
    officer("pd22", "H11.35.22", ROLE_BIT(HEAD), "2019-01-01", NULL);
    officer("tr01", "H11.35", ROLE_BIT(HEAD), "2019-01-01", NULL);
    officer("td35", "H11.35", ROLE_BIT(APPRAISER), "2019-01-01", NULL);
    officer("tr00", "H11", ROLE_BIT(HEAD), "2019-01-01", NULL);
    static const struct legal_term longer = {
        .record = {.id = "late_entry", .version = 1, .valid_from = 18176, .valid_to = 18178}, .value = 9};
    catalogue_add_term(catalogue, &longer); /* on the seventh and eighth of October */
    catalogue_seal(catalogue);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

/* ---- the header */

static void what_it_says_is_read_in_any_order(void **state)
{
    static const char *const texts[] = {
        "occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01",
        "superior=H11.35.21-pd01,reason=power,occurred_at=2019-10-01T02:10:00Z",
        " \treason=power \t, occurred_at=2019-10-01T09:10:00+07:00 ,superior=H11.35.21-pd01 ",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct late_entry l;
        struct err e = {0};
        if (late_entry_read(texts[i], arena, &l, &e))
            fail_msg("%s: %s", texts[i], e.en);
        assert_true(l.occurred_at == at("2019-10-01T09:10:00+07:00"));
        assert_string_equal(l.reason, "power");
        assert_string_equal(l.superior, "H11.35.21-pd01");
    }
    for (const char *const *r = late_reasons; *r; r++) {
        struct late_entry l;
        assert_int_equal(
            late_entry_read(arena_printf(arena, "occurred_at=2019-10-01T09:10:00+07:00,reason=%s,superior=x", *r),
                            arena, &l, NULL),
            ERR_OK);
        assert_string_equal(l.reason, *r);
    }
}

static void what_it_does_not_say_is_refused_by_name(void **state)
{
    char longest[400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const struct {
        const char *text, *field;
    } cases[] = {
        {"", HEADER},
        {"occurred_at", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=x,", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=x, superior=x", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, reason=power", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00; reason=power; superior=x", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, chief=x", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=ng\xC6\xB0\xE1\xBB\x9Di", HEADER},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=x y", HEADER},
        {longest, HEADER},
        {"occurred_at=, reason=power, superior=x", HEADER ".occurred_at"},
        {"occurred_at=2019-10-01, reason=power, superior=x", HEADER ".occurred_at"},
        {"occurred_at=2019-10-01T09:10:00, reason=power, superior=x", HEADER ".occurred_at"},
        {"occurred_at=2019-10-01T25:10:00+07:00, reason=power, superior=x", HEADER ".occurred_at"},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=, superior=x", HEADER ".reason"},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=tired, superior=x", HEADER ".reason"},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=POWER, superior=x", HEADER ".reason"},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=", HEADER ".superior"},
        {"occurred_at=2019-10-01T09:10:00+07:00, reason=power, "
         "superior=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
         HEADER ".superior"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct late_entry l;
        struct err e = {0};
        if (late_entry_read(cases[i].text, arena, &l, &e) != ERR_INVALID || strcmp(e.field, cases[i].field) != 0)
            fail_msg("\"%s\" gave %s \"%s\"", cases[i].text, e.field, e.en);
        assert_true(e.vi[0] && e.en[0]);
    }
}

/* ---- the rules */

static struct late_entry entry(const char *when, const char *superior)
{
    return (struct late_entry){.occurred_at = at(when), .reason = "network", .superior = superior};
}

/* The receiver of the commune, on the second of October at ten. */
static struct late_facts facts(void)
{
    return (struct late_facts){.catalogue = catalogue,
                               .now = at("2019-10-02T10:00:00+07:00"),
                               .last_act = INSTANT_NONE,
                               .actor = "tn01",
                               .actor_unit = "H11.35.21"};
}

static void allowed(const struct late_entry *l, const struct late_facts *f)
{
    struct err e = {0};
    if (late_entry_may(l, f, &e))
        fail_msg("refused: %s: %s", e.field, e.en);
}

static void refused(const struct late_entry *l, const struct late_facts *f, const char *part)
{
    struct err e = {0};
    if (late_entry_may(l, f, &e) != ERR_INVALID || strcmp(e.field, part) != 0)
        fail_msg("not refused for %s: %s \"%s\"", part, e.field, e.en);
    assert_true(e.vi[0] && e.en[0]);
}

static void it_lies_in_the_past_and_not_too_far_back(void **state)
{
    const struct {
        const char *when;
        bool may;
    } cases[] = {
        {"2019-10-02T10:00:00+07:00", true},        {"2019-10-02T10:00:00.000001+07:00", false},
        {"2019-10-03T09:00:00+07:00", false},       {"2019-10-02T09:59:00+07:00", true},
        {"2019-09-25T10:00:00+07:00", true},        {"2019-09-25T09:59:59.999999+07:00", false},
        {"1960-01-01T00:00:00+07:00", false},       {"9999-12-31T23:59:59+07:00", false},
        {"2019-10-02T03:00:00.000000+00:00", true},
    };
    struct late_facts f = facts();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct late_entry l = entry(cases[i].when, "pd01");
        cases[i].may ? allowed(&l, &f) : refused(&l, &f, HEADER ".occurred_at");
    }
}

static void how_far_back_is_the_term_of_the_day_of_the_entry(void **state)
{
    const struct {
        const char *now, *when;
        bool may;
    } cases[] = {
        {"2019-10-06T23:59:59+07:00", "2019-09-30T00:00:00+07:00", true},
        {"2019-10-06T23:59:59+07:00", "2019-09-29T23:00:00+07:00", false},
        {"2019-10-07T00:00:00+07:00", "2019-09-28T00:00:00+07:00", true},
        {"2019-10-07T00:00:00+07:00", "2019-09-27T23:59:59+07:00", false},
        {"2019-10-09T00:00:00+07:00", "2019-10-02T00:00:00+07:00", true}, /* taken back, whatever held on that day */
        {"2019-10-09T00:00:00+07:00", "2019-10-01T23:59:59+07:00", false},
    };
    struct late_facts f = facts();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct late_entry l = entry(cases[i].when, "pd01");
        f.now = at(cases[i].now);
        cases[i].may ? allowed(&l, &f) : refused(&l, &f, HEADER ".occurred_at");
    }
}

static void it_does_not_lie_before_what_was_done_since(void **state)
{
    struct late_facts f = facts();
    struct late_entry l = entry("2019-10-02T09:00:00+07:00", "pd01");

    f.last_act = l.occurred_at - 1;
    allowed(&l, &f);
    f.last_act = l.occurred_at; /* two acts on one paper, of one minute */
    allowed(&l, &f);
    f.last_act = l.occurred_at + 1;
    refused(&l, &f, HEADER ".occurred_at");
}

static void the_superior_was_a_head_of_the_unit_on_that_day(void **state)
{
    const struct {
        const char *when, *superior;
        bool may;
    } cases[] = {
        {"2019-10-02T09:00:00+07:00", "pd01", true},    {"2019-10-02T09:00:00+07:00", "pd02", true},
        {"2019-09-30T09:00:00+07:00", "pd02", false}, /* not yet */
        {"2019-10-02T09:00:00+07:00", "td01", false}, /* no head */
        {"2019-10-02T09:00:00+07:00", "pd22", false}, /* another unit's */
        {"2019-10-02T09:00:00+07:00", "tr01", false}, /* of the unit above: only for heads */
        {"2019-10-02T09:00:00+07:00", "nobody", false}, {"2019-10-02T09:00:00+07:00", "tn01", false}, /* himself */
    };
    struct late_facts f = facts();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct late_entry l = entry(cases[i].when, cases[i].superior);
        cases[i].may ? allowed(&l, &f) : refused(&l, &f, HEADER ".superior");
    }
    f.now = at("2019-10-04T10:00:00+07:00");
    struct late_entry last = entry("2019-10-02T23:59:59+07:00", "pd02"),
                      gone = entry("2019-10-03T00:00:00+07:00", "pd02");
    allowed(&last, &f);
    refused(&gone, &f, HEADER ".superior");
}

static void a_head_has_a_head_above(void **state)
{
    struct late_facts f = facts();
    const char *const may[] = {"pd02", "tr01", "tr00"}, *const may_not[] = {"pd01", "pd22", "td35", "tn01"};

    f.actor = "pd01";
    for (size_t i = 0; i < COUNT_OF(may); i++) {
        struct late_entry l = entry("2019-10-02T09:00:00+07:00", may[i]);
        allowed(&l, &f);
    }
    for (size_t i = 0; i < COUNT_OF(may_not); i++) {
        struct late_entry l = entry("2019-10-02T09:00:00+07:00", may_not[i]);
        refused(&l, &f, HEADER ".superior");
    }
    f.actor_unit = "H11.35.22"; /* a token that names a unit which the post does not belong to */
    struct late_entry l = entry("2019-10-02T09:00:00+07:00", "tr01");
    refused(&l, &f, HEADER ".superior");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_is_read_in_any_order),
        cmocka_unit_test(what_it_does_not_say_is_refused_by_name),
        cmocka_unit_test(it_lies_in_the_past_and_not_too_far_back),
        cmocka_unit_test(how_far_back_is_the_term_of_the_day_of_the_entry),
        cmocka_unit_test(it_does_not_lie_before_what_was_done_since),
        cmocka_unit_test(the_superior_was_a_head_of_the_unit_on_that_day),
        cmocka_unit_test(a_head_has_a_head_above),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
