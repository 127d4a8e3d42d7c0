/* SPDX-License-Identifier: Apache-2.0 */
/* The signed document: what its table allows and nothing else, by whom, on the spot and through the office. */
#include "tests/unit/allowed.h"
#include "tests/unit/return_story.h"
#include "tests/unit/sentence.h"

/* ---- the table */

static void table_is_sound(void **state)
{
    (void)state;
    assert_int_equal(fsm_check(&return_fsm, true, &err), ERR_OK);
    assert_null(return_state_names[RETURN_STATE_COUNT]);
    assert_int_equal(return_state_parse("handed_over"), RETURN_HANDED_OVER);
    assert_int_equal(return_state_parse("gone"), -1);
}

#define IN(state) FROM(RETURN_##state)
#define TO(state) RETURN_##state
#define DO(act)   RETURN_ACT_##act
#define NOT_READY (IN(AWAITING_ISSUE) | IN(NUMBERED) | IN(SEALED))

/* The first three are the timers', and of the result alone: nobody is reminded of a letter. */
static const struct allowed allowed[] = {
    {IN(READY), DO(REMIND), STAYS, "CollectionReminded"},
    {NOT_READY, DO(WARN), STAYS, "ReturnNear"},
    {NOT_READY, DO(PASS), STAYS, "ReturnPassed"},
    /* Signed, numbered, sealed, in this order. */
    {FROM(FSM_NOWHERE), DO(SIGN), TO(AWAITING_ISSUE), NULL},
    {IN(AWAITING_ISSUE), DO(NUMBER), TO(NUMBERED), "Numbered"},
    {IN(NUMBERED), DO(SEAL), TO(SEALED), "Sealed"},
    /* From the office to the counter, with two signatures; to the citizen, and back from the post. */
    {IN(SEALED), DO(GIVE), STAYS, "HandOverGiven"},
    {IN(SEALED), DO(TAKE), STAYS, "HandOverTaken"},
    {IN(SEALED), DO(REFUSE_HAND_OVER), STAYS, "HandOverRefused"},
    {IN(SEALED), DO(MAKE_READY), TO(READY), "Ready"},
    {IN(READY) | IN(UNCLAIMED), DO(DELIVER), TO(HANDED_OVER), "HandedOver"},
    {IN(HANDED_OVER) | IN(ARCHIVED), DO(COME_BACK), TO(READY), "CameBack"},
    {IN(HANDED_OVER), DO(ARCHIVE), TO(ARCHIVED), "Archived"},
    {IN(READY), DO(ARCHIVE), TO(UNCLAIMED), "Archived"},
};

/* A letter is no result, and others listen to it: its seal and its handing over are events of its own. */
static void tells(const struct allowed *a, int outcome, enum return_event event)
{
    static const struct {
        int outcome, act;
        const char *event;
    } own[] = {
        {OUTCOME_APOLOGY, DO(SEAL), "ApologyIssued"},       {OUTCOME_APOLOGY, DO(DELIVER), "ApologyHandedOver"},
        {OUTCOME_STOPPED, DO(SEAL), "NoticeIssued"},        {OUTCOME_STOPPED, DO(DELIVER), "NoticeHandedOver"},
        {OUTCOME_CORRECTION, DO(SEAL), "CorrectionIssued"}, {OUTCOME_CORRECTION, DO(DELIVER), "CorrectionHandedOver"},
    };
    struct allowed x = *a;

    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (own[i].outcome == outcome && own[i].act == a->act)
            x.event = own[i].event;
    told_is(&x, return_event_types[event]);
}

static void the_table_is_what_is_allowed(void **state)
{
    (void)state;
    table_is(&return_fsm, allowed, COUNT_OF(allowed));
}

/* Every state and act: what the list allows is done when its guard is content, everything else is refused and changes
 * nothing. A result, a stop notice and an apology go the same way, and the last leaves the others as they are. */

static bool is_a_timers(int act)
{
    return act == DO(REMIND) || act == DO(WARN) || act == DO(PASS);
}

static bool is_of_the_front(int act)
{
    return act == DO(TAKE) || act == DO(REFUSE_HAND_OVER) || act == DO(MAKE_READY) || act == DO(DELIVER) ||
           act == DO(COME_BACK);
}

