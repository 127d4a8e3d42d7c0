/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fees and charges (phí, lệ phí) of a dossier. All that is to be paid is known with the receipt, by the rules of that
 * day and the channel of the filing; it falls due then, with a supplement, or when a result that grants lies ready. It
 * is paid to the agency, through the postal operator or online (D61 Art. 22), in one sum each; given back only as its
 * rule says; and not taken at all of whom the rule exempts. None of it touches a clock: only a financial obligation
 * does.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/role.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

#define TAKERS (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER))

/* clang-format off */
#define MOVE(from_, on_, to_, why_)                                                                                    \
    {.from = INTAKE_FEE_##from_, .on = INTAKE_##on_, .to = INTAKE_FEE_##to_, .why = why_}

static const struct fsm_edge moves[] = {
    MOVE(EXPECTED, RECEIVE_SUPPLEMENT, DUE,      "the supplement is here"),
    MOVE(EXPECTED, LIE_READY,          DUE,      "the result lies ready, and grants what was asked for"),
    MOVE(DUE,      PAY_FEE,            PAID,     "the citizen has paid it"),
    MOVE(DUE,      WAIVE_FEE,          WAIVED,   "its rule exempts the citizen"),
    MOVE(PAID,     REFUND_FEE,         REFUNDED, "its rule gives it back, as the dossier has ended"),
};
/* clang-format on */

const char *const intake_fee_state_names[] = {INTAKE_FEE_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_FEE_STATE_MAP(WORD_VI)};

const struct fsm intake_fee_fsm = {
    .name = "intake-fee",
    .rows = moves,
    .count = COUNT_OF(moves),
    .stride = sizeof(struct fsm_edge),
    .states = intake_fee_state_names,
    .state_count = INTAKE_FEE_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_FEE_EXPECTED,
};

int intake_fee_state_parse(const char *name)
{
    return words_find(intake_fee_state_names, name);
}

/* own gives fees that may be changed: those of the dossier are shared with what it was before. */
static struct intake_fee *own(const struct intake_facts *f, struct intake_dossier *d)
{
    struct intake_fee *fees = ARENA_ARRAY(f->arena, (size_t)d->fee_count + 1, struct intake_fee);

    if (d->fee_count)
        memcpy(fees, d->fees, (size_t)d->fee_count * sizeof *fees);
    d->fees = fees;
    return fees;
}

/* ---- what is to be paid, and since when */

/* add keeps the order of the codes, in which they are stored and read. */
static void add(struct intake_fee *fees, int count, const struct intake_fee *x)
{
    int at = count;

    for (; at > 0 && strcmp(fees[at - 1].code, x->code) > 0; at--)
        fees[at] = fees[at - 1];
    fees[at] = *x;
}

void intake_set_fees(struct intake_dossier *d, const struct procedure *p, const struct intake_facts *f)
{
    struct intake_fee fees[PROCEDURE_FEES_MOST];
    int count = 0;

    for (int i = 0; i < p->fee_count && count < PROCEDURE_FEES_MOST; i++) {
        const struct fee_rule *r = &p->fees[i];
        bool at_once = r->due == FEE_DUE_INTAKE;

        if (!fee_rule_holds(r, instant_day(f->now)) || r->amounts[d->channel] == 0)
            continue;
        add(fees, count++,
            &(struct intake_fee){.code = r->code,
                                 .state = at_once ? INTAKE_FEE_DUE : INTAKE_FEE_EXPECTED,
                                 .kind = r->kind,
                                 .due = r->due,
                                 .amount = r->amounts[d->channel],
                                 .due_at = at_once ? f->now : INSTANT_NONE,
                                 .paid_at = INSTANT_NONE,
                                 .refunded_at = INSTANT_NONE,
                                 .waived_at = INSTANT_NONE});
    }
    d->fees = fees;
    d->fee_count = count;
    if (count)
        own(f, d);
    else
        d->fees = NULL;
}

void intake_fall_due(int when, instant at, const struct intake_facts *f, struct intake_decision *ret)
{
    struct intake_dossier *d = &ret->next;

    for (int i = 0; i < d->fee_count; i++)
        if (d->fees[i].due == when && d->fees[i].state == INTAKE_FEE_EXPECTED) {
            struct intake_fee *x = &own(f, d)[i];
            x->state = INTAKE_FEE_DUE;
            x->due_at = at;
            ret->fees = true;
        }
}

/* ---- the fee that an act is about */

static enum err_code refuse_move(const struct intake_fee *x, enum intake_act act, const struct intake_facts *f,
                                 struct err *reterr)
{
    struct fsm_child child = {.field = "fee",
                              .vi = arena_printf(f->arena, "khoản \"%s\"", x->code),
                              .en = arena_printf(f->arena, "fee \"%s\"", x->code)};

    return fsm_refuse_child(&intake_fee_fsm, (int)x->state, (int)act, &child, reterr);
}

static enum err_code find(const struct intake_dossier *d, const char *code, enum intake_act act,
                          const struct intake_facts *f, int *ret, struct err *reterr)
{
    for (int i = 0; i < d->fee_count; i++) {
        const struct intake_fee *x = &d->fees[i];
        if (strcmp(x->code, code) != 0)
            continue;
        *ret = i;
        if (fsm_next(&intake_fee_fsm, (int)x->state, (int)act, NULL))
            return ERR_OK;
        return refuse_move(x, act, f, reterr);
    }
    return err_say(reterr, ERR_INVALID, "fee", "hồ sơ không có khoản phí, lệ phí \"%s\"",
                   "the dossier has no fee \"%s\"", code);
}

/* move takes the fee one row further in its own table. */
static struct intake_fee *move(enum intake_act act, int i, const struct intake_facts *f, struct intake_decision *ret)
{
    struct intake_fee *x = &own(f, &ret->next)[i];

    x->state = (enum intake_fee_state)fsm_next(&intake_fee_fsm, (int)x->state, (int)act, NULL)->to;
    ret->fee = i;
    ret->fees = true;
    return x;
}

/* rule_of gives the rule that the fee was reckoned by; NULL when the catalogue has lost it. */
static const struct fee_rule *rule_of(const struct intake_dossier *d, const struct intake_fee *x,
                                      const struct intake_facts *f)
{
    int32_t day = instant_day(d->received_at);
    const struct procedure *p = catalogue_procedure(f->catalogue, d->procedure, day);

    return p ? procedure_fee(p, x->code, day) : NULL;
}

/* How it has ended, as rules of fees say it; FEE_REFUND_NONE: not yet, or the citizen has what he asked for. */
static int end_of(const struct intake_dossier *d)
{
    if (d->state == INTAKE_WITHDRAWN)
        return FEE_REFUND_WITHDRAWN;
    if (d->state == INTAKE_STOPPED)
        return FEE_REFUND_STOPPED;
    if ((d->state == INTAKE_FINISHED || d->state == INTAKE_RETURNED) && d->outcome == OUTCOME_REFUSED)
        return FEE_REFUND_REFUSED;
    return FEE_REFUND_NONE;
}

static bool gives_back(const struct fee_rule *r, int end)
{
    return r && end != FEE_REFUND_NONE && (r->refund & (UINT32_C(1) << end));
}

/* ---- the acts */

/* Whoever sits at a counter of the receiving unit takes the money; what was paid online the portal tells. */
static enum err_code check_taker(const struct intake_pay *c, const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr)
{
    if (c->means == PAY_ONLINE)
        return f->actor_roles & ROLE_BIT(PORTAL)
                   ? ERR_OK
                   : err_say(reterr, ERR_FORBIDDEN, "means", "chỉ cổng dịch vụ công ghi nhận khoản nộp trực tuyến",
                             "only the portal records what was paid online");
    return intake_at_counter_as(TAKERS, &ret->next, c->means == PAY_CASH ? CHANNEL_COUNTER : CHANNEL_POST, f,
                                &ret->place, reterr);
}

enum err_code intake_may_pay(const struct intake_pay *c, const struct intake_facts *f, struct intake_decision *ret,
                             struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    int i;
    enum err_code rc = find(d, c->fee, INTAKE_PAY_FEE, f, &i, reterr);

    if (!rc)
        rc = check_taker(c, f, ret, reterr);
    if (rc)
        return rc;
    struct intake_fee *x = move(INTAKE_PAY_FEE, i, f, ret);
    x->paid_at = f->now;
    x->means = (int)c->means;
    x->receipt = c->receipt;
    x->paid_by = f->actor;
    return ERR_OK;
}

enum err_code intake_pay_with_receipt(const struct intake_receive *c, const struct intake_facts *f,
                                      struct intake_decision *ret, struct err *reterr)
{
    for (int i = 0; i < c->payment_count; i++) {
        struct err why;
        enum err_code rc = intake_may_pay(&c->payments[i], f, ret, &why);

        if (rc && reterr) {
            *reterr = why;
            (void)snprintf(reterr->field, sizeof reterr->field, "payments[%d].%.40s", i, why.field);
        }
        if (rc)
            return rc;
    }
    ret->fee = -1; /* it is an act of its own no more */
    return ERR_OK;
}

/* not_given_back names the rule that says so. */
static enum err_code not_given_back(const struct intake_fee *x, const struct fee_rule *r, struct err *reterr)
{
    return err_say(reterr, ERR_ILLEGAL_MOVE, "fee", "theo %s, khoản \"%s\" không được hoàn trả trong trường hợp này",
                   "by %s, fee \"%s\" is not given back in this case", r ? r->basis : "-", x->code);
}

enum err_code intake_may_refund(const struct intake_refund *c, const struct intake_facts *f,
                                struct intake_decision *ret, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    int i, end = end_of(d);
    enum err_code rc = find(d, c->fee, INTAKE_REFUND_FEE, f, &i, reterr);

    if (rc)
        return rc;
    const struct fee_rule *r = rule_of(d, &d->fees[i], f);
    if (!gives_back(r, end))
        return not_given_back(&d->fees[i], r, reterr);
    if (c->amount > d->fees[i].amount)
        return err_say(reterr, ERR_INVALID, "amount_vnd", "chỉ nộp %lld đồng, không hoàn trả nhiều hơn",
                       "only %lld VND were paid, no more is given back", (long long)d->fees[i].amount);
    rc = intake_at_counter_as(TAKERS, d, CHANNEL_POST, f, &ret->place, reterr);
    if (rc)
        return rc;
    struct intake_fee *x = move(INTAKE_REFUND_FEE, i, f, ret);
    x->refunded_at = f->now;
    x->refunded = c->amount ? c->amount : x->amount;
    x->refund = end;
    x->refunded_by = f->actor;
    return ERR_OK;
}

/* An exemption is the law's, but somebody looks at the proof and answers for it: a head, who is not the one who waives.
 */
static enum err_code check_superior(const struct intake_waive *c, const struct intake_dossier *d,
                                    const struct intake_facts *f, struct err *reterr)
{
    const struct officer *head = catalogue_officer(f->catalogue, c->superior, instant_day(f->now));

    if (!head || strcmp(head->unit, d->receiving_unit) != 0 || !(head->roles & ROLE_BIT(HEAD)))
        return err_say(reterr, ERR_INVALID, "superior", "\"%s\" không phải người đứng đầu đơn vị %s",
                       "\"%s\" is no head of unit %s", c->superior, d->receiving_unit);
    if (strcmp(c->superior, f->actor) == 0)
        return err_say(reterr, ERR_INVALID, "superior", "người chịu trách nhiệm phải là người khác",
                       "who answers for it is another person");
    return ERR_OK;
}

enum err_code intake_may_waive(const struct intake_waive *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    int i;
    enum err_code rc = find(d, c->fee, INTAKE_WAIVE_FEE, f, &i, reterr);

    if (rc)
        return rc;
    const struct fee_rule *r = rule_of(d, &d->fees[i], f);
    if (!r || !(r->exemptions & (UINT32_C(1) << c->ground)))
        return err_say(reterr, ERR_INVALID, "ground", "theo %s, khoản \"%s\" không miễn cho đối tượng \"%s\"",
                       "by %s, fee \"%s\" exempts nobody for \"%s\"", r ? r->basis : "-", c->fee,
                       fee_exemption_name((int)c->ground));
    rc = intake_at_counter_as(TAKERS, d, CHANNEL_POST, f, &ret->place, reterr);
    if (!rc)
        rc = check_superior(c, d, f, reterr);
    if (rc)
        return rc;
    struct intake_fee *x = move(INTAKE_WAIVE_FEE, i, f, ret);
    x->waived_at = f->now;
    x->exemption = (int)c->ground;
    x->superior = c->superior;
    x->waived_by = f->actor;
    return ERR_OK;
}
