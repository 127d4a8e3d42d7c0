/* SPDX-License-Identifier: Apache-2.0 */
/* The consult step: who asks whom, who answers until when, and what silence does. */
#include "tests/unit/appraisal_story.h"

static struct appraisal_dossier *in(int state)
{
    return come_to("RCAPNX", 2, state);
}

static void what_is_asked(void **state)
{
    struct appraisal_decision x;
    (void)state;
    struct appraisal_dossier *d = in(APPRAISAL_ASSIGNED);
    must(run(&d, ask(OTHER), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_CONSULTATION_ASKED);
    assert_string_equal(x.asked, OTHER);
    assert_true(x.due_at == bed_now() + 2 * INSTANT_HOUR);
    assert_true(id_eq(x.document.id, bed_id(13)));
    assert_null(x.opens_edge);
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->state, APPRAISAL_CONSULTING);
    assert_string_equal(s->asked, OTHER);
    assert_true(s->due_at == x.due_at);
    assert_true(id_is_nil(s->document)); /* only the answer ends it */
}

static void refused(int state, const char *who, struct appraisal_command c, enum err_code code, const char *field)
{
    struct appraisal_dossier *d = in(state);
    assert_int_equal(by(who, &d, c), code);
    assert_string_equal(err.field, field);
    assert_int_equal(appraisal_step_open(d)->state, state);
    assert_int_equal(d->step_count, 1);
}

static void another_unit_is_asked_with_a_request(void **state)
{
    (void)state;
    refused(APPRAISAL_ASSIGNED, "td01", ask("H11.99"), ERR_INVALID, "unit");
    refused(APPRAISAL_ASSIGNED, "td01", ask(UNIT), ERR_INVALID, "unit");
    struct appraisal_command c = ask(OTHER);
    c.document = bed_paper(99);
    refused(APPRAISAL_ASSIGNED, "td01", c, ERR_INVALID, "request.id");
    c.document = bed_paper(10); /* a draft */
    refused(APPRAISAL_ASSIGNED, "td01", c, ERR_INVALID, "request.id");
    c = ask(OTHER);
    c.document.sha256[0] ^= 1;
    refused(APPRAISAL_ASSIGNED, "td01", c, ERR_INVALID, "request.sha256");
    refused(APPRAISAL_ASSIGNED, "td02", ask(OTHER), ERR_FORBIDDEN, "actor");
    refused(APPRAISAL_ASSIGNED, "tr01", ask(OTHER), ERR_FORBIDDEN, "actor");
    refused(APPRAISAL_ASSIGNED, "td09", ask(OTHER), ERR_FORBIDDEN, "actor");
}

static void only_the_asked_unit_answers(void **state)
{
    static const char *const right[] = {"td09", "tr09"}, *const wrong[] = {"td01", "td02", "tr01", "vt09", "tp09"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        refused(APPRAISAL_CONSULTING, wrong[i], answer(), ERR_FORBIDDEN, "actor");
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        struct appraisal_dossier *d = in(APPRAISAL_CONSULTING);
        must(by(right[i], &d, answer()));
        assert_int_equal(appraisal_step_latest(d, 2)->state, APPRAISAL_CONSULTED);
        assert_true(id_eq(appraisal_step_latest(d, 2)->document, bed_id(14)));
        assert_string_equal(appraisal_step_latest(d, 2)->officer, "td01");
    }
}

/* Nothing but the answer: the asked unit has no other right to the dossier. */
static void the_asked_unit_does_nothing_else(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in(APPRAISAL_CONSULTING);
    assert_int_equal(by("tr09", &d, assign("td09")), ERR_FORBIDDEN);
    assert_int_equal(by("td09", &d, conclude(OPINION_FOR)), ERR_FORBIDDEN);
    assert_int_equal(by("td09", &d, verify()), ERR_FORBIDDEN);
    assert_int_equal(by("tp09", &d, endorse()), ERR_FORBIDDEN);
}

static void the_answer_is_an_opinion(void **state)
{
    (void)state;
    struct appraisal_command c = answer();
    c.document = bed_paper(13);
    refused(APPRAISAL_CONSULTING, "td09", c, ERR_INVALID, "answer.id");
    c = answer();
    c.document.sha256[0] ^= 1;
    refused(APPRAISAL_CONSULTING, "td09", c, ERR_INVALID, "answer.sha256");
    c = answer();
    c.document.pages++;
    refused(APPRAISAL_CONSULTING, "td09", c, ERR_INVALID, "answer.pages");
}

