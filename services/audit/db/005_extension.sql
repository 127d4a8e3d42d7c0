-- Extensions with an apology, and those that came on the last day or later (a breach of D61 Art. 19(9)).
ALTER TABLE fact ADD COLUMN extended int NOT NULL DEFAULT 0;   -- 1: yes; 2: and too late
ALTER TABLE kpi ADD COLUMN extended bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN breaches bigint NOT NULL DEFAULT 0;
