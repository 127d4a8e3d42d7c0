/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier that is told fact by fact: each call folds the whole story again, as the services do. */
#ifndef TAICHO_TESTS_DEADLINE_STORY_H
#define TAICHO_TESTS_DEADLINE_STORY_H

#include "tests/unit/domain_calendar_2019.h"

#include "common/domain/deadline_explain.h"
#include "common/domain/deadline_step.h"

#define FACTS_MAX 16
static const char *const received = "2019-10-01 09:00";
static struct deadline_rule rule;
static struct deadline_fact facts[FACTS_MAX];
static size_t count;
static struct deadline d;
static struct deadline_trace trace;
static struct deadline_reading last_read;

static inline struct deadline_rule five_days(void)
{
    static const struct deadline_variant variants[] = {
        {.finding = "verification",
         .article = "Art. 7",
         .replaces = true,
         .span = {.unit = WORKTIME_WORKING_DAYS, .amount = 10}},
        {.finding = "mountain", .article = "Art. 8", .span = {.unit = WORKTIME_WORKING_DAYS, .amount = 2}},
        {.finding = "notice-abroad", .article = "Art. 9", .span = {.unit = WORKTIME_DAYS, .amount = 10}},
    };
    static const struct deadline_exclusion exclusions[] = {
        {.code = "posting", .article = "Art. 10"},
        {.code = "expert", .article = "Art. 11", .reported = true},
    };
    return (struct deadline_rule){
        .id = "five",
        .version = 3,
        .statutory = {.span = {.unit = WORKTIME_WORKING_DAYS, .amount = 5}},
        .variant = variants,
        .variant_count = COUNT_OF(variants),
        .exclusion = exclusions,
        .exclusion_count = COUNT_OF(exclusions),
    };
}

static inline void fold_again(void)
{
    struct err e = {.en = ""};
    struct deadline traced;
    cal.version = 7;
    if (deadline_fold(&rule, &cal, hours, facts, count, NULL, &d, &e) ||
        deadline_fold(&rule, &cal, hours, facts, count, &trace, &traced, &e))
        fail_msg("%s: %s", e.field, e.en);
    assert_memory_equal(&d.clock, &traced.clock, sizeof d.clock);
    assert_int_equal(d.promised, traced.promised);
}

static inline void adds(struct deadline_fact x)
{
    assert_in_range(count, 0, FACTS_MAX - 1);
    facts[count++] = x;
    fold_again();
}

static inline void begin_at(struct deadline_rule r, const char *moment)
{
    rule = r;
    count = 0;
    adds((struct deadline_fact){.kind = DEADLINE_RECEIVED, .at = at(moment)});
}

static inline void begin(struct deadline_rule r)
{
    begin_at(r, received);
}

static inline void happens(enum deadline_fact_kind kind, const char *moment, const char *code)
{
    adds((struct deadline_fact){.kind = kind, .at = at(moment), .code = code});
}

static inline void notice(const char *moment, const char *number)
{
    adds((struct deadline_fact){.kind = DEADLINE_OBLIGATION_OPENED, .at = at(moment), .reference = number});
}

static inline void extended(const char *moment, const char *due)
{
    adds((struct deadline_fact){.kind = DEADLINE_EXTENDED, .at = at(moment), .code = "overload", .due = at(due)});
}

/* refused tries a fact that must not be; the story goes on without it. */
static inline void refused(enum deadline_fact_kind kind, const char *moment, const char *code, instant due,
                           enum err_code wanted)
{
    struct deadline untouched = {.rule = "untouched"};
    struct err e = {.en = ""};
    facts[count] = (struct deadline_fact){.kind = kind, .at = at(moment), .code = code, .due = due};
    assert_int_equal(deadline_fold(&rule, &cal, hours, facts, count + 1, NULL, &untouched, &e), wanted);
    assert_string_equal(untouched.rule, "untouched");
    assert_string_equal(e.field, kind < DEADLINE_FACT_COUNT ? deadline_fact_name(kind) : "facts");
    assert_true(e.vi[0] && e.en[0] && strcmp(e.vi, e.en) != 0);
}

static inline void due(enum deadline_which which, const char *expected)
{
    expect(which == DEADLINE_LEGAL ? "legal" : "reported", d.clock[which].due, expected);
}

static inline void due_both(const char *expected)
{
    due(DEADLINE_LEGAL, expected);
    due(DEADLINE_REPORTED, expected);
}

static inline void reads(enum deadline_which which, const char *now, enum deadline_state state, int64_t elapsed,
                         enum deadline_lateness lateness, int64_t late)
{
    struct err e;
    assert_int_equal(deadline_read(&d, &cal, hours, which, at(now), &last_read, &e), ERR_OK);
    assert_int_equal(last_read.state, state);
    assert_int_equal(last_read.elapsed_minutes, elapsed);
    assert_int_equal(last_read.lateness, lateness);
    assert_int_equal(last_read.late_minutes, late);
}

static inline void no_breach(void)
{
    for (int i = 0; i < DEADLINE_BREACH_COUNT; i++)
        if (d.breach[i].count)
            fail_msg("%s", deadline_breach_name((enum deadline_breach_kind)i));
}

#endif
