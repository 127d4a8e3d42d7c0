/* SPDX-License-Identifier: Apache-2.0 */
/* A database of its own for a test program of flow/, and the service's roles in it. TEST_PG is a superuser's conninfo.
 */
#ifndef TAICHO_TESTS_PG_FLOW_FIXTURE_H
#define TAICHO_TESTS_PG_FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/arena.h"
#include "common/flow/migrate.h"
#include "common/io/db.h"

#define FIXTURE_PASSWORD "o'brien\\ \"%s"

struct fixture {
    struct arena *arena;
    char database[64], owner[512];
    struct db *db; /* as the owner */
};

static inline void ok(enum err_code rc, const struct err *e)
{
    if (rc)
        fail_msg("%s: %s [%s]", err_row(rc)->symbol, e->en, e->sqlstate);
}

static inline void script(struct db *db, const char *sql)
{
    struct err e = {0};
    ok(db_script(db, sql, &e), &e);
}

/* number runs a statement with one number in its answer. */
static inline int64_t number(struct db *db, struct arena *a, const struct db_stmt *s)
{
    struct err e = {0};
    struct db_answer *q;
    ok(db_run(db, a, s, DB_NO_ARGS, &q, &e), &e);
    assert_int_equal(db_count(q), 1);
    int64_t n = db_get_int(q, 0, 0);
    db_forget(db);
    return n;
}

static inline void fixture_open(struct fixture *f, const char *name)
{
    struct err e = {0};
    struct db *super;
    char sql[200];
    f->arena = arena_new((size_t)256 << 20);
    snprintf(f->database, sizeof f->database, "%s_%d", name, (int)getpid());
    snprintf(f->owner, sizeof f->owner, "%s dbname=%s", getenv("TEST_PG"), f->database);
    ok(db_open(getenv("TEST_PG"), "test", "public", 20000, &super, &e), &e);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s", f->database);
    script(super, sql);
    db_close(super);
    ok(db_open(f->owner, "test", "public", 60000, &f->db, &e), &e);
}

static inline void fixture_close(struct fixture *f)
{
    struct err e = {0};
    struct db *super;
    char sql[200];
    db_close(f->db);
    ok(db_open(getenv("TEST_PG"), "test", "public", 20000, &super, &e), &e);
    snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", f->database);
    script(super, sql);
    db_close(super);
    arena_free(f->arena);
}

/* fixture_conninfo is how the role of a service connects. */
static inline const char *fixture_conninfo(struct fixture *f, const char *service)
{
    return arena_printf(f->arena, "%s user=taicho_%s password='o\\'brien\\\\ \"%%s'", f->owner, service);
}

static inline struct db *fixture_service(struct fixture *f, const char *service)
{
    struct err e = {0};
    struct db *db;
    ok(db_open(fixture_conninfo(f, service), "test", arena_printf(f->arena, "%s,ext", service), 20000, &db, &e), &e);
    return db;
}

static inline void fixture_migrate(struct fixture *f, const char *service, const struct embedded *files)
{
    struct err e = {0};
    struct migrate_service s = {.name = service, .password = FIXTURE_PASSWORD, .migrations = files};
    ok(migrate_run(f->db, &s, INSTANT_NONE, &e), &e);
}

#endif
