-- The notice that a dossier is stopped (Circular 03/2025, form 05) is a document that is signed, numbered and sealed like a result.
ALTER TABLE document DROP CONSTRAINT document_outcome_check;
ALTER TABLE document ADD CONSTRAINT document_outcome_check CHECK (outcome IN ('granted', 'refused', 'apology', 'stopped'));
ALTER TABLE series DROP CONSTRAINT series_document_check;
ALTER TABLE series ADD CONSTRAINT series_document_check CHECK (document IN ('result', 'refusal', 'apology', 'stop_notice'));
