/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations from nothing and again, the rights of a service's role, the clock, the days of the outbox. */
#include "tests/pg/flow_fixture.h"

static struct fixture f;

#define FILE_(name_, text_)                                                                                            \
    {                                                                                                                  \
        .name = name_, .text = text_, .n = sizeof text_ - 1                                                            \
    }
static const struct embedded files[] = {
    FILE_("001_init.sql", "CREATE TABLE seal (id int PRIMARY KEY, name text);\n"
                          "CREATE TABLE entry (id int);\n"
                          "REVOKE UPDATE, DELETE ON entry FROM taicho_intake;\n-- the end"),
    {0},
};

static enum err_code run(const char *name, const struct embedded *own, instant start, struct err *e)
{
    struct migrate_service s = {.name = name, .password = FIXTURE_PASSWORD, .migrations = own};
    return migrate_run(f.db, &s, start, e);
}

static int64_t applied(void)
{
    static const struct db_stmt s = {"t_applied", "SELECT count(*) FROM intake.migration"};
    return number(f.db, f.arena, &s);
}

static void a_service_is_made_from_nothing_and_again(void **state)
{
    struct err e = {0};
    int64_t offset = -1;
    ok(run("intake", files, INSTANT_NONE, &e), &e);
    int64_t count = applied();
    assert_true(count >= 2);
    ok(run("intake", files, INSTANT_NONE, &e), &e);
    assert_int_equal(applied(), count);

    struct db *db = fixture_service(&f, "intake");
    ok(migrate_check(db, files, &offset, &e), &e);
    assert_int_equal(offset, 0);
    db_close(db);
}

static void must_fail(struct db *db, const char *sql, const char *sqlstate)
{
    struct err e = {0};
    assert_int_not_equal(db_script(db, sql, &e), ERR_OK);
    if (strcmp(e.sqlstate, sqlstate) != 0)
        fail_msg("%s: %s instead of %s: %s", sql, e.sqlstate, sqlstate, e.en);
}

static void the_role_has_its_own_rows_and_nothing_else(void **state)
{
    struct err e = {0};
    ok(run("approval", NULL, INSTANT_NONE, &e), &e);
    struct db *db = fixture_service(&f, "intake");
    script(
        db,
        "INSERT INTO seal VALUES (1, 'a'); UPDATE seal SET name = 'b'; DELETE FROM seal; INSERT INTO entry VALUES (1)");
    script(db, "SELECT unaccent('Nguyễn')");
    script(db, "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content) VALUES "
               "('t', 0, 'k', gen_random_uuid(), 'X', now(), 'c')");
    script(db, "SELECT * FROM outbox");
    must_fail(db, "UPDATE entry SET id = 2", "42501");
    must_fail(db, "SELECT * FROM approval.subject", "42501");
    must_fail(db, "CREATE TABLE mine (id int)", "42501");
    must_fail(db, "CREATE TABLE public.mine (id int)", "42501");
    must_fail(db, "ALTER TABLE seal ADD COLUMN x int", "42501");
    must_fail(db, "TRUNCATE seal", "42501");
    must_fail(db, "DELETE FROM migration", "42501");
    must_fail(db, "CREATE TEMP TABLE seal (id int)", "42501");
    /* A second run gives nothing back. */
    ok(run("intake", files, INSTANT_NONE, &e), &e);
    must_fail(db, "UPDATE entry SET id = 2", "42501");
    db_close(db);
}

static const struct db_stmt timeout = {"t_timeout",
                                       "SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'"};

static void the_role_has_limits(void **state)
{
    struct db *db = fixture_service(&f, "intake");
    assert_int_equal(number(db, f.arena, &timeout), 10000);
    db_close(db);
}

static void a_changed_file_is_refused_by_name(void **state)
{
    static const struct embedded changed[] = {FILE_("001_init.sql", "SELECT 1"), {0}};
    struct err e = {0};
    int64_t offset;
    assert_int_equal(run("intake", changed, INSTANT_NONE, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "001_init.sql"));
    struct db *db = fixture_service(&f, "intake");
    assert_int_equal(migrate_check(db, changed, &offset, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "changed"));
    db_close(db);
}

static void a_broken_file_leaves_nothing(void **state)
{
    static const struct embedded broken[] = {
        FILE_("001_init.sql", "CREATE TABLE half (id int);\nSELECT * FROM no_such_table;"), {0}};
    static const struct embedded whole[] = {FILE_("001_init.sql", "CREATE TABLE half (id int);"), {0}};
    struct err e = {0};
    assert_int_not_equal(run("appraisal", broken, INSTANT_NONE, &e), ERR_OK);
    assert_non_null(strstr(e.en, "001_init.sql of appraisal"));
    assert_string_equal(e.sqlstate, "42P01");
    ok(run("appraisal", whole, INSTANT_NONE, &e), &e);
}

