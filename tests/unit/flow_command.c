/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From HTTP to work and back, over a real socket. The executor is a stand-in of this file that writes down what it is
 * given and answers at once or from another thread; so no database is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/role.h"
#include "common/flow/command.h"

/* ---- the stand-in */

struct seen {
    struct id subject, command_id;
    char key[200], trace[64], kind[32];
    bool has_trace, creates;
    int64_t wants[SOURCE_COUNT];
    struct digest digest;
    int act, count;
    const void *command;
    struct late_entry late; /* reason NULL: none */
};

static struct seen seen;
static struct {
    struct err refusal; /* what the work ends with */
    int status;
    const char *answer;
    int64_t version;
    bool full, later; /* the queue is full; answered by another thread */
} behave;

static void end_work(struct work *w)
{
    w->refusal = behave.refusal;
    w->status = behave.status;
    w->answer = behave.answer ? arena_strdup(w->arena, behave.answer) : NULL;
    w->version = behave.version;
    w->done(w);
}

static void *end_later(void *arg)
{
    end_work(arg);
    return NULL;
}

enum err_code executor_submit(struct executor *e, struct work *w, struct err *reterr)
{
    if (behave.full)
        return err_say(reterr, ERR_BUSY, NULL, "hàng đợi đã đầy", "the queue is full");
    seen = (struct seen){.subject = w->subject,
                         .command_id = w->command_id,
                         .has_trace = w->trace != NULL,
                         .creates = w->creates,
                         .digest = w->body_digest,
                         .act = w->act,
                         .command = w->command,
                         .count = seen.count + 1};
    (void)snprintf(seen.key, sizeof(seen.key), "%s", w->idempotency_key);
    (void)snprintf(seen.trace, sizeof(seen.trace), "%s", w->trace ? w->trace : "");
    (void)snprintf(seen.kind, sizeof(seen.kind), "%s", w->subject_kind);
    memcpy(seen.wants, w->wants, sizeof(seen.wants));
    if (w->late)
        seen.late = (struct late_entry){.occurred_at = w->late->occurred_at,
                                        .reason = late_reasons[words_find(late_reasons, w->late->reason)]};
    assert_int_equal(w->origin, WORK_COMMAND);
    assert_true(w->place.partition < 0);
    pthread_t thread;
    if (behave.later && pthread_create(&thread, NULL, end_later, w) == 0)
        pthread_detach(thread);
    else
        end_work(w);
    return ERR_OK;
}

/* ---- a service with three routes */

static struct http_server *server;
static const struct service service = {.name = "intake", .source = SOURCE_INTAKE};
static struct app app = {.service = &service};
static const char the_command[] = "command";

static enum err_code post_new(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    enum err_code rc = command_new_subject(x, "dossier", &id, reterr);
    if (rc)
        return rc;
    return command_submit(arg, x, "dossier", id, 7, true, the_command, reterr);
}

static enum err_code post_act(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);
    if (rc)
        return rc;
    return command_submit(arg, x, "dossier", id, 8, false, the_command, reterr);
}

static enum err_code post_seal(void *arg, struct http_exchange *x, struct err *reterr)
{
    return command_submit(arg, x, "seal", command_subject_of_code("seal", "S-01"), 9, true, the_command, reterr);
}

static const struct http_route routes[] = {
    {"POST", "/v1/seals", ROLE_PUBLIC, post_seal, "records"},
    {"POST", "/v1/dossiers", ROLE_PUBLIC, post_new, "creates"},
    {"POST", "/v1/dossiers/:id/act", ROLE_PUBLIC, post_act, "acts"},
};

static int set_up(void **state)
{
    struct err e = {0};
    const struct http_config c = {.listen = "127.0.0.1:0",
                                  .threads = 2,
                                  .connections_max = 50,
                                  .body_max = 10000,
                                  .idle_s = 30,
                                  .routes = routes,
                                  .route_count = COUNT_OF(routes),
                                  .app = &app,
                                  .service = "intake"};
    log_init("test", LOG_ERROR);
    curl_global_init(CURL_GLOBAL_ALL);
    return (int)http_start(&c, &server, &e);
}

static int tear_down(void **state)
{
    http_stop(server);
    curl_global_cleanup();
    return 0;
}

static int each(void **state)
{
    memset(&seen, 0, sizeof(seen));
    memset(&behave, 0, sizeof(behave));
    behave.status = 201;
    behave.answer = "{\"code\":\"000.21.35.H11-191001-0001\"}";
    behave.version = 3;
    return 0;
}

/* ---- the client */

