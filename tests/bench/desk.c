/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/attr.h"
#include "common/base/role.h"
#include "common/io/csv.h"
#include "common/io/token.h"

#define TOKEN_SECONDS 86400

static struct arena *arena;

struct table {
    struct csv csv;
};

static void fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static struct table read_table(const char *folder, const char *name)
{
    struct table t;
    struct err e = {0};
    int line, column;
    const char *path = arena_printf(arena, "%s/%s.csv", folder, name);
    FILE *f = fopen(path, "re");
    if (!f)
        fail(path, "cannot be opened");
    size_t room = (size_t)8 << 20;
    char *text = arena_alloc(arena, room);
    size_t n = fread(text, 1, room, f);
    (void)fclose(f);
    if (csv_read(arena, text, n, &t.csv, &line, &column, &e))
        fail(path, e.en);
    return t;
}

static const char *cell(const struct table *t, size_t row, const char *column)
{
    const struct csv_row *head = &t->csv.rows[0];
    for (size_t i = 0; i < head->count; i++)
        if (strcmp(head->cells[i].text, column) == 0)
            return i < t->csv.rows[row].count ? t->csv.rows[row].cells[i].text : "";
    fail(column, "there is no such column");
    return "";
}

static int is(const struct table *t, size_t row, const char *column, const char *value)
{
    return strcmp(cell(t, row, column), value) == 0;
}

static int valid(const struct table *t, size_t row, const char *day)
{
    const char *to = cell(t, row, "valid_to");
    return strcmp(cell(t, row, "valid_from"), day) <= 0 && (!*to || strcmp(day, to) < 0);
}

/* Is `word` one of the words in `list`, which are separated by spaces? */
static int has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
            return 1;
    return 0;
}

static struct {
    struct table units, counters, officers, procedures, fees, components, processes, steps, seals, series, mandates;
} data;

/* A straight process of this unit: five steps, all in its own hands. */
static int straight(const char *process, const char *version, const char *unit)
{
    static const char *const kinds[] = {"receive", "appraise", "approve", "number_seal", "return"};
    int found = 0;
    for (size_t i = 1; i < data.steps.csv.count; i++) {
        if (!is(&data.steps, i, "process", process) || !is(&data.steps, i, "version", version))
            continue;
        long step = strtol(cell(&data.steps, i, "step"), NULL, 10);
        const char *of = cell(&data.steps, i, "unit_ref");
        if (step < 1 || step > 5 || !is(&data.steps, i, "kind", kinds[step - 1]))
            return 0;
        if (strcmp(of, "own") != 0 && strcmp(of, "receiving") != 0 && strcmp(of, unit) != 0)
            return 0;
        found++;
    }
    return found == 5;
}

static int has_row(const struct table *t, const char *procedure)
{
    for (size_t i = 1; i < t->csv.count; i++)
        if (is(t, i, "procedure", procedure))
            return 1;
    return 0;
}

/* What is to be paid would be one more command: the chain that is measured has none. And all that it measures bring
 * the same papers. */
static int is_plain(const char *procedure)
{
    return !has_row(&data.fees, procedure) && !has_row(&data.components, procedure);
}

static int procedure_fits(const char *procedure, const char *day, int slow)
{
    for (size_t i = 1; i < data.procedures.csv.count; i++)
        if (is(&data.procedures, i, "procedure", procedure) && valid(&data.procedures, i, day))
            return !slow || strtol(cell(&data.procedures, i, "statutory_time"), NULL, 10) >= 5;
    return 0;
}

static void find_procedures(struct desk *d, const char *level, const char *day, int slow)
{
    for (size_t i = 1; i < data.processes.csv.count && d->procedure_count < DESK_PROCEDURES; i++) {
        const char *procedure = cell(&data.processes, i, "procedure");
        if (is(&data.processes, i, "level", level) && is(&data.processes, i, "route", "on_the_spot") &&
            valid(&data.processes, i, day) && procedure_fits(procedure, day, slow) && is_plain(procedure) &&
            straight(cell(&data.processes, i, "process"), cell(&data.processes, i, "version"), d->unit))
            d->procedures[d->procedure_count++] = procedure;
    }
}

static const char *find_officer(const struct desk *d, const char *role, const char *day)
{
    for (size_t i = 1; i < data.officers.csv.count; i++)
        if (is(&data.officers, i, "unit", d->unit) && is(&data.officers, i, "counter", d->counter) &&
            valid(&data.officers, i, day) && has_word(cell(&data.officers, i, "roles"), role))
            return cell(&data.officers, i, "officer");
    return NULL;
}

