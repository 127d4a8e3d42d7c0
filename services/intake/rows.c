/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/rows.h"

static void save(struct batch *b, const struct rows_write *w)
{
    struct rows r = {.arena = b->arena};
    struct db_arg args[ROWS_COLUMNS_MAX];

    for (size_t i = 0; i < w->count; i++)
        r.of[i] = db_array_new(b->arena, w->types[i]);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct subject *s = b->subjects[i];
        if (s->touched && s->state && intake_is_dossier(s))
            w->put(&r, s, s->state);
    }
    if (db_array_count(r.of[0]) == 0)
        return;
    for (size_t i = 0; i < w->count; i++)
        args[i] = db_items(r.of[i]);
    db_ask(b->db, b->arena, w->stmt, args, w->count);
}

void rows_save(struct batch *b, const struct rows_write *writes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        save(b, &writes[i]);
}

void rows_put_number_or_null(struct db_array *v, int64_t x)
{
    if (x)
        db_array_int(v, x);
    else
        db_array_null(v);
}

const char *rows_word_or_null(const char *name)
{
    return name[0] ? name : NULL;
}
