-- Documents that a step other than appraising ends with.
ALTER TABLE document DROP CONSTRAINT document_kind_check;
ALTER TABLE document ADD CONSTRAINT document_kind_check CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes'));
