/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io/db against a real PostgreSQL: types, pipelines, errors in their midst, lost connections, time limits, the pool.
 * TEST_PG is the conninfo of a superuser of a throw-away cluster; without it everything is skipped.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/arena.h"
#include "common/base/instant.h"
#include "common/io/db.h"

#define DEADLINE_MS 5000

static const char *conninfo;

static const struct db_stmt begin = {"begin", "BEGIN"};
static const struct db_stmt commit = {"commit", "COMMIT"};
static const struct db_stmt rollback = {"rollback", "ROLLBACK"};
static const struct db_stmt one = {"one", "SELECT 1 AS n"};
static const struct db_stmt my_pid = {"my_pid", "SELECT pg_backend_pid() AS pid"};
static const struct db_stmt kill_one = {"kill_one", "SELECT pg_terminate_backend($1, 5000) AS done"};
static const struct db_stmt add = {"add", "INSERT INTO io_db_t (id, word) VALUES ($1, $2)"};
static const struct db_stmt how_many = {"how_many", "SELECT count(*) AS n FROM io_db_t"};

struct fixture {
    struct db *db;
    struct arena *arena;
};

/* ok fails the test with the text of the error. */
static void ok(enum err_code rc, const struct err *e)
{
    if (rc)
        fail_msg("%s: %s [%s]", err_row(rc)->symbol, e->en, e->sqlstate);
}

static int setup(void **state)
{
    static struct fixture f;
    *state = &f;
    f = (struct fixture){0};
    if (!conninfo)
        return 0;
    struct err e = {0};
    f.arena = arena_new(64 << 20);
    ok(db_open(conninfo, "io_db", "public", DEADLINE_MS, &f.db, &e), &e);
    ok(db_script(f.db, "DROP TABLE IF EXISTS io_db_t; CREATE TABLE io_db_t (id bigint PRIMARY KEY, word text)", &e),
       &e);
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    arena_free(f->arena);
    return 0;
}

static struct fixture *need(void **state)
{
    if (!conninfo) {
        print_message("skipped: TEST_PG is not set\n");
        skip();
    }
    return *state;
}

static int64_t number(struct fixture *f, const struct db_stmt *s)
{
    struct err e = {0};
    struct db_answer *q;
    ok(db_run(f->db, f->arena, s, DB_NO_ARGS, &q, &e), &e);
    assert_int_equal(db_count(q), 1);
    return db_get_int(q, 0, 0);
}

/* ---- types */

static const struct db_stmt scalars = {
    "scalars", "SELECT $1::bool AS b, $2::int4 AS i4, $3::int8 AS i8, $4::text AS t, $5::bytea AS y, $6::uuid AS u,"
               "       $7::timestamptz AS at, $8::jsonb AS j, $2::int2 AS i2, $4::varchar AS vc, $8::json AS js,"
               "       extract(epoch FROM $7::timestamptz)::bigint AS epoch, $8::jsonb->>'a' AS a"};

static void test_scalars(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    struct id id = id_new();
    instant now = instant_real();
    const uint8_t raw[] = {0, 1, 255, 0, 7};
    struct db_answer *q;
    ok(db_run(f->db, f->arena, &scalars,
              DB_ARGS(db_bool(true), db_int4(-5), db_int8(INT64_MIN + 1), db_text("Nguyễn Thị \"Ảnh\""),
                      db_bytes((struct bytes){raw, sizeof raw}), db_uuid(id), db_time(now), db_json("{\"a\": \"b\"}")),
              &q, &e),
       &e);
    assert_int_equal(db_count(q), 1);
    assert_true(db_get_bool(q, 0, db_column(q, "b")));
    assert_int_equal(db_get_int(q, 0, db_column(q, "i4")), -5);
    assert_int_equal(db_get_int(q, 0, db_column(q, "i2")), -5);
    assert_true(db_get_int(q, 0, db_column(q, "i8")) == INT64_MIN + 1);
    assert_string_equal(db_get_text(q, 0, db_column(q, "t")), "Nguyễn Thị \"Ảnh\"");
    assert_string_equal(db_get_text(q, 0, db_column(q, "vc")), "Nguyễn Thị \"Ảnh\"");
    struct bytes y = db_get_bytes(q, 0, db_column(q, "y"));
    assert_int_equal(y.n, sizeof raw);
    assert_memory_equal(y.p, raw, sizeof raw);
    assert_true(id_eq(db_get_uuid(q, 0, db_column(q, "u")), id));
    assert_true(db_get_time(q, 0, db_column(q, "at")) == now);
    assert_in_range(db_get_int(q, 0, db_column(q, "epoch")), now / INSTANT_SECOND, now / INSTANT_SECOND + 1);
    assert_string_equal(db_get_text(q, 0, db_column(q, "j")), "{\"a\": \"b\"}");
    assert_string_equal(db_get_text(q, 0, db_column(q, "js")), "{\"a\": \"b\"}");
    assert_string_equal(db_get_text(q, 0, db_column(q, "a")), "b");
    for (int i = 0; i < 13; i++)
        assert_false(db_is_null(q, 0, i));
}

