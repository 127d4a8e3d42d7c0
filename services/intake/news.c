/* SPDX-License-Identifier: Apache-2.0 */
/* What the other services' events add to the dossier. What they tell is true: hardly any of it is refused. */
#include "services/intake/guards.h"
#include "services/intake/rules.h"

/* When it happened elsewhere, which intake may hear of a night later; of a clock that goes behind, not before the
 * receipt. */
static instant happened(const struct asked *q)
{
    const struct intake_progress *c = q->command;

    return c->at < q->d->received_at ? q->d->received_at : c->at;
}

enum err_code note_withdrawn(struct asked *q, struct err *reterr UNUSED)
{
    intake_end_withdrawal(WITHDRAWAL_GRANTED, q->out);
    intake_break_off(((const struct intake_progress *)q->command)->at, q->f, q->out);
    return ERR_OK;
}

enum err_code note_kept(struct asked *q, struct err *reterr UNUSED)
{
    intake_end_withdrawal(WITHDRAWAL_REFUSED, q->out);
    return ERR_OK;
}

enum err_code note_stop(struct asked *q, struct err *reterr UNUSED)
{
    const struct intake_progress *c = q->command;

    intake_stop(c->document, q->out);
    intake_break_off(c->at, q->f, q->out);
    return ERR_OK;
}

/* The answer may be to an earlier request, which has lapsed here meanwhile. */
enum err_code note_not_stopped(struct asked *q, struct err *reterr UNUSED)
{
    if (id_eq(((const struct intake_progress *)q->command)->document, q->d->stop.notice))
        intake_end_stop(STOP_REFUSED, q->out);
    return ERR_OK;
}

enum err_code note_notice(struct asked *q, struct err *reterr)
{
    if (!is_stopping(q))
        return err_say(reterr, ERR_INVALID, "outcome", "văn bản được đóng dấu không phải văn bản đã ký",
                       "what was sealed is not what was signed");
    q->out->next.finished_at = happened(q);
    return ERR_OK;
}

enum err_code note_sign_correction(struct asked *q, struct err *reterr)
{
    return intake_note_correction(q->command, INTAKE_SIGN_CORRECTION, q->f, q->out, reterr);
}

enum err_code note_refuse_correction(struct asked *q, struct err *reterr)
{
    return intake_note_correction(q->command, INTAKE_REFUSE_CORRECTION, q->f, q->out, reterr);
}

enum err_code note_seal_correction(struct asked *q, struct err *reterr)
{
    return intake_note_correction(q->command, INTAKE_SEAL_CORRECTION, q->f, q->out, reterr);
}

enum err_code note_give_correction(struct asked *q, struct err *reterr)
{
    return intake_note_correction(q->command, INTAKE_GIVE_CORRECTION, q->f, q->out, reterr);
}

enum err_code note_not_extended(struct asked *q, struct err *reterr UNUSED)
{
    q->out->next.extension.state = EXTENSION_REFUSED;
    q->out->extension = true;
    return ERR_OK;
}

enum err_code extend(struct asked *q, struct err *reterr)
{
    return intake_extend(((const struct intake_progress *)q->command)->at, q->f, q->out, reterr);
}

/* Behind the end it moves nothing any more. */
enum err_code note_issued(struct asked *q, struct err *reterr UNUSED)
{
    q->out->next.extension.state = EXTENSION_ISSUED;
    q->out->next.extension.issued_at = q->f->now;
    q->out->next.extension.judged = DEADLINE_NO_APOLOGY;
    q->out->next.extension.judged.sealed_at = ((const struct intake_progress *)q->command)->at;
    q->out->next.extension.due_at = INSTANT_NONE;
    q->out->extension = true;
    return ERR_OK;
}

enum err_code let_be(struct asked *q, struct err *reterr UNUSED)
{
    q->out->stays = true;
    return ERR_OK;
}

enum err_code note_asked(struct asked *q, struct err *reterr)
{
    (void)reterr;
    q->out->next.asked_unit = ((const struct intake_progress *)q->command)->asked;
    return ERR_OK;
}

/* A step has ended: work and papers go on. */
static enum err_code go_on(struct asked *q, enum intake_act by)
{
    intake_go_on(by, q->command, q->f, q->out);
    return ERR_OK;
}

static enum err_code papers_go_on(struct asked *q, enum intake_act by)
{
    intake_papers_go_on(by, q->command, q->f, q->out);
    return ERR_OK;
}

enum err_code note_go_on(struct asked *q, struct err *reterr UNUSED)
{
    return go_on(q, INTAKE_GO_ON);
}

