/* SPDX-License-Identifier: Apache-2.0 */
/* What the officer at the counter does at once: kept and told with the receipt, of same-day procedures alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"

static struct intake_document draft;

static struct intake_decision *receive_by(enum channel channel, const char *procedure, struct intake_at_once *at_once)
{
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    struct intake_receive *c = ARENA_NEW(arena, struct intake_receive);
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);

    *c = bed_receive("H11.35-Q1", procedure);
    c->channel = channel;
    if (channel == CHANNEL_ONLINE)
        c->components = &file;
    c->at_once = at_once;
    f.actor_roles = ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER);
    draft = (struct intake_document){.kind = DOCUMENT_DRAFT_RESULT, .pages = 2, .media_type = "application/pdf"};
    memset(draft.id.b, 9, sizeof draft.id.b);
    memset(draft.sha256, 5, sizeof draft.sha256);
    if (at_once)
        at_once->draft = &draft;
    err = (struct err){.code = ERR_OK};
    return intake_decide(NULL, INTAKE_RECEIVE, c, &f, out, &err) ? NULL : out;
}

static struct intake_decision *receive(const char *procedure, struct intake_at_once *at_once)
{
    return receive_by(CHANNEL_COUNTER, procedure, at_once);
}

static void it_is_told_as_his(void **state)
{
    struct intake_at_once c = {.opinion = OPINION_FOR, .mandate = "m1"};
    const struct intake_decision *out = receive("1.000002", &c);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "Received");
    assert_ptr_equal(out->document, &draft);
    assert_non_null(out->same_day);
    assert_string_equal(out->same_day->officer, "H11.35-tn01");
    assert_int_equal(out->same_day->roles,
                     ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER)); /* of his token, whatever his post */
    assert_int_equal(out->same_day->opinion, OPINION_FOR);
    assert_string_equal(out->same_day->mandate, "m1");
    assert_true(id_eq(out->same_day->draft.id, draft.id) && out->same_day->draft.pages == 2);
    assert_memory_equal(out->same_day->draft.sha256, draft.sha256, sizeof draft.sha256);
}

static void without_it_a_same_day_procedure_goes_its_usual_way(void **state)
{
    const struct intake_decision *out = receive("1.000002", NULL);

    (void)state;
    assert_non_null(out);
    assert_null(out->same_day);
    assert_null(out->document);
}

static void refused(struct intake_at_once c, const char *procedure, const char *field)
{
    assert_null(receive(procedure, &c));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, field);
}

static void what_cannot_be_is_refused(void **state)
{
    static const char *reasons[] = {"not_eligible"};
    struct intake_at_once against = {
        .opinion = OPINION_AGAINST, .reasons = reasons, .reason_count = 1, .mandate = NULL};

    (void)state;
    refused((struct intake_at_once){.opinion = OPINION_FOR}, "1.000001", "same_day");
    refused((struct intake_at_once){.opinion = OPINION_AGAINST}, "1.000002", "same_day.reasons");
    static const struct same_day_return returned = {.series = "kq", .seal = "s2", .delivery = DELIVERY_COUNTER};
    struct intake_at_once unsigned_ = {.opinion = OPINION_FOR, .returned = &returned};
    refused(unsigned_, "1.000002", "same_day.return");
    unsigned_.mandate = "m1";
    assert_ptr_equal(receive("1.000002", &unsigned_)->same_day->returned, &returned);
    const struct intake_decision *out = receive("1.000002", &against);
    assert_non_null(out);
    assert_null(out->same_day->mandate);
    assert_int_equal(out->same_day->reason_count, 1);
}

/* Nothing is handed over on the spot to somebody who is not there. */
static void it_goes_the_way_that_it_came(void **state)
{
    static const bool may[CHANNEL_COUNT][DELIVERY_COUNT] = {
        [CHANNEL_COUNTER] = {[DELIVERY_COUNTER] = true, [DELIVERY_POST] = true, [DELIVERY_ELECTRONIC] = true},
        [CHANNEL_ONLINE] = {[DELIVERY_POST] = true, [DELIVERY_ELECTRONIC] = true},
        [CHANNEL_POST] = {[DELIVERY_POST] = true},
    };

    (void)state;
    for (int channel = CHANNEL_NONE + 1; channel < CHANNEL_COUNT; channel++)
        for (int delivery = DELIVERY_NONE + 1; delivery < DELIVERY_COUNT; delivery++) {
            const struct same_day_return returned = {.series = "kq", .seal = "s2", .delivery = delivery};
            struct intake_at_once c = {.opinion = OPINION_FOR, .mandate = "m1", .returned = &returned};
            if ((receive_by((enum channel)channel, "1.000002", &c) != NULL) != may[channel][delivery])
                fail_msg("%s, %s", channel_names[channel], delivery_names[delivery]);
            if (may[channel][delivery])
                continue;
            assert_int_equal(err.code, ERR_INVALID);
            assert_string_equal(err.field, "same_day.return.delivery");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_is_told_as_his, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_it_a_same_day_procedure_goes_its_usual_way, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_goes_the_way_that_it_came, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
