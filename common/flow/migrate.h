/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbered .sql files, forward only, under an advisory lock: roles, schemas, flow tables, then each service's own.
 * Run by `taichoctl migrate` as the database's owner.
 */
#ifndef TAICHO_FLOW_MIGRATE_H
#define TAICHO_FLOW_MIGRATE_H

#include "common/base/embed.h"
#include "common/base/err.h"
#include "common/base/instant.h"
#include "common/io/db.h"

struct migrate_service {
    const char *name;                    /* schema; the role is taicho_<name> */
    const char *password;                /* of the role; NULL: no password set */
    const struct embedded *migrations;   /* the service's own; flow's run before them */
};

/* migrate_run brings one service to the newest state; repeatable. clock_start INSTANT_NONE: real time, not movable. */
enum err_code migrate_run(struct db *db, const struct migrate_service *s, instant clock_start, struct err *reterr) MUST_CHECK;
/* migrate_check is for a service at start: every migration applied, no unknown one, the clock row present. */
enum err_code migrate_check(struct db *db, const struct embedded *migrations, int64_t *ret_clock_offset, struct err *reterr) MUST_CHECK;

#endif
