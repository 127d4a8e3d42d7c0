/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of an open step, on its way: by its watch, in AppraisalNear and its likes; and that it was broken off.
 */
#ifndef TAICHO_FLOW_STEP_TOLD_H
#define TAICHO_FLOW_STEP_TOLD_H

#include "common/domain/step_watch.h"
#include "common/flow/event.h"

/* step_told_pack gives the message in the arena. */
struct Taicho__V1__StepWatch *step_told_pack(const struct step_told *t, struct arena *a);

/* step_told_read reads what an event tells of a step. ERR_MALFORMED: it cannot be true. */
enum err_code step_told_read(const struct Taicho__V1__StepWatch *m, const struct event *e, struct arena *a,
                             struct step_told *ret, struct err *reterr) MUST_CHECK;

/* broken_off_pack and broken_off_read: of which kind the step was that was broken off, and when that happened. */
struct Taicho__V1__BrokenOff *broken_off_pack(enum step_kind kind, instant at, struct arena *a);
enum err_code broken_off_read(const struct Taicho__V1__BrokenOff *m, const struct event *e, enum step_kind *ret_kind,
                              instant *ret_at, struct err *reterr) MUST_CHECK;

#endif
