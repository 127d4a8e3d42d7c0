/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process of the release before goes on beside a migration until it is stopped: its statements, as that release had
 * them, were prepared by the service's role before the migration ran, and write behind it. What they store is as this
 * release reads it, and what they know nothing of stays as it was.
 */
#include "tests/pg/flow_fixture.h"

extern const struct embedded intake_sql[], appraisal_sql[], audit_sql[];

#define D(n) "'00000000-0000-7000-8000-00000000000" #n "'"
#define SHA  "decode(repeat('ab', 32), 'hex')"
#define T    "'2019-10-01 08:00+07'"
#define AT   "'2019-10-09 16:00+07'"

static struct fixture f;

/* until gives the migrations up to a number, in the order in which they run. */
static const struct embedded *until(const struct embedded *sql, int number)
{
    struct embedded *files = ARENA_ARRAY(f.arena, 128, struct embedded);
    size_t n = 0;

    for (const struct embedded *e = sql; e->name; e++) {
        const char *digits = strpbrk(e->name, "0123456789");
        if (digits && strtol(digits, NULL, 10) <= number) {
            assert_true(n < 127);
            files[n++] = *e;
        }
    }
    return files;
}

static void migrate(const char *service, const struct embedded *files)
{
    fixture_migrate(&f, service, files);
    script(f.db, arena_printf(f.arena, "SET search_path = %s, ext", service));
}

/* release_before has the schema of a service as its first migrations made it, with these rows, brought up to the
 * release before; its process has prepared its statements. */
static struct db *release_before(const char *service, const struct embedded *sql, const char *rows, int number,
                                 const char *prepare)
{
    fixture_open(&f, "beside");
    migrate(service, until(sql, 1));
    script(f.db, rows);
    migrate(service, until(sql, number));
    struct db *old = fixture_service(&f, service);
    script(old, prepare);
    return old;
}

static bool no_database(void)
{
    if (getenv("TEST_PG"))
        return false;
    print_message("# TEST_PG is not set\n");
    skip();
    return true;
}

/* said gives what a statement finds, all in one text. */
static const char *said(const char *sql)
{
    static int n;
    struct err e = {0};
    struct db_answer *q;
    struct db_stmt *s = ARENA_NEW(f.arena, struct db_stmt);

    *s = (struct db_stmt){arena_printf(f.arena, "beside_%d", n++), sql};
    ok(db_run(f.db, f.arena, s, DB_NO_ARGS, &q, &e), &e);
    const char *answer = arena_strdup(f.arena, db_count(q) ? db_get_text(q, 0, 0) : NULL);
    db_forget(f.db);
    return answer ? answer : "";
}

static void finish(struct db *old)
{
    db_close(old);
    fixture_close(&f);
}

/* ---- intake, before 053: it knows nothing of a consignment, nor of papers that are freed */

#define RECEIVED(n)                                                                                                    \
    "INSERT INTO dossier VALUES (" D(n) ", 'c-" #n "', 'in_process', 'counter', 'Q1', 'H11.35.21', 'H11.35', '1.1', "  \
                                        "'p', 1, 'back_office', 'tn01', " T ", " T                                     \
                                        ", 'working_days:3', '{\"vi\": []}', 1, 2026, 3, NULL, NULL, NULL, "           \
                                        "NULL);"                                                                       \
                                        "INSERT INTO component VALUES (" D(n) ", 1, 'Đơn', 1, 0, 0), (" D(             \
                                            n) ", 2, 'Sổ hộ khẩu', 1, 0, 0), (" D(n) ", 3, 'Bản chụp', 0, 0, 1);"

