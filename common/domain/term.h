/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers of the law, or of the province where no law speaks, that hold for every procedure, by the day on which they
 * have to hold: reference data say them ("terms.csv"), for a decree that replaces another changes numbers and not
 * programs.
 */
#ifndef TAICHO_DOMAIN_TERM_H
#define TAICHO_DOMAIN_TERM_H

#include "common/domain/catalogue.h"
#include "common/domain/words.h"

/* clang-format off */
/*
 * term_value gives, on a civil day,
 *   TRANSFER_CUTOFF    the minute of the day: what is received later is passed on the next working day
 *                      (Decree 61/2018 Art. 18)
 *   SUPPLEMENT_ASK     working days from acceptance in which a supplement is asked for (Decree 61/2018 Art. 19(4))
 *   SUBMISSION_ANSWER  working hours in which an online filing is answered (Decree 45/2020)
 *   APOLOGY_NOTICE     days before the date that is promised by which an apology is issued (Decree 61/2018 Art. 19(9))
 *   COMPLAINT_REFUSAL  working days in which a complaint may be refused as none (Decision 766/QD-TTg of 2022, 5.2)
 *   COMPLAINT_ANSWER   working days in which it is answered (the same)
 *   COMPLAINT_SUPPLEMENT  working days in which whoever complained may be asked for more (the same)
 *   COMPLAINT_WAIT     working days for which that is waited for: no law says so, the province sets it
 *   COMPLAINT_PUBLISH  working days from the answer in which it is published (Decision 766/QD-TTg of 2022, 5.2)
 *   COLLECTION_REMIND  days that a result lies ready before it is told that nobody came for it, and between reminders;
 *                      by the day since which it lies there
 *   COLLECTION_REMINDERS  how often that is told before it may be archived; by the same day
 *   LATE_ENTRY         days that an act that was done on paper may lie back when it is entered; by the day of the entry
 *   TURN_SIGNATURE     working days in which a unit signs for papers that have come to it by turn; by the day on which
 *                      they were passed on
 * No article of law fixes the last four: they are the province's. Where no reference data speak of that day, as those
 * of former releases do not, it is the number of that text, or the project's.
 */
/* clang-format on */
int term_value(const struct catalogue *c, enum term term, int32_t day);

/* term_most gives the largest value that a term may have; the smallest is 1. */
int term_most(enum term term);

#endif
