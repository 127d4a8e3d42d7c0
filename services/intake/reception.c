/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold before a dossier is accepted or refused at a counter, and what follows: competent unit, process, due
 * date. */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "common/domain/worktime.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* A counter on the day of the act: where, whose, and who sits there. */
struct reception {
    int32_t day;
    const struct counter *counter;
    const struct unit *unit;
    const struct procedure *procedure;
    struct worktime_hours hours;
    struct desk desk;
};

/* counter_is_open: a citizen stands at a counter only while it is open; post and online filings may come at any time.
 */
static enum err_code counter_is_open(const struct reception *r, const struct intake_facts *f, struct err *reterr)
{
    struct civil c = instant_civil(f->now);
    int minute = c.hour * 60 + c.minute;

    if (worktime_is_working_day(f->catalogue->calendar, r->day))
        for (int i = 0; i < r->hours.count; i++)
            if (minute >= r->hours.open[i].from && minute < r->hours.open[i].to)
                return ERR_OK;
    return err_say(reterr, ERR_INVALID, "counter", "quầy %s đang ngoài giờ làm việc (%02d:%02d ngày %02d/%02d/%d)",
                   "counter %s is closed (%02d:%02d on %02d/%02d/%d)", r->counter->record.id, c.hour, c.minute, c.day,
                   c.month, c.year);
}

/* sit_down finds the counter, the officer at it and the procedure that is asked for. */
static enum err_code sit_down(const char *counter, const char *procedure, enum channel channel,
                              const struct intake_facts *f, struct reception *ret, struct err *reterr)
{
    const struct catalogue *c = f->catalogue;
    struct reception r = {.day = instant_day(f->now)};

    if (!c->calendar)
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "chưa nhập danh mục dùng chung",
                       "no reference data were imported yet");
    r.counter = catalogue_counter(c, counter, r.day);
    if (!r.counter)
        return err_say(reterr, ERR_INVALID, "counter", "không có quầy \"%s\" vào ngày này",
                       "there is no counter \"%s\" on this day", counter);
    r.unit = catalogue_unit(c, r.counter->unit, r.day);
    if (!r.unit)
        return err_say(reterr, ERR_INVALID, "counter", "đơn vị %s của quầy \"%s\" không còn hiệu lực",
                       "unit %s of counter \"%s\" is not valid on this day", r.counter->unit, counter);
    enum err_code rc = desk_find(c, f->actor, f->actor_unit, r.day, &r.desk, reterr);
    if (rc)
        return rc;
    if (strcmp(r.desk.place, counter) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "counter", "vị trí \"%s\" không làm việc tại quầy \"%s\"",
                       "post \"%s\" does not sit at counter \"%s\"", f->actor, counter);
    r.hours = catalogue_counter_hours(c, counter, r.day);
    if (channel == CHANNEL_COUNTER)
        rc = counter_is_open(&r, f, reterr);
    if (rc)
        return rc;
    r.procedure = catalogue_procedure(c, procedure, r.day);
    if (!r.procedure)
        return err_say(reterr, ERR_INVALID, "procedure", "không có thủ tục \"%s\" vào ngày này",
                       "there is no procedure \"%s\" on this day", procedure);
    *ret = r;
    return ERR_OK;
}

enum err_code intake_at_counter(const struct intake_dossier *d, enum channel channel, const struct intake_facts *f,
                                const char **ret_place, struct err *reterr)
{
    return intake_at_counter_as(ROLE_BIT(RECEIVER), d, channel, f, ret_place, reterr);
}

enum err_code intake_at_counter_as(uint32_t roles, const struct intake_dossier *d, enum channel channel,
                                   const struct intake_facts *f, const char **ret_place, struct err *reterr)
{
    struct reception r = {.day = instant_day(f->now)};
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, r.day, &r.desk, reterr);

    if (rc)
        return rc;
    if (strcmp(r.desk.officer->unit, d->receiving_unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ được tiếp nhận tại đơn vị %s, không phải %s",
                       "the dossier was received at unit %s, not %s", d->receiving_unit, r.desk.officer->unit);
    r.counter = catalogue_counter(f->catalogue, r.desk.place, r.day);
    if (!r.counter || !(r.desk.officer->roles & roles))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không tiếp nhận tại quầy",
                       "post \"%s\" does not receive at a counter", f->actor);
    r.hours = catalogue_counter_hours(f->catalogue, r.desk.place, r.day);
    if (channel == CHANNEL_COUNTER)
        rc = counter_is_open(&r, f, reterr);
    *ret_place = r.desk.place;
    return rc;
}

