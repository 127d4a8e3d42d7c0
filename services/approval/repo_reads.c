/* SPDX-License-Identifier: Apache-2.0 */
/* Reads that PostgreSQL answers as JSON; they do not go through the executor. */
#include "services/approval/repo.h"

#define ITEM                                                                                                           \
    "json_build_object('id', d.id, 'code', d.code, 'state', s.state, 'step', s.step, 'round', s.round,"                \
    " 'opinion', nullif(s.opinion, ''), 'outcome', nullif(s.outcome, ''), 'procedure', d.procedure, 'unit', d.unit,"   \
    " 'receiving_unit', d.receiving_unit, 'step_unit', s.unit, 'route', d.route, 'due_at', civil(d.due_at),"           \
    " 'opened_at', civil(s.opened_at), 'draft', CASE WHEN s.draft IS NOT NULL THEN json_build_object('id', s.draft,"   \
    " 'sha256', encode(s.draft_sha256, 'hex'), 'pages', s.draft_pages) END)"

/* One page of the work lists, by due date. `next` is where the page ended; reading it again is routes.c's. */
#define PAGE(lists)                                                                                                    \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY due_at, dossier, step, round), '[]'), 'next',"  \
    "       CASE WHEN count(*) = $9::int THEN (array_agg(place ORDER BY due_at, dossier, step, round))[$9::int] "      \
    "END)::text"                                                                                                       \
    "  FROM (SELECT w.due_at, w.dossier, w.step, w.round, " ITEM " AS item,"                                           \
    "               (extract(epoch FROM w.due_at) * 1000000)::bigint || '.' || w.dossier || '.' || w.step || '.'"      \
    "               || w.round AS place"                                                                               \
    "          FROM worklist w JOIN step s USING (dossier, step, round) JOIN dossier d ON d.id = w.dossier"            \
    "         WHERE " lists " AND w.open = $2 AND ($3 = '' OR s.state = $3) AND ($4 = '' OR d.procedure = $4)"         \
    "           AND (w.due_at, w.dossier, w.step, w.round) > ($5::timestamptz, $6::uuid, $7::int, $8::int)"            \
    "         ORDER BY w.due_at, w.dossier, w.step, w.round LIMIT $9::int) page"

const struct db_stmt approval_list_of_unit = {"approval_list_of_unit", PAGE("w.unit = $1")};
const struct db_stmt approval_list_of_all = {"approval_list_of_all", PAGE("w.unit = s.unit AND $1 = ''")};

const struct db_stmt approval_read_one = {
    "approval_read_one",
    "SELECT json_build_object('id', d.id, 'code', d.code, 'procedure', d.procedure, 'process', d.process,"
    "       'process_version', d.process_version, 'route', d.route, 'unit', d.unit, 'receiving_unit', d.receiving_unit,"
    "       'counter', d.counter, 'due_at', civil(d.due_at), 'version', (SELECT version FROM subject WHERE id = d.id),"
    "       'held', (SELECT hold IS NOT NULL FROM subject WHERE id = d.id),"
    "       'steps', (SELECT coalesce(json_agg(json_build_object('step', s.step, 'round', s.round, 'state', s.state,"
    "                        'unit', s.unit, 'opened_at', civil(s.opened_at), 'opinion', nullif(s.opinion, ''),"
    "                        'draft', CASE WHEN s.draft IS NOT NULL THEN json_build_object('id', s.draft, 'sha256',"
    "                                 encode(s.draft_sha256, 'hex'), 'pages', s.draft_pages) END,"
    "                        'outcome', nullif(s.outcome, ''), 'decider', s.decider,"
    "                        'decided_at', civil(s.decided_at), 'mandate', s.mandate, 'signer', s.signer,"
    "                        'signed_at', civil(s.signed_at), 'signature', nullif(s.signature, ''),"
    "                        'document', s.document) ORDER BY s.step, s.round), '[]')"
    "                   FROM step s WHERE s.dossier = d.id),"
    "       'appraisers', (SELECT coalesce(json_agg(p.officer ORDER BY p.officer), '[]')"
    "                        FROM appraiser p WHERE p.dossier = d.id),"
    "       'documents', (SELECT coalesce(json_agg(json_build_object('id', x.id, 'kind', x.kind,"
    "                            'sha256', encode(x.sha256, 'hex'), 'pages', x.pages) ORDER BY x.id), '[]')"
    "                       FROM document x WHERE x.dossier = d.id))::text"
    "  FROM dossier d WHERE d.id = $1"
    "   AND ($2::text = '' OR d.unit = $2 OR d.receiving_unit = $2"
    "        OR EXISTS (SELECT FROM step s WHERE s.dossier = d.id AND s.unit = $2))"};

const struct db_stmt approval_list_mandates = {
    "approval_list_mandates",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY code), '[]'),"
    "       'next', CASE WHEN count(*) = $4::int THEN max(code) END)::text"
    "  FROM (SELECT m.code COLLATE \"C\" AS code, json_build_object('mandate', m.code, 'officer', m.officer,"
    "               'unit', m.unit, 'form', m.form, 'procedures', string_to_array(m.procedures, ' '),"
    "               'legal_basis', m.legal_basis, 'valid_from', date '1970-01-01' + m.valid_from,"
    "               'valid_to', CASE WHEN m.valid_to <> 0 THEN date '1970-01-01' + m.valid_to END,"
    "               'version', (SELECT version FROM subject WHERE id = m.subject)) AS item"
    "          FROM mandate m"
    "         WHERE ($1 = '' OR m.unit = $1) AND ($2 = '' OR m.officer = $2) AND m.code COLLATE \"C\" > $3"
    "         ORDER BY m.code COLLATE \"C\" LIMIT $4::int) page"};
