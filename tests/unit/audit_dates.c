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

static instant read_due(const char *type, const Taicho__V1__LifecycleEvent *m)
{
    struct arena *a = arena_new(1 << 14);
    struct event e = {.source = SOURCE_INTAKE, .type = type};
    const void *command = NULL;
    struct err err = {.code = ERR_OK};

    for (size_t i = 0; i < audit_projection_count; i++)
        if (audit_projections[i].source == SOURCE_INTAKE && strcmp(audit_projections[i].type, type) == 0)
            assert_int_equal(audit_projections[i].read(m, &e, a, &command, &err), ERR_OK);
    assert_non_null(command);
    instant due = ((const struct audit_record *)command)->due_at;
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
                                           .period = "p", DATES};
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
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED;
    m.extended = &extended;
    assert_int_equal(read_due("Extended", &m), REPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_reported_date_is_taken)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