/* competent_unit: the process of a department names the department where it approves; elsewhere it is the counter's own
 * unit. */
static const char *competent_unit(const struct process *p, const struct counter *c)
{
    int n = process_following(p, 0, STEP_APPROVE);

    return n ? process_unit(process_step(p, n), c->unit, c->unit) : c->unit;
}

/* is_above tells whether a unit belongs to another one, over however many levels. */
static bool is_above(const struct catalogue *c, const char *above, const struct unit *u, int32_t day)
{
    for (int level = 0; u && level < LEVEL_COUNT; level++) {
        if (u->parent && strcmp(u->parent, above) == 0)
            return true;
        u = u->parent ? catalogue_unit(c, u->parent, day) : NULL;
    }
    return false;
}

/* What a unit appraises it receives, too, when a unit above it decides (Decree 61/2018 Art. 19(7)). */
static bool appraises_for(const struct process *p, const char *competent, const struct reception *r,
                          const struct catalogue *c)
{
    int n = process_following(p, 0, STEP_APPRAISE);

    return n && strcmp(process_unit(process_step(p, n), competent, r->counter->unit), r->counter->unit) == 0 &&
           is_above(c, competent, r->unit, r->day);
}

static enum err_code find_process(const struct reception *r, const struct intake_receive *c,
                                  const struct intake_facts *f, const struct process **ret, const char **ret_unit,
                                  struct err *reterr)
{
    const struct process *p = NULL;

    if (r->procedure->levels & (UINT32_C(1) << r->unit->level))
        p = catalogue_process_for(f->catalogue, c->procedure, r->unit->level, r->day);
    if (!p)
        return err_say(reterr, ERR_INVALID, "procedure", "thủ tục %s không được giải quyết ở cấp của đơn vị %s",
                       "procedure %s is not handled at the level of unit %s", c->procedure, r->unit->record.id);
    const char *unit = competent_unit(p, r->counter);
    if (strcmp(unit, r->counter->unit) != 0 && !r->counter->shared && !appraises_for(p, unit, r, f->catalogue))
        return err_say(reterr, ERR_INVALID, "procedure",
                       "thủ tục %s thuộc thẩm quyền của %s, không tiếp nhận tại quầy %s",
                       "procedure %s belongs to %s and is not received at counter %s", c->procedure, unit, c->counter);
    if (c->unit && strcmp(c->unit, unit) != 0)
        return err_say(reterr, ERR_INVALID, "unit", "đơn vị có thẩm quyền là %s, không phải %s",
                       "the competent unit is %s, not %s", unit, c->unit);
    *ret = p;
    *ret_unit = unit;
    return ERR_OK;
}

enum err_code intake_answerable(const struct intake_submit *c, const struct intake_facts *f, const struct counter **ret,
                                struct err *reterr)
{
    struct reception r = {.day = instant_day(f->now)};
    const struct process *p;
    const char *unit;

    if (!f->catalogue->calendar)
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "chưa nhập danh mục dùng chung",
                       "no reference data were imported yet");
    r.unit = catalogue_unit(f->catalogue, c->unit, r.day);
    r.counter = r.unit ? catalogue_counter_of(f->catalogue, c->unit, r.day) : NULL;
    if (!r.counter)
        return err_say(reterr, ERR_INVALID, "unit", "đơn vị \"%s\" không có quầy tiếp nhận vào ngày này",
                       "unit \"%s\" has no counter on this day", c->unit);
    r.procedure = catalogue_procedure(f->catalogue, c->procedure, r.day);
    if (!r.procedure)
        return err_say(reterr, ERR_INVALID, "procedure", "không có thủ tục \"%s\" vào ngày này",
                       "there is no procedure \"%s\" on this day", c->procedure);
    struct intake_receive as = {.counter = r.counter->record.id, .procedure = c->procedure};
    enum err_code rc = find_process(&r, &as, f, &p, &unit, reterr);
    if (!rc)
        rc = intake_check_papers(CHANNEL_ONLINE, c->components, c->component_count, f->arena, reterr);
    const struct intake_list list = intake_list_of(f, c->procedure, f->now);
    if (!rc)
        rc = intake_check_listed(&list, "components", c->components, c->component_count, f->arena, reterr);
    if (!rc)
        *ret = r.counter;
    return rc;
}

