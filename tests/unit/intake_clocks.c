/* SPDX-License-Identifier: Apache-2.0 */
/* A supplement parts the two clocks; what comes behind it moves each by its own count, and tells both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/intake/events.h"
#include "taicho/v1/lifecycle.pb-c.h"
#include "tests/unit/intake_day.h"

static const Taicho__V1__LifecycleEvent *told(const struct intake_decision *out)
{
    Taicho__V1__LifecycleEvent *m = ARENA_NEW(arena, Taicho__V1__LifecycleEvent);
    struct emission e = {.type = out->event, .body = out};

    taicho__v1__lifecycle_event__init(m);
    intake_encode(&e, arena, m);
    return m;
}

static const struct intake_component component = {.name = "Bản sao", .copies = 1};
static const struct intake_supply supply = {.channel = CHANNEL_COUNTER, .components = &component, .component_count = 1};

/* Received on Tuesday 1 October at 08:00, three working days; the supplement is asked on Wednesday at 08:00 and comes a
 * day later: by law due on Tuesday 8 October, to be reported against Monday 7 October. */
#define LEGAL    instant_of_day(BED_DAY + 7, 8 * 60)
#define REPORTED instant_of_day(BED_DAY + 6, 8 * 60)

static struct intake_dossier in_process(void)
{
    static const struct intake_progress assigned = {.step = 3};
    static struct intake_receive c;

    c = bed_receive("H11.35-Q1", "1.000006");
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");
    return does(&d, INTAKE_TAKE_UP, &assigned, NULL);
}

static const struct intake_supplement_asked asked = {.at = AT_ONCE, .step = 3, .round = 1, .by = "H11.35-td01"};

static struct intake_decision *supplied_after(int days)
{
    struct intake_dossier d = in_process();

    today += days;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL);
    today++;
    return decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
}

static struct intake_decision *supplied(void)
{
    return supplied_after(1);
}

static void day_off(int32_t day, int64_t release)
{
    const int32_t off[] = {day};
    struct worktime_calendar *calendar = ARENA_NEW(arena, struct worktime_calendar);

    assert_int_equal(worktime_calendar_build(arena, 2019, 2020, off, 1, NULL, 0, calendar, &err), ERR_OK);
    catalogue->calendar = calendar;
    catalogue->release = release;
}

static void a_supplement_tells_both_dates(void **state)
{
    (void)state;
    const Taicho__V1__SupplementReceived *m = told(supplied())->supplement_received;
    assert_int_equal(m->due_at, LEGAL);
    assert_int_equal(m->due_at_legal, LEGAL);
    assert_int_equal(m->due_at_reported, REPORTED);
    assert_int_equal(m->medium, TAICHO__V1__MEDIUM__MEDIUM_PAPER);
}

/* Both clocks pause for the obligation alike, each from where it stands. */
static void an_obligation_behind_a_supplement_tells_both_dates(void **state)
{
    static const struct intake_progress first = {.step = 4, .outcome = OUTCOME_GRANTED};
    static const struct intake_notice notice = {.notice = "12/TB-CCT"}, nothing = {0};
    (void)state;
    struct intake_dossier d = supplied()->next;
    d = does(&d, INTAKE_DECIDE, &first, NULL);
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    today++;
    const Taicho__V1__ObligationMet *m =
        told(decide(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01", "H11.35"))->obligation_met;
    assert_int_equal(m->due_at, LEGAL + INSTANT_DAY);
    assert_int_equal(m->due_at_legal, LEGAL + INSTANT_DAY);
    assert_int_equal(m->due_at_reported, REPORTED + INSTANT_DAY);
}

/* Monday is the reported day: the apology is still in time on Friday, though the legal day is Tuesday. */
static void the_nearer_date_is_warned_of_and_told(void **state)
{
    static const enum intake_state open[] = {INTAKE_RECEIVED, INTAKE_IN_PROCESS, INTAKE_CLOSING};
    (void)state;
    struct intake_dossier d = supplied()->next;
    assert_int_equal(intake_nearest_due(&d), REPORTED);
    assert_int_equal(intake_warn_at(catalogue, &d, d.received_at), instant_of_day(BED_DAY + 3, 7 * 60));
    for (size_t i = 0; i < COUNT_OF(open); i++) {
        d.state = open[i];
        today = BED_DAY + 3;
        struct intake_decision *out = decide(&d, INTAKE_PASS_DUE, NULL, NULL, NULL);
        assert_non_null(out);
        assert_string_equal(out->event, "DueNear");
        assert_int_equal(told(out)->due_near->due_at, REPORTED);
        today = BED_DAY + 6;
        out = decide(&d, INTAKE_PASS_DUE, NULL, NULL, NULL);
        assert_non_null(out);
        assert_string_equal(out->event, "DuePassed");
        assert_int_equal(told(out)->due_passed->due_at, REPORTED);
    }
}

/* What passed before the next pause is told in it; of what had not, nothing is. */
static void a_pause_behind_the_nearer_date_tells_that_it_passed(void **state)
{
    static const struct intake_supplement_asked again = {
        .at = AT_ONCE, .step = 3, .round = 2, .by = "H11.35-tr01", .ground = "new_finding", .superior = "H11.35-tr01"};
    (void)state;
    for (int late = 0; late <= 1; late++) {
        today = BED_DAY;
        struct intake_dossier d = supplied()->next;
        today = BED_DAY + (late ? 6 : 3);
        struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL, NULL);
        assert_non_null(out);
        assert_int_equal(out->was_late, late);
        assert_int_equal(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL) != NULL, late);
        d = out->next;
        out = decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
        assert_non_null(out);
        assert_int_equal(out->was_late, late);
    }
}

