-- How often the watch of a step told that little of its time was left, and that it had passed while the step was open.
ALTER TABLE step_kpi ADD COLUMN warned bigint NOT NULL DEFAULT 0;
ALTER TABLE step_kpi ADD COLUMN passed bigint NOT NULL DEFAULT 0;
