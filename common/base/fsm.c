/* SPDX-License-Identifier: Apache-2.0 */
/* The checks are quadratic: a table has a few dozen rows. */
#include "common/base/fsm.h"

#include <string.h>

static const struct fsm_edge *edge(const struct fsm *f, size_t i)
{
    return (const struct fsm_edge *)(const void *)((const char *)f->rows + i * f->stride);
}

static const char *name_of(const char *const *names, size_t count, int i)
{
    return i >= 0 && (size_t)i < count && names[i] ? names[i] : "?";
}

static const char *state_name(const struct fsm *f, int state)
{
    return state == FSM_NOWHERE ? "[*]" : name_of(f->states, f->state_count, state);
}

const struct fsm_edge *fsm_next(const struct fsm *f, int from, int act, const struct fsm_edge *after)
{
    size_t i = 0;
    if (after)
        i = (size_t)((const char *)after - (const char *)f->rows) / f->stride + 1;
    for (; i < f->count; i++)
        if (edge(f, i)->from == from && edge(f, i)->on == act)
            return edge(f, i);
    return NULL;
}

static bool is_state(const struct fsm *f, int state)
{
    return state >= 0 && (size_t)state < f->state_count;
}

/* check_row finds what is wrong with one row by itself. */
static enum err_code check_row(const struct fsm *f, size_t i, struct err *reterr)
{
    const struct fsm_edge *e = edge(f, i);
    if (!is_state(f, e->to) || (e->from != FSM_NOWHERE && !is_state(f, e->from)))
        return err_set(reterr, ERR_BUG, "%s: row %zu has a state that does not exist", f->name, i);
    if (e->on < 0 || (size_t)e->on >= f->act_count)
        return err_set(reterr, ERR_BUG, "%s: row %zu has an act that does not exist", f->name, i);
    if (!e->why || !e->why[0])
        return err_set(reterr, ERR_BUG, "%s: row %zu (%s on %s) has no reason", f->name, i, state_name(f, e->from),
                       f->acts[e->on]);
    return ERR_OK;
}

/* shadowed says whether row j can never be taken, or says nothing new, behind row i. */
static bool shadowed(const struct fsm_edge *i, const struct fsm_edge *j, bool may_repeat)
{
    if (i->from != j->from || i->on != j->on)
        return false;
    return !may_repeat || (i->to == j->to && strcmp(i->why, j->why) == 0);
}

/* reachable follows the rows until nothing is added; no state can be further than state_count steps away. */
static bool reachable(const struct fsm *f, int goal)
{
    bool seen[256] = {false};
    if (f->initial != FSM_NOWHERE)
        seen[f->initial] = true;
    for (size_t turn = 0; turn < f->state_count; turn++)
        for (size_t i = 0; i < f->count; i++) {
            const struct fsm_edge *e = edge(f, i);
            if (e->from == FSM_NOWHERE || seen[e->from])
                seen[e->to] = true;
        }
    return seen[goal];
}

enum err_code fsm_check(const struct fsm *f, bool may_repeat, struct err *reterr)
{
    if (f->state_count == 0 || f->state_count > 256 || f->stride < sizeof(struct fsm_edge))
        return err_set(reterr, ERR_BUG, "%s: not a table", f->name);
    if (f->initial != FSM_NOWHERE && !is_state(f, f->initial))
        return err_set(reterr, ERR_BUG, "%s: the initial state does not exist", f->name);
    for (size_t i = 0; i < f->count; i++) {
        enum err_code rc = check_row(f, i, reterr);
        if (rc)
            return rc;
    }
    for (size_t i = 0; i < f->count; i++)
        for (size_t j = i + 1; j < f->count; j++)
            if (shadowed(edge(f, i), edge(f, j), may_repeat))
                return err_set(reterr, ERR_BUG, "%s: row %zu repeats row %zu (%s on %s)", f->name, j, i,
                               state_name(f, edge(f, i)->from), f->acts[edge(f, i)->on]);
    for (size_t s = 0; s < f->state_count; s++)
        if (!reachable(f, (int)s))
            return err_set(reterr, ERR_BUG, "%s: state %s cannot be reached", f->name, state_name(f, (int)s));
    return ERR_OK;
}

