/* SPDX-License-Identifier: Apache-2.0 */
/* How events become figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "services/audit/audit.h"

#define COUNTER "H11.35.21-Q1"
#define OFFICE  "office"

static instant at(const char *text)
{
    instant t;

    assert_true(instant_parse(text, &t));
    return t;
}

/* One dossier being told event by event; sums what the figures did. */
struct story {
    struct audit_fact fact;
    bool begun, on_paper; /* on_paper: what is told is entered late */
    bool by_hours;        /* of Received */
    const char *ground;   /* of SupplementRequested: of what is asked late, or once more */
    struct audit_delta sum;
};

static void tell(struct story *s, const char *type, const char *place, const char *when, int outcome)
{
    bool moved =
        strcmp(type, "ObligationMet") == 0 || strcmp(type, "SupplementReceived") == 0 || strcmp(type, "Extended") == 0;
    struct audit_record r = {.type = type,
                             .receiving_unit = "H11.35.21",
                             .due_at = at(moved ? "2019-10-10T16:00:00+07:00" : "2019-10-03T16:00:00+07:00"),
                             .by_hours = s->by_hours,
                             .outcome = outcome,
                             .breach = outcome,     /* of Extended */
                             .again = outcome,      /* of Guided */
                             .supplement = outcome, /* of SupplementRequested: its number */
                             .pause = {.from = at(when), .code = s->ground ? s->ground : ""}};
    struct audit_about about = {.code = "c",
                                .unit = "H11.35.21",
                                .procedure = "1.001193",
                                .place = place,
                                .occurred_at = at(when),
                                .late_entry = s->on_paper};
    struct audit_fact next;
    struct audit_delta d;

    if (!audit_count(s->begun ? &s->fact : NULL, &r, &about, &next, &d))
        return;
    s->fact = next;
    s->begun = true;
    s->sum.received += d.received;
    s->sum.refused += d.refused;
    s->sum.early += d.early;
    s->sum.on_time += d.on_time;
    s->sum.late += d.late;
    s->sum.withdrawn += d.withdrawn;
    s->sum.stopped += d.stopped;
    s->sum.on_the_spot += d.on_the_spot;
    s->sum.overdue += d.overdue;
    s->sum.extended += d.extended;
    s->sum.breaches += d.breaches;
    s->sum.guided += d.guided;
    s->sum.guided_again += d.guided_again;
    s->sum.supplement_late += d.supplement_late;
    s->sum.late_entries += d.late_entries;
#define X(name) s->sum.voices.name += d.voices.name;
    AUDIT_VOICES(X)
#undef X
#define X(name) s->sum.ways.name += d.ways.name;
    AUDIT_WAYS(X)
#undef X
#define X(name) s->sum.losses.name += d.losses.name;
    AUDIT_LOSSES(X)
#undef X
#define X(name) s->sum.lates.name += d.lates.name;
    AUDIT_LATES(X)
#undef X
#define X(name) s->sum.contacts.name += d.contacts.name;
    AUDIT_CONTACTS(X)
#undef X
}

/* What a citizen says, and what he is answered, as tell() does. */
static void hear(struct story *s, struct audit_record r)
{
    const struct audit_about about = {.code = "c",
                                      .unit = "H11.35.21",
                                      .procedure = "1.001193",
                                      .place = COUNTER,
                                      .occurred_at = at("2019-10-05T08:00:00+07:00")};
    struct audit_fact next;
    struct audit_delta d;

    assert_true(audit_count(&s->fact, &r, &about, &next, &d));
    assert_string_equal(d.unit, "H11.35.21");
    s->fact = next;
#define X(name) s->sum.voices.name += d.voices.name;
    AUDIT_VOICES(X)
#undef X
#define X(name) s->sum.ways.name += d.ways.name;
    AUDIT_WAYS(X)
#undef X
#define X(name) s->sum.losses.name += d.losses.name;
    AUDIT_LOSSES(X)
#undef X
#define X(name) s->sum.contacts.name += d.contacts.name;
    AUDIT_CONTACTS(X)
#undef X
}

