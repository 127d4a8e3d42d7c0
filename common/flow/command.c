/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP -> work -> HTTP. The work lives in the exchange's arena; after http_resume neither may be touched. */
#include "common/flow/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/domain/dossier.h"

#define KEY_MAX 128

/* ---- the headers that every command has */

static enum err_code read_key(struct http_exchange *x, const char **ret, struct err *reterr)
{
    const char *key = http_header(x, "Idempotency-Key");
    if (!key || !key[0])
        return err_say(reterr, ERR_INVALID, "Idempotency-Key", "thiếu tiêu đề Idempotency-Key",
                       "the header Idempotency-Key is missing");
    size_t n = strlen(key);
    bool printable = n <= KEY_MAX;
    for (size_t i = 0; printable && i < n; i++)
        printable = key[i] >= 0x20 && key[i] <= 0x7e;
    if (!printable)
        return err_say(reterr, ERR_INVALID, "Idempotency-Key", "Idempotency-Key phải có 1 đến %d ký tự ASCII in được",
                       "Idempotency-Key must have 1 to %d printable ASCII characters", KEY_MAX);
    /* A copy: the header is the connection's, and a stop may end that one before the work. */
    *ret = arena_strdup(http_arena(x), key);
    return ERR_OK;
}

static enum err_code bad_seen(struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, "Taicho-Seen", "Taicho-Seen phải có dạng \"intake=5, approval=2\"",
                   "Taicho-Seen must look like \"intake=5, approval=2\"");
}

static enum source source_of_name(const char *p, size_t n)
{
    for (int s = 0; s < SOURCE_COUNT; s++)
        if (strlen(source_name((enum source)s)) == n && memcmp(source_name((enum source)s), p, n) == 0)
            return (enum source)s;
    return SOURCE_NONE;
}

/* read_seen reads "intake=5, approval=2"; a source that is named twice counts with its higher version. */
static enum err_code read_seen(const char *text, int64_t ret[SOURCE_COUNT], struct err *reterr)
{
    const char *p = text ? text : "";
    p += strspn(p, " \t");
    while (*p) {
        size_t n = strcspn(p, "=, \t");
        enum source s = source_of_name(p, n);
        p += n;
        if (s == SOURCE_NONE || *p != '=' || p[1] < '0' || p[1] > '9')
            return bad_seen(reterr);
        char *end;
        size_t digits = strspn(p + 1, "0123456789");
        if (digits > 18)
            return bad_seen(reterr);
        int64_t version = strtoll(p + 1, &end, 10);
        if (version > ret[s])
            ret[s] = version;
        p = end + strspn(end, " \t");
        if (*p == ',')
            p += 1 + strspn(p + 1, " \t");
        else if (*p)
            return bad_seen(reterr);
    }
    return ERR_OK;
}

/*
 * read_trace gives a W3C traceparent, or NULL when it is not one: a receiver starts a trace of its own then, it does
 * not refuse. Form: 00-<32 hex>-<16 hex>-<2 hex>, lower case, neither id all zeros.
 */
static const char *read_trace(const char *text)
{
    static const char form[] = "xx-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";
    if (!text || strlen(text) != sizeof(form) - 1 || strncmp(text, "ff", 2) == 0)
        return NULL;
    for (size_t i = 0; form[i]; i++) {
        bool fits = form[i] == '-' ? text[i] == '-' : strchr("0123456789abcdef", text[i]) != NULL;
        if (!fits)
            return NULL;
    }
    if (strspn(text + 3, "0") >= 32 || strspn(text + 36, "0") >= 16)
        return NULL;
    return text;
}

/* read_late reads what is said of an act that was done on paper before; NULL: it is done now. Only acts on dossiers are
 * done at counters and desks, everything else waits until the system is back. */
static enum err_code read_late(struct http_exchange *x, const char *subject_kind, const struct late_entry **ret,
                               struct err *reterr)
{
    const char *text = http_header(x, LATE_ENTRY_HEADER);

    *ret = NULL;
    if (!text)
        return ERR_OK;
    if (strcmp(subject_kind, DOSSIER) != 0)
        return err_say(reterr, ERR_INVALID, LATE_ENTRY_HEADER, "chỉ việc làm với hồ sơ mới được nhập sau",
                       "only acts on dossiers are entered late");
    struct late_entry *late = ARENA_NEW(http_arena(x), struct late_entry);
    *ret = late;
    return late_entry_read(text, http_arena(x), late, reterr);
}

/* body_digest names what was asked: the same key with another method, path, body or moment is another request. */
static struct digest body_digest(struct http_exchange *x)
{
    struct bytes body = http_body(x);
    struct digest d = digest_of(body.p, body.n);
    const char *late = http_header(x, LATE_ENTRY_HEADER);
    const char *text = arena_printf(http_arena(x), "%s\n%s\n%s%s%s", http_method(x), http_path(x), digest_text(&d).s,
                                    late ? "\n" : "", late ? late : "");
    return digest_of(text, strlen(text));
}

/* ---- submit and answer */

struct waiter {
    struct http_exchange *x;
    const struct service *service;
};

