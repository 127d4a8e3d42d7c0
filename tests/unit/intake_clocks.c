/* SPDX-License-Identifier: Apache-2.0 */
/* A supplement parts the two clocks; what comes behind it moves each by its own count, and tells both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/intake/events.h"
#include "taicho/v1/lifecycle.pb-c.h"
#include "tests/unit/intake_story.h"

static int32_t today;
static int minute;

static int begin(void **state)
{
    today = BED_DAY;
    minute = 8 * 60;
    return set_up(state);
}

static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                      const char *actor)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, actor ? "H11.35" : NULL, minute);

    f.now = instant_of_day(today, minute);
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier does(const struct intake_dossier *d, enum intake_act act, const void *command,
                                  const char *actor)
{
    struct intake_decision *out = decide(d, act, command, actor);

    if (!out)
        fail_msg("%s", err.en);
    return out->next;
}

static const Taicho__V1__LifecycleEvent *told(const struct intake_decision *out)
{
    Taicho__V1__LifecycleEvent *m = ARENA_NEW(arena, Taicho__V1__LifecycleEvent);
    struct emission e = {.type = out->event, .body = out};

    taicho__v1__lifecycle_event__init(m);
    intake_encode(&e, arena, m);
    return m;
}

static const struct intake_component component = {.name = "Bản sao", .copies = 1};
static const struct intake_supply supply = {
    .channel = CHANNEL_COUNTER, .components = &component, .component_count = 1};

/* Received on Tuesday 1 October at 08:00, three working days; the supplement is asked on Wednesday at 08:00 and comes a
 * day later: by law due on Tuesday 8 October, to be reported against Monday 7 October. */
#define LEGAL    instant_of_day(BED_DAY + 7, 8 * 60)
#define REPORTED instant_of_day(BED_DAY + 6, 8 * 60)

static struct intake_decision *supplied(void)
{
    static const struct intake_progress assigned = {.step = 3};
    static const struct intake_supplement_asked asked = {.step = 3, .round = 1, .by = "H11.35-td01"};
    static struct intake_receive c;

    c = bed_receive("H11.35-Q1", "1.000006");
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");
    d = does(&d, INTAKE_TAKE_UP, &assigned, NULL);
    today++;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &asked, NULL);
    today++;
    return decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
}

static void a_supplement_tells_both_dates(void **state)
{
    (void)state;
    const Taicho__V1__SupplementReceived *m = told(supplied())->supplement_received;
    assert_int_equal(m->due_at, LEGAL);
    assert_int_equal(m->due_at_legal, LEGAL);
    assert_int_equal(m->due_at_reported, REPORTED);
}

/* Both clocks pause for the obligation alike, each from where it stands. */
static void an_obligation_behind_a_supplement_tells_both_dates(void **state)
{
    static const struct intake_progress first = {.step = 4, .outcome = OUTCOME_GRANTED};
    static const struct intake_notice notice = {.notice = "12/TB-CCT"}, nothing = {0};
    (void)state;
    struct intake_dossier d = supplied()->next;
    d = does(&d, INTAKE_DECIDE, &first, NULL);
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    today++;
    const Taicho__V1__ObligationMet *m = told(decide(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01"))->obligation_met;
    assert_int_equal(m->due_at, LEGAL + INSTANT_DAY);
    assert_int_equal(m->due_at_legal, LEGAL + INSTANT_DAY);
    assert_int_equal(m->due_at_reported, REPORTED + INSTANT_DAY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_supplement_tells_both_dates, begin, tear_down),
        cmocka_unit_test_setup_teardown(an_obligation_behind_a_supplement_tells_both_dates, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
