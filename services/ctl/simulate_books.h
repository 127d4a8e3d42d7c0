/* SPDX-License-Identifier: Apache-2.0 */
/* The books while they are compared; shared by simulate_books.c and simulate_ends.c. */
#ifndef TAICHO_CTL_SIMULATE_BOOKS_H
#define TAICHO_CTL_SIMULATE_BOOKS_H

#include <stdarg.h>

#include "common/base/id.h"
#include "common/io/text.h"
#include "services/ctl/simulate.h"

#define BOOK_SOURCES 4
/* In SQL: the types of what a watch tells of a step, of what was filed and waits, or of the dossier's own date, and
 * that an end has broken a step off: what answers no act. Of the dossier's date is told only when months pass. */
#define BOOKS_WATCHES "'^((Intake|Appraisal|Approval|Return|Due)(Near|Passed|BrokenOff)|SubmissionPassed)$'"
#define BOOKS_DUE     "'^Due(Near|Passed)$'"

/* A dossier of the run, as the schemas know it. */
struct entry {
    struct id id;
    const struct dossier *d;
    int32_t watched[CTL_SERVICES]; /* events of its watches, which nobody's act made */
    int32_t version[CTL_SERVICES], applied[CTL_SERVICES][BOOK_SOURCES], waiting[CTL_SERVICES];
    bool held[CTL_SERVICES], ended[CTL_SERVICES];
};

struct books {
    struct arena *arena;
    FILE *out;
    struct db *db[CTL_SERVICES];
    struct entry *entries; /* sorted by id */
    size_t count;
    struct db_array *ids;
    int64_t right[CTL_SERVICES], agree[CTL_SERVICES], wrong[CTL_SERVICES], all_waiting[CTL_SERVICES],
        all_held[CTL_SERVICES];
    int64_t dead[CTL_SERVICES], missing[CTL_SERVICES], gaps[CTL_SERVICES];
    int64_t rest_us;
    int months;                 /* that the clock was moved behind the day */
    int64_t accepted, finished; /* dossiers of all runs, as intake has them */
    int64_t sheets;             /* of paper that were handed in, of this run */
    int64_t clocks;             /* dossiers whose dates were given to the oracle */
    int differences, shown;
};

struct entry *books_find(struct books *b, struct id id);
/* books_differ notes a difference of a dossier, or (e NULL) of a service as a whole. */
void books_differ(struct books *b, int service, const struct entry *e, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* simulate_ends.c: how each dossier ended in each schema, and that numbers are dense; false when it could not be read.
 */
bool books_compare_ends(struct books *b);

/* simulate_sums.c: that dossiers, money, paper and refusals add up; false when they could not be read. */
bool books_compare_sums(struct books *b, const struct simulation *s);

/* simulate_clocks.c: books_ask_oracle gives the facts and dates of each dossier to a command, a line of JSON each; that
 * it ends with another status than 0 is a difference, and it says itself which dates differ. false when they could not
 * be read or given. */
bool books_ask_oracle(struct books *b, const char *command);

#endif
