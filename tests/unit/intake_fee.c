/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be paid: by which rule, since when; paid, waived, given back; and that no clock and no work waits for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define RECEIVER "H11.35-tn01"
#define RETURNS  "H11.35-tk01"
#define OF_HEAD  "H11.35-tr01"

static const struct intake_pay in_cash = {.fee = "cong-bo", .means = PAY_CASH, .receipt = "BL-01"};

static const struct intake_decision *act_at(const struct intake_dossier *d, enum intake_act act, const void *command,
                                            const char *actor, int32_t day, int minute)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, actor ? "H11.35" : NULL, minute);

    f.now = instant_of_day(day, minute);
    if (actor && strcmp(actor, "portal") == 0)
        f.actor_roles = ROLE_BIT(PORTAL), f.actor_unit = "H11";
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static const struct intake_decision *act_by(const struct intake_dossier *d, enum intake_act act, const void *command,
                                            const char *actor)
{
    return act_at(d, act, command, actor, BED_DAY, 9 * 60);
}

static struct intake_dossier received_by(enum channel channel, int32_t day)
{
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000008");

    c.channel = channel;
    if (channel == CHANNEL_ONLINE)
        c.components = &file;
    const struct intake_decision *out = act_at(NULL, INTAKE_RECEIVE, &c, RECEIVER, day, 8 * 60);
    assert_non_null(out);
    return out->next;
}

static struct intake_dossier received(void)
{
    return received_by(CHANNEL_COUNTER, BED_DAY);
}

static const struct intake_fee *fee_of(const struct intake_dossier *d, const char *code)
{
    for (int i = 0; i < d->fee_count; i++)
        if (strcmp(d->fees[i].code, code) == 0)
            return &d->fees[i];
    return NULL;
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
    assert_true(err.vi[0] && err.en[0]);
}

/* ---- what is to be paid */

static void the_rules_of_the_day_and_the_channel_say_it(void **state)
{
    struct intake_dossier counter = received(), online = received_by(CHANNEL_ONLINE, BED_DAY),
                          post = received_by(CHANNEL_POST, BED_DAY), before = received_by(CHANNEL_COUNTER, BED_DAY - 1);

    (void)state;
    assert_int_equal(counter.fee_count, 4);
    for (int i = 1; i < counter.fee_count; i++)
        assert_true(strcmp(counter.fees[i - 1].code, counter.fees[i].code) < 0);
    assert_int_equal(fee_of(&counter, "le-phi")->amount, 50000);
    assert_int_equal(fee_of(&counter, "le-phi")->kind, FEE_KIND_CHARGE);
    assert_int_equal(fee_of(&post, "le-phi")->amount, 60000);
    assert_int_equal(fee_of(&before, "le-phi")->amount, 100000); /* the rule changed overnight */
    assert_int_equal(online.fee_count, 3);
    assert_null(fee_of(&online, "le-phi"));
    assert_int_equal(fee_of(&counter, "le-phi")->state, INTAKE_FEE_DUE);
    assert_true(fee_of(&counter, "le-phi")->due_at == counter.received_at);
    assert_int_equal(fee_of(&counter, "tham-dinh")->state, INTAKE_FEE_EXPECTED);
    assert_int_equal(fee_of(&counter, "cap-phep")->state, INTAKE_FEE_EXPECTED);
}

static void a_procedure_without_rules_costs_nothing(void **state)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    const struct intake_decision *out = act_by(NULL, INTAKE_RECEIVE, &c, RECEIVER);

    (void)state;
    assert_non_null(out);
    assert_int_equal(out->next.fee_count, 0);
    assert_null(out->next.fees);
    refused(act_by(&out->next, INTAKE_PAY_FEE, &in_cash, RECEIVER), ERR_INVALID, "fee");
}

/* ---- it falls due */

