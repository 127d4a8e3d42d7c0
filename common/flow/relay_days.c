/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The days of the outbox. Each call does one small piece in transactions of their own, so that neither publishing nor a
 * command waits for millions of rows: a day is dropped alone, with a lock that it has at once or not at all, and the
 * ticks that name nothing any more are deleted afterwards, a few thousand at a time.
 */
#include <string.h>

#include "common/base/crash.h"
#include "common/flow/relay_private.h"

#define AHEAD        3 /* days */
#define EVERY_US     INSTANT_HOUR
#define RETRY_US     INSTANT_MINUTE       /* after a failure */
#define LOCKED_US    (2 * INSTANT_SECOND) /* a command was in the way of a drop */
#define NEXT_US      (100 * INSTANT_MS)   /* between two pieces */
#define LOCK_TIMEOUT "55P03"

const struct db_stmt relay_make_days = {"relay_make_days", "SELECT outbox_make_days($1::int)"};
const struct db_stmt relay_drop_day = {"relay_drop_day", "SELECT outbox_drop_day($1::int) AS day"};

/* Rows whose day was not made in time. */
const struct db_stmt relay_prune_rest = {
    "relay_prune_rest",
    "DELETE FROM outbox_rest WHERE (id, recorded_at) IN ("
    "    SELECT id, recorded_at FROM outbox_rest WHERE recorded_at < now() - $1::int * interval '1 day'"
    "       AND pg_visible_in_snapshot(xid, (SELECT s2 FROM tick WHERE acknowledged ORDER BY id DESC LIMIT 1))"
    "     ORDER BY id LIMIT 5000)"};

/*
 * A tick goes when all that it names is gone: it ends before the first row that is left. From the oldest on, so ticks
 * stay in one piece (and a range of the index is all that is touched); and never the newest, because the next one
 * begins where it ended.
 */
const struct db_stmt relay_prune_ticks = {
    "relay_prune_ticks",
    "WITH oldest AS (SELECT id, acknowledged, last_id FROM tick ORDER BY id LIMIT 5000),"
    "     kept AS (SELECT min(id) AS id FROM oldest"
    "               WHERE NOT acknowledged OR last_id >= (SELECT min(id) FROM outbox_row))"
    " DELETE FROM tick WHERE id >= (SELECT min(id) FROM oldest)"
    "    AND id < least((SELECT id FROM kept), (SELECT max(id) FROM tick), (SELECT max(id) + 1 FROM oldest))"};

/* drop_day gives whether one was dropped. A command in its way is no failure: later, then. */
static enum err_code drop_day(struct relay *r, bool *ret, int64_t *ret_pause, struct err *reterr)
{
    struct db_answer *q;
    struct err e = {.code = ERR_OK};
    enum err_code rc = db_run(r->db, r->arena, &relay_drop_day, DB_ARGS(db_int4(r->config.retention_days)), &q, &e);
    *ret = !rc && !db_is_null(q, 0, 0);
    if (rc && strcmp(e.sqlstate, LOCK_TIMEOUT) == 0) {
        *ret_pause = LOCKED_US;
        return ERR_OK;
    }
    if (rc && reterr)
        *reterr = e;
    return rc;
}

static enum err_code prune(struct relay *r, const struct db_stmt *what, bool *ret, struct err *reterr)
{
    struct db_answer *q = what == &relay_prune_rest
                              ? db_ask(r->db, r->arena, what, DB_ARGS(db_int4(r->config.retention_days)))
                              : db_ask(r->db, r->arena, what, DB_NO_ARGS);
    enum err_code rc = db_flush(r->db, reterr);
    *ret = *ret || (!rc && db_affected(q) > 0);
    return rc;
}

enum err_code relay_days(struct relay *r, struct err *reterr)
{
    int64_t now = instant_mono(), pause = EVERY_US;
    enum err_code rc = ERR_OK;
    bool more = false;
    if (now < r->days_due)
        return ERR_OK;
    r->days_due = now + RETRY_US;
    if (now >= r->made_due) {
        rc = db_run(r->db, r->arena, &relay_make_days, DB_ARGS(db_int4(AHEAD)), NULL, reterr);
        if (!rc)
            r->made_due = now + EVERY_US;
    }
    if (!rc) {
        crash_at(CRASH_RELAY_DAYS);
        rc = drop_day(r, &more, &pause, reterr);
    }
    if (!rc)
        rc = prune(r, &relay_prune_rest, &more, reterr);
    /* audit's entries stay for ever, and so do the ticks that number them. */
    if (!rc && !r->config.read_only_view)
        rc = prune(r, &relay_prune_ticks, &more, reterr);
    if (!rc)
        r->days_due = instant_mono() + (more ? NEXT_US : pause);
    return rc;
}