/* ---- the next step of intake */

static enum err_code open_transfer(struct intake_dossier *d, const struct process *p, int step,
                                   const struct intake_facts *f, struct err *reterr)
{
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(d->received_at));
    const struct process_step *giver = process_step(p, step), *taker = process_step(p, step + 1);
    struct intake_transfer t = {
        .step = step,
        .round = 1,
        .state = INTAKE_TRANSFER_AWAITING,
        .from_unit = process_unit(giver, d->unit, d->receiving_unit),
        .to_unit = taker ? process_unit(taker, d->unit, d->receiving_unit) : d->unit,
        .opened_at = f->now,
        .given_at = INSTANT_NONE,
        .answered_at = INSTANT_NONE,
    };

    int own = 0;

    for (int i = 0; i < d->transfer_count; i++) {
        own += d->transfers[i].supplement == 0;
        t.round += d->transfers[i].supplement == 0 && d->transfers[i].step == step;
    }
    if (own == INTAKE_PROCESS_TRANSFERS_MAX)
        return err_say(reterr, ERR_INVALID, "process", "quy trình %s có quá nhiều bước chuyển",
                       "process %s has too many transfers", d->process);
    enum err_code rc = intake_transfer_due(&hours, f, &t.due_at, reterr);
    if (rc)
        return rc;
    const struct step_span given = {
        .of = giver, .counter = d->counter, .office = t.from_unit, .opened = f->now, .until = t.due_at};
    t.near_at = step_clock_near(f->catalogue, &given);
    d->transfers[d->transfer_count++] = t;
    return ERR_OK;
}

static enum err_code open_obligation(struct intake_dossier *d, const struct process *p, int step,
                                     const struct intake_facts *f, struct err *reterr)
{
    if (d->obligation_count == INTAKE_OBLIGATIONS_MAX)
        return err_say(reterr, ERR_INVALID, "process", "quy trình %s có quá nhiều bước nghĩa vụ tài chính",
                       "process %s has too many obligations", d->process);

    const struct left_out left_out = intake_left_out(d);
    const struct process_step *of = process_step(p, step);
    const struct step_span span = {.of = of,
                                   .counter = d->counter,
                                   .office = process_unit(of, d->unit, d->receiving_unit),
                                   .opened = f->now,
                                   .left_out = &left_out};
    d->obligations[d->obligation_count++] = (struct intake_obligation){.step = step,
                                                                       .round = 1,
                                                                       .state = INTAKE_OBLIGATION_EXPECTED,
                                                                       .opened_at = f->now,
                                                                       .due_at = step_clock_due(f->catalogue, &span),
                                                                       .near_at = step_clock_near(f->catalogue, &span),
                                                                       .notified_at = INSTANT_NONE,
                                                                       .met_at = INSTANT_NONE};
    return ERR_OK;
}

enum err_code intake_open_next(struct intake_dossier *d, int n, const struct intake_facts *f, struct err *reterr)
{
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);
    int step;

    if (!p || !process_opens(p, n, OWNER_INTAKE, &step))
        return ERR_OK;
    if (process_step(p, step)->kind == STEP_TRANSFER)
        return open_transfer(d, p, step, f, reterr);
    return process_step(p, step)->kind == STEP_OBLIGATION ? open_obligation(d, p, step, f, reterr) : ERR_OK;
}

/* ---- the ways a visit to the counter ends */

enum err_code intake_may_receive(const struct intake_receive *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr)
{
    struct reception r;
    const struct process *p = NULL;
    const char *unit = NULL;
    enum err_code rc = sit_down(c->counter, c->procedure, c->channel, f, &r, reterr);

