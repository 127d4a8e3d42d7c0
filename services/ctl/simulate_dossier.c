/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier's way through its process, written down as acts before the first one is done. */
#include "services/ctl/simulate_plan.h"

#include <string.h>

/* Now and then something is wrong with the papers: they go back, and are given once more. */
static void transfer(struct planning *p, int n)
{
    struct post *giver = plan_post(p, process_step(p->at->process, n), NULL, 0);
    const struct process_with *with;

    plan_act(p, DO_GIVE, giver, NULL, false);
    struct post *receiver = plan_taker(p, n, giver);
    if (receiver && plan_by_the_way(p, p->ways->not_taken)) {
        plan_act(p, DO_NOT_TAKE, receiver, NULL, false);
        plan_act(p, DO_GIVE, giver, NULL, false);
    }
    plan_act(p, process_with(p->at->process, n + 1, &with) ? DO_TAKE_LINKED : DO_TAKE, receiver, NULL, false);
    p->papers_by = receiver;
    p->papers_with = receiver ? receiver->unit : NULL;
}

/* The tax notice comes, and is paid. */
static void pay(struct planning *p, int n)
{
    struct post *who = plan_post(p, process_step(p->at->process, n), NULL, 0);

    plan_act(p, DO_OBLIGATION, who, NULL, false);
    plan_act(p, DO_MET, who, NULL, false);
    plan_overnight(p);
}

static void verify(struct planning *p, int n)
{
    struct post *who = plan_assign(p, n);

    plan_file(p, who, DOCUMENT_MINUTES);
    plan_act(p, DO_VERIFY, who, NULL, false);
}

/* Another unit of the same kind is asked, and answers, or keeps silent until its time has passed. */
static void consult(struct planning *p, int n)
{
    struct post *who = plan_assign(p, n);
    struct post *adviser = world_adviser(p->w, p->c, plan_unit(p, process_step(p->at->process, n)));

    if (!adviser && !p->missing)
        p->missing = arena_printf(p->arena, "nobody can be consulted of %s", p->at->process->record.id);
    plan_file(p, who, DOCUMENT_REQUEST);
    plan_act(p, p->overdue ? DO_ASK_IN_VAIN : DO_ASK, who, adviser ? adviser->unit : NULL, false);
    if (p->overdue) {
        plan_overdue(p, p->count);
        return;
    }
    plan_file(p, adviser, DOCUMENT_OPINION);
    plan_act(p, DO_ANSWER, adviser, NULL, false);
}

/* A post of the unit that the papers have come to mostly signs for them (control slip, form 05); now and then something
 * is wrong with them at first, but for those that have come back. */
static void sign_turn(struct planning *p, const char *unit, bool back)
{
    struct chance *chance = p->c;

    if (p->filing != FILED_ON_PAPER || !plan_by_the_way(p, p->ways->signed_for))
        return;
    p->c = &p->aside;
    struct post *who =
        world_post(p->w, p->c, unit, ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK) | ROLE_BIT(HEAD), false, NULL, NULL, 0);
    p->c = chance;
    if (!back && plan_by_the_way(p, p->ways->not_taken))
        plan_act(p, DO_REFUSE_TURN, who, NULL, false);
    plan_act(p, DO_TAKE_TURN, who, NULL, false);
    p->papers_by = who;
}

/* passes_on tells whether the papers leave the unit of step n for that of another one, with no transfer between. */
static bool passes_on(const struct planning *p, int n, int to)
{
    const struct process_step *s = process_step(p->at->process, n), *next = process_step(p->at->process, to);
    enum step_owner by = process_owner(s->kind);

    return p->at->process->route == ROUTE_BACK_OFFICE && next && process_owner(next->kind) != OWNER_RETURN &&
           (by == OWNER_APPRAISAL || by == OWNER_APPROVAL || s->kind == STEP_OBLIGATION) &&
           strcmp(plan_unit(p, s), plan_unit(p, next)) != 0;
}

static bool ever_passes_on(const struct planning *p)
{
    for (int n = 1; n < p->at->process->step_count; n++)
        if (passes_on(p, n, n + 1))
            return true;
    return false;
}

/* go_to: step n is done, and another one is to be done now. */
static void go_to(struct planning *p, int n, int to)
{
    if (!passes_on(p, n, to))
        return;
    p->papers_with = plan_unit(p, process_step(p->at->process, to));
    p->papers_by = NULL;
    sign_turn(p, p->papers_with, false);
}

