/* SPDX-License-Identifier: Apache-2.0 */
/* The rules between rows: references, overlapping validity, and what each kind asks for. Processes: catalogue_chain.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/domain/term.h"
#include "services/ctl/catalogue.h"

struct day_text day_text(int32_t day)
{
    struct civil c = instant_day_civil(day);
    struct day_text t;

    (void)snprintf(t.s, sizeof t.s, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
    return t;
}

bool uncovered(int32_t from, int32_t to, const struct row *const *rows, size_t count, int32_t *ret_day)
{
    for (size_t i = 0; i < count && rows[i]->from <= from; i++)
        if (rows[i]->to > from)
            from = rows[i]->to;
    *ret_day = from;
    return from < to;
}

static bool was_refused(const struct reference *ref, enum table table, const char *key)
{
    for (size_t i = 0; i < ref->counts[table]; i++)
        if (ref->rows[table][i].broken && strcmp(ref->rows[table][i].key, key) == 0)
            return true;
    return false;
}

const struct row *const *refer(struct reference *ref, const struct row *r, const char *column, enum table to,
                               size_t *ret_count)
{
    const char *key = cell(r, column);

    if (forms[to].keys == 2)
        key = arena_printf(ref->arena, "%s %s", cell(r, "process"), cell(r, "version"));
    return refer_to(ref, r, column, key, to, ret_count);
}

const struct row *const *refer_to(struct reference *ref, const struct row *r, const char *column, const char *key,
                                  enum table to, size_t *ret_count)
{
    int32_t day;

    const struct row *const *found = shelf_find(&ref->by_key[to], key, ret_count);
    if (*ret_count == 0) {
        if (!was_refused(ref, to, key))
            say(ref, r, column, "không có \"%s\" trong %s.csv", "unknown \"%s\", see %s.csv", key, forms[to].file);
        return found;
    }
    if (uncovered(r->from, r->to, found, *ret_count, &day) && !was_refused(ref, to, key))
        say(ref, r, column, "\"%s\" không có hiệu lực ngày %s", "\"%s\" is not valid on %s", key, day_text(day).s);
    return found;
}

/* Two rows with one key may follow each other, and may not be valid at the same time. */
static void check_overlaps(struct reference *ref, enum table table)
{
    const struct shelf *s = &ref->by_key[table];
    const char *column = forms[table].columns[forms[table].keys - 1];

    for (size_t i = 1; i < s->count; i++) {
        const struct row *a = s->rows[i - 1], *b = s->rows[i];
        if (strcmp(a->key, b->key) != 0 || !rows_meet(a, b))
            continue;
        const struct row *last = a->line > b->line ? a : b, *other = last == a ? b : a;
        say(ref, last, column, "\"%s\" có hiệu lực cùng lúc với dòng %d", "\"%s\" is valid at the same time in line %d",
            last->key, other->line);
    }
}

/* check_alone says when two rows of one group are valid at the same time; the group's text is that of `column`. */
static void check_alone(struct reference *ref, const struct row *r, size_t i, const char *group, const char *also,
                        const char *at, const char *vi, const char *en)
{
    for (size_t j = 0; j < i; j++) {
        const struct row *o = &ref->rows[r->table][j];
        if (o->broken || !rows_meet(o, r) || !cell_is(o, group, cell(r, group)) || strcmp(o->key, r->key) == 0 ||
            (also && !cell_is(o, also, cell(r, also))))
            continue;
        say(ref, r, at, "%s%.0s dòng %d", "%.0s%s %d", vi, en, o->line);
    }
}

/* ---- kinds */

static void check_parent(struct reference *ref, const struct row *r)
{
    static const char *const above[][2] = {
        {"department", "province"}, {"district", "province"}, {"commune", "district"}};
    const char *unit = cell(r, "unit"), *parent = cell(r, "parent"), *dot = strrchr(unit, '.');
    size_t count;

    if (cell_is(r, "level", "province")) {
        if (parent[0])
            say(ref, r, "parent", "cấp tỉnh không có đơn vị cấp trên", "a province has none");
        return;
    }
    if (!parent[0]) {
        say(ref, r, "parent", "thiếu", "missing");
        return;
    }
    const struct row *const *found = refer(ref, r, "parent", TABLE_UNITS, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COUNT_OF(above); k++)
            if (cell_is(r, "level", above[k][0]) && !cell_is(found[i], "level", above[k][1]))
                say(ref, r, "parent", "%s trực thuộc %s, không phải %s", "a %s stands under a %s, not under a %s",
                    above[k][0], above[k][1], cell(found[i], "level"));
    if (!dot || (size_t)(dot - unit) != strlen(parent) || strncmp(unit, parent, strlen(parent)) != 0)
        say(ref, r, "parent", "mã đơn vị %s không bắt đầu bằng mã này", "unit %s does not begin with it", unit);
}