/* A dossier whose result was handed over and archived, and whose correction is in a state. */
static struct return_dossier *corrected(int state)
{
    struct return_dossier *d = in_state("office", RETURN_ARCHIVED);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_CORRECTION, false)), ERR_OK);
    if (state >= RETURN_NUMBERED)
        assert_int_equal(by("vt01", &d, number("dc")), ERR_OK);
    if (state >= RETURN_SEALED)
        assert_int_equal(by("vt01", &d, seal("s1")), ERR_OK);
    if (state >= RETURN_READY) {
        assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
        assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
        assert_int_equal(by("tk01", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    }
    if (state >= RETURN_HANDED_OVER && state != RETURN_UNCLAIMED)
        assert_int_equal(by("tk01", &d, act(RETURN_ACT_DELIVER)), ERR_OK);
    if (state >= RETURN_ARCHIVED)
        assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
    assert_int_equal(d->documents[1].state, state);
    return d;
}

static uint8_t paper_of(int outcome)
{
    return outcome == OUTCOME_APOLOGY ? 8 : outcome == OUTCOME_CORRECTION ? 9 : 7;
}

/* The document that is tried has another beside it: a correction and an apology the result, anything else an apology.
 */
static struct return_dossier *beside_another(int outcome, int from, int a, struct return_document **ret)
{
    bool correction = outcome == OUTCOME_CORRECTION, last = outcome != OUTCOME_APOLOGY;
    struct return_dossier *d = correction ? corrected(from) : in_state_of("office", outcome, from);

    if (from == RETURN_SEALED && (a == DO(TAKE) || a == DO(REFUSE_HAND_OVER) || a == DO(MAKE_READY)))
        assert_int_equal(by("vt01", &d, about(paper_of(outcome), act(DO(GIVE)))), ERR_OK);
    if (from == RETURN_SEALED && a == DO(MAKE_READY))
        assert_int_equal(by("tk01", &d, about(paper_of(outcome), act(DO(TAKE)))), ERR_OK);
    if (d->document_count == 1)
        assert_int_equal(hear(&d, signed_(4, last ? OUTCOME_APOLOGY : OUTCOME_GRANTED, !last)), ERR_OK);
    *ret = d->document_count ? &d->documents[correction] : NULL;
    if (a == DO(COME_BACK) && *ret && (*ret)->delivery != DELIVERY_NONE)
        (*ret)->delivery = DELIVERY_POST;
    return d;
}

/* as_it_should_be gives the act with all that it needs; n is the document that it is about, NULL: none. */
static struct return_command as_it_should_be(int a, int outcome, const struct return_document *n)
{
    struct return_command c = act((enum return_act)a);

    if (a == DO(SIGN))
        return signed_(4, outcome, outcome != OUTCOME_APOLOGY && outcome != OUTCOME_CORRECTION);
    if (a == DO(RECEIVE))
        return received("office");
    if (a == DO(REMIND))
        return reminder();
    if (a == DO(WARN) || a == DO(PASS))
        return told_by_the_clock((enum return_act)a, a == DO(WARN) && n && n->step_near_at != INSTANT_NONE
                                                         ? n->step_near_at
                                                         : bed_now() + INSTANT_DAY);
    if (a == DO(MOVE_DUE) || a == DO(RECOUNT) || a == DO(FILE_DOCUMENT) || a == DO(SETTLE_FEE))
        return (struct return_command){.act = (enum return_act)a, .from_event = true, .at = bed_now(), .fee = "khac"};
    c.series = series_of(outcome);
    return n ? about(paper_of(outcome), c) : c;
}

/* What is said to an act that the list does not allow; false: nothing, it is noted and no document moves. */
static bool is_said_why(int at, int a)
{
    if (a == DO(MOVE_DUE) || a == DO(RECOUNT) || a == DO(FILE_DOCUMENT))
        return false;
    if (a == DO(RECEIVE))
        is_refused(&err, ERR_CONFLICT, "", "hồ sơ đã được tiếp nhận ở đây", "the dossier was received here already");
    else if (a == DO(SETTLE_FEE))
        is_refused(&err, ERR_CONFLICT, "fee", "hồ sơ không có khoản phí, lệ phí \"khac\"",
                   "the dossier has no fee \"khac\"");
    else
        is_refused_with_its_sentence(&return_fsm, at, a, &err);
    return true;
}

static void try(int outcome, int from, int a)
{
    struct return_document *tried;
    struct return_dossier *d = beside_another(outcome, from, a, &tried);
    const struct return_document *n = is_a_timers(a) ? return_result(d) : tried;
    ptrdiff_t mine = n ? n - d->documents : 0;
    int at = n ? (int)n->state : FSM_NOWHERE;
    const struct allowed *can = allowed_next(allowed, COUNT_OF(allowed), at, a, NULL);
    const struct return_command c = as_it_should_be(a, outcome, n);
    struct return_document before[2];
    size_t count = d->document_count;
    struct return_decision x;

    if (count)
        memcpy(before, d->documents, count * sizeof *before);
    enum err_code rc = c.from_event         ? run(&d, c, "", "", &x)
                       : is_of_the_front(a) ? run(&d, c, "tk01", bed_unit_of("tk01"), &x)
                                            : run(&d, c, "vt01", bed_unit_of("vt01"), &x);
    if (can) {
        if (rc)
            fail_msg("%s in state %d: %s", return_act_names[a], from, err.en);
        assert_int_equal(d->documents[mine].state, allowed_to(can, at));
        tells(can, d->documents[mine].outcome, x.event);
    } else {
        assert_int_equal(rc != ERR_OK, is_said_why(at, a));
        assert_true(rc || x.event == RETURN_EVENT_NONE);
        assert_int_equal(d->document_count, count);
    }
    for (size_t i = 0; i < count; i++)
        if (!can || (ptrdiff_t)i != mine)
            assert_memory_equal(&before[i], &d->documents[i], sizeof before[i]);
}

static void every_state_and_act(void **state)
{
    static const int outcomes[] = {OUTCOME_GRANTED, OUTCOME_REFUSED, OUTCOME_APOLOGY, OUTCOME_STOPPED,
                                   OUTCOME_CORRECTION};

    for (size_t i = 0; i < COUNT_OF(outcomes); i++)
        for (int from = outcomes[i] == OUTCOME_CORRECTION ? 0 : FSM_NOWHERE; from < RETURN_STATE_COUNT; from++) {
            for (int a = 0; a < RETURN_ACT_COUNT; a++)
                try(outcomes[i], from, a);
            tear_down(state);
            set_up(state);
        }
}

static void nothing_is_done_of_an_unknown_dossier(void **state)
{
    (void)state;
    for (int a = 0; a < RETURN_ACT_COUNT; a++) {
        struct return_dossier *d = NULL;
        const struct return_command c = as_it_should_be(a, OUTCOME_GRANTED, NULL);
        enum err_code rc = run(&d, c, "", "", NULL);

        if (a == DO(RECEIVE))
            assert_int_equal(rc, ERR_OK);
        else if (c.from_event)
            is_refused(&err, ERR_CONFLICT, "", "hồ sơ chưa được tiếp nhận ở đây",
                       "the dossier was never received here");
        else
            is_refused(&err, ERR_NOT_FOUND, "", "không có hồ sơ này", "there is no such dossier");
    }
}

/* ---- what is to be paid */

/* A dossier of which one fee falls due with the receipt, one with a supplement and one with the result. */
static struct return_dossier *with_fees(int outcome)
{
    struct return_dossier *d = NULL;
    struct return_command c = received("spot");
    assert_true(return_fees_add(&c.fees, "phi", 50000, FEE_DUE_INTAKE, false));
    assert_true(return_fees_add(&c.fees, "bo-sung", 20000, FEE_DUE_SUPPLEMENT, false));
    assert_true(return_fees_add(&c.fees, "cap-phep", 150000, FEE_DUE_RETURN, false));
    assert_int_equal(hear(&d, c), ERR_OK);
    assert_int_equal(hear(&d, signed_(3, outcome, true)), ERR_OK);
    assert_int_equal(by("vt02", &d, number(series_of(outcome))), ERR_OK);
    assert_int_equal(by("vt02", &d, seal("s2")), ERR_OK);
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK); /* nothing before waits for it */
    return d;
}

