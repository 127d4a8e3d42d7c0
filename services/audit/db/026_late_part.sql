-- A step of appraisal has a late step of each unit that co-operates in it, beside that of the unit which leads it.
ALTER TABLE late_step DROP CONSTRAINT late_step_pkey;
ALTER TABLE late_step ADD PRIMARY KEY (dossier, step, round, unit);
