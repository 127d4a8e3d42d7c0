/* SPDX-License-Identifier: Apache-2.0 */
/* The extension with its apology: who may ask, how often, when the date moves, and when it is a breach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define DUE (BED_DAY + 3) /* three working days from a Tuesday */

static struct intake_decision *at(instant now, const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    err = (struct err){.code = ERR_OK};
    f.actor_roles = actor ? ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD) : 0; /* as the token says */
    f.now = now;
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier received(void)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision *out = at(instant_of_day(BED_DAY, 480), NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");

    assert_non_null(out);
    out->next.state = INTAKE_IN_PROCESS;
    assert_int_equal(instant_day(out->next.due_at), DUE);
    return out->next;
}

static int instant_minute_of(instant t)
{
    struct civil c = instant_civil(t);

    return c.hour * 60 + c.minute;
}

static struct intake_decision *ask(instant now, const struct intake_dossier *d, instant due)
{
    struct intake_ask_more *c = ARENA_NEW(arena, struct intake_ask_more);

    *c = (struct intake_ask_more){.due_at = due, .reason = "overload", .apology = {.kind = DOCUMENT_APOLOGY}};
    memset(c->apology.id.b, 9, sizeof c->apology.id.b);
    return at(now, d, INTAKE_REQUEST_EXTENSION, c, "H11.35-td01", "H11.35");
}

/* A dossier for which another date was asked on the day of its receipt. */
static struct intake_dossier asked(instant due)
{
    struct intake_dossier d = received();
    struct intake_decision *out = ask(instant_of_day(BED_DAY, 600), &d, due);

    assert_non_null(out);
    return out->next;
}

static struct intake_decision *issue(instant now, const struct intake_dossier *d)
{
    const struct intake_progress sealed = {.step = 7, .at = now};
    return at(now, d, INTAKE_EXTEND, &sealed, NULL, NULL);
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

/* Until the seal the date is what it was; the one on the receipt stays. */
static void the_date_moves_with_the_seal(void **state)
{
    const instant later = instant_of_day(DUE + 7, 960);
    struct intake_dossier d = received();
    const instant first = d.due_at;

    (void)state;
    struct intake_decision *out = ask(instant_of_day(DUE - 1, 600), &d, later);
    assert_non_null(out);
    assert_string_equal(out->event, "ExtensionRequested");
    assert_true(out->extension && id_eq(out->document->id, out->next.extension.apology));
    assert_int_equal(out->document->kind, DOCUMENT_APOLOGY);
    assert_string_equal(out->place, "office");
    assert_int_equal(out->next.extension.state, EXTENSION_REQUESTED);
    assert_string_equal(out->next.extension.by, "H11.35-td01");
    assert_string_equal(out->next.extension.reason, "overload");
    assert_true(out->next.due_at == first);

    d = out->next;
    out = issue(instant_of_day(DUE - 1, 1439), &d);
    assert_non_null(out);
    assert_string_equal(out->event, "Extended");
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_int_equal(out->next.extension.state, EXTENSION_ISSUED);
    assert_true(out->next.due_at == later && out->next.due_reported == later);
    assert_true(out->next.promised_at == first);
    assert_false(out->breach || out->was_late);
}

/* Nobody asked, and nothing was prepared in time: then it is with the date, and what was prepared before stays. */
static void what_passes_has_an_apology_prepared(void **state)
{
    struct intake_dossier d = received(), told;
    struct intake_decision *out;

    (void)state;
    out = at(d.due_at, &d, INTAKE_PASS_DUE, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "DuePassed");
    const instant prepared = out->next.apology_due_at;
    assert_true(prepared != INSTANT_NONE && instant_day(prepared) > instant_day(d.due_at));
    told = out->next;
    out = ask(d.due_at + INSTANT_HOUR, &told, INSTANT_NONE); /* without a date */
    assert_non_null(out);
    assert_true(out->next.extension.due_at == prepared);
    told = out->next;
    told.state = INTAKE_CLOSING;
    assert_true(at(d.due_at, &told, INTAKE_PASS_DUE, NULL, NULL, NULL)->next.apology_due_at == INSTANT_NONE);
    d.apology_due_at = instant_of_day(DUE + 6, 960);
    assert_true(at(d.due_at, &d, INTAKE_PASS_DUE, NULL, NULL, NULL)->next.apology_due_at == d.apology_due_at);
    d.apology_due_at = d.due_at; /* the clock was away for long */
    assert_true(at(d.due_at, &d, INTAKE_PASS_DUE, NULL, NULL, NULL)->next.apology_due_at == prepared);
}

/* The stop notice is signed and not sealed: it is late with that, but there is no result to promise anew. */
static void none_is_prepared_for_what_is_stopped(void **state)
{
    struct intake_dossier d = received();
    const instant near = instant_of_day(DUE - 1, 450);

    (void)state;
    d.state = INTAKE_CLOSING;
    d.outcome = OUTCOME_GRANTED;
    assert_true(at(d.due_at, &d, INTAKE_PASS_DUE, NULL, NULL, NULL)->next.apology_due_at != INSTANT_NONE);
    d.outcome = OUTCOME_STOPPED;
    for (int i = 0; i < 2; i++) {
        struct intake_decision *out = at(d.due_at, &d, INTAKE_PASS_DUE, NULL, NULL, NULL);
        assert_non_null(out);
        assert_string_equal(out->event, "DuePassed");
        assert_true(out->next.apology_due_at == INSTANT_NONE);
        assert_true(at(near, &d, INTAKE_PASS_DUE, NULL, NULL, NULL)->next.apology_due_at == INSTANT_NONE);
        d.apology_due_at = instant_of_day(DUE + 6, 960); /* prepared before the notice was signed */
    }
}

/* A date that moves within its day has no other last day for an apology. */
static void it_stands_while_its_day_does(void **state)
{
    struct intake_dossier d = received();
    const instant near = instant_of_day(DUE - 1, 450);
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);

