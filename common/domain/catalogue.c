/* SPDX-License-Identifier: Apache-2.0 */
/* The snapshot's index: per kind an array sorted by (id, version), found by bisection. */
#include "common/domain/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"

#include "common/base/err.h"

/* A growing array of pointers to records; every record begins with a struct record. */
struct shelf {
    const struct record **items;
    size_t count, room;
};

struct catalogue_index {
    struct arena *arena;
    struct shelf units, counters, officers, procedures, processes, terms;
    struct shelf processes_by_procedure;
    bool sealed;
};

struct catalogue *catalogue_new(struct arena *a, int64_t release)
{
    struct catalogue *c = ARENA_NEW(a, struct catalogue);

    c->release = release;
    c->index = ARENA_NEW(a, struct catalogue_index);
    c->index->arena = a;
    return c;
}

static void put(struct catalogue *c, struct shelf *s, const struct record *r)
{
    BUG_IF(c->index->sealed, "a sealed snapshot never changes");
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        const struct record **items = arena_array(c->index->arena, room, sizeof *items);

        if (s->count)
            memcpy(items, s->items, s->count * sizeof *items);
        s->items = items;
        s->room = room;
    }
    s->items[s->count++] = r;
}

void catalogue_add_unit(struct catalogue *c, const struct unit *r)
{
    put(c, &c->index->units, &r->record);
}

void catalogue_add_counter(struct catalogue *c, const struct counter *r)
{
    put(c, &c->index->counters, &r->record);
}

void catalogue_add_officer(struct catalogue *c, const struct officer *r)
{
    put(c, &c->index->officers, &r->record);
}

void catalogue_add_procedure(struct catalogue *c, const struct procedure *r)
{
    put(c, &c->index->procedures, &r->record);
}

void catalogue_add_process(struct catalogue *c, const struct process *r)
{
    put(c, &c->index->processes, &r->record);
    put(c, &c->index->processes_by_procedure, &r->record);
}

void catalogue_add_term(struct catalogue *c, const struct legal_term *r)
{
    put(c, &c->index->terms, &r->record);
}

static int by_id(const void *x, const void *y)
{
    const struct record *a = *(const struct record *const *)x, *b = *(const struct record *const *)y;
    int order = strcmp(a->id, b->id);

    return order ? order : a->version - b->version;
}

static int by_procedure(const void *x, const void *y)
{
    const struct process *a = *(const struct process *const *)x, *b = *(const struct process *const *)y;
    int order = strcmp(a->procedure, b->procedure);

    return order ? order : a->record.version - b->record.version;
}

static void sort(struct shelf *s, int (*order)(const void *, const void *))
{
    if (s->count)
        qsort(s->items, s->count, sizeof *s->items, order);
}

void catalogue_seal(struct catalogue *c)
{
    sort(&c->index->units, by_id);
    sort(&c->index->counters, by_id);
    sort(&c->index->officers, by_id);
    sort(&c->index->procedures, by_id);
    sort(&c->index->processes, by_id);
    sort(&c->index->terms, by_id);
    sort(&c->index->processes_by_procedure, by_procedure);
    c->index->sealed = true;
}

static bool valid_on(const struct record *r, int32_t day)
{
    return day == CATALOGUE_ANY_DAY || (r->valid_from <= day && (r->valid_to == 0 || day < r->valid_to));
}

static const char *record_id(const struct record *r)
{
    return r->id;
}

static const char *procedure_of(const struct record *r)
{
    return ((const struct process *)r)->procedure;
}