    if (!rc)
        rc = find_process(&r, c, f, &p, &unit, reterr);
    if (!rc)
        rc = desk_may_do(&r.desk, process_step(p, 1), unit, r.counter->unit, reterr);
    if (!rc)
        rc = intake_check_papers(c->channel, c->components, c->component_count, f->arena, reterr);
    const struct intake_list list = intake_list_of(f, c->procedure, f->now);
    if (!rc)
        rc = intake_check_complete(&list, c->components, c->component_count, f->arena, reterr);
    if (!rc)
        rc = intake_may_follow(c, f, &ret->follows, reterr);
    if (rc)
        return rc;

    struct intake_dossier d = {
        .channel = c->channel,
        .counter = c->counter,
        .receiving_unit = r.counter->unit,
        .unit = unit,
        .procedure = c->procedure,
        .process = p->record.id,
        .process_version = p->record.version,
        .route = p->route,
        .received_by = f->actor,
        .received_at = f->now,
        .promised_at = INSTANT_NONE,
        .apology_due_at = INSTANT_NONE,
        .release = f->catalogue->release,
        .component_count = c->component_count,
        .origin_reference = c->origin_reference,
        .finished_at = INSTANT_NONE,
        .broken_off_at = INSTANT_NONE,
        .collection = INTAKE_NO_COLLECTION,
        .returned_at = INSTANT_NONE,
    };
    intake_set_fees(&d, r.procedure, f);
    rc = intake_set_due(&d, r.procedure, f, reterr);
    if (!rc)
        rc = intake_open_next(&d, 1, f, reterr);
    if (rc)
        return rc;
    if (c->at_once)
        rc = intake_may_act_at_once(c, r.procedure, f, ret, reterr);
    if (rc)
        return rc;
    ret->next = d;
    ret->place = r.desk.place;
    ret->step = 1;
    ret->round = 1;
    ret->receive = c;
    return intake_pay_with_receipt(c, f, ret, reterr);
}

enum err_code intake_end_visit(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr)
{
    struct reception r;
    enum err_code rc = sit_down(c->counter, c->procedure, c->channel, f, &r, reterr);

    if (!rc)
        rc = desk_has_any(&r.desk, ROLE_BIT(RECEIVER), reterr);
    if (!rc && c->reason_count < 1)
        rc = err_say(reterr, ERR_INVALID, "reasons", "phải nêu ít nhất một lý do", "needs at least one reason");
    if (!rc) /* nothing was accepted, so nothing is kept: whoever came takes his papers along, the post brings them back
              */
        rc = intake_check_consignment(c->channel == CHANNEL_POST, c->consignment, reterr);
    if (rc)
        return rc;
    ret->next = (struct intake_dossier){
        .channel = c->channel,
        .counter = c->counter,
        .receiving_unit = r.counter->unit,
        .unit = r.counter->unit,
        .procedure = c->procedure,
        .received_by = f->actor,
        .received_at = f->now,
        .promised_at = INSTANT_NONE,
        .apology_due_at = INSTANT_NONE,
        .due_at = INSTANT_NONE,
        .due_reported = INSTANT_NONE,
        .release = f->catalogue->release,
        .finished_at = INSTANT_NONE,
        .broken_off_at = INSTANT_NONE,
        .collection = INTAKE_NO_COLLECTION,
        .returned_at = INSTANT_NONE,
    };
    ret->place = r.desk.place;
    return ERR_OK;
}

enum err_code intake_may_refuse(const struct intake_visit *c, const struct intake_facts *f, struct intake_decision *ret,
                                struct err *reterr)
{
    enum err_code rc = intake_end_visit(c, f, ret, reterr);

    ret->refuse = c;
    return rc ? rc : intake_was_told(c, f, reterr);
}

const char *intake_series_key(const struct catalogue *c, const char *counter, int32_t day, struct arena *a)
{
    const struct counter *at = catalogue_counter(c, counter, day);
    const struct unit *unit = at ? catalogue_unit(c, at->unit, day) : NULL;
    struct civil date = instant_day_civil(day);

    if (!unit)
        return NULL;
    return arena_printf(a, "code/%s/%02d%02d%02d", unit->agency_code, date.year % 100, date.month, date.day);
}
