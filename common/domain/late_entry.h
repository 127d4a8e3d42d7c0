/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Late entry (nhập sau sự cố): while the system is away the counters go on, on paper; what was done is entered behind
 * it, with the moment when it was done. That moment counts for whatever is decided: due dates, office hours, mandates,
 * the day of a code, the year of a number. A false one would make a late dossier look punctual, so an entry names why,
 * and a superior who answers for it, and every one is counted. The rules are the project's own; how far back an act may
 * lie is for the province to say (the term late_entry, by the day of the entry). Pure: no clock, no I/O.
 */
#ifndef TAICHO_DOMAIN_LATE_ENTRY_H
#define TAICHO_DOMAIN_LATE_ENTRY_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/instant.h"
#include "common/domain/catalogue.h"

#define LATE_ENTRY_HEADER "Taicho-Late-Entry"

/* Why the system was away. Events carry the name, never a free text. */
#define LATE_REASON_MAP(X)                                                                                             \
    X(POWER, "power")                                                                                                  \
    X(NETWORK, "network")                                                                                              \
    X(SOFTWARE, "software")                                                                                            \
    X(OTHER, "other")
extern const char *const late_reasons[]; /* ends with NULL */

struct late_entry {
    instant occurred_at;  /* when it was done on paper */
    const char *reason;   /* one of late_reasons */
    const char *superior; /* the post that answers for it */
};

/*
 * late_entry_read reads "occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01", in any order,
 * each once, into the arena. ERR_INVALID names the header, or the part of it that is wrong.
 */
enum err_code late_entry_read(const char *text, struct arena *a, struct late_entry *ret, struct err *reterr) MUST_CHECK;

/* What an entry is judged by. */
struct late_facts {
    const struct catalogue *catalogue;
    instant now;       /* business time of the entry */
    instant last_act;  /* when something was last done to the dossier, as far as is known; INSTANT_NONE: nothing is */
    const char *actor, /* who did it, and enters it */
        *actor_unit;
};

/*
 * late_entry_may tells whether an act may be entered so: it lies in the past, not too far back, and not before what was
 * done to the dossier since; the superior was a head of the actor's unit on that day and is not the actor. Who is a
 * head of that unit himself names one of a unit above it. ERR_INVALID names the part that is wrong.
 */
enum err_code late_entry_may(const struct late_entry *l, const struct late_facts *f, struct err *reterr) MUST_CHECK;

#endif
