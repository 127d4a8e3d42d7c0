/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a citizen files on the public service portal (national status 1). Nothing is accepted by that and no clock of
 * the dossier runs, but the counter that it names has to answer within the working hours of common/domain/term.h
 * (eight, by Decree 45/2020): with a receipt, the refusal form or the request form. It answers once, and behind that
 * time all the same: then it is late. The officer says what he accepts, as at the counter; that it is the same
 * person's, about the same procedure and at a counter of that unit is checked here.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/term.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* answer_by gives the moment by which what was filed then is answered: by the hours of the unit's counter, and the
 * term, of that day. */
static enum err_code answer_by(const struct counter *counter, instant filed_at, const struct intake_facts *f,
                               instant *ret, struct err *reterr)
{
    int32_t day = instant_day(filed_at);
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, counter->record.id, day);
    int minutes = term_value(f->catalogue, TERM_SUBMISSION_ANSWER, day) * 60;

    return worktime_add(f->catalogue->calendar, &hours, filed_at, WORKTIME_SPAN_MINUTES(minutes), NULL, ret, reterr);
}

/* due_again is until when it is to be answered, by the calendar in use. */
static instant due_again(const struct intake_dossier *d, const struct intake_facts *f)
{
    const struct intake_submission *s = d->submission;
    const struct counter *counter = catalogue_counter_of(f->catalogue, d->receiving_unit, instant_day(s->at));
    instant due = s->answer_due_at, counted;

    if (counter && !answer_by(counter, s->at, f, &counted, NULL))
        (void)intake_give_more(&due, counted);
    return due;
}

static const struct intake_submission *answered_as(const struct intake_dossier *d, const struct intake_facts *f)
{
    struct intake_submission *moved;
    instant due = due_again(d, f);

    if (due == d->submission->answer_due_at)
        return d->submission;
    moved = ARENA_NEW(f->arena, struct intake_submission);
    *moved = *d->submission;
    moved->answer_due_at = due;
    return moved;
}

instant intake_submission_watch(const struct intake_dossier *d, const struct intake_facts *f)
{
    return d->submission ? due_again(d, f) + 1 : INSTANT_NONE;
}

enum err_code intake_may_submit(const struct intake_submit *c, const struct intake_facts *f,
                                struct intake_decision *ret, struct err *reterr)
{
    const struct counter *counter;
    struct intake_submission *s = ARENA_NEW(f->arena, struct intake_submission);
    enum err_code rc = intake_answerable(c, f, &counter, reterr);

    if (rc)
        return rc;
    *s = (struct intake_submission){.reference = c->reference,
                                    .identity_number = c->applicant.identity_number,
                                    .at = f->now,
                                    .listed = intake_listed_codes(c->components, c->component_count, f->arena)};
    rc = answer_by(counter, f->now, f, &s->answer_due_at, reterr);
    if (rc)
        return rc;
    ret->next = intake_submitted(s, c->unit, c->procedure);
    ret->next.component_count = c->component_count;
    ret->submit = c;
    return ERR_OK;
}

enum err_code intake_is_unanswered(const struct intake_dossier *d, const struct intake_facts *f,
                                   struct intake_decision *ret, struct err *reterr)
{
    ret->answer_due_at = due_again(d, f);
    if (f->now > ret->answer_due_at)
        return ERR_OK;
    return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "chưa hết hạn trả lời hồ sơ nộp trực tuyến",
                   "the time to answer what was filed has not passed");
}

struct intake_dossier intake_submitted(const struct intake_submission *s, const char *unit, const char *procedure)
{
    return (struct intake_dossier){
        .state = INTAKE_SUBMITTED,
        .submission = s,
        .channel = CHANNEL_ONLINE,
        .receiving_unit = unit,
        .unit = unit,
        .procedure = procedure,
        .origin_reference = s->reference,
        .received_at = INSTANT_NONE,
        .due_at = INSTANT_NONE,
        .due_reported = INSTANT_NONE,
        .promised_at = INSTANT_NONE,
        .apology_due_at = INSTANT_NONE,
        .finished_at = INSTANT_NONE,
        .broken_off_at = INSTANT_NONE,
        .returned_at = INSTANT_NONE,
        .collection = INTAKE_NO_COLLECTION,
    };
}

/* What was filed, and what the officer says of it, have to be the same. */
static enum err_code is_it(const struct intake_dossier *d, const char *identity_number,
                           const struct intake_dossier *next, struct err *reterr)
{
    const struct intake_submission *s = d->submission;

    if (next->channel != CHANNEL_ONLINE)
        return err_say(reterr, ERR_INVALID, "channel", "hồ sơ này được nộp trực tuyến", "this was filed online");
    if (strcmp(next->procedure, d->procedure) != 0)
        return err_say(reterr, ERR_INVALID, "procedure", "hồ sơ được nộp cho thủ tục %s, không phải %s",
                       "it was filed for procedure %s, not %s", d->procedure, next->procedure);
    if (strcmp(next->receiving_unit, d->receiving_unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "counter", "hồ sơ được nộp đến đơn vị %s, không phải %s",
                       "it was filed to unit %s, not %s", d->receiving_unit, next->receiving_unit);
    if (strcmp(identity_number, s->identity_number) != 0)
        return err_say(reterr, ERR_INVALID, "applicant.identity_number", "không phải người đã nộp hồ sơ này",
                       "is not the person who filed it");
    if (next->origin_reference && strcmp(next->origin_reference, s->reference) != 0)
        return err_say(reterr, ERR_INVALID, "origin_reference", "mã của hồ sơ đã nộp là %s, không phải %s",
                       "what was filed has the reference %s, not %s", s->reference, next->origin_reference);
    return ERR_OK;
}

enum err_code intake_may_answer(const struct intake_dossier *d, struct id named, const char *identity_number,
                                const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    enum err_code rc;

    if (id_is_nil(named))
        return ERR_OK;
    if (!d || !d->submission)
        return err_say(reterr, ERR_INVALID, "submission", "không có hồ sơ nộp trực tuyến %s",
                       "there is no filing %s on the portal", id_text(named).s);
    rc = is_it(d, identity_number, &ret->next, reterr);
    if (rc)
        return rc;
    ret->answered = answered_as(d, f);
    ret->next.origin_reference = d->submission->reference;
    ret->next.complaints = d->complaints; /* that nobody had answered it, perhaps */
    ret->next.complaint_count = d->complaint_count;
    return ERR_OK;
}
