/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pauses of dossiers as they are kept for inspection (national status 5 and 6, and periods that the law leaves out):
 * whoever has them stand still can hide lateness. Where the event that begins one says more than its entry, that stands
 * beside it; the entry that ends it is there anyway.
 */
#ifndef TAICHO_AUDIT_REPO_PAUSE_H
#define TAICHO_AUDIT_REPO_PAUSE_H

#include "services/audit/repo.h"

extern const struct db_stmt audit_add_pauses, audit_add_pause_ends;
extern const struct db_stmt audit_read_pauses;      /* from day, to day, unit ("": any), limit, business now */
extern const struct db_stmt audit_read_supplements; /* from day, to day, unit ("": any), limit */

/* audit_pauses_save queues the rows of those entries that begin a pause, or tell that a period ended early. */
void audit_pauses_save(struct batch *b, const struct audit_entry *entries, size_t count);

#endif
