/* SPDX-License-Identifier: Apache-2.0 */
/* What makes no sense in a process: for each rule one that breaks it and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/role.h"
#include "common/domain/process.h"

#define STEPS_MOST 14

#define BY(kind_, role_)                                                                                               \
    {                                                                                                                  \
        .kind = STEP_##kind_, .roles = ROLE_BIT(role_), .at_counter = true                                             \
    }
#define RECEIVE    BY(RECEIVE, RECEIVER)
#define TRANSFER   BY(TRANSFER, CLERK)
#define VERIFY     BY(VERIFY, APPRAISER)
#define CONSULT    BY(CONSULT, APPRAISER)
#define APPRAISE   BY(APPRAISE, APPRAISER)
#define ENDORSE    BY(ENDORSE, HEAD)
#define APPROVE    BY(APPROVE, APPROVER)
#define OBLIGATION BY(OBLIGATION, APPRAISER)
#define SEAL       BY(NUMBER_SEAL, CLERK)
#define HAND_OVER  BY(HAND_OVER, RETURNER)
#define RETURN     BY(RETURN, RETURNER)

static const char one_receive[] = "a process has one receive, and it comes first";
static const char one_return[] = "a process has one return, and it comes last";
static const char transfer_follows[] = "a transfer follows receive or approve";
static const char obligation_follows[] = "an obligation follows transfer or approve";
static const char endorse_follows[] = "endorse follows right behind appraise or endorse";
static const char approve_follows[] = "approve follows right behind appraise or endorse";
static const char hand_over_follows[] = "hand_over follows right behind number_seal";
static const char issued[] = "behind the last approve a result is only issued and returned";
static const char sealed_behind[] = "number_seal comes after the last approve";
static const char sealed_once[] = "needs exactly one step number_seal";
static const char at_the_counter[] = "on the spot, every step is done at the counter";

static const struct {
    const char *what;
    enum route route;
    struct process_step steps[STEPS_MOST];
    int step; /* where its one flaw is */
    enum process_field field;
    const char *en; /* NULL: it makes sense */
} table[] = {
    {"on the spot", ROUTE_ON_THE_SPOT, {RECEIVE, APPRAISE, APPROVE, SEAL, RETURN}, .en = NULL},
    {"everything",
     ROUTE_BACK_OFFICE,
     {RECEIVE, TRANSFER, OBLIGATION, VERIFY, CONSULT, APPRAISE, ENDORSE, ENDORSE, APPROVE, APPRAISE, APPROVE, SEAL,
      HAND_OVER, RETURN},
     .en = NULL},
    {"a transfer and an obligation between two decisions",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, TRANSFER, OBLIGATION, APPRAISE, APPROVE, SEAL, RETURN},
     .en = NULL},

    {"no receipt", ROUTE_BACK_OFFICE, {APPRAISE, APPROVE, SEAL, RETURN}, 1, PROCESS_KIND, one_receive},
    {"received twice",
     ROUTE_BACK_OFFICE,
     {RECEIVE, RECEIVE, APPRAISE, APPROVE, SEAL, RETURN},
     2,
     PROCESS_KIND,
     one_receive},
    {"no return", ROUTE_BACK_OFFICE, {RECEIVE, APPRAISE, APPROVE, SEAL}, 4, PROCESS_KIND, one_return},
    {"returned twice",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, SEAL, RETURN, RETURN},
     5,
     PROCESS_KIND,
     one_return},

    {"another role",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, BY(APPROVE, CLERK), SEAL, RETURN},
     3,
     PROCESS_ROLE,
     "\"clerk\" does not do the step approve"},
    {"no role",
     ROUTE_BACK_OFFICE,
     {RECEIVE, {.kind = STEP_APPRAISE}, APPROVE, SEAL, RETURN},
     2,
     PROCESS_ROLE,
     "\"\" does not do the step appraise"},

    {"transferred behind an appraisal",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, TRANSFER, APPRAISE, APPROVE, SEAL, RETURN},
     3,
     PROCESS_KIND,
     transfer_follows},
    {"to be paid right behind the receipt",
     ROUTE_BACK_OFFICE,
     {RECEIVE, OBLIGATION, APPRAISE, APPROVE, SEAL, RETURN},
     2,
     PROCESS_KIND,
     obligation_follows},
    {"endorsed without an appraisal",
     ROUTE_BACK_OFFICE,
     {RECEIVE, ENDORSE, APPROVE, SEAL, RETURN},
     2,
     PROCESS_KIND,
     endorse_follows},
    {"decided on a verification",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, VERIFY, APPROVE, SEAL, RETURN},
     4,
     PROCESS_KIND,
     approve_follows},
    {"handed over before the decision",
     ROUTE_BACK_OFFICE,
     {RECEIVE, HAND_OVER, APPRAISE, APPROVE, SEAL, RETURN},
     2,
     PROCESS_KIND,
     hand_over_follows},
    {"handed over before the seal",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, HAND_OVER, SEAL, RETURN},
     4,
     PROCESS_KIND,
     hand_over_follows},
    {"handed over twice",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, SEAL, HAND_OVER, HAND_OVER, RETURN},
     6,
     PROCESS_KIND,
     hand_over_follows},

    {"verified behind the last decision",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, VERIFY, SEAL, RETURN},
     4,
     PROCESS_KIND,
     issued},
    {"to be paid behind the last decision",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, OBLIGATION, SEAL, RETURN},
     4,
     PROCESS_KIND,
     issued},
    {"sealed behind the first of two decisions",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, SEAL, APPRAISE, APPROVE, RETURN},
     4,
     PROCESS_KIND,
     sealed_behind},
    {"never decided", ROUTE_BACK_OFFICE, {RECEIVE, APPRAISE, SEAL, RETURN}, 3, PROCESS_KIND, sealed_behind},
    {"never sealed", ROUTE_BACK_OFFICE, {RECEIVE, APPRAISE, APPROVE, RETURN}, 0, PROCESS_STEPS, sealed_once},
    {"sealed twice",
     ROUTE_BACK_OFFICE,
     {RECEIVE, APPRAISE, APPROVE, SEAL, SEAL, RETURN},
     0,
     PROCESS_STEPS,
     sealed_once},
    {"no steps", ROUTE_BACK_OFFICE, {{.kind = STEP_NONE}}, 0, PROCESS_STEPS, sealed_once},

    {"on the spot, but at the office",
     ROUTE_ON_THE_SPOT,
     {RECEIVE, {.kind = STEP_APPRAISE, .roles = ROLE_BIT(APPRAISER)}, APPROVE, SEAL, RETURN},
     2,
     PROCESS_PLACE,
     at_the_counter},
    {"on the spot, but transferred",
     ROUTE_ON_THE_SPOT,
     {RECEIVE, TRANSFER, APPRAISE, APPROVE, SEAL, RETURN},
     2,
     PROCESS_PLACE,
     at_the_counter},
    {"on the spot, but handed over",
     ROUTE_ON_THE_SPOT,
     {RECEIVE, APPRAISE, APPROVE, SEAL, HAND_OVER, RETURN},
     5,
     PROCESS_PLACE,
     at_the_counter},
};

