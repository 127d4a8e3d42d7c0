/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier's way through its process, written down as acts before the first one is done. */
#include <string.h>

#include "services/ctl/simulate.h"

const struct deed_row deeds[DEED_COUNT] = {
#define X(symbol, letter, service, suffix, event, vi) {#symbol, letter, service, suffix, event, vi},
    DEEDS(X)
#undef X
};

const char *deed_echo(enum deed deed, int service)
{
    if (deed == DO_AT_ONCE)
        return service == CTL_APPRAISAL ? "Assigned Appraised" : service == CTL_APPROVAL ? "Granted Signed" : NULL;
    if (service != CTL_INTAKE)
        return NULL;
    return deed == DO_WANT ? "SupplementRequested" : deed == DO_ISSUE ? "Extended" : NULL;
}

const char *deed_prelude(enum deed deed)
{
    return deed == DO_REPLY_LATE ? "ComplaintDuePassed"
           : deed == DO_KEEP     ? "CollectionReminded CollectionReminded CollectionReminded"
                                 : NULL;
}

bool dossier_waits(const struct dossier *d)
{
    int open = 0;

    for (const char *p = d->acts; *p; p++) {
        open += *p == deeds[DO_COMPLAIN].letter;
        open -=
            *p == deeds[DO_REPLY].letter || *p == deeds[DO_REPLY_LATE].letter || *p == deeds[DO_REFUSE_REPLY].letter;
    }
    return open > 0;
}

struct planning {
    struct world *w;
    struct chance *c;
    struct arena *arena;
    const struct candidate *at;
    const struct ways *ways;
    struct act *acts;
    size_t count;
    struct hands {
        const struct post *posts[ACTS_MAX];
        size_t count;
    } appraisers, endorsers, approvers; /* of this dossier so far, in all rounds: nobody is two of them */
    struct post *receiver;              /* who accepted it */
    struct post *keeper, *replier;      /* who archives what nobody came for, who answers a complaint too late; NULL */
    int ended;                          /* the approve step that ended it with a result; 0: none did */
    const char *missing;
};

static void add(struct planning *p, enum deed deed, struct post *who, const char *what, bool against)
{
    if (!who && !p->missing)
        p->missing = arena_printf(p->arena, "nobody may do %s of %s", deeds[deed].name, p->at->process->record.id);
    if (p->count == ACTS_MAX && !p->missing)
        p->missing = "the process is too long";
    if (!p->missing)
        p->acts[p->count++] =
            (struct act){.deed = deed, .who = who, .what = what, .against = against, .late_at = INSTANT_NONE};
}

static const char *unit_of(const struct planning *p, const struct process_step *s)
{
    return process_unit(s, p->at->own, p->at->counter->unit);
}

/* post_for finds who does a step; at the counter preferably at the one that received. */
static struct post *post_for(struct planning *p, const struct process_step *s, const struct post *const * not,
                             size_t not_count)
{
    return world_post(p->w, p->c, unit_of(p, s), s->roles, s->at_counter, p->at->counter->id, not, not_count);
}

static void transfer(struct planning *p, int n)
{
    const struct process_step *s = process_step(p->at->process, n), *next = process_step(p->at->process, n + 1);
    struct post *giver = post_for(p, s, NULL, 0);

    add(p, DO_GIVE, giver, NULL, false);
    add(p, DO_TAKE,
        world_post(p->w, p->c, next ? unit_of(p, next) : p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK), false, NULL,
                   (const struct post *const[]){giver}, 1),
        NULL, false);
}

/* The tax notice comes, and is paid at once. */
static void pay(struct planning *p, int n)
{
    struct post *who = post_for(p, process_step(p->at->process, n), NULL, 0);

    add(p, DO_OBLIGATION, who, NULL, false);
    add(p, DO_MET, who, NULL, false);
}

static void note(struct hands *h, const struct post *who)
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

static void file(struct planning *p, struct post *who, enum document_kind kind)
{
    add(p, DO_FILE, who, NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].paper = kind;
}