static struct return_command settled(const char *fee)
{
    return (struct return_command){.act = RETURN_ACT_SETTLE_FEE, .from_event = true, .at = bed_now(), .fee = fee};
}

static void a_result_that_grants_waits_for_what_is_due(void **state)
{
    (void)state;
    struct return_dossier *d = with_fees(OUTCOME_GRANTED);
    refused(d, "tk00", act(RETURN_ACT_DELIVER), ERR_ILLEGAL_MOVE, "fee");
    assert_non_null(strstr(err.vi, "\"phi\" (50000 đồng)"));
    refused(d, "tk00", by_post("EE123456785VN"), ERR_ILLEGAL_MOVE, "fee"); /* by whichever way */
    assert_int_equal(hear(&d, settled("phi")), ERR_OK);
    refused(d, "tk00", act(RETURN_ACT_DELIVER), ERR_ILLEGAL_MOVE, "fee");
    assert_non_null(strstr(err.en, "\"cap-phep\" (150000 VND)"));
    assert_int_equal(hear(&d, settled("cap-phep")), ERR_OK);
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK); /* no supplement came: nothing is due for one */
}

static void a_supplement_makes_its_fee_due(void **state)
{
    (void)state;
    struct return_dossier *d = with_fees(OUTCOME_GRANTED);
    struct return_command moved = {
        .act = RETURN_ACT_MOVE_DUE, .from_event = true, .at = bed_now(), .due_at = bed_now(), .supplemented = true};
    assert_int_equal(hear(&d, moved), ERR_OK);
    assert_int_equal(hear(&d, settled("phi")), ERR_OK);
    assert_int_equal(hear(&d, settled("cap-phep")), ERR_OK);
    refused(d, "tk00", act(RETURN_ACT_DELIVER), ERR_ILLEGAL_MOVE, "fee");
    assert_non_null(strstr(err.vi, "\"bo-sung\""));
    assert_int_equal(hear(&d, settled("bo-sung")), ERR_OK);
    assert_int_equal(hear(&d, moved), ERR_OK); /* a second one makes nothing due again */
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK);
}

/* With it the citizen's time to complain begins: he has it whatever he owes. */
static void what_refuses_and_letters_wait_for_no_fee(void **state)
{
    static const int outcomes[] = {OUTCOME_REFUSED, OUTCOME_STOPPED};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
        struct return_dossier *d = with_fees(outcomes[i]);
        assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK);
        assert_int_equal(hear(&d, settled("phi")), ERR_OK); /* paid later all the same */
    }
}

static void a_fee_that_nobody_knows_cannot_be_settled(void **state)
{
    (void)state;
    struct return_dossier *d = with_fees(OUTCOME_GRANTED);
    assert_int_equal(hear(&d, settled("khac")), ERR_CONFLICT);
    assert_string_equal(err.field, "fee");
    struct return_dossier *copy = return_copy(d, arena);
    assert_int_equal(copy->fees.count, 3);
    assert_false(copy->fees.items[0].changed);
    struct return_fees full = {.count = 0};
    for (int i = 0; i < PROCEDURE_FEES_MOST; i++)
        assert_true(return_fees_add(&full, "x", 1, FEE_DUE_RETURN, false));
    assert_false(return_fees_add(&full, "x", 1, FEE_DUE_RETURN, false));
}

/* The clerk attests the signature in ink as he numbers the paper: it is another person's, whatever the paper is. */
static void nobody_attests_his_own_signature(void **state)
{
    static const int outcomes[] = {OUTCOME_GRANTED, OUTCOME_APOLOGY, OUTCOME_STOPPED};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
        struct return_dossier *d = in_state_of("office", outcomes[i], RETURN_AWAITING_ISSUE);
        d->documents[0].signer = "vt01"; /* an approver and a clerk in one */
        refused(d, "vt01", number(series_of(outcomes[i])), ERR_FORBIDDEN, "actor");
        d->documents[0].signer = "pd01";
        assert_int_equal(by("vt01", &d, number(series_of(outcomes[i]))), ERR_OK);
    }
    /* Of what he does at once with the receipt the procedure lets him do all. */
    static const struct same_day at_once = {.officer = "vt02"};
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    struct return_command c = number("kq");
    d->documents[0].signer = "vt02";
    refused(d, "vt02", c, ERR_FORBIDDEN, "actor");
    c.same_day = &at_once;
    assert_int_equal(by("vt02", &d, c), ERR_OK);
}

/* ---- the routes */

