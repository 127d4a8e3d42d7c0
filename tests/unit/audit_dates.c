/* SPDX-License-Identifier: Apache-2.0 */
/* Of an event with two due dates audit takes the one that is reported: by it a dossier is judged (Decision 766/2022).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/flow/event.h"
#include "common/flow/projection.h"
#include "services/audit/audit.h"
#include "services/audit/events.h"
#include "taicho/v1/lifecycle.pb-c.h"

#define LEGAL    INT64_C(1571212800000000)
#define REPORTED INT64_C(1571126400000000)

/* read_event gives what audit takes of an event; it lives as long as the arena. */
static const struct audit_record *read_event(const char *type, const Taicho__V1__LifecycleEvent *m, struct arena *a)
{
    struct event e = {.source = SOURCE_INTAKE, .type = type, .occurred_at = LEGAL};
    const void *command = NULL;
    struct err err = {.code = ERR_OK};

    for (size_t i = 0; i < audit_projection_count; i++)
        if (audit_projections[i].source == SOURCE_INTAKE && strcmp(audit_projections[i].type, type) == 0)
            assert_int_equal(audit_projections[i].read(m, &e, a, &command, &err), ERR_OK);
    assert_non_null(command);
    return command;
}

static instant read_due(const char *type, const Taicho__V1__LifecycleEvent *m)
{
    struct arena *a = arena_new(1 << 14);
    instant due = read_event(type, m, a)->due_at;

    arena_free(a);
    return due;
}

#define DATES .due_at = LEGAL, .due_at_legal = LEGAL, .due_at_reported = REPORTED

static void the_reported_date_is_taken(void **state)
{
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__ObligationMet met = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__obligation_met__descriptor), DATES};
    Taicho__V1__SupplementReceived supplied = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__supplement_received__descriptor),
                                               .number = 1, DATES};
    Taicho__V1__DueMoved moved = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__due_moved__descriptor), DATES};
    Taicho__V1__FindingRecorded found = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__finding_recorded__descriptor),
                                         .finding = "f", DATES};
    Taicho__V1__PeriodExcluded left_out = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__period_excluded__descriptor),
                                           .period = "p", .from = REPORTED, .until = LEGAL, DATES};
    Taicho__V1__PeriodEnded ended = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__period_ended__descriptor), .period = "p",
                                     .from = REPORTED, .until = LEGAL, DATES};
    Taicho__V1__Extended extended = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__extended__descriptor), DATES};

    (void)state;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_MET;
    m.obligation_met = &met;
    assert_int_equal(read_due("ObligationMet", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED;
    m.supplement_received = &supplied;
    assert_int_equal(read_due("SupplementReceived", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED;
    m.due_moved = &moved;
    assert_int_equal(read_due("DueMoved", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_FINDING_RECORDED;
    m.finding_recorded = &found;
    assert_int_equal(read_due("FindingRecorded", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED;
    m.period_excluded = &left_out;
    assert_int_equal(read_due("PeriodExcluded", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED;
    m.period_ended = &ended;
    assert_int_equal(read_due("PeriodEnded", &m), REPORTED);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED;
    m.extended = &extended;
    assert_int_equal(read_due("Extended", &m), REPORTED);
}

/* With why, and who answers for it; from when it says, or else from when it was told. */
static void a_pause_is_kept_as_it_is_told(void **state)
{
    struct arena *a = arena_new(1 << 14);
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    Taicho__V1__SupplementRequested asked = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__supplement_requested__descriptor),
                                             .number = 2, .paused_from = REPORTED, .ground = "other",
                                             .superior = "ld01"};
    Taicho__V1__ObligationOpened owed = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__obligation_opened__descriptor),
                                         .paused_from = 0};
    Taicho__V1__PeriodExcluded left_out = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__period_excluded__descriptor),
                                           .period = "p", .from = REPORTED, .until = LEGAL, DATES};

    (void)state;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_REQUESTED;
    m.supplement_requested = &asked;
    const struct audit_record *r = read_event("SupplementRequested", &m, a);
    assert_int_equal(r->pause.kind, AUDIT_PAUSE_SUPPLEMENT);
    assert_int_equal(r->supplement, 2);
    assert_int_equal(r->pause.from, REPORTED);
    assert_true(r->pause.until == INSTANT_NONE);
    assert_string_equal(r->pause.code, "other");
    assert_string_equal(r->pause.superior, "ld01");
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_OPENED;
    m.obligation_opened = &owed;
    r = read_event("ObligationOpened", &m, a);
    assert_int_equal(r->pause.kind, AUDIT_PAUSE_OBLIGATION);
    assert_int_equal(r->pause.from, LEGAL);
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED;
    m.period_excluded = &left_out;
    r = read_event("PeriodExcluded", &m, a);
    assert_int_equal(r->pause.kind, AUDIT_PAUSE_EXCLUDED);
    assert_int_equal(r->pause.until, LEGAL);
    assert_string_equal(r->pause.code, "p");
    assert_false(r->pause.ended);
    Taicho__V1__PeriodEnded ended = {PROTOBUF_C_MESSAGE_INIT(&taicho__v1__period_ended__descriptor), .period = "p",
                                     .from = REPORTED, .until = LEGAL - 1, DATES};
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED;
    m.period_ended = &ended;
    r = read_event("PeriodEnded", &m, a);
    assert_true(r->pause.ended && r->pause.from == REPORTED && r->pause.until == LEGAL - 1);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_reported_date_is_taken),
                                       cmocka_unit_test(a_pause_is_kept_as_it_is_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
