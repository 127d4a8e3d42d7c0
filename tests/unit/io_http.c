/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server over a real loopback socket: libcurl as the well-behaved client, a bare socket for the others. Work
 * that is suspended is finished by a second thread, as the executor does it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <curl/curl.h>
#include <cmocka.h>

#include "common/base/log.h"
#include "common/base/role.h"
#include "common/io/http.h"

#define BODY_MAX ((size_t)1000)
#define ISSUER   "https://id.example.vn"

/* ---- the service under test */

static struct http_server *server;
static struct token_verifier *verifier;
static char dir[64], base[64], tokens[3][2048]; /* receiver, appraiser, for another audience */
enum { RECEIVER, APPRAISER, STRANGER };

/* What post_hold keeps: a test decides when it goes on. */
static _Atomic(struct http_exchange *) held;

static enum err_code get_ping(void *app, struct http_exchange *x, struct err *reterr)
{
    assert_ptr_equal(app, &server);
    http_reply_json(x, 200, "{\"pong\":true}");
    return ERR_OK;
}

static enum err_code get_item(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *q = http_query(x, "q"), *trace = http_header(x, "traceparent");
    const char *text = arena_printf(http_arena(x), "%s|%s|%s|%s", http_param(x, "id"), q ? q : "(none)",
                                    trace ? trace : "(none)", http_path(x));
    http_reply_header(x, "X-Extra", "1");
    http_reply(x, 200, "text/plain; charset=utf-8", text, strlen(text));
    return ERR_OK;
}

static enum err_code get_special(void *app, struct http_exchange *x, struct err *reterr)
{
    http_reply(x, 200, "text/plain", "special", 7);
    return ERR_OK;
}

static enum err_code get_uuid(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);
    if (rc)
        return rc;
    http_reply_json(x, 200, "{}");
    return ERR_OK;
}

static enum err_code get_who(void *app, struct http_exchange *x, struct err *reterr)
{
    http_reply_json(x, 200, arena_printf(http_arena(x), "\"%s\"", http_actor(x)->subject));
    return ERR_OK;
}

static enum err_code get_bug(void *app, struct http_exchange *x, struct err *reterr)
{
    return err_say(reterr, ERR_BUG, NULL, "secret chi tiết", "secret detail");
}

static enum err_code get_down(void *app, struct http_exchange *x, struct err *reterr)
{
    return err_set(reterr, ERR_UNAVAILABLE, "connection to secret-host failed");
}

static enum err_code get_silent(void *app, struct http_exchange *x, struct err *reterr)
{
    return ERR_OK;
}

static void *finish_echo(void *arg)
{
    struct http_exchange *x = arg;
    struct bytes body = http_body(x);
    http_reply(x, 201, "application/json", (const char *)body.p, body.n);
    http_resume(x);
    return NULL;
}

static enum err_code post_echo(void *app, struct http_exchange *x, struct err *reterr)
{
    pthread_t thread;
    http_suspend(x);
    if (pthread_create(&thread, NULL, finish_echo, x) != 0)
        return err_set(reterr, ERR_BUSY, "no thread");
    pthread_detach(thread);
    return ERR_OK;
}

static enum err_code post_hold(void *app, struct http_exchange *x, struct err *reterr)
{
    http_suspend(x);
    atomic_store(&held, x);
    return ERR_OK;
}

static enum err_code post_full(void *app, struct http_exchange *x, struct err *reterr)
{
    http_suspend(x);
    struct err e = {0};
    (void)err_say(&e, ERR_BUSY, NULL, "hàng đợi đầy", "the queue is full");
    e.retry_after_s = 3;
    *reterr = e;
    return ERR_BUSY;
}

static enum err_code post_refuse(void *app, struct http_exchange *x, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, "applicant.name", "tên \"quá\" dài", "the name is \"too\" long");
}

static const struct http_route routes[] = {
    {"GET", "/", ROLE_PUBLIC, get_ping, "the root"},
    {"GET", "/ping", ROLE_PUBLIC, get_ping, "answers"},
    {"GET", "/items/:id", ROLE_PUBLIC, get_item, "one item"},
    {"GET", "/items/special", ROLE_PUBLIC, get_special, "a literal beats a parameter"},
    {"GET", "/items/:id/uuid", ROLE_PUBLIC, get_uuid, "wants a UUID"},
    {"GET", "/who", ROLE_PUBLIC, get_who, "who asks"},
    {"GET", "/officers", ROLE_BIT(APPRAISER) | ROLE_BIT(APPROVER), get_who, "for two roles"},
    {"GET", "/bug", ROLE_PUBLIC, get_bug, "fails"},
    {"GET", "/down", ROLE_PUBLIC, get_down, "fails too"},
    {"GET", "/silent", ROLE_PUBLIC, get_silent, "forgets to answer"},
    {"POST", "/ping", ROLE_PUBLIC, post_echo, "echoes, from another thread"},
    {"POST", "/officers", ROLE_BIT(APPRAISER), post_echo, "echoes for one role"},
    {"POST", "/hold", ROLE_PUBLIC, post_hold, "waits for the test"},
    {"POST", "/full", ROLE_PUBLIC, post_full, "suspends, then cannot hand over"},
    {"POST", "/refuse", ROLE_PUBLIC, post_refuse, "refuses a field"},
};