static void check_says_what_is_missing_and_what_is_too_new(void **state)
{
    static const struct embedded more[] = {
        FILE_("001_init.sql", "CREATE TABLE half (id int);"), FILE_("002_more.sql", "SELECT 1;"), {0}};
    struct err e = {0};
    int64_t offset;
    struct db *db = fixture_service(&f, "appraisal");
    assert_int_equal(migrate_check(db, more, &offset, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "002_more.sql is not applied; run `taichoctl migrate`"));
    ok(run("appraisal", more, INSTANT_NONE, &e), &e);
    ok(migrate_check(db, more, &offset, &e), &e);
    assert_int_equal(migrate_check(db, NULL, &offset, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "newer release"));
    db_close(db);
    ok(db_open(f.owner, "test", "public", 5000, &db, &e), &e);
    assert_int_equal(migrate_check(db, NULL, &offset, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "no tables"));
    db_close(db);
}

static void a_file_without_a_number_replaces_what_it_made(void **state)
{
#define SAYS(n_) FILE_("says.sql", "CREATE OR REPLACE FUNCTION says() RETURNS bigint LANGUAGE sql AS 'SELECT " #n_ "';")
#define HALF     FILE_("001_init.sql", "CREATE TABLE half (id int);")
    static const struct embedded first[] = {HALF, SAYS(1), {0}}, second[] = {HALF, SAYS(2), {0}},
                                 newer[] = {HALF, FILE_("002_more.sql", "SELECT 1;"), SAYS(3), {0}};
    static const struct db_stmt said = {"t_said", "SELECT return.says()"},
                                runs = {"t_runs", "SELECT count(DISTINCT at) FROM return.migration"};
    struct err e = {0};
    int64_t offset;
    ok(run("return", first, INSTANT_NONE, &e), &e);
    assert_int_equal(number(f.db, f.arena, &said), 1);
    struct db *db = fixture_service(&f, "return");
    ok(migrate_check(db, first, &offset, &e), &e);
    assert_int_equal(migrate_check(db, second, &offset, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "says.sql is not applied; run `taichoctl migrate`"));
    ok(run("return", second, INSTANT_NONE, &e), &e);
    assert_int_equal(number(f.db, f.arena, &said), 2);
    ok(migrate_check(db, second, &offset, &e), &e);
    script(f.db, "UPDATE return.migration SET at = now()");
    ok(run("return", second, INSTANT_NONE, &e), &e);
    assert_int_equal(number(f.db, f.arena, &runs), 1); /* nothing ran again */
    ok(run("return", newer, INSTANT_NONE, &e), &e);
    assert_int_equal(run("return", second, INSTANT_NONE, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.en, "002_more.sql of a newer release"));
    assert_int_equal(number(f.db, f.arena, &said), 3);
    db_close(db);
}

static void all_services_share_one_clock(void **state)
{
    static const struct db_stmt offsets = {
        "t_offsets", "SELECT CASE WHEN a.offset_us = r.offset_us AND a.movable AND r.movable THEN a.offset_us END"
                     "  FROM audit.clock a, return.clock r"};
    struct fixture own = {0};
    struct err e = {0};
    instant start = INSTANT_NONE;
    struct migrate_service audit = {.name = "audit"}, ret = {.name = "return"};
    assert_true(instant_parse("2019-10-01T07:30:00+07:00", &start));
    fixture_open(&own, "flow_clock");
    ok(migrate_run(own.db, &audit, start, &e), &e);
    ok(migrate_run(own.db, &ret, start, &e), &e);
    int64_t offset = number(own.db, own.arena, &offsets);
    assert_true(llabs(offset - (start - instant_real())) < 10 * INSTANT_SECOND);
    ok(migrate_run(own.db, &audit, start + INSTANT_DAY, &e), &e);
    assert_true(number(own.db, own.arena, &offsets) == offset);
    fixture_close(&own);
}

static const struct db_stmt swept = {"t_swept",
                                     "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                                     " WHERE i.inhparent = 'intake.outbox_row'::regclass"
                                     "   AND NOT coalesce('autovacuum_vacuum_insert_threshold=-1'"
                                     "                    = ANY (c.reloptions), false)"};
