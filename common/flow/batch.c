/* SPDX-License-Identifier: Apache-2.0 */
/* A batch being made, and the marks that a decision leaves on it. */
#include <stdlib.h>
#include <string.h>

#include "common/flow/batch_private.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* ---- making */

static int by_id(const void *x, const void *y)
{
    const struct slot *a = x, *b = y;

    return id_cmp(a->subject.id, b->subject.id);
}

static void add_claim(struct run *r, const struct work *w)
{
    if (w->place.partition < 0 || !w->place.topic)
        return;
    for (size_t i = 0; i < r->claims.count; i++) {
        const struct claim *c = &r->claims.items[i];

        if (c->partition == w->place.partition && c->epoch == w->place.epoch && strcmp(c->topic, w->place.topic) == 0)
            return;
    }
    struct claim *c = LIST_ADD(r->batch.arena, &r->claims);

    c->topic = w->place.topic;
    c->cluster = w->place.cluster;
    c->partition = w->place.partition;
    c->epoch = w->place.epoch;
}

/* The subjects of all pieces, each once, in the order in which their rows are locked. */
static void gather_subjects(struct run *r)
{
    struct batch *b = &r->batch;
    size_t n = 0;

    r->slots = ARENA_ARRAY(b->arena, r->count + 1, struct slot);
    for (size_t i = 0; i < r->count; i++) {
        if (id_is_nil(r->works[i]->subject))
            continue;
        r->slots[n].subject.id = r->works[i]->subject;
        r->slots[n].subject.kind = r->works[i]->subject_kind ? r->works[i]->subject_kind : "";
        r->slots[n].subject.last_act = INSTANT_NONE;
        n++;
    }
    qsort(r->slots, n, sizeof *r->slots, by_id);

    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || !id_eq(r->slots[kept - 1].subject.id, r->slots[i].subject.id))
            r->slots[kept++] = r->slots[i];

    b->subject_count = kept;
    b->subjects = ARENA_ARRAY(b->arena, kept + 1, struct subject *);
    for (size_t i = 0; i < kept; i++) {
        r->slots[i].subject.index = i;
        b->subjects[i] = &r->slots[i].subject;
    }
    b->subject_ids = db_array_new(b->arena, DB_UUID);
}

struct run *run_new(struct arena *a, const struct service *service, struct work **works, size_t count, instant now,
                    const struct catalogue *catalogue)
{
    struct run *r = ARENA_NEW(a, struct run);

    r->batch.arena = a;
    r->batch.now = r->batch.recorded_at = now;
    r->batch.catalogue = catalogue;
    r->self.release = catalogue->release;
    r->service = service;
    r->self.source = service->source;
    for (size_t i = 0; i < service->projection_count; i++)
        r->self.listens[service->projections[i].source] = true;
    r->works = works;
    r->count = count;
    r->items = ARENA_ARRAY(a, count + 1, struct item);
    r->timer_due = ARENA_ARRAY(a, count + 1, bool);
    r->letter_known = ARENA_ARRAY(a, count + 1, bool);
    r->replayed = ARENA_ARRAY(a, count + 1, bool);
    r->closed = ARENA_ARRAY(a, count + 1, struct db_answer *);
    r->cause_recorded = INSTANT_NONE;

    gather_subjects(r);
    for (size_t i = 0; i < count; i++) {
        /* What an attempt before this one left in the work is not true any more. */
        works[i]->refusal = (struct err){.code = ERR_OK};
        works[i]->status = 0;
        works[i]->version = 0;
        works[i]->answer = NULL;
        works[i]->moved = false;

        struct slot *s = run_slot(r, works[i]->subject);

        r->items[i] = (struct item){.batch = &r->batch, .work = works[i], .subject = s ? &s->subject : NULL};
        add_claim(r, works[i]);
        if (service->ops->prepare && works[i]->origin != WORK_DEAD && works[i]->origin != WORK_RECORD) {
            r->batch.now = works[i]->late ? works[i]->late->occurred_at : now; /* it names the series of that day */
            service->ops->prepare(&r->batch, works[i]);
            r->batch.now = now;
        }
    }
    return r;
}

