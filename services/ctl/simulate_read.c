/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of the services' APIs, page by page. All of them answer {"items":[...],"next":"..."|null}. */
#include <stdlib.h>
#include <string.h>

#include "services/ctl/simulate.h"

#define PAGE       200
#define PAGES_MOST 500

typedef void reader(struct world *w, struct json_in *in, const struct json *o);

/* grow gives an array with room for `more` further items. */
static void *grow(struct arena *a, const void *items, size_t count, size_t more, size_t size)
{
    void *copy = arena_array(a, count + more + 1, size);

    if (count)
        memcpy(copy, items, count * size);
    return copy;
}

static const char *text(struct json_in *in, const struct json *o, const char *name)
{
    const char *s = json_text(in, o, name, JSON_OPTIONAL, 0, 1000);

    return s ? s : "";
}

/* valid tells whether an entry with valid_from and valid_to holds on the day; ISO dates compare as text. */
static bool valid(const struct world *w, struct json_in *in, const struct json *o)
{
    int32_t from = INT32_MIN, to = INT32_MAX;
    const char *a = text(in, o, "valid_from"), *b = text(in, o, "valid_to");

    if (a[0] && !instant_day_parse(a, &from))
        return false;
    if (b[0] && !instant_day_parse(b, &to))
        return false;
    return from <= w->day && w->day < to;
}

/* ---- one reader per kind */

static uint32_t read_roles(struct json_in *in, const struct json *o)
{
    size_t count;
    const char **names = json_texts(in, o, "roles", JSON_OPTIONAL, 32, 40, &count);
    uint32_t roles = 0;

    for (size_t i = 0; i < count; i++)
        roles |= role_parse(names[i]);
    return roles;
}

static void read_post(struct world *w, struct json_in *in, const struct json *o)
{
    w->posts[w->post_count++] = (struct post){.id = text(in, o, "id"),
                                              .unit = text(in, o, "unit"),
                                              .counter = text(in, o, "counter"),
                                              .roles = read_roles(in, o)};
}

/* "07:00-11:30" */
static void read_hours(struct place *p, const char *span)
{
    for (int i = 0; i < 2 && strlen(span) == 11; i++)
        p->open[p->open_count++] = (int)strtol(span + 6 * i, NULL, 10) * 60 + (int)strtol(span + 6 * i + 3, NULL, 10);
}

static void read_place(struct world *w, struct json_in *in, const struct json *o)
{
    size_t count;
    const char **spans = json_texts(in, o, "office_minutes", JSON_OPTIONAL, 4, 11, &count);
    struct place p = {
        .id = text(in, o, "id"), .unit = text(in, o, "unit"), .shared = json_bool(in, o, "shared", JSON_OPTIONAL)};

    for (size_t i = 0; i < count && i < 4; i++)
        read_hours(&p, spans[i]);
    p.device = ARENA_NEW(w->arena, struct post);
    *p.device = (struct post){.id = p.id, .unit = p.unit, .counter = p.id, .roles = ROLE_BIT(DEVICE)};
    w->places[w->place_count++] = p;
}

/* A unit's level is noted at its counters, which is where it matters. */
static void read_unit(struct world *w, struct json_in *in, const struct json *o)
{
    const char *id = text(in, o, "id");
    int level = level_parse(text(in, o, "level"));

    for (size_t i = 0; i < w->place_count && level > 0; i++)
        if (strcmp(w->places[i].unit, id) == 0)
            w->places[i].level = (enum level)level;
}

static uint32_t words_of(struct json_in *in, const struct json *o, const char *name, int (*parse)(const char *))
{
    size_t count = 0;
    const char **words = json_texts(in, o, name, JSON_OPTIONAL, 32, 40, &count);
    uint32_t set = 0;

    for (size_t i = 0; i < count; i++)
        if (parse(words[i]) > 0)
            set |= UINT32_C(1) << parse(words[i]);
    return set;
}

/* Rules of other years are there, too. */
static bool holds_today(const struct world *w, struct json_in *in, const struct json *o)
{
    int32_t from, to;

    return instant_day_parse(text(in, o, "valid_from"), &from) && from <= w->day &&
           (!instant_day_parse(text(in, o, "valid_to"), &to) || w->day < to);
}

static void read_prices(struct world *w, struct json_in *in, const struct json *o)
{
    const struct json *list = json_list(in, o, "fees", JSON_OPTIONAL, 0, 100);

    for (size_t i = 0; i < json_items(list); i++) {
        const struct json *f = json_item(list, i);
        if (!holds_today(w, in, f))
            continue;
        w->prices = arena_room(w->arena, w->prices, w->price_count, &w->price_room, sizeof *w->prices);
        w->prices[w->price_count++] = (struct price){
            .procedure = text(in, o, "id"),
            .code = text(in, f, "code"),
            .refund = words_of(in, f, "refund", fee_refund_parse),
            .exemptions = words_of(in, f, "exemptions", fee_exemption_parse),
        };
    }
}

