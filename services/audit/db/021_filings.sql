-- What citizens file on the portal, and how it was answered.
ALTER TABLE kpi ADD COLUMN filed_online bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN filed_answered bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN filed_late bigint NOT NULL DEFAULT 0;
