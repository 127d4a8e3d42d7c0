/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbered .sql files, forward only, under an advisory lock: roles, schemas, flow tables, then each service's own.
 * Behind them those without a number (db/turns_of.sql): each is CREATE OR REPLACE of one function, stands there once as
 * it is now, and runs again whenever its text has changed. A numbered one that drops such a function makes it again.
 * Run by `taichoctl migrate` as the database's owner.
 */
#ifndef TAICHO_FLOW_MIGRATE_H
#define TAICHO_FLOW_MIGRATE_H

#include "common/base/embed.h"
#include "common/base/err.h"
#include "common/base/instant.h"
#include "common/io/db.h"

struct migrate_service {
    const char *name;                  /* schema; the role is taicho_<name> */
    const char *password;              /* of the role; NULL: no password set */
    const struct embedded *migrations; /* the service's own; flow's run before them */
};

extern const struct embedded flow_sql[]; /* common/flow/db, by the build */

/*
 * migrate_run brings one service to the newest state; repeatable. clock_start INSTANT_NONE: real time, not movable. The
 * clock is set once; a service that comes later gets the clock of those that are there. A numbered file that was
 * changed after it was applied is ERR_CONFLICT, and so is a database that a newer release has migrated. What happens to
 * the service's role: it may read and write the rows of its schema's tables and owns nothing; a migration takes back
 * what it must not do.
 */
enum err_code migrate_run(struct db *db, const struct migrate_service *s, instant clock_start,
                          struct err *reterr) MUST_CHECK;
/* migrate_check is for a service at start: every migration applied, no unknown one, the clock row present. */
enum err_code migrate_check(struct db *db, const struct embedded *migrations, int64_t *ret_clock_offset,
                            struct err *reterr) MUST_CHECK;

#endif
