/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts: the units that co-operate in an appraise step, and the one that leads it (liên thông cùng cấp, D61 Art.
 * 19(6)). A dossier that is files goes to all of them at once; one that is on paper goes from unit to unit in the order
 * of the process, each with its own deadline. The lead concludes once nobody is waited for.
 *
 * A unit is warned once when little of its time is left, as of a step (step_watch.h), and once more when another
 * calendar has given it more. One that keeps silent is told to its counter's head, as with a consultation: silence is
 * neither consent nor refusal (D61 Art. 19(5)), and papers go on to the next unit. Its opinion is taken until it is
 * decided, and stands beside what was concluded without: nobody's turn comes by it, and the unit was late.
 *
 * The officer of the step may ask further units (D61 Art. 19(5)): each is a part like the others, but at once, whatever
 * the dossier is, for it is a question and no papers go with it; it has the time that he gives it, and no turn follows.
 *
 * A round that was sent back is about the lead's draft: the dossier is the same, so what the others said of it stands,
 * and nobody is asked again. A supplement makes another dossier of it: what is open is cancelled when it is asked for,
 * and all of them are asked anew in the next round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "services/appraisal/guards.h"

#define PART(symbol) APPRAISAL_PART_##symbol
#define EDGE(from_, act_, to_, why_)                                                                                   \
    {                                                                                                                  \
        .from = from_, .on = APPRAISAL_PART_ACT_##act_, .to = PART(to_), .why = why_                                   \
    }

/* clang-format off */
static const struct fsm_edge rows[] = {
    EDGE(FSM_NOWHERE,   OPEN,       QUEUED,    "its step has opened, or its officer asks: the unit sees the dossier and has its hours"),
    EDGE(FSM_NOWHERE,   LINE_UP,    WAITING,   "the dossier is on paper: another unit has it first"),
    EDGE(PART(WAITING), OPEN,       QUEUED,    "the unit before it has given its part, or kept silent"),
    EDGE(PART(QUEUED),  CONTRIBUTE, GIVEN,     "an officer of the unit gives its opinion"),
    EDGE(PART(QUEUED),  WARN,       QUEUED,    "little of the unit's time is left"),
    EDGE(PART(QUEUED),  LAPSE,      LAPSED,    "the unit kept silent: its head is told, the process goes on"),
    EDGE(PART(LAPSED),  CONTRIBUTE, LAPSED,    "the unit that kept silent gives its opinion after all, before it is decided: it stays late"),
    EDGE(PART(WAITING), CANCEL,     CANCELLED, "its turn does not come: the dossier has ended, or is to be completed first"),
    EDGE(PART(QUEUED),  CANCEL,     CANCELLED, "the dossier has ended, or is to be completed first"),
};
/* clang-format on */

const char *const appraisal_part_state_names[] = {APPRAISAL_PART_STATES(WORD_NAME) NULL};
const char *const appraisal_view_names[] = {APPRAISAL_VIEWS(WORD_CODE) NULL};
static const char *const state_vi[] = {APPRAISAL_PART_STATES(WORD_VI) NULL};
static const char *const act_names[] = {APPRAISAL_PART_ACTS(WORD_NAME) NULL};
static const char *const act_vi[] = {APPRAISAL_PART_ACTS(WORD_VI) NULL};

const struct fsm appraisal_part_fsm = {
    .name = "part",
    .rows = rows,
    .count = COUNT_OF(rows),
    .stride = sizeof rows[0],
    .states = appraisal_part_state_names,
    .state_count = APPRAISAL_PART_STATE_COUNT,
    .acts = act_names,
    .act_count = APPRAISAL_PART_ACT_COUNT,
    .states_vi = state_vi,
    .acts_vi = act_vi,
    .initial = FSM_NOWHERE,
};

/* ---- what there is */

bool appraisal_parts_in_order(const struct dossier_facts *f)
{
    return !f->electronic;
}

static bool is_open(const struct appraisal_part *p)
{
    return p->state == PART(WAITING) || p->state == PART(QUEUED);
}

/* part_next gives the next part of a step's round behind `p` (NULL: the first), NULL when there is none. */
static const struct appraisal_part *part_next(const struct appraisal_dossier *d, const struct appraisal_step *s,
                                              const struct appraisal_part *p)
{
    for (p = p ? p + 1 : d->parts; p < d->parts + d->part_count; p++)
        if (p->step == s->step && p->round == s->round)
            return p;
    return NULL;
}

