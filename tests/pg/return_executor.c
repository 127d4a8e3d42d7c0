/* SPDX-License-Identifier: Apache-2.0 */
/* Return through the real executor on PostgreSQL: registers, both outcomes to the archive, dense numbers, the reads. */
#include "tests/pg/stage_bench.h"

#include "services/return/commands.h"
#include "services/return/events.h"
#include "services/return/repo.h"
#include "services/return/return.h"

#include "taicho/v1/catalogue.pb-c.h"
#include "taicho/v1/lifecycle.pb-c.h"

#define UNIT  "H11.35"
#define FRONT "H11.35.21"

extern const struct embedded return_sql[];

static struct work *act(const char *actor, const char *unit, const char *kind, struct id subject,
                        const struct return_command *c)
{
    struct work *w = new_work(WORK_COMMAND, kind, subject);
    struct return_command *copy = ARENA_NEW(bench->f.arena, struct return_command);
    *copy = *c;
    w->act = (int)c->act;
    w->command = copy;
    w->creates = c->act == RETURN_ACT_RECORD_SEAL || c->act == RETURN_ACT_RECORD_SERIES;
    w->idempotency_key = arena_printf(bench->f.arena, "key-%d", ++key_count);
    w->body_digest = digest_of("x", 1);
    w->command_id = id_new();
    snprintf(w->actor.subject, sizeof w->actor.subject, "%s", actor);
    snprintf(w->actor.unit, sizeof w->actor.unit, "%s", unit);
    return w;
}

static int set_up(void **state)
{
    (void)state;
    if (!getenv("TEST_PG"))
        return 0;
    bench_open("return_executor", &(struct service){.name = "return",
                                                    .source = SOURCE_RETURN,
                                                    .projections = return_projections,
                                                    .projection_count = return_projection_count,
                                                    .ops = &return_ops,
                                                    .migrations = return_sql});
    unit(UNIT);
    unit(FRONT);
    officer("vt01", UNIT, "", "clerk");
    officer("vt02", UNIT, "Q1", "clerk");
    officer("tk00", UNIT, "Q1", "returner");
    officer("tk01", FRONT, "Q9", "returner");
    officer("tr00", UNIT, "", "head");
    process("spot", false);
    process("office", true);
    term("collection_reminders", 2, 0);
    term("late_entry", 400, 0);
    close_release(11);
    return 0;
}

static struct work *heard(enum source source, struct id subject, const char *process_id, int step, bool last,
                          Taicho__V1__LifecycleEvent *m)
{
    struct event e = told(source, subject, UNIT, process_id, step);
    e.last = last;
    if (source == SOURCE_APPROVAL)
        e.seen[SOURCE_INTAKE] = 1;
    return event_work(&e, m);
}

/* A dossier whose last decision is signed. */
static struct id signed_dossier(const char *process_id, Taicho__V1__Outcome outcome)
{
    struct id id = id_new();
    struct document_handle handle = {.id = id_new(), .sha256 = {9}, .pages = 2};
    Taicho__V1__LifecycleEvent r = TAICHO__V1__LIFECYCLE_EVENT__INIT, s = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__Received received = TAICHO__V1__RECEIVED__INIT;
    Taicho__V1__Signed signed_ = TAICHO__V1__SIGNED__INIT;
    received.counter = arena_strdup(bench->f.arena, "Q1");
    received.receiving_unit = arena_strdup(bench->f.arena, strcmp(process_id, "spot") == 0 ? UNIT : FRONT);
    received.due_at = instant_real();
    r.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
    r.received = &received;
    signed_.signer = arena_strdup(bench->f.arena, "pd01");
    signed_.mandate = arena_strdup(bench->f.arena, "pd01-kt");
    signed_.form = TAICHO__V1__SIGNATURE_FORM__SIGNATURE_FORM_KT;
    signed_.kind = TAICHO__V1__SIGNATURE_KIND__SIGNATURE_KIND_INK_ATTESTED;
    signed_.signed_at = 1;
    signed_.document = event_handle_pack(&handle, bench->f.arena);
    signed_.outcome = outcome;
    s.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SIGNED;
    s.signed_ = &signed_;
    struct work *works[] = {heard(SOURCE_INTAKE, id, process_id, 1, false, &r),
                            heard(SOURCE_APPROVAL, id, process_id, 3, true, &s)};
    go(works, 2);
    return id;
}

