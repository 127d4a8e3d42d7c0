/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of time_variants.csv and excluded_periods.csv: they stand in the records of their procedures. */
#include <inttypes.h>
#include <stdlib.h>

#include "common/domain/catalogue.h"
#include "services/ctl/catalogue.h"

/* of_procedure gives the rows of a table that a procedure's row has. */
static size_t of_procedure(struct reference *ref, enum table table, const struct row *procedure, const struct row **ret,
                           size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < ref->counts[table] && n < room; i++) {
        const struct row *r = &ref->rows[table][i];
        if (!r->broken && cell_is(r, "procedure", cell(procedure, "procedure")) && rows_meet(r, procedure))
            ret[n++] = r;
    }
    return n;
}

void check_time(struct reference *ref, const struct row *r)
{
    size_t count;
    const struct row *const *found = refer(ref, r, "procedure", TABLE_PROCEDURES, &count);

    for (size_t i = 0; i < count; i++) {
        const struct row *rows[PROCEDURE_VARIANTS_MAX + 1];
        if (!rows_meet(r, found[i]))
            continue;
        if (r->from > found[i]->from || r->to < found[i]->to)
            say(ref, r, "valid_from", "phải có hiệu lực như thủ tục ở dòng %d",
                "must hold as long as the procedure of line %d", found[i]->line);
        if (of_procedure(ref, r->table, found[i], rows, COUNT_OF(rows)) > PROCEDURE_VARIANTS_MAX)
            say(ref, r, "procedure", "thủ tục có nhiều hơn %d dòng", "the procedure has more than %d rows",
                PROCEDURE_VARIANTS_MAX);
    }
}

static void add_variant(struct buf *b, const struct row *r)
{
    bool hours = cell_is(r, "time_unit", "hours");

    buf_printf(b, "{\"finding\":\"%s\",\"replaces\":%s,\"time_unit\":\"%s\",\"%s\":%" PRId64 ",\"basis\":",
               cell(r, "finding"), cell_is(r, "effect", "replaces") ? "true" : "false", cell(r, "time_unit"),
               hours ? "minutes" : "time", (int64_t)strtoll(cell(r, "time"), NULL, 10) * (hours ? 60 : 1));
    buf_json_str(b, cell(r, "legal_basis"));
    buf_str(b, "}");
}

static void add_excluded(struct buf *b, const struct row *r)
{
    buf_printf(b, "{\"period\":\"%s\",\"reported\":%s,\"basis\":", cell(r, "period"),
               cell_is(r, "reported", "yes") ? "true" : "false");
    buf_json_str(b, cell(r, "legal_basis"));
    buf_str(b, "}");
}

static void add_list(struct buf *b, const char *name, const struct row *const *rows, size_t n,
                     void (*add)(struct buf *, const struct row *))
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0)
            buf_printf(b, ",\"%s\":[", name);
        else
            buf_str(b, ",");
        add(b, rows[i]);
    }
    if (n)
        buf_str(b, "]");
}

void add_times(struct buf *b, struct reference *ref, const struct row *procedure)
{
    const struct row *rows[PROCEDURE_VARIANTS_MAX];

    add_list(b, "variants", rows, of_procedure(ref, TABLE_VARIANTS, procedure, rows, COUNT_OF(rows)), add_variant);
    add_list(b, "excluded", rows, of_procedure(ref, TABLE_EXCLUDED, procedure, rows, COUNT_OF(rows)), add_excluded);
}
