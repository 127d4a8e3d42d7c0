-- When the document's open step was opened, and until when it is allowed; NULL: it has no clock, or was opened before this was kept.
ALTER TABLE document ADD COLUMN step_opened_at timestamptz;
ALTER TABLE document ADD COLUMN step_due_at timestamptz;
