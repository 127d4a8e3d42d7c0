/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stored row, read by the names of its columns. Old and new processes run side by side during an upgrade, so a row
 * may hold a word that this release does not know: it reads as the first of its kind, the row is read to its end, and
 * `rc` says that nothing may be done with it.
 */
#ifndef TAICHO_INTAKE_COLUMNS_H
#define TAICHO_INTAKE_COLUMNS_H

#include <string.h>

#include "common/flow/batch.h"

struct columns {
    struct arena *arena; /* where texts go */
    const struct db_answer *q;
    size_t row;
    struct err *reterr; /* set with rc, of the first word that is unknown */
    enum err_code rc;
};

/* Texts are copied: an answer's own live only until db_forget. */
static inline const char *column_text(const struct columns *c, const char *name)
{
    return arena_strdup(c->arena, db_get_text(c->q, c->row, db_column(c->q, name)));
}

static inline int64_t column_number(const struct columns *c, const char *name)
{
    return db_get_int(c->q, c->row, db_column(c->q, name));
}

static inline instant column_moment(const struct columns *c, const char *name)
{
    return db_get_time(c->q, c->row, db_column(c->q, name));
}

static inline bool column_yes(const struct columns *c, const char *name)
{
    return db_get_bool(c->q, c->row, db_column(c->q, name));
}

static inline struct id column_id(const struct columns *c, const char *name)
{
    return db_get_uuid(c->q, c->row, db_column(c->q, name));
}

static inline int column_word(struct columns *c, const char *name, int (*parse)(const char *name))
{
    int v = 0;

    if (!c->rc)
        c->rc = db_get_word(c->q, c->row, db_column(c->q, name), parse, &v, c->reterr);
    return v;
}

/* column_word_or_none reads a column that may be NULL: the first of its kind, "none". */
static inline int column_word_or_none(struct columns *c, const char *name, int (*parse)(const char *name))
{
    return db_is_null(c->q, c->row, db_column(c->q, name)) ? 0 : column_word(c, name, parse);
}

/* columns_each takes an answer row by row, as far as the first that cannot be taken. */
static inline enum err_code columns_each(const struct batch *b, const struct db_answer *q,
                                         enum err_code (*take)(const struct batch *b, struct columns *c),
                                         struct err *reterr)
{
    enum err_code rc = ERR_OK;

    for (size_t row = 0; !rc && row < db_count(q); row++)
        rc = take(b, &(struct columns){.arena = b->arena, .q = q, .row = row, .reterr = reterr});
    return rc;
}

/* columns_grown gives a list with room for one more behind it; what is taken already is only read from then on. */
static inline void *columns_grown(const struct columns *c, const void *list, int count, size_t size)
{
    void *grown = arena_array(c->arena, (size_t)count + 1, size);

    if (count)
        memcpy(grown, list, (size_t)count * size);
    return grown;
}

#endif
