/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GET answers. PostgreSQL builds the JSON. A statement that shows a person's name writes access_log by itself, so
 * there is no way to read without leaving a trace: both are one transaction.
 */
#include "common/flow/remarks.h"
#include "services/intake/repo.h"

/* $2: the unit whose dossiers may be seen (its own, one that it is being consulted on or co-operates in, and one that
 * it may have to answer for), NULL all; $3 $4 $5: when, who, of which unit. */
#define FOUND_OR(what, too)                                                                                            \
    "WITH found AS ("                                                                                                  \
    "    SELECT * FROM dossier WHERE id = $1 AND ($2::text IS NULL OR $2 = ANY (units_of(dossier))"                    \
    "        OR answers_for($1, $2)" too ")), "                                                                        \
    "noted AS ("                                                                                                       \
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"                                                       \
    "    SELECT $3, $4, $5, '" what "', ARRAY[id] FROM found) "
#define FOUND(what) FOUND_OR(what, "")

/* Those that the portal may see, too, of what was filed on it. $6: it is the portal that looks. */
#define FOUND_ONLINE(what) FOUND_OR(what, " OR ($6::bool AND EXISTS (SELECT FROM submission f WHERE f.dossier = $1))")

#define APPLICANT                                                                                                      \
    "(SELECT json_build_object('name', a.name, 'identity_number', a.identity_number, 'phone', a.phone, 'email', "      \
    "a.email,"                                                                                                         \
    "        'address', a.address) FROM applicant a WHERE a.dossier = d.id)"

/* Who filed for the applicant; NULL: he did himself. */
#define PROXY                                                                                                          \
    "(SELECT json_build_object('name', p.name, 'identity_number', p.identity_number, 'authorisation', "                \
    "p.authorisation) FROM proxy p WHERE p.dossier = d.id)"

#define COMPONENTS "components_of(d.id)"
#define MEDIUM     "medium_of(d.id)"

/* $1 unit (NULL: all), $2 closed, $3 state, $4 procedure, $5 after, $6 limit, $7 $8 $9 when, who, of which unit, $10
 * only those of which an apology is prepared */
const struct db_stmt intake_query_list = {
    "intake_query_list",
    "WITH page AS ("
    "    SELECT d.*, w.due_at AS listed_at, a.name AS applicant, prepared_of(d, $7) AS prepared"
    "      FROM worklist w"
    "      JOIN dossier d ON d.id = w.dossier"
    "      LEFT JOIN applicant a ON a.dossier = d.id"
    "     WHERE (w.unit = $1 OR ($1::text IS NULL AND w.own)) AND w.closed = $2"
    "       AND ($3::text IS NULL OR d.state = $3) AND ($4::text IS NULL OR d.procedure = $4)"
    "       AND (NOT $10::bool OR prepared_of(d, $7) IS NOT NULL)"
    "       AND ($5::uuid IS NULL OR (w.due_at, w.dossier) >"
    "            (SELECT coalesce(x.due_at, x.received_at), x.id FROM dossier x WHERE x.id = $5))"
    "     ORDER BY w.due_at, w.dossier LIMIT $6), "
    "noted AS ("
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"
    "    SELECT $7, $8, $9, 'list', array_agg(id) FROM page HAVING count(*) > 0) "
    "SELECT json_build_object("
    "           'items', coalesce(json_agg(json_build_object("
    "               'id', id, 'code', code, 'state', state, 'procedure', procedure, 'unit', unit,"
    "               'receiving_unit', receiving_unit, 'counter', counter, 'route', route, 'applicant', applicant,"
    "               'withdrawal', withdrawal, 'extension', extension, 'stop', stop,"
    "               'received_at', civil(received_at), 'due_at', civil(due_at), 'apology_due_at', civil(prepared),"
    "               'step_due_at', civil(step_due_of(id)), 'step_warning', step_warning_of(id))"
    "               ORDER BY listed_at, id), '[]'),"
    "           'next', CASE WHEN count(*) = $6 THEN (array_agg(id ORDER BY listed_at DESC, id DESC))[1] END)::text"
    "  FROM page"};

/* $6 $7 $8 $9: the words of the states: names, in Vietnamese, national status, and that of what was filed on the portal
 */