/* ---- commands, one by one */

static struct work *does(const char *actor, struct id dossier, struct return_command c)
{
    struct work *w = act(actor, strcmp(actor, "tk01") == 0 ? FRONT : UNIT, "dossier", dossier, &c);
    go(&w, 1);
    return w;
}

static void done_well(const struct work *w, const char *part)
{
    if (w->refusal.code)
        fail_msg("refused: %s", w->refusal.en);
    if (!strstr(w->answer, part))
        fail_msg("no %s in %s", part, w->answer);
}

static struct return_command numbering(const char *series)
{
    return (struct return_command){.act = RETURN_ACT_NUMBER, .series = series};
}

static struct return_command seal(const char *code)
{
    return (struct return_command){.act = RETURN_ACT_SEAL, .seal = code};
}

static struct return_command plain(enum return_act a)
{
    return (struct return_command){.act = a,
                                   .delivery = DELIVERY_COUNTER,
                                   .handing = {.who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT},
                                   .undelivered = UNDELIVERED_MOVED};
}

static struct work *records(struct return_command c)
{
    bool is_seal = c.act == RETURN_ACT_RECORD_SEAL;
    const char *kind = is_seal ? RETURN_SEAL : RETURN_SERIES;
    return act("admin", UNIT, kind, command_subject_of_code(kind, is_seal ? c.seal_record.code : c.series_record.code),
               &c);
}

static struct work *recorded(struct return_command c)
{
    struct work *w = records(c);
    go(&w, 1);
    return w;
}

static struct return_command a_series(const char *code, int outcome, const char *pattern)
{
    return (struct return_command){
        .act = RETURN_ACT_RECORD_SERIES,
        .series_record = {.code = code, .unit = UNIT, .outcome = outcome, .pattern = pattern, .valid_from = 17897}};
}

static struct return_command a_seal(const char *code, int ordinal, const char *keeper, const char *place)
{
    return (struct return_command){.act = RETURN_ACT_RECORD_SEAL,
                                   .seal_record = {.code = code,
                                                   .unit = UNIT,
                                                   .ordinal = ordinal,
                                                   .keeper = keeper,
                                                   .place = place,
                                                   .registration = "01/ĐKMD",
                                                   .permission = ordinal == 2 ? "12/QĐ-UBND" : "",
                                                   .valid_from = 17897}};
}

static void registers(void)
{
    struct work *works[] = {records(a_series("kq", OUTCOME_GRANTED, "{n}/KQ-UBND")),
                            records(a_series("tb", OUTCOME_REFUSED, "{n}/TB-UBND")),
                            records(a_seal("s1", 1, "vt01", "office")), records(a_seal("s2", 2, "vt02", "Q1"))};
    go(works, COUNT_OF(works));
    for (size_t i = 0; i < COUNT_OF(works); i++) {
        done_well(works[i], "\"version\":1");
        assert_int_equal(works[i]->status, 201);
    }
}

static const char *ask(const struct db_stmt *stmt, const struct db_arg *args, size_t count)
{
    struct err e = {0};
    struct db_answer *q;
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_run(db, bench->f.arena, stmt, args, count, &q, &e), &e);
    const char *text = db_count(q) ? arena_strdup(bench->f.arena, db_get_text(q, 0, 0)) : NULL;
    db_close(db);
    return text ? text : "";
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no %s in %s", part, text);
}

/* ---- tests */

