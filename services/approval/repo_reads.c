/* SPDX-License-Identifier: Apache-2.0 */
/* Reads that PostgreSQL answers as JSON; they do not go through the executor. */
#include "common/flow/barred.h"
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/remarks.h"
#include "common/flow/worklist.h"
#include "services/approval/repo.h"

#define DRAFT                                                                                                          \
    "'draft', CASE WHEN s.draft IS NOT NULL THEN json_build_object('id', s.draft, 'sha256',"                           \
    "         encode(s.draft_sha256, 'hex'), 'pages', s.draft_pages) END"

#define ITEM                                                                                                           \
    " 'step', s.step, 'round', s.round, 'opinion', nullif(s.opinion, ''), 'outcome', nullif(s.outcome, ''),"           \
    " 'step_unit', s.unit, 'opened_at', civil(s.opened_at), 'step_due_at', civil(s.due_at),"                           \
    " 'step_warning', nullif(s.warning, ''), " DRAFT
#define FROM "JOIN step s USING (dossier, step, round)"

const struct db_stmt approval_list_of_unit = {"approval_list_of_unit", WORKLIST_OF_UNIT(ITEM, FROM)};
const struct db_stmt approval_list_of_all = {"approval_list_of_all", WORKLIST_OF_ALL(ITEM, FROM)};

const struct db_stmt approval_read_one = {
    "approval_read_one",
    FACTS_READ_ONE(
        "   'steps', (SELECT coalesce(json_agg(json_build_object('step', s.step, 'round', s.round, 'state', s.state,"
        "                    'unit', s.unit, 'opened_at', civil(s.opened_at), 'due_at', civil(s.due_at),"
        "                    'near_at', civil(s.near_at), 'warning', nullif(s.warning, ''),"
        "                    'opinion', nullif(s.opinion, '')," DRAFT
        "                    , 'outcome', nullif(s.outcome, ''), 'decider', s.decider,"
        "                    'decided_at', civil(s.decided_at), 'mandate', s.mandate, 'signer', s.signer,"
        "                    'signed_at', civil(s.signed_at), 'signature', nullif(s.signature, ''),"
        "                    'document', s.document) ORDER BY s.step, s.round), '[]')"
        "               FROM step s WHERE s.dossier = d.id),"
        "   'remarks', " REMARKS_JSON ", 'appraisers', " BARRED_JSON ", 'documents', " PAPERS_JSON,
        "step")};

const struct db_stmt approval_list_mandates = {
    "approval_list_mandates",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY code), '[]'),"
    "       'next', CASE WHEN count(*) = $4::int THEN max(code) END)::text"
    "  FROM (SELECT m.code COLLATE \"C\" AS code, json_build_object('mandate', m.code, 'officer', m.officer,"
    "               'unit', m.unit, 'form', m.form, 'procedures', string_to_array(m.procedures, ' '),"
    "               'legal_basis', m.legal_basis, 'valid_from', civil_day(m.valid_from),"
    "               'valid_to', civil_day(m.valid_to),"
    "               'version', (SELECT version FROM subject WHERE id = m.subject)) AS item"
    "          FROM mandate m"
    "         WHERE ($1 = '' OR m.unit = $1) AND ($2 = '' OR m.officer = $2) AND m.code COLLATE \"C\" > $3"
    "         ORDER BY m.code COLLATE \"C\" LIMIT $4::int) page"};