static void start(int connections, int idle_s)
{
    struct err e = {0};
    const struct http_config c = {.listen = "127.0.0.1:0",
                                  .threads = 2,
                                  .connections_max = connections,
                                  .body_max = BODY_MAX,
                                  .idle_s = idle_s,
                                  .routes = routes,
                                  .route_count = COUNT_OF(routes),
                                  .app = &server,
                                  .verifier = verifier,
                                  .service = "test"};
    if (http_start(&c, &server, &e) != ERR_OK)
        fail_msg("%s", e.en);
    (void)snprintf(base, sizeof(base), "http://127.0.0.1:%d", http_port(server));
    atomic_store(&held, NULL);
}

static int each_set_up(void **state)
{
    start(100, 30);
    return 0;
}

static int each_tear_down(void **state)
{
    http_stop(server);
    server = NULL;
    return 0;
}

static int set_up(void **state)
{
    char key[128], set[128];
    struct err e = {0};
    struct actor a = {.subject = "officer", .unit = "H11", .roles = ROLE_BIT(RECEIVER)};
    log_init("test", LOG_ERROR);
    curl_global_init(CURL_GLOBAL_ALL);
    (void)snprintf(dir, sizeof(dir), "/tmp/taicho-http-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(key, sizeof(key), "%s/token.key", dir);
    (void)snprintf(set, sizeof(set), "%s/jwks.json", dir);
    if (token_keys_make(dir, &e) || token_sign(key, ISSUER, "taicho", &a, 300, tokens[RECEIVER], sizeof(tokens[0]), &e))
        return -1;
    a.roles = ROLE_BIT(APPRAISER);
    if (token_sign(key, ISSUER, "taicho", &a, 300, tokens[APPRAISER], sizeof(tokens[0]), &e) ||
        token_sign(key, ISSUER, "another", &a, 300, tokens[STRANGER], sizeof(tokens[0]), &e))
        return -1;
    return (int)token_verifier_new(set, ISSUER, "taicho", &verifier, &e);
}

static int tear_down(void **state)
{
    char path[128];
    token_verifier_free(verifier);
    (void)snprintf(path, sizeof(path), "%s/token.key", dir);
    unlink(path);
    (void)snprintf(path, sizeof(path), "%s/jwks.json", dir);
    unlink(path);
    curl_global_cleanup();
    return rmdir(dir);
}

/* ---- clients */

struct answer {
    long status, connects;
    char head[4096], body[8192];
    size_t head_n, body_n;
};

static size_t on_bytes(char *p, size_t size, size_t n, void *arg)
{
    struct answer *a = arg;
    if (a->body_n + n >= sizeof(a->body))
        return 0;
    memcpy(a->body + a->body_n, p, n);
    a->body_n += n;
    return n;
}

static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
    struct answer *a = arg;
    if (a->head_n + n >= sizeof(a->head))
        return 0;
    memcpy(a->head + a->head_n, p, n);
    a->head_n += n;
    return n;
}

/* ask makes one request; headers are separated by newlines; body NULL: none. A shared handle keeps its connection. */
static struct answer ask_on(CURL *c, const char *method, const char *path, const char *headers, const char *body)
{
    struct answer a = {0};
    char url[512], line[2304];
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    (void)snprintf(url, sizeof(url), "%s%s", base, path);
    for (const char *h = headers; h && *h;) {
        size_t n = strcspn(h, "\n");
        (void)snprintf(line, sizeof(line), "%.*s", (int)n, h);
        list = curl_slist_append(list, line);
        h += n + (h[n] == '\n');
    }
    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &a);
    if (body) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    CURLcode rc = curl_easy_perform(c);
    if (rc != CURLE_OK)
        print_error("%s %s: %s\n", method, path, curl_easy_strerror(rc));
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &a.status);
    curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &a.connects);
    curl_slist_free_all(list);
    return a;
}

static struct answer ask(const char *method, const char *path, const char *headers, const char *body)
{
    CURL *c = curl_easy_init();
    struct answer a = ask_on(c, method, path, headers, body);
    curl_easy_cleanup(c);
    return a;
}

#define JSON_TYPE "Content-Type: application/json"

static const char *bearer(int which, const char *more)
{
    static char line[3][2304];
    (void)snprintf(line[which], sizeof(line[which]), "Authorization: Bearer %s\n%s", tokens[which], more);
    return line[which];
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

static void lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in: %s", part, text);
}

/* problem checks what all problem documents have in common. */
static void problem(const struct answer *a, long status, const char *slug)
{
    char type[128], code[32];
    if (a->status != status)
        fail_msg("status %ld, expected %ld: %s", a->status, status, a->body);
    (void)snprintf(type, sizeof(type), "\"type\":\"urn:taicho:problem:%s\"", slug);
    (void)snprintf(code, sizeof(code), "\"status\":%ld,", status);
    contains(a->body, type);
    contains(a->body, code);
    contains(a->body, "\"title\":\"");
    contains(a->body, "\"title_en\":\"");
    contains(a->body, "\"detail\":\"");
    contains(a->body, "\"detail_en\":\"");
    contains(a->body, "\"instance\":\"urn:");
    contains(a->head, "Content-Type: application/problem+json; charset=utf-8");
    contains(a->head, "X-Request-Id: ");
}

static int dial(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(server)),
                             .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

