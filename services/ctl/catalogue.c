/* SPDX-License-Identifier: Apache-2.0 */
/* `taichoctl catalogue check|import`: reading the files, finding rows, and the list of what is wrong. */
#include "services/ctl/catalogue.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/io/csv.h"
#include "services/ctl/commands.h"

#define FILE_MAX ((size_t)32 << 20)
#define TAIL     "valid_from", "valid_to", "verified", "source"

/* clang-format off */
const struct form forms[TABLE_COUNT] = {
    [TABLE_UNITS] = {"units", {"unit", "agency_code", "name", "level", "parent", "statistical_code", "successor", "office_hours", TAIL}, .keys = 1},
    [TABLE_COUNTERS] = {"counters", {"counter", "unit", "name", "kind", "opens", "closes", "break_from", "break_to", TAIL}, .keys = 1},
    [TABLE_OFFICERS] = {"officers", {"officer", "unit", "counter", "title", "roles", TAIL}, .keys = 1},
    [TABLE_PROCEDURES] = {"procedures", {"procedure", "name", "field", "field_name", "level", "statutory_time", "time_unit", "fee_vnd",
                          "on_the_spot", "same_day", "cutoff_1500", "one_officer", "supplement_wait", "supplement_basis", TAIL}, .keys = 1},
    [TABLE_FEES] = {"fees", {"procedure", "fee", "kind", "amount_vnd", "online_vnd", "post_vnd", "due", "refund", "exemptions", "legal_basis", TAIL}, .keys = 2, .may_be_empty = true},
    [TABLE_PROCESSES] = {"processes", {"process", "version", "procedure", "level", "route", "total_hours", TAIL}, .keys = 2},
    [TABLE_STEPS] = {"process_steps", {"process", "version", "step", "kind", "role", "hours", "unit_ref", "place", "with", TAIL}, .keys = 3},
    [TABLE_CALENDAR] = {"calendar", {"calendar", "date", "kind", "name", TAIL}, .keys = 2},
    [TABLE_YEARS] = {"calendar_years", {"calendar", "year", TAIL}, .keys = 2},
    [TABLE_VARIANTS] = {"time_variants", {"procedure", "finding", "effect", "time", "time_unit", "legal_basis", TAIL}, .keys = 2, .may_be_empty = true},
    [TABLE_EXCLUDED] = {"excluded_periods", {"procedure", "period", "reported", "legal_basis", TAIL}, .keys = 2, .may_be_empty = true},
    [TABLE_TERMS] = {"terms", {"term", "value", "legal_basis", TAIL}, .keys = 1},
    [TABLE_MANDATES] = {"mandates", {"mandate", "officer", "unit", "form", "procedures", "legal_basis", TAIL}, .keys = 1},
    [TABLE_SEALS] = {"seals", {"seal", "unit", "ordinal", "keeper", "place", "registration", "permission", TAIL}, .keys = 1},
    [TABLE_SERIES] = {"series", {"series", "unit", "document", "pattern", TAIL}, .keys = 1},
    [TABLE_TARGETS] = {"targets", {"target", "level", "share_percent", "phase", TAIL}, .keys = 1},
    [TABLE_COMPONENTS] = {"components", {"procedure", "component", "name", "needed", "originals", "certified", "copies", "legal_basis", TAIL}, .keys = 2, .may_be_empty = true},
};
/* clang-format on */

/* ---- cells */

int reference_column(enum table table, const char *name)
{
    for (int i = 0; forms[table].columns[i]; i++)
        if (strcmp(forms[table].columns[i], name) == 0)
            return i;
    BUG_IF(true, "%s has no column %s", forms[table].file, name);
    return -1;
}

const char *cell(const struct row *r, const char *column)
{
    return r->cells[reference_column(r->table, column)];
}

bool cell_is(const struct row *r, const char *column, const char *value)
{
    return strcmp(cell(r, column), value) == 0;
}

bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = list; *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}

bool rows_meet(const struct row *a, const struct row *b)
{
    return a->from < b->to && b->from < a->to;
}

/* ---- shelves */

static const char *text_of(const struct row *r, int column)
{
    return column < 0 ? r->key : r->cells[column];
}

static int sort_column; /* of the shelf being sorted: qsort takes no argument, and this program has one thread */

