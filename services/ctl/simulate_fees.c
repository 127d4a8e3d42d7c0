/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is to be paid is known when a dossier was received: by the rules of its procedure and the channel. The acts that
 * pay, waive and give back are put between the others then: what falls due with the receipt behind it, with a
 * supplement behind that, with the result once it lies ready.
 */
#include <string.h>

#include "services/ctl/simulate_runner.h"

/* insert puts an act at a place; false when there is no room. */
static bool insert(struct runner *r, size_t at, struct act a)
{
    if (r->count == ACTS_MAX)
        return false;
    memmove(&r->acts[at + 1], &r->acts[at], (r->count - at) * sizeof *r->acts);
    r->acts[at] = a;
    r->count++;
    return true;
}

/* behind gives the place behind the first such act that is still to come, not about a letter; 0: there is none. */
static size_t behind(const struct runner *r, enum deed deed)
{
    for (size_t i = r->next; i < r->count; i++)
        if (r->acts[i].deed == deed && !r->acts[i].of_letter)
            return i + 1;
    return 0;
}

/* Where it has fallen due; 0: it never does in this dossier. */
static size_t place_of(const struct runner *r, int due)
{
    bool grants = behind(r, DO_GRANT) || r->acts[r->next].deed == DO_AT_ONCE; /* what he left is granted by an act */

    if (due == FEE_DUE_INTAKE)
        return r->next + 1;
    if (due == FEE_DUE_SUPPLEMENT)
        return behind(r, DO_SUPPLY);
    return grants && behind(r, DO_SEAL) ? behind(r, DO_READY) : 0;
}

/* Where it is known how the dossier ended, when the rule gives back of such an end; 0: it does not. */
static size_t place_of_refund(const struct runner *r, const struct price *price)
{
    static const struct {
        enum plan plan;
        enum fee_refund end;
        enum deed known_by;
    } ends[] = {{PLAN_REJECT, FEE_REFUND_REFUSED, DO_READY},
                {PLAN_WITHDRAW, FEE_REFUND_WITHDRAWN, DO_LET_GO},
                {PLAN_STOP, FEE_REFUND_STOPPED, DO_CLOSE},
                {PLAN_UNANSWERED, FEE_REFUND_STOPPED, DO_CLOSE}};
    enum plan plan = r->acts[r->next].deed == DO_REFUSE_AT_ONCE ? PLAN_REJECT : r->d->plan;

    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (plan == ends[i].plan && (price->refund & (UINT32_C(1) << ends[i].end)))
            return behind(r, ends[i].known_by);
    return 0;
}

/* The first one that the rule exempts; NULL: it exempts nobody. */
static const char *ground_of(const struct price *price)
{
    for (int v = 1; v < FEE_EXEMPT_COUNT; v++)
        if (price->exemptions & (UINT32_C(1) << v))
            return fee_exemption_name(v);
    return NULL;
}

static void settle(struct runner *r, const char *fee, int due)
{
    struct world *w = r->s->world;
    const struct price *price = world_price(w, r->at.process->procedure, fee);
    struct act a = {.what = arena_strdup(r->plan, fee), .who = r->acts[r->next].who, .late_at = INSTANT_NONE};
    size_t at = place_of(r, due);

    if (!price || at == 0)
        return;
    a.ground = chance_percent(&r->chance, r->s->exempt) ? ground_of(price) : NULL;
    struct post *head = a.ground ? world_post(w, &r->chance, r->at.counter->unit, ROLE_BIT(HEAD), false, NULL,
                                              (const struct post *const[]){a.who}, 1)
                                 : NULL;
    if (head) {
        a.deed = DO_WAIVE_FEE;
        a.superior = head->id;
        (void)insert(r, at, a);
        return;
    }
    size_t back = place_of_refund(r, price);
    if (back) /* the later one first: the other moves it */
        (void)insert(r, back,
                     (struct act){.deed = DO_REFUND_FEE, .what = a.what, .who = a.who, .late_at = INSTANT_NONE});
    bool online = chance_percent(&r->chance, r->s->paid_online);
    a.deed = online ? DO_PAY_ONLINE : DO_PAY_FEE;
    a.who = online ? &w->portal : a.who;
    (void)insert(r, at, a);
}

void runner_pay(struct runner *r, struct json_in *in, const struct json *answer)
{
    const struct json *list = json_list(in, answer, "fees", JSON_OPTIONAL, 0, 100);

    for (size_t i = 0; i < json_items(list); i++) {
        const struct json *f = json_item(list, i);
        settle(r, json_text(in, f, "fee", JSON_REQUIRED, 1, 64),
               fee_due_parse(json_text(in, f, "due", JSON_REQUIRED, 1, 20)));
    }
}
