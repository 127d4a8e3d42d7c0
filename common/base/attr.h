/* SPDX-License-Identifier: Apache-2.0 */
/* Compiler attributes with readable names; nothing else. */
#ifndef TAICHO_BASE_ATTR_H
#define TAICHO_BASE_ATTR_H

#include <stddef.h>

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define NORETURN          __attribute__((noreturn))
#define UNUSED            __attribute__((unused))
#define COUNT_OF(array)   (sizeof(array) / sizeof((array)[0]))

#endif
