/* SPDX-License-Identifier: Apache-2.0 */
/* The endorse step: who endorses what, and what he may not. */
#include "tests/unit/appraisal_story.h"

static struct appraisal_dossier *queued(void)
{
    return come_to("RAEPNX", 3, APPRAISAL_QUEUED);
}

static void refused(struct appraisal_command c, enum err_code code, const char *field)
{
    struct appraisal_dossier *d = queued();
    assert_int_equal(by("tp01", &d, c), code);
    assert_string_equal(err.field, field);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_QUEUED);
    assert_int_equal(d->step_count, 2);
}

static void exactly_the_appraised_draft(void **state)
{
    (void)state;
    struct appraisal_command c = endorse();
    c.document = bed_paper(11); /* a paper of the dossier, but another one */
    refused(c, ERR_INVALID, "draft.sha256");
    c.document = bed_paper(99);
    refused(c, ERR_INVALID, "draft.id");
    c = endorse();
    c.document.sha256[0] ^= 1;
    refused(c, ERR_INVALID, "draft.sha256");
    c = endorse();
    c.document.pages++;
    refused(c, ERR_INVALID, "draft.pages");

    struct appraisal_dossier *d = queued();
    c.document = bed_paper(26); /* filed once more: the same content */
    must(by("tp01", &d, c));
}

static void what_it_tells(void **state)
{
    struct appraisal_decision x;
    (void)state;
    struct appraisal_dossier *d = queued();
    must(run(&d, endorse(), "tp01", UNIT, ROLE_BIT(ENDORSER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_ENDORSED);
    assert_int_equal(x.opinion, OPINION_FOR);
    assert_true(id_eq(x.document.id, bed_id(10)));
    assert_true(x.last);
    assert_string_equal(x.place, "office");
    const struct appraisal_step *s = appraisal_step_latest(d, 3);
    assert_string_equal(s->officer, "tp01");
    assert_true(s->ended_at == bed_now() && s->due_at == bed_now() + INSTANT_HOUR);
    assert_true(id_eq(s->document, bed_id(10)));
}

/* A refusal is endorsed as well: the opinion goes on unchanged. */
static void an_opinion_against_is_endorsed_too(void **state)
{
    struct appraisal_decision x;
    (void)state;
    struct appraisal_dossier *d = come_to("RAEPNX", 2, APPRAISAL_ASSIGNED);
    must(by("td01", &d, conclude(OPINION_AGAINST)));
    struct appraisal_command c = endorse();
    assert_int_equal(by("tp01", &d, c), ERR_INVALID); /* not the draft of the refusal */
    c.document = bed_paper(11);
    must(run(&d, c, "tp01", UNIT, ROLE_BIT(ENDORSER), &x));
    assert_int_equal(x.opinion, OPINION_AGAINST);
}

static void sending_back_needs_reasons(void **state)
{
    static const char *wrong[] = {"Nguyễn Văn A"};
    (void)state;
    struct appraisal_command c = return_draft();
    c.reason_count = 0;
    refused(c, ERR_INVALID, "reasons");
    c = return_draft();
    c.reasons = wrong;
    refused(c, ERR_INVALID, "reasons");
    struct appraisal_decision x;
    struct appraisal_dossier *d = queued();
    must(run(&d, return_draft(), "tp01", UNIT, ROLE_BIT(ENDORSER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_DRAFT_RETURNED);
    assert_int_equal(x.reason_count, 1);
    assert_int_equal(x.opens, 2);
    assert_int_equal(x.opens_round, 2);
}

static void only_an_endorser_of_the_unit(void **state)
{
    static const struct {
        const char *who, *unit;
    } others[] = {{"td02", UNIT},   {"pd01", UNIT},  {"tr01", UNIT}, {"vt01", UNIT},
                  {"nobody", UNIT}, {"tp09", OTHER}, {"tp01", OTHER}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct appraisal_dossier *d = queued();
        assert_int_equal(run(&d, endorse(), others[i].who, others[i].unit, ROLE_BIT(ENDORSER), NULL), ERR_FORBIDDEN);
        assert_string_equal(err.field, "actor");
        assert_int_equal(run(&d, return_draft(), others[i].who, others[i].unit, ROLE_BIT(ENDORSER), NULL),
                         ERR_FORBIDDEN);
        assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_QUEUED);
    }
}

static void nobody_endorses_his_own_draft(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RAEPNX", 2, APPRAISAL_QUEUED);
    must(by("tdtp", &d, assign("tdtp")));
    must(by("tdtp", &d, conclude(OPINION_FOR)));
    assert_int_equal(by("tdtp", &d, endorse()), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    assert_int_equal(by("tdtp", &d, return_draft()), ERR_FORBIDDEN);
    must(by("tp01", &d, return_draft()));
    must(by("td02", &d, assign("td02")));
    must(by("td02", &d, conclude(OPINION_FOR)));
    assert_int_equal(by("tdtp", &d, endorse()), ERR_FORBIDDEN); /* an earlier round counts too */
    must(by("tp01", &d, endorse()));
}

static void who_approved_does_not_endorse(void **state)
{
    (void)state;
    struct appraisal_dossier *d = come_to("RTAEPAEPNX", 5, FSM_NOWHERE);
    put(&d, "RTAEPAEPNX", 4, APPRAISAL_ENDORSED);
    struct appraisal_command c = signed_(5, OUTCOME_GRANTED, false);
    c.approver = "tp01";
    must(hear(&d, c));
    put(&d, "RTAEPAEPNX", 6, APPRAISAL_APPRAISED);
    assert_int_equal(by("tp01", &d, endorse()), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    must(by("tdtp", &d, endorse()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(exactly_the_appraised_draft, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_tells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_opinion_against_is_endorsed_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sending_back_needs_reasons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_an_endorser_of_the_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_endorses_his_own_draft, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_approved_does_not_endorse, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
