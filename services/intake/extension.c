/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The extension (D61 Art. 19(9)): who cannot keep the promised date asks for a new one with the apology (form 04), at
 * least a day before, and once. Approval signs the apology, return numbers and seals it like a result; from the seal on
 * the date is the new one. One that is issued too late is issued all the same, and is a breach. The date on the receipt
 * stays.
 */
#include <string.h>

#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

const char *const intake_extension_reasons[] = {INTAKE_EXTENSION_REASON_MAP(WORD_CODE) NULL};

enum err_code intake_may_request_extension(const struct intake_ask_more *c, const struct intake_facts *f,
                                           struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị giải quyết (%s) xin lỗi và hẹn lại, không phải %s",
                       "the unit that handles it (%s) apologises, not %s", d->unit, desk.officer->unit);
    if (d->outcome == OUTCOME_STOPPED)
        return err_say(reterr, ERR_CONFLICT, "stop", "đã ký thông báo dừng giải quyết: không còn kết quả để hẹn lại",
                       "the stop notice is signed: there is no result to be late with");
    if (d->extension.state == EXTENSION_ISSUED)
        return err_say(reterr, ERR_CONFLICT, "extension", "hồ sơ đã hẹn lại một lần (NĐ 61/2018, Điều 19(9))",
                       "the dossier was extended once already (Decree 61/2018 Art. 19(9))");
    if (d->extension.state == EXTENSION_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "extension", "phiếu xin lỗi của hồ sơ đang chờ ký, phát hành",
                       "an apology of the dossier waits to be signed and issued");
    if (c->due_at <= d->due_at || c->due_at <= f->now)
        return err_say(reterr, ERR_INVALID, "new_due_at", "ngày hẹn lại phải sau hạn đang có hiệu lực",
                       "the new date must lie behind the one in force");
    if (!worktime_is_working_day(f->catalogue->calendar, instant_day(c->due_at)))
        return err_say(reterr, ERR_INVALID, "new_due_at",
                       "ngày hẹn lại phải là ngày làm việc trong lịch đã ban hành (đến hết năm %d)",
                       "the new date must be a working day of the calendar, which ends with %d",
                       f->catalogue->calendar_last_year);
    d->extension = (struct intake_extension){.state = EXTENSION_REQUESTED,
                                             .apology = c->apology.id,
                                             .due_at = c->due_at,
                                             .reason = c->reason,
                                             .by = f->actor,
                                             .asked_at = f->now,
                                             .issued_at = INSTANT_NONE};
    ret->extension = true;
    ret->document = &c->apology;
    ret->place = desk.place;
    return ERR_OK;
}

/* The nearest of both dates decides whether it is a breach. A supplement may have moved them behind the new one
 * meanwhile: then that one means nothing any more, and the letter is issued all the same. */
enum err_code intake_extend(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    instant due, reported;
    enum err_code rc = intake_would_be_due(d, f, &due, &reported, reterr);

    if (rc)
        return rc;
    instant nearest = due < reported ? due : reported;
    ret->breach = instant_day(f->now) >= instant_day(nearest);
    if (d->extension.due_at <= nearest || d->extension.due_at <= f->now)
        d->extension.due_at = INSTANT_NONE;
    ret->was_late = intake_nearest_due(d) <= f->now;
    d->extension.state = EXTENSION_ISSUED;
    d->extension.issued_at = f->now;
    ret->extension = true;
    return intake_count_due(d, f, reterr);
}
