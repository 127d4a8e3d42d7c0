/* SPDX-License-Identifier: Apache-2.0 */
/* Intake through the real executor on PostgreSQL: a release, a dossier from receipt to return, an obligation, a
 * refusal, codes without a gap. */
#include "tests/pg/flow_fixture.h"

#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/projection.h"
#include "common/flow/wire.h"
#include "services/intake/catalogue_json.h"
#include "services/intake/commands.h"
#include "services/intake/events.h"
#include "services/intake/repo.h"
#include "taicho/v1/lifecycle.pb-c.h"

extern const struct embedded intake_sql[];

static const struct service intake = {
    .name = "intake",
    .source = SOURCE_INTAKE,
    .projections = intake_projections,
    .projection_count = INTAKE_LISTENS,
    .ops = &intake_ops,
    .migrations = intake_sql,
    .catalogue_owner = true,
};

static const char records[] =
    "{\"records\":["
    "{\"kind\":\"unit\",\"id\":\"H11\",\"valid_from\":\"2019-01-01\",\"agency_code\":\"000.00.00.H11\",\"name\":\"UBND "
    "tỉnh\","
    "\"level\":\"province\"},"
    "{\"kind\":\"unit\",\"id\":\"H11.35\",\"valid_from\":\"2019-01-01\",\"agency_code\":\"000.00.35.H11\",\"name\":"
    "\"UBND thành phố\","
    "\"level\":\"district\",\"parent\":\"H11\"},"
    "{\"kind\":\"counter\",\"id\":\"H11.35-Q1\",\"valid_from\":\"2019-01-01\",\"unit\":\"H11.35\",\"name\":\"Một cửa\","
    "\"office_minutes\":[\"07:00-11:30\",\"13:30-17:00\"]},"
    "{\"kind\":\"officer\",\"id\":\"H11.35-tn01\",\"valid_from\":\"2019-01-01\",\"unit\":\"H11.35\",\"counter\":\"H11."
    "35-Q1\","
    "\"title\":\"Công chức tiếp nhận 01\",\"roles\":[\"receiver\"]},"
    "{\"kind\":\"officer\",\"id\":\"H11.35-td01\",\"valid_from\":\"2019-01-01\",\"unit\":\"H11.35\","
    "\"title\":\"Công chức thẩm định 01\",\"roles\":[\"appraiser\"]},"
    "{\"kind\":\"officer\",\"id\":\"H11.35-tr01\",\"valid_from\":\"2019-01-01\",\"unit\":\"H11.35\","
    "\"title\":\"Chủ tịch 01\",\"roles\":[\"head\"]},"
    "{\"kind\":\"procedure\",\"id\":\"1.000001\",\"valid_from\":\"2019-01-01\",\"name\":\"Cấp giấy\",\"field\":\"dat\","
    "\"field_name\":\"Đất đai\",\"levels\":[\"district\"],\"time_unit\":\"working_days\",\"statutory_time\":3,"
    "\"fees\":[{\"code\":\"phi\",\"kind\":\"fee\",\"amount_vnd\":200000,\"due\":\"intake\",\"refund\":[\"withdrawn\"],"
    "\"exemptions\":[\"elderly\"],\"basis\":\"TT 1\",\"valid_from\":\"2019-01-01\"},"
    "{\"code\":\"cap-phep\",\"kind\":\"charge\",\"amount_vnd\":50000,\"due\":\"return\",\"basis\":\"TT 1\","
    "\"valid_from\":\"2019-01-01\"},{\"code\":\"le-phi\",\"kind\":\"charge\",\"amount_vnd\":30000,\"due\":\"intake\","
    "\"exemptions\":[\"child\"],\"basis\":\"TT 1\",\"valid_from\":\"2019-01-01\"}]},"
    "{\"kind\":\"process\",\"id\":\"1.000001-district\",\"valid_from\":\"2019-01-01\",\"procedure\":\"1.000001\","
    "\"level\":\"district\","
    "\"total_minutes\":1440,\"steps\":["
    "{\"kind\":\"receive\",\"role\":\"receiver\",\"minutes\":15,\"unit_ref\":\"receiving\",\"at_counter\":true},"
    "{\"kind\":\"transfer\",\"role\":\"receiver\",\"minutes\":15,\"unit_ref\":\"receiving\",\"at_counter\":true},"
    "{\"kind\":\"appraise\",\"role\":\"appraiser\",\"minutes\":60,\"unit_ref\":\"own\"},"
    "{\"kind\":\"approve\",\"role\":\"approver\",\"minutes\":60,\"unit_ref\":\"own\"},"
    "{\"kind\":\"number_seal\",\"role\":\"clerk\",\"minutes\":15,\"unit_ref\":\"own\"},"
    "{\"kind\":\"return\",\"role\":\"returner\",\"minutes\":0,\"unit_ref\":\"receiving\",\"at_counter\":true}]},"
    "{\"kind\":\"calendar\",\"id\":\"vn\",\"valid_from\":\"2019-01-01\",\"first_year\":2019,\"last_year\":2100,\"days_"
    "off\":[],"
    "\"make_up_days\":[]}]}";

#define OFF_TOTAL                                                                                                      \
    "\"steps_off_total\":[{\"process\":\"1.000001-district\",\"total_minutes\":1440,\"steps_minutes\":165}]"

static struct bench {
    struct fixture f;
    struct executor *executor;
    struct clock *clock;
    struct catalogue_store *catalogue;
} * bench;

