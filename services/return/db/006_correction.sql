-- The correction of a wrong result (D61 Art. 21(1)) is a document that is signed, numbered, sealed and handed over like a result.
ALTER TABLE document DROP CONSTRAINT document_outcome_check;
ALTER TABLE document ADD CONSTRAINT document_outcome_check CHECK (outcome IN ('granted', 'refused', 'apology', 'stopped', 'correction'));
ALTER TABLE series DROP CONSTRAINT series_document_check;
ALTER TABLE series ADD CONSTRAINT series_document_check CHECK (document IN ('result', 'refusal', 'apology', 'stop_notice', 'correction'));
