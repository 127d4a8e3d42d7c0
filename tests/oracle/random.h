/* SPDX-License-Identifier: Apache-2.0 */
/* Seeded random numbers (splitmix64) for test programs: the same seed, the same numbers. */
#ifndef TAICHO_TESTS_ORACLE_RANDOM_H
#define TAICHO_TESTS_ORACLE_RANDOM_H

#include <stdint.h>

static uint64_t random_state;

static inline void random_seed(uint64_t seed)
{
    random_state = seed;
}

static inline uint64_t random_next(void)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* random_below gives 0 .. n - 1; n > 0. */
static inline uint64_t random_below(uint64_t n)
{
    return random_next() % n;
}

#endif