static const char intake_prepare[] =
    "PREPARE move AS "
    "UPDATE dossier d SET state = m.state, outcome = m.outcome, finished_at = m.finished_at, returned_at = "
    "m.returned_at, returned_by = m.returned_by, broken_off_at = m.broken_off_at, sealed_document = m.sealed "
    "FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], "
    "$7::timestamptz[], $8::uuid[]) AS m (id, state, outcome, finished_at, returned_at, returned_by, "
    "broken_off_at, sealed) WHERE d.id = m.id"
    ";"
    "PREPARE withdrawal AS "
    "UPDATE dossier d SET withdrawal = w.state, withdrawal_request = w.request, withdrawal_at = w.at, "
    "withdrawal_by = w.by FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[]) AS "
    "w (id, state, request, at, by) WHERE d.id = w.id"
    ";"
    "PREPARE stop AS "
    "UPDATE dossier d SET stop = s.state, stop_notice = s.notice, stop_ground = s.ground, stop_at = s.at, "
    "stop_by = s.by, lapsed_stop_notice = s.lapsed_notice, lapsed_stop_ground = s.lapsed_ground, "
    "lapsed_stop_at = s.lapsed_at, lapsed_stop_by = s.lapsed_by FROM unnest($1::uuid[], $2::text[], "
    "$3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::text[], $9::timestamptz[], "
    "$10::text[]) AS s (id, state, notice, ground, at, by, lapsed_notice, lapsed_ground, lapsed_at, "
    "lapsed_by) WHERE d.id = s.id"
    ";"
    "PREPARE give_back AS "
    "UPDATE component c SET given_back_at = g.at, given_back_by = g.by FROM unnest($1::uuid[], $2::int[], "
    "$3::text[], $4::timestamptz[]) AS g (dossier, number, by, at) WHERE c.dossier = g.dossier AND c.number "
    "= g.number";

#define MOVES(n, to, outcome, ended)                                                                                   \
    "EXECUTE move(ARRAY[" D(n) "]::uuid[], '{" to "}', " outcome ", " ended ", '{NULL}', '{NULL}', ARRAY[" AT          \
                               "]::timestamptz[], '{NULL}');"
#define WITHDRAWN(n)                                                                                                   \
    "EXECUTE withdrawal(ARRAY[" D(n) "]::uuid[], '{granted}', ARRAY[" D(                                               \
        9) "]::uuid[], ARRAY[" T "]::timestamptz[], '{tn01}');" MOVES(n, "withdrawn", "'{NULL}'", "'{NULL}'")
static void papers_go_back_whichever_release_ended_the_dossier(void **state)
{
    (void)state;
    if (no_database())
        return;
    struct db *old =
        release_before("intake", intake_sql, RECEIVED(1) RECEIVED(2) RECEIVED(3) RECEIVED(4), 52, intake_prepare);
    script(f.db, "UPDATE component SET to_show = true WHERE number = 2 AND dossier = " D(1));
    script(old, WITHDRAWN(4)); /* before the migration: it stays as it was marked */
    migrate("intake", intake_sql);
    script(old, WITHDRAWN(1)               /* one by one, */
           "BEGIN;" WITHDRAWN(2) "COMMIT;" /* and with what else it does */
           MOVES(3, "closing", "'{granted}'", "'{NULL}'")
               MOVES(3, "finished", "'{granted}'", "ARRAY[" AT "]::timestamptz[]"));
    /* Originals that are only shown, and copies, are nothing that goes back; a result frees nothing. */
    assert_string_equal(said("SELECT string_agg(concat_ws(' ', code, number, freed), ', ' ORDER BY code, number)"
                             "  FROM component JOIN dossier ON id = dossier"),
                        "c-1 1 t, c-1 2 f, c-1 3 f, c-2 1 t, c-2 2 t, c-2 3 f, c-3 1 f, c-3 2 f, c-3 3 f, c-4 1 f, "
                        "c-4 2 f, c-4 3 f");
    script(old, "EXECUTE give_back(ARRAY[" D(2) "]::uuid[], '{1}', '{tn01}', ARRAY[" AT "]::timestamptz[])");
    assert_string_equal(said("SELECT concat_ws(' ', given_back_by, given_back_at IS NOT NULL, given_back_consignment)"
                             "  FROM component WHERE number = 1 AND dossier = " D(2)),
                        "tn01 t"); /* at the counter: it knew of no other way */
    assert_string_equal(said("SELECT string_agg(concat_ws(' ', dossier, number), ', ' ORDER BY dossier, number)"
                             "  FROM component WHERE (to_return OR freed) AND given_back_at IS NULL"),
                        "00000000-0000-7000-8000-000000000001 1, 00000000-0000-7000-8000-000000000002 2");
    finish(old);
}

/* ---- intake, before 056: it knows nothing of units that kept silent */

