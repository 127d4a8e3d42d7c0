/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where dossiers can be handed in and carried to their end by one unit: every counter whose unit has, on that day, a
 * straight process (receive, appraise, approve, number and seal, return), with officers, mandate, seal and series. Read
 * from the reference data; tokens are made here with the local key.
 */
#ifndef TAICHO_BENCH_DESK_H
#define TAICHO_BENCH_DESK_H

#include <stddef.h>

#define DESK_PROCEDURES 32

enum desk_officer { DESK_RECEIVER, DESK_APPRAISER, DESK_APPROVER, DESK_CLERK, DESK_RETURNER, DESK_OFFICERS };

struct desk {
    const char *unit, *counter, *officer[DESK_OFFICERS], *token[DESK_OFFICERS];
    const char *mandate, *seal, *series, *refusal_series, *apology_series;
    const char *procedures[DESK_PROCEDURES];
    size_t procedure_count;
};

/* desks_read gives the desks of that day. slow: only procedures of five days and more, so that no due date passes. */
size_t desks_read(const char *reference, const char *secrets, const char *day, int slow, const struct desk **ret);
/* desk_token gives a token of somebody else: an operator. */
const char *desk_token(const char *secrets, const char *officer, const char *unit, const char *role);

#endif