static bool is_province_here(const struct reference *ref, const char *code)
{
    for (size_t i = 0; i < ref->by_key[TABLE_UNITS].count; i++) {
        const struct row *u = ref->by_key[TABLE_UNITS].rows[i];
        if (cell_is(u, "level", "province") && strncmp(cell(u, "unit"), code, 3) == 0)
            return true;
    }
    return false;
}

static void check_unit(struct reference *ref, const struct row *r, size_t i)
{
    const char *unit = cell(r, "unit"), *successor = cell(r, "successor");
    const char *want = arena_printf(ref->arena, "000.%s.%.2s.%.3s", strlen(unit) > 6 ? unit + 7 : "00",
                                    strlen(unit) > 3 ? unit + 4 : "00", unit);
    size_t count;

    if (!cell_is(r, "agency_code", want))
        say(ref, r, "agency_code", "\"%s\" không phải mã của đơn vị %s (%s)", "\"%s\" does not belong to unit %s (%s)",
            cell(r, "agency_code"), unit, want);
    check_alone(ref, r, i, "agency_code", NULL, "agency_code", "cũng là mã cơ quan ở",
                "is also the agency code in line");
    check_parent(ref, r);
    if (!successor[0])
        return;
    if (r->to == FOREVER)
        say(ref, r, "successor", "đơn vị chưa chấm dứt", "the unit has no end");
    shelf_find(&ref->by_key[TABLE_UNITS], successor, &count);
    if (strcmp(successor, unit) == 0)
        say(ref, r, "successor", "là chính đơn vị này", "the unit itself");
    else if (is_province_here(ref, successor) && !count)
        say(ref, r, "successor", "không có đơn vị \"%s\"", "unknown unit \"%s\"", successor);
}

static void check_counter(struct reference *ref, const struct row *r, const struct shelf *staff)
{
    static const char *const needed[] = {"receiver", "returner"};
    size_t count, n;

    refer(ref, r, "unit", TABLE_UNITS, &count);
    if (strcmp(cell(r, "opens"), cell(r, "break_from")) >= 0 ||
        strcmp(cell(r, "break_from"), cell(r, "break_to")) > 0 || strcmp(cell(r, "break_to"), cell(r, "closes")) >= 0)
        say(ref, r, "opens", "giờ phải theo thứ tự opens, break_from, break_to, closes",
            "the hours must run opens, break_from, break_to, closes");
    const struct row *const *here = shelf_find(staff, cell(r, "counter"), &count);
    for (size_t k = 0; k < COUNT_OF(needed); k++) {
        const struct row **who = ARENA_ARRAY(ref->arena, count + 1, const struct row *);
        int32_t day;
        n = 0;
        for (size_t i = 0; i < count; i++)
            if (has_word(cell(here[i], "roles"), needed[k]))
                who[n++] = here[i];
        if (uncovered(r->from, r->to, who, n, &day))
            say(ref, r, "counter", "không ai có vai trò %s ngày %s", "nobody with the role %s on %s", needed[k],
                day_text(day).s);
    }
}

static void check_officer(struct reference *ref, const struct row *r)
{
    size_t count;

    refer(ref, r, "unit", TABLE_UNITS, &count);
    if (!cell(r, "counter")[0])
        return;
    const struct row *const *found = refer(ref, r, "counter", TABLE_COUNTERS, &count);
    for (size_t i = 0; i < count; i++)
        if (!cell_is(found[i], "unit", cell(r, "unit")))
            say(ref, r, "counter", "thuộc đơn vị %s", "belongs to unit %s", cell(found[i], "unit"));
}