static struct process process_of(enum route route, const struct process_step *steps)
{
    struct process p = {.route = route, .steps = steps};

    while (p.step_count < STEPS_MOST && steps[p.step_count].kind != STEP_NONE)
        p.step_count++;
    return p;
}

static void each_breaks_one_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct process p = process_of(table[i].route, table[i].steps);
        struct process_flaw flaw = {.step = -1};
        int at = 0;
        bool found = process_next_flaw(&p, &at, &flaw);
        if (found != (table[i].en != NULL) || (found && strcmp(flaw.en, table[i].en) != 0))
            fail_msg("%s: %d %s", table[i].what, flaw.step, flaw.en);
        if (!found)
            continue;
        assert_int_equal(flaw.step, table[i].step);
        assert_int_equal(flaw.field, table[i].field);
        assert_true(flaw.vi[0] && strcmp(flaw.vi, flaw.en) != 0);
        if (process_next_flaw(&p, &at, &flaw))
            fail_msg("%s: and %d %s", table[i].what, flaw.step, flaw.en);
        assert_false(process_next_flaw(&p, &at, &flaw));
    }
}

static void several_come_in_the_order_of_the_steps(void **state)
{
    static const struct process_step steps[STEPS_MOST] = {RECEIVE, SEAL, BY(APPRAISE, CLERK), APPROVE, SEAL, RETURN};
    static const struct {
        int step;
        enum process_field field;
    } wanted[] = {{2, PROCESS_KIND}, {3, PROCESS_ROLE}, {0, PROCESS_STEPS}};
    const struct process p = process_of(ROUTE_BACK_OFFICE, steps);
    struct process_flaw flaw;
    int at = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_true(process_next_flaw(&p, &at, &flaw));
        assert_int_equal(flaw.step, wanted[i].step);
        assert_int_equal(flaw.field, wanted[i].field);
    }
    assert_false(process_next_flaw(&p, &at, &flaw));
}

