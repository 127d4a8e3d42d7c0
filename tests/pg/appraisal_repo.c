/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What appraisal keeps of a dossier, through the real executor on PostgreSQL: facts, papers, the officers who are
 * barred and the work lists (common/flow), its own steps. What is decided is the test's own, so that nothing but
 * storing and loading is looked at.
 */
#include "tests/pg/flow_fixture.h"

#include "common/flow/barred.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/executor.h"
#include "common/flow/service.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/events.h"
#include "services/appraisal/repo.h"

#define UNIT   "H11.35"
#define FRONT  "H11.35.21"
#define BESIDE "H11.10"
#define BEHIND "H11.11"

extern const struct embedded appraisal_sql[];

/* A command is what it does to the state. */
struct doing {
    void (*act)(struct subject *s, struct arena *a);
};

static enum err_code decide(struct item *i, struct err *reterr UNUSED)
{
    ((const struct doing *)i->work->command)->act(i->subject, i->batch->arena);
    i->subject->touched = i->subject->state != NULL;
    item_answer(i, 200, "{}");
    return ERR_OK;
}

static const struct executor_ops ops = {.ask = appraisal_repo_ask,
                                        .take = appraisal_repo_take,
                                        .decide = decide,
                                        .save = appraisal_repo_save,
                                        .encode = appraisal_encode};
static const struct service service = {
    .name = "appraisal", .source = SOURCE_APPRAISAL, .ops = &ops, .migrations = appraisal_sql};

static struct bench {
    struct fixture f;
    struct executor *executor;
    struct clock *clock;
    struct catalogue_store *catalogue;
    struct id dossier, papers[2];
    instant due_at;
} * bench;

static int set_up(void **state)
{
    struct err e = {0};
    (void)state;
    if (!getenv("TEST_PG"))
        return 0;
    bench = calloc(1, sizeof *bench);
    fixture_open(&bench->f, "appraisal_repo");
    fixture_migrate(&bench->f, "appraisal", appraisal_sql);
    bench->clock = clock_new();
    bench->catalogue = catalogue_store_new();
    bench->dossier = id_new();
    bench->papers[0] = id_new();
    bench->papers[1] = id_new();
    bench->due_at = INT64_C(1569900000) * INSTANT_SECOND;
    ok(executor_new(&(struct executor_config){.service = &service,
                                              .conninfo = fixture_conninfo(&bench->f, "appraisal"),
                                              .application = "test",
                                              .clock = bench->clock,
                                              .catalogue = bench->catalogue,
                                              .batch_max = 256,
                                              .queue_max = 1000,
                                              .keep_max = 64},
                    &bench->executor, &e),
       &e);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (!bench)
        return 0;
    executor_free(bench->executor);
    catalogue_store_free(bench->catalogue);
    clock_free(bench->clock);
    fixture_close(&bench->f);
    free(bench);
    bench = NULL;
    return 0;
}

/* ---- one batch each */

static bool is_done;

static void done(struct work *w)
{
    if (w->refusal.code)
        fail_msg("refused: %s", w->refusal.en);
    is_done = true;
}

static void batch(void (*act)(struct subject *s, struct arena *a))
{
    static int keys;
    struct err e = {0};
    struct doing doing = {act};
    struct work *w = ARENA_NEW(bench->f.arena, struct work);
    *w = (struct work){.origin = WORK_COMMAND,
                       .arena = bench->f.arena,
                       .subject = bench->dossier,
                       .subject_kind = DOSSIER,
                       .command = &doing,
                       .creates = true,
                       .actor = {.subject = "td01", .unit = UNIT},
                       .idempotency_key = arena_printf(bench->f.arena, "key-%d", ++keys),
                       .body_digest = digest_of("x", 1),
                       .command_id = id_new(),
                       .place = {.partition = -1},
                       .done = done};
    is_done = false;
    ok(executor_submit(bench->executor, w, &e), &e);
    for (int i = 0; i < 100 && !is_done; i++)
        executor_step(bench->executor, 20);
    assert_true(is_done);
}

