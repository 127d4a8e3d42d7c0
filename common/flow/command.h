/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From HTTP to work and back. A POST handler reads its body, then calls command_submit, which reads the headers that
 * every command has (Idempotency-Key, Taicho-Seen, Taicho-Late-Entry, traceparent), suspends the exchange and submits;
 * the answer resumes it.
 */
#ifndef TAICHO_FLOW_COMMAND_H
#define TAICHO_FLOW_COMMAND_H

#include "common/flow/service.h"

/*
 * command_submit. `command` lives in http_arena(x). creates: the subject may not exist yet.
 * Errors before anything was queued: ERR_INVALID (header named in field), ERR_BUSY.
 * The reply carries Taicho-Seen: <service>=<version>.
 */
enum err_code command_submit(struct app *app, struct http_exchange *x, const char *subject_kind, struct id subject,
                             int act, bool creates, const void *command, struct err *reterr) MUST_CHECK;

/* command_new_subject derives the id of the subject that a creating command makes from the actor and the key, so a
 * repeat finds the same. */
enum err_code command_new_subject(struct http_exchange *x, const char *subject_kind, struct id *ret,
                                  struct err *reterr) MUST_CHECK;

/* command_subject_of_code derives the id of a reference subject (mandate, seal, series) from its kind and code. */
struct id command_subject_of_code(const char *kind, const char *code);

/* query_rows answers a GET: `take` reads the rows and replies; they are gone when it returns. */
typedef enum err_code query_take(void *arg, const struct db_answer *q, struct http_exchange *x, struct err *reterr);
enum err_code query_rows(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                         const struct db_arg *args, size_t count, query_take *take, void *arg,
                         struct err *reterr) MUST_CHECK;

/* query_json answers a GET with the single text column of a statement; no row or NULL: ERR_NOT_FOUND. */
enum err_code query_json(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                         const struct db_arg *args, size_t count, struct err *reterr) MUST_CHECK;

#endif
