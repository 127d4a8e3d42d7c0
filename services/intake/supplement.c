/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supplement after acceptance (D61 Art. 11(2c), 17(2a), 19(4)). Appraisal says what is missing; only the counter
 * tells the citizen, by the request form, and only the counter takes what he brings. Meanwhile both clocks pause; then
 * the legal one starts from zero, and the reported one leaves the wait out. Whether it may be asked is appraisal's to
 * decide, which asks; how often, and until when he may answer, is a fact of this service.
 * The form lists all that is missing, so the dossier is complete when each of it was brought, or is named with the
 * reason why it is complete without; until then nothing is taken and the clocks stay. How many originals and copies
 * were asked for is said to the citizen: only whether something came is compared.
 */
#include "services/intake/intake.h"
#include "services/intake/rules.h"

const char *const intake_lacking_names[] = {INTAKE_LACKING_MAP(WORD_CODE) NULL};

/* answer_until is the end of the wait by the procedure's rule, on the day of receipt, from when the counter can tell
 * the citizen; INSTANT_NONE when there is none.
 */
static enum err_code answer_until(const struct intake_dossier *d, const struct intake_facts *f, instant *ret,
                                  struct err *reterr)
{
    const struct procedure *p = catalogue_procedure(f->catalogue, d->procedure, instant_day(d->received_at));
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(d->received_at));

    *ret = INSTANT_NONE;
    if (!p || !p->supplement_wait)
        return ERR_OK;
    return worktime_add(f->catalogue->calendar, &hours, f->now, WORKTIME_SPAN_DAYS(p->supplement_wait), NULL, ret,
                        reterr);
}

bool intake_recount_supplement(struct intake_dossier *d, const struct intake_facts *f)
{
    struct intake_supplement *s = d->supplement_count ? &d->supplements[d->supplement_count - 1] : NULL;
    struct intake_facts then = *f;
    struct err ignored;
    instant until;

    if (!s || s->received_at != INSTANT_NONE || s->answer_until == INSTANT_NONE)
        return false;
    then.now = s->asked_at;
    /* Never forward: the citizen was told that day, and nobody tells him another one. */
    if (answer_until(d, &then, &until, &ignored) || until == INSTANT_NONE || until <= s->answer_until)
        return false;
    s->answer_until = until;
    return true;
}

enum err_code intake_may_request_supplement(const struct intake_supplement_asked *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    struct intake_supplement s = {.step = c->step,
                                  .round = c->round,
                                  .request = c->request,
                                  .asked_by = c->by,
                                  .ground = c->ground,
                                  .superior = c->superior,
                                  .asked_at = intake_heard_at(d, c->at, f),
                                  .received_at = INSTANT_NONE};

    if (d->supplement_count == INTAKE_SUPPLEMENTS_MAX)
        return err_say(reterr, ERR_CONFLICT, "step", "hồ sơ đã được yêu cầu bổ sung %d lần",
                       "a supplement was asked of the dossier %d times already", d->supplement_count);
    if (d->supplement_count && (!c->ground || !c->superior))
        return err_say(reterr, ERR_INVALID, "ground", "yêu cầu bổ sung lần nữa phải có căn cứ và người đứng đầu",
                       "asking once more needs a ground and a superior");
    enum err_code rc = answer_until(d, f, &s.answer_until, reterr);
    if (rc)
        return rc;
    ret->supplement = d->supplement_count++;
    d->supplements[ret->supplement] = s;
    d->part_units = NULL; /* who was to co-operate is asked anew, of the completed dossier */
    intake_end_turns(INTAKE_REQUEST_SUPPLEMENT, c->at, ret);
    ret->step = s.step;
    ret->round = s.round;
    ret->was_late = intake_nearest_due(d) <= s.asked_at;
    return intake_explain_pause(d, f, reterr);
}

/* wanted_at finds a row of the request form's list by its number; NULL when it has none. */
static const struct intake_wanted *wanted_at(const struct intake_facts *f, struct id request, int number)
{
    for (int i = 0; i < f->wanted_count; i++)
        if (id_eq(f->wanted[i].request, request) && f->wanted[i].number == number)
            return &f->wanted[i];
    return NULL;
}

static bool is_brought(const struct intake_supply *c, int item)
{
    for (int i = 0; i < c->component_count; i++)
        if (c->components[i].item == item)
            return true;
    return false;
}

