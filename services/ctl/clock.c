/* SPDX-License-Identifier: Apache-2.0 */
/* `taichoctl clock show|forward`. The five schemas' rows move in one transaction; services see it a moment later. */
#include "services/ctl/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/fetch.h"
#include "common/io/json.h"
#include "services/ctl/commands.h"

#define WAIT_MS     2000
#define FORWARD_MAX (400 * INSTANT_DAY)
#define HEAR_MS     1000
#define HEARD_US    (10 * INSTANT_SECOND)
#define POLL_MS     20

static const struct db_stmt read_clocks = {"ctl_clocks",
                                           "SELECT 'intake' AS service, offset_us, movable FROM intake.clock UNION ALL"
                                           " SELECT 'appraisal', offset_us, movable FROM appraisal.clock UNION ALL"
                                           " SELECT 'approval', offset_us, movable FROM approval.clock UNION ALL"
                                           " SELECT 'return', offset_us, movable FROM \"return\".clock UNION ALL"
                                           " SELECT 'audit', offset_us, movable FROM audit.clock"};
/* Rows are locked in one order, so that two operators cannot move it twice for one look. */
static const struct db_stmt move_clocks = {
    "ctl_clock_forward",
    "WITH a AS (UPDATE intake.clock SET offset_us = $2 WHERE movable AND offset_us = $1 RETURNING 1),"
    "     b AS (UPDATE appraisal.clock SET offset_us = $2 WHERE movable AND offset_us <= $1 RETURNING 1),"
    "     c AS (UPDATE approval.clock SET offset_us = $2 WHERE movable AND offset_us <= $1 RETURNING 1),"
    "     d AS (UPDATE \"return\".clock SET offset_us = $2 WHERE movable AND offset_us <= $1 RETURNING 1),"
    "     e AS (UPDATE audit.clock SET offset_us = $2 WHERE movable AND offset_us <= $1 RETURNING 1)"
    " SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b) + (SELECT count(*) FROM c) + (SELECT count(*) FROM d)"
    "      + (SELECT count(*) FROM e) AS moved"};
static const struct db_stmt begin_tx = {"ctl_begin", "BEGIN"};
static const struct db_stmt commit_tx = {"ctl_commit", "COMMIT"};
static const struct db_stmt rollback_tx = {"ctl_rollback", "ROLLBACK"};

struct clocks {
    int64_t least, most; /* offsets of the five; equal when all is well */
    bool movable;
    size_t count;
};

static enum err_code read_all(struct db *db, struct arena *a, bool print, struct clocks *ret, struct err *reterr)
{
    struct db_answer *q;
    struct clocks c = {.least = INT64_MAX, .most = INT64_MIN, .movable = true};
    enum err_code rc = db_run(db, a, &read_clocks, DB_NO_ARGS, &q, reterr);

    if (rc)
        return rc;
    c.count = db_count(q);
    for (size_t i = 0; i < c.count; i++) {
        int64_t offset = db_get_int(q, i, db_column(q, "offset_us"));
        bool movable = db_get_bool(q, i, db_column(q, "movable"));
        c.least = offset < c.least ? offset : c.least;
        c.most = offset > c.most ? offset : c.most;
        c.movable = c.movable && movable;
        if (print)
            printf("%-10s %s%s\n", db_get_text(q, i, db_column(q, "service")), instant_text(instant_real() + offset).s,
                   movable ? "" : "  (real time, not movable)");
    }
    db_forget(db);
    if (c.count != CTL_SERVICES)
        return err_set(reterr, ERR_CONFLICT, "%zu of %d schemas have a clock; run `taichoctl migrate`", c.count,
                       CTL_SERVICES);
    *ret = c;
    return ERR_OK;
}

bool clock_business_now(instant *ret)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct db *db = NULL;
    struct clocks c;
    struct err e = {0};
    enum err_code rc = ctl_database("public", WAIT_MS, &db, &e);

    if (!rc)
        rc = read_all(db, a, false, &c, &e);
    db_close(db);
    arena_free(a);
    if (rc)
        return ctl_fail_err("reading the business clock", &e) == CTL_OK;
    *ret = instant_real() + c.least;
    return true;
}

int ctl_clock_show(const struct ctl_command *self, int argc, char **argv)
{
    struct db *db;
    struct clocks c;
    struct err e = {0};

    if (argc > 0)
        return ctl_usage(self);
    if (ctl_database("public", WAIT_MS, &db, &e))
        return ctl_fail_err("opening the database", &e);
    struct arena *a = arena_new((size_t)1 << 20);
    enum err_code rc = read_all(db, a, true, &c, &e);
    db_close(db);
    arena_free(a);
    if (rc)
        return ctl_fail_err("reading the clocks", &e);
    if (c.least != c.most)
        return ctl_fail("the clocks differ by %" PRId64 " s; `taichoctl clock forward 1s` makes them equal",
                        (c.most - c.least) / INSTANT_SECOND);
    return CTL_OK;
}

