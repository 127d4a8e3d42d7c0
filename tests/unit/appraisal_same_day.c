/* SPDX-License-Identifier: Apache-2.0 */
/* What the officer at the counter did at once is his act here, by the rules of any other. */
#include "tests/unit/appraisal_story.h"

static struct same_day intent;

/* Received with what somebody did at once; its draft is known with it. */
static struct appraisal_dossier *handed_in(const char *word, const char *officer, int opinion)
{
    static const char *reasons[] = {"not_eligible"};
    struct appraisal_command c = received(word);
    struct appraisal_dossier *d = NULL;

    intent = (struct same_day){.officer = officer,
                               .roles = ROLE_BIT(APPRAISER),
                               .opinion = opinion,
                               .reasons = reasons,
                               .reason_count = opinion == OPINION_AGAINST,
                               .draft = bed_paper(10)};
    c.same_day = &intent;
    must(hear(&d, c));
    return d;
}

/* done says how many of the two acts went through. */
static int done(struct appraisal_dossier **d, const char *officer)
{
    struct appraisal_command acts[APPRAISAL_AT_ONCE];
    struct appraisal_decision x;
    int n = 0;

    if (appraisal_at_once(*d, &intent, bed_now(), acts, &err))
        return 0;
    while (n < APPRAISAL_AT_ONCE && !run(d, acts[n], officer, UNIT, intent.roles, &x)) {
        assert_ptr_equal(x.same_day, &intent); /* its event is told as his */
        n++;
    }
    return n;
}

static void he_takes_the_step_and_concludes_it(void **state)
{
    (void)state;
    for (int opinion = OPINION_FOR; opinion <= OPINION_AGAINST; opinion++) {
        struct appraisal_dossier *d = handed_in("RAPNX", "td01", opinion);
        assert_int_equal(d->papers.count, 1);
        assert_int_equal(d->papers.items[0].kind,
                         opinion == OPINION_FOR ? DOCUMENT_DRAFT_RESULT : DOCUMENT_DRAFT_REFUSAL);
        assert_int_equal(done(&d, "td01"), 2);
        const struct appraisal_step *s = appraisal_step_latest(d, 2);
        assert_int_equal(s->state, APPRAISAL_APPRAISED);
        assert_string_equal(s->officer, "td01");
        assert_int_equal(s->opinion, opinion);
        assert_true(s->assigned_at == bed_now() && s->ended_at == bed_now());
    }
}

static void who_may_not_appraise_leaves_it_in_the_queue(void **state)
{
    (void)state;
    struct appraisal_dossier *d = handed_in("RAPNX", "pd01", OPINION_FOR);
    assert_int_equal(done(&d, "pd01"), 0);
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_int_equal(appraisal_step_latest(d, 2)->state, APPRAISAL_QUEUED);
    must(by("td01", &d, assign("td01")));
}

static void so_does_a_token_without_the_role(void **state)
{
    (void)state;
    struct appraisal_dossier *d = handed_in("RAPNX", "td01", OPINION_FOR);
    intent.roles = ROLE_BIT(RECEIVER);
    assert_int_equal(done(&d, "td01"), 0);
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_string_equal(err.field, "same_day");
}

static void a_draft_that_is_another_kind_of_paper_is_not_concluded(void **state)
{
    (void)state;
    struct appraisal_dossier *d = handed_in("RAPNX", "td01", OPINION_FOR);
    intent.opinion = OPINION_AGAINST; /* its paper is the draft of a result */
    assert_int_equal(done(&d, "td01"), 1);
    assert_int_equal(appraisal_step_latest(d, 2)->state, APPRAISAL_ASSIGNED);
}

static void another_step_comes_first(void **state)
{
    (void)state;
    static const char *const words[] = {"RVAPNX", "RCAPNX", "RTAPNX"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct appraisal_dossier *d = handed_in(words[i], "td01", OPINION_FOR);
        assert_int_equal(done(&d, "td01"), 0);
        assert_int_equal(err.code, ERR_CONFLICT);
        assert_string_equal(err.field, "same_day");
    }
}

static void what_is_forbidden_is_noted_with_its_reason(void **state)
{
    (void)state;
    struct appraisal_dossier *d = handed_in("RAPNX", "td01", OPINION_FOR);
    const struct err why = {.code = ERR_FORBIDDEN, .field = "actor", .vi = "không \"được\"", .en = "may not"};

    d->facts.noted = false;
    facts_forbid(&d->facts, "assign", &why, arena);
    assert_true(d->facts.noted);
    assert_string_equal(d->facts.forbidden,
                        "{\"act\":\"assign\",\"field\":\"actor\",\"vi\":\"không \\\"được\\\"\",\"en\":\"may not\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(he_takes_the_step_and_concludes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_may_not_appraise_leaves_it_in_the_queue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_does_a_token_without_the_role, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_draft_that_is_another_kind_of_paper_is_not_concluded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_step_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_forbidden_is_noted_with_its_reason, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
