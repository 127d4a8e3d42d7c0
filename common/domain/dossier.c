/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/dossier.h"

#include <string.h>

#include "common/base/buf.h"

void facts_move_due(struct dossier_facts *f, instant due_at)
{
    f->due_at = due_at;
    f->due_moved = true;
}

void facts_come_on_paper(struct dossier_facts *f)
{
    f->electronic = false;
    f->due_moved = true;
}

void facts_leave_out(struct dossier_facts *f, struct left_out_period p)
{
    f->leaves_out |= left_out_add(&f->left_out, p);
}

void facts_leave_out_only(struct dossier_facts *f, const struct left_out *all)
{
    f->left_out = *all;
    f->leaves_out = true;
}

void facts_withdraw(struct dossier_facts *f, enum withdrawal how)
{
    f->withdrawal = how;
    f->noted = true;
}

void facts_extend(struct dossier_facts *f, enum extension how, struct id apology)
{
    f->extension = how;
    f->apology = apology;
    f->noted = true;
}

void facts_ask_stop(struct dossier_facts *f, enum stop how, enum stop_ground ground, struct id notice)
{
    f->stop_ground = ground;
    f->notice = notice;
    facts_stop(f, how);
}

void facts_stop(struct dossier_facts *f, enum stop how)
{
    f->stop = how;
    f->noted = true;
}

void facts_ask_correction(struct dossier_facts *f, enum correction_cause cause, struct id paper)
{
    f->correction_cause = cause;
    f->correction_paper = paper;
    facts_correct(f, CORRECTION_REQUESTED);
}

void facts_correct(struct dossier_facts *f, enum correction how)
{
    f->correction = how;
    f->noted = true;
}

bool facts_ended(const struct dossier_facts *f)
{
    return f->withdrawal == WITHDRAWAL_GRANTED || f->stop == STOP_SIGNED;
}

void facts_forbid(struct dossier_facts *f, const char *act, const struct err *why, struct arena *a)
{
    struct buf b;

    buf_init(&b, 2048);
    buf_str(&b, "{\"act\":");
    buf_json_str(&b, act);
    buf_str(&b, ",\"field\":");
    buf_json_str(&b, why->field);
    buf_str(&b, ",\"vi\":");
    buf_json_str(&b, why->vi);
    buf_str(&b, ",\"en\":");
    buf_json_str(&b, why->en);
    buf_str(&b, "}");
    f->forbidden = arena_strdup(a, buf_cstr(&b));
    f->noted = true;
    buf_release(&b);
}

enum err_code same_day_may(const struct same_day *s, enum role role, struct err *reterr)
{
    if (s->roles & (UINT32_C(1) << role))
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "same_day", "khi tiếp nhận, \"%s\" không đăng nhập với vai trò \"%s\"",
                   "\"%s\" received it without the role \"%s\" in the token", s->officer, role_name(role));
}

struct paper same_day_draft(const struct same_day *s)
{
    return (struct paper){.handle = s->draft,
                          .kind = s->opinion == OPINION_FOR ? DOCUMENT_DRAFT_RESULT : DOCUMENT_DRAFT_REFUSAL,
                          .filed = true};
}

enum err_code dossier_process(const struct dossier_facts *f, const struct catalogue *c, const struct process **ret,
                              struct err *reterr)
{
    *ret = catalogue_process_version(c, f->process, f->process_version);
    if (*ret)
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "process", "không có quy trình \"%s\" phiên bản %d",
                   "there is no process \"%s\" version %d", f->process, f->process_version);
}

