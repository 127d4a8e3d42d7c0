/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could not be read, and what never came. Both are closed by an operator, who says why:
 *
 * - a dead letter: discarded, or replayed: its bytes were taken in after all (POST /ops/events), which is checked here.
 *   The last one of a subject that is on hold for it lifts the hold; a hold for anything else stays;
 * - a number that never came: struck out, as the number of an event that is known to be lost for good, or of none.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/flow/command.h"
#include "common/flow/projection.h"
#include "common/io/json.h"
#include "common/runtime/runtime.h"

static const struct db_stmt list_dead = {
    "ops_dead",
    "SELECT json_build_object('dead', coalesce(json_agg(json_build_object('id', id, 'cluster', cluster, 'topic', topic,"
    "       'partition', \"partition\", 'offset', \"offset\", 'reason', reason, 'at', at, 'subject', subject,"
    "       'state', state, 'bytes', length(value)) ORDER BY id), '[]'::json))::text AS answer"
    "  FROM (SELECT * FROM dead_letter WHERE state = 'open' ORDER BY id LIMIT 500) d"};
static const struct db_stmt one_dead = {
    "ops_dead_one", "SELECT json_build_object('id', id, 'cluster', cluster, 'topic', topic, 'partition', "
                    "\"partition\", 'offset', \"offset\","
                    "       'reason', reason, 'at', at, 'subject', subject, 'state', state, 'state_by', state_by, "
                    "'state_why', state_why,"
                    "       'headers', headers, 'key_base64', translate(encode(key, 'base64'), E'\\n', ''),"
                    "       'value_base64', translate(encode(value, 'base64'), E'\\n', ''))::text AS answer"
                    "  FROM dead_letter WHERE id = $1"};
static const struct db_stmt subject_of = {"ops_dead_subject", "SELECT subject FROM dead_letter WHERE id = $1"};
static const struct db_stmt bytes_of = {"ops_dead_bytes",
                                        "SELECT value FROM dead_letter WHERE id = $1 AND state = 'open'"};
static const struct db_stmt taken_in = {
    "ops_dead_taken_in",
    "SELECT EXISTS (SELECT FROM subject WHERE id = $1 AND applied[$2::int + 1] >= $3)"
    "    OR EXISTS (SELECT FROM waiting WHERE subject = $1 AND source = $2::int AND version = $3) AS yes"};

static const struct db_stmt list_missing = {
    "ops_missing", "SELECT json_build_object('missing', coalesce(json_agg(json_build_object('topic', topic, "
                   "'partition', \"partition\","
                   "       'sequence', sequence, 'noticed_at', noticed_at) ORDER BY topic, \"partition\", sequence), "
                   "'[]'::json))::text"
                   "       AS answer"
                   "  FROM (SELECT * FROM missing_sequence ORDER BY topic, \"partition\", sequence LIMIT 500) m"};
static const struct db_stmt strike_missing = {
    "ops_missing_strike", "DELETE FROM missing_sequence WHERE topic = $1 AND \"partition\" = $2 AND sequence = $3"};

const struct db_stmt *const ops_dead_statements[] = {&list_dead, &one_dead,     &subject_of,     &bytes_of,
                                                     &taken_in,  &list_missing, &strike_missing, NULL};

/* ---- reads */

enum err_code ops_get_dead(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *text = http_query(x, "id");
    if (!text)
        return query_json(app, x, &list_dead, DB_NO_ARGS, reterr);
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 18 || text[n])
        return err_say(reterr, ERR_INVALID, "id", "id phải là một số", "id must be a number");
    return query_json(app, x, &one_dead, DB_ARGS(db_int8(strtoll(text, NULL, 10))), reterr);
}

enum err_code ops_get_missing(void *app, struct http_exchange *x, struct err *reterr)
{
    return query_json(app, x, &list_missing, DB_NO_ARGS, reterr);
}

/* ---- closing a dead letter */

/*
 * close_and_answer closes it and lifts the hold, when this was what it was for, as one piece of work. So an operator
 * who got no answer, or was told that the executor is busy, gives the same order again.
 */
