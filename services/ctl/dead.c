/* SPDX-License-Identifier: Apache-2.0 */
/* `taichoctl dead ...`: messages that could not be read, of each service on its own port. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/role.h"
#include "services/ctl/commands.h"
#include "services/ctl/operate.h"

struct dead {
    int service;
    int64_t id;
    struct operate o;
};

static const char *word(struct json_in *in, const struct json *o, const char *name)
{
    const char *s = json_text(in, o, name, JSON_OPTIONAL, 0, 4000000);

    return s ? s : "-";
}

/* ---- list */

static bool list_one(struct operate *o, int service, int64_t *count)
{
    struct json_in *in;
    const struct json *root;

    if (!api_get(&o->api, arena_printf(o->arena, "%s/ops/dead", ctl_service_url(service)), &in, &root))
        return false;
    const struct json *list = json_list(in, root, "dead", JSON_REQUIRED, 0, 500);
    for (size_t i = 0; i < json_items(list); i++) {
        const struct json *d = json_item(list, i);
        if (!(*count)++)
            printf("%-10s %6s  %-26s %4s %8s  %-26s %-36s %s\n", "service", "id", "topic", "part", "offset", "at",
                   "subject", "reason");
        printf("%-10s %6" PRId64 "  %-26s %4" PRId64 " %8" PRId64 "  %-26.26s %-36s %s\n", ctl_services[service].name,
               json_int(in, d, "id", JSON_REQUIRED, 0, INT64_MAX), word(in, d, "topic"),
               json_int(in, d, "partition", JSON_REQUIRED, 0, INT32_MAX),
               json_int(in, d, "offset", JSON_REQUIRED, -1, INT64_MAX), word(in, d, "at"), word(in, d, "subject"),
               word(in, d, "reason"));
    }
    return true;
}

int ctl_dead_list(const struct ctl_command *self, int argc, char **argv)
{
    const char *service = NULL;
    const struct ctl_option options[] = {{"--service", &service, NULL}, {NULL, NULL, NULL}};
    struct operate o;
    int64_t count = 0;
    bool good = true;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc > 0)
        return ctl_usage(self);
    int only = service ? operate_service(service) : -1;
    if (service && only < 0)
        return CTL_USAGE;
    if (!operate_open(&o))
        return CTL_FAILED;
    for (int i = 0; i < CTL_SERVICES; i++)
        if (only < 0 || only == i)
            good = list_one(&o, i, &count) && good;
    if (good && !count)
        printf("no open dead letters (không có thông điệp lỗi)\n");
    operate_close(&o);
    return good ? CTL_OK : CTL_FAILED;
}

/* ---- one of them */

/* begin reads ID and --service; CTL_OK when the rest may go on. */
static int begin(const struct ctl_command *self, int argc, char **argv, const char **reason, struct dead *ret)
{
    const char *service = NULL, *ignored;
    const struct ctl_option options[] = {{"--service", &service, NULL},
                                         {reason ? "--reason" : NULL, reason ? reason : &ignored, NULL},
                                         {NULL, NULL, NULL}};

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc != 1 || !service || (reason && !*reason))
        return ctl_usage(self);
    ret->service = operate_service(service);
    if (ret->service < 0 || !ctl_number(self, "ID", argv[0], 1, INT64_MAX, &ret->id))
        return CTL_USAGE;
    return operate_open(&ret->o) ? CTL_OK : CTL_FAILED;
}

static const char *url(const struct dead *d, const char *path)
{
    return arena_printf(d->o.arena, "%s%s", ctl_service_url(d->service), path);
}

static bool read_one(struct dead *d, struct json_in **ret_in, const struct json **ret_root)
{
    return api_get(&d->o.api, url(d, arena_printf(d->o.arena, "/ops/dead?id=%" PRId64, d->id)), ret_in, ret_root);
}

int ctl_dead_show(const struct ctl_command *self, int argc, char **argv)
{
    static const char *const names[] = {"state", "reason",   "at",        "subject",    "cluster",
                                        "topic", "state_by", "state_why", "key_base64", "value_base64"};
    struct dead d;
    struct json_in *in;
    const struct json *o;
    int rc = begin(self, argc, argv, NULL, &d);

    if (rc)
        return rc;
    bool good = read_one(&d, &in, &o);
    if (good) {
        printf("%-14s %" PRId64 " of %s\n", "dead letter", d.id, ctl_services[d.service].name);
        for (size_t i = 0; i < COUNT_OF(names); i++)
            printf("%-14s %s\n", names[i], word(in, o, names[i]));
        printf("%-14s %" PRId64 ", offset %" PRId64 "\n", "partition",
               json_int(in, o, "partition", JSON_REQUIRED, 0, INT32_MAX),
               json_int(in, o, "offset", JSON_REQUIRED, -1, INT64_MAX));
    }
    operate_close(&d.o);
    return good ? CTL_OK : CTL_FAILED;
}

/* close_letter gives the order, and says what became of it. Another letter, or a refusal, may hold the dossier still.
 */
static int close_letter(struct dead *d, const char *path, const char *body, const char *done)
{
    struct json_in *in;
    const struct json *answer;
    int rc = operate_post(&d->o, url(d, path), body, &in, &answer);

    if (!rc)
        printf("dead letter %" PRId64 " of %s %s%s\n", d->id, ctl_services[d->service].name, done,
               json_bool(in, answer, "held", JSON_OPTIONAL) ? "; its dossier is still on hold" : "");
    return rc;
}

static int discard(struct dead *d, const char *reason)
{
    struct buf b;

    buf_init(&b, (size_t)16 << 10);
    buf_printf(&b, "{\"id\":%" PRId64 ",\"reason\":", d->id);
    buf_json_str(&b, reason);
    buf_str(&b, "}");
    int rc = close_letter(d, "/ops/dead/discard", buf_cstr(&b), "is discarded");
    buf_release(&b);
    return rc;
}

int ctl_dead_discard(const struct ctl_command *self, int argc, char **argv)
{
    const char *reason = NULL;
    struct dead d;
    int rc = begin(self, argc, argv, &reason, &d);

    if (rc)
        return rc;
    rc = discard(&d, reason);
    operate_close(&d.o);
    return rc;
}

/* Its bytes may be readable by now: a newer release, or a defect that was put right. */
int ctl_dead_replay(const struct ctl_command *self, int argc, char **argv)
{
    struct dead d;
    struct json_in *in, *answer_in;
    const struct json *o, *answer;
    int rc = begin(self, argc, argv, NULL, &d);

    if (rc)
        return rc;
    rc = read_one(&d, &in, &o) ? CTL_OK : CTL_FAILED;
    if (!rc)
        rc = operate_post(
            &d.o, url(&d, "/ops/events"),
            arena_printf(d.o.arena, "{\"events\":[{\"value_base64\":\"%s\"}]}", word(in, o, "value_base64")),
            &answer_in, &answer);
    if (!rc && json_int(answer_in, answer, "done", JSON_REQUIRED, 0, INT64_MAX) != 1)
        rc = ctl_fail(
            "its bytes are still not readable here; `taichoctl replay %s%s%s` gives the true copies from audit, then "
            "`taichoctl dead discard %" PRId64 " --service %s --reason TEXT`",
            ctl_services[d.service].name, json_has(o, "subject") ? " --subject " : "",
            json_has(o, "subject") ? word(in, o, "subject") : "", d.id, ctl_services[d.service].name);
    if (!rc)
        rc = close_letter(&d, "/ops/dead/replayed", arena_printf(d.o.arena, "{\"id\":%" PRId64 "}", d.id),
                          "was taken in");
    operate_close(&d.o);
    return rc;
}
