/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as the JSON that the services' APIs take: decimal hours become minutes, words become true and false. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"
#include "services/ctl/catalogue.h"

#define RELEASE_MAX ((size_t)64 << 20)

static void put(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json_str(b, value);
}

/* copy puts a cell under its own name, nothing when it is empty. */
static void copy(struct buf *b, const struct row *r, const char *column)
{
    if (cell(r, column)[0])
        put(b, column, cell(r, column));
}

static void put_flag(struct buf *b, const char *name, bool v)
{
    buf_printf(b, ",\"%s\":%s", name, v ? "true" : "false");
}

static void put_number(struct buf *b, const char *name, int64_t v)
{
    buf_printf(b, ",\"%s\":%" PRId64, name, v);
}

/* put_words makes a list of a cell's words. */
static void put_words(struct buf *b, const char *name, const char *words)
{
    buf_printf(b, ",\"%s\":[", name);
    for (const char *p = words; *p; p += strspn(p, " ")) {
        int n = (int)strcspn(p, " ");
        buf_printf(b, "%s\"%.*s\"", p == words ? "" : ",", n, p);
        p += n;
    }
    buf_str(b, "]");
}

static int64_t minutes(const char *hours)
{
    return quarters(hours) * 15;
}

/* begin opens a record and gives it its head; what follows begins with a comma. */
static void begin(struct buf *b, const struct row *r, const char *kind)
{
    buf_printf(b, "%s{\"kind\":\"%s\"", b->p && b->p[b->n - 1] != '[' ? "," : "", kind);
    put(b, "id", r->cells[0]);
    copy(b, r, "valid_from");
    copy(b, r, "valid_to");
}

/* ---- what intake owns */

static void add_unit(struct buf *b, const struct row *r)
{
    begin(b, r, "unit");
    copy(b, r, "agency_code");
    copy(b, r, "name");
    copy(b, r, "level");
    copy(b, r, "parent");
    put_flag(b, "verified", cell_is(r, "verified", "yes"));
    copy(b, r, "successor");
    if (cell(r, "office_hours")[0])
        put_words(b, "office_minutes", cell(r, "office_hours"));
    buf_str(b, "}");
}

static void add_counter(struct buf *b, const struct row *r)
{
    const char *from = cell(r, "break_from"), *to = cell(r, "break_to");

    begin(b, r, "counter");
    copy(b, r, "unit");
    copy(b, r, "name");
    put_flag(b, "shared", cell_is(r, "kind", "shared"));
    if (strcmp(from, to) == 0)
        buf_printf(b, ",\"office_minutes\":[\"%s-%s\"]}", cell(r, "opens"), cell(r, "closes"));
    else
        buf_printf(b, ",\"office_minutes\":[\"%s-%s\",\"%s-%s\"]}", cell(r, "opens"), from, to, cell(r, "closes"));
}

static void add_officer(struct buf *b, const struct row *r)
{
    begin(b, r, "officer");
    copy(b, r, "unit");
    copy(b, r, "counter");
    copy(b, r, "title");
    put_words(b, "roles", cell(r, "roles"));
    buf_str(b, "}");
}

/* copy_number puts a cell that is a number, nothing when it is empty. */
static void copy_number(struct buf *b, const struct row *r, const char *column)
{
    if (cell(r, column)[0])
        put_number(b, column, strtoll(cell(r, column), NULL, 10));
}

/* add_ruled ends a rule of a procedure that has a validity of its own. */
static void add_ruled(struct buf *b, const struct row *r)
{
    put(b, "basis", cell(r, "legal_basis"));
    copy(b, r, "valid_from");
    copy(b, r, "valid_to");
    put_flag(b, "verified", cell_is(r, "verified", "yes"));
    buf_str(b, "}");
}

static void add_fee(struct buf *b, const struct row *r, const char *comma)
{
    buf_printf(b, "%s{\"code\":\"%s\"", comma, cell(r, "fee"));
    copy(b, r, "kind");
    copy_number(b, r, "amount_vnd");
    copy_number(b, r, "online_vnd");
    copy_number(b, r, "post_vnd");
    copy(b, r, "due");
    put_words(b, "refund", cell(r, "refund"));
    put_words(b, "exemptions", cell(r, "exemptions"));
    add_ruled(b, r);
}

