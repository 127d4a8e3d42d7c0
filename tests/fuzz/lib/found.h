/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operators' routes (common/runtime/ops_*.c) reach for, in a database of one dead letter and in a relay. Two
 * headers of the request say what is found there:
 *
 *   Letter: CAgS...               the letter's bytes in base64; without it there is no open letter
 *   Found: subject taken          of a subject; its event was taken in after all
 *   Found: missing                the number to be struck out is missing
 *   Found: busy | lost            no connection is free | the connection ends
 *
 * They run the statements themselves, unlike the services' own routes, so each ends with what PostgreSQL would say.
 */
#ifndef TAICHO_FUZZ_FOUND_H
#define TAICHO_FUZZ_FOUND_H

#include "common/flow/service.h"

/* found_begin tells what is found, from the headers of a request (NULL: none), in its arena. */
void found_begin(struct arena *a, const char *letter, const char *what);
/* found_end: every connection was given back. */
void found_end(void);
/* found_holds checks work that is no command: a hold to be lifted, an event's exact bytes. */
void found_holds(const struct service *s, const struct work *w);

#endif
