/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/trouble.h"

#include <stdio.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/log.h"

#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 2000                 /* a service is to serve again 5 s after what it needs does */
#define QUIET_US     (2 * INSTANT_SECOND) /* so long without a failure: it goes well again */
#define OTHER_US     (5 * INSTANT_SECOND) /* texts with a number in them are other ones each time */

/* is_news: the broker behind the database is, although both are only "unavailable". */
static bool is_news(const struct trouble *t, const struct err *e, int64_t now)
{
    if (!t->failing || t->code != e->code)
        return true;
    return now - t->logged > (strcmp(t->told, e->en) == 0 ? INSTANT_MINUTE : OTHER_US);
}

int trouble_note(struct trouble *t, const struct err *e)
{
    int64_t now = instant_mono();
    if (is_news(t, e, now)) {
        log_err(e->code == ERR_UNAVAILABLE ? LOG_WARN : LOG_ERROR, e, t->doing);
        t->logged = now;
        t->code = e->code;
        (void)snprintf(t->told, sizeof(t->told), "%s", e->en);
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