static void every_statement_fits_the_schema(void **state)
{
    struct err e = {0};
    size_t n = 0;
    (void)state;
    NEEDS_PG();
    while (return_statements[n])
        n++;
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_check(db, return_statements, n, &e), &e);
    db_close(db);
}

static void registers_are_recorded_once(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct work *again = recorded(a_seal("s2", 2, "vt02", "Q1"));
    assert_int_equal(again->status, 200);
    done_well(again, "\"version\":1");
    struct return_command ended = a_series("kq", OUTCOME_GRANTED, "{n}/KQ-UBND");
    ended.series_record.valid_to = 99999;
    done_well(recorded(ended), "\"version\":2");
    struct work *wrong = recorded(a_seal("s1", 2, "vt01", "office"));
    assert_int_equal(wrong->refusal.code, ERR_CONFLICT);
    has(ask(&return_list_seals, DB_ARGS(db_text(""), db_text(""), db_int4(50))), "\"ordinal\" : \"second\"");
    has(ask(&return_list_series, DB_ARGS(db_text(UNIT), db_text("kq"), db_int4(1))), "\"next\" : \"tb\"");
}

static void on_the_spot_to_the_archive(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id id = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    assert_int_equal(does("vt02", id, seal("s2"))->refusal.code, ERR_ILLEGAL_MOVE);
    done_well(does("vt02", id, numbering("kq")), "\"number_text\":\"01/KQ-UBND\"");
    assert_int_equal(does("vt01", id, seal("s1"))->refusal.code, ERR_INVALID);
    done_well(does("vt02", id, seal("s2")), "\"state\":\"sealed\"");
    done_well(does("tk00", id, plain(RETURN_ACT_MAKE_READY)), "\"state\":\"ready\"");
    const char *list =
        ask(&return_list_of_unit, DB_ARGS(db_text(UNIT), db_bool(true), db_text(""), db_text(""), db_time(0),
                                          db_uuid(id_nil), db_int4(0), db_int4(0), db_int4(50)));
    has(list, "\"number_text\" : \"01/KQ-UBND\"");
    has(list, "\"next\" : null");
    done_well(does("tk00", id, plain(RETURN_ACT_DELIVER)), "\"delivery\":\"counter\"");
    done_well(does("vt02", id, plain(RETURN_ACT_ARCHIVE)), "\"version\":5");
    const char *one = ask(&return_read_one, DB_ARGS(db_uuid(id), db_text(UNIT)));
    has(one, "\"state\" : \"archived\"");
    has(one, "\"seal_place\" : \"Q1\"");
    assert_string_equal(ask(&return_read_one, DB_ARGS(db_uuid(id), db_text("H11.36"))), "");
    has(ask(&return_list_of_all, DB_ARGS(db_text(""), db_bool(false), db_text("archived"), db_text(""), db_time(0),
                                         db_uuid(id_nil), db_int4(0), db_int4(0), db_int4(1))),
        id_text(id).s);
    const char *book =
        ask(&return_list_seal_uses, DB_ARGS(db_text("s2"), db_text(UNIT), db_time(0), db_uuid(id_nil), db_int4(1)));
    has(book, "\"form\" : \"KT\"");
    has(book, "\"next\" : \"1");
    has(ask(&return_list_seal_uses, DB_ARGS(db_text("s1"), db_text(""), db_time(0), db_uuid(id_nil), db_int4(1))),
        "\"items\" : []");
    assert_string_equal(
        ask(&return_list_seal_uses, DB_ARGS(db_text("s9"), db_text(""), db_time(0), db_uuid(id_nil), db_int4(1))), "");
}

