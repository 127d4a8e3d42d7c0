/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be paid and was: of a dossier, beside its fact, and as figures, beside the others. Most have none, so that
 * both have tables of their own. */
#ifndef TAICHO_AUDIT_REPO_FEE_H
#define TAICHO_AUDIT_REPO_FEE_H

#include "common/flow/batch.h"
#include "services/audit/audit.h"

extern const struct db_stmt audit_load_fees, audit_save_fee_facts, audit_save_fees;

void audit_fees_add_up(struct audit_fees *sum, const struct audit_fees *d);
bool audit_fees_move(const struct audit_fees *d);

/* ask and take of the executor: take adds to the facts, which are there. */
struct db_answer *audit_fees_ask(struct batch *b);
void audit_fees_take(struct batch *b, const struct db_answer *q);
/* audit_fees_save sends what the batch's subjects and its figures have moved. */
void audit_fees_save(struct batch *b, const struct audit_delta *const *deltas, size_t count);

#endif
