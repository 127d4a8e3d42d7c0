/* SPDX-License-Identifier: Apache-2.0 */
/* Figures, history and entries as JSON. */
#include "services/audit/repo_read.h"

#include "services/audit/audit.h"

#define SUM(name)   ", '" #name "', coalesce(sum(" #name "), 0)"
#define LISTED_SUMS AUDIT_LISTED(SUM)

/* The figures of a group; of nothing at all they are 0. */
#define FIGURES                                                                                                        \
    "'received', coalesce(sum(received), 0),"                                                                          \
    " 'in_process', coalesce(sum(received - early - on_time - late - withdrawn - stopped), 0)" SUM(early) SUM(on_time) \
        SUM(late) SUM(withdrawn) SUM(stopped) SUM(on_the_spot) SUM(overdue) SUM(extended) SUM(breaches)                \
            SUM(late_entries) SUM(refused) SUM(guided) SUM(guided_again) SUM(supplement_late) LISTED_SUMS

const struct db_stmt audit_read_kpi = {
    "audit_read_kpi",
    "WITH chosen AS (SELECT * FROM kpi WHERE day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + $2::int"
    "                   AND ($3::text = '' OR unit = $3) AND ($4::text = '' OR procedure = $4)), "
    "counted AS (SELECT unit, procedure, day, grouping(day) = 1 AS all_of_it, jsonb_build_object(" FIGURES
    ") AS figures FROM chosen GROUP BY GROUPING SETS ((), (unit, procedure, day)))"
    " SELECT json_build_object('business_time', civil($5), 'as_of', (SELECT coalesce(max(as_of), 0) FROM chosen),"
    "        'totals', (SELECT figures FROM counted WHERE all_of_it),"
    "        'corrections', corrections_counted(DATE '1970-01-01' + $1, DATE '1970-01-01' + $2, $3, $4),"
    "        'fees', fees_sum(DATE '1970-01-01' + $1::int, DATE '1970-01-01' + $2::int, $3::text, $4::text),"
    "        'items', (SELECT coalesce(json_agg(jsonb_build_object('unit', unit, 'procedure', procedure, 'day', day,"
    "                           'fees', fees_sum(day, day, unit, procedure)) || figures"
    "                                           ORDER BY day, unit, procedure), '[]')"
    "                    FROM counted WHERE NOT all_of_it))::text"};

const struct db_stmt audit_read_totals = {
    "audit_read_totals",
    "WITH newest AS (SELECT DISTINCT day FROM kpi ORDER BY day DESC LIMIT 14), "
    "picked AS (SELECT k.*, NULL::text AS of_unit FROM kpi k JOIN newest USING (day)"
    "            UNION ALL SELECT k.*, k.unit FROM kpi k WHERE k.day = (SELECT max(day) FROM newest)), "
    "counted AS (SELECT day, of_unit, sum(received) AS most, jsonb_build_object(" FIGURES
    ", 'fees', fees_sum(day, day, coalesce(of_unit, ''), '')) AS figures FROM picked GROUP BY day, of_unit) "
    "SELECT json_build_object('business_time', civil($1),"
    "        'entries', (SELECT next - 1 FROM series_number WHERE key = 'entry'),"
    "        'days', (SELECT coalesce(json_agg(jsonb_build_object('day', day) || figures ORDER BY day DESC), '[]')"
    "                   FROM counted WHERE of_unit IS NULL),"
    "        'corrections', (SELECT corrections_counted(min(day), max(day), '', '') FROM newest),"
    "        'units', (SELECT coalesce(json_agg(jsonb_build_object('unit', of_unit) || figures"
    "                                           ORDER BY most DESC, of_unit), '[]')"
    "                    FROM (SELECT * FROM counted WHERE of_unit IS NOT NULL ORDER BY most DESC, of_unit LIMIT 20) y"
    "                 ))::text"};

const struct db_stmt audit_read_history = {
    "audit_read_history",
    "SELECT json_build_object('code', f.code, 'unit', f.unit, 'receiving_unit', f.receiving_unit, 'procedure', "
    "f.procedure,"
    "        'due_at', civil(f.due_at), 'ended_at', civil(f.ended_at), 'result', f.result, 'timing', nullif(f.timing, "
    "''),"
    "        'on_the_spot', f.at_counter = 31 AND f.elsewhere = 0, 'overdue', f.overdue, 'supplements', f.supplements, "
    "'supplement_late', f.supplement_late, 'contacts', f.contacts, 'agencies', f.visited::int, "
    "'extended', f.extended > 0, 'breach', f.extended > 1, 'rated', f.rated, 'complaints', f.complaints,"
    "        'delivery', nullif(f.delivery, ''), 'unclaimed', f.unclaimed,"
    "        'complaints_justified', f.justified, 'corrections', (SELECT count(*) FROM correction_end c WHERE "
    "c.dossier ="
    "        f.dossier AND c.how = 'issued'),"
    "        'entries', (SELECT json_agg(json_build_object('number', e.number, 'type', e.type, 'source',"
    "                            (ARRAY['intake', 'appraisal', 'approval', 'return'])[e.source + 1], 'version', "
    "e.version,"
    "                            'actor', e.actor, 'place', e.place, 'step', e.step, 'round', e.round,"
    "                            'occurred_at', civil(e.occurred_at), 'sealed_at', civil(e.sealed_at),"
    "                            'event_id', e.event_id, 'command', e.command, 'sha256', encode(e.sha256, 'hex'),"
    "                            'late_entry', (SELECT json_build_object('reason', l.reason, 'superior', l.superior,"
    "                                           'entered_at', civil(l.entered_at)) FROM late_entry l"
    "                                            WHERE l.number = e.number)) ORDER BY e.number)"
    "                      FROM entry e WHERE e.subject = f.dossier))::text"
    "  FROM fact f WHERE f.code = $1 AND f.code <> '' AND ($2::text = '' OR f.unit = $2 OR f.receiving_unit = $2)"};

const struct db_stmt audit_read_entries = {
    "audit_read_entries", "SELECT json_build_object('items', coalesce(json_agg(json_build_object('number', number, "
                          "'topic', topic, 'partition', \"partition\","
                          "                                 'offset', \"offset\", 'type', type, 'subject', subject, "
                          "'version', version, 'event_id', event_id,"
                          "                                 'sha256', encode(sha256, 'hex'), 'value_base64', "
                          "translate(encode(event, 'base64'), E'\\n', ''))"
                          "                                 ORDER BY number), '[]'),"
                          "        'next', CASE WHEN count(*) = $3::int THEN max(number) END)::text"
                          "  FROM (SELECT * FROM entry WHERE number > $1::bigint AND ($2::uuid IS NULL OR subject = "
                          "$2) ORDER BY number LIMIT $3::int) page"};

const struct db_stmt audit_read_targets = {
    "audit_read_targets",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('target', target, 'level', level, "
    "'share_percent', share_percent,"
    "        'phase', phase, 'valid_from', valid_from, 'valid_to', valid_to) ORDER BY target), '[]'))::text"
    "  FROM target WHERE $1::int IS NULL OR (valid_from <= DATE '1970-01-01' + $1 AND (valid_to IS NULL OR DATE "
    "'1970-01-01' + $1 < valid_to))"};
