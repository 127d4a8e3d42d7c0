/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands. Everything that a service says about itself is printed from its tables. */
#include "common/runtime/service_main.h"

#include <stdio.h>
#include <string.h>

#include "common/base/crash.h"
#include "common/base/role.h"
#include "common/runtime/runtime.h"

/* ---- what the program says about itself */

static void print_route(const struct http_route *r)
{
    printf("%s\t%s\t", r->method, r->path);
    if (r->roles == ROLE_PUBLIC)
        fputs("public", stdout);
    bool first = true;
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (r->roles & (UINT32_C(1) << i)) {
            printf("%s%s", first ? "" : ",", role_name((enum role)i));
            first = false;
        }
    }
    printf("\t%s\n", r->sentence);
}

/* What goes through the gateway: health, metrics and ops are asked on the service's own port. */
static int print_routes(const struct service *s)
{
    struct arena *a = arena_new((size_t)1 << 20);
    for (size_t i = 0; i < s->route_count; i++)
        print_route(&s->routes[i]);
    size_t count;
    const struct http_route *pages = pages_routes(s, a, &count);
    /* "/" is every service's own front page on its own port; the gateway shows one of them. */
    for (size_t i = 0; i < count; i++)
        if (strcmp(pages[i].path, "/") != 0)
            print_route(&pages[i]);
    arena_free(a);
    return 0;
}

static int print_config(const struct service *s)
{
    struct arena *a = arena_new((size_t)1 << 20);
    size_t count;
    const struct config_row *rows = settings_rows(s, a, &count);
    config_print_markdown(rows, count, stdout);
    arena_free(a);
    return 0;
}

static int print_fsm(const struct service *s, const char *how)
{
    bool markdown = how && strcmp(how, "--markdown") == 0;
    if (how && !markdown && strcmp(how, "--mermaid") != 0) {
        fprintf(stderr, "taicho-%s fsm: %s is neither --mermaid nor --markdown\n", s->name, how);
        return 2;
    }
    for (const struct fsm *const *f = s->lifecycles; f && *f; f++) {
        if (f != s->lifecycles)
            putchar('\n');
        if (markdown)
            fsm_print_markdown(*f, stdout);
        else
            fsm_print_mermaid(*f, stdout);
    }
    return 0;
}

static int print_emits(const struct service *s)
{
    for (size_t i = 0; i < s->emit_count; i++)
        printf("%s\t%s\t%s\n", s->emits[i].type, s->emits[i].what, s->emits[i].audit_only ? "audit-only" : "");
    return 0;
}

static int print_consumes(const struct service *s)
{
    for (size_t i = 0; i < s->projection_count; i++) {
        const struct projection *p = &s->projections[i];
        printf("%s\t%s\t%s\t%s\n", source_name(p->source), p->type, p->read ? "act" : "skip", p->what);
    }
    return 0;
}

/* ---- main */

static int usage(const struct service *s, FILE *out)
{
    fprintf(out,
            "taicho-%s: %s\n"
            "usage: taicho-%s serve      run until SIGTERM\n"
            "       taicho-%s check      settings, lifecycles and every SQL statement against the live schema\n"
            "       taicho-%s routes     method, path, roles, sentence\n"
            "       taicho-%s config     the settings, as markdown\n"
            "       taicho-%s fsm [--mermaid|--markdown]\n"
            "       taicho-%s emits      the events it publishes\n"
            "       taicho-%s consumes   the events it listens to\n"
            "       taicho-%s crash-points  where TAICHO_CRASH=NAME:NTH may end it, for tests\n",
            s->name, s->sentence, s->name, s->name, s->name, s->name, s->name, s->name, s->name, s->name);
    return out == stderr ? 2 : 0;
}

int service_main(const struct service *s, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    log_init(s->name, LOG_INFO);
    if (strcmp(verb, "serve") == 0)
        return serve(s);
    if (strcmp(verb, "check") == 0)
        return check(s);
    if (strcmp(verb, "routes") == 0)
        return print_routes(s);
    if (strcmp(verb, "config") == 0)
        return print_config(s);
    if (strcmp(verb, "fsm") == 0)
        return print_fsm(s, argc > 2 ? argv[2] : NULL);
    if (strcmp(verb, "emits") == 0)
        return print_emits(s);
    if (strcmp(verb, "consumes") == 0)
        return print_consumes(s);
    if (strcmp(verb, "crash-points") == 0) {
        crash_print(stdout);
        return 0;
    }
    if (strcmp(verb, "help") == 0 || strcmp(verb, "--help") == 0)
        return usage(s, stdout);
    return usage(s, stderr);
}
