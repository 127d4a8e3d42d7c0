/* SPDX-License-Identifier: Apache-2.0 */
/* The appraise step: what its table allows and nothing else, by whom, in which round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/appraisal/appraisal.h"
#include "tests/unit/appraisal_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    catalogue = bed_catalogue(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- the commands and events, each as it should be */

static struct appraisal_command event(enum appraisal_act act, int step)
{
    return (struct appraisal_command){.act = act, .from_event = true, .at = bed_now(), .step = step};
}

static struct appraisal_command received(const char *process)
{
    struct appraisal_command c = event(APPRAISAL_ACT_RECEIVE, 1);
    c.received = (struct dossier_facts){.id = bed_id(1),
                                        .code = "000.21.35.H11-191001-0001",
                                        .unit = UNIT,
                                        .receiving_unit = UNIT,
                                        .counter = "Q1",
                                        .procedure = "1.001193",
                                        .process = process,
                                        .origin_reference = "",
                                        .process_version = 1,
                                        .due_at = bed_now() + INSTANT_DAY};
    return c;
}

static struct appraisal_command filed(uint8_t n, int kind)
{
    struct appraisal_command c = event(APPRAISAL_ACT_FILE_DOCUMENT, 0);
    c.paper = (struct paper){.handle = {.id = bed_id(n), .pages = 2}, .kind = kind};
    memset(c.paper.handle.sha256, n, sizeof c.paper.handle.sha256);
    return c;
}

static struct appraisal_command signed_(int step, int outcome, bool last)
{
    struct appraisal_command c = event(APPRAISAL_ACT_SIGN, step);
    c.outcome = outcome;
    c.last = last;
    return c;
}

static struct appraisal_command assign(const char *officer)
{
    return (struct appraisal_command){.act = APPRAISAL_ACT_ASSIGN, .at = bed_now(), .officer = officer};
}

static struct appraisal_command conclude(int opinion)
{
    static const char *reasons[] = {"not_eligible"};
    struct appraisal_command c = {.act = APPRAISAL_ACT_CONCLUDE, .at = bed_now(), .opinion = opinion};
    uint8_t n = opinion == OPINION_FOR ? 10 : 11;
    c.draft = (struct document_handle){.id = bed_id(n), .pages = 2};
    memset(c.draft.sha256, n, sizeof c.draft.sha256);
    c.reasons = reasons;
    c.reason_count = opinion == OPINION_AGAINST;
    return c;
}

static enum err_code run(struct appraisal_dossier **d, struct appraisal_command c, const char *actor, const char *unit,
                         uint32_t roles, struct appraisal_decision *ret)
{
    struct appraisal_facts f = {
        .catalogue = catalogue, .now = bed_now(), .actor = actor, .actor_unit = unit, .actor_roles = roles};
    struct appraisal_decision x = {.step = -1};
    err = (struct err){.code = ERR_OK};
    enum err_code rc = appraisal_decide(*d, &c, &f, &x, &err);
    if (rc) {
        assert_int_equal(x.step, -1);
        assert_true(err.vi[0] && err.en[0]);
        return rc;
    }
    *d = appraisal_apply(*d, &c, &x, arena);
    if (ret)
        *ret = x;
    return rc;
}

static enum err_code hear(struct appraisal_dossier **d, struct appraisal_command c)
{
    return run(d, c, "", "", 0, NULL);
}

static enum err_code by(const char *actor, struct appraisal_dossier **d, struct appraisal_command c)
{
    return run(d, c, actor, UNIT, strcmp(actor, "tr01") == 0 ? ROLE_BIT(HEAD) : ROLE_BIT(APPRAISER), NULL);
}

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

/* ---- the table */

static void table_is_sound(void **state)
{
    (void)state;
    assert_int_equal(fsm_check(&appraisal_fsm, true, &err), ERR_OK);
    assert_int_equal(strcmp(appraisal_state_names[APPRAISAL_STATE_COUNT - 1], "appraised"), 0);
}

/* Every state and act: what has a row is done when its guard is content, everything else is refused and changes
 * nothing. */
static void every_state_and_act(void **state)
{
    (void)state;
    size_t allowed = 0;
    for (int from = FSM_NOWHERE; from < APPRAISAL_STATE_COUNT; from++)
        for (int act = 0; act < APPRAISAL_ACT_COUNT; act++) {
            if (act == APPRAISAL_ACT_FILE_DOCUMENT || act == APPRAISAL_ACT_DECIDE)
                continue;
            struct appraisal_dossier *d =
                act == APPRAISAL_ACT_RECEIVE && from == FSM_NOWHERE ? NULL : in_state("rounds", from);
            struct appraisal_command c;
            const char *actor = "tr01";
            size_t steps = d ? d->step_count : 0;
            int expected = from;
            switch ((enum appraisal_act)act) {
            case APPRAISAL_ACT_RECEIVE:
                c = received("spot");
                break;
            case APPRAISAL_ACT_TAKE_TRANSFER:
                c = event(APPRAISAL_ACT_TAKE_TRANSFER, 2);
                break;
            case APPRAISAL_ACT_SIGN:
                if (from == FSM_NOWHERE) { /* the second appraise step is nowhere when the first is appraised */
                    d = in_state("rounds", APPRAISAL_APPRAISED);
                    steps = d->step_count;
                } else if (from == APPRAISAL_APPRAISED) { /* already opened once */
                    d = in_state("rounds", APPRAISAL_APPRAISED);
                    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, false)), ERR_OK);
                    steps = d->step_count;
                }
                c = signed_(4, OUTCOME_GRANTED, false);
                break;
            case APPRAISAL_ACT_SEND_BACK:
                c = event(APPRAISAL_ACT_SEND_BACK, 4);
                break;
            case APPRAISAL_ACT_ASSIGN:
                c = assign("td02");
                break;
            case APPRAISAL_ACT_CONCLUDE:
                c = conclude(OPINION_FOR);
                actor = "td01";
                break;
            case APPRAISAL_ACT_FILE_DOCUMENT:
            case APPRAISAL_ACT_DECIDE:
            case APPRAISAL_ACT_COUNT:
                continue;
            }
            const struct fsm_edge *edge = fsm_next(&appraisal_fsm, from, act, NULL);
            struct appraisal_step before = {.step = 0};
            if (d && d->step_count)
                before = *appraisal_step_open(d);
            enum err_code rc = by(actor, &d, c);
            if (edge) {
                if (rc)
                    fail_msg("state %d act %d: %s", from, act, err.en);
                expected = edge->to;
                assert_int_equal(appraisal_step_open(d)->state, expected);
                allowed++;
            } else {
                if (!rc)
                    fail_msg("state %d act %s was allowed", from, appraisal_act_names[act]);
                assert_true(rc == ERR_ILLEGAL_MOVE || rc == ERR_CONFLICT);
                assert_int_equal(d ? d->step_count : 0, steps);
                if (steps)
                    assert_memory_equal(appraisal_step_open(d), &before, sizeof before);
            }
        }
    assert_int_equal(allowed, appraisal_fsm.count);
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
    c.draft.id = bed_id(99);
    refused_conclusion(c, "draft.id");
    c = conclude(OPINION_FOR);
    c.draft.sha256[0] ^= 1;
    refused_conclusion(c, "draft.sha256");
    c = conclude(OPINION_FOR);
    c.draft.pages++;
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
    assert_true(id_eq(x.draft.id, bed_id(11)));
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
    assert_int_equal(hear(&d, received("verify")), ERR_CONFLICT);
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
        cmocka_unit_test_setup_teardown(table_is_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_state_and_act, set_up, tear_down),
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
