/* SPDX-License-Identifier: Apache-2.0 */
/* Times in microseconds, counted in buckets that are at most 3 % wide: quantiles without keeping every time. */
#ifndef TAICHO_BENCH_HISTOGRAM_H
#define TAICHO_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS 1024

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total, most;
};

void histogram_add(struct histogram *h, int64_t us);
void histogram_merge(struct histogram *to, const struct histogram *from);
/* histogram_ms gives the time that `share` of all do not pass, in milliseconds; 0 when there are none. */
double histogram_ms(const struct histogram *h, double share);

#endif
