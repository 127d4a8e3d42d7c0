/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every fuzz target has: the entry that libFuzzer and lib/replay.c call, and the checks of what came out. A check
 * that does not hold ends the process, so the input is kept.
 */
#ifndef TAICHO_FUZZ_H
#define TAICHO_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* HOLDS says what must be true of every input. */
#define HOLDS(cond, ...) BUG_IF(!(cond), __VA_ARGS__)

/* Text that a reader gave out: NFC, no control characters, so many code points. NULL is absent and fine. */
void holds_text(struct arena *a, const char *s, size_t min, size_t max);
/* The same, of letters, digits and . _ / - only. */
void holds_code(struct arena *a, const char *s, size_t max);
/* Text that travels: UTF-8, never NULL. */
void holds_utf8(const char *s);
/* A refusal has a code, two sentences and, when `field` is asked for, the name of a field. */
void holds_refusal(const struct err *e, enum err_code rc, bool field);
/* JSON by a parser that is not ours. */
void holds_json(const char *s);

/* copy gives the input with a NUL behind it: what C text functions get. */
char *copy_text(struct arena *a, const uint8_t *data, size_t size);

#endif
