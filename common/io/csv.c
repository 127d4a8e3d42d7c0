/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the bytes. Cells of a row are collected in one growing array and copied when the row is whole. */
#include "common/io/csv.h"

#include <stdbool.h>
#include <string.h>

#include "common/io/text.h"

struct reader {
    struct arena *arena;
    const char *p, *end;
    int line, column;
    struct csv_cell *cells; /* of the row being read */
    size_t count, room;
    struct csv_row *rows;
    size_t row_count, row_room;
};

/* step goes one byte on; a continuation byte of UTF-8 is no column of its own. */
static void step(struct reader *r)
{
    if (*r->p == '\n') {
        r->line++;
        r->column = 1;
    } else if (((unsigned char)*r->p & 0xc0) != 0x80) {
        r->column++;
    }
    r->p++;
}

static bool at_end_of_cell(const struct reader *r)
{
    return r->p == r->end || *r->p == ',' || *r->p == '\n';
}

/* grown gives an array with room for one more item, a copy when it was full. */
static void *grown(struct arena *a, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t more = *room ? *room * 2 : 16;
    void *copy = arena_array(a, more, size);
    if (count)
        memcpy(copy, items, count * size);
    *room = more;
    return copy;
}

static void add_cell(struct reader *r, const char *text, int line, int column)
{
    r->cells = grown(r->arena, r->cells, r->count, &r->room, sizeof *r->cells);
    r->cells[r->count++] = (struct csv_cell){text, line, column};
}

static void end_row(struct reader *r, int line)
{
    struct csv_cell *cells = ARENA_ARRAY(r->arena, r->count + 1, struct csv_cell);

    memcpy(cells, r->cells, r->count * sizeof *cells);
    r->rows = grown(r->arena, r->rows, r->row_count, &r->row_room, sizeof *r->rows);
    r->rows[r->row_count++] = (struct csv_row){cells, r->count, line};
    r->count = 0;
}

/* read_quoted reads from behind the opening quote; "" stands for one quote. */
static enum err_code read_quoted(struct reader *r, const char **ret, struct err *reterr)
{
    size_t n = 0;
    const char *from = r->p;

    for (const char *p = from; p < r->end && (*p != '"' || (p + 1 < r->end && p[1] == '"')); p += *p == '"' ? 2 : 1)
        n++;
    char *text = arena_alloc(r->arena, n + 1);
    for (size_t i = 0; i < n; i++) {
        text[i] = *r->p;
        if (*r->p == '"')
            step(r);
        step(r);
    }
    if (r->p == r->end)
        return err_say(reterr, ERR_MALFORMED, NULL, "ô trong dấu nháy không có dấu nháy đóng",
                       "a quoted field never ends");
    step(r);
    if (!at_end_of_cell(r))
        return err_say(reterr, ERR_MALFORMED, NULL, "có chữ sau dấu nháy đóng", "text after a closing quote");
    *ret = text;
    return ERR_OK;
}

static enum err_code read_plain(struct reader *r, const char **ret, struct err *reterr)
{
    const char *from = r->p;

    while (!at_end_of_cell(r)) {
        if (*r->p == '"')
            return err_say(reterr, ERR_MALFORMED, NULL, "dấu nháy trong ô không có dấu nháy bao quanh",
                           "a quote inside an unquoted field");
        step(r);
    }
    *ret = arena_strndup(r->arena, from, (size_t)(r->p - from));
    return ERR_OK;
}

static enum err_code read_row(struct reader *r, int *ret_line, int *ret_column, struct err *reterr)
{
    int first = r->line;

    for (;;) {
        int line = r->line, column = r->column;
        const char *text;
        bool quoted = r->p < r->end && *r->p == '"';
        if (quoted)
            step(r);
        enum err_code rc = quoted ? read_quoted(r, &text, reterr) : read_plain(r, &text, reterr);
        if (rc) {
            /* What never ends is shown where it began. */
            *ret_line = r->p == r->end ? line : r->line;
            *ret_column = r->p == r->end ? column : r->column;
            return rc;
        }
        add_cell(r, text, line, column);
        if (r->p == r->end || *r->p == '\n')
            break;
        step(r);
    }
    if (r->p < r->end)
        step(r);
    end_row(r, first);
    return ERR_OK;
}

/* ---- the file as a whole */

/* place gives line and column of a byte. */
static void place(const char *text, size_t at, int *ret_line, int *ret_column)
{
    *ret_line = *ret_column = 1;
    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*ret_column;
        }
    }
}

/* valid_bytes counts the bytes of the lines and characters that are UTF-8 from the beginning. */
static size_t valid_bytes(const char *text, size_t n)
{
    size_t good = 0;

    while (good < n) {
        const char *line = memchr(text + good, '\n', n - good);
        size_t m = line ? (size_t)(line - text) - good + 1 : n - good;
        if (!text_is_utf8(text + good, m))
            break;
        good += m;
    }
    for (size_t m = 1; good < n && m <= 4 && m <= n - good;) {
        if (text_is_utf8(text + good, m)) {
            good += m;
            m = 1;
        } else {
            m++;
        }
    }
    return good;
}

static enum err_code check_bytes(const char *text, size_t n, int *ret_line, int *ret_column, struct err *reterr)
{
    static const char mark[] = "\xef\xbb\xbf";

    *ret_line = *ret_column = 1;
    if (n >= 3 && memcmp(text, mark, 3) == 0)
        return err_say(reterr, ERR_MALFORMED, NULL, "tệp bắt đầu bằng dấu thứ tự byte (BOM)",
                       "begins with a byte order mark");
    size_t good = valid_bytes(text, n);
    if (good < n) {
        place(text, good, ret_line, ret_column);
        return err_say(reterr, ERR_MALFORMED, NULL, "không phải UTF-8 (byte 0x%02x)", "not UTF-8 (byte 0x%02x)",
                       (unsigned)(unsigned char)text[good]);
    }
    const char *bad = memchr(text, '\r', n);
    if (bad) {
        place(text, (size_t)(bad - text), ret_line, ret_column);
        return err_say(reterr, ERR_MALFORMED, NULL, "dòng phải kết thúc bằng LF, không có CR",
                       "lines must end in LF, without CR");
    }
    bad = n ? memchr(text, '\0', n) : NULL;
    if (bad) {
        place(text, (size_t)(bad - text), ret_line, ret_column);
        return err_say(reterr, ERR_MALFORMED, NULL, "có byte NUL", "a NUL byte");
    }
    if (n && text[n - 1] != '\n') {
        place(text, n, ret_line, ret_column);
        return err_say(reterr, ERR_MALFORMED, NULL, "dòng cuối thiếu ký tự xuống dòng",
                       "the last line has no line feed");
    }
    return ERR_OK;
}

enum err_code csv_read(struct arena *a, const void *text, size_t n, struct csv *ret, int *ret_line, int *ret_column,
                       struct err *reterr)
{
    struct reader r = {.arena = a, .p = text, .end = (const char *)text + n, .line = 1, .column = 1};
    enum err_code rc = n ? check_bytes(text, n, ret_line, ret_column, reterr) : ERR_OK;

    while (!rc && r.p < r.end)
        rc = read_row(&r, ret_line, ret_column, reterr);
    if (rc)
        return rc;
    *ret = (struct csv){r.rows, r.row_count};
    return ERR_OK;
}
