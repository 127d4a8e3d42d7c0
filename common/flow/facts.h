/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a dossier on their way through a stage: read from Received, stored in the table `dossier`
 * (db/parts/dossier_001.sql), given on with every event. The stage's own dossier begins with its struct dossier_facts.
 */
#ifndef TAICHO_FLOW_FACTS_H
#define TAICHO_FLOW_FACTS_H

#include "common/domain/dossier.h"
#include "common/flow/batch.h"

/* facts_read reads Received. ERR_MALFORMED: it cannot be true. */
enum err_code facts_read(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                         struct dossier_facts *ret, struct err *reterr) MUST_CHECK;

/* facts_read_due reads the date to which ObligationMet, SupplementReceived, FindingRecorded, PeriodExcluded,
 * PeriodEnded, DueMoved or Extended has moved the due date. ERR_MALFORMED: it cannot be true. */
enum err_code facts_read_due(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, instant *ret,
                             struct err *reterr) MUST_CHECK;
/* facts_read_on_paper tells whether SupplementReceived has made a dossier of it that is not, or no longer, files alone;
 * of another event, false. */
bool facts_read_on_paper(const struct Taicho__V1__LifecycleEvent *m);
/* facts_read_left_out reads the period that PeriodExcluded leaves out, or what PeriodEnded lets be counted again and
 * all that is left out since (*ret_all, of the arena; else NULL); of another event, none (until 0). */
enum err_code facts_read_left_out(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                  struct left_out_period *ret, const struct left_out **ret_all,
                                  struct err *reterr) MUST_CHECK;
/* facts_emission begins an event about the dossier: what is left is its type, body, place, step and document. */
struct emission facts_emission(const struct dossier_facts *f);

struct db_answer *facts_ask(struct batch *b);
/* facts_take makes the state of each dossier that is known: `size` zeroed bytes that begin with its facts. */
enum err_code facts_take(struct batch *b, const struct db_answer *q, size_t size, struct err *reterr) MUST_CHECK;
/* facts_save stores those of `dossiers` (batch_touched) that were received in this batch. */
void facts_save(struct batch *b, void *const *dossiers, size_t count);

extern const struct db_stmt facts_load_stmt, facts_save_stmt, facts_move_stmt, facts_leave_out_stmt, facts_note_stmt;

/*
 * FACTS_READ_ONE is one dossier as JSON, with the stage's own members behind the facts. Arguments: dossier, unit ("":
 * any; else the competent one, the receiving one, or one of a row of `table`, whose columns are dossier and unit).
 */
#define FACTS_READ_ONE(members, table)                                                                                 \
    "SELECT json_build_object('id', d.id, 'code', d.code, 'procedure', d.procedure, 'process', d.process,"             \
    "       'process_version', d.process_version, 'route', d.route, 'unit', d.unit,"                                   \
    "       'receiving_unit', d.receiving_unit, 'counter', d.counter, 'due_at', civil(d.due_at),"                      \
    "       'withdrawal', d.withdrawal, 'extension', d.extension, 'stop', d.stop, 'stop_ground', d.stop_ground,"       \
    "       'correction', d.correction, 'correction_cause', d.correction_cause, 'forbidden', d.forbidden,"             \
    "       'left_out', (SELECT json_agg(json_build_object('from', civil(lower(p)), 'until', civil(upper(p)))"         \
    "                                    ORDER BY p) FROM unnest(d.left_out) p),"                                      \
    "       'version', s.version, 'held', s.hold IS NOT NULL," members ")::text"                                       \
    "  FROM dossier d JOIN subject s ON s.id = d.id WHERE d.id = $1"                                                   \
    "   AND ($2::text = '' OR d.unit = $2 OR d.receiving_unit = $2"                                                    \
    "        OR EXISTS (SELECT FROM " table " o WHERE o.dossier = d.id AND o.unit = $2))"

#endif
