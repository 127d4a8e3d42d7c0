-- Guidances at the counter, and those of them that were not the first one (D61 Art. 15(3)).
ALTER TABLE fact DROP CONSTRAINT fact_result_check;
ALTER TABLE fact ADD CONSTRAINT fact_result_check
    CHECK (result IN ('open', 'granted', 'refused', 'withdrawn', 'stopped', 'refused_at_counter', 'guided'));
ALTER TABLE kpi ADD COLUMN guided bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN guided_again bigint NOT NULL DEFAULT 0;
