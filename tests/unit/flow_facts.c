/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages read of a supplement: whether the dossier is files alone still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/flow/facts.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* One that does not say it is as old as it was received: nothing changes with it. */
static void papers_come_with_a_supplement_that_says_so(void **state)
{
    static const struct {
        Taicho__V1__Medium medium;
        bool on_paper;
    } cases[] = {{TAICHO__V1__MEDIUM__MEDIUM_UNSPECIFIED, false},
                 {TAICHO__V1__MEDIUM__MEDIUM_PAPER, true},
                 {TAICHO__V1__MEDIUM__MEDIUM_ELECTRONIC, false},
                 {TAICHO__V1__MEDIUM__MEDIUM_MIXED, true}};
    Taicho__V1__SupplementReceived received = TAICHO__V1__SUPPLEMENT_RECEIVED__INIT;
    Taicho__V1__DueMoved moved = TAICHO__V1__DUE_MOVED__INIT;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    (void)state;
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED, m.supplement_received = &received;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        received.medium = cases[i].medium;
        assert_int_equal(facts_read_on_paper(&m), cases[i].on_paper);
    }
    m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED, m.due_moved = &moved;
    assert_false(facts_read_on_paper(&m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(papers_come_with_a_supplement_that_says_so)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