static void who_kept_silent_stays_kept(void **state)
{
    (void)state;
    if (no_database())
        return;
    struct db *old = release_before("intake", intake_sql, RECEIVED(1) RECEIVED(2), 55,
                                    "PREPARE ask_units AS "
                                    "UPDATE dossier d SET asked_unit = a.unit, part_units = "
                                    "string_to_array(a.parts, ','), step_unit = a.step, took_part = "
                                    "ARRAY(SELECT DISTINCT u FROM unnest(d.took_part || "
                                    "string_to_array(a.took_part, ',')) AS u ORDER BY u) FROM "
                                    "unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS a "
                                    "(id, unit, parts, step, took_part) WHERE d.id = a.id");
    migrate("intake", intake_sql);
    script(f.db, "UPDATE dossier SET silent_units = '{H11.05}' WHERE id = " D(1));
    script(
        old,
        "EXECUTE ask_units(ARRAY[" D(1) ", " D(
            2) "]::uuid[], '{NULL,NULL}', '{\"H11.01,H11.02\",NULL}', '{NULL,H11.36}', '{\"H11.01,H11.02\",H11.36}')");
    assert_string_equal(
        said("SELECT string_agg(concat_ws(' ', code, part_units, silent_units, took_part, units_of(d)), ', ' "
             "ORDER BY code) FROM dossier d"),
        "c-1 {H11.01,H11.02} {H11.05} {H11.01,H11.02} {H11.35,H11.35.21,NULL,NULL,NULL,H11.01,H11.02,H11.05}, "
        "c-2 {H11.36} {H11.35,H11.35.21,NULL,H11.36,NULL}");
    /* It leaves there what has no business any more when the dossier is decided. */
    script(f.db, "UPDATE dossier SET state = 'closing', outcome = 'granted' WHERE id = " D(1));
    assert_string_equal(
        said(
            "SELECT concat_ws(' ', silent_units, ('H11.05' = ANY (array_remove(units_of(d), NULL)))::text) FROM dossier d WHERE id = " D(
                1)),
        "{H11.05} false");
    finish(old);
}

/* ---- appraisal, before 030: it knows nothing of answers that came late */

static const char appraisal_prepare[] =
    "PREPARE steps AS "
    "INSERT INTO step (dossier, step, round, kind, state, unit, officer, asked, opened_at, assigned_at, "
    "due_at, ended_at, opinion, document, near_at, warning, asked_at, verified) SELECT * FROM "
    "unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], "
    "$9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[], "
    "$14::uuid[], $15::timestamptz[], $16::text[], $17::timestamptz[], $18::int[]) ON CONFLICT (dossier, "
    "step, round) DO UPDATE SET state = excluded.state, officer = excluded.officer, asked = excluded.asked, "
    "assigned_at = excluded.assigned_at, due_at = excluded.due_at, ended_at = excluded.ended_at, opinion = "
    "excluded.opinion, document = excluded.document, near_at = excluded.near_at, warning = excluded.warning, "
    "asked_at = excluded.asked_at, verified = excluded.verified"
    ";"
    "PREPARE parts AS "
    "INSERT INTO part (dossier, step, round, number, unit, state, officer, opened_at, due_at, ended_at, "
    "opinion, document, near_at, warning, minutes, request) SELECT * FROM unnest($1::uuid[], $2::int[], "
    "$3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], "
    "$10::timestamptz[], $11::text[], $12::uuid[], $13::timestamptz[], $14::text[], $15::int[], $16::uuid[]) "
    "ON CONFLICT (dossier, step, round, number) DO UPDATE SET state = excluded.state, officer = "
    "excluded.officer, opened_at = excluded.opened_at, due_at = excluded.due_at, ended_at = "
    "excluded.ended_at, opinion = excluded.opinion, document = excluded.document, near_at = "
    "excluded.near_at, warning = excluded.warning";

#define STEPS                                                                                                          \
    "EXECUTE steps(ARRAY[" D(1) ", " D(                                                                                \
        1) "]::uuid[], '{2,3}', '{1,1}', '{consult,appraise}', "                                                       \
           "'{unanswered,assigned}', '{H11.35,H11.35}', '{td01,td01}', '{H11.36,NULL}', ARRAY[" T ", " T               \
           "]::timestamptz[], ARRAY[" T ", " T "]::timestamptz[], ARRAY[" T ", " T "]::timestamptz[], ARRAY[" T        \
           ", NULL]::timestamptz[], '{\"\",\"\"}', '{NULL,NULL}', '{NULL,NULL}', '{\"\",\"\"}', '{NULL,NULL}', '{0,0}');"
#define PARTS(officer, opinion, document)                                                                              \
    "EXECUTE parts(ARRAY[" D(1) "]::uuid[], '{3}', '{1}', '{1}', '{H11.37}', '{lapsed}', '{" officer "}', ARRAY[" T    \
                                "]::timestamptz[], ARRAY[" T "]::timestamptz[], ARRAY[" T                              \
                                "]::timestamptz[], '{\"" opinion "\"}', " document                                     \
                                ", '{NULL}', '{\"\"}', '{0}', '{NULL}');"