static void a_refusal_through_the_office(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id id = signed_dossier("office", TAICHO__V1__OUTCOME__OUTCOME_REFUSED);
    assert_int_equal(does("vt01", id, numbering("kq"))->refusal.code, ERR_INVALID);
    done_well(does("vt01", id, numbering("tb")), "\"number_text\":\"01/TB-UBND\"");
    done_well(does("vt01", id, seal("s1")), "\"outcome\":\"refused\"");
    assert_int_equal(does("tk01", id, plain(RETURN_ACT_MAKE_READY))->refusal.code, ERR_ILLEGAL_MOVE);
    done_well(does("vt01", id, plain(RETURN_ACT_GIVE)), "\"hand_over\":\"given\"");
    struct return_command damaged = plain(RETURN_ACT_REFUSE_HAND_OVER);
    damaged.fault = HAND_OVER_FAULT_DAMAGED;
    done_well(does("tk01", id, damaged), "\"hand_over\":\"refused\",\"hand_over_fault\":\"damaged\"");
    has(ask(&return_read_one, DB_ARGS(db_uuid(id), db_text(UNIT))), "\"hand_over_fault\" : \"damaged\"");
    done_well(does("vt01", id, plain(RETURN_ACT_GIVE)), "\"hand_over\":\"given\"");
    has(ask(&return_read_one, DB_ARGS(db_uuid(id), db_text(UNIT))), "\"hand_over_fault\" : null");
    done_well(does("tk01", id, plain(RETURN_ACT_TAKE)), "\"hand_over\":\"taken\"");
    done_well(does("tk01", id, plain(RETURN_ACT_MAKE_READY)), "\"state\":\"ready\"");
    done_well(does("tk01", id, plain(RETURN_ACT_DELIVER)), "\"state\":\"handed_over\"");
    done_well(does("vt01", id, plain(RETURN_ACT_ARCHIVE)), "\"state\":\"archived\"");
}

/* ---- what was tried without its evidence */

static const char *refused_acts(const char *unit)
{
    return ask(&return_list_refused, DB_ARGS(db_text(unit), db_time(0), db_uuid(id_nil), db_int4(50)));
}

static int64_t count_refused(const char *act)
{
    static const struct db_stmt count = {"test_refused", "SELECT count(*) FROM refused_act WHERE act = $1"};
    struct err e = {0};
    struct db_answer *q;
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_run(db, bench->f.arena, &count, DB_ARGS(db_text(act)), &q, &e), &e);
    int64_t n = db_get_int(q, 0, 0);
    db_close(db);
    return n;
}

/* Alone in its batch, in one with others, again with the same key, and again with another: kept once a day. */
static void what_was_tried_without_its_evidence_is_kept(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id id = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    struct return_command early = seal("s2"), number = numbering("kq"), deliver = plain(RETURN_ACT_DELIVER);
    struct work *first = act("vt02", UNIT, "dossier", id, &early);
    go(&first, 1);
    assert_int_equal(first->refusal.code, ERR_ILLEGAL_MOVE);
    assert_int_equal(count_refused("seal"), 1);
    struct work *repeated = act("vt02", UNIT, "dossier", id, &early);
    repeated->idempotency_key = first->idempotency_key;
    go(&repeated, 1);
    assert_int_equal(repeated->status, 409);
    assert_int_equal(does("vt02", id, early)->refusal.code, ERR_ILLEGAL_MOVE);
    assert_int_equal(count_refused("seal"), 1);

    struct work *works[] = {act("tk00", UNIT, "dossier", id, &deliver), act("vt02", UNIT, "dossier", id, &number)};
    go(works, 2);
    assert_int_equal(works[0]->refusal.code, ERR_ILLEGAL_MOVE);
    done_well(works[1], "\"version\":1"); /* what was refused is no version of the dossier */
    assert_int_equal(count_refused("deliver"), 1);
    assert_int_equal(does("vt01", id, seal("s1"))->refusal.code, ERR_INVALID); /* the wrong seal */
    assert_int_equal(count_refused("seal"), 1);

    has(refused_acts(""), "\"act\" : \"seal\", \"missing\" : \"number\", \"actor\" : \"vt02\"");
    has(refused_acts(UNIT), "\"act\" : \"deliver\", \"missing\" : \"number\", \"actor\" : \"tk00\"");
    has(refused_acts("H11.36"), "\"items\" : []");
}

