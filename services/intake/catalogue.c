/* SPDX-License-Identifier: Apache-2.0 */
/* The act of a release: what is new gets a version, is stored, published, and the release closes over it. */
#include "services/intake/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/domain/process.h"

#define OFF_MAX ((size_t)1 << 20)

#define NAME(symbol, name) name,
const char *const intake_kind_names[] = {INTAKE_KIND_MAP(NAME)};

/* ---- order: kind, id, first day */

static int compare(const char *kind_a, const char *id_a, int32_t from_a, const char *kind_b, const char *id_b,
                   int32_t from_b)
{
    int order = strcmp(kind_a, kind_b);

    if (!order)
        order = strcmp(id_a, id_b);
    return order ? order : (from_a > from_b) - (from_a < from_b);
}

static int by_key(const void *x, const void *y)
{
    const struct intake_entry *a = *(const struct intake_entry *const *)x, *b = *(const struct intake_entry *const *)y;

    return compare(intake_kind_names[a->kind], a->u.record.id, a->u.record.valid_from, intake_kind_names[b->kind],
                   b->u.record.id, b->u.record.valid_from);
}

enum err_code intake_release_sort(const struct intake_release *r, struct arena *a, const struct intake_entry ***ret,
                                  struct err *reterr)
{
    const struct intake_entry **sorted = ARENA_ARRAY(a, r->count + 1, const struct intake_entry *);

    for (size_t i = 0; i < r->count; i++)
        sorted[i] = &r->entries[i];
    qsort(sorted, r->count, sizeof *sorted, by_key);
    for (size_t i = 1; i < r->count; i++)
        if (by_key(&sorted[i - 1], &sorted[i]) == 0) {
            char field[48];
            snprintf(field, sizeof field, "records[%zu].id", sorted[i]->index);
            return err_say(reterr, ERR_INVALID, field, "bản ghi %s \"%s\" có hai lần với cùng ngày hiệu lực",
                           "record %s \"%s\" is there twice with the same first day",
                           intake_kind_names[sorted[i]->kind], sorted[i]->u.record.id);
        }
    *ret = sorted;
    return ERR_OK;
}

/* ---- versions */

/* first_stored gives the index of the first stored record that is not before the key. */
static size_t first_stored(const struct intake_shelf *s, const char *kind, const char *id, int32_t from)
{
    size_t low = 0, high = s->stored_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct intake_stored *m = &s->stored[middle];
        if (compare(m->kind, m->id, m->valid_from, kind, id, from) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_unchanged(const struct intake_shelf *s, const struct intake_entry *e)
{
    const char *kind = intake_kind_names[e->kind];
    size_t i = first_stored(s, kind, e->u.record.id, e->u.record.valid_from);

    return i < s->stored_count &&
           compare(s->stored[i].kind, s->stored[i].id, s->stored[i].valid_from, kind, e->u.record.id,
                   e->u.record.valid_from) == 0 &&
           memcmp(s->stored[i].digest.b, e->digest.b, sizeof e->digest.b) == 0;
}

/* newest_version of a kind and id over all first days, 0 when there is none. */
static int newest_version(const struct intake_shelf *s, const struct intake_entry *e)
{
    const char *kind = intake_kind_names[e->kind];
    int newest = 0;

    for (size_t i = first_stored(s, kind, e->u.record.id, INT32_MIN);
         i < s->stored_count && strcmp(s->stored[i].kind, kind) == 0 && strcmp(s->stored[i].id, e->u.record.id) == 0;
         i++)
        if (s->stored[i].version > newest)
            newest = s->stored[i].version;
    return newest;
}

static bool same_id(const struct intake_entry *a, const struct intake_entry *b)
{
    return a->kind == b->kind && strcmp(a->u.record.id, b->u.record.id) == 0;
}

/* number copies what is new with its version; the copies live as long as the batch. */
static void number(const struct intake_entry *const *sorted, size_t count, struct arena *a, struct intake_shelf *s)
{
    int version = 0;

    s->added = ARENA_ARRAY(a, count + 1, const struct intake_entry *);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !same_id(sorted[i - 1], sorted[i]))
            version = newest_version(s, sorted[i]);
        if (is_unchanged(s, sorted[i]))
            continue;
        struct intake_entry *e = ARENA_NEW(a, struct intake_entry);
        *e = *sorted[i];
        e->u.record.version = ++version;
        s->added[s->added_count++] = e;
    }
}

