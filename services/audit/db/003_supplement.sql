-- How often the citizen was asked to complete the dossier. More than once is late and for inspection; seldom, so the index is small.
ALTER TABLE fact ADD COLUMN supplements int NOT NULL DEFAULT 0;
CREATE INDEX fact_supplements ON fact (day, code) WHERE supplements > 1;
