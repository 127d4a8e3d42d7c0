/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers on their way back to the counter (D61 Art. 18, 20): the citizen gets his originals at one place, the counter
 * that received them, so whoever has them gives them back to it by a control slip of two sides, as they came. What is
 * not signed for there is not given to the citizen. No step waits for it, and it moves no date; papers that are on
 * their way, or have come, no longer go with the others. One way at a time is open; what was refused is given anew.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
static const struct fsm_edge answers[] = {
    {.from = INTAKE_WAY_GIVEN, .on = INTAKE_TAKE_BACK, .to = INTAKE_WAY_TAKEN, .why = "the counter signs for the papers: the citizen may have them"},
    {.from = INTAKE_WAY_GIVEN, .on = INTAKE_REFUSE_BACK, .to = INTAKE_WAY_REFUSED, .why = "the counter says why not: they lie with the giver again"},
};
/* clang-format on */

const char *const intake_way_state_names[] = {INTAKE_WAY_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_WAY_STATE_MAP(WORD_VI)};

const struct fsm intake_way_fsm = {
    .name = "intake-way",
    .rows = answers,
    .count = COUNT_OF(answers),
    .stride = sizeof(struct fsm_edge),
    .states = intake_way_state_names,
    .state_count = INTAKE_WAY_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_WAY_GIVEN,
};

#define BRINGERS (ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK) | ROLE_BIT(APPROVER) | ROLE_BIT(HEAD))
#define COUNTERS (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER))

/* is_counters: only the counter gets papers by these acts, whoever has its posts by now. */
static bool is_counters(const char *act)
{
    static const enum intake_act acts[] = {INTAKE_RECEIVE, INTAKE_RECEIVE_SUPPLEMENT, INTAKE_TAKE_BACK};

    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (strcmp(act, intake_act_names[acts[i]]) == 0)
            return true;
    return false;
}

bool intake_at_the_counter(const struct intake_dossier *d, const struct intake_holder *h, const struct intake_facts *f)
{
    if (h->going_to || strcmp(h->unit, d->receiving_unit) != 0)
        return false;
    if (is_counters(h->act))
        return true;
    const struct officer *o = h->post ? catalogue_officer(f->catalogue, h->post, instant_day(f->now)) : NULL;
    return o && (o->roles & COUNTERS);
}

struct intake_holder intake_holder_on(const struct intake_way *w)
{
    bool taken = w->state == INTAKE_WAY_TAKEN, given = w->state == INTAKE_WAY_GIVEN;

    return (struct intake_holder){.unit = taken ? w->to_unit : w->from_unit,
                                  .post = taken ? w->answered_by : w->given_by,
                                  .going_to = given ? w->to_unit : NULL,
                                  .since = given ? w->given_at : w->answered_at,
                                  .act = intake_act_names[taken   ? INTAKE_TAKE_BACK
                                                          : given ? INTAKE_BRING_BACK
                                                                  : INTAKE_REFUSE_BACK]};
}

/* is_on_its_way tells of a component that nobody at the counter has answered for yet. */
static bool is_on_its_way(const struct intake_sheet *s)
{
    return s->lies.unit && s->lies.going_to && !s->given_back && !s->loss;
}

/* newest_way gives a component of the newest way; NULL: there was none. */
static const struct intake_sheet *newest_way(const struct intake_facts *f)
{
    const struct intake_sheet *newest = NULL;

    for (int i = 0; i < f->sheet_count; i++)
        if (f->sheets[i].way > (newest ? newest->way : 0))
            newest = &f->sheets[i];
    return newest;
}

/* way_to_answer gives a component of the way that is open, the earliest where what was lost on one is found again
 * behind another; else of the newest one. */
static const struct intake_sheet *way_to_answer(const struct intake_facts *f)
{
    const struct intake_sheet *open = NULL;

    for (int i = 0; i < f->sheet_count; i++)
        if (is_on_its_way(&f->sheets[i]) && (!open || f->sheets[i].way < open->way))
            open = &f->sheets[i];
    return open ? open : newest_way(f);
}