static void on_the_spot(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    assert_int_equal(d->documents[0].step, 4);
    assert_string_equal(d->documents[0].unit, UNIT);
    assert_int_equal(run(&d, number("kq"), "vt02", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_NUMBERED);
    assert_int_equal(x.year, 2019);
    assert_string_equal(x.place, "Q1");
    assert_int_equal(x.step, 4);
    assert_true(x.last);
    assert_string_equal(d->documents[0].number_text, "01/KQ-UBND");
    assert_int_equal(run(&d, seal("s2"), "vt02", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_SEALED);
    assert_int_equal(x.step, 4);
    assert_int_equal(x.seal->ordinal, 2);
    assert_int_equal(x.document.sha256[31], 7);
    assert_int_equal(x.document.pages, 2);
    assert_int_equal(d->documents[0].step, 5);
    refused(d, "vt01", act(RETURN_ACT_GIVE), ERR_ILLEGAL_MOVE, "step");
    refused(d, "tk00", act(RETURN_ACT_TAKE), ERR_ILLEGAL_MOVE, "step");
    assert_int_equal(run(&d, act(RETURN_ACT_MAKE_READY), "tk00", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_READY);
    assert_int_equal(run(&d, by_post("EE123456785VN"), "tk00", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_HANDED_OVER);
    assert_int_equal(x.step, 5);
    assert_int_equal(x.delivery, DELIVERY_POST);
    assert_string_equal(x.handing.consignment, "EE123456785VN");
    assert_int_equal(run(&d, act(RETURN_ACT_ARCHIVE), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_ARCHIVED);
    assert_string_equal(x.place, "office");
}

static void through_the_office(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("office", RETURN_SEALED);
    assert_int_equal(d->documents[0].step, 6);
    assert_string_equal(return_hand_over(&d->documents[0]), "");
    refused(d, "tk01", act(RETURN_ACT_MAKE_READY), ERR_ILLEGAL_MOVE, "step");
    refused(d, "tk01", act(RETURN_ACT_TAKE), ERR_ILLEGAL_MOVE, "document");
    refused(d, "vt09", act(RETURN_ACT_GIVE), ERR_FORBIDDEN, "actor");
    assert_int_equal(run(&d, act(RETURN_ACT_GIVE), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_HAND_OVER_GIVEN);
    assert_int_equal(x.step, 6);
    assert_string_equal(x.from_unit, UNIT);
    assert_string_equal(x.to_unit, FRONT);
    assert_string_equal(return_hand_over(&d->documents[0]), "given");
    refused(d, "vt01", act(RETURN_ACT_GIVE), ERR_ILLEGAL_MOVE, "document");
    refused(d, "tk01", act(RETURN_ACT_MAKE_READY), ERR_ILLEGAL_MOVE, "step");
    refused(d, "vt09", act(RETURN_ACT_TAKE), ERR_FORBIDDEN, "actor");
    refused(d, "tk00", act(RETURN_ACT_TAKE), ERR_FORBIDDEN, "actor");
    assert_int_equal(run(&d, act(RETURN_ACT_TAKE), "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_HAND_OVER_TAKEN);
    assert_int_equal(x.step, 6);
    assert_string_equal(x.place, "Q9");
    assert_string_equal(return_hand_over(&d->documents[0]), "taken");
    assert_int_equal(d->documents[0].step, 7);
    refused(d, "tk01", act(RETURN_ACT_TAKE), ERR_ILLEGAL_MOVE, "step");
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
}

/* It is with the giver again, who may put it right and give it once more, as often as that takes. */
static void what_the_counter_does_not_take(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("office", RETURN_SEALED);
    struct return_command c = act(RETURN_ACT_REFUSE_HAND_OVER);
    refused(d, "tk01", c, ERR_ILLEGAL_MOVE, "document"); /* not given yet */
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    refused(d, "vt09", c, ERR_FORBIDDEN, "actor");
    refused(d, "tk00", c, ERR_FORBIDDEN, "actor");
    c.fault = HAND_OVER_FAULT_NONE;
    refused(d, "tk01", c, ERR_INVALID, "reason");
    c.fault = HAND_OVER_FAULT_INCOMPLETE;
    assert_int_equal(run(&d, c, "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_HAND_OVER_REFUSED);
    assert_int_equal(x.fault, HAND_OVER_FAULT_INCOMPLETE);
    assert_string_equal(x.from_unit, UNIT);
    assert_string_equal(x.to_unit, FRONT);
    assert_int_equal(x.step, 6);
    assert_string_equal(return_hand_over(&d->documents[0]), "refused");
    assert_string_equal(d->documents[0].refuser, "tk01");
    assert_int_equal(d->documents[0].step, 6);
    assert_null(d->documents[0].giver);
    refused(d, "tk01", c, ERR_ILLEGAL_MOVE, "document");
    refused(d, "tk01", act(RETURN_ACT_TAKE), ERR_ILLEGAL_MOVE, "document");
    refused(d, "tk01", act(RETURN_ACT_MAKE_READY), ERR_ILLEGAL_MOVE, "step");
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    assert_string_equal(return_hand_over(&d->documents[0]), "given");
    assert_null(d->documents[0].refuser);
    assert_int_equal(d->documents[0].fault, HAND_OVER_FAULT_NONE);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    refused(d, "tk01", c, ERR_ILLEGAL_MOVE, "step"); /* taken is taken */
}

/* Both hands of a hand-over inside one unit are two people. */
static void the_giver_does_not_take(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("office", RETURN_SEALED);
    d->facts.receiving_unit = UNIT;
    assert_int_equal(by("ca01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    refused(d, "ca01", act(RETURN_ACT_TAKE), ERR_FORBIDDEN, "actor");
    refused(d, "ca01", act(RETURN_ACT_REFUSE_HAND_OVER), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_TAKE)), ERR_OK);
}

static void a_refusal_goes_the_same_way(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("rounds", FSM_NOWHERE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_REFUSED, true)), ERR_OK);
    assert_int_equal(d->documents[0].step, 7);
    assert_int_equal(d->documents[0].signed_step, 4);
    refused(d, "vt01", number("kq"), ERR_INVALID, "series");
    assert_int_equal(run(&d, number("tb"), "vt01", UNIT, &x), ERR_OK);
    assert_string_equal(d->documents[0].number_text, "01/TB-UBND");
    assert_int_equal(run(&d, seal("s1"), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.outcome, OUTCOME_REFUSED);
    assert_true(x.last);
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    assert_int_equal(run(&d, act(RETURN_ACT_DELIVER), "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.outcome, OUTCOME_REFUSED);
}

static void an_earlier_signature_changes_nothing(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("rounds", FSM_NOWHERE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, false)), ERR_OK);
    assert_int_equal(d->document_count, 0);
    assert_int_equal(hear(&d, signed_(6, OUTCOME_GRANTED, true)), ERR_OK);
    assert_int_equal(d->documents[0].step, 7);
}

/* ---- the apology */

/* From a book of its own, and by events that end nothing. */
static void an_apology_says_its_own_events(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("rounds", FSM_NOWHERE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_APOLOGY, false)), ERR_OK); /* not the last decision yet */
    assert_int_equal(d->documents[0].step, 7);
    refused(d, "vt01", number("kq"), ERR_INVALID, "series");
    refused(d, "vt01", number("tb"), ERR_INVALID, "series");
    assert_int_equal(run(&d, number("xl"), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_NUMBERED);
    assert_string_equal(d->documents[0].number_text, "01/XL-UBND");
    assert_int_equal(run(&d, seal("s1"), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_APOLOGY_ISSUED);
    assert_true(id_eq(x.document.id, bed_id(8)));
    assert_string_equal(d->documents[0].keeper, "vt01");
    assert_true(d->documents[0].sealed_at == bed_now());
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    assert_int_equal(run(&d, act(RETURN_ACT_DELIVER), "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_APOLOGY_HANDED_OVER);
    assert_int_equal(d->documents[0].delivery, DELIVERY_COUNTER);
    assert_true(d->documents[0].handed_over_at == bed_now());
    assert_int_equal(hear(&d, signed_(6, OUTCOME_APOLOGY, false)), ERR_ILLEGAL_MOVE); /* once */
    assert_int_equal(hear(&d, signed_(6, OUTCOME_GRANTED, true)), ERR_OK);
    refused(d, "vt01", about(7, number("xl")), ERR_INVALID, "series"); /* the result has another book */
}

/* ---- the stop notice */

/* Before the last decision, from a book of its own, and by events that end the dossier; no result comes beside it. */
static void a_stop_notice_says_its_own_events(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("rounds", FSM_NOWHERE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_STOPPED, false)), ERR_CONFLICT); /* it is a last one */
    assert_int_equal(hear(&d, signed_(5, OUTCOME_STOPPED, true)), ERR_CONFLICT);  /* of an approve step */
    assert_int_equal(hear(&d, signed_(4, OUTCOME_STOPPED, true)), ERR_OK);
    assert_int_equal(d->documents[0].step, 7);
    refused(d, "vt01", number("kq"), ERR_INVALID, "series");
    refused(d, "vt01", number("tb"), ERR_INVALID, "series");
    refused(d, "vt01", number("xl"), ERR_INVALID, "series");
    assert_int_equal(run(&d, number("dg"), "vt01", UNIT, &x), ERR_OK);
    assert_string_equal(d->documents[0].number_text, "01/TBD-UBND");
    assert_int_equal(run(&d, seal("s1"), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_NOTICE_ISSUED);
    assert_true(x.last && d->documents[0].sealed_at == bed_now());
    assert_string_equal(d->documents[0].keeper, "vt01");
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_GIVE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_TAKE)), ERR_OK);
    assert_int_equal(by("tk01", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    assert_int_equal(run(&d, act(RETURN_ACT_DELIVER), "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_NOTICE_HANDED_OVER);
    assert_int_equal(d->documents[0].delivery, DELIVERY_COUNTER);
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
    assert_int_equal(hear(&d, signed_(6, OUTCOME_GRANTED, true)), ERR_ILLEGAL_MOVE);
    assert_int_equal(hear(&d, signed_(6, OUTCOME_STOPPED, true)), ERR_ILLEGAL_MOVE);
    assert_int_equal(d->document_count, 1);
}

/* Which of two is meant must be said, as long as somebody has something to do with both. */
static void a_result_and_an_apology_at_once(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("office", RETURN_AWAITING_ISSUE);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_APOLOGY, false)), ERR_OK);
    assert_int_equal(d->documents[0].round, 1);
    assert_int_equal(d->documents[1].round, 2);
    refused(d, "vt01", number("kq"), ERR_INVALID, "document");
    refused(d, "vt01", about(9, number("kq")), ERR_INVALID, "document"); /* no document of it */
    assert_int_equal(by("vt01", &d, about(8, number("xl"))), ERR_OK);
    assert_int_equal(d->documents[0].state, RETURN_AWAITING_ISSUE);
    assert_int_equal(d->documents[1].state, RETURN_NUMBERED);

    d = in_state_of("office", OUTCOME_APOLOGY, RETURN_ARCHIVED); /* nobody has anything to do with it */
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, true)), ERR_OK);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_OK);
    assert_int_equal(d->documents[1].state, RETURN_NUMBERED);
}

/* ---- the correction */

/* From a book of its own, by events that end nothing, and as often as the result is wrong. */
static void a_correction_says_its_own_events(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = corrected(RETURN_AWAITING_ISSUE);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_INVALID);
    assert_string_equal(err.field, "series");
    assert_int_equal(run(&d, number("dc"), "vt01", UNIT, &x), ERR_OK);
    assert_string_equal(d->documents[1].number_text, "01/DC-UBND");
    assert_int_equal(run(&d, seal("s1"), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_CORRECTION_ISSUED);
    assert_true(id_eq(x.document.id, bed_id(9)));
    d = corrected(RETURN_READY);
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.handing = (struct return_handing){.who = COLLECTOR_NONE};
    assert_int_equal(by("tk01", &d, c), ERR_INVALID); /* as of a result: who came, with which paper */
    assert_string_equal(err.field, "who");
    c = by_post(NULL);
    assert_int_equal(by("tk01", &d, c), ERR_INVALID);
    assert_string_equal(err.field, "consignment");
    assert_int_equal(run(&d, act(RETURN_ACT_DELIVER), "tk01", FRONT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_CORRECTION_HANDED_OVER);
    assert_int_equal(x.handing.who, COLLECTOR_APPLICANT);
    assert_int_equal(return_result(d)->state, RETURN_ARCHIVED);
    struct return_command second = signed_(4, OUTCOME_CORRECTION, false);
    second.signed_.handle.id = bed_id(19);
    assert_int_equal(hear(&d, second), ERR_OK);
    assert_int_equal(d->document_count, 3);
    assert_int_equal(d->documents[2].round, 3);
}

/* There is no correction of what was not issued, and none twice. */
static void what_no_correction_can_be(void **state)
{
    (void)state;
    for (int s = FSM_NOWHERE; s < RETURN_STATE_COUNT; s++) {
        struct return_dossier *d = in_state("office", s);
        enum err_code rc = hear(&d, signed_(4, OUTCOME_CORRECTION, false));
        assert_int_equal(rc, s >= RETURN_SEALED ? ERR_OK : ERR_CONFLICT);
        if (!rc)
            assert_int_equal(hear(&d, signed_(4, OUTCOME_CORRECTION, false)), ERR_ILLEGAL_MOVE);
    }
    struct return_dossier *d = in_state_of("office", OUTCOME_STOPPED, RETURN_ARCHIVED);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_CORRECTION, false)), ERR_CONFLICT);
    d = in_state_of("office", OUTCOME_APOLOGY, RETURN_ARCHIVED);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_CORRECTION, false)), ERR_CONFLICT);
}

