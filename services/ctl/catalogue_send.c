/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From checked files to the services. Intake takes everything it owns in one release; the others get it over Kafka, so
 * mandates, seals and series wait until it has arrived there. Sending again changes nothing: the services compare.
 *
 * The Idempotency-Key is the content's hash behind a run's own mark: with the hash alone, going back to an earlier
 * content within 24 h would be answered from memory and change nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/base/role.h"
#include "common/io/digest.h"
#include "services/ctl/api.h"
#include "services/ctl/catalogue.h"

#define CONNECTIONS 16
#define ARRIVE_MS   60000 /* a release goes over Kafka; a consumer that has just started takes its time */
#define PAUSE_MS    100
#define ATTEMPT_MAX ((size_t)1 << 20)
#define SHOWN       10

static const struct {
    enum table table;
    int service;
    const char *path, *vi;
} others[] = {
    {TABLE_MANDATES, CTL_APPROVAL, "/v1/mandates", "thẩm quyền ký"},
    {TABLE_SEALS, CTL_RETURN, "/v1/seals", "con dấu"},
    {TABLE_SERIES, CTL_RETURN, "/v1/series", "sổ văn bản"},
    {TABLE_TARGETS, CTL_AUDIT, "/v1/targets", "chỉ tiêu"},
};

struct sending {
    struct reference *ref;
    struct api api;
    const char *run; /* the mark of this run */
};

static const char *key_for(const struct sending *s, struct arena *a, const char *body, int attempt)
{
    struct digest d = digest_of(body, strlen(body));

    return arena_printf(a, "import-%s-%.32s-%d", s->run, digest_text(&d).s, attempt);
}

/* ---- the release */

static int post_release(struct sending *s)
{
    struct arena *a = s->ref->arena;
    size_t count;
    const char *body = records_release(s->ref, &count), *key = key_for(s, a, body, 0);
    const char *url = arena_printf(a, "%s/v1/catalogue/releases", ctl_public_url(CTL_INTAKE));
    int64_t until = instant_mono() + ARRIVE_MS * INSTANT_MS;
    struct fetch_answer answer = {0};
    struct err e = {0};

    for (;;) {
        enum err_code rc = api_call(&s->api, url, key, body, &answer, &e);
        bool again = rc || api_may_repeat(a, &answer);
        if (!again || instant_mono() > until) {
            if (rc)
                return ctl_fail_err("sending the release to intake", &e);
            break;
        }
        ctl_pause(PAUSE_MS);
    }
    struct json_in *in;
    if (answer.status >= 300)
        return api_fail(a, "intake refused the release, nothing of it was taken", &answer);
    if (json_read(a, answer.body.p, answer.body.n, &in, &e))
        return ctl_fail_err("intake's answer", &e);
    const struct json *off = json_list(in, json_root(in), "steps_off_total", JSON_OPTIONAL, 0, 100000);
    for (size_t i = 0; i < json_items(off); i++) {
        const struct json *o = json_item(off, i);
        printf("%-10s  process %s: its steps take %" PRId64 " minutes of a total of %" PRId64
               " (các bước cộng lại không bằng tổng thời gian)\n",
               "intake", json_text(in, o, "process", JSON_REQUIRED, 1, 64),
               json_int(in, o, "steps_minutes", JSON_REQUIRED, 0, INT64_MAX),
               json_int(in, o, "total_minutes", JSON_REQUIRED, 0, INT64_MAX));
    }
    printf("%-10s  release %" PRId64 ": %" PRId64 " records added, %" PRId64 " unchanged (%zu bytes)\n", "intake",
           json_int(in, json_root(in), "release", JSON_REQUIRED, 0, INT64_MAX),
           json_int(in, json_root(in), "added", JSON_REQUIRED, 0, INT64_MAX),
           json_int(in, json_root(in), "unchanged", JSON_REQUIRED, 0, INT64_MAX), strlen(body));
    return CTL_OK;
}

/* ---- one request per row */

struct item {
    struct batch *batch;
    const struct row *row;
    const char *body;
    int attempt;
    int64_t not_before;
    bool under_way, done;
};

struct batch {
    struct sending *s;
    struct arena *scratch; /* of one attempt: there may be thousands a second while a release is under way */
    const char *url;
    struct item *items;
    size_t count, left;
    int64_t until;
    int added, unchanged, refused;
};

/* An officer, unit or place that is not known there may still be under way. */
static bool may_arrive(const struct problem *p, int status)
{
    return status == 422 && has_word("officer unit keeper place", p->field);
}