static void silence_is_told_to_the_head_of_the_counter(void **state)
{
    struct appraisal_decision x;
    (void)state;
    struct appraisal_dossier *d = in(APPRAISAL_CONSULTING);
    passed = 2 * INSTANT_HOUR - 1;
    assert_int_equal(hear(&d, lapse()), ERR_ILLEGAL_MOVE);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_CONSULTING);
    passed = 2 * INSTANT_HOUR;
    must(run(&d, lapse(), "", "", 0, &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_CONSULTATION_LAPSED);
    assert_string_equal(x.told, "tr01");
    assert_string_equal(x.asked, OTHER);
    assert_null(x.place);
    assert_int_equal(x.opens, 3);
    assert_true(id_is_nil(appraisal_step_latest(d, 2)->document));
    assert_true(appraisal_step_latest(d, 2)->answered_at == INSTANT_NONE);
}

static struct appraisal_dossier *silent(void)
{
    struct appraisal_dossier *d = in(APPRAISAL_CONSULTING);
    passed = 2 * INSTANT_HOUR;
    must(hear(&d, lapse()));
    return d;
}

/* It opens nothing again, and the unit stays as late as it was. */
static void a_late_answer_stands_beside_the_silence(void **state)
{
    struct appraisal_dossier *d = silent();
    struct appraisal_decision x;
    instant ended = appraisal_step_latest(d, 2)->ended_at;
    (void)state;
    assert_int_equal(by("td01", &d, answer()),
                     ERR_ILLEGAL_MOVE); /* not the unit that was asked: the open step is meant */
    struct appraisal_command c = answer();
    c.step = 2;
    assert_int_equal(by("td01", &d, c), ERR_FORBIDDEN);
    assert_int_equal(by("tp09", &d, answer()), ERR_FORBIDDEN);
    c = answer();
    c.document.sha256[0] ^= 1;
    assert_int_equal(by("td09", &d, c), ERR_INVALID);
    must(run(&d, answer(), "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_ANSWERED_LATE);
    assert_true(x.step == 2 && x.round == 1 && !x.timed && !x.last && !x.opens_edge && x.part_count == 0);
    assert_string_equal(x.asked, OTHER);
    assert_true(id_eq(x.document.id, bed_id(14)));
    const struct appraisal_step *s = appraisal_step_latest(d, 2);
    assert_int_equal(s->state, APPRAISAL_UNANSWERED);
    assert_true(id_eq(s->document, bed_id(14)) && s->answered_at == bed_now() && s->ended_at == ended);
    assert_true(x.due_at == s->due_at);
    assert_string_equal(s->officer, "td01");
    assert_true(appraisal_step_open(d)->step == 3 && appraisal_step_open(d)->state == APPRAISAL_QUEUED);
    assert_int_equal(d->step_count, 2);
    assert_int_equal(by("tr09", &d, answer()), ERR_CONFLICT); /* once */
    assert_string_equal(err.field, "consultation");
}

static enum err_code late_answer_behind(struct appraisal_command last)
{
    struct appraisal_dossier *d = silent();

    put(&d, "RCAPNX", 3, APPRAISAL_APPRAISED);
    last.approver = "ld01";
    must(hear(&d, last));
    return by("td09", &d, answer());
}

static void no_late_answer_is_taken_of_what_is_decided(void **state)
{
    struct appraisal_dossier *d = silent();
    (void)state;
    assert_int_equal(late_answer_behind(event(APPRAISAL_ACT_DECIDE, 4)), ERR_CONFLICT);
    assert_string_equal(err.field, "consultation");
    assert_non_null(strstr(err.en, "it was decided without the opinion of unit " OTHER));
    assert_int_equal(late_answer_behind(signed_(4, OUTCOME_REFUSED, true)), ERR_CONFLICT);
    assert_int_equal(late_answer_behind(event(APPRAISAL_ACT_STOP, 0)), ERR_CONFLICT);
    must(late_answer_behind(event(APPRAISAL_ACT_SEND_BACK, 4)));
    /* What was decided and sent back after all is not decided any more. */
    put(&d, "RCAPNX", 3, APPRAISAL_APPRAISED);
    must(hear(&d, event(APPRAISAL_ACT_DECIDE, 4)));
    assert_true(appraisal_step_latest(d, 2)->decided);
    must(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 4)));
    assert_false(appraisal_step_latest(d, 2)->decided);
    must(by("td09", &d, answer()));
}