static void a_late_answer_stays_beside_the_silence(void **state)
{
    (void)state;
    if (no_database())
        return;
    struct db *old = release_before("appraisal", appraisal_sql, "", 29, appraisal_prepare);
    migrate("appraisal", appraisal_sql);
    script(old, STEPS PARTS("NULL", "", "'{NULL}'"));
    const char *rows = "SELECT concat_ws(' ', s.state, s.document IS NULL, s.answered_at IS NULL, s.decided, p.state, "
                       "p.document IS NULL, p.answered_at IS NULL, p.decided)"
                       "  FROM step s JOIN part p USING (dossier) WHERE s.step = 2";
    assert_string_equal(said(rows), "unanswered t t f lapsed t t f");
    script(f.db, "UPDATE part SET officer = 'td09', opinion = 'for', document = " D(8) ", answered_at = " AT
                                                                                       ", decided = true");
    script(old, PARTS("td09", "for", "ARRAY[" D(8) "]::uuid[]"));
    assert_string_equal(said(rows), "unanswered t t f lapsed f f t");
    finish(old);
}

/* ---- audit, before 031: it knows nothing of when an apology was sealed */

static const char audit_prepare[] =
    "PREPARE entries AS "
    "INSERT INTO entry (number, topic, \"partition\", \"offset\", source, subject_kind, subject, version, "
    "type, event_id, dossier_code, unit, actor, place, step, round, occurred_at, sealed_at, sha256, head, "
    "event, step_unit, step_opened_at, step_due_at, step_minutes_used, step_minutes_late, step_timing, "
    "command, step_ended_at) SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::bigint[], "
    "$5::int[], $6::text[], $7::uuid[], $8::bigint[], $9::text[], $10::uuid[], $11::text[], $12::text[], "
    "$13::text[], $14::text[], $15::int[], $16::int[], $17::timestamptz[], $18::timestamptz[], $19::bytea[], "
    "$20::bytea[], $21::bytea[], $22::text[], $23::timestamptz[], $24::timestamptz[], $25::bigint[], "
    "$26::bigint[], $27::text[], $28::uuid[], $29::timestamptz[])"
    ";"
    "PREPARE facts AS "
    "INSERT INTO fact (dossier, code, unit, receiving_unit, procedure, day, due_at, ended_at, result, "
    "timing, at_counter, elsewhere, overdue, supplements, extended, rated, complaints, justified, "
    "late_answers, delivery, proxy, unclaimed, uncharged, supplement_late, contacts, visited, waits_from, "
    "counter, answers, late_publications) SELECT dossier, code, unit, receiving_unit, procedure, DATE "
    "'1970-01-01' + day, due_at, ended_at, result, timing, at_counter, elsewhere, overdue, supplements, "
    "extended, rated, complaints, justified, late_answers, delivery, proxy, unclaimed, uncharged, "
    "supplement_late, contacts, visited, waits_from, counter, answers, late_publications FROM "
    "unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], "
    "$8::timestamptz[], $9::text[], $10::text[], $11::int[], $12::int[], $13::boolean[], $14::int[], "
    "$15::int[], $16::boolean[], $17::int[], $18::int[], $19::int[], $20::text[], $21::boolean[], "
    "$22::boolean[], $23::bigint[], $24::boolean[], $25::int[], $26::boolean[], $27::timestamptz[], "
    "$28::text[], $29::int[], $30::int[]) AS n(dossier, code, unit, receiving_unit, procedure, day, due_at, "
    "ended_at, result, timing, at_counter, elsewhere, overdue, supplements, extended, rated, complaints, "
    "justified, late_answers, delivery, proxy, unclaimed, uncharged, supplement_late, contacts, visited, "
    "waits_from, counter, answers, late_publications) ON CONFLICT (dossier) DO UPDATE SET due_at = "
    "excluded.due_at, ended_at = excluded.ended_at, result = excluded.result, timing = excluded.timing, "
    "at_counter = excluded.at_counter, elsewhere = excluded.elsewhere, overdue = excluded.overdue, "
    "supplements = excluded.supplements, extended = excluded.extended, rated = excluded.rated, complaints = "
    "excluded.complaints, justified = excluded.justified, late_answers = excluded.late_answers, delivery = "
    "excluded.delivery, proxy = excluded.proxy, unclaimed = excluded.unclaimed, uncharged = "
    "excluded.uncharged, supplement_late = excluded.supplement_late, contacts = excluded.contacts, visited = "
    "excluded.visited, waits_from = excluded.waits_from, answers = excluded.answers, late_publications = "
    "excluded.late_publications";