static void what_was_tried_stays(void **state)
{
    static const struct db_stmt forget = {"test_forget", "DELETE FROM refused_act"};
    struct err e = {0};
    (void)state;
    NEEDS_PG();
    struct id id = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    assert_int_equal(does("tk00", id, plain(RETURN_ACT_DELIVER))->refusal.code, ERR_ILLEGAL_MOVE);
    struct db *db = fixture_service(&bench->f, "return");
    assert_int_not_equal(db_run(db, bench->f.arena, &forget, DB_NO_ARGS, NULL, &e), ERR_OK);
    db_close(db);
    assert_int_equal(count_refused("deliver"), 1);
}

/* ---- the ways of return */

static struct id made_ready(void)
{
    struct id id = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    done_well(does("vt02", id, numbering("kq")), "\"number_text\"");
    done_well(does("vt02", id, seal("s2")), "\"state\":\"sealed\"");
    done_well(does("tk00", id, plain(RETURN_ACT_MAKE_READY)), "\"state\":\"ready\"");
    return id;
}

static struct id lies_ready(void)
{
    registers();
    return made_ready();
}

static const char *shown(struct id id)
{
    return ask(&return_read_one, DB_ARGS(db_uuid(id), db_text(UNIT)));
}

/* listed tells whether the dossier is on the open list of the unit. */
static bool listed(struct id id)
{
    return strstr(ask(&return_list_of_unit, DB_ARGS(db_text(UNIT), db_bool(true), db_text(""), db_text(""), db_time(0),
                                                    db_uuid(id_nil), db_int4(0), db_int4(0), db_int4(50))),
                  id_text(id).s) != NULL;
}

static const struct db_stmt read_timer = {"test_timer",
                                          "SELECT due_at FROM timer WHERE subject = $1 AND act = 'collection'"};
static const struct db_stmt pull_timer = {"test_pull", "UPDATE timer SET due_at = '2000-01-01' WHERE subject = $1"};

/* watched_until gives when it is told next that nobody came. */
static instant watched_until(struct id id)
{
    struct err e = {0};
    struct db_answer *q;
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_run(db, bench->f.arena, &read_timer, DB_ARGS(db_uuid(id)), &q, &e), &e);
    instant at = db_count(q) ? db_get_time(q, 0, 0) : INSTANT_NONE;
    db_close(db);
    return at;
}

/* reminds lets the timer fall due and gives it to the executor. */
static void reminds(struct id id)
{
    struct err e = {0};
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_run(db, bench->f.arena, &pull_timer, DB_ARGS(db_uuid(id)), NULL, &e), &e);
    db_close(db);
    struct work *w = new_work(WORK_TIMER, "dossier", id);
    w->act = RETURN_ACT_REMIND;
    go(&w, 1);
}

static struct work *files(struct id id, struct document_handle handle, Taicho__V1__DocumentKind kind, int version)
{
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__DocumentFiled filed = TAICHO__V1__DOCUMENT_FILED__INIT;
    filed.kind = kind;
    filed.document = event_handle_pack(&handle, bench->f.arena);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DOCUMENT_FILED;
    m.document_filed = &filed;
    struct event e = told(SOURCE_INTAKE, id, UNIT, "spot", 0);
    e.version = version;
    struct work *w = event_work(&e, &m);
    go(&w, 1);
    return w;
}

