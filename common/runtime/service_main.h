/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service as a program: `serve`, `check`, `routes`, `config`, `fsm [--mermaid|--markdown]`, `emits`, `consumes`.
 * serve starts in a readable order (settings, log, database check, catalogue, executor, relay, consumer, timers, HTTP)
 * and stops in its mirror.
 */
#ifndef TAICHO_RUNTIME_SERVICE_MAIN_H
#define TAICHO_RUNTIME_SERVICE_MAIN_H

#include "common/flow/service.h"

int service_main(const struct service *s, int argc, char **argv);

#endif