enum err_code dossier_leave_out(const struct dossier_facts *f, const struct catalogue *c, struct left_out_period p,
                                const struct left_out *all, int step, instant opened, instant now, struct step_watch *w,
                                bool *ret_moved, struct err *reterr)
{
    struct left_out known = all ? *all : f->left_out;
    const struct process *process;
    enum err_code rc = ERR_OK;

    *ret_moved = false;
    if (!all && !left_out_add(&known, p))
        return dossier_untrue(reterr, "khoảng thời gian không tính vượt quá mức cho phép",
                              "more is left out than can be", step);
    if (step)
        rc = dossier_process(f, c, &process, reterr);
    if (rc || !step)
        return rc;

    const struct process_step *of = process_step(process, step);
    const struct step_span span = {
        .of = of, .counter = f->counter, .office = dossier_office(f, of), .opened = opened, .left_out = &known};
    *ret_moved = step_watch_leave_out(w, c, &span, p, now);
    return ERR_OK;
}

const char *dossier_office(const struct dossier_facts *f, const struct process_step *s)
{
    return process_unit(s, f->unit, f->receiving_unit);
}

enum err_code dossier_recount(const struct dossier_facts *f, const struct catalogue *c, int step, const char *asked,
                              instant opened, instant now, struct step_watch *w, bool *ret_moved, struct err *reterr)
{
    const struct process *process;
    enum err_code rc = step ? dossier_process(f, c, &process, reterr) : ERR_OK;

    *ret_moved = false;
    if (rc || !step)
        return rc;

    const struct process_step *of = process_step(process, step);
    const struct step_span span = {.of = of,
                                   .counter = f->counter,
                                   .office = asked ? asked : dossier_office(f, of),
                                   .opened = opened,
                                   .left_out = &f->left_out};
    *ret_moved = step_watch_recount(w, c, &span, now);
    return ERR_OK;
}

struct dossier_facts facts_copy(const struct dossier_facts *f, struct arena *a)
{
    struct dossier_facts copy = *f;

    copy.code = arena_strdup(a, f->code);
    copy.unit = arena_strdup(a, f->unit);
    copy.receiving_unit = arena_strdup(a, f->receiving_unit);
    copy.counter = arena_strdup(a, f->counter);
    copy.procedure = arena_strdup(a, f->procedure);
    copy.process = arena_strdup(a, f->process);
    copy.origin_reference = arena_strdup(a, f->origin_reference);
    copy.forbidden = arena_strdup(a, f->forbidden);
    copy.received = copy.due_moved = copy.leaves_out = copy.noted = false;
    return copy;
}

enum err_code dossier_unknown(bool from_event, struct err *reterr)
{
    if (from_event)
        return err_say(reterr, ERR_CONFLICT, NULL, "hồ sơ chưa được tiếp nhận ở đây",
                       "the dossier was never received here");
    return err_say(reterr, ERR_NOT_FOUND, NULL, "không có hồ sơ này", "there is no such dossier");
}

enum err_code dossier_untrue(struct err *reterr, const char *vi, const char *en, int step)
{
    (void)err_say(reterr, ERR_CONFLICT, "step", "sự kiện không thể đúng: %s (bước %d)", "%s (%d)", vi, step);
    return err_english(reterr, ERR_CONFLICT, "the event cannot be true: %s (step %d)", en, step);
}

enum err_code reasons_known(const char *const *codes, const char *const *reasons, size_t count, struct err *reterr)
{
    for (size_t i = 0; i < count; i++)
        if (words_find(codes, reasons[i]) < 0)
            return err_say(reterr, ERR_INVALID, "reasons", "không có mã lý do \"%s\"", "there is no reason \"%s\"",
                           reasons[i]);
    return ERR_OK;
}

bool barred_has(const struct barred *b, const char *officer)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->officers[i], officer) == 0)
            return true;
    return false;
}

void barred_add(struct barred *b, const char *officer, struct arena *a)
{
    if (barred_has(b, officer))
        return;
    b->officers = arena_room(a, b->officers, b->count, &b->room, sizeof *b->officers);
    b->officers[b->count++] = officer;
}

struct barred barred_copy(const struct barred *b, struct arena *a)
{
    struct barred copy = {.officers = ARENA_ARRAY(a, b->count, const char *), .room = b->count};

    for (; copy.count < b->count; copy.count++)
        copy.officers[copy.count] = arena_strdup(a, b->officers[copy.count]);
    copy.stored = copy.count;
    return copy;
}