/* Linked units give their parts in the order of the process: on paper each makes it the turn of the next, and the lead
 * has the papers behind the last one. That may keep silent until its time has passed. */
static void contribute(struct planning *p, int n)
{
    const struct process_with *with;
    int count = process_with(p->at->process, n, &with);
    const struct post *lead = p->papers_by;

    for (int i = 0; i < count - p->overdue; i++) {
        struct post *who = world_post(p->w, p->c, with[i].unit, ROLE_BIT(APPRAISER), false, NULL, NULL, 0);
        sign_turn(p, with[i].unit, false);
        plan_file(p, who, DOCUMENT_OPINION);
        plan_act(p, p->filing == FILED_ON_PAPER && i + 1 < count ? DO_PASS_ON : DO_CONTRIBUTE, who, NULL, false);
    }
    p->papers_by = lead; /* behind the last turn they are where they were */
    if (!p->overdue)
        sign_turn(p, plan_unit(p, process_step(p->at->process, n)), true);
}

/* What moves a date is shown by a paper that is filed before. */
static void on_evidence(struct planning *p, enum deed deed, const char *what)
{
    struct post *who = plan_asker(p, NULL);

    plan_file(p, who, DOCUMENT_EVIDENCE);
    plan_act(p, deed, who, what, false);
}

/* The law may give it another time, or leave a period out of it: once, before it is appraised. Gives whether it has
 * another time. */
static bool change_time(struct planning *p)
{
    const char *procedure = p->at->process->procedure;
    const char *finding = world_proviso(&p->w->findings, p->c, procedure),
               *period = world_proviso(&p->w->periods, p->c, procedure);
    bool found;

    if (p->timed || p->lies_at < ACTS_MAX) /* behind its date no time is changed */
        return false;
    p->timed = true;
    found = finding && chance_percent(p->c, p->ways->found);
    if (found)
        on_evidence(p, DO_FIND, finding);
    if (period && chance_percent(p->c, p->ways->left_out)) {
        on_evidence(p, DO_LEAVE_OUT, period);
        if (plan_by_the_way(p, p->ways->ended_early))
            on_evidence(p, DO_END_PERIOD, period);
    }
    return found;
}

/* What its officer does beside the process: he looks at something, and asks a unit, where none co-operates anyway. */
static void beside(struct planning *p, int n, struct post *who, bool linked)
{
    struct post *adviser = world_adviser(p->w, &p->aside, plan_unit(p, process_step(p->at->process, n)));

    plan_file(p, who, DOCUMENT_MINUTES);
    plan_act(p, DO_VERIFY_BESIDE, who, NULL, false);
    if (!adviser || linked)
        return;
    plan_file(p, who, DOCUMENT_REQUEST);
    plan_act(p, DO_ASK_OPINION, who, adviser->unit, false);
    plan_file(p, adviser, DOCUMENT_OPINION);
    plan_act(p, DO_CONTRIBUTE, adviser, NULL, false);
}

/* appraise concludes a step; in its first round linked units give their parts before. What is still to lie for a month
 * waits for the last of these, or for its officer. */
static void appraise(struct planning *p, int n, bool against, bool first)
{
    const struct process_with *with;
    bool linked = first && process_with(p->at->process, n, &with) > 0, silent = linked && p->overdue;
    size_t from = p->count;
    struct post *who = plan_assign(p, n);

    if (linked)
        contribute(p, n);
    if (!p->overdue && plan_by_the_way(p, p->ways->beside))
        beside(p, n, who, linked);
    if (silent)
        from = p->count;
    plan_file(p, who, against ? DOCUMENT_DRAFT_REFUSAL : DOCUMENT_DRAFT_RESULT);
    plan_act(p, silent ? DO_CONCLUDE_ALONE : DO_CONCLUDE, who, NULL, against);
    if (p->overdue)
        plan_overdue(p, from);
}

/* Neither who appraised it nor who decides on it. */
static void endorse(struct planning *p, int n, enum deed deed)
{
    struct hands others = p->appraisers;
    for (size_t i = 0; i < p->approvers.count && others.count < ACTS_MAX; i++)
        others.posts[others.count++] = p->approvers.posts[i];
    struct post *who = plan_post(p, process_step(p->at->process, n), others.posts, others.count);

    plan_act(p, deed, who, NULL, false);
    plan_hand(&p->endorsers, who);
}

