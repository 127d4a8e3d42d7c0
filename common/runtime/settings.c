/* SPDX-License-Identifier: Apache-2.0 */
/* The settings that every service has. Two defaults are the service's own: its port, and the size of what it imports.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/runtime/runtime.h"

#define MIB        "1048576"
#define IMPORT_MAX "16777216"

#define TEXT(field, env, fallback, sentence)   CONFIG_ROW_TEXT(struct settings, field, env, fallback, sentence)
#define SECRET(field, env, fallback, sentence) CONFIG_ROW_SECRET(struct settings, field, env, fallback, sentence)
#define NUMBER(field, env, fallback, min, max, unit, sentence)                                                         \
    CONFIG_ROW_NUMBER(struct settings, field, env, fallback, min, max, unit, sentence)
#define SWITCH(field, env, fallback, sentence) CONFIG_ROW_SWITCH(struct settings, field, env, fallback, sentence)

static const struct config_row rows[] = {
    SECRET(database_url, "TAICHO_DATABASE_URL", NULL, "PostgreSQL, as libpq reads it; the role is the service's own."),
    TEXT(brokers, "KAFKA_BROKERS", NULL, "Kafka's bootstrap servers, host:port separated by commas."),
    TEXT(listen, "TAICHO_LISTEN", "", "Address and port of the HTTP API."),
    TEXT(jwks, "TAICHO_JWKS", NULL, "File with the public keys (JWKS) that tokens are verified with."),
    TEXT(issuer, "TAICHO_TOKEN_ISSUER", "taicho-local", "The issuer that tokens must name."),
    TEXT(audience, "TAICHO_TOKEN_AUDIENCE", "taicho", "The audience that tokens must name."),
    TEXT(instance, "TAICHO_INSTANCE", "1", "Name of this process among those of the same service; kept over restarts."),
    TEXT(log_level, "TAICHO_LOG_LEVEL", "info", "The most that is logged: error, warn, info or debug."),
    TEXT(crash, "TAICHO_CRASH", "",
         "For tests: NAME:NTH kills the process at a crash point (`crash-points` lists them)."),
    NUMBER(http_threads, "TAICHO_HTTP_THREADS", "2", 1, 64, "threads", "Threads that read requests."),
    NUMBER(http_connections, "TAICHO_HTTP_CONNECTIONS", "1024", 8, 100000, "connections", "Open connections at most."),
    NUMBER(body_max, "TAICHO_BODY_MAX", MIB, 1024, 67108864, "bytes", "Largest request body."),
    NUMBER(readers, "TAICHO_READERS", "4", 1, 64, "connections", "Database connections for reads."),
    NUMBER(batch_max, "TAICHO_BATCH_MAX", "256", 4, 1024, "pieces", "Most work in one transaction."),
    NUMBER(queue_max, "TAICHO_QUEUE_MAX", "4096", 16, 1000000, "pieces",
           "Most work that waits, of commands and of events each; more is answered with 503."),
    NUMBER(
        keep_max, "TAICHO_KEEP", "8192", 0, 1000000, "subjects",
        "How many subjects' states are kept in memory, to be used again while the database says that they are true."),
    NUMBER(retention_days, "TAICHO_RETENTION_DAYS", "7", 1, 3650, "days",
           "How long published events stay in the outbox; not less than the topics keep them."),
    SWITCH(group, "TAICHO_GROUP", "on", "Off with the development broker: this process takes all partitions."),
    NUMBER(fetch_wait_ms, "TAICHO_FETCH_WAIT_MS", "100", 1, 5000, "ms",
           "How long the broker may hold an empty fetch; about 5 with the development broker."),
    TEXT(readers_of_relay, "TAICHO_THROTTLE", "",
         "With the development broker, which keeps 5 MiB of a partition: the services, separated by commas, whose "
         "reading the relay waits for. Empty with Kafka."),
};

const struct config_row *settings_rows(const struct service *s, struct arena *a, size_t *ret_count)
{
    struct config_row *mine = ARENA_ARRAY(a, COUNT_OF(rows), struct config_row);
    memcpy(mine, rows, sizeof(rows));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (mine[i].offset == offsetof(struct settings, listen))
            mine[i].fallback = arena_printf(a, "127.0.0.1:%d", s->port);
        if (mine[i].offset == offsetof(struct settings, body_max) && s->catalogue_owner)
            mine[i].fallback = IMPORT_MAX;
    }
    *ret_count = COUNT_OF(rows);
    return mine;
}

enum err_code settings_read(const struct service *s, struct arena *a, struct settings *ret, struct err *reterr)
{
    size_t count;
    const struct config_row *common = settings_rows(s, a, &count);
    enum err_code rc = config_read(common, count, ret, reterr);
    if (rc)
        return rc;
    enum log_level level;
    if (!log_level_parse(ret->log_level, &level))
        return err_say(reterr, ERR_INVALID, "TAICHO_LOG_LEVEL", "TAICHO_LOG_LEVEL=%s không có nghĩa",
                       "TAICHO_LOG_LEVEL=%s is none of error, warn, info, debug", ret->log_level);
    return ERR_OK;
}

/* What was a setting and is a term of the reference data since: who still sets it believes that it is in force. */
static const struct {
    const char *env, *term;
} gone[] = {
    {"TAICHO_LATE_ENTRY_DAYS", "late_entry"},
    {"TAICHO_REMIND_DAYS", "collection_remind"},
    {"TAICHO_REMINDERS", "collection_reminders"},
};

void settings_warn_of_gone(void)
{
    for (size_t i = 0; i < COUNT_OF(gone); i++)
        if (getenv(gone[i].env))
            log_warn("%s is no setting any more, ignoring it: the term %s of the reference data holds", gone[i].env,
                     gone[i].term);
}

const char *runtime_search_path(const struct service *s, struct arena *a)
{
    return arena_printf(a, "%s,ext", s->name);
}

const char *runtime_application(const struct service *s, const struct settings *c, struct arena *a)
{
    return arena_printf(a, "taicho-%s-%s", s->name, c->instance);
}
