/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers of the citizen that were lost or damaged while the administration had them: it puts that right, pays,
 * apologises, and finds who is responsible (D61 Art. 21(2)). Each case has its number and its minutes; who had the
 * papers at that hour is told by custody and typed by nobody. While it is open they are not there to be given back; it
 * is settled by a head, who is not responsible himself. Nothing else of the dossier changes, least of all its due date.
 * A result that was lost is none of this: results are return's.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

static const struct fsm_edge ends[] = {
    {.from = INTAKE_LOSS_OPEN,
     .on = INTAKE_SETTLE_LOSS,
     .to = INTAKE_LOSS_SETTLED,
     .why = "a head has put it right and says who is responsible"},
};

const char *const intake_harm_names[] = {INTAKE_HARM_MAP(WORD_CODE) NULL};
const char *const intake_found_names[] = {INTAKE_FOUND_MAP(WORD_CODE) NULL};
const char *const intake_remedy_names[] = {INTAKE_REMEDY_MAP(WORD_CODE) NULL};
const char *const intake_loss_state_names[] = {INTAKE_LOSS_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_LOSS_STATE_MAP(WORD_VI)};

const struct fsm intake_loss_fsm = {
    .name = "intake-loss",
    .rows = ends,
    .count = COUNT_OF(ends),
    .stride = sizeof(struct fsm_edge),
    .states = intake_loss_state_names,
    .state_count = INTAKE_LOSS_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_LOSS_OPEN,
};

static bool is(const char *unit, const char *other)
{
    return other && strcmp(unit, other) == 0;
}

/* ---- noting it */

/* Who has the papers, who waits for them, and the units of the dossier find it out; but while they go round other units
 * only the one that has them, or will not take them. */
static enum err_code check_finder(const struct intake_holder *h, const struct intake_facts *f,
                                  struct intake_decision *ret, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    const char *unit = desk.officer->unit;
    bool is_theirs = is(unit, h->going_to) || is(unit, d->unit) || is(unit, d->receiving_unit);
    bool may_find =
        intake_goes_round(d, h) ? is(unit, h->unit) || is(unit, h->going_to) : is(unit, h->unit) || is_theirs;
    if (!may_find)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "giấy tờ do đơn vị %s giữ, không phải %s",
                       "the papers are held by unit %s, not %s", h->unit, unit);
    ret->place = desk.place;
    return ERR_OK;
}

/* may_be_lost refuses what the administration does not hold, and what is lost already. */
static enum err_code may_be_lost(const struct intake_sheet *s, int number, struct err *reterr)
{
    if (!s || !s->paper)
        return err_say(reterr, ERR_INVALID, "components", "thành phần số %d không phải giấy tờ được giữ",
                       "component %d is no paper that is kept", number);
    if (s->given_back)
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đã trả lại cho công dân",
                       "the citizen has component %d back", number);
    if (s->loss)
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đã thuộc vụ việc số %d",
                       "component %d is in case %d already", number, s->loss);
    return ERR_OK;
}

static enum err_code add_lost(const struct intake_note_loss *c, const struct intake_facts *f,
                              struct intake_decision *ret, struct err *reterr)
{
    for (int i = 0; i < c->count; i++) {
        const struct intake_sheet *s = intake_sheet_of(f, c->components[i]);
        enum err_code rc = may_be_lost(s, c->components[i], reterr);

        if (!rc)
            rc = intake_named_once(c->components, i, reterr);
        if (rc)
            return rc;
        ret->lost_originals += s->originals;
    }
    ret->lost = c->components;
    ret->lost_count = c->count;
    return ERR_OK;
}

static const char *superior_of(const struct intake_facts *f, const char *unit)
{
    const struct unit *u = catalogue_unit(f->catalogue, unit, instant_day(f->now));

    return u && u->parent && u->parent[0] ? u->parent : NULL;
}

/* holder_of_all: papers of one case were in one hand; what a supplement brought, or is on its way back, may lie apart
 * from the others. */
