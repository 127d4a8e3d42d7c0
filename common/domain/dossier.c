/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/dossier.h"

#include <string.h>

void facts_move_due(struct dossier_facts *f, instant due_at)
{
    f->due_at = due_at;
    f->due_moved = true;
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

enum err_code dossier_process(const struct dossier_facts *f, const struct catalogue *c, const struct process **ret,
                              struct err *reterr)
{
    *ret = catalogue_process_version(c, f->process, f->process_version);
    if (*ret)
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "process", "không có quy trình \"%s\" phiên bản %d",
                   "there is no process \"%s\" version %d", f->process, f->process_version);
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
    copy.received = copy.due_moved = copy.noted = false;
    return copy;
}

enum err_code dossier_unknown(bool from_event, struct err *reterr)
{
    if (from_event)
        return err_say(reterr, ERR_CONFLICT, NULL, "hồ sơ chưa được tiếp nhận ở đây",
                       "the dossier was never received here");
    return err_say(reterr, ERR_NOT_FOUND, NULL, "không có hồ sơ này", "there is no such dossier");
}

enum err_code dossier_untrue(struct err *reterr, const char *what, int step)
{
    return err_say(reterr, ERR_CONFLICT, "step", "sự kiện không thể đúng: %s (bước %d)",
                   "the event cannot be true: %s (step %d)", what, step);
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