/* "ROLLBACK" in answer to COMMIT is told as an error, not as a success: what was asked for is not stored. */
static void test_commit_of_a_failed_transaction(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    db_ask(f->db, f->arena, &begin, DB_NO_ARGS);
    db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(1), db_text("a")));
    db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(1), db_text("again")));
    assert_int_not_equal(db_flush(f->db, &e), ERR_OK);
    assert_string_equal(e.sqlstate, "23505");
    db_ask(f->db, f->arena, &commit, DB_NO_ARGS);
    assert_int_not_equal(db_flush(f->db, &e), ERR_OK);
    assert_string_equal(e.sqlstate, "25P02");
    assert_int_equal(number(f, &how_many), 0);
}

static void test_nulls_and_empties(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    struct db_answer *q;
    ok(db_run(f->db, f->arena, &scalars,
              DB_ARGS(db_bool(false), db_int4(0), db_int8(0), db_text(NULL), db_bytes((struct bytes){NULL, 0}),
                      db_uuid_or_null(id_nil), db_time(INSTANT_NONE), db_json(NULL)),
              &q, &e),
       &e);
    assert_false(db_get_bool(q, 0, 0));
    for (int i = 3; i < 8; i++)
        assert_true(db_is_null(q, 0, i));
    assert_null(db_get_text(q, 0, 3));
    assert_null(db_get_bytes(q, 0, 4).p);
    assert_true(id_is_nil(db_get_uuid(q, 0, 5)));
    assert_true(db_get_time(q, 0, 6) == INSTANT_NONE);
    assert_null(db_get_text(q, 0, 7));
    assert_int_equal(db_get_int(q, 0, db_column(q, "epoch")), 0);

    ok(db_run(f->db, f->arena, &scalars,
              DB_ARGS(db_bool(false), db_int4(0), db_int8(0), db_text(""),
                      db_bytes((struct bytes){(const uint8_t *)"", 0}), db_uuid(id_nil), db_time(0), db_json("null")),
              &q, &e),
       &e);
    assert_string_equal(db_get_text(q, 0, 3), "");
    assert_non_null(db_get_bytes(q, 0, 4).p);
    assert_int_equal(db_get_bytes(q, 0, 4).n, 0);
    assert_false(db_is_null(q, 0, 5));
    assert_true(db_get_time(q, 0, 6) == 0);
    assert_string_equal(db_get_text(q, 0, 7), "null");
}

static void test_infinities(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt s = {"infinities",
                                     "SELECT 'infinity'::timestamptz AS a, '-infinity'::timestamptz AS b,"
                                     "       isfinite($1::timestamptz) AS c, $1::timestamptz = 'infinity' AS d"};
    struct err e = {0};
    struct db_answer *q;
    ok(db_run(f->db, f->arena, &s, DB_ARGS(db_time(INT64_MAX)), &q, &e), &e);
    assert_true(db_get_time(q, 0, 0) == INT64_MAX);
    assert_true(db_get_time(q, 0, 1) == INT64_MIN + 1);
    assert_false(db_get_bool(q, 0, 2));
    assert_true(db_get_bool(q, 0, 3));
}