static void check_calendar(struct reference *ref)
{
    const struct shelf *years = &ref->by_key[TABLE_YEARS];
    int first = 9999, last = 0;
    bool there[10000] = {false};

    for (size_t i = 0; i < years->count; i++) {
        int year = (int)strtol(cell(years->rows[i], "year"), NULL, 10);
        there[year] = true;
        first = year < first ? year : first;
        last = year > last ? year : last;
    }
    for (int y = first; y <= last; y++)
        if (!there[y])
            say_at(ref, TABLE_YEARS, 2, 1, "thiếu năm %d", "the year %d is missing between the first and the last", y);
    for (size_t i = 0; i < ref->counts[TABLE_CALENDAR]; i++) {
        const struct row *r = &ref->rows[TABLE_CALENDAR][i];
        int32_t day;
        size_t count;
        if (r->broken || !instant_day_parse(cell(r, "date"), &day))
            continue;
        struct civil c = instant_day_civil(day);
        shelf_find(years, arena_printf(ref->arena, "%s %04d", cell(r, "calendar"), c.year), &count);
        if (!count)
            say(ref, r, "date", "calendar_years.csv không có năm %d", "calendar_years.csv does not have the year %d",
                c.year);
        if (cell_is(r, "kind", "make_up") && c.weekday >= 1 && c.weekday <= 5)
            say(ref, r, "date", "ngày làm bù phải là thứ Bảy hoặc Chủ nhật",
                "a make-up day falls on a weekend, this is a working day");
    }
}

/* A fee belongs to a procedure that is valid as long as its rule; what is paid for a result is never given back. */
static void check_fee(struct reference *ref, const struct row *r)
{
    size_t count;

    refer(ref, r, "procedure", TABLE_PROCEDURES, &count);
    if (cell_is(r, "due", "return") && cell(r, "refund")[0])
        say(ref, r, "refund", "khoản thu khi nhận kết quả không có trường hợp hoàn trả",
            "what is paid for a result that lies ready is never given back");
}

/* What is asked for is a paper, of whatever kind. */
static void check_component(struct reference *ref, const struct row *r)
{
    size_t count;

    refer(ref, r, "procedure", TABLE_PROCEDURES, &count);
    if (cell_is(r, "originals", "0") && cell_is(r, "certified", "0") && cell_is(r, "copies", "0"))
        say(ref, r, "originals", "giấy tờ phải có ít nhất một bản", "a paper has at least one sheet, of whatever kind");
}

/* Where no row of a term holds, the services take a number of their own: that is for what lies before all data, and for
 * no day between two rows. */
static void check_term(struct reference *ref, const struct row *r)
{
    int term = term_parse(cell(r, "term")), most = term > TERM_NONE ? term_most((enum term)term) : 0;
    size_t count;
    const struct row *const *all = shelf_find(&ref->by_key[TABLE_TERMS], r->key, &count);

    if (strtol(cell(r, "value"), NULL, 10) > most)
        say(ref, r, "value", "nhiều nhất là %d", "is at most %d", most);
    for (size_t i = 1; i < count; i++)
        if (all[i] == r && all[i - 1]->to < r->from)
            say(ref, r, "valid_from", "không có dòng nào có hiệu lực ngày %s", "no row is valid on %s",
                day_text(all[i - 1]->to).s);
}

static void check_all_terms(struct reference *ref)
{
    size_t count;

    for (int term = TERM_NONE + 1; term < TERM_COUNT; term++) {
        shelf_find(&ref->by_key[TABLE_TERMS], term_name(term), &count);
        if (!count && !was_refused(ref, TABLE_TERMS, term_name(term)))
            say_at(ref, TABLE_TERMS, 1, 1, "thiếu \"%s\"", "\"%s\" is missing", term_name(term));
    }
}

static void check_mandate(struct reference *ref, const struct row *r)
{
    size_t count;

    refer(ref, r, "unit", TABLE_UNITS, &count);
    const struct row *const *found = refer(ref, r, "officer", TABLE_OFFICERS, &count);
    for (size_t i = 0; i < count; i++) {
        if (!cell_is(found[i], "unit", cell(r, "unit")))
            say(ref, r, "officer", "thuộc đơn vị %s", "belongs to unit %s", cell(found[i], "unit"));
        if (!has_word(cell(found[i], "roles"), "approver"))
            say(ref, r, "officer", "không có vai trò phê duyệt", "is no approver");
    }
    if (cell_is(r, "form", "TUQ") && r->to == FOREVER)
        say(ref, r, "valid_to", "thừa ủy quyền (TUQ) phải có thời hạn", "an authorisation (TUQ) is limited in time");
    if (cell_is(r, "procedures", "*")) {
        if (cell_is(r, "form", "TUQ"))
            say(ref, r, "procedures", "thừa ủy quyền (TUQ) phải giới hạn nội dung",
                "an authorisation (TUQ) is limited in content");
        return;
    }
    for (const char *p = cell(r, "procedures"); *p; p += *p == ' ') {
        const char *code = arena_strndup(ref->arena, p, strcspn(p, " "));
        shelf_find(&ref->by_key[TABLE_PROCEDURES], code, &count);
        if (!count)
            say(ref, r, "procedures", "không có thủ tục \"%s\"", "unknown procedure \"%s\"", code);
        p += strlen(code);
    }
}