/* Each act counts once, whatever else it moves; what is in time on paper is in time. */
static void what_was_entered_late_is_counted(void **state)
{
    struct story s = {.on_paper = true};

    tell(&s, "Appraised", COUNTER, "2019-10-01T07:00:00+07:00", 0); /* of nothing that was received here */
    assert_int_equal(s.sum.late_entries, 0);
    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Assigned", COUNTER, "2019-10-01T08:01:00+07:00", 0); /* moves no other figure */
    assert_int_equal(s.sum.late_entries, 2);
    s.on_paper = false;
    tell(&s, "Appraised", COUNTER, "2019-10-01T08:10:00+07:00", 0);
    tell(&s, "DuePassed", "", "2019-10-03T16:00:00+07:00", 0);
    s.on_paper = true;
    tell(&s, "Sealed", COUNTER, "2019-10-03T15:59:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.late_entries, 3);
    assert_int_equal(s.sum.received, 1);
    assert_int_equal(s.sum.on_time, 1);
    assert_int_equal(s.sum.late, 0);
    assert_int_equal(s.sum.overdue, 0); /* the clock had told it before this was known */

    struct story away = {.on_paper = true};
    tell(&away, "Refused", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    assert_int_equal(away.sum.refused, 1);
    assert_int_equal(away.sum.late_entries, 1);
}

static struct story told(const char *sealed_at, const char *appraised_at_place)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Assigned", COUNTER, "2019-10-01T08:01:00+07:00", 0);
    tell(&s, "Appraised", appraised_at_place, "2019-10-01T08:10:00+07:00", 0);
    tell(&s, "Signed", COUNTER, "2019-10-01T08:20:00+07:00", 0);
    tell(&s, "Sealed", COUNTER, sealed_at, OUTCOME_GRANTED);
    tell(&s, "HandedOver", COUNTER, sealed_at, 0);
    return s;
}

static void a_dossier_sealed_before_the_promised_day_is_early(void **state)
{
    struct story s = told("2019-10-02T23:59:59+07:00", COUNTER);

    assert_int_equal(s.sum.received, 1);
    assert_int_equal(s.sum.early, 1);
    assert_int_equal(s.sum.on_time + s.sum.late, 0);
}

static void one_sealed_on_the_promised_day_up_to_the_hour_is_on_time(void **state)
{
    assert_int_equal(told("2019-10-03T00:00:00+07:00", COUNTER).sum.on_time, 1);
    assert_int_equal(told("2019-10-03T16:00:00+07:00", COUNTER).sum.on_time, 1);
}

static void one_sealed_after_the_promised_hour_is_late(void **state)
{
    struct story s = told("2019-10-03T16:00:00.000001+07:00", COUNTER);

    assert_int_equal(s.sum.late, 1);
    assert_int_equal(s.sum.early + s.sum.on_time, 0);
}

/* From 3 to 10 October. */
static void a_dossier_is_judged_by_the_date_that_an_obligation_moved(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "ObligationMet", OFFICE, "2019-10-02T08:00:00+07:00", 0);
    assert_int_equal(s.sum.received + s.sum.late + s.sum.overdue, 1);
    tell(&s, "Sealed", COUNTER, "2019-10-09T08:00:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.early, 1);
    assert_int_equal(s.sum.late, 0);
}

/* Once, the wait is left out; a second time it is late, whenever it is sealed. */
static void a_second_supplement_is_late(void **state)
{
    for (int asked = 1; asked <= 2; asked++) {
        struct story s = {0};

        tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
        for (int n = 1; n <= asked; n++) {
            tell(&s, "SupplementRequested", "", "2019-10-01T09:00:00+07:00", n);
            tell(&s, "SupplementReceived", COUNTER, "2019-10-08T09:00:00+07:00", 0);
        }
        assert_int_equal(s.fact.supplements, asked);
        tell(&s, "Sealed", COUNTER, "2019-10-09T08:00:00+07:00", OUTCOME_GRANTED);
        assert_int_equal(s.sum.early, asked == 1);
        assert_int_equal(s.sum.late, asked == 2);
    }
}

/* It is a breach, and no lateness: whoever was asked late, and once, is judged by his date. */
static void a_first_supplement_asked_late_is_counted_and_not_late(void **state)
{
    static const struct {
        const char *grounds[2];
        int late, times;
    } cases[] = {{{NULL, NULL}, 0, 1},
                 {{"new_finding", NULL}, 1, 1},
                 {{NULL, "incomplete_answer"}, 0, 2},
                 {{"new_finding", "incomplete_answer"}, 1, 2}};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct story s = {0};

        tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
        for (int n = 1; n <= cases[i].times; n++) {
            s.ground = cases[i].grounds[n - 1];
            tell(&s, "SupplementRequested", "", "2019-10-07T09:00:00+07:00", n);
            tell(&s, "SupplementReceived", COUNTER, "2019-10-08T09:00:00+07:00", 0);
        }
        assert_int_equal(s.sum.supplement_late, cases[i].late);
        assert_int_equal(s.fact.supplement_late, cases[i].late);
        assert_int_equal(s.sum.late, cases[i].times > 1);
    }
}

/* asked_twice tells a dossier of which a supplement was asked twice; it is late, and no more in process. */
static struct story asked_twice(void)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "SupplementRequested", "", "2019-10-01T09:00:00+07:00", 1);
    tell(&s, "SupplementReceived", COUNTER, "2019-10-02T09:00:00+07:00", 0);
    assert_int_equal(s.sum.late, 0);
    tell(&s, "SupplementRequested", "", "2019-10-02T10:00:00+07:00", 2);
    assert_int_equal(s.sum.late, 1);
    assert_int_equal(s.sum.lates.late_open, 1);
    assert_int_equal(s.fact.timing, TIMING_LATE);
    assert_int_equal(s.fact.result, AUDIT_RESULT_OPEN);
    return s;
}

/* Once, in one figure: however it ends, and whatever comes behind. */
static void what_is_late_by_rule_is_late_however_it_ends(void **state)
{
    static const struct {
        const char *type;
        enum audit_result result;
        int withdrawn, stopped;
    } ends[] = {{"Sealed", AUDIT_RESULT_GRANTED, 0, 0},
                {"WithdrawalGranted", AUDIT_RESULT_WITHDRAWN, 1, 0},
                {"NoticeIssued", AUDIT_RESULT_STOPPED, 0, 1}};

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct story s = asked_twice();
        tell(&s, ends[i].type, COUNTER, "2019-10-03T08:00:00+07:00", OUTCOME_GRANTED);
        tell(&s, "DueMoved", "", "2019-10-03T09:00:00+07:00", 0);
        tell(&s, "Sealed", COUNTER, "2019-10-04T08:00:00+07:00", OUTCOME_GRANTED);
        assert_int_equal(s.fact.result, ends[i].result);
        assert_int_equal(s.fact.ended_at, at("2019-10-03T08:00:00+07:00"));
        assert_int_equal(s.sum.received, 1);
        assert_int_equal(s.sum.late, 1);
        assert_int_equal(s.sum.early + s.sum.on_time + s.sum.withdrawn + s.sum.stopped, 0);
        assert_int_equal(s.sum.lates.late_open, 0);
        assert_int_equal(s.sum.lates.late_withdrawn, ends[i].withdrawn);
        assert_int_equal(s.sum.lates.late_stopped, ends[i].stopped);
    }
}

