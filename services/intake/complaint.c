/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complaints and proposals (phản ánh, kiến nghị) about a dossier, whatever has become of it; the dossier itself goes
 * its way. Taken at the counter of the unit that received it, or by the portal; answered by a head of that unit or of
 * the competent one, but never by the post that is complained of: when that is a head, one of the unit above may
 * answer, too. What is no matter of theirs is refused. Both have their date in working days (Decision 766/2022, 5.2);
 * behind it they are late, and done all the same.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "common/domain/term.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
#define REPLY(on_, to_, why_)                                                                                          \
    {.from = INTAKE_COMPLAINT_OPEN, .on = INTAKE_##on_, .to = INTAKE_COMPLAINT_##to_, .why = why_}

static const struct fsm_edge replies[] = {
    REPLY(ANSWER_COMPLAINT, ANSWERED, "a head has looked into it"),
    REPLY(REFUSE_COMPLAINT, REFUSED,  "it is no matter of these units"),
    REPLY(PASS_ANSWER,      OPEN,     "the date of its answer passed"),
};
/* clang-format on */

const char *const intake_complaint_state_names[] = {INTAKE_COMPLAINT_STATE_MAP(WORD_NAME) NULL};
const char *const intake_complaint_categories[] = {INTAKE_COMPLAINT_CATEGORY_MAP(WORD_CODE) NULL};
static const char *const state_vis[] = {INTAKE_COMPLAINT_STATE_MAP(WORD_VI)};

const struct fsm intake_complaint_fsm = {
    .name = "intake-complaint",
    .rows = replies,
    .count = COUNT_OF(replies),
    .stride = sizeof(struct fsm_edge),
    .states = intake_complaint_state_names,
    .state_count = INTAKE_COMPLAINT_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_COMPLAINT_OPEN,
};

int intake_complaint_state_parse(const char *name)
{
    return words_find(intake_complaint_state_names, name);
}

/* own gives the decision complaints of its own, with room for one more: those of the dossier stay as they are. */
static struct intake_complaint *own(const struct intake_facts *f, struct intake_dossier *d)
{
    struct intake_complaint *complaints =
        ARENA_ARRAY(f->arena, (size_t)d->complaint_count + 1, struct intake_complaint);

    if (d->complaint_count)
        memcpy(complaints, d->complaints, (size_t)d->complaint_count * sizeof *complaints);
    d->complaints = complaints;
    return complaints;
}

/* ---- filing */

/* The portal hands on what was written there; everything else is taken at the counter. */
static enum err_code check_taker(const struct intake_complain *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr)
{
    if (!(f->actor_roles & ROLE_BIT(PORTAL)))
        return intake_at_counter(&ret->next, c->channel, f, &ret->place, reterr);
    if (c->channel != CHANNEL_ONLINE)
        return err_say(reterr, ERR_FORBIDDEN, "channel", "cổng dịch vụ công chỉ chuyển phản ánh gửi trực tuyến",
                       "the portal hands on only what was sent online");
    return ERR_OK;
}

/* set_about finds the post that is named; of a head, also the unit above, which may have to answer in its place. */
static enum err_code set_about(struct intake_complaint *x, const struct intake_facts *f, struct err *reterr)
{
    const struct officer *named = catalogue_officer(f->catalogue, x->about, CATALOGUE_ANY_DAY);
    const struct unit *unit = named ? catalogue_unit(f->catalogue, named->unit, instant_day(f->now)) : NULL;

    if (!named)
        return err_say(reterr, ERR_INVALID, "about", "không có vị trí công tác \"%s\"", "there is no post \"%s\"",
                       x->about);
    if ((named->roles & ROLE_BIT(HEAD)) && unit && unit->parent && unit->parent[0])
        x->superior = unit->parent;
    return ERR_OK;
}

/* until gives the date that is so many working days behind the complaint, by the term of that day. */
static enum err_code until(const struct intake_dossier *d, const struct intake_complaint *x, enum term term,
                           const struct intake_facts *f, instant *ret, const char **ret_explained, struct err *reterr)
{
    struct intake_facts then = *f;

    then.now = x->filed_at;
    return intake_days_from_now(d, term_value(f->catalogue, term, instant_day(x->filed_at)), &then, ret, ret_explained,
                                reterr);
}

/* count_again gives more time for both answers, by the calendar in use. */
static void count_again(const struct intake_dossier *d, struct intake_complaint *x, const struct intake_facts *f)
{
    const char *explained;
    instant at;

    if (!until(d, x, TERM_COMPLAINT_REFUSAL, f, &at, NULL, NULL))
        (void)intake_give_more(&x->refuse_until, at);
    if (!until(d, x, TERM_COMPLAINT_ANSWER, f, &at, &explained, NULL) && intake_give_more(&x->answer_due_at, at))
        x->due_explained = explained;
}

enum err_code intake_may_complain(const struct intake_complain *c, const struct intake_facts *f,
                                  struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    struct intake_complaint x = {.state = INTAKE_COMPLAINT_OPEN,
                                 .category = c->category,
                                 .about = c->about,
                                 .channel = c->channel,
                                 .filed_at = f->now,
                                 .answered_at = INSTANT_NONE,
                                 .filed_by = f->actor,
                                 .text = c->text};
    enum err_code rc = check_taker(c, f, ret, reterr);

    if (rc)
        return rc;
    if (c->about)
        rc = set_about(&x, f, reterr);
    if (rc)
        return rc;
    if (d->complaint_count == INTAKE_COMPLAINTS_MAX)
        return err_say(reterr, ERR_CONFLICT, "complaints", "hồ sơ đã có %d phản ánh, kiến nghị",
                       "the dossier has %d complaints already", d->complaint_count);
    rc = until(d, &x, TERM_COMPLAINT_REFUSAL, f, &x.refuse_until, NULL, reterr);
    if (!rc)
        rc = until(d, &x, TERM_COMPLAINT_ANSWER, f, &x.answer_due_at, &x.due_explained, reterr);
    if (rc)
        return rc;
    own(f, d)[d->complaint_count] = x;
    ret->complaint = d->complaint_count++;
    return ERR_OK;
}

/* ---- answering */

static enum err_code check_head(const struct intake_complaint *x, const struct intake_facts *f,
                                struct intake_decision *ret, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0 && strcmp(desk.officer->unit, d->receiving_unit) != 0 &&
        !(x->superior && strcmp(desk.officer->unit, x->superior) == 0))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "phản ánh về đơn vị %s, không phải %s",
                       "the complaint is of unit %s, not %s", d->unit, desk.officer->unit);
    if (!(desk.officer->roles & ROLE_BIT(HEAD)))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không phải người đứng đầu",
                       "post \"%s\" is no head", f->actor);
    if (x->about && strcmp(x->about, f->actor) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người bị phản ánh không trả lời phản ánh về mình",
                       "who is complained of does not answer the complaint");
    ret->place = desk.place;
    return ERR_OK;
}