static void add_component(struct buf *b, const struct row *r, const char *comma)
{
    buf_printf(b, "%s{\"code\":\"%s\"", comma, cell(r, "component"));
    copy(b, r, "name");
    put_flag(b, "always", cell_is(r, "needed", "always"));
    copy_number(b, r, "originals");
    copy_number(b, r, "certified");
    copy_number(b, r, "copies");
    add_ruled(b, r);
}

/* add_rules puts the rows of a table into the record of their procedure that are valid while it is. */
static void add_rules(struct buf *b, struct reference *ref, enum table table, const struct row *procedure,
                      void (*add)(struct buf *b, const struct row *r, const char *comma))
{
    const char *comma = "";

    buf_printf(b, ",\"%s\":[", forms[table].file);
    for (size_t i = 0; i < ref->counts[table]; i++) {
        const struct row *r = &ref->rows[table][i];
        if (!cell_is(r, "procedure", cell(procedure, "procedure")) || !rows_meet(r, procedure))
            continue;
        add(b, r, comma);
        comma = ",";
    }
    buf_str(b, "]");
}

static void add_procedure(struct buf *b, struct reference *ref, const struct row *r)
{
    int64_t time = strtoll(cell(r, "statutory_time"), NULL, 10);

    begin(b, r, "procedure");
    copy(b, r, "name");
    copy(b, r, "field");
    copy(b, r, "field_name");
    put_words(b, "levels", cell(r, "level"));
    copy(b, r, "time_unit");
    if (cell_is(r, "time_unit", "hours"))
        put_number(b, "statutory_minutes", time * 60);
    else
        put_number(b, "statutory_time", time);
    copy_number(b, r, "fee_vnd");
    put_flag(b, "on_the_spot", cell_is(r, "on_the_spot", "yes"));
    put_flag(b, "same_day", cell_is(r, "same_day", "yes"));
    put_number(b, "cutoff_minute", cell_is(r, "cutoff_1500", "yes") ? 15 * 60 : 0);
    put_flag(b, "one_officer", cell_is(r, "one_officer", "yes"));
    if (cell(r, "supplement_wait")[0]) {
        put_number(b, "supplement_wait", strtoll(cell(r, "supplement_wait"), NULL, 10));
        copy(b, r, "supplement_basis");
    }
    add_times(b, ref, r);
    add_rules(b, ref, TABLE_FEES, r, add_fee);
    add_rules(b, ref, TABLE_COMPONENTS, r, add_component);
    put_flag(b, "verified", cell_is(r, "verified", "yes"));
    buf_str(b, "}");
}

static void add_with(struct buf *b, struct reference *ref, const struct row *s)
{
    struct process_with *with;
    size_t count = with_read(ref->arena, cell(s, "with"), 0, &with);

    for (size_t i = 0; i < count; i++)
        buf_printf(b, "%s{\"unit\":\"%s\",\"minutes\":%d}", i ? "," : ",\"with\":[", with[i].unit, with[i].minutes);
    buf_str(b, count ? "]}" : "}");
}

static void add_steps(struct buf *b, struct reference *ref, const struct row *process)
{
    const char *comma = "";

    buf_str(b, ",\"steps\":[");
    for (size_t i = 0; i < ref->counts[TABLE_STEPS]; i++) {
        const struct row *s = &ref->rows[TABLE_STEPS][i];
        if (!cell_is(s, "process", cell(process, "process")) || !cell_is(s, "version", cell(process, "version")))
            continue;
        buf_printf(b,
                   "%s{\"kind\":\"%s\",\"role\":\"%s\",\"minutes\":%" PRId64 ",\"unit_ref\":\"%s\",\"at_counter\":%s",
                   comma, cell(s, "kind"), cell(s, "role"), minutes(cell(s, "hours")), cell(s, "unit_ref"),
                   cell_is(s, "place", "counter") ? "true" : "false");
        add_with(b, ref, s);
        comma = ",";
    }
    buf_str(b, "]}");
}

/* The version in the file orders the rows of one process; intake numbers versions itself, in the same order. */
static void add_process(struct buf *b, struct reference *ref, const struct row *r)
{
    begin(b, r, "process");
    copy(b, r, "procedure");
    copy(b, r, "level");
    put_flag(b, "on_the_spot", cell_is(r, "route", "on_the_spot"));
    put_number(b, "total_minutes", minutes(cell(r, "total_hours")));
    add_steps(b, ref, r);
}

