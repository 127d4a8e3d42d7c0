/* SPDX-License-Identifier: Apache-2.0 */
/* From an event's bytes to work, by the service's projection table. */
#ifndef TAICHO_FLOW_PROJECTION_H
#define TAICHO_FLOW_PROJECTION_H

#include "common/flow/service.h"

/*
 * projection_work makes work of an event's bytes: reads the envelope, finds the service's projection row and lets it
 * read the body. A type the table does not name gives work with act ACT_UNKNOWN (it waits); a skipped one ACT_SKIP.
 * Used by the consumer, by waiting events that became next, and by the operators' replay. ERR_MALFORMED: it cannot be
 * read. Sets origin, subject, subject_kind, act, command, event and raw; all in the arena but raw, which stays the
 * caller's.
 */
enum err_code projection_work(const struct service *s, struct bytes value, struct arena *a, struct work *ret,
                              struct err *reterr) MUST_CHECK;

/* ---- for the readers of the tables; all fail with ERR_MALFORMED, in a sentence that begins with the event's type */

/* event_of_dossier refuses a subject of another kind; nothing else can be meant. */
enum err_code event_of_dossier(const struct event *e, struct err *reterr) MUST_CHECK;
/* event_lacks says what is not there: "Received has no unit". */
static inline enum err_code event_lacks(const struct event *e, const char *what, struct err *reterr)
{
    return err_set(reterr, ERR_MALFORMED, "%s has no %s", e->type, what);
}
/* event_word refuses the number of a word that is none, or one that this release does not know. */
enum err_code event_word(const struct event *e, const char *what, int number, int count, struct err *reterr) MUST_CHECK;
/* event_time_holds tells whether a moment can be true: between 1970 and 9999. */
bool event_time_holds(instant t);

#endif
