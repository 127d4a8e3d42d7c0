/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain of four services in one process, from many seeds (model/sim.h says what is real and what is modelled).
 *
 *   SIM_SEEDS=n   how many seeds (2000)          SIM_SEED=n    only this one; with SIM_TRACE=1 its story
 *   SIM_BREAK=w   with a wrong rule (see BREAK_MAP), to see it found
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "tests/sim/model/sim.h"

#define BREAK_SEEDS 400 /* so many seeds at most until a wrong rule is found */

static uint64_t setting(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static enum sim_break chosen(void)
{
    const char *text = getenv("SIM_BREAK");

    for (int i = 0; text && i < BREAK_COUNT; i++)
        if (strcmp(text, sim_break_names[i]) == 0)
            return (enum sim_break)i;
    return BREAK_NOTHING;
}

static void say(uint64_t seed)
{
    print_message("# seed %llu, %d dossiers, %ld steps, %ld faults: %s\n"
                  "# again: SIM_SEED=%llu SIM_TRACE=1\n",
                  (unsigned long long)seed, world.dossier_count, world.steps, world.faults, world.failure,
                  (unsigned long long)seed);
}

static void nothing_is_lost_doubled_or_stuck(void **state UNUSED)
{
    bool one = getenv("SIM_SEED") != NULL;
    uint64_t first = setting("SIM_SEED", 1), count = one ? 1 : setting("SIM_SEEDS", 2000), failed = 0;
    unsigned long long dossiers = 0, events = 0, faults = 0, steps = 0, repeats = 0, batches = 0;
    int64_t start = instant_mono();

    for (uint64_t seed = first; seed < first + count; seed++) {
        bool ok = sim_run(seed, chosen(), getenv("SIM_TRACE") != NULL);

        dossiers += (unsigned)world.dossier_count;
        events += (unsigned long)world.events;
        faults += (unsigned long)world.faults;
        steps += (unsigned long)world.steps;
        repeats += (unsigned long)world.repeats;
        batches += (unsigned long)world.batches;
        if (!ok && ++failed <= 10)
            say(seed);
    }
    double s = (double)(instant_mono() - start) / 1e6;
    print_message("# %llu seeds in %.1f s: %llu dossiers, %llu events, %llu faults, %llu repeats, %llu batches, %llu "
                  "steps; per second %.0f dossiers, %.0f events, %.0f faults\n",
                  (unsigned long long)count, s, dossiers, events, faults, repeats, batches, steps, (double)dossiers / s,
                  (double)events / s, (double)faults / s);
    assert_int_equal(failed, 0);
}

static void a_seed_tells_the_same_story_twice(void **state UNUSED)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        sim_run(seed, BREAK_NOTHING, false);
        uint64_t random = world.random;
        long steps = world.steps, events = world.events;

        sim_run(seed, BREAK_NOTHING, false);
        assert_int_equal(random, world.random);
        assert_int_equal(steps, world.steps);
        assert_int_equal(events, world.events);
    }
}

static void wrong_rules_are_found(void **state UNUSED)
{
    for (int i = BREAK_NOTHING + 1; i < BREAK_COUNT; i++) {
        uint64_t seed = 1;

        while (seed <= BREAK_SEEDS && sim_run(seed, (enum sim_break)i, false))
            seed++;
        print_message("# %s: %s %llu: %s\n", sim_break_names[i], seed <= BREAK_SEEDS ? "found by seed" : "NOT found in",
                      (unsigned long long)seed, world.failure);
        assert_true(seed <= BREAK_SEEDS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_doubled_or_stuck),
        cmocka_unit_test(a_seed_tells_the_same_story_twice),
        cmocka_unit_test(wrong_rules_are_found),
    };

    log_init("sim", LOG_ERROR);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
