/* SPDX-License-Identifier: Apache-2.0 */
/* The appraise step: by whom, on what, in which round. What the table allows is appraisal_table.c's. */
#include "tests/unit/appraisal_story.h"

/* A dossier of the process, with its papers, whose first appraise step is in a state (FSM_NOWHERE: not opened). */
static struct appraisal_dossier *in_state(const char *process, int state)
{
    struct appraisal_dossier *d = NULL;
    bool transfer = strcmp(process, "spot") != 0;
    assert_int_equal(hear(&d, received(process)), ERR_OK);
    assert_int_equal(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)), ERR_OK);
    assert_int_equal(hear(&d, filed(11, DOCUMENT_DRAFT_REFUSAL)), ERR_OK);
    if (state == FSM_NOWHERE)
        return d;
    if (transfer)
        assert_int_equal(hear(&d, event(APPRAISAL_ACT_TAKE_TRANSFER, 2)), ERR_OK);
    if (state >= APPRAISAL_ASSIGNED)
        assert_int_equal(by("td01", &d, assign("td01")), ERR_OK);
    if (state >= APPRAISAL_APPRAISED)
        assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_OK);
    assert_int_equal(appraisal_step_open(d)->state, state);
    return d;
}

/* ---- who may */

static void an_appraiser_takes_it_himself(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_QUEUED);
    assert_int_equal(by("td01", &d, assign("td02")), ERR_FORBIDDEN);
    assert_string_equal(err.field, "officer");
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_QUEUED);
    assert_int_equal(by("td01", &d, assign("td01")), ERR_OK);
    assert_string_equal(appraisal_step_open(d)->officer, "td01");
    assert_int_equal(by("td02", &d, assign("td02")), ERR_FORBIDDEN);
    assert_int_equal(by("tr01", &d, assign("td02")), ERR_OK);
    assert_string_equal(appraisal_step_open(d)->officer, "td02");
}

static void only_officers_of_the_unit(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_QUEUED);
    assert_int_equal(by("tr01", &d, assign("nobody")), ERR_INVALID);
    assert_int_equal(by("tr01", &d, assign("td09")), ERR_INVALID);
    assert_int_equal(by("tr01", &d, assign("vt01")), ERR_INVALID);
    assert_string_equal(err.field, "officer");
    assert_int_equal(run(&d, assign("td09"), "td09", OTHER, ROLE_BIT(APPRAISER), NULL), ERR_FORBIDDEN);
    assert_int_equal(run(&d, assign("td01"), "td01", OTHER, ROLE_BIT(APPRAISER), NULL), ERR_FORBIDDEN);
    assert_int_equal(by("vt01", &d, assign("vt01")), ERR_FORBIDDEN);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_QUEUED);
}

static void the_due_date_runs_from_the_opening(void **state)
{
    (void)state;
    struct appraisal_decision x;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_QUEUED);
    assert_int_equal(run(&d, assign("td01"), "td01", UNIT, ROLE_BIT(APPRAISER), &x), ERR_OK);
    assert_true(x.due_at == bed_now() + 45 * INSTANT_MINUTE);
    assert_string_equal(x.place, "Q1");
    assert_int_equal(x.event, APPRAISAL_EVENT_ASSIGNED);
}

/* ---- the opinion */

static void only_its_officer_concludes(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_ASSIGNED);
    assert_int_equal(by("td02", &d, conclude(OPINION_FOR)), ERR_FORBIDDEN);
    assert_int_equal(by("tr01", &d, conclude(OPINION_FOR)), ERR_FORBIDDEN);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_ASSIGNED);
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_OK);
}

static void refused_conclusion(struct appraisal_command c, const char *field)
{
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_ASSIGNED);
    assert_int_equal(by("td01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, field);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_ASSIGNED);
}

static void the_draft_is_the_stored_one(void **state)
{
    (void)state;
    struct appraisal_command c = conclude(OPINION_FOR);
    c.document.id = bed_id(99);
    refused_conclusion(c, "draft.id");
    c = conclude(OPINION_FOR);
    c.document.sha256[0] ^= 1;
    refused_conclusion(c, "draft.sha256");
    c = conclude(OPINION_FOR);
    c.document.pages++;
    refused_conclusion(c, "draft.pages");
    c = conclude(OPINION_FOR);
    c.opinion = OPINION_AGAINST; /* with a draft of a result */
    c.reasons = (const char *[]){"other"};
    c.reason_count = 1;
    refused_conclusion(c, "draft.id");
}

static void the_opinion_makes_sense(void **state)
{
    (void)state;
    struct appraisal_command c = conclude(OPINION_FOR);
    c.opinion = OPINION_NEEDS_SUPPLEMENT;
    refused_conclusion(c, "opinion");
    c.opinion = OPINION_NONE;
    refused_conclusion(c, "opinion");
    c = conclude(OPINION_AGAINST);
    c.reason_count = 0;
    refused_conclusion(c, "reasons");
    c = conclude(OPINION_AGAINST);
    c.reasons = (const char *[]){"Nguyễn Văn A"};
    refused_conclusion(c, "reasons");
}

static void an_opinion_against(void **state)
{
    (void)state;
    struct appraisal_decision x;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_ASSIGNED);
    assert_int_equal(run(&d, conclude(OPINION_AGAINST), "td01", UNIT, ROLE_BIT(APPRAISER), &x), ERR_OK);
    assert_int_equal(x.event, APPRAISAL_EVENT_APPRAISED);
    assert_true(id_eq(x.document.id, bed_id(11)));
    assert_int_equal(x.reason_count, 1);
    assert_true(x.last);
}