/* Whether it had been told as passed before, is told behind the end, or never. */
static void what_ends_without_a_result_behind_its_date_is_late(void **state)
{
    static const char *const ends[] = {"WithdrawalGranted", "NoticeIssued"};
    enum { BEFORE, BEHIND, NEVER, TOLD_COUNT };

    for (size_t i = 0; i < COUNT_OF(ends); i++)
        for (int told = 0; told < TOLD_COUNT; told++) {
            struct story s = {0};
            tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
            if (told == BEFORE)
                tell(&s, "DuePassed", "", "2019-10-03T16:00:00+07:00", 0);
            tell(&s, ends[i], COUNTER, "2019-10-04T08:00:00+07:00", 0);
            if (told == BEHIND)
                tell(&s, "DuePassed", "", "2019-10-03T16:00:00+07:00", 0);
            assert_int_equal(s.sum.overdue, told != NEVER);
            assert_int_equal(s.sum.late, 1);
            assert_int_equal(s.sum.withdrawn + s.sum.stopped, 0);
            assert_int_equal(s.sum.lates.late_withdrawn + s.sum.lates.late_stopped, 1);
            /* The date has moved behind the end: it was not late. */
            tell(&s, "Extended", COUNTER, "2019-10-04T09:00:00+07:00", 0);
            assert_int_equal(s.sum.late + s.sum.lates.late_withdrawn + s.sum.lates.late_stopped, 0);
            assert_int_equal(s.sum.withdrawn + s.sum.stopped, 1);
        }
}

/* While the citizen is waited for no date passes: it is judged by when that began, whatever is heard of first. */
static void what_ends_while_the_citizen_is_waited_for_is_as_late_as_it_was(void **state)
{
    static const char *const ends[] = {"WithdrawalGranted", "NoticeIssued"}, *const waits[] = {"SupplementRequested",
                                                                                               "ObligationOpened"};

    for (int n = 0; n < 16; n++) {
        const char *end = ends[n & 1], *wait = waits[n >> 1 & 1];
        bool first = n & 4, late = n & 8;
        const char *since = late ? "2019-10-03T16:00:01+07:00" : "2019-10-03T16:00:00+07:00";
        struct story s = {0};
        tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
        if (first)
            tell(&s, end, COUNTER, "2019-10-09T08:00:00+07:00", 0);
        tell(&s, wait, "", since, 1);
        if (!first)
            tell(&s, end, COUNTER, "2019-10-09T08:00:00+07:00", 0);
        assert_int_equal(s.sum.late, late);
        assert_int_equal(s.sum.withdrawn + s.sum.stopped, !late);
        assert_int_equal(s.sum.lates.late_withdrawn, late && !(n & 1));
        assert_int_equal(s.sum.lates.late_stopped, late && n & 1);
    }
}

/* What he brought crossed the end: the wait is over, and its date leaves it out. */
static void a_wait_that_is_over_stops_no_clock(void **state)
{
    static const struct {
        const char *from, *to, *end;
        bool late;
    } rows[] = {
        {"SupplementRequested", "SupplementReceived", "2019-10-10T16:00:00+07:00", false},
        {"SupplementRequested", "SupplementReceived", "2019-10-10T16:00:01+07:00", true},
        {"ObligationOpened", "ObligationMet", "2019-10-10T16:00:00+07:00", false},
        {"ObligationOpened", "ObligationMet", "2019-10-10T16:00:01+07:00", true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int first = 0; first <= 1; first++) {
            struct story s = {0};
            tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
            tell(&s, rows[i].from, "", "2019-10-02T08:00:00+07:00", 1);
            if (first)
                tell(&s, "WithdrawalGranted", "", rows[i].end, 0);
            tell(&s, rows[i].to, COUNTER, "2019-10-08T08:00:00+07:00", 0);
            if (!first)
                tell(&s, "WithdrawalGranted", "", rows[i].end, 0);
            assert_int_equal(s.sum.late, rows[i].late);
            assert_int_equal(s.sum.withdrawn, !rows[i].late);
        }
}

static void a_withdrawn_one_is_neither_in_time_nor_late(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "WithdrawalGranted", "", "2019-10-03T16:00:00+07:00", 0);
    assert_int_equal(s.fact.result, AUDIT_RESULT_WITHDRAWN);
    assert_int_equal(s.fact.ended_at, at("2019-10-03T16:00:00+07:00"));
    assert_int_equal(s.sum.withdrawn, 1);
    assert_int_equal(s.sum.early + s.sum.on_time + s.sum.late, 0);
}

/* From the seal on its notice on; before that it is open. */
static void a_stopped_one_is_neither_in_time_nor_late(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "StopRequested", OFFICE, "2019-10-02T08:00:00+07:00", 0);
    tell(&s, "StopSigned", OFFICE, "2019-10-02T09:00:00+07:00", 0);
    assert_int_equal(s.fact.result, AUDIT_RESULT_OPEN);
    tell(&s, "NoticeIssued", COUNTER, "2019-10-03T08:00:00+07:00", 0);
    tell(&s, "NoticeHandedOver", COUNTER, "2019-10-09T09:00:00+07:00", 0);
    assert_int_equal(s.fact.result, AUDIT_RESULT_STOPPED);
    assert_int_equal(s.fact.ended_at, at("2019-10-03T08:00:00+07:00"));
    assert_int_equal(s.sum.stopped, 1);
    assert_int_equal(s.sum.early + s.sum.on_time + s.sum.late + s.sum.withdrawn + s.sum.on_the_spot, 0);
}

/* From 3 to 10 October, counted once; one that came too late is a breach beside it. */
static void an_extended_one_is_judged_by_the_new_date(void **state)
{
    for (int breach = 0; breach <= 1; breach++) {
        struct story s = {0};

        tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
        assert_int_equal(s.sum.extended + s.sum.breaches, 0);
        tell(&s, "Extended", "", "2019-10-02T08:00:00+07:00", breach);
        tell(&s, "Extended", "", "2019-10-02T08:00:00+07:00", breach);
        assert_int_equal(s.fact.extended, 1 + breach);
        assert_int_equal(s.sum.extended, 1);
        assert_int_equal(s.sum.breaches, breach);
        tell(&s, "Sealed", COUNTER, "2019-10-10T08:00:00+07:00", OUTCOME_GRANTED);
        assert_int_equal(s.sum.on_time, 1);
        assert_int_equal(s.sum.late, 0);
    }
}

/* Late when the apology was sealed is late for good, and by the date that had passed; within the last day it is only a
 * breach. While the citizen is waited for no date passes. */
