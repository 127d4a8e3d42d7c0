/* SPDX-License-Identifier: Apache-2.0 */
/* What the officer at the counter did at once, at return through the real executor: numbered, sealed and handed over
 * with Signed, also when that had to wait for Received and its series and seal are named only then. */
#include "tests/pg/stage_bench.h"

#include "services/return/commands.h"
#include "services/return/events.h"
#include "services/return/repo.h"
#include "services/return/return.h"

#define UNIT "H11.35.21"
#define WHO  UNIT "-tc01"
#define THEN INT64_C(1569895200000000) /* 2019-10-01 02:00 UTC */

extern const struct embedded return_sql[];

static void recorded(const char *kind, const char *code, struct return_command c)
{
    struct work *w = new_work(WORK_COMMAND, kind, command_subject_of_code(kind, code));
    struct return_command *copy = ARENA_NEW(bench->f.arena, struct return_command);
    *copy = c;
    w->act = (int)c.act;
    w->command = copy;
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
    bench_open("return_at_once", &(struct service){.name = "return",
                                                   .source = SOURCE_RETURN,
                                                   .projections = return_projections,
                                                   .projection_count = return_projection_count,
                                                   .ops = &return_ops,
                                                   .migrations = return_sql});
    unit(UNIT);
    officer(WHO, UNIT, "Q1", "receiver appraiser approver clerk returner");
    process("spot", false);
    close_release(3);
    recorded(RETURN_SERIES, "kq",
             (struct return_command){.act = RETURN_ACT_RECORD_SERIES,
                                     .series_record = {.code = "kq",
                                                       .unit = UNIT,
                                                       .outcome = OUTCOME_GRANTED,
                                                       .pattern = "{n}/KQ-UBND",
                                                       .valid_from = instant_day(THEN)}});
    recorded(RETURN_SEAL, "s2",
             (struct return_command){.act = RETURN_ACT_RECORD_SEAL,
                                     .seal_record = {.code = "s2",
                                                     .unit = UNIT,
                                                     .ordinal = 2,
                                                     .keeper = WHO,
                                                     .place = "Q1",
                                                     .registration = "01/ĐKMD",
                                                     .permission = "12/QĐ-UBND",
                                                     .valid_from = instant_day(THEN)}});
    return 0;
}

/* hears_of gives intake's and approval's event of a dossier that was signed at once, and issued with this seal. */
static void hears_of(struct id id, const char *seal, struct work **ret_received, struct work **ret_signed)
{
    struct arena *a = bench->f.arena;
    struct document_handle paper = {.id = id_new(), .sha256 = {9}, .pages = 2};
    char *roles[] = {arena_strdup(a, "clerk"), arena_strdup(a, "returner")};
    Taicho__V1__SameDayReturn returned = TAICHO__V1__SAME_DAY_RETURN__INIT;
    Taicho__V1__SameDay same_day = TAICHO__V1__SAME_DAY__INIT;
    Taicho__V1__Received received = TAICHO__V1__RECEIVED__INIT;
    Taicho__V1__Signed signed_ = TAICHO__V1__SIGNED__INIT;
    Taicho__V1__LifecycleEvent r = TAICHO__V1__LIFECYCLE_EVENT__INIT, m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct event first = told(SOURCE_INTAKE, id, UNIT, "spot", 1), second = told(SOURCE_APPROVAL, id, UNIT, "spot", 3);

    returned.series = arena_strdup(a, "kq");
    returned.seal = arena_strdup(a, seal);
    returned.delivery = TAICHO__V1__DELIVERY__DELIVERY_COUNTER;
    returned.who = TAICHO__V1__COLLECTOR__COLLECTOR_APPLICANT;
    returned.paper = TAICHO__V1__PROOF__PROOF_RECEIPT;
    same_day.roles = roles;
    same_day.n_roles = COUNT_OF(roles);
    same_day.opinion = TAICHO__V1__OPINION__OPINION_FOR;
    same_day.draft = signed_.document = event_handle_pack(&paper, a);
    same_day.mandate = signed_.mandate = arena_strdup(a, "m1");
    same_day.returned = &returned;
    received.counter = arena_strdup(a, "Q1");
    received.receiving_unit = arena_strdup(a, UNIT);
    received.due_at = signed_.signed_at = THEN;
    received.same_day = signed_.same_day = &same_day;
    signed_.signer = arena_strdup(a, WHO);
    signed_.form = TAICHO__V1__SIGNATURE_FORM__SIGNATURE_FORM_TUQ;
    signed_.kind = TAICHO__V1__SIGNATURE_KIND__SIGNATURE_KIND_INK_ATTESTED;
    signed_.outcome = TAICHO__V1__OUTCOME__OUTCOME_GRANTED;
    r.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
    r.received = &received;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SIGNED;
    m.signed_ = &signed_;
    first.actor = second.actor = WHO;
    first.occurred_at = second.occurred_at = THEN;
    first.recorded_at = second.recorded_at = THEN;
    second.seen[SOURCE_INTAKE] = 1;
    second.last = true;
    *ret_received = event_work(&first, &r);
    *ret_signed = event_work(&second, &m);
}

/* is compares the dossier's document: its state, its number of 2019, how many events tell of it, what was forbidden. */
static void is(struct id id, const char *wanted)
{
    static int n;
    struct db_stmt s = {
        arena_printf(bench->f.arena, "test_return_at_once_%d", n++),
        "SELECT concat_ws(' ', t.state, i.text, s.version, d.forbidden ->> 'act', t.handed_over_at = t.signed_at)"
        "  FROM return.document t JOIN return.subject s ON s.id = t.dossier JOIN return.dossier d ON d.id = s.id"
        "  LEFT JOIN return.issued_number i ON i.dossier = d.id AND i.year = 2019 WHERE s.id = $1 AND s.hold IS NULL"};
    struct err e = {0};
    struct db_answer *q;
    ok(db_run(bench->f.db, bench->f.arena, &s, DB_ARGS(db_uuid(id)), &q, &e), &e);
    assert_int_equal(db_count(q), 1);
    assert_string_equal(db_get_text(q, 0, 0), wanted);
    db_forget(bench->f.db);
}

static void in_the_usual_order_and_once(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *signed_;
    hears_of(id, "s2", &received, &signed_);
    go(&received, 1);
    go(&signed_, 1);
    is(id, "handed_over 01/KQ-UBND 4 t");
    go(&signed_, 1); /* the same event again */
    is(id, "handed_over 01/KQ-UBND 4 t");
}

/* Neither series nor seal is named by any piece of the batch: they come to light with the event that waited. */
static void the_signature_waits_for_the_receipt(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *signed_;
    hears_of(id, "s2", &received, &signed_);
    go(&signed_, 1);
    go(&received, 1);
    is(id, "handed_over 02/KQ-UBND 4 t");
}

static void both_in_one_batch(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *works[2];
    hears_of(id, "s2", &works[1], &works[0]);
    go(works, 2);
    is(id, "handed_over 03/KQ-UBND 4 t");
}

static void what_a_rule_forbids_is_left_to_the_queue(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = id_new();
    struct work *received, *signed_;
    hears_of(id, "no-such-seal", &received, &signed_);
    go(&signed_, 1);
    go(&received, 1);
    is(id, "numbered 04/KQ-UBND 1 seal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_usual_order_and_once),
        cmocka_unit_test(the_signature_waits_for_the_receipt),
        cmocka_unit_test(both_in_one_batch),
        cmocka_unit_test(what_a_rule_forbids_is_left_to_the_queue),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