static void add(struct intake_way *w, int *numbers, const struct intake_sheet *s)
{
    numbers[w->component_count++] = s->number;
    w->originals += s->originals;
}

/* ---- giving them */

/* check_giver refuses who has no papers in hand. */
static enum err_code check_giver(const struct intake_facts *f, struct desk *ret, struct err *reterr)
{
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), ret, reterr);

    if (rc)
        return rc;
    if (!(ret->officer->roles & BRINGERS))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò giao hồ sơ về bộ phận Một cửa",
                       "post \"%s\" has no role to bring papers back to the counter", f->actor);
    for (int i = 0; i < f->sheet_count; i++)
        if (is_on_its_way(&f->sheets[i]))
            return err_say(reterr, ERR_CONFLICT, "components",
                           "giấy tờ giao về lần trước (số %d) chưa được bộ phận Một cửa ký nhận hoặc từ chối",
                           "the counter has not answered for what was brought before (number %d)", f->sheets[i].way);
    return ERR_OK;
}

/* check_in_hand: a component that is named lies with the giver's unit, and not at the counter. */
static enum err_code check_in_hand(const struct intake_dossier *d, const struct intake_sheet *s,
                                   const struct desk *desk, const struct intake_facts *f, struct err *reterr)
{
    struct intake_holder h = intake_holder_of_sheet(d, s);

    if (intake_at_the_counter(d, &h, f))
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đã ở bộ phận Một cửa",
                       "component %d is at the counter already", s->number);
    if (h.going_to)
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đang trên đường đến đơn vị %s",
                       "component %d is on its way to unit %s", s->number, h.going_to);
    if (strcmp(h.unit, desk->officer->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "thành phần số %d do đơn vị %s giữ, không phải %s",
                       "component %d is held by unit %s, not %s", s->number, h.unit, desk->officer->unit);
    return ERR_OK;
}

static enum err_code add_named(const struct intake_move_back *c, const struct desk *desk, const struct intake_facts *f,
                               const struct intake_dossier *d, struct intake_way *w, int *numbers, struct err *reterr)
{
    enum err_code rc = ERR_OK;

    for (int i = 0; !rc && i < c->count; i++) {
        const struct intake_sheet *s = intake_sheet_of(f, c->components[i]);
        rc = intake_may_go(s, c->components[i], reterr);
        if (!rc)
            rc = intake_named_once(c->components, i, reterr);
        if (!rc)
            rc = check_in_hand(d, s, desk, f, reterr);
        if (!rc)
            add(w, numbers, s);
    }
    return rc;
}

/* add_owed adds all that is to go back and that the giver's unit has. */
static enum err_code add_owed(const struct desk *desk, const struct intake_facts *f, const struct intake_dossier *d,
                              struct intake_way *w, int *numbers, struct err *reterr)
{
    enum err_code why = ERR_OK;

    for (int i = 0; i < f->sheet_count; i++) {
        if (!intake_goes_back(d, &f->sheets[i]))
            continue;
        enum err_code rc = check_in_hand(d, &f->sheets[i], desk, f, reterr);
        if (rc)
            why = rc;
        else
            add(w, numbers, &f->sheets[i]);
    }
    if (w->component_count)
        return ERR_OK;
    return why ? why
               : err_say(reterr, ERR_CONFLICT, "components", "không còn giấy tờ nào phải trả lại công dân",
                         "no paper is left that goes back to the citizen");
}

enum err_code intake_may_bring_back(const struct intake_move_back *c, const struct intake_facts *f,
                                    struct intake_decision *ret, struct err *reterr)
{
    int *numbers = ARENA_ARRAY(f->arena, (size_t)(f->sheet_count + c->count + 1), int);
    struct intake_way *w = ARENA_NEW(f->arena, struct intake_way);
    const struct intake_sheet *before = newest_way(f);
    struct desk desk;
    enum err_code rc = check_giver(f, &desk, reterr);

