-- A dossier of which a supplement was asked more than once is late by rule (Decision 766/2022, 2.1), from then on and however it ends; one
-- that was withdrawn or stopped behind the date that had been told as passed is late, too. These were in none of the figures, or among
-- withdrawn and stopped. Of those in `late`: what is still open, and what ended without a result.
ALTER TABLE kpi ADD COLUMN late_open bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN late_withdrawn bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN late_stopped bigint NOT NULL DEFAULT 0;

-- Counted anew, and published anew: the topic keeps the last message of each figure.
WITH judged AS (
    UPDATE fact SET timing = 'late'
     WHERE timing = '' AND (supplements > 1 AND result IN ('open', 'withdrawn', 'stopped')
                            OR result IN ('withdrawn', 'stopped') AND overdue AND ended_at > due_at)
    RETURNING unit, procedure, day, result),
moved AS (
    UPDATE kpi k
       SET late = k.late + n.late, withdrawn = k.withdrawn - n.withdrawn, stopped = k.stopped - n.stopped,
           late_open = n.late - n.withdrawn - n.stopped, late_withdrawn = n.withdrawn, late_stopped = n.stopped
      FROM (SELECT unit, procedure, day, count(*) AS late, count(*) FILTER (WHERE result = 'withdrawn') AS withdrawn,
                   count(*) FILTER (WHERE result = 'stopped') AS stopped
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
