/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch of an open step, for the service that owns it: it tells when little of the step's time is left, so that
 * whoever has it can still be in time, and when that has passed while it is open. Each is told once while the step is
 * open, unless a period that is left out gives it more time; a step that has passed without having been warned of (it
 * was entered late, or the system was away) is not warned of any more.
 *
 * How a step went is read by the calendar in use when it ends (step_clock.h). So the watch follows a calendar that has
 * changed, when the dossier is counted again and before it tells anything: no step is called late on a day that has
 * become a holiday.
 */
#ifndef TAICHO_DOMAIN_STEP_WATCH_H
#define TAICHO_DOMAIN_STEP_WATCH_H

#include "common/base/err.h"
#include "common/base/instant.h"
#include "common/domain/step_clock.h"
#include "common/domain/words.h"

/* What was told of a step by now, as the lists show it. */
#define STEP_WARNINGS(X)                                                                                               \
    X(NONE, "")                                                                                                        \
    X(NEAR, "near")                                                                                                    \
    X(LATE, "late")

enum step_warning {
#define X(symbol, name) STEP_WARNING_##symbol,
    STEP_WARNINGS(X)
#undef X
        STEP_WARNING_COUNT
};
extern const char *const step_warning_names[]; /* ends with NULL */
int step_warning_parse(const char *name);      /* -1 when there is none */

/* The watch of a step that is open. */
struct step_watch {
    instant near_at, due_at; /* INSTANT_NONE: it has no clock */
    enum step_warning told;
};

/* step_watch_next gives when the watch of a step looks next; INSTANT_NONE: no more. `now` is the system's, also of what
 * is entered late: a moment that lies behind is told at once when it is the due date, and not at all otherwise. */
instant step_watch_next(const struct step_watch *w, instant now);

/* step_watch_tells gives what there is to tell when a watch looks; NONE: nothing yet, or nothing more. */
enum step_warning step_watch_tells(const struct step_watch *w, instant now);

/* step_watch_may_tell refuses (ERR_ILLEGAL_MOVE) what was told already, or is not true of this moment. */
enum err_code step_watch_may_tell(const struct step_watch *w, enum step_warning what, instant now,
                                  struct err *reterr) MUST_CHECK;

/* step_watch_leave_out moves the watch of an open step when a period (`changed`) is left out of its time, or is counted
 * again because it ended early; `s` is the step with all that is left out by now, `now` the system's. What was told and
 * is not true any more is told anew, when it comes. False: the period lies outside of the step's time, or that ends at
 * a given moment. */
bool step_watch_leave_out(struct step_watch *w, const struct catalogue *c, const struct step_span *s,
                          struct left_out_period changed, instant now);

/* step_watch_recount moves the watch of an open step to where the calendar in use puts its time; one that ends at a
 * given moment ends at that of `s`. What was told as passed stays so, for it is counted; a warning that is not true any
 * more is given anew, when it comes. False: nothing has moved. */
bool step_watch_recount(struct step_watch *w, const struct catalogue *c, const struct step_span *s, instant now);

/* What is told. */
struct step_told {
    enum step_kind kind;
    const char *unit, *officer; /* officer NULL: nobody has it, or whoever has the role */
    instant opened_at, due_at;
};

#endif