/* Mostly who does it takes it; sometimes the head assigns. */
static struct post *assign(struct planning *p, int n)
{
    const struct process_step *s = process_step(p->at->process, n);
    struct post *who = post_for(p, s, p->approvers.posts, p->approvers.count), *by = who;

    if (who && chance_percent(p->c, 10)) {
        struct post *head = world_post(p->w, p->c, unit_of(p, s), ROLE_BIT(HEAD), false, NULL, NULL, 0);
        by = head ? head : who;
    }
    add(p, DO_ASSIGN, by, who ? who->id : NULL, false);
    note(&p->appraisers, who);
    return who;
}

static void verify(struct planning *p, int n)
{
    struct post *who = assign(p, n);

    file(p, who, DOCUMENT_MINUTES);
    add(p, DO_VERIFY, who, NULL, false);
}

/* Another unit of the same kind is asked, and answers. */
static void consult(struct planning *p, int n)
{
    struct post *who = assign(p, n);
    struct post *adviser = world_adviser(p->w, p->c, unit_of(p, process_step(p->at->process, n)));

    file(p, who, DOCUMENT_REQUEST);
    add(p, DO_ASK, who, adviser ? adviser->unit : NULL, false);
    file(p, adviser, DOCUMENT_OPINION);
    add(p, DO_ANSWER, adviser, NULL, false);
}

/* Something is missing: the officer says so, the citizen sends it to the counter. */
static void supplement(struct planning *p, int n)
{
    struct post *who = assign(p, n);

    file(p, who, DOCUMENT_REQUEST);
    add(p, DO_WANT, who, NULL, false);
    add(p, DO_SUPPLY, p->receiver, NULL, false);
}

static void appraise(struct planning *p, int n, bool against)
{
    struct post *who = assign(p, n);

    file(p, who, against ? DOCUMENT_DRAFT_REFUSAL : DOCUMENT_DRAFT_RESULT);
    add(p, DO_CONCLUDE, who, NULL, against);
}

/* Neither who appraised it nor who decides on it. */
static void endorse(struct planning *p, int n, enum deed deed)
{
    struct hands others = p->appraisers;
    for (size_t i = 0; i < p->approvers.count && others.count < ACTS_MAX; i++)
        others.posts[others.count++] = p->approvers.posts[i];
    struct post *who = post_for(p, process_step(p->at->process, n), others.posts, others.count);

    add(p, deed, who, NULL, false);
    note(&p->endorsers, who);
}

