/* SPDX-License-Identifier: Apache-2.0 */
/* Reads that PostgreSQL answers as JSON. */
#include "common/flow/facts.h"
#include "common/flow/worklist.h"
#include "services/return/repo.h"

#define HAND_OVER                                                                                                      \
    " 'hand_over', CASE WHEN s.taken_at IS NOT NULL THEN 'taken' WHEN s.given_at IS NOT NULL THEN 'given' WHEN "       \
    "s.refused_at IS NOT NULL THEN 'refused' END, 'hand_over_fault', s.fault,"

#define ITEM                                                                                                           \
    " 'document', s.id, 'outcome', s.outcome, 'step', s.step, 'round', s.round, 'issuing_unit', s.unit,"               \
    " 'signed_at', civil(s.signed_at), 'step_due_at', civil(s.step_due_at),"                                           \
    " 'step_warning', nullif(s.step_warning, '')," HAND_OVER                                                           \
    " 'series', n.series, 'number', n.number, 'number_text', n.text"
#define FROM                                                                                                           \
    "JOIN document s ON s.dossier = w.dossier AND s.issue_step = w.step AND s.round = w.round"                         \
    " LEFT JOIN issued_number n ON n.dossier = s.dossier AND n.document = s.id"

const struct db_stmt return_list_of_unit = {"return_list_of_unit", WORKLIST_OF_UNIT(ITEM, FROM)};
const struct db_stmt return_list_of_all = {"return_list_of_all", WORKLIST_OF_ALL(ITEM, FROM)};

const struct db_stmt return_read_one = {
    "return_read_one",
    FACTS_READ_ONE(
        "   'owed', (SELECT coalesce(json_agg(json_build_object('fee', f.code, 'amount_vnd', f.amount) ORDER BY "
        "f.number),"
        "            '[]') FROM fee f WHERE f.dossier = d.id AND f.state = 'owed'),"
        "   'documents', (SELECT coalesce(json_agg(json_build_object('id', s.id, 'sha256', encode(s.sha256, 'hex'),"
        "            'pages', s.pages, 'outcome', s.outcome, 'state', s.state, 'step', s.step, 'round', s.round,"
        "            'step_opened_at', civil(s.step_opened_at), 'step_due_at', civil(s.step_due_at),"
        "            'step_near_at', civil(s.step_near_at), 'step_warning', nullif(s.step_warning, ''),"
        "            'issuing_unit', s.unit, 'signer', s.signer, 'form', nullif(s.form, ''), 'mandate', s.mandate,"
        "            'signature', s.signature, 'signed_at', civil(s.signed_at),"
        "            'series', n.series, 'year', n.year, 'number', n.number, 'number_text', n.text,"
        "            'numbered_by', n.clerk, 'numbered_at', civil(n.at),"
        "            'seal', u.seal, 'seal_ordinal', u.ordinal, 'keeper', u.keeper, 'seal_place', u.place,"
        "            'sealed_at', civil(u.at)," HAND_OVER
        "            'giver', s.giver, 'given_at', civil(s.given_at), 'taker', s.taker, 'taken_at', civil(s.taken_at),"
        "            'refuser', s.refuser, 'refused_at', civil(s.refused_at),"
        "            'ready_at', civil(s.ready_at), 'reminders', s.reminders, 'delivery', nullif(s.delivery, ''),"
        "            'who', s.collector, 'paper', s.proof, 'authorisation', s.authorisation, 'collector', s.collector_record, 'consignment', "
        "s.consignment,"
        "            'handed_over_at', civil(s.handed_over_at), 'came_back', s.undelivered,"
        "            'came_back_at', civil(s.came_back_at), 'archived_at', civil(s.archived_at),"
        "            'unclaimed_at', civil(s.unclaimed_at))"
        "            ORDER BY s.opened_at, s.id), '[]')"
        "       FROM document s LEFT JOIN issued_number n ON n.dossier = s.dossier AND n.document = s.id"
        "       LEFT JOIN seal_use u ON u.dossier = s.dossier AND u.document = s.id WHERE s.dossier = d.id)",
        "document")};

#define REGISTER(table, item)                                                                                          \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY code), '[]'), 'next',"                          \
    "       CASE WHEN count(*) = $3::int THEN (array_agg(code ORDER BY code))[$3::int] END)::text"                     \
    "  FROM (SELECT s.code, " item " AS item FROM " table " s"                                                         \
    "         WHERE ($1::text = '' OR s.unit = $1) AND s.code > $2 ORDER BY s.code LIMIT $3::int) page"

const struct db_stmt return_list_series = {
    "return_list_series",
    REGISTER("series",
             "json_build_object('series', s.code, 'unit', s.unit, 'document', s.document, 'pattern', s.pattern,"
             " 'valid_from', civil_day(s.valid_from), 'valid_to', civil_day(s.valid_to),"
             " 'last_number', (SELECT n.text FROM issued_number n WHERE n.series = s.code"
             "                  ORDER BY n.year DESC, n.number DESC LIMIT 1))")};
const struct db_stmt return_list_seals = {
    "return_list_seals",
    REGISTER("seal", "json_build_object('seal', s.code, 'unit', s.unit,"
                     " 'ordinal', CASE s.ordinal WHEN 1 THEN 'first' ELSE 'second' END, 'keeper', s.keeper,"
                     " 'place', s.place, 'registration', nullif(s.registration, ''),"
                     " 'permission', nullif(s.permission, ''), 'valid_from', civil_day(s.valid_from),"
                     " 'valid_to', civil_day(s.valid_to))")};

const struct db_stmt return_list_seal_uses = {
    "return_list_seal_uses",
    "SELECT json_build_object('seal', max(k.code), 'items',"
    "         coalesce(json_agg(p.item ORDER BY p.at, p.document) FILTER (WHERE p.item IS NOT NULL), '[]'), 'next',"
    "         CASE WHEN count(p.item) = $5::int THEN (array_agg(p.place ORDER BY p.at, p.document))[$5::int] END)::text"
    "  FROM seal k LEFT JOIN LATERAL"
    "       (SELECT u.at, u.document, (extract(epoch FROM u.at) * 1000000)::bigint || '.' || u.document AS place,"
    "               json_build_object('at', civil(u.at), 'dossier', u.dossier, 'code', d.code, 'document', u.document,"
    "                 'number_text', n.text, 'numbered_at', civil(n.at), 'signer', x.signer, 'form', nullif(x.form, "
    "''),"
    "                 'keeper', u.keeper, 'place', u.place) AS item"
    "          FROM seal_use u JOIN issued_number n ON n.dossier = u.dossier AND n.document = u.document"
    "          JOIN document x ON x.dossier = u.dossier AND x.id = u.document JOIN dossier d ON d.id = u.dossier"
    "         WHERE u.seal = k.code AND (u.at, u.document) > ($3::timestamptz, $4::uuid)"
    "         ORDER BY u.at, u.document LIMIT $5::int) p ON true"
    " WHERE k.code = $1 AND ($2::text = '' OR k.unit = $2) HAVING count(k.code) > 0"};
