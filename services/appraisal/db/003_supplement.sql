-- A step that waits for what the citizen still has to bring, and one whose round ended when it came.
ALTER TABLE step DROP CONSTRAINT step_state_check;
ALTER TABLE step ADD CONSTRAINT step_state_check
    CHECK (state IN ('queued', 'assigned', 'verifying', 'verified', 'consulting', 'consulted', 'unanswered', 'appraised', 'endorsed', 'sent_back',
                     'awaiting_supplement', 'supplemented', 'cancelled'));
ALTER TABLE step ADD CHECK (state NOT IN ('awaiting_supplement', 'supplemented') OR (opinion = 'needs_supplement' AND document IS NOT NULL));
