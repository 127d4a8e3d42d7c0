/* SPDX-License-Identifier: Apache-2.0 */
/* What is missing behind acceptance: asked for, brought through the counter, or waited for in vain. */
#include "services/ctl/simulate_plan.h"

/* The request form lists what is missing: one paper, or some. */
static int file_list(struct planning *p, struct post *who)
{
    int listed = 1 + (int)chance_below(&p->aside, 3);

    plan_file(p, who, DOCUMENT_REQUEST);
    if (!p->missing)
        p->acts[p->count - 1].listed = listed;
    return listed;
}

/* Something is missing: the officer says so, or, late or once more, the head of the unit; the citizen sends it to the
 * counter, mostly all of it; from there it follows the others when they have left it. */
static void ask_for_more(struct planning *p, int n, struct post *head)
{
    struct post *who = plan_assign(p, n);
    int left = process_previous(p->at->process, n, STEP_TRANSFER), listed = file_list(p, who),
        brought = plan_by_the_way(p, p->ways->partly) ? (int)chance_below(&p->aside, (size_t)listed) : listed;

    if (head && p->overdue)
        plan_overdue(p, p->count - 1);
    plan_act(p, DO_WANT, head ? head : who, NULL, false);
    if (head && !p->missing)
        p->acts[p->count - 1].ground = "new_finding";
    plan_act(p, DO_SUPPLY, p->receiver, NULL, false);
    if (!p->missing) {
        p->acts[p->count - 1].listed = listed;
        p->acts[p->count - 1].brought = brought;
    }
    plan_overnight(p);
    if (left && brought) {
        struct post *receiver = plan_taker(p, n - 1, p->receiver);
        plan_act(p, DO_GIVE_SUPPLY, p->receiver, NULL, false);
        if (receiver && plan_by_the_way(p, p->ways->not_taken)) {
            plan_act(p, DO_NOT_TAKE_SUPPLY, receiver, NULL, false);
            plan_act(p, DO_GIVE_SUPPLY, p->receiver, NULL, false);
        }
        plan_act(p, DO_TAKE_SUPPLY, receiver, NULL, false);
    }
}

/* Asked for in time, or late when the dossier lies for a month or has done so; now and then once more. */
void plan_supplement(struct planning *p, int n)
{
    struct chance *chance = p->c;

    p->c = &p->aside;
    struct post *head = plan_head(p, plan_unit(p, process_step(p->at->process, n)));
    p->c = chance;
    ask_for_more(p, n, p->overdue || p->lies_at < ACTS_MAX ? head : NULL);
    if (head && plan_by_the_way(p, p->ways->twice)) {
        p->c = &p->aside;
        ask_for_more(p, n, head);
        p->c = chance;
    }
}

/* The supplement never comes. While the citizen may still bring it no stop can be asked for; when his time is over, one
 * is. */
void plan_wait_in_vain(struct planning *p, int n)
{
    struct post *who = plan_assign(p, n);

    (void)file_list(p, who);
    plan_act(p, DO_WANT, who, NULL, false);
    plan_act(p, DO_ASK_STOP_EARLY, plan_asker(p, NULL), NULL, false);
    plan_brings(p, DOCUMENT_STOP_NOTICE);
    p->lies_at = p->count;
    p->lies_for = world_wait(p->w, p->at->process->procedure);
    plan_stop(p, n, DO_ASK_STOP_UNANSWERED);
}