    (void)state;
    d.apology_due_at = instant_of_day(DUE + 6, 960);
    d.due_at += INSTANT_MINUTE; /* as it was before a recount */
    f.now = near;
    assert_int_equal(intake_count_due(&d, &f, &err), ERR_OK);
    assert_true(d.apology_due_at == instant_of_day(DUE + 6, 960));
    d.due_at += INSTANT_MINUTE;
    f.now = instant_of_day(DUE - 2, 450); /* the watch will prepare one */
    assert_int_equal(intake_count_due(&d, &f, &err), ERR_OK);
    assert_true(d.apology_due_at == INSTANT_NONE);
}

static void once_and_one_at_a_time(void **state)
{
    const instant later = instant_of_day(DUE + 7, 960);
    struct intake_dossier d = asked(later);

    (void)state;
    refused(ask(instant_of_day(BED_DAY, 660), &d, later + INSTANT_DAY), ERR_CONFLICT, "extension");
    d = issue(instant_of_day(BED_DAY + 1, 480), &d)->next;
    refused(ask(instant_of_day(BED_DAY + 1, 660), &d, later + INSTANT_DAY), ERR_CONFLICT, "extension");
}

/* On the last day for it the watch prepares one: the time of the process once more, at the hour that was promised. */
static void what_the_watch_prepares_is_taken_without_a_date(void **state)
{
    struct intake_dossier d = received();
    const instant near = instant_of_day(DUE - 1, 450);

    (void)state;
    assert_true(d.apology_due_at == INSTANT_NONE);
    refused(ask(near, &d, INSTANT_NONE), ERR_INVALID, "new_due_at"); /* nothing is prepared yet */
    struct intake_decision *out = at(near, &d, INTAKE_PASS_DUE, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "DueNear");
    const instant prepared = out->next.apology_due_at;
    assert_true(prepared > d.due_at && instant_minute_of(prepared) == instant_minute_of(d.due_at));
    assert_true(worktime_is_working_day(catalogue->calendar, instant_day(prepared)));
    assert_int_equal(out->next.extension.state, EXTENSION_NONE);
    d = out->next;
    out = ask(near, &d, INSTANT_NONE);
    assert_non_null(out);
    assert_true(out->next.extension.due_at == prepared && out->next.apology_due_at == INSTANT_NONE);
    out = ask(near, &d, prepared + 7 * INSTANT_DAY); /* who signs may name another one */
    assert_non_null(out);
    assert_true(out->next.extension.due_at == prepared + 7 * INSTANT_DAY);
}

