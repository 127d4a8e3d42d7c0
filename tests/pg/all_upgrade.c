/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An old database is brought up to date: the schema of a service as its first migrations made it, with rows, gets the
 * later ones, those of common/flow/db/parts in the middle of them. Release by release, or all at once: every row is
 * there with what it held, every statement of today fits, and the schema is that of a database which is made anew.
 */
#include "tests/pg/flow_fixture.h"

#include "services/appraisal/repo.h"
#include "services/approval/repo.h"
#include "services/audit/repo.h"
#include "services/intake/repo.h"
#include "services/return/repo.h"

extern const struct embedded intake_sql[], appraisal_sql[], approval_sql[], return_sql[], audit_sql[];

#define A   "'00000000-0000-7000-8000-00000000000a'"
#define B   "'00000000-0000-7000-8000-00000000000b'"
#define SHA "decode(repeat('ab', 32), 'hex')"
#define T   "'2019-10-01 08:00+07'"
#define FACTS                                                                                                          \
    "INSERT INTO dossier VALUES (" A ", 'c-1', 'H11.35', 'H11.35.21', 'Q1', '1.1', 'p', 1, 'on_the_spot', '', " T ")," \
    " (" B ", 'c-2', 'H11.35', 'H11.35.21', 'Q1', '1.1', 'p', 1, 'back_office', 'x', " T ");"                          \
    "INSERT INTO paper VALUES (" A ", " B ", 'draft_result', " SHA ", 2);"                                             \
    "INSERT INTO worklist VALUES ('H11.35', true, " T ", " A ", 2, 1), ('H11.35', false, " T ", " B ", 2, 1);"

static const struct old {
    const char *service;
    const struct embedded *sql;
    const struct db_stmt *const *statements;
    const char *rows; /* as the first schema has them */
} olds[] = {
    {"intake", intake_sql, intake_statements,
     "INSERT INTO dossier VALUES (" A
     ", 'c-1', 'returned', 'counter', 'Q1', 'H11.35.21', 'H11.35', '1.1', 'p', 1, 'on_the_spot', 'tn01', " T ", " T
     ", 'working_days:3', '{\"vi\": []}', 1, 2026, 1, NULL, 'granted', " T ", " T "),"
     " (" B ", NULL, 'refused', 'post', 'Q1', 'H11.35.21', 'H11.35', '1.1', NULL, NULL, NULL, 'tn01', " T
     ", NULL, NULL, NULL, 1, NULL, 0, NULL, NULL, NULL, NULL);"
     "INSERT INTO worklist VALUES ('H11.35', true, " T ", " A ", true);"
     "INSERT INTO applicant VALUES (" A ", 'Nguyễn Văn A', '123456789', NULL, NULL, NULL, 'x');"
     "INSERT INTO component VALUES (" A ", 1, 'Đơn', 1, 0, 0);"
     "INSERT INTO document VALUES (" B ", " A ", 'draft_result', 'text/plain', 1, " SHA ", 'x', 'td01', " T ");"
     "INSERT INTO transfer VALUES (" A ", 2, 1, 'taken', 'H11.35.21', 'H11.35', " T ", 'tn01', " T ", 'td01', " T
     ", NULL);"
     "INSERT INTO refusal VALUES (" B ", '{other}', 'x');"
     "INSERT INTO access_log (at, who, unit, what, dossiers) VALUES (" T ", 'x', 'H11', 'dossier', ARRAY[" A
     "]::uuid[]);"
     "INSERT INTO catalogue_current VALUES ('unit', 'H11', 17897, 0, 1, 1, " SHA ", '{\"name\": \"UBND tỉnh\"}');"},
    {"appraisal", appraisal_sql, appraisal_statements,
     FACTS "INSERT INTO barred VALUES (" A ", 'pd01');"
           "INSERT INTO step VALUES (" A ", 2, 1, 'appraised', 'H11.35', 'td01', " T ", " T ", " T ", " T ", 'for', " B
           "),"
           " (" B ", 3, 1, 'assigned', 'H11.35', 'td01', " T ", " T ", " T ", NULL, '', NULL), (" B
           ", 3, 2, 'queued', 'H11.35', NULL, " T ", NULL, NULL, NULL, '', NULL);"},
    {"approval", approval_sql, approval_statements,
     FACTS "INSERT INTO barred VALUES (" A ", 'td01');"
           "INSERT INTO step VALUES (" A ", 3, 1, 'signed', 'H11.35', " T ", 'for', " B ", " SHA
           ", 2, 'granted', 'pd01', " T ", 'm1', 'pd01', " T ", 'ink_attested', " B "), (" B
           ", 4, 1, 'expected', 'H11.35', NULL, '', NULL, NULL, NULL, '', NULL, NULL,"
           " NULL, NULL, NULL, '', NULL);"
           "INSERT INTO mandate VALUES ('m1', " A ", 'pd01', 'H11.35', 'KT', '*', '1/QĐ', 17897, 0);"},
    {"return", return_sql, return_statements,
     "INSERT INTO dossier VALUES (" A ", 'c-1', 'H11.35', 'H11.35.21', 'Q1', '1.1', 'p', 1, 'on_the_spot', '', " T "),"
     " (" B ", 'c-2', 'H11.35', 'H11.35.21', 'Q1', '1.1', 'p', 1, 'back_office', 'x', " T ");"
     "INSERT INTO worklist VALUES ('H11.35', true, " T ", " A ", 4, 1);"
     "INSERT INTO document VALUES (" A ", " B ", " SHA
     ", 2, 'granted', 'archived', 3, 'pd01', 'm1', 'KT', 'ink_attested', " T ", 'H11.35', 4, 5, 1, " T ", 'vt01', " T
     ", 'tk01', " T ", " T ", 'counter', " T ", " T "), (" B ", " A ", " SHA
     ", 2, 'refused', 'handed_over', 3, 'pd01', 'm1', 'KT',"
     " 'ink_attested', " T ", 'H11.35', 4, 5, 1, " T ", NULL, NULL, NULL, NULL, " T ", 'post', " T ", NULL);"
     "INSERT INTO issued_number VALUES ('kq', 2019, 1, '01/KQ', " A ", " B ", 'vt01', " T ");"
     "INSERT INTO seal_use VALUES ('s1', " T ", " A ", " B ", 1, 'vt01', 'office');"
     "INSERT INTO series VALUES ('kq', " A ", 'H11.35', 'result', '{n}/KQ', 17897, 0);"
     "INSERT INTO seal VALUES ('s1', " B ", 'H11.35', 1, 'vt01', 'office', '1', '', 17897, 0);"},
    {"audit", audit_sql, audit_statements,
     "INSERT INTO entry (number, topic, \"partition\", \"offset\", source, subject_kind, subject, version, type, "
     "event_id, dossier_code, unit,"
     "   actor, place, step, round, occurred_at, sealed_at, sha256, head, event)"
     " VALUES (1, 'taicho.intake.v1', 0, 0, 0, 'dossier', " A ", 1, 'Received', " B
     ", 'c-1', 'H11.35', 'tn01', 'Q1', 1, 1, " T ", " T ", " SHA ", 'h', 'e');"
     "INSERT INTO fact VALUES (" A ", 'c-1', 'H11.35', 'H11.35.21', '1.1', '2019-10-01', " T ", " T
     ", 'granted', 'early', 31, 0, false);"
     "INSERT INTO kpi VALUES ('H11.35', '1.1', '2019-10-01', 1, 0, 1, 0, 0, 1, 0, 1);"
     "INSERT INTO target VALUES ('t1', 'commune', 100, '1', '2019-01-01', NULL);"},
};