static enum err_code holder_of_all(const struct intake_note_loss *c, const struct intake_facts *f,
                                   const struct intake_dossier *d, struct intake_holder *ret, struct err *reterr)
{
    *ret = intake_holder_of(d);
    for (int i = 0; i < c->count; i++) {
        const struct intake_sheet *s = intake_sheet_of(f, c->components[i]);
        struct intake_holder h = s ? intake_holder_of_sheet(d, s) : intake_holder_of(d);
        if (i && !intake_in_one_place(&h, ret))
            return err_say(reterr, ERR_INVALID, "components", "các thành phần không ở cùng một nơi: lập từng vụ việc",
                           "the components are not in one place: a case for each place");
        *ret = h;
    }
    return ERR_OK;
}

enum err_code intake_may_note_loss(const struct intake_note_loss *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr)
{
    struct intake_holder h;
    enum err_code rc = holder_of_all(c, f, &ret->next, &h, reterr);

    if (!rc)
        rc = check_finder(&h, f, ret, reterr);
    if (!rc && f->loss_count == INTAKE_LOSSES_MAX)
        rc = err_say(reterr, ERR_CONFLICT, "losses", "hồ sơ đã có %d vụ việc mất, hư hỏng giấy tờ",
                     "the dossier has %d cases of loss already", f->loss_count);
    if (!rc && c->found == INTAKE_FOUND_TRANSFER &&
        (strcmp(h.act, intake_act_names[INTAKE_RECEIVE]) == 0 ||
         strcmp(h.act, intake_act_names[INTAKE_RECEIVE_SUPPLEMENT]) == 0))
        rc = err_say(reterr, ERR_INVALID, "found", "giấy tờ chưa được chuyển đi lần nào",
                     "the papers have not been handed on yet");
    if (!rc)
        rc = add_lost(c, f, ret, reterr);
    if (rc)
        return rc;
    struct intake_loss *x = ARENA_NEW(f->arena, struct intake_loss);
    *x = (struct intake_loss){.number = f->loss_count + 1,
                              .state = INTAKE_LOSS_OPEN,
                              .what = c->what,
                              .found = c->found,
                              .unit = h.unit,
                              .post = h.post,
                              .going_to = h.going_to,
                              .superior = superior_of(f, h.unit),
                              .noted_by = f->actor,
                              .noted_at = f->now,
                              .minutes = c->minutes.id,
                              .settled_at = INSTANT_NONE};
    ret->loss = x;
    ret->document = &c->minutes;
    return ERR_OK;
}

/* ---- settling it */

static enum err_code check_head(const struct intake_loss *x, const struct intake_facts *f, struct intake_decision *ret,
                                struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    const char *unit = desk.officer->unit;
    if (!is(unit, x->unit) && !is(unit, x->superior) && !is(unit, d->unit) && !is(unit, d->receiving_unit))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "giấy tờ do đơn vị %s giữ, không phải %s",
                       "the papers were held by unit %s, not %s", x->unit, unit);
    if (!(desk.officer->roles & ROLE_BIT(HEAD)))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không phải người đứng đầu",
                       "post \"%s\" is no head", f->actor);
    if (is(f->actor, x->post))
        return err_say(reterr, ERR_FORBIDDEN, "actor",
                       "vị trí \"%s\" đang giữ giấy tờ khi bị mất, hỏng; người khác phải giải quyết",
                       "post \"%s\" had the papers when they were lost or damaged; another head settles it", f->actor);
    ret->place = desk.place;
    return ERR_OK;
}

/* A unit, or a post that there is or was; but not the one that says so. */
static enum err_code check_responsible(const char *who, const struct intake_facts *f, struct err *reterr)
{
    if (strcmp(who, f->actor) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "responsible", "người chịu trách nhiệm không tự giải quyết",
                       "who is responsible does not settle it");
    if (!catalogue_unit(f->catalogue, who, CATALOGUE_ANY_DAY) &&
        !catalogue_officer(f->catalogue, who, CATALOGUE_ANY_DAY))
        return err_say(reterr, ERR_INVALID, "responsible", "không có đơn vị hay vị trí công tác \"%s\"",
                       "there is no unit or post \"%s\"", who);
    return ERR_OK;
}

