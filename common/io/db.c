/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection and its pipeline; the only file that knows libpq.
 *
 * Each statement is parsed by the server once per connection: the first time it is asked, a Parse goes ahead of it in
 * the same pipeline. It counts as prepared only when the server confirmed that, because an error earlier in the
 * pipeline makes the server skip everything up to the Sync.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "common/base/buf.h"
#include "common/base/instant.h"
#include "common/io/db_inner.h"

/* One command whose results are awaited, in the order of sending. */
struct step {
    enum { PARSE, CHECK, RUN } what;
    const struct db_stmt *stmt;
    struct db_answer *answer; /* of RUN */
};

struct db {
    PGconn *pg; /* NULL: lost */
    char *conninfo, *application, *options;
    int deadline_ms;
    bool refused; /* libpq did not take a command: the next flush fails */

    struct step *steps;
    size_t step_count, step_room;
    PGresult **results; /* kept until db_forget */
    size_t result_count, result_room;
    struct db_known known;
    struct db_bound bound;
};

struct db_answer {
    const struct db_stmt *stmt;
    const PGresult *rows; /* NULL: none */
    int64_t affected;
};

/* ---- errors */

/* libpq ends its messages with a line feed and may have several lines. */
static void one_line(const char *text, char *ret, size_t size)
{
    size_t n = 0;
    for (const char *p = text ? text : ""; *p && n + 1 < size; p++)
        ret[n++] = *p == '\n' || *p == '\t' ? ' ' : *p;
    while (n > 0 && ret[n - 1] == ' ')
        n--;
    ret[n] = 0;
}

/* Loses the connection: everything asked goes with it. `why` NULL: libpq knows. */
static enum err_code lose(struct db *db, const char *why, struct err *reterr)
{
    char text[256];
    one_line(why ? why : PQerrorMessage(db->pg), text, sizeof text);
    PQfinish(db->pg);
    db->pg = NULL;
    db->step_count = 0;
    db->refused = false;
    return err_set(reterr, ERR_UNAVAILABLE, "database: connection lost: %s", text[0] ? text : "closed by the server");
}

/* Detail and hint stay out of it: they may quote a row, and rows have names of citizens. */
static enum err_code server_error(const PGresult *r, const char *statement, struct err *reterr)
{
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    const char *place = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
    char text[256];
    one_line(message ? message : PQresultErrorMessage(r), text, sizeof text);

    enum err_code code = ERR_CONFLICT;
    if (!state || !strncmp(state, "08", 2) || !strncmp(state, "57", 2) || !strncmp(state, "53", 2))
        code = ERR_UNAVAILABLE;
    err_set(reterr, code, "%s: %s%s%s%s", statement, text, place ? " (at character " : "", place ? place : "",
            place ? ")" : "");
    if (reterr && state)
        memcpy(reterr->sqlstate, state, strnlen(state, sizeof reterr->sqlstate - 1) + 1);
    return code;
}

/* ---- connecting */

static void be_silent(void *arg, const PGresult *r)
{
}

static int ms_until(int64_t until)
{
    int64_t us = until - instant_mono();
    return us <= 0 ? 0 : (int)((us + 999) / 1000);
}

/* Readable while all waits of the process are called off. One for all connections: a process stops only once. */
static int called_off = -1;
static pthread_once_t called_off_once = PTHREAD_ONCE_INIT;

static void make_called_off(void)
{
    called_off = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    BUG_IF(called_off < 0, "eventfd: %d", errno);
}

void db_cancel_all(bool yes)
{
    uint64_t n = 1;
    pthread_once(&called_off_once, make_called_off);
    ssize_t done = yes ? write(called_off, &n, sizeof n) : read(called_off, &n, sizeof n);
    (void)done; /* it is so already */
}

