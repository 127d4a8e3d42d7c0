/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The work lists of a stage: which step of which dossier lies with whom, by due date, apart from the rows that move.
 * A step in its round is listed once for each unit that may see it, when it is opened; it leaves the open lists when it
 * ends, and comes back to them when there is something to do after all.
 */
#ifndef TAICHO_FLOW_WORKLIST_H
#define TAICHO_FLOW_WORKLIST_H

#include "common/domain/dossier.h"
#include "common/flow/batch.h"

/* One step as it is about to be stored. */
struct listed {
    int step, round;
    const char *unit; /* in whose hands it is, beside the competent and the receiving one */
    bool opened;      /* not stored yet */
    bool open;        /* there is still something to do */
    bool reopened;    /* there was not, for a while */
};

/* worklist_note is told of each step that is saved; worklist_save then stores what that changes. */
struct worklist *worklist_new(struct batch *b);
void worklist_note(struct worklist *w, const struct dossier_facts *f, const struct listed *step);
/* worklist_leave takes a step off the open list of one unit that has nothing more to do with it, while it goes on. */
void worklist_leave(struct worklist *w, const struct dossier_facts *f, int step, int round, const char *unit);
void worklist_save(struct worklist *w);

extern const struct db_stmt worklist_list_stmt, worklist_end_stmt, worklist_reopen_stmt, worklist_leave_stmt;

/*
 * WORKLIST_OF_UNIT and WORKLIST_OF_ALL are one page as JSON: {"items", "next"}, by due date. `members` are the stage's
 * own, behind the facts; `from` joins its row as s, with the columns unit and state, to w (dossier, step, round).
 * `next` is where a full page ended; request_page reads it. Arguments: the unit ("" in the second), open, state ("":
 * any), procedure ("": any), then the place after which the page begins (due_at, dossier, step, round) and its length.
 */
#define WORKLIST_OF_UNIT(members, from) WORKLIST_PAGE("w.unit = $1", members, from)
#define WORKLIST_OF_ALL(members, from)  WORKLIST_PAGE("w.unit = s.unit AND $1 = ''", members, from)
#define WORKLIST_PAGE(lists, members, from)                                                                            \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY due_at, dossier, step, round), '[]'), 'next',"  \
    "       CASE WHEN count(*) = $9::int"                                                                              \
    "            THEN (array_agg(place ORDER BY due_at, dossier, step, round))[$9::int] END)::text"                    \
    "  FROM (SELECT w.due_at, w.dossier, w.step, w.round,"                                                             \
    "               json_build_object('id', d.id, 'code', d.code, 'procedure', d.procedure, 'unit', d.unit,"           \
    "                 'receiving_unit', d.receiving_unit, 'route', d.route, 'due_at', civil(d.due_at), "               \
    "'withdrawal', d.withdrawal, 'extension', d.extension, 'stop', d.stop, 'correction', d.correction, "               \
    "'state', s.state," members ") AS item,"                                                                           \
    "               (extract(epoch FROM w.due_at) * 1000000)::bigint || '.' || w.dossier || '.' || w.step || '.'"      \
    "               || w.round AS place"                                                                               \
    "          FROM worklist w JOIN dossier d ON d.id = w.dossier " from "         WHERE " lists                       \
    " AND w.open = $2 AND ($3 = '' OR s.state = $3) AND ($4 = '' OR d.procedure = $4)"                                 \
    "           AND (w.due_at, w.dossier, w.step, w.round) > ($5::timestamptz, $6::uuid, $7::int, $8::int)"            \
    "         ORDER BY w.due_at, w.dossier, w.step, w.round LIMIT $9::int) page"

#endif
