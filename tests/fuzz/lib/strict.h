/* SPDX-License-Identifier: Apache-2.0 */
/* A second opinion on JSON: jansson, which is strict itself. In a file of its own: its names clash with io/json.h's. */
#ifndef TAICHO_FUZZ_STRICT_H
#define TAICHO_FUZZ_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strict;

/* NULL: jansson refuses it, duplicate keys included. */
struct strict *strict_read(const void *p, size_t n);
void strict_free(struct strict *j);
bool strict_is_object(const struct strict *j);
/* Members of the outermost object; NULL or false when there is none of that kind. */
const char *strict_text(const struct strict *j, const char *name, size_t *ret_n);
bool strict_whole(const struct strict *j, const char *name, int64_t *ret);
size_t strict_members(const struct strict *j);

#endif
