/* SPDX-License-Identifier: Apache-2.0 */
/* What was tried with a document that lacked what must go before: told from every other refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/return/evidence.h"
#include "tests/unit/return_bed.h"

static struct arena *arena;
static struct catalogue *catalogue;

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

/* A dossier of the process whose document (7) is in a state at a step; FSM_NOWHERE: nothing is signed. */
static struct return_dossier *dossier(const char *process, int state, int step)
{
    struct return_dossier *d = ARENA_NEW(arena, struct return_dossier);
    d->facts = (struct dossier_facts){.id = bed_id(1),
                                      .code = "000.21.35.H11-191001-0001",
                                      .unit = UNIT,
                                      .receiving_unit = strcmp(process, "spot") == 0 ? UNIT : FRONT,
                                      .procedure = "1.001193",
                                      .process = process,
                                      .process_version = 1};
    if (state == FSM_NOWHERE)
        return d;
    struct return_document *x = return_add_document(d, arena);
    *x = (struct return_document){.handle = {.id = bed_id(7), .pages = 1},
                                  .outcome = OUTCOME_GRANTED,
                                  .state = (enum return_state)state,
                                  .unit = UNIT,
                                  .issue_step = strcmp(process, "spot") == 0 ? 4 : 5,
                                  .step = step,
                                  .round = 1,
                                  .given_at = INSTANT_NONE,
                                  .taken_at = INSTANT_NONE};
    return d;
}

static struct return_command act(enum return_act a)
{
    return (struct return_command){.act = a,
                                   .at = bed_now(),
                                   .series = "kq",
                                   .seal = "s1",
                                   .delivery = DELIVERY_COUNTER,
                                   .handing = {.who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT}};
}

/* tried gives what is kept of a command: what was missing; NONE: nothing is kept, whether it was refused or not. */
static enum return_evidence tried(const struct return_dossier *d, struct return_command c, const char *actor)
{
    struct return_facts f = {.catalogue = catalogue,
                             .now = bed_now(),
                             .actor = actor,
                             .actor_unit = bed_unit_of(actor),
                             .series = bed_find_series(c.series),
                             .seal = bed_find_seal(c.seal)};
    struct return_attempt attempt = {.missing = RETURN_EVIDENCE_NONE};
    struct return_decision x;
    struct err e;
    enum err_code rc = return_decide(d, &c, &f, &x, &e);
    if (!rc || !return_attempt_of(d, &c, &f, rc, &attempt))
        return RETURN_EVIDENCE_NONE;
    assert_true(id_eq(attempt.dossier, bed_id(1)));
    assert_true(id_eq(attempt.document, d->document_count ? bed_id(7) : id_nil));
    assert_int_equal(attempt.act, c.act);
    assert_string_equal(attempt.actor, actor);
    assert_string_equal(attempt.unit, bed_unit_of(actor));
    return attempt.missing;
}

static const char *doer(enum return_act a)
{
    return a == RETURN_ACT_TAKE || a == RETURN_ACT_MAKE_READY || a == RETURN_ACT_DELIVER ? "tk01" : "vt01";
}

/* Each state with the first thing that is missing for each act; "" where the act is legal, or repeats or skips nothing
 * that must go before. */
static void every_state_and_act(void **state)
{
    (void)state;
    static const enum return_act acts[] = {RETURN_ACT_NUMBER, RETURN_ACT_SEAL,       RETURN_ACT_GIVE,
                                           RETURN_ACT_TAKE,   RETURN_ACT_MAKE_READY, RETURN_ACT_DELIVER,
                                           RETURN_ACT_ARCHIVE};
    static const struct {
        int state, step;
        const char *missing[COUNT_OF(acts)];
    } table[] = {
        {FSM_NOWHERE, 0, {"signature", "signature", "signature", "signature", "signature", "signature", "signature"}},
        {RETURN_AWAITING_ISSUE, 5, {"", "number", "number", "number", "number", "number", "number"}},
        {RETURN_NUMBERED, 5, {"", "", "seal", "seal", "seal", "seal", "seal"}},
        {RETURN_SEALED, 6, {"", "", "", "", "hand_over", "hand_over", "hand_over"}},
        {RETURN_SEALED, 7, {"", "", "", "", "", "ready", "ready"}},
        {RETURN_READY, 7, {"", "", "", "", "", "", "delivery"}},
        {RETURN_HANDED_OVER, 7, {"", "", "", "", "", "", ""}},
        {RETURN_ARCHIVED, 7, {"", "", "", "", "", "", ""}},
        {RETURN_UNCLAIMED, 7, {"", "", "", "", "", "", ""}},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        for (size_t k = 0; k < COUNT_OF(acts); k++) {
            struct return_dossier *d = dossier("office", table[i].state, table[i].step);
            enum return_evidence missing = tried(d, act(acts[k]), doer(acts[k]));
            if (strcmp(return_evidence_names[missing], table[i].missing[k]) != 0)
                fail_msg("%s of row %zu: \"%s\", not \"%s\"", return_act_names[acts[k]], i,
                         return_evidence_names[missing], table[i].missing[k]);
        }
}

/* On the spot nothing is handed over between desks. */
static void on_the_spot(void **state)
{
    (void)state;
    assert_int_equal(tried(dossier("spot", RETURN_SEALED, 5), act(RETURN_ACT_DELIVER), "tk00"), RETURN_EVIDENCE_READY);
    assert_int_equal(tried(dossier("spot", RETURN_SEALED, 5), act(RETURN_ACT_GIVE), "vt01"), RETURN_EVIDENCE_NONE);
}

/* A step or a document that is named hides nothing; a step of another document is a slip of the pen. */
static void what_is_named(void **state)
{
    (void)state;
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.step = 7;
    assert_int_equal(tried(dossier("office", FSM_NOWHERE, 0), c, "tk01"), RETURN_EVIDENCE_SIGNATURE);
    assert_int_equal(tried(dossier("office", RETURN_NUMBERED, 5), c, "tk01"), RETURN_EVIDENCE_NONE);
    c.document = bed_id(9);
    assert_int_equal(tried(dossier("office", FSM_NOWHERE, 0), c, "tk01"), RETURN_EVIDENCE_SIGNATURE);
    c.document = bed_id(7);
    assert_int_equal(tried(dossier("office", RETURN_NUMBERED, 5), c, "tk01"), RETURN_EVIDENCE_SEAL);
}

static void other_refusals_are_no_attempts(void **state)
{
    (void)state;
    struct return_dossier *d = dossier("office", RETURN_NUMBERED, 5);
    struct return_command c = act(RETURN_ACT_DELIVER);
    assert_int_equal(tried(d, c, "vt08"), RETURN_EVIDENCE_NONE); /* no officer of its units */
    c = act(RETURN_ACT_SEAL);
    c.seal = "khong-co";
    assert_int_equal(tried(d, c, "vt01"), RETURN_EVIDENCE_NONE);
    c = act(RETURN_ACT_COME_BACK); /* finishes nothing */
    assert_int_equal(tried(d, c, "tk01"), RETURN_EVIDENCE_NONE);
    struct return_document *second = return_add_document(d, arena);
    *second = d->documents[0];
    second->outcome = OUTCOME_APOLOGY;
    assert_int_equal(tried(d, act(RETURN_ACT_DELIVER), "tk01"), RETURN_EVIDENCE_NONE); /* which one is not said */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_state_and_act, set_up, tear_down),
        cmocka_unit_test_setup_teardown(on_the_spot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_refusals_are_no_attempts, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("return_evidence", tests, NULL, NULL);
}
