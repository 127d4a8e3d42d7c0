-- The citizen's latest request to withdraw an accepted dossier; approval decides on it. Granted, the dossier is withdrawn
-- (national status 7); until then its state is as it was.
ALTER TABLE dossier ADD COLUMN withdrawal text CHECK (withdrawal IN ('requested', 'granted', 'refused', 'lapsed'));
ALTER TABLE dossier ADD COLUMN withdrawal_request uuid;     -- the paper, a document of the dossier
ALTER TABLE dossier ADD COLUMN withdrawal_at timestamptz;
ALTER TABLE dossier ADD COLUMN withdrawal_by text;          -- the post that took it
ALTER TABLE dossier ADD CONSTRAINT dossier_withdrawal_whole
    CHECK (withdrawal IS NULL OR (withdrawal_request IS NOT NULL AND withdrawal_at IS NOT NULL AND withdrawal_by IS NOT NULL));
ALTER TABLE dossier ADD CONSTRAINT dossier_withdrawn_how
    CHECK (state <> 'withdrawn' OR (withdrawal = 'granted' AND outcome IS NULL));