static void send_text(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* hear reads until `part` came, the server hung up, or ten seconds are over. */
static void hear(int fd, char *ret, size_t size, const char *part)
{
    size_t n = 0;
    ret[0] = '\0';
    for (struct pollfd p = {.fd = fd, .events = POLLIN}; n + 1 < size && poll(&p, 1, 10000) > 0;) {
        ssize_t got = recv(fd, ret + n, size - 1 - n, 0);
        if (got <= 0)
            break;
        n += (size_t)got;
        ret[n] = '\0';
        if (part && strstr(ret, part))
            break;
    }
}

#define UNTIL(condition)                                                                                               \
    do {                                                                                                               \
        int64_t until_ = instant_mono() + 10 * INSTANT_SECOND;                                                         \
        while (!(condition)) {                                                                                         \
            assert_true(instant_mono() < until_);                                                                      \
            usleep(1000);                                                                                              \
        }                                                                                                              \
    } while (0)

/* ---- tests */

static void routes_are_found(void **state)
{
    struct answer a = ask("GET", "/ping", NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"pong\":true}");
    contains(a.head, "Content-Type: application/json; charset=utf-8");
    contains(a.head, "Cache-Control: no-store");
    assert_int_equal(ask("GET", "/", NULL, NULL).status, 200);
    assert_string_equal(ask("GET", "/items/special", NULL, NULL).body, "special");
    a = ask("HEAD", "/ping", NULL, NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body_n, 0);
    contains(a.head, "Content-Length: 13");

    a = ask("GET", "/nowhere", NULL, NULL);
    problem(&a, 404, "not-found");
    a = ask("GET", "/ping/", NULL, NULL);
    problem(&a, 404, "not-found");
    a = ask("GET", "/items//uuid", NULL, NULL);
    problem(&a, 404, "not-found");
    a = ask("GET", "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", NULL, NULL);
    problem(&a, 404, "not-found");
    a = ask("DELETE", "/ping", NULL, NULL);
    problem(&a, 405, "method-not-allowed");
    contains(a.head, "Allow: GET, HEAD, POST\r\n");
    a = ask("POST", "/items/7", JSON_TYPE, "{}");
    problem(&a, 405, "method-not-allowed");
    contains(a.head, "Allow: GET, HEAD\r\n");
}

static void addresses_are_decoded(void **state)
{
    struct answer a = ask("GET", "/items/12%2FGP-UBND?q=Nguye%CC%82%CC%83n+V%C4%83n%2B&x=", NULL, NULL);
    assert_string_equal(a.body, "12/GP-UBND|Nguyễn Văn+|(none)|/items/12%2FGP-UBND");
    contains(a.head, "X-Extra: 1");
    a = ask("GET", "/items/7?p=1", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", NULL);
    assert_string_equal(a.body, "7|(none)|00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01|/items/7");
    a = ask("GET", "/items/%FF", NULL, NULL);
    problem(&a, 400, "malformed-request");
    contains(a.body, "\"field\":\"id\"");
    static const char *const bad[] = {"/items/%00",    "/items/a%0",           "/items/a%zz",
                                      "/items/%C0%AF", "/items/7?q=%FF",       "/items/7?q=%00",
                                      "/items/7?q=%",  "/items/7?%ED%A0%80=1", "/items/7?q=1&q=2"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        a = ask("GET", bad[i], NULL, NULL);
        problem(&a, 400, "malformed-request");
    }
    a = ask("GET", "/items/7/uuid", NULL, NULL);
    problem(&a, 404, "not-found");
    assert_int_equal(ask("GET", "/items/018f6b2e-0000-7000-8000-000000000001/uuid", NULL, NULL).status, 200);
}

static void request_ids(void **state)
{
    struct answer a = ask("GET", "/nowhere", "X-Request-Id: 018f6b2e-0000-7000-8000-000000000001", NULL);
    contains(a.head, "X-Request-Id: 018f6b2e-0000-7000-8000-000000000001\r\n");
    contains(a.body, "\"instance\":\"urn:uuid:018f6b2e-0000-7000-8000-000000000001\"");
    a = ask("GET", "/nowhere", "X-Request-Id: my-own-1", NULL);
    contains(a.head, "X-Request-Id: my-own-1\r\n");
    contains(a.body, "\"instance\":\"urn:taicho:request:my-own-1\"");
    a = ask("GET", "/nowhere", "X-Request-Id: <script>", NULL);
    lacks(a.head, "script");
    contains(a.body, "\"instance\":\"urn:uuid:");
    a = ask("GET", "/ping", "X-Request-Id: 12345678901234567890123456789012345678901234567890123456789012345", NULL);
    lacks(a.head, "12345678901234567890");
}

static void tokens_open_routes(void **state)
{
    struct answer a = ask("GET", "/officers", NULL, NULL);
    problem(&a, 401, "unauthenticated");
    contains(a.head, "WWW-Authenticate: Bearer realm=\"taicho\"\r\n");
    a = ask("GET", "/officers", "Authorization: Basic b2ZmaWNlcjpvZmZpY2Vy", NULL);
    problem(&a, 401, "unauthenticated");
    a = ask("GET", "/officers", "Authorization: Bearer nonsense", NULL);
    problem(&a, 401, "unauthenticated");
    contains(a.head, "error=\"invalid_token\"");
    a = ask("GET", "/officers", bearer(STRANGER, ""), NULL);
    problem(&a, 401, "unauthenticated");
    a = ask("GET", "/officers", bearer(RECEIVER, ""), NULL);
    problem(&a, 403, "forbidden");
    a = ask("GET", "/officers", bearer(APPRAISER, ""), NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "\"officer\"");
    assert_string_equal(ask("GET", "/who", NULL, NULL).body, "\"\"");
    assert_string_equal(ask("GET", "/who", bearer(RECEIVER, ""), NULL).body, "\"officer\"");
    assert_string_equal(ask("GET", "/who", bearer(STRANGER, ""), NULL).body, "\"\"");
    /* The route is looked for first, the token before the body's type, the role too. */
    a = ask("PUT", "/officers", NULL, "x");
    problem(&a, 405, "method-not-allowed");
    a = ask("POST", "/officers", "Content-Type: text/plain", "x");
    problem(&a, 401, "unauthenticated");
    a = ask("POST", "/officers", bearer(RECEIVER, "Content-Type: text/plain"), "x");
    problem(&a, 403, "forbidden");
    a = ask("POST", "/officers", bearer(APPRAISER, "Content-Type: text/plain"), "x");
    problem(&a, 415, "unsupported-media-type");
    assert_int_equal(ask("POST", "/officers", bearer(APPRAISER, JSON_TYPE), "{}").status, 201);
}

static void bodies_are_bounded(void **state)
{
    static char body[1 << 20];
    CURL *c = curl_easy_init();
    memset(body, 'a', sizeof(body) - 1);
    body[BODY_MAX] = '\0';
    struct answer a = ask_on(c, "POST", "/ping", JSON_TYPE, body);
    assert_int_equal(a.status, 201);
    assert_int_equal(a.body_n, BODY_MAX);
    assert_memory_equal(a.body, body, BODY_MAX);
    body[BODY_MAX] = 'a';
    body[BODY_MAX + 1] = '\0';
    a = ask_on(c, "POST", "/ping", JSON_TYPE, body);
    problem(&a, 413, "too-large");
    body[BODY_MAX + 1] = 'a';
    a = ask_on(c, "POST", "/ping", JSON_TYPE "\nTransfer-Encoding: chunked", body);
    problem(&a, 413, "too-large");
    a = ask_on(c, "POST", "/ping", JSON_TYPE "; charset=utf-8\nTransfer-Encoding: chunked", "{}");
    assert_int_equal(a.status, 201);
    assert_string_equal(a.body, "{}");
    a = ask_on(c, "POST", "/ping", "Content-Type: application/jsonx", "{}");
    problem(&a, 415, "unsupported-media-type");
    a = ask_on(c, "POST", "/ping", "Content-Type:", "{}");
    problem(&a, 415, "unsupported-media-type");
    curl_easy_cleanup(c);

    /* Ten gigabytes are refused without one of them. */
    char heard[4096];
    int fd = dial();
    send_text(
        fd, "POST /ping HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n");
    hear(fd, heard, sizeof(heard), "too-large");
    contains(heard, "HTTP/1.1 413 ");
    contains(heard, "Connection: close");
    close(fd);
    /* A client that asks first is told at once. */
    fd = dial();
    send_text(fd, "POST /ping HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n"
                  "Expect: 100-continue\r\n\r\n");
    hear(fd, heard, sizeof(heard), "too-large");
    contains(heard, "HTTP/1.1 413 ");
    close(fd);
    /* One that sends without end is cut. */
    fd = dial();
    send_text(fd,
              "POST /ping HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    char chunk[4200];
    size_t sent = 0;
    (void)snprintf(chunk, sizeof(chunk), "1000\r\n%.4096s\r\n", body);
    while (sent < (size_t)64 << 20 && send(fd, chunk, strlen(chunk), MSG_NOSIGNAL) > 0)
        sent += strlen(chunk);
    assert_true(sent < (size_t)64 << 20);
    close(fd);
}

/* send_all sends everything before it reads anything; false when the server hung up meanwhile. */
static bool send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* refused_in_the_midst is one client that reads nothing before it has sent its whole body. */
static void refused_in_the_midst(const char *path, size_t size, bool chunked, const char *status)
{
    static char block[(size_t)64 << 10];
    char head[256], piece[32], heard[8192];
    memset(block, 'a', sizeof(block));
    int fd = dial(), n;
    if (chunked)
        n = snprintf(head, sizeof(head),
                     "POST %s HTTP/1.1\r\nHost: a\r\n" JSON_TYPE "\r\nTransfer-Encoding: chunked\r\n\r\n", path);
    else
        n = snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: a\r\n" JSON_TYPE "\r\nContent-Length: %zu\r\n\r\n",
                     path, size);
    bool sent = send_all(fd, head, (size_t)n);
    for (size_t done = 0; sent && done < size; done += sizeof(block)) {
        if (chunked) {
            n = snprintf(piece, sizeof(piece), "%zx\r\n", sizeof(block));
            sent = send_all(fd, piece, (size_t)n);
        }
        sent = sent && send_all(fd, block, sizeof(block)) && (!chunked || send_all(fd, "\r\n", 2));
    }
    if (chunked)
        sent = sent && send_all(fd, "0\r\n\r\n", 5);
    if (!sent)
        fail_msg("%zu bytes%s: the server hung up before all was sent", size, chunked ? ", chunked" : "");
    hear(fd, heard, sizeof(heard), "\"}"); /* the end of the document */
    contains(heard, status);
    contains(heard, "\r\n\r\n{\"type\":\"urn:taicho:problem:");
    contains(heard, "\"}");
    close(fd);
}

/* A reset makes the client's kernel forget the answer, so whether it arrives would depend on who is faster. */
static void an_answer_arrives_at_a_client_that_still_sends(void **state)
{
    static const size_t sizes[] = {(size_t)192 << 10, (size_t)320 << 10, (size_t)1 << 20, (size_t)6 << 20};
    for (int round = 0; round < 25; round++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            refused_in_the_midst("/ping", sizes[i], false, "HTTP/1.1 413 ");
            refused_in_the_midst("/ping", sizes[i], true, "HTTP/1.1 413 ");
            refused_in_the_midst("/nowhere", sizes[i], false, "HTTP/1.1 404 ");
            refused_in_the_midst("/officers", sizes[i], false, "HTTP/1.1 401 ");
        }
    refused_in_the_midst("/ping", (size_t)128 << 20, false, "HTTP/1.1 413 ");
}

static void *send_for_ever(void *arg)
{
    static const char head[] =
        "POST /ping HTTP/1.1\r\nHost: a\r\n" JSON_TYPE "\r\nContent-Length: 100000000000\r\n\r\n";
    static const char block[(size_t)64 << 10];
    int fd = dial();
    bool sent = send_all(fd, head, sizeof(head) - 1);
    for (uint64_t n = 0; sent && n < (uint64_t)32 << 30; n += sizeof(block))
        sent = send_all(fd, block, sizeof(block));
    close(fd);
    return sent ? "not cut" : NULL;
}

/* What is read for nothing has a bound in bytes, in time and in number; a stop waits for none of it. */
static void reading_for_nothing_has_bounds(void **state)
{
    pthread_t thread;
    void *said;
    int64_t began = instant_mono();
    assert_int_equal(pthread_create(&thread, NULL, send_for_ever, NULL), 0);
    pthread_join(thread, &said);
    assert_null(said);

    /* One that sends nothing more and stays. */
    char heard[4096];
    int quiet[80];
    for (size_t i = 0; i < COUNT_OF(quiet); i++) {
        quiet[i] = dial();
        send_text(quiet[i], "POST /ping HTTP/1.1\r\nHost: a\r\n" JSON_TYPE "\r\nContent-Length: 10000000\r\n\r\n");
        hear(quiet[i], heard, sizeof(heard), "\"}");
        contains(heard, "HTTP/1.1 413 ");
    }
    /* 64 are kept, so the first of 80 is closed: what it sends is answered by a reset. */
    UNTIL(send(quiet[0], "a", 1, MSG_NOSIGNAL) < 0);
    assert_true(send(quiet[COUNT_OF(quiet) - 1], "a", 1, MSG_NOSIGNAL) == 1);
    UNTIL(send(quiet[COUNT_OF(quiet) - 1], "a", 1, MSG_NOSIGNAL) < 0);
    assert_true(instant_mono() - began < 30 * INSTANT_SECOND);
    for (size_t i = 0; i < COUNT_OF(quiet); i++)
        close(quiet[i]);

    assert_int_equal(pthread_create(&thread, NULL, send_for_ever, NULL), 0);
    for (int i = 0; i < 20; i++)
        (void)ask("GET", "/ping", NULL, NULL);
    began = instant_mono();
    http_stop(server);
    assert_true(instant_mono() - began < 4 * INSTANT_SECOND);
    pthread_join(thread, &said);
    assert_null(said);
    start(100, 30);
}

static void problems_name_the_field_and_hide_bugs(void **state)
{
    struct answer a = ask("POST", "/refuse", JSON_TYPE, "{}");
    problem(&a, 422, "invalid-request");
    contains(a.body, "\"field\":\"applicant.name\"");
    contains(a.body,
             "\"errors\":[{\"field\":\"applicant.name\",\"detail\":\"tên \\\"quá\\\" dài\",\"detail_en\":\"the name "
             "is \\\"too\\\" long\"}]");
    lacks(a.head, "Retry-After");
    a = ask("GET", "/bug", NULL, NULL);
    problem(&a, 500, "internal");
    lacks(a.body, "secret");
    a = ask("GET", "/down", NULL, NULL);
    problem(&a, 503, "unavailable");
    lacks(a.body, "secret");
    contains(a.head, "Retry-After: 1\r\n");
    a = ask("GET", "/silent", NULL, NULL);
    problem(&a, 500, "internal");
    a = ask("POST", "/full", JSON_TYPE, "{}");
    problem(&a, 503, "busy");
    contains(a.body, "hàng đợi đầy");
    contains(a.head, "Retry-After: 3\r\n");

    struct arena *arena = arena_new(1 << 20);
    struct err e = {0};
    (void)err_say(&e, ERR_CONFLICT, "code", "trùng", "taken");
    assert_string_equal(http_problem_json(arena, &e),
                        "{\"type\":\"urn:taicho:problem:conflict\",\"title\":\"Xung đột\",\"title_en\":\"Conflict\","
                        "\"status\":409,\"detail\":\"trùng\",\"detail_en\":\"taken\",\"field\":\"code\",\"errors\":[{"
                        "\"field\":\"code\",\"detail\":\"trùng\",\"detail_en\":\"taken\"}]}");
    arena_free(arena);
}

static void a_connection_serves_many_requests(void **state)
{
    CURL *c = curl_easy_init();
    assert_int_equal(ask_on(c, "GET", "/ping", NULL, NULL).connects, 1);
    for (int i = 0; i < 100; i++) {
        char body[32];
        (void)snprintf(body, sizeof(body), "{\"n\":%d}", i);
        struct answer a = ask_on(c, "POST", "/ping", JSON_TYPE, body);
        assert_int_equal(a.status, 201);
        assert_int_equal(a.connects, 0);
        assert_string_equal(a.body, body);
        a = ask_on(c, "POST", "/ping", "Content-Type: text/plain", body);
        assert_int_equal(a.status, 415);
        assert_int_equal(a.connects, 0);
    }
    curl_easy_cleanup(c);
    /* Two requests in one packet. */
    char heard[8192];
    int fd = dial();
    send_text(fd, "GET /ping HTTP/1.1\r\nHost: a\r\n\r\nGET /items/two HTTP/1.1\r\nHost: a\r\n\r\n");
    hear(fd, heard, sizeof(heard), "two|");
    contains(heard, "pong");
    contains(heard, "two|");
    close(fd);
}

static void *hammer(void *arg)
{
    CURL *c = curl_easy_init();
    const char *who = arg;
    void *wrong = NULL;
    for (int i = 0; i < 100 && !wrong; i++) {
        char body[64];
        (void)snprintf(body, sizeof(body), "{\"%s\":%d}", who, i);
        struct answer a = ask_on(c, "POST", "/ping", JSON_TYPE, body);
        if (a.status != 201 || strcmp(a.body, body) != 0)
            wrong = arg;
    }
    curl_easy_cleanup(c);
    return wrong;
}

static void many_suspended_at_once(void **state)
{
    pthread_t threads[8];
    static char names[8][2] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, names[i]), 0);
    for (int i = 0; i < 8; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    UNTIL(http_suspended(server) == 0);
}

#define HOLD "POST /hold HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

/* The work goes on and is resumed although nobody is there any more. */
static void a_client_may_leave_while_suspended(void **state)
{
    for (int i = 0; i < 20; i++) {
        atomic_store(&held, NULL);
        int fd = dial();
        send_text(fd, HOLD);
        UNTIL(atomic_load(&held));
        struct linger hard = {.l_onoff = 1, .l_linger = i % 2 ? 0 : 1}; /* a reset, or an orderly end */
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        close(fd);
        struct http_exchange *x = atomic_load(&held);
        assert_int_equal(http_body(x).n, 2);
        http_reply_json(x, 200, arena_printf(http_arena(x), "{\"i\":%d}", i));
        http_resume(x);
        UNTIL(http_suspended(server) == 0);
    }
    assert_int_equal(ask("GET", "/ping", NULL, NULL).status, 200);
}

static void *stop(void *arg)
{
    http_stop(server);
    return NULL;
}

/* http_stop answers first; the work that still holds the exchange is done later and must find its memory alive. */
static void stop_answers_the_suspended(void **state)
{
    char heard[4096];
    pthread_t stopper;
    int fd = dial();
    send_text(fd, HOLD);
    UNTIL(atomic_load(&held));
    assert_int_equal(http_suspended(server), 1);
    assert_int_equal(pthread_create(&stopper, NULL, stop, NULL), 0);
    hear(fd, heard, sizeof(heard), "outcome-unknown");
    contains(heard, "HTTP/1.1 503 ");
    contains(heard, "Retry-After: 1");
    contains(heard, "application/problem+json");
    pthread_join(stopper, NULL);
    struct http_exchange *x = atomic_load(&held);
    struct err e = {0};
    http_reply_json(x, 200, arena_strdup(http_arena(x), "{\"late\":true}"));
    (void)err_set(&e, ERR_UNAVAILABLE, "too late");
    http_reply_problem(x, &e);
    assert_int_equal(http_body(x).n, 2);
    http_resume(x);
    close(fd);
    start(100, 30);
}

static void *resume_soon(void *arg)
{
    struct http_exchange *x = arg;
    http_reply_json(x, 200, "{}");
    http_resume(x);
    return NULL;
}

/* http_resume and http_stop at the same moment: one of them answers, neither crashes. */
static void stop_and_resume_race(void **state)
{
    for (int i = 0; i < 60; i++) {
        char heard[4096];
        pthread_t stopper, resumer;
        int fd = dial();
        send_text(fd, HOLD);
        UNTIL(atomic_load(&held));
        pthread_create(&stopper, NULL, stop, NULL);
        if (i % 3)
            usleep((unsigned)(i % 7) * 30);
        pthread_create(&resumer, NULL, resume_soon, atomic_load(&held));
        hear(fd, heard, sizeof(heard), "}");
        assert_true(strstr(heard, "HTTP/1.1 200 ") || strstr(heard, "HTTP/1.1 503 "));
        pthread_join(resumer, NULL);
        pthread_join(stopper, NULL);
        close(fd);
        start(100, 30);
    }
}

static void new_requests_are_refused_while_stopping(void **state)
{
    char heard[4096];
    int fd = dial();
    send_text(fd, HOLD);
    UNTIL(atomic_load(&held));
    http_refuse_new(server);
    struct answer a = ask("GET", "/ping", NULL, NULL);
    problem(&a, 503, "unavailable");
    contains(a.head, "Retry-After: 1");
    http_reply_json(atomic_load(&held), 200, "{\"done\":true}"); /* the suspended one goes on */
    http_resume(atomic_load(&held));
    hear(fd, heard, sizeof(heard), "done");
    contains(heard, "HTTP/1.1 200 ");
    close(fd);
}

/*
 * What libmicrohttpd and the stop let in goes through here. A test may hold libmicrohttpd off, so that who connects
 * waits in the kernel's queue, and let the stop's first calls fail, as when a caller has gone or a signal came.
 */
static atomic_bool off, door_shut;
static _Thread_local bool stops; /* this thread stops the server */
static _Thread_local int failures;

int accept4(int fd, __SOCKADDR_ARG at, socklen_t *restrict n, int flags)
{
    if (stops && failures > 0) {
        errno = failures-- % 2 ? EINTR : ECONNABORTED;
        return -1;
    }
    if (!stops && atomic_load(&off)) {
        errno = EAGAIN;
        return -1;
    }
    int in = (int)syscall(SYS_accept4, fd, at.__sockaddr__, n, flags);
    if (stops && in < 0)
        atomic_store(&door_shut, true);
    return in;
}

#define PING "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"

static void *stop_here(void *arg)
{
    stops = true;
    failures = *(int *)arg;
    return stop(NULL);
}

/* It was let in, and asks while the stop is under way. */
static void who_has_just_connected_is_answered_by_a_stop(void **state)
{
    char heard[4096];
    pthread_t stopper;
    int fd = dial(), silent = dial();
    int64_t began = instant_mono();
    static int fails = 0;
    atomic_store(&door_shut, false);
    assert_int_equal(pthread_create(&stopper, NULL, stop_here, &fails), 0);
    UNTIL(atomic_load(&door_shut));
    send_text(fd, PING);
    hear(fd, heard, sizeof(heard), "}");
    contains(heard, "HTTP/1.1 503 ");
    contains(heard, "Connection: close");
    pthread_join(stopper, NULL);
    assert_true(instant_mono() - began < INSTANT_SECOND); /* who says nothing is not waited for */
    close(fd);
    close(silent);
    start(100, 30);
}

/* Nobody has accepted them yet, and before them stand one who has gone, and a signal. */
static void who_waits_to_be_accepted_is_answered_by_a_stop(void **state)
{
    char heard[4096];
    pthread_t stopper;
    static int fails = 4;
    int fds[3];
    atomic_store(&off, true);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        fds[i] = dial();
        send_text(fds[i], PING);
    }
    assert_int_equal(pthread_create(&stopper, NULL, stop_here, &fails), 0);
    for (size_t i = 0; i < COUNT_OF(fds); i++) {
        hear(fds[i], heard, sizeof(heard), "}");
        contains(heard, "HTTP/1.1 503 ");
        close(fds[i]);
    }
    pthread_join(stopper, NULL);
    atomic_store(&off, false);
    start(100, 30);
}

