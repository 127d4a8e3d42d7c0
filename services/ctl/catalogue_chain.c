/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: their steps as a chain, their hours against the law's, and that every step finds its officer every day. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/domain/process.h"
#include "services/ctl/catalogue.h"

struct chain {
    struct reference *ref;
    struct shelf staff, mandates, seals, series, counters; /* by unit */
    const struct row *process;
    const struct row **steps; /* in the order of the file */
    size_t count;
    const char **unstaffed; /* "unit role place": once is enough */
    size_t unstaffed_count;
};

static bool is_kind(const struct row *s, const char *kind)
{
    return cell_is(s, "kind", kind);
}

/* The statutory time in quarters of working hours: the upper bound of a process (README, "Hours"). */
static int64_t statutory_quarters(const struct row *procedure)
{
    int64_t n = strtol(cell(procedure, "statutory_time"), NULL, 10);
    const char *unit = cell(procedure, "time_unit");
    int64_t days = n * 5 / 7 > 1 ? n * 5 / 7 : 1;

    if (strcmp(unit, "hours") == 0)
        return n * 4;
    if (strcmp(unit, "working_days") == 0)
        return n * 8 * 4;
    return strcmp(unit, "days") == 0 ? days * 8 * 4 : n * 21 * 8 * 4;
}

/* ---- officers, mandates, seals, series of one unit */

static const struct row **rows_with(struct chain *c, const struct shelf *from, const char *unit, const char *column,
                                    const char *word, size_t *ret_count)
{
    size_t count, n = 0;
    const struct row *const *rows = shelf_find(from, unit, &count);
    const struct row **kept = ARENA_ARRAY(c->ref->arena, count + 1, const struct row *);

    for (size_t i = 0; i < count; i++)
        if (has_word(cell(rows[i], column), word))
            kept[n++] = rows[i];
    *ret_count = n;
    return kept;
}

/* A unit above the one that the process is for may have a step (Decree 61/2018 Art. 19(7)). */
static bool is_above(const struct chain *c, const struct row *unit)
{
    return level_parse(cell(unit, "level")) < level_parse(cell(c->process, "level"));
}

static bool appraises(const struct chain *c, const char *by)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_kind(c->steps[i], "appraise") && cell_is(c->steps[i], "unit_ref", by))
            return true;
    return false;
}

static void check_approval(struct chain *c, const struct row *s, const struct row *unit, const struct row **who,
                           size_t who_count, int32_t from, int32_t to)
{
    const char *procedure = cell(c->process, "procedure");
    size_t count, n = 0, appraisers;
    const struct row *const *all = shelf_find(&c->mandates, cell(unit, "unit"), &count);
    const struct row **cover = ARENA_ARRAY(c->ref->arena, count + 1, const struct row *);
    int32_t day;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < who_count; k++)
            if (cell_is(all[i], "officer", cell(who[k], "officer")) &&
                (cell_is(all[i], "procedures", "*") || has_word(cell(all[i], "procedures"), procedure))) {
                cover[n++] = all[i];
                break;
            }
    if (uncovered(from, to, cover, n, &day)) {
        say(c->ref, s, "kind", "đơn vị %s không có thẩm quyền ký cho %s ngày %s",
            "no approver of unit %s has a mandate for %s on %s", cell(unit, "unit"), procedure, day_text(day).s);
        return;
    }
    const struct row **others = rows_with(c, &c->staff, cell(unit, "unit"), "roles", "appraiser", &appraisers);
    bool two = who_count > 1 || (is_above(c, unit) && !appraises(c, cell(s, "unit_ref")));
    for (size_t i = 0; i < appraisers; i++)
        two |= strcmp(cell(others[i], "officer"), cell(who[0], "officer")) != 0;
    if (!two)
        say(c->ref, s, "role", "ở đơn vị %s một người vừa thẩm định vừa phê duyệt",
            "in unit %s the same person would appraise and approve", cell(unit, "unit"));
}

