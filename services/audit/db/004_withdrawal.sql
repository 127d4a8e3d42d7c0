-- A dossier that the citizen was allowed to withdraw has ended. in_process = received - early - on_time - late - withdrawn.
ALTER TABLE fact DROP CONSTRAINT fact_result_check;
ALTER TABLE fact ADD CONSTRAINT fact_result_check
    CHECK (result IN ('open', 'granted', 'refused', 'withdrawn', 'refused_at_counter'));
ALTER TABLE kpi ADD COLUMN withdrawn bigint NOT NULL DEFAULT 0;