static void with_the_supplement(void **state)
{
    static const struct intake_component more = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {.channel = CHANNEL_POST, .components = &more, .component_count = 1};
    static const struct intake_supplement_asked asked = {.step = 3, .round = 1, .by = "H11.35-td01"};
    static const struct intake_pay pay = {.fee = "tham-dinh", .means = PAY_TRANSFER, .receipt = "GD-1"};
    struct intake_dossier d = received();

    (void)state;
    refused(act_by(&d, INTAKE_PAY_FEE, &pay, RECEIVER), ERR_ILLEGAL_MOVE, "fee"); /* not due yet */
    assert_string_equal(err.en, "cannot pay_fee when fee \"tham-dinh\" is expected");
    assert_string_equal(err.vi, "không thể thu phí, lệ phí khi khoản \"tham-dinh\" ở trạng thái \"chưa đến hạn nộp\"");
    d.state = INTAKE_IN_PROCESS;
    d = act_by(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL)->next;
    assert_int_equal(fee_of(&d, "tham-dinh")->state, INTAKE_FEE_EXPECTED);
    const struct intake_decision *out = act_by(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, RECEIVER);
    assert_non_null(out);
    assert_true(out->fees);
    assert_string_equal(out->event, "SupplementReceived");
    assert_int_equal(fee_of(&out->next, "tham-dinh")->state, INTAKE_FEE_DUE);
    assert_int_equal(fee_of(&d, "tham-dinh")->state, INTAKE_FEE_EXPECTED); /* what it was is not touched */
    assert_int_equal(fee_of(&out->next, "cap-phep")->state, INTAKE_FEE_EXPECTED);
    assert_non_null(act_by(&out->next, INTAKE_PAY_FEE, &pay, RECEIVER));
}

static void with_a_result_that_grants(void **state)
{
    struct intake_progress ready = {.outcome = OUTCOME_GRANTED, .at = instant_of_day(BED_DAY + 2, 600)};
    struct intake_dossier d = received();

    (void)state;
    d.state = INTAKE_FINISHED;
    d.outcome = OUTCOME_GRANTED;
    struct intake_dossier granted = act_by(&d, INTAKE_LIE_READY, &ready, NULL)->next;
    assert_int_equal(fee_of(&granted, "cap-phep")->state, INTAKE_FEE_DUE);
    assert_true(fee_of(&granted, "cap-phep")->due_at == ready.at);
    d.outcome = ready.outcome = OUTCOME_REFUSED;
    struct intake_dossier not_granted = act_by(&d, INTAKE_LIE_READY, &ready, NULL)->next;
    assert_int_equal(fee_of(&not_granted, "cap-phep")->state, INTAKE_FEE_EXPECTED); /* there is nothing to pay for */
}

/* ---- paying */