struct slot *run_slot(struct run *r, struct id id)
{
    size_t low = 0, high = r->batch.subject_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = id_cmp(r->slots[middle].subject.id, id);

        if (order == 0)
            return &r->slots[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

struct slot *run_slot_of(const struct run *r, size_t piece)
{
    return (struct slot *)(void *)r->items[piece].subject;
}

int run_act_of_timer(const struct service *s, const char *name)
{
    for (const struct timer_act *t = s->ops->timer_acts; t && t->name; t++)
        if (strcmp(t->name, name) == 0)
            return t->act;
    return ACT_NONE;
}

const char *run_timer_name(const struct service *s, int act)
{
    for (const struct timer_act *t = s->ops->timer_acts; t && t->name; t++)
        if (t->act == act)
            return t->name;
    return NULL;
}

/* ---- marks */

/* The batch is the first member of its run. */
static struct run *run_of(struct batch *b)
{
    return (struct run *)(void *)b;
}

static void publish(struct run *r, struct id event_id, const char *topic, int partition, const char *key,
                    const char *type, const char *content, const char *trace, instant time, struct bytes value)
{
    struct publication *p = LIST_ADD(r->batch.arena, &r->publications);

    *p = (struct publication){.event_id = event_id,
                              .topic = topic,
                              .partition = partition,
                              .key = key,
                              .type = type,
                              .content = content,
                              .trace = trace,
                              .time = time,
                              .value = value};
}

void run_publish_dead(struct run *r, const struct work *w)
{
    struct arena *a = r->batch.arena;

    publish(r, id_new(), arena_printf(a, "%s.dlq", w->place.topic), w->place.partition,
            arena_printf(a, "%s/%d/%lld", w->place.topic, w->place.partition, (long long)w->place.offset),
            "dead.Letter", "application/octet-stream", NULL, r->batch.recorded_at, w->raw);
}

struct subject *batch_subject(const struct batch *b, struct id id)
{
    struct slot *s = run_slot((struct run *)(void *)b, id);

    BUG_IF(!s, "no subject of this batch");
    return &s->subject;
}

struct subject *batch_loaded(const struct batch *b, struct id id)
{
    struct subject *s = batch_subject(b, id);

    return s->known ? s : NULL;
}

void **batch_touched(const struct batch *b, const char *kind, size_t *ret_count)
{
    void **states = ARENA_ARRAY(b->arena, b->subject_count + 1, void *);
    size_t n = 0;

    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched && b->subjects[i]->state && strcmp(b->subjects[i]->kind, kind) == 0)
            states[n++] = b->subjects[i]->state;
    *ret_count = n;
    return states;
}

void item_emit(struct item *i, const struct emission *e)
{
    struct run *r = run_of(i->batch);
    struct arena *a = i->batch->arena;
    const struct work *w = i->work;
    struct subject *s = i->subject;
    Taicho__V1__LifecycleEvent message = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct event out = {
        .id = id_new(),
        .source = r->service->source,
        .subject_kind = s->kind,
        .subject = s->id,
        .version = ++s->version,
        .release = i->batch->catalogue->release,
        .dossier_code = e->dossier_code,
        .occurred_at = e->actor ? e->occurred_at : i->batch->now,
        .recorded_at = i->batch->recorded_at,
        .actor = e->actor                                   ? e->actor
                 : w->origin == WORK_COMMAND && !e->follows ? w->actor.subject
                                                            : arena_printf(a, "service:%s", r->service->name),
        .place = e->place,
        .route = e->route,
        .unit = e->unit,
        .procedure = e->procedure,
        .process = e->process,
        .process_version = e->process_version,
        .step = e->step,
        .round = e->round,
        .document = e->document,
        .last = e->last,
        .command = w->origin == WORK_COMMAND && !e->follows ? w->command_id : e->command,
        .cause = e->follows && !id_is_nil(i->told) ? i->told
                 : w->origin == WORK_EVENT         ? w->event.id
                                                   : id_nil,
        .origin_reference = e->origin_reference,
        .late_reason = w->late                   ? w->late->reason
                       : w->origin == WORK_EVENT ? w->event.late_reason
                                                 : NULL,
        .late_superior = w->late                   ? w->late->superior
                         : w->origin == WORK_EVENT ? w->event.late_superior
                                                   : NULL,
        .clock = e->clock,
        .type = e->type,
    };

    BUG_IF(r->service->source == SOURCE_NONE, "%s numbers no events", r->service->name);
    i->told = out.id;
    s->changed = true;
    if (!e->notice)
        run_note_act(s, out.occurred_at);
    /* Clocks of processes differ a little: an effect is never recorded before its cause. */
    if (r->cause_recorded != INSTANT_NONE && out.recorded_at < r->cause_recorded)
        out.recorded_at = r->cause_recorded;
    for (int source = 0; source < SOURCE_COUNT; source++)
        if (r->self.listens[source])
            out.seen[source] = s->applied[source];

    r->service->ops->encode(e, a, &message);

    struct bytes packed = event_pack(&out, &message, a);

    if (packed.n > EVENT_MOST)
        r->oversize = arena_printf(a, "%s of %zu bytes: an event has at most %d", e->type, packed.n, EVENT_MOST);
    publish(r, out.id, source_topic(r->service->source), stage_partition(s->id), arena_strdup(a, id_text(s->id).s),
            arena_printf(a, "%s.%s", r->service->name, e->type), "application/protobuf",
            w->trace ? arena_strdup(a, w->trace) : NULL, out.occurred_at, packed);
}

void item_answer(struct item *i, int status, const char *json)
{
    i->work->status = status;
    i->work->answer = arena_strdup(i->work->arena, json);
}

void item_publish(struct item *i, const char *topic, int partition, const char *key, const char *type,
                  const char *content, struct bytes value)
{
    struct run *r = run_of(i->batch);
    struct arena *a = i->batch->arena;

    publish(r, id_new(), arena_strdup(a, topic), partition, arena_strdup(a, key), arena_strdup(a, type), content, NULL,
            i->batch->recorded_at, value.p ? arena_bytes(a, value.p, value.n) : value);
}

void batch_need_series(struct batch *b, const char *key)
{
    struct run *r = run_of(b);

    for (size_t i = 0; i < r->series.count; i++)
        if (strcmp(r->series.items[i].key, key) == 0)
            return;
    LIST_ADD(b->arena, &r->series)->key = arena_strdup(b->arena, key);
}

enum err_code item_take_number(struct item *i, const char *key, int64_t most, int64_t *ret, struct err *reterr)
{
    struct run *r = run_of(i->batch);

