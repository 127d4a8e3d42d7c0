/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `taichoctl deadlines check|move`: the calendar has changed (a new holiday, a make-up day). First the dry run, over
 * all open dossiers; then, when it is ordered, one batch in chunks, while the service goes on serving.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/base/role.h"
#include "services/ctl/api.h"
#include "services/ctl/commands.h"

#define PAGE_MAX   2000
#define CHUNK      500
#define PAUSE_MS   200
#define LOOK_MS    500    /* at least, between two looks at how far a batch is; */
#define LOOK_TIMES 9      /* and this many times as long as the last look took: looking slows the batch down */
#define QUIET_MS   600000 /* how long a batch may make no progress */
#define REPEATS    50
#define BUSY_MS    10000 /* how long the dry run, */
#define AWAY_MS    60000 /* and how long whoever waits for a batch, which goes on by itself, bears that intake is away */
#define ARENA_SIZE ((size_t)1 << 30)

/* All that the dry run found. */
struct changes {
    struct api api;
    struct arena *kept, *page; /* the ids; one answer */
    bool listed;               /* print each */
    int64_t wanted;            /* the release that a dry run was seen of, 0: any */
    int64_t release, looked_at, refused;
    struct id *ids;
    size_t count, room;
};

static bool open_changes(struct changes *c)
{
    c->kept = arena_new(ARENA_SIZE);
    c->page = arena_new(ARENA_SIZE);
    if (!api_open(&c->api, c->kept, 2, "taichoctl", "taichoctl", ROLE_BIT(ADMIN)))
        return false;
    c->api.arena = c->page;
    return true;
}

static void close_changes(struct changes *c)
{
    if (c->api.fetch)
        api_close(&c->api);
    arena_free(c->page);
    arena_free(c->kept);
}

static void keep(struct changes *c, struct id id)
{
    if (c->count == c->room) {
        struct id *more = ARENA_ARRAY(c->kept, 2 * c->room + 1024, struct id);
        if (c->count)
            memcpy(more, c->ids, c->count * sizeof *more);
        c->ids = more;
        c->room = 2 * c->room + 1024;
    }
    c->ids[c->count++] = id;
}

static bool take_item(struct changes *c, struct json_in *in, const struct json *o)
{
    const char *id = json_text(in, o, "id", JSON_REQUIRED, 36, 36),
               *code = json_text(in, o, "code", JSON_REQUIRED, 1, 64);
    const char *unit = json_text(in, o, "unit", JSON_REQUIRED, 1, 64),
               *due = json_text(in, o, "due_at", JSON_REQUIRED, 1, 40);
    const char *refused = json_text(in, o, "refused", JSON_OPTIONAL, 0, 1000),
               *would = json_text(in, o, "would_be", JSON_OPTIONAL, 1, 40),
               *reported = json_text(in, o, "due_at_reported", JSON_OPTIONAL, 1, 40),
               *would_reported = json_text(in, o, "would_be_reported", JSON_OPTIONAL, 1, 40);
    bool open = json_bool(in, o, "open_moves", JSON_OPTIONAL);
    struct id parsed;

    if (!id || !code || !unit || !due || (!refused && !would) || !id_parse(id, &parsed))
        return false;
    if (c->listed) {
        printf("%-32s %-14s %s -> %s", code, unit, due, refused ? refused : would);
        if (would_reported && (!reported || strcmp(reported, due) != 0 || strcmp(would_reported, would) != 0))
            printf(" (reported: %s -> %s)", reported ? reported : "?", would_reported);
        if (open)
            printf(" (and until when papers, a tax notice or a supplement are awaited)");
        printf("\n");
    }
    if (refused)
        c->refused++;
    else
        keep(c, parsed);
    return true;
}

/* One dry run is by one release: what was imported after somebody had looked would move other dates than they saw. */
static bool take_release(struct changes *c, struct json_in *in, const struct json *root)
{
    int64_t release = json_int(in, root, "release", JSON_REQUIRED, 0, INT64_MAX);

    if (c->wanted && release != c->wanted)
        return ctl_fail("the dry run was by release %" PRId64 ", now release %" PRId64
                        " is in use; look again with `taichoctl deadlines check` (dữ liệu tham chiếu đã thay đổi)",
                        c->wanted, release) == CTL_OK;
    c->wanted = c->release = release;
    return true;
}

/* look goes through all open dossiers, page by page. */
static bool look(struct changes *c)
{
    char after[ID_TEXT_SIZE] = "";

    do {
        struct json_in *in;
        const struct json *root;
        arena_reset(c->page);
        const char *url = arena_printf(c->page, "%s/v1/deadlines/changes%s%s", ctl_public_url(CTL_INTAKE),
                                       after[0] ? "?after=" : "", after);
        if (!api_get_within(&c->api, url, BUSY_MS, &in, &root))
            return false;
        if (!take_release(c, in, root))
            return false;
        c->looked_at += json_int(in, root, "looked_at", JSON_REQUIRED, 0, PAGE_MAX);
        const struct json *items = json_list(in, root, "items", JSON_REQUIRED, 0, PAGE_MAX);
        for (size_t i = 0; i < json_items(items); i++)
            if (!take_item(c, in, json_item(items, i)))
                return ctl_fail("intake's answer cannot be read; are taichoctl and the services of one release?") ==
                       CTL_OK;
        const char *next = json_text(in, root, "next", JSON_OPTIONAL, 36, 36);
        (void)snprintf(after, sizeof after, "%s", next ? next : "");
    } while (after[0]);
    return true;
}