/* The first unit has kept silent; now one is consulted in a step of its own. */
static struct appraisal_dossier *silent_and_asked(const char *unit)
{
    struct appraisal_dossier *d = come_to("RCCAPNX", 2, APPRAISAL_CONSULTING);

    passed = 2 * INSTANT_HOUR;
    must(hear(&d, lapse()));
    must(by("td01", &d, assign("td01")));
    must(by("td01", &d, ask(unit)));
    return d;
}

static void is_answered(const struct appraisal_dossier *d, int step, int state, bool given)
{
    const struct appraisal_step *s = appraisal_step_latest(d, step);

    assert_int_equal(s->state, state);
    assert_int_equal(!id_is_nil(s->document), given);
}

/* Whoever is not asked in the open step speaks of the one in which it kept silent. */
static void a_late_answer_is_not_that_of_the_unit_that_is_asked_now(void **state)
{
    struct appraisal_dossier *d = silent_and_asked(THIRD);
    struct appraisal_decision x;
    (void)state;
    must(run(&d, answer(), "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_ANSWERED_LATE);
    assert_int_equal(x.step, 2);
    assert_string_equal(x.asked, OTHER);
    is_answered(d, 2, APPRAISAL_UNANSWERED, true);
    is_answered(d, 3, APPRAISAL_CONSULTING, false);
    assert_string_equal(appraisal_step_open(d)->asked, THIRD);
    must(by("td19", &d, answer()));
    is_answered(d, 3, APPRAISAL_CONSULTED, true);
}

/* A unit that is asked once more answers what it is asked now, unless it names the other step. */
static void a_unit_that_is_asked_again_answers_what_it_is_asked_now(void **state)
{
    struct appraisal_dossier *d = silent_and_asked(OTHER);
    struct appraisal_command named = answer();
    struct appraisal_decision x;
    (void)state;
    named.step = 2;
    must(run(&d, named, "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_ANSWERED_LATE);
    is_answered(d, 2, APPRAISAL_UNANSWERED, true);
    is_answered(d, 3, APPRAISAL_CONSULTING, false);

    d = silent_and_asked(OTHER);
    must(run(&d, answer(), "td09", OTHER, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_CONSULTED);
    assert_int_equal(x.step, 3);
    is_answered(d, 2, APPRAISAL_UNANSWERED, false);
    is_answered(d, 3, APPRAISAL_CONSULTED, true);
}

/* Silent twice, it speaks of what it was asked last; the first it names. */
static void a_unit_that_kept_silent_twice_speaks_of_what_it_was_asked_last(void **state)
{
    struct appraisal_dossier *d = silent_and_asked(OTHER);
    struct appraisal_command named = answer();
    (void)state;
    must(hear(&d, lapse()));
    must(by("td09", &d, answer()));
    is_answered(d, 2, APPRAISAL_UNANSWERED, false);
    is_answered(d, 3, APPRAISAL_UNANSWERED, true);
    assert_int_equal(by("td09", &d, answer()), ERR_CONFLICT); /* once */
    named.step = 2;
    must(by("td09", &d, named));
    is_answered(d, 2, APPRAISAL_UNANSWERED, true);
}

/* The clock does nothing to a step that was answered meanwhile, or was never asked. */
static void the_clock_lapses_only_a_consultation(void **state)
{
    static const int others[] = {APPRAISAL_QUEUED, APPRAISAL_ASSIGNED, APPRAISAL_CONSULTED};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct appraisal_dossier *d = in(others[i]);
        size_t steps = d->step_count;
        assert_int_equal(hear(&d, lapse()), ERR_ILLEGAL_MOVE);
        assert_int_equal(d->step_count, steps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_unit_is_asked_with_a_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_the_asked_unit_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_asked_unit_does_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_answer_is_an_opinion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_is_told_to_the_head_of_the_counter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_answer_stands_beside_the_silence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_late_answer_is_taken_of_what_is_decided, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_answer_is_not_that_of_the_unit_that_is_asked_now, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_unit_that_is_asked_again_answers_what_it_is_asked_now, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_unit_that_kept_silent_twice_speaks_of_what_it_was_asked_last, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_clock_lapses_only_a_consultation, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
