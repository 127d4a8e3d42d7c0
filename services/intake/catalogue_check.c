/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold among reference records. A reference is looked for among the records of the release first, then in the
 * snapshot in use, and must be valid on the first day of the record that makes it.
 */
#include <stdio.h>
#include <string.h>

#include "common/domain/process.h"
#include "services/intake/catalogue.h"
#include "services/intake/intake.h"

struct checked {
    const struct intake_entry *const *sorted;
    size_t count;
    const struct catalogue *snapshot;
    const struct intake_shelf *shelf;
};

struct path {
    char s[80];
};

static struct path path(const struct intake_entry *e, const char *field)
{
    struct path p;

    snprintf(p.s, sizeof p.s, "records[%zu].%s", e->index, field);
    return p;
}

static struct path step_path(const struct intake_entry *e, int n, const char *field)
{
    struct path p;

    snprintf(p.s, sizeof p.s, "records[%zu].steps[%d].%s", e->index, n - 1, field);
    return p;
}

/* ---- references */

/* first_of gives the index of the first record of a kind and id, or of the one that would follow it. */
static size_t first_of(const struct checked *c, enum intake_kind kind, const char *id)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct intake_entry *m = c->sorted[middle];
        int order = strcmp(intake_kind_names[m->kind], intake_kind_names[kind]);
        if (!order)
            order = strcmp(m->u.record.id, id);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is(const struct intake_entry *e, enum intake_kind kind, const char *id)
{
    return e->kind == kind && strcmp(e->u.record.id, id) == 0;
}

static bool valid_on(int32_t from, int32_t to, int32_t day)
{
    return from <= day && (to == 0 || day < to);
}

/* among gives the record of the release that is valid on a day, NULL when there is none. */
static const struct intake_entry *among(const struct checked *c, enum intake_kind kind, const char *id, int32_t day)
{
    for (size_t i = first_of(c, kind, id); i < c->count && is(c->sorted[i], kind, id); i++)
        if (valid_on(c->sorted[i]->u.record.valid_from, c->sorted[i]->u.record.valid_to, day))
            return c->sorted[i];
    return NULL;
}

static bool has_unit(const struct checked *c, const char *id, int32_t day)
{
    return among(c, INTAKE_KIND_UNIT, id, day) || catalogue_unit(c->snapshot, id, day);
}

static const struct counter *find_counter(const struct checked *c, const char *id, int32_t day)
{
    const struct intake_entry *e = among(c, INTAKE_KIND_COUNTER, id, day);

    return e ? &e->u.counter : catalogue_counter(c->snapshot, id, day);
}

static const struct procedure *find_procedure(const struct checked *c, const char *id, int32_t day)
{
    const struct intake_entry *e = among(c, INTAKE_KIND_PROCEDURE, id, day);

    return e ? &e->u.procedure : catalogue_procedure(c->snapshot, id, day);
}

static enum err_code need_unit(const struct checked *c, const struct intake_entry *e, struct path field,
                               const char *unit, struct err *reterr)
{
    if (has_unit(c, unit, e->u.record.valid_from))
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, field.s, "%s \"%s\": không có đơn vị \"%s\" vào ngày bắt đầu hiệu lực",
                   "%s \"%s\": there is no unit \"%s\" on its first day", intake_kind_names[e->kind], e->u.record.id,
                   unit);
}

/* ---- each kind */

static enum err_code check_unit(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    const struct unit *u = &e->u.unit;

    if (!u->parent[0])
        return u->level == LEVEL_PROVINCE
                   ? ERR_OK
                   : err_say(reterr, ERR_INVALID, path(e, "parent").s, "đơn vị \"%s\" thiếu đơn vị cấp trên",
                             "unit \"%s\" has no parent", u->record.id);
    return need_unit(c, e, path(e, "parent"), u->parent, reterr);
}

static enum err_code check_officer(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    const struct officer *o = &e->u.officer;
    enum err_code rc = need_unit(c, e, path(e, "unit"), o->unit, reterr);

    if (rc || !o->counter[0])
        return rc;
    const struct counter *at = find_counter(c, o->counter, o->record.valid_from);
    if (!at)
        return err_say(reterr, ERR_INVALID, path(e, "counter").s,
                       "vị trí \"%s\": không có quầy \"%s\" vào ngày bắt đầu hiệu lực",
                       "post \"%s\": there is no counter \"%s\" on its first day", o->record.id, o->counter);
    if (strcmp(at->unit, o->unit) != 0)
        return err_say(
            reterr, ERR_INVALID, path(e, "counter").s, "vị trí \"%s\": quầy \"%s\" thuộc đơn vị %s, không phải %s",
            "post \"%s\": counter \"%s\" belongs to unit %s, not %s", o->record.id, o->counter, at->unit, o->unit);
    return ERR_OK;
}