static void check_sealing(struct chain *c, const struct row *s, const struct row *unit, int32_t from, int32_t to)
{
    static const char *const documents[] = {"result", "refusal", "apology", "stop_notice", "correction"};
    const char *want = cell_is(s, "place", "counter") ? "second" : "first";
    size_t count;
    int32_t day;
    const struct row **rows = rows_with(c, &c->seals, cell(unit, "unit"), "ordinal", want, &count);

    if (uncovered(from, to, rows, count, &day))
        say(c->ref, s, "place", "đơn vị %s không có con dấu %s ngày %s", "unit %s has no %s seal on %s",
            cell(unit, "unit"), want, day_text(day).s);
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        rows = rows_with(c, &c->series, cell(unit, "unit"), "document", documents[i], &count);
        if (uncovered(from, to, rows, count, &day))
            say(c->ref, s, "kind", "đơn vị %s không có sổ %s ngày %s", "unit %s has no series for a %s on %s",
                cell(unit, "unit"), documents[i], day_text(day).s);
    }
}

static bool said_before(struct chain *c, const char *unit, const struct row *s)
{
    const char *what = arena_printf(c->ref->arena, "%s %s %s", unit, cell(s, "role"), cell(s, "place"));

    for (size_t i = 0; i < c->unstaffed_count; i++)
        if (strcmp(c->unstaffed[i], what) == 0)
            return true;
    c->unstaffed[c->unstaffed_count++] = what;
    return false;
}

static void check_staff(struct chain *c, const struct row *s, const struct row *unit)
{
    int32_t from = unit->from > c->process->from ? unit->from : c->process->from, day;
    int32_t to = unit->to < c->process->to ? unit->to : c->process->to;
    const char *code = cell(unit, "unit");
    bool at_counter = cell_is(s, "place", "counter");
    size_t count, n = 0;

    if (from >= to)
        return;
    const struct row **who = rows_with(c, &c->staff, code, "roles", cell(s, "role"), &count);
    for (size_t i = 0; i < count; i++)
        if (!at_counter || cell(who[i], "counter")[0])
            who[n++] = who[i];
    if (uncovered(from, to, who, n, &day)) {
        if (!said_before(c, code, s))
            say(c->ref, s, "role", "đơn vị %s không có %s%s%.0s ngày %s", "unit %s has no %s%.0s%s on %s", code,
                cell(s, "role"), at_counter ? " tại quầy" : "", at_counter ? " at a counter" : "", day_text(day).s);
    } else if (is_kind(s, "approve")) {
        check_approval(c, s, unit, who, n, from, to);
    } else if (is_kind(s, "number_seal")) {
        check_sealing(c, s, unit, from, to);
    }
}

/* ---- the units that do a step */

/* is_of_level tells whether a unit is one that the process is for. */
static bool is_of_level(const struct chain *c, const char *unit)
{
    size_t count;
    const struct row *const *rows = shelf_find(&c->ref->by_key[TABLE_UNITS], unit, &count);

    for (size_t i = 0; i < count; i++)
        if (cell_is(rows[i], "level", cell(c->process, "level")))
            return true;
    return false;
}

/* is_owner tells whether a unit of the level is named by a step of the process: it receives at its own counter then. */
static bool is_owner(const struct chain *c, const char *unit)
{
    for (size_t i = 0; i < c->count; i++)
        if (cell_is(c->steps[i], "unit_ref", unit) && is_of_level(c, unit))
            return true;
    return false;
}

static bool has_owners(const struct chain *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_of_level(c, cell(c->steps[i], "unit_ref")))
            return true;
    return false;
}

/* decided_above tells whether the first decision, which makes its unit the competent one, is made by a unit above. */
static bool decided_above(const struct chain *c)
{
    size_t count = 0, n = 0;

    while (n < c->count && !is_kind(c->steps[n], "approve"))
        n++;
    const struct row *const *rows =
        n < c->count ? shelf_find(&c->ref->by_key[TABLE_UNITS], cell(c->steps[n], "unit_ref"), &count) : NULL;
    for (size_t i = 0; i < count; i++)
        if (is_above(c, rows[i]))
            return true;
    return false;
}

static bool is_department_of(const struct chain *c, const char *unit, const char *parent)
{
    size_t count;
    const struct row *const *rows = shelf_find(&c->ref->by_key[TABLE_UNITS], unit, &count);

    for (size_t i = 0; i < count; i++)
        if (cell_is(rows[i], "level", "department") && cell_is(rows[i], "parent", parent))
            return true;
    return false;
}

