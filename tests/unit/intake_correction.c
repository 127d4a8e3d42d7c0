/* SPDX-License-Identifier: Apache-2.0 */
/* The correction of a wrong result: who may ask, with which paper, for which cause, how often; and what becomes of it
 * while the dossier stays as it ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"

#define NOW  instant_of_day(BED_DAY + 5, 600)
#define THEN instant_of_day(BED_DAY + 6, 600)

static struct paper letters[] = {{.kind = DOCUMENT_CORRECTION, .handle = {.id = {{1}}, .sha256 = {1}, .pages = 1}},
                                 {.kind = DOCUMENT_CORRECTION, .handle = {.id = {{2}}, .sha256 = {2}, .pages = 2}}};
static const struct papers filed = {.items = letters, .count = COUNT_OF(letters), .room = COUNT_OF(letters)};

static struct intake_decision *at(const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    err = (struct err){.code = ERR_OK};
    f.actor_roles = actor ? ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD) : 0; /* as the token says */
    f.now = NOW;
    f.papers = &filed;
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier in_state(enum intake_state s)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);

    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, out, &err), ERR_OK);
    out->next.state = s;
    out->next.outcome = OUTCOME_GRANTED;
    out->next.finished_at = out->next.received_at;
    return out->next;
}

/* The n-th letter, from 1. */
static struct intake_ask_correction with(int n)
{
    return (struct intake_ask_correction){.correction = letters[n - 1].handle,
                                          .cause = CORRECTION_CAUSE_TYPING,
                                          .reported_by = REPORTER_CITIZEN,
                                          .unit = "H11.05"};
}

static struct intake_decision *ask(const struct intake_dossier *d, struct intake_ask_correction c)
{
    return at(d, INTAKE_REQUEST_CORRECTION, &c, "H11.35-td01", "H11.35");
}

static struct intake_dossier asked(struct intake_dossier d, int n)
{
    struct intake_decision *out = ask(&d, with(n));

    assert_non_null(out);
    return out->next;
}

/* What approval and return tell of the n-th letter. */
static struct intake_decision *tell(const struct intake_dossier *d, enum intake_act act, int n)
{
    struct intake_progress *c = ARENA_NEW(arena, struct intake_progress);

    *c = (struct intake_progress){
        .step = 6, .outcome = OUTCOME_CORRECTION, .document = letters[n - 1].handle.id, .at = THEN};
    return at(d, act, c, NULL, NULL);
}

static struct intake_dossier told(struct intake_dossier d, enum intake_act act, int n)
{
    struct intake_decision *out = tell(&d, act, n);

    if (!out)
        fail_msg("%s: %s", intake_act_names[act], err.en);
    assert_null(out->event);
    return out->next;
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    if (field)
        assert_string_equal(err.field, field);
}

/* A new correction is all that changes. */
static void the_dossier_stays_as_it_ended(void **state)
{
    static const enum intake_state states[] = {INTAKE_FINISHED, INTAKE_RETURNED};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        struct intake_dossier d = in_state(states[i]), same;
        struct intake_decision *out = ask(&d, with(1));
        assert_non_null(out);
        assert_string_equal(out->event, "CorrectionRequested");
        assert_string_equal(out->place, "office");
        assert_int_equal(out->correction, 0);
        assert_null(out->document); /* it was filed before */
        assert_true(id_eq(out->named->id, letters[0].handle.id));
        const struct intake_correction *c = &out->next.corrections[0];
        assert_int_equal(c->state, INTAKE_CORRECTION_REQUESTED);
        assert_int_equal(c->cause, CORRECTION_CAUSE_TYPING);
        assert_int_equal(c->reported_by, REPORTER_CITIZEN);
        assert_string_equal(c->unit, "H11.05");
        assert_string_equal(c->asked_by, "H11.35-td01");
        assert_true(c->asked_at == NOW && c->answered_at == INSTANT_NONE);
        same = out->next;
        same.corrections = NULL;
        same.correction_count = 0;
        assert_memory_equal(&same, &d, sizeof d);
    }
}

static void only_what_has_a_result(void **state)
{
    (void)state;
    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        struct intake_dossier d = in_state((enum intake_state)s);
        if (s == INTAKE_FINISHED || s == INTAKE_RETURNED)
            continue;
        refused(ask(&d, with(1)), ERR_ILLEGAL_MOVE, NULL);
    }
}

static void only_the_unit_that_handled_it(void **state)
{
    struct intake_dossier d = in_state(INTAKE_RETURNED);
    struct intake_ask_correction c = with(1);

    (void)state;
    refused(at(&d, INTAKE_REQUEST_CORRECTION, &c, "H11.05-td01", "H11.05"), ERR_FORBIDDEN, "actor");
    refused(at(&d, INTAKE_REQUEST_CORRECTION, &c, "H11.35-xx", "H11.35"), ERR_FORBIDDEN, "actor");
}