bool clock_duration(const char *text, int64_t *ret_us)
{
    static const struct {
        char letter;
        int64_t us;
    } units[] = {{'s', INSTANT_SECOND}, {'m', INSTANT_MINUTE}, {'h', INSTANT_HOUR}, {'d', INSTANT_DAY}};
    size_t n = strspn(text, "0123456789");

    if (n == 0 || n > 8 || text[n] == '\0' || text[n + 1] != '\0')
        return false;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (units[i].letter == text[n]) {
            *ret_us = strtoll(text, NULL, 10) * units[i].us;
            return *ret_us > 0;
        }
    return false;
}

/* has_heard tells whether a service goes by the clock as it is now; one that does not run has nothing to hear. */
static bool has_heard(struct fetch *f, struct arena *a, int service, int64_t offset_us)
{
    const struct fetch_request r = {
        .method = "GET", .url = arena_printf(a, "%s/readyz", ctl_service_url(service)), .timeout_ms = HEAR_MS};
    struct fetch_answer answer;
    struct json_in *in;

    if (fetch_one(f, &r, a, &answer, NULL) || json_read(a, answer.body.p, answer.body.n, &in, NULL) ||
        !json_has(json_root(in), "clock_offset_us"))
        return true;
    return json_int(in, json_root(in), "clock_offset_us", JSON_REQUIRED, INT64_MIN, INT64_MAX) >= offset_us;
}

/* What is done next is to be done by the new time: the database tells the services of it, each in its own moment. */
static void await_services(int64_t offset_us)
{
    struct arena *a = arena_new((size_t)1 << 24);
    struct fetch *f = fetch_new(1);
    int64_t until = instant_mono() + HEARD_US;

    for (int i = 0; i < CTL_SERVICES; i++) {
        bool heard = has_heard(f, a, i, offset_us);
        while (!heard && instant_mono() < until) {
            ctl_pause(POLL_MS);
            heard = has_heard(f, a, i, offset_us);
        }
        if (!heard)
            fprintf(stderr, "taichoctl: %s has not heard of the new time yet\n", ctl_services[i].name);
    }
    fetch_free(f);
    arena_free(a);
}

/* move sets all five to the furthest of them plus the duration, or none. */
static enum err_code move(struct db *db, struct arena *a, int64_t by, int64_t *ret_offset, struct err *reterr)
{
    struct clocks c;
    struct db_answer *q;
    enum err_code rc = read_all(db, a, false, &c, reterr);

    if (rc)
        return rc;
    if (!c.movable)
        return err_set(reterr, ERR_CONFLICT,
                       "this installation runs on real time (it was migrated without TAICHO_CLOCK_START)");
    rc = db_run(db, a, &begin_tx, DB_NO_ARGS, NULL, reterr);
    if (rc)
        return rc;
    rc = db_run(db, a, &move_clocks, DB_ARGS(db_int8(c.most), db_int8(c.most + by)), &q, reterr);
    int64_t moved = rc ? 0 : db_get_int(q, 0, db_column(q, "moved"));
    if (!rc && moved == CTL_SERVICES)
        rc = db_run(db, a, &commit_tx, DB_NO_ARGS, NULL, reterr);
    else if (!db_lost(db))
        (void)!db_run(db, a, &rollback_tx, DB_NO_ARGS, NULL, NULL);
    if (rc)
        return rc;
    if (moved != CTL_SERVICES)
        return err_set(reterr, ERR_CONFLICT,
                       "somebody else moved the clock at this moment; look with `taichoctl clock show`");
    *ret_offset = c.most + by;
    return ERR_OK;
}

bool clock_move(int64_t by_us, instant *ret_now)
{
    struct db *db;
    struct err e = {0};
    int64_t offset_us = 0;

    if (ctl_database("public", WAIT_MS, &db, &e))
        return ctl_fail_err("opening the database", &e) == CTL_OK;
    struct arena *a = arena_new((size_t)1 << 20);
    enum err_code rc = move(db, a, by_us, &offset_us, &e);
    db_close(db);
    arena_free(a);
    if (rc)
        return ctl_fail_err("moving the clock", &e) == CTL_OK;
    await_services(offset_us);
    *ret_now = instant_real() + offset_us;
    return true;
}

int ctl_clock_forward(const struct ctl_command *self, int argc, char **argv)
{
    int64_t by;
    instant now;

    if (argc != 1)
        return ctl_usage(self);
    if (!clock_duration(argv[0], &by) || by > FORWARD_MAX) {
        ctl_fail("\"%s\" is no duration like 90m, 3h, 2d; the clock only goes forward, at most 400 days at a time",
                 argv[0]);
        return CTL_USAGE;
    }
    if (!clock_move(by, &now))
        return CTL_FAILED;
    printf("business time is now %s\n", instant_text(now).s);
    return CTL_OK;
}