/* first_due gives the open part whose time is over first. */
static const struct appraisal_part *first_due(const struct appraisal_dossier *d)
{
    const struct appraisal_part *first = NULL;
    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].state == PART(QUEUED) && (!first || d->parts[i].due_at < first->due_at))
            first = &d->parts[i];
    return first;
}

static struct step_watch watch_of(const struct appraisal_part *p)
{
    return (struct step_watch){.near_at = p->near_at, .due_at = p->due_at, .told = p->warning};
}

/* first_near gives an open part that is to be warned of. */
static const struct appraisal_part *first_near(const struct appraisal_dossier *d, instant now)
{
    for (size_t i = 0; i < d->part_count; i++) {
        const struct step_watch w = watch_of(&d->parts[i]);
        if (d->parts[i].state == PART(QUEUED) && step_watch_tells(&w, now) == STEP_WARNING_NEAR)
            return &d->parts[i];
    }
    return NULL;
}

instant appraisal_parts_next(const struct appraisal_dossier *d)
{
    instant next = INSTANT_NONE;

    for (size_t i = 0; d && i < d->part_count; i++) {
        const struct appraisal_part *p = &d->parts[i];
        instant at = p->warning == STEP_WARNING_NONE && p->near_at != INSTANT_NONE ? p->near_at : p->due_at;
        if (p->state == PART(QUEUED) && (next == INSTANT_NONE || at < next))
            next = at;
    }
    return next;
}

bool appraisal_parts_tell(const struct appraisal_dossier *d, instant now, enum appraisal_act *ret)
{
    const struct appraisal_part *first = d ? first_due(d) : NULL;

    if (!first || (now < first->due_at && !first_near(d, now)))
        return false;
    *ret = now < first->due_at ? APPRAISAL_ACT_WARN_PART : APPRAISAL_ACT_LAPSE_PART;
    return true;
}

bool appraisal_parts_open(const struct appraisal_decision *x)
{
    for (int i = 0; i < x->part_count; i++)
        if (x->parts[i].edge->on == APPRAISAL_PART_ACT_OPEN)
            return true;
    return false;
}

enum err_code parts_are_in(const struct question *q, struct err *reterr)
{
    char units[256] = "";
    for (const struct appraisal_part *p = NULL; (p = part_next(q->d, q->step, p)) != NULL;) {
        size_t n = strlen(units);
        if (is_open(p))
            (void)snprintf(units + n, sizeof units - n, "%s%s", n ? ", " : "", p->unit);
    }
    if (!units[0])
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "parts", "còn chờ ý kiến phối hợp của %s", "the part of %s is still open",
                   units);
}

/* ---- how parts move */

static enum err_code refuse_move(int from, enum appraisal_part_act act, const char *unit, struct err *reterr)
{
    char vi[96], en[96];
    const struct fsm_child child = {.field = "parts", .vi = vi, .en = en};

    (void)snprintf(vi, sizeof vi, "phần phối hợp của đơn vị %s", unit);
    (void)snprintf(en, sizeof en, "the part of unit %s", unit);
    return fsm_refuse_child(&appraisal_part_fsm, from, (int)act, &child, reterr);
}

/* move adds the move of one part to a decision; `given` is the time of one whose turn comes, NULL: none does. */
static enum err_code move(struct appraisal_decision *x, instant at, int from, enum appraisal_part_act act, int number,
                          const char *unit, const struct step_watch *given, struct err *reterr)
{
    const struct fsm_edge *e = fsm_next(&appraisal_part_fsm, from, (int)act, NULL);
    if (!e)
        return refuse_move(from, act, unit, reterr);
    BUG_IF(x->part_count == PROCESS_WITH_MAX, "a step has too many parts");
    x->parts_at = at;
    x->parts[x->part_count++] = (struct appraisal_part_move){.edge = e,
                                                             .number = number,
                                                             .unit = unit,
                                                             .due_at = given ? given->due_at : INSTANT_NONE,
                                                             .near_at = given ? given->near_at : INSTANT_NONE};
    return ERR_OK;
}

/* hours_of gives the time of a unit in a step as if it were a step of its own: the unit works at its office. It is
 * warned when as much is left as the process says of the step, or a fifth where the unit has no more than that. */
static struct process_step hours_of(const struct process *p, int step, int minutes)
{
    int near = process_step(p, step)->near_minutes;

    return (struct process_step){.kind = STEP_APPRAISE, .minutes = minutes, .near_minutes = near < minutes ? near : 0};
}