/* A text goes where the statement wants a date, a number or an enum, as it does in psql. */
static void test_text_for_other_types(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt s = {
        "untyped", "SELECT ($1::date + 1)::text AS d, ($2::numeric * 2)::text AS n, $3::io_db_mood AS m"};
    struct err e = {0};
    ok(db_script(f->db, "DROP TYPE IF EXISTS io_db_mood; CREATE TYPE io_db_mood AS ENUM ('glad', 'sad')", &e), &e);
    struct db_answer *q;
    ok(db_run(f->db, f->arena, &s, DB_ARGS(db_text("2024-02-28"), db_text("1.25"), db_text("sad")), &q, &e), &e);
    assert_string_equal(db_get_text(q, 0, 0), "2024-02-29");
    assert_string_equal(db_get_text(q, 0, 1), "2.50");
    assert_string_equal(db_get_text(q, 0, 2), "sad");
}

static const struct db_stmt arrays = {
    "arrays",
    "SELECT u.b, u.i4, u.i8, u.t, u.y, u.id, u.at, u.j"
    "  FROM unnest($1::bool[], $2::int4[], $3::int8[], $4::text[], $5::bytea[], $6::uuid[], $7::timestamptz[],"
    "              $8::jsonb[]) WITH ORDINALITY AS u (b, i4, i8, t, y, id, at, j, n) ORDER BY n"};

struct columns {
    struct db_array *b, *i4, *i8, *t, *y, *id, *at, *j;
};

static struct columns columns_new(struct arena *a)
{
    return (struct columns){db_array_new(a, DB_BOOL), db_array_new(a, DB_INT4),  db_array_new(a, DB_INT8),
                            db_array_new(a, DB_TEXT), db_array_new(a, DB_BYTES), db_array_new(a, DB_UUID),
                            db_array_new(a, DB_TIME), db_array_new(a, DB_JSON)};
}

static struct db_answer *ask_arrays(struct fixture *f, const struct columns *c)
{
    return db_ask(f->db, f->arena, &arrays,
                  DB_ARGS(db_items(c->b), db_items(c->i4), db_items(c->i8), db_items(c->t), db_items(c->y),
                          db_items(c->id), db_items(c->at), db_items(c->j)));
}

static void test_arrays(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    struct id id = id_new();
    struct columns c = columns_new(f->arena), none = columns_new(f->arena);
    db_array_bool(c.b, true);
    db_array_int(c.i4, -1);
    db_array_int(c.i8, INT64_MAX);
    db_array_text(c.t, "một");
    db_array_bytes(c.y, (struct bytes){(const uint8_t *)"\0\1", 2});
    db_array_uuid(c.id, id);
    db_array_time(c.at, 1);
    db_array_text(c.j, "[1, 2]");

    db_array_null(c.b);
    db_array_null(c.i4);
    db_array_null(c.i8);
    db_array_text(c.t, NULL);
    db_array_bytes(c.y, (struct bytes){NULL, 0});
    db_array_uuid_or_null(c.id, id_nil);
    db_array_time(c.at, INSTANT_NONE);
    db_array_text(c.j, NULL);
    assert_int_equal(db_array_count(c.j), 2);

    struct db_answer *q = ask_arrays(f, &c), *empty = ask_arrays(f, &none);
    ok(db_flush(f->db, &e), &e);
    assert_int_equal(db_count(empty), 0);
    assert_int_equal(db_count(q), 2);
    assert_true(db_get_bool(q, 0, 0));
    assert_int_equal(db_get_int(q, 0, 1), -1);
    assert_true(db_get_int(q, 0, 2) == INT64_MAX);
    assert_string_equal(db_get_text(q, 0, 3), "một");
    assert_memory_equal(db_get_bytes(q, 0, 4).p, "\0\1", 2);
    assert_true(id_eq(db_get_uuid(q, 0, 5), id));
    assert_true(db_get_time(q, 0, 6) == 1);
    assert_string_equal(db_get_text(q, 0, 7), "[1, 2]");
    for (int i = 0; i < 8; i++)
        assert_true(db_is_null(q, 1, i));
}

