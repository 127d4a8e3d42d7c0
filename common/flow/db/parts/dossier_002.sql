-- When it was accepted: what has to be asked of the citizen is asked within days of it (D61 Art. 19(4)). NULL: not kept before.
ALTER TABLE dossier ADD COLUMN received_at timestamptz;
