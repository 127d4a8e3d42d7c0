/* SPDX-License-Identifier: Apache-2.0 */
/* Reads that PostgreSQL answers as JSON. */
#include "services/return/repo.h"

#define HAND_OVER                                                                                                      \
    " 'hand_over', CASE WHEN x.taken_at IS NOT NULL THEN 'taken' WHEN x.given_at IS NOT NULL THEN 'given' END,"

#define ITEM                                                                                                           \
    "json_build_object('id', d.id, 'code', d.code, 'document', x.id, 'outcome', x.outcome, 'state', x.state,"          \
    " 'step', x.step, 'round', x.round, 'procedure', d.procedure, 'unit', d.unit, 'receiving_unit', d.receiving_unit," \
    " 'issuing_unit', x.unit, 'route', d.route, 'due_at', civil(d.due_at), 'signed_at', civil(x.signed_at)," HAND_OVER \
    " 'series', n.series, 'number', n.number, 'number_text', n.text)"

/* One page of the work lists, by due date. `next` is where the page ended; its form is the business of routes.c. */
#define PAGE(lists)                                                                                                    \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY due_at, dossier, document), '[]'), 'next',"     \
    "       CASE WHEN count(*) = $8 THEN (array_agg(place ORDER BY due_at, dossier, document))[$8] END)::text"         \
    "  FROM (SELECT w.due_at, w.dossier, w.document, " ITEM " AS item,"                                                \
    "               (extract(epoch FROM w.due_at) * 1000000)::bigint || '.' || w.dossier || '.' || w.document AS "     \
    "place"                                                                                                            \
    "          FROM worklist w JOIN document x ON x.dossier = w.dossier AND x.id = w.document"                         \
    "          JOIN dossier d ON d.id = w.dossier"                                                                     \
    "          LEFT JOIN issued_number n ON n.dossier = x.dossier AND n.document = x.id"                               \
    "         WHERE " lists " AND w.open = $2 AND ($3 = '' OR x.state = $3) AND ($4 = '' OR d.procedure = $4)"         \
    "           AND (w.due_at, w.dossier, w.document) > ($5::timestamptz, $6::uuid, $7::uuid)"                         \
    "         ORDER BY w.due_at, w.dossier, w.document LIMIT $8::int) page"

const struct db_stmt return_list_of_unit = {"return_list_of_unit", PAGE("w.unit = $1")};
const struct db_stmt return_list_of_all = {"return_list_of_all", PAGE("w.unit = x.unit AND $1 = ''")};

const struct db_stmt return_read_one = {
    "return_read_one",
    "SELECT json_build_object('id', d.id, 'code', d.code, 'procedure', d.procedure, 'process', d.process,"
    "       'process_version', d.process_version, 'route', d.route, 'unit', d.unit, 'receiving_unit', d.receiving_unit,"
    "       'counter', d.counter, 'due_at', civil(d.due_at), 'version', (SELECT version FROM subject WHERE id = d.id),"
    "       'held', (SELECT hold IS NOT NULL FROM subject WHERE id = d.id),"
    "       'documents', (SELECT coalesce(json_agg(json_build_object('id', x.id, 'sha256', encode(x.sha256, 'hex'),"
    "                'pages', x.pages, 'outcome', x.outcome, 'state', x.state, 'step', x.step, 'round', x.round,"
    "                'issuing_unit', x.unit, 'signer', x.signer, 'form', nullif(x.form, ''), 'mandate', x.mandate,"
    "                'signature', x.signature, 'signed_at', civil(x.signed_at),"
    "                'series', n.series, 'year', n.year, 'number', n.number, 'number_text', n.text, 'numbered_by', "
    "n.clerk, 'numbered_at', "
    "civil(n.at),"
    "                'seal', u.seal, 'seal_ordinal', u.ordinal, 'keeper', u.keeper, 'seal_place', u.place,"
    "                'sealed_at', civil(u.at)," HAND_OVER
    "                'giver', x.giver, 'given_at', civil(x.given_at), 'taker', x.taker, 'taken_at', civil(x.taken_at),"
    "                'ready_at', civil(x.ready_at), 'delivery', nullif(x.delivery, ''),"
    "                'handed_over_at', civil(x.handed_over_at), 'archived_at', civil(x.archived_at))"
    "                ORDER BY x.opened_at, x.id), '[]')"
    "           FROM document x LEFT JOIN issued_number n ON n.dossier = x.dossier AND n.document = x.id"
    "           LEFT JOIN seal_use u ON u.dossier = x.dossier AND u.document = x.id WHERE x.dossier = d.id))::text"
    "  FROM dossier d WHERE d.id = $1"
    "   AND ($2::text = '' OR d.unit = $2 OR d.receiving_unit = $2"
    "        OR EXISTS (SELECT FROM document x WHERE x.dossier = d.id AND x.unit = $2))"};

#define REGISTER(table, item)                                                                                          \
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY code), '[]'), 'next',"                          \
    "       CASE WHEN count(*) = $3 THEN (array_agg(code ORDER BY code))[$3] END)::text"                               \
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
    "         CASE WHEN count(p.item) = $5 THEN (array_agg(p.place ORDER BY p.at, p.document))[$5] END)::text"
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
