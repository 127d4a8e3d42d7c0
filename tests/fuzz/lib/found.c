/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/lib/found.h"

#include <stdio.h>
#include <string.h>

#include "common/flow/relay.h"
#include "common/io/db_inner.h"
#include "common/io/json.h"
#include "common/runtime/runtime.h"
#include "tests/fuzz/lib/front.h"
#include "tests/fuzz/lib/fuzz.h"

static const struct id subject = {{0x01, 0x8f, 0x3b, 0x7e, 0x7b, 0x5a, 0x7c, 0x3d, 0x8e, 0x4f, 1, 2, 3, 4, 5, 6}};

/* The request under way. */
static struct {
    struct arena *arena;
    bool open, subject, taken, missing, busy, lost;
    struct bytes letter;
    int connections; /* taken, and not given back */
    int asked;       /* since the last flush */
} found;

void found_begin(struct arena *a, const char *letter, const char *what)
{
    struct json_in *in;
    const char *text = arena_printf(a, "{\"letter\":\"%s\"}", letter ? letter : "");

    if (!what)
        what = "";
    memset(&found, 0, sizeof found);
    found.arena = a;
    found.subject = strstr(what, "subject");
    found.taken = strstr(what, "taken");
    found.missing = strstr(what, "missing");
    found.busy = strstr(what, "busy");
    found.lost = strstr(what, "lost");
    if (!letter || json_read(a, text, strlen(text), &in, NULL))
        return;
    found.letter = json_base64(in, json_root(in), "letter", JSON_REQUIRED, (size_t)1 << 20);
    found.open = json_done(in, NULL) == ERR_OK;
}

void found_end(void)
{
    HOLDS(found.connections == 0, "a connection is not given back");
    HOLDS(found.asked == 0, "asked, and not flushed");
}

void found_holds(const struct service *s, const struct work *w)
{
    HOLDS(w->arena && w->done && w->place.partition < 0, "half a work");
    if (w->origin == WORK_REDRIVE) {
        HOLDS((w->closes || !id_is_nil(w->subject)) && w->subject_kind && w->reason, "half a redrive");
        HOLDS(!w->closes || (w->closes->letter > 0 && w->closes->state && w->closes->by && w->closes->why),
              "half a closing");
        holds_utf8(w->reason);
        return;
    }
    HOLDS(w->origin == WORK_EVENT && w->raw.p && w->subject_kind, "half an event");
    HOLDS(w->event.source < SOURCE_COUNT && w->event.source != s->source,
          "%s takes in what it says itself, or what nobody says", s->name);
    HOLDS((w->act >= 0) == (w->command != NULL), "act %d", w->act);
    HOLDS(w->place.topic && strcmp(w->place.topic, source_topic(w->event.source)) == 0, "of another topic");
    HOLDS(w->done_arg, "nobody counts it");
}

/* ---- in place of PostgreSQL: io/db_read reads these cells as it reads libpq's */

enum { CELLS_MAX = 2 };

struct db_answer {
    const struct db_stmt *stmt;
    size_t rows;
    int64_t affected;
    size_t count;
    const char *names[CELLS_MAX];
    struct db_cell cells[CELLS_MAX];
};

static struct db_cell yes_or_no(bool v)
{
    static const uint8_t wire[] = {0, 1};
    return (struct db_cell){.p = &wire[v], .n = 1, .type = DB_OID_BOOL};
}

static void add(struct db_answer *q, const char *name, struct db_cell cell)
{
    q->names[q->count] = name;
    q->cells[q->count++] = cell;
}

/* The statements of ops_dead.c by their names; another one is a bug of this file. */
static void answer(struct db_answer *q)
{
    const char *name = q->stmt->name;

    if (strcmp(name, "ops_dead_subject") == 0) {
        q->rows = found.open;
        add(q, "subject", (struct db_cell){.p = found.subject ? subject.b : NULL, .n = 16, .type = DB_OID_UUID});
    } else if (strcmp(name, "ops_dead_bytes") == 0) {
        q->rows = found.open;
        add(q, "value", (struct db_cell){.p = found.letter.p, .n = found.letter.n, .type = DB_OID_BYTEA});
    } else if (strcmp(name, "ops_dead_taken_in") == 0) {
        q->rows = 1;
        add(q, "yes", yes_or_no(found.taken));
    } else if (strcmp(name, "ops_missing_strike") == 0) {
        q->affected = found.missing;
    } else {
        HOLDS(false, "a statement that nobody answers: %s", name);
    }
}

enum err_code __wrap_db_pool_take(struct db_pool *p, struct db **ret, struct err *reterr);
enum err_code __wrap_db_pool_take(struct db_pool *p, struct db **ret, struct err *reterr)
{
    if (found.busy)
        return err_say(reterr, ERR_BUSY, NULL, "hết kết nối", "no connection is free");
    /* One who holds one and waits for another may wait for himself. */
    HOLDS(found.connections++ == 0, "two connections at a time");
    *ret = NULL;
    return ERR_OK;
}