/* Returns false when the time is over, or the wait was called off. */
static bool wait_socket(PGconn *pg, short events, int64_t until)
{
    struct pollfd p[2] = {{.fd = PQsocket(pg), .events = events}, {.fd = called_off, .events = POLLIN}};
    for (;;) {
        int ms = ms_until(until);
        int n = poll(p, 2, ms);
        if (n > 0)
            return !p[1].revents;
        if (ms == 0 || (n < 0 && errno != EINTR))
            return false;
    }
}

static enum err_code connect_now(struct db *db, struct err *reterr)
{
    char user_timeout[16];
    snprintf(user_timeout, sizeof user_timeout, "%d", db->deadline_ms);
    const char *keys[] = {
        "dbname",          "application_name",    "options",          "client_encoding",  "keepalives",
        "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", NULL};
    const char *values[] = {db->conninfo, db->application, db->options, "UTF8", "1", "5", "2", "3", user_timeout, NULL};
    int64_t until = instant_mono() + db->deadline_ms * INSTANT_MS;

    db->pg = PQconnectStartParams(keys, values, 1);
    BUG_IF(!db->pg, "out of memory");
    db_known_clear(&db->known);
    if (PQstatus(db->pg) == CONNECTION_BAD)
        return lose(db, NULL, reterr);
    for (PostgresPollingStatusType s = PGRES_POLLING_WRITING; s != PGRES_POLLING_OK; s = PQconnectPoll(db->pg)) {
        if (s == PGRES_POLLING_FAILED)
            return lose(db, NULL, reterr);
        if (!wait_socket(db->pg, s == PGRES_POLLING_READING ? POLLIN : POLLOUT, until))
            return lose(db, "no connection within the time limit", reterr);
    }
    PQsetNoticeReceiver(db->pg, be_silent, NULL);
    if (PQsetnonblocking(db->pg, 1) != 0 || !PQenterPipelineMode(db->pg))
        return lose(db, NULL, reterr);
    return ERR_OK;
}

static struct db *new_with(const char *conninfo, const char *application, const char *search_path, const char *settings,
                           int deadline_ms)
{
    struct db *db = calloc(1, sizeof *db);
    BUG_IF(!db, "out of memory");
    pthread_once(&called_off_once, make_called_off);
    db->conninfo = strdup(conninfo);
    db->application = strdup(application ? application : "taicho");
    db->deadline_ms = deadline_ms;
    BUG_IF(!db->conninfo || !db->application, "out of memory");
    db_known_init(&db->known);

    struct buf options;
    buf_init(&options, 4096);
    /* What nobody waits for any more does not go on holding its locks. */
    buf_str(&options, "-cclient_connection_check_interval=2000");
    if (search_path)
        buf_str(&options, " -csearch_path=");
    for (const char *p = search_path ? search_path : ""; *p; p++) {
        if (*p == ' ' || *p == '\\')
            buf_str(&options, "\\");
        buf_add(&options, p, 1);
    }
    buf_str(&options, settings ? settings : "");
    db->options = strdup(buf_cstr(&options));
    BUG_IF(!db->options, "out of memory");
    buf_release(&options);
    return db;
}

struct db *db_new(const char *conninfo, const char *application, const char *search_path, int deadline_ms)
{
    return new_with(conninfo, application, search_path, NULL, deadline_ms);
}

static enum err_code connect_new(struct db *db, struct db **ret, struct err *reterr)
{
    /* libpq would take a word without "=" for the name of a database and look for it on this machine. */
    bool form = strchr(db->conninfo, '=') || strstr(db->conninfo, "://");
    enum err_code rc =
        form ? connect_now(db, reterr)
             : err_set(reterr, ERR_INVALID, "the connection string is neither \"host=... dbname=...\" nor a URI");
    if (rc) {
        db_close(db);
        return rc;
    }
    *ret = db;
    return ERR_OK;
}

enum err_code db_open(const char *conninfo, const char *application, const char *search_path, int deadline_ms,
                      struct db **ret, struct err *reterr)
{
    return connect_new(db_new(conninfo, application, search_path, deadline_ms), ret, reterr);
}

