/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complaints and proposals (phản ánh, kiến nghị) about a dossier, whatever has become of it, and be it that nobody has
 * answered what was filed on the portal; the dossier itself goes its way. Taken at the counter of the unit that
 * received it, or by the portal; answered by a head of that unit or of the competent one, but never by the post that is
 * complained of: when that is a head, one of the unit above may answer, too. What is no matter of theirs is refused.
 * Both have their date in working days (Decision 766/2022, 5.2); behind it they are late, and done all the same. So has
 * asking whoever complained for more, once, and publishing an answer. While more is awaited neither date of the answer
 * runs: both are counted anew when it comes, or from the end of the wait when it does not. A date that had passed by
 * then stays.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "common/domain/term.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
#define REPLY(from_, on_, to_, why_)                                                                                   \
    {.from = INTAKE_COMPLAINT_##from_, .on = INTAKE_##on_, .to = INTAKE_COMPLAINT_##to_, .why = why_}

static const struct fsm_edge replies[] = {
    REPLY(OPEN,          ANSWER_COMPLAINT, ANSWERED,      "a head has looked into it"),
    REPLY(OPEN,          REFUSE_COMPLAINT, REFUSED,       "it is no matter of these units"),
    REPLY(OPEN,          ASK_COMPLAINANT,  AWAITING_MORE, "a head has to know more of it"),
    REPLY(OPEN,          PASS_ANSWER,      OPEN,          "the date of its answer passed"),
    REPLY(AWAITING_MORE, SUPPLY_COMPLAINT, OPEN,          "whoever complained has said more"),
    REPLY(AWAITING_MORE, ANSWER_COMPLAINT, ANSWERED,      "nothing has come, and a head has looked into it"),
    REPLY(AWAITING_MORE, REFUSE_COMPLAINT, REFUSED,       "nothing has come, and it is no matter of these units"),
    REPLY(AWAITING_MORE, PASS_ANSWER,      AWAITING_MORE, "nothing has come, and the date of its answer passed"),
    REPLY(ANSWERED,      PUBLISH_ANSWER,   PUBLISHED,     "a head has published the answer"),
    REPLY(ANSWERED,      PASS_ANSWER,      ANSWERED,      "the date to publish the answer passed"),
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
static enum err_code check_taker(enum channel channel, const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr)
{
    if (!(f->actor_roles & ROLE_BIT(PORTAL)))
        return intake_at_counter(&ret->next, channel, f, &ret->place, reterr);
    if (channel != CHANNEL_ONLINE)
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

/* hours_at gives the counter by whose hours a complaint is dealt with: of what was filed on the portal and lies at none
 * yet, that of the unit which has to answer it. */
static const char *hours_at(const struct intake_dossier *d, const struct intake_facts *f)
{
    const struct counter *of_unit =
        d->counter ? NULL : catalogue_counter_of(f->catalogue, d->receiving_unit, instant_day(f->now));

    return d->counter ? d->counter : of_unit ? of_unit->record.id : "";
}

/* until gives the date that is so many working days behind a moment, by the term of that day. */
static enum err_code until(const struct intake_dossier *d, instant from, enum term term, const struct intake_facts *f,
                           instant *ret, const char **ret_explained, struct err *reterr)
{
    struct intake_facts then = *f;
    struct intake_dossier at = *d;

    then.now = from;
    at.counter = hours_at(d, &then);
    return intake_days_from_now(&at, term_value(f->catalogue, term, instant_day(from)), &then, ret, ret_explained,
                                reterr);
}

/* wait_longer moves the end of the wait, and what is counted from it, by the calendar in use. */
static void wait_longer(const struct intake_dossier *d, struct intake_complaint *x, const struct intake_facts *f)
{
    const instant was = x->wait_until;
    instant at;

    if (x->state != INTAKE_COMPLAINT_AWAITING_MORE || until(d, x->asked_at, TERM_COMPLAINT_WAIT, f, &at, NULL, NULL) ||
        !intake_give_more(&x->wait_until, at))
        return;
    if (x->refuse_from == was)
        x->refuse_from = x->wait_until;
    if (x->answer_from == was)
        x->answer_from = x->wait_until;
}

/* count_again gives more time for both answers until one is given, and from then on to publish it, by the calendar in
 * use: what it was answered by stays as it was judged. */
static void count_again(const struct intake_dossier *d, struct intake_complaint *x, const struct intake_facts *f)
{
    const char *explained;
    instant at;

    if (x->answered_at != INSTANT_NONE) {
        if (x->publish_until != INSTANT_NONE && !until(d, x->answered_at, TERM_COMPLAINT_PUBLISH, f, &at, NULL, NULL))
            (void)intake_give_more(&x->publish_until, at);
        return;
    }
    wait_longer(d, x, f);
    if (!until(d, x->refuse_from, TERM_COMPLAINT_REFUSAL, f, &at, NULL, NULL))
        (void)intake_give_more(&x->refuse_until, at);
    if (!until(d, x->answer_from, TERM_COMPLAINT_ANSWER, f, &at, &explained, NULL) &&
        intake_give_more(&x->answer_due_at, at))
        x->due_explained = explained;
}

/* give_anew counts both dates from another moment; one that has passed stays. */
static enum err_code give_anew(const struct intake_dossier *d, struct intake_complaint *x, instant from,
                               const struct intake_facts *f, struct err *reterr)
{
    enum err_code rc = ERR_OK;

    if (f->now <= x->refuse_until) {
        x->refuse_from = from;
        rc = until(d, from, TERM_COMPLAINT_REFUSAL, f, &x->refuse_until, NULL, reterr);
    }
    if (!rc && f->now <= x->answer_due_at) {
        x->answer_from = from;
        x->told = false; /* of what was entered late that may have been told, and is not true any more */
        rc = until(d, from, TERM_COMPLAINT_ANSWER, f, &x->answer_due_at, &x->due_explained, reterr);
    }
    return rc;
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
                                 .refuse_from = f->now,
                                 .answer_from = f->now,
                                 .answered_at = INSTANT_NONE,
                                 .asked_at = INSTANT_NONE,
                                 .wait_until = INSTANT_NONE,
                                 .supplied_at = INSTANT_NONE,
                                 .publish_until = INSTANT_NONE,
                                 .published_at = INSTANT_NONE,
                                 .filed_by = f->actor,
                                 .text = c->text};
    enum err_code rc = check_taker(c->channel, f, ret, reterr);

    if (rc)
        return rc;
    if (c->about)
        rc = set_about(&x, f, reterr);
    if (rc)
        return rc;
    if (d->complaint_count == INTAKE_COMPLAINTS_MAX)
        return err_say(reterr, ERR_CONFLICT, "complaints", "hồ sơ đã có %d phản ánh, kiến nghị",
                       "the dossier has %d complaints already", d->complaint_count);
    rc = until(d, f->now, TERM_COMPLAINT_REFUSAL, f, &x.refuse_until, NULL, reterr);
    if (!rc)
        rc = until(d, f->now, TERM_COMPLAINT_ANSWER, f, &x.answer_due_at, &x.due_explained, reterr);
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
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người bị phản ánh không xử lý phản ánh về mình",
                       "who is complained of does not deal with the complaint");
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

/* take_up finds complaint number n, of which this may be done, and gives the decision one of its own in its next state:
 * its dates are those of the calendar in use. */
static enum err_code take_up(int n, enum intake_act act, const struct intake_facts *f, struct intake_decision *ret,
                             struct intake_complaint **ret_complaint, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;

    if (n < 1 || n > d->complaint_count)
        return err_say(reterr, ERR_NOT_FOUND, "number", "hồ sơ không có phản ánh, kiến nghị số %d",
                       "the dossier has no complaint number %d", n);
    const struct intake_complaint *now = &d->complaints[n - 1];
    enum err_code rc = act == INTAKE_SUPPLY_COMPLAINT ? ERR_OK : check_head(now, f, ret, reterr);
    if (rc)
        return rc;
    const struct fsm_edge *e = fsm_next(&intake_complaint_fsm, (int)now->state, (int)act, NULL);
    if (!e)
        return refuse_move(n, now->state, act, f, reterr);
    struct intake_complaint *x = &own(f, d)[n - 1];
    count_again(d, x, f);
    x->state = (enum intake_complaint_state)e->to;
    ret->complaint = n - 1;
    *ret_complaint = x;
    return ERR_OK;
}

/* Whoever complained is not cut short. */
static enum err_code check_wait(const struct intake_complaint *x, const struct intake_facts *f, struct err *reterr)
{
    if (x->asked_at != INSTANT_NONE && x->supplied_at == INSTANT_NONE && f->now <= x->wait_until)
        return err_say(reterr, ERR_CONFLICT, "wait_until", "người phản ánh được bổ sung đến %s",
                       "whoever complained may add to it until %s", instant_text(x->wait_until).s);
    return ERR_OK;
}

enum err_code intake_may_reply(const struct intake_reply *c, enum intake_act act, const struct intake_facts *f,
                               struct intake_decision *ret, struct err *reterr)
{
    struct intake_complaint *x;
    enum err_code rc = take_up(c->number, act, f, ret, &x, reterr);

    if (!rc)
        rc = check_wait(x, f, reterr);
    if (rc)
        return rc;
    bool answers = act == INTAKE_ANSWER_COMPLAINT;
    x->justified = answers && c->justified;
    x->late = f->now > (answers ? x->answer_due_at : x->refuse_until);
    x->answered_at = f->now;
    x->answered_by = f->actor;
    x->answer = c->text;
    return answers ? until(&ret->next, f->now, TERM_COMPLAINT_PUBLISH, f, &x->publish_until, NULL, reterr) : ERR_OK;
}

/* ---- asking for more */

enum err_code intake_may_ask_complainant(const struct intake_reply *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr)
{
    struct intake_complaint *x;
    instant in_time;
    enum err_code rc = take_up(c->number, INTAKE_ASK_COMPLAINANT, f, ret, &x, reterr);

    if (rc)
        return rc;
    if (x->asked_at != INSTANT_NONE)
        return err_say(reterr, ERR_CONFLICT, "asked_at", "người phản ánh đã được yêu cầu bổ sung một lần",
                       "whoever complained was asked for more already: that is done once");
    rc = until(&ret->next, x->filed_at, TERM_COMPLAINT_SUPPLEMENT, f, &in_time, NULL, reterr);
    if (!rc)
        rc = until(&ret->next, f->now, TERM_COMPLAINT_WAIT, f, &x->wait_until, NULL, reterr);
    if (rc)
        return rc;
    x->asked_at = f->now;
    x->asked_by = f->actor;
    x->asked_late = f->now > in_time;
    x->question = c->text;
    return give_anew(&ret->next, x, x->wait_until, f, reterr);
}

enum err_code intake_may_supply_complaint(const struct intake_complain_more *c, const struct intake_facts *f,
                                          struct intake_decision *ret, struct err *reterr)
{
    struct intake_complaint *x;
    enum err_code rc = check_taker(c->channel, f, ret, reterr);

    if (!rc)
        rc = take_up(c->number, INTAKE_SUPPLY_COMPLAINT, f, ret, &x, reterr);
    if (rc)
        return rc;
    x->supplied_at = f->now;
    x->supplied_by = f->actor;
    x->supply = c->text;
    return give_anew(&ret->next, x, f->now, f, reterr);
}

/* ---- publishing */

enum err_code intake_may_publish(const struct intake_reply *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr)
{
    struct intake_complaint *x;
    enum err_code rc = take_up(c->number, INTAKE_PUBLISH_ANSWER, f, ret, &x, reterr);

    if (rc)
        return rc;
    x->published_at = f->now;
    x->published_by = f->actor;
    x->published_late = x->publish_until != INSTANT_NONE && f->now > x->publish_until;
    return ERR_OK;
}

/* ---- the watch */

/* What is waited for of a complaint, and nobody was told that it is behind its date; INSTANT_NONE: nothing. */
static instant watched_until(const struct intake_complaint *x)
{
    if (x->state == INTAKE_COMPLAINT_ANSWERED)
        return x->publication_told ? INSTANT_NONE : x->publish_until;
    if (x->state == INTAKE_COMPLAINT_OPEN || x->state == INTAKE_COMPLAINT_AWAITING_MORE)
        return x->told ? INSTANT_NONE : x->answer_due_at;
    return INSTANT_NONE;
}

/* next_watched gives the one whose date is the first, by the calendar in use; -1: none. */
static int next_watched(const struct intake_dossier *d, const struct intake_facts *f, struct intake_complaint *ret)
{
    int first = -1;

    for (int i = 0; i < d->complaint_count; i++) {
        struct intake_complaint x = d->complaints[i];

        if (watched_until(&x) == INSTANT_NONE)
            continue;
        count_again(d, &x, f);
        if (first >= 0 && watched_until(&x) >= watched_until(ret))
            continue;
        first = i;
        *ret = x;
    }
    return first;
}

instant intake_answer_watch(const struct intake_dossier *d, const struct intake_facts *f)
{
    struct intake_complaint x;

    return next_watched(d, f, &x) < 0 ? INSTANT_NONE : watched_until(&x) + 1;
}

bool intake_publication_is_told(const struct intake_dossier *d, const struct intake_facts *f)
{
    struct intake_complaint x;

    return next_watched(d, f, &x) >= 0 && x.state == INTAKE_COMPLAINT_ANSWERED;
}

/* One at a time: the watch is set again for the next. */
enum err_code intake_pass_answer(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    struct intake_complaint x;
    int i = next_watched(d, f, &x);

    if (i < 0 || watched_until(&x) >= f->now)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "chưa có phản ánh, kiến nghị nào quá hạn",
                       "no complaint is behind its date");
    if (x.state == INTAKE_COMPLAINT_ANSWERED)
        x.publication_told = true;
    else
        x.told = true;
    own(f, d)[i] = x;
    ret->complaint = i;
    return ERR_OK;
}
