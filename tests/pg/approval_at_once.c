/* SPDX-License-Identifier: Apache-2.0 */
/* What the officer at the counter did at once, at approval through the real executor: whichever of the two events comes
 * first, also when it had to wait for the other one and its mandate is named only then. */
#include "tests/pg/stage_bench.h"

#include "services/approval/approval.h"
#include "services/approval/commands.h"
#include "services/approval/events.h"
#include "services/approval/repo.h"

#define UNIT "H11.35.21"
#define WHO  UNIT "-tc01"
#define THEN INT64_C(1569895200000000) /* 2019-10-01 02:00 UTC */

extern const struct embedded approval_sql[];

static void procedure(const char *id)
{
    Taicho__V1__Procedure m = TAICHO__V1__PROCEDURE__INIT;
    m.name = m.field = m.field_name = arena_strdup(bench->f.arena, id);
    m.same_day = m.one_officer = true;
    m.time_unit = TAICHO__V1__TIME_UNIT__TIME_UNIT_WORKING_DAYS;
    m.statutory_time = 1;
    record("procedure", id, TAICHO__V1__CATALOGUE_RECORD__BODY_PROCEDURE, &m);
}

static void mandate(const char *code)
{
    static const char *its[] = {"1.001193"};
    struct work *w = new_work(WORK_COMMAND, APPROVAL_MANDATE, command_subject_of_code(APPROVAL_MANDATE, code));
    struct approval_command *c = ARENA_NEW(bench->f.arena, struct approval_command);
    *c = (struct approval_command){.act = APPROVAL_ACT_RECORD_MANDATE,
                                   .recorded = {.code = code,
                                                .officer = WHO,
                                                .unit = UNIT,
                                                .form = FORM_TUQ,
                                                .procedures = its,
                                                .procedure_count = 1,
                                                .legal_basis = "102/UQ-UBND",
                                                .valid_from = instant_day(THEN),
                                                .valid_to = instant_day(THEN) + 90}};
    w->act = (int)c->act;
    w->command = c;
    w->creates = true;
    w->idempotency_key = arena_printf(bench->f.arena, "key-%d", ++key_count);
    w->body_digest = digest_of("x", 1);
    w->command_id = id_new();
    go(&w, 1);
    if (w->refusal.code)
        fail_msg("%s", w->refusal.en);
}

static int set_up(void **state)
{
    (void)state;
    if (!getenv("TEST_PG"))
        return 0;
    bench_open("approval_at_once", &(struct service){.name = "approval",
                                                     .source = SOURCE_APPROVAL,
                                                     .projections = approval_projections,
                                                     .projection_count = approval_projection_count,
                                                     .ops = &approval_ops,
                                                     .migrations = approval_sql});
    unit(UNIT);
    officer(WHO, UNIT, "Q1", "receiver appraiser approver");
    procedure("1.001193");
    process("spot", false);
    close_release(4);
    mandate("m1");
    return 0;
}

/* hears_of gives intake's and appraisal's event of a dossier that was decided at once under a mandate. */
static void hears_of(struct id id, const char *mandate_code, struct work **ret_received, struct work **ret_appraised)
{
    struct arena *a = bench->f.arena;
    struct document_handle draft = {.id = id_new(), .sha256 = {9}, .pages = 2};
    char *roles[] = {arena_strdup(a, "appraiser"), arena_strdup(a, "approver")};
    Taicho__V1__SameDay same_day = TAICHO__V1__SAME_DAY__INIT;
    Taicho__V1__Received received = TAICHO__V1__RECEIVED__INIT;
    Taicho__V1__Appraised appraised = TAICHO__V1__APPRAISED__INIT;
    Taicho__V1__LifecycleEvent r = TAICHO__V1__LIFECYCLE_EVENT__INIT, m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct event first = told(SOURCE_INTAKE, id, UNIT, "spot", 1), second = told(SOURCE_APPRAISAL, id, UNIT, "spot", 2);

    same_day.roles = roles;
    same_day.n_roles = COUNT_OF(roles);
    same_day.opinion = appraised.opinion = TAICHO__V1__OPINION__OPINION_FOR;
    same_day.draft = appraised.draft = event_handle_pack(&draft, a);
    same_day.mandate = arena_strdup(a, mandate_code);
    received.counter = arena_strdup(a, "Q1");
    received.receiving_unit = arena_strdup(a, UNIT);
    received.due_at = THEN;
    received.same_day = appraised.same_day = &same_day;
    r.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
    r.received = &received;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APPRAISED;
    m.appraised = &appraised;
    first.actor = second.actor = WHO;
    first.occurred_at = second.occurred_at = THEN;
    first.recorded_at = second.recorded_at = THEN;
    second.seen[SOURCE_INTAKE] = 1;
    *ret_received = event_work(&first, &r);
    *ret_appraised = event_work(&second, &m);
}

/* is tells how many dossiers have a step in a state and so many events; `forbidden` whether an act was left to the
 * queue. */
static void is(struct id id, const char *state, int events, bool forbidden)
{
    struct db_stmt s = {"test_at_once",
                        arena_printf(bench->f.arena,
                                     "SELECT count(*) FROM approval.step t JOIN approval.subject s ON s.id = t.dossier"
                                     "  JOIN approval.dossier d ON d.id = s.id"
                                     " WHERE s.id = '%s' AND t.state = '%s' AND s.version = %d AND s.hold IS NULL"
                                     "   AND (d.forbidden IS NOT NULL) = %s",
                                     id_text(id).s, state, events, forbidden ? "true" : "false")};
    static int n;
    s.name = arena_printf(bench->f.arena, "test_at_once_%d", n++);
    assert_int_equal(number(bench->f.db, bench->f.arena, &s), 1);
}

static void in_the_usual_order(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *appraised;
    hears_of(id, "m1", &received, &appraised);
    go(&received, 1);
    is(id, "expected", 0, false);
    go(&appraised, 1);
    is(id, "signed", 2, false);
}

/* The mandate is not named by any piece of the batch: it comes to light with the event that waited. */
static void the_opinion_waits_for_the_receipt(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *appraised;
    hears_of(id, "m1", &received, &appraised);
    go(&appraised, 1);
    go(&received, 1);
    is(id, "signed", 2, false);
}

static void both_in_one_batch(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *works[2];
    hears_of(id, "m1", &works[1], &works[0]);
    go(works, 2);
    is(id, "signed", 2, false);
}

static void a_mandate_that_is_none_is_left_to_the_queue(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *appraised;
    hears_of(id, "m2", &received, &appraised);
    go(&appraised, 1);
    go(&received, 1);
    is(id, "pending", 0, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_usual_order),
        cmocka_unit_test(the_opinion_waits_for_the_receipt),
        cmocka_unit_test(both_in_one_batch),
        cmocka_unit_test(a_mandate_that_is_none_is_left_to_the_queue),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
