/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL itself quotes names and passwords (format), the rest is scripts that run in one transaction each. */
#include "common/flow/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/crash.h"
#include "common/io/digest.h"

#define SCRIPT_MAX ((size_t)4 * 1024 * 1024)
#define ADVICE     "run `taichoctl migrate`"

/* ---- statements */

static const struct db_stmt lock = {"migrate_lock", "SELECT pg_advisory_lock(hashtextextended('taicho migrate', 0))"};
static const struct db_stmt unlock = {"migrate_unlock",
                                      "SELECT pg_advisory_unlock(hashtextextended('taicho migrate', 0))"};

/* Roles belong to the whole cluster: everything about the role is made anew each time, its limits only for this
 * database. */
static const struct db_stmt role_script = {
    "migrate_role", "SELECT CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = r.role) THEN ''"
                    "            ELSE format('CREATE ROLE %I LOGIN;', r.role) END"
                    "    || CASE WHEN r.password IS NULL THEN '' ELSE format('ALTER ROLE %I LOGIN PASSWORD %L;', "
                    "r.role, r.password) END"
                    "    || format('ALTER ROLE %1$I IN DATABASE %2$I SET statement_timeout = ''10s'';"
                    "               ALTER ROLE %1$I IN DATABASE %2$I SET idle_in_transaction_session_timeout = ''5s'';"
                    "               ALTER ROLE %1$I IN DATABASE %2$I SET lock_timeout = ''5s'';"
                    "               REVOKE ALL ON DATABASE %2$I FROM PUBLIC;"
                    "               GRANT CONNECT ON DATABASE %2$I TO %1$I;', r.role, current_database()) AS script"
                    "  FROM (SELECT 'taicho_' || $1::text AS role, $2::text AS password) r"};

static const struct db_stmt schema_script = {
    "migrate_schema",
    "SELECT format('REVOKE ALL ON SCHEMA public FROM PUBLIC;"
    "               CREATE SCHEMA IF NOT EXISTS ext;"
    "               CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA ext;"
    "               CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA ext;"
    "               REVOKE ALL ON SCHEMA ext FROM PUBLIC;"
    "               GRANT USAGE ON SCHEMA ext TO %1$I;"
    "               CREATE SCHEMA IF NOT EXISTS %2$I;"
    "               REVOKE ALL ON SCHEMA %2$I FROM PUBLIC;"
    "               GRANT USAGE ON SCHEMA %2$I TO %1$I;"
    "               ALTER DEFAULT PRIVILEGES IN SCHEMA %2$I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$I;"
    "               ALTER DEFAULT PRIVILEGES IN SCHEMA %2$I GRANT USAGE, SELECT ON SEQUENCES TO %1$I;"
    "               CREATE TABLE IF NOT EXISTS %2$I.migration ("
    "                   name text PRIMARY KEY,"
    "                   sha256 bytea NOT NULL,"
    "                   at timestamptz NOT NULL DEFAULT clock_timestamp());"
    "               REVOKE ALL ON %2$I.migration FROM %1$I;"
    "               GRANT SELECT ON %2$I.migration TO %1$I;', 'taicho_' || $1::text, $1::text) AS script"};

/* pg_temp last: nobody can put a table of his own in front of ours. */
static const struct db_stmt path_script = {"migrate_path",
                                           "SELECT format('SET search_path = %I, ext, pg_temp;', $1::text) AS script"};

static const struct db_stmt record_script = {
    "migrate_record",
    "SELECT format('INSERT INTO migration (name, sha256) VALUES (%L, %L)"
    "               ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, at = excluded.at;', $1::text, $2::bytea)"
    "    AS script"};

static const struct db_stmt applied_query = {
    "migrate_applied", "SELECT name, encode(sha256, 'hex') AS sha256 FROM migration ORDER BY name"};

