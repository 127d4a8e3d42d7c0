/* SPDX-License-Identifier: Apache-2.0 */
/* 32 buckets for each doubling; the first 32 microseconds one by one. */
#include "tests/bench/histogram.h"

#define FINE_BITS 5
#define FINE      (1u << FINE_BITS)

static unsigned bucket_of(uint64_t us)
{
    if (us < FINE)
        return (unsigned)us;
    unsigned shift = 63u - (unsigned)__builtin_clzll(us) - FINE_BITS;
    unsigned bucket = (shift + 1) * FINE + (unsigned)((us >> shift) - FINE);
    return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

static uint64_t top_of(unsigned bucket)
{
    if (bucket < FINE)
        return bucket;
    unsigned shift = bucket / FINE - 1;
    return ((uint64_t)(bucket % FINE + FINE + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, int64_t us)
{
    uint64_t t = us > 0 ? (uint64_t)us : 0;
    h->counts[bucket_of(t)]++;
    h->total++;
    if (t > h->most)
        h->most = t;
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        to->counts[i] += from->counts[i];
    to->total += from->total;
    if (from->most > to->most)
        to->most = from->most;
}

double histogram_ms(const struct histogram *h, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)h->total + 0.5), seen = 0;
    if (h->total == 0)
        return 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen >= wanted && seen > 0)
            return (double)(top_of(i) < h->most ? top_of(i) : h->most) / 1000;
    }
    return (double)h->most / 1000;
}