static void only_a_post_that_handles_it(void **state)
{
    struct intake_dossier d = in_state(INTAKE_RETURNED);
    struct intake_ask_correction c = with(1);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bed_handlers); i++) {
        struct intake_decision *out = at(&d, INTAKE_REQUEST_CORRECTION, &c, bed_handlers[i].post, "H11.35");
        if ((out != NULL) != bed_handlers[i].may)
            fail_msg("%s", bed_handlers[i].post);
        if (!out)
            refused(out, ERR_FORBIDDEN, "actor");
    }
}

/* The very paper that was filed for it, hash for hash. */
static void with_the_paper_that_was_filed(void **state)
{
    struct intake_dossier d = in_state(INTAKE_RETURNED);
    struct intake_ask_correction c = with(1);

    (void)state;
    c.correction.id.b[0] = 9;
    refused(ask(&d, c), ERR_INVALID, "correction.id");
    c = with(1);
    c.correction.sha256[0] ^= 1;
    refused(ask(&d, c), ERR_INVALID, "correction.sha256");
    c = with(1);
    c.correction.pages++;
    refused(ask(&d, c), ERR_INVALID, "correction.pages");
}

static void at_the_cost_of_a_unit_at_fault(void **state)
{
    struct intake_dossier d = in_state(INTAKE_RETURNED);
    struct intake_ask_correction c = with(1);

    (void)state;
    c.cause = CORRECTION_CAUSE_CITIZEN_DATA;
    refused(ask(&d, c), ERR_INVALID, "cause");
    assert_non_null(strstr(err.en, "procedure of its own"));
    c = with(1);
    c.unit = "H11.99";
    refused(ask(&d, c), ERR_INVALID, "unit");
    for (int cause = CORRECTION_CAUSE_TYPING; cause < CORRECTION_CAUSE_COUNT; cause++) {
        c = with(1);
        c.cause = (enum correction_cause)cause;
        assert_int_equal(ask(&d, c) != NULL, cause != CORRECTION_CAUSE_CITIZEN_DATA);
    }
}

/* The next one may be asked for when the last one is sealed, or was not signed; each with a paper of its own. */
static void one_at_a_time_and_numbered(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_FINISHED), 1), e;

    (void)state;
    refused(ask(&d, with(2)), ERR_CONFLICT, "corrections");
    e = told(d, INTAKE_REFUSE_CORRECTION, 1);
    refused(ask(&e, with(1)), ERR_CONFLICT, "correction.id");
    assert_int_equal(ask(&e, with(2))->correction, 1);
    e = told(d, INTAKE_SIGN_CORRECTION, 1);
    refused(ask(&e, with(2)), ERR_CONFLICT, "corrections");
    e = told(e, INTAKE_SEAL_CORRECTION, 1);
    struct intake_decision *out = ask(&e, with(2));
    assert_int_equal(out->correction, 1);
    assert_int_equal(out->next.correction_count, 2);
    assert_int_equal(out->next.corrections[0].state, INTAKE_CORRECTION_ISSUED);
    assert_int_equal(e.correction_count, 1); /* the dossier before it is untouched */

    struct intake_correction many[INTAKE_CORRECTIONS_MAX];
    for (int i = 0; i < INTAKE_CORRECTIONS_MAX; i++)
        many[i] = (struct intake_correction){.state = INTAKE_CORRECTION_REFUSED};
    e.corrections = many;
    e.correction_count = INTAKE_CORRECTIONS_MAX;
    refused(ask(&e, with(2)), ERR_CONFLICT, "corrections");
}

/* From the signature into the citizen's hands, and back by post; of two, each by its own paper. */
static void what_becomes_of_it(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_RETURNED), 1);

    (void)state;
    d = told(d, INTAKE_SIGN_CORRECTION, 1);
    assert_true(d.corrections[0].answered_at == THEN);
    d = told(d, INTAKE_SEAL_CORRECTION, 1);
    assert_true(d.corrections[0].issued_at == THEN);
    d = asked(d, 2);
    d = told(d, INTAKE_LIE_READY, 1);
    assert_int_equal(d.corrections[0].state, INTAKE_CORRECTION_READY);
    assert_true(d.collection.ready_at == INSTANT_NONE); /* the result is another matter */
    d = told(d, INTAKE_GIVE_CORRECTION, 1);
    assert_true(d.corrections[0].handed_over_at == THEN);
    d = told(d, INTAKE_COME_BACK, 1);
    assert_int_equal(d.corrections[0].state, INTAKE_CORRECTION_READY);
    assert_true(d.corrections[0].handed_over_at == INSTANT_NONE);
    d = told(d, INTAKE_GIVE_CORRECTION, 1);
    assert_int_equal(d.corrections[1].state, INTAKE_CORRECTION_REQUESTED);
    assert_int_equal(d.state, INTAKE_RETURNED);
    assert_true(d.returned_at == in_state(INTAKE_RETURNED).returned_at);
}

static void what_cannot_be_true(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_RETURNED), 1);
    static const enum intake_act acts[] = {INTAKE_SIGN_CORRECTION, INTAKE_REFUSE_CORRECTION, INTAKE_SEAL_CORRECTION,
                                           INTAKE_LIE_READY,       INTAKE_GIVE_CORRECTION,   INTAKE_COME_BACK};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(acts); i++) {
        refused(tell(&d, acts[i], 2), ERR_CONFLICT, "step"); /* nobody asked for that one */
        if (i >= 2)
            refused(tell(&d, acts[i], 1), ERR_ILLEGAL_MOVE, NULL);
    }
}