static const struct db_stmt days = {"t_days",
                                    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'intake.outbox_row'::regclass"};
static const struct db_stmt in_rest = {"t_rest", "SELECT count(*) FROM intake.outbox_rest"};
static const struct db_stmt rows_left = {"t_rows", "SELECT count(*) FROM intake.outbox_row"};

/* Ten days ago an event was published; nine days ago one was not. */
static void days_are_made_and_dropped(void **state)
{
    struct db *db = fixture_service(&f, "intake");
    assert_int_equal(number(f.db, f.arena, &days), 5); /* today, three more, and the rest */
    script(f.db, "DELETE FROM intake.outbox_row");
    for (int age = 9; age <= 10; age++) {
        char sql[700];
        snprintf(
            sql, sizeof sql,
            "DO $$ DECLARE d date := (now() AT TIME ZONE 'UTC')::date - %d; BEGIN"
            " EXECUTE format('CREATE TABLE intake.%%I PARTITION OF intake.outbox_row FOR VALUES FROM (%%L) TO (%%L)',"
            " 'outbox_' || to_char(d, 'YYYYMMDD'), d || ' 00:00+00', (d + 1) || ' 00:00+00'); END $$",
            age);
        script(f.db, sql);
    }
#define ROW_OF(age)                                                                                                    \
    "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, recorded_at)"                   \
    " VALUES ('t', 0, 'k', gen_random_uuid(), 'X', now(), 'c',"                                                        \
    " ((now() AT TIME ZONE 'UTC')::date - " age " + time '12:00') AT TIME ZONE 'UTC');"
    script(db, ROW_OF("10") ROW_OF("12"));
    assert_int_equal(number(f.db, f.arena, &in_rest), 1);
    script(db, "SELECT outbox_drop_day(7)");
    assert_int_equal(number(f.db, f.arena, &rows_left), 2); /* nothing was ever acknowledged */
    script(db,
           "INSERT INTO tick (id, s1, s2, topics, partitions, sequences, counts, rows, first_id, last_id, acknowledged)"
           " SELECT 1, '1:1:', pg_current_snapshot(), '{t}', '{0}', '{1}', '{2}', 2, min(id), max(id), true FROM "
           "outbox_row");
    script(db, ROW_OF("9"));
    script(db,
           "INSERT INTO tick (id, s1, s2, topics, partitions, sequences, counts, rows, first_id, last_id)"
           " SELECT 2, s2, pg_current_snapshot(), '{t}', '{0}', '{3}', '{1}', 1, last_id + 1, last_id + 1 FROM tick");
    assert_int_equal(number(f.db, f.arena, &days), 7);
    script(db, "SELECT outbox_drop_day(7)"); /* one at a time, the oldest first */
    script(db, "SELECT outbox_drop_day(7)");
    assert_int_equal(number(f.db, f.arena, &days), 6);
    assert_int_equal(number(f.db, f.arena, &rows_left), 2); /* of nine days ago, and of twelve in the rest */
    script(db, "UPDATE tick SET acknowledged = true; SELECT outbox_drop_day(7); DELETE FROM outbox_rest");
    assert_int_equal(number(f.db, f.arena, &days), 5);
    assert_int_equal(number(f.db, f.arena, &rows_left), 0);
    /* A command that is under way is not waited for. */
    struct db *busy = fixture_service(&f, "intake");
    script(db, "SELECT outbox_drop_day(7)");
    script(f.db, "CREATE TABLE intake.outbox_20200101 PARTITION OF intake.outbox_row"
                 " FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-01-02 00:00+00')");
    script(busy, "BEGIN;" ROW_OF("1"));
    int64_t begin = instant_mono();
    must_fail(db, "SELECT outbox_drop_day(7)", "55P03");
    assert_true(instant_mono() - begin < INSTANT_SECOND);
    script(busy, "ROLLBACK");
    script(db, "SELECT outbox_drop_day(7)");
    assert_int_equal(number(f.db, f.arena, &days), 5);
    db_close(busy);
    script(db, "SELECT outbox_make_days(5)");
    assert_int_equal(number(f.db, f.arena, &days), 7);
    assert_int_equal(number(f.db, f.arena, &swept), 0); /* whether made by the migrations or since */
    must_fail(db, "DROP TABLE outbox_rest", "42501");
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_is_made_from_nothing_and_again),
        cmocka_unit_test(the_role_has_its_own_rows_and_nothing_else),
        cmocka_unit_test(the_role_has_limits),
        cmocka_unit_test(a_changed_file_is_refused_by_name),
        cmocka_unit_test(a_broken_file_leaves_nothing),
        cmocka_unit_test(check_says_what_is_missing_and_what_is_too_new),
        cmocka_unit_test(a_file_without_a_number_replaces_what_it_made),
        cmocka_unit_test(all_services_share_one_clock),
        cmocka_unit_test(days_are_made_and_dropped),
    };
    if (!getenv("TEST_PG")) {
        printf("skipped: TEST_PG is not set\n");
        return 0;
    }
    fixture_open(&f, "flow_migrate");
    int failed = cmocka_run_group_tests_name("flow_migrate", tests, NULL, NULL);
    fixture_close(&f);
    return failed;
}