static void receive(struct subject *s, struct arena *a)
{
    struct appraisal_dossier *d = ARENA_NEW(a, struct appraisal_dossier);
    assert_null(s->state);
    d->facts = (struct dossier_facts){.id = s->id,
                                      .code = "000.00.35.H11-191001-0001",
                                      .unit = UNIT,
                                      .receiving_unit = FRONT,
                                      .counter = "Q1",
                                      .procedure = "1.001193",
                                      .process = "rounds",
                                      .process_version = 3,
                                      .origin_reference = "x",
                                      .route = ROUTE_BACK_OFFICE,
                                      .electronic = true,
                                      .filed_online = true,
                                      .due_at = bench->due_at,
                                      .received = true};
    for (int i = 1; i <= 2; i++)
        *appraisal_add_part(d, a) =
            (struct appraisal_part){.step = 3,
                                    .round = 1,
                                    .number = i,
                                    .unit = i == 1 ? BESIDE : BEHIND,
                                    .state = i == 1 ? APPRAISAL_PART_QUEUED : APPRAISAL_PART_WAITING,
                                    .opened_at = i == 1 ? 1 : INSTANT_NONE,
                                    .due_at = i == 1 ? bench->due_at : INSTANT_NONE,
                                    .near_at = i == 1 ? bench->due_at - 1 : INSTANT_NONE,
                                    .warning = i == 1 ? STEP_WARNING_NEAR : STEP_WARNING_NONE,
                                    .ended_at = INSTANT_NONE,
                                    .answered_at = INSTANT_NONE,
                                    .begun = i == 1,
                                    .changed = true};
    for (int i = 1; i >= 0; i--)
        papers_add(&d->papers,
                   &(struct paper){.handle = {.id = bench->papers[i], .sha256 = {(uint8_t)(7 + i)}, .pages = 2},
                                   .kind = DOCUMENT_DRAFT_RESULT,
                                   .missing = 3 * i,
                                   .filed = true},
                   a);
    barred_add(&d->approvers, "pd02", a);
    *appraisal_add_step(d, a) = (struct appraisal_step){.step = 3,
                                                        .kind = STEP_APPRAISE,
                                                        .round = 1,
                                                        .unit = UNIT,
                                                        .opened_at = 1,
                                                        .assigned_at = INSTANT_NONE,
                                                        .due_at = INSTANT_NONE,
                                                        .ended_at = INSTANT_NONE,
                                                        .answered_at = INSTANT_NONE,
                                                        .opened = true,
                                                        .changed = true};
    s->state = d;
}

