/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One easy handle per place in the pool, used again and again, so that its connection and its buffers stay. Only plain
 * http and https; redirects are not followed: our own services do not send any.
 */
#include "common/io/fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/instant.h"

#define ANSWER_MAX ((size_t)64 << 20)

struct place {
    struct fetch *fetch;
    CURL *easy;
    struct curl_slist *headers;
    struct buf body;
    char why[CURL_ERROR_SIZE];
    int64_t started;
    bool taken;
    void *arg;
    void (*done)(void *arg, const struct fetch_answer *answer);
};

struct fetch {
    CURLM *multi;
    size_t count, taken;
    struct place *places;
};

static size_t write_body(char *p, size_t size, size_t n, void *arg)
{
    struct place *at = arg;

    buf_add(&at->body, p, size * n);
    return at->body.full ? 0 : size * n;
}

/* curl's options are typed by their number: a wrong one is a bug of ours, an old library a bug of the machine. */
static void must(CURLcode code)
{
    BUG_IF(code != CURLE_OK, "libcurl: %s", curl_easy_strerror(code));
}

static void set_up(struct place *at)
{
    must(curl_easy_setopt(at->easy, CURLOPT_PRIVATE, at));
    must(curl_easy_setopt(at->easy, CURLOPT_ERRORBUFFER, at->why));
    must(curl_easy_setopt(at->easy, CURLOPT_WRITEFUNCTION, write_body));
    must(curl_easy_setopt(at->easy, CURLOPT_WRITEDATA, at));
    must(curl_easy_setopt(at->easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(at->easy, CURLOPT_NOPROXY, "*"));
    must(curl_easy_setopt(at->easy, CURLOPT_PROTOCOLS_STR, "http,https"));
    must(curl_easy_setopt(at->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    must(curl_easy_setopt(at->easy, CURLOPT_CONNECTTIMEOUT_MS, 5000L));
    must(curl_easy_setopt(at->easy, CURLOPT_USERAGENT, "taicho"));
}

struct fetch *fetch_new(size_t connections)
{
    static bool started;
    struct fetch *f = calloc(1, sizeof *f);

    BUG_IF(!f || connections == 0, "out of memory");
    if (!started)
        must(curl_global_init(CURL_GLOBAL_DEFAULT));
    started = true;
    f->multi = curl_multi_init();
    f->places = calloc(connections, sizeof *f->places);
    BUG_IF(!f->multi || !f->places, "out of memory");
    f->count = connections;
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)(8 * connections));
    for (size_t i = 0; i < connections; i++) {
        struct place *at = &f->places[i];
        at->fetch = f;
        at->easy = curl_easy_init();
        BUG_IF(!at->easy, "out of memory");
        buf_init(&at->body, ANSWER_MAX);
        set_up(at);
    }
    return f;
}

void fetch_free(struct fetch *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        struct place *at = &f->places[i];
        if (at->taken)
            curl_multi_remove_handle(f->multi, at->easy);
        curl_easy_cleanup(at->easy);
        curl_slist_free_all(at->headers);
        buf_release(&at->body);
    }
    curl_multi_cleanup(f->multi);
    free(f->places);
    free(f);
}

size_t fetch_under_way(const struct fetch *f)
{
    return f->taken;
}

bool fetch_has_room(const struct fetch *f)
{
    return f->taken < f->count;
}

static void add_header(struct place *at, const char *line)
{
    struct curl_slist *list = curl_slist_append(at->headers, line);

    BUG_IF(!list, "out of memory");
    at->headers = list;
}

static void set_request(struct place *at, const struct fetch_request *r)
{
    bool post = strcmp(r->method, "POST") == 0;

    must(curl_easy_setopt(at->easy, CURLOPT_URL, r->url));
    must(curl_easy_setopt(at->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms));
    if (post) {
        must(curl_easy_setopt(at->easy, CURLOPT_POST, 1L));
        must(curl_easy_setopt(at->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n));
        must(curl_easy_setopt(at->easy, CURLOPT_COPYPOSTFIELDS, r->body.n ? (const char *)r->body.p : ""));
        add_header(at, "Expect:"); /* one round trip instead of two */
    } else {
        must(curl_easy_setopt(at->easy, CURLOPT_HTTPGET, 1L));
    }
    for (const char *const *h = r->headers; h && *h; h++)
        add_header(at, *h);
    must(curl_easy_setopt(at->easy, CURLOPT_HTTPHEADER, at->headers));
}