/* Behind the end, an act that names no document is about what ended the dossier. */
static void what_ended_the_dossier_comes_before_its_correction(void **state)
{
    (void)state;
    struct return_dossier *d = corrected(RETURN_ARCHIVED);
    assert_int_equal(return_document_open(d, 0)->outcome, OUTCOME_GRANTED);
    d = corrected(RETURN_READY);
    assert_int_equal(return_document_open(d, 0)->outcome, OUTCOME_CORRECTION);
}

/* ---- the number */

static void what_may_number(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    refused(d, "vt01", number("khong-co"), ERR_INVALID, "series");
    refused(d, "vt01", number("tb"), ERR_INVALID, "series");
    refused(d, "vt01", number("kq-khac"), ERR_FORBIDDEN, "series");
    refused(d, "vt01", number("kq-cu"), ERR_INVALID, "series");
    refused(d, "vt01", number("kq-moi"), ERR_INVALID, "series");
    refused(d, "td01", number("kq"), ERR_FORBIDDEN, "actor");
    refused(d, "vt08", number("kq"), ERR_FORBIDDEN, "actor");
    refused(d, "ai-do", number("kq"), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("vt01", &d, number("kq")), ERR_OK);
    refused(d, "vt01", number("kq"), ERR_ILLEGAL_MOVE, "");
}