static void test_arrays_in_answers(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt s = {
        "answers_arrays", "SELECT ARRAY[1,NULL,-3]::int8[] AS i8, ARRAY[4]::int4[] AS i4, '{}'::int8[] AS none,"
                          "       NULL::int8[] AS null_, ARRAY['a',NULL,'ế']::text[] AS t, '{}'::text[] AS no_t"};
    struct err e = {0};
    struct db_answer *q;
    int64_t v[2] = {9, 9};
    ok(db_run(f->db, f->arena, &s, DB_NO_ARGS, &q, &e), &e);
    assert_int_equal(db_get_ints(q, 0, 0, v, 2), 3);
    assert_int_equal(v[0], 1);
    assert_int_equal(v[1], 0);
    assert_int_equal(db_get_ints(q, 0, 1, v, 2), 1);
    assert_int_equal(v[0], 4);
    assert_int_equal(db_get_ints(q, 0, 2, v, 2), 0);
    assert_int_equal(db_get_ints(q, 0, 3, v, 2), 0);
    size_t n = 9;
    const char **t = db_get_texts(q, 0, 4, f->arena, &n);
    assert_int_equal(n, 3);
    assert_string_equal(t[0], "a");
    assert_null(t[1]);
    assert_string_equal(t[2], "ế");
    db_get_texts(q, 0, 5, f->arena, &n);
    assert_int_equal(n, 0);
}

/* ---- pipelines */

static void test_one_round_trip(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    db_ask(f->db, f->arena, &begin, DB_NO_ARGS);
    struct db_answer *a = db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(1), db_text("a")));
    struct db_answer *b = db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(2), db_text("b")));
    struct db_answer *n = db_ask(f->db, f->arena, &how_many, DB_NO_ARGS);
    db_ask(f->db, f->arena, &commit, DB_NO_ARGS);
    ok(db_flush(f->db, &e), &e);
    assert_int_equal(db_affected(a), 1);
    assert_int_equal(db_affected(b), 1);
    assert_int_equal(db_get_int(n, 0, db_column(n, "n")), 2);
    ok(db_flush(f->db, &e), &e); /* nothing asked: nothing happens */
}

static void test_error_in_the_middle(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt later = {"later", "SELECT 2 AS n"};
    struct err e = {0};
    for (int round = 0; round < 3; round++) {
        db_ask(f->db, f->arena, &begin, DB_NO_ARGS);
        db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(7), db_text("a")));
        db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(7), db_text("b")));
        struct db_answer *q = db_ask(f->db, f->arena, &later, DB_NO_ARGS); /* its Parse is skipped each time */
        db_ask(f->db, f->arena, &commit, DB_NO_ARGS);
        assert_int_equal(db_flush(f->db, &e), ERR_CONFLICT);
        assert_string_equal(e.sqlstate, "23505");
        assert_non_null(strstr(e.en, "add: "));
        assert_non_null(strstr(e.en, "io_db_t_pkey"));
        assert_null(strstr(e.en, "(7)"));
        assert_int_equal(db_count(q), 0);

        /* The transaction is there and failed; the first ROLLBACK is parsed inside it. */
        assert_int_equal(db_run(f->db, f->arena, &one, DB_NO_ARGS, NULL, &e), ERR_CONFLICT);
        assert_string_equal(e.sqlstate, "25P02");
        ok(db_run(f->db, f->arena, &rollback, DB_NO_ARGS, NULL, &e), &e);
        assert_int_equal(number(f, &how_many), 0);
    }
    assert_int_equal(number(f, &later), 2);
    ok(db_run(f->db, f->arena, &rollback, DB_NO_ARGS, NULL, &e), &e); /* without a transaction: a notice */
}

static void test_error_while_parsing(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt broken = {"broken", "SELECT nonsense FROM io_db_t"};
    struct err e = {0};
    for (int round = 0; round < 2; round++) {
        db_ask(f->db, f->arena, &broken, DB_NO_ARGS);
        db_ask(f->db, f->arena, &broken, DB_NO_ARGS);
        db_ask(f->db, f->arena, &one, DB_NO_ARGS);
        assert_int_equal(db_flush(f->db, &e), ERR_CONFLICT);
        assert_string_equal(e.sqlstate, "42703");
        assert_non_null(strstr(e.en, "broken: column \"nonsense\" does not exist (at character 8)"));
    }
    assert_int_equal(number(f, &one), 1);
}

