-- A dossier that was stopped has ended. in_process = received - early - on_time - late - withdrawn - stopped.
ALTER TABLE fact DROP CONSTRAINT fact_result_check;
ALTER TABLE fact ADD CONSTRAINT fact_result_check
    CHECK (result IN ('open', 'granted', 'refused', 'withdrawn', 'stopped', 'refused_at_counter'));
ALTER TABLE kpi ADD COLUMN stopped bigint NOT NULL DEFAULT 0;
