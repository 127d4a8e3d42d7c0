/* SPDX-License-Identifier: Apache-2.0 */
/* The reads of this schema: PostgreSQL builds the JSON. */
#ifndef TAICHO_AUDIT_REPO_READ_H
#define TAICHO_AUDIT_REPO_READ_H

#include "common/io/db.h"

/* Reads, each one text column. */
extern const struct db_stmt audit_read_kpi;    /* from day, to day, unit ("": any), procedure ("": any), business now */
extern const struct db_stmt audit_read_totals; /* business now */
extern const struct db_stmt audit_read_history; /* code, unit ("": any) */
extern const struct db_stmt audit_read_entries; /* after, subject or NULL, limit */
extern const struct db_stmt audit_read_targets; /* day */

#endif
