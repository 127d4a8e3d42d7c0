-- The competent unit's latest request to stop an accepted dossier; approval signs the notice (Circular 03/2025, form 05), a document of
-- its own. From its seal on the dossier is stopped (national status 8); until it is signed its state is as it was.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion', 'apology', 'stop_notice'));
ALTER TABLE dossier DROP CONSTRAINT dossier_outcome_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_outcome_check CHECK (outcome IN ('granted', 'refused', 'stopped'));
ALTER TABLE dossier ADD COLUMN stop text CHECK (stop IN ('requested', 'signed', 'refused', 'lapsed'));
ALTER TABLE dossier ADD COLUMN stop_notice uuid;
ALTER TABLE dossier ADD COLUMN stop_ground text CHECK (stop_ground IN ('no_supplement', 'object_gone', 'authority_order', 'other'));
ALTER TABLE dossier ADD COLUMN stop_at timestamptz;
ALTER TABLE dossier ADD COLUMN stop_by text;                -- the post that asked
ALTER TABLE dossier ADD CONSTRAINT dossier_stop_whole
    CHECK (stop IS NULL OR (stop_notice IS NOT NULL AND stop_ground IS NOT NULL AND stop_at IS NOT NULL AND stop_by IS NOT NULL));
ALTER TABLE dossier ADD CONSTRAINT dossier_stopped_how
    CHECK ((outcome = 'stopped') = (stop = 'signed') AND (state <> 'stopped' OR (outcome = 'stopped' AND finished_at IS NOT NULL)));