static int by_text(const void *x, const void *y)
{
    const struct row *a = *(const struct row *const *)x, *b = *(const struct row *const *)y;
    int order = strcmp(text_of(a, sort_column), text_of(b, sort_column));

    if (!order)
        order = (a->from > b->from) - (a->from < b->from);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static struct shelf make_shelf(struct reference *ref, enum table table, int column)
{
    struct shelf s = {.rows = ARENA_ARRAY(ref->arena, ref->counts[table] + 1, const struct row *), .column = column};

    for (size_t i = 0; i < ref->counts[table]; i++)
        if (!ref->rows[table][i].broken)
            s.rows[s.count++] = &ref->rows[table][i];
    sort_column = column;
    qsort(s.rows, s.count, sizeof *s.rows, by_text);
    return s;
}

struct shelf shelf_by(struct reference *ref, enum table table, const char *column)
{
    return make_shelf(ref, table, reference_column(table, column));
}

const struct row *const *shelf_find(const struct shelf *s, const char *value, size_t *ret_count)
{
    size_t low = 0, high = s->count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(text_of(s->rows[middle], s->column), value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < s->count && strcmp(text_of(s->rows[end], s->column), value) == 0;)
        end++;
    *ret_count = end - low;
    return s->rows + low;
}

/* ---- complaints */

static void note(struct reference *ref, enum table table, int line, int column, const char *vi, const char *en)
{
    if (ref->complaint_count == ref->complaint_room) {
        size_t room = ref->complaint_room ? 2 * ref->complaint_room : 64;
        struct complaint *more = ARENA_ARRAY(ref->arena, room, struct complaint);
        if (ref->complaint_count)
            memcpy(more, ref->complaints, ref->complaint_count * sizeof *more);
        ref->complaints = more;
        ref->complaint_room = room;
    }
    ref->complaints[ref->complaint_count++] = (struct complaint){table, line, column, vi, en};
}

static const char *sentence(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
static const char *sentence(struct arena *a, const char *fmt, va_list ap)
{
    char text[600];

    (void)vsnprintf(text, sizeof text, fmt, ap);
    return arena_strdup(a, text);
}

void say_at(struct reference *ref, enum table table, int line, int column, const char *vi, const char *en, ...)
{
    va_list ap, again;

    va_start(ap, en);
    va_copy(again, ap);
    const char *made = sentence(ref->arena, vi, ap);
    note(ref, table, line, column, made, sentence(ref->arena, en, again));
    va_end(again);
    va_end(ap);
}

void say(struct reference *ref, const struct row *r, const char *column, const char *vi, const char *en, ...)
{
    va_list ap, again;

    va_start(ap, en);
    va_copy(again, ap);
    const char *made = arena_printf(ref->arena, "%s: %s", column, sentence(ref->arena, vi, ap));
    note(ref, r->table, r->line, r->places[reference_column(r->table, column)], made,
         arena_printf(ref->arena, "%s: %s", column, sentence(ref->arena, en, again)));
    va_end(again);
    va_end(ap);
}

static int by_place(const void *x, const void *y)
{
    const struct complaint *a = x, *b = y;

    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return strcmp(a->en, b->en);
}

bool reference_print_complaints(struct reference *ref)
{
    size_t shown = 0, known = 0;

    if (!ref->complaint_count)
        return false;
    qsort(ref->complaints, ref->complaint_count, sizeof *ref->complaints, by_place);
    for (size_t i = 0; i < ref->complaint_count; i++) {
        const struct complaint *c = &ref->complaints[i];
        if (i > 0 && by_place(c - 1, c) == 0)
            continue;
        known++;
        if (shown == COMPLAINTS_MAX)
            continue;
        shown++;
        printf("%s/%s.csv:%d:%d: %s | %s\n", ref->folder, forms[c->table].file, c->line, c->column, c->vi, c->en);
    }
    if (known > shown)
        printf("... và %zu lỗi nữa | and %zu more\n", known - shown, known - shown);
    return true;
}

/* ---- reading */

static const char *key_of(struct arena *a, const struct row *r)
{
    const char *key = r->cells[0];

    for (int i = 1; i < forms[r->table].keys; i++)
        key = arena_printf(a, "%s %s", key, r->cells[i]);
    return key;
}

static void read_row(struct reference *ref, enum table table, const struct csv_row *from, struct row *ret)
{
    *ret = (struct row){.table = table, .line = from->line};
    for (size_t i = 0; i < from->count; i++) {
        ret->cells[i] = from->cells[i].text;
        ret->places[i] = from->cells[i].column;
    }
    ret->key = key_of(ref->arena, ret);
    check_cells(ref, ret);
}

static bool header_is_right(const struct csv *file, const char *const *columns)
{
    size_t n = 0;

    while (columns[n])
        n++;
    if (file->count == 0 || file->rows[0].count != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(file->rows[0].cells[i].text, columns[i]) != 0)
            return false;
    return true;
}

static const char *header_of(struct arena *a, enum table table)
{
    const char *text = forms[table].columns[0];

    for (int i = 1; forms[table].columns[i]; i++)
        text = arena_printf(a, "%s,%s", text, forms[table].columns[i]);
    return text;
}

static void read_table(struct reference *ref, enum table table, struct bytes text)
{
    struct csv file;
    struct err e = {0};
    int line = 1, column = 1;

    ref->unread = true;
    if (csv_read(ref->arena, text.p, text.n, &file, &line, &column, &e)) {
        note(ref, table, line, column, arena_strdup(ref->arena, e.vi), arena_strdup(ref->arena, e.en));
        return;
    }
    if (!header_is_right(&file, forms[table].columns)) {
        say_at(ref, table, 1, 1, "dòng tiêu đề phải là %s", "the header must be %s", header_of(ref->arena, table));
        return;
    }
    ref->rows[table] = ARENA_ARRAY(ref->arena, file.count, struct row);
    bool whole = true;
    for (size_t i = 1; i < file.count; i++) {
        if (file.rows[i].count == file.rows[0].count) {
            read_row(ref, table, &file.rows[i], &ref->rows[table][ref->counts[table]++]);
            continue;
        }
        say_at(ref, table, file.rows[i].line, 1, "có %zu ô, dòng tiêu đề có %zu", "%zu fields, the header has %zu",
               file.rows[i].count, file.rows[0].count);
        whole = false;
    }
    if (file.count == 1 && !forms[table].may_be_empty)
        say_at(ref, table, 1, 1, "không có dòng dữ liệu nào", "has no rows");
    ref->unread = !whole;
}

/* A file that no table knows is more likely misnamed than meant to be left out. */
static void check_folder(struct reference *ref)
{
    DIR *d = opendir(ref->folder);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);
        bool known = n < 4 || strcmp(e->d_name + n - 4, ".csv") != 0;
        for (int t = 0; t < TABLE_COUNT; t++)
            known |= strlen(forms[t].file) == n - 4 && strncmp(forms[t].file, e->d_name, n - 4) == 0;
        if (!known)
            say_at(ref, TABLE_UNITS, 1, 1, "thư mục có tệp không rõ \"%s\"", "the folder has an unknown file \"%s\"",
                   e->d_name);
    }
    if (d)
        closedir(d);
}

