/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this process stored last of the subjects it works on, so that their states need not be read again. It is never
 * trusted by itself: the subject's row is locked and read in every batch, and a kept state counts only when the row
 * still has the version, the numbers and no hold that it was stored with. Everything that changes a state moves one of
 * them, in the same transaction; another process's work on the subject shows there too. Bounded: who was not used for
 * longest goes.
 *
 * One thread: the executor's.
 */
#ifndef TAICHO_FLOW_KEEP_H
#define TAICHO_FLOW_KEEP_H

#include "common/flow/batch.h"

/* A service's deep copy of a state as it is stored: nothing in it is new or changed. NULL: states of this kind are not
 * kept. */
typedef void *keep_copy(const char *kind, const void *state, struct arena *a);

struct keep;

struct keep *keep_new(size_t most, keep_copy *copy); /* most 0, or no copy: keeps nothing */
void keep_free(struct keep *k);
void keep_clear(struct keep *k); /* the database may be another one than before */

bool keep_has(const struct keep *k, struct id id);
/* keep_take gives a copy of the state of a subject that was just read; NULL: what is kept is of another version, and is
 * forgotten. */
void *keep_take(struct keep *k, const struct subject *s, struct arena *a);
/* keep_put keeps the state of a subject as it was committed; false: it does not. A subject on hold is forgotten. */
bool keep_put(struct keep *k, const struct subject *s);
/* keep_move tells that a subject moved from `was` to `s` and its state did not. */
void keep_move(struct keep *k, const struct subject *was, const struct subject *s);

#endif
