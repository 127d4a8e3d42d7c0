/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of one step of a process, for the service that owns it: until when it is allowed when it opens, and how it
 * went when it ends. That reading goes into the event that ends the step, so that lateness stays with the step and the
 * unit that caused it (Circular 01/2018 Art. 13, indicators 1 and 2) and the control slip (form 05) can show it.
 *
 * A step has the working minutes of its process from its opening on, at a counter by the counter's hours, elsewhere by
 * those of the unit that has it in hands; a transfer and a consultation end at a given moment instead. A step to which
 * the process gives no time has no clock, nor has one whose end no calendar reaches: nothing waits because of that.
 *
 * Its time does not run during what the law leaves out of the dossier's (left_out.h), known to whoever asks. A period
 * that begins when the step's time is over changes nothing of it, for what is late stays late; nor does one that comes
 * later change a given moment, which whoever is to answer was told.
 */
#ifndef TAICHO_DOMAIN_STEP_CLOCK_H
#define TAICHO_DOMAIN_STEP_CLOCK_H

#include "common/base/instant.h"
#include "common/domain/catalogue.h"
#include "common/domain/deadline.h"
#include "common/domain/left_out.h"
#include "common/domain/words.h"
#include "common/domain/worktime.h"

/* How a step went. `unit` had it in hands; minutes are of working time, of minutes_late a begun one counts. */
struct step_clock {
    const char *unit;
    instant opened, due;
    int64_t minutes_used, minutes_late; /* minutes_late 0: it was not late */
};

/* By what the end of a step, or of a unit's part of one, is judged. */
enum step_judged {
    STEP_BY_TIME,    /* by the time of its process: early is before it is over */
    STEP_BY_MOMENT,  /* by a moment that was given: early is a day before */
    STEP_UNANSWERED, /* nobody answered until that moment: late, however soon it was told */
    STEP_BROKEN_OFF  /* the dossier ended while it was open: late, or nothing can be said of it */
};

/* step_clock_timing says whether a step that ended then was early, on time or late, by minutes past its time. */
enum timing step_clock_timing(const struct step_clock *c, enum step_judged by, instant ended);

/* A step as its owner knows it. */
struct step_span {
    const struct process_step *of;
    const char *counter; /* the dossier's */
    const char *office;  /* the unit by whose hours it is counted away from the counter; NULL: by the usual ones */
    const char *unit;    /* whose it is */
    instant opened;
    instant until;                   /* a given moment; 0 or INSTANT_NONE: by the minutes of the process */
    const struct left_out *left_out; /* of the dossier; NULL: nothing */
    /* During which it waited for the applicant; 0 or INSTANT_NONE: it did not. */
    instant paused_from, paused_to;
};

/* step_clock_hours gives the office hours that a step is counted in on a day. */
struct worktime_hours step_clock_hours(const struct catalogue *c, const struct step_span *s, int32_t day);

/* step_clock_due tells until when a step is allowed by the minutes of its process; INSTANT_NONE: it has no clock. */
instant step_clock_due(const struct catalogue *c, const struct step_span *s);

/* step_clock_near tells when a step is to be warned of: as much of its time is left as its process says
 * (near_minutes), or a fifth. Of one that ends at a given moment its time is the working time until then.
 * INSTANT_NONE: it has no clock. */
instant step_clock_near(const struct catalogue *c, const struct step_span *s);

/* step_clock_read tells how a step went that ends at `closed`; false: it has no clock, *ret is as it was. */
bool step_clock_read(const struct catalogue *c, const struct step_span *s, instant closed, struct step_clock *ret);

#endif
