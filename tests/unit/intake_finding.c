/* SPDX-License-Identifier: Apache-2.0 */
/* What was found gives a dossier another time, and what the law leaves out is left out: by the procedure's own rules,
 * by the unit that handles it, in time, and once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static int32_t today;
static int minute;

static instant recorded;           /* when it is entered; 0: when it is done */
static const struct papers *filed; /* to show it */

static int begin(void **state)
{
    today = BED_DAY;
    minute = 8 * 60;
    recorded = 0;
    filed = &bed_papers;
    return set_up(state);
}

static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                      const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, minute);

    f.now = instant_of_day(today, minute);
    f.recorded_at = recorded ? recorded : f.now;
    f.papers = filed;
    f.actor_roles = actor ? ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD) : 0; /* as the token says */
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

/* Received on Tuesday 1 October 2019 at 08:00, three working days: due on Friday at 08:00. */
static struct intake_dossier received(void)
{
    static struct intake_receive c;

    c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision *out = decide(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    return out->next;
}

static struct intake_decision *find_as(const struct intake_dossier *d, const char *finding, const char *by,
                                       const char *unit)
{
    struct intake_find *c = ARENA_NEW(arena, struct intake_find);

    *c = (struct intake_find){.finding = finding, .document = bed_evidence.handle.id};
    return decide(d, INTAKE_FIND, c, by, unit);
}

static struct intake_decision *find(const struct intake_dossier *d, const char *finding)
{
    return find_as(d, finding, "H11.35-td01", "H11.35");
}

static struct intake_decision *leave_out_as(const struct intake_dossier *d, const char *period, instant from,
                                            instant until, const char *by)
{
    struct intake_exclude *c = ARENA_NEW(arena, struct intake_exclude);

    *c = (struct intake_exclude){.period = period, .from = from, .until = until, .document = bed_evidence.handle.id};
    return decide(d, INTAKE_EXCLUDE, c, by, "H11.35");
}

static struct intake_decision *leave_out(const struct intake_dossier *d, const char *period, instant from,
                                         instant until)
{
    return leave_out_as(d, period, from, until, "H11.35-td01");
}

static struct intake_decision *end_as(const struct intake_dossier *d, const char *period, instant until, const char *by,
                                      const char *unit)
{
    struct intake_end_period *c = ARENA_NEW(arena, struct intake_end_period);

    *c = (struct intake_end_period){.period = period, .until = until, .document = bed_evidence.handle.id};
    return decide(d, INTAKE_END_PERIOD, c, by, unit);
}

static struct intake_decision *end_period(const struct intake_dossier *d, const char *period, instant until)
{
    return end_as(d, period, until, "H11.35-td01", "H11.35");
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

static instant at(int days, int hour)
{
    return instant_of_day(BED_DAY + days, hour * 60);
}

static void a_finding_moves_both_dates_by_its_own_time(void **state)
{
    static const struct {
        const char *finding;
        int due; /* days behind the receipt */
        const char *basis;
    } found[] = {{"verification", 7, "Điều 2"}, {"remote_area", 7, "Điều 3"}, {"simple", 1, "Điều 4"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(found); i++) {
        struct intake_dossier d = received();
        struct intake_decision *out = find(&d, found[i].finding);
        assert_non_null(out);
        assert_string_equal(out->event, "FindingRecorded");
        assert_int_equal(out->next.due_at, at(found[i].due, 8));
        assert_int_equal(out->next.due_reported, out->next.due_at);
        assert_int_equal(out->next.promised_at, d.due_at);
        assert_int_equal(out->next.state, d.state);
        assert_string_equal(out->next.findings[out->finding].by, "H11.35-td01");
        assert_non_null(strstr(out->next.due_explained, found[i].basis));
        assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
    }
}

static void only_a_post_that_handles_it(void **state)
{
    struct intake_dossier d = received();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bed_handlers); i++) {
        const char *post = bed_handlers[i].post;
        struct intake_decision *found = find_as(&d, "remote_area", post, "H11.35");
        struct intake_decision *left = leave_out_as(&d, "auction", at(0, 8), at(1, 8), post);
        if ((found != NULL) != bed_handlers[i].may || (left != NULL) != bed_handlers[i].may)
            fail_msg("%s", post);
        if (bed_handlers[i].may)
            continue;
        refused(find_as(&d, "remote_area", post, "H11.35"), ERR_FORBIDDEN, "actor");
        refused(leave_out_as(&d, "auction", at(0, 8), at(1, 8), post), ERR_FORBIDDEN, "actor");
    }
}

/* A document of another kind or dossier is none of those. */
static void no_date_moves_without_evidence(void **state)
{
    static const struct papers none;
    const struct papers *const without[] = {NULL, &none};
    struct intake_dossier d = received();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        filed = without[i];
        refused(find(&d, "remote_area"), ERR_INVALID, "document");
        refused(leave_out(&d, "auction", at(0, 8), at(1, 8)), ERR_INVALID, "document");
    }
    filed = &bed_papers;
    struct intake_decision *out = find(&d, "remote_area");
    assert_non_null(out);
    assert_true(out->named == &bed_evidence.handle);
    assert_true(id_eq(out->next.findings[0].document, bed_evidence.handle.id));
    out = leave_out(&out->next, "auction", at(0, 8), at(1, 8)); /* one document may show both */
    assert_non_null(out);
    assert_true(out->named == &bed_evidence.handle);
    assert_true(id_eq(out->next.exclusions[0].document, bed_evidence.handle.id));
}

