/* SPDX-License-Identifier: Apache-2.0 */
/* The table of crash points and the one that is armed. */
#include "common/base/crash.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/log.h"

#define NAMES_MAX 1024
#define NTH_MAX   1000000000L

enum crash_point crash_armed = CRASH_NONE;

static long crash_nth;
static atomic_long passed;

#define CRASH_ROW(symbol, name_, where_) [CRASH_##symbol] = {name_, where_},
static const struct {
    const char *name, *where;
} points[CRASH_COUNT] = {CRASH_POINTS(CRASH_ROW)};

static enum crash_point find(const char *name, size_t n)
{
    for (int p = CRASH_NONE + 1; p < CRASH_COUNT; p++)
        if (strlen(points[p].name) == n && strncmp(points[p].name, name, n) == 0)
            return (enum crash_point)p;
    return CRASH_NONE;
}

/* The names are more than an error's text holds. */
static enum err_code unknown(const char *setting, struct err *reterr)
{
    struct buf names;

    buf_init(&names, NAMES_MAX);
    for (int p = CRASH_NONE + 1; p < CRASH_COUNT; p++)
        buf_printf(&names, "%s%s", p > CRASH_NONE + 1 ? ", " : "", points[p].name);
    log_error("crash points: %s", buf_cstr(&names));
    buf_release(&names);
    return err_say(reterr, ERR_INVALID, "TAICHO_CRASH", "TAICHO_CRASH=%.80s không có nghĩa",
                   "TAICHO_CRASH=%.80s names no crash point", setting);
}

enum err_code crash_set(const char *setting, struct err *reterr)
{
    crash_armed = CRASH_NONE;
    if (!setting || !setting[0])
        return ERR_OK;

    const char *colon = strchr(setting, ':');
    enum crash_point p = find(setting, colon ? (size_t)(colon - setting) : strlen(setting));
    char *end = NULL;
    long nth = colon ? strtol(colon + 1, &end, 10) : 1;

    if (p == CRASH_NONE)
        return unknown(setting, reterr);
    if (nth < 1 || nth > NTH_MAX || (end && (end == colon + 1 || *end)))
        return err_say(reterr, ERR_INVALID, "TAICHO_CRASH",
                       "TAICHO_CRASH=%.80s: sau dấu hai chấm phải là một số từ 1 đến %ld",
                       "TAICHO_CRASH=%.80s: after the colon stands a number from 1 to %ld", setting, NTH_MAX);
    crash_nth = nth;
    atomic_store(&passed, 0);
    crash_armed = p;
    return ERR_OK;
}

void crash_print(FILE *out)
{
    for (int p = CRASH_NONE + 1; p < CRASH_COUNT; p++)
        fprintf(out, "%s\t%s\n", points[p].name, points[p].where);
}

bool crash_count(void)
{
    return atomic_fetch_add(&passed, 1) + 1 == crash_nth;
}

void crash_now(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}
