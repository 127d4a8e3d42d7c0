/* SPDX-License-Identifier: Apache-2.0 */
/* How acts are added to a plan, and who may do them. */
#include "services/ctl/simulate_plan.h"

#include <string.h>

void plan_act(struct planning *p, enum deed deed, struct post *who, const char *what, bool against)
{
    if (!who && !p->missing)
        p->missing = arena_printf(p->arena, "nobody may do %s of %s", deeds[deed].name, p->at->process->record.id);
    if (p->count == ACTS_MAX && !p->missing)
        p->missing = "the process is too long";
    if (!p->missing)
        p->acts[p->count++] =
            (struct act){.deed = deed, .who = who, .what = what, .against = against, .late_at = INSTANT_NONE};
}

void plan_brings(struct planning *p, enum document_kind kind)
{
    if (!p->missing)
        p->acts[p->count - 1].paper = kind;
}

void plan_file(struct planning *p, struct post *who, enum document_kind kind)
{
    plan_act(p, DO_FILE, who, NULL, false);
    plan_brings(p, kind);
}

bool plan_by_the_way(struct planning *p, double percent)
{
    return !p->missing && chance_percent(&p->aside, percent);
}

const char *plan_unit(const struct planning *p, const struct process_step *s)
{
    return process_unit(s, p->at->own, p->at->counter->unit);
}

struct post *plan_post(struct planning *p, const struct process_step *s, const struct post *const * not,
                       size_t not_count)
{
    return world_post(p->w, p->c, plan_unit(p, s), s->roles, s->at_counter, p->at->counter->id, not, not_count);
}

struct post *plan_head(struct planning *p, const char *unit)
{
    return world_post(p->w, p->c, unit, ROLE_BIT(HEAD), false, NULL, NULL, 0);
}

void plan_overdue(struct planning *p, size_t at)
{
    p->lies_at = at;
    p->lies_for = 1;
    p->overdue = false;
}

void plan_slow(struct planning *p, enum step_kind kind)
{
    if (p->slow != kind || p->lies_at < ACTS_MAX)
        return;
    plan_overdue(p, p->count);
    p->slow = STEP_NONE;
}

struct post *plan_asker(struct planning *p, const struct post *but)
{
    return world_post(p->w, p->c, p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), false, NULL, &but, but != NULL);
}

void plan_hand(struct hands *h, const struct post *who)
{
    if (who && h->count < ACTS_MAX)
        h->posts[h->count++] = who;
}

static bool has_hand(const struct hands *h, const struct post *who)
{
    for (size_t i = 0; i < h->count; i++)
        if (h->posts[i] == who)
            return true;
    return false;
}

const struct mandate *plan_mandate(struct planning *p, int n, struct post **ret)
{
    const struct process_step *s = process_step(p->at->process, n);
    const struct mandate *found = NULL;
    int best = 0;

    *ret = NULL;
    for (size_t i = 0; i < p->w->mandate_count; i++) {
        const struct mandate *m = &p->w->mandates[i];
        if (strcmp(m->unit, plan_unit(p, s)) != 0 || !mandate_covers(m, p->at->process->procedure))
            continue;
        struct post *who = world_post_of(p->w, m->officer);
        if (!who || !(who->roles & s->roles) || strcmp(who->unit, m->unit) != 0 || has_hand(&p->appraisers, who) ||
            has_hand(&p->endorsers, who))
            continue;
        int how = s->at_counter == (who->counter[0] != '\0') ? 2 : 1;
        if (how > best || (how == best && chance_below(p->c, 2))) {
            best = how;
            found = m;
            *ret = who;
        }
    }
    return found;
}