static void a_proxy_comes_with_what_was_filed(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = lies_ready();
    struct document_handle handle = {.id = id_new(), .sha256 = {5}, .pages = 1};
    struct return_command c = plain(RETURN_ACT_DELIVER);
    c.handing.who = COLLECTOR_PROXY;
    c.handing.authorisation = handle;
    struct work *early = act("tk00", UNIT, "dossier", id, &c);
    early->wants[SOURCE_INTAKE] = 2;
    go(&early, 1);
    assert_int_equal(early->refusal.code, ERR_NOT_YET);
    files(id, (struct document_handle){.id = id_new(), .sha256 = {4}, .pages = 1},
          TAICHO__V1__DOCUMENT_KIND__DOCUMENT_KIND_COMPONENT, 2);
    assert_string_equal(does("tk00", id, c)->refusal.field, "authorisation.id");
    files(id, handle, TAICHO__V1__DOCUMENT_KIND__DOCUMENT_KIND_AUTHORISATION, 3);
    assert_string_equal(does("tk00", id, c)->refusal.field, "collector");
    c.handing.collector = (struct document_handle){.id = id_new(), .sha256 = {6}, .pages = 1};
    files(id, c.handing.collector, TAICHO__V1__DOCUMENT_KIND__DOCUMENT_KIND_COLLECTOR, 4);
    done_well(does("tk00", id, c), arena_printf(bench->f.arena, "\"authorisation\":\"%s\",\"collector\":\"%s\"",
                                                id_text(handle.id).s, id_text(c.handing.collector.id).s));
    has(shown(id), arena_printf(bench->f.arena, "\"authorisation\" : \"%s\", \"collector\" : \"%s\"",
                                id_text(handle.id).s, id_text(c.handing.collector.id).s));
    assert_true(watched_until(id) == INSTANT_NONE);
}

static void the_post_brings_it_back(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = lies_ready();
    struct return_command c = plain(RETURN_ACT_DELIVER);
    c.delivery = DELIVERY_POST;
    c.handing = (struct return_handing){.consignment = "EE123456785VN"};
    done_well(does("tk00", id, c), "\"consignment\":\"EE123456785VN\"");
    done_well(does("vt02", id, plain(RETURN_ACT_ARCHIVE)), "\"state\":\"archived\"");
    assert_false(listed(id));
    done_well(does("tk00", id, plain(RETURN_ACT_COME_BACK)), "\"came_back\":\"moved\"");
    assert_true(listed(id));
    has(shown(id), "\"came_back\" : \"moved\"");
    has(shown(id), "\"consignment\" : null");
    assert_true(watched_until(id) != INSTANT_NONE);
    done_well(does("tk00", id, plain(RETURN_ACT_DELIVER)), "\"who\":\"applicant\"");
    done_well(does("vt02", id, plain(RETURN_ACT_ARCHIVE)), "\"state\":\"archived\"");
    assert_false(listed(id));
}

/* By the terms: after 30 days, twice; then it may be archived, and is given all the same to whoever comes. */
static void nobody_comes_for_it(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = lies_ready();
    instant first = watched_until(id);
    assert_true(first != INSTANT_NONE && first - instant_real() > 29 * INSTANT_DAY &&
                first - instant_real() < 31 * INSTANT_DAY);
    struct work *w = new_work(WORK_TIMER, "dossier", id); /* not due: nothing happens */
    w->act = RETURN_ACT_REMIND;
    go(&w, 1);
    has(shown(id), "\"reminders\" : 0");
    reminds(id);
    has(shown(id), "\"reminders\" : 1");
    assert_true(watched_until(id) > instant_real());
    assert_int_equal(does("vt02", id, plain(RETURN_ACT_ARCHIVE))->refusal.code, ERR_ILLEGAL_MOVE);
    reminds(id);
    has(shown(id), "\"reminders\" : 2");
    assert_true(watched_until(id) == INSTANT_NONE);
    done_well(does("vt02", id, plain(RETURN_ACT_ARCHIVE)), "\"state\":\"unclaimed\"");
    assert_false(listed(id));
    has(shown(id), "\"state\" : \"unclaimed\"");
    done_well(does("tk00", id, plain(RETURN_ACT_DELIVER)), "\"state\":\"handed_over\"");
    assert_true(listed(id));
    done_well(does("vt02", id, plain(RETURN_ACT_ARCHIVE)), "\"state\":\"archived\"");
}

