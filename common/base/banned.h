/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that may not be called in this project: using one is a compile error.
 *
 * The Makefile forces this file in front of our own files (-include common/base/banned.h), not of generated ones.
 * A poisoned word is an error wherever it is read later, in a system header too, so the headers that declare these
 * functions are read here first; their include guards keep them from being read again.
 *
 * instead of                          use
 * strcpy strcat strncpy stpcpy ...    snprintf, memcpy, base/buf, base/arena
 * sprintf vsprintf                    snprintf, arena_printf, buf_printf
 * strtok                              strchr, strspn
 * localtime gmtime ctime mktime ...   base/instant
 * atoi atol atof ...                  strtoll, strtod with a check
 * srand (rand)                        id_new, getrandom
 */
#ifndef TAICHO_BASE_BANNED_H
#define TAICHO_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wchar.h>

#undef sprintf
#undef vsprintf
#undef strdupa
#undef strndupa
#pragma GCC poison strcpy strcat strncpy strncat stpcpy stpncpy strdupa strndupa
#pragma GCC poison sprintf vsprintf gets strtok
#pragma GCC poison localtime gmtime ctime ctime_r asctime asctime_r mktime
#pragma GCC poison atoi atol atoll atof
#pragma GCC poison srand tmpnam tempnam mktemp

#endif
