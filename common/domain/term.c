/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/term.h"

#include "common/base/err.h"
#include "common/domain/deadline.h"
#include "common/domain/worktime.h"

static const struct {
    int unless_said, most;
} terms[TERM_COUNT] = {
    [TERM_TRANSFER_CUTOFF] = {WORKTIME_TRANSFER_CUTOFF, 24 * 60 - 1},
    [TERM_SUPPLEMENT_ASK] = {DEADLINE_SUPPLEMENT_DAYS, 366},
    [TERM_SUBMISSION_ANSWER] = {8, 366},
    [TERM_APOLOGY_NOTICE] = {DEADLINE_APOLOGY_DAYS, 30},
    [TERM_COMPLAINT_REFUSAL] = {2, 366},
    [TERM_COMPLAINT_ANSWER] = {15, 366},
    [TERM_COLLECTION_REMIND] = {30, 3650},
    [TERM_COLLECTION_REMINDERS] = {3, 100},
    [TERM_LATE_ENTRY] = {7, 31},
    [TERM_TURN_SIGNATURE] = {1, 366},
    [TERM_COMPLAINT_SUPPLEMENT] = {5, 366},
    [TERM_COMPLAINT_WAIT] = {10, 366},
    [TERM_COMPLAINT_PUBLISH] = {2, 366},
};

int term_value(const struct catalogue *c, enum term term, int32_t day)
{
    BUG_IF(term <= TERM_NONE || term >= TERM_COUNT, "no term");
    const struct legal_term *said = catalogue_term(c, term_name((int)term), day);

    return said ? said->value : terms[term].unless_said;
}

int term_most(enum term term)
{
    BUG_IF(term <= TERM_NONE || term >= TERM_COUNT, "no term");
    return terms[term].most;
}