static void approve(struct planning *p, int n, enum deed deed)
{
    struct post *who;
    const struct mandate *m = plan_mandate(p, n, &who);

    plan_act(p, deed, who, m ? m->code : NULL, false);
    if (deed != DO_SEND_BACK)
        plan_act(p, DO_SIGN, who, m ? m->code : NULL, false);
    plan_hand(&p->approvers, who);
}

/* The citizen wants the dossier back; the approver of step n lets him have it. */
static void withdraw(struct planning *p, int n)
{
    struct post *who;
    const struct mandate *m = plan_mandate(p, n, &who);

    plan_act(p, DO_ASK_BACK, p->receiver, NULL, false);
    plan_brings(p, DOCUMENT_REQUEST);
    plan_act(p, DO_LET_GO, who, m ? m->code : NULL, false);
}

/* Before it is appraised something is asked for, and denied by the approver of step n: the dossier goes on as if
 * nothing had been. */
static void deny(struct planning *p, int n)
{
    static const enum deed denials[] = {DO_NOT_LET_GO, DO_NOT_APOLOGISE, DO_NOT_STOP};
    struct chance *chance = p->c;
    struct post *who;

    p->c = &p->aside;
    size_t which = chance_below(p->c, COUNT_OF(denials));
    const struct mandate *m = plan_mandate(p, n, &who);
    struct post *asker = plan_asker(p, who);
    p->c = chance;
    if (!m || !asker)
        return;
    if (denials[which] == DO_NOT_LET_GO)
        plan_act(p, DO_ASK_BACK, p->receiver, NULL, false);
    else
        plan_act(p, denials[which] == DO_NOT_STOP ? DO_ASK_STOP : DO_ASK_MORE, asker, NULL, false);
    plan_brings(p, denials[which] == DO_NOT_LET_GO ? DOCUMENT_REQUEST
                   : denials[which] == DO_NOT_STOP ? DOCUMENT_STOP_NOTICE
                                                   : DOCUMENT_APOLOGY);
    plan_act(p, denials[which], who, m->code, false);
}

/* once_more does what lies between the appraise step before n and n again. */
static void once_more(struct planning *p, int n)
{
    int from = process_previous(p->at->process, n, STEP_APPRAISE);

    go_to(p, n, from);
    appraise(p, from, false, false);
    go_to(p, from, from + 1);
    for (int i = from + 1; i < n; i++) {
        endorse(p, i, DO_ENDORSE);
        go_to(p, i, i + 1);
    }
}

/* What moves its date once, a supplement, another time or a tax that is still to be paid, may do so with an apology
 * beside; where linked units wait for it, and where somebody lets a month pass, it does not. */
static bool is_combined(struct planning *p, enum plan plan, int n, bool moved)
{
    if (p->at->process->with_count || p->overdue || p->slow != STEP_NONE || p->lies_at < ACTS_MAX ||
        (plan != PLAN_GRANT && plan != PLAN_SUPPLEMENT) ||
        (!moved && !process_following(p->at->process, n, STEP_OBLIGATION)))
        return false;
    return plan_by_the_way(p, p->ways->combined);
}

/* Most of what is overdue lies with whoever appraises it; some before it goes to the unit, or when it is appraised. */
static void lie_elsewhere(struct planning *p)
{
    static const enum step_kind kinds[] = {STEP_TRANSFER, STEP_APPROVE, STEP_NUMBER_SEAL};

    if (!p->overdue || !plan_by_the_way(p, p->ways->elsewhere))
        return;
    p->overdue = false;
    p->slow = kinds[chance_below(&p->aside, COUNT_OF(kinds))];
}

