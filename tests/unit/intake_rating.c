/* SPDX-License-Identifier: Apache-2.0 */
/* The rating: when, by whom, how, once; and the points that follow from what was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static const struct intake_rate content = {
    .means = INTAKE_MEANS_DEVICE, .satisfaction = 2, .attitude = 1, .contacts = 0, .agencies = 1};

static struct intake_dossier received(void)
{
    static struct intake_receive c;
    static struct intake_decision out;
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);

    c = bed_receive("H11.35-Q1", "1.000001");
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    return out.next;
}

static struct intake_dossier returned(void)
{
    struct intake_dossier d = received();

    d.state = INTAKE_RETURNED;
    d.returned_by = "H11.35-tk01";
    return d;
}

static const struct intake_decision *rate(const struct intake_dossier *d, const struct intake_rate *c,
                                          const char *actor, const char *unit, uint32_t roles)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f =
        bed_facts(arena, catalogue, actor, unit, 20 * 60); /* after closing: slips are entered then */

    f.actor_roles = roles;
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, INTAKE_RATE, c, &f, out, &err) ? NULL : out;
}

/* With the token of the device at the counter. */
static const struct intake_decision *by_device(const struct intake_dossier *d)
{
    return rate(d, &content, "H11.35-Q1", "H11.35", ROLE_BIT(DEVICE));
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

static void it_changes_nothing_but_that_there_is_one(void **state)
{
    struct intake_dossier d = returned();
    const struct intake_decision *out = by_device(&d);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "RatingGiven");
    assert_string_equal(out->place, "H11.35-Q1");
    assert_true(out->next.rated && out->rate == &content);
    struct intake_dossier after = out->next;
    after.rated = false;
    assert_memory_equal(&after, &d, sizeof d);
}

static void only_once_whatever_the_means(void **state)
{
    struct intake_dossier d = returned();
    struct intake_rate online = content;

    (void)state;
    d = by_device(&d)->next;
    refused(by_device(&d), ERR_ILLEGAL_MOVE, "rating");
    online.means = INTAKE_MEANS_ONLINE;
    refused(rate(&d, &online, "portal", "H11", ROLE_BIT(PORTAL)), ERR_ILLEGAL_MOVE, "rating");
}

/* Before that the citizen has not seen what is to be judged. */
static void only_when_it_has_ended_for_the_citizen(void **state)
{
    (void)state;
    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        struct intake_dossier d = returned();
        bool ended = s == INTAKE_RETURNED || s == INTAKE_REFUSED || s == INTAKE_WITHDRAWN || s == INTAKE_STOPPED;
        d.state = (enum intake_state)s;
        assert_int_equal(by_device(&d) != NULL, ended);
        assert_int_equal(err.code, ended ? ERR_OK : ERR_ILLEGAL_MOVE);
    }
}

/* A slip passes through an officer's hands: whoever served the citizen is not the one. */
static void who_served_does_not_enter_the_slip(void **state)
{
    struct intake_dossier d = returned();
    struct intake_rate slip = content;

    (void)state;
    slip.means = INTAKE_MEANS_SLIP;
    refused(rate(&d, &slip, "H11.35-tn01", "H11.35", 0), ERR_FORBIDDEN, "actor"); /* received it */
    refused(rate(&d, &slip, "H11.35-tk01", "H11.35", 0), ERR_FORBIDDEN, "actor"); /* handed it over */
    assert_non_null(rate(&d, &slip, "H11.35-2v", "H11.35", 0));
    assert_non_null(rate(&d, &slip, "H11.35-tr01", "H11.35", 0)); /* the head, at the office */
    d.supplements[d.supplement_count++] =
        (struct intake_supplement){.received_by = "H11.35-2v", .answer_until = INSTANT_NONE, .received_at = 1};
    refused(rate(&d, &slip, "H11.35-2v", "H11.35", 0), ERR_FORBIDDEN, "actor");
    d.withdrawal = (struct intake_withdrawal){.state = WITHDRAWAL_GRANTED, .by = "H11.35-tr01"};
    refused(rate(&d, &slip, "H11.35-tr01", "H11.35", 0), ERR_FORBIDDEN, "actor");
}

/* Whoever took money or a complaint from him, gave him some back or exempted him stood before him, too. */
static void who_took_a_fee_or_a_complaint_does_not(void **state)
{
    const struct intake_fee fees[] = {{.code = "x", .state = INTAKE_FEE_PAID, .paid_by = "H11.35-2v"},
                                      {.code = "x", .state = INTAKE_FEE_REFUNDED, .refunded_by = "H11.35-2v"},
                                      {.code = "x", .state = INTAKE_FEE_WAIVED, .waived_by = "H11.35-2v"}};
    const struct intake_complaint complaints[] = {{.filed_by = "H11.35-2v", .answered_at = INSTANT_NONE},
                                                  {.supplied_by = "H11.35-2v", .answered_at = INSTANT_NONE}};
    struct intake_rate slip = content;

    (void)state;
    slip.means = INTAKE_MEANS_SLIP;
    for (size_t i = 0; i < COUNT_OF(fees) + COUNT_OF(complaints); i++) {
        struct intake_dossier d = returned();
        if (i < COUNT_OF(fees))
            d.fees = &fees[i], d.fee_count = 1;
        else
            d.complaints = &complaints[i - COUNT_OF(fees)], d.complaint_count = 1;
        refused(rate(&d, &slip, "H11.35-2v", "H11.35", 0), ERR_FORBIDDEN, "actor");
        assert_non_null(rate(&d, &slip, "H11.35-tr01", "H11.35", 0));
        assert_non_null(by_device(&d)); /* there the citizen chooses himself */
    }
}

