/* SPDX-License-Identifier: Apache-2.0 */
/* What the requests of the stages have in common: whose dossiers, which page, which dossier, a handle, a day. */
#ifndef TAICHO_FLOW_REQUEST_H
#define TAICHO_FLOW_REQUEST_H

#include "common/base/role.h"
#include "common/domain/paper.h"
#include "common/flow/service.h"
#include "common/io/json.h"

/* Who may see the dossiers of all units. */
#define ROLES_OF_ALL_UNITS (ROLE_BIT(INSPECTOR) | ROLE_BIT(DASHBOARD) | ROLE_BIT(OPERATOR))

/* request_unit is the unit whose rows the actor may see; "" for all, to whom has one of the roles `of_all`. */
const char *request_unit(const struct http_exchange *x, uint32_t of_all);

/* ---- lists */

/* request_limit reads ?limit=, the length of a page. */
enum err_code request_limit(const struct http_exchange *x, int32_t *ret, struct err *reterr) MUST_CHECK;

/* The place behind which a page begins; at the very beginning everything is 0. */
struct place {
    instant at;
    struct id id;
    int32_t numbers[2];
};

/* request_after reads ?after=, the "next" of the page before: "<at>.<id>", then `numbers` numbers. */
enum err_code request_after(const struct http_exchange *x, int numbers, struct place *ret,
                            struct err *reterr) MUST_CHECK;

/* request_query_day reads a civil day of the query: `absent` when it is not there. request_query_span reads those from
 * `from` to `to`, both included: until today, and the last `days` of them, when they are not there. */
struct request_span {
    int32_t from, to;
};
enum err_code request_query_day(const struct http_exchange *x, const char *name, int32_t absent, int32_t *ret,
                                struct err *reterr) MUST_CHECK;
enum err_code request_query_span(const struct http_exchange *x, int32_t today, int days, struct request_span *ret,
                                 struct err *reterr) MUST_CHECK;

/* A stage's work list (flow/worklist.h). The states are those of its table; without ?state= it is what is open. */
struct request_worklist {
    const struct db_stmt *of_unit, *of_all;
    const struct fsm *lifecycle;
    bool (*is_open)(int state);
};
enum err_code request_worklist(struct app *app, struct http_exchange *x, const struct request_worklist *list,
                               struct err *reterr) MUST_CHECK;

/* A page of cases beside the dossiers, numbered in each: of which unit (NULL: all), in which state (NULL: what is
 * usual), behind which place, how long. The states end with NULL. */
struct request_cases {
    const char *unit, *state;
    struct place after;
    int32_t limit;
};
enum err_code request_cases_read(struct http_exchange *x, const char *const *states, struct request_cases *ret,
                                 struct err *reterr) MUST_CHECK;

/* The first arguments of its statement: the unit, the state, the place (at, id, number), the length. */
#define REQUEST_CASES_ARGS(c)                                                                                          \
    db_text((c).unit), db_text((c).state), db_time((c).after.at), db_uuid((c).after.id),                               \
        db_int4((c).after.numbers[0]), db_int4((c).limit)

/* request_cases answers with it; without ?state= it is `usual`. */
enum err_code request_cases(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                            const char *const *states, int usual, struct err *reterr) MUST_CHECK;

/* request_dossier answers with one dossier (FACTS_READ_ONE) that the actor may see. */
enum err_code request_dossier(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                              struct err *reterr) MUST_CHECK;

/* ---- commands */

/* What every command on a dossier says. */
struct dossier_request {
    struct id dossier;
    struct json_in *in;
    const struct json *body;
    int step; /* 0: the open one */
};
enum err_code request_read(struct http_exchange *x, struct dossier_request *ret, struct err *reterr) MUST_CHECK;
/* request_submit comes when everything is read; an error of the body is told here. */
enum err_code request_submit(struct app *app, struct http_exchange *x, const struct dossier_request *r, int act,
                             const void *command, struct err *reterr) MUST_CHECK;

/* request_body reads the body of a command on something else. */
enum err_code request_body(struct http_exchange *x, struct json_in **ret, struct err *reterr) MUST_CHECK;

/* request_handle reads {"id","sha256","pages"}; required. */
void request_handle(struct json_in *in, const struct json *o, const char *name, struct document_handle *ret);
/* request_day reads a civil day; 0 when it is absent. */
int32_t request_day(struct json_in *in, const struct json *o, const char *name, enum json_need need);

#endif