/* walk does the steps from n on. A refusal jumps from its signature to the step that numbers and seals. */
static void walk(struct planning *p, enum plan plan, int from)
{
    const struct process *process = p->at->process;
    bool rejected = plan == PLAN_REJECT, sent_back = false, moved = false, combined = false,
         supplemented = plan != PLAN_SUPPLEMENT || process->with_count, extended = plan != PLAN_EXTEND;
    struct post *clerk = NULL;

    for (int n = from; n <= process->step_count && !p->missing; n++) {
        plan_slow(p, process_step(process, n)->kind);
        switch (process_step(process, n)->kind) {
        case STEP_TRANSFER:
            transfer(p, n);
            break;
        case STEP_VERIFY:
            verify(p, n);
            break;
        case STEP_CONSULT:
            consult(p, n);
            break;
        case STEP_APPRAISE:
            moved |= change_time(p);
            if ((plan == PLAN_WITHDRAW || plan == PLAN_STOP) &&
                chance_percent(p->c, p->ways->early)) { /* mostly while its officer has it */
                if (chance_percent(p->c, p->ways->in_hand))
                    plan_assign(p, n);
                if (plan == PLAN_STOP)
                    plan_stop(p, n, DO_ASK_STOP);
                else
                    withdraw(p, process_following(process, n, STEP_APPROVE));
                return;
            }
            if (plan == PLAN_UNANSWERED) {
                plan_wait_in_vain(p, n);
                return;
            }
            if (!supplemented) {
                supplemented = moved = true;
                plan_supplement(p, n);
            }
            if (!combined && is_combined(p, plan, n, moved)) {
                combined = true;
                extended = false;
            }
            if (!extended) {
                size_t at = p->count;
                extended = true;
                plan_extension(p, n);
                if (p->overdue) /* it comes when the date has passed */
                    plan_overdue(p, at);
            }
            if (plan == PLAN_GRANT && !p->ended && !combined && plan_by_the_way(p, p->ways->denied))
                deny(p, process_following(process, n, STEP_APPROVE));
            appraise(p, n, rejected, true);
            break;
        case STEP_ENDORSE:
            if (plan == PLAN_BACK && !sent_back && chance_percent(p->c, p->ways->initials)) {
                sent_back = true;
                endorse(p, n, DO_RETURN_DRAFT);
                once_more(p, n);
            }
            endorse(p, n, DO_ENDORSE);
            break;
        case STEP_APPROVE:
            if (plan == PLAN_WITHDRAW) {
                withdraw(p, n);
                return;
            }
            if (plan == PLAN_STOP) {
                plan_stop(p, n, DO_ASK_STOP);
                return;
            }
            if (plan == PLAN_BACK && !sent_back) {
                sent_back = true;
                approve(p, n, DO_SEND_BACK);
                once_more(p, n);
            }
            approve(p, n, rejected ? DO_DENY : DO_GRANT);
            p->ended = n;
            if (rejected)
                n = process_following(process, n, STEP_NUMBER_SEAL) - 1;
            break;
        case STEP_OBLIGATION:
            pay(p, n);
            break;
        case STEP_NUMBER_SEAL:
            clerk = plan_issue(p, n, rejected ? "refusal" : "result", DO_SEAL);
            break;
        case STEP_RETURN:
            plan_return(p, n, clerk, DO_DELIVER);
            break;
        case STEP_HAND_OVER: /* with the return */
        case STEP_RECEIVE:
            break;
        case STEP_NONE:
        case STEP_COUNT:
            p->missing = arena_printf(p->arena, "step %d of %s is not served yet", n, process->record.id);
        }
        if (!p->missing)
            go_to(p, n, n + 1);
    }
}

/* What lies behind the day comes last; but for what is overdue, or was waited for in vain. */
static void afterwards(struct planning *p)
{
    if (p->lies_at < p->count)
        p->acts[p->lies_at].months = p->lies_for;
    if (p->replier) {
        plan_act(p, DO_REPLY_LATE, p->replier, NULL, false);
        if (!p->missing)
            p->acts[p->count - 1].months = 1;
        plan_act(p, DO_PUBLISH, p->replier, NULL, false);
    }
    if (p->keeper) {
        plan_act(p, DO_KEEP, p->keeper, NULL, false);
        if (!p->missing)
            p->acts[p->count - 1].months = MONTHS_MOST;
    }
}

/* Fully and once; now and then the head lets it be done once more. */
static void guide(struct planning *p)
{
    struct chance *chance = p->c;

    plan_act(p, DO_GUIDE, p->receiver, NULL, false);
    if (!plan_by_the_way(p, p->ways->twice))
        return;
    p->c = &p->aside;
    const struct post *head = plan_head(p, p->at->counter->unit);
    p->c = chance;
    if (!head || head == p->receiver)
        return;
    plan_act(p, DO_GUIDE, p->receiver, NULL, false);
    if (!p->missing) {
        p->acts[p->count - 1].ground = "new_finding";
        p->acts[p->count - 1].superior = head->id;
    }
}

