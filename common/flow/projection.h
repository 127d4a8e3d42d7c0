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

#endif