/* answered is called on the executor's thread, once; http_resume gives the exchange and all of the work away. */
static void answered(struct work *w)
{
    struct waiter *waiter = w->done_arg;
    struct http_exchange *x = waiter->x;
    if (w->refusal.code != ERR_OK) {
        http_reply_problem(x, &w->refusal);
    } else if (w->status >= 400) {
        /* A refusal that was stored with its key and is answered again. */
        const char *text = w->answer ? w->answer : "{}";
        http_reply(x, w->status, "application/problem+json; charset=utf-8", text, strlen(text));
    } else {
        http_reply_json(x, w->status ? w->status : 200, w->answer ? w->answer : "{}");
    }
    if (w->version > 0)
        http_reply_header(x, "Taicho-Seen", arena_printf(w->arena, "%s=%" PRId64, waiter->service->name, w->version));
    http_resume(x);
}

enum err_code command_submit(struct app *app, struct http_exchange *x, const char *subject_kind, struct id subject,
                             int act, bool creates, const void *command, struct err *reterr)
{
    struct arena *a = http_arena(x);
    struct work *w = ARENA_NEW(a, struct work);
    enum err_code rc = read_key(x, &w->idempotency_key, reterr);
    if (!rc)
        rc = read_seen(http_header(x, "Taicho-Seen"), w->wants, reterr);
    if (!rc)
        rc = read_late(x, subject_kind, &w->late, reterr);
    if (rc)
        return rc;

    struct waiter *waiter = ARENA_NEW(a, struct waiter);
    waiter->x = x;
    waiter->service = app->service;

    w->origin = WORK_COMMAND;
    w->arena = a;
    w->weight = arena_used(a);
    w->subject = subject;
    w->subject_kind = subject_kind;
    w->act = act;
    w->command = command;
    w->creates = creates;
    w->actor = *http_actor(x);
    w->body_digest = body_digest(x);
    w->command_id = id_new();
    w->trace = arena_strdup(a, read_trace(http_header(x, "traceparent")));
    w->place.partition = -1;
    w->done = answered;
    w->done_arg = waiter;

    /* Suspended first: the executor may answer before executor_submit returns. */
    http_suspend(x);
    struct err refused = {.code = ERR_OK};
    if (executor_submit(app->executor, w, &refused) != ERR_OK) {
        http_reply_problem(x, &refused);
        http_resume(x);
    }
    return ERR_OK;
}

/* ---- ids that are derived: a repeat finds the same */

/* derived is a UUID of version 8 (RFC 9562): the first bits of a SHA-256 over the parts, each ended by a zero byte. */
static struct id derived(const char *const *parts, size_t count)
{
    struct buf b;
    buf_init(&b, (size_t)1 << 20);
    for (size_t i = 0; i < count; i++)
        buf_add(&b, parts[i], strlen(parts[i]) + 1);
    BUG_IF(b.full, "the parts of a derived id are too long");
    struct digest d = digest_of(b.p, b.n);
    buf_release(&b);
    struct id id;
    memcpy(id.b, d.b, sizeof(id.b));
    id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x80);
    id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
    return id;
}

enum err_code command_new_subject(struct http_exchange *x, const char *subject_kind, struct id *ret, struct err *reterr)
{
    const char *key;
    enum err_code rc = read_key(x, &key, reterr);
    if (rc)
        return rc;
    const char *parts[] = {"taicho:new", http_actor(x)->subject, key, subject_kind};
    struct id of_key;

    *ret = derived(parts, COUNT_OF(parts));
    /* A key that is a UUIDv7 lends its time, so that new subjects stand together in every index of five schemas. */
    if (id_parse(key, &of_key) && of_key.b[6] >> 4 == 7)
        memcpy(ret->b, of_key.b, 6);
    return ERR_OK;
}

struct id command_subject_of_code(const char *kind, const char *code)
{
    const char *parts[] = {"taicho:code", kind, code};
    return derived(parts, COUNT_OF(parts));
}

/* ---- reads */

/* read_once runs a read; a connection that was cut while it lay in the pool is opened anew, since reading twice does no
 * harm. */
static enum err_code read_once(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                               size_t count, struct db_answer **ret, struct err *reterr)
{
    int64_t begin = instant_mono();
    enum err_code rc = db_run(db, a, stmt, args, count, ret, reterr);
    if (rc != ERR_UNAVAILABLE || !db_lost(db) || instant_mono() - begin > INSTANT_SECOND)
        return rc;
    rc = db_open_if_lost(db, reterr);
    return rc ? rc : db_run(db, a, stmt, args, count, ret, reterr);
}

enum err_code query_rows(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                         const struct db_arg *args, size_t count, query_take *take, void *arg, struct err *reterr)
{
    struct db *db;
    enum err_code rc = db_pool_take(app->readers, &db, reterr);
    if (rc)
        return rc;
    struct db_answer *q;
    rc = read_once(db, http_arena(x), stmt, args, count, &q, reterr);
    if (rc == ERR_CONFLICT) {
        /* A read has no one to conflict with: the statement itself is wrong. */
        rc = ERR_BUG;
        if (reterr)
            reterr->code = ERR_BUG;
    }
    if (!rc)
        rc = take(arg, q, x, reterr);
    db_forget(db);
    db_pool_give(app->readers, db);
    return rc;
}

static enum err_code take_text(void *arg UNUSED, const struct db_answer *q, struct http_exchange *x, struct err *reterr)
{
    const char *text = db_count(q) > 0 ? db_get_text(q, 0, 0) : NULL;
    if (!text)
        return err_say(reterr, ERR_NOT_FOUND, NULL, "không tìm thấy", "nothing was found");
    http_reply_json(x, 200, text);
    return ERR_OK;
}

enum err_code query_json(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                         const struct db_arg *args, size_t count, struct err *reterr)
{
    return query_rows(app, x, stmt, args, count, take_text, NULL, reterr);
}
