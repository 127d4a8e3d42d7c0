-- The papers' way between units by turn (turn.c): each move from whoever had them, and how the unit that they came to has answered it last.
-- Who has not signed is not waited for ("passed_on"); due_at and result are of the work that whoever gave them on had ended. A dossier of
-- files goes the same way, but nothing changes hands; nor does what the citizen had back by then, what was on its way back to the counter, or
-- what came with a supplement since: as has_papers says of the turn that lasts.
CREATE OR REPLACE FUNCTION turns_of(of_dossier uuid)
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
                      AND (c.supplement IS NULL OR s.received_at <= m.since) AND (c.given_back_at IS NULL OR c.given_back_at > m.since)
                      AND NOT EXISTS (SELECT FROM way_of(c) w WHERE w.given_at <= m.since));
END;
