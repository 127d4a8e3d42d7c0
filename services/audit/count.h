/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a count that have a file of their own: fees and voices. For count.c, whose table names them; everybody
 * else calls audit_count (audit.h). Pure.
 */
#ifndef TAICHO_AUDIT_COUNT_H
#define TAICHO_AUDIT_COUNT_H

#include "services/audit/audit.h"

/* A counter says what an event of its kind does to the facts of its dossier, and to the figures that only ever grow.
 * Figures in which a dossier stands for a while are taken from its facts before and after (..._standing). */
typedef void audit_counter(struct audit_fact *f, const struct audit_record *r, const struct audit_about *about,
                           struct audit_delta *d);

/* count_fee.c */
audit_counter count_fees_received, count_fees_supplemented, count_fees_with_result;
audit_counter count_fee_paid, count_fee_waived, count_fee_refunded;

/* count_voice.c */
audit_counter count_rated;
audit_counter count_complaint_filed, count_complaint_answered, count_complaint_due_passed;
audit_counter count_complaint_more_asked, count_complaint_supplied;
audit_counter count_complaint_published, count_complaint_publication_passed;

/* count_voices_standing adds how the complaints of a dossier stand and its points for conduct, n times (1 or -1): late
 * is what was not answered, or not published, in time. */
void count_voices_standing(const struct audit_fact *f, int n, struct audit_voices *v);

#endif