/* receives: the counter's own unit is competent, or it has a shared counter beside departments of the same province. */
static bool receives(const struct chain *c, const struct row *unit)
{
    size_t count;
    const struct row *const *counters = shelf_find(&c->counters, cell(unit, "unit"), &count);

    if (count && is_owner(c, cell(unit, "unit")))
        return true;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < c->count && cell_is(counters[i], "kind", "shared"); k++)
            if (cell_is(unit, "level", "department") &&
                is_department_of(c, cell(c->steps[k], "unit_ref"), cell(unit, "parent")))
                return true;
    return false;
}

static bool does(const struct chain *c, const struct row *s, const struct row *unit, bool owned)
{
    const char *by = cell(s, "unit_ref");

    if (strcmp(by, "receiving") == 0 && owned)
        return receives(c, unit);
    if (strcmp(by, "own") == 0 || strcmp(by, "receiving") == 0)
        return strcmp(cell(unit, "level"), cell(c->process, "level")) == 0;
    return strcmp(by, cell(unit, "unit")) == 0;
}

static void check_staffing(struct chain *c)
{
    const struct shelf *units = &c->ref->by_key[TABLE_UNITS];
    bool owned = has_owners(c), above = decided_above(c);

    for (size_t i = 0; i < c->count; i++) {
        const struct row *s = c->steps[i];
        const char *by = cell(s, "unit_ref");
        if (strcmp(by, "own") == 0 && cell_is(c->process, "level", "department")) {
            say(c->ref, s, "unit_ref", "phải nêu rõ sở, ngành; \"own\" là tất cả",
                "name the department; \"own\" would mean all of them");
            continue;
        }
        if (strcmp(by, "own") == 0 && above) {
            say(c->ref, s, "unit_ref", "phải nêu rõ đơn vị; \"own\" là đơn vị phê duyệt",
                "name the unit; \"own\" would mean the one that approves");
            continue;
        }
        if (strcmp(by, "own") != 0 && strcmp(by, "receiving") != 0) {
            size_t count;
            const struct row *const *named = refer(c->ref, s, "unit_ref", TABLE_UNITS, &count);
            for (size_t k = 0; k < count; k++)
                if (!cell_is(named[k], "level", cell(c->process, "level")) && !is_above(c, named[k]))
                    say(c->ref, s, "unit_ref", "%s là %s, quy trình dành cho %s", "%s is a %s, the process is for a %s",
                        cell(named[k], "unit"), cell(named[k], "level"), cell(c->process, "level"));
        }
        for (size_t k = 0; k < units->count; k++)
            if (does(c, s, units->rows[k], owned))
                check_staff(c, s, units->rows[k]);
        check_cooperating(c->ref, s, &c->staff);
    }
}

/* ---- the chain */

/* all_with gives the units that co-operate in the steps of the process, step by step. */
static const struct process_with *all_with(const struct chain *c, int *ret_count)
{
    size_t room = 0, n = 0;

    for (size_t i = 0; i < c->count; i++)
        room += strlen(cell(c->steps[i], "with")) / 2 + 1;
    struct process_with *all = ARENA_ARRAY(c->ref->arena, room, struct process_with), *of_step;
    for (size_t i = 0; i < c->count; i++) {
        size_t count = with_read(c->ref->arena, cell(c->steps[i], "with"), (int)i + 1, &of_step);
        if (count)
            memcpy(all + n, of_step, count * sizeof *all);
        n += count;
    }
    *ret_count = (int)n;
    return all;
}

/* What intake would refuse, each with its place in the file. */
static void check_sense(struct chain *c)
{
    static const char *const columns[] = {[PROCESS_STEPS] = "process",
                                          [PROCESS_KIND] = "kind",
                                          [PROCESS_ROLE] = "role",
                                          [PROCESS_PLACE] = "place",
                                          [PROCESS_WITH] = "with"};
    struct process_step *steps = ARENA_ARRAY(c->ref->arena, c->count, struct process_step);
    struct process p = {
        .route = (enum route)route_parse(cell(c->process, "route")), .steps = steps, .step_count = (int)c->count};
    struct process_flaw flaw;

    p.with = all_with(c, &p.with_count);
    for (size_t i = 0; i < c->count; i++)
        steps[i] = (struct process_step){.kind = (enum step_kind)step_kind_parse(cell(c->steps[i], "kind")),
                                         .roles = role_parse(cell(c->steps[i], "role")),
                                         .minutes = (int)(quarters(cell(c->steps[i], "hours")) * 15),
                                         .unit_ref = cell(c->steps[i], "unit_ref"),
                                         .at_counter = cell_is(c->steps[i], "place", "counter")};
    for (int at = 0; process_next_flaw(&p, &at, &flaw);)
        say(c->ref, flaw.step ? c->steps[flaw.step - 1] : c->process, columns[flaw.field], "%s%.0s", "%.0s%s", flaw.vi,
            flaw.en);
}

