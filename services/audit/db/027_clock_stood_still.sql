-- What was withdrawn or stopped behind its date is late, whether or not intake's clock had told that the date passed: while the citizen is
-- waited for no clock runs, so a fact knows since when he is, or was at the end.
ALTER TABLE fact ADD COLUMN waits_from timestamptz;
-- And where it was received, by whose hours its dates are counted and its lateness is; '': it was received before that was kept.
ALTER TABLE fact ADD COLUMN counter text NOT NULL DEFAULT '';
UPDATE fact f SET waits_from = w.from_at
  FROM (SELECT DISTINCT ON (e.subject) e.subject, p.from_at
          FROM pause p JOIN entry e USING (number)
         WHERE p.kind IN ('supplement', 'obligation')
           AND NOT EXISTS (SELECT FROM entry x
                            WHERE x.subject = e.subject AND x.source = e.source AND x.version > e.version
                              AND x.type = CASE p.kind WHEN 'supplement' THEN 'SupplementReceived' ELSE 'ObligationMet' END)
         ORDER BY e.subject, e.version DESC) w
 WHERE f.dossier = w.subject;

-- Counted anew, and published anew: the topic keeps the last message of each figure.
WITH judged AS (
    UPDATE fact SET timing = CASE timing WHEN '' THEN 'late' ELSE '' END
     WHERE result IN ('withdrawn', 'stopped') AND supplements <= 1 AND (least(ended_at, waits_from) > due_at) <> (timing = 'late')
    RETURNING unit, procedure, day, result, CASE timing WHEN 'late' THEN 1 ELSE -1 END AS late),
moved AS (
    UPDATE kpi k
       SET late = k.late + n.withdrawn + n.stopped, withdrawn = k.withdrawn - n.withdrawn, stopped = k.stopped - n.stopped,
           late_withdrawn = k.late_withdrawn + n.withdrawn, late_stopped = k.late_stopped + n.stopped
      FROM (SELECT unit, procedure, day, coalesce(sum(late) FILTER (WHERE result = 'withdrawn'), 0) AS withdrawn,
                   coalesce(sum(late) FILTER (WHERE result = 'stopped'), 0) AS stopped
              FROM judged GROUP BY unit, procedure, day) n
     WHERE k.unit = n.unit AND k.procedure = n.procedure AND k.day = n.day
    RETURNING k.*)
INSERT INTO outbox_row (topic, "partition", key, event_id, type, time, content, value)
SELECT 'taicho.audit.kpi.v1', k."partition", k.unit || '/' || k.procedure || '/' || to_char(k.day, 'YYYY-MM-DD'), gen_random_uuid(), 'audit.Kpi',
       now() + coalesce((SELECT offset_us FROM clock), 0) * interval '1 microsecond', 'application/json',
       convert_to((to_jsonb(k) - 'partition' || jsonb_build_object(
           'day', to_char(k.day, 'YYYY-MM-DD'),
           'in_process', k.received - k.early - k.on_time - k.late - k.withdrawn - k.stopped,
           'fees', (SELECT coalesce(max((to_jsonb(f) - 'unit' - 'procedure' - 'day')::text)::jsonb, (
                               SELECT jsonb_object_agg(attname, 0) FROM pg_attribute
                                WHERE attrelid = 'fee_kpi'::regclass AND attnum > 3 AND NOT attisdropped))
                      FROM fee_kpi f WHERE f.unit = k.unit AND f.procedure = k.procedure AND f.day = k.day)))::text, 'UTF8')
  FROM moved k;
