/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Business time: real time plus an offset kept in the database. Written once by `taichoctl migrate`; the executor reads
 * the offset in every claim, so moving it forward holds from the next batch on. Thread-safe.
 */
#ifndef TAICHO_FLOW_CLOCK_H
#define TAICHO_FLOW_CLOCK_H

#include "common/base/instant.h"

struct clock;

struct clock *clock_new(void);
void clock_free(struct clock *c);
/* clock_set takes the offset read from the database; never back by more than nothing: a smaller one is ignored. */
void clock_set(struct clock *c, int64_t offset_us);
instant clock_now(struct clock *c);
int64_t clock_offset(struct clock *c);

#endif