static void test_many_statements(void **state)
{
    struct fixture *f = need(state);
    enum { COUNT = 500 };
    struct err e = {0};
    struct db_stmt *s = ARENA_ARRAY(f->arena, COUNT, struct db_stmt);
    struct db_answer *q[COUNT];
    for (int i = 0; i < COUNT; i++) {
        s[i].name = arena_printf(f->arena, "many_%d", i);
        s[i].sql = arena_printf(f->arena, "SELECT %d AS n", i);
    }
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < COUNT; i++)
            q[i] = db_ask(f->db, f->arena, &s[i], DB_NO_ARGS);
        ok(db_flush(f->db, &e), &e);
        for (int i = 0; i < COUNT; i++)
            assert_int_equal(db_get_int(q[i], 0, 0), i);
        db_forget(f->db);
    }
}

/* More than the sockets hold, both ways at once: a client that only sends, or only reads, would hang here. */
static void test_big_batch(void **state)
{
    struct fixture *f = need(state);
    enum { ROWS = 10000, ROUNDS = 3 };
    struct err e = {0};
    struct columns c = columns_new(f->arena);
    char word[301];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = 0;
    for (int i = 0; i < ROWS; i++) {
        db_array_bool(c.b, i % 2);
        db_array_int(c.i4, i);
        db_array_int(c.i8, i);
        db_array_text(c.t, word);
        db_array_bytes(c.y, (struct bytes){(const uint8_t *)word, 100});
        db_array_uuid(c.id, id_new());
        db_array_time(c.at, i);
        db_array_text(c.j, "{}");
    }
    struct db_answer *q[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        q[i] = ask_arrays(f, &c);
    ok(db_flush(f->db, &e), &e);
    for (int k = 0; k < ROUNDS; k++) {
        assert_int_equal(db_count(q[k]), ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            assert_int_equal(db_get_int(q[k], i, 2), (int64_t)i);
            assert_int_equal(strlen(db_get_text(q[k], i, 3)), 300);
        }
    }
}

/* ---- what goes wrong with connections */

static void test_killed(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    struct db *killer;
    ok(db_open(conninfo, "killer", NULL, DEADLINE_MS, &killer, &e), &e);
    for (int round = 0; round < 2; round++) {
        int64_t pid = number(f, &my_pid);
        db_ask(f->db, f->arena, &begin, DB_NO_ARGS);
        db_ask(f->db, f->arena, &add, DB_ARGS(db_int8(1), db_text("a")));
        ok(db_flush(f->db, &e), &e);
        ok(db_run(killer, f->arena, &kill_one, DB_ARGS(db_int4((int32_t)pid)), NULL, &e), &e);

        db_ask(f->db, f->arena, &commit, DB_NO_ARGS);
        e = (struct err){0};
        assert_int_equal(db_flush(f->db, &e), ERR_UNAVAILABLE);
        print_message("killed: %s [%s]\n", e.en, e.sqlstate);
        assert_true(db_lost(f->db));
        assert_int_equal(db_socket(f->db), -1);
        assert_int_equal(db_run(f->db, f->arena, &one, DB_NO_ARGS, NULL, &e), ERR_UNAVAILABLE);
        ok(db_open_if_lost(f->db, &e), &e);
        assert_int_equal(number(f, &how_many), 0); /* everything is prepared anew */
    }
    db_close(killer);
}

struct killing {
    int64_t pid;
    enum err_code rc;
};

static void *kill_soon(void *arg)
{
    struct killing *k = arg;
    static const struct db_stmt wait_and_kill = {"wait_and_kill",
                                                 "SELECT pg_sleep(0.2), pg_terminate_backend($1, 5000) AS done"};
    struct err e;
    struct db *killer;
    struct arena *a = arena_new(4096);
    k->rc = db_open(conninfo, "killer", NULL, DEADLINE_MS, &killer, &e);
    if (!k->rc) {
        k->rc = db_run(killer, a, &wait_and_kill, DB_ARGS(db_int4((int32_t)k->pid)), NULL, &e);
        db_close(killer);
    }
    arena_free(a);
    return NULL;
}

static void test_killed_while_waiting(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt nap = {"nap", "SELECT pg_sleep(20)"};
    struct err e = {0};
    struct killing k = {.pid = number(f, &my_pid)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, kill_soon, &k), 0);
    db_ask(f->db, f->arena, &nap, DB_NO_ARGS);
    db_ask(f->db, f->arena, &one, DB_NO_ARGS);
    assert_int_equal(db_flush(f->db, &e), ERR_UNAVAILABLE);
    assert_string_equal(e.sqlstate, "57P01");
    assert_true(db_lost(f->db));
    pthread_join(thread, NULL);
    assert_int_equal(k.rc, ERR_OK);
    ok(db_open_if_lost(f->db, &e), &e);
    assert_int_equal(number(f, &one), 1);
}

