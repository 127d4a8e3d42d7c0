/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages that the build put into the program: index.html at "/", each file at "/assets/<service>/<name>". Public: a
 * page has no data of its own, it asks the API with the reader's token.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/io/digest.h"
#include "common/runtime/runtime.h"

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
};

/* Nothing from elsewhere, no inline script, no frame: what a page needs is in its own files. */
static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                             "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
                             "form-action 'self'; frame-ancestors 'none'";

static const char *type_of(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        size_t m = strlen(types[i].suffix);
        if (n > m && strcmp(name + n - m, types[i].suffix) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

/* page_of finds the file of a path: the last segment names it, "/" is the index. */
static const struct embedded *page_of(const struct service *s, const char *path)
{
    const char *name = strcmp(path, "/") == 0 ? "index.html" : strrchr(path, '/') + 1;
    for (const struct embedded *p = s->pages; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static enum err_code get_page(void *app, struct http_exchange *x, struct err *reterr)
{
    const struct embedded *p = page_of(runtime_of(app)->app.service, http_path(x));
    if (!p)
        return err_say(reterr, ERR_NOT_FOUND, NULL, "không có trang này", "there is no such page");
    struct digest d = digest_of(p->text, p->n);
    const char *tag = arena_printf(http_arena(x), "\"%.32s\"", digest_text(&d).s);
    http_reply_header(x, "ETag", tag);
    http_reply_header(x, "Cache-Control", "no-cache");
    const char *known = http_header(x, "If-None-Match");
    if (known && strstr(known, tag)) {
        http_reply(x, 304, NULL, "", 0);
        return ERR_OK;
    }
    http_reply_header(x, "Content-Security-Policy", policy);
    http_reply_header(x, "Referrer-Policy", "no-referrer");
    http_reply_header(x, "X-Frame-Options", "DENY");
    http_reply(x, 200, type_of(p->name), p->text, p->n);
    return ERR_OK;
}

/* has_route: a service may answer "/" by itself. */
static bool has_route(const struct service *s, const char *path)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (strcmp(s->routes[i].method, "GET") == 0 && strcmp(s->routes[i].path, path) == 0)
            return true;
    return false;
}

const struct http_route *pages_routes(const struct service *s, struct arena *a, size_t *ret_count)
{
    size_t files = 0, n = 0;
    for (const struct embedded *p = s->pages; p && p->name; p++)
        files++;
    struct http_route *routes = ARENA_ARRAY(a, files + 1, struct http_route);
    for (size_t i = 0; i < files; i++) {
        const char *name = s->pages[i].name;
        routes[n++] = (struct http_route){"GET", arena_printf(a, "/assets/%s/%s", s->name, name), ROLE_PUBLIC, get_page,
                                          "a file of the pages"};
        if (strcmp(name, "index.html") == 0 && !has_route(s, "/"))
            routes[n++] = (struct http_route){"GET", "/", ROLE_PUBLIC, get_page, "the page of this service"};
    }
    *ret_count = n;
    return routes;
}