static enum err_code refuse_move(int number, enum intake_complaint_state from, enum intake_act act,
                                 const struct intake_facts *f, struct err *reterr)
{
    const struct fsm_child child = {.field = "number",
                                    .vi = arena_printf(f->arena, "phản ánh, kiến nghị số %d", number),
                                    .en = arena_printf(f->arena, "complaint number %d", number)};

    return fsm_refuse_child(&intake_complaint_fsm, (int)from, (int)act, &child, reterr);
}

enum err_code intake_may_reply(const struct intake_reply *c, enum intake_act act, const struct intake_facts *f,
                               struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;

    if (c->number < 1 || c->number > d->complaint_count)
        return err_say(reterr, ERR_NOT_FOUND, "number", "hồ sơ không có phản ánh, kiến nghị số %d",
                       "the dossier has no complaint number %d", c->number);
    const struct intake_complaint *now = &d->complaints[c->number - 1];
    enum err_code rc = check_head(now, f, ret, reterr);
    if (rc)
        return rc;
    const struct fsm_edge *e = fsm_next(&intake_complaint_fsm, (int)now->state, (int)act, NULL);
    if (!e)
        return refuse_move(c->number, now->state, act, f, reterr);
    struct intake_complaint *x = &own(f, d)[c->number - 1];
    x->state = (enum intake_complaint_state)e->to;
    x->justified = act == INTAKE_ANSWER_COMPLAINT && c->justified;
    count_again(d, x, f);
    x->late = f->now > (act == INTAKE_ANSWER_COMPLAINT ? x->answer_due_at : x->refuse_until);
    x->answered_at = f->now;
    x->answered_by = f->actor;
    x->answer = c->text;
    ret->complaint = c->number - 1;
    return ERR_OK;
}

/* ---- the watch */

static bool is_watched(const struct intake_complaint *x)
{
    return x->state == INTAKE_COMPLAINT_OPEN && !x->told;
}

instant intake_answer_watch(const struct intake_dossier *d, const struct intake_facts *f)
{
    instant first = INSTANT_NONE;

    for (int i = 0; i < d->complaint_count; i++) {
        struct intake_complaint x = d->complaints[i];

        if (!is_watched(&x))
            continue;
        count_again(d, &x, f);
        if (first == INSTANT_NONE || x.answer_due_at < first)
            first = x.answer_due_at;
    }
    return first == INSTANT_NONE ? INSTANT_NONE : first + 1;
}

/* One at a time: the watch is set again for the next. */
enum err_code intake_pass_answer(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;

    for (int i = 0; i < d->complaint_count; i++) {
        struct intake_complaint x = d->complaints[i];

        if (!is_watched(&x))
            continue;
        count_again(d, &x, f);
        if (x.answer_due_at >= f->now)
            continue;
        x.told = true;
        own(f, d)[i] = x;
        ret->complaint = i;
        return ERR_OK;
    }
    return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "chưa có phản ánh, kiến nghị nào quá hạn trả lời",
                   "no complaint is open behind the date of its answer");
}