enum err_code db_open_by_key(const char *conninfo, const char *application, const char *search_path, int deadline_ms,
                             struct db **ret, struct err *reterr)
{
    static const char by_key[] = " -cenable_seqscan=off -cenable_hashjoin=off -cenable_mergejoin=off -cjit=off"
                                 " -cplan_cache_mode=force_generic_plan";
    return connect_new(new_with(conninfo, application, search_path, by_key, deadline_ms), ret, reterr);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_forget(db);
    PQfinish(db->pg);
    db_bound_release(&db->bound);
    db_known_release(&db->known);
    free(db->results);
    free(db->steps);
    free(db->options);
    free(db->application);
    free(db->conninfo);
    free(db);
}

bool db_lost(const struct db *db)
{
    return !db->pg;
}

void db_drop(struct db *db)
{
    struct err ignored;

    if (!db_lost(db) && lose(db, "dropped", &ignored))
        return;
}

enum err_code db_open_if_lost(struct db *db, struct err *reterr)
{
    return db->pg ? ERR_OK : connect_now(db, reterr);
}

int db_socket(const struct db *db)
{
    return db->pg ? PQsocket(db->pg) : -1;
}

void db_tidy(struct db *db)
{
    db_forget(db);
    if (db->pg && (db->step_count > 0 || PQtransactionStatus(db->pg) != PQTRANS_IDLE))
        lose(db, NULL, NULL);
}

/* ---- pipeline */

static void push_step(struct db *db, struct step step)
{
    if (db->step_count == db->step_room) {
        db->step_room = db->step_room ? db->step_room * 2 : 64;
        db->steps = realloc(db->steps, db->step_room * sizeof *db->steps);
        BUG_IF(!db->steps, "out of memory");
    }
    db->steps[db->step_count++] = step;
}

static void keep_result(struct db *db, PGresult *r)
{
    if (db->result_count == db->result_room) {
        db->result_room = db->result_room ? db->result_room * 2 : 64;
        db->results = realloc(db->results, db->result_room * sizeof *db->results);
        BUG_IF(!db->results, "out of memory");
    }
    db->results[db->result_count++] = r;
}

struct db_answer *db_ask(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                         size_t count)
{
    struct db_answer *q = ARENA_NEW(a, struct db_answer);
    q->stmt = stmt;
    if (!db->pg || db->refused)
        return q; /* the flush will say so */

    uint64_t shape = db_bind(&db->bound, args, count);
    const struct db_bound *b = &db->bound;
    struct db_known_stmt *k = db_known(&db->known, stmt);
    if (k->state == DB_NOT_PREPARED) {
        if (!PQsendPrepare(db->pg, stmt->name, stmt->sql, (int)count, b->types)) {
            db->refused = true;
            return q;
        }
        k->state = DB_BEING_PREPARED;
        k->shape = shape;
        push_step(db, (struct step){.what = PARSE, .stmt = stmt});
    }
    BUG_IF(k->shape != shape, "statement %s is asked with other argument types than before", stmt->name);
    if (!PQsendQueryPrepared(db->pg, stmt->name, (int)count, b->values, b->lengths, b->formats, 1)) {
        db->refused = true;
        return q;
    }
    push_step(db, (struct step){.what = RUN, .stmt = stmt, .answer = q});
    return q;
}

/* The next result of libpq, or NULL between two commands. False: connection lost or time over. */
static bool next_result(struct db *db, int64_t until, PGresult **ret, bool *ret_late)
{
    for (;;) {
        /* Reading goes on while sending: with megabytes both ways each side would otherwise wait for the other. */
        int unsent = PQflush(db->pg);
        if (!PQisBusy(db->pg)) {
            *ret = PQgetResult(db->pg);
            return true;
        }
        if (PQstatus(db->pg) == CONNECTION_BAD)
            return false;
        if (!wait_socket(db->pg, (short)(POLLIN | (unsent == 1 ? POLLOUT : 0)), until)) {
            *ret_late = true;
            return false;
        }
        /* What the server said before it hung up is still worth reading: PQisBusy tells. */
        if (!PQconsumeInput(db->pg) && PQisBusy(db->pg))
            return false;
    }
}

