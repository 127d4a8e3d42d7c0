-- The clocks of intake's own steps. NULL: it has none, or was opened before this was kept.
ALTER TABLE transfer ADD COLUMN opened_at timestamptz;
ALTER TABLE obligation ADD COLUMN opened_at timestamptz;
ALTER TABLE obligation ADD COLUMN due_at timestamptz;      -- until when the notice of the tax office is to be here

CREATE FUNCTION transfers_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'step', t.step, 'round', t.round, 'state', t.state, 'from_unit', t.from_unit, 'to_unit', t.to_unit,
               'opened_at', civil(t.opened_at), 'due_at', civil(t.due_at), 'given_by', t.given_by,
               'given_at', civil(t.given_at), 'answered_by', t.answered_by, 'answered_at', civil(t.answered_at),
               'reason', t.reason) ORDER BY t.step, t.round), '[]')
      FROM transfer t WHERE t.dossier = of_dossier;
END;

CREATE FUNCTION obligations_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'step', g.step, 'round', g.round, 'state', g.state, 'opened_at', civil(g.opened_at), 'due_at', civil(g.due_at),
               'notice', g.notice, 'opened_by', g.opened_by, 'notified_at', civil(g.notified_at), 'met_by', g.met_by,
               'met_at', civil(g.met_at)) ORDER BY g.step, g.round), '[]')
      FROM obligation g WHERE g.dossier = of_dossier;
END;

-- Until when intake's own open step is allowed: the transfer that is not taken, the notice that is not here. NULL: none is open.
CREATE FUNCTION step_due_of(of_dossier uuid) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT min(due_at)
      FROM (SELECT t.due_at FROM transfer t WHERE t.dossier = of_dossier AND t.state <> 'taken'
            UNION ALL
            SELECT g.due_at FROM obligation g WHERE g.dossier = of_dossier AND g.state = 'expected') open_steps;
END;