/* ---- the seal */

static void what_may_seal_on_the_spot(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_NUMBERED);
    refused(d, "vt02", seal("khong-co"), ERR_INVALID, "seal");
    refused(d, "vt01", seal("s2"), ERR_FORBIDDEN, "seal");
    refused(d, "vt01", seal("s-khac"), ERR_FORBIDDEN, "seal");
    refused(d, "vt01", seal("s1"), ERR_INVALID, "seal");
    refused(d, "vt02", seal("s1q"), ERR_INVALID, "seal");
    refused(d, "vt02", seal("s2q2"), ERR_INVALID, "seal");
    refused(d, "vt01", seal("s2o"), ERR_INVALID, "seal");
    refused(d, "vt02", seal("s2cu"), ERR_INVALID, "seal");
    refused(d, "vt02", seal("s2moi"), ERR_INVALID, "seal");
    refused(d, "td01", seal("s2"), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("vt02", &d, seal("s2")), ERR_OK);
    assert_string_equal(d->documents[0].keeper, "vt02");
    assert_string_equal(d->documents[0].seal_place, "Q1");
}

static void what_may_seal_in_the_office(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("office", RETURN_NUMBERED);
    refused(d, "vt02", seal("s1"), ERR_FORBIDDEN, "seal");
    refused(d, "vt02", seal("s2q2"), ERR_INVALID, "seal");
    refused(d, "vt09", seal("s1"), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("vt01", &d, seal("s1")), ERR_OK);
}

static void only_what_is_numbered_is_sealed(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    refused(d, "vt02", seal("s2"), ERR_ILLEGAL_MOVE, "");
}

/* ---- at the counter */