static int set_up(void **state)
{
    struct err e = {0};

    (void)state;
    if (!getenv("TEST_PG"))
        return 0;
    bench = calloc(1, sizeof *bench);
    fixture_open(&bench->f, "intake_repo");
    fixture_migrate(&bench->f, "intake", intake_sql);
    bench->clock = clock_new();
    bench->catalogue = catalogue_store_new();
    ok(executor_new(&(struct executor_config){.service = &intake,
                                              .conninfo = fixture_conninfo(&bench->f, "intake"),
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

#define NEEDS_PG()                                                                                                     \
    do {                                                                                                               \
        if (!bench) {                                                                                                  \
            print_message("# TEST_PG is not set\n");                                                                   \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

/* ---- work, answered one by one */

static int done_count;

static void done(struct work *w)
{
    (void)w;
    done_count++;
}

static void run(struct work **works, int count)
{
    struct err e = {0};

    done_count = 0;
    for (int i = 0; i < count; i++)
        ok(executor_submit(bench->executor, works[i], &e), &e);
    for (int i = 0; i < 100 && done_count < count; i++)
        executor_step(bench->executor, 20);
    assert_int_equal(done_count, count);
}

static struct work *new_command(struct id subject, const char *kind, int act, bool creates, const void *c,
                                const char *actor, const char *unit)
{
    struct arena *a = bench->f.arena;
    struct work *w = ARENA_NEW(a, struct work);

    *w = (struct work){.origin = WORK_COMMAND,
                       .arena = a,
                       .subject = subject,
                       .subject_kind = kind,
                       .act = act,
                       .command = c,
                       .creates = creates,
                       .idempotency_key = arena_strdup(a, id_text(id_new()).s),
                       .command_id = id_new(),
                       .place = {.partition = -1},
                       .done = done};
    snprintf(w->actor.subject, sizeof w->actor.subject, "%s", actor);
    snprintf(w->actor.unit, sizeof w->actor.unit, "%s", unit);
    w->body_digest = digest_of(w->idempotency_key, 8);
    return w;
}

static struct work *command(struct id subject, const char *kind, int act, bool creates, const void *c,
                            const char *actor, const char *unit)
{
    struct work *w = new_command(subject, kind, act, creates, c, actor, unit);

    run(&w, 1);
    return w;
}

/* What was done on paper at that moment, and is entered now. */
static struct work *late_command(instant at, struct id subject, int act, bool creates, const void *c, const char *actor)
{
    struct late_entry *late = ARENA_NEW(bench->f.arena, struct late_entry);
    struct work *w = new_command(subject, "dossier", act, creates, c, actor, "H11.35");

    *late = (struct late_entry){.occurred_at = at, .reason = "power", .superior = "H11.35-tr01"};
    w->late = late;
    run(&w, 1);
    return w;
}

/* The timers' thread does not run here. */
static struct work *pass_due(struct id subject)
{
    struct work *w = new_command(subject, "dossier", INTAKE_PASS_DUE, false, NULL, "service:intake", "");

    w->origin = WORK_TIMER;
    run(&w, 1);
    return w;
}

static void forward(instant by)
{
    clock_set(bench->clock, clock_offset(bench->clock) + by);
    script(bench->f.db, arena_printf(bench->f.arena, "UPDATE intake.clock SET offset_us = %lld",
                                     (long long)clock_offset(bench->clock)));
}

static struct work *release(const char *text)
{
    struct err e = {0};
    struct json_in *in;
    struct arena *a = bench->f.arena;

    ok(json_read(a, text, strlen(text), &in, &e), &e);
    const struct intake_release *r = intake_release_read(in, a);
    ok(json_done(in, &e), &e);
    return command(command_subject_of_code("catalogue", "reference"), "catalogue", INTAKE_RELEASE, true, r, "H11-admin",
                   "H11");
}

/* A snapshot is loaded by the next batch, so a second release makes it the one that the edge looks at. */
static void reference_data(void)
{
    release(records);
    release(records);
}

static const struct intake_component components[] = {{.name = "Đơn", .originals = 1, .copies = 1},
                                                     {.name = "Bản vẽ", .certified = 1}};

static struct intake_receive receive_command(void)
{
    return (struct intake_receive){
        .counter = "H11.35-Q1",
        .procedure = "1.000001",
        .channel = CHANNEL_POST, /* at any hour */
        .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
        .components = components,
        .component_count = 2,
    };
}

static struct work *receive(struct id id)
{
    struct intake_receive *c = ARENA_NEW(bench->f.arena, struct intake_receive);

    *c = receive_command();
    return command(id, "dossier", INTAKE_RECEIVE, true, c, "H11.35-tn01", "H11.35");
}

static const char *ask_text(const char *sql, struct id id)
{
    static int names;
    struct arena *a = bench->f.arena;
    struct db_stmt *s = ARENA_NEW(a, struct db_stmt);
    struct err e = {0};
    struct db_answer *q;

    *s = (struct db_stmt){arena_printf(a, "test_text_%d", names++), sql};
    ok(db_run(bench->f.db, a, s, DB_ARGS(db_uuid(id)), &q, &e), &e);
    const char *text = db_count(q) ? arena_strdup(a, db_get_text(q, 0, 0)) : NULL;
    db_forget(bench->f.db);
    return text;
}

/* The latest event of a type that was told of it, as it is published. */
static const Taicho__V1__LifecycleEvent *published(const char *type, struct id id)
{
    struct arena *a = bench->f.arena;
    const char *hex = ask_text(arena_printf(a,
                                            "SELECT encode(value, 'hex') FROM intake.outbox WHERE key = $1::text"
                                            "   AND type LIKE '%%.%s' ORDER BY id DESC LIMIT 1",
                                            type),
                               id);
    size_t n = hex ? strlen(hex) / 2 : 0;
    uint8_t *value = arena_alloc(a, n + 1);

    assert_non_null(hex);
    for (size_t i = 0; i < n; i++) {
        const char byte[] = {hex[2 * i], hex[2 * i + 1], 0};
        value[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    const Taicho__V1__LifecycleEvent *m = taicho__v1__lifecycle_event__unpack(NULL, n, value);
    assert_non_null(m);
    return m;
}

static void forget(const Taicho__V1__LifecycleEvent *m)
{
    taicho__v1__lifecycle_event__free_unpacked((Taicho__V1__LifecycleEvent *)(uintptr_t)m, NULL);
}

/* An event as its source would send it, but for what it says. */
static struct event envelope(enum source source, struct id subject, int64_t version, bool last)
{
    return (struct event){.id = id_new(),
                          .source = source,
                          .subject_kind = "dossier",
                          .subject = subject,
                          .version = version,
                          .occurred_at = 1,
                          .recorded_at = 1,
                          .actor = "x",
                          .place = "",
                          .dossier_code = "",
                          .unit = "",
                          .procedure = "",
                          .process = "",
                          .origin_reference = "",
                          .step = 4,
                          .round = 1,
                          .document = {{7}},
                          .last = last};
}

static struct work *take_event(const struct event *e, Taicho__V1__LifecycleEvent *m)
{
    struct arena *a = bench->f.arena;
    struct err err = {0};
    struct work *w = ARENA_NEW(a, struct work);
    struct bytes raw = event_pack(e, m, a);

    ok(projection_work(&intake, raw, a, w, &err), &err);
    w->arena = a;
    w->raw = raw;
    w->place.partition = -1;
    w->done = done;
    run(&w, 1);
    return w;
}

static struct work *event(enum source source, struct id subject, int64_t version, Taicho__V1__LifecycleEvent *m,
                          bool last)
{
    struct event e = envelope(source, subject, version, last);

    return take_event(&e, m);
}

/* StopSigned, of this notice; `on_paper` INSTANT_NONE: signed now. */
static void stop_signed(struct id dossier, struct id notice, instant on_paper)
{
    struct event e = envelope(SOURCE_APPROVAL, dossier, 1, true);
    uint8_t sha256[32] = {2};
    Taicho__V1__DocumentHandle handle = TAICHO__V1__DOCUMENT_HANDLE__INIT;
    Taicho__V1__StopSigned stopped = TAICHO__V1__STOP_SIGNED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;

    handle.id = (ProtobufCBinaryData){sizeof notice.b, notice.b};
    handle.sha256 = (ProtobufCBinaryData){sizeof sha256, sha256};
    handle.pages = 1;
    stopped.document = &handle;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_STOP_SIGNED, m.stop_signed = &stopped;
    e.document = notice;
    if (on_paper != INSTANT_NONE) {
        e.occurred_at = on_paper;
        e.recorded_at = clock_now(bench->clock);
        e.late_reason = "power";
        e.late_superior = "H11.35-tr01";
    }
    take_event(&e, &m);
    assert_null(ask_text("SELECT hold FROM intake.subject WHERE id = $1 AND hold IS NOT NULL", dossier));
}

/* As if another process had been at it: what is kept of it does not count, so that it is read again. */
static void read_again(struct id id)
{
    script(bench->f.db,
           arena_printf(bench->f.arena, "UPDATE intake.subject SET applied[4] = applied[4] + 1 WHERE id = '%s'",
                        id_text(id).s));
}

static const char *state_of(struct id id)
{
    return ask_text("SELECT state FROM intake.dossier WHERE id = $1", id);
}

/* ---- the tests */

static void a_release_is_repeatable(void **state)
{
    (void)state;
    NEEDS_PG();
    struct work *w = release(records);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_string_equal(w->answer, "{\"release\":1,\"added\":9,\"unchanged\":0," OFF_TOTAL "}");
    w = release(records);
    assert_string_equal(w->answer, "{\"release\":1,\"added\":0,\"unchanged\":9," OFF_TOTAL "}");
    assert_int_equal(w->status, 200);
    w = release("{\"records\":[{\"kind\":\"unit\",\"id\":\"H11\",\"valid_from\":\"2019-01-01\",\"agency_code\":\"000."
                "00.00.H11\","
                "\"name\":\"Ủy ban nhân dân tỉnh\",\"level\":\"province\"}]}");
    assert_string_equal(w->answer, "{\"release\":2,\"added\":1,\"unchanged\":0,\"steps_off_total\":[]}");
    assert_string_equal(ask_text("SELECT version || ' ' || (record ->> 'name') FROM intake.catalogue_current"
                                 " WHERE id = 'H11' AND $1::uuid IS NOT NULL",
                                 id_new()),
                        "2 Ủy ban nhân dân tỉnh");
    w = release("{\"records\":[{\"kind\":\"unit\",\"id\":\"H11.36\",\"valid_from\":\"2019-01-01\",\"agency_code\":"
                "\"000.00.36.H11\","
                "\"name\":\"?\",\"level\":\"district\",\"parent\":\"H12\"}]}");
    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_string_equal(w->refusal.field, "records[0].parent");
    w = release("{\"records\":[{\"kind\":\"unit\",\"id\":\"H11.36\",\"valid_from\":\"2019-01-01\",\"agency_code\":"
                "\"000.00.35.H11\","
                "\"name\":\"?\",\"level\":\"district\",\"parent\":\"H11\"}]}");
    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_string_equal(w->refusal.field, "records[0].agency_code");
}

static void from_receipt_to_return(void **state)
{
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    struct work *w = receive(id);
    assert_int_equal(w->refusal.code, ERR_OK);
    assert_int_equal(w->status, 201);
    assert_int_equal(w->version, 1);
    assert_string_equal(state_of(id), "received");
    assert_string_equal(ask_text("SELECT count(*)::text FROM intake.component WHERE dossier = $1", id), "2");
    assert_string_equal(ask_text("SELECT act FROM intake.timer WHERE subject = $1", id), "due");

    static const struct intake_move move = {0};
    w = command(id, "dossier", INTAKE_GIVE_TRANSFER, false, &move, "H11.35-tn01", "H11.35");
    assert_int_equal(w->status, 200);
    w = command(id, "dossier", INTAKE_TAKE_TRANSFER, false, &move, "H11.35-td01", "H11.35");
    assert_int_equal(w->status, 200);
    assert_string_equal(ask_text("SELECT state FROM intake.transfer WHERE dossier = $1", id), "taken");

    static const struct intake_document document = {.id = {{1}},
                                                    .kind = DOCUMENT_DRAFT_RESULT,
                                                    .media_type = "text/plain",
                                                    .pages = 1,
                                                    .content = {(const uint8_t *)"x", 1}};
    w = command(id, "dossier", INTAKE_FILE_DOCUMENT, false, &document, "H11.35-td01", "H11.35");
    assert_int_equal(w->status, 201);
    assert_int_equal(w->version, 4);

    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__Assigned assigned = TAICHO__V1__ASSIGNED__INIT;
    Taicho__V1__Signed signed_ = TAICHO__V1__SIGNED__INIT;
    Taicho__V1__Sealed sealed = TAICHO__V1__SEALED__INIT;
    Taicho__V1__HandedOver over = TAICHO__V1__HANDED_OVER__INIT;
    signed_.outcome = sealed.outcome = over.outcome = TAICHO__V1__OUTCOME__OUTCOME_GRANTED;

    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED, m.assigned = &assigned;
    event(SOURCE_APPRAISAL, id, 1, &m, false);
    assert_string_equal(state_of(id), "in_process");
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SIGNED, m.signed_ = &signed_;
    event(SOURCE_APPROVAL, id, 1, &m, true);
    assert_string_equal(state_of(id), "closing");
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SEALED, m.sealed = &sealed;
    event(SOURCE_RETURN, id, 1, &m, false);
    assert_string_equal(state_of(id), "finished");
    assert_null(ask_text("SELECT act FROM intake.timer WHERE subject = $1", id));
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_HANDED_OVER, m.handed_over = &over;
    event(SOURCE_RETURN, id, 2, &m, false);
    assert_string_equal(state_of(id), "returned");
    assert_string_equal(ask_text("SELECT sealed_document::text FROM intake.dossier WHERE id = $1", id),
                        "07000000-0000-0000-0000-000000000000"); /* still */
    assert_string_equal(ask_text("SELECT count(*)::text FROM intake.read_online($1)", id), "0");
    assert_string_equal(
        ask_text("INSERT INTO intake.submission (dossier, reference, unit, procedure, name,"
                 "       identity_number, submitted_at, answer_due_at, answered_at, answered_by)"
                 " SELECT id, 'DVC-1', unit, procedure, 'x', '000000000001', received_at, received_at,"
                 "       received_at, received_by FROM intake.dossier WHERE id = $1 RETURNING reference",
                 id),
        "DVC-1");
    assert_string_equal(ask_text("SELECT what || ' ' || document FROM intake.read_online($1)", id),
                        "result 07000000-0000-0000-0000-000000000000"); /* of what was filed on the portal */
    assert_string_equal(ask_text("SELECT closed::text FROM intake.worklist WHERE dossier = $1", id), "true");
    assert_null(ask_text("SELECT hold FROM intake.subject WHERE id = $1 AND hold IS NOT NULL", id));

    static const struct intake_rate rate = {
        .means = INTAKE_MEANS_SLIP, .satisfaction = 2, .attitude = 1, .contacts = 1, .agencies = 5, .remark = "Tốt"};
    assert_string_equal(ask_text("SELECT returned_by FROM intake.dossier WHERE id = $1", id), "x");
    assert_string_equal(ask_text("UPDATE intake.component SET given_back_at = now(), given_back_by = 'H11.35-2v'"
                                 " WHERE dossier = $1 AND number = 1 RETURNING given_back_by",
                                 id),
                        "H11.35-2v");
    w = command(id, "dossier", INTAKE_RATE, false, &rate, "H11.35-2v", "H11.35"); /* who gave papers back */
    assert_int_equal(w->refusal.code, ERR_FORBIDDEN);
    assert_string_equal(w->refusal.field, "actor");
    for (int turn = 0; turn < 2; turn++) { /* the second time from what was kept, or read again */
        w = command(id, "dossier", INTAKE_RATE, false, &rate, "H11.35-tr01", "H11.35");
        assert_int_equal(w->refusal.code, turn ? ERR_ILLEGAL_MOVE : ERR_OK);
        assert_string_equal(ask_text("SELECT concat_ws(' ', means, satisfaction, attitude, contacts, agencies, "
                                     "contact_points, agency_points, remark, given_by) FROM intake.rating WHERE "
                                     "dossier = $1",
                                     id),
                            "slip 2 1 1 5 1 0 Tốt H11.35-tr01");
        read_again(id);
    }
}

/* The papers' way out and the document's way back: each giving with its answer, whatever the dossier is at. */
static void the_control_slip_has_both_ways(void **state)
{
    (void)state;
    NEEDS_PG();
    static const char blocks[] =
        "SELECT string_agg(concat_ws(' ', what, from_unit, to_unit, given_by, state, answered_by, result, fault, "
        "reason), '; ' ORDER BY what DESC, state) FROM intake.slip_blocks($1)";
    static const struct intake_move move = {.reason = "thiếu trang"};
    struct arena *a = bench->f.arena;
    reference_data();
    struct id id = id_new();
    receive(id);
    assert_null(ask_text(blocks, id));
    command(id, "dossier", INTAKE_GIVE_TRANSFER, false, &move, "H11.35-tn01", "H11.35");
    assert_string_equal(ask_text(blocks, id), "papers H11.35 H11.35 H11.35-tn01 given");
    command(id, "dossier", INTAKE_REFUSE_TRANSFER, false, &move, "H11.35-td01", "H11.35");
    assert_string_equal(ask_text(blocks, id), "papers H11.35 H11.35 H11.35-tn01 refused H11.35-td01 thiếu trang");
    command(id, "dossier", INTAKE_GIVE_TRANSFER, false, &move, "H11.35-tn01", "H11.35");
    command(id, "dossier", INTAKE_TAKE_TRANSFER, false, &move, "H11.35-td01", "H11.35");
    /* On a working day that has not closed they are due on the same day, else on a later one. */
    const char *when = ask_text("SELECT CASE WHEN left(intake.civil(due_at), 10) = left(intake.civil(answered_at), 10)"
                                "            THEN 'on_time' ELSE 'early' END FROM intake.transfer WHERE dossier = $1",
                                id);
    assert_string_equal(ask_text(blocks, id),
                        arena_printf(a, "papers H11.35 H11.35 H11.35-tn01 taken H11.35-td01 %s", when));

    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__HandOverGiven given = TAICHO__V1__HAND_OVER_GIVEN__INIT;
    Taicho__V1__HandOverTaken taken = TAICHO__V1__HAND_OVER_TAKEN__INIT;
    Taicho__V1__HandOverRefused refused = TAICHO__V1__HAND_OVER_REFUSED__INIT;
    given.from_unit = taken.from_unit = refused.from_unit = arena_strdup(a, "H11");
    given.to_unit = taken.to_unit = refused.to_unit = arena_strdup(a, "H11.35");
    refused.reason = TAICHO__V1__HAND_OVER_FAULT__HAND_OVER_FAULT_DAMAGED;
    /* Its time was over an hour ago, by no working minute. */
    const struct step_clock clock = {.unit = "H11.35", .opened = 1, .due = instant_real() - INSTANT_HOUR};
    for (int version = 1; version <= 4; version++) {
        if (version % 2)
            m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_HAND_OVER_GIVEN, m.hand_over_given = &given;
        else if (version == 2)
            m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_HAND_OVER_REFUSED, m.hand_over_refused = &refused;
        else
            m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_HAND_OVER_TAKEN, m.hand_over_taken = &taken;
        struct event e = envelope(SOURCE_RETURN, id, version, false);
        e.clock = version == 4 ? &clock : NULL;
        e.occurred_at = clock.due + INSTANT_HOUR;
        take_event(&e, &m);
    }
    assert_string_equal(ask_text(blocks, id),
                        arena_printf(a,
                                     "papers H11.35 H11.35 H11.35-tn01 taken H11.35-td01 %s; "
                                     "document H11 H11.35 x refused x damaged; document H11 H11.35 x taken x on_time",
                                     when));
    assert_null(ask_text("SELECT hold FROM intake.subject WHERE id = $1 AND hold IS NOT NULL", id));
    assert_non_null(ask_text("INSERT INTO intake.access_log (at, who, unit, what, dossiers)"
                             " VALUES (now(), 'x', 'x', 'control_slip', ARRAY[$1::uuid]) RETURNING what",
                             id));
}

/* Every third is refused: the accepted ones are numbered without a gap, and nothing is left of the others. */
static void codes_have_no_gap(void **state)
{
    (void)state;
    NEEDS_PG();
    reference_data();
    for (int i = 0; i < 9; i++) {
        struct intake_receive *c = ARENA_NEW(bench->f.arena, struct intake_receive);
        *c = receive_command();
        if (i % 3 == 2)
            c->unit = "H11";
        command(id_new(), "dossier", INTAKE_RECEIVE, true, c, "H11.35-tn01", "H11.35");
    }
    assert_string_equal(
        ask_text("SELECT string_agg(right(code, 4), ' ' ORDER BY code) FROM intake.dossier WHERE $1::uuid IS NOT NULL",
                 id_new()),
        "0001 0002 0003 0004 0005 0006");
    assert_string_equal(
        ask_text("SELECT count(*)::text FROM intake.subject WHERE kind = 'dossier' AND $1::uuid IS NOT NULL", id_new()),
        "6");
}

static void a_refusal_is_kept_with_its_reasons(void **state)
{
    static const char *const reasons[] = {"not_eligible", "other"};
    static const struct intake_visit refuse = {.counter = "H11.35-Q1",
                                               .procedure = "1.000001",
                                               .channel = CHANNEL_POST,
                                               .applicant = {.name = "B", .identity_number = "123456789012"},
                                               .reasons = reasons,
                                               .reason_count = 2,
                                               .explanation = "Không đủ điều kiện",
                                               .consignment = "EE123456785VN"};
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    struct work *w = command(id, "dossier", INTAKE_REFUSE, true, &refuse, "H11.35-tn01", "H11.35");
    assert_int_equal(w->status, 201);
    assert_string_equal(
        ask_text("SELECT array_to_string(reasons, '+') || ' ' || consignment FROM intake.refusal WHERE dossier = $1",
                 id),
        "not_eligible+other EE123456785VN");
    assert_string_equal(ask_text("SELECT closed::text FROM intake.worklist WHERE dossier = $1", id), "true");
    static const struct intake_move move = {0};
    w = command(id, "dossier", INTAKE_GIVE_TRANSFER, false, &move, "H11.35-tn01", "H11.35");
    assert_int_equal(w->refusal.code, ERR_ILLEGAL_MOVE);
}

static struct work *guide(struct id id, const char *ground)
{
    static const char *const reasons[] = {"missing_component", "other"};
    struct intake_guide *c = ARENA_NEW(bench->f.arena, struct intake_guide);

    *c = (struct intake_guide){.visit = {.counter = "H11.35-Q1",
                                         .procedure = "1.000001",
                                         .channel = CHANNEL_POST,
                                         .applicant = {.name = "B", .identity_number = "123456789"},
                                         .content = "Xin cấp giấy",
                                         .reasons = reasons,
                                         .reason_count = 2,
                                         .explanation = "Thiếu sổ",
                                         .consignment = "EE123456785VN"},
                               .missing = components,
                               .missing_count = 2,
                               .ground = ground,
                               .superior = ground ? "H11.35-tr01" : NULL};
    return command(id, "dossier", INTAKE_GUIDE, true, c, "H11.35-tn01", "H11.35");
}

static const char told[] =
    "SELECT concat_ws(' ', g.number, array_to_string(g.reasons, '+'), g.explanation, a.content,"
    "       (SELECT string_agg(m.name || m.originals || m.certified || m.copies, ',' ORDER BY m.number)"
    "          FROM intake.guidance_missing m WHERE m.dossier = g.dossier),"
    "       g.followed_by, g.followed_at IS NOT NULL)"
    "  FROM intake.guidance g JOIN intake.applicant a ON a.dossier = g.dossier WHERE g.dossier = $1";

/* What was told stands until its citizen files; the receipt that names it ends it, and a new matter begins anew. */
static void a_guidance_is_kept_until_it_is_followed(void **state)
{
    struct id first = id_new(), receipt = id_new(), later = id_new();

    (void)state;
    NEEDS_PG();
    reference_data();
    assert_int_equal(guide(first, NULL)->status, 201);
    assert_string_equal(ask_text(told, first), "1 missing_component+other Thiếu sổ Xin cấp giấy Đơn101,Bản vẽ010 f");
    assert_string_equal(
        ask_text("SELECT state || (code IS NULL) || (due_at IS NULL) FROM intake.dossier WHERE id = $1", first),
        "guidedtruetrue");
    assert_string_equal(ask_text("SELECT closed::text FROM intake.worklist WHERE dossier = $1", first), "true");
    struct work *again = guide(id_new(), NULL);
    assert_int_equal(again->refusal.code, ERR_CONFLICT);
    assert_non_null(strstr(again->refusal.en, id_text(first).s));

    struct intake_receive *c = ARENA_NEW(bench->f.arena, struct intake_receive);
    *c = receive_command();
    c->guidance = first;
    struct work *w = command(receipt, "dossier", INTAKE_RECEIVE, true, c, "H11.35-tn01", "H11.35");
    assert_int_equal(w->status, 201);
    assert_string_equal(ask_text("SELECT followed_by::text FROM intake.guidance WHERE dossier = $1", first),
                        id_text(receipt).s);
    assert_int_equal(guide(later, NULL)->status, 201);
    assert_string_equal(ask_text("SELECT number::text FROM intake.guidance WHERE dossier = $1", later), "1");
}

/* The receipt that follows a guidance was given when it was given, not when it was entered. */
static void a_guidance_was_followed_when_the_receipt_was_given(void **state)
{
    struct id first = id_new(), receipt = id_new();
    struct intake_receive *c;

    (void)state;
    NEEDS_PG();
    reference_data();
    assert_int_equal(guide(first, NULL)->status, 201);
    instant on_paper = clock_now(bench->clock);
    forward(2 * INSTANT_DAY);
    c = ARENA_NEW(bench->f.arena, struct intake_receive);
    *c = receive_command();
    c->guidance = first;
    assert_int_equal(late_command(on_paper, receipt, INTAKE_RECEIVE, true, c, "H11.35-tn01")->status, 201);
    assert_string_equal(
        ask_text("SELECT (g.followed_at = d.received_at AND g.followed_at < now() + interval '1 day')::text"
                 "  FROM intake.guidance g JOIN intake.dossier d ON d.id = g.followed_by WHERE g.dossier = $1",
                 first),
        "true");
}

/* StopSigned was signed on paper in time, and entered when the passed date had been told: once is enough. */
static void a_late_entered_stop_does_not_tell_the_date_again(void **state)
{
    static const struct intake_ask_stop ask = {.ground = STOP_GROUND_OBJECT_GONE,
                                               .notice = {.id = {{9}},
                                                          .kind = DOCUMENT_STOP_NOTICE,
                                                          .media_type = "text/plain",
                                                          .pages = 1,
                                                          .content = {(const uint8_t *)"x", 1}}};
    const char *timers = "SELECT count(*)::text FROM intake.timer WHERE subject = $1 AND act = 'due'",
               *passed = "SELECT count(*)::text FROM intake.outbox WHERE key = $1::text AND type LIKE '%.DuePassed'";

    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    assert_int_equal(command(id, "dossier", INTAKE_REQUEST_STOP, false, &ask, "H11.35-td01", "H11.35")->status, 201);
    instant on_paper = clock_now(bench->clock);
    forward(20 * INSTANT_DAY);
    assert_int_equal(pass_due(id)->refusal.code, ERR_OK);
    assert_string_equal(ask_text(timers, id), "0");
    assert_string_equal(ask_text(passed, id), "1");

    stop_signed(id, ask.notice.id, on_paper);
    assert_string_equal(state_of(id), "closing");
    assert_string_equal(ask_text(timers, id), "0");
}

static void every_statement_is_right(void **state)
{
    struct err e = {0};
    size_t count = 0;

    (void)state;
    NEEDS_PG();
    struct db *db = fixture_service(&bench->f, "intake");
    while (intake_statements[count])
        count++;
    ok(db_check(db, intake_statements, count, &e), &e);
    db_close(db);
}

static const char with_obligation[] =
    "{\"records\":["
    "{\"kind\":\"procedure\",\"id\":\"1.000002\",\"valid_from\":\"2019-01-01\",\"name\":\"Giao đất\",\"field\":\"dat\","
    "\"field_name\":\"Đất đai\",\"levels\":[\"district\"],\"time_unit\":\"working_days\",\"statutory_time\":3,"
    "\"excluded\":[{\"period\":\"flood\",\"reported\":true,\"basis\":\"Điều 1\"}]},"
    "{\"kind\":\"process\",\"id\":\"1.000002-district\",\"valid_from\":\"2019-01-01\",\"procedure\":\"1.000002\","
    "\"level\":\"district\",\"total_minutes\":1440,\"steps\":["
    "{\"kind\":\"receive\",\"role\":\"receiver\",\"minutes\":15,\"unit_ref\":\"receiving\",\"at_counter\":true},"
    "{\"kind\":\"transfer\",\"role\":\"receiver\",\"minutes\":15,\"unit_ref\":\"receiving\",\"at_counter\":true},"
    "{\"kind\":\"obligation\",\"role\":\"appraiser\",\"minutes\":15,\"unit_ref\":\"own\"},"
    "{\"kind\":\"appraise\",\"role\":\"appraiser\",\"minutes\":60,\"unit_ref\":\"own\"},"
    "{\"kind\":\"approve\",\"role\":\"approver\",\"minutes\":60,\"unit_ref\":\"own\"},"
    "{\"kind\":\"number_seal\",\"role\":\"clerk\",\"minutes\":15,\"unit_ref\":\"own\"},"
    "{\"kind\":\"return\",\"role\":\"returner\",\"minutes\":0,\"unit_ref\":\"receiving\",\"at_counter\":true}]}]}";

static const char *obligation_of(struct id id)
{
    return ask_text("SELECT step || ' ' || round || ' ' || state || ' ' || coalesce(notice, '-') || ' ' ||"
                    "       coalesce(opened_by, '-') || ' ' || coalesce(met_by, '-') || ' ' ||"
                    "       (notified_at IS NOT NULL) || ' ' || (met_at IS NOT NULL)"
                    "  FROM intake.obligation WHERE dossier = $1",
                    id);
}

static const char *act(struct id id, enum intake_act act, const void *c, const char *officer)
{
    struct work *w = command(id, "dossier", (int)act, false, c, officer, "H11.35");

    if (w->refusal.code)
        fail_msg("%s", w->refusal.en);
    return state_of(id);
}

/* Two requests are kept: the second one, and the first, which has lapsed; whichever is signed is the one that is shown.
 */
static void the_stop_that_was_signed_is_shown(void **state)
{
    static const struct intake_component brought = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {.channel = CHANNEL_POST, .components = &brought, .component_count = 1};
    const char *stops =
        "SELECT concat_ws(' ', stop, stop_ground, left(stop_notice::text, 2), stop_by, lapsed_stop_ground,"
        "       left(lapsed_stop_notice::text, 2), lapsed_stop_by, lapsed_stop_at < stop_at)"
        "  FROM intake.dossier WHERE id = $1";
    uint8_t uuid[16] = {1}, sha256[32] = {2};
    Taicho__V1__DocumentHandle form = TAICHO__V1__DOCUMENT_HANDLE__INIT;
    Taicho__V1__Assigned assigned = TAICHO__V1__ASSIGNED__INIT;
    Taicho__V1__SupplementAsked lacks = TAICHO__V1__SUPPLEMENT_ASKED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct intake_ask_stop first = {.ground = STOP_GROUND_NO_SUPPLEMENT,
                                    .notice = {.id = {{0x11}},
                                               .kind = DOCUMENT_STOP_NOTICE,
                                               .media_type = "text/plain",
                                               .pages = 1,
                                               .content = {(const uint8_t *)"x", 1}}},
                           second = first;

    (void)state;
    NEEDS_PG();
    reference_data();
    release(arena_printf(bench->f.arena,
                         "{\"records\":[{\"kind\":\"procedure\",\"id\":\"1.000001\",\"valid_from\":\"2019-01-01\","
                         "\"name\":\"Cấp giấy\",\"field\":\"dat\",\"field_name\":\"Đất đai\",\"levels\":[\"district\"],"
                         "\"time_unit\":\"working_days\",\"statutory_time\":3,\"supplement_wait\":1,"
                         "\"supplement_basis\":\"Điều 1\"}]}"));
    second.ground = STOP_GROUND_OTHER;
    second.notice.id = (struct id){{0x22}};
    form.id = (ProtobufCBinaryData){sizeof uuid, uuid};
    form.sha256 = (ProtobufCBinaryData){sizeof sha256, sha256};
    form.pages = 1;
    lacks.request = &form;
    struct id id = id_new();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED, m.assigned = &assigned;
    event(SOURCE_APPRAISAL, id, 1, &m, false);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_ASKED, m.supplement_asked = &lacks;
    event(SOURCE_APPRAISAL, id, 2, &m, false);
    forward(7 * INSTANT_DAY);
    act(id, INTAKE_REQUEST_STOP, &first, "H11.35-td01");
    act(id, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    act(id, INTAKE_REQUEST_STOP, &second, "H11.35-td01");
    assert_string_equal(ask_text(stops, id), "requested other 22 H11.35-td01 no_supplement 11 H11.35-td01 t");
    read_again(id);
    stop_signed(id, first.notice.id, INSTANT_NONE);
    assert_string_equal(ask_text(stops, id), "signed no_supplement 11 H11.35-td01 other 22 H11.35-td01 f");
}

/* A dossier that is passed on to the officer whose next step expects a tax notice. */
static struct id with_the_officer(void)
{
    static const struct intake_move move = {0};
    struct intake_receive c = receive_command();
    struct id id = id_new();

    reference_data();
    release(with_obligation);
    release(records);
    c.procedure = "1.000002";
    assert_int_equal(command(id, "dossier", INTAKE_RECEIVE, true, &c, "H11.35-tn01", "H11.35")->refusal.code, ERR_OK);
    act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    return id;
}

static void an_obligation_pauses_the_clock_and_moves_the_date(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = with_the_officer();
    static const struct intake_notice notice = {.notice = "TB-17/2019"}, paid = {0};

    assert_string_equal(obligation_of(id), "3 1 expected - - - false false");
    const char *timer = "SELECT count(*)::text FROM intake.timer WHERE subject = $1 AND act = 'due'",
               *due = "SELECT due_at::text FROM intake.dossier WHERE id = $1",
               *promised = "SELECT promised_at::text FROM intake.dossier WHERE id = $1", *first = ask_text(due, id);
    assert_string_equal(ask_text(timer, id), "1");

    assert_string_equal(act(id, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01"), "awaiting_obligation");
    assert_string_equal(obligation_of(id), "3 1 notified TB-17/2019 H11.35-td01 - true false");
    assert_string_equal(ask_text(timer, id), "0"); /* a clock that stands is not watched */

    forward(7 * INSTANT_DAY);
    assert_string_equal(act(id, INTAKE_MEET_OBLIGATION, &paid, "H11.35-td01"), "in_process");
    assert_string_equal(obligation_of(id), "3 1 met TB-17/2019 H11.35-td01 H11.35-td01 true true");
    assert_string_not_equal(ask_text(due, id), first);
    assert_string_equal(ask_text(promised, id), first); /* what the receipt says stays */
    assert_string_equal(ask_text(timer, id), "1");
    /* It looks on the last working day before: a weekend may lie between. */
    assert_string_equal(ask_text("SELECT (t.due_at < d.due_at AND t.due_at > d.due_at - interval '4 days')::text"
                                 "  FROM intake.timer t JOIN intake.dossier d ON d.id = t.subject WHERE d.id = $1",
                                 id),
                        "true");
}

/* filed_as files a document of a kind in a dossier; its id. */
static struct id filed_as(struct id dossier, enum document_kind kind)
{
    static const uint8_t content[] = "x";
    struct intake_document *c = ARENA_NEW(bench->f.arena, struct intake_document);

    *c = (struct intake_document){.id = id_new(),
                                  .kind = kind,
                                  .media_type = "text/plain",
                                  .pages = 1,
                                  .sha256 = {(uint8_t)kind},
                                  .content = {content, 1}};
    assert_int_equal(command(dossier, "dossier", INTAKE_FILE_DOCUMENT, false, c, "H11.35-td01", "H11.35")->status, 201);
    return c->id;
}

/* Filed in the same batch, or before it; a document of another kind or of another dossier is none. */
static void what_moves_a_date_is_stored_with_its_evidence(void **state)
{
    const char *kept = "SELECT concat_ws(' ', number, period, document) FROM intake.exclusion WHERE dossier = $1"
                       " ORDER BY number DESC LIMIT 1",
               *shown = "SELECT concat_ws(' ', intake.exclusions_of($1) -> 0 ->> 'document', intake.findings_of($1))";
    (void)state;
    NEEDS_PG();
    struct id id = with_the_officer(), other = id_new();
    receive(other);
    instant now = clock_now(bench->clock);
    struct intake_exclude flood = {.period = "flood", .from = now, .until = now + INSTANT_DAY};
    const struct id wrong[] = {id_nil, id_new(), filed_as(id, DOCUMENT_MINUTES), filed_as(other, DOCUMENT_EVIDENCE)};

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        flood.document = wrong[i];
        struct work *w = command(id, "dossier", INTAKE_EXCLUDE, false, &flood, "H11.35-td01", "H11.35");
        assert_int_equal(w->refusal.code, ERR_INVALID);
        assert_string_equal(w->refusal.field, "document");
    }
    assert_null(ask_text(kept, id));
    flood.document = filed_as(id, DOCUMENT_EVIDENCE);
    read_again(id);
    (void)act(id, INTAKE_EXCLUDE, &flood, "H11.35-td01");
    assert_string_equal(ask_text(kept, id), arena_printf(bench->f.arena, "1 flood %s", id_text(flood.document).s));
    assert_string_equal(ask_text(shown, id), arena_printf(bench->f.arena, "%s []", id_text(flood.document).s));
    const Taicho__V1__LifecycleEvent *m = published("PeriodExcluded", id);
    assert_memory_equal(m->period_excluded->document->id.data, flood.document.b, sizeof flood.document.b);
    assert_int_equal(m->period_excluded->document->sha256.data[0], DOCUMENT_EVIDENCE);
    assert_memory_equal(m->document_id.data, flood.document.b, sizeof flood.document.b);
    forget(m);
}

/* One row of each event that moves a date, none of what moves none; of an older dossier what came of it is shown. */
static void each_date_that_was_in_force_is_kept(void **state)
{
    const char *history =
                   "SELECT string_agg(concat_ws(' ', coalesce(h.why, '?'), h.about, h.legal = d.due_at, h.legal > "
                   "coalesce(d.promised_at, d.due_at), h.reported = h.legal), '; ' ORDER BY h.n)"
                   "  FROM intake.due_history_of($1) h, intake.dossier d WHERE d.id = $1",
               *kept = "SELECT string_agg(concat_ws(' ', h.why, h.version > 1, h.was_legal < h.due_at_legal,"
                       "       h.due_at_legal = d.due_at, h.at > d.received_at), '; ' ORDER BY h.version)"
                       "  FROM intake.due_history h JOIN intake.dossier d ON d.id = h.dossier WHERE d.id = $1";
    (void)state;
    NEEDS_PG();
    struct id id = with_the_officer();
    assert_string_equal(ask_text(history, id), "Received t f t");
    assert_null(ask_text(kept, id));
    forward(INSTANT_MINUTE);
    instant now = clock_now(bench->clock);
    struct intake_exclude flood = {.period = "flood",
                                   .from = now - INSTANT_SECOND,
                                   .until = now + 10 * INSTANT_DAY,
                                   .document = filed_as(id, DOCUMENT_EVIDENCE)};
    (void)act(id, INTAKE_EXCLUDE, &flood, "H11.35-td01");
    assert_string_equal(ask_text(kept, id), "PeriodExcluded t t t t");
    const char *both = ask_text(history, id);
    assert_string_equal(both, "Received f f t; PeriodExcluded flood t t t");
    read_again(id);
    flood.until = now; /* it is over already, and moves nothing more */
    flood.from = now - INSTANT_SECOND;
    assert_int_equal(command(id, "dossier", INTAKE_EXCLUDE, false, &flood, "H11.35-td01", "H11.35")->refusal.code,
                     ERR_CONFLICT);
    assert_string_equal(ask_text(history, id), both);
    script(bench->f.db,
           arena_printf(bench->f.arena, "DELETE FROM intake.due_history WHERE dossier = '%s'", id_text(id).s));
    assert_string_equal(ask_text(history, id), "Received f f t; ? t t t");
}

/* Its real end holds from then on, and beside it stands what was recorded first, who ended it and on what. */
static void a_period_that_ends_early_is_kept_with_what_was_recorded(void **state)
{
    const char *row = "SELECT concat_ws(' ', number, until_at < recorded_until, ended_by, ended_at > recorded_at,"
                      "       ended_document = document) FROM intake.exclusion WHERE dossier = $1",
               *moved = "SELECT string_agg(concat_ws(' ', h.why, h.about, h.due_at_legal < h.was_legal,"
                        "       h.due_at_legal = d.due_at), '; ' ORDER BY h.version)"
                        "  FROM intake.due_history h JOIN intake.dossier d ON d.id = h.dossier WHERE d.id = $1";
    (void)state;
    NEEDS_PG();
    struct id id = with_the_officer();
    forward(INSTANT_MINUTE);
    instant now = clock_now(bench->clock);
    struct intake_exclude flood = {.period = "flood",
                                   .from = now - INSTANT_SECOND,
                                   .until = now + 10 * INSTANT_DAY,
                                   .document = filed_as(id, DOCUMENT_EVIDENCE)};
    struct intake_end_period end = {.period = "flood", .until = now, .document = flood.document};
    (void)act(id, INTAKE_EXCLUDE, &flood, "H11.35-td01");
    assert_string_equal(ask_text(row, id), "1");
    forward(INSTANT_MINUTE);
    read_again(id);
    (void)act(id, INTAKE_END_PERIOD, &end, "H11.35-td01");
    assert_string_equal(ask_text(row, id), "1 t H11.35-td01 t t");
    assert_string_equal(ask_text(moved, id), "PeriodExcluded flood f f; PeriodEnded flood t t");
    const Taicho__V1__LifecycleEvent *m = published("PeriodEnded", id);
    assert_true(m->period_ended->from == flood.from && m->period_ended->until == now);
    assert_true(m->period_ended->recorded_until == flood.until && m->period_ended->n_left_out == 1);
    assert_memory_equal(m->period_ended->document->id.data, end.document.b, sizeof end.document.b);
    forget(m);
    read_again(id);
    end.until = flood.from;
    struct work *again = command(id, "dossier", INTAKE_END_PERIOD, false, &end, "H11.35-td01", "H11.35");
    assert_int_equal(again->refusal.code, ERR_CONFLICT);
    assert_string_equal(again->refusal.field, "period");
}

/* As it is kept: the step's date and warning lie behind the period, its timer with the warning; and as it is read
 * again, a second period moves them on. */
static void a_period_left_out_moves_the_step_of_an_expected_notice(void **state)
{
    (void)state;
    NEEDS_PG();
    struct id id = with_the_officer();
    const char *kept =
        "SELECT concat_ws(' ', o.state, o.due_at > x.until_at, o.near_at > x.until_at, o.near_at < o.due_at,"
        "       t.due_at = o.near_at)"
        "  FROM intake.obligation o JOIN intake.timer t ON t.subject = o.dossier AND t.act = 'step',"
        "       LATERAL (SELECT max(until_at) AS until_at FROM intake.exclusion WHERE dossier = o.dossier) x"
        " WHERE o.dossier = $1";

    assert_string_equal(ask_text(kept, id), "expected t t"); /* of nothing that is left out, max is NULL */
    for (int days = 20; days <= 60; days += 40) {
        instant now = clock_now(bench->clock);
        const struct intake_exclude flood = {.period = "flood",
                                             .from = now,
                                             .until = now + days * INSTANT_DAY,
                                             .document = filed_as(id, DOCUMENT_EVIDENCE)};

        read_again(id);
        assert_string_equal(act(id, INTAKE_EXCLUDE, &flood, "H11.35-td01"), "received");
        assert_string_equal(ask_text(kept, id), "expected t t t t");
        forward(days * INSTANT_DAY);
    }
}

/* Asked by an event, taken at the counter: rows, components, dates and what is watched. */
static void a_supplement_is_stored_and_starts_the_clock_anew(void **state)
{
    static const struct intake_component brought[] = {{.name = "Bản sao", .copies = 1},
                                                      {.name = "Ảnh", .originals = 2}};
    static const struct intake_supply supply = {.channel = CHANNEL_POST, .components = brought, .component_count = 2};
    const char
        *timer = "SELECT count(*)::text FROM intake.timer WHERE subject = $1 AND act = 'due'",
        *due = "SELECT due_at::text FROM intake.dossier WHERE id = $1",
        *row = "SELECT concat_ws(' ', number, step, round, asked_by, ground, superior, received_by,"
               "       received_at IS NOT NULL) FROM intake.supplement WHERE dossier = $1 ORDER BY number DESC LIMIT 1";
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    struct intake_receive c = receive_command();
    uint8_t uuid[16] = {1}, sha256[32] = {2};
    Taicho__V1__DocumentHandle form = TAICHO__V1__DOCUMENT_HANDLE__INIT;
    Taicho__V1__Assigned assigned = TAICHO__V1__ASSIGNED__INIT;
    Taicho__V1__SupplementAsked asked = TAICHO__V1__SUPPLEMENT_ASKED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    char *reasons[] = {"missing_component"};

    form.id = (ProtobufCBinaryData){sizeof uuid, uuid};
    form.sha256 = (ProtobufCBinaryData){sizeof sha256, sha256};
    form.pages = 1;
    asked.request = &form;
    asked.reasons = reasons;
    asked.n_reasons = 1;
    assert_int_equal(command(id, "dossier", INTAKE_RECEIVE, true, &c, "H11.35-tn01", "H11.35")->refusal.code, ERR_OK);
    const char *first = ask_text(due, id);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED, m.assigned = &assigned;
    event(SOURCE_APPRAISAL, id, 1, &m, false);
    for (int n = 1; n <= 2; n++) {
        asked.ground = n == 1 ? "" : "new_finding";
        asked.superior = n == 1 ? "" : "H11.35-tr01";
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_ASKED, m.supplement_asked = &asked;
        event(SOURCE_APPRAISAL, id, n + 1, &m, false);
        assert_null(ask_text("SELECT hold FROM intake.subject WHERE id = $1 AND hold IS NOT NULL", id));
        assert_string_equal(state_of(id), "awaiting_supplement");
        assert_string_equal(ask_text(timer, id), "0");
        forward(7 * INSTANT_DAY);
        assert_string_equal(act(id, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01"), "in_process");
        assert_non_null(strstr(ask_text(row, id), n == 1 ? "1 " : "new_finding H11.35-tr01 H11.35-tn01 t"));
        assert_string_equal(ask_text(timer, id), "1");
    }
    assert_string_not_equal(ask_text(due, id), first);
    assert_string_equal(ask_text("SELECT promised_at::text FROM intake.dossier WHERE id = $1", id), first);
    assert_string_equal(ask_text("SELECT string_agg(concat(number, ':', supplement), ' ' ORDER BY number) FROM "
                                 "intake.component WHERE dossier = $1 AND supplement IS NOT NULL",
                                 id),
                        "3:1 4:1 5:2 6:2");
    assert_string_equal(ask_text("SELECT component_count::text FROM intake.dossier WHERE id = $1", id), "6");
}

/* Somebody works on it, and appraisal asks for what is missing. */
static void lacks_a_paper(struct id id)
{
    uint8_t uuid[16] = {1}, sha256[32] = {2};
    Taicho__V1__DocumentHandle form = TAICHO__V1__DOCUMENT_HANDLE__INIT;
    Taicho__V1__Assigned assigned = TAICHO__V1__ASSIGNED__INIT;
    Taicho__V1__SupplementAsked asked = TAICHO__V1__SUPPLEMENT_ASKED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    char *reasons[] = {"missing_component"};

    form.id = (ProtobufCBinaryData){sizeof uuid, uuid};
    form.sha256 = (ProtobufCBinaryData){sizeof sha256, sha256};
    form.pages = 1;
    asked.request = &form;
    asked.reasons = reasons;
    asked.n_reasons = 1;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED, m.assigned = &assigned;
    event(SOURCE_APPRAISAL, id, 1, &m, false);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_ASKED, m.supplement_asked = &asked;
    event(SOURCE_APPRAISAL, id, 2, &m, false);
    assert_string_equal(state_of(id), "awaiting_supplement");
}

/* What the others are told of a completed dossier is by all of its components, those that were stored before included.
 */
static void a_supplement_says_what_the_dossier_is_with_it(void **state)
{
    static const struct intake_component file = {.name = "Tệp", .form = INTAKE_FORM_ELECTRONIC},
                                         paper = {.name = "Bản sao", .copies = 1, .form = INTAKE_FORM_PAPER};
    static const struct {
        const struct intake_component *first, *second;
        Taicho__V1__Medium medium;
    } cases[] = {{&file, &file, TAICHO__V1__MEDIUM__MEDIUM_ELECTRONIC},
                 {&file, &paper, TAICHO__V1__MEDIUM__MEDIUM_MIXED},
                 {&paper, &file, TAICHO__V1__MEDIUM__MEDIUM_MIXED},
                 {&paper, &paper, TAICHO__V1__MEDIUM__MEDIUM_PAPER}};
    (void)state;
    NEEDS_PG();
    reference_data();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct intake_supply supply = {
            .channel = CHANNEL_POST, .components = cases[i].second, .component_count = 1};
        struct id id = id_new();
        struct intake_receive c = receive_command();
        c.channel = CHANNEL_POST;
        c.components = cases[i].first;
        c.component_count = 1;
        assert_int_equal(command(id, "dossier", INTAKE_RECEIVE, true, &c, "H11.35-tn01", "H11.35")->refusal.code,
                         ERR_OK);
        lacks_a_paper(id);
        assert_string_equal(act(id, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01"), "in_process");
        const Taicho__V1__LifecycleEvent *m = published("SupplementReceived", id);
        assert_int_equal(m->supplement_received->medium, cases[i].medium);
        forget(m);
    }
}

/* How many papers are loaded that a supplement of it might have to answer. */
static size_t lists_loaded(struct id id)
{
    struct err e = {0};
    struct db_answer *q;
    struct db_array *ids = db_array_new(bench->f.arena, DB_UUID);
    struct db *db = fixture_service(&bench->f, "intake");

    db_array_uuid(ids, id);
    ok(db_run(db, bench->f.arena, &intake_load_wanted, DB_ARGS(db_items(ids)), &q, &e), &e);
    size_t n = db_count(q);
    db_close(db);
    return n;
}

/* A form's list is kept as it was filed, and told in numbers; a supplement is taken when all of it is answered. */
static void a_supplement_answers_the_list_of_its_form(void **state)
{
    static const struct intake_document form = {.id = {{1}},
                                                .kind = DOCUMENT_REQUEST,
                                                .media_type = "text/plain",
                                                .pages = 1,
                                                .sha256 = {2},
                                                .content = {(const uint8_t *)"x", 1},
                                                .missing = components,
                                                .missing_count = 2},
                                        other = {.id = {{2}},
                                                 .kind = DOCUMENT_REQUEST,
                                                 .media_type = "text/plain",
                                                 .pages = 1,
                                                 .content = {(const uint8_t *)"y", 1},
                                                 .missing = components,
                                                 .missing_count = 1};
    static const struct intake_component brought[] = {{.name = "Đơn mới", .originals = 1, .item = 1},
                                                      {.name = "Đơn cũ", .copies = 1, .item = 1},
                                                      {.name = "Ảnh", .copies = 2}};
    static const struct intake_without without = {.item = 2, .reason = INTAKE_LACKING_REPLACED};
    static const struct intake_supply part = {.channel = CHANNEL_POST, .components = brought, .component_count = 3},
                                      all = {.channel = CHANNEL_POST,
                                             .components = brought,
                                             .component_count = 3,
                                             .without = &without,
                                             .without_count = 1};
    const char *list =
                   "SELECT string_agg(concat_ws(' ', left(document::text, 2), number, name, originals, certified,"
                   "       copies), ', ' ORDER BY document, number) FROM intake.document_missing WHERE dossier = $1",
               *items = "SELECT concat_ws(' ', (SELECT string_agg(concat(number, ':', item), ' ' ORDER BY number)"
                        "         FROM intake.component WHERE dossier = $1 AND supplement = 1),"
                        "       (SELECT string_agg(supplement || ' ' || item || ' ' || reason, ',')"
                        "          FROM intake.supplement_without WHERE dossier = $1))",
               *shown = "SELECT string_agg(concat_ws(' ', m ->> 'number', m ->> 'name', m ->> 'components',"
                        "       coalesce(m ->> 'without', '-')), ', ')"
                        "  FROM intake.supplement u, json_array_elements(intake.missing_of(u)) m WHERE u.dossier = $1";
    struct id id = id_new();

    (void)state;
    NEEDS_PG();
    reference_data();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    act(id, INTAKE_FILE_DOCUMENT, &form, "H11.35-td01");
    act(id, INTAKE_FILE_DOCUMENT, &other, "H11.35-td01");
    const Taicho__V1__LifecycleEvent *m = published("DocumentFiled", id);
    assert_int_equal(m->document_filed->missing_count, 1);
    forget(m);
    assert_string_equal(ask_text(list, id), "01 1 Đơn 1 0 1, 01 2 Bản vẽ 0 1 0, 02 1 Đơn 1 0 1");
    assert_int_equal(lists_loaded(id), 3); /* that it is asked by one of them may stand in the same batch */
    lacks_a_paper(id);
    assert_int_equal(lists_loaded(id), 3);
    read_again(id);
    struct work *w = command(id, "dossier", INTAKE_RECEIVE_SUPPLEMENT, false, &part, "H11.35-tn01", "H11.35");
    assert_int_equal(w->refusal.code, ERR_INVALID);
    assert_string_equal(w->refusal.field, "components");
    assert_non_null(strstr(w->refusal.vi, "số 2: Bản vẽ"));
    assert_string_equal(state_of(id), "awaiting_supplement");
    assert_string_equal(ask_text(items, id), "");
    assert_string_equal(ask_text(shown, id), "1 Đơn [] -, 2 Bản vẽ [] -");
    assert_string_equal(act(id, INTAKE_RECEIVE_SUPPLEMENT, &all, "H11.35-tn01"), "in_process");
    assert_int_equal(lists_loaded(id), 1); /* what was answered is not asked of anybody any more */
    assert_string_equal(ask_text(items, id), "3:1 4:1 5: 1 2 replaced");
    assert_string_equal(ask_text(shown, id), "1 Đơn [3, 4] -, 2 Bản vẽ [] replaced");
    m = published("SupplementReceived", id);
    assert_int_equal(m->supplement_received->asked_count, 2);
    assert_int_equal(m->supplement_received->lacking_count, 1);
    forget(m);
}

/* From tomorrow on five days are off. */
static int64_t new_days_off(void)
{
    const char *days = "";

    for (int n = 1; n <= 5; n++)
        days = arena_printf(bench->f.arena, "%s%s\"%.10s\"", days, n > 1 ? "," : "",
                            instant_text(clock_now(bench->clock) + n * INSTANT_DAY).s);
    const struct work *w =
        release(arena_printf(bench->f.arena,
                             "{\"records\":[{\"kind\":\"calendar\",\"id\":\"vn\",\"valid_from\":\"2019-01-01\","
                             "\"first_year\":2019,\"last_year\":2100,\"days_off\":[%s],\"make_up_days\":[]}]}",
                             days));
    assert_int_equal(w->refusal.code, ERR_OK);
    return strtoll(ask_text("SELECT number::text FROM intake.catalogue_release WHERE $1::uuid IS NOT NULL", id_new()),
                   NULL, 10);
}

static void recount(const char *batch, const struct id *dossiers, size_t count, int64_t number, const char *by)
{
    struct intake_recount *c = ARENA_NEW(bench->f.arena, struct intake_recount);

    *c =
        (struct intake_recount){.batch = batch, .reason = "x", .release = number, .dossiers = dossiers, .count = count};
    const struct work *w = command(command_subject_of_code(INTAKE_RECOUNT_SUBJECT, batch), INTAKE_RECOUNT_SUBJECT,
                                   INTAKE_BEGIN_RECOUNT, true, c, by, "H11");
    if (w->refusal.code)
        fail_msg("%s", w->refusal.en);
}

/* The timers' thread does not run here. */
static void bring_turns(const struct id *dossiers, int count)
{
    struct work *turns[2];

    for (int i = 0; i < count; i++) {
        turns[i] = new_command(dossiers[i], "dossier", INTAKE_RECOUNT, false, NULL, "service:intake", "");
        turns[i]->origin = WORK_TIMER;
    }
    run(turns, count);
}

/* A batch that moves dates: each event names it, and who ordered it; the actor is nobody's post. */
static void a_recount_is_told_with_its_batch(void **state)
{
    struct id dossiers[] = {id_new(), id_new()};
    (void)state;
    NEEDS_PG();
    reference_data();
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(receive(dossiers[i])->refusal.code, ERR_OK);
    int64_t number = new_days_off();
    recount("NGHI-1", dossiers, 2, number, "H11-admin");
    forward(INSTANT_MINUTE);
    recount("NGHI-2", &dossiers[1], 1, number, "H11-admin2"); /* before its turn by the first one */
    bring_turns(dossiers, 2);
    for (size_t i = 0; i < 2; i++) {
        const Taicho__V1__LifecycleEvent *m = published("DueMoved", dossiers[i]);
        struct id batch = command_subject_of_code(INTAKE_RECOUNT_SUBJECT, i ? "NGHI-2" : "NGHI-1");
        assert_int_equal(m->command_id.len, sizeof batch.b);
        assert_memory_equal(m->command_id.data, batch.b, sizeof batch.b);
        assert_string_equal(m->due_moved->ordered_by, i ? "H11-admin2" : "H11-admin");
        assert_string_equal(m->actor, "service:intake");
        forget(m);
    }
}

/* Sealed two days before the date where the law asks for three, and heard of a day later. What it was judged by is read
 * again with the dossier: what is told of it stays when the calendar moves the new date. */
static void an_apology_is_stored_with_what_it_was_judged_by(void **state)
{
    static const char
        term[] = "{\"records\":[{\"kind\":\"term\",\"id\":\"apology_notice\",\"valid_from\":\"2019-01-01\","
                 "\"value\":3,\"basis\":\"x\"}]}",
        judged[] = "SELECT concat_ws(' ', extension, extension_notice,"
                   "       extension_nearest_at - promised_at = interval '0',"
                   "       extension_nearest_at - extension_sealed_at = interval '2 days',"
                   "       extension_issued_at > extension_sealed_at) FROM intake.dossier WHERE id = $1",
        sentence[] =
            "SELECT t.line FROM intake.dossier d, jsonb_array_elements_text(d.due_explained -> 'vi') AS t (line)"
            " WHERE d.id = $1 AND t.line LIKE '%chưa trước hạn%'",
        due[] = "SELECT due_at::text FROM intake.dossier WHERE id = $1";
    struct id id = id_new();
    (void)state;
    NEEDS_PG();
    reference_data();
    assert_int_equal(release(term)->refusal.code, ERR_OK);
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    int32_t monday = instant_day(clock_now(bench->clock)) + 21;
    monday += 6 - (monday + 2) % 7; /* day 4 was one */
    const struct intake_ask_more ask = {.due_at = instant_of_day(monday, 960),
                                        .reason = "overload",
                                        .apology = {.id = {{9}},
                                                    .kind = DOCUMENT_APOLOGY,
                                                    .media_type = "text/plain",
                                                    .pages = 1,
                                                    .content = {(const uint8_t *)"x", 1}}};
    const struct work *asked = command(id, "dossier", INTAKE_REQUEST_EXTENSION, false, &ask, "H11.35-td01", "H11.35");
    if (asked->refusal.code)
        fail_msg("%s", asked->refusal.en);
    assert_string_equal(ask_text(judged, id), "requested");

    instant nearest = strtoll(
        ask_text("SELECT (extract(epoch FROM due_at) * 1000000)::bigint::text FROM intake.dossier WHERE id = $1", id),
        NULL, 10);
    struct event e = envelope(SOURCE_RETURN, id, 2, false); /* read_again passes for the first one */
    Taicho__V1__ApologyIssued issued = TAICHO__V1__APOLOGY_ISSUED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_APOLOGY_ISSUED, m.apology_issued = &issued;
    e.occurred_at = nearest - 2 * INSTANT_DAY;
    forward(nearest - INSTANT_DAY - clock_now(bench->clock));
    read_again(id);
    take_event(&e, &m);
    assert_string_equal(ask_text(judged, id), "issued 3 t t t");
    const char *first = ask_text(sentence, id), *before = ask_text(due, id);
    assert_non_null(strstr(first, "đủ 3 ngày"));

    forward(ask.due_at - 2 * INSTANT_DAY - clock_now(bench->clock));
    int64_t number = new_days_off();
    read_again(id);
    recount("NGHI-1", &id, 1, number, "H11-admin");
    bring_turns(&id, 1);
    assert_string_not_equal(ask_text(due, id), before);
    assert_string_equal(ask_text(sentence, id), first);
    assert_string_equal(ask_text(judged, id), "issued 3 t t t");
}

/* Due, paid, waived, given back; whatever the state in the process is: kept, or read again. */
static void fees_are_stored_as_they_are_paid(void **state)
{
    static const struct intake_pay pay = {.fee = "phi", .means = PAY_TRANSFER, .receipt = "GD-1"};
    static const struct intake_waive waive = {.fee = "le-phi", .ground = FEE_EXEMPT_CHILD, .superior = "H11.35-tr01"};
    static const struct intake_refund refund = {.fee = "phi", .amount = 150000};
    const char *rows =
        "SELECT string_agg(concat_ws(' ', code, f.state, kind, amount, due, due_at IS NOT NULL, means, receipt,"
        "       paid_by, refunded, refund, refunded_by, exemption, superior, waived_by), '; ' ORDER BY code)"
        "  FROM intake.fee f WHERE dossier = $1";
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    assert_string_equal(ask_text(rows, id),
                        "cap-phep expected charge 50000 return f 0; le-phi due charge 30000 intake t 0; "
                        "phi due fee 200000 intake t 0");
    read_again(id);
    act(id, INTAKE_PAY_FEE, &pay, "H11.35-tn01");
    act(id, INTAKE_WAIVE_FEE, &waive, "H11.35-tn01");
    read_again(id);
    struct work *again = command(id, "dossier", INTAKE_PAY_FEE, false, &pay, "H11.35-tn01", "H11.35");
    assert_int_equal(again->refusal.code, ERR_ILLEGAL_MOVE);
    script(
        bench->f.db,
        arena_printf(bench->f.arena,
                     "UPDATE intake.dossier SET state = 'withdrawn', withdrawal = 'granted', withdrawal_request = id,"
                     " withdrawal_at = now(), withdrawal_by = 'x' WHERE id = '%s'",
                     id_text(id).s));
    read_again(id);
    act(id, INTAKE_REFUND_FEE, &refund, "H11.35-tn01");
    assert_string_equal(ask_text(rows, id),
                        "cap-phep expected charge 50000 return f 0; "
                        "le-phi waived charge 30000 intake t 0 child H11.35-tr01 H11.35-tn01; "
                        "phi refunded fee 200000 intake t transfer GD-1 H11.35-tn01 150000 withdrawn H11.35-tn01");
}

/* Filed, answered, refused, and told when nobody does; whatever the state in the process is: kept, or read again. */
static void complaints_are_stored_with_their_answers(void **state)
{
    static const struct intake_complain complain = {
        .channel = CHANNEL_POST, .category = "delay", .about = "H11.35-tn01", .text = "Chậm"};
    static const struct intake_reply answer = {.number = 1, .justified = true, .text = "Đúng"},
                                     refuse = {.number = 2, .text = "Không"};
    const char
        *rows = "SELECT string_agg(concat_ws(' ', number, c.state, category, about, text, told, justified, late,"
                "       answered_by, answer, answered_at IS NOT NULL), '; ' ORDER BY number)"
                "  FROM intake.complaint c WHERE dossier = $1",
        *timer = "SELECT (t.due_at = min(CASE c.state WHEN 'open' THEN c.answer_due_at ELSE c.publish_until END)"
                 "                   + interval '1 microsecond')::text FROM intake.timer t"
                 "  JOIN intake.complaint c ON c.dossier = t.subject AND c.state IN ('open', 'answered') AND NOT c.told"
                 " WHERE t.subject = $1 AND t.act = 'answer' GROUP BY t.due_at";
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    for (int n = 1; n <= 3; n++) {
        act(id, INTAKE_COMPLAIN, &complain, "H11.35-tn01");
        assert_string_equal(ask_text(timer, id), "true");
        if (n == 2)
            read_again(id);
    }
    act(id, INTAKE_ANSWER_COMPLAINT, &answer, "H11.35-tr01");
    /* As a process of a release that did not know of both columns stores it. */
    script(bench->f.db, "UPDATE intake.complaint SET refuse_from = NULL, answer_from = NULL WHERE number > 1");
    read_again(id);
    act(id, INTAKE_REFUSE_COMPLAINT, &refuse, "H11.35-tr01");
    assert_string_equal(ask_text("SELECT bool_and(refuse_from = filed_at AND answer_from = filed_at)::text"
                                 "  FROM intake.complaint WHERE dossier = $1",
                                 id),
                        "true");
    assert_string_equal(ask_text(rows, id), "1 answered delay H11.35-tn01 Chậm f t f H11.35-tr01 Đúng t; "
                                            "2 refused delay H11.35-tn01 Chậm f f f H11.35-tr01 Không t; "
                                            "3 open delay H11.35-tn01 Chậm f f f f");
    assert_string_equal(ask_text(timer, id), "true");
    assert_string_equal(
        ask_text("SELECT bool_and(due_explained ? 'vi')::text FROM intake.complaint WHERE dossier = $1", id), "true");
}

/* Asked for more, supplied, answered and published; whatever the state in the process is: kept, or read again. */
static void a_complaint_is_stored_with_what_was_asked_and_published(void **state)
{
    static const struct intake_complain complain = {.channel = CHANNEL_POST, .category = "delay", .text = "Chậm"};
    static const struct intake_reply ask = {.number = 1, .text = "Khi nào?"},
                                     answer = {.number = 1, .justified = true, .text = "Đúng"}, publish = {.number = 1};
    static const struct intake_complain_more more = {.number = 1, .channel = CHANNEL_POST, .text = "Hôm qua"};
    const char *rows =
        "SELECT concat_ws(' ', c.state, asked_by, question, asked_late, wait_until > asked_at, supplied_by,"
        "       supply, answer, publish_until > answered_at, published_by, published_late, publication_told,"
        "       answer_from = supplied_at)"
        "  FROM intake.complaint c WHERE dossier = $1";
    (void)state;
    NEEDS_PG();
    reference_data();
    for (int again = 0; again <= 1; again++) {
        struct id id = id_new();
        assert_int_equal(receive(id)->refusal.code, ERR_OK);
        act(id, INTAKE_COMPLAIN, &complain, "H11.35-tn01");
        act(id, INTAKE_ASK_COMPLAINANT, &ask, "H11.35-tr01");
        if (again)
            read_again(id);
        assert_string_equal(ask_text(rows, id), "awaiting_more H11.35-tr01 Khi nào? f t f f");
        act(id, INTAKE_SUPPLY_COMPLAINT, &more, "H11.35-tn01");
        if (again)
            read_again(id);
        act(id, INTAKE_ANSWER_COMPLAINT, &answer, "H11.35-tr01");
        if (again)
            read_again(id);
        assert_string_equal(ask_text("SELECT (t.due_at = c.publish_until + interval '1 microsecond')::text FROM"
                                     " intake.timer t JOIN intake.complaint c ON c.dossier = t.subject"
                                     " WHERE t.subject = $1 AND t.act = 'answer'",
                                     id),
                            "true");
        act(id, INTAKE_PUBLISH_ANSWER, &publish, "H11.35-tr01");
        assert_string_equal(ask_text(rows, id), "published H11.35-tr01 Khi nào? f t H11.35-tn01 Hôm qua Đúng t "
                                                "H11.35-tr01 f f t");
    }
}

/* A case is opened and settled; what was found goes back and may be lost again, all of it in one batch or in several.
 */
static void lost_papers_are_stored_with_their_cases(void **state)
{
    static const int first[] = {1}, second[] = {2};
    static const struct intake_document apology = {.id = {{0x5c, 3}},
                                                   .kind = DOCUMENT_APOLOGY,
                                                   .media_type = "text/plain",
                                                   .pages = 1,
                                                   .content = {(const uint8_t *)"x", 1}};
    struct intake_note_loss lose = {.components = first,
                                    .count = 1,
                                    .what = INTAKE_HARM_LOST,
                                    .minutes = {.id = {{0x5c, 1}},
                                                .kind = DOCUMENT_LOSS_MINUTES,
                                                .media_type = "text/plain",
                                                .pages = 1,
                                                .content = {(const uint8_t *)"x", 1}}},
                            damage = {.components = second,
                                      .count = 1,
                                      .what = INTAKE_HARM_DAMAGED,
                                      .minutes = {.id = {{0x5c, 2}},
                                                  .kind = DOCUMENT_LOSS_MINUTES,
                                                  .media_type = "text/plain",
                                                  .pages = 1,
                                                  .content = {(const uint8_t *)"x", 1}}};
    static const struct intake_settle_loss found = {.number = 1,
                                                    .remedy = INTAKE_REMEDY_FOUND,
                                                    .responsible = "H11.35"},
                                           paid = {.number = 2,
                                                   .remedy = INTAKE_REMEDY_PAID,
                                                   .responsible = "H11.35-tn01",
                                                   .paid_vnd = 70000,
                                                   .apology = &apology};
    const char *rows = "SELECT string_agg(concat_ws(' ', number, l.state, what, found, unit, post, noted_by, remedy,"
                       "       responsible, paid_vnd, settled_by, apology IS NOT NULL), '; ' ORDER BY number)"
                       "  FROM intake.loss l WHERE dossier = $1",
               *about = "SELECT string_agg(concat(number, ':', component), ' ' ORDER BY number) FROM"
                        " intake.loss_component WHERE dossier = $1",
               *standing = "SELECT string_agg(intake.standing_of(c), ' ' ORDER BY number) FROM intake.component c"
                           " WHERE dossier = $1";
    (void)state;
    NEEDS_PG();
    reference_data();
    struct id id = id_new();
    assert_int_equal(receive(id)->refusal.code, ERR_OK);
    act(id, INTAKE_NOTE_LOSS, &lose, "H11.35-tn01");
    assert_string_equal(ask_text(standing, id), "lost held");
    read_again(id);
    act(id, INTAKE_NOTE_LOSS, &damage, "H11.35-tn01");
    assert_string_equal(ask_text(standing, id), "lost damaged");
    act(id, INTAKE_SETTLE_LOSS, &paid, "H11.35-tr01");
    act(id, INTAKE_SETTLE_LOSS, &found, "H11.35-tr01");
    assert_string_equal(ask_text(standing, id), "held paid");
    lose.minutes.id.b[2] = 9;
    act(id, INTAKE_NOTE_LOSS, &lose, "H11.35-tn01");
    assert_string_equal(ask_text(standing, id), "lost paid");
    assert_string_equal(
        ask_text(rows, id),
        "1 settled lost custody H11.35 H11.35-tn01 H11.35-tn01 found H11.35 0 H11.35-tr01 f; "
        "2 settled damaged custody H11.35 H11.35-tn01 H11.35-tn01 paid H11.35-tn01 70000 H11.35-tr01 t; "
        "3 open lost custody H11.35 H11.35-tn01 H11.35-tn01 0 f");
    assert_string_equal(ask_text(about, id), "1:1 2:2 3:1");
    assert_string_equal(
        ask_text("SELECT string_agg(kind, ' ' ORDER BY kind) FROM intake.document WHERE dossier = $1", id),
        "apology loss_minutes loss_minutes loss_minutes");
}

static const char another_unit[] =
    "{\"records\":["
    "{\"kind\":\"unit\",\"id\":\"H11.05\",\"valid_from\":\"2019-01-01\",\"agency_code\":\"000.00.05.H11\",\"name\":\"Sở\","
    "\"level\":\"department\",\"parent\":\"H11\"},"
    "{\"kind\":\"officer\",\"id\":\"H11.05-td01\",\"valid_from\":\"2019-01-01\",\"unit\":\"H11.05\","
    "\"title\":\"Công chức thẩm định 01\",\"roles\":[\"appraiser\"]}]}";

/* Appraisal tells that it was the turn of a unit at that moment, or that a unit has given its part. due 0: that had no
 * time. */
struct told_turn {
    const char *unit;
    bool opens, waits;
    instant at, due;
    int64_t late;
};

static void turn_told(struct id id, int64_t version, struct told_turn t)
{
    struct event e = envelope(SOURCE_APPRAISAL, id, version, false);
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__PartsOpened opened = TAICHO__V1__PARTS_OPENED__INIT;
    Taicho__V1__Contributed given = TAICHO__V1__CONTRIBUTED__INIT;
    Taicho__V1__OpenedPart part = TAICHO__V1__OPENED_PART__INIT, *parts[] = {&part};
    char *waiting[] = {wire_text("H11.05")};
    const struct step_clock clock = {.unit = t.unit, .opened = 1, .due = t.due, .minutes_late = t.late};

    part.unit = wire_text(t.unit);
    opened.lead = wire_text("H11.35");
    opened.in_order = true;
    opened.n_parts = 1;
    opened.parts = parts;
    opened.n_waiting = t.waits;
    opened.waiting = waiting;
    given.unit = wire_text(t.unit);
    m.body_case =
        t.opens ? TAICHO__V1__LIFECYCLE_EVENT__BODY_PARTS_OPENED : TAICHO__V1__LIFECYCLE_EVENT__BODY_CONTRIBUTED;
    if (t.opens)
        m.parts_opened = &opened;
    else
        m.contributed = &given;
    e.occurred_at = t.at;
    e.clock = t.due ? &clock : NULL;
    take_event(&e, &m);
}

static void turn_at(instant at, struct id id, int64_t version, const char *unit, bool opens)
{
    turn_told(id, version, (struct told_turn){.unit = unit, .opens = opens, .at = at});
}

static void turn_of(struct id id, int64_t version, const char *unit, bool opens)
{
    turn_at(1, id, version, unit, opens);
}

/* Each signature from what was kept, and from what is read again. */
static void turns_are_stored_with_who_signed(void **state)
{
    static const struct intake_move move = {0};
    static const struct intake_sign_turn sign = {.reason = "thiếu trang"};
    static const char turn
        [] = "SELECT concat_ws(' ', turn_unit, turn_act, turn_from_unit, turn_from_post, turn_state, turn_answered_by)"
             "  FROM intake.dossier WHERE id = $1",
    held[] = "SELECT concat_ws(' ', unit, post, going_to, act) FROM intake.holdings_of($1) ORDER BY n DESC LIMIT 1",
    ways[] =
        "SELECT string_agg(concat_ws(' ', from_unit, to_unit, given_by, state, answered_by, reason), '; ' ORDER BY given_at,"
        "       to_unit) FROM intake.turns_of($1)";
    (void)state;
    NEEDS_PG();
    reference_data();
    release(another_unit);
    struct id id = id_new();
    receive(id);
    act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    turn_of(id, 1, "H11.05", true);
    assert_string_equal(ask_text(turn, id), "H11.05 open_parts H11.35 H11.35-td01 passed_on");
    for (int refused = 1; refused >= 0; refused--) {
        read_again(id);
        int deed = refused ? INTAKE_REFUSE_TURN : INTAKE_TAKE_TURN;
        assert_int_equal(command(id, "dossier", deed, false, &sign, "H11.05-td01", "H11.05")->status, 200);
        assert_string_equal(ask_text(turn, id), refused ? "H11.05 open_parts H11.35 H11.35-td01 refused H11.05-td01"
                                                        : "H11.05 open_parts H11.35 H11.35-td01 taken H11.05-td01");
        assert_string_equal(ask_text(held, id),
                            refused ? "H11.35 H11.35-td01 H11.05 refuse_turn" : "H11.05 H11.05-td01 take_turn");
        assert_string_equal(ask_text(ways, id), refused ? "H11.35 H11.05 H11.35-td01 refused H11.05-td01 thiếu trang"
                                                        : "H11.35 H11.05 H11.35-td01 taken H11.05-td01");
        read_again(id);
        assert_int_equal(command(id, "dossier", deed, false, &sign, "H11.05-td01", "H11.05")->refusal.code,
                         ERR_ILLEGAL_MOVE);
    }
    turn_of(id, 2, "H11.05", false);
    assert_string_equal(ask_text(turn, id), "H11.05 end_part H11.05 H11.05-td01 passed_on");
    read_again(id);
    assert_int_equal(command(id, "dossier", INTAKE_TAKE_TURN, false, &sign, "H11.35-td01", "H11.35")->status, 200);
    assert_string_equal(ask_text(held, id), "H11.35 H11.35-td01 take_turn");
    assert_string_equal(ask_text(ways, id),
                        "H11.35 H11.05 H11.35-td01 taken H11.05-td01; H11.05 H11.35 H11.05-td01 taken H11.35-td01");
    assert_string_equal(
        ask_text("SELECT string_agg(substring(type FROM '[A-Za-z]+$'), ' ' ORDER BY id) FROM intake.outbox_row"
                 " WHERE key = $1::text AND type ~ 'Turn'",
                 id),
        "TurnRefused TurnTaken TurnTaken");
}

/* How the work went of whoever gave them on, from what was kept between the two events, and read again. */
static void each_turn_is_stored_with_how_the_work_went(void **state)
{
    static const struct intake_move move = {0};
    static const struct intake_sign_turn sign = {.reason = "thiếu trang"};
    static const char went[] =
        "SELECT string_agg(concat_ws(' ', from_unit, to_unit, state, (extract(epoch FROM due_at) * 1000000)::bigint, result),"
        "       '; ' ORDER BY given_at) FROM intake.turns_of($1)",
                      slip[] = "SELECT string_agg(concat_ws(' ', due_at IS NOT NULL, result), '; ' ORDER BY given_at)"
                               "  FROM intake.slip_blocks($1) WHERE what = 'turn'",
                      done[] = "SELECT turn_done_result FROM intake.dossier WHERE id = $1";

    (void)state;
    NEEDS_PG();
    reference_data();
    release(another_unit);
    struct id id = id_new();
    receive(id);
    act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    turn_told(id, 1, (struct told_turn){.unit = "H11.01", .opens = true, .waits = true, .at = 1});
    turn_told(id, 2, (struct told_turn){.unit = "H11.01", .at = 2, .due = 3});
    assert_string_equal(ask_text(done, id), "on_time");
    read_again(id);
    turn_told(id, 3, (struct told_turn){.unit = "H11.05", .opens = true, .at = 3});
    assert_null(ask_text(done, id));
    /* As a process of a release that did not know of it leaves it behind. */
    script(bench->f.db, "UPDATE intake.dossier SET turn_done_result = 'early', turn_done_due_at = turn_since"
                        " WHERE NOT turn_waits");
    for (int deed = INTAKE_TAKE_TURN; deed <= INTAKE_REFUSE_TURN; deed++) {
        int refused_first = INTAKE_TAKE_TURN + INTAKE_REFUSE_TURN - deed;
        assert_int_equal(command(id, "dossier", refused_first, false, &sign, "H11.05-td01", "H11.05")->status, 200);
    }
    read_again(id);
    turn_told(id, 4, (struct told_turn){.unit = "H11.05", .at = 4, .due = 2, .late = 1});
    assert_string_equal(ask_text(went, id), "H11.35 H11.01 passed_on; H11.01 H11.05 taken 3 on_time;"
                                            " H11.05 H11.35 passed_on 2 late");
    assert_string_equal(ask_text(slip, id), "f; t on_time; t late");
}

/* next_tuesday goes forward to a morning at which every counter is open. */
static void next_tuesday(void)
{
    instant now = clock_now(bench->clock);
    int32_t day = instant_day(now) + 1;

    while (day % 7 != 5)
        day++;
    forward(instant_of_day(day, 8 * 60) - now);
}

/* home brings components from whoever has them to the counter, and gives them to the citizen there. */
static void home(struct id id, const struct intake_give_back *c, const char *officer, const char *unit)
{
    static const struct intake_move_back takes = {0};
    const struct intake_move_back brings = {.components = c->components, .count = c->count};
    struct work *w = command(id, "dossier", INTAKE_BRING_BACK, false, &brings, officer, unit);

    if (w->refusal.code)
        fail_msg("%s", w->refusal.en);
    act(id, INTAKE_TAKE_BACK, &takes, "H11.35-tn01");
    act(id, INTAKE_GIVE_BACK, c, "H11.35-tn01");
}

/* Each half is kept, and read again; the slip has the way, and the papers say where they are by it. */
static void a_way_back_is_kept(void **state)
{
    static const int both[] = {1, 2}, first[] = {1};
    static const struct intake_move move = {0};
    static const struct intake_move_back brings = {.components = both, .count = 2},
                                         one = {.components = first, .count = 1}, says = {.reason = "thiếu một trang"};
    static const char kept[] =
        "SELECT string_agg(concat_ws(' ', number, state, from_unit, to_unit, given_by, answered_by, reason, components), '; '"
        "                  ORDER BY number) FROM intake.way_back WHERE dossier = $1",
                      lie[] =
                          "SELECT string_agg(concat_ws(' ', c.number, w.number, w.unit, w.post, w.going_to, w.act), '; '"
                          "                  ORDER BY c.number)"
                          "  FROM intake.component c, intake.way_of(c) w WHERE c.dossier = $1",
                      slip[] = "SELECT string_agg(concat_ws(' ', from_unit, given_by, state, answered_by, reason), '; '"
                               "                  ORDER BY given_at) FROM intake.slip_blocks($1) WHERE what = 'back'";
    (void)state;
    NEEDS_PG();
    reference_data();
    next_tuesday();
    for (int again = 0; again <= 1; again++) { /* the second time each act reads what was stored */
        struct id id = id_new();
        receive(id);
        act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
        act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
        act(id, INTAKE_BRING_BACK, &brings, "H11.35-td01");
        assert_string_equal(ask_text(kept, id), "1 given H11.35 H11.35 H11.35-td01 {1,2}");
        assert_string_equal(ask_text(lie, id),
                            "1 1 H11.35 H11.35-td01 H11.35 bring_back; 2 1 H11.35 H11.35-td01 H11.35 bring_back");
        if (again)
            read_again(id);
        act(id, INTAKE_REFUSE_BACK, &says, "H11.35-tn01");
        assert_string_equal(ask_text(kept, id),
                            "1 refused H11.35 H11.35 H11.35-td01 H11.35-tn01 thiếu một trang {1,2}");
        if (again)
            read_again(id);
        act(id, INTAKE_BRING_BACK, &one, "H11.35-td01");
        if (again)
            read_again(id);
        act(id, INTAKE_TAKE_BACK, &says, "H11.35-tn01");
        assert_string_equal(ask_text(lie, id), "1 2 H11.35 H11.35-tn01 take_back; 2 1 H11.35 H11.35-td01 refuse_back");
        assert_string_equal(ask_text(slip, id), "H11.35 H11.35-td01 refused H11.35-tn01 thiếu một trang; "
                                                "H11.35 H11.35-td01 taken H11.35-tn01");
    }
}

/* What the citizen had back when a turn came is not signed for, and stands on no control slip; what he has back since
 * was there. */
static void what_was_given_back_does_not_go_round(void **state)
{
    static const int both[] = {1, 2}, first[] = {1}, second[] = {2};
    static const struct intake_move move = {0};
    static const struct intake_sign_turn sign = {0};
    static const struct {
        const struct intake_give_back before, since;
        const char *ways; /* what the control slip has of them */
        bool goes, comes_back;
    } rows[] = {
        {{.components = both, .count = 2}, {0}, NULL, false, false},
        {{.components = first, .count = 1}, {0}, "H11.05 taken; H11.35 taken", true, true},
        {{0}, {.components = both, .count = 2}, "H11.05 taken", true, false},
        {{.components = first, .count = 1}, {.components = second, .count = 1}, "H11.05 taken", true, false},
    };
    static const char ways[] =
        "SELECT string_agg(concat_ws(' ', to_unit, state), '; ' ORDER BY given_at) FROM intake.turns_of($1)";
    (void)state;
    NEEDS_PG();
    reference_data();
    release(another_unit);
    next_tuesday();
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct id id = id_new();
        receive(id);
        act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
        act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
        if (rows[i].before.count)
            home(id, &rows[i].before, "H11.35-td01", "H11.35");
        turn_at(clock_now(bench->clock), id, 1, "H11.05", true);
        if (rows[i].since.count)
            home(id, &rows[i].since, "H11.05-td01", "H11.05");
        read_again(id);
        struct work *w = command(id, "dossier", INTAKE_TAKE_TURN, false, &sign, "H11.05-td01", "H11.05");
        assert_int_equal(w->refusal.code, rows[i].goes ? ERR_OK : ERR_ILLEGAL_MOVE);
        turn_at(clock_now(bench->clock), id, 2, "H11.05", false);
        read_again(id);
        w = command(id, "dossier", INTAKE_TAKE_TURN, false, &sign, "H11.35-td01", "H11.35");
        assert_int_equal(w->refusal.code, rows[i].comes_back ? ERR_OK : ERR_ILLEGAL_MOVE);
        const char *slip = ask_text(ways, id);
        if (!rows[i].ways)
            assert_null(slip);
        else
            assert_string_equal(slip, rows[i].ways);
    }
}

/* Broken off in its turn: what the unit had is the lead's again, and nothing comes back when the citizen has it. */
static void what_breaks_a_turn_off_brings_back_what_is_there(void **state)
{
    static const int both[] = {1, 2};
    static const struct intake_move move = {0};
    static const struct intake_give_back all = {.components = both, .count = 2};
    (void)state;
    NEEDS_PG();
    reference_data();
    release(another_unit);
    next_tuesday();
    for (int gone = 0; gone <= 1; gone++) {
        struct id id = id_new();
        receive(id);
        act(id, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
        act(id, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
        turn_at(clock_now(bench->clock), id, 1, "H11.05", true);
        if (gone)
            home(id, &all, "H11.05-td01", "H11.05");
        script(bench->f.db, arena_printf(bench->f.arena,
                                         "UPDATE intake.dossier SET broken_off_at = turn_since + interval '1 day'"
                                         " WHERE id = '%s'",
                                         id_text(id).s));
        assert_string_equal(ask_text("SELECT string_agg(to_unit, ' ' ORDER BY given_at) FROM intake.turns_of($1)", id),
                            gone ? "H11.05" : "H11.05 H11.35");
    }
}

/* Every column whose words are known to a release, with what is put back behind a newer process's word. */
static const struct {
    const char *table, *column, *was;
} words[] = {
    {"dossier", "state", "'received'"},
    {"dossier", "channel", "'online'"},
    {"dossier", "route", "'back_office'"},
    {"dossier", "outcome", "NULL"},
    {"dossier", "withdrawal", "NULL"},
    {"dossier", "extension", "NULL"},
    {"dossier", "stop", "NULL"},
    {"dossier", "stop_ground", "NULL"},
    {"dossier", "lapsed_stop_ground", "NULL"},
    {"dossier", "turn_act", "NULL"},
    {"dossier", "turn_state", "NULL"},
    {"transfer", "state", "'awaiting'"},
    {"transfer", "warning", "''"},
    {"obligation", "state", "'met'"},
    {"obligation", "warning", "''"},
    {"finding", "time_unit", "'days'"},
    {"complaint", "state", "'open'"},
    {"complaint", "channel", "'post'"},
    {"correction", "state", "'refused'"},
    {"correction", "cause", "'typing'"},
    {"correction", "reported_by", "'agency'"},
    {"fee", "state", "'expected'"},
    {"fee", "kind", "'fee'"},
    {"fee", "due", "'return'"},
    {"fee", "means", "NULL"},
    {"fee", "refund", "NULL"},
    {"fee", "exemption", "NULL"},
    {"loss", "state", "'open'"},
    {"loss", "what", "'lost'"},
    {"loss", "found", "'custody'"},
};

static void store_word(struct id id, size_t i, const char *word)
{
    script(bench->f.db,
           arena_printf(bench->f.arena, "UPDATE intake.%s SET %s = %s WHERE %s = '%s'", words[i].table, words[i].column,
                        word, strcmp(words[i].table, "dossier") == 0 ? "id" : "dossier", id_text(id).s));
}

/* During an upgrade a newer process stores words that this one does not know: work on that dossier is refused, the rest
 * of the batch goes on. */
static void a_word_of_a_newer_release_stops_its_dossier_alone(void **state)
{
    static const int first[] = {1}, second[] = {2};
    static const struct intake_complain complain = {.channel = CHANNEL_POST, .category = "delay", .text = "Chậm"};
    struct intake_note_loss lose = {.components = first,
                                    .count = 1,
                                    .what = INTAKE_HARM_LOST,
                                    .minutes = {.id = {{0x5c, 1}},
                                                .kind = DOCUMENT_LOSS_MINUTES,
                                                .media_type = "text/plain",
                                                .pages = 1,
                                                .content = {(const uint8_t *)"x", 1}}};
    struct intake_receive other = receive_command();
    struct id id = id_new();
    (void)state;
    NEEDS_PG();
    reference_data();
    receive(id);
    act(id, INTAKE_COMPLAIN, &complain, "H11.35-tn01");
    act(id, INTAKE_NOTE_LOSS, &lose, "H11.35-tn01");
    lose.components = second;
    lose.minutes.id.b[1] = 2;
    const char *of = arena_strdup(bench->f.arena, id_text(id).s);
    script(bench->f.db, "DO $$DECLARE c record; BEGIN"
                        " FOR c IN SELECT conrelid::regclass AS checked, conname FROM pg_constraint"
                        "   WHERE contype = 'c' AND conislocal AND conrelid <> 0"
                        "     AND connamespace = 'intake'::regnamespace LOOP"
                        " EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.checked, c.conname);"
                        " END LOOP; END$$");
    script(bench->f.db,
           arena_printf(bench->f.arena,
                        "INSERT INTO intake.obligation (dossier, step, round, state) VALUES ('%s', 3, 1, 'met');"
                        "INSERT INTO intake.finding (dossier, number, finding, replaces, time_unit, amount, basis,"
                        "       found_by, found_at) VALUES ('%s', 1, 'far', false, 'days', 1, 'x', 'x', now());"
                        "INSERT INTO intake.correction (dossier, number, state, document, cause, unit, reported_by,"
                        "       asked_by, asked_at) VALUES ('%s', 1, 'refused', '%s', 'typing', 'x', 'agency', 'x',"
                        "       now())",
                        of, of, of, of));
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        store_word(id, i, "'of_tomorrow'");
        read_again(id);
        struct work *works[] = {
            new_command(id_new(), "dossier", INTAKE_RECEIVE, true, &other, "H11.35-tn01", "H11.35"),
            new_command(id, "dossier", INTAKE_NOTE_LOSS, false, &lose, "H11.35-tn01", "H11.35"),
            new_command(id_new(), "dossier", INTAKE_RECEIVE, true, &other, "H11.35-tn01", "H11.35")};
        run(works, (int)COUNT_OF(works));
        if (works[1]->refusal.code != ERR_BUG || !strstr(works[1]->refusal.en, "\"of_tomorrow\""))
            fail_msg("%s.%s: %s", words[i].table, words[i].column, works[1]->refusal.en);
        assert_int_equal(works[0]->refusal.code, ERR_OK);
        assert_int_equal(works[2]->refusal.code, ERR_OK);
        store_word(id, i, words[i].was);
    }
    read_again(id);
    act(id, INTAKE_NOTE_LOSS, &lose, "H11.35-tn01");
    assert_string_equal(ask_text("SELECT count(*)::text FROM intake.loss WHERE dossier = $1", id), "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_release_is_repeatable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(from_receipt_to_return, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_control_slip_has_both_ways, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_obligation_pauses_the_clock_and_moves_the_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_moves_a_date_is_stored_with_its_evidence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_date_that_was_in_force_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_period_that_ends_early_is_kept_with_what_was_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_period_left_out_moves_the_step_of_an_expected_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(codes_have_no_gap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_kept_with_its_reasons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_guidance_is_kept_until_it_is_followed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_guidance_was_followed_when_the_receipt_was_given, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_late_entered_stop_does_not_tell_the_date_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_stop_that_was_signed_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_is_stored_and_starts_the_clock_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_says_what_the_dossier_is_with_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_supplement_answers_the_list_of_its_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_recount_is_told_with_its_batch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_apology_is_stored_with_what_it_was_judged_by, set_up, tear_down),
        cmocka_unit_test_setup_teardown(fees_are_stored_as_they_are_paid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(complaints_are_stored_with_their_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_is_stored_with_what_was_asked_and_published, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lost_papers_are_stored_with_their_cases, set_up, tear_down),
        cmocka_unit_test_setup_teardown(turns_are_stored_with_who_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_turn_is_stored_with_how_the_work_went, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_way_back_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_given_back_does_not_go_round, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_breaks_a_turn_off_brings_back_what_is_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_word_of_a_newer_release_stops_its_dossier_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_statement_is_right, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