static void who_gave_papers_back_does_not(void **state)
{
    static const struct intake_sheet sheets[] = {
        {.number = 1, .paper = true},
        {.number = 2, .originals = 1, .paper = true, .given_back = true, .given_back_by = "H11.35-2v"}};
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-2v", "H11.35", 20 * 60);
    struct intake_dossier d = returned();
    struct intake_rate slip = content;
    struct intake_decision out;

    (void)state;
    slip.means = INTAKE_MEANS_SLIP;
    f.sheets = sheets;
    f.sheet_count = COUNT_OF(sheets);
    assert_int_equal(intake_decide(&d, INTAKE_RATE, &slip, &f, &out, &err), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    f.sheet_count = 1;
    assert_int_equal(intake_decide(&d, INTAKE_RATE, &slip, &f, &out, &err), ERR_OK);
}

static void each_means_has_its_place(void **state)
{
    static const char *const officers[] = {"H11.35-tn01", "H11.35-tk01", "H11.35-2v", "H11.35-tr01"};
    struct intake_dossier d = returned();
    struct intake_rate online = content;

    (void)state;
    online.means = INTAKE_MEANS_ONLINE;
    struct intake_rate slip = content;
    slip.means = INTAKE_MEANS_SLIP;
    refused(rate(&d, &slip, "H11.05-tn01", "H11.05", 0), ERR_FORBIDDEN, "actor"); /* another unit's counter */
    refused(rate(&d, &slip, "H11.35-td01", "H11.35", 0), ERR_FORBIDDEN, "actor"); /* no role for it */
    refused(rate(&d, &slip, "H11.35-Q1", "H11.35", ROLE_BIT(DEVICE)), ERR_FORBIDDEN, "actor"); /* fills in no slips */
    for (size_t i = 0; i < COUNT_OF(officers); i++) /* whether he served or not: the device is nobody's */
        refused(rate(&d, &content, officers[i], "H11.35", ROLE_BIT(RECEIVER) | ROLE_BIT(HEAD)), ERR_FORBIDDEN, "by");
    refused(rate(&d, &content, "H11.01-Q5", "H11.05", ROLE_BIT(DEVICE)), ERR_FORBIDDEN, "actor"); /* another unit's */
    refused(rate(&d, &content, "H11.35-Q1", "H11.05", ROLE_BIT(DEVICE)), ERR_FORBIDDEN, "actor"); /* not its counter */
    refused(rate(&d, &content, "H11.35-tn01", "H11.35", ROLE_BIT(DEVICE)), ERR_FORBIDDEN,
            "actor"); /* a post, no counter */
    refused(rate(&d, &content, "portal", "H11", ROLE_BIT(PORTAL)), ERR_FORBIDDEN, "by");
    refused(rate(&d, &online, "H11.35-tn01", "H11.35", ROLE_BIT(RECEIVER)), ERR_FORBIDDEN, "by");
    const struct intake_decision *out = rate(&d, &online, "portal", "H11", ROLE_BIT(PORTAL));
    assert_non_null(out);
    assert_null(out->place);
}

/* Circular 01/2018 Art. 13: none 2, one 1, more 0. */
static void points_follow_from_what_was_said(void **state)
{
    static const int points[] = {2, 1, 0, 0};

    (void)state;
    for (int n = 0; n < 4; n++) {
        struct intake_rate c = {.satisfaction = n % 3, .attitude = 2 - n % 3, .contacts = n, .agencies = 3 - n};
        struct intake_points p = intake_points_of(&c);
        assert_int_equal(p.contacts, points[n]);
        assert_int_equal(p.agencies, points[3 - n]);
        assert_int_equal(p.satisfaction, n % 3);
        assert_int_equal(p.attitude, 2 - n % 3);
    }
    struct intake_rate most = {.contacts = INTAKE_TIMES_MOST, .agencies = INTAKE_TIMES_MOST};
    assert_int_equal(intake_points_of(&most).contacts + intake_points_of(&most).agencies, 0);
    assert_string_equal(intake_satisfactions[INTAKE_POINTS_MOST], "satisfied");
    assert_string_equal(intake_attitudes[INTAKE_POINTS_MOST], "good");
    assert_null(intake_satisfactions[INTAKE_POINTS_MOST + 1]);
    assert_null(intake_attitudes[INTAKE_POINTS_MOST + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_changes_nothing_but_that_there_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_once_whatever_the_means, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_when_it_has_ended_for_the_citizen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_served_does_not_enter_the_slip, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_took_a_fee_or_a_complaint_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_gave_papers_back_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_means_has_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(points_follow_from_what_was_said, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("intake_rating", tests, NULL, NULL);
}
