/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five services' real routes behind a server that has no socket: a request is a text, and what a handler hands to
 * the executor, asks of the database or answers is checked here. The operators' routes are among them (lib/found.h).
 * Link with FUZZ_WRAP (Makefile).
 *
 *   intake POST /v1/dossiers?x=1          service, method, target
 *   Idempotency-Key: k-1                  headers, up to an empty line
 *
 *   {"counter": ...}                      the body
 */
#ifndef TAICHO_FUZZ_FRONT_H
#define TAICHO_FUZZ_FRONT_H

#include "common/flow/service.h"
#include "common/io/db.h"

/* front_ask sends one request through http_check, its handler and what follows. */
void front_ask(const uint8_t *data, size_t size);

/* commands_hold checks what a handler made of a body that it took, field by field: lib/commands.c. */
void commands_hold(const struct service *s, const struct work *w);

/* holds_arguments: a statement gets as many as it takes, and what PostgreSQL can store. */
void holds_arguments(const struct db_stmt *stmt, const struct db_arg *args, size_t count);

#endif
