/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file: every cell lies where it says, and what was read, written again, reads the same. */
#include <string.h>

#include "common/base/buf.h"
#include "common/io/csv.h"
#include "common/io/text.h"
#include "tests/fuzz/lib/fuzz.h"

/* at gives the byte at a line and column, NULL when there is no such place. */
static const char *at(const char *p, const char *end, int line, int column)
{
    int l = 1, c = 1;

    for (; p < end && (l != line || c != column); p++) {
        bool next_inside = p + 1 < end && ((unsigned char)p[1] & 0xC0) == 0x80;
        if (*p == '\n') {
            l++;
            c = 1;
        } else if (!next_inside) {
            c++;
        }
    }
    return l == line && c == column ? p : NULL;
}

static void write(struct buf *b, const struct csv *file)
{
    for (size_t r = 0; r < file->count; r++) {
        for (size_t c = 0; c < file->rows[r].count; c++) {
            buf_str(b, c ? ",\"" : "\"");
            for (const char *s = file->rows[r].cells[c].text; *s; s++) {
                if (*s == '"')
                    buf_str(b, "\"");
                buf_add(b, s, 1);
            }
            buf_str(b, "\"");
        }
        buf_str(b, "\n");
    }
}

static void holds_file(const char *text, size_t size, const struct csv *file)
{
    int line = 0;

    HOLDS(text_is_utf8(text, size) && !memchr(text, '\0', size) && !memchr(text, '\r', size), "bytes that are no CSV");
    for (size_t r = 0; r < file->count; r++) {
        const struct csv_row *row = &file->rows[r];
        HOLDS(row->count > 0 && row->line > line, "row %zu is on line %d behind %d", r, row->line, line);
        line = row->line;
        for (size_t c = 0; size < 4096 && c < row->count; c++) {
            const struct csv_cell *cell = &row->cells[c];
            const char *p = at(text, text + size, cell->line, cell->column);
            HOLDS(p, "cell %zu of row %zu is nowhere", c, r);
            p += p < text + size && *p == '"';
            size_t n = strcspn(cell->text, "\"");
            HOLDS((size_t)(text + size - p) >= n && memcmp(p, cell->text, n) == 0, "\"%s\" is not there", cell->text);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct csv file, again;
    struct err e = {0};
    int line = 0, column = 0;
    enum err_code rc = csv_read(a, size ? (const void *)data : "", size, &file, &line, &column, &e);

    if (rc) {
        holds_refusal(&e, rc, false);
        HOLDS(line >= 1 && column >= 1 && (size_t)line + (size_t)column <= size + 2, "refused at %d:%d", line, column);
    } else {
        struct buf b;
        buf_init(&b, (size_t)64 << 20);
        holds_file((const char *)data, size, &file);
        write(&b, &file);
        HOLDS(csv_read(a, buf_cstr(&b), b.n, &again, &line, &column, &e) == ERR_OK, "written again it is refused: %s",
              e.en);
        HOLDS(again.count == file.count, "%zu rows became %zu", file.count, again.count);
        for (size_t r = 0; r < file.count; r++) {
            HOLDS(again.rows[r].count == file.rows[r].count, "row %zu has other cells", r);
            for (size_t c = 0; c < file.rows[r].count; c++)
                HOLDS(strcmp(again.rows[r].cells[c].text, file.rows[r].cells[c].text) == 0, "cell %zu.%zu", r, c);
        }
        buf_release(&b);
    }
    arena_free(a);
    return 0;
}
