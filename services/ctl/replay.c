/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `taichoctl replay` and `redrive`. Audit keeps every event's exact bytes in order of cause; a service takes them in as
 * event work, where versions skip what is known already. So it heals losses and fills a service that begins anew.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/id.h"
#include "services/ctl/commands.h"
#include "services/ctl/operate.h"

#define PAGE        200 /* entries of a request: well below the body that a service takes */
#define PAUSE_MS    200
#define FULL_FOR_MS 60000 /* how long a service may have no room */

struct replay {
    struct operate o;
    int service;
    const char *subject;
    int64_t after, given, done, ignored, failed, unreadable;
};

static const char *put_events(struct replay *r, struct json_in *in, const struct json *items, size_t from)
{
    struct buf b;

    buf_init(&b, (size_t)16 << 20);
    buf_str(&b, "{\"events\":[");
    for (size_t i = from; i < json_items(items); i++) {
        const char *type = json_text(in, json_item(items, i), "type", JSON_REQUIRED, 1, 80);
        const char *value = json_text(in, json_item(items, i), "value_base64", JSON_REQUIRED, 1, 4 << 20);
        buf_printf(&b, "%s{\"type\":\"%s\",\"value_base64\":\"%s\"}", i > from ? "," : "", type ? type : "",
                   value ? value : "");
    }
    buf_str(&b, "]}");
    const char *text = arena_strdup(r->o.arena, buf_cstr(&b));
    buf_release(&b);
    return text;
}

/* give sends one page, again from where the service took no more. */
static int give(struct replay *r, struct json_in *in, const struct json *items)
{
    int waited = 0;

    for (size_t from = 0; from < json_items(items);) {
        struct json_in *answer_in;
        const struct json *a;
        int rc = operate_post(&r->o, arena_printf(r->o.arena, "%s/ops/events", ctl_service_url(r->service)),
                              put_events(r, in, items, from), &answer_in, &a);
        if (rc)
            return rc;
        int64_t not_taken = json_int(answer_in, a, "not_taken", JSON_REQUIRED, 0, PAGE);
        size_t taken = json_items(items) - from - (size_t)not_taken;
        r->given += (int64_t)taken;
        r->done += json_int(answer_in, a, "done", JSON_REQUIRED, 0, PAGE);
        r->failed += json_int(answer_in, a, "failed", JSON_REQUIRED, 0, PAGE);
        r->ignored += json_int(answer_in, a, "ignored", JSON_REQUIRED, 0, PAGE);
        r->unreadable += json_int(answer_in, a, "unreadable", JSON_REQUIRED, 0, PAGE);
        from += taken;
        waited = taken ? 0 : waited + PAUSE_MS;
        if (waited > FULL_FOR_MS)
            return ctl_fail("%s takes no more events; `taichoctl status` tells why, then go on with --after %" PRId64,
                            ctl_services[r->service].name, r->after);
        if (not_taken)
            ctl_pause(PAUSE_MS);
    }
    return CTL_OK;
}

static int run(struct replay *r)
{
    for (;;) {
        struct json_in *in;
        const struct json *root;
        const char *url =
            arena_printf(r->o.arena, "%s/v1/entries?after=%" PRId64 "&limit=%d%s%s", ctl_service_url(CTL_AUDIT),
                         r->after, PAGE, r->subject ? "&subject=" : "", r->subject ? r->subject : "");
        if (!api_get(&r->o.api, url, &in, &root))
            return CTL_FAILED;
        const struct json *items = json_list(in, root, "items", JSON_REQUIRED, 0, PAGE);
        int rc = give(r, in, items);
        if (rc)
            return rc;
        if (!json_has(root, "next"))
            return CTL_OK;
        int64_t next = json_int(in, root, "next", JSON_OPTIONAL, 0, INT64_MAX);
        if (next <= r->after)
            return CTL_OK;
        r->after = next;
        /* Pages are read one by one: what was given need not stay. */
        struct operate again;
        if (!operate_open(&again))
            return CTL_FAILED;
        if (r->subject)
            r->subject = arena_strdup(again.arena, r->subject);
        operate_close(&r->o);
        r->o = again;
    }
}

int ctl_replay(const struct ctl_command *self, int argc, char **argv)
{
    const char *subject = NULL, *after = "0";
    const struct ctl_option options[] = {{"--subject", &subject, NULL}, {"--after", &after, NULL}, {NULL, NULL, NULL}};
    struct replay r = {.given = 0};
    struct id id;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc != 1)
        return ctl_usage(self);
    r.service = operate_service(argv[0]);
    if (r.service < 0 || !ctl_number(self, "--after", after, 0, INT64_MAX, &r.after))
        return CTL_USAGE;
    if (r.service == CTL_AUDIT) {
        ctl_fail("audit is where the events come from; a lost audit is filled from a backup");
        return CTL_USAGE;
    }
    if (subject && !id_parse(subject, &id)) {
        ctl_fail("--subject %s is no id like 01a202b2-cc75-7c93-aa9a-8c1e29b317d9", subject);
        return CTL_USAGE;
    }
    r.subject = subject;
    if (!operate_open(&r.o))
        return CTL_FAILED;
    int rc = run(&r);
    printf("%" PRId64 " events given to %s: %" PRId64 " taken in or known already, %" PRId64
           " of sources it does not listen to, %" PRId64 " failed, %" PRId64 " unreadable\n",
           r.given, ctl_services[r.service].name, r.done, r.ignored, r.failed, r.unreadable);
    operate_close(&r.o);
    if (!rc && (r.failed || r.unreadable))
        return ctl_fail("some were not taken in; %s's log says why", ctl_services[r.service].name);
    return rc;
}

int ctl_redrive(const struct ctl_command *self, int argc, char **argv)
{
    const char *reason = "redriven by taichoctl";
    const struct ctl_option options[] = {{"--reason", &reason, NULL}, {NULL, NULL, NULL}};
    struct operate o;
    struct id id;
    struct buf b;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc != 2)
        return ctl_usage(self);
    int service = operate_service(argv[0]);
    if (service < 0)
        return CTL_USAGE;
    if (!id_parse(argv[1], &id)) {
        ctl_fail("%s is no id; `taichoctl status` and /ops/held name the subjects on hold", argv[1]);
        return CTL_USAGE;
    }
    if (!operate_open(&o))
        return CTL_FAILED;
    buf_init(&b, (size_t)16 << 10);
    buf_printf(&b, "{\"subject\":\"%s\",\"reason\":", id_text(id).s);
    buf_json_str(&b, reason);
    buf_str(&b, "}");
    int rc =
        operate_post(&o, arena_printf(o.arena, "%s/ops/redrive", ctl_service_url(service)), buf_cstr(&b), NULL, NULL);
    buf_release(&b);
    if (!rc)
        printf("%s: the hold on %s was cleared and what waited ran again; refused again it is on hold again "
               "(`taichoctl status`)\n",
               ctl_services[service].name, argv[1]);
    operate_close(&o);
    return rc;
}