/* COMMIT of a transaction that had failed is answered "ROLLBACK", as if all were well; it is no success. */
static bool rolled_back(const struct step *s, PGresult *r)
{
    return strcmp(s->stmt->sql, "COMMIT") == 0 && strcmp(PQcmdStatus(r), "ROLLBACK") == 0;
}

/* Takes one result of a step over: rows are kept, everything else is let go. */
static void take(struct db *db, const struct step *s, PGresult *r, struct err *first)
{
    switch (PQresultStatus(r)) {
    case PGRES_TUPLES_OK:
        s->answer->rows = r;
        s->answer->affected = strtoll(PQcmdTuples(r), NULL, 10);
        keep_result(db, r);
        return;
    case PGRES_COMMAND_OK:
        if (s->what == RUN && rolled_back(s, r) && !first->code) {
            err_set(first, ERR_CONFLICT, "%s: the transaction had failed before", s->stmt->name);
            (void)snprintf(first->sqlstate, sizeof first->sqlstate, "25P02");
        } else if (s->what == RUN)
            s->answer->affected = strtoll(PQcmdTuples(r), NULL, 10);
        else if (s->what == PARSE)
            db_known(&db->known, s->stmt)->state = DB_PREPARED;
        break;
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_ABORTED: /* not run, because of the first */
        break;
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
    case PGRES_COPY_OUT:
    case PGRES_COPY_IN:
    case PGRES_COPY_BOTH:
    case PGRES_SINGLE_TUPLE:
    case PGRES_PIPELINE_SYNC:
    default:
        if (!first->code)
            server_error(r, s->stmt->name, first);
        /* The server forgot it (a pooler's DISCARD): prepare anew next time. */
        if (s->what == RUN && !strcmp(first->sqlstate, "26000"))
            db_known(&db->known, s->stmt)->state = DB_NOT_PREPARED;
        break;
    }
    PQclear(r);
}

/* Ends a flush whose connection went. What the server said first is the better reason. */
static enum err_code end_lost(struct db *db, bool late, const struct err *first, struct err *reterr)
{
    enum err_code rc = lose(db, late ? "no answer within the time limit" : first->code ? first->en : NULL, reterr);
    if (reterr)
        memcpy(reterr->sqlstate, first->sqlstate, sizeof reterr->sqlstate);
    return rc;
}

enum err_code db_flush(struct db *db, struct err *reterr)
{
    struct err first = {0};
    bool late = false;
    PGresult *r;

    if (!db->pg)
        return err_set(reterr, ERR_UNAVAILABLE, "database: not connected");
    if (db->refused)
        return lose(db, NULL, reterr);
    if (db->step_count == 0)
        return ERR_OK;
    if (!PQpipelineSync(db->pg))
        return lose(db, NULL, reterr);

    int64_t until = instant_mono() + db->deadline_ms * INSTANT_MS;
    for (size_t i = 0; i < db->step_count; i++) {
        const struct step *s = &db->steps[i];
        if (!next_result(db, until, &r, &late) || !r)
            return end_lost(db, late, &first, reterr);
        while (r) {
            take(db, s, r, &first);
            if (!next_result(db, until, &r, &late))
                return end_lost(db, late, &first, reterr);
        }
        if (s->what == PARSE) {
            struct db_known_stmt *k = db_known(&db->known, s->stmt);
            if (k->state == DB_BEING_PREPARED)
                k->state = DB_NOT_PREPARED;
        }
    }
    if (!next_result(db, until, &r, &late) || PQresultStatus(r) != PGRES_PIPELINE_SYNC) {
        PQclear(r);
        return end_lost(db, late, &first, reterr);
    }
    PQclear(r);
    db->step_count = 0;
    if (first.code && reterr)
        *reterr = first;
    return first.code;
}

