/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that turns an error into what a client reads: a problem document (RFC 9457) in two languages. */
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/io/http_private.h"

#define PROBLEM_MAX          ((size_t)8 * 1024)
#define LOG_LINES_PER_SECOND 20

static void member(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json_str(b, value);
}

const char *http_problem_text(struct arena *a, const struct err *e, const char *request_id)
{
    const struct err_row *row = err_row(e->code);
    const char *vi = e->vi[0] ? e->vi : row->vi;
    const char *en = e->en[0] ? e->en : row->en;
    /*
     * A failure of ours may carry words for operators: SQL, host names. Only sentences that were written for a person
     * (err_say, whose Vietnamese is not the title's) leave the house, and a bug's never do.
     */
    if (e->code == ERR_BUG || (row->http >= 500 && strcmp(vi, row->vi) == 0)) {
        vi = row->vi;
        en = row->en;
    }
    struct buf b;
    buf_init(&b, PROBLEM_MAX);
    buf_printf(&b, "{\"type\":\"urn:taicho:problem:%s\",\"title\":", row->slug);
    buf_json_str(&b, row->vi);
    member(&b, "title_en", row->en);
    buf_printf(&b, ",\"status\":%d", row->http);
    member(&b, "detail", vi);
    member(&b, "detail_en", en);
    if (e->field[0]) {
        member(&b, "field", e->field);
        buf_str(&b, ",\"errors\":[{\"field\":");
        buf_json_str(&b, e->field);
        member(&b, "detail", vi);
        member(&b, "detail_en", en);
        buf_str(&b, "}]");
    }
    if (request_id) {
        /* A client's own request id need not be a UUID, and urn:uuid: takes nothing else. */
        struct id id;
        char urn[32 + REQUEST_ID_SIZE];
        (void)snprintf(urn, sizeof(urn), "%s%s",
                       id_parse(request_id, &id) ? "urn:uuid:" : "urn:taicho:request:", request_id);
        member(&b, "instance", urn);
    }
    buf_str(&b, "}");
    const char *text = arena_strndup(a, buf_cstr(&b), b.n);
    buf_release(&b);
    return text;
}

const char *http_problem_json(struct arena *a, const struct err *e)
{
    return http_problem_text(a, e, NULL);
}

/*
 * log_failure writes a failure of ours once, here. While the database is away every request fails alike, so lines
 * beyond some per second are only counted. The counters are the process's: an exchange may outlive its server.
 */
static void log_failure(const struct http_exchange *x, const struct err *e)
{
    static _Atomic int64_t second;
    static _Atomic int lines, skipped;
    int64_t now = instant_mono() / INSTANT_SECOND, was = atomic_load(&second);
    if (now != was && atomic_compare_exchange_strong(&second, &was, now))
        atomic_store(&lines, 0);
    if (e->code != ERR_BUG && atomic_fetch_add(&lines, 1) >= LOG_LINES_PER_SECOND) {
        atomic_fetch_add(&skipped, 1);
        return;
    }
    int hidden = atomic_exchange(&skipped, 0);
    if (hidden > 0)
        log_warn("%d failed requests were not logged one by one", hidden);
    log_push("request", x->request_id);
    log_push("route", x->route ? x->route->path : "-");
    log_err(e->code == ERR_BUG ? LOG_ERROR : LOG_WARN, e, "answering a request");
    log_pop();
    log_pop();
}

void http_reply_problem(struct http_exchange *x, const struct err *e)
{
    const struct err_row *row = err_row(e->code);
    if (row->http >= 500)
        log_failure(x, e);
    const char *text = http_problem_text(x->arena, e, x->request_id);
    x->status = row->http;
    x->content_type = "application/problem+json; charset=utf-8";
    x->reply = text;
    x->reply_n = strlen(text);
    if (row->retry)
        http_reply_header(x, "Retry-After", arena_printf(x->arena, "%d", e->retry_after_s > 0 ? e->retry_after_s : 1));
}