static void read_provisos(struct world *w, struct json_in *in, const struct json *o, const char *list, const char *code,
                          struct provisos *to)
{
    const struct json *items = json_list(in, o, list, JSON_OPTIONAL, 0, 100);

    for (size_t i = 0; i < json_items(items); i++) {
        to->items = arena_room(w->arena, to->items, to->count, &to->room, sizeof *to->items);
        to->items[to->count++] =
            (struct proviso){.procedure = text(in, o, "id"), .code = text(in, json_item(items, i), code)};
    }
}

static void read_wait(struct world *w, struct json_in *in, const struct json *o)
{
    int64_t days = json_int(in, o, "supplement_wait", JSON_OPTIONAL, 0, 366);

    if (!days)
        return;
    w->waits = arena_room(w->arena, w->waits, w->wait_count, &w->wait_room, sizeof *w->waits);
    w->waits[w->wait_count++] = (struct wait){.procedure = text(in, o, "id"), .days = (int32_t)days};
}

static void read_listing(struct world *w, struct json_in *in, const struct json *o)
{
    const struct json *list = json_list(in, o, "components", JSON_OPTIONAL, 0, 1000);
    struct listing l = {.procedure = text(in, o, "id"),
                        .items = ARENA_ARRAY(w->arena, json_items(list) + 1, struct listed)};

    for (size_t i = 0; i < json_items(list); i++)
        if (holds_today(w, in, json_item(list, i)))
            l.items[l.count++] =
                (struct listed){text(in, json_item(list, i), "code"), text(in, json_item(list, i), "name")};
    if (!l.count)
        return;
    w->listings = arena_room(w->arena, w->listings, w->listing_count, &w->listing_room, sizeof *w->listings);
    w->listings[w->listing_count++] = l;
}

static void read_procedure(struct world *w, struct json_in *in, const struct json *o)
{
    read_wait(w, in, o);
    read_prices(w, in, o);
    read_listing(w, in, o);
    read_provisos(w, in, o, "variants", "finding", &w->findings);
    read_provisos(w, in, o, "excluded", "period", &w->periods);
    if (json_bool(in, o, "one_officer", JSON_OPTIONAL))
        w->one_officer[w->one_officer_count++] = text(in, o, "id");
}

static void read_process(struct world *w, struct json_in *in, const struct json *o)
{
    const struct json *list = json_list(in, o, "steps", JSON_REQUIRED, 1, 100);
    size_t count = json_items(list);
    struct process_step *steps = ARENA_ARRAY(w->arena, count + 1, struct process_step);
    int level = level_parse(text(in, o, "level")), with_count = 0;
    struct process_with *with = ARENA_ARRAY(w->arena, count * PROCESS_WITH_MAX + 1, struct process_with);

    for (size_t i = 0; i < count; i++) {
        const struct json *s = json_item(list, i), *others;
        others = json_list(in, s, "with", JSON_OPTIONAL, 0, PROCESS_WITH_MAX);
        for (size_t k = 0; k < json_items(others); k++)
            with[with_count++] =
                (struct process_with){.step = (int)i + 1, .unit = text(in, json_item(others, k), "unit")};
        int kind = step_kind_parse(text(in, s, "kind"));
        steps[i] = (struct process_step){
            .kind = kind < 0 ? STEP_NONE : (enum step_kind)kind,
            .roles = role_parse(text(in, s, "role")),
            .unit_ref = text(in, s, "unit_ref"),
            .at_counter = json_bool(in, s, "at_counter", JSON_OPTIONAL),
        };
    }
    w->processes[w->process_count++] = (struct process){
        .record = {.id = text(in, o, "id")},
        .procedure = text(in, o, "procedure"),
        .level = level < 0 ? LEVEL_NONE : (enum level)level,
        .route = json_bool(in, o, "on_the_spot", JSON_OPTIONAL) ? ROUTE_ON_THE_SPOT : ROUTE_BACK_OFFICE,
        .steps = steps,
        .step_count = (int)count,
        .with = with,
        .with_count = with_count,
    };
}

static void read_mandate(struct world *w, struct json_in *in, const struct json *o)
{
    struct mandate m = {.code = text(in, o, "mandate"), .officer = text(in, o, "officer"), .unit = text(in, o, "unit")};

    m.procedures = json_texts(in, o, "procedures", JSON_OPTIONAL, 1000, 64, &m.procedure_count);
    if (valid(w, in, o))
        w->mandates[w->mandate_count++] = m;
}

