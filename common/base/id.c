/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUID version 7, RFC 9562 section 6.2 method 3: 48 bits of milliseconds, 12 bits of the fraction of one, 62 random
 * bits. The first 60 bits rise by at least one with every id of the process, also when the clock steps back.
 */
#include "common/base/id.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/err.h"
#include "common/base/instant.h"

const struct id id_nil = {{0}};

/* One system call serves 64 ids of a thread. */
static _Thread_local struct {
    uint64_t word[64];
    unsigned left;
} pool;

static atomic_uint_fast64_t last_tick;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A child must not repeat its parent's random bits; only the thread that forked lives on in it. */
static void forget_pool(void)
{
    pool.left = 0;
}

static void watch_fork(void)
{
    (void)pthread_atfork(NULL, NULL, forget_pool);
}

static uint64_t random_word(void)
{
    if (pool.left == 0) {
        (void)pthread_once(&once, watch_fork);
        char *at = (char *)pool.word;
        size_t missing = sizeof(pool.word);
        while (missing > 0) {
            ssize_t n = getrandom(at, missing, 0);
            BUG_IF(n < 0 && errno != EINTR, "getrandom: error %d", errno);
            if (n > 0) {
                at += n;
                missing -= (size_t)n;
            }
        }
        pool.left = COUNT_OF(pool.word);
    }
    return pool.word[--pool.left];
}

/* next_tick is the time in 1/4096 ms, or one more than the last id's. */
static uint64_t next_tick(void)
{
    uint64_t us = (uint64_t)instant_real();
    uint64_t now = (us / 1000) << 12 | (us % 1000) * 4096 / 1000;
    uint64_t last = atomic_load_explicit(&last_tick, memory_order_relaxed);
    uint64_t mine;
    do {
        mine = now > last ? now : last + 1;
    } while (
        !atomic_compare_exchange_weak_explicit(&last_tick, &last, mine, memory_order_relaxed, memory_order_relaxed));
    return mine;
}

struct id id_new(void)
{
    uint64_t tick = next_tick();
    uint64_t head = tick >> 12 << 16 | UINT64_C(0x7000) | (tick & 0xFFF);
    uint64_t tail = UINT64_C(0x8000000000000000) | random_word() >> 2;
    struct id id;
    for (int i = 0; i < 8; i++) {
        id.b[i] = (uint8_t)(head >> (56 - 8 * i));
        id.b[8 + i] = (uint8_t)(tail >> (56 - 8 * i));
    }
    return id;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool id_parse(const char *s, struct id *ret)
{
    struct id id;
    if (!s || strnlen(s, ID_TEXT_SIZE) != ID_TEXT_SIZE - 1)
        return false;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            if (*s++ != '-')
                return false;
        int hi = hex_value(s[0]), lo = hex_value(s[1]);
        if (hi < 0 || lo < 0)
            return false;
        id.b[i] = (uint8_t)(hi << 4 | lo);
        s += 2;
    }
    *ret = id;
    return true;
}

struct id_text id_text(struct id id)
{
    static const char digit[] = "0123456789abcdef";
    struct id_text t;
    char *at = t.s;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digit[id.b[i] >> 4];
        *at++ = digit[id.b[i] & 15];
    }
    *at = '\0';
    return t;
}

bool id_eq(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

int id_cmp(struct id a, struct id b)
{
    return memcmp(a.b, b.b, sizeof(a.b));
}

bool id_is_nil(struct id id)
{
    return id_eq(id, id_nil);
}