static void test_deadline(void **state)
{
    if (getenv("TEST_SLOW")) /* judged by the clock, which means nothing under valgrind */
        skip();
    struct fixture *f = need(state);
    static const struct db_stmt nap = {"nap_2s", "SELECT pg_sleep(2)"};
    struct err e = {0};
    struct db *db;
    ok(db_open(conninfo, "hasty", NULL, 200, &db, &e), &e);
    int64_t start = instant_mono();
    assert_int_equal(db_run(db, f->arena, &nap, DB_NO_ARGS, NULL, &e), ERR_UNAVAILABLE);
    assert_in_range(instant_mono() - start, 200 * INSTANT_MS, 1500 * INSTANT_MS);
    assert_true(db_lost(db));
    ok(db_open_if_lost(db, &e), &e);
    db_close(db);
}

static void *call_off_soon(void *arg)
{
    struct timespec t = {.tv_nsec = 200 * 1000000};
    nanosleep(&t, NULL);
    db_cancel_all(true);
    return NULL;
}

/* A process that stops does not wait for a database that hangs, and the server does not go on for nobody. */
static void test_called_off(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt nap = {"nap_called_off", "SELECT pg_sleep(20)"};
    static const struct db_stmt naps = {
        "naps",
        "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"
        "   AND state = 'active' AND application_name = 'io_db_nap'"};
    struct err e = {0};
    struct db *db;
    struct db_answer *q;
    pthread_t thread;
    ok(db_open(conninfo, "io_db_nap", "public", 30000, &db, &e), &e);
    assert_int_equal(pthread_create(&thread, NULL, call_off_soon, NULL), 0);
    int64_t began = instant_mono();
    assert_int_equal(db_run(db, f->arena, &nap, DB_NO_ARGS, &q, &e), ERR_UNAVAILABLE);
    assert_true(instant_mono() - began < 2 * INSTANT_SECOND);
    assert_true(db_lost(db));
    pthread_join(thread, NULL);
    assert_int_equal(db_open_if_lost(db, &e), ERR_UNAVAILABLE);
    db_cancel_all(false);
    ok(db_open_if_lost(db, &e), &e);
    ok(db_run(db, f->arena, &one, DB_NO_ARGS, &q, &e), &e);
    int64_t left = 1;
    for (int64_t until = instant_mono() + 10 * INSTANT_SECOND; left > 0 && instant_mono() < until; usleep(50000)) {
        ok(db_run(f->db, f->arena, &naps, DB_NO_ARGS, &q, &e), &e);
        left = db_get_int(q, 0, 0);
        db_forget(f->db);
    }
    assert_int_equal(left, 0);
    db_close(db);
}

static void test_no_server(void **state)
{
    need(state);
    struct err e = {0};
    struct db *db = NULL;
    assert_int_equal(db_open("host=127.0.0.1 port=1 user=x dbname=x", "io_db", NULL, 1000, &db, &e), ERR_UNAVAILABLE);
    assert_null(db);
    assert_non_null(strstr(e.en, "refused"));
    assert_int_equal(db_open("nonsense", "io_db", NULL, 1000, &db, &e), ERR_INVALID);
}

