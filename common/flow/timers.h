/* SPDX-License-Identifier: Apache-2.0 */
/* Timers that fell due become work. Any process may take one; the executor checks it again under the subject's lock. */
#ifndef TAICHO_FLOW_TIMERS_H
#define TAICHO_FLOW_TIMERS_H

#include "common/flow/service.h"

/* The thread looks at least this often, so only a timer that is set nearer than this must wake it. */
#define TIMERS_SOON INSTANT_SECOND

struct timers;
enum err_code timers_new(const struct app *app, const char *conninfo, struct timers **ret,
                         struct err *reterr) MUST_CHECK;
/* timers_step submits what is due (at most 256), then waits for the next one, a wake-up, or timeout_ms. Returns how
 * many, -1 with *reterr. */
int timers_step(struct timers *t, int timeout_ms, struct err *reterr);
void timers_wake(struct timers *t);
enum err_code timers_start(struct timers *t, struct err *reterr) MUST_CHECK;
void timers_stop(struct timers *t); /* waits for what its thread is asking the database, as executor_stop does */
void timers_free(struct timers *t);

extern const struct db_stmt *const timer_statements[];

#endif