/* Everything is there again, marked as stored; another approver, and one who is noted already. */
static void assign(struct subject *s, struct arena *a)
{
    struct appraisal_dossier *d = s->state;
    assert_non_null(d);
    assert_true(id_eq(d->facts.id, bench->dossier));
    assert_string_equal(d->facts.code, "000.00.35.H11-191001-0001");
    assert_string_equal(d->facts.receiving_unit, FRONT);
    assert_string_equal(d->facts.origin_reference, "x");
    assert_int_equal(d->facts.process_version, 3);
    assert_int_equal(d->facts.route, ROUTE_BACK_OFFICE);
    assert_true(d->facts.due_at == bench->due_at);
    assert_false(d->facts.received);
    assert_true(d->facts.electronic);
    assert_true(d->facts.filed_online);
    assert_int_equal(d->part_count, 2);
    assert_string_equal(d->parts[0].unit, BESIDE);
    assert_int_equal(d->parts[0].state, APPRAISAL_PART_QUEUED);
    assert_true(d->parts[0].due_at == bench->due_at && d->parts[1].due_at == INSTANT_NONE);
    assert_true(d->parts[0].near_at == bench->due_at - 1 && d->parts[1].near_at == INSTANT_NONE);
    assert_int_equal(d->parts[0].warning, STEP_WARNING_NEAR);
    assert_int_equal(d->parts[1].warning, STEP_WARNING_NONE);
    assert_false(d->parts[0].changed || d->parts[0].begun);
    d->parts[0].state = APPRAISAL_PART_GIVEN;
    d->parts[0].officer = "td10";
    d->parts[0].view = APPRAISAL_VIEW_AGAINST;
    d->parts[0].document = bench->papers[0];
    d->parts[0].ended_at = bench->due_at;
    d->parts[1].state = APPRAISAL_PART_QUEUED;
    d->parts[1].opened_at = d->parts[1].due_at = bench->due_at;
    d->parts[1].begun = d->parts[0].changed = d->parts[1].changed = true;
    assert_int_equal(d->papers.count, 2);
    const struct paper *paper = papers_find(&d->papers, bench->papers[1]);
    assert_non_null(paper);
    assert_int_equal(paper->handle.sha256[0], 8);
    assert_int_equal(paper->handle.pages, 2);
    assert_int_equal(paper->kind, DOCUMENT_DRAFT_RESULT);
    assert_int_equal(paper->missing, 3);
    assert_false(paper->filed);
    assert_int_equal(d->approvers.count, 1);
    assert_int_equal(d->approvers.stored, 1);
    assert_true(barred_has(&d->approvers, "pd02"));
    barred_add(&d->approvers, "pd02", a);
    barred_add(&d->approvers, "pd01", a);
    assert_int_equal(d->step_count, 1);
    assert_int_equal(d->steps[0].kind, STEP_APPRAISE);
    d->steps[0].state = APPRAISAL_ASSIGNED;
    d->steps[0].officer = "td01";
    d->steps[0].changed = true;
    assert_int_equal(d->facts.left_out.count, 0);
    facts_leave_out(&d->facts, (struct left_out_period){.from = bench->due_at, .until = bench->due_at + 1});
    facts_come_on_paper(&d->facts);
}

static void verify(struct subject *s, struct arena *a)
{
    static const char *who[] = {"td01", "td02"};
    struct appraisal_verification *v = ARENA_NEW(a, struct appraisal_verification);
    struct appraisal_dossier *d = s->state;
    *v = (struct appraisal_verification){.at = bench->due_at,
                                         .place = "Q1",
                                         .participants = who,
                                         .participant_count = 2,
                                         .others = 4,
                                         .number = 1,
                                         .minutes = bench->papers[1]};
    d->steps[0].asked_at = bench->due_at;
    d->parts[1].due_at = bench->due_at + INSTANT_DAY; /* counted again: it is this unit's turn as before */
    d->parts[1].near_at = bench->due_at + 1;
    d->steps[0].changed = d->parts[1].changed = true;
    *appraisal_add_step(d, a) = (struct appraisal_step){.step = 2,
                                                        .round = 1,
                                                        .kind = STEP_VERIFY,
                                                        .state = APPRAISAL_VERIFIED,
                                                        .unit = UNIT,
                                                        .officer = "td01",
                                                        .opened_at = 1,
                                                        .assigned_at = 1,
                                                        .due_at = 1,
                                                        .ended_at = 1,
                                                        .answered_at = INSTANT_NONE,
                                                        .document = bench->papers[1],
                                                        .verified = 1,
                                                        .verifications = v,
                                                        .opened = true,
                                                        .changed = true};
}