static void what_is_added_is_added_to_what_replaces(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    d = find(&d, "verification")->next;
    struct intake_decision *out = find(&d, "remote_area");
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(9, 8)); /* five and two working days */
    assert_int_equal(out->next.finding_count, 2);
}

static void who_finds_what_and_when(void **state)
{
    (void)state;
    struct intake_dossier d = received(), once = find(&d, "remote_area")->next;
    refused(find(&once, "remote_area"), ERR_CONFLICT, "finding");
    refused(find(&d, "nothing"), ERR_INVALID, "finding");
    refused(find_as(&d, "remote_area", "H11.05-td01", "H11.05"), ERR_FORBIDDEN, "actor");
    assert_non_null(find_as(&d, "remote_area", "H11.35-tr01", "H11.35"));
    today = BED_DAY + 2;
    refused(find(&d, "simple"), ERR_CONFLICT, "finding"); /* by that it would be late already */
    today = BED_DAY + 3;
    refused(find(&d, "remote_area"), ERR_CONFLICT, "finding"); /* it is due now */
}

/* Counted again by the rule of the day of receipt, whatever became of the procedure. */
static void what_the_procedure_said_stays(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    d = find(&d, "remote_area")->next;
    catalogue = catalogue_new(arena, 9);
    catalogue_seal(catalogue);
    catalogue->calendar = bed_catalogue(arena)->calendar;
    assert_true(decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
    struct intake_dossier copy = intake_copy(&d, arena);
    assert_string_equal(copy.findings[0].finding, "remote_area");
    assert_ptr_not_equal(copy.findings[0].finding, d.findings[0].finding);
}

/* Two days that the portal knows as a pause, and two that it does not. */
static void a_period_that_is_left_out_moves_what_does_not_count_it(void **state)
{
    (void)state;
    minute = 9 * 60;
    struct intake_dossier d = received();
    const instant from = d.received_at, until = from + 2 * INSTANT_DAY;
    struct intake_decision *out = leave_out(&d, "auction", from, until);
    assert_non_null(out);
    assert_string_equal(out->event, "PeriodExcluded");
    assert_int_equal(out->next.due_at, at(7, 9));
    assert_int_equal(out->next.due_reported, at(7, 9));
    assert_non_null(strstr(out->next.due_explained, "Điều 6"));
    out = leave_out(&d, "examination", from, until);
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(7, 9));
    assert_int_equal(out->next.due_reported, d.due_reported);
    assert_non_null(strstr(out->next.due_explained, "Điều 5"));
    assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
    assert_int_equal(intake_nearest_due(&out->next), d.due_reported);
}

