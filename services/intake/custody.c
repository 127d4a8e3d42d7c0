/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Custody: who has the papers of a dossier is known at every hour, and typed by nobody. The counter has them with the
 * receipt; a transfer moves them when its receiver signs, and until then the giver answers for them. What a supplement
 * brings lies at the counter apart from the others until a transfer of its own has brought it to them. What is to go
 * back to the citizen comes to the counter again (way.c) and is given there or sent by post, at the latest with the
 * result (D61 Art. 20); that ends the holding. What ended without a result needs none of his originals any more: all of
 * them go back, also those that were meant to stay. What was lost or damaged (loss.c) does not go back until it is
 * found again. Where co-operating units have them in turn, they go that way (turn.c).
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/consignment.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

static instant moved_at(const struct intake_transfer *t)
{
    return t->answered_at != INSTANT_NONE ? t->answered_at : t->given_at;
}

struct intake_holder intake_holder_by(const struct intake_transfer *t)
{
    bool taken = t->state == INTAKE_TRANSFER_TAKEN, given = t->state == INTAKE_TRANSFER_GIVEN;

    return (struct intake_holder){.unit = taken ? t->to_unit : t->from_unit,
                                  .post = taken ? t->answered_by : t->given_by,
                                  .going_to = given ? t->to_unit : NULL,
                                  .since = moved_at(t),
                                  .act = intake_act_names[taken   ? INTAKE_TAKE_TRANSFER
                                                          : given ? INTAKE_GIVE_TRANSFER
                                                                  : INTAKE_REFUSE_TRANSFER]};
}

struct intake_holder intake_holder_signed(const struct intake_dossier *d)
{
    const struct intake_transfer *newest = NULL;

    /* A transfer is behind the receipt, also when the clock was set back between the two. */
    for (int i = 0; i < d->transfer_count; i++)
        if (d->transfers[i].supplement == 0 && d->transfers[i].state != INTAKE_TRANSFER_AWAITING &&
            (!newest || moved_at(&d->transfers[i]) >= moved_at(newest)))
            newest = &d->transfers[i];
    return newest ? intake_holder_by(newest)
                  : (struct intake_holder){.unit = d->receiving_unit,
                                           .post = d->received_by,
                                           .since = d->received_at,
                                           .act = intake_act_names[INTAKE_RECEIVE]};
}

static instant later(instant a, instant b)
{
    return a > b ? a : b;
}

struct intake_holder intake_holder_of(const struct intake_dossier *d)
{
    struct intake_turn t = d->turn;

    if (!t.unit)
        return intake_holder_signed(d);
    if (t.by == INTAKE_OPEN_PARTS && !intake_in_turn(d)) {
        t.by = d->state == INTAKE_WITHDRAWN ? INTAKE_GRANT_WITHDRAWAL : INTAKE_STOP;
        t.since = later(later(d->broken_off_at, t.since), t.answered_at);
        t.state = INTAKE_TURN_PASSED_ON;
    }
    return intake_holder_turned(&t);
}

const struct intake_transfer *intake_apart(const struct intake_dossier *d, int supplement)
{
    for (int i = 0; supplement && i < d->transfer_count; i++)
        if (d->transfers[i].supplement == supplement && d->transfers[i].state != INTAKE_TRANSFER_TAKEN)
            return &d->transfers[i];
    return NULL;
}

struct intake_holder intake_holder_apart(const struct intake_dossier *d, const struct intake_transfer *apart)
{
    const struct intake_supplement *s = &d->supplements[apart->supplement - 1];

    return apart->state != INTAKE_TRANSFER_AWAITING
               ? intake_holder_by(apart)
               : (struct intake_holder){.unit = d->receiving_unit,
                                        .post = s->received_by,
                                        .since = s->received_at,
                                        .act = intake_act_names[INTAKE_RECEIVE_SUPPLEMENT]};
}

struct intake_holder intake_holder_of_sheet(const struct intake_dossier *d, const struct intake_sheet *s)
{
    const struct intake_transfer *apart = s->lies.unit ? NULL : intake_apart(d, s->supplement);

