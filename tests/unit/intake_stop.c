/* SPDX-License-Identifier: Apache-2.0 */
/* The stop with its notice: who may ask, on which ground, when the request lapses, and how the dossier ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

#define NOW   instant_of_day(BED_DAY + 5, 600)
#define UNTIL instant_of_day(BED_DAY + 5, 599) /* the citizen's time is over */

static const struct intake_progress last = {.step = 6, .last = true, .outcome = OUTCOME_GRANTED}, nothing = {.step = 6};

static struct intake_decision *at(instant now, const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    err = (struct err){.code = ERR_OK};
    f.actor_roles = actor ? ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD) : 0; /* as the token says */
    f.now = now;
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_decision *tell(const struct intake_dossier *d, enum intake_act act,
                                    const struct intake_progress *said)
{
    return at(NOW, d, act, said, NULL, NULL);
}

static struct intake_dossier in_state(enum intake_state s)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision *out = at(instant_of_day(BED_DAY, 480), NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35");

    assert_non_null(out);
    out->next.state = s;
    return out->next;
}

/* A dossier that awaits what the citizen was asked to bring. */
static struct intake_dossier lacking(instant answer_until)
{
    struct intake_dossier d = in_state(INTAKE_AWAITING_SUPPLEMENT);

    d.supplements[d.supplement_count++] = (struct intake_supplement){.step = 3,
                                                                     .round = 1,
                                                                     .asked_by = "H11.35-td01",
                                                                     .asked_at = d.received_at,
                                                                     .answer_until = answer_until,
                                                                     .received_at = INSTANT_NONE};
    return d;
}

static struct intake_decision *ask(const struct intake_dossier *d, enum stop_ground ground, uint8_t notice)
{
    struct intake_ask_stop *c = ARENA_NEW(arena, struct intake_ask_stop);

    *c = (struct intake_ask_stop){.ground = ground, .notice = {.kind = DOCUMENT_STOP_NOTICE}};
    memset(c->notice.id.b, notice, sizeof c->notice.id.b);
    return at(NOW, d, INTAKE_REQUEST_STOP, c, "H11.35-td01", "H11.35");
}

static struct intake_dossier asked(struct intake_dossier d, enum stop_ground ground)
{
    struct intake_decision *out = ask(&d, ground, 9);

    assert_non_null(out);
    return out->next;
}

static void refused(const struct intake_decision *out, enum err_code code, const char *field)
{
    assert_null(out);
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
}

/* The request changes nothing but itself. */
static void the_dossier_stays_as_it_was(void **state)
{
    static const enum intake_state states[] = {INTAKE_RECEIVED, INTAKE_IN_PROCESS, INTAKE_AWAITING_OBLIGATION,
                                               INTAKE_AWAITING_SUPPLEMENT};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        struct intake_dossier d = in_state(states[i]);
        struct intake_decision *out = ask(&d, STOP_GROUND_AUTHORITY_ORDER, 9);
        assert_non_null(out);
        assert_string_equal(out->event, "StopRequested");
        assert_string_equal(out->place, "office");
        assert_true(out->stop && id_eq(out->document->id, out->next.stop.notice));
        assert_int_equal(out->document->kind, DOCUMENT_STOP_NOTICE);
        assert_int_equal(out->next.state, states[i]);
        assert_int_equal(out->next.outcome, OUTCOME_NONE);
        assert_int_equal(out->next.stop.state, STOP_REQUESTED);
        assert_int_equal(out->next.stop.ground, STOP_GROUND_AUTHORITY_ORDER);
        assert_string_equal(out->next.stop.by, "H11.35-td01");
        assert_true(out->next.stop.at == NOW);
    }
}

static void only_the_unit_that_handles_it(void **state)
{
    struct intake_ask_stop c = {.ground = STOP_GROUND_OTHER};
    struct intake_dossier d = in_state(INTAKE_IN_PROCESS);

    (void)state;
    refused(at(NOW, &d, INTAKE_REQUEST_STOP, &c, "H11.05-td01", "H11.05"), ERR_FORBIDDEN, "actor");
    refused(at(NOW, &d, INTAKE_REQUEST_STOP, &c, "H11.35-xx", "H11.35"), ERR_FORBIDDEN, "actor");
}

