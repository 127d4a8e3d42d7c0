-- The control slip (form 05) says of each turn how the work of the unit went that gave the papers on: until when it was allowed, and the
-- result. NULL: it ended no work by that, or one without a time, or that was told before this was kept.
ALTER TABLE holding ADD COLUMN due_at timestamptz;
ALTER TABLE holding ADD COLUMN result text CHECK (result IN ('early', 'on_time', 'late'));
ALTER TABLE holding ADD CONSTRAINT holding_result
    CHECK ((due_at IS NULL) = (result IS NULL) AND (result IS NULL OR act IN ('open_parts', 'end_part', 'go_on', 'go_back')));
-- Of a unit whose turn it is, and that another one follows: the part that it has given.
ALTER TABLE dossier ADD COLUMN turn_done_due_at timestamptz;
ALTER TABLE dossier ADD COLUMN turn_done_result text CHECK (turn_done_result IN ('early', 'on_time', 'late'));
ALTER TABLE dossier ADD CONSTRAINT dossier_turn_done
    CHECK ((turn_done_due_at IS NULL) = (turn_done_result IS NULL) AND (turn_done_result IS NULL OR turn_waits));

DROP FUNCTION slip_blocks(uuid);
DROP FUNCTION turns_of(uuid);
-- It stands in turns_of.sql as it is now.
CREATE FUNCTION turns_of(of_dossier uuid)
    RETURNS TABLE (from_unit text, to_unit text, given_by text, given_at timestamptz, state text, answered_by text, answered_at timestamptz,
                   reason text, due_at timestamptz, result text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH own AS (
        SELECT h.n, h.unit, h.post, h.act, h.since, lag(h.unit) OVER w AS from_unit, lag(h.post) OVER w AS from_post,
               count(*) FILTER (WHERE h.act NOT IN ('take_turn', 'refuse_turn')) OVER w AS move
          FROM holdings_of(of_dossier) h WHERE h.supplement = 0 WINDOW w AS (ORDER BY h.n)
    )
    SELECT m.from_unit, m.unit, m.from_post, m.since, coalesce(a.state, 'passed_on'), a.post, a.since, a.reason, g.due_at, g.result
      FROM own m
      LEFT JOIN holding g ON g.dossier = of_dossier AND g.number = m.n
      LEFT JOIN LATERAL (SELECT CASE o.act WHEN 'take_turn' THEN 'taken' ELSE 'refused' END AS state, coalesce(x.refused_by, o.post) AS post,
                                o.since, x.reason
                           FROM own o JOIN holding x ON x.dossier = of_dossier AND x.number = o.n
                          WHERE o.move = m.move AND o.act IN ('take_turn', 'refuse_turn') ORDER BY o.n DESC LIMIT 1) a ON true
     WHERE m.unit <> m.from_unit
       AND m.act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back', 'grant_withdrawal', 'stop')
       AND EXISTS (SELECT FROM component c LEFT JOIN supplement s ON s.dossier = c.dossier AND s.number = c.supplement
                    WHERE c.dossier = of_dossier AND c.form = 'paper' AND NOT c.to_show
                      AND (c.supplement IS NULL OR s.received_at <= m.since) AND (c.given_back_at IS NULL OR c.given_back_at > m.since));
END;
-- As it was, but of a turn how the work of whoever gave it went.
CREATE FUNCTION slip_blocks(of_dossier uuid)
    RETURNS TABLE (what text, document uuid, step int, from_unit text, to_unit text, given_by text, given_at timestamptz, due_at timestamptz,
                   state text, answered_by text, answered_at timestamptz, result text, fault text, reason text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN t.supplement > 0 THEN 'supplement' ELSE 'papers' END, NULL::uuid, t.step, t.from_unit, t.to_unit, t.given_by,
           t.given_at, t.due_at, t.state, t.answered_by, t.answered_at,
           CASE WHEN t.state = 'taken' THEN slip_result(t.answered_at, t.due_at) END, NULL::text, t.reason
      FROM transfer t WHERE t.dossier = of_dossier AND t.state <> 'awaiting'
    UNION ALL
    SELECT 'turn', NULL::uuid, NULL::int, w.from_unit, w.to_unit, w.given_by, w.given_at, w.due_at, w.state, w.answered_by,
           w.answered_at, w.result, NULL::text, w.reason
      FROM turns_of(of_dossier) w
    UNION ALL
    SELECT 'document', g.document, g.step, g.from_unit, g.to_unit, g.post, g.at, x.due_at, coalesce(a.act, 'given'), a.post, a.at,
           CASE WHEN a.act = 'taken' THEN slip_result(a.at, x.due_at) END, a.fault, NULL::text
      FROM hand_over g
      JOIN dossier d ON d.id = g.dossier
      LEFT JOIN document o ON o.id = g.document
      CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(o.kind, '') NOT IN ('apology', 'correction') THEN d.due_at END AS due_at) x
      LEFT JOIN LATERAL (SELECT n.* FROM hand_over n
                          WHERE n.dossier = g.dossier AND n.document = g.document AND n.version > g.version
                          ORDER BY n.version LIMIT 1) a ON true
     WHERE g.dossier = of_dossier AND g.act = 'given';
END;