/* mandate_for finds who decides and signs, and by which mandate; at the counter when the step is done there. */
static const struct mandate *mandate_for(struct planning *p, const struct process_step *s, struct post **ret)
{
    const struct mandate *found = NULL;
    int best = 0;

    *ret = NULL;
    for (size_t i = 0; i < p->w->mandate_count; i++) {
        const struct mandate *m = &p->w->mandates[i];
        if (strcmp(m->unit, unit_of(p, s)) != 0 || !mandate_covers(m, p->at->process->procedure))
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

static void approve(struct planning *p, int n, enum deed deed)
{
    struct post *who;
    const struct mandate *m = mandate_for(p, process_step(p->at->process, n), &who);

    add(p, deed, who, m ? m->code : NULL, false);
    if (deed != DO_SEND_BACK)
        add(p, DO_SIGN, who, m ? m->code : NULL, false);
    note(&p->approvers, who);
}

/* The citizen wants the dossier back; the approver of step n lets him have it. */
static void withdraw(struct planning *p, int n)
{
    struct post *who;
    const struct mandate *m = mandate_for(p, process_step(p->at->process, n), &who);

    add(p, DO_ASK_BACK, p->receiver, NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_REQUEST;
    add(p, DO_LET_GO, who, m ? m->code : NULL, false);
}

/* The clerk is whoever keeps the seal: the second one at the counter. */
static struct post *number_and_seal(struct planning *p, int n, const char *document, enum deed sealing)
{
    const struct process_step *s = process_step(p->at->process, n);
    const char *unit = unit_of(p, s);
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
    add(p, DO_NUMBER, clerk, series ? series->code : NULL, false);
    add(p, sealing, clerk, seal ? seal->code : NULL, false);
    return clerk;
}

static void authorise(struct planning *p, struct post *returner)
{
    add(p, DO_AUTHORISE, returner, NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_AUTHORISATION;
    add(p, DO_DELIVER_PROXY, returner, NULL, false);
}

/* The citizen comes, or somebody else, or it is sent; what comes back is fetched by somebody else. */
static void deliver(struct planning *p, struct post *returner)
{
    if (chance_percent(p->c, p->ways->proxy)) {
        authorise(p, returner);
    } else if (chance_percent(p->c, p->ways->post)) {
        add(p, DO_SEND, returner, NULL, false);
        if (chance_percent(p->c, p->ways->came_back)) {
            add(p, DO_COME_BACK, returner, NULL, false);
            authorise(p, returner);
        }
    } else {
        add(p, chance_percent(p->c, p->ways->electronic) ? DO_TRANSMIT : DO_DELIVER, returner, NULL, false);
    }
}

static void give_back(struct planning *p, int n, struct post *clerk, enum deed handing)
{
    const struct process_step *s = process_step(p->at->process, n), *hand = process_step(p->at->process, n - 1);
    struct post *returner = post_for(p, s, NULL, 0);

    if (hand && hand->kind == STEP_HAND_OVER) {
        struct post *giver = post_for(p, hand, NULL, 0);
        returner = post_for(p, s, (const struct post *const[]){giver}, 1);
        add(p, DO_HAND_GIVE, giver, NULL, false);
        add(p, DO_HAND_TAKE, returner, NULL, false);
    }
    add(p, DO_READY, returner, NULL, false);
    if (handing == DO_DELIVER && p->ways->unclaimed > 0 && chance_percent(p->c, p->ways->unclaimed)) {
        p->keeper = clerk;
        return;
    }
    if (handing == DO_DELIVER)
        deliver(p, returner);
    else
        add(p, handing, returner, NULL, false);
    add(p, DO_ARCHIVE, clerk, NULL, false);
}

/* It will take longer: the apology with the new date is signed, issued and given like a result, and the work goes on.
 */
static void extend(struct planning *p, int n)
{
    const struct process *process = p->at->process;
    int approve = process_following(process, n, STEP_APPROVE), seal = process_following(process, n, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = mandate_for(p, process_step(process, approve), &who);

    add(p, DO_ASK_MORE, world_post(p->w, p->c, p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), false, NULL, NULL, 0),
        NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_APOLOGY;
    add(p, DO_APOLOGISE, who, m ? m->code : NULL, false);
    size_t from = p->count;
    struct post *clerk = number_and_seal(p, seal, "apology", DO_ISSUE);
    give_back(p, process_following(process, seal, STEP_RETURN), clerk, DO_TELL);
    for (size_t i = from; i < p->count; i++)
        p->acts[i].of_letter = true;
}

/* It is not to be handled any further: who asks for it is not who signs the notice, which ends the dossier like a
 * result. */
static void stop(struct planning *p, int n)
{
    const struct process *process = p->at->process;
    int approve = process_following(process, n - 1, STEP_APPROVE),
        seal = process_following(process, approve, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = mandate_for(p, process_step(process, approve), &who);

    add(p, DO_ASK_STOP,
        world_post(p->w, p->c, p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), false, NULL,
                   (const struct post *const[]){who}, 1),
        NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_STOP_NOTICE;
    add(p, DO_STOP, who, m ? m->code : NULL, false);
    struct post *clerk = number_and_seal(p, seal, "stop_notice", DO_CLOSE);
    give_back(p, process_following(process, seal, STEP_RETURN), clerk, DO_NOTIFY);
}

/* once_more does what lies between the appraise step before n and n again. */
static void once_more(struct planning *p, int n)
{
    int from = process_previous(p->at->process, n, STEP_APPRAISE);

    appraise(p, from, false);
    for (int i = from + 1; i < n; i++)
        endorse(p, i, DO_ENDORSE);
}

/* walk does the steps from n on. A refusal jumps from its signature to the step that numbers and seals. */
static void walk(struct planning *p, enum plan plan, int from)
{
    const struct process *process = p->at->process;
    bool rejected = plan == PLAN_REJECT, sent_back = false, supplemented = plan != PLAN_SUPPLEMENT,
         extended = plan != PLAN_EXTEND;
    struct post *clerk = NULL;

    for (int n = from; n <= process->step_count && !p->missing; n++) {
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
            if ((plan == PLAN_WITHDRAW || plan == PLAN_STOP) &&
                chance_percent(p->c, 60)) { /* while its officer has it */
                if (chance_percent(p->c, 80))
                    assign(p, n);
                if (plan == PLAN_STOP)
                    stop(p, n);
                else
                    withdraw(p, process_following(process, n, STEP_APPROVE));
                return;
            }
            if (!supplemented) {
                supplemented = true;
                supplement(p, n);
            }
            if (!extended) {
                extended = true;
                extend(p, n);
            }
            appraise(p, n, rejected);
            break;
        case STEP_ENDORSE:
            if (plan == PLAN_BACK && !sent_back && chance_percent(p->c, 50)) {
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
                stop(p, n);
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
            clerk = number_and_seal(p, n, rejected ? "refusal" : "result", DO_SEAL);
            break;
        case STEP_RETURN:
            give_back(p, n, clerk, DO_DELIVER);
            break;
        case STEP_HAND_OVER: /* with the return */
        case STEP_RECEIVE:
            break;
        case STEP_NONE:
        case STEP_COUNT:
            p->missing = arena_printf(p->arena, "step %d of %s is not served yet", n, process->record.id);
        }
    }
}

/* ---- an original that is lost or damaged before it goes back */

/* At the counter, or wherever it is in the end: the receiver finds it out. */
static void lose(struct planning *p)
{
    add(p, DO_LOSE, p->receiver, NULL, chance_percent(p->c, 40));
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_LOSS_MINUTES;
}

static bool is_damaged(const struct planning *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->acts[i].deed == DO_LOSE)
            return p->acts[i].against;
    return false;
}

/* Most cases are settled, some still wait at the end of the day. True: it was found, and goes back after all. */
static bool settle(struct planning *p)
{
    static const char *const remedies[] = {"replaced", "reissued", "paid", "found", "found"};
    struct post *head = world_post(p->w, p->c, p->at->own, ROLE_BIT(HEAD), false, NULL, NULL, 0);
    size_t known = COUNT_OF(remedies) - 2 * is_damaged(p), n = chance_below(p->c, known);

    if (!head || p->missing || chance_percent(p->c, 20))
        return false;
    add(p, DO_SETTLE, head, remedies[n], false);
    if (!p->missing)
        p->acts[p->count - 1].paper = DOCUMENT_APOLOGY;
    return n > 2;
}

/* ---- the result was wrong */

/* Where another one than who had a hand in it may sign: the letter goes the result's way once more. */
static void correct(struct planning *p)
{
    const struct process *process = p->at->process;
    int seal = process_following(process, p->ended, STEP_NUMBER_SEAL);
    struct post *who;
    const struct mandate *m = mandate_for(p, process_step(process, p->ended), &who);
    struct post *asks = world_post(p->w, p->c, p->at->own, ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), false, NULL,
                                   (const struct post *const[]){who}, 1);

    if (!m || !asks)
        return;
    file(p, asks, DOCUMENT_CORRECTION);
    add(p, DO_CORRECT, asks, p->at->own, false);
    add(p, DO_SIGN_CORRECTION, who, m->code, false);
    size_t from = p->count;
    struct post *clerk = number_and_seal(p, seal, "correction", DO_SEAL_CORRECTION);
    give_back(p, process_following(process, seal, STEP_RETURN), clerk, DO_GIVE_CORRECTION);
    for (size_t i = from; i < p->count; i++)
        p->acts[i].of_letter = true;
}

/* ---- what the citizen says of it */

/* At the device on the counter; or on a slip that a head enters, who did not serve him. */
static void rate(struct planning *p)
{
    const char *unit = p->at->counter->unit;
    struct post *head =
        chance_percent(p->c, 40) ? world_post(p->w, p->c, unit, ROLE_BIT(HEAD), false, NULL, NULL, 0) : NULL;

    add(p, DO_RATE, head ? head : p->receiver, head ? "slip" : "device", false);
}

/* Most are answered, few refused, and some still wait at the end of the day. */
static void complain(struct planning *p, bool late)
{
    /* What was refused at the counter has no other unit than the counter's. */
    bool refused = p->count && p->acts[0].deed == DO_TURN_AWAY;
    const char *unit = refused ? p->at->counter->unit : p->at->own;
    struct post *head = world_post(p->w, p->c, unit, ROLE_BIT(HEAD), false, NULL, NULL, 0);

    add(p, DO_COMPLAIN, p->receiver, NULL, false);
    if (late)
        p->replier = head;
    if (late || !head || p->missing || chance_percent(p->c, 20))
        return;
    add(p, chance_percent(p->c, 15) ? DO_REFUSE_REPLY : DO_REPLY, head, NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].justified = chance_percent(p->c, 40);
}

static void say(struct planning *p, struct voices voices)
{
    if (voices.complains && !p->missing)
        complain(p, voices.late);
    if (voices.rates && !p->missing && !p->keeper) /* who never came has not seen how it ended */
        rate(p);
}

/* What lies behind the day comes last. */
static void afterwards(struct planning *p)
{
    if (p->replier) {
        add(p, DO_REPLY_LATE, p->replier, NULL, false);
        if (!p->missing)
            p->acts[p->count - 1].months = 1;
    }
    if (p->keeper) {
        add(p, DO_KEEP, p->keeper, NULL, false);
        if (!p->missing)
            p->acts[p->count - 1].months = MONTHS_MOST;
    }
}

size_t dossier_plan(struct world *w, struct chance *c, const struct candidate *at, enum plan plan,
                    const struct ways *ways, struct voices voices, struct arena *a, struct act *ret,
                    const char **ret_missing)
{
    struct planning p = {.w = w, .c = c, .arena = a, .at = at, .ways = ways, .acts = ret};
    struct post *receiver = world_post(w, c, at->counter->unit, ROLE_BIT(RECEIVER), true, at->counter->id, NULL, 0);

    if (receiver && strcmp(receiver->counter, at->counter->id) != 0)
        receiver = NULL;
    p.receiver = receiver;
    if (plan == PLAN_AT_ONCE) {
        const char *mandate = NULL;
        struct post *officer = world_at_once(w, at, &mandate);
        add(&p, DO_AT_ONCE, officer, mandate, false);
        p.receiver = officer;
        p.ended = process_following(at->process, 1, STEP_APPROVE);
        note(&p.appraisers, officer);
        walk(&p, plan, process_following(at->process, 1, STEP_NUMBER_SEAL));
        if (voices.corrects && !p.missing)
            correct(&p);
        say(&p, voices);
        afterwards(&p);
        *ret_missing = p.missing;
        return p.missing ? 0 : p.count;
    }
    bool files = plan != PLAN_TURN_AWAY && (plan != PLAN_GUIDE || chance_percent(c, 80));
    if (plan == PLAN_GUIDE)
        add(&p, DO_GUIDE, receiver, NULL, false);
    if (plan == PLAN_TURN_AWAY)
        add(&p, DO_TURN_AWAY, receiver, NULL, false);
    if (files) {
        bool lends = chance_percent(c, 15), loses = lends && chance_percent(c, ways->lost),
             at_once = loses && chance_percent(c, 50);
        add(&p, DO_RECEIVE, receiver, NULL, false);
        if (!p.missing)
            p.acts[p.count - 1].lends = lends;
        if (at_once)
            lose(&p);
        walk(&p, plan, 2);
        if (loses && !at_once)
            lose(&p);
        if (lends && (!loses || settle(&p))) /* with the result, or when the dossier is withdrawn */
            add(&p, DO_GIVE_BACK, receiver, NULL, false);
        if (voices.corrects && p.ended && !p.missing && plan != PLAN_STOP && plan != PLAN_WITHDRAW)
            correct(&p);
    }
    if (files || plan == PLAN_TURN_AWAY)
        say(&p, voices);
    afterwards(&p);
    *ret_missing = p.missing;
    return p.missing ? 0 : p.count;
}