const struct db_stmt intake_query_dossier = {
    "intake_query_dossier",
    FOUND(
        "dossier") "SELECT json_build_object("
                   " 'id', d.id, 'code', d.code, 'state', d.state, 'state_vi', w.vi, 'national_status', "
                   "nullif(CASE WHEN EXISTS (SELECT FROM submission f WHERE f.dossier = d.id) THEN w.filed ELSE w.national "
                   "END, 0),"
                   " 'version', s.version, 'channel', d.channel, 'counter', d.counter, 'receiving_unit', "
                   "d.receiving_unit,"
                   " 'unit', d.unit, 'procedure', d.procedure, 'procedure_name', name_at('procedure', "
                   "d.procedure, d.received_at),"
                   " 'process', d.process, 'process_version', d.process_version, 'route', d.route, "
                   "'received_by', d.received_by,"
                   " 'received_at', civil(d.received_at), 'due_at', civil(d.due_at), 'promised_at', "
                   "civil(coalesce(d.promised_at, d.due_at)), 'due_rule', "
                   "d.due_rule,"
                   " 'origin_reference', d.origin_reference, 'outcome', d.outcome, 'finished_at', "
                   "civil(d.finished_at),"
                   " 'returned_at', civil(d.returned_at), 'returned_by', d.returned_by,"
                   " 'content', (SELECT a.content FROM applicant a WHERE a.dossier = d.id),"
                   " 'applicant', " APPLICANT ", 'proxy', " PROXY ", 'medium', " MEDIUM ", 'components', " COMPONENTS
                   ","
                   " 'documents', (SELECT coalesce(json_agg(json_build_object('id', o.id, 'kind', o.kind,"
                   " 'media_type', o.media_type, 'pages', o.pages, 'sha256', encode(o.sha256, 'hex'), "
                   "'filed_by', o.filed_by,"
                   " 'filed_at', civil(o.filed_at)) ORDER BY o.filed_at, o.id), '[]')"
                   " FROM document o WHERE o.dossier = d.id),"
                   " 'transfers', transfers_of(d.id),"
                   " 'obligations', obligations_of(d.id), 'findings', findings_of(d.id), 'exclusions', exclusions_of(d.id), "
                   "'fees', fees_of(d.id),"
                   " 'supplements', (SELECT coalesce(json_agg(json_build_object('number', u.number, 'step', "
                   "u.step, 'round', u.round, 'request', u.request, 'asked_by', u.asked_by, 'ground', u.ground, "
                   "'superior', u.superior, 'asked_at', civil(u.asked_at), 'answer_until', civil(u.answer_until), "
                   "'basis', CASE WHEN u.answer_until IS NOT NULL THEN supplement_basis_of(d.procedure, d.received_at) END, "
                   "'received_at', civil(u.received_at), 'received_by', u.received_by, 'missing', missing_of(u)) "
                   "ORDER BY u.number), '[]')"
                   " FROM supplement u WHERE u.dossier = d.id),"
                   " 'remarks', " REMARKS_JSON ","
                   " 'withdrawal', withdrawal_of(d.id), 'corrections', corrections_of(d.id),"
                   " 'extension', CASE WHEN d.extension IS NOT NULL THEN json_build_object('state', "
                   "d.extension, 'apology', d.extension_apology, 'new_due_at', civil(d.extension_due_at), 'reason', "
                   "d.extension_reason, 'asked_by', d.extension_by, 'asked_at', civil(d.extension_asked_at), "
                   "'issued_at', civil(coalesce(d.extension_sealed_at, d.extension_issued_at))) END,"
                   " 'stop', CASE WHEN d.stop IS NOT NULL THEN json_build_object('state', d.stop, 'ground', "
                   "d.stop_ground, 'notice', d.stop_notice, 'asked_by', d.stop_by, 'asked_at', civil(d.stop_at)) END,"
                   " 'ready', ready_of(d.id), 'rating', rating_of(d.id), 'complaints', complaints_of(d.id), 'losses', "
                   "losses_of(d.id), 'collected', collected_of(d.id),"
                   " 'refusal', (SELECT json_build_object('reasons', r.reasons, 'explanation', r.explanation)"
                   " FROM refusal r WHERE r.dossier = d.id))::text"
                   "  FROM found d"
                   "  LEFT JOIN subject s ON s.id = d.id"
                   "  LEFT JOIN unnest($6::text[], $7::text[], $8::int[], $9::int[]) AS w (state, vi, national, filed) "
                   "ON w.state = d.state"};

