-- A step that was open when the citizen got the dossier back.
ALTER TABLE step DROP CONSTRAINT step_state_check;
ALTER TABLE step ADD CONSTRAINT step_state_check
    CHECK (state IN ('expected', 'pending', 'decided', 'signed', 'sent_back', 'stopped'));
ALTER TABLE step DROP CONSTRAINT step_check;
ALTER TABLE step ADD CONSTRAINT step_lies_before
    CHECK (state IN ('expected', 'stopped') OR (opened_at IS NOT NULL AND draft IS NOT NULL AND opinion <> ''));
ALTER TABLE step ADD CONSTRAINT step_stopped_by
    CHECK (state <> 'stopped' OR (decider IS NOT NULL AND mandate IS NOT NULL));
