/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is decided on a request's headers alone, in this order: is the service stopping, is there such a route, who
 * asks, may they, is the address readable, is the body of a kind and size that is taken.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/role.h"
#include "common/io/http_private.h"

void http_take_request_id(struct http_exchange *x)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    const char *given = http_header(x, "X-Request-Id");
    size_t n = given ? strlen(given) : 0;
    if (n == 0 || n >= REQUEST_ID_SIZE || strspn(given, allowed) != n) {
        struct id_text fresh = id_text(id_new());
        memcpy(x->request_id, fresh.s, sizeof(fresh.s));
        return;
    }
    memcpy(x->request_id, given, n + 1);
}

/* http_take_query gets the bytes as sent, apart from '+', which libmicrohttpd has made a space. */
enum err_code http_take_query(struct http_exchange *x, struct bytes key, struct bytes value, struct err *reterr)
{
    struct arena *a = x->arena;
    struct http_pair *p = ARENA_NEW(a, struct http_pair);
    p->name = url_decode(a, (const char *)key.p, key.n);
    p->value = url_decode(a, (const char *)value.p, value.n);
    if (!p->name || !p->value)
        return err_say(reterr, ERR_MALFORMED, p->name, "tham số \"%s\" của địa chỉ không phải là văn bản UTF-8",
                       "query parameter \"%s\" is not UTF-8 text", p->name ? p->name : "?");
    for (const struct http_pair *other = x->queries; other; other = other->next)
        if (strcmp(other->name, p->name) == 0)
            return err_say(reterr, ERR_MALFORMED, p->name, "tham số \"%s\" có hai lần trong địa chỉ",
                           "query parameter \"%s\" is given twice", p->name);
    p->next = x->queries;
    x->queries = p;
    return ERR_OK;
}

/* bearer gives the token of an Authorization header, NULL when there is none. */
static const char *bearer(const struct http_exchange *x)
{
    const char *h = http_header(x, "Authorization");
    if (!h || strncasecmp(h, "Bearer ", 7) != 0)
        return NULL;
    h += 7;
    return h + strspn(h, " ");
}

static enum err_code check_token(struct http_exchange *x, struct err *reterr)
{
    struct token_verifier *v = x->server->config.verifier;
    const char *token = bearer(x);
    if (x->route->roles == ROLE_PUBLIC) {
        /* A stale token must not lock anybody out of what is open to all. */
        if (!v || !token || token_verify(v, token, &x->actor, NULL) != ERR_OK)
            x->actor = (struct actor){0};
        return ERR_OK;
    }
    if (!v || !token) {
        http_reply_header(x, "WWW-Authenticate", "Bearer realm=\"taicho\"");
        return err_say(reterr, ERR_UNAUTHENTICATED, NULL, "yêu cầu này cần mã truy cập (Authorization: Bearer)",
                       "this request needs a token (Authorization: Bearer)");
    }
    enum err_code rc = token_verify(v, token, &x->actor, reterr);
    if (rc) {
        x->actor = (struct actor){0};
        if (rc == ERR_UNAUTHENTICATED)
            http_reply_header(x, "WWW-Authenticate", "Bearer realm=\"taicho\", error=\"invalid_token\"");
        return rc;
    }
    if (!(x->actor.roles & x->route->roles))
        return err_say(reterr, ERR_FORBIDDEN, NULL, "vai trò của người dùng không được làm việc này",
                       "the roles of this user do not allow this");
    return ERR_OK;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    if (!type || strncasecmp(type, json, sizeof(json) - 1) != 0)
        return false;
    type += sizeof(json) - 1;
    type += strspn(type, " \t");
    return *type == '\0' || *type == ';';
}

/* declared_length is what Content-Length says; libmicrohttpd has checked it. 0 when there is none. */
static uint64_t declared_length(const struct http_exchange *x)
{
    const char *h = http_header(x, "Content-Length");
    return h ? strtoull(h, NULL, 10) : 0;
}

enum err_code http_too_large(const struct http_exchange *x, struct err *reterr)
{
    return err_say(reterr, ERR_TOO_LARGE, NULL, "nội dung lớn hơn %zu byte", "the body is larger than %zu bytes",
                   x->body.max);
}

bool http_refuse_at_once(const struct http_exchange *x)
{
    return declared_length(x) > HTTP_DRAIN_MAX || http_header(x, "Expect") != NULL;
}

enum err_code http_check(struct http_exchange *x, struct err *reterr)
{
    struct http_server *s = x->server;
    if (atomic_load(&s->refusing)) {
        x->close = true;
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "dịch vụ đang dừng, hãy thử lại sau",
                       "the service is stopping, try again later");
    }
    struct route_match m = {0};
    enum err_code rc = route_find(s->routes, x->method, x->path, x->arena, &m, reterr);
    if (rc) {
        if (rc == ERR_METHOD)
            http_reply_header(x, "Allow", m.allow);
        return rc;
    }
    x->route = &s->config.routes[m.index];
    x->route_index = m.index;
    x->params = m.params;
    rc = check_token(x, reterr);
    if (rc)
        return rc;
    rc = http_take_queries(x, reterr);
    if (rc)
        return rc;
    x->keep_body = strcmp(x->route->method, "GET") != 0;
    if (strcmp(x->route->method, "POST") == 0 && !is_json(http_header(x, "Content-Type")))
        return err_say(reterr, ERR_MEDIA_TYPE, NULL, "nội dung phải là application/json",
                       "the body must be application/json");
    if (declared_length(x) > x->body.max)
        return http_too_large(x, reterr);
    return ERR_OK;
}