/* past is the index behind the last record whose key is `key`. */
static size_t past(const struct shelf *s, const char *key, const char *(*key_of)(const struct record *))
{
    size_t low = 0, high = s->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(key_of(s->items[middle]), key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The newest version that is valid on the day: a later version replaces an earlier one for the days both name. */
static const struct record *find(const struct shelf *s, const char *id, int32_t day)
{
    if (!id)
        return NULL;
    for (size_t i = past(s, id, record_id); i > 0 && strcmp(s->items[i - 1]->id, id) == 0; i--)
        if (valid_on(s->items[i - 1], day))
            return s->items[i - 1];
    return NULL;
}

const struct unit *catalogue_unit(const struct catalogue *c, const char *id, int32_t day)
{
    return (const struct unit *)find(&c->index->units, id, day);
}

const struct counter *catalogue_counter(const struct catalogue *c, const char *id, int32_t day)
{
    return (const struct counter *)find(&c->index->counters, id, day);
}

struct worktime_hours catalogue_unit_hours(const struct catalogue *c, const char *id, int32_t day)
{
    const struct unit *u = id ? catalogue_unit(c, id, day) : NULL;

    return u && u->hours.count ? u->hours : worktime_hours_usual;
}

struct worktime_hours catalogue_counter_hours(const struct catalogue *c, const char *id, int32_t day)
{
    const struct counter *at = catalogue_counter(c, id, day);

    return at && at->hours.count ? at->hours : worktime_hours_usual;
}

/* Seldom asked: the counters are walked. */
const struct counter *catalogue_counter_of(const struct catalogue *c, const char *unit, int32_t day)
{
    const struct counter *found = NULL;

    for (size_t i = 0; i < c->index->counters.count; i++) {
        const struct counter *at = (const struct counter *)c->index->counters.items[i];

        if (strcmp(at->unit, unit) != 0 || catalogue_counter(c, at->record.id, day) != at)
            continue;
        if (!found || (at->shared && !found->shared))
            found = at;
    }
    return found;
}

const struct officer *catalogue_officer(const struct catalogue *c, const char *id, int32_t day)
{
    return (const struct officer *)find(&c->index->officers, id, day);
}

/* Seldom asked: the posts are walked. */
const struct officer *catalogue_head(const struct catalogue *c, const char *unit, const char *counter, int32_t day)
{
    const struct officer *head = NULL;

    for (size_t i = 0; i < c->index->officers.count; i++) {
        const struct officer *o = (const struct officer *)c->index->officers.items[i];

        if (!(o->roles & ROLE_BIT(HEAD)) || strcmp(o->unit, unit) != 0 || catalogue_officer(c, o->record.id, day) != o)
            continue;
        if (!head || (strcmp(o->counter, counter) == 0 && strcmp(head->counter, counter) != 0))
            head = o;
    }
    return head;
}

const struct procedure *catalogue_procedure(const struct catalogue *c, const char *id, int32_t day)
{
    return (const struct procedure *)find(&c->index->procedures, id, day);
}

const struct legal_term *catalogue_term(const struct catalogue *c, const char *id, int32_t day)
{
    return (const struct legal_term *)find(&c->index->terms, id, day);
}

bool fee_rule_holds(const struct fee_rule *r, int32_t day)
{
    return r->valid_from <= day && (r->valid_to == 0 || day < r->valid_to);
}

const struct fee_rule *procedure_fee(const struct procedure *p, const char *code, int32_t day)
{
    for (int i = 0; i < p->fee_count; i++)
        if (strcmp(p->fees[i].code, code) == 0 && fee_rule_holds(&p->fees[i], day))
            return &p->fees[i];
    return NULL;
}

bool listed_component_holds(const struct listed_component *c, int32_t day)
{
    return c->valid_from <= day && (c->valid_to == 0 || day < c->valid_to);
}

const struct listed_component *procedure_component(const struct procedure *p, const char *code, int32_t day)
{
    for (int i = 0; i < p->component_count; i++)
        if (strcmp(p->components[i].code, code) == 0 && listed_component_holds(&p->components[i], day))
            return &p->components[i];
    return NULL;
}

const struct process *catalogue_process_for(const struct catalogue *c, const char *procedure, enum level level,
                                            int32_t day)
{
    const struct shelf *s = &c->index->processes_by_procedure;

    if (!procedure)
        return NULL;
    for (size_t i = past(s, procedure, procedure_of); i > 0; i--) {
        const struct process *p = (const struct process *)s->items[i - 1];

        if (strcmp(p->procedure, procedure) != 0)
            break;
        if (p->level == level && valid_on(&p->record, day))
            return p;
    }
    return NULL;
}

const struct process *catalogue_process_version(const struct catalogue *c, const char *id, int version)
{
    const struct shelf *s = &c->index->processes;

    if (!id)
        return NULL;
    for (size_t i = past(s, id, record_id); i > 0 && strcmp(s->items[i - 1]->id, id) == 0; i--)
        if (s->items[i - 1]->version == version)
            return (const struct process *)s->items[i - 1];
    return NULL;
}