static void only_a_post_that_handles_it(void **state)
{
    struct intake_ask_stop c = {.ground = STOP_GROUND_OTHER};
    struct intake_dossier d = in_state(INTAKE_IN_PROCESS);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bed_handlers); i++) {
        struct intake_decision *out = at(NOW, &d, INTAKE_REQUEST_STOP, &c, bed_handlers[i].post, "H11.35");
        if ((out != NULL) != bed_handlers[i].may)
            fail_msg("%s", bed_handlers[i].post);
        if (!out)
            refused(out, ERR_FORBIDDEN, "actor");
    }
}

/* One request to end it at a time: a stop, or a withdrawal. */
static void one_request_at_a_time(void **state)
{
    static const struct intake_ask_back back = {.channel = CHANNEL_POST, .request = {.kind = DOCUMENT_REQUEST}};
    struct intake_dossier d = asked(in_state(INTAKE_IN_PROCESS), STOP_GROUND_OTHER), e = in_state(INTAKE_IN_PROCESS);

    (void)state;
    refused(ask(&d, STOP_GROUND_OBJECT_GONE, 8), ERR_CONFLICT, "stop");
    refused(at(NOW, &d, INTAKE_REQUEST_WITHDRAWAL, &back, "H11.35-tn01", "H11.35"), ERR_CONFLICT, "stop");
    struct intake_decision *out = at(NOW, &e, INTAKE_REQUEST_WITHDRAWAL, &back, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    refused(ask(&out->next, STOP_GROUND_OTHER, 9), ERR_CONFLICT, "withdrawal");
    e = tell(&out->next, INTAKE_REFUSE_WITHDRAWAL, &nothing)->next;
    assert_non_null(ask(&e, STOP_GROUND_OTHER, 9));
}

/* For want of a supplement: only while one is awaited, and its time is over; without a rule it never is. */
static void the_citizen_has_his_time(void **state)
{
    struct intake_dossier d = in_state(INTAKE_IN_PROCESS), early = lacking(NOW), endless = lacking(INSTANT_NONE),
                          late = lacking(UNTIL);

    (void)state;
    refused(ask(&d, STOP_GROUND_NO_SUPPLEMENT, 9), ERR_CONFLICT, "ground");
    refused(ask(&early, STOP_GROUND_NO_SUPPLEMENT, 9), ERR_CONFLICT, "ground");
    refused(ask(&endless, STOP_GROUND_NO_SUPPLEMENT, 9), ERR_CONFLICT, "supplement_wait");
    assert_non_null(strstr(err.en, "no rule is known"));
    assert_non_null(ask(&endless, STOP_GROUND_OBJECT_GONE, 9)); /* another ground has no such time */
    assert_non_null(ask(&early, STOP_GROUND_AUTHORITY_ORDER, 9));
    refused(ask(&early, STOP_GROUND_OTHER, 9), ERR_CONFLICT, "ground"); /* unless it says nothing */
    refused(ask(&endless, STOP_GROUND_OTHER, 9), ERR_CONFLICT, "ground");
    assert_non_null(ask(&late, STOP_GROUND_OTHER, 9));
    assert_non_null(ask(&d, STOP_GROUND_OTHER, 9));
    assert_non_null(ask(&late, STOP_GROUND_NO_SUPPLEMENT, 9));
    late.supplements[0].received_at = NOW;
    late.state = INTAKE_IN_PROCESS;
    refused(ask(&late, STOP_GROUND_NO_SUPPLEMENT, 9), ERR_CONFLICT, "ground");
}

static void what_was_waited_for_in_vain_comes_after_all(void **state)
{
    static const struct intake_component component = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {
        .channel = CHANNEL_POST, .components = &component, .component_count = 1};
    static const enum stop_ground grounds[] = {STOP_GROUND_NO_SUPPLEMENT, STOP_GROUND_AUTHORITY_ORDER};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(grounds); i++) {
        bool lapses = grounds[i] == STOP_GROUND_NO_SUPPLEMENT;
        struct intake_dossier d = asked(lacking(UNTIL), grounds[i]);
        struct intake_decision *out = at(NOW, &d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
        assert_non_null(out);
        assert_int_equal(out->next.stop.state, lapses ? STOP_LAPSED : STOP_REQUESTED);
        assert_int_equal(out->stop, lapses);
        assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
        d = tell(&out->next, INTAKE_STOP, &nothing)->next; /* it crossed the signature: that stands */
        assert_int_equal(d.state, INTAKE_CLOSING);
        assert_int_equal(d.stop.state, STOP_SIGNED);
    }
}

/* It has lapsed here, another one was asked for, and an approver who knew of neither signs the first: that one counts.
 */
static void the_one_that_was_signed_counts(void **state)
{
    static const struct intake_component component = {.name = "Bản sao", .copies = 1};
    static const struct intake_supply supply = {
        .channel = CHANNEL_POST, .components = &component, .component_count = 1};
    struct intake_dossier d = asked(lacking(UNTIL), STOP_GROUND_NO_SUPPLEMENT);

    (void)state;
    d = at(NOW, &d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35")->next;
    struct intake_decision *second = ask(&d, STOP_GROUND_OTHER, 8);
    assert_non_null(second);
    assert_int_equal(second->next.stop.ground, STOP_GROUND_OTHER);
    for (uint8_t notice = 8; notice <= 9; notice++) {
        struct intake_progress said = {.step = 6};
        memset(said.document.b, notice, sizeof said.document.b);
        const struct intake_dossier ended = tell(&second->next, INTAKE_STOP, &said)->next;
        assert_int_equal(ended.stop.state, STOP_SIGNED);
        assert_int_equal(ended.stop.ground, notice == 9 ? STOP_GROUND_NO_SUPPLEMENT : STOP_GROUND_OTHER);
        assert_true(id_eq(ended.stop.notice, said.document));
        assert_int_equal(ended.lapsed_stop.state, STOP_LAPSED);
        assert_false(id_eq(ended.lapsed_stop.notice, said.document));
    }
}

static void not_signed_it_goes_on(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_IN_PROCESS), STOP_GROUND_OTHER);
    struct intake_progress said = {.step = 6, .document = d.stop.notice}, of_another = {.step = 6};

    (void)state;
    struct intake_decision *out = tell(&d, INTAKE_REFUSE_STOP, &of_another); /* of a request that has lapsed here */
    assert_non_null(out);
    assert_false(out->stop);
    assert_int_equal(out->next.stop.state, STOP_REQUESTED);
    out = tell(&d, INTAKE_REFUSE_STOP, &said);
    assert_non_null(out);
    assert_int_equal(out->next.stop.state, STOP_REFUSED);
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_non_null(ask(&out->next, STOP_GROUND_OTHER, 8)); /* once more */
}

