-- Documents that a step other than appraising ends with.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion'));

-- The unit that is being consulted: it may see the dossier, and file its answer, as long as it is asked.
ALTER TABLE dossier ADD COLUMN asked_unit text;
