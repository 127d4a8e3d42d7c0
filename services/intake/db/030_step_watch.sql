-- When little of the time of intake's own steps is left (NULL: no clock, of a supplement's papers, or opened before this was kept), and what
-- their watch has told.
ALTER TABLE transfer ADD COLUMN near_at timestamptz;
ALTER TABLE transfer ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near', 'late'));
ALTER TABLE obligation ADD COLUMN near_at timestamptz;
ALTER TABLE obligation ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near', 'late'));

CREATE OR REPLACE FUNCTION transfers_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'supplement', nullif(t.supplement, 0), 'step', t.step, 'round', t.round, 'state', t.state, 'from_unit', t.from_unit,
               'to_unit', t.to_unit, 'opened_at', civil(t.opened_at), 'near_at', civil(t.near_at), 'due_at', civil(t.due_at),
               'warning', nullif(t.warning, ''), 'given_by', t.given_by,
               'given_at', civil(t.given_at), 'answered_by', t.answered_by, 'answered_at', civil(t.answered_at),
               'reason', t.reason) ORDER BY t.step, t.round, t.supplement), '[]')
      FROM transfer t WHERE t.dossier = of_dossier;
END;

CREATE OR REPLACE FUNCTION obligations_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'step', g.step, 'round', g.round, 'state', g.state, 'opened_at', civil(g.opened_at), 'near_at', civil(g.near_at),
               'due_at', civil(g.due_at), 'warning', nullif(g.warning, ''), 'notice', g.notice, 'opened_by', g.opened_by,
               'notified_at', civil(g.notified_at), 'met_by', g.met_by, 'met_at', civil(g.met_at)) ORDER BY g.step, g.round), '[]')
      FROM obligation g WHERE g.dossier = of_dossier;
END;

-- What was told of intake's own open step; NULL: nothing, or none is open.
CREATE FUNCTION step_warning_of(of_dossier uuid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT min(nullif(warning, ''))
      FROM (SELECT t.warning FROM transfer t WHERE t.dossier = of_dossier AND t.supplement = 0 AND t.state <> 'taken'
            UNION ALL
            SELECT g.warning FROM obligation g WHERE g.dossier = of_dossier AND g.state = 'expected') open_steps
     WHERE EXISTS (SELECT FROM dossier d WHERE d.id = of_dossier AND d.state IN ('received', 'in_process'));
END;

-- Steps that are open already are watched from now on.
INSERT INTO timer (subject, act, due_at)
SELECT d.id, 'step', min(s.due_at)
  FROM dossier d
  JOIN (SELECT dossier, due_at FROM transfer WHERE supplement = 0 AND state <> 'taken'
        UNION ALL
        SELECT dossier, due_at FROM obligation WHERE state = 'expected') s ON s.dossier = d.id
 WHERE d.state IN ('received', 'in_process') AND s.due_at IS NOT NULL
 GROUP BY d.id;