void __wrap_db_pool_give(struct db_pool *p, struct db *db);
void __wrap_db_pool_give(struct db_pool *p, struct db *db)
{
    HOLDS(found.connections-- == 1, "given back twice");
}

struct db_answer *__wrap_db_ask(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                                size_t count);
struct db_answer *__wrap_db_ask(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                                size_t count)
{
    struct db_answer *q = ARENA_NEW(a, struct db_answer);

    HOLDS(found.connections == 1, "%s without a connection", stmt->name);
    holds_arguments(stmt, args, count);
    found.asked++;
    q->stmt = stmt;
    return q;
}

enum err_code __wrap_db_flush(struct db *db, struct err *reterr);
enum err_code __wrap_db_flush(struct db *db, struct err *reterr)
{
    HOLDS(found.asked > 0, "nothing was asked");
    found.asked = 0;
    return found.lost ? err_set(reterr, ERR_UNAVAILABLE, "the connection is lost") : ERR_OK;
}

enum err_code __wrap_db_run(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                            size_t count, struct db_answer **ret, struct err *reterr);
enum err_code __wrap_db_run(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                            size_t count, struct db_answer **ret, struct err *reterr)
{
    *ret = __wrap_db_ask(db, a, stmt, args, count);
    return __wrap_db_flush(db, reterr);
}

/* Answers are read between flush and give only: behind that the connection is another's. */
static const struct db_answer *answered(const struct db_answer *q)
{
    struct db_answer *own = (struct db_answer *)(uintptr_t)q;

    HOLDS(found.connections == 1 && !found.asked && !found.lost, "%s is read without an answer", q->stmt->name);
    if (!own->count)
        answer(own);
    return q;
}

size_t __wrap_db_count(const struct db_answer *q);
size_t __wrap_db_count(const struct db_answer *q)
{
    return answered(q)->rows;
}

int64_t __wrap_db_affected(const struct db_answer *q);
int64_t __wrap_db_affected(const struct db_answer *q)
{
    return answered(q)->affected;
}

int __wrap_db_column(const struct db_answer *q, const char *name);
int __wrap_db_column(const struct db_answer *q, const char *name)
{
    for (size_t i = 0; i < answered(q)->count; i++)
        if (strcmp(q->names[i], name) == 0)
            return (int)i;
    HOLDS(false, "%s has no column %s", q->stmt->name, name);
    return -1;
}

struct db_cell __wrap_db_cell(const struct db_answer *q, size_t row, int column);
struct db_cell __wrap_db_cell(const struct db_answer *q, size_t row, int column)
{
    HOLDS(row < answered(q)->rows && column >= 0 && (size_t)column < q->count, "%s: row %zu, column %d", q->stmt->name,
          row, column);
    return q->cells[column];
}

const char *__wrap_db_answer_name(const struct db_answer *q);
const char *__wrap_db_answer_name(const struct db_answer *q)
{
    return q->stmt->name;
}

/* ---- in place of the relay and of what is counted */

enum err_code __wrap_relay_republish(struct relay *r, const char *topic, int partition, int64_t from, int64_t to,
                                     struct err *reterr);
enum err_code __wrap_relay_republish(struct relay *r, const char *topic, int partition, int64_t from, int64_t to,
                                     struct err *reterr)
{
    holds_code(found.arena, topic, 63);
    HOLDS(partition >= 0 && partition <= 1000 && from >= 1 && to >= from, "%lld to %lld of %s/%d", (long long)from,
          (long long)to, topic, partition);
    if (found.busy)
        return err_set(reterr, ERR_BUSY, "replays wait already");
    return strncmp(topic, "taicho.", 7) == 0 ? ERR_OK : err_set(reterr, ERR_INVALID, "%s is no log", topic);
}

void __wrap_relay_stats(struct relay *r, struct relay_stats *ret);
void __wrap_relay_stats(struct relay *r, struct relay_stats *ret)
{
    *ret = (struct relay_stats){.leader = true, .published = INT64_MAX, .unpublished = INT64_MAX};
    (void)snprintf(ret->leader_name, sizeof ret->leader_name, "taicho-\"1\"\\");
}

void __wrap_executor_stats(struct executor *e, struct executor_stats *ret);
void __wrap_executor_stats(struct executor *e, struct executor_stats *ret)
{
    *ret = (struct executor_stats){.batches = INT64_MAX, .halted = true, .command_queue = (size_t)INT64_MAX};
}

struct counts __wrap_health_counts(struct runtime *r);
struct counts __wrap_health_counts(struct runtime *r)
{
    return (struct counts){.waiting = -1, .held = INT64_MAX};
}