static void who_returns(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_SEALED);
    refused(d, "vt01", act(RETURN_ACT_MAKE_READY), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_MAKE_READY)), ERR_OK);
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.delivery = DELIVERY_NONE;
    refused(d, "tk00", c, ERR_INVALID, "delivery");
    refused(d, "vt01", act(RETURN_ACT_DELIVER), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK);
    refused(d, "tk00", act(RETURN_ACT_ARCHIVE), ERR_FORBIDDEN, "actor");
    assert_int_equal(by("vt02", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
}

/* ---- the ways of return */

static struct return_command authorisation(uint8_t paper, int kind)
{
    struct return_command c = {.act = RETURN_ACT_FILE_DOCUMENT, .from_event = true, .at = bed_now()};
    c.filed = (struct paper){.handle = {.id = bed_id(paper), .pages = 1}, .kind = kind};
    memset(c.filed.handle.sha256, paper, sizeof c.filed.handle.sha256);
    return c;
}

static void a_proxy_brings_an_authorisation_that_was_filed(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("spot", RETURN_READY);
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.handing.who = COLLECTOR_PROXY;
    refused(d, "tk00", c, ERR_INVALID, "authorisation");
    c.handing.authorisation = authorisation(20, 0).filed.handle;
    refused(d, "tk00", c, ERR_INVALID, "authorisation.id"); /* nothing is filed yet */
    assert_int_equal(hear(&d, authorisation(20, DOCUMENT_COMPONENT)), ERR_OK);
    refused(d, "tk00", c, ERR_INVALID, "authorisation.id"); /* another paper is none */
    assert_int_equal(hear(&d, authorisation(21, DOCUMENT_AUTHORISATION)), ERR_OK);
    assert_int_equal(hear(&d, authorisation(21, DOCUMENT_AUTHORISATION)), ERR_CONFLICT);
    refused(d, "tk00", c, ERR_INVALID, "authorisation.id");
    c.handing.authorisation = authorisation(21, 0).filed.handle;
    c.handing.authorisation.sha256[0] ^= 1;
    refused(d, "tk00", c, ERR_INVALID, "authorisation.sha256");
    c.handing.authorisation = authorisation(21, 0).filed.handle;
    c.handing.authorisation.pages = 2;
    refused(d, "tk00", c, ERR_INVALID, "authorisation.pages");
    c.handing.authorisation.pages = 1;
    c.handing.who = COLLECTOR_APPLICANT;
    refused(d, "tk00", c, ERR_INVALID, "authorisation"); /* who comes himself needs none */
    c.handing.who = COLLECTOR_PROXY;
    refused(d, "tk00", c, ERR_INVALID, "collector"); /* nobody knows who he is */
    assert_int_equal(hear(&d, authorisation(22, DOCUMENT_COLLECTOR)), ERR_OK);
    c.handing.collector = authorisation(21, 0).filed.handle;
    refused(d, "tk00", c, ERR_INVALID, "collector.id"); /* the authorisation does not say */
    c.handing.collector = authorisation(22, 0).filed.handle;
    assert_int_equal(run(&d, c, "tk00", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_HANDED_OVER);
    assert_int_equal(x.handing.who, COLLECTOR_PROXY);
    assert_int_equal(x.handing.authorisation.sha256[0], 21);
    assert_true(id_eq(d->documents[0].handing.authorisation.id, bed_id(21)));
    assert_int_equal(x.handing.collector.sha256[0], 22);
    assert_true(id_eq(d->documents[0].handing.collector.id, bed_id(22)));
}

static void what_the_post_brings_back_lies_ready_again(void **state)
{
    (void)state;
    struct return_decision x;
    for (int from = RETURN_HANDED_OVER; from <= RETURN_ARCHIVED; from++) {
        struct return_dossier *d = in_state("spot", RETURN_READY);
        assert_int_equal(by("tk00", &d, by_post("EE123456785VN")), ERR_OK);
        if (from == RETURN_ARCHIVED)
            assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
        refused(d, "vt01", act(RETURN_ACT_COME_BACK), ERR_FORBIDDEN, "actor");
        d->documents[0].changed = d->documents[0].reopened = false;
        assert_int_equal(run(&d, act(RETURN_ACT_COME_BACK), "tk00", UNIT, &x), ERR_OK);
        assert_int_equal(x.event, RETURN_EVENT_CAME_BACK);
        assert_int_equal(x.undelivered, UNDELIVERED_ABSENT);
        assert_string_equal(x.handing.consignment, "EE123456785VN");
        const struct return_document *n = &d->documents[0];
        assert_int_equal(n->state, RETURN_READY);
        assert_int_equal(n->reopened, from == RETURN_ARCHIVED);
        assert_int_equal(n->delivery, DELIVERY_NONE);
        assert_null(n->handing.consignment);
        assert_true(n->handed_over_at == INSTANT_NONE && n->archived_at == INSTANT_NONE);
        assert_true(n->came_back_at == bed_now() && n->ready_at == bed_now());
        assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK);
        refused(d, "tk00", act(RETURN_ACT_COME_BACK), ERR_ILLEGAL_MOVE, "document"); /* nobody sent it */
    }
}

static void nobody_comes_for_it(void **state)
{
    (void)state;
    struct return_decision x;
    struct return_dossier *d = in_state("spot", RETURN_READY);
    bed_reminders.value = 2;
    refused(d, "vt01", act(RETURN_ACT_ARCHIVE), ERR_ILLEGAL_MOVE, "document");
    for (int n = 1; n <= 2; n++) {
        assert_int_equal(run(&d, reminder(), "", "", &x), ERR_OK);
        assert_int_equal(x.event, RETURN_EVENT_COLLECTION_REMINDED);
        assert_int_equal(x.reminder, n);
        assert_true(x.ready_at == bed_now());
        assert_int_equal(d->documents[0].reminders, n);
        if (n == 1)
            refused(d, "vt01", act(RETURN_ACT_ARCHIVE), ERR_ILLEGAL_MOVE, "document");
    }
    refused(d, "tk00", act(RETURN_ACT_ARCHIVE), ERR_FORBIDDEN, "actor");
    assert_int_equal(run(&d, act(RETURN_ACT_ARCHIVE), "vt01", UNIT, &x), ERR_OK);
    assert_int_equal(x.event, RETURN_EVENT_ARCHIVED);
    assert_true(x.unclaimed);
    assert_int_equal(d->documents[0].state, RETURN_UNCLAIMED);
    assert_false(return_is_open(RETURN_UNCLAIMED));
    assert_true(d->documents[0].unclaimed_at == bed_now() && d->documents[0].archived_at == INSTANT_NONE);
    assert_int_equal(hear(&d, reminder()), ERR_ILLEGAL_MOVE);
    assert_int_equal(by("tk00", &d, act(RETURN_ACT_DELIVER)), ERR_OK); /* he comes after all */
    assert_true(d->documents[0].reopened);
    assert_int_equal(run(&d, act(RETURN_ACT_ARCHIVE), "vt01", UNIT, &x), ERR_OK);
    assert_false(x.unclaimed);
    assert_int_equal(d->documents[0].state, RETURN_ARCHIVED);
}

/* A term that is changed holds for what lies ready from that day on. */
static void how_often_it_is_told_is_the_term_of_the_day_since_which_it_lies_ready(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_READY);
    bed_reminders.value = 1;
    assert_int_equal(return_reminders(&d->documents[0], catalogue), 1);
    assert_int_equal(hear(&d, reminder()), ERR_OK);
    d->documents[0].ready_at += INSTANT_DAY; /* the post brought it back on the second: three, as without data */
    assert_int_equal(return_reminders(&d->documents[0], catalogue), 3);
    refused(d, "vt01", act(RETURN_ACT_ARCHIVE), ERR_ILLEGAL_MOVE, "document");
    d->documents[0].ready_at -= INSTANT_DAY;
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
    assert_int_equal(d->documents[0].state, RETURN_UNCLAIMED);
}

/* A letter is handed over without a word of who came; when nobody does, it is archived without more ado. */
/* Behind the end, an act that names no document is about what ended the dossier. */
static void what_ended_the_dossier_comes_before_an_apology(void **state)
{
    static const int ends[] = {OUTCOME_GRANTED, OUTCOME_REFUSED, OUTCOME_STOPPED};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        struct return_dossier *d = in_state_of("office", OUTCOME_APOLOGY, RETURN_ARCHIVED);
        struct return_document both[2] = {d->documents[0], d->documents[0]};

        both[1].outcome = (enum outcome)ends[i];
        d->documents = both;
        d->document_count = 2;
        assert_int_equal(return_document_open(d, 0)->outcome, ends[i]);
    }
}

static void a_letter_is_no_result(void **state)
{
    (void)state;
    struct return_dossier *d = in_state_of("office", OUTCOME_APOLOGY, RETURN_READY);
    bed_reminders.value = 3;
    assert_int_equal(hear(&d, reminder()), ERR_ILLEGAL_MOVE);
    struct return_command c = act(RETURN_ACT_DELIVER);
    c.handing = (struct return_handing){.who = COLLECTOR_NONE};
    assert_int_equal(by("tk01", &d, c), ERR_OK);
    d = in_state_of("office", OUTCOME_APOLOGY, RETURN_READY);
    assert_int_equal(by("vt01", &d, act(RETURN_ACT_ARCHIVE)), ERR_OK);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, true)), ERR_OK);
    assert_int_equal(return_result(d)->outcome, OUTCOME_GRANTED);
}

static void the_step_is_the_open_one(void **state)
{
    (void)state;
    struct return_dossier *d = in_state("spot", RETURN_AWAITING_ISSUE);
    struct return_command c = number("kq");
    c.step = 5;
    refused(d, "vt01", c, ERR_INVALID, "step");
    c.step = 4;
    assert_int_equal(by("vt01", &d, c), ERR_OK);
}

/* ---- events that cannot be true */