/* The shape of the back-office route: a rule of these files alone, which intake does not ask for. */
static void check_route(struct chain *c)
{
    size_t n = c->count;

    if (cell_is(c->process, "route", "on_the_spot"))
        return;
    if (n < 2 || !is_kind(c->steps[1], "transfer"))
        say(c->ref, c->steps[0], "kind", "quy trình luân chuyển: chuyển hồ sơ ngay sau tiếp nhận",
            "in the back-office route transfer follows receive");
    if (n < 2 || !is_kind(c->steps[n - 2], "hand_over"))
        say(c->ref, c->steps[n - 1], "kind", "quy trình luân chuyển: chuyển kết quả ngay trước trả kết quả",
            "in the back-office route hand_over precedes return");
    for (size_t i = 0; i < n; i++) {
        bool desk =
            is_kind(c->steps[i], "receive") || is_kind(c->steps[i], "transfer") || is_kind(c->steps[i], "return");
        if (desk != cell_is(c->steps[i], "place", "counter"))
            say(c->ref, c->steps[i], "place", "\"%s\" không đúng với bước %s", "\"%s\" is wrong for %s",
                cell(c->steps[i], "place"), cell(c->steps[i], "kind"));
    }
}

static void check_step(struct chain *c, const struct row *s, int64_t before, int64_t total)
{
    int64_t after = before + quarters(cell(s, "hours"));

    if (s->from != c->process->from || s->to != c->process->to)
        say(c->ref, s, "valid_from", "hiệu lực khác với quy trình", "the validity differs from that of the process");
    if (after > total && total >= before)
        say(c->ref, s, "hours", "các bước của %s vượt quá tổng %s giờ",
            "the steps of %s exceed its total of %s hours here", cell(c->process, "process"),
            cell(c->process, "total_hours"));
    if (after == before && !is_kind(s, "return"))
        say(c->ref, s, "hours", "chỉ bước trả kết quả được 0 giờ", "0 is for return alone");
}

static void check_chain(struct chain *c)
{
    int64_t total = quarters(cell(c->process, "total_hours")), sum = 0;

    for (size_t i = 0; i < c->count; i++) {
        if (strtol(cell(c->steps[i], "step"), NULL, 10) != (long)i + 1) {
            say(c->ref, c->steps[i], "step", "gặp bước %s, phải là %zu", "%s found where %zu is due",
                cell(c->steps[i], "step"), i + 1);
            return;
        }
        check_step(c, c->steps[i], sum, total);
        sum += quarters(cell(c->steps[i], "hours"));
    }
    check_sense(c);
    check_route(c);
    check_staffing(c);
}

/* ---- all processes */

static void check_against_procedure(struct reference *ref, const struct row *r)
{
    size_t count;
    const struct row *const *found = refer(ref, r, "procedure", TABLE_PROCEDURES, &count);

    for (size_t i = 0; i < count; i++) {
        const struct row *p = found[i];
        if (!rows_meet(r, p))
            continue;
        if (!has_word(cell(p, "level"), cell(r, "level")))
            say(ref, r, "level", "thủ tục không giải quyết ở cấp này", "the procedure is not handled there");
        if (cell_is(p, "on_the_spot", "yes") != cell_is(r, "route", "on_the_spot"))
            say(ref, r, "route", "thủ tục ghi on_the_spot=%s", "the procedure says on_the_spot=%s",
                cell(p, "on_the_spot"));
        if (quarters(cell(r, "total_hours")) > statutory_quarters(p))
            say(ref, r, "total_hours", "nhiều hơn thời hạn theo luật (%" PRId64 " giờ)",
                "more than the statutory time (%" PRId64 " hours)", statutory_quarters(p) / 4);
    }
}

