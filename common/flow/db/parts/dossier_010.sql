-- Whether all of it came as files. What was received before that was kept counts as paper, which is right for both, only slower.
ALTER TABLE dossier ADD COLUMN electronic boolean NOT NULL DEFAULT false;
