/* SPDX-License-Identifier: Apache-2.0 */
/* How steps become figures, and who is charged with a late dossier. */
#include "tests/unit/domain_calendar_2019.h"

#include "common/domain/catalogue.h"
#include "services/audit/step.h"

#define UNIT    "H11.35.21"
#define OTHER   "H11.35"
#define COUNTER "H11.35.21-Q1"

/* A dossier that was due on Thursday 3 October at 16:00. */
static struct audit_fact dossier(void)
{
    return (struct audit_fact){.unit = UNIT,
                               .counter = "",
                               .day = day("2019-10-01"),
                               .due_at = at("2019-10-03 16:00"),
                               .ended_at = INSTANT_NONE,
                               .passed_at = INSTANT_NONE,
                               .waits_from = INSTANT_NONE};
}

static struct audit_step_delta ended(struct audit_fact *f, const char *type, int step, const char *unit,
                                     const char *due, const char *when, int64_t late)
{
    const struct step_clock c = {
        .unit = unit, .opened = at("2019-10-01 08:00"), .due = at(due), .minutes_used = 30, .minutes_late = late};
    const struct audit_step_end e = {.type = type, .step = step, .round = 1, .clock = &c, .at = at(when)};
    struct audit_step_delta d;

    assert_true(audit_step_count(f, &e, arena, &d));
    assert_string_equal(d.unit, unit);
    assert_int_equal(d.day, day("2019-10-01"));
    assert_int_equal(d.early + d.on_time + d.late, 1);
    assert_int_equal(d.minutes_used, 30);
    assert_int_equal(d.minutes_late, late);
    return d;
}

/* known is reference data with the calendar, and a counter that opens later and closes sooner since 2 October. */
static const struct catalogue *known(void)
{
    static const struct counter counter = {
        .record = {.id = COUNTER, .version = 1},
        .unit = UNIT,
        .hours = {.count = 2, .open = {{7 * 60 + 30, 11 * 60 + 30}, {13 * 60, 16 * 60 + 30}}}};
    struct counter *since = ARENA_NEW(arena, struct counter);
    struct catalogue *c = catalogue_new(arena, 1);

    *since = counter;
    since->record.valid_from = day("2019-10-02");
    catalogue_add_counter(c, since);
    catalogue_seal(c);
    c->calendar = &cal;
    return c;
}

/* sealed ends the dossier, late; gives how many figures move. */
static size_t sealed(struct audit_fact *f, const char *when, struct audit_step_delta *ret)
{
    f->ended_at = at(when);
    f->timing = f->ended_at > f->due_at ? TIMING_LATE : TIMING_ON_TIME;
    return audit_step_charge(f, known(), arena, ret);
}

static enum step_kind kind_of(const char *type)
{
    const struct audit_step_end e = {.type = type};

    return audit_step_kind(&e);
}

static void every_end_of_a_step_has_its_kind(void **state)
{
    assert_int_equal(kind_of("TransferTaken"), STEP_TRANSFER);
    assert_int_equal(kind_of("SupplementAsked"), STEP_APPRAISE);
    assert_int_equal(kind_of("DraftReturned"), STEP_ENDORSE);
    assert_int_equal(kind_of("Ready"), STEP_RETURN);
    assert_int_equal(kind_of("Contributed"), STEP_APPRAISE);
    assert_int_equal(kind_of("WithdrawalGranted"), STEP_APPROVE);
    assert_int_equal(kind_of("StopSigned"), STEP_APPROVE);
    assert_int_equal(kind_of("HandedOver"), STEP_NONE);
    assert_int_equal(kind_of(""), STEP_NONE);
    const struct audit_step_end verify = {.type = "AppraisalBrokenOff", .broken_off = STEP_VERIFY};
    assert_int_equal(audit_step_kind(&verify), STEP_VERIFY);
}

static void a_step_is_early_on_time_or_late(void **state)
{
    struct audit_fact f = dossier();

    assert_int_equal(ended(&f, "Appraised", 2, UNIT, "2019-10-01 16:00", "2019-10-01 15:00", 0).early, 1);
    assert_int_equal(ended(&f, "Appraised", 2, UNIT, "2019-10-01 16:00", "2019-10-01 16:00", 0).on_time, 1);
    assert_int_equal(ended(&f, "Appraised", 2, UNIT, "2019-10-01 16:00", "2019-10-01 16:01", 1).late, 1);
    /* Of a given moment the day counts. */
    assert_int_equal(ended(&f, "TransferTaken", 2, UNIT, "2019-10-01 16:00", "2019-10-01 15:00", 0).on_time, 1);
    assert_int_equal(ended(&f, "Consulted", 3, OTHER, "2019-10-02 16:00", "2019-10-01 15:00", 0).early, 1);
    /* Silence is late, however soon it is told. */
    assert_int_equal(ended(&f, "ConsultationLapsed", 3, OTHER, "2019-10-02 16:00", "2019-10-02 16:00", 0).late, 1);
    assert_int_equal(f.late_count, 1);
}