/* ---- the act */

static void publish(struct item *i, const struct intake_shelf *s)
{
    struct arena *a = i->batch->arena;

    for (size_t n = 0; n < s->added_count; n++) {
        const struct intake_entry *e = s->added[n];
        const char *kind = intake_kind_names[e->kind], *id = e->u.record.id;
        int version = e->u.record.version;

        item_catalogue_record(i, kind, id, version, s->release, &e->digest,
                              intake_record_pack(e, version, s->release, a));
        if (n + 1 == s->added_count || !same_id(e, s->added[n + 1]))
            item_publish(i, CATALOGUE_TOPIC, 0, arena_printf(a, "%s/%s", kind, id), "catalogue.Pointer",
                         "application/protobuf", intake_pointer_pack(e, version, s->release, a));
    }
    item_catalogue_release(i, s->release,
                           intake_release_pack(s->release, s->version_count + (int64_t)s->added_count, a));
}

/* Processes whose steps do not take their total, as a JSON array. Published ones do so now and then, and are in force
 * as they were decided: that refuses nothing, but somebody should know. */
static const char *off_total(const struct intake_release *r, struct arena *a)
{
    struct buf b;

    buf_init(&b, OFF_MAX);
    buf_str(&b, "[");
    for (size_t i = 0; i < r->count; i++) {
        const struct process *p = &r->entries[i].u.process;
        int minutes = 0;
        if (r->entries[i].kind != INTAKE_KIND_PROCESS)
            continue;
        for (int n = 1; n <= p->step_count; n++)
            minutes += process_step(p, n)->minutes;
        if (minutes == p->total_minutes)
            continue;
        buf_str(&b, b.p[b.n - 1] == '[' ? "{\"process\":" : ",{\"process\":");
        buf_json_str(&b, p->record.id);
        buf_printf(&b, ",\"total_minutes\":%d,\"steps_minutes\":%d}", p->total_minutes, minutes);
    }
    buf_str(&b, "]");
    BUG_IF(b.full, "too many processes");
    const char *text = arena_strdup(a, buf_cstr(&b));
    buf_release(&b);
    return text;
}

enum err_code intake_decide_release(struct item *i, struct err *reterr)
{
    const struct intake_release *r = i->work->command;
    struct batch *b = i->batch;
    struct intake_shelf *shelf = i->subject->state;
    const struct intake_entry **sorted;

    BUG_IF(!shelf, "the stored records were not loaded");
    if (shelf->release)
        return err_say(reterr, ERR_BUSY, NULL, "một đợt nhập danh mục khác vừa xong, hãy gửi lại",
                       "another import has just been closed, send it again");
    enum err_code rc = intake_release_sort(r, b->arena, &sorted, reterr);
    if (!rc)
        rc = intake_release_check(sorted, r->count, b->catalogue, shelf, reterr);
    if (rc)
        return rc;

    int64_t current = b->release;
    number(sorted, r->count, b->arena, shelf);
    if (shelf->added_count) {
        shelf->release = current + 1;
        publish(i, shelf);
        i->subject->touched = true;
    }
    item_answer(i, shelf->added_count ? 201 : 200,
                arena_printf(i->work->arena,
                             "{\"release\":%lld,\"added\":%zu,\"unchanged\":%zu,\"steps_off_total\":%s}",
                             (long long)(shelf->added_count ? shelf->release : current), shelf->added_count,
                             r->count - shelf->added_count, off_total(r, i->work->arena)));
    return ERR_OK;
}