/* The row of this unit that is valid and has `value` in `column`; 0: none. */
static size_t find(const struct table *t, const struct desk *d, const char *column, const char *value, const char *day)
{
    for (size_t i = 1; i < t->csv.count; i++)
        if (is(t, i, "unit", d->unit) && valid(t, i, day) && is(t, i, column, value))
            return i;
    return 0;
}

static int complete(struct desk *d, const char *day)
{
    d->officer[DESK_RECEIVER] = find_officer(d, "receiver", day);
    d->officer[DESK_APPRAISER] = find_officer(d, "appraiser", day);
    d->officer[DESK_APPROVER] = find_officer(d, "approver", day);
    d->officer[DESK_RETURNER] = find_officer(d, "returner", day);
    size_t seal = find(&data.seals, d, "ordinal", "second", day);
    size_t series = find(&data.series, d, "document", "result", day);
    size_t refusals = find(&data.series, d, "document", "refusal", day);
    size_t apologies = find(&data.series, d, "document", "apology", day);
    if (!d->officer[DESK_APPROVER] || !seal || !series || !refusals || !apologies)
        return 0;
    size_t mandate = find(&data.mandates, d, "officer", d->officer[DESK_APPROVER], day);
    if (!mandate || !is(&data.mandates, mandate, "procedures", "*"))
        return 0;
    d->officer[DESK_CLERK] = cell(&data.seals, seal, "keeper");
    d->seal = cell(&data.seals, seal, "seal");
    d->series = cell(&data.series, series, "series");
    d->refusal_series = cell(&data.series, refusals, "series");
    d->apology_series = cell(&data.series, apologies, "series");
    d->mandate = cell(&data.mandates, mandate, "mandate");
    return d->officer[DESK_RECEIVER] && d->officer[DESK_APPRAISER] && d->officer[DESK_RETURNER];
}

const char *desk_token(const char *secrets, const char *officer, const char *unit, const char *role)
{
    struct err e = {0};
    struct actor who = {.roles = role_parse(role)};
    if (!arena)
        arena = arena_new((size_t)512 << 20);
    (void)snprintf(who.subject, sizeof(who.subject), "%s", officer);
    (void)snprintf(who.unit, sizeof(who.unit), "%s", unit);
    char *text = arena_alloc(arena, 1024);
    if (token_sign(arena_printf(arena, "%s/token.key", secrets), "taicho-local", "taicho", &who, TOKEN_SECONDS, text,
                   1024, &e))
        fail("making a token", e.en);
    return text;
}

size_t desks_read(const char *reference, const char *secrets, const char *day, int slow, const struct desk **ret)
{
    static const char *const roles[DESK_OFFICERS] = {"receiver", "appraiser", "approver", "clerk", "returner"};
    arena = arena_new((size_t)512 << 20);
    data.units = read_table(reference, "units");
    data.counters = read_table(reference, "counters");
    data.officers = read_table(reference, "officers");
    data.procedures = read_table(reference, "procedures");
    data.fees = read_table(reference, "fees");
    data.components = read_table(reference, "components");
    data.processes = read_table(reference, "processes");
    data.steps = read_table(reference, "process_steps");
    data.seals = read_table(reference, "seals");
    data.series = read_table(reference, "series");
    data.mandates = read_table(reference, "mandates");
    struct desk *desks = ARENA_ARRAY(arena, data.counters.csv.count, struct desk);
    size_t n = 0;
    for (size_t i = 1; i < data.counters.csv.count; i++) {
        struct desk d = {.unit = cell(&data.counters, i, "unit"), .counter = cell(&data.counters, i, "counter")};
        if (!is(&data.counters, i, "kind", "one_stop") || !valid(&data.counters, i, day))
            continue;
        for (size_t u = 1; u < data.units.csv.count; u++)
            if (is(&data.units, u, "unit", d.unit) && valid(&data.units, u, day))
                find_procedures(&d, cell(&data.units, u, "level"), day, slow);
        if (d.procedure_count == 0 || !complete(&d, day))
            continue;
        for (int o = 0; o < DESK_OFFICERS; o++)
            d.token[o] = desk_token(secrets, d.officer[o], d.unit, roles[o]);
        desks[n++] = d;
    }
    if (n == 0)
        fail(reference, "no unit can carry a dossier to its end on that day");
    *ret = desks;
    return n;
}