static void none_is_prepared_once_one_was_asked_for(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));
    struct intake_decision *out = at(instant_of_day(DUE - 1, 450), &d, INTAKE_PASS_DUE, NULL, NULL, NULL);

    (void)state;
    assert_non_null(out);
    assert_true(out->next.apology_due_at == INSTANT_NONE);
}

/* It is for the date that is in force: another one makes it void. */
static void a_date_that_moves_makes_it_void(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));

    (void)state;
    d.apology_due_at = instant_of_day(DUE + 9, 960);
    struct intake_decision *out = issue(instant_of_day(DUE - 1, 480), &d);
    assert_non_null(out);
    assert_true(out->next.apology_due_at == INSTANT_NONE);
}

static void only_the_unit_that_handles_it(void **state)
{
    struct intake_ask_more c = {.due_at = instant_of_day(DUE + 7, 960), .reason = "overload"};
    struct intake_dossier d = received();

    (void)state;
    refused(at(instant_of_day(BED_DAY, 600), &d, INTAKE_REQUEST_EXTENSION, &c, "H11.05-td01", "H11.05"), ERR_FORBIDDEN,
            "actor");
    refused(at(instant_of_day(BED_DAY, 600), &d, INTAKE_REQUEST_EXTENSION, &c, "H11.35-xx", "H11.35"), ERR_FORBIDDEN,
            "actor");
}

static void only_a_post_that_handles_it(void **state)
{
    struct intake_ask_more c = {.due_at = instant_of_day(DUE + 7, 960), .reason = "overload"};
    struct intake_dossier d = received();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bed_handlers); i++) {
        struct intake_decision *out =
            at(instant_of_day(BED_DAY, 600), &d, INTAKE_REQUEST_EXTENSION, &c, bed_handlers[i].post, "H11.35");
        if ((out != NULL) != bed_handlers[i].may)
            fail_msg("%s", bed_handlers[i].post);
        if (!out)
            refused(out, ERR_FORBIDDEN, "actor");
    }
}

static void the_new_date_is_later(void **state)
{
    struct intake_dossier d = received();
    const instant late = instant_of_day(DUE + 3, 600);

    (void)state;
    refused(ask(d.received_at, &d, d.due_at), ERR_INVALID, "new_due_at");
    assert_non_null(ask(d.received_at, &d, d.due_at + 1));
    refused(ask(late, &d, late), ERR_INVALID, "new_due_at");
    assert_non_null(ask(late, &d, late + 1));
    refused(ask(d.received_at, &d, instant_of_day(DUE + 1, 600)), ERR_INVALID, "new_due_at"); /* a Saturday */
    refused(ask(d.received_at, &d, instant_of_day(DUE + 7 * 52 * 8000, 600)), ERR_INVALID, "new_due_at");
}