    for (size_t n = 0; n < r->series.count; n++) {
        struct series_row *s = &r->series.items[n];

        if (strcmp(s->key, key) != 0)
            continue;
        if (s->next > most)
            return err_say(reterr, ERR_INVALID, "series", "dãy số %s đã hết: tối đa %lld số",
                           "series %s is used up: at most %lld numbers", key, (long long)most);
        *ret = s->next++;
        s->taken = true;
        *LIST_ADD(i->batch->arena, &r->taken) = n;
        return ERR_OK;
    }
    BUG_IF(true, "series %s was not named in prepare", key);
}

void run_note_act(struct subject *s, instant occurred_at)
{
    if (occurred_at > s->last_act)
        s->last_act = occurred_at;
}

/*
 * moment_of tells when what a piece does is done. What follows from a late entry happens with it, or else the next
 * entry would come before it; but never before what has been done here since.
 */
static instant moment_of(const struct run *r, const struct item *i)
{
    const struct work *w = i->work;
    instant recorded = r->batch.recorded_at, at;

    if (w->late)
        return w->late->occurred_at;
    if (w->origin != WORK_EVENT || !event_is_late(&w->event))
        return recorded;
    at = w->event.occurred_at > i->subject->last_act ? w->event.occurred_at : i->subject->last_act;
    return at < recorded ? at : recorded;
}

enum err_code run_decide_one(struct run *r, struct item *i, struct err *reterr)
{
    size_t publications = r->publications.count;