struct reference *reference_of(struct arena *a, const char *folder, const struct bytes *texts)
{
    struct reference *ref = ARENA_NEW(a, struct reference);
    bool unread = false;

    ref->arena = a;
    ref->folder = folder;
    for (int t = 0; t < TABLE_COUNT; t++) {
        ref->unread = true;
        if (texts[t].p)
            read_table(ref, (enum table)t, texts[t]);
        unread |= ref->unread;
    }
    ref->unread = unread;
    for (int t = 0; t < TABLE_COUNT; t++)
        ref->by_key[t] = make_shelf(ref, (enum table)t, -1);
    return ref;
}

struct reference *reference_read(struct arena *a, const char *folder)
{
    struct bytes texts[TABLE_COUNT] = {{0}};
    struct err why[TABLE_COUNT] = {{0}};
    size_t n = strlen(folder);

    while (n > 1 && folder[n - 1] == '/')
        n--;
    folder = arena_strndup(a, folder, n);
    for (int t = 0; t < TABLE_COUNT; t++)
        if (ctl_file(a, arena_printf(a, "%s/%s.csv", folder, forms[t].file), FILE_MAX, &texts[t], &why[t]))
            texts[t] = (struct bytes){0};
    struct reference *ref = reference_of(a, folder, texts);
    for (int t = 0; t < TABLE_COUNT; t++)
        if (!texts[t].p)
            say_at(ref, (enum table)t, 1, 1, "không đọc được tệp: %s", "cannot be read: %s", why[t].en);
    check_folder(ref);
    return ref;
}

/* ---- the commands */

static int run(const struct ctl_command *self, int argc, char **argv, bool import)
{
    if (argc != 1 || argv[0][0] == '-')
        return ctl_usage(self);
    struct arena *a = arena_new((size_t)256 << 20);
    struct reference *ref = reference_read(a, argv[0]);
    size_t rows = 0;
    int rc = CTL_OK;

    if (!ref->unread)
        reference_check(ref);
    for (int t = 0; t < TABLE_COUNT; t++)
        rows += ref->counts[t];
    if (reference_print_complaints(ref))
        rc = ctl_fail("%s was refused and nothing was sent; put right the lines above and run this again", ref->folder);
    else if (import)
        rc = reference_send(ref);
    else
        printf("%s: %zu rows in %d files, nothing wrong\n", ref->folder, rows, TABLE_COUNT);
    arena_free(a);
    return rc;
}

int ctl_catalogue_check(const struct ctl_command *self, int argc, char **argv)
{
    return run(self, argc, argv, false);
}

int ctl_catalogue_import(const struct ctl_command *self, int argc, char **argv)
{
    return run(self, argc, argv, true);
}