static void which_periods_are_left_out(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    const instant now = d.received_at;
    refused(leave_out(&d, "lunch", now, now + 1), ERR_INVALID, "period");
    refused(leave_out(&d, "auction", now - 1, now + 1), ERR_INVALID, "from");
    refused(leave_out(&d, "auction", now + 1, now + 2), ERR_INVALID, "from");
    refused(leave_out(&d, "auction", now, now), ERR_INVALID, "until");
    refused(leave_out(&d, "auction", now, now + INTAKE_EXCLUSION_DAYS * INSTANT_DAY + 1), ERR_INVALID, "until");
    d = leave_out(&d, "auction", now, now + INSTANT_DAY)->next;
    refused(leave_out(&d, "auction", now, now + 2 * INSTANT_DAY), ERR_CONFLICT, "from");
    d = leave_out(&d, "examination", now, now + INSTANT_DAY)->next; /* another one may lie beside it */
    today = BED_DAY + 2;
    d = leave_out(&d, "auction", now + INSTANT_DAY + 1, now + 2 * INSTANT_DAY)->next;
    d = leave_out(&d, "examination", now + INSTANT_DAY + 1, now + 2 * INSTANT_DAY)->next;
    assert_int_equal(d.exclusion_count, INTAKE_EXCLUSIONS_MAX);
    minute = 9 * 60;
    refused(leave_out(&d, "auction", instant_of_day(today, 530), now + 9 * INSTANT_DAY), ERR_CONFLICT, "period");
    today = BED_DAY + 30;
    refused(leave_out(&d, "auction", instant_of_day(today, 470), instant_of_day(today, 480)), ERR_CONFLICT, "period");
}

/* The dates are those of a period that was recorded as long as it was; the first promise stays. */
static void a_period_that_ends_early_is_counted_as_long_as_it_was(void **state)
{
    (void)state;
    struct intake_dossier d = received(), longer = leave_out(&d, "auction", at(0, 8), at(6, 8))->next,
                          shorter = leave_out(&d, "auction", at(0, 8), at(1, 8))->next;
    today = BED_DAY + 2;
    struct intake_decision *out = end_period(&longer, "auction", at(1, 8));
    assert_non_null(out);
    assert_string_equal(out->event, "PeriodEnded");
    assert_int_equal(out->next.state, d.state);
    assert_true(out->next.due_at == shorter.due_at && out->next.due_reported == shorter.due_reported);
    assert_true(d.due_at < out->next.due_at && out->next.due_at < longer.due_at);
    assert_int_equal(out->next.promised_at, d.due_at);
    const struct intake_exclusion *x = &out->next.exclusions[out->exclusion];
    assert_true(x->until == at(1, 8) && x->recorded_until == at(6, 8) && x->ended_at == at(2, 8));
    assert_string_equal(x->ended_by, "H11.35-td01");
    assert_memory_equal(x->ended_document.b, bed_evidence.handle.id.b, sizeof x->ended_document.b);
    assert_non_null(strstr(out->next.due_explained, "auction kết thúc sớm hơn đã ghi nhận"));
    assert_non_null(strstr(out->next.due_explained, "auction ended earlier than was recorded"));
    assert_null(strstr(longer.due_explained, "ended earlier"));
    assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
    out = end_period(&longer, "auction", at(0, 8)); /* it has left out nothing */
    assert_true(out->next.due_at == d.due_at && out->next.due_reported == d.due_reported);
    assert_int_equal(intake_left_out(&out->next).count, 0);
    longer = leave_out(&longer, "examination", at(0, 8), at(2, 8))->next; /* another one lies over it */
    out = end_period(&longer, "auction", at(1, 8));
    const struct left_out all = intake_left_out(&out->next);
    assert_true(all.count == 1 && all.of[0].from == at(0, 8) && all.of[0].until == at(2, 8));
}

