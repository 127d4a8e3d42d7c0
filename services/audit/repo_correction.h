/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections of wrong results as they are counted: by the unit at fault and the cause, once they are issued. */
#ifndef TAICHO_AUDIT_REPO_CORRECTION_H
#define TAICHO_AUDIT_REPO_CORRECTION_H

#include "services/audit/repo.h"

extern const struct db_stmt audit_add_corrections, audit_end_corrections, audit_read_corrections;

/* audit_corrections_save queues the rows of those entries that ask for a correction, or tell how one ended. */
void audit_corrections_save(struct batch *b, const struct audit_entry *entries, size_t count);

#endif
