/* SPDX-License-Identifier: Apache-2.0 */
/* A service as one struct of tables: what it answers, what it listens to, how it decides. main() is one line. */
#ifndef TAICHO_FLOW_SERVICE_H
#define TAICHO_FLOW_SERVICE_H

#include <stddef.h>

#include "common/base/embed.h"
#include "common/base/fsm.h"
#include "common/flow/executor.h"
#include "common/io/http.h"

/* Acts that are no service's own. */
#define ACT_SKIP    (-1) /* the event changes nothing here; it only waits for its turn */
#define ACT_UNKNOWN (-2) /* this release does not know the type: it waits for one that does */
#define ACT_NONE    (-3)

/*
 * One event type of a source. read makes the service's own struct for the act from the generated message
 * (ERR_MALFORMED when it cannot be true); NULL: skipped, it only waits for its turn.
 */
struct projection {
    enum source source;
    const char *type;
    int act;
    enum err_code (*read)(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                          const void **ret_command, struct err *reterr);
    const char *what; /* what it changes here, or why it is skipped */
};

/* One event type that this service emits. */
struct emitted {
    const char *type;
    const char *what; /* what happened, in a sentence */
    bool audit_only;  /* nobody but audit takes it up */
};

struct service {
    const char *name;   /* "intake": also its schema */
    enum source source; /* SOURCE_NONE for audit */
    int port;           /* 8081 */
    const char *sentence;
    const struct http_route *routes;
    size_t route_count;
    const struct projection *projections;
    size_t projection_count;
    const struct emitted *emits;
    size_t emit_count;
    const struct fsm *const *lifecycles; /* NULL-terminated; NULL for audit */
    const struct executor_ops *ops;
    const struct db_stmt *const *statements; /* NULL-terminated: for `check` */
    const struct embedded *migrations;       /* build/gen/intake_sql.c */
    const struct embedded *pages;            /* build/gen/intake_web.c; served at "/" and "/assets/" under its name */
    bool catalogue_owner;                    /* intake: does not consume the catalogue topic */
    bool single; /* audit: one active process (advisory lock), standby is not in the group */
};

/* What handlers get. */
struct app {
    const struct service *service;
    struct executor *executor;
    struct db_pool *readers;
    struct clock *clock;
    struct catalogue_store *catalogue;
    struct watch *watch; /* exchanges that hang until something is committed */
};

#endif
