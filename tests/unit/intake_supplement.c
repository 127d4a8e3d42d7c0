/* SPDX-License-Identifier: Apache-2.0 */
/* The supplement after acceptance: who takes it, when it is complete, how far the two dates move, and what is not told
 * meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_day.h"

static const struct intake_supplement_asked first = {.at = AT_ONCE, .step = 3, .round = 1, .by = "H11.35-td01"},
                                            again = {.at = AT_ONCE,
                                                     .step = 3,
                                                     .round = 2,
                                                     .by = "H11.35-tr01",
                                                     .ground = "new_finding",
                                                     .superior = "H11.35-tr01"};
static const struct intake_component components[] = {{.name = "Bản sao", .copies = 1},
                                                     {.name = "Tờ khai", .originals = 1}};
static const struct intake_supply supply = {.channel = CHANNEL_COUNTER, .components = components, .component_count = 2},
                                  nothing = {.channel = CHANNEL_COUNTER};

/* Received on Tuesday 1 October 2019 at 08:00, three working days: due on Friday at 08:00. */
static struct intake_dossier in_process_of(const char *procedure)
{
    static const struct intake_progress assigned = {.step = 3};
    static struct intake_receive c;
    c = bed_receive("H11.35-Q1", procedure);
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");

    return does(&d, INTAKE_TAKE_UP, &assigned, NULL);
}

static struct intake_dossier in_process(void)
{
    return in_process_of("1.000006");
}

static void the_request_pauses_the_clock(void **state)
{
    struct intake_dossier d = in_process();
    instant due = d.due_at;
    (void)state;
    minute = 10 * 60;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "SupplementRequested");
    assert_int_equal(out->next.state, INTAKE_AWAITING_SUPPLEMENT);
    assert_int_equal(intake_national_status(out->next.state, false), 5);
    assert_int_equal(out->step, 3);
    assert_int_equal(out->supplement, 0);
    assert_true(out->next.supplements[0].asked_at == instant_of_day(today, minute));
    assert_true(out->next.supplements[0].answer_until == INSTANT_NONE); /* no rule is known */
    assert_true(out->next.due_at == due && out->next.promised_at == INSTANT_NONE);
    assert_false(out->was_late);
    today = instant_day(due) + 30;
    assert_null(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL)); /* nothing falls due meanwhile */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

/* The wait is the procedure's, and of the day of receipt. */
static void how_long_to_wait_is_the_procedures(void **state)
{
    struct intake_dossier d = in_process_of("1.000007");
    (void)state;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL);
    assert_non_null(out);
    assert_int_equal(instant_day(out->next.supplements[0].answer_until), BED_DAY + 30);
}

/* Asked on Tuesday at 10:00, complete on Thursday at 10:00: the law's three working days begin again, two are left out.
 */
static void the_legal_clock_starts_anew_and_the_reported_one_goes_on(void **state)
{
    struct intake_dossier d = in_process();
    instant promised = d.due_at;
    (void)state;
    minute = 10 * 60;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    today += 2;
    int before = d.component_count;
    struct intake_decision *out = decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "SupplementReceived");
    assert_string_equal(out->place, "H11.35-Q1");
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_int_equal(out->next.component_count, before + 2);
    assert_ptr_equal(out->supply, &supply);
    assert_true(promised == instant_of_day(BED_DAY + 3, 8 * 60));
    assert_true(out->next.due_at ==
                instant_of_day(BED_DAY + 7, 10 * 60)); /* Tuesday: three working days from Thursday */
    assert_true(out->next.due_reported ==
                instant_of_day(BED_DAY + 7, 8 * 60)); /* the first date and two working days */
    assert_true(out->next.promised_at == promised);
    assert_non_null(strstr(out->next.due_explained, "19(4)"));
    today = BED_DAY + 7;
    minute = 10 * 60 + 1;
    assert_non_null(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL)); /* reckoned anew */
}

