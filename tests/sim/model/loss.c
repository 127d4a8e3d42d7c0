/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Papers in the model: every dossier has one original that may go back, again and again; it is lost now and then, and
 * found in the end, and whoever has it brings it to the counter. The cases, and the ways back, are those that are
 * stored, and what the batch has added: the newest first, so that the first of a number says how it stands.
 */
#include "services/intake/repo.h"
#include "services/intake/rules.h"
#include "tests/sim/model/sim.h"

#define KEEP(field) (field) = arena_strdup(world.arena, (field))

static const struct intake_loss *loss_of(const struct intake_file *f, int number)
{
    for (const struct intake_case *c = f ? f->cases : NULL; c; c = c->next)
        if (c->loss->number == number)
            return c->loss;
    return NULL;
}

void loss_save(struct intake_file *stored, const struct intake_case *added)
{
    if (!added)
        return;
    loss_save(stored, added->next);

    struct intake_case *c = ARENA_NEW(world.arena, struct intake_case);
    struct intake_loss *l = ARENA_NEW(world.arena, struct intake_loss);
    *l = *added->loss;
    KEEP(l->unit);
    KEEP(l->post);
    KEEP(l->going_to);
    KEEP(l->superior);
    KEEP(l->noted_by);
    KEEP(l->responsible);
    KEEP(l->settled_by);
    if ((l->number > loss_count(stored)) != (l->state == INTAKE_LOSS_OPEN))
        sim_fail("intake opens a case twice, or settles one that there is not");
    *c = (struct intake_case){.next = stored->cases, .loss = l};
    stored->cases = c;
}

int loss_count(const struct intake_file *f)
{
    int n = 0;

    while (loss_of(f, n + 1))
        n++;
    return n;
}

const struct intake_loss *loss_open(const struct intake_file *f)
{
    for (int n = loss_count(f); n > 0; n--)
        if (loss_of(f, n)->state == INTAKE_LOSS_OPEN)
            return loss_of(f, n);
    return NULL;
}

const struct intake_way *way_newest(const struct intake_file *f)
{
    const struct intake_way *newest = NULL;

    for (const struct intake_gone_way *g = f ? f->ways : NULL; g; g = g->next)
        if (!newest || g->way->number > newest->number)
            newest = g->way;
    return newest;
}

void ways_save(struct intake_file *stored, const struct intake_gone_way *added)
{
    if (!added)
        return;
    ways_save(stored, added->next);

    static const int first[] = {1};
    struct intake_gone_way *g = ARENA_NEW(world.arena, struct intake_gone_way);
    struct intake_way *w = ARENA_NEW(world.arena, struct intake_way);
    const struct intake_way *before = way_newest(stored);
    *w = *added->way;
    KEEP(w->from_unit);
    KEEP(w->to_unit);
    KEEP(w->given_by);
    KEEP(w->answered_by);
    KEEP(w->reason);
    w->components = first;
    if (w->state == INTAKE_WAY_GIVEN ? before && (before->state == INTAKE_WAY_GIVEN || before->number >= w->number)
                                     : !before || before->state != INTAKE_WAY_GIVEN || before->number != w->number)
        sim_fail("intake begins a way back that is under way, or answers one that is not");
    *g = (struct intake_gone_way){.next = stored->ways, .way = w};
    stored->ways = g;
}

/* ---- the repository's names */

/* newest_of gives the newest way as a piece of a batch finds it. */
static const struct intake_way *newest_of(const struct batch *b, struct id dossier)
{
    const struct row *row = base_row(&world.bases[SOURCE_INTAKE], dossier);
    const struct intake_way *w = NULL;

    for (size_t i = 0; i < b->subject_count && !w; i++)
        if (id_eq(b->subjects[i]->id, dossier))
            w = way_newest(b->subjects[i]->state);
    return w ? w : way_newest(row ? row->state : NULL);
}

void intake_custody_note(struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    if (!d->way)
        return;
    struct intake_gone_way *g = ARENA_NEW(i->batch->arena, struct intake_gone_way);
    *g = (struct intake_gone_way){.next = file->ways, .way = d->way};
    file->ways = g;
}

/* found gives the cases as a piece of a batch finds them. */
static const struct intake_loss *found(const struct batch *b, struct id dossier, int number)
{
    const struct row *row = base_row(&world.bases[SOURCE_INTAKE], dossier);
    const struct intake_loss *l = NULL;

    for (size_t i = 0; i < b->subject_count && !l; i++)
        if (id_eq(b->subjects[i]->id, dossier))
            l = loss_of(b->subjects[i]->state, number);
    return l ? l : loss_of(row ? row->state : NULL, number);
}

void intake_losses_need(struct batch *b UNUSED, struct id dossier UNUSED)
{
}

const struct intake_loss *intake_losses_of(const struct batch *b, struct id dossier, int *ret_count)
{
    struct intake_loss *losses = ARENA_ARRAY(b->arena, INTAKE_LOSSES_MAX, struct intake_loss);

    for (*ret_count = 0; *ret_count < INTAKE_LOSSES_MAX; ++*ret_count) {
        const struct intake_loss *l = found(b, dossier, *ret_count + 1);
        if (!l)
            break;
        losses[*ret_count] = *l;
    }
    return losses;
}

void intake_losses_note(struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    struct intake_case *c = ARENA_NEW(i->batch->arena, struct intake_case);

    *c = (struct intake_case){.next = file->cases, .loss = d->loss};
    file->cases = c;
}

void intake_losses_ask(struct batch *b UNUSED)
{
}

enum err_code intake_losses_take(struct batch *b UNUSED, struct err *reterr UNUSED)
{
    return ERR_OK;
}

const struct intake_sheet *intake_custody_sheets(const struct batch *b, struct id dossier, int *ret_count)
{
    struct intake_sheet *lent = ARENA_NEW(b->arena, struct intake_sheet);
    int count;
    const struct intake_loss *losses = intake_losses_of(b, dossier, &count);

    *lent = (struct intake_sheet){.number = 1, .originals = 1, .paper = true, .to_return = true};
    for (int i = 0; i < count; i++)
        if (losses[i].state == INTAKE_LOSS_OPEN)
            lent->loss = losses[i].number;
    const struct intake_way *w = newest_of(b, dossier);
    if (w) {
        lent->way = w->number;
        lent->left_at = w->given_at;
        lent->lies = intake_holder_on(w);
    }
    *ret_count = 1;
    return lent;
}