static void test_statement_timeout_keeps_the_connection(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt nap = {"nap_5s", "SELECT pg_sleep(5)"};
    struct err e = {0};
    ok(db_script(f->db, "SET statement_timeout = 50", &e), &e);
    assert_int_equal(db_run(f->db, f->arena, &nap, DB_NO_ARGS, NULL, &e), ERR_UNAVAILABLE);
    assert_string_equal(e.sqlstate, "57014");
    assert_false(db_lost(f->db));
    assert_int_equal(number(f, &one), 1);
}

/* ---- scripts, checks, settings */

static void test_script(void **state)
{
    struct fixture *f = need(state);
    struct err e = {0};
    assert_int_equal(number(f, &one), 1);
    assert_int_equal(
        db_script(f->db, "CREATE TEMP TABLE x (a int); INSERT INTO x VALUES (1); SELECT wrong; SELECT 1", &e),
        ERR_CONFLICT);
    assert_string_equal(e.sqlstate, "42703");
    assert_int_equal(number(f, &one), 1);
    ok(db_script(f->db, "BEGIN; INSERT INTO io_db_t VALUES (1, 'a'); COMMIT; SELECT * FROM io_db_t", &e), &e);
    assert_int_equal(number(f, &how_many), 1);
    ok(db_script(f->db, "", &e), &e);
}

static void test_check_names_the_broken_one(void **state)
{
    struct fixture *f = need(state);
    static const struct db_stmt broken = {"count_ghosts", "SELECT count(*) FROM ghosts WHERE id = $1"};
    const struct db_stmt *good[] = {&one, &add, &how_many, &begin, &rollback};
    const struct db_stmt *bad[] = {&one, &broken, &add};
    struct err e = {0};
    assert_int_equal(number(f, &one), 1);
    ok(db_check(f->db, good, COUNT_OF(good), &e), &e);
    assert_int_equal(db_check(f->db, bad, COUNT_OF(bad), &e), ERR_CONFLICT);
    assert_string_equal(e.sqlstate, "42P01");
    assert_non_null(strstr(e.en, "count_ghosts: relation \"ghosts\" does not exist"));
    assert_int_equal(number(f, &one), 1);
    assert_int_equal(number(f, &how_many), 0);
}

static void test_search_path_and_name(void **state)
{
    need(state);
    static const struct db_stmt s = {
        "settings", "SELECT current_setting('search_path') AS p, current_setting('application_name') AS a"};
    struct err e = {0};
    struct arena *a = arena_new(4096);
    struct db *db;
    struct db_answer *q;
    ok(db_open(conninfo, "taicho-intake", "intake, ext", DEADLINE_MS, &db, &e), &e);
    ok(db_run(db, a, &s, DB_NO_ARGS, &q, &e), &e);
    assert_string_equal(db_get_text(q, 0, 0), "intake, ext");
    assert_string_equal(db_get_text(q, 0, 1), "taicho-intake");
    db_close(db);
    arena_free(a);
}

/* ---- pool */

static void test_pool(void **state)
{
    if (getenv("TEST_SLOW")) /* judged by the clock, which means nothing under valgrind */
        skip();
    struct fixture *f = need(state);
    struct err e = {0};
    struct db_pool *p;
    struct db *a, *b, *c = NULL;
    ok(db_pool_new(conninfo, "pool", NULL, 2, 200, &p, &e), &e);
    ok(db_pool_take(p, &a, &e), &e);
    ok(db_pool_take(p, &b, &e), &e);
    assert_int_equal(db_pool_take(p, &c, &e), ERR_BUSY);
    assert_null(c);

    /* What one user leaves open does not reach the next. */
    db_ask(a, f->arena, &begin, DB_NO_ARGS);
    ok(db_flush(a, &e), &e);
    db_pool_give(p, a);
    ok(db_pool_take(p, &c, &e), &e);
    assert_ptr_equal(a, c);
    ok(db_run(c, f->arena, &one, DB_NO_ARGS, NULL, &e), &e);
    db_ask(c, f->arena, &one, DB_NO_ARGS); /* asked and never flushed */
    db_pool_give(p, c);
    ok(db_pool_take(p, &c, &e), &e);
    ok(db_run(c, f->arena, &my_pid, DB_NO_ARGS, NULL, &e), &e);
    db_pool_give(p, c);
    db_pool_give(p, b);
    db_pool_free(p);
    assert_int_equal(db_pool_new("host=127.0.0.1 port=1 dbname=x", "pool", NULL, 2, 200, &p, &e), ERR_UNAVAILABLE);
}