/* An apology is a breach on the day of the nearer date. */
static void an_extension_is_measured_by_the_nearer_date(void **state)
{
    (void)state;
    for (int late = 0; late <= 1; late++) {
        today = BED_DAY;
        struct intake_dossier d = supplied()->next;
        d.extension = (struct intake_extension){.state = EXTENSION_REQUESTED,
                                                .due_at = instant_of_day(BED_DAY + 20, 960),
                                                .reason = "overload",
                                                .by = "H11.35-td01",
                                                .issued_at = INSTANT_NONE};
        today = BED_DAY + (late ? 6 : 3);
        const struct intake_progress sealed = {.step = 7, .at = instant_of_day(today, 600)};
        struct intake_decision *out = decide(&d, INTAKE_EXTEND, &sealed, NULL, NULL);
        assert_non_null(out);
        assert_int_equal(out->breach, late);
        assert_int_equal(out->was_late, late);
        const Taicho__V1__Extended *m = told(out)->extended;
        assert_true(m->due_at == d.extension.due_at && m->due_at_legal == m->due_at && m->due_at_reported == m->due_at);
        /* Counted again, the new date stays the one for both. */
        day_off(BED_DAY + 4, 2);
        assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
        catalogue = bed_catalogue(arena);
    }
}

/* Asked on Thursday, brought on Friday: Wednesday lies in the time used, which only the reported clock counts. */
static void a_day_off_in_the_time_used_moves_the_reported_date(void **state)
{
    (void)state;
    struct intake_dossier d = supplied_after(2)->next;
    assert_int_equal(d.due_at, instant_of_day(BED_DAY + 8, 8 * 60));
    assert_int_equal(d.due_reported, instant_of_day(BED_DAY + 6, 8 * 60));
    day_off(BED_DAY + 1, 7);
    struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    assert_false(out->stays);
    const Taicho__V1__DueMoved *m = told(out)->due_moved;
    assert_int_equal(m->due_at, d.due_at);
    assert_int_equal(m->due_at_legal, d.due_at);
    assert_int_equal(m->due_at_reported, instant_of_day(BED_DAY + 7, 8 * 60));
    assert_int_equal(out->next.due_at, d.due_at);
    assert_int_equal(out->next.release, 7);
    assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
}

/* What begins a pause tells no date, so it moves none: the recount does. What ends one counts, and says with what. */
static void the_beginning_of_a_pause_moves_no_date(void **state)
{
    (void)state;
    struct intake_dossier d = in_process();
    const int64_t release = d.release;
    const char *explained = d.due_explained;
    day_off(BED_DAY + 1, 7);
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, NULL);
    assert_non_null(out);
    assert_int_equal(out->next.due_at, d.due_at);
    assert_int_equal(out->next.release, release);
    assert_ptr_equal(out->next.due_explained, explained);
    assert_false(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
    struct intake_decision *back = decide(&out->next, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
    assert_non_null(back);
    assert_int_equal(back->next.release, 7);
    assert_true(back->next.due_at > d.due_at);
}

/* Early for the citizen is before the day that he was given, which lies behind the reported one, that audit judges by.
 */
static void early_is_before_the_promised_day(void **state)
{
    struct intake_dossier d = supplied()->next;
    struct intake_progress ready = {.outcome = OUTCOME_GRANTED, .at = d.due_at - 1};
    (void)state;
    assert_true(instant_day(REPORTED) < instant_day(d.due_at));
    d.state = INTAKE_FINISHED;
    d.outcome = OUTCOME_GRANTED;
    assert_false(decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early);
    ready.at = REPORTED;
    assert_true(decide(&d, INTAKE_LIE_READY, &ready, NULL, NULL)->next.collection.early);
}

/* The machine's clock is set back while a supplement is waited for: it came at once, as far as anybody can tell. */
static void a_clock_that_is_set_back_stops_nothing(void **state)
{
    struct intake_dossier d = in_process();

    (void)state;
    minute = 600;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL);
    minute = 540;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 3, 600)); /* three working days from when it was asked for */
    assert_true(d.due_reported == instant_of_day(BED_DAY + 3, 480));

    /* Once more, asked for by a clock that has not come back to where the first one was. */
    struct intake_supplement_asked again = asked;
    again.ground = "new_finding";
    again.superior = "H11.35-tr01";
    minute = 530;
    d.state = INTAKE_IN_PROCESS;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL);
    minute = 520;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 3, 600));

    /* And before it was received: no time has passed. */
    today = BED_DAY;
    minute = 480;
    d = in_process();
    today = BED_DAY - 1;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL);
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 3, 480));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_nearer_date_is_warned_of_and_told, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_pause_behind_the_nearer_date_tells_that_it_passed, begin, tear_down),
        cmocka_unit_test_setup_teardown(an_extension_is_measured_by_the_nearer_date, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_stops_nothing, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_day_off_in_the_time_used_moves_the_reported_date, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_beginning_of_a_pause_moves_no_date, begin, tear_down),
        cmocka_unit_test_setup_teardown(early_is_before_the_promised_day, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_tells_both_dates, begin, tear_down),
        cmocka_unit_test_setup_teardown(an_obligation_behind_a_supplement_tells_both_dates, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
