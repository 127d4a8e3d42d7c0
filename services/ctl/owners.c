/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ctl/owners.h"

#include <inttypes.h>
#include <stdio.h>

/* Neighbouring partitions of one owner and epoch are one range. Names of connections are cut at 63 bytes. */
#define OWNERS                                                                                                         \
    "SELECT o.topic, o.owner, o.epoch, o.partitions, o.ranges, o.idle_s,"                                              \
    "       EXISTS (SELECT FROM pg_stat_activity s WHERE s.datname = current_database()"                               \
    "                  AND s.application_name = left(o.owner || '-executor', 63)) AS connected"                        \
    "  FROM (SELECT topic, owner, epoch, sum(n)::bigint AS partitions, min(idle_s) AS idle_s,"                         \
    "               string_agg(CASE WHEN first = last THEN first::text ELSE first || '-' || last END, ','"             \
    "                          ORDER BY first) AS ranges"                                                              \
    "          FROM (SELECT topic, owner, epoch, min(\"partition\") AS first, max(\"partition\") AS last,"             \
    "                       count(*) AS n,"                                                                            \
    "                       extract(epoch FROM clock_timestamp() - max(at))::bigint AS idle_s"                         \
    "                  FROM (SELECT *, \"partition\" - row_number() OVER (PARTITION BY topic, owner, epoch"            \
    "                                                                     ORDER BY \"partition\") AS run"              \
    "                          FROM consumed) c"                                                                       \
    "                 GROUP BY topic, owner, epoch, run) r"                                                            \
    "         GROUP BY topic, owner, epoch) o"

static const struct db_stmt list_owners = {"ctl_owners", OWNERS " ORDER BY o.topic, o.owner, o.epoch"};
static const struct db_stmt tell_owners = {
    "ctl_owners_json", "SELECT coalesce(json_agg(json_build_object('topic', topic, 'owner', owner, 'epoch', epoch,"
                       "       'partitions', partitions, 'ranges', ranges, 'idle_s', idle_s, 'connected', connected)"
                       "       ORDER BY topic, owner, epoch), '[]'::json)::text AS answer FROM (" OWNERS ") q"};

static enum err_code ask(struct arena *a, int service, const struct db_stmt *s, struct db **ret_db,
                         struct db_answer **ret, struct err *reterr)
{
    enum err_code rc = ctl_database(arena_printf(a, "\"%s\",ext", ctl_services[service].name), 2000, ret_db, reterr);
    return rc ? rc : db_run(*ret_db, a, s, DB_NO_ARGS, ret, reterr);
}

bool owners_print(struct arena *a, int service)
{
    struct db *db = NULL;
    struct db_answer *q;
    struct err e = {0};

    enum err_code rc = ask(a, service, &list_owners, &db, &q, &e);
    for (size_t i = 0; !rc && i < db_count(q); i++) {
        printf("%-10s ", ctl_services[service].name);
        ctl_pad(db_get_text(q, i, db_column(q, "owner")), 24);
        printf(" ");
        ctl_pad(db_get_text(q, i, db_column(q, "topic")), 22);
        printf(" ");
        ctl_pad(db_get_text(q, i, db_column(q, "ranges")), 16);
        printf(" %7" PRId64 " %7" PRId64 "s  %s\n", db_get_int(q, i, db_column(q, "epoch")),
               db_get_int(q, i, db_column(q, "idle_s")),
               db_get_bool(q, i, db_column(q, "connected")) ? "" : "not connected");
    }
    db_close(db);
    return rc ? ctl_fail_err(ctl_services[service].name, &e) == CTL_OK : true;
}

const char *owners_json(struct arena *a, int service)
{
    struct db *db = NULL;
    struct db_answer *q;
    struct err e = {0};

    enum err_code rc = ask(a, service, &tell_owners, &db, &q, &e);
    const char *json = rc ? NULL : arena_strdup(a, db_get_text(q, 0, 0));
    db_close(db);
    if (rc)
        ctl_fail_err(ctl_services[service].name, &e);
    return json;
}