static void read_seal(struct world *w, struct json_in *in, const struct json *o)
{
    if (valid(w, in, o))
        w->seals[w->seal_count++] = (struct seal){.code = text(in, o, "seal"),
                                                  .unit = text(in, o, "unit"),
                                                  .keeper = text(in, o, "keeper"),
                                                  .second = strcmp(text(in, o, "ordinal"), "second") == 0};
}

static void read_series(struct world *w, struct json_in *in, const struct json *o)
{
    if (valid(w, in, o))
        w->series[w->series_count++] = (struct series){
            .code = text(in, o, "series"), .unit = text(in, o, "unit"), .document = text(in, o, "document")};
}

static void read_calendar(struct world *w, struct json_in *in, const struct json *o)
{
    static const char *const lists[] = {"days_off", "make_up_days"};

    for (size_t k = 0; k < COUNT_OF(lists); k++) {
        size_t count;
        const char **days = json_texts(in, o, lists[k], JSON_OPTIONAL, 10000, 10, &count);
        for (size_t i = 0; i < count; i++) {
            int32_t day;
            if (!instant_day_parse(days[i], &day))
                continue;
            int32_t at = day - w->day - LATER;
            if (day == w->day)
                w->working_day = k == 1;
            if (at >= 0 && at < (int32_t)COUNT_OF(w->off))
                w->off[at] = k == 0;
            if (day > w->day && day - w->day <= (int32_t)COUNT_OF(w->soon_off))
                w->soon_off[day - w->day - 1] = k == 0;
        }
    }
}

/* reserve makes room for a page more. */
static void reserve(struct world *w)
{
    w->posts = grow(w->arena, w->posts, w->post_count, PAGE, sizeof *w->posts);
    w->places = grow(w->arena, w->places, w->place_count, PAGE, sizeof *w->places);
    w->processes = grow(w->arena, w->processes, w->process_count, PAGE, sizeof *w->processes);
    w->mandates = grow(w->arena, w->mandates, w->mandate_count, PAGE, sizeof *w->mandates);
    w->one_officer = grow(w->arena, w->one_officer, w->one_officer_count, PAGE, sizeof *w->one_officer);
    w->seals = grow(w->arena, w->seals, w->seal_count, PAGE, sizeof *w->seals);
    w->series = grow(w->arena, w->series, w->series_count, PAGE, sizeof *w->series);
}

static const struct {
    int service;
    const char *path;
    bool of_day; /* takes ?day= */
    reader *read;
} lists[] = {
    {CTL_INTAKE, "/v1/catalogue/officer", true, read_post},
    {CTL_INTAKE, "/v1/catalogue/counter", true, read_place},
    {CTL_INTAKE, "/v1/catalogue/unit", true, read_unit},
    {CTL_INTAKE, "/v1/catalogue/procedure", true, read_procedure},
    {CTL_INTAKE, "/v1/catalogue/process", true, read_process},
    {CTL_INTAKE, "/v1/catalogue/calendar", true, read_calendar},
    {CTL_APPROVAL, "/v1/mandates", false, read_mandate},
    {CTL_RETURN, "/v1/seals", false, read_seal},
    {CTL_RETURN, "/v1/series", false, read_series},
};

static bool read_list(struct world *w, struct api *api, size_t which)
{
    const char *after = "";

    for (int page = 0; page < PAGES_MOST; page++) {
        struct json_in *in;
        const struct json *root;
        struct civil c = instant_day_civil(w->day);
        const char *url = arena_printf(w->arena, "%s%s?limit=%d%s%s", ctl_public_url(lists[which].service),
                                       lists[which].path, PAGE, after[0] ? "&after=" : "", after);
        if (lists[which].of_day)
            url = arena_printf(w->arena, "%s&day=%04d-%02d-%02d", url, c.year, c.month, c.day);
        if (!api_get(api, url, &in, &root))
            return false;
        const struct json *items = json_list(in, root, "items", JSON_REQUIRED, 0, PAGE);
        reserve(w);
        for (size_t i = 0; i < json_items(items); i++)
            lists[which].read(w, in, json_item(items, i));
        after = text(in, root, "next");
        if (!after[0])
            return true;
    }
    return ctl_fail("%s has more than %d pages", lists[which].path, PAGES_MOST) == CTL_OK;
}

bool world_read(struct world *w, struct api *api)
{
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        if (!read_list(w, api, i))
            return false;
    return true;
}