static void what_cannot_be_true_is_refused(void **state)
{
    (void)state;
    struct return_dossier *d = NULL;
    assert_int_equal(hear(&d, signed_(3, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_NOT_FOUND);
    d = in_state("rounds", FSM_NOWHERE);
    assert_int_equal(hear(&d, received("rounds")), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(5, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(17, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(6, OUTCOME_GRANTED, false)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(4, OUTCOME_REFUSED, false)), ERR_CONFLICT);
    assert_int_equal(d->document_count, 0);
    assert_int_equal(by("vt01", &d, number("kq")), ERR_ILLEGAL_MOVE);
    d = in_state("unsealed", FSM_NOWHERE);
    assert_int_equal(hear(&d, signed_(2, OUTCOME_GRANTED, true)), ERR_CONFLICT);
    assert_int_equal(hear(&d, signed_(2, OUTCOME_REFUSED, true)), ERR_CONFLICT);
    assert_string_equal(err.field, "process");
    assert_int_equal(hear(&d, signed_(2, OUTCOME_APOLOGY, false)), ERR_CONFLICT);
    assert_string_equal(err.field, "process");
    d = NULL;
    assert_int_equal(hear(&d, received("unknown")), ERR_OK);
    assert_int_equal(hear(&d, signed_(3, OUTCOME_GRANTED, true)), ERR_CONFLICT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static struct same_day_return handing;
static struct same_day intent;

/* at_once tells how many of the four acts of the officer at the counter go through. */
static int at_once(const char *process, const char *officer, uint32_t roles, struct same_day_return how)
{
    struct return_dossier *d = in_state(process, RETURN_AWAITING_ISSUE);
    struct return_command acts[RETURN_AT_ONCE];
    struct return_decision x;
    int n = 0;

    handing = how;
    intent = (struct same_day){.officer = officer, .roles = roles, .returned = &handing};
    return_at_once(&intent, bed_id(7), bed_now(), acts);
    while (n < RETURN_AT_ONCE && !return_at_once_may(&acts[n], &err) &&
           !run(&d, acts[n], officer, bed_unit_of(officer), &x)) {
        assert_ptr_equal(x.same_day, &intent); /* its event is told as his */
        n++;
    }
    if (n == RETURN_AT_ONCE)
        assert_int_equal(d->documents[0].state, RETURN_HANDED_OVER);
    return n;
}

static void the_officer_at_the_counter_issues_it_at_once(void **state)
{
    const uint32_t both = ROLE_BIT(CLERK) | ROLE_BIT(RETURNER);
    const struct same_day_return right = {.series = "kq",
                                          .seal = "s2ca",
                                          .delivery = DELIVERY_COUNTER,
                                          .who = COLLECTOR_APPLICANT,
                                          .paper = PROOF_RECEIPT};
    struct same_day_return how = right;

    (void)state;
    assert_int_equal(at_once("spot", "ca01", both, right), 4);
    how.delivery = DELIVERY_ELECTRONIC, how.who = COLLECTOR_NONE, how.paper = PROOF_NONE;
    assert_int_equal(at_once("spot", "ca01", both, how), 3); /* nobody filed it on the portal */
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, "delivery");

    how = right, how.series = "tb"; /* of refusals */
    assert_int_equal(at_once("spot", "ca01", both, how), 0);
    assert_string_equal(err.field, "series");
    how = right, how.seal = "s2"; /* another one keeps it */
    assert_int_equal(at_once("spot", "ca01", both, how), 1);
    assert_int_equal(err.code, ERR_FORBIDDEN);
    how = right, how.who = COLLECTOR_PROXY; /* nothing was filed that says so */
    assert_int_equal(at_once("spot", "ca01", both, how), 3);
    assert_string_equal(err.field, "authorisation");
    how = right, how.paper = PROOF_NONE;
    assert_int_equal(at_once("spot", "ca01", both, how), 3);
    assert_string_equal(err.field, "paper");
    assert_int_equal(at_once("spot", "ca01", ROLE_BIT(CLERK), right), 2); /* the token of the receipt */
    assert_string_equal(err.field, "same_day");
    assert_int_equal(at_once("spot", "ca01", ROLE_BIT(RETURNER), right), 0);
    assert_string_equal(err.field, "same_day");
    assert_int_equal(at_once("spot", "tk00", both, right), 0); /* the post */
    assert_string_equal(err.field, "actor");
    how = right, how.seal = "s1";
    assert_int_equal(at_once("office", "vt01", both, how), 2); /* a hand-over lies before the return */
    assert_string_equal(err.field, "step");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(table_is_sound),
        TEST(the_table_is_what_is_allowed),
        TEST(every_state_and_act),
        TEST(nothing_is_done_of_an_unknown_dossier),
        TEST(a_result_that_grants_waits_for_what_is_due),
        TEST(a_supplement_makes_its_fee_due),
        TEST(what_refuses_and_letters_wait_for_no_fee),
        TEST(a_fee_that_nobody_knows_cannot_be_settled),
        TEST(nobody_attests_his_own_signature),
        TEST(on_the_spot),
        TEST(through_the_office),
        TEST(what_the_counter_does_not_take),
        TEST(the_giver_does_not_take),
        TEST(a_refusal_goes_the_same_way),
        TEST(an_earlier_signature_changes_nothing),
        TEST(an_apology_says_its_own_events),
        TEST(a_result_and_an_apology_at_once),
        TEST(the_officer_at_the_counter_issues_it_at_once),
        TEST(a_stop_notice_says_its_own_events),
        TEST(a_correction_says_its_own_events),
        TEST(what_no_correction_can_be),
        TEST(what_ended_the_dossier_comes_before_its_correction),
        TEST(what_may_number),
        TEST(what_may_seal_on_the_spot),
        TEST(what_may_seal_in_the_office),
        TEST(only_what_is_numbered_is_sealed),
        TEST(who_returns),
        TEST(a_proxy_brings_an_authorisation_that_was_filed),
        TEST(what_the_post_brings_back_lies_ready_again),
        TEST(nobody_comes_for_it),
        TEST(how_often_it_is_told_is_the_term_of_the_day_since_which_it_lies_ready),
        TEST(what_ended_the_dossier_comes_before_an_apology),
        TEST(a_letter_is_no_result),
        TEST(the_step_is_the_open_one),
        TEST(what_cannot_be_true_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
