/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extension (D61 Art. 19(9)): who cannot keep the promised date asks for a new one with the apology (form 04), at
 * least a day before (the term of that date), and once. Approval signs the apology, return numbers and seals it like a
 * result; from the seal on the date is the new one. One that is issued too late is issued all the same, and is a
 * breach. The date on the receipt stays.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

const char *const intake_extension_reasons[] = {INTAKE_EXTENSION_REASON_MAP(WORD_CODE) NULL};

/* The working minutes that its process gives to all of its steps. */
static int64_t minutes_of(const struct process *p)
{
    int64_t minutes = 0;

    for (int i = 0; p && i < p->step_count; i++)
        minutes += p->steps[i].minutes;
    return minutes;
}

/*
 * No text says how far the new date may lie. What is prepared gives the dossier the whole time of its process once
 * more, from the warning on, and at least a working day; whoever signs may name another date. The hour stays.
 */
static bool propose(const struct intake_dossier *d, const struct intake_facts *f, instant *ret)
{
    const struct catalogue *c = f->catalogue;
    const struct process *p = catalogue_process_version(c, d->process, d->process_version);
    instant last = d->due_reported > d->due_at ? d->due_reported : d->due_at, done;
    const struct worktime_hours hours = catalogue_unit_hours(c, d->unit, instant_day(f->now));
    int32_t day;
    struct err ignored;

    if (worktime_day_after(c->calendar, instant_day(last), 1, &day, &ignored) ||
        worktime_add(c->calendar, &hours, f->now, WORKTIME_SPAN_MINUTES(minutes_of(p)), NULL, &done, &ignored))
        return false;
    struct civil hour = instant_civil(d->due_at);
    int minute = hour.hour * 60 + hour.minute;

    if (instant_day(done) > day)
        day = instant_day(done);
    if (instant_of_day(day, minute) < done && worktime_day_after(c->calendar, day, 1, &day, &ignored))
        return false;
    *ret = instant_of_day(day, minute);
    return true;
}

void intake_prepare_apology(struct intake_dossier *d, const struct intake_facts *f)
{
    bool asked = d->extension.state == EXTENSION_REQUESTED || d->extension.state == EXTENSION_ISSUED;

    if (asked || d->outcome == OUTCOME_STOPPED || !propose(d, f, &d->apology_due_at))
        d->apology_due_at = INSTANT_NONE;
}

/* The date that is asked for: the one that is named, or else the one that was prepared, which a holiday that was
 * declared since carries on to the next working day. */
static instant asked_for(const struct intake_ask_more *c, const struct intake_dossier *d, const struct intake_facts *f)
{
    instant prepared = d->apology_due_at;
    int32_t day;
    struct err ignored;

    if (c->due_at != INSTANT_NONE || prepared == INSTANT_NONE ||
        worktime_day_after(f->catalogue->calendar, instant_day(prepared), 0, &day, &ignored))
        return c->due_at != INSTANT_NONE ? c->due_at : prepared;
    return prepared + (day - instant_day(prepared)) * INSTANT_DAY;
}

enum err_code intake_may_request_extension(const struct intake_ask_more *c, const struct intake_facts *f,
                                           struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    instant due = asked_for(c, d, f);
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị giải quyết (%s) xin lỗi và hẹn lại, không phải %s",
                       "the unit that handles it (%s) apologises, not %s", d->unit, desk.officer->unit);
    rc = desk_has_any(&desk, INTAKE_HANDLERS, reterr);
    if (rc)
        return rc;
    if (d->outcome == OUTCOME_STOPPED)
        return err_say(reterr, ERR_CONFLICT, "stop", "đã ký thông báo dừng giải quyết: không còn kết quả để hẹn lại",
                       "the stop notice is signed: there is no result to be late with");
    if (d->extension.state == EXTENSION_ISSUED)
        return err_say(reterr, ERR_CONFLICT, "extension", "hồ sơ đã hẹn lại một lần (NĐ 61/2018, Điều 19(9))",
                       "the dossier was extended once already (Decree 61/2018 Art. 19(9))");
    if (d->extension.state == EXTENSION_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "extension", "phiếu xin lỗi của hồ sơ đang chờ ký, phát hành",
                       "an apology of the dossier waits to be signed and issued");
    if (due == INSTANT_NONE)
        return err_say(reterr, ERR_INVALID, "new_due_at",
                       "phải ghi ngày hẹn lại: hệ thống chưa chuẩn bị phiếu xin lỗi nào",
                       "the new date is needed: no apology was prepared");
    if (due <= d->due_at || due <= f->now)
        return err_say(reterr, ERR_INVALID, "new_due_at", "ngày hẹn lại phải sau hạn đang có hiệu lực",
                       "the new date must lie behind the one in force");
    if (!worktime_is_working_day(f->catalogue->calendar, instant_day(due)))
        return err_say(reterr, ERR_INVALID, "new_due_at",
                       "ngày hẹn lại phải là ngày làm việc trong lịch đã ban hành (đến hết năm %d)",
                       "the new date must be a working day of the calendar, which ends with %d",
                       f->catalogue->calendar_last_year);
    d->extension = (struct intake_extension){.state = EXTENSION_REQUESTED,
                                             .apology = c->apology.id,
                                             .due_at = due,
                                             .reason = c->reason,
                                             .by = f->actor,
                                             .asked_at = f->now,
                                             .issued_at = INSTANT_NONE,
                                             .judged = DEADLINE_NO_APOLOGY};
    d->apology_due_at = INSTANT_NONE;
    ret->extension = true;
    ret->document = &c->apology;
    ret->place = desk.place;
    return ERR_OK;
}

/* The nearest of both dates decides whether it is a breach, by when it was sealed, which may have come here later. A
 * supplement may have moved them behind the new one
 * meanwhile: then that one means nothing any more, and the letter is issued all the same. */
enum err_code intake_extend(instant sealed_at, const struct intake_facts *f, struct intake_decision *ret,
                            struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    instant due, reported;
    enum err_code rc = intake_would_be_due(d, f, &due, &reported, reterr);

    if (rc)
        return rc;
    instant nearest = due < reported ? due : reported;
    d->extension.judged = intake_judged(f->catalogue, nearest, sealed_at);
    ret->breach = deadline_apology_is_late(&d->extension.judged);
    if (d->extension.due_at <= nearest || d->extension.due_at <= f->now)
        d->extension.due_at = INSTANT_NONE;
    ret->was_late = intake_nearest_due(d) <= f->now;
    d->extension.state = EXTENSION_ISSUED;
    d->extension.issued_at = f->now;
    ret->extension = true;
    return intake_count_due(d, f, reterr);
}
