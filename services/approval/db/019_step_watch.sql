-- When little of a step's time is left (NULL: it has no clock, or was opened before this was kept), and what its watch has told.
ALTER TABLE step ADD COLUMN near_at timestamptz;
ALTER TABLE step ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near', 'late'));

-- Steps that lie before an approver already are watched from now on.
INSERT INTO timer (subject, act, due_at)
SELECT dossier, 'step', due_at FROM step WHERE state IN ('pending', 'decided') AND due_at IS NOT NULL;