/* The clock of a service that is there already. */
static const struct db_stmt other_clock = {
    "migrate_other_clock",
    "SELECT format('INSERT INTO clock (offset_us, movable) SELECT offset_us, movable FROM %I.clock"
    "               ON CONFLICT DO NOTHING;', n.nspname) AS script"
    "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = 'clock' AND n.nspname <> $1"
    "   AND EXISTS (SELECT FROM pg_class m WHERE m.relnamespace = n.oid AND m.relname = 'migration')"
    "   AND EXISTS (SELECT FROM pg_class m WHERE m.relnamespace = n.oid AND m.relname = 'outbox_row')"
    " ORDER BY n.nspname"};

static const struct db_stmt new_clock = {
    "migrate_new_clock", "INSERT INTO clock (offset_us, movable) VALUES ($1, $2) ON CONFLICT DO NOTHING"};

static const struct db_stmt read_clock = {"migrate_read_clock", "SELECT offset_us FROM clock"};

/* ---- scripts */

/* Runs a statement that returns a script, and adds the script to *script. */
static enum err_code add_script(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                                size_t count, struct buf *script, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(db, a, stmt, args, count, &q, reterr);
    if (rc)
        return rc;
    if (db_count(q) > 0) {
        buf_str(script, db_get_text(q, 0, db_column(q, "script")));
        buf_str(script, "\n");
    }
    db_forget(db);
    return ERR_OK;
}

/* Runs a script as one transaction. */
static enum err_code run_script(struct db *db, const char *what, const char *script, struct err *reterr)
{
    struct err e;
    struct buf text;
    buf_init(&text, SCRIPT_MAX);
    buf_str(&text, "BEGIN;\n");
    buf_str(&text, script);
    buf_str(&text, "\nCOMMIT;\n");
    enum err_code rc = text.full ? err_set(&e, ERR_TOO_LARGE, "longer than %zu bytes", SCRIPT_MAX)
                                 : db_script(db, buf_cstr(&text), &e);
    buf_release(&text);
    if (!rc)
        return ERR_OK;
    struct err ignored;
    if (!db_lost(db) && db_script(db, "ROLLBACK", &ignored))
        err_set(&e, e.code, "%.200s (and no ROLLBACK)", e.en);
    err_set(reterr, rc, "%s: %.250s", what, e.en);
    if (reterr)
        memcpy(reterr->sqlstate, e.sqlstate, sizeof reterr->sqlstate);
    return rc;
}

/* ---- steps of migrate_run */

/* Another database of the cluster may make the same role at the same moment, and no lock spans databases. */
static enum err_code make_role(struct db *db, struct arena *a, const struct migrate_service *s, struct err *reterr)
{
    static const char *const races[] = {"42710", "23505", "XX000", "40001"};
    enum err_code rc = ERR_OK;
    for (int try = 0; try < 10; try++) {
        struct err e = {0};
        struct buf script;
        bool race = false;
        buf_init(&script, SCRIPT_MAX);
        rc = add_script(db, a, &role_script, DB_ARGS(db_text(s->name), db_text(s->password)), &script, &e);
        if (!rc)
            rc = run_script(db, "role", buf_cstr(&script), &e);
        buf_release(&script);
        if (!rc)
            return ERR_OK;
        if (reterr)
            *reterr = e;
        for (size_t i = 0; i < COUNT_OF(races); i++)
            race = race || !strcmp(e.sqlstate, races[i]);
        if (!race)
            break;
    }
    return rc;
}

static enum err_code make_schema(struct db *db, struct arena *a, const struct migrate_service *s, struct err *reterr)
{
    struct buf script;
    buf_init(&script, SCRIPT_MAX);
    enum err_code rc = add_script(db, a, &schema_script, DB_ARGS(db_text(s->name)), &script, reterr);
    if (!rc)
        rc = run_script(db, "schema", buf_cstr(&script), reterr);
    buf_clear(&script);
    if (!rc)
        rc = add_script(db, a, &path_script, DB_ARGS(db_text(s->name)), &script, reterr);
    if (!rc)
        rc = db_script(db, buf_cstr(&script), reterr);
    buf_release(&script);
    return rc;
}

/* What was applied: names and hashes, in the arena. */
struct applied {
    size_t count;
    struct {
        const char *name, *sha256;
        bool known;
    } * rows;
};

