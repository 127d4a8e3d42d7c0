/* SPDX-License-Identifier: Apache-2.0 */
/* Outgoing HTTP against our own server on a loopback socket: answers, headers, many at once, and nobody there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/log.h"
#include "common/base/role.h"
#include "common/io/fetch.h"
#include "common/io/http.h"

#define MANY 200

static struct http_server *server;
static char base[64];
static struct arena *a;

static enum err_code get_hello(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *who = http_header(x, "X-Who");

    http_reply_json(x, 200, arena_printf(http_arena(x), "{\"hello\":\"%s\"}", who ? who : "nobody"));
    http_reply_header(x, "Taicho-Seen", "intake=5");
    return ERR_OK;
}

static enum err_code post_echo(void *app, struct http_exchange *x, struct err *reterr)
{
    struct bytes body = http_body(x);

    http_reply(x, 201, "application/json", (const char *)body.p, body.n);
    return ERR_OK;
}

static enum err_code get_busy(void *app, struct http_exchange *x, struct err *reterr)
{
    struct err e = {.code = ERR_BUSY, .retry_after_s = 7};

    http_reply_problem(x, &e);
    return ERR_OK;
}

static const struct http_route routes[] = {
    {"GET", "/hello", ROLE_PUBLIC, get_hello, "greets"},
    {"POST", "/echo", ROLE_PUBLIC, post_echo, "says it again"},
    {"GET", "/busy", ROLE_PUBLIC, get_busy, "has no time"},
};

static int set_up(void **state)
{
    const struct http_config c = {
        .listen = "127.0.0.1:0",
        .threads = 2,
        .connections_max = 64,
        .body_max = 100000,
        .idle_s = 10,
        .routes = routes,
        .route_count = COUNT_OF(routes),
        .service = "test",
    };
    struct err e = {0};

    log_init("test", LOG_ERROR);
    if (http_start(&c, &server, &e) != ERR_OK)
        fail_msg("%s", e.en);
    (void)snprintf(base, sizeof base, "http://127.0.0.1:%d", http_port(server));
    a = arena_new((size_t)16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    http_stop(server);
    arena_free(a);
    return 0;
}

static const char *url(const char *path)
{
    return arena_printf(a, "%s%s", base, path);
}

static void an_answer_has_status_body_and_headers(void **state)
{
    struct fetch *f = fetch_new(1);
    const char *const headers[] = {"X-Who: Bình", NULL};
    struct fetch_request r = {.method = "GET", .url = url("/hello"), .headers = headers, .timeout_ms = 5000};
    struct fetch_answer answer;
    struct err e;

    assert_int_equal(fetch_one(f, &r, a, &answer, &e), ERR_OK);
    assert_int_equal(answer.status, 200);
    assert_string_equal((const char *)answer.body.p, "{\"hello\":\"Bình\"}");
    assert_string_equal(answer.seen, "intake=5");
    assert_int_equal(answer.retry_after_s, 0);
    assert_true(answer.took_us > 0);
    r.headers = NULL; /* nothing of the request before stays */
    assert_int_equal(fetch_one(f, &r, a, &answer, &e), ERR_OK);
    assert_string_equal((const char *)answer.body.p, "{\"hello\":\"nobody\"}");
    fetch_free(f);
}

static void a_body_is_sent_whole_and_may_be_empty(void **state)
{
    struct fetch *f = fetch_new(1);
    const char *const headers[] = {"Content-Type: application/json", NULL};
    struct fetch_answer answer;
    struct err e;
    static char big[90001];

    memset(big, 'x', sizeof big - 1);
    for (size_t n = 0; n < sizeof big; n = n ? n * 30 : 1) {
        const struct fetch_request r = {.method = "POST",
                                        .url = url("/echo"),
                                        .headers = headers,
                                        .body = {(const uint8_t *)big, n},
                                        .timeout_ms = 5000};
        assert_int_equal(fetch_one(f, &r, a, &answer, &e), ERR_OK);
        assert_int_equal(answer.status, 201);
        assert_int_equal(answer.body.n, n);
    }
    fetch_free(f);
}

static void a_refusal_is_an_answer_too(void **state)
{
    struct fetch *f = fetch_new(1);
    const struct fetch_request r = {.method = "GET", .url = url("/busy"), .timeout_ms = 5000};
    struct fetch_answer answer;
    struct err e;

    assert_int_equal(fetch_one(f, &r, a, &answer, &e), ERR_OK);
    assert_int_equal(answer.status, 503);
    assert_int_equal(answer.retry_after_s, 7);
    assert_null(answer.seen);
    fetch_free(f);
}

static void nobody_there_is_an_error_that_says_why(void **state)
{
    struct fetch *f = fetch_new(1);
    const struct fetch_request r = {.method = "GET", .url = "http://127.0.0.1:1/", .timeout_ms = 2000};
    struct fetch_answer answer;
    struct err e = {0};

    assert_int_equal(fetch_one(f, &r, a, &answer, &e), ERR_UNAVAILABLE);
    assert_non_null(strstr(e.en, "127.0.0.1"));
    fetch_free(f);
}

struct crowd {
    struct fetch *fetch;
    int started, done, good;
    size_t most;
};

static void counted(void *arg, const struct fetch_answer *answer)
{
    struct crowd *c = arg;

    c->done++;
    c->good += answer->status == 200;
}

static void many_share_few_connections(void **state)
{
    struct crowd c = {.fetch = fetch_new(8)};
    const struct fetch_request r = {
        .method = "GET", .url = url("/hello"), .timeout_ms = 5000, .arg = &c, .done = counted};

    while (c.done < MANY) {
        while (c.started < MANY && fetch_has_room(c.fetch)) {
            assert_int_equal(fetch_start(c.fetch, &r, NULL), ERR_OK);
            c.started++;
        }
        if (c.started < MANY)
            assert_int_equal(fetch_start(c.fetch, &r, NULL), ERR_BUSY);
        c.most = fetch_under_way(c.fetch) > c.most ? fetch_under_way(c.fetch) : c.most;
        fetch_turn(c.fetch, 1000);
    }
    assert_int_equal(c.good, MANY);
    assert_int_equal(c.most, 8);
    assert_int_equal(fetch_under_way(c.fetch), 0);
    fetch_free(c.fetch);
}

static void what_is_under_way_may_be_forgotten(void **state)
{
    struct crowd c = {.fetch = fetch_new(2)};
    const struct fetch_request r = {
        .method = "GET", .url = url("/hello"), .timeout_ms = 5000, .arg = &c, .done = counted};

    assert_int_equal(fetch_start(c.fetch, &r, NULL), ERR_OK);
    fetch_free(c.fetch);
    assert_int_equal(c.done, 0);
    fetch_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_has_status_body_and_headers),
        cmocka_unit_test(a_body_is_sent_whole_and_may_be_empty),
        cmocka_unit_test(a_refusal_is_an_answer_too),
        cmocka_unit_test(nobody_there_is_an_error_that_says_why),
        cmocka_unit_test(many_share_few_connections),
        cmocka_unit_test(what_is_under_way_may_be_forgotten),
    };
    return cmocka_run_group_tests_name("fetch", tests, set_up, tear_down);
}