/* A moment that is set stays; the next one is by the term that holds now for the day since which it lies ready. */
static void a_reminder_that_is_set_keeps_its_moment_when_the_term_changes(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = lies_ready();
    instant first = watched_until(id);
    int32_t since = instant_day(first - 30 * INSTANT_DAY); /* the day, and not today: that may be over by now */
    term("collection_remind", 10, since + 1);              /* what lies there since that day is not meant */
    close_release(1);
    assert_true(watched_until(id) == first);
    reminds(id);
    instant second = watched_until(id);
    assert_true(second - instant_real() > 29 * INSTANT_DAY && second - instant_real() < 31 * INSTANT_DAY);

    struct id other = made_ready();
    first = watched_until(other);
    term("collection_remind", 10, since - 1); /* put right: since the day before */
    close_release(1);
    assert_true(watched_until(other) == first && first - instant_real() > 29 * INSTANT_DAY);
    reminds(other);
    assert_true(watched_until(other) - instant_real() > 9 * INSTANT_DAY &&
                watched_until(other) - instant_real() < 11 * INSTANT_DAY);
}

/* Numbers of one batch follow each other; a refused act between them takes none. */
static void numbers_are_dense(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id ids[3];
    struct work *works[4];
    struct return_command kq = numbering("kq"), tb = numbering("tb");
    for (size_t i = 0; i < COUNT_OF(ids); i++)
        ids[i] = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    works[0] = act("vt01", UNIT, "dossier", ids[0], &kq);
    works[1] = act("vt01", UNIT, "dossier", ids[1], &tb);
    works[2] = act("vt01", UNIT, "dossier", ids[1], &kq);
    works[3] = act("vt02", UNIT, "dossier", ids[2], &kq);
    go(works, COUNT_OF(works));
    done_well(works[0], "\"01/KQ-UBND\"");
    assert_int_equal(works[1]->refusal.code, ERR_INVALID);
    done_well(works[2], "\"02/KQ-UBND\"");
    done_well(works[3], "\"03/KQ-UBND\"");
    has(ask(&return_list_series, DB_ARGS(db_text(""), db_text(""), db_int4(50))), "\"last_number\" : \"03/KQ-UBND\"");
}

/* As done at nine on the last day of last year, with one minute more each time. */
static struct work *does_late(const char *actor, struct id dossier, struct return_command c, int minute,
                              const char *superior)
{
    struct civil civil = {
        .year = instant_civil(instant_real()).year - 1, .month = 12, .day = 31, .hour = 9, .minute = minute};
    struct late_entry *late = ARENA_NEW(bench->f.arena, struct late_entry);
    struct work *w = act(actor, UNIT, "dossier", dossier, &c);

    *late = (struct late_entry){.occurred_at = instant_from_civil(&civil), .reason = "power", .superior = superior};
    w->late = late;
    go(&w, 1);
    return w;
}

/* last_event reads what was emitted last. */
static struct event last_event(void)
{
    static const struct db_stmt stmt = {"test_last_event", "SELECT value FROM outbox_row ORDER BY id DESC LIMIT 1"};
    struct err e = {0};
    struct db_answer *q;
    struct event event;
    const Taicho__V1__LifecycleEvent *m;
    struct db *db = fixture_service(&bench->f, "return");
    ok(db_run(db, bench->f.arena, &stmt, DB_NO_ARGS, &q, &e), &e);
    ok(event_read(db_get_bytes(q, 0, 0), bench->f.arena, &event, &m, &e), &e);
    db_close(db);
    return event;
}