struct caller {
    pthread_t thread;
    int port;
    atomic_int answered; /* of those who were let in */
    int unanswered;
};

/* Calls, each time on a new connection, until it is let in no more: refused, or not answered by the kernel, which would
 * call again after a second. */
static void *call(void *arg)
{
    struct caller *c = arg;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)c->port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const struct timeval patience = {.tv_usec = 300000};
    for (bool in = true; in;) {
        char heard[1024];
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_return_code(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), errno);
        in = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
        if (in && send(fd, PING, strlen(PING), MSG_NOSIGNAL) > 0)
            hear(fd, heard, sizeof(heard), "}");
        else
            heard[0] = '\0';
        c->answered += in && strncmp(heard, "HTTP/1.1 ", 9) == 0;
        c->unanswered += in && strncmp(heard, "HTTP/1.1 ", 9) != 0;
        close(fd);
    }
    return NULL;
}

/* What the kernel let in is no longer the caller's to know: a connection that waits to be accepted looks like any
 * other. */
static void a_stop_hangs_up_on_nobody_whom_it_let_in(void **state)
{
    int answered = 0, unanswered = 0;
    for (int i = 0; i < 40; i++) {
        struct caller callers[8] = {{.port = 0}};
        for (size_t n = 0; n < COUNT_OF(callers); n++) {
            callers[n].port = http_port(server);
            assert_int_equal(pthread_create(&callers[n].thread, NULL, call, &callers[n]), 0);
        }
        for (size_t n = 0; n < COUNT_OF(callers); n++)
            UNTIL(atomic_load(&callers[n].answered) > 0);
        http_stop(server);
        for (size_t n = 0; n < COUNT_OF(callers); n++) {
            pthread_join(callers[n].thread, NULL);
            answered += callers[n].answered;
            unanswered += callers[n].unanswered;
        }
        start(100, 30);
    }
    /* A caller who is held up himself for longer than the stop waits is hung up on. Where the door is simply shut it is
     * one of eight: 175 of 1,512, measured. */
    assert_true(answered > 0 && unanswered * 50 < answered);
}