/* until counts the hours of a unit from the moment its turn comes, without what is left out by then. */
static enum err_code until(const struct question *q, int step, const char *unit, int minutes, struct step_watch *ret,
                           struct err *reterr)
{
    const struct dossier_facts *facts = q->d ? &q->d->facts : &q->c->received;
    const struct process_step part = hours_of(q->process, step, minutes);
    const struct step_span span = {
        .of = &part, .counter = facts->counter, .office = unit, .opened = q->f->now, .left_out = &facts->left_out};

    ret->near_at = step_clock_near(q->f->catalogue, &span);
    return step_time(q, &part, unit, q->f->now, &ret->due_at, reterr);
}

/* begin opens or lines up the parts of a step that opens, of a dossier with all that has come by then. Who leads it
 * takes no part beside. */
static enum err_code begin(const struct question *q, int step, int round, const char *lead,
                           struct appraisal_decision *x, struct err *reterr)
{
    const struct process_with *with;
    int count = process_with(q->process, step, &with);
    bool in_order = q->c->on_paper || appraisal_parts_in_order(q->d ? &q->d->facts : &q->c->received);
    x->parts_step = step;
    x->parts_round = round;
    x->lead = lead;
    x->in_order = in_order;
    for (int i = 0; i < count; i++) {
        bool waits = in_order && x->part_count > 0;
        struct step_watch given;
        if (strcmp(with[i].unit, lead) == 0)
            continue;
        enum err_code rc = waits ? ERR_OK : until(q, step, with[i].unit, with[i].minutes, &given, reterr);
        if (!rc)
            rc = move(x, q->f->now, FSM_NOWHERE, waits ? APPRAISAL_PART_ACT_LINE_UP : APPRAISAL_PART_ACT_OPEN,
                      x->part_count + 1, with[i].unit, waits ? NULL : &given, reterr);
        if (rc)
            return rc;
        if (waits)
            x->waiting[x->waiting_count++] = with[i].unit;
    }
    return ERR_OK;
}

/* minutes_of gives the hours that the unit of a part has. */
static int minutes_of(const struct process *process, const struct appraisal_part *p)
{
    const struct process_with *with;
    int count = process_with(process, p->step, &with), i = 0;
    if (p->minutes)
        return p->minutes;
    while (i < count && strcmp(with[i].unit, p->unit) != 0)
        i++;
    return i < count ? with[i].minutes : 0;
}

void parts_recount(const struct question *q, struct appraisal_decision *x)
{
    const struct appraisal_dossier *d = q->d;

    for (size_t i = 0; i < d->part_count && x->recounted_count < PROCESS_WITH_MAX; i++) {
        const struct appraisal_part *p = &d->parts[i];
        if (p->state != PART(QUEUED) || !appraisal_given_again(d, p->opened_at))
            continue;
        const struct process_step of = hours_of(q->process, p->step, minutes_of(q->process, p));
        const struct step_span span = {
            .of = &of, .counter = d->facts.counter, .office = p->unit, .opened = p->opened_at};
        struct step_watch w = watch_of(p);
        if (step_watch_recount(&w, q->f->catalogue, &span, q->f->recorded_at))
            x->recounted[x->recounted_count++] = (struct appraisal_part_watch){.of = p, .watch = w};
    }
}

/* next_turn opens the part that waits behind one that ends, if there is one: the dossier is on paper then. */
static enum err_code next_turn(const struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_part *next = NULL;
    struct step_watch given;
    x->lead = q->step->unit;
    x->in_order = appraisal_parts_in_order(&q->d->facts);
    for (const struct appraisal_part *p = NULL; (p = part_next(q->d, q->step, p)) != NULL;) {
        if (p->state != PART(WAITING))
            continue;
        if (next)
            x->waiting[x->waiting_count++] = p->unit;
        else
            next = p;
    }
    if (!next)
        return ERR_OK;
    enum err_code rc = until(q, next->step, next->unit, minutes_of(q->process, next), &given, reterr);
    return rc ? rc
              : move(x, q->f->now, (int)next->state, APPRAISAL_PART_ACT_OPEN, next->number, next->unit, &given, reterr);
}