enum err_code fetch_start(struct fetch *f, const struct fetch_request *r, struct err *reterr)
{
    struct place *at = f->places;

    if (!fetch_has_room(f))
        return err_set(reterr, ERR_BUSY, "all %zu connections are taken", f->count);
    while (at->taken)
        at++;
    set_request(at, r);
    at->arg = r->arg;
    at->done = r->done;
    at->why[0] = '\0';
    at->started = instant_mono();
    CURLMcode code = curl_multi_add_handle(f->multi, at->easy);
    BUG_IF(code != CURLM_OK, "libcurl: %s", curl_multi_strerror(code));
    at->taken = true;
    f->taken++;
    return ERR_OK;
}

static const char *header_of(struct place *at, const char *name)
{
    struct curl_header *h;

    return curl_easy_header(at->easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

/* finish calls done while the place is still taken, then gives the place back. */
static void finish(struct place *at, CURLcode code)
{
    struct fetch_answer answer = {.took_us = instant_mono() - at->started};
    long status = 0;

    if (code == CURLE_OK)
        curl_easy_getinfo(at->easy, CURLINFO_RESPONSE_CODE, &status);
    answer.status = (int)status;
    answer.why = code == CURLE_OK ? "" : at->why[0] ? at->why : curl_easy_strerror(code);
    answer.body = (struct bytes){(const uint8_t *)buf_cstr(&at->body), at->body.n};
    if (status) {
        const char *after = header_of(at, "Retry-After");
        answer.seen = header_of(at, "Taicho-Seen");
        answer.retry_after_s = after ? (int)strtol(after, NULL, 10) : 0;
    }
    curl_multi_remove_handle(at->fetch->multi, at->easy);
    at->done(at->arg, &answer);
    curl_slist_free_all(at->headers);
    at->headers = NULL;
    buf_clear(&at->body);
    at->taken = false;
    at->fetch->taken--;
}

void fetch_turn(struct fetch *f, int timeout_ms)
{
    int running, left;
    CURLMsg *m;

    curl_multi_perform(f->multi, &running);
    if (timeout_ms > 0 && (size_t)running == f->taken && f->taken > 0) {
        curl_multi_poll(f->multi, NULL, 0, timeout_ms, NULL);
        curl_multi_perform(f->multi, &running);
    }
    while ((m = curl_multi_info_read(f->multi, &left)) != NULL) {
        struct place *at;
        CURLcode code = m->data.result;
        if (m->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &at);
        finish(at, code);
    }
}

/* ---- one by itself */

struct one {
    struct arena *arena;
    struct fetch_answer answer;
    bool done;
};

static void keep(void *arg, const struct fetch_answer *answer)
{
    struct one *o = arg;

    o->answer = *answer;
    o->answer.why = arena_strdup(o->arena, answer->why);
    o->answer.seen = arena_strdup(o->arena, answer->seen);
    o->answer.body = (struct bytes){
        (const uint8_t *)arena_strndup(o->arena, (const char *)answer->body.p, answer->body.n), answer->body.n};
    o->done = true;
}

enum err_code fetch_one(struct fetch *f, const struct fetch_request *r, struct arena *a, struct fetch_answer *ret,
                        struct err *reterr)
{
    struct one o = {.arena = a};
    struct fetch_request mine = *r;

    mine.arg = &o;
    mine.done = keep;
    enum err_code rc = fetch_start(f, &mine, reterr);
    if (rc)
        return rc;
    while (!o.done)
        fetch_turn(f, 1000);
    if (!o.answer.status)
        return err_set(reterr, ERR_UNAVAILABLE, "%s %s: %s", r->method, r->url, o.answer.why);
    *ret = o.answer;
    return ERR_OK;
}
