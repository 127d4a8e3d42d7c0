/* SPDX-License-Identifier: Apache-2.0 */
/* One after the other as the database's owner; each service's role gets its password from the environment. */
#include "common/flow/migrate.h"

#include <stdio.h>

#include "common/base/crash.h"
#include "services/ctl/commands.h"

#define WAIT_MS 30000 /* for a server that is just starting */

int ctl_migrate(const struct ctl_command *self, int argc, char **argv)
{
    const char *start = ctl_env("TAICHO_CLOCK_START", NULL);
    instant clock = INSTANT_NONE;
    struct db *db;
    struct err e = {0};

    if (argc > 0)
        return ctl_usage(self);
    if (crash_set(ctl_env("TAICHO_CRASH", NULL), &e))
        return ctl_fail_err("TAICHO_CRASH", &e);
    if (start && !instant_parse(start, &clock))
        return ctl_fail("TAICHO_CLOCK_START=%s is no moment; write it like 2019-10-01T07:30:00+07:00", start);
    for (int i = 0; i < CTL_SERVICES; i++)
        if (!ctl_env(ctl_services[i].password_env, NULL))
            return ctl_fail("%s is not set: the role taicho_%s needs a password; `. .run/env` sets it",
                            ctl_services[i].password_env, ctl_services[i].name);
    if (ctl_database("public", WAIT_MS, &db, &e))
        return ctl_fail_err("opening the database", &e);
    for (int i = 0; i < CTL_SERVICES; i++) {
        const struct migrate_service s = {
            .name = ctl_services[i].name,
            .password = ctl_env(ctl_services[i].password_env, NULL),
            .migrations = ctl_services[i].migrations,
        };
        if (migrate_run(db, &s, clock, &e)) {
            db_close(db);
            ctl_fail_err(s.name, &e);
            return ctl_fail(
                "nothing of %s's failed step stays; put right what it says and run `taichoctl migrate` again", s.name);
        }
        printf("%s: up to date\n", s.name);
    }
    db_close(db);
    return CTL_OK;
}
