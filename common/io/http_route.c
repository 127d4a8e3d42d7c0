/* SPDX-License-Identifier: Apache-2.0 */
/* Matching by segments: a service has some dozens of rows, and comparing lengths first makes a walk cheap enough. */
#include "common/io/http_route.h"

#include <stdlib.h>
#include <string.h>

#include "common/io/text.h"

struct segment {
    const char *p; /* of a parameter: its name, without the colon */
    size_t n;
    bool is_param;
};

struct compiled {
    struct segment segments[ROUTE_SEGMENTS_MAX];
    size_t count;
    uint32_t literals; /* a bit per literal segment, the first one highest: the larger is the more specific */
    const char *label;
};

struct route_table {
    const struct http_route *routes;
    size_t count;
    struct arena *arena;
    struct compiled *rows;
};

/* split cuts a path at its slashes; false when it has no leading slash or too many segments. */
static bool split(const char *path, struct segment *ret, size_t *ret_count)
{
    size_t count = 0;
    if (*path != '/')
        return false;
    for (const char *p = path + 1; path[1] != '\0';) {
        size_t n = strcspn(p, "/");
        if (count == ROUTE_SEGMENTS_MAX)
            return false;
        ret[count++] = (struct segment){.p = p, .n = n};
        if (p[n] == '\0')
            break;
        p += n + 1;
    }
    *ret_count = count;
    return true;
}

static bool same_shape(const struct compiled *a, const struct compiled *b)
{
    if (a->count != b->count || a->literals != b->literals)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!a->segments[i].is_param &&
            (a->segments[i].n != b->segments[i].n || memcmp(a->segments[i].p, b->segments[i].p, a->segments[i].n) != 0))
            return false;
    return true;
}

enum err_code route_table_new(const struct http_route *routes, size_t count, struct route_table **ret,
                              struct err *reterr)
{
    struct arena *a = arena_new((size_t)4 * 1024 * 1024);
    struct route_table *t = ARENA_NEW(a, struct route_table);
    *t = (struct route_table){.routes = routes, .count = count, .arena = a};
    t->rows = ARENA_ARRAY(a, count, struct compiled);
    for (size_t i = 0; i < count; i++) {
        struct compiled *c = &t->rows[i];
        c->label = arena_printf(a, "%s %s", routes[i].method, routes[i].path);
        enum err_code rc = ERR_OK;
        if (!routes[i].handler || !split(routes[i].path, c->segments, &c->count))
            rc = err_set(reterr, ERR_BUG, "route %s has no handler, no leading slash or too many segments", c->label);
        for (size_t k = 0; !rc && k < c->count; k++) {
            struct segment *s = &c->segments[k];
            s->is_param = s->n > 1 && s->p[0] == ':';
            if (s->is_param)
                *s = (struct segment){.p = arena_strndup(a, s->p + 1, s->n - 1), .n = s->n - 1, .is_param = true};
            else
                c->literals |= UINT32_C(1) << (ROUTE_SEGMENTS_MAX - k);
        }
        for (size_t k = 0; !rc && k < i; k++)
            if (strcmp(routes[k].method, routes[i].method) == 0 && same_shape(&t->rows[k], c))
                rc = err_set(reterr, ERR_BUG, "route %s is there twice", c->label);
        if (rc) {
            arena_free(a);
            return rc;
        }
    }
    *ret = t;
    return ERR_OK;
}

void route_table_free(struct route_table *t)
{
    if (t)
        arena_free(t->arena);
}

const char *route_label(const struct route_table *t, size_t index)
{
    return index < t->count ? t->rows[index].label : "-";
}

static bool fits(const struct compiled *c, const struct segment *path, size_t count)
{
    if (c->count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct segment *want = &c->segments[i];
        if (want->is_param ? path[i].n == 0 : want->n != path[i].n || memcmp(want->p, path[i].p, want->n) != 0)
            return false;
    }
    return true;
}

/* allowed lists the methods of a path, each once; GET brings HEAD. */
static const char *allowed(const struct route_table *t, const struct segment *path, size_t count, struct arena *a)
{
    const char *list = "";
    for (size_t i = 0; i < t->count; i++) {
        const char *m = t->routes[i].method;
        if (!fits(&t->rows[i], path, count) || strstr(list, m))
            continue;
        list = arena_printf(a, "%s%s%s%s", list, *list ? ", " : "", m, strcmp(m, "GET") == 0 ? ", HEAD" : "");
    }
    return list;
}

enum err_code route_find(const struct route_table *t, const char *method, const char *path, struct arena *a,
                         struct route_match *ret, struct err *reterr)
{
    struct segment segments[ROUTE_SEGMENTS_MAX];
    size_t count, best = t->count;
    bool known = false;
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    if (split(path, segments, &count)) {
        for (size_t i = 0; i < t->count; i++) {
            if (!fits(&t->rows[i], segments, count))
                continue;
            known = true;
            if (strcmp(t->routes[i].method, method) != 0)
                continue;
            if (best == t->count || t->rows[i].literals > t->rows[best].literals)
                best = i;
        }
    }
    if (!known)
        return err_say(reterr, ERR_NOT_FOUND, NULL, "không có địa chỉ này", "there is no such address");
    if (best == t->count) {
        ret->allow = allowed(t, segments, count, a);
        return err_say(reterr, ERR_METHOD, NULL, "địa chỉ này chỉ nhận: %s", "this address takes only: %s", ret->allow);
    }
    const struct compiled *c = &t->rows[best];
    const struct http_pair *params = NULL;
    for (size_t i = count; i-- > 0;) {
        if (!c->segments[i].is_param)
            continue;
        struct http_pair *p = ARENA_NEW(a, struct http_pair);
        *p = (struct http_pair){.name = c->segments[i].p, .next = params};
        p->value = url_decode(a, segments[i].p, segments[i].n);
        if (!p->value)
            return err_say(reterr, ERR_MALFORMED, p->name, "phần \"%s\" của địa chỉ không phải là văn bản UTF-8",
                           "part \"%s\" of the address is not UTF-8 text", p->name);
        params = p;
    }
    ret->index = best;
    ret->params = params;
    return ERR_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

const char *url_decode(struct arena *a, const char *p, size_t n)
{
    char *out = arena_alloc(a, n + 1);
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '%') {
            out[used++] = p[i];
            continue;
        }
        if (n - i < 3 || hex_digit(p[i + 1]) < 0 || hex_digit(p[i + 2]) < 0)
            return NULL;
        out[used++] = (char)(hex_digit(p[i + 1]) * 16 + hex_digit(p[i + 2]));
        i += 2;
    }
    return text_nfc(a, out, used);
}
