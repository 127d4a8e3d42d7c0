/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/projection.h"

#include <string.h>

static const struct projection *projection_of(const struct service *s, const struct event *e)
{
    for (size_t i = 0; i < s->projection_count; i++)
        if (s->projections[i].source == e->source && strcmp(s->projections[i].type, e->type) == 0)
            return &s->projections[i];
    return NULL;
}

enum err_code projection_work(const struct service *s, struct bytes value, struct arena *a, struct work *ret,
                              struct err *reterr)
{
    struct event e;
    const struct Taicho__V1__LifecycleEvent *message;
    enum err_code rc = event_read(value, a, &e, &message, reterr);
    if (rc)
        return rc;
    const struct projection *p = projection_of(s, &e);
    const void *command = NULL;
    int act = ACT_UNKNOWN;
    if (p && p->read) {
        rc = p->read(message, &e, a, &command, reterr);
        if (rc)
            return rc;
        act = p->act;
    } else if (p) {
        act = ACT_SKIP;
    }
    ret->origin = WORK_EVENT;
    ret->arena = a;
    ret->subject = e.subject;
    ret->subject_kind = e.subject_kind;
    ret->act = act;
    ret->command = command;
    ret->event = e;
    ret->raw = value;
    return ERR_OK;
}
