/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for a supplement: by whom, until when, how often; and the round that follows. */
#include "tests/unit/appraisal_story.h"

static void waits(const struct appraisal_dossier *d, int round)
{
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_AWAITING_SUPPLEMENT);
    assert_int_equal(appraisal_step_open(d)->round, round);
}

static void refused(struct appraisal_dossier **d, const char *actor, struct appraisal_command c, enum err_code code,
                    const char *field)
{
    enum appraisal_state before = appraisal_step_open(*d)->state;
    assert_int_equal(by(actor, d, c), code);
    assert_string_equal(err.field, field);
    assert_int_equal(appraisal_step_open(*d)->state, before);
}

static void its_officer_asks_in_time(void **state)
{
    (void)state;
    struct appraisal_decision x;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    refused(&d, "td02", ask_supplement(NULL), ERR_FORBIDDEN, "actor");
    refused(&d, "tr01", ask_supplement("other"), ERR_FORBIDDEN, "actor"); /* the first one in time is not the head's */
    refused(&d, "td01", ask_supplement("other"), ERR_INVALID, "ground");
    struct appraisal_command c = ask_supplement(NULL);
    c.reason_count = 0;
    refused(&d, "td01", c, ERR_INVALID, "reasons");
    c = ask_supplement(NULL);
    c.reasons = (const char *[]){"Nguyễn Văn A"};
    refused(&d, "td01", c, ERR_INVALID, "reasons");
    c = ask_supplement(NULL);
    c.document = bed_paper(10);
    refused(&d, "td01", c, ERR_INVALID, "request.id");
    assert_int_equal(run(&d, ask_supplement(NULL), "td01", UNIT, ROLE_BIT(APPRAISER), &x), ERR_OK);
    assert_int_equal(x.event, APPRAISAL_EVENT_SUPPLEMENT_ASKED);
    assert_int_equal(x.opinion, OPINION_NEEDS_SUPPLEMENT);
    assert_string_equal(x.ground, "");
    assert_string_equal(x.superior, "");
    assert_true(id_eq(x.document.id, bed_id(13)));
    assert_false(x.last);
    waits(d, 1);
    refused(&d, "td01", conclude(OPINION_FOR), ERR_ILLEGAL_MOVE, "");
}

static void what_was_missing_opens_the_next_round(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_AWAITING_SUPPLEMENT);
    assert_int_equal(hear(&d, supplemented(2)), ERR_OK);
    assert_int_equal(d->step_count, 2);
    assert_int_equal(d->steps[0].state, APPRAISAL_SUPPLEMENTED);
    assert_true(d->steps[0].ended_at == bed_now() && d->steps[0].opinion == OPINION_NEEDS_SUPPLEMENT);
    assert_int_equal(d->steps[1].state, APPRAISAL_QUEUED);
    assert_int_equal(d->steps[1].round, 2);
    assert_null(d->steps[1].officer);
    assert_true(d->facts.due_at == bed_now() + 7 * INSTANT_DAY && d->facts.due_moved);
    assert_int_equal(hear(&d, supplemented(2)), ERR_ILLEGAL_MOVE); /* nobody waits for it */
    assert_int_equal(hear(&d, supplemented(3)), ERR_CONFLICT);
    must(by("td02", &d, assign("td02")));
    must(by("td02", &d, conclude(OPINION_FOR)));
}

/* Said fully, and once: a form that was filed without its list asks for nothing. */
static void only_by_a_form_that_lists_what_is_missing(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    struct appraisal_command c = ask_supplement(NULL);
    must(hear(&d, filed_list(31, 0)));
    c.document = bed_paper(31);
    refused(&d, "td01", c, ERR_INVALID, "request");
    assert_non_null(strstr(err.vi, "liệt kê đầy đủ"));
    must(hear(&d, filed_list(32, 1)));
    c.document = bed_paper(32);
    must(by("td01", &d, c));
    waits(d, 1);
}

