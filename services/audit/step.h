/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How steps of processes went, by the unit that had them and their kind (Circular 01/2018 Art. 13, indicators 1 and 2).
 * Counted on the day of receipt, as all figures are. Pure.
 *
 * A step is late with minutes past its time; on time or early as the event says that ends it (StepClock of
 * taicho.v1). Of a consultation that nobody answered the asked unit is late, however soon that was told. So is a unit
 * that co-operates in a step of appraisal: its part is a step of that kind, and its own.
 *
 * A step that the dossier's end broke off is late if its time was over by then; otherwise it was neither early nor on
 * time, and is counted as broken off. So is a dossier that ended without a result late for as long as its clock ran.
 *
 * What a dossier is late at its end, in working minutes past the reported date by the hours in which intake counts that
 * date (its counter's, on the day of receipt), is charged to the steps that were late themselves, the newest first
 * (domain/deadline_step.h): what an early step lost and a later one made up for is not charged. What no step explains
 * is told of the competent unit without a kind.
 */
#ifndef TAICHO_AUDIT_STEP_H
#define TAICHO_AUDIT_STEP_H

#include "common/domain/step_clock.h"
#include "services/audit/audit.h"

/* minutes_charged of the kind STEP_NONE: what no step explains. warned and passed: how often the watch of such a step
 * told that little of its time was left, and that it had passed while the step was open. */
#define AUDIT_STEP_FIGURES(X)                                                                                          \
    X(early)                                                                                                           \
    X(on_time)                                                                                                         \
    X(late)                                                                                                            \
    X(broken_off)                                                                                                      \
    X(minutes_used)                                                                                                    \
    X(minutes_late)                                                                                                    \
    X(minutes_charged)                                                                                                 \
    X(warned)                                                                                                          \
    X(passed)

/* How the figures of (unit, kind, day) move. */
struct audit_step_delta {
    const char *unit;
    enum step_kind kind;
    int32_t day;
#define X(name) int64_t name;
    AUDIT_STEP_FIGURES(X)
#undef X
};

/* An event that ends a step. */
struct audit_step_end {
    const char *type;
    enum step_kind broken_off; /* of one that says itself which step it broke off; NONE of all others */
    int step, round;
    const struct step_clock *clock;
    instant at;
};

/* audit_step_kind gives the kind of step that an event ends; STEP_NONE: it ends none. */
enum step_kind audit_step_kind(const struct audit_step_end *e);
enum timing audit_step_timing(const struct audit_step_end *e);

/* audit_step_count counts a step that has ended, and keeps one that was late in the dossier's facts; false: the event
 * ends none. */
bool audit_step_count(struct audit_fact *f, const struct audit_step_end *e, struct arena *a,
                      struct audit_step_delta *ret);

/* audit_step_warn counts what the watch of a step told; false: the event tells nothing of it. */
bool audit_step_warn(const struct audit_fact *f, const struct audit_record *r, struct audit_step_delta *ret);

/*
 * audit_step_charge charges the lateness of a dossier that has ended, anew whenever its date has moved. ret has room
 * for AUDIT_CHARGES_MOST; gives how many figures move. Before reference data have a calendar nothing is charged yet.
 */
#define AUDIT_CHARGES_MOST (AUDIT_LATE_STEPS_MOST + 1)
size_t audit_step_charge(struct audit_fact *f, const struct catalogue *c, struct arena *a,
                         struct audit_step_delta *ret);

#endif