/* The law asks for a day before: on the last day, even before its hour, it is too late, and is issued all the same. */
static void on_the_last_day_it_is_a_breach(void **state)
{
    const instant later = instant_of_day(DUE + 7, 960);
    struct intake_dossier d = asked(later);
    const struct {
        instant at;
        bool late;
    } seals[] = {{instant_of_day(DUE, 0), false}, {d.due_at, true}, {instant_of_day(DUE + 2, 480), true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(seals); i++) {
        struct intake_decision *out = issue(seals[i].at, &d);
        assert_non_null(out);
        assert_true(out->breach);
        assert_int_equal(out->was_late, seals[i].late);
        assert_true(out->next.due_at == later);
    }
    assert_false(issue(instant_of_day(DUE, 0) - 1, &d)->breach);
}

/* Issued in time, and heard of when the date had come: the service was away for the night. */
static void it_is_judged_by_when_it_was_issued(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));
    const struct intake_progress sealed = {.step = 7, .at = instant_of_day(DUE, 0) - 1};
    const struct intake_decision *out = at(instant_of_day(DUE, 450), &d, INTAKE_EXTEND, &sealed, NULL, NULL);

    (void)state;
    assert_non_null(out);
    assert_false(out->breach);
    assert_true(out->next.extension.issued_at == instant_of_day(DUE, 450));
    assert_true(out->next.extension.judged.sealed_at == sealed.at && out->next.extension.judged.nearest == d.due_at);
    assert_int_equal(out->next.extension.judged.notice, 1);
    assert_null(strstr(out->next.due_explained, "Hẹn lại lúc"));
    assert_non_null(strstr(out->next.due_explained, "lập lúc 23:59"));
}

/* A period that is left out and not over moves the date in force already: what is told is what was decided. */
static void it_is_judged_by_the_date_in_force(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 14, 960));
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);

    (void)state;
    d.exclusions[d.exclusion_count++] = (struct intake_exclusion){.period = "posting",
                                                                  .reported = true,
                                                                  .basis = "Điều 10",
                                                                  .from = instant_of_day(DUE - 1, 480),
                                                                  .until = instant_of_day(DUE + 4, 480)};
    assert_int_equal(intake_count_due(&d, &f, &err), ERR_OK);
    assert_true(instant_day(d.due_at) > DUE + 1);
    struct intake_decision *out = issue(instant_of_day(DUE, 600), &d);
    assert_non_null(out);
    assert_false(out->breach);
    assert_null(strstr(out->next.due_explained, "Hẹn lại lúc"));
    assert_true(out->next.extension.judged.nearest == d.due_at);
    out = issue(d.due_at, &d);
    assert_non_null(out);
    assert_true(out->breach);
    assert_non_null(strstr(out->next.due_explained, "Hẹn lại lúc"));
}

/* The result is there, or the citizen has his dossier back. */
static void behind_the_end_nothing_moves(void **state)
{
    static const enum intake_state ends[] = {INTAKE_FINISHED, INTAKE_RETURNED, INTAKE_WITHDRAWN, INTAKE_STOPPED};
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        d.state = ends[i];
        struct intake_decision *out = issue(instant_of_day(DUE, 480), &d);
        assert_non_null(out);
        assert_null(out->event);
        assert_true(out->next.due_at == d.due_at && out->next.promised_at == d.promised_at);
        assert_int_equal(out->next.extension.state, EXTENSION_ISSUED);
        assert_true(out->next.extension.issued_at == instant_of_day(DUE, 480));
        assert_true(out->next.extension.due_at == INSTANT_NONE);
        assert_true(out->next.extension.judged.sealed_at == instant_of_day(DUE, 480));
        assert_true(out->next.extension.judged.nearest == INSTANT_NONE);
        assert_false(out->breach);
    }
}

static void a_new_date_that_came_too_soon_moves_nothing(void **state)
{
    const instant seal = instant_of_day(DUE + 3, 480);
    struct intake_dossier d = asked(seal);
    struct intake_decision *out = issue(seal, &d);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "Extended");
    assert_true(out->breach);
    assert_true(out->next.due_at == d.due_at);
    assert_true(out->next.extension.due_at == INSTANT_NONE);
}

