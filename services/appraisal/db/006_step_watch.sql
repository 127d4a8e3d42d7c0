-- When little of a step's time is left (NULL: it has no clock, or was opened before this was kept), and what its watch has told.
ALTER TABLE step ADD COLUMN near_at timestamptz;
ALTER TABLE step ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near', 'late'));

-- Steps that are open already are watched from now on; of a consultation that was asked the lapse is told instead.
INSERT INTO timer (subject, act, due_at)
SELECT dossier, 'step', due_at FROM step WHERE state IN ('queued', 'assigned', 'verifying') AND due_at IS NOT NULL;