static enum err_code cancel(const struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    x->parts_step = q->step->step;
    x->parts_round = q->step->round;
    for (const struct appraisal_part *p = NULL; (p = part_next(q->d, q->step, p)) != NULL;) {
        enum err_code rc =
            is_open(p) ? move(x, q->f->now, (int)p->state, APPRAISAL_PART_ACT_CANCEL, p->number, p->unit, NULL, reterr)
                       : ERR_OK;
        if (rc)
            return rc;
    }
    return ERR_OK;
}

enum err_code parts_follow(const struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (x->edge && (x->edge->to == APPRAISAL_CANCELLED || x->edge->to == APPRAISAL_AWAITING_SUPPLEMENT))
        return cancel(q, x, reterr);
    if (x->edge && x->edge->to == APPRAISAL_QUEUED && x->edge->from != APPRAISAL_QUEUED &&
        x->edge->on != APPRAISAL_ACT_SEND_BACK)
        return begin(q, x->step, x->round, x->unit, x, reterr);
    if (x->opens_edge && x->opens_edge->on != APPRAISAL_ACT_SEND_BACK)
        return begin(q, x->opens, x->opens_round, x->opens_unit, x, reterr);
    return ERR_OK;
}

/* ---- what a unit gives, and when it does not */

/* may_speak tells whether the actor speaks for the unit, and of what a view needs. */
static enum err_code may_speak(const struct question *q, struct err *reterr)
{
    if (!(q->desk.officer->roles & (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò cho ý kiến phối hợp",
                       "post \"%s\" has no role to give a part", q->f->actor);
    enum err_code rc = not_an_approver(q, reterr);
    if (rc)
        return rc;
    if (q->c->view == APPRAISAL_VIEW_NONE)
        return err_say(reterr, ERR_INVALID, "opinion", "ý kiến phối hợp không hợp lệ", "this is no opinion");
    if (q->c->view == APPRAISAL_VIEW_AGAINST && q->c->reason_count == 0)
        return err_say(reterr, ERR_INVALID, "reasons", "ý kiến không đồng ý phải nêu ít nhất một lý do",
                       "an opinion against needs at least one reason");
    return reasons_known(appraisal_reason_names, q->c->reasons, q->c->reason_count, reterr);
}

/* part_of_actor finds the part of the actor's unit in the step: in this round of it, or one of an earlier round that
 * lapsed, since a draft that is sent back asks nobody again. */
static enum err_code part_of_actor(const struct question *q, const struct appraisal_part **ret, struct err *reterr)
{
    const struct appraisal_part *p = part_next(q->d, q->step, NULL),
                                *last = appraisal_part_last(q->d, q->step->step, q->desk.officer->unit);
    if (last && last->state == PART(LAPSED)) {
        *ret = last;
        return ERR_OK;
    }
    if (!p)
        return err_say(reterr, ERR_CONFLICT, "step", "bước %d không có đơn vị phối hợp",
                       "no unit co-operates in step %d", q->step->step);
    while (p && strcmp(p->unit, q->desk.officer->unit) != 0)
        p = part_next(q->d, q->step, p);
    if (!p)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị %s không phối hợp ở bước %d",
                       "unit %s does not co-operate in step %d", q->desk.officer->unit, q->step->step);
    *ret = p;
    return ERR_OK;
}

/* ends_with notes the part that an act ends, and whose turn comes behind it: none behind one that was asked. */
static enum err_code ends_with(const struct question *q, const struct appraisal_part *p, enum appraisal_part_act act,
                               struct appraisal_decision *x, struct err *reterr)
{
    x->parts_step = p->step;
    x->parts_round = p->round;
    x->asked = p->unit;
    x->due_at = p->due_at;
    enum err_code rc = move(x, q->f->now, (int)p->state, act, p->number, p->unit, NULL, reterr);
    return rc || p->minutes ? rc : next_turn(q, x, reterr);
}

/* went tells how the part went that ends: its unit had it until a given moment, as one that is asked. */
static void went(const struct question *q, const struct appraisal_part *p, struct appraisal_decision *x)
{
    const struct process_step of = {.kind = STEP_APPRAISE, .minutes = minutes_of(q->process, p)};
    const struct step_span span = {.of = &of,
                                   .counter = q->d->facts.counter,
                                   .office = p->unit,
                                   .unit = p->unit,
                                   .opened = p->opened_at,
                                   .until = p->due_at};

    x->timed = step_clock_read(q->f->catalogue, &span, q->c->at, &x->clock);
}

/* next_number refuses a unit that has its part in this round already, and more parts than a step can have. */
static enum err_code next_number(const struct question *q, int *ret, struct err *reterr)
{
    int last = 0;
    for (const struct appraisal_part *p = NULL; (p = part_next(q->d, q->step, p)) != NULL; last = p->number)
        if (strcmp(p->unit, q->c->asked) == 0)
            return err_say(reterr, ERR_CONFLICT, "unit", "đơn vị %s đã được lấy ý kiến trong lượt này",
                           "unit %s is or was asked in this round already", p->unit);
    if (last >= PROCESS_WITH_MAX)
        return err_say(reterr, ERR_CONFLICT, "unit", "một bước lấy ý kiến nhiều nhất %d đơn vị",
                       "a step asks %d units at most", PROCESS_WITH_MAX);
    *ret = last + 1;
    return ERR_OK;
}

enum err_code may_ask_opinion(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct paper *request;
    struct step_watch given;
    int number;
    enum err_code rc = has_the_step(q, reterr);
    if (!rc)
        rc = may_be_asked(q, reterr);
    if (!rc)
        rc = next_number(q, &number, reterr);
    if (!rc)
        rc = paper_of_kind(q, DOCUMENT_REQUEST, "request", &request, reterr);
    if (!rc)
        rc = until(q, q->step->step, q->c->asked, q->c->minutes, &given, reterr);
    if (rc)
        return rc;
    x->officer = q->step->officer;
    x->due_at = q->step->due_at;
    x->asked = q->c->asked;
    x->document = request->handle;
    x->parts_step = q->step->step;
    x->parts_round = q->step->round;
    rc = move(x, q->f->now, FSM_NOWHERE, APPRAISAL_PART_ACT_OPEN, number, q->c->asked, &given, reterr);
    if (!rc)
        x->parts[0].minutes = q->c->minutes;
    return rc;
}

/* contributes notes the part that its unit gives: it ends with that, or it has lapsed, and that is written beside. */
static enum err_code contributes(const struct question *q, const struct appraisal_part *p, struct appraisal_decision *x,
                                 struct err *reterr)
{
    if (p->state != PART(LAPSED))
        return ends_with(q, p, APPRAISAL_PART_ACT_CONTRIBUTE, x, reterr);
    enum err_code rc = may_still_answer(q, p->decided, p->document, "parts", p->unit, reterr);
    if (!rc)
        rc = decides_not_itself(q, p, reterr);
    if (rc)
        return rc;
    x->step = x->parts_step = p->step;
    x->round = x->parts_round = p->round;
    x->asked = p->unit;
    x->due_at = p->due_at;
    return move(x, q->f->now, (int)p->state, APPRAISAL_PART_ACT_CONTRIBUTE, p->number, p->unit, NULL, reterr);
}

enum err_code may_contribute(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_part *p;
    const struct paper *answer;
    enum err_code rc = part_of_actor(q, &p, reterr);
    /* A late entry; of what is done now the turn has come, also when the clock that gave it was ahead. */
    if (!rc && (p->state == PART(QUEUED) || p->state == PART(LAPSED)) && q->f->now < q->f->recorded_at &&
        q->f->now < p->opened_at)
        rc = err_say(reterr, ERR_CONFLICT, "parts", "lúc đó chưa đến lượt đơn vị %s",
                     "the turn of unit %s had not come by then", p->unit);
    if (!rc)
        rc = contributes(q, p, x, reterr);
    if (!rc)
        rc = may_speak(q, reterr);
    if (!rc)
        rc = paper_of_kind(q, DOCUMENT_OPINION, "answer", &answer, reterr);
    if (rc)
        return rc;
    x->event = p->state == PART(LAPSED) ? APPRAISAL_EVENT_ANSWERED_LATE : APPRAISAL_EVENT_CONTRIBUTED;
    x->place = q->desk.place;
    x->officer = q->desk.officer->record.id;
    x->document = answer->handle;
    x->view = q->c->view;
    x->reasons = q->c->reasons;
    x->reason_count = q->c->reason_count;
    if (p->state != PART(LAPSED))
        went(q, p, x);
    return ERR_OK;
}

enum err_code part_draws_near(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_part *p = first_near(q->d, q->f->now);
    if (!p)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "không có đơn vị phối hợp nào sắp hết hạn",
                       "no part is to be warned of");
    x->event = APPRAISAL_EVENT_NEAR;
    x->parts_step = p->step;
    x->parts_round = p->round;
    x->unit = p->unit;
    x->opened_at = p->opened_at;
    x->due_at = p->due_at;
    x->warning = STEP_WARNING_NEAR;
    return move(x, q->f->now, (int)p->state, APPRAISAL_PART_ACT_WARN, p->number, p->unit, NULL, reterr);
}

