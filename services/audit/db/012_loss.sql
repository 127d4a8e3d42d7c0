-- Papers that the administration lost or damaged (D61 Art. 21(2)), by cases.
ALTER TABLE kpi ADD COLUMN papers_lost bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN papers_damaged bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN losses_settled bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN losses_paid bigint NOT NULL DEFAULT 0;
