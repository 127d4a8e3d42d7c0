/* SPDX-License-Identifier: Apache-2.0 */
/* One write(2) per line, so lines of several threads never mix. */
#include "common/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
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

static _Thread_local struct {
    const char *key, *value;
} stack[DEPTH];
static _Thread_local int depth; /* may pass DEPTH: what is deeper is counted, not kept */

void log_init(const char *service, enum log_level most)
{
    service_name = service;
    most_shown = most;
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

/* finish closes the object also when the context was too long for the line: then the line says so and is still JSON. */
static void finish(struct buf *b, enum log_level level)
{
    buf_str(b, "}\n");
    if (b->full) {
        buf_clear(b);
        buf_printf(b, "{\"time\":\"%s\",\"level\":\"%s\",\"message\":\"a log line was too long\"}\n",
                   instant_text(instant_real()).s, level_name[level]);
    }
    /* A log that cannot be written has nobody to be told to. */
    const char *at = b->p;
    for (size_t left = b->n; left > 0;) {
        ssize_t n = write(STDERR_FILENO, at, left);
        if (n <= 0)
            break;
        at += n;
        left -= (size_t)n;
    }
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
