/* SPDX-License-Identifier: Apache-2.0 */
/* One write(2) per line, so lines of several threads never mix. */
#include "common/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/instant.h"

#define DEPTH          16
#define LINE_MAX_BYTES 16384

static const char *const level_name[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

/* Set once by log_init before other threads start. */
static const char *service_name = "taicho";
static enum log_level most_shown = LOG_INFO;

static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t left_out; /* lines, since the start */
static uint64_t told;             /* of them, by a line that says so; under `writing`, as is the next */
static bool torn;                 /* the last line has no end: there was room for its beginning only */

static _Thread_local struct {
    const char *key, *value;
} stack[DEPTH];
static _Thread_local int depth; /* may pass DEPTH: what is deeper is counted, not kept */

void log_init(const char *service, enum log_level most)
{
    service_name = service;
    most_shown = most;
}

void log_never_waits(void)
{
    struct stat s;
    if (fstat(STDERR_FILENO, &s) != 0 || S_ISREG(s.st_mode))
        return; /* a file takes what it is given, or refuses it */
    int own = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own >= 0) {
        (void)dup2(own, STDERR_FILENO);
        close(own);
        return;
    }
    /* A socket, or a pipe of another user: then whoever writes to the same end does not wait either. */
    int flags = fcntl(STDERR_FILENO, F_GETFL);
    if (flags >= 0)
        (void)fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
}

uint64_t log_left_out(void)
{
    return atomic_load(&left_out);
}

bool log_level_parse(const char *word, enum log_level *ret)
{
    for (size_t i = 0; word && i < COUNT_OF(level_name); i++)
        if (strcmp(word, level_name[i]) == 0) {
            *ret = (enum log_level)i;
            return true;
        }
    return false;
}

void log_push(const char *key, const char *value)
{
    if (depth < DEPTH) {
        stack[depth].key = key;
        stack[depth].value = value;
    }
    depth++;
}

void log_pop(void)
{
    BUG_IF(depth == 0, "log_pop without log_push");
    depth--;
}

static void pair(struct buf *b, const char *key, const char *value)
{
    buf_str(b, ",");
    buf_json_str(b, key);
    buf_str(b, ":");
    buf_json_str(b, value);
}

static void begin(struct buf *b, enum log_level level, const char *message)
{
    buf_init(b, LINE_MAX_BYTES);
    buf_printf(b, "{\"time\":\"%s\",\"level\":\"%s\"", instant_text(instant_real()).s, level_name[level]);
    pair(b, "service", service_name);
    pair(b, "message", message);
    for (int i = 0; i < depth && i < DEPTH; i++)
        pair(b, stack[i].key, stack[i].value);
}

/* put writes all of it, or leaves the line torn where there was room for a part only. */
static bool put(const char *p, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = write(STDERR_FILENO, p + done, n - done);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            torn = torn || done > 0;
            return false;
        }
        done += (size_t)k;
    }
    return true;
}

/* tell_left_out says how many lines there was no room for, once there is some again. */
static bool tell_left_out(void)
{
    uint64_t now = atomic_load(&left_out);
    if (now == told)
        return true;
    char line[256];
    int n = snprintf(line, sizeof(line),
                     "{\"time\":\"%s\",\"level\":\"%s\",\"service\":\"%s\",\"message\":\"%" PRIu64
                     " log lines were left out: there was no room for them\"}\n",
                     instant_text(instant_real()).s, level_name[LOG_WARN], service_name, now - told);
    if (n <= 0 || !put(line, (size_t)n))
        return false;
    told = now;
    return true;
}

/* A log that cannot be written has nobody to be told to now; what is left out is counted, and told behind it. */
static void write_line(const char *p, size_t n)
{
    pthread_mutex_lock(&writing);
    if (torn && put("\n", 1))
        torn = false;
    if (torn || !tell_left_out() || !put(p, n))
        atomic_fetch_add(&left_out, 1);
    pthread_mutex_unlock(&writing);
}

/* finish closes the object also when the context was too long for the line: then the line says so and is still JSON. */
static void finish(struct buf *b, enum log_level level)
{
    buf_str(b, "}\n");
    if (b->full) {
        buf_clear(b);
        buf_printf(b, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"a log line was too long\"}\n",
                   instant_text(instant_real()).s, level_name[level]);
    }
    write_line(b->p, b->n);
    buf_release(b);
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (level > most_shown)
        return;
    char message[2048];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap);
    va_end(ap);
    struct buf b;
    begin(&b, level, message);
    finish(&b, level);
}

void log_err(enum log_level level, const struct err *e, const char *doing)
{
    if (level > most_shown)
        return;
    char message[1024];
    (void)snprintf(message, sizeof(message), "%s: %s", doing, e->en[0] ? e->en : err_row(e->code)->en);
    struct buf b;
    begin(&b, level, message);
    pair(&b, "code", err_row(e->code)->slug);
    if (e->field[0])
        pair(&b, "field", e->field);
    if (e->sqlstate[0])
        pair(&b, "sqlstate", e->sqlstate);
    finish(&b, level);
}
