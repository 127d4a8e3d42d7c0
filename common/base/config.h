/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings: a table of rows read from the environment into a struct. A missing or wrong setting makes the service
 * refuse to start, and says which and why. The table prints itself as markdown (deploy/CONFIGURATION.md).
 */
#ifndef TAICHO_BASE_CONFIG_H
#define TAICHO_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/err.h"

enum config_kind { CONFIG_TEXT, CONFIG_NUMBER, CONFIG_SWITCH, CONFIG_SECRET };

struct config_row {
    const char *env; /* TAICHO_LISTEN */
    enum config_kind kind;
    size_t offset;        /* of the field: const char *, int64_t or bool */
    const char *fallback; /* NULL: must be set */
    int64_t min, max;     /* numbers; for texts the length */
    const char *unit;     /* "ms", "rows", "" */
    const char *sentence; /* what it is for */
};

#define CONFIG_ROW_TEXT(type, field, env_, fallback_, sentence_)                                                       \
    {                                                                                                                  \
        .env = env_, .kind = CONFIG_TEXT, .offset = offsetof(type, field), .fallback = fallback_, .max = 1024,         \
        .unit = "", .sentence = sentence_                                                                              \
    }
#define CONFIG_ROW_SECRET(type, field, env_, fallback_, sentence_)                                                     \
    {                                                                                                                  \
        .env = env_, .kind = CONFIG_SECRET, .offset = offsetof(type, field), .fallback = fallback_, .max = 1024,       \
        .unit = "", .sentence = sentence_                                                                              \
    }
#define CONFIG_ROW_NUMBER(type, field, env_, fallback_, min_, max_, unit_, sentence_)                                  \
    {                                                                                                                  \
        .env = env_, .kind = CONFIG_NUMBER, .offset = offsetof(type, field), .fallback = fallback_, .min = min_,       \
        .max = max_, .unit = unit_, .sentence = sentence_                                                              \
    }
#define CONFIG_ROW_SWITCH(type, field, env_, fallback_, sentence_)                                                     \
    {                                                                                                                  \
        .env = env_, .kind = CONFIG_SWITCH, .offset = offsetof(type, field), .fallback = fallback_, .unit = "",        \
        .sentence = sentence_                                                                                          \
    }

/* config_read fills *ret; texts point into the environment. Set to nothing counts as not set. The first bad row is
 * named in *reterr. */
enum err_code config_read(const struct config_row *rows, size_t count, void *ret, struct err *reterr) MUST_CHECK;
void config_print_markdown(const struct config_row *rows, size_t count, FILE *out);
/* config_log_line writes "NAME=value ..." for the start log, secrets masked. */
void config_log_line(const struct config_row *rows, size_t count, const void *config, char *ret, size_t size);

#endif