static void what_was_late_when_the_apology_came_stays_late(void **state)
{
    static const struct {
        const char *waits, *sealed;
        enum timing timing;
    } rows[] = {
        {NULL, "2019-10-03T15:59:00+07:00", TIMING_EARLY},
        {NULL, "2019-10-03T16:00:00+07:00", TIMING_EARLY},
        {NULL, "2019-10-03T16:00:01+07:00", TIMING_LATE},
        {"2019-10-03T09:00:00+07:00", "2019-10-04T09:00:00+07:00", TIMING_EARLY},
        {"2019-10-03T17:00:00+07:00", "2019-10-04T09:00:00+07:00", TIMING_LATE},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct story s = {0};

        tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
        if (rows[i].waits)
            tell(&s, "ObligationOpened", COUNTER, rows[i].waits, 0);
        tell(&s, "ApologyIssued", COUNTER, rows[i].sealed, 0);
        tell(&s, "Extended", "", "2019-10-07T08:00:00+07:00", 1);
        assert_int_equal(s.fact.due_at, at("2019-10-10T16:00:00+07:00"));
        assert_int_equal(audit_judged_by(&s.fact),
                         at(rows[i].timing == TIMING_LATE ? "2019-10-03T16:00:00+07:00" : "2019-10-10T16:00:00+07:00"));
        if (rows[i].waits)
            tell(&s, "ObligationMet", COUNTER, "2019-10-07T09:00:00+07:00", 0);
        tell(&s, "Sealed", COUNTER, "2019-10-09T08:00:00+07:00", OUTCOME_GRANTED);
        if (s.fact.timing != rows[i].timing)
            fail_msg("row %zu: %d", i, s.fact.timing);
        assert_int_equal(s.sum.late, rows[i].timing == TIMING_LATE);
        assert_int_equal(s.sum.early + s.sum.late, 1);
        assert_int_equal(s.sum.breaches, 1);
    }
}

/* A time in hours is early before the moment; any other one on a day before. */
static void a_time_in_hours_is_early_on_the_day_itself(void **state)
{
    static const struct {
        bool by_hours, found;
        const char *sealed;
        enum timing timing;
    } rows[] = {
        {true, false, "2019-10-03T15:59:00+07:00", TIMING_EARLY},
        {true, false, "2019-10-03T16:00:00+07:00", TIMING_ON_TIME},
        {true, false, "2019-10-03T16:00:01+07:00", TIMING_LATE},
        {true, true, "2019-10-03T15:59:00+07:00", TIMING_ON_TIME},
        {false, false, "2019-10-03T15:59:00+07:00", TIMING_ON_TIME},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct story s = {.by_hours = rows[i].by_hours};

        tell(&s, "Received", COUNTER, "2019-10-03T08:00:00+07:00", 0);
        if (rows[i].found)
            tell(&s, "FindingRecorded", COUNTER, "2019-10-03T09:00:00+07:00", 0);
        tell(&s, "Sealed", COUNTER, rows[i].sealed, OUTCOME_GRANTED);
        if (s.fact.timing != rows[i].timing)
            fail_msg("row %zu: %d", i, s.fact.timing);
    }
}

/* Intake hears of the apology's seal, and says the new date, when it will: the result may be sealed before. */
static void one_that_was_sealed_first_is_judged_again(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Sealed", COUNTER, "2019-10-04T08:00:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.late, 1);
    tell(&s, "Extended", "", "2019-10-04T08:00:00+07:00", 0);
    assert_int_equal(s.sum.late, 0);
    assert_int_equal(s.sum.early, 1);
    assert_int_equal(s.fact.timing, TIMING_EARLY);
}

static void all_five_acts_at_a_counter_make_it_on_the_spot(void **state)
{
    assert_int_equal(told("2019-10-01T09:00:00+07:00", COUNTER).sum.on_the_spot, 1);
}

static void one_act_at_an_office_does_not(void **state)
{
    assert_int_equal(told("2019-10-01T09:00:00+07:00", OFFICE).sum.on_the_spot, 0);
}