static void conclude(struct subject *s, struct arena *a UNUSED)
{
    struct appraisal_dossier *d = s->state;
    assert_int_equal(d->approvers.count, 2);
    assert_int_equal(d->approvers.stored, 2);
    assert_true(barred_has(&d->approvers, "pd01"));
    assert_int_equal(d->step_count, 2);
    assert_int_equal(d->steps[0].kind, STEP_VERIFY);
    assert_int_equal(d->steps[0].state, APPRAISAL_VERIFIED);
    assert_true(id_eq(d->steps[0].document, bench->papers[1]));
    assert_null(d->steps[0].verifications);
    assert_int_equal(d->steps[0].verified, 1);
    assert_string_equal(d->steps[1].officer, "td01");
    assert_true(d->steps[1].asked_at == bench->due_at);
    assert_true(d->parts[1].due_at == bench->due_at + INSTANT_DAY && d->parts[1].near_at == bench->due_at + 1);
    assert_string_equal(d->parts[0].officer, "td10");
    assert_int_equal(d->parts[0].view, APPRAISAL_VIEW_AGAINST);
    assert_true(id_eq(d->parts[0].document, bench->papers[0]));
    d->parts[1].state = APPRAISAL_PART_LAPSED;
    d->parts[1].ended_at = bench->due_at;
    d->parts[1].changed = true;
    assert_int_equal(d->papers.count, 2);
    assert_false(d->facts.electronic);
    facts_move_due(&d->facts, bench->due_at + INSTANT_DAY);
    assert_int_equal(d->facts.left_out.count, 1);
    assert_true(d->facts.left_out.of[0].from == bench->due_at && d->facts.left_out.of[0].until == bench->due_at + 1);
    facts_leave_out(&d->facts, (struct left_out_period){.from = 1000, .until = 2000});
    d->steps[1].state = APPRAISAL_APPRAISED;
    d->steps[1].opinion = OPINION_FOR;
    d->steps[1].document = bench->papers[0];
    d->steps[1].changed = true;
}

/* What came late stands beside the silence, and so does that it was decided. */
static void answer_late(struct subject *s, struct arena *a)
{
    struct appraisal_dossier *d = s->state;
    struct appraisal_part *p = &d->parts[1];
    assert_true(p->answered_at == INSTANT_NONE && !p->decided && id_is_nil(p->document));
    p->officer = "td11";
    p->view = APPRAISAL_VIEW_FOR;
    p->document = bench->papers[1];
    p->answered_at = bench->due_at + INSTANT_DAY;
    p->changed = true;
    *appraisal_add_step(d, a) = (struct appraisal_step){.step = 1,
                                                        .round = 1,
                                                        .kind = STEP_CONSULT,
                                                        .state = APPRAISAL_UNANSWERED,
                                                        .unit = UNIT,
                                                        .officer = "td01",
                                                        .asked = BESIDE,
                                                        .opened_at = 1,
                                                        .assigned_at = 1,
                                                        .due_at = 1,
                                                        .ended_at = 1,
                                                        .answered_at = bench->due_at,
                                                        .document = bench->papers[0],
                                                        .decided = true,
                                                        .opened = true,
                                                        .changed = true};
}

static void look_again(struct subject *s, struct arena *a UNUSED)
{
    struct appraisal_dossier *d = s->state;
    const struct appraisal_part *p = &d->parts[1];
    assert_int_equal(p->state, APPRAISAL_PART_LAPSED);
    assert_true(p->answered_at == bench->due_at + INSTANT_DAY && p->ended_at == bench->due_at && !p->decided);
    assert_true(p->view == APPRAISAL_VIEW_FOR && id_eq(p->document, bench->papers[1]));
    assert_int_equal(d->steps[0].state, APPRAISAL_UNANSWERED);
    assert_true(d->steps[0].answered_at == bench->due_at && d->steps[0].decided);
    assert_true(d->steps[2].answered_at == INSTANT_NONE && !d->steps[2].decided);
}

/* ---- the reads */

static const char *ask(const struct db_stmt *stmt, const struct db_arg *args, size_t count)
{
    struct err e = {0};
    struct db *db;
    struct db_answer *q;
    ok(db_open(fixture_conninfo(&bench->f, "appraisal"), "test", "appraisal, ext", 20000, &db, &e), &e);
    ok(db_run(db, bench->f.arena, stmt, args, count, &q, &e), &e);
    const char *text = db_count(q) ? arena_strdup(bench->f.arena, db_get_text(q, 0, 0)) : "";
    db_forget(db);
    db_close(db);
    return text;
}