struct answer {
    long status;
    char head[4096], body[4096];
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

static struct answer post(const char *path, const char *key, const char *header, const char *body)
{
    struct answer a = {0};
    char url[256], line[400];
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", http_port(server), path);
    if (key) {
        (void)snprintf(line, sizeof(line), "Idempotency-Key: %s", key);
        list = curl_slist_append(list, line);
    }
    if (header)
        list = curl_slist_append(list, header);
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &a);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, list);
    assert_int_equal(curl_easy_perform(c), CURLE_OK);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &a.status);
    curl_easy_cleanup(c);
    curl_slist_free_all(list);
    return a;
}

static void contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

#define ACT "/v1/dossiers/018f0000-0000-7000-8000-000000000001/act"

/* ---- tests */

static void an_answer_comes_back_with_the_version(void **state)
{
    for (int later = 0; later < 2; later++) {
        behave.later = later == 1;
        struct answer a = post(ACT, "k1", NULL, "{}");
        assert_int_equal(a.status, 201);
        assert_string_equal(a.body, behave.answer);
        contains(a.head, "Taicho-Seen: intake=3\r\n");
        contains(a.head, "Content-Type: application/json");
    }
    assert_int_equal(seen.act, 8);
    assert_false(seen.creates);
    assert_ptr_equal(seen.command, the_command);
    assert_string_equal(seen.key, "k1");
    assert_string_equal(seen.kind, "dossier");
    assert_string_equal(id_text(seen.subject).s, "018f0000-0000-7000-8000-000000000001");
    assert_false(id_is_nil(seen.command_id));
}

static void many_at_once_are_all_answered(void **state)
{
    behave.later = true;
    for (int i = 0; i < 50; i++)
        assert_int_equal(post(ACT, "k", NULL, "{}").status, 201);
    assert_int_equal(seen.count, 50);
}

static void a_key_is_mandatory_and_printable(void **state)
{
    char longest[130];
    memset(longest, 'k', sizeof(longest));
    longest[129] = '\0';
    const char *bad[] = {NULL, "", longest, "khóa", "a\tb"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct answer a = post(ACT, bad[i], NULL, "{}");
        assert_int_equal(a.status, 422);
        contains(a.body, "\"field\":\"Idempotency-Key\"");
        a = post("/v1/dossiers", bad[i], NULL, "{}");
        assert_int_equal(a.status, 422);
    }
    assert_int_equal(seen.count, 0);
    longest[128] = '\0';
    assert_int_equal(post(ACT, longest, NULL, "{}").status, 201);
    assert_string_equal(seen.key, longest);
}

static void what_was_seen_is_wanted(void **state)
{
    assert_int_equal(post(ACT, "k", "Taicho-Seen: intake=5, approval=2", "{}").status, 201);
    assert_int_equal(seen.wants[SOURCE_INTAKE], 5);
    assert_int_equal(seen.wants[SOURCE_APPRAISAL], 0);
    assert_int_equal(seen.wants[SOURCE_APPROVAL], 2);
    assert_int_equal(post(ACT, "k", "Taicho-Seen:  return=9 ,return=4", "{}").status, 201);
    assert_int_equal(seen.wants[SOURCE_RETURN], 9);
    int count = seen.count;
    const char *bad[] = {"intake",
                         "intake=",
                         "intake=x",
                         "intake=-1",
                         "audit=1",
                         "intake=1;",
                         "intake=1 approval=2",
                         "intake=9999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char line[100];
        (void)snprintf(line, sizeof(line), "Taicho-Seen: %s", bad[i]);
        struct answer a = post(ACT, "k", line, "{}");
        if (a.status != 422)
            fail_msg("%s gave %ld", bad[i], a.status);
        contains(a.body, "\"field\":\"Taicho-Seen\"");
    }
    assert_int_equal(seen.count, count);
}

#define LATE "Taicho-Late-Entry: occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01"

static void what_was_done_on_paper_is_said_in_a_header(void **state)
{
    instant then;
    assert_true(instant_parse("2019-10-01T09:10:00+07:00", &then));
    assert_int_equal(post(ACT, "k", LATE, "{}").status, 201);
    assert_true(seen.late.occurred_at == then);
    assert_string_equal(seen.late.reason, "power");
    struct digest late = seen.digest;
    assert_int_equal(post(ACT, "k", NULL, "{}").status, 201);
    assert_null(seen.late.reason);
    assert_memory_not_equal(&seen.digest, &late, sizeof(late)); /* another moment is another request */

    int count = seen.count;
    struct answer a = post(ACT, "k", "Taicho-Late-Entry: reason=power", "{}");
    assert_int_equal(a.status, 422);
    contains(a.body, "\"field\":\"Taicho-Late-Entry\"");
    a = post("/v1/seals", "k", LATE, "{}"); /* only acts on dossiers are done at counters */
    assert_int_equal(a.status, 422);
    contains(a.body, "\"field\":\"Taicho-Late-Entry\"");
    assert_int_equal(seen.count, count);
    assert_int_equal(post("/v1/seals", "k", NULL, "{}").status, 201);
}