/* A co-operating unit is judged as one that is asked, beside the unit that leads the step; each pays for its own. */
static void a_part_is_a_step_of_its_unit(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    assert_int_equal(ended(&f, "Contributed", 2, OTHER, "2019-10-02 16:00", "2019-10-02 15:00", 0).on_time, 1);
    assert_int_equal(ended(&f, "Contributed", 2, OTHER, "2019-10-02 16:00", "2019-10-01 16:00", 0).early, 1);
    assert_int_equal(ended(&f, "PartLapsed", 2, OTHER, "2019-10-02 16:00", "2019-10-02 16:00", 0).late, 1);
    assert_int_equal(ended(&f, "Contributed", 2, OTHER, "2019-10-03 16:00", "2019-10-03 16:20", 20).late, 1);
    assert_int_equal(ended(&f, "Appraised", 2, UNIT, "2019-10-03 16:00", "2019-10-03 16:30", 30).kind, STEP_APPRAISE);
    assert_int_equal(f.late_count, 2);
    assert_int_equal(sealed(&f, "2019-10-03 16:40", d), 2);
    assert_string_equal(d[0].unit, UNIT);
    assert_int_equal(d[0].minutes_charged, 30);
    assert_string_equal(d[1].unit, OTHER);
    assert_int_equal(d[1].minutes_charged, 10);
}

static void what_ends_no_step_is_not_counted(void **state)
{
    const struct step_clock c = {.unit = UNIT, .due = 1};
    struct audit_fact f = dossier();
    struct audit_step_delta d;

    assert_false(audit_step_count(&f, &(struct audit_step_end){.type = "Appraised"}, arena, &d));
    assert_false(audit_step_count(&f, &(struct audit_step_end){.type = "Assigned", .clock = &c}, arena, &d));
}

static void the_newest_late_step_pays_first(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    (void)ended(&f, "Appraised", 2, UNIT, "2019-10-02 16:00", "2019-10-03 16:00", 480);
    (void)ended(&f, "Signed", 3, OTHER, "2019-10-04 08:00", "2019-10-04 09:00", 60);
    /* 60 minutes on Thursday, 120 on Friday: the approver's hour, and two of the appraiser's eight. */
    assert_int_equal(sealed(&f, "2019-10-04 09:00", d), 2);
    assert_int_equal(f.late_steps[1].minutes_charged, 60);
    assert_int_equal(f.late_steps[0].minutes_charged, 120);
    assert_int_equal(f.uncharged, 0);
    assert_string_equal(d[0].unit, OTHER);
    assert_int_equal(d[0].kind, STEP_APPROVE);
    assert_int_equal(d[0].minutes_charged, 60);
    assert_int_equal(d[1].kind, STEP_APPRAISE);
    assert_int_equal(d[1].minutes_charged, 120);
}

static void what_no_step_explains_is_told(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    (void)ended(&f, "Appraised", 2, UNIT, "2019-10-02 16:00", "2019-10-02 16:10", 10);
    assert_int_equal(sealed(&f, "2019-10-03 17:00", d), 2);
    assert_int_equal(f.late_steps[0].minutes_charged, 10);
    assert_int_equal(f.uncharged, 50);
    assert_int_equal(d[1].kind, STEP_NONE);
    assert_string_equal(d[1].unit, UNIT);
    assert_int_equal(d[1].minutes_charged, 50);
}

/* From 16:00 to 09:00 of the next day: an hour and two by the usual hours, half an hour and an hour and a half there.
 */
static void a_dossier_is_late_by_the_hours_of_its_counter_on_the_day_of_receipt(void **state)
{
    static const struct {
        const char *counter, *received;
        int minutes;
    } rows[] = {{COUNTER, "2019-10-02", 120},
                {COUNTER, "2019-10-01", 180},
                {"H11.35.21-Q9", "2019-10-02", 180},
                {"", "2019-10-02", 180}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct audit_fact f = dossier();
        struct audit_step_delta d[AUDIT_CHARGES_MOST];
        f.counter = rows[i].counter;
        f.day = day(rows[i].received);
        assert_int_equal(sealed(&f, "2019-10-04 09:00", d), 1);
        assert_int_equal(f.uncharged, rows[i].minutes);
    }
}

