-- How many papers the list of a request form (form 02) asks the citizen for; 0: it has none, as those that were filed before this was kept.
ALTER TABLE paper ADD COLUMN missing int NOT NULL DEFAULT 0 CHECK (missing >= 0);
