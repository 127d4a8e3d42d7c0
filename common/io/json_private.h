/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of io/json share: the strict look at a text before cJSON, which accepts too much, is given it. */
#ifndef TAICHO_IO_JSON_PRIVATE_H
#define TAICHO_IO_JSON_PRIVATE_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"

struct json_in;

#define JSON_DEPTH_MAX 32

/* Values in one document: bounds the memory that a small hostile body can ask for. */
#define JSON_VALUES_MAX ((size_t)100000)

/*
 * json_scan accepts exactly one JSON value (RFC 8259) and white space, in UTF-8, without NUL. Numbers must round-trip:
 * whole ones within 2^53, others of at most 15 digits and finite. *reterr names the field where the scan stopped.
 */
enum err_code json_scan(const void *text, size_t n, struct err *reterr) MUST_CHECK;

struct arena *json_arena(struct json_in *in);

#endif
