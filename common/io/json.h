/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON at the edges: strict reading of a request body into an arena, with errors that name the field.
 *
 * Refused, beyond what cJSON refuses: NUL, duplicate keys, bad UTF-8, numbers that do not round-trip, trailing bytes,
 * nesting deeper than 32. Strings come out in NFC. A reader notes the first error and then hands out empty values, so
 * a route reads everything and checks once; json_done also refuses fields that nobody asked for. null counts as absent.
 * Reading from a NULL object gives empty values and misses nothing, so an optional part needs no `if`.
 */
#ifndef TAICHO_IO_JSON_H
#define TAICHO_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/instant.h"

struct json;    /* a value, in the arena */
struct json_in; /* a body being read: keeps the first error */

enum json_need { JSON_OPTIONAL, JSON_REQUIRED };

/* json_read parses one document that must be an object. Errors: ERR_MALFORMED, ERR_INVALID. */
enum err_code json_read(struct arena *a, const void *text, size_t n, struct json_in **ret,
                        struct err *reterr) MUST_CHECK;
const struct json *json_root(struct json_in *in);

/* Fields of an object. The result of an absent optional field is NULL, 0, false, INSTANT_NONE, the nil id. Lengths are
 * in code points. */
const char *json_text(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t min,
                      size_t max);
const char *json_code(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                      size_t max); /* [A-Za-z0-9._/-]+ */
int64_t json_int(struct json_in *in, const struct json *o, const char *name, enum json_need need, int64_t min,
                 int64_t max);
bool json_bool(struct json_in *in, const struct json *o, const char *name, enum json_need need);
struct id json_id(struct json_in *in, const struct json *o, const char *name, enum json_need need);
instant json_time(struct json_in *in, const struct json *o, const char *name, enum json_need need); /* RFC 3339 */
struct bytes json_base64(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t max);
struct bytes json_hex(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t exact);
/* json_word gives the index of the text among `words`, -1 when absent and optional. */
int json_word(struct json_in *in, const struct json *o, const char *name, enum json_need need, const char *const *words,
              size_t count);
/* jansson, which librhonabwy uses, exports a json_object too: for the linker ours has another name, or it would replace
 * that one. */
const struct json *json_object(struct json_in *in, const struct json *o, const char *name,
                               enum json_need need) __asm__("taicho_json_object");
/* json_list gives an array whose items are all objects; walk it with json_items and json_item. */
const struct json *json_list(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                             size_t min, size_t max);
size_t json_items(const struct json *list);
const struct json *json_item(const struct json *list, size_t i);
/* json_texts gives an array of texts, each at most max_length. */
const char **json_texts(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                        size_t max_items, size_t max_length, size_t *ret_count);
/* json_has tells whether an object has a field, without reading it. */
bool json_has(const struct json *o, const char *name);

/* json_fail notes an error of the caller's own about a field of o (its full path is made). */
void json_fail(struct json_in *in, const struct json *o, const char *name, const char *vi, const char *en);
/* json_done gives the first error, or refuses the first field that nobody read. */
enum err_code json_done(struct json_in *in, struct err *reterr) MUST_CHECK;

#endif
