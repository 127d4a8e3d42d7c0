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

struct post *plan_taker(struct planning *p, int n, const struct post *giver)
{
    const struct process_step *next = process_step(p->at->process, n + 1);

    return world_post(p->w, p->c, next ? plan_unit(p, next) : p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK), false,
                      NULL, (const struct post *const[]){giver}, 1);
}

void plan_overnight(struct planning *p)
{
    if (plan_by_the_way(p, p->ways->overnight))
        p->acts[p->count - 1].overnight = true;
}

/* reassign lets another officer take it first; then the head gives it to who does it. false when there is none. */
static bool reassign(struct planning *p, const struct process_step *s, struct post *who)
{
    struct chance *chance = p->c;
    struct hands others = p->approvers;

    plan_hand(&others, who);
    p->c = &p->aside;
    struct post *first = plan_post(p, s, others.posts, others.count), *head = plan_head(p, plan_unit(p, s));
    p->c = chance;
    if (!who || !first || !head)
        return false;
    plan_act(p, DO_ASSIGN, first, first->id, false);
    plan_act(p, DO_ASSIGN, head, who->id, false);
    return true;
}

struct post *plan_assign(struct planning *p, int n)
{
    const struct process_step *s = process_step(p->at->process, n);
    struct post *who = plan_post(p, s, p->approvers.posts, p->approvers.count), *by = who;

    if (who && chance_percent(p->c, p->ways->by_head)) {
        struct post *head = plan_head(p, plan_unit(p, s));
        by = head ? head : who;
    }
    if (!plan_by_the_way(p, p->ways->reassigned) || !reassign(p, s, who))
        plan_act(p, DO_ASSIGN, by, who ? who->id : NULL, false);
    plan_hand(&p->appraisers, who);
    return who;
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