/* A supplement has begun the legal clock anew meanwhile: the letter moves only a clock that it lies behind. */
static void a_supplement_meanwhile_may_go_further(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);
    instant due, reported;

    (void)state;
    d.supplements[d.supplement_count++] = (struct intake_supplement){.step = 3,
                                                                     .round = 1,
                                                                     .asked_by = "H11.35-td01",
                                                                     .asked_at = instant_of_day(BED_DAY + 1, 900),
                                                                     .answer_until = INSTANT_NONE,
                                                                     .received_at = instant_of_day(DUE + 17, 600)};
    assert_int_equal(intake_would_be_due(&d, &f, &due, &reported, &err), ERR_OK);
    assert_true(instant_day(reported) > DUE + 17 && reported < due);
    d.promised_at = d.due_at;
    d.due_at = due;
    const instant letters[] = {reported, due, due + INSTANT_DAY};
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        d.extension.due_at = letters[i];
        struct intake_decision *out = issue(instant_of_day(DUE + 17, 660), &d);
        assert_non_null(out);
        assert_string_equal(out->event, "Extended");
        assert_true(out->next.due_reported == letters[i]);
        assert_true(out->next.due_at == (letters[i] > due ? letters[i] : due));
        assert_true(out->next.extension.due_at == (letters[i] > reported ? letters[i] : INSTANT_NONE));
        assert_true(out->next.promised_at == d.promised_at);
        assert_false(out->breach);
    }
}

/* An obligation pauses both clocks, and they go on to the new date. */
static void what_pauses_behind_it_moves_the_new_date(void **state)
{
    struct intake_dossier d = asked(instant_of_day(DUE + 10, 960)); /* a Monday */
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);
    instant due, reported;

    (void)state;
    d = issue(instant_of_day(BED_DAY + 1, 480), &d)->next;
    d.obligations[d.obligation_count++] = (struct intake_obligation){.step = 5,
                                                                     .round = 1,
                                                                     .state = INTAKE_OBLIGATION_MET,
                                                                     .notice = "12/TB-CCT",
                                                                     .notified_at = instant_of_day(DUE, 480),
                                                                     .met_at = instant_of_day(DUE + 3, 480)};
    assert_int_equal(intake_would_be_due(&d, &f, &due, &reported, &err), ERR_OK);
    assert_string_equal(instant_text(due).s, instant_text(instant_of_day(DUE + 11, 960)).s); /* one working day */
    assert_true(reported == due);
}

static void a_refused_one_may_be_asked_again(void **state)
{
    static const struct intake_progress answer = {.step = 4};
    struct intake_dossier d = asked(instant_of_day(DUE + 7, 960));
    struct intake_decision *out =
        at(instant_of_day(BED_DAY + 1, 480), &d, INTAKE_REFUSE_EXTENSION, &answer, NULL, NULL);

    (void)state;
    assert_non_null(out);
    assert_null(out->event);
    assert_int_equal(out->next.extension.state, EXTENSION_REFUSED);
    assert_true(out->next.due_at == d.due_at && out->next.promised_at == d.promised_at);
    d = out->next;
    out = ask(instant_of_day(BED_DAY + 1, 600), &d, instant_of_day(DUE + 3, 960));
    assert_non_null(out);
    assert_int_equal(out->next.extension.state, EXTENSION_REQUESTED);
    assert_true(out->next.extension.due_at == instant_of_day(DUE + 3, 960));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_date_moves_with_the_seal),
        TEST(what_the_watch_prepares_is_taken_without_a_date),
        TEST(none_is_prepared_once_one_was_asked_for),
        TEST(a_date_that_moves_makes_it_void),
        TEST(what_passes_has_an_apology_prepared),
        TEST(none_is_prepared_for_what_is_stopped),
        TEST(it_stands_while_its_day_does),
        TEST(once_and_one_at_a_time),
        TEST(only_the_unit_that_handles_it),
        TEST(only_a_post_that_handles_it),
        TEST(the_new_date_is_later),
        TEST(on_the_last_day_it_is_a_breach),
        TEST(it_is_judged_by_when_it_was_issued),
        TEST(it_is_judged_by_the_date_in_force),
        TEST(behind_the_end_nothing_moves),
        TEST(a_new_date_that_came_too_soon_moves_nothing),
        TEST(a_supplement_meanwhile_may_go_further),
        TEST(what_pauses_behind_it_moves_the_new_date),
        TEST(a_refused_one_may_be_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
