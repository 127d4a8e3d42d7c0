/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that show live figures do not poll: their request hangs until something was committed, or for 25 s. A revision
 * counts the commits of this process; a request with an older or foreign revision is answered at once. Bounded;
 * thread-safe.
 */
#ifndef TAICHO_FLOW_WATCH_H
#define TAICHO_FLOW_WATCH_H

#include <stdint.h>

#include "common/io/http.h"

struct watch;

enum err_code watch_new(struct watch **ret, struct err *reterr) MUST_CHECK;
/* watch_wait hangs the exchange until the revision is another than `after`; it answers {"revision":N}. ERR_BUSY when
 * too many hang. */
enum err_code watch_wait(struct watch *w, struct http_exchange *x, int64_t after, struct err *reterr) MUST_CHECK;
/* watch_changed is called after a commit, from any thread. Changes within 200 ms are told together. */
void watch_changed(struct watch *w);
/* watch_stop answers all who hang; later ones are answered at once. Before http_stop. */
void watch_stop(struct watch *w);
void watch_free(struct watch *w);

#endif
