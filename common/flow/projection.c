/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/projection.h"

#include <string.h>

#include "common/domain/dossier.h"

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

/* ---- for the readers */

/* 9999-12-31, as a civil day. */
#define LAST_DAY INT32_C(2932896)

enum err_code event_of_dossier(const struct event *e, struct err *reterr)
{
    if (strcmp(e->subject_kind, DOSSIER) == 0)
        return ERR_OK;
    return err_set(reterr, ERR_MALFORMED, "%s is about a %s, not a dossier", e->type, e->subject_kind);
}

enum err_code event_word(const struct event *e, const char *what, int number, int count, struct err *reterr)
{
    if (number > 0 && number < count)
        return ERR_OK;
    return err_set(reterr, ERR_MALFORMED, "%s has the %s %d", e->type, what, number);
}

bool event_time_holds(instant t)
{
    return t > 0 && t <= instant_of_day(LAST_DAY, 0);
}