/* Asked on the fourth working day after that of acceptance: late by Decree 61, in time by the one that allows five. */
static void what_was_asked_late_is_told_by_the_term_of_the_day_of_acceptance(void **state)
{
    static const struct {
        int32_t received, asked;
        bool late;
    } rows[] = {{BED_DECREE - 1, BED_DECREE + 3, true},
                {BED_DECREE, BED_DECREE + 6, false},
                {BED_DECREE, BED_DECREE + 7, false},
                {BED_DECREE, BED_DECREE + 8, true},
                {BED_DECREE + 7, BED_DECREE + 13, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        today = rows[i].received;
        struct intake_dossier d = in_process();
        today = rows[i].asked;
        d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
        d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
        assert_int_equal(strstr(d.due_explained, "after the limit") != NULL, rows[i].late);
    }
}

/* In time, on the third working day; intake was away until the next morning. It counts from when it was asked for, so
 * it is not late, nor is the date that passed meanwhile. */
static void an_outage_makes_nothing_late(void **state)
{
    struct intake_supplement_asked asked = first;

    (void)state;
    struct intake_dossier d = in_process();
    asked.at = d.due_at - INSTANT_MINUTE;
    today = instant_day(d.due_at) + 3;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, NULL);
    assert_non_null(out);
    assert_true(out->next.supplements[0].asked_at == asked.at);
    assert_false(out->was_late);
    assert_null(strstr(out->next.due_explained, "after the limit"));
    /* What stands there already does not come behind it, and nothing lies ahead. */
    asked.at = d.received_at - 1;
    assert_true(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, NULL)->next.supplements[0].asked_at ==
                d.received_at);
    asked.at = instant_of_day(today, minute) + 1;
    assert_true(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, NULL)->next.supplements[0].asked_at ==
                asked.at - 1);
}

static void who_takes_it_and_what(void **state)
{
    static const struct intake_supply posted = {
        .channel = CHANNEL_POST, .components = components, .component_count = 1};
    struct intake_dossier d = in_process();
    (void)state;
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-td01", "H11.35"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &nothing, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, "components");
    minute = 22 * 60;
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35"));
    assert_string_equal(err.field, "counter");
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &posted, "H11.35-tn01");
    assert_null(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL)); /* once more: why, and who */
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, "ground");
}

#define FORM                                                                                                           \
    {                                                                                                                  \
        {                                                                                                              \
            7                                                                                                          \
        }                                                                                                              \
    }
#define OTHER                                                                                                          \
    {                                                                                                                  \
        {                                                                                                              \
            8                                                                                                          \
        }                                                                                                              \
    }

/* Three papers are asked for; a form that lists less was filed for something else. */
static const struct intake_wanted listed[] = {{.request = OTHER, .number = 1, .name = "Khác"},
                                              {.request = FORM, .number = 1, .name = "Giấy chứng sinh"},
                                              {.request = FORM, .number = 2, .name = "Sổ hộ khẩu"},
                                              {.request = FORM, .number = 3, .name = "Ảnh"}};

/* take gives what intake makes of a supplement, asked for by a form with these rows or by one without a list. */
static struct intake_decision *take(const struct intake_supply *c, size_t rows)
{
    static const struct intake_supplement_asked asked = {
        .at = AT_ONCE, .step = 3, .round = 1, .request = FORM, .by = "H11.35-td01"};
    struct intake_dossier d = in_process();
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", minute);

    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL);
    f.wanted = listed;
    f.wanted_count = (int)rows;
    err = (struct err){.code = ERR_OK};
    return intake_decide(&d, INTAKE_RECEIVE_SUPPLEMENT, c, &f, out, &err) ? NULL : out;
}

#define BROUGHT(...)                                                                                                   \
    .components = {__VA_ARGS__}, .component_count = (int)COUNT_OF(((const struct intake_component[]){__VA_ARGS__}))
#define WITHOUT(...)                                                                                                   \
    .without = {__VA_ARGS__}, .without_count = (int)COUNT_OF(((const struct intake_without[]){__VA_ARGS__}))
#define C(n)                                                                                                           \
    {                                                                                                                  \
        .name = "x", .copies = 1, .item = (n)                                                                          \
    }
#define W(n)                                                                                                           \
    {                                                                                                                  \
        .item = (n)                                                                                                    \
    }