static void check_seal(struct reference *ref, const struct row *r, size_t i)
{
    size_t count;
    bool second = cell_is(r, "ordinal", "second");

    refer(ref, r, "unit", TABLE_UNITS, &count);
    check_alone(ref, r, i, "unit", "ordinal", "ordinal", "đơn vị có con dấu khác cùng thứ tự ở",
                "the unit has another seal of this ordinal in line");
    const struct row *const *keepers = refer(ref, r, "keeper", TABLE_OFFICERS, &count);
    for (size_t k = 0; k < count; k++) {
        if (!cell_is(keepers[k], "unit", cell(r, "unit")) || !has_word(cell(keepers[k], "roles"), "clerk"))
            say(ref, r, "keeper", "không phải văn thư của đơn vị", "is no clerk of the unit");
        if (second && !cell_is(keepers[k], "counter", cell(r, "place")))
            say(ref, r, "keeper", "không làm việc tại %s", "does not sit at %s", cell(r, "place"));
    }
    if (!second) {
        if (!cell_is(r, "place", "office"))
            say(ref, r, "place", "con dấu thứ nhất giữ tại trụ sở (office)", "the first seal is kept at the office");
        return;
    }
    const struct row *const *places = refer(ref, r, "place", TABLE_COUNTERS, &count);
    for (size_t k = 0; k < count; k++)
        if (!cell_is(places[k], "unit", cell(r, "unit")))
            say(ref, r, "place", "quầy thuộc đơn vị %s", "the counter belongs to unit %s", cell(places[k], "unit"));
    if (!cell(r, "permission")[0])
        say(ref, r, "permission", "con dấu thứ hai phải được phép", "a second seal needs one");
}

static void check_series(struct reference *ref, const struct row *r, size_t i)
{
    size_t count;

    refer(ref, r, "unit", TABLE_UNITS, &count);
    check_alone(ref, r, i, "unit", "document", "document", "đơn vị có sổ khác cùng loại ở",
                "the unit has another series of this kind in line");
}

/* How much of a level runs on the spot on the first day of its target. A target of 100 % counts those that can
 * (README). */
static void check_target(struct reference *ref, const struct row *r, size_t i)
{
    bool provincial = cell_is(r, "level", "province");
    int all = 0, spot = 0, share = (int)strtol(cell(r, "share_percent"), NULL, 10);

    check_alone(ref, r, i, "level", NULL, "level", "cấp này có chỉ tiêu khác ở",
                "the level has another target in line");
    for (size_t k = 0; k < ref->by_key[TABLE_PROCEDURES].count; k++) {
        const struct row *p = ref->by_key[TABLE_PROCEDURES].rows[k];
        const char *at = cell(p, "level");
        if (p->from > r->from || p->to <= r->from ||
            !(has_word(at, cell(r, "level")) || (provincial && has_word(at, "department"))))
            continue;
        all++;
        spot += cell_is(p, "on_the_spot", "yes");
    }
    if (share != 100 && spot * 100 < share * all)
        say(ref, r, "share_percent", "chỉ có %d trên %d thủ tục thực hiện tại chỗ",
            "%d of %d procedures are on the spot", spot, all);
}

void reference_check(struct reference *ref)
{
    struct shelf staff = shelf_by(ref, TABLE_OFFICERS, "counter");

    for (int t = 0; t < TABLE_COUNT; t++) {
        check_overlaps(ref, (enum table)t);
        for (size_t i = 0; i < ref->counts[t]; i++) {
            const struct row *r = &ref->rows[t][i];
            if (r->broken)
                continue;
            if (t == TABLE_UNITS)
                check_unit(ref, r, i);
            else if (t == TABLE_COUNTERS)
                check_counter(ref, r, &staff);
            else if (t == TABLE_OFFICERS)
                check_officer(ref, r);
            else if (t == TABLE_VARIANTS || t == TABLE_EXCLUDED)
                check_time(ref, r);
            else if (t == TABLE_FEES)
                check_fee(ref, r);
            else if (t == TABLE_COMPONENTS)
                check_component(ref, r);
            else if (t == TABLE_TERMS)
                check_term(ref, r);
            else if (t == TABLE_MANDATES)
                check_mandate(ref, r);
            else if (t == TABLE_SEALS)
                check_seal(ref, r, i);
            else if (t == TABLE_SERIES)
                check_series(ref, r, i);
            else if (t == TABLE_TARGETS)
                check_target(ref, r, i);
        }
    }
    check_all_terms(ref);
    check_calendar(ref);
    check_processes(ref);
}
