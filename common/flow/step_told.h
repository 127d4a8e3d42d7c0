/* SPDX-License-Identifier: Apache-2.0 */
/* What the watch of a step tells, on its way: in AppraisalNear and its likes. */
#ifndef TAICHO_FLOW_STEP_TOLD_H
#define TAICHO_FLOW_STEP_TOLD_H

#include "common/domain/step_watch.h"
#include "common/flow/event.h"

/* step_told_pack gives the message in the arena. */
struct Taicho__V1__StepWatch *step_told_pack(const struct step_told *t, struct arena *a);

/* step_told_read reads what an event tells of a step. ERR_MALFORMED: it cannot be true. */
enum err_code step_told_read(const struct Taicho__V1__StepWatch *m, const struct event *e, struct arena *a,
                             struct step_told *ret, struct err *reterr) MUST_CHECK;

#endif
