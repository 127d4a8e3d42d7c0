/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of versions, pure. */
#include "common/flow/inbox.h"

const char *inbox_reason(enum inbox_verdict v)
{
    static const char *const names[] = {
#define X(symbol, name) [INBOX_##symbol] = name,
        INBOX_MAP(X)
#undef X
    };

    return names[v];
}

enum inbox_verdict inbox_judge(const struct inbox_self *self, const struct subject *s, const struct event *e,
                               bool type_known)
{
    if (self->source != SOURCE_NONE && e->seen[self->source] > s->version)
        return INBOX_BEHIND; /* I5, before all else: even a repeat shows it */
    if (e->version <= s->applied[e->source])
        return INBOX_REPEAT;
    if (s->hold)
        return INBOX_HELD;
    if (e->version > s->applied[e->source] + 1)
        return INBOX_ORDER;
    for (int source = 0; source < SOURCE_COUNT; source++)
        if (self->listens[source] && source != (int)e->source && e->seen[source] > s->applied[source])
            return INBOX_SEEN;
    if (e->release > self->release)
        return INBOX_RELEASE;
    if (!type_known)
        return INBOX_TYPE;
    return INBOX_APPLY;
}
