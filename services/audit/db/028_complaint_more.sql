-- Complaints of which more was asked, and answers that are published: one that is not published in time was not answered in time (indicator 8).
-- Each is a bit, as in late_answers; of what was answered before, only that it was late is known.
ALTER TABLE fact ADD COLUMN answers int NOT NULL DEFAULT 0;
ALTER TABLE fact ADD COLUMN late_publications int NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_asked_more bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_published bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN complaints_published_late bigint NOT NULL DEFAULT 0;
