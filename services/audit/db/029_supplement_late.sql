-- A first supplement that was asked for behind its term, by the head with a ground (Decree 61/2018 Art. 19(4)): for inspection, and
-- counted. It is not late by rule; only a second one is.
ALTER TABLE fact ADD COLUMN supplement_late boolean NOT NULL DEFAULT false;
DROP INDEX fact_supplements;
CREATE INDEX fact_supplements ON fact (day, code) WHERE supplements > 1 OR supplement_late;
ALTER TABLE kpi ADD COLUMN supplement_late bigint NOT NULL DEFAULT 0;

-- Counted of what is sealed, and published anew: the topic keeps the last message of each figure.
WITH firsts AS (
    SELECT DISTINCT ON (e.subject) e.subject, p.code
      FROM pause p JOIN entry e USING (number)
     WHERE p.kind = 'supplement'
     ORDER BY e.subject, e.version),
noted AS (
    UPDATE fact f SET supplement_late = true FROM firsts x WHERE x.subject = f.dossier AND x.code <> ''
    RETURNING f.unit, f.procedure, f.day),
moved AS (
    UPDATE kpi k SET supplement_late = n.count
      FROM (SELECT unit, procedure, day, count(*) FROM noted GROUP BY unit, procedure, day) n
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
