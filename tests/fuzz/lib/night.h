/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operators' routes (common/runtime/ops_*.c) reach for, in a database of one dead letter and in a relay. Two
 * headers of the request say what is found there:
 *
 *   Letter: CAgS...               the letter's bytes in base64; without it there is no open letter
 *   Night: subject lifts taken    of a subject; the last one of its hold; its event was taken in after all
 *   Night: missing                the number to be struck out is missing
 *   Night: busy | lost            no connection is free | the connection ends
 *
 * They run the statements themselves, unlike the services' own routes, so each ends with what PostgreSQL would say.
 */
#ifndef TAICHO_FUZZ_NIGHT_H
#define TAICHO_FUZZ_NIGHT_H

#include "common/flow/service.h"

/* night_begin tells what is found, from the headers of a request (NULL: none), in its arena. */
void night_begin(struct arena *a, const char *letter, const char *what);
/* night_end: every connection was given back. */
void night_end(void);
/* night_holds checks work that is no command: a hold to be lifted, an event's exact bytes. */
void night_holds(const struct service *s, const struct work *w);

#endif