static void add_days(struct buf *b, struct reference *ref, const char *calendar, const char *kind, const char *name)
{
    const struct shelf *days = &ref->by_key[TABLE_CALENDAR];
    const char *comma = "";

    buf_printf(b, ",\"%s\":[", name);
    for (size_t i = 0; i < days->count; i++) {
        const struct row *r = days->rows[i];
        if (!cell_is(r, "calendar", calendar) || !cell_is(r, "kind", kind))
            continue;
        buf_printf(b, "%s\"%s\"", comma, cell(r, "date"));
        comma = ",";
    }
    buf_str(b, "]");
}

/* One record per calendar: its years stand next to each other in the order of keys. */
static size_t add_calendars(struct buf *b, struct reference *ref)
{
    const struct shelf *years = &ref->by_key[TABLE_YEARS];
    size_t added = 0, end;

    for (size_t i = 0; i < years->count; i = end) {
        const struct row *first = years->rows[i];
        for (end = i; end < years->count && cell_is(years->rows[end], "calendar", cell(first, "calendar"));)
            end++;
        begin(b, first, "calendar");
        put_number(b, "first_year", strtol(cell(first, "year"), NULL, 10));
        put_number(b, "last_year", strtol(cell(years->rows[end - 1], "year"), NULL, 10));
        add_days(b, ref, cell(first, "calendar"), "day_off", "days_off");
        add_days(b, ref, cell(first, "calendar"), "make_up", "make_up_days");
        buf_str(b, "}");
        added++;
    }
    return added;
}

static void add_term(struct buf *b, const struct row *r)
{
    begin(b, r, "term");
    copy_number(b, r, "value");
    put(b, "basis", cell(r, "legal_basis"));
    put_flag(b, "verified", cell_is(r, "verified", "yes"));
    buf_str(b, "}");
}

const char *records_release(struct reference *ref, size_t *ret_count)
{
    struct buf b;
    size_t n = 0;

    buf_init(&b, RELEASE_MAX);
    buf_str(&b, "{\"records\":[");
    for (int t = TABLE_UNITS; t <= TABLE_PROCESSES; t++)
        for (size_t i = 0; t != TABLE_FEES && i < ref->counts[t]; i++, n++) {
            const struct row *r = &ref->rows[t][i];
            if (t == TABLE_UNITS)
                add_unit(&b, r);
            else if (t == TABLE_COUNTERS)
                add_counter(&b, r);
            else if (t == TABLE_OFFICERS)
                add_officer(&b, r);
            else if (t == TABLE_PROCEDURES)
                add_procedure(&b, ref, r);
            else
                add_process(&b, ref, r);
        }
    for (size_t i = 0; i < ref->counts[TABLE_TERMS]; i++, n++)
        add_term(&b, &ref->rows[TABLE_TERMS][i]);
    n += add_calendars(&b, ref);
    buf_str(&b, "]}");
    BUG_IF(b.full, "the release is larger than %zu bytes", RELEASE_MAX);
    const char *text = arena_strdup(ref->arena, buf_cstr(&b));
    buf_release(&b);
    *ret_count = n;
    return text;
}

/* ---- what the others own: one row, one request */

const char *records_row(struct reference *ref, const struct row *r)
{
    struct buf b;

    buf_init(&b, (size_t)64 << 10);
    buf_printf(&b, "{\"%s\":", forms[r->table].columns[0]);
    buf_json_str(&b, r->cells[0]);
    for (int i = 1; forms[r->table].columns[i]; i++) {
        const char *name = forms[r->table].columns[i], *value = r->cells[i];
        if (!value[0] || strcmp(name, "verified") == 0 || strcmp(name, "source") == 0)
            continue;
        if (strcmp(name, "procedures") == 0)
            put_words(&b, name, value);
        else if (strcmp(name, "share_percent") == 0)
            put_number(&b, name, strtoll(value, NULL, 10));
        else
            put(&b, name, value);
    }
    buf_str(&b, "}");
    BUG_IF(b.full, "a row is larger than its bound");
    const char *text = arena_strdup(ref->arena, buf_cstr(&b));
    buf_release(&b);
    return text;
}