/* The date that had passed when an apology moved it. */
static void one_that_stays_late_is_charged_by_the_date_that_had_passed(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    f.passed_at = f.due_at;
    f.due_at = at("2019-10-20 16:00");
    f.ended_at = at("2019-10-04 09:00");
    f.timing = TIMING_LATE;
    (void)ended(&f, "Appraised", 2, UNIT, "2019-10-02 16:00", "2019-10-03 17:00", 100);
    assert_int_equal(audit_step_charge(&f, known(), arena, d), 2);
    assert_int_equal(f.late_steps[0].minutes_charged, 100);
    assert_int_equal(f.uncharged, 80);
}

static void what_was_made_up_for_is_not_charged(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    (void)ended(&f, "Appraised", 2, UNIT, "2019-10-02 16:00", "2019-10-02 17:00", 60);
    assert_int_equal(sealed(&f, "2019-10-03 16:00", d), 0);
    assert_int_equal(f.late_steps[0].minutes_charged, 0);
}

static void a_date_that_moves_charges_anew(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    (void)ended(&f, "Appraised", 2, UNIT, "2019-10-02 16:00", "2019-10-03 16:30", 500);
    assert_int_equal(sealed(&f, "2019-10-03 17:00", d), 1);
    assert_int_equal(d[0].minutes_charged, 60);
    f.due_at = at("2019-10-03 16:45"); /* Extended comes behind the seal */
    assert_int_equal(audit_step_charge(&f, known(), arena, d), 1);
    assert_int_equal(d[0].minutes_charged, -45);
    assert_int_equal(f.late_steps[0].minutes_charged, 15);
    assert_int_equal(audit_step_charge(&f, known(), arena, d), 0);
}

/* broke_off tells of a step of appraisal that was open when its dossier ended. */
static struct audit_step_delta broke_off(struct audit_fact *f, enum step_kind kind, const char *unit, const char *due,
                                         const char *when, int64_t late)
{
    const struct step_clock c = {
        .unit = unit, .opened = at("2019-10-01 08:00"), .due = at(due), .minutes_used = 30, .minutes_late = late};
    const struct audit_step_end e = {
        .type = "AppraisalBrokenOff", .broken_off = kind, .step = 2, .round = 1, .clock = &c, .at = at(when)};
    struct audit_step_delta d;

    assert_true(audit_step_count(f, &e, arena, &d));
    assert_int_equal(d.kind, kind);
    return d;
}

static void a_step_that_was_broken_off_is_late_or_nothing(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d = broke_off(&f, STEP_VERIFY, OTHER, "2019-10-02 16:00", "2019-10-01 09:00", 0);

    assert_true(d.early == 0 && d.on_time == 0 && d.late == 0 && d.broken_off == 1);
    assert_int_equal(d.minutes_used, 30);
    assert_int_equal(f.late_count, 0);
    d = broke_off(&f, STEP_VERIFY, OTHER, "2019-10-02 16:00", "2019-10-02 16:10", 10);
    assert_true(d.late == 1 && d.broken_off == 0);
    assert_int_equal(f.late_count, 1);
    assert_int_equal(ended(&f, "StopSigned", 3, UNIT, "2019-10-02 16:00", "2019-10-02 16:10", 10).kind, STEP_APPROVE);
}

/* Withdrawn or stopped an hour behind its date, while a step was late: that unit pays, and what it does not explain is
 * told. That the step was broken off is told behind the end. */
static void what_ends_without_a_result_is_charged_for_as_long_as_its_clock_ran(void **state)
{
    static const enum audit_result results[] = {AUDIT_RESULT_WITHDRAWN, AUDIT_RESULT_STOPPED};

    for (size_t i = 0; i < COUNT_OF(results); i++) {
        struct audit_fact f = dossier();
        struct audit_step_delta d[AUDIT_CHARGES_MOST];
        f.result = results[i];
        assert_int_equal(sealed(&f, "2019-10-03 17:00", d), 1);
        assert_int_equal(f.uncharged, 60);
        (void)broke_off(&f, STEP_APPRAISE, OTHER, "2019-10-03 16:20", "2019-10-03 17:00", 40);
        assert_int_equal(audit_step_charge(&f, known(), arena, d), 2);
        assert_string_equal(d[0].unit, OTHER);
        assert_int_equal(d[0].minutes_charged, 40);
        assert_true(d[1].kind == STEP_NONE && d[1].minutes_charged == -40);
        assert_int_equal(f.uncharged, 20);
        assert_int_equal(audit_step_charge(&f, known(), arena, d), 0);
    }
}