/* What the remedy asks for: money where it is paid, an apology unless nothing was lost after all. */
static enum err_code check_remedy(const struct intake_settle_loss *c, const struct intake_loss *x, struct err *reterr)
{
    bool found = c->remedy == INTAKE_REMEDY_FOUND;

    if (found && x->what == INTAKE_HARM_DAMAGED)
        return err_say(reterr, ERR_INVALID, "remedy", "giấy tờ hư hỏng không thể khắc phục bằng cách tìm thấy",
                       "what was damaged is not put right by being found");
    if (c->remedy == INTAKE_REMEDY_PAID && c->paid_vnd == 0)
        return err_say(reterr, ERR_INVALID, "paid_vnd", "phải nêu số tiền bồi thường", "must say what was paid");
    if (found && c->paid_vnd)
        return err_say(reterr, ERR_INVALID, "paid_vnd", "giấy tờ đã tìm thấy thì không bồi thường",
                       "nothing is paid for what was found again");
    if (!found && !c->apology)
        return err_say(reterr, ERR_INVALID, "apology", "phải kèm văn bản xin lỗi công dân",
                       "the apology to the citizen must be with it");
    return ERR_OK;
}

/* What was found lies with its holder again. */
static void add_found(const struct intake_loss *x, const struct intake_facts *f, struct intake_decision *ret)
{
    int *numbers = ARENA_ARRAY(f->arena, (size_t)f->sheet_count + 1, int);

    for (int i = 0; i < f->sheet_count; i++)
        if (f->sheets[i].loss == x->number) {
            numbers[ret->lost_count++] = f->sheets[i].number;
            ret->lost_originals += f->sheets[i].originals;
        }
    ret->lost = numbers;
}

static enum err_code refuse_move(const struct intake_loss *x, enum intake_act act, const struct intake_facts *f,
                                 struct err *reterr)
{
    const struct fsm_child child = {.field = "number",
                                    .vi = arena_printf(f->arena, "vụ việc số %d", x->number),
                                    .en = arena_printf(f->arena, "case number %d", x->number)};

    return fsm_refuse_child(&intake_loss_fsm, (int)x->state, (int)act, &child, reterr);
}

enum err_code intake_may_settle_loss(const struct intake_settle_loss *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr)
{
    if (c->number < 1 || c->number > f->loss_count)
        return err_say(reterr, ERR_NOT_FOUND, "number", "hồ sơ không có vụ việc mất, hư hỏng giấy tờ số %d",
                       "the dossier has no case of loss number %d", c->number);
    const struct intake_loss *now = &f->losses[c->number - 1];
    enum err_code rc = check_head(now, f, ret, reterr);
    if (rc)
        return rc;
    const struct fsm_edge *e = fsm_next(&intake_loss_fsm, (int)now->state, INTAKE_SETTLE_LOSS, NULL);
    if (!e)
        return refuse_move(now, INTAKE_SETTLE_LOSS, f, reterr);
    rc = check_responsible(c->responsible, f, reterr);
    if (!rc)
        rc = check_remedy(c, now, reterr);
    if (rc)
        return rc;
    struct intake_loss *x = ARENA_NEW(f->arena, struct intake_loss);
    *x = *now;
    x->state = (enum intake_loss_state)e->to;
    x->remedy = c->remedy;
    x->responsible = c->responsible;
    x->paid_vnd = c->paid_vnd;
    x->apology = c->apology ? c->apology->id : id_nil;
    x->settled_by = f->actor;
    x->settled_at = f->now;
    ret->loss = x;
    ret->document = c->apology;
    if (c->remedy == INTAKE_REMEDY_FOUND)
        add_found(x, f, ret);
    return ERR_OK;
}