enum err_code has_part_lapsed(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_part *p = first_due(q->d);
    if (!p || q->f->now < p->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "không có đơn vị phối hợp nào quá hạn", "no part is overdue");
    const struct officer *head =
        catalogue_head(q->f->catalogue, q->d->facts.receiving_unit, q->d->facts.counter, instant_day(q->f->now));
    enum err_code rc = ends_with(q, p, APPRAISAL_PART_ACT_LAPSE, x, reterr);
    if (rc)
        return rc;
    x->event = APPRAISAL_EVENT_PART_LAPSED;
    x->told = head ? head->record.id : "";
    went(q, p, x);
    return ERR_OK;
}

/* ---- apply */

struct appraisal_part *appraisal_add_part(struct appraisal_dossier *d, struct arena *a)
{
    d->parts = arena_room(a, d->parts, d->part_count, &d->part_room, sizeof *d->parts);
    return &d->parts[d->part_count++];
}

static struct appraisal_part *part_at(struct appraisal_dossier *d, const struct appraisal_decision *x,
                                      const struct appraisal_part_move *m, struct arena *a)
{
    for (size_t i = 0; i < d->part_count; i++)
        if (d->parts[i].step == x->parts_step && d->parts[i].round == x->parts_round && d->parts[i].number == m->number)
            return &d->parts[i];
    struct appraisal_part *p = appraisal_add_part(d, a);
    *p = (struct appraisal_part){.step = x->parts_step,
                                 .round = x->parts_round,
                                 .number = m->number,
                                 .unit = m->unit,
                                 .opened_at = INSTANT_NONE,
                                 .due_at = INSTANT_NONE,
                                 .near_at = INSTANT_NONE,
                                 .ended_at = INSTANT_NONE,
                                 .answered_at = INSTANT_NONE};
    return p;
}