/* is_without looks at the first `count` of those that are named as not brought. */
static bool is_without(const struct intake_supply *c, int count, int item)
{
    for (int i = 0; i < count; i++)
        if (c->without[i].item == item)
            return true;
    return false;
}

static enum err_code no_such_item(const char *list, int i, int item, const struct intake_facts *f, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, arena_printf(f->arena, "%s[%d].item", list, i),
                   "phiếu yêu cầu bổ sung không có giấy tờ số %d", "the request form does not list a paper %d", item);
}

/* answers_the_list refuses what the list does not have, and what is named twice, or as brought and as left out. */
static enum err_code answers_the_list(const struct intake_supply *c, struct id request, const struct intake_facts *f,
                                      struct err *reterr)
{
    for (int i = 0; i < c->component_count; i++)
        if (c->components[i].item && !wanted_at(f, request, c->components[i].item))
            return no_such_item("components", i, c->components[i].item, f, reterr);
    for (int i = 0; i < c->without_count; i++) {
        int item = c->without[i].item;
        const char *field = arena_printf(f->arena, "without[%d].item", i);

        if (!wanted_at(f, request, item))
            return no_such_item("without", i, item, f, reterr);
        if (is_without(c, i, item))
            return err_say(reterr, ERR_INVALID, field, "giấy tờ số %d được nêu hai lần", "paper %d is named twice",
                           item);
        if (is_brought(c, item))
            return err_say(reterr, ERR_INVALID, field, "giấy tờ số %d đã có thành phần bổ sung",
                           "a component answers paper %d", item);
    }
    return ERR_OK;
}

/* is_complete refuses a supplement that leaves something open which the list asks for. Of a request from before lists
 * were kept there is none, and any component completes the dossier, as it did then. */
static enum err_code is_complete(const struct intake_supply *c, struct id request, const struct intake_facts *f,
                                 int *ret_asked, struct err *reterr)
{
    const struct intake_wanted *first = NULL;
    int open = 0;

    *ret_asked = 0;
    for (int i = 0; i < f->wanted_count; i++) {
        const struct intake_wanted *w = &f->wanted[i];

        if (!id_eq(w->request, request))
            continue;
        ++*ret_asked;
        if (is_brought(c, w->number) || is_without(c, c->without_count, w->number))
            continue;
        first = first ? first : w;
        open++;
    }
    if (first)
        return err_say(
            reterr, ERR_INVALID, "components", "còn thiếu %d giấy tờ đã yêu cầu bổ sung, trước hết là số %d: %s",
            "%d of what was asked for is still missing, first of all paper %d: %s", open, first->number, first->name);
    if (*ret_asked == 0 && c->component_count == 0)
        return err_say(reterr, ERR_INVALID, "components", "phải có ít nhất một thành phần bổ sung",
                       "a supplement has at least one component");
    return ERR_OK;
}

enum err_code intake_may_receive_supplement(const struct intake_supply *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    enum err_code rc = intake_at_counter(d, c->channel, f, &ret->place, reterr);

    if (rc)
        return rc;
    ret->supplement = d->supplement_count - 1;
    struct intake_supplement *s = &d->supplements[ret->supplement];
    rc = intake_check_papers(c->channel, c->components, c->component_count, f->arena, reterr);
    const struct intake_list list = intake_list_of(f, d->procedure, d->received_at);
    if (!rc)
        rc = intake_check_listed(&list, "components", c->components, c->component_count, f->arena, reterr);
    if (!rc)
        rc = answers_the_list(c, s->request, f, reterr);
    if (!rc)
        rc = is_complete(c, s->request, f, &ret->asked_count, reterr);
    if (rc)
        return rc;
    s->received_at = f->now;
    s->received_by = f->actor;
    if (d->stop.state == STOP_REQUESTED && d->stop.ground == STOP_GROUND_NO_SUPPLEMENT)
        intake_end_stop(STOP_LAPSED, ret); /* what was waited for in vain has come */
    d->component_count += c->component_count;
    ret->supply = c;
    ret->medium = intake_medium_with(c, f);
    ret->step = s->step;
    ret->round = s->round;
    intake_fall_due(FEE_DUE_SUPPLEMENT, f->now, f, ret);
    ret->was_late = intake_nearest_due(d) <= s->asked_at;
    if (intake_count_papers(c->components, c->component_count).paper)
        rc = intake_bring_together(d, f, reterr);
    return rc ? rc : intake_count_due(d, f, reterr);
}