static void paid_once_and_nothing_else_moves(void **state)
{
    struct intake_dossier d = received();
    const struct intake_decision *out = act_by(&d, INTAKE_PAY_FEE, &in_cash, RECEIVER);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "FeePaid");
    assert_string_equal(out->place, "H11.35-Q1");
    const struct intake_fee *x = &out->next.fees[out->fee];
    assert_string_equal(x->code, "cong-bo");
    assert_int_equal(x->state, INTAKE_FEE_PAID);
    assert_int_equal(x->means, PAY_CASH);
    assert_string_equal(x->receipt, "BL-01");
    assert_string_equal(x->paid_by, RECEIVER);
    assert_int_equal(fee_of(&out->next, "le-phi")->state, INTAKE_FEE_DUE);
    struct intake_dossier after = out->next;
    after.fees = d.fees;
    assert_memory_equal(&after, &d, sizeof d);
    refused(act_by(&out->next, INTAKE_PAY_FEE, &in_cash, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
}

static void each_means_has_its_place(void **state)
{
    struct intake_pay c = in_cash;
    struct intake_dossier d = received();

    (void)state;
    refused(act_by(&d, INTAKE_PAY_FEE, &c, "H11.35-td01"), ERR_FORBIDDEN, "actor");             /* sits at no counter */
    refused(act_by(&d, INTAKE_PAY_FEE, &c, "portal"), ERR_FORBIDDEN, "actor");                  /* has no till */
    refused(act_at(&d, INTAKE_PAY_FEE, &c, RETURNS, BED_DAY, 12 * 60), ERR_INVALID, "counter"); /* it is closed */
    assert_non_null(act_by(&d, INTAKE_PAY_FEE, &c, RETURNS));
    c.means = PAY_TRANSFER;
    assert_non_null(act_at(&d, INTAKE_PAY_FEE, &c, RETURNS, BED_DAY, 12 * 60));
    c.means = PAY_POST;
    assert_non_null(act_at(&d, INTAKE_PAY_FEE, &c, RETURNS, BED_DAY, 12 * 60));
    c.means = PAY_ONLINE;
    refused(act_by(&d, INTAKE_PAY_FEE, &c, RECEIVER), ERR_FORBIDDEN, "means");
    const struct intake_decision *out = act_at(&d, INTAKE_PAY_FEE, &c, "portal", BED_DAY, 22 * 60);
    assert_non_null(out);
    assert_null(out->place);
}

/* ---- given back */

static struct intake_dossier paid(const char *code)
{
    struct intake_pay c = in_cash;
    struct intake_dossier d = received();

    c.fee = code;
    return act_by(&d, INTAKE_PAY_FEE, &c, RECEIVER)->next;
}

static void only_as_its_rule_says(void **state)
{
    static const struct intake_refund back = {.fee = "cong-bo"}, charge = {.fee = "le-phi"};
    struct intake_dossier d = paid("cong-bo"), other = paid("le-phi");

    (void)state;
    d.state = INTAKE_STOPPED;
    refused(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
    assert_non_null(strstr(err.vi, "NĐ 78/2015/NĐ-CP, Điều 55")); /* the rule is named */
    assert_non_null(strstr(err.en, "NĐ 78/2015/NĐ-CP, Điều 55"));
    d.state = INTAKE_FINISHED;
    d.outcome = OUTCOME_GRANTED;
    refused(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
    d.state = INTAKE_IN_PROCESS;
    assert_null(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER));
    d.state = INTAKE_WITHDRAWN;
    assert_non_null(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER));
    other.state = INTAKE_RETURNED;
    other.outcome = OUTCOME_REFUSED;
    refused(act_by(&other, INTAKE_REFUND_FEE, &charge, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
    refused(act_by(&other, INTAKE_REFUND_FEE, &back, RECEIVER), ERR_ILLEGAL_MOVE, "fee"); /* it was never paid */
}

/* A fee whose rule names the stop, and nothing else. */
static void what_was_stopped_gives_back_the_fee_that_says_so(void **state)
{
    static const struct intake_refund back = {.fee = "tham-dinh"};
    struct intake_fee fees[PROCEDURE_FEES_MOST];
    struct intake_dossier d = received();

    (void)state;
    memcpy(fees, d.fees, (size_t)d.fee_count * sizeof *fees);
    for (int i = 0; i < d.fee_count; i++)
        fees[i].state = INTAKE_FEE_PAID;
    d.fees = fees;
    d.state = INTAKE_WITHDRAWN;
    refused(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
    d.state = INTAKE_STOPPED;
    d.outcome = OUTCOME_STOPPED;
    const struct intake_decision *out = act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER);
    assert_non_null(out);
    assert_string_equal(out->event, "FeeRefunded");
    assert_int_equal(out->next.state, INTAKE_STOPPED);
    assert_string_equal(out->next.fees[out->fee].code, "tham-dinh");
    assert_int_equal(out->next.fees[out->fee].state, INTAKE_FEE_REFUNDED);
    assert_int_equal(out->next.fees[out->fee].refunded, 200000);
    assert_int_equal(out->next.fees[out->fee].refund, FEE_REFUND_STOPPED);
}

static void once_and_never_more_than_was_paid(void **state)
{
    struct intake_refund back = {.fee = "cong-bo", .amount = 300001};
    struct intake_dossier d = paid("cong-bo");

    (void)state;
    d.state = INTAKE_RETURNED;
    d.outcome = OUTCOME_REFUSED;
    refused(act_by(&d, INTAKE_REFUND_FEE, &back, RECEIVER), ERR_INVALID, "amount_vnd");
    back.amount = 0;
    refused(act_by(&d, INTAKE_REFUND_FEE, &back, "H11.35-td01"), ERR_FORBIDDEN, "actor");
    const struct intake_decision *out = act_by(&d, INTAKE_REFUND_FEE, &back, RETURNS);
    assert_non_null(out);
    assert_string_equal(out->event, "FeeRefunded");
    assert_int_equal(out->next.fees[out->fee].refunded, 300000);
    assert_int_equal(out->next.fees[out->fee].refund, FEE_REFUND_REFUSED);
    refused(act_by(&out->next, INTAKE_REFUND_FEE, &back, RETURNS), ERR_ILLEGAL_MOVE, "fee");
    back.amount = 100000;
    out = act_by(&d, INTAKE_REFUND_FEE, &back, RETURNS);
    assert_int_equal(out->next.fees[out->fee].refunded, 100000);
    refused(act_by(&out->next, INTAKE_REFUND_FEE, &back, RETURNS), ERR_ILLEGAL_MOVE, "fee");
}

/* ---- every state and act */

static const struct allowed moves[] = {
    {FROM(INTAKE_FEE_EXPECTED), INTAKE_RECEIVE_SUPPLEMENT, INTAKE_FEE_DUE, NULL},
    {FROM(INTAKE_FEE_EXPECTED), INTAKE_LIE_READY, INTAKE_FEE_DUE, NULL},
    {FROM(INTAKE_FEE_DUE), INTAKE_PAY_FEE, INTAKE_FEE_PAID, "FeePaid"},
    {FROM(INTAKE_FEE_DUE), INTAKE_WAIVE_FEE, INTAKE_FEE_WAIVED, "FeeWaived"},
    {FROM(INTAKE_FEE_PAID), INTAKE_REFUND_FEE, INTAKE_FEE_REFUNDED, "FeeRefunded"},
};

static void each_state_and_what_is_done(void **state)
{
    static const struct intake_refund back = {.fee = "cong-bo"};
    static const struct intake_waive waiver = {.fee = "le-phi", .ground = FEE_EXEMPT_ELDERLY, .superior = OF_HEAD};
    static const struct {
        enum intake_act act;
        const void *command;
        const char *vi, *en;
    } acts[] = {{INTAKE_PAY_FEE, &in_cash, "khoản \"cong-bo\"", "fee \"cong-bo\""},
                {INTAKE_WAIVE_FEE, &waiver, "khoản \"le-phi\"", "fee \"le-phi\""},
                {INTAKE_REFUND_FEE, &back, "khoản \"cong-bo\"", "fee \"cong-bo\""}};

    (void)state;
    table_is(&intake_fee_fsm, moves, COUNT_OF(moves));
    for (int from = 0; from < INTAKE_FEE_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(acts); i++) {
            struct intake_dossier d = received();
            struct intake_fee fees[PROCEDURE_FEES_MOST];
            memcpy(fees, d.fees, (size_t)d.fee_count * sizeof *fees);
            for (int k = 0; k < d.fee_count; k++)
                fees[k].state = (enum intake_fee_state)from;
            d.fees = fees;
            if (acts[i].act == INTAKE_REFUND_FEE) {
                d.state = INTAKE_RETURNED;
                d.outcome = OUTCOME_REFUSED;
            }
            const struct allowed *e = allowed_next(moves, COUNT_OF(moves), from, (int)acts[i].act, NULL);
            const struct intake_decision *out = act_by(&d, acts[i].act, acts[i].command, RECEIVER);
            if (e) {
                assert_non_null(out);
                assert_int_equal(out->next.fees[out->fee].state, e->to);
                told_is(e, out->event);
                continue;
            }
            assert_null(out);
            bed_says(&err, &intake_fee_fsm, from, (int)acts[i].act, "fee", acts[i].vi, acts[i].en);
        }
}

/* What is expected falls due with acts of the dossier, which are never refused for a fee's sake: any other state, and
 * every fee that is due with something else, stays as it is. */
static void falls_due_with(enum intake_act act, const void *command, const char *actor, struct intake_dossier d,
                           const char *code)
{
    struct intake_fee fees[PROCEDURE_FEES_MOST];

    memcpy(fees, d.fees, (size_t)d.fee_count * sizeof *fees);
    for (int from = 0; from < INTAKE_FEE_STATE_COUNT; from++) {
        for (int k = 0; k < d.fee_count; k++)
            fees[k].state = (enum intake_fee_state)from;
        d.fees = fees;
        const struct allowed *e = allowed_next(moves, COUNT_OF(moves), from, (int)act, NULL);
        const struct intake_decision *out = act_by(&d, act, command, actor);
        assert_non_null(out);
        assert_int_equal(out->fees, e != NULL);
        for (int k = 0; k < d.fee_count; k++) {
            bool moves_it = e && strcmp(fees[k].code, code) == 0;
            if (moves_it)
                assert_int_equal(out->next.fees[k].state, e->to);
            else
                assert_memory_equal(&out->next.fees[k], &fees[k], sizeof fees[k]);
        }
    }
}

static void each_state_and_what_makes_it_due(void **state)
{
    static const struct intake_component more = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {.channel = CHANNEL_POST, .components = &more, .component_count = 1};
    static const struct intake_supplement_asked asked = {.step = 3, .round = 1, .by = "H11.35-td01"};
    const struct intake_progress ready = {.outcome = OUTCOME_GRANTED, .at = instant_of_day(BED_DAY + 2, 600)};
    struct intake_dossier waits = received(), finished = received();

    (void)state;
    waits.state = INTAKE_IN_PROCESS;
    waits = act_by(&waits, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL)->next;
    falls_due_with(INTAKE_RECEIVE_SUPPLEMENT, &supply, RECEIVER, waits, "tham-dinh");
    finished.state = INTAKE_FINISHED;
    finished.outcome = OUTCOME_GRANTED;
    falls_due_with(INTAKE_LIE_READY, &ready, NULL, finished, "cap-phep");
}

/* ---- waived */

static void whom_its_rule_exempts(void **state)
{
    struct intake_waive c = {.fee = "le-phi", .ground = FEE_EXEMPT_CHILD, .superior = OF_HEAD};
    struct intake_dossier d = received();

    (void)state;
    refused(act_by(&d, INTAKE_WAIVE_FEE, &c, RECEIVER), ERR_INVALID, "ground");
    assert_non_null(strstr(err.vi, "TT 47/2019/TT-BTC"));
    c.ground = FEE_EXEMPT_ELDERLY;
    c.superior = "H11.05-tr01"; /* of another unit */
    refused(act_by(&d, INTAKE_WAIVE_FEE, &c, RECEIVER), ERR_INVALID, "superior");
    c.superior = RECEIVER; /* no head */
    refused(act_by(&d, INTAKE_WAIVE_FEE, &c, RECEIVER), ERR_INVALID, "superior");
    c.superior = OF_HEAD;
    const struct intake_decision *out = act_by(&d, INTAKE_WAIVE_FEE, &c, RECEIVER);
    assert_non_null(out);
    assert_string_equal(out->event, "FeeWaived");
    assert_int_equal(out->next.fees[out->fee].state, INTAKE_FEE_WAIVED);
    assert_int_equal(out->next.fees[out->fee].exemption, FEE_EXEMPT_ELDERLY);
    refused(act_by(&out->next, INTAKE_WAIVE_FEE, &c, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
    const struct intake_pay pay = {.fee = "le-phi", .means = PAY_CASH, .receipt = "BL-02"};
    refused(act_by(&out->next, INTAKE_PAY_FEE, &pay, RECEIVER), ERR_ILLEGAL_MOVE, "fee");
}

/* ---- no clock, no work waits */

static void no_clock_waits_for_it(void **state)
{
    static const struct intake_progress step = {.step = 4},
                                        last = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED};
    struct intake_receive free = bed_receive("H11.35-Q1", "1.000001");
    struct intake_dossier d = received(), none = act_at(NULL, INTAKE_RECEIVE, &free, RECEIVER, BED_DAY, 480)->next;

    (void)state;
    assert_true(d.due_at == none.due_at);
    assert_false(intake_is_paused(&d));
    d = act_by(&d, INTAKE_TAKE_UP, &step, NULL)->next;
    d = act_by(&d, INTAKE_DECIDE, &last, NULL)->next;
    d = act_by(&d, INTAKE_SEAL, &last, NULL)->next;
    assert_int_equal(d.state, INTAKE_FINISHED); /* nothing was paid */
    assert_true(d.due_at == none.due_at);
    assert_int_equal(fee_of(&d, "cong-bo")->state, INTAKE_FEE_DUE);
    d = act_by(&d, INTAKE_PAY_FEE, &in_cash, RECEIVER)->next;
    assert_true(d.due_at == none.due_at && d.promised_at == INSTANT_NONE);
}

/* Of two that are to be paid elsewhere and here: the tax notice with its number pauses, a fee neither does nor ends it.
 */
static void only_a_financial_obligation_stops_the_clock(void **state)
{
    static const struct intake_progress assigned = {.step = 3}, first = {.step = 4, .outcome = OUTCOME_GRANTED};
    static const struct intake_notice notice = {.notice = "12/TB-CCT"}, met = {0};
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000006");
    struct intake_dossier d = act_at(NULL, INTAKE_RECEIVE, &c, RECEIVER, BED_DAY, 480)->next, payer = received();

    (void)state;
    d.fees = payer.fees; /* as if they were to be paid of this one, too */
    d.fee_count = payer.fee_count;
    d = act_by(&d, INTAKE_TAKE_UP, &assigned, NULL)->next;
    d = act_by(&d, INTAKE_DECIDE, &first, NULL)->next;
    assert_false(intake_is_paused(&d)); /* fees are due, the notice is not here */
    d = act_by(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01")->next;
    assert_true(intake_is_paused(&d));
    assert_int_equal(intake_national_status(d.state, false), 6);
    d = act_by(&d, INTAKE_PAY_FEE, &in_cash, RECEIVER)->next;
    assert_true(intake_is_paused(&d));
    assert_int_equal(d.state, INTAKE_AWAITING_OBLIGATION);
    d = act_at(&d, INTAKE_MEET_OBLIGATION, &met, "H11.35-td01", BED_DAY, 10 * 60)->next;
    assert_false(intake_is_paused(&d));
    assert_int_equal(fee_of(&d, "le-phi")->state, INTAKE_FEE_DUE); /* still, and nothing stands */
}

static void a_copy_has_its_own_memory(void **state)
{
    struct intake_dossier d = paid("cong-bo"), copy = intake_copy(&d, arena);

    (void)state;
    assert_int_equal(copy.fee_count, d.fee_count);
    for (int i = 0; i < d.fee_count; i++) {
        assert_ptr_not_equal(copy.fees[i].code, d.fees[i].code);
        assert_string_equal(copy.fees[i].code, d.fees[i].code);
        assert_int_equal(copy.fees[i].state, d.fees[i].state);
    }
    assert_string_equal(fee_of(&copy, "cong-bo")->receipt, "BL-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_rules_of_the_day_and_the_channel_say_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_procedure_without_rules_costs_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_the_supplement, set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_a_result_that_grants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paid_once_and_nothing_else_moves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_means_has_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_as_its_rule_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_stopped_gives_back_the_fee_that_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(once_and_never_more_than_was_paid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_state_and_what_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_state_and_what_makes_it_due, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whom_its_rule_exempts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_clock_waits_for_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_a_financial_obligation_stops_the_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_has_its_own_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("intake_fee", tests, NULL, NULL);
}