static struct fixture f;
static const struct old *old; /* the one that is tested */

static int of(const char *file)
{
    return (int)strtol(file + strcspn(file, "0123456789"), NULL, 10);
}

/* until gives the migrations up to a number, in the order in which they run; those without one are of the newest. */
static const struct embedded *until(int number)
{
    struct embedded *files = ARENA_ARRAY(f.arena, 64, struct embedded);
    size_t n = 0;

    for (const struct embedded *e = old->sql; e->name; e++)
        if (strpbrk(e->name, "0123456789") && of(e->name) <= number) {
            assert_true(n < 63);
            files[n++] = *e;
        }
    files[n] = (struct embedded){0};
    return files;
}

/* text runs a statement with one text in its answer. */
static const char *text(const char *sql)
{
    static int n;
    struct err e = {0};
    struct db_answer *q;
    struct db_stmt *s = ARENA_NEW(f.arena, struct db_stmt);

    *s = (struct db_stmt){arena_printf(f.arena, "upgrade_%d", n++), sql};
    ok(db_run(f.db, f.arena, s, DB_ARGS(db_text(old->service)), &q, &e), &e);
    const char *answer = arena_strdup(f.arena, db_count(q) ? db_get_text(q, 0, 0) : NULL);
    db_forget(f.db);
    return answer ? answer : "";
}

/* As many columns as there were; a column keeps its number when it gets another name. */
static const char note_columns[] =
    "CREATE TEMP TABLE were AS"
    " SELECT c.relname, max(a.attnum) AS last FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    "  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    "    AND c.relname NOT IN ('migration', 'clock') GROUP BY c.relname";