static void an_act_done_at_both_places_does_not_either(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Appraised", OFFICE, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Appraised", COUNTER, "2019-10-01T08:00:00+07:00", 0); /* a second round */
    tell(&s, "Signed", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Sealed", COUNTER, "2019-10-01T08:00:00+07:00", OUTCOME_GRANTED);
    tell(&s, "HandedOver", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    assert_int_equal(s.sum.on_the_spot, 0);
}

static void what_the_post_brings_back_was_not_returned(void **state)
{
    struct story s = told("2019-10-01T09:00:00+07:00", COUNTER);

    assert_int_equal(s.sum.on_the_spot, 1);
    tell(&s, "CameBack", COUNTER, "2019-10-09T09:00:00+07:00", OUTCOME_APOLOGY); /* a letter */
    assert_int_equal(s.sum.on_the_spot, 1);
    tell(&s, "CameBack", COUNTER, "2019-10-09T09:00:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.on_the_spot, 0);
    tell(&s, "HandedOver", COUNTER, "2019-10-10T09:00:00+07:00", 0);
    assert_int_equal(s.sum.on_the_spot, 1);
    s = told("2019-10-01T09:00:00+07:00", OFFICE);
    tell(&s, "CameBack", COUNTER, "2019-10-09T09:00:00+07:00", OUTCOME_REFUSED);
    assert_int_equal(s.sum.on_the_spot, 0);
    assert_int_equal(s.sum.early, 1);
}

/* What a citizen has is counted once, by the way it went last; what came back is not his. */
static void results_are_counted_by_their_way(void **state)
{
    struct story s = {0};
    const struct audit_record post = {.type = "HandedOver", .outcome = OUTCOME_GRANTED, .delivery = DELIVERY_POST},
                              proxy = {.type = "HandedOver",
                                       .outcome = OUTCOME_GRANTED,
                                       .delivery = DELIVERY_COUNTER,
                                       .proxy = true},
                              letter = {.type = "CameBack", .outcome = OUTCOME_STOPPED},
                              back = {.type = "CameBack", .outcome = OUTCOME_GRANTED},
                              kept = {.type = "Archived", .outcome = OUTCOME_GRANTED},
                              unclaimed = {.type = "Archived", .outcome = OUTCOME_GRANTED, .unclaimed = true},
                              notice = {.type = "Archived", .outcome = OUTCOME_STOPPED, .unclaimed = true};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    hear(&s, post);
    hear(&s, kept);
    assert_int_equal(s.sum.ways.returned_post, 1);
    hear(&s, letter);
    assert_int_equal(s.sum.ways.came_back, 0);
    hear(&s, back);
    assert_int_equal(s.sum.ways.returned_post, 0);
    assert_int_equal(s.sum.ways.came_back, 1);
    hear(&s, notice);
    assert_int_equal(s.sum.ways.unclaimed, 0);
    hear(&s, unclaimed);
    hear(&s, unclaimed);
    assert_int_equal(s.sum.ways.unclaimed, 1);
    hear(&s, proxy);
    assert_int_equal(s.sum.ways.unclaimed, 0);
    assert_int_equal(s.sum.ways.returned_counter, 1);
    assert_int_equal(s.sum.ways.returned_proxy, 1);
    assert_int_equal(s.sum.ways.returned_post + s.sum.ways.returned_electronic, 0);
    assert_int_equal(s.sum.ways.came_back, 1);
}

static void a_refusal_at_the_counter_is_no_receipt(void **state)
{
    struct story s = {0};

    tell(&s, "Refused", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    assert_int_equal(s.sum.refused, 1);
    assert_int_equal(s.sum.received, 0);
    assert_int_equal(s.fact.result, AUDIT_RESULT_REFUSED_AT_COUNTER);
}

/* No receipt either; whoever is told again is counted apart. */
static void a_guidance_is_counted_and_a_further_one_apart(void **state)
{
    for (int again = 0; again <= 1; again++) {
        struct story s = {0};

        tell(&s, "Guided", COUNTER, "2019-10-01T08:00:00+07:00", again);
        tell(&s, "Guided", COUNTER, "2019-10-01T08:00:00+07:00", again);
        assert_int_equal(s.fact.result, AUDIT_RESULT_GUIDED);
        assert_int_equal(s.sum.guided, 1);
        assert_int_equal(s.sum.guided_again, again);
        assert_int_equal(s.sum.received + s.sum.refused, 0);
    }
}

static void a_second_seal_moves_no_figure(void **state)
{
    struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);

    tell(&s, "Sealed", COUNTER, "2019-12-02T08:00:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.early, 1);
    assert_int_equal(s.sum.late, 0);
}

static void a_refused_decision_ends_it_too(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "Sealed", COUNTER, "2019-10-01T09:00:00+07:00", OUTCOME_REFUSED);
    assert_int_equal(s.fact.result, AUDIT_RESULT_REFUSED);
    assert_int_equal(s.sum.early, 1);
}

static void a_passed_due_date_is_counted_once(void **state)
{
    struct story s = {0};

    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    tell(&s, "DuePassed", "", "2019-10-03T16:00:01+07:00", 0);
    tell(&s, "DuePassed", "", "2019-10-03T16:00:02+07:00", 0);
    assert_int_equal(s.sum.overdue, 1);
}

/* Sealed before the hour, when intake heard of nothing: its clock told in vain, whichever is heard first here. */
static void a_date_did_not_pass_behind_an_end_in_time(void **state)
{
    static const struct {
        const char *type, *when;
        int overdue;
    } ends[] = {
        {"Sealed", "2019-10-03T15:55:00+07:00", 0},
        {"Sealed", "2019-10-03T16:00:01+07:00", 1},
        {"WithdrawalGranted", "2019-10-03T15:55:00+07:00", 0},
        {"WithdrawalGranted", "2019-10-03T16:55:00+07:00", 1},
        {"NoticeIssued", "2019-10-03T15:55:00+07:00", 0},
    };

    for (size_t i = 0; i < COUNT_OF(ends); i++)
        for (int first = 0; first <= 1; first++) {
            struct story s = {0};

            tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
            if (first)
                tell(&s, ends[i].type, COUNTER, ends[i].when, OUTCOME_GRANTED);
            tell(&s, "DuePassed", "", "2019-10-03T16:00:00+07:00", 0);
            assert_int_equal(s.sum.overdue, first ? ends[i].overdue : 1);
            if (!first)
                tell(&s, ends[i].type, COUNTER, ends[i].when, OUTCOME_GRANTED);
            assert_int_equal(s.sum.overdue, ends[i].overdue);
            assert_int_equal(s.fact.overdue, ends[i].overdue);
        }
}

static void events_of_what_was_never_received_move_nothing(void **state)
{
    struct story s = {0};

    tell(&s, "Sealed", COUNTER, "2019-10-01T09:00:00+07:00", OUTCOME_GRANTED);
    tell(&s, "MandateRecorded", "", "2019-10-01T09:00:00+07:00", 0);
    assert_false(s.begun);
}

/* By the date of the answer, and, once the date to publish it has come, by that. */
static void an_answer_is_in_time_only_when_it_is_published_in_time(void **state)
{
    struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);
    const struct audit_voices *v = &s.sum.voices;

    for (int n = 1; n <= 4; n++)
        hear(&s, (struct audit_record){.type = "ComplaintFiled", .complaint = n});
    for (int n = 1; n <= 3; n++)
        hear(&s, (struct audit_record){.type = "ComplaintAnswered", .complaint = n, .late = n == 3});
    assert_int_equal(v->complaints_in_time, 2);
    assert_int_equal(v->complaints_late, 1);
    hear(&s, (struct audit_record){.type = "ComplaintPublicationPassed", .complaint = 1});
    hear(&s, (struct audit_record){.type = "ComplaintPublicationPassed", .complaint = 3}); /* it was late already */
    assert_int_equal(v->complaints_in_time, 1);
    assert_int_equal(v->complaints_late, 2);
    assert_int_equal(v->complaints_published, 0);
    assert_int_equal(v->complaints_published_late, 2);
    hear(&s,
         (struct audit_record){.type = "ComplaintPublished", .complaint = 2, .late = true}); /* nobody told it before */
    assert_int_equal(v->complaints_in_time, 0);
    assert_int_equal(v->complaints_late, 3);
    hear(&s, (struct audit_record){.type = "ComplaintPublished", .complaint = 1}); /* in time on paper, entered late */
    hear(&s, (struct audit_record){.type = "ComplaintPublished", .complaint = 3});
    assert_int_equal(v->complaints_in_time, 1);
    assert_int_equal(v->complaints_late, 2);
    assert_int_equal(v->complaints_published, 3);
    assert_int_equal(v->complaints_published_late, 1);
}

/* What was told of the date before means nothing when there is another, unless that had passed. */
static void a_date_that_is_given_anew_is_not_late(void **state)
{
    const instant now = at("2019-10-05T08:00:00+07:00"); /* as hear() has it */
    static const char *const types[] = {"ComplaintMoreAsked", "ComplaintSupplied"};

    for (size_t i = 0; i < COUNT_OF(types); i++)
        for (int anew = 0; anew <= 1; anew++) {
            struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);
            hear(&s, (struct audit_record){.type = "ComplaintFiled", .complaint = 1});
            hear(&s, (struct audit_record){.type = "ComplaintDuePassed", .complaint = 1});
            hear(&s, (struct audit_record){.type = types[i], .complaint = 1, .reply_due_at = anew ? now + 1 : now});
            assert_int_equal(s.sum.voices.complaints_late, !anew);
            assert_int_equal(s.sum.voices.complaints_asked_more, i == 0);
            assert_int_equal(s.sum.voices.complaints_in_time, 0);
        }
}

