/* SPDX-License-Identifier: Apache-2.0 */
/* What was signed is numbered, sealed and brought to the citizen: the result, and the letters that go the same way. */
#include "services/ctl/simulate_plan.h"

#include <string.h>

/* The clerk is whoever keeps the seal: the second one at the counter. */
struct post *plan_issue(struct planning *p, int n, const char *document, enum deed sealing)
{
    const struct process_step *s = process_step(p->at->process, n);
    const char *unit = plan_unit(p, s);
    const struct seal *seal = NULL;
    const struct series *series = NULL;

    for (size_t i = 0; i < p->w->seal_count && !seal; i++)
        if (strcmp(p->w->seals[i].unit, unit) == 0 && p->w->seals[i].second == s->at_counter)
            seal = &p->w->seals[i];
    for (size_t i = 0; i < p->w->series_count && !series; i++)
        if (strcmp(p->w->series[i].unit, unit) == 0 && strcmp(p->w->series[i].document, document) == 0)
            series = &p->w->series[i];
    struct post *clerk = seal ? world_post_of(p->w, seal->keeper) : NULL;
    if (!p->missing && (!seal || !series || !clerk))
        p->missing = arena_printf(p->arena, "unit %s has no seal, keeper or series of %s for %s", unit, document,
                                  p->at->process->record.id);
    bool ends = sealing == DO_SEAL || sealing == DO_CLOSE;
    if (ends && plan_by_the_way(p, p->ways->hurried))
        plan_act(p, DO_HURRY_SEAL, clerk, seal ? seal->code : NULL, false);
    plan_act(p, DO_NUMBER, clerk, series ? series->code : NULL, false);
    if (ends && plan_by_the_way(p, p->ways->hurried))
        plan_act(p, DO_HURRY, clerk, NULL, false);
    plan_act(p, sealing, clerk, seal ? seal->code : NULL, false);
    return clerk;
}

static void authorise(struct planning *p, struct post *returner)
{
    plan_act(p, DO_AUTHORISE, returner, NULL, false);
    plan_brings(p, DOCUMENT_AUTHORISATION);
    plan_act(p, DO_AUTHORISE, returner, NULL, false);
    plan_brings(p, DOCUMENT_COLLECTOR);
    plan_act(p, DO_DELIVER_PROXY, returner, NULL, false);
}

/* The citizen comes, or somebody else, or it is sent; what comes back is fetched by somebody else. */
static void deliver(struct planning *p, struct post *returner)
{
    if (chance_percent(p->c, p->ways->proxy)) {
        authorise(p, returner);
    } else if (chance_percent(p->c, p->ways->post)) {
        plan_act(p, DO_SEND, returner, NULL, false);
        if (chance_percent(p->c, p->ways->came_back)) {
            plan_act(p, DO_COME_BACK, returner, NULL, false);
            authorise(p, returner);
        }
    } else {
        bool online = p->filed && chance_percent(p->c, p->ways->electronic);

        plan_act(p, online ? DO_TRANSMIT : DO_DELIVER, returner, NULL, false);
    }
}

void plan_return(struct planning *p, int n, struct post *clerk, enum deed handing)
{
    const struct process_step *s = process_step(p->at->process, n), *hand = process_step(p->at->process, n - 1);
    struct post *returner = plan_post(p, s, NULL, 0);

    if (hand && hand->kind == STEP_HAND_OVER) {
        struct post *giver = plan_post(p, hand, NULL, 0);
        returner = plan_post(p, s, (const struct post *const[]){giver}, 1);
        plan_act(p, DO_HAND_GIVE, giver, NULL, false);
        if (chance_percent(p->c, p->ways->hand_refused)) {
            plan_act(p, DO_HAND_REFUSE, returner, NULL, false);
            plan_act(p, DO_HAND_GIVE, giver, NULL, false);
        }
        plan_act(p, DO_HAND_TAKE, returner, NULL, false);
    }
    if ((handing == DO_DELIVER || handing == DO_NOTIFY) && plan_by_the_way(p, p->ways->hurried))
        plan_act(p, DO_HURRY_DELIVER, returner, NULL, false);
    plan_act(p, DO_READY, returner, NULL, false);
    if (handing == DO_DELIVER && p->ways->unclaimed > 0 && chance_percent(p->c, p->ways->unclaimed) &&
        p->lies_at == ACTS_MAX) {
        p->keeper = clerk;
        return;
    }
    if (handing == DO_DELIVER)
        deliver(p, returner);
    else
        plan_act(p, handing, returner, NULL, false);
    plan_act(p, DO_ARCHIVE, clerk, NULL, false);
}

/* A letter is issued like a result, at the step that numbers and seals, and given to the citizen. */
static void issue_letter(struct planning *p, int seal, const char *document, enum deed sealing, enum deed handing)
{
    size_t from = p->count;
    struct post *clerk = plan_issue(p, seal, document, sealing);

    plan_return(p, process_following(p->at->process, seal, STEP_RETURN), clerk, handing);
    for (size_t i = from; i < p->count; i++)
        p->acts[i].of_letter = true;
}

/* It will take longer: the apology with the new date is signed, issued and given like a result, and the work goes on.
 */
void plan_extension(struct planning *p, int n)
{
    const struct process *process = p->at->process;
    int approve = process_following(process, n, STEP_APPROVE), seal = process_following(process, n, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = plan_mandate(p, approve, &who);

    plan_act(p, DO_ASK_MORE, plan_asker(p, NULL), NULL, false);
    plan_brings(p, DOCUMENT_APOLOGY);
    plan_act(p, DO_APOLOGISE, who, m ? m->code : NULL, false);
    issue_letter(p, seal, "apology", DO_ISSUE, DO_TELL);
}

/* It is not to be handled any further: who asks for it is not who signs the notice, which ends the dossier like a
 * result. */
void plan_stop(struct planning *p, int n, enum deed asking)
{
    const struct process *process = p->at->process;
    int approve = process_following(process, n - 1, STEP_APPROVE),
        seal = process_following(process, approve, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = plan_mandate(p, approve, &who);

    plan_act(p, asking, plan_asker(p, who), NULL, false);
    plan_brings(p, DOCUMENT_STOP_NOTICE);
    plan_act(p, DO_STOP, who, m ? m->code : NULL, false);
    struct post *clerk = plan_issue(p, seal, "stop_notice", DO_CLOSE);
    plan_return(p, process_following(process, seal, STEP_RETURN), clerk, DO_NOTIFY);
}

static void ask_correction(struct planning *p, struct post *asks)
{
    plan_file(p, asks, DOCUMENT_CORRECTION);
    plan_act(p, DO_CORRECT, asks, p->at->own, false);
}

/* Where another one than who had a hand in it may sign: the letter goes the result's way once more. Now and then it is
 * denied, and asked for anew. */
void plan_correction(struct planning *p)
{
    const struct process *process = p->at->process;
    int seal = process_following(process, p->ended, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = plan_mandate(p, p->ended, &who);
    struct post *asks = plan_asker(p, who);

    if (!m || !asks)
        return;
    ask_correction(p, asks);
    if (plan_by_the_way(p, p->ways->denied)) {
        plan_act(p, DO_NOT_CORRECT, who, m->code, false);
        ask_correction(p, asks);
    }
    plan_act(p, DO_SIGN_CORRECTION, who, m->code, false);
    issue_letter(p, seal, "correction", DO_SEAL_CORRECTION, DO_GIVE_CORRECTION);
}