static void which_periods_may_end_early(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    refused(end_period(&d, "auction", at(0, 8)), ERR_INVALID, "period");
    d = leave_out(&d, "auction", at(0, 8), at(1, 8))->next;
    today = BED_DAY + 2;
    d = leave_out(&d, "auction", at(2, 7), at(9, 8))->next;
    minute = 9 * 60;
    refused(end_period(&d, "examination", at(2, 8)), ERR_INVALID, "period");
    refused(end_period(&d, "auction", at(2, 9) + 1), ERR_INVALID, "until"); /* it lies ahead */
    refused(end_period(&d, "auction", at(0, 8) - 1), ERR_INVALID, "until");
    refused(end_period(&d, "auction", at(1, 8)), ERR_INVALID, "until");
    refused(end_period(&d, "auction", at(2, 7) - 1), ERR_INVALID, "until");
    refused(end_as(&d, "auction", at(2, 8), "H11.35-tn01", "H11.35"), ERR_FORBIDDEN, "actor");
    static const struct intake_end_period unshown = {.period = "auction"};
    struct intake_end_period *c = ARENA_NEW(arena, struct intake_end_period);
    *c = unshown;
    c->until = at(2, 8);
    refused(decide(&d, INTAKE_END_PERIOD, c, "H11.35-td01", "H11.35"), ERR_INVALID, "document");
    struct intake_decision *out = end_period(&d, "auction", at(2, 9));
    assert_int_equal(out->exclusion, 1); /* the one that it lies in */
    refused(leave_out(&out->next, "auction", at(2, 8), at(3, 8)), ERR_CONFLICT, "from");
    out = end_period(&out->next, "auction", at(0, 12));
    assert_int_equal(out->exclusion, 0);
    refused(end_period(&out->next, "auction", at(0, 9)), ERR_CONFLICT, "period"); /* once */
    refused(end_period(&out->next, "auction", at(2, 8)), ERR_CONFLICT, "period");
}

/* It makes the time only shorter: also when the date has passed, or will have passed by it. */
static void a_period_may_end_early_when_the_date_has_passed(void **state)
{
    (void)state;
    struct intake_dossier first = received(), d = leave_out(&first, "auction", at(0, 8), at(6, 8))->next;
    today = BED_DAY + 4;
    struct intake_decision *out = end_period(&d, "auction", at(0, 8));
    assert_non_null(out);
    assert_int_equal(out->next.due_at, first.due_at);
    assert_false(out->was_late); /* it is told now */
    today = BED_DAY + 30;
    out = end_period(&d, "auction", at(1, 8));
    assert_non_null(out);
    assert_true(out->was_late); /* it was told */
    recorded = at(31, 8);       /* entered late: as of then */
    today = BED_DAY + 2;
    refused(end_period(&d, "auction", at(3, 8)), ERR_INVALID, "until");
    out = end_period(&d, "auction", at(1, 8));
    assert_int_equal(out->next.exclusions[out->exclusion].ended_at, at(2, 8));
}

/* A supplement within it starts the legal clock anew, and only the rest of the period is left out of that. */
/* The date passed while the system was away: what was recorded on paper before it did moves it, and nothing that was
 * recorded behind it, though the period had begun before. */
static void a_period_is_entered_late_as_of_when_it_was_recorded(void **state)
{
    struct intake_dossier d = received();
    (void)state;
    recorded = at(6, 8);
    today = BED_DAY + 2;
    struct intake_decision *out = leave_out(&d, "auction", at(1, 8), at(7, 8));
    assert_non_null(out);
    assert_true(intake_nearest_due(&out->next) > d.due_at);
    assert_true(out->next.exclusions[out->exclusion].at == at(2, 8));
    today = BED_DAY + 3; /* it is due now */
    refused(leave_out(&d, "auction", at(1, 8), at(7, 8)), ERR_CONFLICT, "period");
    assert_non_null(strstr(err.en, "its due date has passed"));
    today = BED_DAY + 6;
    refused(leave_out(&d, "auction", at(1, 8), at(7, 8)), ERR_CONFLICT, "period");
}

static void a_supplement_within_a_period(void **state)
{
    static const struct intake_progress assigned = {.step = 3};
    static const struct intake_supplement_asked asked = {.step = 3, .round = 1, .by = "H11.35-td01"};
    static const struct intake_component component = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {
        .channel = CHANNEL_COUNTER, .components = &component, .component_count = 1};
    (void)state;
    struct intake_dossier d = received();
    d = decide(&d, INTAKE_TAKE_UP, &assigned, NULL, NULL)->next;
    d = leave_out(&d, "auction", d.received_at, d.received_at + 3 * INSTANT_DAY)->next;
    today++;
    d = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL, NULL)->next;
    today++;
    struct intake_decision *out = decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(8, 8));       /* from Thursday: a day of the period, and three working days */
    assert_int_equal(out->next.due_reported, at(8, 8)); /* nothing was used before */
}