static void points_are_added_up_once(void **state)
{
    struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);
    const struct audit_record r = {
        .type = "RatingGiven", .satisfaction = 2, .attitude = 1, .contact_points = 0, .agency_points = 2};

    hear(&s, r);
    hear(&s, r); /* intake says it once; a figure does not depend on that */
    assert_true(s.fact.rated);
    assert_int_equal(s.sum.voices.ratings, 1);
    assert_int_equal(s.sum.voices.satisfaction_points, 2);
    assert_int_equal(s.sum.voices.attitude_points, 1);
    assert_int_equal(s.sum.voices.contact_points, 0);
    assert_int_equal(s.sum.voices.agency_points, 2);
}

/* begun_by tells of a receipt by that channel, which may follow a guidance. */
static struct story begun_by(int channel, bool followed)
{
    const struct audit_record r = {.type = "Received",
                                   .receiving_unit = "H11.35.21",
                                   .due_at = at("2019-10-03T16:00:00+07:00"),
                                   .answer_due_at = INSTANT_NONE,
                                   .channel = channel,
                                   .followed = followed};
    const struct audit_about about = {
        .code = "c", .unit = "H11.35.21", .procedure = "1.001193", .place = COUNTER, .occurred_at = 1};
    struct audit_delta d;
    struct story s = {.begun = true};

    assert_true(audit_count(NULL, &r, &about, &s.fact, &d));
    s.sum = d;
    return s;
}

/* The guidance that was followed, each supplement, and a correction that he came for; a visit counts once. */
static void contacts_are_counted_whether_it_is_rated_or_not(void **state)
{
    static const struct {
        int channel, delivery, correction, agencies, contacts;
        bool followed;
    } cases[] = {{CHANNEL_COUNTER, DELIVERY_COUNTER, DELIVERY_NONE, 1, 2, false},
                 {CHANNEL_COUNTER, DELIVERY_POST, DELIVERY_COUNTER, 1, 4, true},
                 {CHANNEL_ONLINE, DELIVERY_ELECTRONIC, DELIVERY_NONE, 0, 2, false},
                 {CHANNEL_ONLINE, DELIVERY_ELECTRONIC, DELIVERY_POST, 0, 3, true},
                 {CHANNEL_ONLINE, DELIVERY_ELECTRONIC, DELIVERY_COUNTER, 1, 3, false},
                 {CHANNEL_ONLINE, DELIVERY_COUNTER, DELIVERY_NONE, 1, 2, false},
                 {CHANNEL_POST, DELIVERY_POST, DELIVERY_NONE, 0, 2, false}};

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct story s = begun_by(cases[i].channel, cases[i].followed);
        for (int n = 1; n <= 2; n++)
            tell(&s, "SupplementRequested", "", "2019-10-01T09:00:00+07:00", n);
        hear(&s,
             (struct audit_record){.type = "HandedOver", .outcome = OUTCOME_GRANTED, .delivery = cases[i].delivery});
        if (cases[i].correction)
            hear(&s, (struct audit_record){.type = "CorrectionHandedOver", .delivery = cases[i].correction});
        assert_int_equal(s.sum.contacts.contacts_sum, cases[i].contacts);
        assert_int_equal(s.sum.contacts.agencies_sum, cases[i].agencies);
        assert_int_equal(s.fact.contacts, cases[i].contacts);
        assert_int_equal(s.fact.visited, cases[i].agencies);
        assert_int_equal(s.sum.contacts.contacts_rated_sum, 0);
        hear(&s, (struct audit_record){.type = "RatingGiven", .contact_points = 1, .contacts = 1});
        hear(&s, (struct audit_record){.type = "RatingGiven", .contact_points = 1, .contacts = 1});
        assert_int_equal(s.sum.contacts.contacts_rated_sum, 1);
        assert_int_equal(s.sum.contacts.contacts_sum, cases[i].contacts);
        assert_int_equal(s.sum.voices.contact_points, 1); /* as he says, not as it is counted */
    }
}