/* He who receives it has studied it, and decides; or his mandate does not cover it, and an approver does. */
static void at_once(struct planning *p)
{
    const struct process *process = p->at->process;
    const char *mandate = NULL;
    struct post *officer = world_at_once(p->w, p->at, &mandate);
    bool left = plan_by_the_way(p, p->ways->left), against = !left && plan_by_the_way(p, p->ways->no_at_once);

    plan_act(p,
             left      ? DO_STUDY_AT_ONCE
             : against ? DO_REFUSE_AT_ONCE
                       : DO_AT_ONCE,
             officer, left ? "none" : mandate, against);
    p->receiver = officer;
    p->ended = process_following(process, 1, STEP_APPROVE);
    plan_hand(&p->appraisers, officer);
    walk(p, against ? PLAN_REJECT : PLAN_AT_ONCE, left ? p->ended : process_following(process, 1, STEP_NUMBER_SEAL));
}

size_t dossier_plan(struct world *w, struct chance *c, const struct candidate *at, enum plan plan,
                    const struct ways *ways, struct voices voices, struct arena *a, struct act *ret,
                    const char **ret_missing)
{
    struct planning p = {.w = w,
                         .c = c,
                         .arena = a,
                         .at = at,
                         .ways = ways,
                         .acts = ret,
                         .lies_at = ACTS_MAX,
                         .aside = {c->state ^ UINT64_C(0x61736964650a)}};
    struct post *receiver = world_post(w, c, at->counter->unit, ROLE_BIT(RECEIVER), true, at->counter->id, NULL, 0);

    if (receiver && strcmp(receiver->counter, at->counter->id) != 0)
        receiver = NULL;
    p.receiver = receiver;
    if (plan == PLAN_AT_ONCE) {
        at_once(&p);
        if (voices.corrects && !p.missing)
            plan_correction(&p);
        plan_voices(&p, voices);
        afterwards(&p);
        *ret_missing = p.missing;
        return p.missing ? 0 : p.count;
    }
    bool files = plan != PLAN_TURN_AWAY && (plan != PLAN_GUIDE || chance_percent(c, ways->files_later));
    if (plan == PLAN_GUIDE)
        guide(&p);
    if (plan == PLAN_TURN_AWAY) {
        if (chance_percent(c, ways->filed))
            plan_act(&p, DO_SUBMIT, &w->portal, NULL, false);
        plan_act(&p, DO_TURN_AWAY, receiver, NULL, false);
    }
    if (files) {
        bool lends = chance_percent(c, ways->lends), loses = lends && chance_percent(c, ways->lost),
             at_once = loses && chance_percent(c, ways->at_counter);
        if (at->process->with_count || ever_passes_on(&p))
            p.filing = lends || chance_percent(c, ways->on_paper) ? FILED_ON_PAPER : FILED_AS_FILES;
        if (plan != PLAN_GUIDE && !lends && p.filing != FILED_ON_PAPER && chance_percent(c, ways->filed)) {
            plan_act(&p, DO_SUBMIT, &w->portal, NULL, false);
            p.filing = FILED_AS_FILES;
            p.filed = true;
        }
        plan_act(&p, DO_RECEIVE, receiver, NULL, false);
        if (!p.missing) {
            p.acts[p.count - 1].lends = lends;
            p.acts[p.count - 1].by_post = plan_by_the_way(&p, ways->posted);
            p.acts[p.count - 1].filing = p.filing;
        }
        if (at_once)
            plan_loss(&p);
        /* Linked units would not wait for the new date of an apology. */
        p.overdue = ways->overdue > 0 && plan_by_the_way(&p, ways->overdue) && plan != PLAN_UNANSWERED &&
                    !(plan == PLAN_EXTEND && at->process->with_count);
        lie_elsewhere(&p);
        walk(&p, plan, 2);
        if (loses && !at_once)
            plan_loss(&p);
        if (lends && (!loses || plan_settlement(&p))) { /* with the result, or when the dossier is withdrawn */
            plan_way_back(&p);
            plan_act(&p, DO_GIVE_BACK, receiver, NULL, false);
        }
        if (voices.corrects && p.ended && !p.missing && plan != PLAN_STOP && plan != PLAN_WITHDRAW)
            plan_correction(&p);
    }
    if (files || plan == PLAN_TURN_AWAY)
        plan_voices(&p, voices);
    afterwards(&p);
    *ret_missing = p.missing;
    return p.missing ? 0 : p.count;
}