/* Accepted on Tuesday: until the end of Friday its officer asks, from the next working day on only the head. */
static void late_only_the_head_asks_and_says_why(void **state)
{
    (void)state;
    static const struct {
        int days;
        bool late;
    } rows[] = {{0, false}, {3, false}, {6, true}, {7, true}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct appraisal_decision x;
        struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
        d->facts.received_at = bed_now() - rows[i].days * INSTANT_DAY;
        assert_int_equal(by("td01", &d, ask_supplement(NULL)), rows[i].late ? ERR_FORBIDDEN : ERR_OK);
        if (!rows[i].late)
            continue;
        assert_string_equal(err.field, "actor");
        refused(&d, "td01", ask_supplement("other"), ERR_FORBIDDEN, "actor");
        refused(&d, "tr01", ask_supplement(NULL), ERR_INVALID, "ground");
        refused(&d, "tr01", ask_supplement("because"), ERR_INVALID, "ground");
        assert_int_equal(run(&d, ask_supplement("new_finding"), "tr01", UNIT, ROLE_BIT(HEAD), &x), ERR_OK);
        assert_string_equal(x.ground, "new_finding");
        assert_string_equal(x.superior, "tr01");
    }
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    d->facts.received_at = INSTANT_NONE; /* received before it was kept here */
    refused(&d, "td01", ask_supplement(NULL), ERR_FORBIDDEN, "actor");
}

/* How long he has is what the law said when the dossier was accepted, 1 to 10 August. */
static void the_term_is_that_of_the_day_of_acceptance(void **state)
{
    static const struct {
        int days;
        bool late;
    } rows[] = {{62, true}, {61, false}, {52, false}, {51, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
        d->facts.received_at = bed_now() - rows[i].days * INSTANT_DAY;
        assert_int_equal(by("td01", &d, ask_supplement(NULL)), rows[i].late ? ERR_FORBIDDEN : ERR_OK);
        if (rows[i].late)
            assert_non_null(strstr(err.en, "more than 3 working days"));
    }
}

static void once_more_only_the_head_and_never_a_third_time(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_AWAITING_SUPPLEMENT);
    must(hear(&d, supplemented(2)));
    must(by("td01", &d, assign("td01")));
    refused(&d, "td01", ask_supplement(NULL), ERR_FORBIDDEN, "actor");
    refused(&d, "tr01", ask_supplement(NULL), ERR_INVALID, "ground");
    must(by("tr01", &d, ask_supplement("incomplete_answer")));
    waits(d, 2);
    must(hear(&d, supplemented(2)));
    must(by("td01", &d, assign("td01")));
    refused(&d, "tr01", ask_supplement("other"), ERR_CONFLICT, "step");
    must(by("td01", &d, conclude(OPINION_AGAINST)));
}

/* The head consents, as when he assigns, and may have sent it back himself; the officer whose step it is may not. */
static void the_head_who_sent_it_back_may_consent(void **state)
{
    struct appraisal_command back = event(APPRAISAL_ACT_SEND_BACK, 3);
    struct appraisal_decision x;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_APPRAISED);
    (void)state;
    back.approver = "tr01";
    must(hear(&d, back));
    must(by("td01", &d, assign("td01")));
    d->facts.received_at = bed_now() - 7 * INSTANT_DAY;
    assert_int_equal(run(&d, ask_supplement("new_finding"), "tr01", UNIT, ROLE_BIT(HEAD), &x), ERR_OK);
    assert_string_equal(x.superior, "tr01");
    assert_string_equal(x.officer, "td01"); /* who appraises, and whom approval bars */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_officer_asks_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_by_a_form_that_lists_what_is_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_missing_opens_the_next_round, set_up, tear_down),
        cmocka_unit_test_setup_teardown(late_only_the_head_asks_and_says_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_term_is_that_of_the_day_of_acceptance, set_up, tear_down),
        cmocka_unit_test_setup_teardown(once_more_only_the_head_and_never_a_third_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_head_who_sent_it_back_may_consent, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