    return s->lies.unit ? s->lies : apart ? intake_holder_apart(d, apart) : intake_holder_of(d);
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool intake_in_one_place(const struct intake_holder *a, const struct intake_holder *b)
{
    return same(a->unit, b->unit) && same(a->post, b->post) && same(a->going_to, b->going_to) && a->since == b->since &&
           same(a->act, b->act);
}

const struct intake_sheet *intake_sheet_of(const struct intake_facts *f, int number)
{
    for (int i = 0; i < f->sheet_count; i++)
        if (f->sheets[i].number == number)
            return &f->sheets[i];
    return NULL;
}

enum err_code intake_named_once(const int *components, int i, struct err *reterr)
{
    for (int k = 0; k < i; k++)
        if (components[k] == components[i])
            return err_say(reterr, ERR_INVALID, "components", "thành phần số %d được nêu hai lần",
                           "component %d is named twice", components[i]);
    return ERR_OK;
}

enum err_code intake_may_go(const struct intake_sheet *s, int number, struct err *reterr)
{
    if (!s || !s->paper)
        return err_say(reterr, ERR_INVALID, "components", "thành phần số %d không phải giấy tờ được giữ",
                       "component %d is no paper that is kept", number);
    if (s->given_back)
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đã được trả lại",
                       "component %d was given back already", number);
    if (s->loss)
        return err_say(reterr, ERR_CONFLICT, "components",
                       "thành phần số %d bị mất hoặc hư hỏng (vụ việc số %d), không còn để trả lại",
                       "component %d was lost or damaged (case %d) and is not there to be given back", number, s->loss);
    return ERR_OK;
}

bool intake_frees_papers(enum intake_state s)
{
    return s == INTAKE_WITHDRAWN || s == INTAKE_STOPPED;
}

bool intake_goes_back(const struct intake_dossier *d, const struct intake_sheet *s)
{
    bool owed = s->to_return || (intake_frees_papers(d->state) && s->paper && s->originals > 0);

    return owed && !s->given_back && !s->loss;
}

enum err_code intake_check_consignment(bool by_post, const char *consignment, struct err *reterr)
{
    if (by_post)
        return consignment ? consignment_fits(consignment, reterr)
                           : err_say(reterr, ERR_INVALID, "consignment", "phải ghi số bưu gửi mà giấy tờ được gửi trả",
                                     "say under which consignment number the papers go back");
    return consignment ? err_say(reterr, ERR_INVALID, "consignment", "không gửi qua bưu chính thì không có số bưu gửi",
                                 "what does not go by post has no consignment number")
                       : ERR_OK;
}

/* Who comes in the applicant's place is known by name, here alone; who comes himself may be. */
static enum err_code check_collector(const struct intake_give_back *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr)
{
    bool named = !id_is_nil(c->collector), by_post = c->delivery == DELIVERY_POST;

    if (by_post && (c->who || named))
        return err_say(reterr, ERR_INVALID, c->who ? "who" : "collector", "chỉ ghi khi trả tại quầy",
                       "is said of a return at the counter only");
    if (c->who == COLLECTOR_PROXY && !named)
        return err_say(reterr, ERR_INVALID, "collector",
                       "phải ghi nhận người đến nhận thay (họ tên, giấy tờ xuất trình)",
                       "who came in the applicant's place must be recorded");
    ret->given_back_who = by_post ? COLLECTOR_NONE : c->who ? c->who : COLLECTOR_APPLICANT;
    if (!named)
        return ERR_OK;
    const struct paper *record = f->papers ? papers_find(f->papers, c->collector) : NULL;
    if (!record)
        return err_say(reterr, ERR_INVALID, "collector", "hồ sơ không có ghi nhận người đến nhận %s",
                       "the dossier has no record of who came %s", id_text(c->collector).s);
    ret->given_back_to = &record->handle;
    return ERR_OK;
}

/* had_by: papers that lay in two places are told as the dossier's own. */
static struct intake_holder had_by(const struct intake_decision *ret, const struct intake_facts *f)
{
    struct intake_holder first = intake_holder_of_sheet(&ret->next, intake_sheet_of(f, ret->given_back[0]));

