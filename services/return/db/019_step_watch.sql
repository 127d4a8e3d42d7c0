-- When little of the open step's time is left (NULL: it has no clock, or was opened before this was kept), and what its watch has told.
ALTER TABLE document ADD COLUMN step_near_at timestamptz;
ALTER TABLE document ADD COLUMN step_warning text NOT NULL DEFAULT '' CHECK (step_warning IN ('', 'near', 'late'));

-- Results whose step is open already are watched from now on.
INSERT INTO timer (subject, act, due_at)
SELECT dossier, 'step', step_due_at FROM document
 WHERE outcome IN ('granted', 'refused') AND state IN ('awaiting_issue', 'numbered', 'sealed') AND step_due_at IS NOT NULL;