static const struct allowed moves[] = {
    {FROM(INTAKE_CORRECTION_REQUESTED), INTAKE_SIGN_CORRECTION, INTAKE_CORRECTION_SIGNED, NULL},
    {FROM(INTAKE_CORRECTION_REQUESTED), INTAKE_REFUSE_CORRECTION, INTAKE_CORRECTION_REFUSED, NULL},
    {FROM(INTAKE_CORRECTION_SIGNED), INTAKE_SEAL_CORRECTION, INTAKE_CORRECTION_ISSUED, NULL},
    {FROM(INTAKE_CORRECTION_ISSUED), INTAKE_LIE_READY, INTAKE_CORRECTION_READY, NULL},
    {FROM(INTAKE_CORRECTION_READY), INTAKE_GIVE_CORRECTION, INTAKE_CORRECTION_HANDED_OVER, NULL},
    {FROM(INTAKE_CORRECTION_HANDED_OVER), INTAKE_COME_BACK, INTAKE_CORRECTION_READY, NULL},
};

/* Every state and what is told of a letter: by its table, or by the sentence. */
static void each_state_and_what_is_told(void **state)
{
    static const enum intake_act acts[] = {INTAKE_SIGN_CORRECTION, INTAKE_REFUSE_CORRECTION, INTAKE_SEAL_CORRECTION,
                                           INTAKE_LIE_READY,       INTAKE_GIVE_CORRECTION,   INTAKE_COME_BACK};

    (void)state;
    table_is(&intake_correction_fsm, moves, COUNT_OF(moves));
    for (int from = 0; from < INTAKE_CORRECTION_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(acts); i++) {
            struct intake_dossier d = asked(in_state(INTAKE_RETURNED), 1);
            struct intake_correction x = d.corrections[0];
            const struct allowed *e = allowed_next(moves, COUNT_OF(moves), from, (int)acts[i], NULL);
            x.state = (enum intake_correction_state)from;
            d.corrections = &x;
            const struct intake_decision *out = tell(&d, acts[i], 1);
            if (!e) {
                assert_null(out);
                bed_says(&err, &intake_correction_fsm, from, (int)acts[i], "document", "văn bản đính chính số 1",
                         "correction number 1");
                continue;
            }
            assert_non_null(out);
            assert_int_equal(out->next.corrections[0].state, e->to);
            told_is(e, out->event);
        }
}

/* The paper is filed behind the end, too; and then a proxy may come for the correction. */
static void papers_behind_the_end(void **state)
{
    static const struct intake_document letter = {.kind = DOCUMENT_CORRECTION},
                                        proxy = {.kind = DOCUMENT_AUTHORISATION}, paper = {.kind = DOCUMENT_SIGNED};
    struct intake_dossier d = in_state(INTAKE_FINISHED);

    (void)state;
    assert_non_null(at(&d, INTAKE_FILE_DOCUMENT, &letter, "H11.35-td01", "H11.35"));
    d.state = INTAKE_RETURNED;
    assert_non_null(at(&d, INTAKE_FILE_DOCUMENT, &letter, "H11.35-td01", "H11.35"));
    refused(at(&d, INTAKE_FILE_DOCUMENT, &paper, "H11.35-td01", "H11.35"), ERR_ILLEGAL_MOVE, NULL);
    refused(at(&d, INTAKE_FILE_DOCUMENT, &proxy, "H11.35-tn01", "H11.35"), ERR_ILLEGAL_MOVE, NULL);
    d = asked(d, 1);
    assert_non_null(at(&d, INTAKE_FILE_DOCUMENT, &proxy, "H11.35-tn01", "H11.35"));
    d.state = INTAKE_STOPPED;
    refused(at(&d, INTAKE_FILE_DOCUMENT, &letter, "H11.35-td01", "H11.35"), ERR_ILLEGAL_MOVE, NULL);
}

/* A copy has its own memory. */
static void it_is_copied(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_RETURNED), 1), copy = intake_copy(&d, arena);

    (void)state;
    assert_ptr_not_equal(copy.corrections, d.corrections);
    assert_ptr_not_equal(copy.corrections[0].unit, d.corrections[0].unit);
    assert_string_equal(copy.corrections[0].unit, d.corrections[0].unit);
    assert_string_equal(copy.corrections[0].asked_by, "H11.35-td01");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_dossier_stays_as_it_ended), TEST(only_what_has_a_result),
        TEST(only_the_unit_that_handled_it), TEST(only_a_post_that_handles_it),
        TEST(with_the_paper_that_was_filed), TEST(at_the_cost_of_a_unit_at_fault),
        TEST(one_at_a_time_and_numbered),    TEST(what_becomes_of_it),
        TEST(what_cannot_be_true),           TEST(each_state_and_what_is_told),
        TEST(papers_behind_the_end),         TEST(it_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