/* The longest that a procedure may name: 500 characters of three bytes. */
static void what_it_is_based_on_is_told_in_full(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    char basis[500 * 3 + 1] = "";
    for (int i = 0; i < 500; i++)
        memcpy(basis + (size_t)i * 3, i % 2 ? "Đ " : "ề", 3);
    d = find(&d, "remote_area")->next;
    d = leave_out(&d, "auction", d.received_at, d.received_at + INSTANT_DAY)->next;
    d.findings[0].basis = d.exclusions[0].basis = basis;
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, minute);
    assert_int_equal(intake_count_due(&d, &f, &err), ERR_OK);
    int told = 0;
    for (const char *at = d.due_explained; (at = strstr(at, basis)) != NULL; at++)
        told++;
    assert_int_equal(told, 4); /* of each, in two languages */
    assert_null(strstr(d.due_explained, "\\u"));
}

/* extended gives a dossier of which an apology with a new date was asked for and issued. */
static struct intake_dossier extended(struct intake_dossier d, instant due)
{
    static struct intake_ask_more c;
    struct intake_progress sealed = {.step = 7, .at = instant_of_day(today, minute)};

    c = (struct intake_ask_more){.due_at = due, .reason = "overload", .apology = {.kind = DOCUMENT_APOLOGY}};
    memset(c.apology.id.b, 9, sizeof c.apology.id.b);
    d.state = INTAKE_IN_PROCESS;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_EXTENSION, &c, "H11.35-td01", "H11.35");
    assert_non_null(out);
    out = decide(&out->next, INTAKE_EXTEND, &sealed, NULL, NULL);
    assert_non_null(out);
    return out->next;
}

/* The time that was found is given in full, and the date that the letter promised never comes nearer. */
static void what_is_found_behind_an_apology(void **state)
{
    (void)state;
    struct intake_dossier d = extended(received(), at(6, 16));
    minute += 60;
    struct intake_decision *out = find(&d, "verification"); /* five working days instead of three: Tuesday at 08:00 */
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(7, 8));
    assert_int_equal(out->next.due_reported, at(7, 8));
    assert_non_null(strstr(out->next.due_explained, "lấy hạn theo quy định"));
    out = find(&d, "simple"); /* one day */
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(6, 16));
    assert_true(decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL)->stays);
}

/* The letter names the date that is in force from its seal on, whatever was left out by then. */
static void an_apology_reckons_with_what_is_left_out(void **state)
{
    (void)state;
    struct intake_dossier d = received();
    d = leave_out(&d, "auction", d.received_at, at(10, 8))->next; /* known until Friday 11 October */
    assert_int_equal(d.due_at, at(15, 8));
    minute += 60;
    d = extended(d, at(21, 16));
    assert_int_equal(d.due_at, at(21, 16));
    assert_int_equal(d.due_reported, at(21, 16));
    assert_non_null(strstr(d.due_explained, "không cộng thêm"));
    today = BED_DAY + 13;
    struct intake_decision *out = leave_out(&d, "auction", at(12, 8), at(14, 7)); /* recorded behind it */
    assert_non_null(out);
    assert_int_equal(out->next.due_at, at(22, 16)); /* from Sunday to Tuesday: a working day */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_finding_moves_both_dates_by_its_own_time, begin, tear_down),
        cmocka_unit_test_setup_teardown(only_a_post_that_handles_it, begin, tear_down),
        cmocka_unit_test_setup_teardown(no_date_moves_without_evidence, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_is_added_is_added_to_what_replaces, begin, tear_down),
        cmocka_unit_test_setup_teardown(who_finds_what_and_when, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_the_procedure_said_stays, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_period_that_is_left_out_moves_what_does_not_count_it, begin, tear_down),
        cmocka_unit_test_setup_teardown(which_periods_are_left_out, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_period_that_ends_early_is_counted_as_long_as_it_was, begin, tear_down),
        cmocka_unit_test_setup_teardown(which_periods_may_end_early, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_period_may_end_early_when_the_date_has_passed, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_period_is_entered_late_as_of_when_it_was_recorded, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_within_a_period, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_it_is_based_on_is_told_in_full, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_is_found_behind_an_apology, begin, tear_down),
        cmocka_unit_test_setup_teardown(an_apology_reckons_with_what_is_left_out, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
