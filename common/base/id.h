/* SPDX-License-Identifier: Apache-2.0 */
/* 128-bit ids: UUID version 7 (RFC 9562), so that new ids sort by the time they were made. */
#ifndef TAICHO_BASE_ID_H
#define TAICHO_BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attr.h"

struct id {
    uint8_t b[16];
};

#define ID_TEXT_SIZE 37
struct id_text {
    char s[ID_TEXT_SIZE];
};

extern const struct id id_nil;

struct id id_new(void); /* real time and getrandom(2); thread-safe; strictly rising in a process */
bool id_parse(const char *s, struct id *ret) MUST_CHECK; /* only the 36-character form, either case */
struct id_text id_text(struct id id); /* lower case: id_text(x).s lives to the end of the full expression */
bool id_eq(struct id a, struct id b);
int id_cmp(struct id a, struct id b); /* the order of PostgreSQL's uuid */
bool id_is_nil(struct id id);

#endif