/* ---- rounds */

static void sent_back_opens_a_new_round(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_APPRAISED);
    assert_int_equal(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 3)), ERR_OK);
    assert_int_equal(d->step_count, 2);
    const struct appraisal_step *s = appraisal_step_open(d);
    assert_int_equal(s->step, 2);
    assert_int_equal(s->round, 2);
    assert_int_equal(s->state, APPRAISAL_QUEUED);
    assert_int_equal(d->steps[0].state, APPRAISAL_APPRAISED);
    assert_int_equal(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 3)), ERR_CONFLICT);
    assert_int_equal(by("td02", &d, assign("td02")), ERR_OK);
    assert_int_equal(by("td02", &d, conclude(OPINION_FOR)), ERR_OK);
    assert_int_equal(appraisal_step_latest(d, 2)->round, 2);
    assert_int_equal(appraisal_step_latest(d, 2)->state, APPRAISAL_APPRAISED);
}

static void a_process_with_two_appraisals(void **state)
{
    (void)state;
    struct appraisal_decision x;
    struct appraisal_dossier *d = in_state("rounds", APPRAISAL_ASSIGNED);
    assert_int_equal(run(&d, conclude(OPINION_FOR), "td01", UNIT, ROLE_BIT(APPRAISER), &x), ERR_OK);
    assert_false(x.last);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, false)), ERR_OK);
    assert_int_equal(appraisal_step_open(d)->step, 5);
    assert_int_equal(appraisal_step_open(d)->round, 1);
    assert_int_equal(by("td02", &d, assign("td02")), ERR_OK);
    assert_int_equal(run(&d, conclude(OPINION_FOR), "td02", UNIT, ROLE_BIT(APPRAISER), &x), ERR_OK);
    assert_true(x.last);
    assert_int_equal(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 6)), ERR_OK);
    assert_int_equal(appraisal_step_open(d)->step, 5);
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_int_equal(appraisal_step_latest(d, 3)->round, 1);
}

static void a_last_or_refusing_signature_opens_nothing(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("rounds", APPRAISAL_APPRAISED);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_REFUSED, true)), ERR_OK);
    assert_int_equal(d->step_count, 1);
    d = in_state("spot", APPRAISAL_APPRAISED);
    assert_int_equal(hear(&d, signed_(3, OUTCOME_GRANTED, true)), ERR_OK);
    assert_int_equal(d->step_count, 1);
}

/* ---- nobody appraises what he approved */

static struct appraisal_command approved(enum appraisal_act act, int step, const char *approver)
{
    struct appraisal_command c = event(act, step);
    c.outcome = OUTCOME_GRANTED;
    c.approver = approver;
    return c;
}

static void who_approved_is_not_assigned(void **state)
{
    (void)state;
    const enum appraisal_act acts[] = {APPRAISAL_ACT_DECIDE, APPRAISAL_ACT_SIGN};
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        struct appraisal_dossier *d = in_state("rounds", APPRAISAL_APPRAISED);
        assert_int_equal(hear(&d, approved(acts[i], 4, "both")), ERR_OK);
        if (acts[i] != APPRAISAL_ACT_SIGN)
            assert_int_equal(hear(&d, approved(APPRAISAL_ACT_SIGN, 4, "pd01")), ERR_OK);
        assert_int_equal(by("tr01", &d, assign("both")), ERR_INVALID);
        assert_string_equal(err.field, "officer");
        assert_non_null(strstr(err.en, "\"both\""));
        assert_non_null(strstr(err.vi, "\"both\""));
        assert_int_equal(by("both", &d, assign("both")), ERR_INVALID);
        assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_QUEUED);
        assert_int_equal(by("td02", &d, assign("td02")), ERR_OK);
        assert_int_equal(by("tr01", &d, assign("both")), ERR_INVALID);
        assert_string_equal(appraisal_step_open(d)->officer, "td02");
    }
}