/* A kind that is new has to be put into the table before it can be used. */
/* Who co-operates in a step: of each rule one that breaks it. */
static void who_co_operates_does_so_once_beside_the_lead(void **state)
{
    static const struct {
        int step, minutes, count;
        const char *units[PROCESS_WITH_MAX + 1];
        const char *en; /* NULL: it makes sense */
    } with[] = {
        {2, 60, 2, {"H11.10", "H11.11"}, NULL},
        {2, 60, 8, {"1", "2", "3", "4", "5", "6", "7", "8"}, NULL},
        {3, 60, 1, {"H11.10"}, "only an appraise step has co-operating units"},
        {2, 10, 9, {"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "there are at most 8 co-operating units"},
        {2, 60, 2, {"H11.10", "H11.07"}, "H11.07 leads the step and does not co-operate with itself"},
        {2, 60, 3, {"H11.10", "H11.11", "H11.10"}, "H11.10 is named twice"},
        {2, 0, 1, {"H11.10"}, "H11.10 has no time"},
        {2, 250, 2, {"H11.10", "H11.11"}, "the co-operating units, one after the other, take longer than the step"},
    };
    struct process_step steps[] = {RECEIVE, APPRAISE, APPROVE, SEAL, RETURN};
    (void)state;
    steps[1].minutes = 480;
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        steps[i].unit_ref = "H11.07";
    for (size_t i = 0; i < COUNT_OF(with); i++) {
        struct process_with units[PROCESS_WITH_MAX + 1];
        const struct process_with *found;
        struct process_flaw flaw;
        struct process p = {.steps = steps, .step_count = COUNT_OF(steps), .with = units, .with_count = with[i].count};
        int at = 0;
        for (int k = 0; k < with[i].count; k++)
            units[k] = (struct process_with){with[i].step, with[i].units[k], with[i].minutes};
        assert_int_equal(process_with(&p, with[i].step, &found), with[i].count);
        assert_ptr_equal(found, units);
        assert_int_equal(process_with(&p, 1, &found), 0);
        assert_null(found);
        if (process_next_flaw(&p, &at, &flaw) != (with[i].en != NULL))
            fail_msg("row %zu", i);
        if (!with[i].en)
            continue;
        assert_string_equal(flaw.en, with[i].en);
        assert_int_equal(flaw.field, PROCESS_WITH);
        assert_int_equal(flaw.step, with[i].step);
        assert_true(flaw.vi[0]);
        assert_false(process_next_flaw(&p, &at, &flaw));
    }
}

static void every_kind_has_an_owner_and_a_role(void **state)
{
    (void)state;
    for (int kind = STEP_NONE + 1; kind < STEP_COUNT; kind++) {
        struct process_step steps[] = {{.kind = (enum step_kind)kind, .roles = UINT32_MAX, .at_counter = true}};
        const struct process p = {.route = ROUTE_BACK_OFFICE, .steps = steps, .step_count = 1};
        struct process_flaw flaw;
        assert_int_not_equal(process_owner((enum step_kind)kind), OWNER_NOBODY);
        for (int at = 0; process_next_flaw(&p, &at, &flaw);)
            assert_int_not_equal(flaw.field, PROCESS_ROLE);
    }
    assert_int_equal(process_owner(STEP_NONE), OWNER_NOBODY);
    assert_int_equal(process_owner(STEP_COUNT), OWNER_NOBODY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_breaks_one_rule),
        cmocka_unit_test(several_come_in_the_order_of_the_steps),
        cmocka_unit_test(who_co_operates_does_so_once_beside_the_lead),
        cmocka_unit_test(every_kind_has_an_owner_and_a_role),
    };
    return cmocka_run_group_tests_name("domain_process", tests, NULL, NULL);
}
