-- How far the citizen's request to withdraw is: approval decides on it, the others note only that it was granted.
ALTER TABLE dossier ADD COLUMN withdrawal text CHECK (withdrawal IN ('requested', 'granted', 'refused', 'lapsed'));