static void who_sent_it_back_is_not_assigned(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_APPRAISED);
    assert_int_equal(hear(&d, approved(APPRAISAL_ACT_SEND_BACK, 3, "both")), ERR_OK);
    assert_int_equal(appraisal_step_open(d)->round, 2);
    assert_int_equal(by("both", &d, assign("both")), ERR_INVALID);
    assert_int_equal(by("td01", &d, assign("td01")), ERR_OK);
}

/* He was assigned first and decided then: only another officer concludes it. */
static void who_approved_does_not_conclude(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("spot", APPRAISAL_ASSIGNED);
    assert_int_equal(hear(&d, approved(APPRAISAL_ACT_DECIDE, 3, "td01")), ERR_OK);
    assert_int_equal(by("td01", &d, conclude(OPINION_FOR)), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    assert_true(err.vi[0] && err.en[0]);
    assert_int_equal(by("tr01", &d, assign("td02")), ERR_OK);
    assert_int_equal(by("td02", &d, conclude(OPINION_FOR)), ERR_OK);
}

static void an_approver_is_noted_once(void **state)
{
    (void)state;
    struct appraisal_dossier *d = in_state("rounds", APPRAISAL_APPRAISED);
    size_t steps = d->step_count;
    assert_int_equal(hear(&d, approved(APPRAISAL_ACT_DECIDE, 4, "pd01")), ERR_OK);
    assert_int_equal(d->step_count, steps);
    assert_int_equal(hear(&d, approved(APPRAISAL_ACT_SIGN, 4, "pd01")), ERR_OK);
    assert_int_equal(d->approvers.count, 1);
    assert_int_equal(d->approvers.stored, 0);
    d = NULL;
    assert_int_equal(hear(&d, approved(APPRAISAL_ACT_DECIDE, 4, "pd01")), ERR_CONFLICT);
    assert_null(d);
}

/* ---- events that cannot be true */

static void what_cannot_be_true_is_refused(void **state)
{
    (void)state;
    struct appraisal_dossier *d = NULL;
    assert_int_equal(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)), ERR_CONFLICT);
    assert_int_equal(by("td01", &d, assign("td01")), ERR_NOT_FOUND);
    assert_int_equal(hear(&d, received("unknown")), ERR_CONFLICT);
    assert_null(d);
    d = in_state("spot", APPRAISAL_QUEUED);
    assert_int_equal(hear(&d, signed_(3, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(2, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(17, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, event(APPRAISAL_ACT_SEND_BACK, 3)), ERR_CONFLICT);
    assert_int_equal(hear(&d, event(APPRAISAL_ACT_TAKE_TRANSFER, 3)), ERR_CONFLICT);
    assert_int_equal(hear(&d, filed(10, DOCUMENT_DRAFT_RESULT)), ERR_CONFLICT);
    assert_int_equal(d->step_count, 1);
    assert_int_equal(d->papers.count, 2);
    struct appraisal_command c = assign("td01");
    c.step = 3;
    assert_int_equal(by("td01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, "step");
}

/* A paper and a signature from different sources end the same in both orders. */
static void crossing_pairs_end_the_same(void **state)
{
    (void)state;
    struct appraisal_dossier *a = in_state("rounds", APPRAISAL_APPRAISED), *b = in_state("rounds", APPRAISAL_APPRAISED);
    assert_int_equal(hear(&a, filed(12, DOCUMENT_DRAFT_RESULT)), ERR_OK);
    assert_int_equal(hear(&a, signed_(4, OUTCOME_GRANTED, false)), ERR_OK);
    assert_int_equal(hear(&b, signed_(4, OUTCOME_GRANTED, false)), ERR_OK);
    assert_int_equal(hear(&b, filed(12, DOCUMENT_DRAFT_RESULT)), ERR_OK);
    assert_int_equal(a->step_count, b->step_count);
    assert_int_equal(a->papers.count, b->papers.count);
    assert_memory_equal(&a->steps[1], &b->steps[1], sizeof a->steps[1]);
    assert_memory_equal(&a->papers.items[2].handle, &b->papers.items[2].handle, sizeof(struct document_handle));
    assert_int_equal(a->papers.items[2].kind, b->papers.items[2].kind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_appraiser_takes_it_himself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_officers_of_the_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_due_date_runs_from_the_opening, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_its_officer_concludes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_draft_is_the_stored_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_opinion_makes_sense, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_opinion_against, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sent_back_opens_a_new_round, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_process_with_two_appraisals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_last_or_refusing_signature_opens_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_approved_is_not_assigned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_sent_it_back_is_not_assigned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_approved_does_not_conclude, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_approver_is_noted_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_true_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(crossing_pairs_end_the_same, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