static void answered(void *arg, const struct fetch_answer *answer)
{
    struct item *i = arg;
    struct batch *b = i->batch;
    arena_reset(b->scratch);
    struct problem p = api_problem(b->scratch, answer);

    i->under_way = false;
    if (answer->status == 200 || answer->status == 201) {
        *(answer->status == 201 ? &b->added : &b->unchanged) += 1;
    } else if (instant_mono() < b->until && (may_arrive(&p, answer->status) || api_may_repeat(b->scratch, answer))) {
        /* A refusal is stored with its key: another attempt needs another. What had no answer keeps its key. */
        i->attempt += answer->status == 422;
        i->not_before = instant_mono() + PAUSE_MS * INSTANT_MS;
        return;
    } else {
        const struct row *r = i->row;
        if (b->refused++ < SHOWN)
            printf("%s/%s.csv:%d:1: %s | %s%s%s\n", b->s->ref->folder, forms[r->table].file, r->line, p.vi, p.en,
                   p.field[0] ? " : " : "", p.field);
    }
    i->done = true;
    b->left--;
}

static void start(struct item *i)
{
    struct batch *b = i->batch;

    arena_reset(b->scratch);
    const struct fetch_request r = {
        .method = "POST",
        .url = b->url,
        .headers = api_headers(&b->s->api, b->scratch, key_for(b->s, b->scratch, i->body, i->attempt)),
        .body = {(const uint8_t *)i->body, strlen(i->body)},
        .timeout_ms = 30000,
        .arg = i,
        .done = answered,
    };

    i->under_way = fetch_start(b->s->api.fetch, &r, NULL) == ERR_OK;
}

static int send_table(struct sending *s, size_t which)
{
    struct reference *ref = s->ref;
    enum table t = others[which].table;
    struct batch b = {
        .s = s,
        .scratch = arena_new(ATTEMPT_MAX),
        .url = arena_printf(ref->arena, "%s%s", ctl_public_url(others[which].service), others[which].path),
        .items = ARENA_ARRAY(ref->arena, ref->counts[t] + 1, struct item),
        .count = ref->counts[t],
        .left = ref->counts[t],
        .until = instant_mono() + ARRIVE_MS * INSTANT_MS,
    };

    for (size_t i = 0; i < b.count; i++)
        b.items[i] = (struct item){.batch = &b, .row = &ref->rows[t][i], .body = records_row(ref, &ref->rows[t][i])};
    while (b.left) {
        for (size_t i = 0; i < b.count && fetch_has_room(s->api.fetch); i++)
            if (!b.items[i].done && !b.items[i].under_way && b.items[i].not_before <= instant_mono())
                start(&b.items[i]);
        if (!fetch_under_way(s->api.fetch))
            ctl_pause(10);
        fetch_turn(s->api.fetch, 20);
    }
    arena_free(b.scratch);
    printf("%-10s  %s: %d added, %d unchanged", ctl_services[others[which].service].name, forms[t].file, b.added,
           b.unchanged);
    if (b.refused)
        printf(", %d refused", b.refused);
    printf(" (%s)\n", others[which].vi);
    return b.refused ? CTL_FAILED : CTL_OK;
}

/* ---- who sends */

/* The administrator's post of the files themselves. */
static bool open_api(struct sending *s)
{
    const char *officer = "taichoctl", *unit = "taichoctl";

    for (size_t i = 0; i < s->ref->counts[TABLE_OFFICERS]; i++)
        if (has_word(cell(&s->ref->rows[TABLE_OFFICERS][i], "roles"), "admin")) {
            officer = cell(&s->ref->rows[TABLE_OFFICERS][i], "officer");
            unit = cell(&s->ref->rows[TABLE_OFFICERS][i], "unit");
            break;
        }
    return api_open(&s->api, s->ref->arena, CONNECTIONS, officer, unit, ROLE_BIT(ADMIN));
}

int reference_send(struct reference *ref)
{
    struct sending s = {.ref = ref, .run = arena_printf(ref->arena, "%.8s", id_text(id_new()).s + 24)};

    if (!open_api(&s))
        return CTL_FAILED;
    int rc = post_release(&s);
    for (size_t i = 0, ready = rc == CTL_OK; ready && i < COUNT_OF(others); i++)
        rc |= send_table(&s, i);
    api_close(&s.api);
    if (rc)
        ctl_fail("what is said above was not taken; put it right and run this again, what was taken is not sent twice");
    return rc;
}