/* ---- how fast: printed, not judged */

static void test_speed(void **state)
{
    struct fixture *f = need(state);
    enum { BATCH = 500, ROUNDS = 200 };
    static const struct db_stmt insert = {
        "speed_insert", "INSERT INTO io_db_speed (id, dossier, at, payload, kind)"
                        " SELECT * FROM unnest($1::int8[], $2::uuid[], $3::timestamptz[], $4::bytea[], $5::text[])"};
    struct err e = {0};
    ok(db_script(
           f->db,
           "DROP TABLE IF EXISTS io_db_speed; CREATE TABLE io_db_speed (id bigint PRIMARY KEY, dossier uuid NOT NULL,"
           " at timestamptz NOT NULL, payload bytea NOT NULL, kind text NOT NULL)",
           &e),
       &e);
    uint8_t payload[300] = {0};
    struct arena *a = arena_new(16 << 20);
    int64_t start = instant_mono(), id = 0;
    for (int r = 0; r < ROUNDS; r++) {
        struct columns c = columns_new(a);
        for (int i = 0; i < BATCH; i++) {
            db_array_int(c.i8, id++);
            db_array_uuid(c.id, id_new());
            db_array_time(c.at, start);
            db_array_bytes(c.y, (struct bytes){payload, sizeof payload});
            db_array_text(c.t, "Received");
        }
        db_ask(f->db, a, &begin, DB_NO_ARGS);
        db_ask(f->db, a, &insert,
               DB_ARGS(db_items(c.i8), db_items(c.id), db_items(c.at), db_items(c.y), db_items(c.t)));
        db_ask(f->db, a, &commit, DB_NO_ARGS);
        ok(db_flush(f->db, &e), &e);
        db_forget(f->db);
        arena_reset(a);
    }
    double s = (double)(instant_mono() - start) / 1e6;
    print_message("unnest insert: %d rows of ~350 B in batches of %d: %.0f rows/s\n", BATCH * ROUNDS, BATCH,
                  BATCH * ROUNDS / s);

    start = instant_mono();
    for (int i = 0; i < 2000; i++) {
        ok(db_run(f->db, a, &one, DB_NO_ARGS, NULL, &e), &e);
        db_forget(f->db);
        arena_reset(a);
    }
    s = (double)(instant_mono() - start) / 1e6;
    print_message("round trips: %.0f/s\n", 2000 / s);
    arena_free(a);
}

int main(void)
{
    conninfo = getenv("TEST_PG");
    const struct CMUnitTest tests[] = {
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
        TEST(test_scalars),
        TEST(test_commit_of_a_failed_transaction),
        TEST(test_nulls_and_empties),
        TEST(test_infinities),
        TEST(test_text_for_other_types),
        TEST(test_arrays),
        TEST(test_arrays_in_answers),
        TEST(test_one_round_trip),
        TEST(test_error_in_the_middle),
        TEST(test_error_while_parsing),
        TEST(test_many_statements),
        TEST(test_big_batch),
        TEST(test_killed),
        TEST(test_killed_while_waiting),
        TEST(test_deadline),
        TEST(test_called_off),
        TEST(test_no_server),
        TEST(test_statement_timeout_keeps_the_connection),
        TEST(test_script),
        TEST(test_check_names_the_broken_one),
        TEST(test_search_path_and_name),
        TEST(test_pool),
        TEST(test_speed),
    };
    return cmocka_run_group_tests_name("io_db", tests, NULL, NULL);
}