static void each_complaint_is_answered_in_time_or_late(void **state)
{
    struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);

    for (int n = 1; n <= 4; n++)
        hear(&s, (struct audit_record){.type = "ComplaintFiled", .complaint = n});
    hear(&s, (struct audit_record){.type = "ComplaintAnswered", .complaint = 1});
    hear(&s, (struct audit_record){.type = "ComplaintAnswered", .complaint = 2, .late = true, .justified = true});
    hear(&s, (struct audit_record){.type = "ComplaintDuePassed", .complaint = 3});
    assert_int_equal(s.sum.voices.complaints, 4);
    assert_int_equal(s.sum.voices.complaints_in_time, 1);
    assert_int_equal(s.sum.voices.complaints_late, 2);
    hear(&s,
         (struct audit_record){.type = "ComplaintAnswered", .complaint = 3, .late = true}); /* it was late already */
    assert_int_equal(s.sum.voices.complaints_late, 2);
    assert_int_equal(s.sum.voices.complaints_justified, 1);
    hear(&s, (struct audit_record){.type = "ComplaintDuePassed", .complaint = 4});
    hear(&s, (struct audit_record){.type = "ComplaintAnswered", .complaint = 4}); /* in time on paper, entered late */
    assert_int_equal(s.sum.voices.complaints_in_time, 2);
    assert_int_equal(s.sum.voices.complaints_late, 2);
    assert_int_equal(s.fact.late_answers, 6);
    assert_int_equal(s.fact.complaints, 4);
    assert_int_equal(s.fact.justified, 1);
}

/* Whatever becomes of the dossier; each case as it was noted and settled. */
static void cases_of_loss_are_counted(void **state)
{
    struct story s = told("2019-10-02T08:00:00+07:00", COUNTER);

    hear(&s, (struct audit_record){.type = "PaperLost"});
    hear(&s, (struct audit_record){.type = "PaperLost", .damaged = true});
    hear(&s, (struct audit_record){.type = "LossSettled", .paid = true});
    tell(&s, "Sealed", COUNTER, "2019-10-02T09:00:00+07:00", OUTCOME_GRANTED);
    hear(&s, (struct audit_record){.type = "PaperLost"});
    hear(&s, (struct audit_record){.type = "LossSettled"});
    assert_int_equal(s.sum.losses.papers_lost, 2);
    assert_int_equal(s.sum.losses.papers_damaged, 1);
    assert_int_equal(s.sum.losses.losses_settled, 2);
    assert_int_equal(s.sum.losses.losses_paid, 1);
    assert_int_equal(s.sum.received, 1);
    assert_int_equal(s.sum.early + s.sum.on_time + s.sum.late, 1);
}

/* Early 2, on time 1, late 0; and 0 with a justified complaint, whichever comes first. */
static void conduct_follows_from_the_end_and_from_justified_complaints(void **state)
{
    const struct audit_record right = {.type = "ComplaintAnswered", .complaint = 1, .justified = true},
                              wrong = {.type = "ComplaintAnswered", .complaint = 1};
    static const struct {
        const char *sealed;
        int points;
    } ends[] = {{"2019-10-02T08:00:00+07:00", 2}, {"2019-10-03T08:00:00+07:00", 1}, {"2019-10-04T08:00:00+07:00", 0}};

    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct story s = told(ends[i].sealed, COUNTER);
        assert_int_equal(s.sum.voices.conduct_points, ends[i].points);
        hear(&s, wrong);
        assert_int_equal(s.sum.voices.conduct_points, ends[i].points);
        hear(&s, right);
        assert_int_equal(s.sum.voices.conduct_points, 0);
    }
    struct story s = {0};
    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    hear(&s, right);
    tell(&s, "Sealed", COUNTER, "2019-10-02T08:00:00+07:00", OUTCOME_GRANTED);
    assert_int_equal(s.sum.early, 1);
    assert_int_equal(s.sum.voices.conduct_points, 0);
    /* Judged again by a date that moved: on time became early. */
    s = told("2019-10-03T08:00:00+07:00", COUNTER);
    tell(&s, "Extended", COUNTER, "2019-10-03T09:00:00+07:00", 0);
    assert_int_equal(s.sum.voices.conduct_points, 2);
}

/* ---- what is to be paid */

static void say(struct story *s, const struct audit_record *r, const char *when)
{
    struct audit_about about = {
        .code = "c", .unit = "H11.35.21", .procedure = "1.001193", .place = COUNTER, .occurred_at = at(when)};
    struct audit_fact next;
    struct audit_delta d;

    if (!audit_count(s->begun ? &s->fact : NULL, r, &about, &next, &d))
        return;
    s->fact = next;
    s->begun = true;
#define X(name) s->sum.fees.name += d.fees.name;
    AUDIT_FEES(X)
#undef X
}

static struct story with_fees(void)
{
    struct story s = {.begun = false};
    struct audit_record r = {
        .type = "Received",
        .due_at = at("2019-10-03T16:00:00+07:00"),
        .fees = {[FEE_DUE_INTAKE] = {2, 80000}, [FEE_DUE_SUPPLEMENT] = {1, 20000}, [FEE_DUE_RETURN] = {1, 150000}}};

    say(&s, &r, "2019-10-01T08:00:00+07:00");
    return s;
}

static void paid(struct story *s, int64_t vnd, int means)
{
    say(s, &(struct audit_record){.type = "FeePaid", .due_at = INSTANT_NONE, .vnd = vnd, .means = means},
        "2019-10-01T09:00:00+07:00");
}

static void fees_are_counted_when_they_fall_due(void **state)
{
    struct story s = with_fees();
    struct audit_record supplement = {.type = "SupplementReceived", .due_at = at("2019-10-10T16:00:00+07:00")},
                        ready = {.type = "Ready", .due_at = INSTANT_NONE, .outcome = OUTCOME_APOLOGY};

    (void)state;
    assert_int_equal(s.sum.fees.due, 2);
    assert_int_equal(s.sum.fees.due_vnd, 80000);
    assert_int_equal(s.sum.fees.fee_dossiers, 1);
    say(&s, &supplement, "2019-10-02T08:00:00+07:00");
    say(&s, &supplement, "2019-10-03T08:00:00+07:00"); /* a second one makes nothing due again */
    assert_int_equal(s.sum.fees.due, 3);
    assert_int_equal(s.sum.fees.due_vnd, 100000);
    say(&s, &ready, "2019-10-04T08:00:00+07:00"); /* a letter */
    ready.outcome = OUTCOME_REFUSED;
    say(&s, &ready, "2019-10-04T08:00:00+07:00");
    assert_int_equal(s.sum.fees.due, 3);
    ready.outcome = OUTCOME_GRANTED;
    say(&s, &ready, "2019-10-04T08:00:00+07:00");
    say(&s, &ready, "2019-10-04T08:00:00+07:00");
    assert_int_equal(s.sum.fees.due, 4);
    assert_int_equal(s.sum.fees.due_vnd, 250000);
    assert_int_equal(s.sum.fees.fee_dossiers, 1); /* it is one dossier */
}