static const char *list(const char *unit, bool open, int32_t limit)
{
    return ask(&appraisal_list_of_unit, DB_ARGS(db_text(unit), db_bool(open), db_text(""), db_text(""), db_time(0),
                                                db_uuid(id_nil), db_int4(0), db_int4(0), db_int4(limit)));
}

static const struct db_stmt hide_subject = {"hide_subject", "DELETE FROM subject WHERE id = $1 RETURNING id::text"};

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, text);
}

static void what_is_kept_comes_back(void **state)
{
    (void)state;
    if (!bench) {
        print_message("# TEST_PG is not set\n");
        skip();
    }
    batch(receive);
    has(list(UNIT, true, 50), "\"state\" : \"queued\"");
    has(list(FRONT, true, 1), ".3.1\"");
    has(list("H11.36", true, 50), "\"items\" : []");
    has(list(BESIDE, true, 50), "\"parts\" : [{\"unit\" : \"H11.10\", \"state\" : \"queued\"");
    has(list(BESIDE, true, 50), "\"step_warning\" : \"near\""); /* of its own time */
    has(list(UNIT, true, 50), "\"step_warning\" : null");
    has(list(UNIT, true, 50), "\"warning\" : \"near\"}");
    has(list(BEHIND, true, 50), "\"items\" : []");
    assert_string_equal(ask(&appraisal_read_one, DB_ARGS(db_uuid(bench->dossier), db_text(BEHIND))), "");
    batch(assign);
    has(list(UNIT, true, 50), "\"officer\" : \"td01\"");
    has(list(BESIDE, true, 50), "\"items\" : []"); /* it has given its part; the step goes on */
    has(list(BESIDE, false, 50), "\"state\" : \"assigned\"");
    has(list(BEHIND, true, 50), "\"state\" : \"queued\"");
    batch(verify);
    has(list(BEHIND, true, 50), "\"state\" : \"queued\"");
    batch(conclude);
    has(list(UNIT, true, 50), "\"items\" : []");
    has(list(BEHIND, true, 50), "\"items\" : []");
    has(list(FRONT, false, 50), "\"opinion\" : \"for\"");
    has(list(FRONT, false, 50), "\"due_at\" : \"2019-10-02T");
    const char *one = ask(&appraisal_read_one, DB_ARGS(db_uuid(bench->dossier), db_text(FRONT)));
    has(one, "\"approvers\" : [\"pd01\", \"pd02\"]");
    has(one, "\"held\" : false");
    has(one, "\"unit\" : \"H11.11\", \"state\" : \"lapsed\"");
    has(ask(&appraisal_read_one, DB_ARGS(db_uuid(bench->dossier), db_text(BESIDE))), "\"opinion\" : \"against\"");
    has(one, "\"kind\" : \"verify\"");
    has(one, "\"participants\" : [\"td01\",\"td02\"], \"others\" : 4");
    has(one, "\"due_at\" : \"2019-10-02T");
    assert_string_equal(ask(&appraisal_read_one, DB_ARGS(db_uuid(bench->dossier), db_text("H11.36"))), "");
    has(one, "\"late\" : false");
    batch(answer_late);
    batch(look_again);
    one = ask(&appraisal_read_one, DB_ARGS(db_uuid(bench->dossier), db_text(FRONT)));
    has(one, "\"answered_at\" : \"2019-10-02T");
    has(one, "\"late\" : true, \"opinion\" : \"for\"");
}

static void finds_nothing(struct subject *s, struct arena *a UNUSED)
{
    assert_false(s->known);
    assert_null(s->state);
}

/* Another instance may commit a dossier behind the lock of the subjects and before the last row of the state is read.
 */
static void what_was_begun_meanwhile_is_not_here_yet(void **state)
{
    (void)state;
    if (!bench) {
        print_message("# TEST_PG is not set\n");
        skip();
    }
    batch(receive);
    batch(assign);
    ask(&hide_subject, DB_ARGS(db_uuid(bench->dossier)));
    batch(finds_nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_kept_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_begun_meanwhile_is_not_here_yet, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