    for (int i = 1; i < ret->given_back_count; i++) {
        struct intake_holder h = intake_holder_of_sheet(&ret->next, intake_sheet_of(f, ret->given_back[i]));
        if (!intake_in_one_place(&h, &first))
            return intake_holder_of(&ret->next);
    }
    return first;
}

/* not_here: what is not at the counter is not given from there. */
static enum err_code not_here(const struct intake_dossier *d, const struct intake_sheet *s, struct err *reterr)
{
    struct intake_holder h = intake_holder_of_sheet(d, s);

    if (h.going_to)
        return err_say(reterr, ERR_CONFLICT, "components", "thành phần số %d đang trên đường đến đơn vị %s",
                       "component %d is on its way to unit %s", s->number, h.going_to);
    return err_say(reterr, ERR_CONFLICT, "components",
                   "thành phần số %d đang ở đơn vị %s (%s), chưa giao về bộ phận Một cửa",
                   "component %d is with unit %s (%s) and has not come back to the counter", s->number, h.unit,
                   h.post ? h.post : "-");
}

static bool is_here(const struct intake_dossier *d, const struct intake_sheet *s, const struct intake_facts *f)
{
    struct intake_holder h = intake_holder_of_sheet(d, s);

    return intake_at_the_counter(d, &h, f);
}

static void add(struct intake_decision *ret, int *numbers, const struct intake_sheet *s)
{
    numbers[ret->given_back_count++] = s->number;
    ret->given_back_originals += s->originals;
}

/* add_named adds what is named: each of it is there. */
static enum err_code add_named(const struct intake_give_back *c, const struct intake_facts *f,
                               struct intake_decision *ret, int *numbers, struct err *reterr)
{
    enum err_code rc = ERR_OK;

    for (int i = 0; !rc && i < c->count; i++) {
        const struct intake_sheet *s = intake_sheet_of(f, c->components[i]);
        rc = intake_may_go(s, c->components[i], reterr);
        if (!rc)
            rc = intake_named_once(c->components, i, reterr);
        if (!rc && !is_here(&ret->next, s, f))
            rc = not_here(&ret->next, s, reterr);
        if (!rc)
            add(ret, numbers, s);
    }
    return rc;
}

/* add_owed adds all that is to go back and lies at the counter; what is elsewhere goes when it has come. */
static enum err_code add_owed(const struct intake_facts *f, struct intake_decision *ret, int *numbers,
                              struct err *reterr)
{
    const struct intake_sheet *elsewhere = NULL;

    for (int i = 0; i < f->sheet_count; i++) {
        const struct intake_sheet *s = &f->sheets[i];
        if (!intake_goes_back(&ret->next, s))
            continue;
        if (is_here(&ret->next, s, f))
            add(ret, numbers, s);
        else if (!elsewhere)
            elsewhere = s;
    }
    if (ret->given_back_count)
        return ERR_OK;
    return elsewhere ? not_here(&ret->next, elsewhere, reterr)
                     : err_say(reterr, ERR_CONFLICT, "components", "không còn giấy tờ nào phải trả lại",
                               "no paper is left to be given back");
}

enum err_code intake_may_give_back(const struct intake_give_back *c, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr)
{
    int *numbers = ARENA_ARRAY(f->arena, (size_t)(f->sheet_count + c->count + 1), int);
    enum channel by = c->delivery == DELIVERY_POST ? CHANNEL_POST : CHANNEL_COUNTER; /* the post leaves at any hour */
    enum err_code rc =
        intake_at_counter_as(ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER), &ret->next, by, f, &ret->place, reterr);

    if (!rc)
        rc = intake_check_consignment(c->delivery == DELIVERY_POST, c->consignment, reterr);
    if (!rc)
        rc = check_collector(c, f, ret, reterr);
    if (!rc)
        rc = c->count ? add_named(c, f, ret, numbers, reterr) : add_owed(f, ret, numbers, reterr);
    ret->given_back = numbers;
    ret->given_back_consignment = c->consignment;
    if (!rc)
        ret->given_back_by = had_by(ret, f);
    return rc;
}