static enum err_code read_applied(struct db *db, struct arena *a, struct applied *ret, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(db, a, &applied_query, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    ret->count = db_count(q);
    ret->rows = arena_array(a, ret->count + 1, sizeof *ret->rows);
    for (size_t i = 0; i < ret->count; i++) {
        ret->rows[i].name = arena_strdup(a, db_get_text(q, i, db_column(q, "name")));
        ret->rows[i].sha256 = arena_strdup(a, db_get_text(q, i, db_column(q, "sha256")));
    }
    db_forget(db);
    return ERR_OK;
}

/* A file without a number is no history: it holds what it replaces, and runs again when its text has changed. */
static bool runs_again(const struct embedded *f)
{
    return !strpbrk(f->name, "0123456789");
}

/* Finds a file among what was applied. One with a number that changed since is refused: a migration is history. */
static enum err_code find_applied(const struct applied *done, const char *name, const struct embedded *f,
                                  const struct digest *d, bool *ret_found, struct err *reterr)
{
    struct digest_text hex = digest_text(d);
    *ret_found = false;
    for (size_t i = 0; i < done->count; i++)
        if (!strcmp(done->rows[i].name, name)) {
            *ret_found = !strcmp(done->rows[i].sha256, hex.s);
            if (!*ret_found && !runs_again(f))
                return err_set(reterr, ERR_CONFLICT, "migration %s was changed after it had been applied", name);
        }
    return ERR_OK;
}

/* flow's files come first and carry their folder in the name. */
static const char *stored_name(struct arena *a, const char *folder, const struct embedded *f)
{
    return arena_printf(a, "%s%s", folder, f->name);
}

static void note_known(struct arena *a, const char *folder, const struct embedded *files, struct applied *done)
{
    for (const struct embedded *f = files; f && f->name; f++) {
        const char *name = stored_name(a, folder, f);
        for (size_t i = 0; i < done->count; i++)
            if (!strcmp(done->rows[i].name, name))
                done->rows[i].known = true;
    }
}

/* An older release would put back what a newer one has replaced. */
static enum err_code check_release(struct arena *a, const struct embedded *migrations, struct applied *done,
                                   struct err *reterr)
{
    note_known(a, "flow/", flow_sql, done);
    note_known(a, "", migrations, done);
    for (size_t i = 0; i < done->count; i++)
        if (!done->rows[i].known)
            return err_set(reterr, ERR_CONFLICT, "the database has migration %s of a newer release; start that release",
                           done->rows[i].name);
    return ERR_OK;
}

static enum err_code apply(struct db *db, struct arena *a, const char *schema, const char *name,
                           const struct embedded *f, const struct digest *d, struct err *reterr)
{
    struct buf script;
    buf_init(&script, SCRIPT_MAX);
    buf_add(&script, f->text, f->n);
    buf_str(&script, "\n;\n");
    enum err_code rc = add_script(db, a, &record_script,
                                  DB_ARGS(db_text(name), db_bytes((struct bytes){d->b, sizeof d->b})), &script, reterr);
    crash_at(CRASH_MIGRATE_STEP);
    if (!rc)
        rc = run_script(db, arena_printf(a, "migration %s of %s", name, schema), buf_cstr(&script), reterr);
    buf_release(&script);
    if (!rc)
        crash_at(CRASH_MIGRATE_DONE);
    return rc;
}

static enum err_code apply_all(struct db *db, struct arena *a, const char *schema, const char *folder,
                               const struct embedded *files, const struct applied *done, struct err *reterr)
{
    for (const struct embedded *f = files; f && f->name; f++) {
        const char *name = stored_name(a, folder, f);
        struct digest d = digest_of(f->text, f->n);
        bool found;
        enum err_code rc = find_applied(done, name, f, &d, &found, reterr);
        if (!rc && !found)
            rc = apply(db, a, schema, name, f, &d, reterr);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static enum err_code set_clock(struct db *db, struct arena *a, const char *schema, instant clock_start,
                               struct err *reterr)
{
    struct buf script;
    buf_init(&script, SCRIPT_MAX);
    enum err_code rc = add_script(db, a, &other_clock, DB_ARGS(db_text(schema)), &script, reterr);
    if (!rc)
        rc = db_script(db, script.n ? buf_cstr(&script) : ";", reterr);
    buf_release(&script);
    if (rc)
        return rc;

    bool movable = clock_start != INSTANT_NONE;
    int64_t offset = movable ? clock_start - instant_real() : 0;
    return db_run(db, a, &new_clock, DB_ARGS(db_int8(offset), db_bool(movable)), NULL, reterr);
}

static enum err_code migrate_locked(struct db *db, struct arena *a, const struct migrate_service *s,
                                    instant clock_start, struct err *reterr)
{
    struct applied done;
    enum err_code rc = make_role(db, a, s, reterr);
    if (!rc)
        rc = make_schema(db, a, s, reterr);
    if (!rc)
        rc = read_applied(db, a, &done, reterr);
    if (!rc)
        rc = check_release(a, s->migrations, &done, reterr);
    if (!rc)
        rc = apply_all(db, a, s->name, "flow/", flow_sql, &done, reterr);
    if (!rc)
        rc = apply_all(db, a, s->name, "", s->migrations, &done, reterr);
    if (!rc)
        rc = set_clock(db, a, s->name, clock_start, reterr);
    return rc;
}

enum err_code migrate_run(struct db *db, const struct migrate_service *s, instant clock_start, struct err *reterr)
{
    struct arena *a = arena_new(SCRIPT_MAX);
    struct err ignored;
    enum err_code rc = db_run(db, a, &lock, DB_NO_ARGS, NULL, reterr);
    if (!rc) {
        rc = migrate_locked(db, a, s, clock_start, reterr);
        db_forget(db);
        if (!db_lost(db)) {
            enum err_code end = db_run(db, a, &unlock, DB_NO_ARGS, NULL, rc ? &ignored : reterr);
            if (!end)
                end = db_script(db, "RESET search_path", rc ? &ignored : reterr);
            rc = rc ? rc : end;
        }
    }
    db_forget(db);
    arena_free(a);
    return rc;
}

/* ---- migrate_check */

static enum err_code check_all(struct arena *a, const char *folder, const struct embedded *files,
                               const struct applied *done, struct err *reterr)
{
    for (const struct embedded *f = files; f && f->name; f++) {
        struct digest d = digest_of(f->text, f->n);
        bool found;
        enum err_code rc = find_applied(done, stored_name(a, folder, f), f, &d, &found, reterr);
        if (rc)
            return rc;
        if (!found)
            return err_set(reterr, ERR_CONFLICT, "migration %s%s is not applied; " ADVICE, folder, f->name);
    }
    return ERR_OK;
}

static enum err_code check(struct db *db, struct arena *a, const struct embedded *migrations, int64_t *ret_clock_offset,
                           struct err *reterr)
{
    struct applied done;
    struct db_answer *q;
    struct err e = {0};
    enum err_code rc = read_applied(db, a, &done, &e);
    if (rc && !strcmp(e.sqlstate, "42P01"))
        return err_set(reterr, ERR_CONFLICT, "the database has no tables of this service; " ADVICE);
    if (rc) {
        if (reterr)
            *reterr = e;
        return rc;
    }
    rc = check_release(a, migrations, &done, reterr);
    if (!rc)
        rc = check_all(a, "flow/", flow_sql, &done, reterr);
    if (!rc)
        rc = check_all(a, "", migrations, &done, reterr);
    if (!rc)
        rc = db_run(db, a, &read_clock, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    if (db_count(q) == 0)
        return err_set(reterr, ERR_CONFLICT, "the clock is not set; " ADVICE);
    *ret_clock_offset = db_get_int(q, 0, db_column(q, "offset_us"));
    return ERR_OK;
}

enum err_code migrate_check(struct db *db, const struct embedded *migrations, int64_t *ret_clock_offset,
                            struct err *reterr)
{
    struct arena *a = arena_new(SCRIPT_MAX);
    enum err_code rc = check(db, a, migrations, ret_clock_offset, reterr);
    db_forget(db);
    arena_free(a);
    return rc;
}
