/* SPDX-License-Identifier: Apache-2.0 */
/* The ways that a dossier goes as a whole are drawn at once, so that each of them has just its share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "services/ctl/simulate.h"

#define DRAWS  200000
#define SIGMAS 4.0 /* of nine ways, once in 2,000 seeds by chance; the seed is always the same */

static int counts[PLAN_AT_ONCE + 1];

static void draw(const char *mix)
{
    struct simulation *s = calloc(1, sizeof *s);

    assert_true(mix_read(s, mix));
    s->chance.state = 7;
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < DRAWS; i++)
        counts[mix_plan(s)]++;
    free(s);
}

/* Less far from n percent than chance explains. */
static void is_drawn(enum plan plan, double percent)
{
    double p = percent / 100, off = counts[plan] - DRAWS * p;

    if (off * off > SIGMAS * SIGMAS * DRAWS * p * (1 - p))
        fail_msg("plan %d: %d of %d are not %g %%", (int)plan, counts[plan], DRAWS, percent);
}

static void each_way_has_its_share(void **state)
{
    (void)state;
    draw("");
    is_drawn(PLAN_TURN_AWAY, 4);
    is_drawn(PLAN_REJECT, 4);
    is_drawn(PLAN_BACK, 3);
    is_drawn(PLAN_SUPPLEMENT, 8);
    is_drawn(PLAN_EXTEND, 3);
    is_drawn(PLAN_AT_ONCE, 3);
    is_drawn(PLAN_STOP, 1);
    is_drawn(PLAN_GUIDE, 2);
    is_drawn(PLAN_WITHDRAW, 1);
    is_drawn(PLAN_GRANT, 71);
}

/* However much the others have: the last of the list is not what they have left over. */
static void what_the_others_have_takes_nothing_from_a_way(void **state)
{
    (void)state;
    draw("refused=30,supplement=40,withdrawn=8");
    is_drawn(PLAN_TURN_AWAY, 30);
    is_drawn(PLAN_SUPPLEMENT, 40);
    is_drawn(PLAN_WITHDRAW, 8);
    is_drawn(PLAN_GRANT, 6);
}

static void one_way_may_be_all(void **state)
{
    (void)state;
    draw("refused=0,rejected=0,back=0,supplement=0,extended=100,at_once=0,stopped=0,guided=0,withdrawn=0");
    assert_int_equal(counts[PLAN_EXTEND], DRAWS);
}

/* Each has its part of the sum. */
static void ways_may_come_to_more_than_all(void **state)
{
    (void)state;
    draw("refused=0,rejected=0,back=0,supplement=100,extended=0,at_once=60,stopped=40,guided=0,withdrawn=0");
    is_drawn(PLAN_SUPPLEMENT, 50);
    is_drawn(PLAN_AT_ONCE, 30);
    is_drawn(PLAN_STOP, 20);
    assert_int_equal(counts[PLAN_GRANT], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_has_its_share),
        cmocka_unit_test(what_the_others_have_takes_nothing_from_a_way),
        cmocka_unit_test(one_way_may_be_all),
        cmocka_unit_test(ways_may_come_to_more_than_all),
    };
    return cmocka_run_group_tests_name("ctl_shares_drawn", tests, NULL, NULL);
}
