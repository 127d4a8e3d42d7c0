-- A step that was cancelled while it was queued has had no officer.
ALTER TABLE step DROP CONSTRAINT step_check;
ALTER TABLE step ADD CONSTRAINT step_is_someones CHECK (state IN ('queued', 'cancelled') OR officer IS NOT NULL);
