/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints: who takes and who answers them, until when, once, and what is told when nobody does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static const struct intake_complain delay = {
    .channel = CHANNEL_COUNTER, .category = "delay", .about = "H11.35-tr01", .text = "Chậm"};

static const struct intake_decision *at(instant now, const struct intake_dossier *d, enum intake_act act,
                                        const void *command, const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    f.now = now;
    f.actor_roles = actor && strcmp(actor, "portal") == 0 ? ROLE_BIT(PORTAL) : 0;
    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static instant watched(const struct intake_dossier *d)
{
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 0);

    return intake_answer_watch(d, &f);
}

static instant morning(int32_t days)
{
    return instant_of_day(BED_DAY + days, 540);
}

static struct intake_dossier received(void)
{
    static struct intake_receive c;

    c = bed_receive("H11.35-Q1", "1.000001");
    const struct intake_decision *out = at(morning(0), NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    return out->next;
}

static const struct intake_decision *complain(const struct intake_dossier *d, const struct intake_complain *c)
{
    return at(morning(0), d, INTAKE_COMPLAIN, c, "H11.35-tn01", "H11.35");
}

static struct intake_dossier complained(void)
{
    struct intake_dossier d = received();
    const struct intake_decision *out = complain(&d, &delay);

    assert_non_null(out);
    return out->next;
}

static const struct intake_decision *reply(instant now, const struct intake_dossier *d, enum intake_act act, int number,
                                           bool justified, const char *actor)
{
    struct intake_reply *c = ARENA_NEW(arena, struct intake_reply);

    *c = (struct intake_reply){.number = number, .justified = justified, .text = "Đã xem xét"};
    return at(now, d, act, c, actor, "H11.35");
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

/* By working days, weekends left out: 2 to refuse it, 15 to answer it; the hour stays. */
static void it_says_until_when_it_is_answered_and_why(void **state)
{
    struct intake_dossier d = received();
    const struct intake_decision *out = complain(&d, &delay);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintFiled");
    assert_int_equal(out->complaint, 0);
    assert_int_equal(out->next.complaint_count, 1);
    const struct intake_complaint *c = &out->next.complaints[0];
    assert_int_equal(c->state, INTAKE_COMPLAINT_OPEN);
    assert_true(c->refuse_until == morning(2));
    assert_true(c->answer_due_at == morning(21)); /* 1 to 22 October */
    assert_non_null(strstr(c->due_explained, "\"vi\":["));
    assert_string_equal(c->text, "Chậm");
    assert_true(watched(&out->next) == morning(21) + 1);
    assert_true(out->next.due_at == d.due_at && out->next.state == d.state);
}

static void the_counter_takes_it_or_the_portal(void **state)
{
    struct intake_dossier d = received();
    struct intake_complain online = delay, nobody = delay;

    (void)state;
    online.channel = CHANNEL_ONLINE;
    nobody.about = "H11.35-xx";
    refused(at(morning(0), &d, INTAKE_COMPLAIN, &delay, "H11.05-tn01", "H11.05"), ERR_FORBIDDEN, "actor");
    refused(at(morning(0), &d, INTAKE_COMPLAIN, &delay, "H11.35-td01", "H11.35"), ERR_FORBIDDEN, "actor");
    refused(at(instant_of_day(BED_DAY, 1200), &d, INTAKE_COMPLAIN, &delay, "H11.35-tn01", "H11.35"), ERR_INVALID,
            "counter");
    refused(at(morning(0), &d, INTAKE_COMPLAIN, &delay, "portal", "H11"), ERR_FORBIDDEN, "channel");
    assert_non_null(at(instant_of_day(BED_DAY, 1200), &d, INTAKE_COMPLAIN, &online, "portal", "H11"));
    refused(complain(&d, &nobody), ERR_INVALID, "about");
}

/* That nobody answers what was filed on the portal may be complained of, by the hours of the unit that has to; whatever
 * it is answered with, the complaint stays. */
static void what_nobody_has_answered_may_be_complained_of(void **state)
{
    static const struct intake_submission filed = {
        .reference = "DVC-1", .identity_number = "123456789", .at = 1, .answer_due_at = 2};
    static const struct intake_complain online = {.channel = CHANNEL_ONLINE, .category = "delay", .text = "Chậm"};
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    const struct intake_dossier d = intake_submitted(&filed, "H11.35", "1.000001");
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    assert_null(at(morning(0), &d, INTAKE_COMPLAIN, &delay, "H11.05-tn01", "H11.05"));
    const struct intake_decision *out = at(morning(0), &d, INTAKE_COMPLAIN, &online, "portal", "H11");
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintFiled");
    assert_int_equal(out->next.state, INTAKE_SUBMITTED);
    assert_null(out->next.counter);
    assert_true(out->next.complaints[0].refuse_until == morning(2));
    assert_true(out->next.complaints[0].answer_due_at == morning(21));
    c.channel = CHANNEL_ONLINE;
    c.components = &file;
    memset(c.submission.b, 4, sizeof c.submission.b);
    out = at(morning(1), &out->next, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_int_equal(out->next.complaint_count, 1);
    out = reply(morning(2), &out->next, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr01");
    assert_non_null(out);
    assert_int_equal(out->next.complaints[0].state, INTAKE_COMPLAINT_ANSWERED);
    assert_false(out->next.complaints[0].late);
}

static void eight_at_the_most(void **state)
{
    struct intake_dossier d = received();

    (void)state;
    for (int n = 0; n < INTAKE_COMPLAINTS_MAX; n++) {
        const struct intake_decision *out = complain(&d, &delay);
        assert_non_null(out);
        assert_int_equal(out->complaint, n);
        d = out->next;
    }
    refused(complain(&d, &delay), ERR_CONFLICT, "complaints");
}

static void a_head_answers_but_not_the_one_that_it_names(void **state)
{
    struct intake_dossier d = complained();
    const struct intake_reply yes = {.number = 1, .justified = true, .text = "Đúng"};

    (void)state;
    refused(reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr01"), ERR_FORBIDDEN, "actor");
    refused(reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tn01"), ERR_FORBIDDEN, "actor");
    refused(at(morning(1), &d, INTAKE_ANSWER_COMPLAINT, &yes, "H11.05-tr01", "H11.05"), ERR_FORBIDDEN, "actor");
    refused(reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 2, true, "H11.35-tr02"), ERR_NOT_FOUND, "number");
    refused(reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 0, true, "H11.35-tr02"), ERR_NOT_FOUND, "number");
    const struct intake_decision *out = reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02");
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintAnswered");
    const struct intake_complaint *c = &out->next.complaints[0];
    assert_int_equal(c->state, INTAKE_COMPLAINT_ANSWERED);
    assert_true(c->justified && !c->late && c->answered_at == morning(1));
    assert_string_equal(c->answered_by, "H11.35-tr02");
    assert_true(watched(&out->next) == c->publish_until + 1);
}

/* Else nobody might be left: a commune has one head. */
static void the_unit_above_answers_for_a_head_that_it_names(void **state)
{
    const struct intake_reply yes = {.number = 1, .justified = true, .text = "Đúng"};
    struct intake_dossier d = complained(), other = received();
    struct intake_complain of_receiver = delay;

    (void)state;
    assert_string_equal(d.complaints[0].superior, "H11");
    assert_non_null(at(morning(1), &d, INTAKE_ANSWER_COMPLAINT, &yes, "H11-tr01", "H11"));
    of_receiver.about = "H11.35-tn01";
    other = complain(&other, &of_receiver)->next;
    assert_null(other.complaints[0].superior);
    refused(at(morning(1), &other, INTAKE_ANSWER_COMPLAINT, &yes, "H11-tr01", "H11"), ERR_FORBIDDEN, "actor");
}

static void an_answer_is_given_once(void **state)
{
    struct intake_dossier d = complained();

    (void)state;
    d = reply(morning(1), &d, INTAKE_REFUSE_COMPLAINT, 1, true, "H11.35-tr02")->next;
    assert_int_equal(d.complaints[0].state, INTAKE_COMPLAINT_REFUSED);
    assert_false(d.complaints[0].justified);
    refused(reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02"), ERR_ILLEGAL_MOVE, "number");
    refused(reply(morning(1), &d, INTAKE_REFUSE_COMPLAINT, 1, true, "H11.35-tr02"), ERR_ILLEGAL_MOVE, "number");
}

static const struct allowed replies[] = {
    {FROM(INTAKE_COMPLAINT_OPEN), INTAKE_ANSWER_COMPLAINT, INTAKE_COMPLAINT_ANSWERED, "ComplaintAnswered"},
    {FROM(INTAKE_COMPLAINT_OPEN), INTAKE_REFUSE_COMPLAINT, INTAKE_COMPLAINT_REFUSED, "ComplaintAnswered"},
    {FROM(INTAKE_COMPLAINT_OPEN), INTAKE_ASK_COMPLAINANT, INTAKE_COMPLAINT_AWAITING_MORE, "ComplaintMoreAsked"},
    {FROM(INTAKE_COMPLAINT_OPEN), INTAKE_PASS_ANSWER, STAYS, "ComplaintDuePassed"},
    {FROM(INTAKE_COMPLAINT_AWAITING_MORE), INTAKE_SUPPLY_COMPLAINT, INTAKE_COMPLAINT_OPEN, "ComplaintSupplied"},
    {FROM(INTAKE_COMPLAINT_AWAITING_MORE), INTAKE_ANSWER_COMPLAINT, INTAKE_COMPLAINT_ANSWERED, "ComplaintAnswered"},
    {FROM(INTAKE_COMPLAINT_AWAITING_MORE), INTAKE_REFUSE_COMPLAINT, INTAKE_COMPLAINT_REFUSED, "ComplaintAnswered"},
    {FROM(INTAKE_COMPLAINT_AWAITING_MORE), INTAKE_PASS_ANSWER, STAYS, "ComplaintDuePassed"},
    {FROM(INTAKE_COMPLAINT_ANSWERED), INTAKE_PUBLISH_ANSWER, INTAKE_COMPLAINT_PUBLISHED, "ComplaintPublished"},
    {FROM(INTAKE_COMPLAINT_ANSWERED), INTAKE_PASS_ANSWER, STAYS, "ComplaintPublicationPassed"},
};

/* Each state and what is done to it; the timer names no complaint, so it says that none waits. */
static void each_state_and_what_is_done(void **state)
{
    static const enum intake_act acts[] = {INTAKE_ANSWER_COMPLAINT, INTAKE_REFUSE_COMPLAINT, INTAKE_PASS_ANSWER,
                                           INTAKE_ASK_COMPLAINANT,  INTAKE_SUPPLY_COMPLAINT, INTAKE_PUBLISH_ANSWER};
    static const struct intake_reply one = {.number = 1, .text = "Đã xem xét"};
    static const struct intake_complain_more more = {.number = 1, .channel = CHANNEL_POST, .text = "Rõ hơn"};

    (void)state;
    table_is(&intake_complaint_fsm, replies, COUNT_OF(replies));
    for (int from = 0; from < INTAKE_COMPLAINT_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(acts); i++) {
            bool timer = acts[i] == INTAKE_PASS_ANSWER, supplies = acts[i] == INTAKE_SUPPLY_COMPLAINT;
            struct intake_dossier d = complained();
            struct intake_complaint x = d.complaints[0];
            const struct allowed *e = allowed_next(replies, COUNT_OF(replies), from, (int)acts[i], NULL);
            x.state = (enum intake_complaint_state)from;
            if (from == INTAKE_COMPLAINT_AWAITING_MORE)
                x.asked_at = x.wait_until = morning(1);
            if (from == INTAKE_COMPLAINT_ANSWERED)
                x.answered_at = morning(1), x.publish_until = morning(3);
            d.complaints = &x;
            const void *command = timer ? NULL : supplies ? (const void *)&more : (const void *)&one;
            const struct intake_decision *out = at(morning(30), &d, acts[i], command,
                                                   timer      ? NULL
                                                   : supplies ? "H11.35-tn01"
                                                              : "H11.35-tr02",
                                                   timer ? NULL : "H11.35");
            if (e) {
                assert_non_null(out);
                assert_int_equal(out->next.complaints[0].state, allowed_to(e, from));
                told_is(e, out->event);
            } else if (timer) {
                refused(out, ERR_ILLEGAL_MOVE, "");
                assert_string_equal(err.en, "no complaint is behind its date");
                assert_string_equal(err.vi, "chưa có phản ánh, kiến nghị nào quá hạn");
            } else {
                assert_null(out);
                bed_says(&err, &intake_complaint_fsm, from, (int)acts[i], "number", "phản ánh, kiến nghị số 1",
                         "complaint number 1");
            }
            assert_int_equal(x.state, from);
        }
}

/* Late is late, and done all the same. */
static void up_to_the_moment_of_its_date_it_is_in_time(void **state)
{
    const struct {
        enum intake_act act;
        instant at;
        bool late;
    } cases[] = {
        {INTAKE_REFUSE_COMPLAINT, morning(2), false},     {INTAKE_REFUSE_COMPLAINT, morning(2) + 1, true},
        {INTAKE_ANSWER_COMPLAINT, morning(2) + 1, false}, {INTAKE_ANSWER_COMPLAINT, morning(21), false},
        {INTAKE_ANSWER_COMPLAINT, morning(21) + 1, true},
    };
    struct intake_dossier d = complained();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct intake_decision *out = reply(cases[i].at, &d, cases[i].act, 1, false, "H11.35-tr02");
        assert_non_null(out);
        assert_int_equal(out->next.complaints[0].late, cases[i].late);
    }
}

/* Two that were filed at different times, one answered: the watch looks for each that is open, and tells it once. */
static void nobody_answers(void **state)
{
    struct intake_dossier d = complained();

    (void)state;
    for (int n = 1; n <= 2; n++)
        d = at(morning(n), &d, INTAKE_COMPLAIN, &delay, "H11.35-tn01", "H11.35")->next;
    d = reply(morning(3), &d, INTAKE_ANSWER_COMPLAINT, 2, false, "H11.35-tr02")->next;
    d = reply(morning(3), &d, INTAKE_PUBLISH_ANSWER, 2, false, "H11.35-tr02")->next;
    assert_null(at(morning(21), &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    for (int n = 0; n <= 2; n += 2) {
        instant watch = watched(&d);
        assert_true(watch == morning(21 + n) + 1);
        const struct intake_decision *out = at(watch, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL);
        assert_non_null(out);
        assert_string_equal(out->event, "ComplaintDuePassed");
        assert_int_equal(out->complaint, n);
        assert_int_equal(out->next.complaints[n].state, INTAKE_COMPLAINT_OPEN);
        d = out->next;
    }
    assert_true(watched(&d) == INSTANT_NONE);
    assert_null(at(morning(30), &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL));
    const struct intake_decision *out = reply(morning(30), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02");
    assert_true(out && out->next.complaints[0].late);
}

static const struct intake_decision *ask(instant now, const struct intake_dossier *d, const char *actor)
{
    return reply(now, d, INTAKE_ASK_COMPLAINANT, 1, false, actor);
}

static const struct intake_decision *supply(instant now, const struct intake_dossier *d, enum channel channel,
                                            const char *actor)
{
    struct intake_complain_more *c = ARENA_NEW(arena, struct intake_complain_more);

    *c = (struct intake_complain_more){.number = 1, .channel = channel, .text = "Ngày 1, tại quầy 2"};
    return at(now, d, INTAKE_SUPPLY_COMPLAINT, c, actor, strcmp(actor, "portal") == 0 ? "H11" : "H11.35");
}

/* Asked on the first day: awaited for ten working days, until the 15th; until then no date runs, and behind it they do.
 */
static void more_is_asked_once_and_waited_for(void **state)
{
    struct intake_dossier d = complained();
    const struct intake_decision *out = ask(morning(1), &d, "H11.35-tr02");

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintMoreAsked");
    const struct intake_complaint *c = &out->next.complaints[0];
    assert_int_equal(c->state, INTAKE_COMPLAINT_AWAITING_MORE);
    assert_true(c->asked_at == morning(1) && !c->asked_late && c->wait_until == morning(15));
    assert_string_equal(c->asked_by, "H11.35-tr02");
    assert_string_equal(c->question, "Đã xem xét");
    assert_true(c->refuse_until == morning(17) && c->answer_due_at == morning(36)); /* 2 and 15 behind the 15th */
    assert_true(watched(&out->next) == morning(36) + 1);
    d = out->next;
    refused(ask(morning(2), &d, "H11.35-tr02"), ERR_ILLEGAL_MOVE, "number");
    refused(reply(morning(15), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02"), ERR_CONFLICT, "wait_until");
    refused(reply(morning(15), &d, INTAKE_REFUSE_COMPLAINT, 1, true, "H11.35-tr02"), ERR_CONFLICT, "wait_until");
    out = reply(morning(15) + 1, &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02"); /* nothing has come */
    assert_true(out && !out->next.complaints[0].late);
    out = reply(morning(36) + 1, &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02");
    assert_true(out && out->next.complaints[0].late);
    out = at(morning(36) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL);
    assert_string_equal(out->event, "ComplaintDuePassed");
    assert_int_equal(out->next.complaints[0].state, INTAKE_COMPLAINT_AWAITING_MORE);
    d = supply(morning(3), &d, CHANNEL_POST, "H11.35-tn01")->next;
    refused(ask(morning(4), &d, "H11.35-tr02"), ERR_CONFLICT, "asked_at");
}

static void whoever_may_answer_may_ask_and_whoever_takes_a_complaint_takes_more(void **state)
{
    struct intake_dossier d = complained();

    (void)state;
    refused(ask(morning(1), &d, "H11.35-tr01"), ERR_FORBIDDEN, "actor"); /* it names him */
    refused(ask(morning(1), &d, "H11.35-tn01"), ERR_FORBIDDEN, "actor");
    refused(reply(morning(1), &d, INTAKE_ASK_COMPLAINANT, 2, false, "H11.35-tr02"), ERR_NOT_FOUND, "number");
    refused(supply(morning(1), &d, CHANNEL_POST, "H11.35-tn01"), ERR_ILLEGAL_MOVE, "number"); /* nobody asked */
    d = ask(morning(1), &d, "H11.35-tr02")->next;
    refused(supply(morning(1), &d, CHANNEL_POST, "H11.35-td01"), ERR_FORBIDDEN, "actor");
    refused(supply(morning(1), &d, CHANNEL_POST, "portal"), ERR_FORBIDDEN, "channel");
    assert_non_null(supply(morning(1), &d, CHANNEL_ONLINE, "portal"));
    const struct intake_decision *out = supply(morning(3), &d, CHANNEL_COUNTER, "H11.35-tn01");
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintSupplied");
    const struct intake_complaint *c = &out->next.complaints[0];
    assert_int_equal(c->state, INTAKE_COMPLAINT_OPEN);
    assert_true(c->supplied_at == morning(3));
    assert_string_equal(c->supplied_by, "H11.35-tn01");
    assert_string_equal(c->supply, "Ngày 1, tại quầy 2");
    assert_true(c->refuse_until == morning(7) && c->answer_due_at == morning(24)); /* from then on */
    assert_non_null(reply(morning(3), &out->next, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02"));
}

/* Within five working days, by the 8th; a date that had passed by then stays, so that nobody gains by asking. */
static void what_was_late_stays_late_whatever_is_asked(void **state)
{
    static const struct {
        int asked, more_us;
        bool late, refusal_stays, answer_stays;
    } rows[] = {
        {2, 0, false, false, false}, {2, 1, false, true, false}, {7, 0, false, true, false},
        {7, 1, true, true, false},   {21, 0, true, true, false}, {21, 1, true, true, true},
    };
    struct intake_dossier d = complained();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant when = morning(rows[i].asked) + rows[i].more_us;
        const struct intake_decision *out = ask(when, &d, "H11.35-tr02");
        assert_non_null(out);
        const struct intake_complaint *c = &out->next.complaints[0];
        assert_int_equal(c->asked_late, rows[i].late);
        assert_int_equal(c->refuse_until == morning(2), rows[i].refusal_stays);
        assert_int_equal(c->answer_due_at == morning(21), rows[i].answer_stays);
        out = supply(when, &out->next, CHANNEL_POST, "H11.35-tn01");
        assert_non_null(out);
        c = &out->next.complaints[0];
        assert_int_equal(c->refuse_until == morning(2), rows[i].refusal_stays);
        assert_int_equal(c->answer_due_at == morning(21), rows[i].answer_stays);
        out = reply(when, &out->next, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02");
        assert_true(out && out->next.complaints[0].late == rows[i].answer_stays);
    }
}

/* On paper it was asked in time, and entered when the date had been told as passed: the new one is told, too. */
static void a_date_that_is_given_anew_is_watched_anew(void **state)
{
    struct intake_dossier d = complained();

    (void)state;
    d = at(morning(21) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL)->next;
    assert_true(watched(&d) == INSTANT_NONE);
    struct intake_dossier late = ask(morning(21) + 1, &d, "H11.35-tr02")->next;
    assert_true(watched(&late) == INSTANT_NONE);
    d = ask(morning(1), &d, "H11.35-tr02")->next;
    assert_true(watched(&d) == morning(36) + 1);
    d = at(morning(36) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL)->next;
    assert_true(d.complaints[0].told);
}

/* Answered on Friday the 4th: by Tuesday the 8th, once; what is refused is not. */
static void an_answer_is_published_within_two_days(void **state)
{
    static const struct {
        int more_us;
        bool late;
    } rows[] = {{0, false}, {1, true}};
    struct intake_dossier d = complained(), answered, none;

    (void)state;
    refused(reply(morning(3), &d, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02"), ERR_ILLEGAL_MOVE, "number");
    none = reply(morning(3), &d, INTAKE_REFUSE_COMPLAINT, 1, false, "H11.35-tr02")->next;
    assert_true(none.complaints[0].publish_until == INSTANT_NONE && watched(&none) == INSTANT_NONE);
    refused(reply(morning(3), &none, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02"), ERR_ILLEGAL_MOVE, "number");
    answered = reply(morning(3), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02")->next;
    assert_true(answered.complaints[0].publish_until == morning(7));
    assert_true(watched(&answered) == morning(7) + 1);
    refused(reply(morning(3), &answered, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr01"), ERR_FORBIDDEN, "actor");
    refused(reply(morning(3), &answered, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tn01"), ERR_FORBIDDEN, "actor");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct intake_decision *out =
            reply(morning(7) + rows[i].more_us, &answered, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02");
        assert_non_null(out);
        assert_string_equal(out->event, "ComplaintPublished");
        const struct intake_complaint *c = &out->next.complaints[0];
        assert_int_equal(c->state, INTAKE_COMPLAINT_PUBLISHED);
        assert_int_equal(c->published_late, rows[i].late);
        assert_true(c->justified && !c->late);
        assert_string_equal(c->published_by, "H11.35-tr02");
        assert_true(watched(&out->next) == INSTANT_NONE);
        refused(reply(morning(8), &out->next, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02"), ERR_ILLEGAL_MOVE,
                "number");
    }
    /* What was answered before that was asked for has no date. */
    struct intake_complaint old = answered.complaints[0];
    old.publish_until = INSTANT_NONE;
    answered.complaints = &old;
    assert_true(watched(&answered) == INSTANT_NONE);
    const struct intake_decision *out = reply(morning(60), &answered, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02");
    assert_true(out && !out->next.complaints[0].published_late);
}

/* Of two, one is answered and not published, one is not answered: each is told at its own time, and once. */
static void nobody_publishes(void **state)
{
    struct intake_dossier d = complained();

    (void)state;
    d = at(morning(1), &d, INTAKE_COMPLAIN, &delay, "H11.35-tn01", "H11.35")->next;
    d = reply(morning(1), &d, INTAKE_ANSWER_COMPLAINT, 2, true, "H11.35-tr02")->next;
    assert_true(watched(&d) == morning(3) + 1);
    refused(at(morning(3), &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL), ERR_ILLEGAL_MOVE, "");
    const struct intake_decision *out = at(morning(3) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "ComplaintPublicationPassed");
    assert_int_equal(out->complaint, 1);
    assert_int_equal(out->next.complaints[1].state, INTAKE_COMPLAINT_ANSWERED);
    assert_true(out->next.complaints[1].publication_told && !out->next.complaints[0].told);
    assert_true(watched(&out->next) == morning(21) + 1);
    out = at(morning(21) + 1, &out->next, INTAKE_PASS_ANSWER, NULL, NULL, NULL);
    assert_string_equal(out->event, "ComplaintDuePassed");
    assert_int_equal(out->complaint, 0);
    assert_true(watched(&out->next) == INSTANT_NONE);
}

/* Monday the 7th becomes a day off: there is more time for what is still to be done of a complaint, and nothing moves
 * of an answer that was given. */
static void what_was_answered_keeps_the_dates_that_it_was_answered_by(void **state)
{
    const int32_t off = BED_DAY + 6;
    struct intake_dossier d = complained();
    struct worktime_calendar *another = ARENA_NEW(arena, struct worktime_calendar);

    (void)state;
    d = at(morning(0), &d, INTAKE_COMPLAIN, &delay, "H11.35-tn01", "H11.35")->next;
    d = reply(morning(3), &d, INTAKE_ANSWER_COMPLAINT, 1, true, "H11.35-tr02")->next;
    const char *explained = d.complaints[0].due_explained;
    assert_true(d.complaints[0].publish_until == morning(7));
    assert_int_equal(worktime_calendar_build(arena, 2019, 2020, &off, 1, NULL, 0, another, NULL), ERR_OK);
    catalogue->calendar = another;
    const struct intake_decision *published = reply(morning(8), &d, INTAKE_PUBLISH_ANSWER, 1, false, "H11.35-tr02");
    const struct intake_decision *told = at(morning(8) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL, NULL);
    const struct intake_decision *other = reply(morning(22), &d, INTAKE_ANSWER_COMPLAINT, 2, true, "H11.35-tr02");
    assert_true(published && told && other);
    assert_string_equal(told->event, "ComplaintPublicationPassed");
    assert_true(!published->next.complaints[0].published_late);
    for (int i = 0; i < 2; i++) {
        const struct intake_complaint *c = &(i ? told : published)->next.complaints[0];
        assert_true(c->publish_until == morning(8));
        assert_true(c->answer_due_at == morning(21) && c->refuse_until == morning(2));
        assert_ptr_equal(c->due_explained, explained);
    }
    assert_true(other->next.complaints[1].answer_due_at == morning(22) && !other->next.complaints[1].late);
}

/* What is stored is read again; the words are not. */
static void a_copy_has_no_words(void **state)
{
    struct intake_dossier d = complained(), copy = intake_copy(&d, arena);

    (void)state;
    assert_string_equal(copy.complaints[0].category, "delay");
    assert_string_equal(copy.complaints[0].about, "H11.35-tr01");
    assert_ptr_not_equal(copy.complaints[0].category, d.complaints[0].category);
    assert_null(copy.complaints[0].text);
    assert_null(copy.complaints[0].due_explained);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_says_until_when_it_is_answered_and_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_counter_takes_it_or_the_portal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_nobody_has_answered_may_be_complained_of, set_up, tear_down),
        cmocka_unit_test_setup_teardown(eight_at_the_most, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_head_answers_but_not_the_one_that_it_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_unit_above_answers_for_a_head_that_it_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_is_given_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_state_and_what_is_done, set_up, tear_down),
        cmocka_unit_test_setup_teardown(up_to_the_moment_of_its_date_it_is_in_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_is_asked_once_and_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_may_answer_may_ask_and_whoever_takes_a_complaint_takes_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_late_stays_late_whatever_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_date_that_is_given_anew_is_watched_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_is_published_within_two_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_publishes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_answered_keeps_the_dates_that_it_was_answered_by, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_has_no_words, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("intake_complaint", tests, NULL, NULL);
}