/* It is complete when each paper of the list was brought, or is named as not brought; never both, and nothing else. */
static void it_is_complete_when_the_list_is(void **state)
{
    static const struct {
        struct intake_component components[4];
        int component_count;
        struct intake_without without[3];
        int without_count;
        const char *field, *says; /* NULL: it is taken */
    } rows[] = {
        {BROUGHT(C(1), C(2), C(3))},
        {BROUGHT(C(3), C(2), C(1), C(0))}, /* one more, that nobody asked for */
        {BROUGHT(C(1), C(1), C(2), C(3))}, /* two papers for one */
        {BROUGHT(C(2)), WITHOUT(W(3), W(1))},
        {WITHOUT(W(1), W(2), W(3))},                /* the agency has them all */
        {BROUGHT(C(0)), WITHOUT(W(1), W(2), W(3))}, /* another paper in their place */
        {BROUGHT(C(1), C(3)), .field = "components",
         .says = "1 of what was asked for is still missing, first of all paper 2: Sổ hộ khẩu"},
        {BROUGHT(C(0), C(3)), .field = "components",
         .says = "2 of what was asked for is still missing, first of all paper 1: Giấy chứng sinh"},
        {BROUGHT(C(1)), WITHOUT(W(3)), .field = "components",
         .says = "1 of what was asked for is still missing, first of all paper 2"},
        {.field = "components", .says = "3 of what was asked for is still missing, first of all paper 1"},
        {BROUGHT(C(1), C(2), C(3), C(4)), .field = "components[3].item", .says = "does not list a paper 4"},
        {BROUGHT(C(1), C(2)), WITHOUT(W(3), W(4)), .field = "without[1].item", .says = "does not list a paper 4"},
        {BROUGHT(C(1), C(2)), WITHOUT(W(3), W(3)), .field = "without[1].item", .says = "named twice"},
        {BROUGHT(C(1), C(2), C(3)), WITHOUT(W(3)), .field = "without[0].item", .says = "a component answers paper 3"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct intake_supply c = {.channel = CHANNEL_COUNTER,
                                        .components = rows[i].components,
                                        .component_count = rows[i].component_count,
                                        .without = rows[i].without,
                                        .without_count = rows[i].without_count};
        const struct intake_decision *out = take(&c, COUNT_OF(listed));

        assert_int_equal(err.code, rows[i].field ? ERR_INVALID : ERR_OK);
        if (!rows[i].field) {
            assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
            assert_int_equal(out->asked_count, 3);
            continue;
        }
        assert_string_equal(err.field, rows[i].field);
        if (!strstr(err.en, rows[i].says))
            fail_msg("row %zu says: %s", i, err.en);
    }
}

/* Any component completed it when lists were not kept, and there is nothing that one could answer. */
static void what_was_asked_without_a_list_is_complete_with_any_component(void **state)
{
    static const struct intake_component any[] = {C(0)}, answers[] = {C(1)};
    static const struct intake_without without[] = {W(1)};
    static const struct intake_supply brought = {.channel = CHANNEL_COUNTER, .components = any, .component_count = 1},
                                      answer = {.channel = CHANNEL_COUNTER,
                                                .components = answers,
                                                .component_count = 1},
                                      lacks = {.channel = CHANNEL_COUNTER,
                                               .components = any,
                                               .component_count = 1,
                                               .without = without,
                                               .without_count = 1};

    (void)state;
    const struct intake_decision *out = take(&brought, 1);
    assert_non_null(out);
    assert_int_equal(out->asked_count, 0);
    assert_null(take(&nothing, 1));
    assert_string_equal(err.field, "components");
    assert_null(take(&answer, 1));
    assert_string_equal(err.field, "components[0].item");
    assert_null(take(&lacks, 1));
    assert_string_equal(err.field, "without[0].item");
}

static void twice_at_the_most(void **state)
{
    struct intake_dossier d = in_process();
    (void)state;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    minute += 30;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    minute += 30;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL);
    assert_int_equal(d.supplement_count, 2);
    assert_non_null(strstr(d.due_explained, "11(2c)"));
    minute += 30;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 3, minute));
    assert_null(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL, NULL));
    assert_int_equal(err.code, ERR_CONFLICT);
}

/* The request comes a minute after the due moment, and the timer only then. */
static void what_was_late_before_is_told(void **state)
{
    struct intake_dossier d = in_process();
    (void)state;
    today = instant_day(d.due_at);
    minute = (int)((d.due_at - instant_of_day(today, 0)) / INSTANT_MINUTE) + 1;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL, NULL);
    assert_non_null(out);
    assert_true(out->was_late);
    out = decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "DuePassed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_request_pauses_the_clock, begin, tear_down),
        cmocka_unit_test_setup_teardown(how_long_to_wait_is_the_procedures, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_legal_clock_starts_anew_and_the_reported_one_goes_on, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_asked_late_is_told_by_the_term_of_the_day_of_acceptance, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_outage_makes_nothing_late, begin, tear_down),
        cmocka_unit_test_setup_teardown(who_takes_it_and_what, begin, tear_down),
        cmocka_unit_test_setup_teardown(it_is_complete_when_the_list_is, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_asked_without_a_list_is_complete_with_any_component, begin, tear_down),
        cmocka_unit_test_setup_teardown(twice_at_the_most, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_late_before_is_told, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