/* What stands on the form "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (Circular 01/2018/TT-VPCP, form 01). */
const struct db_stmt intake_query_receipt = {
    "intake_query_receipt",
    FOUND_ONLINE(
        "receipt") "SELECT json_build_object("
                   "           'code', d.code, 'receiving_unit', d.receiving_unit,"
                   "           'receiving_unit_name', name_at('unit', d.receiving_unit, d.received_at),"
                   "           'unit', d.unit, 'unit_name', name_at('unit', d.unit, d.received_at),"
                   "           'counter', d.counter, 'counter_name', name_at('counter', d.counter, d.received_at),"
                   "           'received_by', d.received_by, 'received_by_title', name_at('officer', d.received_by, "
                   "d.received_at),"
                   "           'procedure', d.procedure, 'procedure_name', name_at('procedure', d.procedure, "
                   "d.received_at),"
                   "           'content', (SELECT a.content FROM applicant a WHERE a.dossier = d.id),"
                   "           'channel', d.channel, 'submitter', coalesce(" PROXY ", " APPLICANT "),"
                   "           'applicant', " APPLICANT ", 'medium', " MEDIUM ", 'components', " COMPONENTS ","
                   "           'received_at', civil(d.received_at), 'due_at', "
                   "civil(coalesce(d.promised_at, d.due_at)), 'fees', fees_of(d.id), 'due_explained', CASE WHEN "
                   "d.promised_at IS NULL THEN "
                   "d.due_explained END)::text"
                   "  FROM found d WHERE d.code IS NOT NULL"};

/* What stands on the form "Phiếu xin lỗi và hẹn lại ngày trả kết quả" (form 04), but for its number, and for the reason
 * and the new date until they are asked for. */
const struct db_stmt intake_query_apology = {
    "intake_query_apology",
    FOUND(
        "apology") "SELECT json_build_object("
                   "           'code', d.code, 'unit', d.unit, 'unit_name', name_at('unit', d.unit, d.received_at),"
                   "           'receiving_unit', d.receiving_unit,"
                   "           'receiving_unit_name', name_at('unit', d.receiving_unit, d.received_at),"
                   "           'procedure', d.procedure, 'procedure_name', name_at('procedure', d.procedure, d.received_at),"
                   "           'applicant', " APPLICANT ", 'received_at', civil(d.received_at),"
                   "           'promised_at', civil(coalesce(d.promised_at, d.due_at)), 'due_at', civil(d.due_at),"
                   "           'new_due_at', civil(coalesce(p.due_at, d.extension_due_at)), 'prepared', p.due_at IS NOT NULL,"
                   "           'reason', CASE WHEN p.due_at IS NULL THEN d.extension_reason END)::text"
                   "  FROM found f JOIN dossier d ON d.id = f.id, prepared_of(d, $3) AS p (due_at) WHERE d.code IS NOT NULL"};

/* Who had the papers, from the receipt on: h, one row per holding, n its number. Of a dossier without papers, none. */
#define HOLDINGS "(SELECT x.* FROM holdings_of(d.id) x WHERE " MEDIUM " <> 'electronic') h"
#define HOLDING                                                                                                        \
    "json_build_object('unit', h.unit, 'post', h.post, 'post_title', name_at('officer', h.post, h.since), "            \
    "'going_to', "                                                                                                     \
    "h.going_to, 'act', h.act, 'since', civil(h.since), 'supplement', nullif(h.supplement, 0))"

/* The papers of a dossier: what they are, who has them now, and who had them. */
const struct db_stmt intake_query_papers = {
    "intake_query_papers",
    FOUND(
        "papers") "SELECT json_build_object('id', d.id, 'code', d.code, 'state', d.state, 'medium', " MEDIUM ","
                  "           'holder', (SELECT " HOLDING " FROM " HOLDINGS
                  " WHERE h.supplement = 0 ORDER BY h.n DESC LIMIT 1),"
                  "           'apart', (SELECT coalesce(json_agg(" HOLDING
                  " ORDER BY h.supplement), '[]') FROM (SELECT "
                  "DISTINCT ON (supplement) * FROM holdings_of(d.id) ORDER BY supplement, n DESC) h WHERE "
                  "lies_apart(d.id, h.supplement)),"
                  "           'holdings', (SELECT coalesce(json_agg(" HOLDING " ORDER BY h.n), '[]') FROM " HOLDINGS
                  "),"
                  "           'components', (SELECT coalesce(json_agg(json_build_object('number', c.number, 'name', "
                  "c.name, 'form', c.form, 'to_show', c.to_show, 'originals', c.originals, 'certified', c.certified, "
                  "'copies', c.copies, 'to_return', c.to_return, 'given_back_at', civil(c.given_back_at), "
                  "'given_back_by', c.given_back_by, 'given_back_consignment', c.given_back_consignment, 'given_back_who', c.given_back_who, 'given_back_to', "
                  "collector_of(c.dossier, c.given_back_collector), 'standing', standing_of(c), 'loss', c.loss, 'supplement', "
                  "c.supplement, 'way', (SELECT w.number FROM way_of(c) w)) ORDER BY c.number), "
                  "'[]')"
                  "               FROM component c WHERE c.dossier = d.id), 'losses', losses_of(d.id), 'ways', ways_of(d.id))::text"
                  "  FROM found d WHERE d.code IS NOT NULL"};

