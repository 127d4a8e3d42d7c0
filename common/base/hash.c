/* SPDX-License-Identifier: Apache-2.0 */
/* MurmurHash2, 32 bits, with the seed of org.apache.kafka.common.utils.Utils.murmur2. */
#include "common/base/hash.h"

#include "common/base/err.h"

#define SEED       UINT32_C(0x9747b28c)
#define MULTIPLIER UINT32_C(0x5bd1e995)

uint32_t hash_murmur2(const void *p, size_t n)
{
    const uint8_t *b = p;
    uint32_t h = SEED ^ (uint32_t)n;

    for (; n >= 4; n -= 4, b += 4) {
        uint32_t k = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        k *= MULTIPLIER;
        k ^= k >> 24;
        k *= MULTIPLIER;
        h *= MULTIPLIER;
        h ^= k;
    }
    if (n == 3)
        h ^= (uint32_t)b[2] << 16;
    if (n >= 2)
        h ^= (uint32_t)b[1] << 8;
    if (n >= 1) {
        h ^= b[0];
        h *= MULTIPLIER;
    }
    h ^= h >> 13;
    h *= MULTIPLIER;
    h ^= h >> 15;
    return h;
}

int hash_partition(const void *key, size_t n, int count)
{
    BUG_IF(count <= 0, "%d partitions", count);
    return (int)((hash_murmur2(key, n) & UINT32_C(0x7fffffff)) % (uint32_t)count);
}