/* A statement that gives every row as text, with the columns that there were. */
static const char rows_script[] = "SELECT string_agg(format('SELECT %L || t::text AS line FROM (SELECT %s FROM %I.%I) "
                                  "t', w.relname || ' ', a.columns,"
                                  "                         $1::text, w.relname), ' UNION ALL ' ORDER BY w.relname)"
                                  "  FROM were w JOIN LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY "
                                  "attnum) AS columns FROM pg_attribute"
                                  "                             WHERE attrelid = format('%I.%I', $1::text, "
                                  "w.relname)::regclass AND attnum BETWEEN 1 AND w.last"
                                  "                               AND NOT attisdropped) a ON true";

/* What a schema is, but for the order of its columns. */
static const char schema_script[] =
    "SELECT string_agg(x, E'\\n' ORDER BY x) FROM ("
    "  SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "pg_get_expr(d.adbin, d.adrelid)) AS x"
    "    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    "    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    "   WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p', 'v')"
    "  UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint"
    "   WHERE connamespace = $1::text::regnamespace AND conrelid <> 0"
    "  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = $1"
    "  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = $1::text::regnamespace"
    "  UNION ALL SELECT format('%s %s', relname, relacl) FROM pg_class WHERE relnamespace = $1::text::regnamespace AND "
    "relkind IN ('r', 'p')) y";

static void migrate(const struct embedded *files)
{
    fixture_migrate(&f, old->service, files);
    script(f.db, arena_printf(f.arena, "SET search_path = %s, ext", old->service));
}

static char *made_anew(void)
{
    fixture_open(&f, "upgrade_new");
    migrate(old->sql);
    char *schema = strdup(text(schema_script));
    fixture_close(&f);
    assert_non_null(schema);
    return schema;
}

/* The watches that a release sets of steps that are open already are no rows that there were. */
static const char *rows_now(void)
{
    return text(arena_printf(f.arena,
                             "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (%s) t"
                             " WHERE $1::text IS NOT NULL AND line NOT LIKE 'timer (%%,step,%%'",
                             text(rows_script)));
}

/* brought_up makes the oldest schema with its rows and brings it up to date, in steps or at once. */
static void brought_up(bool in_steps, const char *wanted)
{
    struct err e = {0};
    size_t statements = 0;

    fixture_open(&f, "upgrade");
    migrate(until(1));
    script(f.db, old->rows);
    script(f.db, note_columns);
    const char *rows = rows_now();
    assert_non_null(strstr(rows, "c-1"));
    for (int n = 2; in_steps && n < 100; n++)
        migrate(until(n));
    migrate(old->sql);
    assert_string_equal(rows_now(), rows);
    if (strcmp(text(schema_script), wanted) != 0)
        print_message("# %s is now\n%s\n# and should be\n%s\n", old->service, text(schema_script), wanted);
    assert_string_equal(text(schema_script), wanted);
    struct db *db = fixture_service(&f, old->service);
    while (old->statements[statements])
        statements++;
    ok(db_check(db, old->statements, statements, &e), &e);
    db_close(db);
    fixture_close(&f);
}

static void an_old_database_is_brought_up_to_date(void **state)
{
    (void)state;
    if (!getenv("TEST_PG")) {
        print_message("# TEST_PG is not set\n");
        skip();
    }
    for (size_t i = 0; i < COUNT_OF(olds); i++) {
        old = &olds[i];
        char *wanted = made_anew();
        brought_up(false, wanted);
        brought_up(true, wanted);
        free(wanted);
    }
}

/* What audit had counted by an older rule: late by rule and open, withdrawn, withdrawn behind its date, stopped while
 * the citizen was waited for, one in time, and one withdrawn behind its date before that was told; and pauses of which
 * it had kept the events alone. */
#define FACT(n_, result_, timing_, overdue_, supplements_)                                                             \
    "INSERT INTO fact (dossier, code, unit, receiving_unit, procedure, day, due_at, ended_at, result, timing, "        \
    "overdue, supplements) VALUES ('00000000-0000-7000-8000-00000000001" #n_ "', 'c-" #n_                              \
    "', 'H11.35', 'H11.35', '1.1', '2019-10-01', '2019-10-03 16:00+07',"                                               \
    " CASE WHEN '" result_ "' <> 'open' THEN timestamptz '2019-10-04 08:00+07' END, '" result_ "', '" timing_          \
    "', " #overdue_ ", " #supplements_ ");"
#define ENTRY(n_, of_, type_, event_)                                                                                  \
    "INSERT INTO entry (number, topic, \"partition\", \"offset\", source, subject_kind, subject, version, type, "      \
    "event_id, dossier_code, unit, actor, place, step, round, occurred_at, sealed_at, sha256, head, event)"            \
    " VALUES (" #n_ ", 'taicho.intake.v1', 0, " #n_ ", 0, 'dossier', '00000000-0000-7000-8000-00000000001" #of_        \
    "', " #n_ ", '" type_ "', " B ", 'c-0', 'H11.35', 'tn01', 'Q1', 1, 1, '2019-10-02 08:00+07', " T ", " SHA          \
    ", 'h', '\\x" event_ "');"