#define ENTRY(n, of, type, at)                                                                                         \
    "EXECUTE entries('{" #n "}', '{taicho.return.v1}', '{0}', '{" #n                                                   \
    "}', '{3}', '{dossier}', ARRAY[" D(of) "]::uuid[], '{" #n "}', '{" type "}', ARRAY[" D(                            \
        9) "]::uuid[], '{c-" #of "}', '{H11.35}', '{vt01}', '{office}', "                                              \
           "'{6}', '{1}', ARRAY[" at "]::timestamptz[], ARRAY[" at "]::timestamptz[], ARRAY[" SHA                      \
           "], ARRAY['h'::bytea], "                                                                                    \
           "ARRAY['e'::bytea], '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}');"
#define FACT(of, due, extended)                                                                                        \
    "EXECUTE facts(ARRAY[" D(                                                                                          \
        of) "]::uuid[], '{c-" #of "}', '{H11.35}', '{H11.35}', '{1.1}', '{18170}', ARRAY[" due                         \
            "]::timestamptz[], '{NULL}', '{open}', '{\"\"}', '{0}', '{0}', '{f}', '{0}', '{" #extended                 \
            "}', '{f}', '{0}', '{0}', "                                                                                \
            "'{0}', '{\"\"}', '{f}', '{f}', '{0}', '{f}', '{0}', '{f}', '{NULL}', '{Q1}', '{0}', '{0}');"

static void the_next_release_knows_when_an_apology_was_sealed(void **state)
{
    (void)state;
    if (no_database())
        return;
    struct db *old = release_before("audit", audit_sql, "", 30, audit_prepare);
    /* Before the migration: sealed, of one that has moved its date already, and of one that has not. */
    script(old, FACT(1, T, 0) FACT(2, T, 1) ENTRY(1, 1, "ApologyIssued", AT) ENTRY(2, 2, "ApologyIssued", AT));
    migrate("audit", until(audit_sql, 31));
    const char *rows =
        "SELECT string_agg(concat_ws(' ', code, left(civil(due_at), 10), extended, left(civil(apologised_at), 10), "
        "passed_at, by_hours), ', ' ORDER BY code) FROM fact";
    assert_string_equal(said(rows), "c-1 2019-10-01 0 2019-10-09 f, c-2 2019-10-01 1 f");
    /* Between two migrations. */
    script(old, FACT(4, T, 0) ENTRY(6, 4, "ApologyIssued", AT));
    migrate("audit", audit_sql);
    assert_string_equal(said("SELECT left(civil(apologised_at), 10) FROM fact WHERE code = 'c-4'"), "2019-10-09");
    script(f.db, "DELETE FROM fact WHERE code = 'c-4'");
    /* Behind it: the letter of a dossier that it had received before, and of one that it receives now. */
    script(old, FACT(3, T, 0) ENTRY(3, 3, "Numbered", AT));
    script(old, "BEGIN;" ENTRY(4, 3, "ApologyIssued", AT) FACT(3, T, 0) "COMMIT;");
    assert_string_equal(said(rows), "c-1 2019-10-01 0 2019-10-09 f, c-2 2019-10-01 1 f, c-3 2019-10-01 0 2019-10-09 f");
    /* What the next release has found stands, whatever of the dossier the old one still takes. */
    script(f.db, "UPDATE fact SET passed_at = due_at, by_hours = true WHERE code = 'c-1'");
    script(old, FACT(1, AT, 1) ENTRY(5, 1, "ApologyIssued", "'2019-10-20 08:00+07'"));
    assert_string_equal(said("SELECT concat_ws(' ', left(civil(due_at), 10), extended, left(civil(apologised_at), 10), "
                             "left(civil(passed_at), 10), by_hours) FROM fact WHERE code = 'c-1'"),
                        "2019-10-09 1 2019-10-09 2019-10-01 t");
    finish(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(papers_go_back_whichever_release_ended_the_dossier),
                                       cmocka_unit_test(who_kept_silent_stays_kept),
                                       cmocka_unit_test(a_late_answer_stays_beside_the_silence),
                                       cmocka_unit_test(the_next_release_knows_when_an_apology_was_sealed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