static enum err_code close_and_answer(struct runtime *r, struct http_exchange *x, int64_t id, const char *state,
                                      const char *why, struct err *reterr)
{
    struct db *db;
    struct db_answer *q;
    enum err_code rc = db_pool_take(r->app.readers, &db, reterr);
    if (rc)
        return rc;
    rc = db_run(db, http_arena(x), &subject_of, DB_ARGS(db_int8(id)), &q, reterr);
    struct id subject =
        !rc && db_count(q) > 0 ? db_get_uuid(q, 0, 0) : id_nil; /* no such letter: the executor says so */
    db_pool_give(r->app.readers, db);
    if (rc)
        return rc;
    struct closing *c = ARENA_NEW(http_arena(x), struct closing);
    *c = (struct closing){.letter = id, .state = state, .by = http_actor(x)->subject, .why = why};
    ops_redrive(r, x, subject, why, c);
    return ERR_OK;
}

enum err_code ops_post_discard(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    int64_t id = json_int(in, json_root(in), "id", JSON_REQUIRED, 1, INT64_C(1) << 53);
    const char *why = json_text(in, json_root(in), "reason", JSON_REQUIRED, 3, 500);
    rc = json_done(in, reterr);
    return rc ? rc : close_and_answer(runtime_of(app), x, id, "discarded", why, reterr);
}

/* check_taken_in: its bytes can be read now, and what they say is applied here or waits its turn. */
static enum err_code check_taken_in(struct runtime *r, struct http_exchange *x, struct db *db, int64_t id,
                                    struct err *reterr)
{
    struct arena *a = http_arena(x);
    struct db_answer *q;
    enum err_code rc = db_run(db, a, &bytes_of, DB_ARGS(db_int8(id)), &q, reterr);
    if (rc || db_count(q) == 0)
        return rc; /* the one who closes it says that there is none */
    struct work *w = ARENA_NEW(a, struct work);
    struct err e = {.code = ERR_OK};
    if (projection_work(r->app.service, arena_bytes(a, db_get_bytes(q, 0, 0).p, db_get_bytes(q, 0, 0).n), a, w, &e))
        return err_say(reterr, ERR_INVALID, "id", "thông điệp vẫn chưa đọc được: %s",
                       "its bytes are still not readable: %s", e.en);
    rc = db_run(db, a, &taken_in,
                DB_ARGS(db_uuid(w->subject), db_int4((int32_t)w->event.source), db_int8(w->event.version)), &q, reterr);
    if (!rc && !db_get_bool(q, 0, 0))
        return err_say(reterr, ERR_CONFLICT, "id",
                       "sự kiện chưa được tiếp nhận; hãy gửi nội dung của nó đến /ops/events trước",
                       "its event was not taken in; give its bytes to /ops/events first");
    return rc;
}

enum err_code ops_post_replayed(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    int64_t id = json_int(in, json_root(in), "id", JSON_REQUIRED, 1, INT64_C(1) << 53);
    rc = json_done(in, reterr);
    struct db *db;
    if (!rc)
        rc = db_pool_take(r->app.readers, &db, reterr);
    if (rc)
        return rc;
    rc = check_taken_in(r, x, db, id, reterr);
    db_pool_give(r->app.readers, db);
    return rc ? rc : close_and_answer(r, x, id, "replayed", "replayed", reterr);
}

/* ---- missing numbers */

enum err_code ops_post_strike(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    const char *topic = json_code(in, json_root(in), "topic", JSON_REQUIRED, 63);
    int64_t partition = json_int(in, json_root(in), "partition", JSON_REQUIRED, 0, 1000);
    int64_t sequence = json_int(in, json_root(in), "sequence", JSON_REQUIRED, 1, INT64_C(1) << 53);
    const char *why = json_text(in, json_root(in), "reason", JSON_REQUIRED, 3, 500);
    rc = json_done(in, reterr);
    struct db *db;
    if (!rc)
        rc = db_pool_take(r->app.readers, &db, reterr);
    if (rc)
        return rc;
    struct db_answer *q = db_ask(db, http_arena(x), &strike_missing,
                                 DB_ARGS(db_text(topic), db_int4((int32_t)partition), db_int8(sequence)));
    rc = db_flush(db, reterr);
    bool found = !rc && db_affected(q) > 0;
    db_pool_give(r->app.readers, db);
    if (rc)
        return rc;
    if (!found)
        return err_say(reterr, ERR_NOT_FOUND, "sequence", "không thiếu số này", "this number is not missing");
    /* The row is gone; who struck it out and why is in the log, like everything that operators do. */
    log_warn("missing number %" PRId64 " of %s/%" PRId64 " struck out by %s: %s", sequence, topic, partition,
             http_actor(x)->subject, why);
    http_reply_json(x, 200, "{\"struck\":true}");
    return ERR_OK;
}