/* From when the citizen was waited for, nobody else was late. */
static void the_wait_for_the_citizen_is_charged_to_nobody(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    f.result = AUDIT_RESULT_WITHDRAWN;
    f.waits_from = at("2019-10-03 16:30");
    (void)ended(&f, "SupplementAsked", 2, UNIT, "2019-10-02 16:00", "2019-10-03 16:30", 500);
    assert_int_equal(sealed(&f, "2019-10-04 17:00", d), 1);
    assert_int_equal(f.late_steps[0].minutes_charged, 30);
    assert_int_equal(f.uncharged, 0);
    f.waits_from = at("2019-10-03 15:00");
    f.due_at = at("2019-10-03 16:00");
    assert_int_equal(audit_step_charge(&f, known(), arena, d), 1);
    assert_int_equal(d[0].minutes_charged, -30);
}

static void a_step_behind_the_end_pays_for_nothing(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    assert_int_equal(sealed(&f, "2019-10-03 17:00", d), 1);
    (void)ended(&f, "HandOverTaken", 5, UNIT, "2019-10-04 08:00", "2019-10-04 10:00", 120);
    assert_int_equal(audit_step_charge(&f, known(), arena, d), 0);
    assert_int_equal(f.uncharged, 60);
}

static void of_very_many_late_steps_the_newest_are_kept(void **state)
{
    struct audit_fact f = dossier();

    for (int i = 1; i <= AUDIT_LATE_STEPS_MOST + 3; i++)
        (void)ended(&f, "Appraised", i, UNIT, "2019-10-02 16:00", "2019-10-02 17:00", 60);
    assert_int_equal(f.late_count, AUDIT_LATE_STEPS_MOST);
    assert_int_equal(f.late_steps[0].step, 4);
    assert_int_equal(f.late_steps[AUDIT_LATE_STEPS_MOST - 1].step, AUDIT_LATE_STEPS_MOST + 3);
}

static void without_a_calendar_nothing_is_charged_yet(void **state)
{
    struct audit_fact f = dossier();
    struct audit_step_delta d[AUDIT_CHARGES_MOST];

    assert_int_equal(audit_step_charge(&f, known(), arena, d), 0); /* nor before the end */
    f.ended_at = at("2019-10-04 09:00");
    f.timing = TIMING_LATE;
    assert_int_equal(audit_step_charge(&f, catalogue_new(arena, 0), arena, d), 0);
}

static void what_the_watch_tells_is_counted(void **state)
{
    const struct audit_fact f = dossier();
    struct audit_record r = {
        .type = "AppraisalNear", .step = {.kind = STEP_VERIFY, .unit = OTHER}, .warning = STEP_WARNING_NEAR};
    struct audit_step_delta d;

    assert_true(audit_step_warn(&f, &r, &d));
    assert_string_equal(d.unit, OTHER);
    assert_int_equal(d.kind, STEP_VERIFY);
    assert_int_equal(d.day, day("2019-10-01"));
    assert_true(d.warned == 1 && d.passed == 0);
    r.warning = STEP_WARNING_LATE;
    assert_true(audit_step_warn(&f, &r, &d));
    assert_true(d.warned == 0 && d.passed == 1);
    assert_int_equal(d.early + d.on_time + d.late + d.minutes_used, 0); /* it has not ended */
    assert_false(audit_step_warn(&f, &(struct audit_record){.type = "Appraised"}, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_end_of_a_step_has_its_kind),
        cmocka_unit_test(a_step_is_early_on_time_or_late),
        cmocka_unit_test(a_part_is_a_step_of_its_unit),
        cmocka_unit_test(what_ends_no_step_is_not_counted),
        cmocka_unit_test(the_newest_late_step_pays_first),
        cmocka_unit_test(what_no_step_explains_is_told),
        cmocka_unit_test(a_dossier_is_late_by_the_hours_of_its_counter_on_the_day_of_receipt),
        cmocka_unit_test(what_was_made_up_for_is_not_charged),
        cmocka_unit_test(one_that_stays_late_is_charged_by_the_date_that_had_passed),
        cmocka_unit_test(a_date_that_moves_charges_anew),
        cmocka_unit_test(a_step_that_was_broken_off_is_late_or_nothing),
        cmocka_unit_test(what_ends_without_a_result_is_charged_for_as_long_as_its_clock_ran),
        cmocka_unit_test(the_wait_for_the_citizen_is_charged_to_nobody),
        cmocka_unit_test(a_step_behind_the_end_pays_for_nothing),
        cmocka_unit_test(of_very_many_late_steps_the_newest_are_kept),
        cmocka_unit_test(without_a_calendar_nothing_is_charged_yet),
        cmocka_unit_test(what_the_watch_tells_is_counted),
    };
    return cmocka_run_group_tests_name("audit_step", tests, build_calendar, drop_calendar);
}
