/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The correction of a wrong result (đính chính): the agency at fault corrects at its own cost (D61 Art. 21(1)). The
 * competent unit asks for it with the letter that corrects, or the paper that takes the wrong one's place (Decree
 * 30/2020 Art. 18(3)), which it has filed; with the cause as a code, the unit at fault, and who found it out. Approval
 * signs it, return numbers, seals and hands it over like a result. The dossier has ended and stays as it ended: no date
 * and no clock of it moves. The law gives no days for it, so there is no term here. A refusal can be wrong in what it
 * says, too, and is corrected the same way; whether it should have been granted is a decision, not a correction.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
#define MOVE(from_, on_, to_, why_)                                                                                    \
    {.from = INTAKE_CORRECTION_##from_, .on = INTAKE_##on_, .to = INTAKE_CORRECTION_##to_, .why = why_}

static const struct fsm_edge moves[] = {
    MOVE(REQUESTED,   SIGN_CORRECTION,   SIGNED,      "an approver has signed it"),
    MOVE(REQUESTED,   REFUSE_CORRECTION, REFUSED,     "an approver does not sign it: the result stays as it is"),
    MOVE(SIGNED,      SEAL_CORRECTION,   ISSUED,      "it is numbered and sealed"),
    MOVE(ISSUED,      LIE_READY,         READY,       "it lies at the counter"),
    MOVE(READY,       GIVE_CORRECTION,   HANDED_OVER, "the citizen has it"),
    MOVE(HANDED_OVER, COME_BACK,         READY,       "the post brings it back"),
};
/* clang-format on */

const char *const intake_correction_state_names[] = {INTAKE_CORRECTION_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_CORRECTION_STATE_MAP(WORD_VI)};

const struct fsm intake_correction_fsm = {
    .name = "intake-correction",
    .rows = moves,
    .count = COUNT_OF(moves),
    .stride = sizeof(struct fsm_edge),
    .states = intake_correction_state_names,
    .state_count = INTAKE_CORRECTION_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_CORRECTION_REQUESTED,
};

int intake_correction_state_parse(const char *name)
{
    return words_find(intake_correction_state_names, name);
}

/* own gives the decision corrections of its own, with room for one more: those of the dossier stay as they are. */
static struct intake_correction *own(const struct intake_facts *f, struct intake_dossier *d)
{
    struct intake_correction *corrections =
        ARENA_ARRAY(f->arena, (size_t)d->correction_count + 1, struct intake_correction);

    if (d->correction_count)
        memcpy(corrections, d->corrections, (size_t)d->correction_count * sizeof *corrections);
    d->corrections = corrections;
    return corrections;
}

/* ---- asking */

/* One at a time, until it is sealed: whether the next one is needed is seen on the corrected result. */
static enum err_code may_follow(const struct intake_dossier *d, struct id paper, struct err *reterr)
{
    for (int i = 0; i < d->correction_count; i++) {
        const struct intake_correction *x = &d->corrections[i];
        if (x->state == INTAKE_CORRECTION_REQUESTED || x->state == INTAKE_CORRECTION_SIGNED)
            return err_say(reterr, ERR_CONFLICT, "corrections", "lần đính chính số %d chưa ký hoặc chưa phát hành xong",
                           "correction number %d waits to be signed or issued", i + 1);
        if (id_eq(x->document, paper))
            return err_say(reterr, ERR_CONFLICT, "correction.id", "văn bản này đã dùng cho lần đính chính số %d",
                           "this document was that of correction number %d", i + 1);
    }
    if (d->correction_count == INTAKE_CORRECTIONS_MAX)
        return err_say(reterr, ERR_CONFLICT, "corrections", "kết quả đã được đề nghị đính chính %d lần",
                       "%d corrections of the result were asked for already", d->correction_count);
    return ERR_OK;
}

static enum err_code check_fault(const struct intake_ask_correction *c, const struct intake_facts *f,
                                 struct err *reterr)
{
    if (c->cause == CORRECTION_CAUSE_CITIZEN_DATA)
        return err_say(
            reterr, ERR_INVALID, "cause",
            "thông tin do người nộp hồ sơ khai sai không phải lỗi của cơ quan: việc sửa là một thủ tục riêng",
            "what the citizen stated wrongly is no fault of the agency: changing it is a procedure of its "
            "own");
    if (!catalogue_unit(f->catalogue, c->unit, CATALOGUE_ANY_DAY))
        return err_say(reterr, ERR_INVALID, "unit", "không có đơn vị \"%s\"", "there is no unit \"%s\"", c->unit);
    return ERR_OK;
}

enum err_code intake_may_request_correction(const struct intake_ask_correction *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr)
{
    static const struct papers none;
    struct intake_dossier *d = &ret->next;
    const struct paper *paper;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị giải quyết (%s) đề nghị đính chính, không phải %s",
                       "the unit that handled it (%s) asks to correct it, not %s", d->unit, desk.officer->unit);
    rc = desk_has_any(&desk, INTAKE_HANDLERS, reterr);
    if (!rc)
        rc = may_follow(d, c->correction.id, reterr);
    if (!rc)
        rc = check_fault(c, f, reterr);
    if (!rc)
        rc = papers_named(f->papers ? f->papers : &none, &c->correction, "correction", &paper, reterr);
    if (rc)
        return rc;
    own(f, d)[d->correction_count] = (struct intake_correction){.state = INTAKE_CORRECTION_REQUESTED,
                                                                .document = paper->handle.id,
                                                                .cause = c->cause,
                                                                .reported_by = c->reported_by,
                                                                .unit = c->unit,
                                                                .asked_by = f->actor,
                                                                .asked_at = f->now,
                                                                .answered_at = INSTANT_NONE,
                                                                .issued_at = INSTANT_NONE,
                                                                .ready_at = INSTANT_NONE,
                                                                .handed_over_at = INSTANT_NONE};
    ret->correction = d->correction_count++;
    ret->named = &paper->handle;
    ret->place = desk.place;
    return ERR_OK;
}

