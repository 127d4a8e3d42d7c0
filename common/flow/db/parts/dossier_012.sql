-- Whether it was filed on the public service portal. What was received before this was kept counts as not, and its result goes by the
-- other ways, which are open to every dossier.
ALTER TABLE dossier ADD COLUMN filed_online boolean NOT NULL DEFAULT false;