static void say_found(const struct changes *c, double seconds)
{
    printf("%" PRId64 " open dossiers were looked at by release %" PRId64 " in %.1f s: %zu dates would move, %" PRId64
           " cannot be counted (%zu hạn trả kết quả sẽ thay đổi)\n",
           c->looked_at, c->release, seconds, c->count, c->refused, c->count);
}

int ctl_deadlines_check(const struct ctl_command *self, int argc, char **argv)
{
    struct changes c = {.listed = true};
    int64_t begun = instant_mono();

    if (argc > 0)
        return ctl_usage(self);
    (void)argv;
    bool good = open_changes(&c) && look(&c);
    if (good)
        say_found(&c, (double)(instant_mono() - begun) / 1e6);
    close_changes(&c);
    return good ? CTL_OK : CTL_FAILED;
}

/* ---- the batch */

static const char *chunk(const struct changes *c, const char *batch, const char *reason, size_t from, size_t n)
{
    struct buf b;

    buf_init(&b, (size_t)64 << 10);
    buf_printf(&b, "{\"release\":%" PRId64 ",\"batch\":", c->release);
    buf_json_str(&b, batch);
    buf_str(&b, ",\"reason\":");
    buf_json_str(&b, reason);
    buf_str(&b, ",\"dossiers\":[");
    for (size_t i = from; i < from + n; i++)
        buf_printf(&b, "%s\"%s\"", i > from ? "," : "", id_text(c->ids[i]).s);
    buf_str(&b, "]}");
    const char *text = arena_strdup(c->page, buf_cstr(&b));
    buf_release(&b);
    return text;
}

static int post_chunk(struct changes *c, const char *run, const char *batch, const char *reason, size_t from, size_t n)
{
    for (int tries = 0;; tries++) {
        struct fetch_answer answer = {0};
        struct err e = {0};
        arena_reset(c->page);
        const char *url = arena_printf(c->page, "%s/v1/deadlines/recounts", ctl_public_url(CTL_INTAKE));
        enum err_code rc = api_call(&c->api, url, arena_printf(c->page, "recount-%s-%zu", run, from),
                                    chunk(c, batch, reason, from, n), &answer, &e);
        if (!rc && answer.status == 200)
            return CTL_OK;
        if (tries == REPEATS || (!rc && !api_may_repeat(c->page, &answer)))
            return rc ? ctl_fail_err("no answer", &e) : api_fail(c->page, "ordering the recount", &answer);
        ctl_pause(PAUSE_MS);
    }
}

/* await_all waits until every dossier of the batch has had its turn. */
static int await_all(struct changes *c, const char *batch)
{
    int64_t least = INT64_MAX, progress = instant_mono();

    for (;;) {
        struct json_in *in;
        const struct json *root;
        int64_t begun = instant_mono();
        arena_reset(c->page);
        const char *url = arena_printf(c->page, "%s/v1/deadlines/recounts/%s", ctl_public_url(CTL_INTAKE), batch);
        if (!api_get_within(&c->api, url, AWAY_MS, &in, &root))
            return CTL_FAILED;
        int64_t waiting = json_int(in, root, "waiting", JSON_REQUIRED, 0, INT64_MAX);
        if (waiting == 0)
            return CTL_OK;
        if (waiting < least) {
            least = waiting;
            progress = instant_mono();
        }
        if (instant_mono() - progress > QUIET_MS * INSTANT_MS)
            return ctl_fail("%" PRId64 " dossiers still wait for their turn; `taichoctl status` shows what holds them",
                            waiting);
        int64_t pause = LOOK_TIMES * (instant_mono() - begun) / INSTANT_MS;
        ctl_pause(pause > LOOK_MS ? (int)pause : LOOK_MS);
    }
}

static int move(struct changes *c, const char *batch, const char *reason)
{
    const char *run = arena_printf(c->kept, "%.12s", id_text(id_new()).s + 24);
    int64_t begun = instant_mono();

    for (size_t from = 0; from < c->count; from += CHUNK) {
        int rc = post_chunk(c, run, batch, reason, from, c->count - from < CHUNK ? c->count - from : CHUNK);
        if (rc)
            return rc;
    }
    int rc = c->count ? await_all(c, batch) : CTL_OK;
    if (!rc)
        printf("%zu dates were counted again by batch %s in %.1f s (đã tính lại %zu hạn trả kết quả)\n", c->count,
               batch, (double)(instant_mono() - begun) / 1e6, c->count);
    return rc;
}

int ctl_deadlines_move(const struct ctl_command *self, int argc, char **argv)
{
    const char *release = NULL, *batch = NULL, *reason = NULL;
    const struct ctl_option options[] = {
        {"--release", &release, NULL}, {"--batch", &batch, NULL}, {"--reason", &reason, NULL}, {NULL, NULL, NULL}};
    struct changes c = {.listed = false};
    int64_t begun = instant_mono();

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc > 0 || !release || !batch || !reason)
        return ctl_usage(self);
    if (!ctl_number(self, "--release", release, 1, INT64_MAX, &c.wanted))
        return CTL_USAGE;
    int rc = open_changes(&c) && look(&c) ? CTL_OK : CTL_FAILED;
    if (!rc) {
        say_found(&c, (double)(instant_mono() - begun) / 1e6);
        rc = move(&c, batch, reason);
    }
    close_changes(&c);
    return rc;
}
