/* SPDX-License-Identifier: Apache-2.0 */
/* The verify step: when, where, who, and the minutes. */
#include "tests/unit/appraisal_story.h"

static struct appraisal_dossier *verifying(void)
{
    return come_to("RVAPNX", 2, APPRAISAL_VERIFYING);
}

/* with gives the right command with another verification. */
static struct appraisal_command with(struct appraisal_verification v)
{
    static struct appraisal_verification kept;
    struct appraisal_command c = verify();
    kept = v;
    c.verification = &kept;
    return c;
}

static void refused(struct appraisal_command c, const char *field)
{
    struct appraisal_dossier *d = verifying();
    assert_int_equal(by("td01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, field);
    assert_int_equal(appraisal_step_open(d)->state, APPRAISAL_VERIFYING);
    assert_int_equal(d->step_count, 1);
}

static void what_is_recorded(void **state)
{
    struct appraisal_decision x;
    (void)state;
    struct appraisal_dossier *d = verifying();
    must(run(&d, verify(), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
    assert_int_equal(x.event, APPRAISAL_EVENT_VERIFIED);
    assert_true(id_eq(x.document.id, bed_id(12)));
    assert_int_equal(x.verification->participant_count, 2);
    assert_int_equal(x.verification->others, 3);
    assert_int_equal(x.opens, 3);
    const struct appraisal_step *s = appraisal_step_latest(d, 2);
    assert_int_equal(s->state, APPRAISAL_VERIFIED);
    assert_int_equal(s->verified, 1);
    assert_true(s->verifications && s->verifications->number == 1 && !s->verifications->next);
    assert_true(s->ended_at == bed_now() && s->due_at == bed_now() + 2 * INSTANT_HOUR);
    assert_string_equal(s->officer, "td01");
}

static void it_was_between_the_opening_and_now(void **state)
{
    (void)state;
    struct appraisal_verification v = *verify().verification;
    v.at = bed_now() + 1;
    refused(with(v), "at");
    v.at = bed_now() - 1;
    refused(with(v), "at");
}

static void the_place_is_a_known_one(void **state)
{
    static const char *const right[] = {UNIT, "Q1", "office", "site"}, *const wrong[] = {"H11.99", "Q9", "12-Le-Loi"};
    (void)state;
    struct appraisal_verification v = *verify().verification;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        v.place = wrong[i];
        refused(with(v), "place");
    }
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        struct appraisal_dossier *d = verifying();
        v.place = right[i];
        must(by("td01", &d, with(v)));
    }
}

static void participants_are_posts(void **state)
{
    static const char *nobody[] = {"td01", "Nguyễn Văn A"}, *twice[] = {"td01", "td02", "td01"};
    (void)state;
    struct appraisal_verification v = *verify().verification;
    v.participant_count = 0;
    refused(with(v), "participants");
    v.participants = nobody;
    v.participant_count = 2;
    refused(with(v), "participants");
    v.participants = twice;
    v.participant_count = 3;
    refused(with(v), "participants");
    v.participant_count = 2;
    struct appraisal_dossier *d = verifying();
    must(by("td01", &d, with(v)));
}

static void the_minutes_are_the_stored_ones(void **state)
{
    (void)state;
    struct appraisal_command c = verify();
    c.document = bed_paper(99);
    refused(c, "minutes.id");
    c.document = bed_paper(10); /* a draft */
    refused(c, "minutes.id");
    c = verify();
    c.document.sha256[0] ^= 1;
    refused(c, "minutes.sha256");
    c = verify();
    c.document.pages++;
    refused(c, "minutes.pages");
}

static void only_its_officer_verifies(void **state)
{
    (void)state;
    struct appraisal_dossier *d = verifying();
    assert_int_equal(by("td02", &d, verify()), ERR_FORBIDDEN);
    assert_int_equal(by("tr01", &d, verify()), ERR_FORBIDDEN);
    assert_int_equal(run(&d, verify(), "td09", OTHER, ROLE_BIT(APPRAISER), NULL), ERR_FORBIDDEN);
    must(by("tr01", &d, assign("td02")));
    assert_int_equal(by("td01", &d, verify()), ERR_FORBIDDEN);
    must(by("td02", &d, verify()));
}

/* Beside an appraise step: as often as it takes, and the step stays where it is. */
static void an_appraiser_looks_at_something_himself(void **state)
{
    struct appraisal_decision x;
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    (void)state;
    for (int n = 1; n <= 2; n++) {
        must(run(&d, verify_beside(), "td01", UNIT, ROLE_BIT(APPRAISER), &x));
        assert_int_equal(x.event, APPRAISAL_EVENT_VERIFIED_BESIDE);
        assert_int_equal(x.number, n);
        assert_false(x.last || x.timed);
        assert_null(x.opens_edge);
    }
    const struct appraisal_step *s = appraisal_step_latest(d, 2);
    assert_int_equal(s->state, APPRAISAL_ASSIGNED);
    assert_true(s->ended_at == INSTANT_NONE && id_is_nil(s->document));
    assert_int_equal(s->verified, 2);
    assert_int_equal(s->verifications->number, 1);
    assert_int_equal(s->verifications->next->number, 2);
    assert_true(id_eq(s->verifications->next->minutes, bed_id(12)));
    assert_null(appraisal_copy(d, arena)->steps[0].verifications);
    assert_int_equal(by("td02", &d, verify_beside()), ERR_FORBIDDEN);
    struct appraisal_command c = verify_beside();
    c.document = bed_paper(99);
    assert_int_equal(by("td01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, "minutes.id");
    must(by("td01", &d, conclude(OPINION_FOR)));
    assert_int_equal(by("td01", &d, verify_beside()), ERR_ILLEGAL_MOVE);
}

static void so_often_and_no_more(void **state)
{
    struct appraisal_dossier *d = come_to("RAPNX", 2, APPRAISAL_ASSIGNED);
    (void)state;
    for (int n = 0; n < APPRAISAL_VERIFIED_MAX; n++)
        must(by("td01", &d, verify_beside()));
    assert_int_equal(by("td01", &d, verify_beside()), ERR_CONFLICT);
    assert_string_equal(err.field, "step");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_was_between_the_opening_and_now, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_place_is_a_known_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(participants_are_posts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_minutes_are_the_stored_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_its_officer_verifies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_appraiser_looks_at_something_himself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(so_often_and_no_more, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
