/* SPDX-License-Identifier: Apache-2.0 */
/* The world of a day: who may receive what where, who has which post, and what the days behind it are. */
#include <stdlib.h>
#include <string.h>

#include "services/ctl/simulate.h"

/* ---- days */

static bool is_weekday(int32_t day)
{
    int weekday = instant_day_civil(day).weekday;

    return weekday >= 1 && weekday <= 5;
}

int32_t world_later(const struct world *w)
{
    int32_t at = 0;

    while (at + 1 < (int32_t)COUNT_OF(w->off) && w->off[at])
        at++;
    return w->day + LATER + at;
}

int32_t world_after(const struct world *w, int32_t days)
{
    while (days < (int32_t)COUNT_OF(w->soon_off) && w->soon_off[days - 1])
        days++;
    return days;
}

/* is_over: what was asked for `from` days behind the day need not be waited for so many times 30 days later. The wait
 * ends with a working day, and the clock comes to one: they must not be the same. */
static bool is_over(const struct world *w, int32_t from, int32_t wait, int months)
{
    int32_t at = from;

    for (int i = 0; i < months; i++)
        at = world_after(w, at + (int32_t)(MONTH / INSTANT_DAY));
    return at > world_after(w, from + wait);
}

/* It is asked for on the day, or on the next working one. */
static int months_of(const struct world *w, int32_t wait)
{
    for (int months = 1; months <= MONTHS_MOST; months++)
        if (is_over(w, 0, wait, months) && is_over(w, world_after(w, 1), wait, months))
            return months;
    return 0;
}

const struct listing *world_listing(const struct world *w, const char *procedure)
{
    static const struct listing none = {0};

    for (size_t i = 0; i < w->listing_count; i++)
        if (strcmp(w->listings[i].procedure, procedure) == 0)
            return &w->listings[i];
    return &none;
}

int world_wait(const struct world *w, const char *procedure)
{
    for (size_t i = 0; i < w->wait_count; i++)
        if (strcmp(w->waits[i].procedure, procedure) == 0)
            return months_of(w, w->waits[i].days);
    return 0;
}

bool world_waits(const struct world *w)
{
    for (size_t i = 0; i < w->wait_count; i++)
        if (months_of(w, w->waits[i].days))
            return true;
    return false;
}

/* ---- who may receive what where */

static void offer(struct world *w, struct candidates *to, struct candidate c)
{
    to->items = arena_room(w->arena, to->items, to->count, &to->room, sizeof *to->items);
    to->items[to->count++] = c;
}

/* is_rare tells a process of several rounds, of linked units, or with a step that most do not have. */
static bool is_rare(const struct process *p)
{
    static const enum step_kind kinds[] = {STEP_VERIFY, STEP_CONSULT, STEP_ENDORSE, STEP_OBLIGATION};
    int first = process_following(p, 0, STEP_APPROVE);
    bool rare = process_following(p, first, STEP_APPROVE) != 0 || p->with_count;

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        rare |= process_following(p, 0, kinds[i]) != 0;
    return rare;
}

static void offer_rare(struct world *w, struct candidate c)
{
    size_t k = 0;

    offer(w, &w->rare, c);
    while (k < w->rare_count && w->rare_processes[k] != c.process)
        k++;
    if (k == w->rare_count)
        w->rare_processes[w->rare_count++] = c.process;
}

/* One officer's: appraised and decided right behind the receipt, at a counter whose officer has a mandate for it. */
static bool is_at_once(struct world *w, const struct candidate *c)
{
    const struct process_step *second = process_step(c->process, 2), *third = process_step(c->process, 3);
    bool allowed = false;
    const char *mandate;

    for (size_t i = 0; i < w->one_officer_count; i++)
        allowed |= strcmp(w->one_officer[i], c->process->procedure) == 0;
    return allowed && second && second->kind == STEP_APPRAISE && third && third->kind == STEP_APPROVE &&
           process_is_last(c->process, 3) && world_at_once(w, c, &mandate);
}

/* The competent unit is the one that approves; a counter of another unit must be a shared one. */
static void make_offers(struct world *w, const char *units)
{
    w->rare_processes = ARENA_ARRAY(w->arena, w->process_count + 1, const struct process *);
    for (size_t i = 0; i < w->place_count; i++)
        for (size_t k = 0; k < w->process_count; k++) {
            const struct place *at = &w->places[i];
            const struct process *p = &w->processes[k];
            int approve = process_following(p, 0, STEP_APPROVE);
            if (p->level != at->level || !approve || (units && !words_in(units, at->unit)))
                continue;
            const char *own = process_unit(process_step(p, approve), at->unit, at->unit);
            if (strcmp(own, at->unit) != 0 && !at->shared)
                continue;
            struct candidate c = {at, p, own};
            offer(w, &w->offers[at->level][p->route], c);
            if (is_rare(p))
                offer_rare(w, c);
            if (is_at_once(w, &c))
                offer(w, &w->at_once, c);
        }
}