static void a_last_signature_stands(void **state)
{
    struct intake_dossier d = asked(in_state(INTAKE_IN_PROCESS), STOP_GROUND_OTHER);
    struct intake_decision *out = tell(&d, INTAKE_DECIDE, &last);

    (void)state;
    assert_int_equal(out->next.state, INTAKE_CLOSING);
    assert_int_equal(out->next.outcome, OUTCOME_GRANTED);
    assert_int_equal(out->next.stop.state, STOP_LAPSED);
    assert_null(ask(&out->next, STOP_GROUND_OTHER, 8));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    refused(tell(&out->next, INTAKE_SEAL_NOTICE, &nothing), ERR_INVALID, "outcome");
    assert_null(tell(&out->next, INTAKE_TAKE_UP, &nothing)); /* nothing can cross a signature that nobody forestalled */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

/* Signed, it is closing; sealed, it is stopped, wherever it was. What appraisal said before it knew changes nothing. */
static void signed_sealed_and_given(void **state)
{
    static const enum intake_act crossed[] = {INTAKE_TAKE_UP,    INTAKE_CONSULT,  INTAKE_END_CONSULT,
                                              INTAKE_OPEN_PARTS, INTAKE_END_PART, INTAKE_REQUEST_SUPPLEMENT};
    static const struct intake_ask_more more = {.reason = "overload", .apology = {.kind = DOCUMENT_APOLOGY}};
    struct intake_dossier d = in_state(INTAKE_IN_PROCESS);
    struct intake_progress done = nothing; /* intake hears of it an hour later */

    (void)state;
    done.at = NOW - INSTANT_HOUR;
    d.transfers[0].state = INTAKE_TRANSFER_TAKEN;
    d.asked_unit = d.part_units = "H11.05";
    d.withdrawal.state = WITHDRAWAL_REQUESTED; /* it crossed the signature, too */
    d.stop = asked(in_state(INTAKE_IN_PROCESS), STOP_GROUND_OBJECT_GONE).stop;
    struct intake_decision *out = tell(&d, INTAKE_STOP, &nothing);
    assert_non_null(out);
    assert_null(out->event);
    assert_int_equal(out->next.state, INTAKE_CLOSING);
    assert_int_equal(out->next.outcome, OUTCOME_STOPPED);
    assert_int_equal(out->next.withdrawal.state, WITHDRAWAL_LAPSED);
    assert_null(out->next.asked_unit);
    assert_false(intake_is_closed(out->next.state));
    d = out->next;
    refused(at(NOW, &d, INTAKE_REQUEST_EXTENSION, &more, "H11.35-td01", "H11.35"), ERR_CONFLICT, "stop");
    refused(tell(&d, INTAKE_SEAL, &last), ERR_INVALID, "outcome");
    for (int sealed = 0; sealed <= 1; sealed++) {
        for (size_t i = 0; i < COUNT_OF(crossed); i++) {
            out = tell(&d, crossed[i], &nothing);
            assert_non_null(out);
            assert_null(out->event);
            assert_int_equal(out->next.state, d.state);
            assert_null(out->next.asked_unit);
            assert_null(out->next.part_units);
            assert_int_equal(out->next.supplement_count, 0);
        }
        if (!sealed)
            d = tell(&d, INTAKE_SEAL_NOTICE, &done)->next;
    }
    assert_int_equal(d.state, INTAKE_STOPPED);
    assert_int_equal(intake_national_status(d.state, false), 8);
    assert_true(intake_is_closed(d.state));
    assert_true(d.finished_at == done.at && d.returned_at == INSTANT_NONE);
    done.at += INSTANT_MINUTE;
    out = tell(&d, INTAKE_GIVE_NOTICE, &done);
    assert_int_equal(out->next.state, INTAKE_STOPPED);
    assert_true(out->next.returned_at == done.at);
}

/* What was waited for at the end is not waited for any more, and the clocks that stood for it stand for good. */
static void a_paused_clock_stands_for_good(void **state)
{
    struct intake_dossier d = lacking(UNTIL), e = in_state(INTAKE_IN_PROCESS);

    (void)state;
    assert_true(intake_is_paused(&d));
    assert_false(intake_is_paused(&e));
    d = tell(&d, INTAKE_STOP, &nothing)->next;
    assert_true(intake_is_paused(&d));
    d.supplements[0].received_at = NOW;
    assert_false(intake_is_paused(&d));
    e.obligations[e.obligation_count++] = (struct intake_obligation){.state = INTAKE_OBLIGATION_EXPECTED};
    assert_false(intake_is_paused(&e));
    e.obligations[0].state = INTAKE_OBLIGATION_NOTIFIED;
    assert_true(intake_is_paused(&e));
    e.obligations[0].state = INTAKE_OBLIGATION_MET;
    assert_false(intake_is_paused(&e));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_dossier_stays_as_it_was),    TEST(only_the_unit_that_handles_it),
        TEST(only_a_post_that_handles_it),    TEST(one_request_at_a_time),
        TEST(the_citizen_has_his_time),       TEST(what_was_waited_for_in_vain_comes_after_all),
        TEST(the_one_that_was_signed_counts), TEST(not_signed_it_goes_on),
        TEST(a_last_signature_stands),        TEST(signed_sealed_and_given),
        TEST(a_paused_clock_stands_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
