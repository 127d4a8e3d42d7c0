/* SPDX-License-Identifier: Apache-2.0 */
/* What processes cost: core time and resident memory, read from /proc. */
#ifndef TAICHO_BENCH_METER_H
#define TAICHO_BENCH_METER_H

#include <stddef.h>

#define METERS_MAX 16

/* A process with all that it started: PostgreSQL is its postmaster and every backend, those that ended too. */
struct meter {
    char name[24];
    int pid;
    double cpu_ms;  /* since meters_start */
    double rss_mib; /* the most that was seen, of one process */
    double begin_ms;
};

/* meters_add takes "name=PID". */
void meters_add(const char *text);
size_t meters(const struct meter **ret);
void meters_start(void);
void meters_read(void);

#endif