/* What stands on the form "Phiếu kiểm soát quá trình giải quyết hồ sơ" (form 05): one block per hand-over, in order. */
const struct db_stmt intake_query_control_slip = {
    "intake_query_control_slip",
    FOUND("control_slip") "SELECT json_build_object('id', d.id, 'code', d.code, 'state', d.state,"
                          "           'applicant', (SELECT json_build_object('name', a.name, 'phone', a.phone)"
                          "               FROM applicant a WHERE a.dossier = d.id),"
                          "           'procedure', d.procedure, 'procedure_name', name_at('procedure', d.procedure, "
                          "d.received_at), 'received_at', civil(d.received_at), 'due_at', civil(d.due_at),"
                          "           'receiving_unit', d.receiving_unit, 'receiving_unit_name', name_at('unit', "
                          "d.receiving_unit, d.received_at), 'lead_unit', d.unit, 'lead_unit_name', "
                          "name_at('unit', d.unit, d.received_at),"
                          "           'cooperating_units', (SELECT coalesce(json_agg(json_build_object('unit', u.unit, "
                          "'unit_name', name_at('unit', u.unit, d.received_at)) ORDER BY u.unit), '[]')"
                          "               FROM (SELECT s.from_unit AS unit FROM slip_blocks(d.id) s UNION"
                          "                     SELECT s.to_unit FROM slip_blocks(d.id) s UNION SELECT "
                          "unnest(d.took_part)) u"
                          "              WHERE u.unit NOT IN (d.unit, d.receiving_unit)),"
                          "           'hand_overs', (SELECT coalesce(json_agg(json_build_object('what', s.what, "
                          "'document', s.document, 'step', s.step, 'from_unit', s.from_unit, 'from_unit_name', "
                          "name_at('unit', s.from_unit, s.given_at), 'to_unit', s.to_unit, 'to_unit_name', "
                          "name_at('unit', s.to_unit, s.given_at), 'given_by', s.given_by, 'given_by_title', "
                          "name_at('officer', s.given_by, s.given_at), 'given_at', civil(s.given_at), 'due_at', "
                          "civil(s.due_at), 'state', s.state, 'answered_by', s.answered_by, 'answered_by_title', "
                          "name_at('officer', s.answered_by, s.answered_at), 'answered_at', civil(s.answered_at), "
                          "'result', s.result, 'fault', s.fault, 'note', s.reason) ORDER BY s.given_at, s.step), '[]')"
                          "               FROM slip_blocks(d.id) s))::text"
                          "  FROM found d WHERE d.code IS NOT NULL"};

/* What should have gone back with the result, also of one that lies there and that nobody comes for; and all originals
 * of what was withdrawn or stopped. $1 unit (NULL: all), $2
 * limit; $3 $4 $5 when, who, of which unit */
const struct db_stmt intake_query_held = {
    "intake_query_held",
    "WITH held AS ("
    "    SELECT d.id, d.code, d.state, d.unit, d.receiving_unit, d.procedure, "
    "coalesce(d.returned_at, d.finished_at, d.withdrawal_at) AS "
    "ended_at, array_agg(c.number ORDER BY c.number) AS components, sum(c.originals) AS originals"
    "      FROM component c JOIN dossier d ON d.id = c.dossier"
    "     WHERE (c.to_return OR c.freed) AND c.given_back_at IS NULL AND c.loss IS NULL AND (d.state IN "
    "('returned', 'withdrawn', 'stopped') OR (d.state = 'finished' AND d.reminders > 0))"
    "       AND ($1::text IS NULL OR $1 IN (d.unit, d.receiving_unit))"
    "     GROUP BY d.id ORDER BY ended_at, d.id LIMIT $2), "
    "noted AS ("
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"
    "    SELECT $3, $4, $5, 'papers', array_agg(id) FROM held HAVING count(*) > 0) "
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', id, 'code', "
    "code, 'state', state, 'unit', "
    "unit, 'receiving_unit', receiving_unit, 'procedure', procedure, 'ended_at', civil(ended_at), "
    "'components', components, "
    "'originals', originals) ORDER BY ended_at, id), '[]'))::text FROM held"};

