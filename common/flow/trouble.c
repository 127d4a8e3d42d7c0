/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/trouble.h"

#include "common/base/instant.h"
#include "common/base/log.h"

#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 2000                 /* a service is to serve again 5 s after what it needs does */
#define QUIET_US     (2 * INSTANT_SECOND) /* so long without a failure: it goes well again */

int trouble_note(struct trouble *t, const struct err *e)
{
    int64_t now = instant_mono();
    if (!t->failing || t->code != e->code || now - t->logged > INSTANT_MINUTE) {
        log_err(e->code == ERR_UNAVAILABLE ? LOG_WARN : LOG_ERROR, e, t->doing);
        t->logged = now;
        t->code = e->code;
    }
    t->pause_ms = !t->failing ? PAUSE_MIN_MS : t->pause_ms * 2;
    if (t->pause_ms > PAUSE_MAX_MS)
        t->pause_ms = PAUSE_MAX_MS;
    t->failing = true;
    t->last = now;
    return t->pause_ms;
}

void trouble_none(struct trouble *t)
{
    if (!t->failing || instant_mono() - t->last < QUIET_US)
        return;
    t->failing = false;
    log_info("%s goes well again", t->doing);
}
