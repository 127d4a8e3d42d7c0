-- The extension with its apology (form 04): once issued, the date in force is the new one; the date on the receipt stays.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion', 'apology'));
ALTER TABLE dossier ADD COLUMN extension text CHECK (extension IN ('requested', 'refused', 'issued'));
ALTER TABLE dossier ADD COLUMN extension_apology uuid;
ALTER TABLE dossier ADD COLUMN extension_due_at timestamptz;  -- NULL: it means nothing any more
ALTER TABLE dossier ADD COLUMN extension_reason text;
ALTER TABLE dossier ADD COLUMN extension_by text;
ALTER TABLE dossier ADD COLUMN extension_asked_at timestamptz;
ALTER TABLE dossier ADD COLUMN extension_issued_at timestamptz;
ALTER TABLE dossier ADD CONSTRAINT dossier_extension_whole
    CHECK (extension IS NULL OR (extension_apology IS NOT NULL AND extension_reason IS NOT NULL AND extension_by IS NOT NULL
                                 AND extension_asked_at IS NOT NULL AND (extension = 'issued') = (extension_issued_at IS NOT NULL)));