enum err_code note_go_back(struct asked *q, struct err *reterr UNUSED)
{
    return go_on(q, INTAKE_GO_BACK);
}

enum err_code note_answered(struct asked *q, struct err *reterr)
{
    intake_note_silence(q->d->asked_unit, ((const struct intake_progress *)q->command)->silent, q->f, q->out);
    q->out->next.asked_unit = NULL;
    return note_go_on(q, reterr);
}

enum err_code note_taken_up(struct asked *q, struct err *reterr UNUSED)
{
    intake_take_up(q->command, q->f, q->out);
    return ERR_OK;
}

/* What was told before appraisal knew of the end: nobody has business with the dossier any more, but the papers went
 * that way. */
enum err_code note_late_go_on(struct asked *q, struct err *reterr UNUSED)
{
    return papers_go_on(q, INTAKE_GO_ON);
}

enum err_code note_late_go_back(struct asked *q, struct err *reterr UNUSED)
{
    return papers_go_on(q, INTAKE_GO_BACK);
}

enum err_code note_late_turns(struct asked *q, struct err *reterr UNUSED)
{
    q->out->took_part = ((const struct intake_progress *)q->command)->asked;
    intake_begin_turn(q->command, q->out);
    return ERR_OK;
}

enum err_code note_late_part(struct asked *q, struct err *reterr UNUSED)
{
    intake_end_turn(q->command, q->out);
    return ERR_OK;
}

enum err_code note_late_request(struct asked *q, struct err *reterr UNUSED)
{
    intake_end_turns(INTAKE_REQUEST_SUPPLEMENT, ((const struct intake_supplement_asked *)q->command)->at, q->out);
    return ERR_OK;
}

enum err_code note_turns(struct asked *q, struct err *reterr)
{
    intake_open_parts(q->command, q->f, q->out);
    return note_late_turns(q, reterr);
}

enum err_code note_part(struct asked *q, struct err *reterr)
{
    const struct intake_progress *c = q->command;

    intake_end_part(c, q->f, q->out);
    intake_note_silence(c->asked, c->silent, q->f, q->out);
    return note_late_part(q, reterr);
}

enum err_code goes_on(struct asked *q, struct err *reterr)
{
    const struct intake_progress *c = q->command;
    struct intake_facts then = *q->f;

    then.now = intake_heard_at(q->d, c->at, q->f);
    enum err_code rc = intake_open_next(&q->out->next, c->step, &then, reterr);

    return rc ? rc : note_go_on(q, reterr);
}

enum err_code note_outcome(struct asked *q, struct err *reterr)
{
    const struct intake_progress *c = q->command;

    if (c->outcome == OUTCOME_NONE)
        return err_say(reterr, ERR_INVALID, "outcome", "văn bản đã ký không có kết quả giải quyết",
                       "what was signed has no outcome");
    q->out->next.outcome = c->outcome;
    q->out->next.step_unit = q->out->next.silent_units = NULL; /* the work is done */
    if (q->d->withdrawal.state == WITHDRAWAL_REQUESTED)
        intake_end_withdrawal(WITHDRAWAL_LAPSED, q->out);
    if (q->d->stop.state == STOP_REQUESTED)
        intake_end_stop(STOP_LAPSED, q->out);
    return ERR_OK;
}

enum err_code note_finish(struct asked *q, struct err *reterr)
{
    const struct intake_progress *c = q->command;

    if (c->outcome != q->d->outcome)
        return err_say(reterr, ERR_INVALID, "outcome", "văn bản được đóng dấu không phải văn bản đã ký",
                       "what was sealed is not what was signed");
    q->out->next.finished_at = happened(q);
    q->out->next.sealed = c->document;
    return ERR_OK;
}

enum err_code note_return(struct asked *q, struct err *reterr)
{
    (void)reterr;
    q->out->next.returned_at = happened(q);
    q->out->next.returned_by = ((const struct intake_progress *)q->command)->by;
    return ERR_OK;
}

enum err_code note_ready(struct asked *q, struct err *reterr UNUSED)
{
    const struct intake_progress *c = q->command;

    intake_note_ready(c, q->out);
    if (q->d->outcome == OUTCOME_GRANTED)
        intake_fall_due(FEE_DUE_RETURN, c->at, q->f, q->out);
    return ERR_OK;
}

enum err_code note_reminder(struct asked *q, struct err *reterr UNUSED)
{
    intake_note_reminder(q->command, q->out);
    return ERR_OK;
}

enum err_code note_came_back(struct asked *q, struct err *reterr UNUSED)
{
    intake_note_came_back(q->command, q->out);
    return ERR_OK;
}