/* print_state_id writes a name as mermaid takes it: "paid-late" is paid_late. */
static void print_state_id(const struct fsm *f, int state, FILE *out)
{
    const char *name = state_name(f, state);
    if (state == FSM_NOWHERE) {
        fputs(name, out);
        return;
    }
    for (; *name; name++)
        fputc(*name == '-' || *name == ' ' ? '_' : *name, out);
}

static bool is_final(const struct fsm *f, int state)
{
    for (size_t i = 0; i < f->count; i++)
        if (edge(f, i)->from == state && edge(f, i)->to != state)
            return false;
    return true;
}

void fsm_print_mermaid(const struct fsm *f, FILE *out)
{
    fputs("stateDiagram-v2\n", out);
    if (f->initial != FSM_NOWHERE) {
        fputs("    [*] --> ", out);
        print_state_id(f, f->initial, out);
        fputc('\n', out);
    }
    for (size_t i = 0; i < f->count; i++) {
        fputs("    ", out);
        print_state_id(f, edge(f, i)->from, out);
        fputs(" --> ", out);
        print_state_id(f, edge(f, i)->to, out);
        fprintf(out, " : %s\n", name_of(f->acts, f->act_count, edge(f, i)->on));
    }
    for (size_t s = 0; s < f->state_count; s++)
        if (is_final(f, (int)s)) {
            fputs("    ", out);
            print_state_id(f, (int)s, out);
            fputs(" --> [*]\n", out);
        }
}

void fsm_print_markdown(const struct fsm *f, FILE *out)
{
    fputs("| from | act | to | why |\n| --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < f->count; i++) {
        const struct fsm_edge *e = edge(f, i);
        fprintf(out, "| %s | %s | %s | %s |\n", e->from == FSM_NOWHERE ? "" : state_name(f, e->from),
                name_of(f->acts, f->act_count, e->on), state_name(f, e->to), e->why ? e->why : "");
    }
}

enum err_code fsm_refuse(const struct fsm *f, int from, int act, struct err *reterr)
{
    const char *act_word = name_of(f->acts, f->act_count, act);
    const char *act_vi = name_of(f->acts_vi ? f->acts_vi : f->acts, f->act_count, act);
    if (from == FSM_NOWHERE) {
        err_set(reterr, ERR_ILLEGAL_MOVE, "cannot %s before there is a dossier", act_word);
        if (reterr)
            (void)snprintf(reterr->vi, sizeof reterr->vi, "không thể %s khi chưa đến bước này", act_vi);
        return ERR_ILLEGAL_MOVE;
    }
    err_set(reterr, ERR_ILLEGAL_MOVE, "cannot %s a dossier that is %s", act_word, state_name(f, from));
    if (reterr)
        (void)snprintf(reterr->vi, sizeof reterr->vi, "không thể %s khi hồ sơ ở trạng thái \"%s\"", act_vi,
                       name_of(f->states_vi ? f->states_vi : f->states, f->state_count, from));
    return ERR_ILLEGAL_MOVE;
}

enum err_code fsm_refuse_child(const struct fsm *f, int from, int act, const struct fsm_child *child,
                               struct err *reterr)
{
    const char *const *acts_vi = f->acts_vi ? f->acts_vi : f->acts;
    const char *const *states_vi = f->states_vi ? f->states_vi : f->states;

    err_set(reterr, ERR_ILLEGAL_MOVE, "cannot %s when %s is %s", name_of(f->acts, f->act_count, act), child->en,
            state_name(f, from));
    if (reterr) {
        (void)snprintf(reterr->field, sizeof reterr->field, "%s", child->field);
        (void)snprintf(reterr->vi, sizeof reterr->vi, "không thể %s khi %s ở trạng thái \"%s\"",
                       name_of(acts_vi, f->act_count, act), child->vi, name_of(states_vi, f->state_count, from));
    }
    return ERR_ILLEGAL_MOVE;
}