    if (!rc)
        rc = c->count ? add_named(c, &desk, f, &ret->next, w, numbers, reterr)
                      : add_owed(&desk, f, &ret->next, w, numbers, reterr);
    if (rc)
        return rc;
    w->number = before ? before->way + 1 : 1;
    w->state = INTAKE_WAY_GIVEN;
    w->from_unit = desk.officer->unit;
    w->to_unit = ret->next.receiving_unit;
    w->given_by = f->actor;
    w->given_at = f->now;
    w->answered_at = INSTANT_NONE;
    w->components = numbers;
    ret->way = w;
    ret->place = desk.place;
    return ERR_OK;
}

/* ---- answering at the counter */

/* answered_way gives the way that is open as the act leaves it: of what was lost on it nobody says that it is here. */
static enum err_code answered_way(enum intake_act act, const struct intake_facts *f, struct intake_way *ret,
                                  struct err *reterr)
{
    int *numbers = ARENA_ARRAY(f->arena, (size_t)f->sheet_count + 1, int);
    const struct intake_sheet *of = way_to_answer(f);

    if (!of)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "components",
                       "hồ sơ không có giấy tờ nào đang giao về bộ phận Một cửa",
                       "no papers of this dossier are on their way back to the counter");
    enum intake_way_state state = of->lies.going_to                                               ? INTAKE_WAY_GIVEN
                                  : strcmp(of->lies.act, intake_act_names[INTAKE_TAKE_BACK]) == 0 ? INTAKE_WAY_TAKEN
                                                                                                  : INTAKE_WAY_REFUSED;
    const struct fsm_edge *e = fsm_next(&intake_way_fsm, (int)state, (int)act, NULL);
    struct fsm_child child = {.field = "components",
                              .vi = arena_printf(f->arena, "lần giao về số %d", of->way),
                              .en = arena_printf(f->arena, "the way back number %d", of->way)};
    if (!e)
        return fsm_refuse_child(&intake_way_fsm, (int)state, (int)act, &child, reterr);
    *ret = (struct intake_way){.number = of->way,
                               .state = (enum intake_way_state)e->to,
                               .from_unit = of->lies.unit,
                               .to_unit = of->lies.going_to,
                               .given_by = of->lies.post,
                               .given_at = of->lies.since,
                               .components = numbers};
    for (int i = 0; i < f->sheet_count; i++)
        if (f->sheets[i].way == of->way && is_on_its_way(&f->sheets[i]))
            add(ret, numbers, &f->sheets[i]);
    return ret->component_count
               ? ERR_OK
               : err_say(reterr, ERR_CONFLICT, "components", "giấy tờ đang giao về đã bị mất hoặc hư hỏng",
                         "what is on its way back was lost or damaged");
}

static enum err_code answer(enum intake_act act, const struct intake_move_back *c, const struct intake_facts *f,
                            struct intake_decision *ret, struct err *reterr)
{
    struct intake_way *w = ARENA_NEW(f->arena, struct intake_way);
    /* What is brought is taken at any hour, not only while the counter is open to citizens. */
    enum err_code rc = intake_at_counter_as(COUNTERS, &ret->next, CHANNEL_POST, f, &ret->place, reterr);

    if (!rc)
        rc = answered_way(act, f, w, reterr);
    if (rc)
        return rc;
    if (strcmp(w->given_by, f->actor) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người giao và người nhận phải là hai người khác nhau",
                       "giver and receiver must be two persons");
    w->answered_by = f->actor;
    w->answered_at = f->now;
    w->reason = act == INTAKE_REFUSE_BACK ? c->reason : NULL;
    ret->way = w;
    return ERR_OK;
}

enum err_code intake_may_take_back(const struct intake_move_back *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr)
{
    return answer(INTAKE_TAKE_BACK, c, f, ret, reterr);
}

enum err_code intake_may_refuse_back(const struct intake_move_back *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr)
{
    if (!c->reason)
        return err_say(reterr, ERR_INVALID, "reason", "phải nêu lý do không nhận", "a refusal needs a reason");
    return answer(INTAKE_REFUSE_BACK, c, f, ret, reterr);
}