    r->taken.count = 0;
    r->batch.now = moment_of(r, i);
    enum err_code rc = r->service->ops->decide(i, reterr);
    r->batch.now = r->batch.recorded_at;

    if (!rc)
        return rc;
    BUG_IF(r->publications.count != publications, "%s emitted and then refused", r->service->name);
    for (size_t n = 0; n < r->taken.count; n++)
        r->series.items[r->taken.items[n]].next--;
    return rc;
}

struct timer_row *run_moved_timer(struct run *r, struct id subject, const char *act)
{
    for (size_t n = 0; n < r->timers.count; n++)
        if (id_eq(r->timers.items[n].subject, subject) && strcmp(r->timers.items[n].act, act) == 0)
            return &r->timers.items[n];
    return NULL;
}

static void timer(struct item *i, const char *act, instant due)
{
    struct run *r = run_of(i->batch);
    struct timer_row *moved;

    BUG_IF(run_act_of_timer(r->service, act) == ACT_NONE, "timer %s has no act", act);
    moved = run_moved_timer(r, i->subject->id, act);
    if (moved) {
        moved->due = due;
        return;
    }
    *LIST_ADD(i->batch->arena, &r->timers) = (struct timer_row){.subject = i->subject->id, .act = act, .due = due};
}

struct trial item_try(struct item *i)
{
    struct run *r = run_of(i->batch);
    struct subject *s = i->subject;
    struct trial t = {.state = s->state, .touched = s->touched, .timers = r->timers.count};

    if (s->touched)
        return t;
    if (s->state)
        s->state = r->service->ops->copy(s->kind, s->state, i->batch->arena);
    t.was = ARENA_ARRAY(i->batch->arena, t.timers + 1, struct timer_was);
    for (size_t n = 0; n < t.timers; n++)
        if (id_eq(r->timers.items[n].subject, s->id))
            t.was[t.was_count++] = (struct timer_was){.at = n, .due = r->timers.items[n].due};
    return t;
}

void item_give_up(struct item *i, const struct trial *t)
{
    struct run *r = run_of(i->batch);

    if (t->touched)
        return;
    i->subject->state = t->state;
    i->subject->touched = false;
    r->timers.count = t->timers;
    for (size_t n = 0; n < t->was_count; n++)
        r->timers.items[t->was[n].at].due = t->was[n].due;
}

void item_set_timer(struct item *i, const char *act, instant due)
{
    timer(i, act, due);
}

void item_clear_timer(struct item *i, const char *act)
{
    timer(i, act, INSTANT_NONE);
}

void item_move_timer(struct item *i, const char *act, instant was, instant next, bool fired)
{
    if (next == INSTANT_NONE && was != INSTANT_NONE)
        item_clear_timer(i, act);
    else if (next != INSTANT_NONE && (next != was || fired))
        item_set_timer(i, act, next);
}

void item_catalogue_record(struct item *i, const char *kind, const char *id, int version, int64_t release,
                           const struct digest *digest, struct bytes record)
{
    struct run *r = run_of(i->batch);
    struct arena *a = i->batch->arena;
    struct reference_row *row = LIST_ADD(a, &r->references);

    *row = (struct reference_row){.kind = arena_strdup(a, kind),
                                  .id = arena_strdup(a, id),
                                  .version = version,
                                  .release = release,
                                  .digest = *digest,
                                  .record = arena_bytes(a, record.p, record.n)};
    publish(r, id_new(), CATALOGUE_TOPIC, 0, arena_printf(a, "%s/%s/%d", kind, id, version), "catalogue.Record",
            "application/protobuf", NULL, i->batch->recorded_at, row->record);
}

void item_catalogue_release(struct item *i, int64_t release, struct bytes record)
{
    struct run *r = run_of(i->batch);
    struct arena *a = i->batch->arena;

    r->closes_release = release;
    r->release_records = 0; /* the owner has them all */
    publish(r, id_new(), CATALOGUE_TOPIC, 0, "release", "catalogue.Release", "application/protobuf", NULL,
            i->batch->recorded_at, arena_bytes(a, record.p, record.n));
}
