/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/same_day.h"

#include "common/base/role.h"
#include "common/flow/papers.h"
#include "common/flow/projection.h"
#include "common/flow/wire.h"

#include "taicho/v1/lifecycle.pb-c.h"

static Taicho__V1__SameDayReturn *return_pack(const struct same_day_return *r, struct arena *a)
{
    if (!r)
        return NULL;
    Taicho__V1__SameDayReturn *m = ARENA_NEW(a, Taicho__V1__SameDayReturn);

    taicho__v1__same_day_return__init(m);
    m->series = wire_text(r->series);
    m->seal = wire_text(r->seal);
    m->delivery = (Taicho__V1__Delivery)r->delivery;
    m->who = (Taicho__V1__Collector)r->who;
    m->paper = (Taicho__V1__Proof)r->paper;
    return m;
}

/* Whether it holds is for return to say: here it is only read. */
static const struct same_day_return *return_read(const Taicho__V1__SameDayReturn *m, struct arena *a)
{
    if (!m)
        return NULL;
    struct same_day_return *r = ARENA_NEW(a, struct same_day_return);

    *r = (struct same_day_return){.series = arena_strdup(a, m->series),
                                  .seal = arena_strdup(a, m->seal),
                                  .delivery = (int)m->delivery,
                                  .who = (int)m->who,
                                  .paper = (int)m->paper};
    return r;
}

Taicho__V1__SameDay *same_day_pack(const struct same_day *s, struct arena *a)
{
    if (!s)
        return NULL;
    Taicho__V1__SameDay *m = ARENA_NEW(a, Taicho__V1__SameDay);

    taicho__v1__same_day__init(m);
    m->roles = ARENA_ARRAY(a, ROLE_COUNT, char *);
    for (int r = 0; r < ROLE_COUNT; r++)
        if (s->roles & (UINT32_C(1) << r))
            m->roles[m->n_roles++] = wire_text(role_name((enum role)r));
    m->opinion = (Taicho__V1__Opinion)s->opinion;
    m->n_reasons = s->reason_count;
    m->reasons = ARENA_ARRAY(a, s->reason_count + 1, char *);
    for (size_t i = 0; i < s->reason_count; i++)
        m->reasons[i] = wire_text(s->reasons[i]);
    m->draft = event_handle_pack(&s->draft, a);
    m->mandate = wire_text(s->mandate);
    m->returned = return_pack(s->returned, a);
    return m;
}

enum err_code same_day_read(const Taicho__V1__SameDay *m, const struct event *e, struct arena *a,
                            const struct same_day **ret, struct err *reterr)
{
    *ret = NULL;
    if (!m)
        return ERR_OK;
    struct same_day *s = ARENA_NEW(a, struct same_day);
    enum err_code rc = e->actor[0] ? ERR_OK : event_lacks(e, "actor", reterr);

    if (!rc)
        rc = event_word(e, "opinion of its same-day act", (int)m->opinion, OPINION_AGAINST + 1, reterr);
    if (!rc)
        rc = handle_read(m->draft, e, "readable handle of its draft", &s->draft, reterr);
    if (rc)
        return rc;
    s->officer = e->actor;
    s->opinion = (int)m->opinion;
    /* A role that this release does not know gives its bearer nothing here. */
    for (size_t i = 0; i < m->n_roles; i++)
        s->roles |= role_parse(m->roles[i]);
    s->reasons = ARENA_ARRAY(a, m->n_reasons + 1, const char *);
    for (; s->reason_count < m->n_reasons; s->reason_count++)
        s->reasons[s->reason_count] = arena_strdup(a, m->reasons[s->reason_count]);
    s->mandate = m->mandate[0] ? arena_strdup(a, m->mandate) : NULL;
    s->returned = return_read(m->returned, a);
    *ret = s;
    return ERR_OK;
}