static void what_audit_had_counted_is_counted_anew(void **state)
{
    (void)state;
    if (!getenv("TEST_PG")) {
        print_message("# TEST_PG is not set\n");
        skip();
    }
    old = &olds[4];
    fixture_open(&f, "upgrade_count");
    migrate(until(23));
    script(f.db,
           FACT(0, "open", "", false, 2) FACT(1, "withdrawn", "", false, 2) FACT(2, "withdrawn", "", true, 1)
               FACT(3, "stopped", "", false, 1) FACT(4, "granted", "early", false, 0) FACT(
                   5, "withdrawn", "", false,
                   0) "INSERT INTO kpi (unit, procedure, day, received, early, withdrawn, stopped, as_of)"
                      " VALUES ('H11.35', '1.1', '2019-10-01', 6, 1, 3, 1, 7);"
                      "INSERT INTO kpi (unit, procedure, day, received) VALUES ('H11.36', '1.1', '2019-10-01', 1);");
    /* Fields of other kinds stand before the body: an id, a number of two octets, a fixed one. */
    script(f.db, ENTRY(1, 3, "SupplementRequested",
                       "0a02aabb289601ad01000000008a032708021080d0c99cbdfce402188090"
                       "d8a38a8ee50222056f746865722a0ac4912d6cc3a36e683031")
                     ENTRY(2, 0, "ObligationOpened", "0a02aabb289601ad0100000000fa02090880a4b1fceafee402")
                         ENTRY(3, 0, "PeriodExcluded",
                               "0a02aabb289601ad0100000000e2081d0a0976696f6c6174696f6e1080e4"
                               "81fafbf8e4021880c8998ce6a8e502")
           /* At the counter, by whoever followed a guidance; he came for a correction, and said so
            * often. */
           ENTRY(4, 0, "Received", "c202070801a20102aabb") ENTRY(5, 0, "CorrectionHandedOver", "a207020801")
               ENTRY(6, 0, "RatingGiven", "ca07023003"));
    migrate(old->sql);
    assert_string_equal(
        text("SELECT string_agg(result || ' ' || timing, ', ' ORDER BY dossier) FROM fact WHERE $1 <> ''"),
        "open late, withdrawn late, withdrawn late, stopped , granted early, withdrawn late");
    assert_string_equal(text("SELECT concat_ws(' ', early, late, withdrawn, stopped, late_open, late_withdrawn, "
                             "late_stopped) FROM kpi WHERE unit = 'H11.35' AND $1 <> ''"),
                        "1 4 0 1 1 3 0");
    /* What was counted anew is published anew, and nothing else. */
    assert_string_equal(
        text("SELECT string_agg(concat_ws(' ', key, v->'late', v->'late_open', v->'in_process', "
             "v->'as_of', v#>'{fees,due_vnd}', v->'partition', v->'supplement_late', v->'contacts_sum', "
             "v->'agencies_sum', v->'contacts_rated_sum'), ',' ORDER BY id) FROM (SELECT id, key, "
             "convert_from(value, 'UTF8')::jsonb AS v FROM outbox_row WHERE $1 <> '') o"),
        "H11.35/1.1/2019-10-01 3 1 0 7 0,H11.35/1.1/2019-10-01 4 1 0 7 0,"
        "H11.35/1.1/2019-10-01 4 1 0 7 0 1,"
        "H11.35/1.1/2019-10-01 4 1 0 7 0 1 3 1 3");
    assert_string_equal(text("SELECT string_agg(concat_ws(' ', supplement_late, contacts, visited), ',' ORDER BY "
                             "dossier) FROM fact WHERE $1 <> ''"),
                        "f 2 t,f 0 f,f 0 f,t 1 f,f 0 f,f 0 f");
    assert_string_equal(
        text("SELECT string_agg(concat_ws(' ', number, day, kind, code, superior, left(civil(from_at), 16), "
             "left(civil(until_at), 16)), E'\n' ORDER BY number) FROM pause WHERE $1 <> ''"),
        "1 2019-10-02 supplement other đ-lãnh01 2019-10-02T09:00\n"
        "2 2019-10-03 obligation   2019-10-03T07:30\n"
        "3 2019-09-30 excluded violation  2019-09-30T23:30 2019-10-20T00:00");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_old_database_is_brought_up_to_date),
                                       cmocka_unit_test(what_audit_had_counted_is_counted_anew)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