static bool take_steps(struct chain *c)
{
    const struct reference *ref = c->ref;

    c->steps = ARENA_ARRAY(ref->arena, ref->counts[TABLE_STEPS] + 1, const struct row *);
    c->count = 0;
    for (size_t i = 0; i < ref->counts[TABLE_STEPS]; i++) {
        const struct row *s = &ref->rows[TABLE_STEPS][i];
        if (!cell_is(s, "process", cell(c->process, "process")))
            continue;
        if (s->broken)
            return false; /* said already; the rest would be an echo */
        if (cell_is(s, "version", cell(c->process, "version")))
            c->steps[c->count++] = s;
    }
    return true;
}

static void check_procedures(struct reference *ref)
{
    struct shelf processes = shelf_by(ref, TABLE_PROCESSES, "procedure");

    for (size_t i = 0; i < ref->by_key[TABLE_PROCEDURES].count; i++) {
        const struct row *r = ref->by_key[TABLE_PROCEDURES].rows[i];
        if (cell_is(r, "cutoff_1500", "yes") && cell_is(r, "same_day", "no"))
            say(ref, r, "cutoff_1500", "chỉ dành cho thủ tục trả trong ngày", "only for same-day procedures");
        if (cell_is(r, "one_officer", "yes") && cell_is(r, "same_day", "no"))
            say(ref, r, "one_officer", "chỉ dành cho thủ tục trả trong ngày", "only for same-day procedures");
        if (cell(r, "supplement_wait")[0] && !cell(r, "supplement_basis")[0])
            say(ref, r, "supplement_basis", "thời gian chờ bổ sung phải có căn cứ pháp lý",
                "a time to wait for a supplement needs its legal basis");
        if (cell_is(r, "same_day", "yes") && statutory_quarters(r) > 8 * 4)
            say(ref, r, "same_day", "thời hạn theo luật dài hơn một ngày", "the statutory time is longer than a day");
        size_t count;
        const struct row *const *mine = shelf_find(&processes, cell(r, "procedure"), &count);
        for (const char *p = cell(r, "level"); *p; p += *p == ' ') {
            const char *level = arena_strndup(ref->arena, p, strcspn(p, " "));
            bool there = false;
            for (size_t k = 0; k < count; k++)
                there |= cell_is(mine[k], "level", level);
            if (!there)
                say(ref, r, "level", "không có quy trình cho cấp %s", "no process for the level %s", level);
            p += strlen(level);
        }
    }
}

void check_processes(struct reference *ref)
{
    struct chain c = {
        .ref = ref,
        .staff = shelf_by(ref, TABLE_OFFICERS, "unit"),
        .mandates = shelf_by(ref, TABLE_MANDATES, "unit"),
        .seals = shelf_by(ref, TABLE_SEALS, "unit"),
        .series = shelf_by(ref, TABLE_SERIES, "unit"),
        .counters = shelf_by(ref, TABLE_COUNTERS, "unit"),
        .unstaffed =
            ARENA_ARRAY(ref->arena, (ref->counts[TABLE_STEPS] + 1) * (ref->counts[TABLE_UNITS] + 1), const char *),
    };
    size_t count;

    check_procedures(ref);
    for (size_t i = 0; i < ref->by_key[TABLE_STEPS].count; i++)
        refer(ref, ref->by_key[TABLE_STEPS].rows[i], "process", TABLE_PROCESSES, &count);
    for (size_t i = 0; i < ref->counts[TABLE_PROCESSES]; i++) {
        const struct row *r = &ref->rows[TABLE_PROCESSES][i];
        if (r->broken)
            continue;
        for (size_t j = 0; j < i; j++) {
            const struct row *o = &ref->rows[TABLE_PROCESSES][j];
            if (!o->broken && rows_meet(o, r) && cell_is(o, "procedure", cell(r, "procedure")) &&
                cell_is(o, "level", cell(r, "level")))
                say(ref, r, "process", "dòng %d có hiệu lực cùng lúc cho cùng thủ tục và cấp",
                    "line %d is valid for the same procedure and level at the same time", o->line);
        }
        check_against_procedure(ref, r);
        c.process = r;
        if (!take_steps(&c))
            continue;
        if (c.count == 0)
            say(ref, r, "process", "không có bước nào", "has no steps");
        else
            check_chain(&c);
    }
}
