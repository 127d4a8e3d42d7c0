/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the runtime share: the settings and the parts of a running service. Nobody else includes it, but
 * who fuzzes its routes.
 */
#ifndef TAICHO_RUNTIME_RUNTIME_H
#define TAICHO_RUNTIME_RUNTIME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/config.h"
#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/flow/consumer.h"
#include "common/flow/relay.h"
#include "common/flow/service.h"
#include "common/flow/timers.h"

/* ---- settings */

struct settings {
    const char *database_url, *brokers, *listen, *jwks, *issuer, *audience, *instance, *log_level, *crash,
        *readers_of_relay;
    int64_t http_threads, http_connections, body_max, readers, batch_max, queue_max, keep_max, retention_days,
        fetch_wait_ms;
    bool group;
};

/* settings_rows gives the runtime's rows with the defaults of this service, in the arena. */
const struct config_row *settings_rows(const struct service *s, struct arena *a, size_t *ret_count);

enum err_code settings_read(const struct service *s, struct arena *a, struct settings *ret,
                            struct err *reterr) MUST_CHECK;
void settings_warn_of_gone(void); /* logs which of those that were settings once are set */

#define DATABASE_DEADLINE_MS 5000

/* runtime_search_path is "<service>,ext", runtime_application "taicho-<service>-<instance>", in the arena. */
const char *runtime_search_path(const struct service *s, struct arena *a);
const char *runtime_application(const struct service *s, const struct settings *c, struct arena *a);

/* ---- a running service. Handlers get its app, which comes first. */

struct counts {
    int64_t taken_at;                     /* instant_mono; 0: never */
    int64_t waiting, held, dead, missing; /* -1: not known */
    int64_t waiting_oldest_s, held_oldest_s;
};

struct runtime {
    struct app app;
    struct settings settings;
    struct arena *arena; /* of the process */
    struct relay *relay;
    struct consumer *consumer; /* NULL: the service listens to nothing */
    struct timers *timers;
    struct token_verifier *verifier;
    struct http_route *routes; /* the service's, then the runtime's and the pages */
    size_t route_count;
    _Atomic(struct http_server *) http; /* NULL until it listens */
    atomic_bool stopping;
    struct {
        bool executor, relay, consumer, timers;
    } started;
    struct counts_cache *counts;
};

static inline struct runtime *runtime_of(void *app)
{
    return app;
}

/* ---- routes that every service has */

/* Tables end with a NULL path. Not listed by `routes`: they are reached on the service's own port only. */
extern const struct http_route health_routes[];
extern const struct http_route ops_routes[];

/* ops_dead.c: rows of ops_routes */
http_handler ops_get_dead, ops_post_discard, ops_post_replayed, ops_get_missing, ops_post_strike;
/*
 * ops_redrive answers the exchange when the subject's hold was cleared and what waits ran again; with `closes` when
 * that dead letter is closed, and what was held for it ran again. Refused or not taken, nothing of it was done.
 */
void ops_redrive(struct runtime *r, struct http_exchange *x, struct id subject, const char *why,
                 const struct closing *closes);
extern const struct db_stmt *const ops_dead_statements[];

/* pages_routes gives the rows of a service's pages in the arena. */
const struct http_route *pages_routes(const struct service *s, struct arena *a, size_t *ret_count);

/* health_counts asks the database at most every 5 s. */
struct counts_cache *health_counts_new(void);
void health_counts_free(struct counts_cache *c);
struct counts health_counts(struct runtime *r);

extern const struct db_stmt *const health_statements[];
extern const struct db_stmt *const ops_statements[];

/* ---- subcommands that need more than a loop over a table */

int serve(const struct service *s);
int check(const struct service *s);

#endif
