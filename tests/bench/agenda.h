/* SPDX-License-Identifier: Apache-2.0 */
/* What is due when: a heap of alarms. An alarm belongs to whoever set it and must live until it rang. */
#ifndef TAICHO_BENCH_AGENDA_H
#define TAICHO_BENCH_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct alarm {
    int64_t due; /* CLOCK_MONOTONIC, us */
    void (*ring)(struct alarm *a, int64_t now);
};

void agenda_set(struct alarm *a, int64_t due, void (*ring)(struct alarm *a, int64_t now));
/* agenda_turn rings what is due and tells how many ms may pass until the next; 1000 when there is none. */
int agenda_turn(void);

#endif
