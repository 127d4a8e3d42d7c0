/* SPDX-License-Identifier: Apache-2.0 */
/* `check`: what can be known to be wrong before a citizen stands at the counter. Exit 2: settings; 1: anything else. */
#include <stdio.h>

#include "common/flow/catalogue_store.h"
#include "common/flow/migrate.h"
#include "common/io/token.h"
#include "common/runtime/runtime.h"

static int failed(const struct service *s, const char *what, const struct err *e, int code)
{
    fprintf(stderr, "taicho-%s check: %s: %s\n", s->name, what, e->en);
    return code;
}

static enum err_code check_lifecycles(const struct service *s, struct err *reterr)
{
    for (const struct fsm *const *f = s->lifecycles; f && *f; f++) {
        enum err_code rc = fsm_check(*f, true, reterr);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static enum err_code check_statements(const struct service *s, struct db *db, struct err *reterr)
{
    const struct db_stmt *const *const lists[] = {
        s->statements,     executor_statements, batch_load_statements, batch_save_statements, wake_statements,
        prune_statements,  relay_statements,    consumer_statements,   timer_statements,      catalogue_statements,
        health_statements, ops_statements,      ops_dead_statements,
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        size_t n = 0;
        while (lists[i] && lists[i][n])
            n++;
        enum err_code rc = n > 0 ? db_check(db, lists[i], n, reterr) : ERR_OK;
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static int check_database(const struct service *s, const struct settings *c, struct arena *a)
{
    struct err e = {0};
    struct db *db;
    if (db_open(c->database_url, runtime_application(s, c, a), runtime_search_path(s, a), DATABASE_DEADLINE_MS, &db,
                &e))
        return failed(s, "database", &e, 1);
    int64_t offset;
    int rc = 0;
    if (migrate_check(db, s->migrations, &offset, &e))
        rc = failed(s, "migrations (run `taichoctl migrate`)", &e, 1);
    else if (check_statements(s, db, &e))
        rc = failed(s, "statements", &e, 1);
    db_close(db);
    return rc;
}

int check(const struct service *s)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct settings c = {0};
    struct err e = {0};
    struct token_verifier *verifier = NULL;
    int rc = 0;
    if (check_lifecycles(s, &e))
        rc = failed(s, "lifecycle", &e, 1);
    else if (settings_read(s, a, &c, &e))
        rc = failed(s, "settings", &e, 2);
    else if (token_verifier_new(c.jwks, c.issuer, c.audience, &verifier, &e))
        rc = failed(s, "TAICHO_JWKS", &e, 2);
    else
        rc = check_database(s, &c, a);
    token_verifier_free(verifier);
    arena_free(a);
    if (rc == 0)
        printf("taicho-%s: settings, lifecycles, keys, migrations and statements are right\n", s->name);
    return rc;
}