/*
 * $1 the unit that is to see them, as giver, receiver, competent or receiving one (NULL: all), $2 limit, $3 $4 $5 when,
 * who, of which unit, $6 for each day from $7 on the last one on which is signed in time for what was passed on then,
 * $8 after, $9 $10 from when until when it was passed on: only dossiers of which anything was, then, are looked
 * through. What was answered with a refusal was answered; what an end brought back nobody can sign for.
 */
const struct db_stmt intake_query_unsigned = {
    "intake_query_unsigned",
    "WITH page AS ("
    "    SELECT d.id, d.code, d.state, d.unit, d.receiving_unit, d.procedure, w.turns"
    "      FROM dossier d CROSS JOIN LATERAL ("
    "           SELECT json_agg(json_build_object('from_unit', t.from_unit, 'to_unit', t.to_unit, 'given_by', t.given_by,"
    "                           'given_at', civil(t.given_at), 'sign_until', DATE '1970-01-01' + t.last, 'taken_by',"
    "                           t.answered_by, 'taken_at', civil(t.answered_at)) ORDER BY t.given_at) AS turns"
    "             FROM (SELECT y.*, ($6::int[])[1 + y.given_on - $7::int] AS last"
    "                     FROM (SELECT x.*, (x.given_at AT TIME ZONE INTERVAL '+07:00')::date - DATE '1970-01-01' AS"
    "                                  given_on, (coalesce(x.answered_at, $3::timestamptz) AT TIME ZONE INTERVAL"
    "                                  '+07:00')::date - DATE '1970-01-01' AS signed_on FROM turns_of(d.id) x) y) t"
    "            WHERE t.state <> 'refused' AND t.last < t.signed_on AND t.given_at >= $9 AND t.given_at < $10"
    "              AND (d.broken_off_at IS NULL OR t.given_at < d.broken_off_at)"
    "              AND ($1::text IS NULL OR $1 IN (t.from_unit, t.to_unit, d.unit, d.receiving_unit))) w"
    "     WHERE d.id IN (SELECT h.dossier FROM holding h WHERE h.since >= $9::timestamptz AND h.since < $10::timestamptz"
    "                       AND h.act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back'))"
    "       AND w.turns IS NOT NULL AND ($8::uuid IS NULL OR d.id > $8)"
    "     ORDER BY d.id LIMIT $2::int), "
    "noted AS ("
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"
    "    SELECT $3, $4, $5, 'papers', array_agg(id) FROM page HAVING count(*) > 0) "
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('id', id, 'code', code, 'state', state, 'unit',"
    "           unit, 'receiving_unit', receiving_unit, 'procedure', procedure, 'turns', turns) ORDER BY id), '[]'),"
    "           'next', CASE WHEN count(*) = $2::int THEN (array_agg(id ORDER BY id))[$2::int] END)::text FROM page"};

/* What the forms of a visit without a dossier have in common. */
#define VISIT                                                                                                          \
    "'id', d.id, 'unit', d.unit, 'unit_name', name_at('unit', d.unit, d.received_at), 'counter', d.counter,"           \
    " 'counter_name', name_at('counter', d.counter, d.received_at), 'officer', d.received_by, 'officer_title',"        \
    " name_at('officer', d.received_by, d.received_at), 'procedure', d.procedure, 'procedure_name',"                   \
    " name_at('procedure', d.procedure, d.received_at), 'channel', d.channel, 'at', civil(d.received_at),"             \
    " 'content', (SELECT a.content FROM applicant a WHERE a.dossier = d.id), 'applicant', " APPLICANT

/* What stands on the form "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ" (form 02). */
const struct db_stmt intake_query_request_form = {
    "intake_query_request_form",
    FOUND_ONLINE(
        "request_form") "SELECT json_build_object(" VISIT ", 'missing', (SELECT coalesce(json_agg(json_build_object("
                        "           'number', m.number, 'name', m.name, 'originals', m.originals, 'certified', "
                        "m.certified, 'copies', m.copies, 'listed', m.listed) ORDER BY m.number), '[]')"
                        "           FROM guidance_missing m WHERE m.dossier = d.id),"
                        "           'reasons', g.reasons, 'explanation', g.explanation, 'times', g.number, 'ground', "
                        "g.ground, 'superior', g.superior, 'consignment', g.consignment, 'followed_by', g.followed_by, 'followed_at', "
                        "civil(g.followed_at))::text"
                        "  FROM found d JOIN guidance g ON g.dossier = d.id"};

/* What stands on the form "Phiếu từ chối tiếp nhận giải quyết hồ sơ" (form 03). */
const struct db_stmt intake_query_refusal_form = {
    "intake_query_refusal_form",
    FOUND_ONLINE(
        "refusal_form") "SELECT json_build_object(" VISIT
                        ", 'reasons', r.reasons, 'explanation', r.explanation, 'consignment', r.consignment)::text"
                        "  FROM found d JOIN refusal r ON r.dossier = d.id"};

/* $6: the document; $7: it is the portal that looks */
const struct db_stmt intake_query_document = {
    "intake_query_document",
    "WITH found AS ("
    "    SELECT o.* FROM document o JOIN dossier d ON d.id = o.dossier"
    "     WHERE d.id = $1 AND o.id = $6 AND ($2::text IS NULL OR $2 = ANY (units_of(d))"
    "        OR (o.kind = 'loss_minutes' AND answers_for($1, $2))"
    "        OR ($7::bool AND o.id IN (SELECT r.document FROM read_online($1) r)))), "
    "noted AS ("
    "    INSERT INTO access_log (at, who, unit, what, dossiers)"
    "    SELECT $3, $4, $5, 'document', ARRAY[dossier] FROM found) "
    "SELECT json_build_object('id', id, 'dossier', dossier, 'kind', kind, 'media_type', media_type, 'pages', pages,"
    "           'sha256', encode(sha256, 'hex'), 'filed_by', filed_by, 'filed_at', civil(filed_at),"
    "           'content_base64', translate(encode(content, 'base64'), E'\\n', ''))::text"
    "  FROM found"};

/* $2 $3 $4: the words of the states */
const struct db_stmt intake_query_track = {
    "intake_query_track",
    "SELECT json_build_object('code', d.code, 'state', d.state, 'state_vi', w.vi, 'national_status', w.national,"
    "           'withdrawal', d.withdrawal, 'extension', d.extension, 'stop', d.stop, 'due_at', civil(d.due_at), "
    "'promised_at',"
    " civil(coalesce(d.promised_at, d.due_at)), 'procedure_name', name_at('procedure', "
    "d.procedure, "
    "d.received_at), 'supplement', (SELECT json_build_object('asked_at', civil(u.asked_at), 'answer_until',"
    " civil(u.answer_until), 'basis', CASE WHEN u.answer_until IS NOT NULL"
    " THEN supplement_basis_of(d.procedure, d.received_at) END) FROM supplement u"
    " WHERE d.state = 'awaiting_supplement' AND u.dossier = d.id AND u.received_at IS NULL),"
    " 'owed', owed_of(d.id), 'ready', CASE WHEN d.state = 'finished' OR (d.state = 'stopped' AND "
    "d.returned_at IS NULL)"
    "                         THEN ready_of(d.id) END, 'loss', loss_told(d.id), 'correction', "
    "correction_of(d.id))::text"
    "  FROM dossier d"
    "  JOIN unnest($2::text[], $3::text[], $4::int[]) AS w (state, vi, national) ON w.state = d.state"
    " WHERE d.code = $1"};

/* ---- the catalogue */

const struct db_stmt intake_query_release = {
    "intake_query_release",
    "SELECT json_build_object('release', number, 'at', civil(at))::text FROM catalogue_release"};

/* $1 kind, $2 day, $3 after, $4 limit */
const struct db_stmt intake_query_records = {
    "intake_query_records",
    "WITH page AS ("
    "    SELECT id, version, release, record FROM catalogue_current"
    "     WHERE kind = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $2) AND ($3::text IS NULL OR id > $3)"
    "     ORDER BY id LIMIT $4) "
    "SELECT json_build_object("
    "           'items', coalesce(json_agg(record || jsonb_build_object('version', version, 'release', release) ORDER "
    "BY id), '[]'),"
    "           'next', CASE WHEN count(*) = $4 THEN max(id) END)::text"
    "  FROM page"};

/* $1 kind, $2 day, $3 id */
const struct db_stmt intake_query_record = {
    "intake_query_record",
    "SELECT (record || jsonb_build_object('version', version, 'release', release))::text FROM catalogue_current"
    " WHERE kind = $1 AND valid_from <= $2 AND (valid_to = 0 OR valid_to > $2) AND id = $3"
    " ORDER BY valid_from DESC LIMIT 1"};