static void slow_clients_are_cut(void **state)
{
    char heard[256];
    http_stop(server);
    start(100, 1);
    int fd = dial(), whole = dial();
    send_text(fd, "POST /ping HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    int64_t began = instant_mono();
    hear(fd, heard, sizeof(heard), NULL);
    hear(whole, heard, sizeof(heard), NULL);
    assert_true(instant_mono() - began < 8 * INSTANT_SECOND);
    close(fd);
    close(whole);
}

struct seen {
    uint64_t ok, bad, lost, wait;
};

static void count(void *arg, const char *route, int status, uint64_t n, double seconds)
{
    struct seen *s = arg;
    assert_true(seconds > 0 && seconds < 100);
    if (strcmp(route, "GET /ping") == 0 && status == 200)
        s->ok += n;
    if (strcmp(route, "POST /ping") == 0 && status == 400)
        s->bad += n;
    if (strcmp(route, "-") == 0 && status == 400)
        s->lost += n;
    if (strcmp(route, "POST /hold") == 0)
        s->wait += n;
}

static struct seen counted(void)
{
    struct seen s = {0};
    http_metrics(server, count, &s);
    return s;
}

static void requests_are_counted(void **state)
{
    for (int i = 0; i < 5; i++)
        (void)ask("GET", "/ping", NULL, NULL);
    (void)ask("GET", "/nowhere", NULL, NULL);
    (void)ask("POST", "/ping", NULL, "{}");
    UNTIL(counted().ok == 5 && counted().lost == 1 && counted().bad == 1);
    assert_int_equal(counted().wait, 0);
}

static void a_wrong_start_says_why(void **state)
{
    struct http_server *second = NULL;
    struct err e = {0};
    char taken[32];
    (void)snprintf(taken, sizeof(taken), "127.0.0.1:%d", http_port(server));
    struct http_config c = {.listen = taken, .threads = 1, .connections_max = 10, .body_max = 1, .idle_s = 1};
    assert_int_equal(http_start(&c, &second, &e), ERR_INVALID);
    contains(e.en, taken);
    contains(e.en, "in use");
    c.listen = "8081";
    assert_int_equal(http_start(&c, &second, &e), ERR_INVALID);
    c.listen = "127.0.0.1:http-like-nonsense";
    assert_int_equal(http_start(&c, &second, &e), ERR_INVALID);
    c.listen = "127.0.0.1:0";
    static const struct http_route twice[] = {{"GET", "/a/:x", 0, get_ping, ""}, {"GET", "/a/:y", 0, get_ping, ""}};
    c.routes = twice;
    c.route_count = 2;
    assert_int_equal(http_start(&c, &second, &e), ERR_BUG);
    contains(e.en, "twice");
    assert_null(second);
    c.route_count = 1;
    assert_int_equal(http_start(&c, &second, &e), ERR_OK);
    http_stop(second);
}

/*
 * A thread of libmicrohttpd that has connections accepts nobody after a failed accept() until one of them ends. So
 * there are enough busy ones for every thread to have some.
 */
#define BUSY 24

static bool all_busy(CURL *const *busy)
{
    for (int i = 0; i < BUSY; i++)
        assert_int_equal(ask_on(busy[i], "GET", "/ping", NULL, NULL).status, 200);
    return true;
}

static void who_waits_while_descriptors_are_used_up_is_served_when_there_are_some_again(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(server)),
                             .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    struct rlimit before, none;
    CURL *busy[BUSY];
    const char *wrap = getenv("TEST_WRAP");
    if (wrap && strstr(wrap, "valgrind")) {
        print_message("# valgrind keeps a limit of descriptors of its own\n");
        skip();
    }
    for (int i = 0; i < BUSY; i++) {
        busy[i] = curl_easy_init();
        assert_int_equal(ask_on(busy[i], "GET", "/ping", NULL, NULL).status, 200);
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), next = dup(fd);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = (rlim_t)next, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    send_text(fd, "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n");
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int early = poll(&p, 1, 200);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(early, 0);
    UNTIL(all_busy(busy) && poll(&p, 1, 50) > 0);
    char heard[1024];
    hear(fd, heard, sizeof(heard), "200");
    contains(heard, "HTTP/1.1 200 ");
    close(fd);
    for (int i = 0; i < BUSY; i++)
        curl_easy_cleanup(busy[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, each_set_up, each_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(routes_are_found),
        TEST(addresses_are_decoded),
        TEST(request_ids),
        TEST(tokens_open_routes),
        TEST(bodies_are_bounded),
        TEST(an_answer_arrives_at_a_client_that_still_sends),
        TEST(reading_for_nothing_has_bounds),
        TEST(problems_name_the_field_and_hide_bugs),
        TEST(a_connection_serves_many_requests),
        TEST(many_suspended_at_once),
        TEST(a_client_may_leave_while_suspended),
        TEST(stop_answers_the_suspended),
        TEST(stop_and_resume_race),
        TEST(new_requests_are_refused_while_stopping),
        TEST(who_has_just_connected_is_answered_by_a_stop),
        TEST(who_waits_to_be_accepted_is_answered_by_a_stop),
        TEST(a_stop_hangs_up_on_nobody_whom_it_let_in),
        TEST(slow_clients_are_cut),
        TEST(who_waits_while_descriptors_are_used_up_is_served_when_there_are_some_again),
        TEST(requests_are_counted),
        TEST(a_wrong_start_says_why),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
