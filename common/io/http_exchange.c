/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler sees of a request and what it fills of a reply. */
#include <string.h>
#include <strings.h>

#include "common/io/http_private.h"

struct arena *http_arena(struct http_exchange *x)
{
    return x->arena;
}

const struct actor *http_actor(const struct http_exchange *x)
{
    return &x->actor;
}

const char *http_method(const struct http_exchange *x)
{
    return x->method;
}

const char *http_path(const struct http_exchange *x)
{
    return x->path;
}

static const char *find(const struct http_pair *list, const char *name)
{
    for (; list; list = list->next)
        if (strcmp(list->name, name) == 0)
            return list->value;
    return NULL;
}

const char *http_param(const struct http_exchange *x, const char *name)
{
    const char *value = find(x->params, name);
    BUG_IF(!value, "route %s has no parameter %s", x->route ? x->route->path : "-", name);
    return value;
}

const char *http_query(const struct http_exchange *x, const char *name)
{
    return find(x->queries, name);
}

struct bytes http_body(const struct http_exchange *x)
{
    return (struct bytes){.p = (const uint8_t *)x->body.p, .n = x->body.n};
}

enum err_code http_param_id(const struct http_exchange *x, const char *name, struct id *ret, struct err *reterr)
{
    if (!id_parse(http_param(x, name), ret) || id_is_nil(*ret))
        return err_say(reterr, ERR_NOT_FOUND, name, "không có đối tượng nào mang mã này", "nothing has this id");
    return ERR_OK;
}

void http_reply(struct http_exchange *x, int status, const char *content_type, const char *body, size_t n)
{
    x->status = status;
    x->content_type = arena_strdup(x->arena, content_type);
    x->reply = (const char *)arena_bytes(x->arena, body, n).p;
    x->reply_n = n;
}

void http_reply_json(struct http_exchange *x, int status, const char *json)
{
    http_reply(x, status, "application/json; charset=utf-8", json, strlen(json));
}

void http_reply_header(struct http_exchange *x, const char *name, const char *value)
{
    struct http_pair *p = ARENA_NEW(x->arena, struct http_pair);
    *p = (struct http_pair){
        .name = arena_strdup(x->arena, name), .value = arena_strdup(x->arena, value), .next = x->headers};
    x->headers = p;
}