static void fees_are_paid_by_their_means_waived_and_given_back(void **state)
{
    struct story s = with_fees();

    (void)state;
    paid(&s, 50000, PAY_ONLINE);
    paid(&s, 30000, PAY_ONLINE);
    paid(&s, 10000, PAY_CASH);
    paid(&s, 10000, PAY_TRANSFER);
    paid(&s, 10000, PAY_POST);
    say(&s, &(struct audit_record){.type = "FeeWaived", .due_at = INSTANT_NONE, .vnd = 20000},
        "2019-10-01T09:00:00+07:00");
    say(&s, &(struct audit_record){.type = "FeeRefunded", .due_at = INSTANT_NONE, .vnd = 30000},
        "2019-10-02T09:00:00+07:00");
    assert_int_equal(s.sum.fees.paid, 5);
    assert_int_equal(s.sum.fees.paid_vnd, 110000);
    assert_int_equal(s.sum.fees.paid_online, 2);
    assert_int_equal(s.sum.fees.fee_dossiers_online, 1);
    assert_int_equal(s.sum.fees.paid_cash + s.sum.fees.paid_transfer + s.sum.fees.paid_post, 3);
    assert_int_equal(s.sum.fees.waived, 1);
    assert_int_equal(s.sum.fees.waived_vnd, 20000);
    assert_int_equal(s.sum.fees.refunded, 1);
    assert_int_equal(s.sum.fees.refunded_vnd, 30000);
}

/* A result that nothing is to be paid for moves nothing when it lies ready. */
static void a_dossier_without_fees_has_none(void **state)
{
    struct story s = {.begun = false};
    struct audit_about about = {
        .code = "c", .unit = "u", .procedure = "p", .place = COUNTER, .occurred_at = at("2019-10-01T09:00:00+07:00")};
    struct audit_record ready = {.type = "Ready", .due_at = INSTANT_NONE, .outcome = OUTCOME_GRANTED};
    struct audit_fact next;
    struct audit_delta d;

    (void)state;
    tell(&s, "Received", COUNTER, "2019-10-01T08:00:00+07:00", 0);
    assert_false(s.fact.fees_moved || s.fact.has_fee);
    assert_false(audit_count(&s.fact, &ready, &about, &next, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dossier_sealed_before_the_promised_day_is_early),
        cmocka_unit_test(what_was_entered_late_is_counted),
        cmocka_unit_test(one_sealed_on_the_promised_day_up_to_the_hour_is_on_time),
        cmocka_unit_test(one_sealed_after_the_promised_hour_is_late),
        cmocka_unit_test(a_dossier_is_judged_by_the_date_that_an_obligation_moved),
        cmocka_unit_test(a_second_supplement_is_late),
        cmocka_unit_test(a_first_supplement_asked_late_is_counted_and_not_late),
        cmocka_unit_test(what_is_late_by_rule_is_late_however_it_ends),
        cmocka_unit_test(what_ends_without_a_result_behind_its_date_is_late),
        cmocka_unit_test(what_ends_while_the_citizen_is_waited_for_is_as_late_as_it_was),
        cmocka_unit_test(a_wait_that_is_over_stops_no_clock),
        cmocka_unit_test(a_withdrawn_one_is_neither_in_time_nor_late),
        cmocka_unit_test(a_stopped_one_is_neither_in_time_nor_late),
        cmocka_unit_test(an_extended_one_is_judged_by_the_new_date),
        cmocka_unit_test(what_was_late_when_the_apology_came_stays_late),
        cmocka_unit_test(a_time_in_hours_is_early_on_the_day_itself),
        cmocka_unit_test(one_that_was_sealed_first_is_judged_again),
        cmocka_unit_test(all_five_acts_at_a_counter_make_it_on_the_spot),
        cmocka_unit_test(one_act_at_an_office_does_not),
        cmocka_unit_test(an_act_done_at_both_places_does_not_either),
        cmocka_unit_test(what_the_post_brings_back_was_not_returned),
        cmocka_unit_test(results_are_counted_by_their_way),
        cmocka_unit_test(a_refusal_at_the_counter_is_no_receipt),
        cmocka_unit_test(a_guidance_is_counted_and_a_further_one_apart),
        cmocka_unit_test(a_second_seal_moves_no_figure),
        cmocka_unit_test(a_refused_decision_ends_it_too),
        cmocka_unit_test(a_passed_due_date_is_counted_once),
        cmocka_unit_test(a_date_did_not_pass_behind_an_end_in_time),
        cmocka_unit_test(events_of_what_was_never_received_move_nothing),
        cmocka_unit_test(points_are_added_up_once),
        cmocka_unit_test(contacts_are_counted_whether_it_is_rated_or_not),
        cmocka_unit_test(an_answer_is_in_time_only_when_it_is_published_in_time),
        cmocka_unit_test(a_date_that_is_given_anew_is_not_late),
        cmocka_unit_test(each_complaint_is_answered_in_time_or_late),
        cmocka_unit_test(cases_of_loss_are_counted),
        cmocka_unit_test(conduct_follows_from_the_end_and_from_justified_complaints),
        cmocka_unit_test(fees_are_counted_when_they_fall_due),
        cmocka_unit_test(fees_are_paid_by_their_means_waived_and_given_back),
        cmocka_unit_test(a_dossier_without_fees_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