/* ---- what becomes of it */

static void note_time(struct intake_correction *x, enum intake_act act, instant at)
{
    if (act == INTAKE_SIGN_CORRECTION || act == INTAKE_REFUSE_CORRECTION)
        x->answered_at = at;
    else if (act == INTAKE_SEAL_CORRECTION)
        x->issued_at = at;
    else if (act == INTAKE_GIVE_CORRECTION)
        x->handed_over_at = at;
    else
        x->ready_at = at; /* once more, when the post has brought it back */
    if (act == INTAKE_COME_BACK)
        x->handed_over_at = INSTANT_NONE;
}

static enum err_code refuse_move(int number, enum intake_correction_state from, enum intake_act act,
                                 const struct intake_facts *f, struct err *reterr)
{
    const struct fsm_child child = {.field = "document",
                                    .vi = arena_printf(f->arena, "văn bản đính chính số %d", number),
                                    .en = arena_printf(f->arena, "correction number %d", number)};

    return fsm_refuse_child(&intake_correction_fsm, (int)from, (int)act, &child, reterr);
}

enum err_code intake_note_correction(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;

    for (int i = 0; i < d->correction_count; i++) {
        if (!id_eq(d->corrections[i].document, c->document))
            continue;
        const struct fsm_edge *e = fsm_next(&intake_correction_fsm, (int)d->corrections[i].state, (int)act, NULL);
        if (!e)
            return refuse_move(i + 1, d->corrections[i].state, act, f, reterr);
        struct intake_correction *x = &own(f, d)[i];
        x->state = (enum intake_correction_state)e->to;
        note_time(x, act, c->at);
        ret->correction = i;
        return ERR_OK;
    }
    return dossier_untrue(reterr, "văn bản kèm theo không phải bản đính chính đã được yêu cầu",
                          "its document is no correction that was asked for", c->step);
}