/* Entered after the turn of the year: the next number of the year in which it was numbered on paper. */
static void a_late_number_belongs_to_its_year(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    int year = instant_civil(instant_real()).year;
    struct id old = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED),
              older = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED),
              usual = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    struct return_command kq = numbering("kq");

    done_well(does_late("vt02", old, kq, 10, "tr00"),
              arena_printf(bench->f.arena, "\"year\":%d,\"number\":1,", year - 1));
    struct event e = last_event();
    assert_string_equal(e.late_reason, "power");
    assert_string_equal(e.late_superior, "tr00");
    assert_int_equal(instant_civil(e.occurred_at).minute, 10);
    assert_int_equal(instant_civil(e.occurred_at).year, year - 1);
    assert_true(e.recorded_at > e.occurred_at && instant_civil(e.recorded_at).year == year);
    done_well(does("vt02", usual, kq), arena_printf(bench->f.arena, "\"year\":%d,\"number\":1,", year));
    e = last_event();
    assert_string_equal(e.late_reason, "");
    assert_true(e.recorded_at == e.occurred_at);
    done_well(does_late("vt02", older, kq, 5, "tr00"),
              arena_printf(bench->f.arena, "\"year\":%d,\"number\":2,", year - 1));
}

/* What is refused takes no number; what was done since is not come before. */
static void a_late_act_keeps_the_order_of_its_dossier(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id id = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED),
              other = signed_dossier("spot", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    struct work *w = does_late("vt02", id, numbering("kq"), 10, "vt01");

    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_string_equal(w->refusal.field, "Taicho-Late-Entry.superior");
    done_well(does_late("vt02", id, numbering("kq"), 10, "tr00"), "\"number\":1,");
    w = does_late("vt02", id, seal("s2"), 9, "tr00");
    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_string_equal(w->refusal.field, "Taicho-Late-Entry.occurred_at");
    done_well(does_late("vt02", id, seal("s2"), 10, "tr00"), "\"state\":\"sealed\"");
    done_well(does("tk00", id, plain(RETURN_ACT_MAKE_READY)), "\"state\":\"ready\"");
    w = does_late("tk00", id, plain(RETURN_ACT_DELIVER), 30, "tr00");
    assert_string_equal(w->refusal.field, "Taicho-Late-Entry.occurred_at"); /* it was made ready since */
    done_well(does("tk00", id, plain(RETURN_ACT_DELIVER)), "\"state\":\"handed_over\"");
    done_well(does_late("vt02", other, numbering("kq"), 0, "tr00"), "\"number\":2,");
}

/* A seal that is handed to another keeper is another's from that commit on, within a batch too. */
static void a_seal_changes_hands(void **state)
{
    (void)state;
    NEEDS_PG();
    registers();
    struct id id = signed_dossier("office", TAICHO__V1__OUTCOME__OUTCOME_GRANTED);
    struct return_command s1 = seal("s1");
    done_well(does("vt01", id, numbering("kq")), "01/KQ");
    struct work *works[] = {records(a_seal("s1", 1, "vt02", "Q1")), act("vt01", UNIT, "dossier", id, &s1),
                            act("vt02", UNIT, "dossier", id, &s1)};
    go(works, COUNT_OF(works));
    done_well(works[0], "\"version\":2");
    assert_int_equal(works[1]->refusal.code, ERR_FORBIDDEN);
    done_well(works[2], "\"state\":\"sealed\"");
    struct return_command number_on_a_seal = numbering("kq");
    struct work *w = act("vt01", UNIT, "dossier", command_subject_of_code(RETURN_SEAL, "s1"), &number_on_a_seal);
    go(&w, 1);
    assert_int_equal(w->refusal.code, ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_statement_fits_the_schema),
        TEST(registers_are_recorded_once),
        TEST(on_the_spot_to_the_archive),
        TEST(a_refusal_through_the_office),
        TEST(what_was_tried_without_its_evidence_is_kept),
        TEST(what_was_tried_stays),
        TEST(numbers_are_dense),
        TEST(a_seal_changes_hands),
        TEST(a_late_number_belongs_to_its_year),
        TEST(a_late_act_keeps_the_order_of_its_dossier),
        TEST(a_proxy_comes_with_what_was_filed),
        TEST(the_post_brings_it_back),
        TEST(nobody_comes_for_it),
        TEST(a_reminder_that_is_set_keeps_its_moment_when_the_term_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
