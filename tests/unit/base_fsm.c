/* SPDX-License-Identifier: Apache-2.0 */
/* A transition table finds its rows, its mistakes and its printed form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/fsm.h"

enum { DRAFT, SENT, DONE, STATES };
enum { MAKE, SEND, END, ACTS };
static const char *const states[] = {"draft", "sent-out", "done"};
static const char *const acts[] = {"make", "send", "end"};

struct row {
    struct fsm_edge edge;
    int guard;
};

#define ROW(f, a, t, w)                                                                                                \
    {                                                                                                                  \
        .edge = {.from = f, .on = a, .to = t, .why = w }                                                               \
    }
static const struct row good[] = {
    ROW(FSM_NOWHERE, MAKE, DRAFT, "begin"), ROW(DRAFT, SEND, SENT, "go"),   ROW(DRAFT, SEND, DONE, "go at once"),
    ROW(SENT, SEND, SENT, "again"),         ROW(SENT, END, DONE, "finish"), ROW(DONE, SEND, DONE, "noted"),
};

static struct fsm table(const struct row *rows, size_t count)
{
    return (struct fsm){.name = "test",
                        .rows = rows,
                        .count = count,
                        .stride = sizeof(struct row),
                        .states = states,
                        .state_count = STATES,
                        .acts = acts,
                        .act_count = ACTS,
                        .initial = FSM_NOWHERE};
}

static void next_walks_the_rows_of_a_state_and_act(void **state)
{
    struct fsm f = table(good, COUNT_OF(good));
    const struct fsm_edge *e = fsm_next(&f, DRAFT, SEND, NULL);
    assert_ptr_equal(e, &good[1].edge);
    e = fsm_next(&f, DRAFT, SEND, e);
    assert_ptr_equal(e, &good[2].edge);
    assert_null(fsm_next(&f, DRAFT, SEND, e));
    assert_null(fsm_next(&f, DONE, END, NULL));
    assert_ptr_equal(fsm_next(&f, FSM_NOWHERE, MAKE, NULL), &good[0].edge);
}

static void check_accepts_a_good_table(void **state)
{
    struct fsm f = table(good, COUNT_OF(good));
    struct err e;
    assert_int_equal(fsm_check(&f, true, &e), ERR_OK);
}

static void refused(const struct row *rows, size_t count, bool may_repeat, const char *word)
{
    struct fsm f = table(rows, count);
    struct err e;
    assert_int_equal(fsm_check(&f, may_repeat, &e), ERR_BUG);
    if (!strstr(e.en, word))
        fail_msg("\"%s\" does not say \"%s\"", e.en, word);
}

static void check_finds_each_mistake(void **state)
{
    const struct row silent[] = {ROW(FSM_NOWHERE, MAKE, DRAFT, ""), ROW(DRAFT, SEND, SENT, "x"),
                                 ROW(SENT, END, DONE, "x")};
    const struct row island[] = {ROW(FSM_NOWHERE, MAKE, DRAFT, "x"), ROW(SENT, END, DONE, "x"),
                                 ROW(SENT, SEND, SENT, "x")};
    const struct row twice[] = {ROW(FSM_NOWHERE, MAKE, DRAFT, "x"), ROW(DRAFT, SEND, SENT, "x"),
                                ROW(SENT, END, DONE, "x"), ROW(DRAFT, SEND, SENT, "x")};
    const struct row nowhere[] = {ROW(FSM_NOWHERE, MAKE, STATES, "x")};
    const struct row no_act[] = {ROW(FSM_NOWHERE, ACTS, DRAFT, "x")};
    refused(good, COUNT_OF(good), false, "row 2 repeats row 1");
    refused(silent, COUNT_OF(silent), true, "no reason");
    refused(island, COUNT_OF(island), true, "sent-out cannot be reached");
    refused(twice, COUNT_OF(twice), true, "row 3 repeats row 1");
    refused(nowhere, COUNT_OF(nowhere), true, "state that does not exist");
    refused(no_act, COUNT_OF(no_act), true, "act that does not exist");
}

static void an_initial_state_is_reachable(void **state)
{
    struct fsm f = table(good + 1, COUNT_OF(good) - 1);
    struct err e;
    assert_int_equal(fsm_check(&f, true, &e), ERR_BUG);
    f.initial = DRAFT;
    assert_int_equal(fsm_check(&f, true, &e), ERR_OK);
}

static void refusal_is_one_sentence(void **state)
{
    struct fsm f = table(good, COUNT_OF(good));
    struct err e;
    assert_int_equal(fsm_refuse(&f, SENT, MAKE, &e), ERR_ILLEGAL_MOVE);
    assert_string_equal(e.en, "cannot make a dossier that is sent-out");
    assert_non_null(strstr(e.vi, "\"sent-out\""));
    assert_int_equal(fsm_refuse(&f, FSM_NOWHERE, END, &e), ERR_ILLEGAL_MOVE);
    assert_string_equal(e.en, "cannot end before there is a dossier");
    assert_int_equal(fsm_refuse(&f, 77, 88, &e), ERR_ILLEGAL_MOVE);
}

static void refusal_names_a_child(void **state)
{
    static const char *const acts_vi[] = {"lập", "gửi", "kết thúc"};
    static const char *const states_vi[] = {"bản thảo", "đã gửi", "đã xong"};
    static const struct fsm_child fee = {.field = "fee", .vi = "khoản \"a\"", .en = "fee \"a\""};
    struct fsm f = table(good, COUNT_OF(good));
    struct err e = {.code = ERR_OK};

    (void)state;
    assert_int_equal(fsm_refuse_child(&f, SENT, MAKE, &fee, &e), ERR_ILLEGAL_MOVE);
    assert_string_equal(e.field, "fee");
    assert_string_equal(e.en, "cannot make when fee \"a\" is sent-out");
    assert_string_equal(e.vi, "không thể make khi khoản \"a\" ở trạng thái \"sent-out\"");
    f.acts_vi = acts_vi;
    f.states_vi = states_vi;
    assert_int_equal(fsm_refuse_child(&f, SENT, MAKE, &fee, &e), ERR_ILLEGAL_MOVE);
    assert_string_equal(e.vi, "không thể lập khi khoản \"a\" ở trạng thái \"đã gửi\"");
    assert_int_equal(fsm_refuse_child(&f, SENT, MAKE, &fee, NULL), ERR_ILLEGAL_MOVE);
}

static void printed(void (*print)(const struct fsm *, FILE *), const char *expected)
{
    struct fsm f = table(good, COUNT_OF(good));
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    print(&f, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void the_table_prints_itself(void **state)
{
    printed(fsm_print_mermaid, "stateDiagram-v2\n"
                               "    [*] --> draft : make\n"
                               "    draft --> sent_out : send\n"
                               "    draft --> done : send\n"
                               "    sent_out --> sent_out : send\n"
                               "    sent_out --> done : end\n"
                               "    done --> done : send\n"
                               "    done --> [*]\n");
    printed(fsm_print_markdown, "| from | act | to | why |\n| --- | --- | --- | --- |\n"
                                "|  | make | draft | begin |\n"
                                "| draft | send | sent-out | go |\n"
                                "| draft | send | done | go at once |\n"
                                "| sent-out | send | sent-out | again |\n"
                                "| sent-out | end | done | finish |\n"
                                "| done | send | done | noted |\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_walks_the_rows_of_a_state_and_act),
        cmocka_unit_test(check_accepts_a_good_table),
        cmocka_unit_test(check_finds_each_mistake),
        cmocka_unit_test(an_initial_state_is_reachable),
        cmocka_unit_test(refusal_is_one_sentence),
        cmocka_unit_test(refusal_names_a_child),
        cmocka_unit_test(the_table_prints_itself),
    };
    return cmocka_run_group_tests_name("base_fsm", tests, NULL, NULL);
}
