/* SPDX-License-Identifier: Apache-2.0 */
/* Non-cryptographic hashes that others can recompute. */
#ifndef TAICHO_BASE_HASH_H
#define TAICHO_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* hash_murmur2 is Kafka's own key hash (Java's default partitioner), so any client finds a dossier's partition. */
uint32_t hash_murmur2(const void *p, size_t n);

/* hash_partition is the partition of a key among `count`, as Kafka's Java client computes it. */
int hash_partition(const void *key, size_t n, int count);

#endif