void appraisal_move_parts(struct appraisal_dossier *d, const struct appraisal_decision *x, struct arena *a)
{
    for (int i = 0; i < x->part_count; i++) {
        const struct appraisal_part_move *m = &x->parts[i];
        struct appraisal_part *p = part_at(d, x, m, a);
        p->state = (enum appraisal_part_state)m->edge->to;
        p->changed = true;
        if (m->edge->on == APPRAISAL_PART_ACT_OPEN) {
            p->begun = true;
            if (m->minutes) {
                p->minutes = m->minutes;
                p->request = x->document.id;
            }
            p->opened_at = x->parts_at;
            p->due_at = m->due_at;
            p->near_at = m->near_at;
        } else if (m->edge->on == APPRAISAL_PART_ACT_WARN) {
            p->warning = x->warning;
        } else if (m->edge->on == APPRAISAL_PART_ACT_CONTRIBUTE) {
            p->officer = x->officer;
            p->view = x->view;
            p->document = x->document.id;
        }
        if (m->edge->from == PART(LAPSED))
            p->answered_at = x->parts_at;
        else if (!is_open(p))
            p->ended_at = x->parts_at;
    }
    for (int i = 0; i < x->recounted_count; i++) {
        struct appraisal_part *p = &d->parts[x->recounted[i].of - d->parts];
        p->due_at = x->recounted[i].watch.due_at;
        p->near_at = x->recounted[i].watch.near_at;
        p->warning = x->recounted[i].watch.told;
        p->changed = true;
    }
}

static int by_turn(const void *x, const void *y)
{
    const struct appraisal_part *a = x, *b = y;
    if (a->step != b->step)
        return a->step - b->step;
    return a->round != b->round ? a->round - b->round : a->number - b->number;
}

void appraisal_copy_parts(struct appraisal_dossier *to, const struct appraisal_dossier *from, struct arena *a)
{
    to->parts = ARENA_ARRAY(a, from->part_count, struct appraisal_part);
    to->part_count = to->part_room = from->part_count;
    for (size_t i = 0; i < from->part_count; i++) {
        struct appraisal_part *p = &to->parts[i];
        *p = from->parts[i];
        p->unit = arena_strdup(a, p->unit);
        p->officer = arena_strdup(a, p->officer);
        p->begun = p->changed = false;
    }
    if (to->part_count)
        qsort(to->parts, to->part_count, sizeof *to->parts, by_turn);
}
