/* SPDX-License-Identifier: Apache-2.0 */
/* What the officer at the counter did at once, on its way from intake through the stages: in Received, in Appraised,
 * in Signed. */
#ifndef TAICHO_FLOW_SAME_DAY_H
#define TAICHO_FLOW_SAME_DAY_H

#include "common/domain/dossier.h"
#include "common/flow/event.h"

/* same_day_pack gives the message in the arena; NULL for NULL. */
struct Taicho__V1__SameDay *same_day_pack(const struct same_day *s, struct arena *a);

/* same_day_read gives what the event's actor did, NULL when the message is NULL. ERR_MALFORMED: it cannot be true. */
enum err_code same_day_read(const struct Taicho__V1__SameDay *m, const struct event *e, struct arena *a,
                            const struct same_day **ret, struct err *reterr) MUST_CHECK;

#endif
