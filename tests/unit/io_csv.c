/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180 with places: what a province's files say, and where they are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "common/io/csv.h"

struct fixture {
    struct arena *a;
    struct csv csv;
    struct err err;
    int line, column;
};

static int set_up(void **state)
{
    static struct fixture f;

    f = (struct fixture){.a = arena_new(1 << 20)};
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    arena_free(f->a);
    return 0;
}

static enum err_code read_bytes(struct fixture *f, const char *text, size_t n)
{
    return csv_read(f->a, text, n, &f->csv, &f->line, &f->column, &f->err);
}

static enum err_code read_text(struct fixture *f, const char *text)
{
    return read_bytes(f, text, strlen(text));
}

static void assert_cell(const struct fixture *f, size_t row, size_t i, const char *text, int line, int column)
{
    assert_true(row < f->csv.count && i < f->csv.rows[row].count);
    assert_string_equal(f->csv.rows[row].cells[i].text, text);
    assert_int_equal(f->csv.rows[row].cells[i].line, line);
    assert_int_equal(f->csv.rows[row].cells[i].column, column);
}

static void assert_wrong(struct fixture *f, const char *text, int line, int column, const char *word)
{
    assert_int_equal(read_text(f, text), ERR_MALFORMED);
    assert_int_equal(f->line, line);
    assert_int_equal(f->column, column);
    assert_non_null(strstr(f->err.en, word));
    assert_true(f->err.vi[0]);
}

static void plain_cells_know_their_place(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_text(f, "unit,name\nH11,Bình Thuận\n"), ERR_OK);
    assert_int_equal(f->csv.count, 2);
    assert_int_equal(f->csv.rows[1].count, 2);
    assert_cell(f, 0, 1, "name", 1, 6);
    assert_cell(f, 1, 0, "H11", 2, 1);
    assert_cell(f, 1, 1, "Bình Thuận", 2, 5);
}

static void columns_count_characters_not_bytes(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_text(f, "Đường Lê Lợi,x\n"), ERR_OK);
    assert_cell(f, 0, 1, "x", 1, 14);
}

static void quotes_hold_commas_lines_and_quotes(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_text(f, "\"a, b\",\"he said \"\"no\"\"\",\"two\nlines\",d\ne,,\"\"\n"), ERR_OK);
    assert_int_equal(f->csv.count, 2);
    assert_cell(f, 0, 0, "a, b", 1, 1);
    assert_cell(f, 0, 1, "he said \"no\"", 1, 8);
    assert_cell(f, 0, 2, "two\nlines", 1, 25);
    assert_cell(f, 0, 3, "d", 2, 8);
    assert_int_equal(f->csv.rows[0].line, 1);
    assert_int_equal(f->csv.rows[1].line, 3);
    assert_cell(f, 1, 1, "", 3, 3);
    assert_cell(f, 1, 2, "", 3, 4);
}

static void empty_files_and_lines(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(read_text(f, ""), ERR_OK);
    assert_int_equal(f->csv.count, 0);
    assert_int_equal(read_text(f, "a\n\nb\n"), ERR_OK);
    assert_int_equal(f->csv.count, 3);
    assert_int_equal(f->csv.rows[1].count, 1);
    assert_cell(f, 1, 0, "", 2, 1);
}

static void many_rows_and_cells(void **state)
{
    struct fixture *f = *state;
    char text[6000];
    size_t n = 0;

    for (int row = 0; row < 100; row++)
        for (int i = 0; i < 20; i++) {
            text[n++] = (char)('a' + i);
            text[n++] = i < 19 ? ',' : '\n';
        }
    assert_int_equal(read_bytes(f, text, n), ERR_OK);
    assert_int_equal(f->csv.count, 100);
    assert_cell(f, 99, 19, "t", 100, 39);
}

static void what_is_wrong_is_shown_where_it_stands(void **state)
{
    struct fixture *f = *state;

    assert_wrong(f, "a,b\nc,d\"e\n", 2, 4, "unquoted");
    assert_wrong(f, "a,b\n\"c\"d,e\n", 2, 4, "closing");
    assert_wrong(f, "a,b\nc,\"d\ne\n", 2, 3, "never ends");
    assert_wrong(f, "a,b\nc,d", 2, 4, "line feed");
    assert_wrong(f, "a,b\r\nc,d\n", 1, 4, "LF");
    assert_wrong(f,
                 "\xef\xbb\xbf"
                 "a,b\n",
                 1, 1, "mark");
    assert_wrong(f, "a,b\nĐà,\xc3(\n", 2, 4, "UTF-8");
    assert_int_equal(read_bytes(f, "a\0b\n", 4), ERR_MALFORMED);
    assert_int_equal(f->column, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_cells_know_their_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_count_characters_not_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotes_hold_commas_lines_and_quotes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(empty_files_and_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_rows_and_cells, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_shown_where_it_stands, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
