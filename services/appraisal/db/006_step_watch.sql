-- When little of a step's time is left (NULL: it has no clock, or was opened before this was kept), and what its watch has told.
ALTER TABLE step ADD COLUMN near_at timestamptz;
ALTER TABLE step ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near', 'late'));

-- Of each dossier the step that is open already is watched from now on; of a consultation that was asked the lapse is told instead, and
-- while something is awaited from the citizen there is nothing to watch.
INSERT INTO timer (subject, act, due_at)
SELECT dossier, 'step', due_at
  FROM (SELECT DISTINCT ON (dossier) dossier, state, due_at FROM step
         WHERE state IN ('queued', 'assigned', 'verifying', 'consulting', 'awaiting_supplement')
         ORDER BY dossier, step DESC, round DESC) AS open_one
 WHERE state IN ('queued', 'assigned', 'verifying') AND due_at IS NOT NULL;