static void a_trace_goes_on_only_when_it_is_one(void **state)
{
    static const char good[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    char line[100];
    (void)snprintf(line, sizeof(line), "traceparent: %s", good);
    post(ACT, "k", line, "{}");
    assert_string_equal(seen.trace, good);
    const char *bad[] = {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                         "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                         "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                         "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                         "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                         "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        (void)snprintf(line, sizeof(line), "traceparent: %s", bad[i]);
        assert_int_equal(post(ACT, "k", line, "{}").status, 201);
        assert_false(seen.has_trace);
    }
}

static void the_digest_names_method_path_and_body(void **state)
{
    post(ACT, "k", NULL, "{\"a\":1}");
    struct digest first = seen.digest;
    post(ACT, "k", NULL, "{\"a\":1}");
    assert_memory_equal(&seen.digest, &first, sizeof(first));
    post(ACT, "k", NULL, "{\"a\":2}");
    assert_memory_not_equal(&seen.digest, &first, sizeof(first));
    post("/v1/dossiers/018f0000-0000-7000-8000-000000000002/act", "k", NULL, "{\"a\":1}");
    assert_memory_not_equal(&seen.digest, &first, sizeof(first));
}

static void a_refusal_is_a_problem(void **state)
{
    err_say(&behave.refusal, ERR_ILLEGAL_MOVE, NULL, "không thể", "cannot submit a dossier that is accepted");
    behave.refusal.code = ERR_ILLEGAL_MOVE;
    struct answer a = post(ACT, "k", NULL, "{}");
    assert_int_equal(a.status, 409);
    contains(a.body, "urn:taicho:problem:illegal-transition");
    contains(a.body, "cannot submit a dossier that is accepted");
    contains(a.head, "application/problem+json");

    behave.refusal = (struct err){.code = ERR_NOT_YET};
    a = post(ACT, "k", NULL, "{}");
    assert_int_equal(a.status, 409);
    contains(a.head, "Retry-After: 1");
}

static void a_stored_refusal_keeps_its_type(void **state)
{
    behave.status = 409;
    behave.answer = "{\"type\":\"urn:taicho:problem:illegal-transition\"}";
    struct answer a = post(ACT, "k", NULL, "{}");
    assert_int_equal(a.status, 409);
    assert_string_equal(a.body, behave.answer);
    contains(a.head, "application/problem+json");
}

static void a_full_queue_is_503(void **state)
{
    behave.full = true;
    struct answer a = post(ACT, "k", NULL, "{}");
    assert_int_equal(a.status, 503);
    contains(a.body, "urn:taicho:problem:busy");
    contains(a.head, "Retry-After: ");
    assert_int_equal(seen.count, 0);
}

static void a_repeat_finds_the_same_new_subject(void **state)
{
    post("/v1/dossiers", "one", NULL, "{}");
    struct id first = seen.subject;
    assert_true(seen.creates);
    assert_int_equal(first.b[6] >> 4, 8);
    assert_int_equal(first.b[8] >> 6, 2);
    post("/v1/dossiers", "one", NULL, "{\"other\":true}");
    assert_true(id_eq(seen.subject, first));
    post("/v1/dossiers", "two", NULL, "{}");
    assert_false(id_eq(seen.subject, first));
}

static void a_code_has_one_subject(void **state)
{
    struct id seal = command_subject_of_code("seal", "S-01");
    assert_true(id_eq(seal, command_subject_of_code("seal", "S-01")));
    assert_false(id_eq(seal, command_subject_of_code("series", "S-01")));
    assert_false(id_eq(command_subject_of_code("a", "bc"), command_subject_of_code("ab", "c")));
    assert_int_equal(seal.b[6] >> 4, 8);
    assert_int_equal(seal.b[8] >> 6, 2);
    /* It is stored in databases: it must never change. */
    assert_string_equal(id_text(seal).s, "80b1d20e-f289-8a1c-ac40-d2a4d5e952f7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_answer_comes_back_with_the_version, each),
        cmocka_unit_test_setup(many_at_once_are_all_answered, each),
        cmocka_unit_test_setup(a_key_is_mandatory_and_printable, each),
        cmocka_unit_test_setup(what_was_seen_is_wanted, each),
        cmocka_unit_test_setup(what_was_done_on_paper_is_said_in_a_header, each),
        cmocka_unit_test_setup(a_trace_goes_on_only_when_it_is_one, each),
        cmocka_unit_test_setup(the_digest_names_method_path_and_body, each),
        cmocka_unit_test_setup(a_refusal_is_a_problem, each),
        cmocka_unit_test_setup(a_stored_refusal_keeps_its_type, each),
        cmocka_unit_test_setup(a_full_queue_is_503, each),
        cmocka_unit_test_setup(a_repeat_finds_the_same_new_subject, each),
        cmocka_unit_test_setup(a_code_has_one_subject, each),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