void db_push(struct db *db)
{
    int64_t until = instant_mono() + db->deadline_ms * INSTANT_MS;

    if (!db->pg || db->refused)
        return;
    while (PQflush(db->pg) == 1 && wait_socket(db->pg, POLLIN | POLLOUT, until))
        if (!PQconsumeInput(db->pg))
            return;
}

void db_forget(struct db *db)
{
    for (size_t i = 0; i < db->result_count; i++)
        PQclear(db->results[i]);
    db->result_count = 0;
}

enum err_code db_run(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                     size_t count, struct db_answer **ret, struct err *reterr)
{
    struct db_answer *q = db_ask(db, a, stmt, args, count);
    enum err_code rc = db_flush(db, reterr);
    if (!rc && ret)
        *ret = q;
    return rc;
}

enum err_code db_script(struct db *db, const char *sql, struct err *reterr)
{
    struct err first = {0};
    bool late = false;
    PGresult *r;

    if (!db->pg)
        return err_set(reterr, ERR_UNAVAILABLE, "database: not connected");
    BUG_IF(db->step_count > 0, "a script between db_ask and db_flush");
    if (!PQexitPipelineMode(db->pg) || !PQsendQuery(db->pg, sql))
        return lose(db, NULL, reterr);

    int64_t until = instant_mono() + db->deadline_ms * INSTANT_MS;
    for (;;) {
        if (!next_result(db, until, &r, &late))
            return end_lost(db, late, &first, reterr);
        if (!r)
            break;
        ExecStatusType status = PQresultStatus(r);
        if (!first.code && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
            server_error(r, "script", &first);
        PQclear(r);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            return lose(db, "COPY in a script", reterr);
    }
    if (PQstatus(db->pg) == CONNECTION_BAD || !PQenterPipelineMode(db->pg))
        return end_lost(db, late, &first, reterr);
    if (first.code && reterr)
        *reterr = first;
    return first.code;
}

/* The unnamed statement is replaced by each Parse, so nothing stays behind. */
enum err_code db_check(struct db *db, const struct db_stmt *const *stmts, size_t count, struct err *reterr)
{
    if (!db->pg)
        return err_set(reterr, ERR_UNAVAILABLE, "database: not connected");
    BUG_IF(db->step_count > 0, "a check between db_ask and db_flush");
    for (size_t i = 0; i < count; i++) {
        db_known(&db->known, stmts[i]); /* two different statements of one name are a bug found here */
        if (!PQsendPrepare(db->pg, "", stmts[i]->sql, 0, NULL))
            return lose(db, NULL, reterr);
        push_step(db, (struct step){.what = CHECK, .stmt = stmts[i]});
    }
    return db_flush(db, reterr);
}

/* ---- answers */

const char *db_answer_name(const struct db_answer *q)
{
    return q->stmt->name;
}

size_t db_count(const struct db_answer *q)
{
    return q->rows ? (size_t)PQntuples(q->rows) : 0;
}

int64_t db_affected(const struct db_answer *q)
{
    return q->affected;
}

int db_column(const struct db_answer *q, const char *name)
{
    int n = q->rows ? PQnfields(q->rows) : 0;
    for (int i = 0; i < n; i++)
        if (!strcmp(PQfname(q->rows, i), name))
            return i;
    BUG_IF(true, "statement %s has no column %s%s", q->stmt->name, name, q->rows ? "" : ": it has no rows at all");
    return -1;
}

struct db_cell db_cell(const struct db_answer *q, size_t row, int column)
{
    BUG_IF(row >= db_count(q), "statement %s: row %zu of %zu", q->stmt->name, row, db_count(q));
    int i = (int)row;
    struct db_cell c = {.type = PQftype(q->rows, column)};
    if (!PQgetisnull(q->rows, i, column)) {
        c.p = (const uint8_t *)PQgetvalue(q->rows, i, column);
        c.n = (size_t)PQgetlength(q->rows, i, column);
    }
    return c;
}
