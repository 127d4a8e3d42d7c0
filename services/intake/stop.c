/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stop (dừng giải quyết): the competent unit asks for it with the notice "Thông báo dừng giải quyết hồ sơ"
 * (Circular 03/2025, form 05), on a ground that is a code; in words it is in the notice. Once a dossier is accepted
 * only approval closes it, so the notice waits to be signed and the work goes on meanwhile. Signed, it is numbered,
 * sealed and handed over like a result; from the seal on the dossier is stopped (national status 8). A last signature
 * that was given without knowing of the request stands, and the supplement that was waited for in vain may come after
 * all: the request has then lapsed.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* awaited gives the supplement that the citizen was asked for and has not brought; NULL: none. */
static const struct intake_supplement *awaited(const struct intake_dossier *d)
{
    const struct intake_supplement *s = d->supplement_count ? &d->supplements[d->supplement_count - 1] : NULL;

    return s && s->received_at == INSTANT_NONE ? s : NULL;
}

/* The citizen's time to complete the dossier must be over. How long that is, is data with its legal basis: where none
 * is known, it never ends. */
static enum err_code time_is_over(const struct intake_dossier *d, instant now, struct err *reterr)
{
    const struct intake_supplement *s = awaited(d);

    if (!s)
        return err_say(reterr, ERR_CONFLICT, "ground", "hồ sơ không chờ bổ sung", "the dossier awaits no supplement");
    if (s->answer_until == INSTANT_NONE)
        return err_say(
            reterr, ERR_CONFLICT, "supplement_wait",
            "thủ tục %s không có quy định về thời gian chờ bổ sung (supplement_wait): không dừng theo căn cứ này",
            "no rule is known of how long procedure %s waits for a supplement (supplement_wait): it is not "
            "stopped on this ground",
            d->procedure);
    if (now <= s->answer_until)
        return err_say(reterr, ERR_CONFLICT, "ground", "công dân được bổ sung đến %s",
                       "the citizen may complete it until %s", instant_text(s->answer_until).s);
    return ERR_OK;
}

/* Until then it is not stopped on a ground that says nothing either: only on what has nothing to do with his silence.
 */
static enum err_code has_its_ground(const struct intake_dossier *d, enum stop_ground ground, instant now,
                                    struct err *reterr)
{
    const struct intake_supplement *s = awaited(d);

    if (ground == STOP_GROUND_NO_SUPPLEMENT)
        return time_is_over(d, now, reterr);
    if (ground != STOP_GROUND_OTHER || !s || (s->answer_until != INSTANT_NONE && now > s->answer_until))
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "ground",
                   "hồ sơ đang chờ công dân bổ sung: không dừng theo căn cứ \"other\" khi chưa hết thời gian đó",
                   "the citizen is completing it: before his time is over it is not stopped on the ground \"other\"");
}

/* A dossier has one request to end it at a time. */
static enum err_code is_first(const struct intake_dossier *d, struct err *reterr)
{
    if (d->stop.state == STOP_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "stop", "thông báo dừng giải quyết hồ sơ đang chờ ký",
                       "a stop notice of the dossier waits to be signed");
    if (d->withdrawal.state == WITHDRAWAL_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "withdrawal", "hồ sơ có đề nghị rút đang chờ quyết định",
                       "a request to withdraw the dossier waits for a decision");
    return ERR_OK;
}

enum err_code intake_may_request_stop(const struct intake_ask_stop *c, const struct intake_facts *f,
                                      struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị giải quyết (%s) đề nghị dừng, không phải %s",
                       "the unit that handles it (%s) asks to stop it, not %s", d->unit, desk.officer->unit);
    rc = desk_has_any(&desk, INTAKE_HANDLERS, reterr);
    if (!rc)
        rc = is_first(d, reterr);
    if (!rc)
        rc = has_its_ground(d, c->ground, f->now, reterr);
    if (rc)
        return rc;
    if (d->stop.state == STOP_LAPSED)
        d->lapsed_stop = d->stop;
    d->stop = (struct intake_stop){
        .state = STOP_REQUESTED, .notice = c->notice.id, .ground = c->ground, .at = f->now, .by = f->actor};
    ret->stop = true;
    ret->document = &c->notice;
    ret->place = desk.place;
    return ERR_OK;
}

void intake_end_stop(enum stop how, struct intake_decision *ret)
{
    ret->next.stop.state = how;
    ret->stop = true;
}

void intake_stop(struct id notice, struct intake_decision *ret)
{
    struct intake_dossier *d = &ret->next;

    if (d->lapsed_stop.state != STOP_NONE && id_eq(notice, d->lapsed_stop.notice)) {
        struct intake_stop other = d->stop;

        d->stop = d->lapsed_stop;
        d->lapsed_stop = other;
        d->lapsed_stop.state = STOP_LAPSED;
    }
    intake_end_stop(STOP_SIGNED, ret);
    ret->next.outcome = OUTCOME_STOPPED;
    ret->next.asked_unit = ret->next.part_units = ret->next.silent_units = ret->next.step_unit =
        NULL; /* no other unit has any more business with it */
    if (ret->next.withdrawal.state == WITHDRAWAL_REQUESTED)
        intake_end_withdrawal(WITHDRAWAL_LAPSED, ret);
}