bool world_load(struct world *w, struct arena *a, int32_t day, const char *units)
{
    struct api api;

    *w = (struct world){.arena = a, .day = day, .working_day = is_weekday(day)};
    w->portal = (struct post){.id = "cong-dvc", .unit = "portal", .counter = "", .roles = ROLE_BIT(PORTAL)};
    for (int32_t i = 0; i < (int32_t)COUNT_OF(w->off); i++)
        w->off[i] = !is_weekday(day + LATER + i);
    for (int32_t i = 0; i < (int32_t)COUNT_OF(w->soon_off); i++)
        w->soon_off[i] = !is_weekday(day + 1 + i);
    if (!api_open(&api, a, 4, "taichoctl", "taichoctl", ROLE_BIT(ADMIN)))
        return false;
    bool good = world_read(w, &api);
    api_close(&api);
    if (!good)
        return false;
    make_offers(w, units);
    return true;
}

/* ---- finding posts */

struct post *world_post_of(struct world *w, const char *id)
{
    size_t low = 0, high = w->post_count;

    /* The list came in the order of ids. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(w->posts[middle].id, id);
        if (order == 0)
            return &w->posts[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = 0; i < w->post_count; i++)
        if (strcmp(w->posts[i].id, id) == 0)
            return &w->posts[i];
    return NULL;
}

/* How well a post suits: 0 not at all. */
static int suits(const struct post *p, const char *unit, uint32_t roles, bool at_counter, const char *counter,
                 const struct post *const * not, size_t not_count)
{
    if (strcmp(p->unit, unit) != 0 || !(p->roles & roles) || (at_counter && !p->counter[0]))
        return 0;
    for (size_t i = 0; i < not_count; i++)
        if (not [i] == p)
            return 0;
    if (counter && strcmp(p->counter, counter) == 0)
        return 3;
    return at_counter == (p->counter[0] != '\0') ? 2 : 1;
}

struct post *world_post(struct world *w, struct chance *c, const char *unit, uint32_t roles, bool at_counter,
                        const char *counter, const struct post *const * not, size_t not_count)
{
    struct post *found = NULL;
    int best = 0;
    size_t equal = 0;

    for (size_t i = 0; i < w->post_count; i++) {
        int how = suits(&w->posts[i], unit, roles, at_counter, counter, not, not_count);
        if (!how || how < best)
            continue;
        equal = how > best ? 1 : equal + 1;
        if (how > best || chance_below(c, equal) == 0)
            found = &w->posts[i];
        best = how;
    }
    return found;
}

const struct price *world_price(const struct world *w, const char *procedure, const char *code)
{
    for (size_t i = 0; i < w->price_count; i++)
        if (strcmp(w->prices[i].procedure, procedure) == 0 && (!code || strcmp(w->prices[i].code, code) == 0))
            return &w->prices[i];
    return NULL;
}

bool mandate_covers(const struct mandate *m, const char *procedure)
{
    for (size_t i = 0; i < m->procedure_count; i++)
        if (strcmp(m->procedures[i], "*") == 0 || strcmp(m->procedures[i], procedure) == 0)
            return true;
    return false;
}

struct post *world_at_once(struct world *w, const struct candidate *at, const char **ret_mandate)
{
    static const uint32_t all = ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(APPROVER);

    for (size_t i = 0; i < w->mandate_count; i++) {
        const struct mandate *m = &w->mandates[i];
        if (strcmp(m->unit, at->own) != 0 || !mandate_covers(m, at->process->procedure))
            continue;
        struct post *p = world_post_of(w, m->officer);
        if (p && (p->roles & all) == all && strcmp(p->counter, at->counter->id) == 0) {
            *ret_mandate = m->code;
            return p;
        }
    }
    return NULL;
}

static size_t dots(const char *id)
{
    size_t n = 0;

    for (; *id; id++)
        n += *id == '.';
    return n;
}

struct post *world_adviser(struct world *w, struct chance *c, const char *unit)
{
    struct post *found = NULL;
    size_t met = 0;

    for (size_t i = 0; i < w->post_count; i++) {
        const struct post *p = &w->posts[i];
        if ((p->roles & ROLE_BIT(APPRAISER)) && strcmp(p->unit, unit) != 0 && dots(p->unit) == dots(unit) &&
            chance_below(c, ++met) == 0)
            found = &w->posts[i];
    }
    return found;
}

const char *world_proviso(const struct provisos *of, struct chance *c, const char *procedure)
{
    const char *found = NULL;
    size_t met = 0;

    for (size_t i = 0; i < of->count; i++)
        if (strcmp(of->items[i].procedure, procedure) == 0 && chance_below(c, ++met) == 0)
            found = of->items[i].code;
    return found;
}

const char *world_authorization(struct world *w, struct post *p)
{
    if (!p->authorization) {
        const char *token = ctl_token(w->arena, p->id, p->unit, p->roles, 12 * 3600);
        if (token)
            p->authorization = arena_printf(w->arena, "Authorization: Bearer %s", token);
    }
    return p->authorization;
}

bool world_is_open(const struct world *w, const struct place *p, int minute)
{
    for (int i = 0; w->working_day && i + 1 < p->open_count; i += 2)
        if (minute >= p->open[i] && minute < p->open[i + 1])
            return true;
    return false;
}
