/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines on standard error with a thread-local stack of context (request, dossier, event), printed on every line
 * inside. The level says who must act: error = wake someone, warn = "..., going on", info = a fact, debug = for us.
 * Never personal data.
 */
#ifndef TAICHO_BASE_LOG_H
#define TAICHO_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/attr.h"
#include "common/base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_init(const char *service, enum log_level most);

/*
 * log_never_waits makes standard error an end on which nobody waits: a pipe that nobody reads, or a terminal that was
 * stopped, takes lines as long as it has room, and the others are left out. They are counted, and a line says how many
 * once there is room again; so it is with a full disk. For a program that must not stop because of its log.
 */
void log_never_waits(void);
uint64_t log_left_out(void);

bool log_level_parse(const char *word, enum log_level *ret) MUST_CHECK;

/* log_push adds a pair to this thread's context; key and value must live until log_pop. At most 16 deep (deeper: not
 * printed). */
void log_push(const char *key, const char *value);
void log_pop(void);

void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

/* log_err writes an error with code, field and sqlstate as fields of their own. */
void log_err(enum log_level level, const struct err *e, const char *doing);

#endif