static enum err_code check_steps(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    static const char *const fields[] = {[PROCESS_STEPS] = "steps",
                                         [PROCESS_KIND] = "kind",
                                         [PROCESS_ROLE] = "role",
                                         [PROCESS_PLACE] = "at_counter",
                                         [PROCESS_WITH] = "with"};
    const struct process *p = &e->u.process;
    struct process_flaw flaw;
    int at = 0;

    if (process_next_flaw(p, &at, &flaw)) {
        struct path field = flaw.step ? step_path(e, flaw.step, fields[flaw.field]) : path(e, fields[flaw.field]);
        return err_say(reterr, ERR_INVALID, field.s, "quy trình \"%s\": %s%.0s", "process \"%s\": %.0s%s", p->record.id,
                       flaw.vi, flaw.en);
    }
    for (int n = 1; n <= p->step_count; n++) {
        const struct process_step *s = process_step(p, n);
        const char *unit = s->unit_ref;
        if (s->near_minutes && s->near_minutes >= s->minutes)
            return err_say(reterr, ERR_INVALID, step_path(e, n, "near_minutes").s,
                           "quy trình \"%s\", bước %d: nhắc trước %d phút, phải ít hơn %d phút của bước",
                           "process \"%s\", step %d: a warning %d minutes ahead, of a step that has %d", p->record.id,
                           n, s->near_minutes, s->minutes);
        if (strcmp(unit, "own") == 0 || strcmp(unit, "receiving") == 0)
            continue;
        enum err_code rc = need_unit(c, e, step_path(e, n, "unit_ref"), unit, reterr);
        if (rc)
            return rc;
    }
    for (int i = 0; i < p->with_count; i++) {
        enum err_code rc = need_unit(c, e, step_path(e, p->with[i].step, "with"), p->with[i].unit, reterr);
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static enum err_code check_process(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    const struct process *p = &e->u.process;
    const struct procedure *of = find_procedure(c, p->procedure, p->record.valid_from);
    int transfers = 0, obligations = 0;

    if (!of)
        return err_say(reterr, ERR_INVALID, path(e, "procedure").s,
                       "quy trình \"%s\": không có thủ tục \"%s\" vào ngày bắt đầu hiệu lực",
                       "process \"%s\": there is no procedure \"%s\" on its first day", p->record.id, p->procedure);
    if (!(of->levels & (UINT32_C(1) << p->level)))
        return err_say(reterr, ERR_INVALID, path(e, "level").s,
                       "quy trình \"%s\": thủ tục %s không được giải quyết ở cấp này",
                       "process \"%s\": procedure %s is not handled at this level", p->record.id, p->procedure);
    enum err_code rc = check_steps(c, e, reterr);
    if (rc)
        return rc;
    for (int n = 1; n <= p->step_count; n++) {
        transfers += process_step(p, n)->kind == STEP_TRANSFER;
        obligations += process_step(p, n)->kind == STEP_OBLIGATION;
    }
    if (transfers > INTAKE_PROCESS_TRANSFERS_MAX)
        return err_say(reterr, ERR_INVALID, path(e, "steps").s, "quy trình \"%s\" có quá %d bước chuyển",
                       "process \"%s\" has more than %d transfers", p->record.id, INTAKE_PROCESS_TRANSFERS_MAX);
    if (obligations > INTAKE_OBLIGATIONS_MAX)
        return err_say(reterr, ERR_INVALID, path(e, "steps").s, "quy trình \"%s\" có quá %d bước nghĩa vụ tài chính",
                       "process \"%s\" has more than %d obligations", p->record.id, INTAKE_OBLIGATIONS_MAX);
    return ERR_OK;
}

/* ---- validity and codes that must be alone */

static bool overlap(int32_t from_a, int32_t to_a, int32_t from_b, int32_t to_b)
{
    return (to_a == 0 || from_b < to_a) && (to_b == 0 || from_a < to_b);
}

static enum err_code overlapping(const struct intake_entry *e, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, path(e, "valid_from").s,
                   "%s \"%s\": thời gian hiệu lực chồng lên bản ghi khác cùng mã",
                   "%s \"%s\": its validity overlaps that of another record of this id", intake_kind_names[e->kind],
                   e->u.record.id);
}

/* is_replaced tells whether a record of this release takes the place of a stored one. */
static bool is_replaced(const struct checked *c, enum intake_kind kind, const struct intake_stored *m)
{
    for (size_t i = first_of(c, kind, m->id); i < c->count && is(c->sorted[i], kind, m->id); i++)
        if (c->sorted[i]->u.record.valid_from == m->valid_from)
            return true;
    return false;
}

/* first_stored gives the index of the first stored record of a kind and id, or of the one that would follow it. */
static size_t first_stored(const struct checked *c, const char *kind, const char *id)
{
    size_t low = 0, high = c->shelf->stored_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct intake_stored *m = &c->shelf->stored[middle];
        int order = strcmp(m->kind, kind);
        if (!order)
            order = strcmp(m->id, id);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A stored record that this release does not replace must not overlap the new one. */
static enum err_code check_stored(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    const struct record *r = &e->u.record;
    const char *kind = intake_kind_names[e->kind];

    for (size_t i = first_stored(c, kind, r->id); i < c->shelf->stored_count; i++) {
        const struct intake_stored *m = &c->shelf->stored[i];
        if (strcmp(m->kind, kind) != 0 || strcmp(m->id, r->id) != 0)
            break;
        if (overlap(m->valid_from, m->valid_to, r->valid_from, r->valid_to) && !is_replaced(c, e->kind, m))
            return overlapping(e, reterr);
    }
    return ERR_OK;
}

static enum err_code check_validity(const struct checked *c, size_t i, struct err *reterr)
{
    const struct intake_entry *e = c->sorted[i], *next = i + 1 < c->count ? c->sorted[i + 1] : NULL;

    if (next && is(next, e->kind, e->u.record.id) &&
        overlap(e->u.record.valid_from, e->u.record.valid_to, next->u.record.valid_from, next->u.record.valid_to))
        return overlapping(next, reterr);
    return check_stored(c, e, reterr);
}

/* Two units of the same time with one agency code would draw from one series of dossier codes. */
static bool clashes(const struct unit *u, const char *code, const char *id, int32_t from, int32_t to)
{
    return code && strcmp(u->agency_code, code) == 0 && strcmp(u->record.id, id) != 0 &&
           overlap(u->record.valid_from, u->record.valid_to, from, to);
}

static enum err_code code_taken(const struct intake_entry *e, const char *by, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, path(e, "agency_code").s,
                   "đơn vị \"%s\": mã cơ quan %s đã dùng cho đơn vị \"%s\"",
                   "unit \"%s\": agency code %s is taken by unit \"%s\"", e->u.record.id, e->u.unit.agency_code, by);
}

/* Of the release, and of what is stored and stays. */
static enum err_code check_agency_codes(const struct checked *c, struct err *reterr)
{
    size_t from = first_of(c, INTAKE_KIND_UNIT, ""), stored = first_stored(c, "unit", "");

    for (size_t i = from; i < c->count && c->sorted[i]->kind == INTAKE_KIND_UNIT; i++) {
        const struct unit *u = &c->sorted[i]->u.unit;
        for (size_t j = from; j < i; j++) {
            const struct unit *other = &c->sorted[j]->u.unit;
            if (clashes(u, other->agency_code, other->record.id, other->record.valid_from, other->record.valid_to))
                return code_taken(c->sorted[i], other->record.id, reterr);
        }
        for (size_t j = stored; j < c->shelf->stored_count && strcmp(c->shelf->stored[j].kind, "unit") == 0; j++) {
            const struct intake_stored *other = &c->shelf->stored[j];
            if (clashes(u, other->agency_code, other->id, other->valid_from, other->valid_to) &&
                !is_replaced(c, INTAKE_KIND_UNIT, other))
                return code_taken(c->sorted[i], other->id, reterr);
        }
    }
    return ERR_OK;
}

/*
 * One province has one calendar: of two, a make-up day of the one could be a day off of the other, and nobody could
 * build the snapshot of that release.
 */
static enum err_code check_calendar(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    const char *other = NULL;

    for (size_t i = 0; i < c->count && !other; i++)
        if (c->sorted[i]->kind == INTAKE_KIND_CALENDAR && strcmp(c->sorted[i]->u.record.id, e->u.record.id) != 0)
            other = c->sorted[i]->u.record.id;
    for (size_t i = 0; i < c->shelf->stored_count && !other; i++)
        if (strcmp(c->shelf->stored[i].kind, "calendar") == 0 && strcmp(c->shelf->stored[i].id, e->u.record.id) != 0)
            other = c->shelf->stored[i].id;
    if (other)
        return err_say(reterr, ERR_INVALID, path(e, "id").s,
                       "chỉ có một lịch làm việc: đã có \"%s\", không thêm \"%s\"",
                       "there is one calendar: \"%s\" exists, \"%s\" cannot be another", other, e->u.record.id);
    return ERR_OK;
}

static enum err_code check_one(const struct checked *c, const struct intake_entry *e, struct err *reterr)
{
    switch (e->kind) {
    case INTAKE_KIND_UNIT:
        return check_unit(c, e, reterr);
    case INTAKE_KIND_COUNTER:
        return need_unit(c, e, path(e, "unit"), e->u.counter.unit, reterr);
    case INTAKE_KIND_OFFICER:
        return check_officer(c, e, reterr);
    case INTAKE_KIND_PROCESS:
        return check_process(c, e, reterr);
    case INTAKE_KIND_CALENDAR:
        return check_calendar(c, e, reterr);
    case INTAKE_KIND_PROCEDURE:
    case INTAKE_KIND_TERM:
    case INTAKE_KIND_COUNT:
        break;
    }
    return ERR_OK;
}

enum err_code intake_release_check(const struct intake_entry *const *sorted, size_t count,
                                   const struct catalogue *snapshot, const struct intake_shelf *s, struct err *reterr)
{
    struct checked c = {.sorted = sorted, .count = count, .snapshot = snapshot, .shelf = s};
    enum err_code rc = check_agency_codes(&c, reterr);

    for (size_t i = 0; !rc && i < count; i++) {
        rc = check_one(&c, sorted[i], reterr);
        if (!rc)
            rc = check_validity(&c, i, reterr);
    }
    return rc;
}
