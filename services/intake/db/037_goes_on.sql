-- Where the next step is another unit's and no transfer lies between, the papers go on to it with the end of a step ("go_on"), or back to the
-- unit that appraises once more ("go_back"): a turn, which whoever it comes to signs for, or does not.
ALTER TABLE dossier DROP CONSTRAINT dossier_turn_act_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_turn_act_check
    CHECK (turn_act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back'));
ALTER TABLE holding DROP CONSTRAINT holding_act_check;
ALTER TABLE holding ADD CONSTRAINT holding_act_check
    CHECK (act IN ('give_transfer', 'take_transfer', 'refuse_transfer') OR (act = 'receive_supplement' AND supplement > 0)
           OR (act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back', 'take_turn') AND supplement = 0 AND going_to IS NULL)
           OR (act = 'refuse_turn' AND supplement = 0 AND going_to IS NOT NULL));
ALTER TABLE holding DROP CONSTRAINT holding_post_check;
ALTER TABLE holding ADD CONSTRAINT holding_post_check
    CHECK (CASE WHEN act IN ('open_parts', 'go_on', 'go_back') THEN post IS NULL
                ELSE post IS NOT NULL OR act IN ('end_part', 'request_supplement', 'refuse_turn') END);

-- Every unit that has business with a dossier: now also the one that the papers went on to, as long as it has them.
CREATE OR REPLACE FUNCTION units_of(d dossier) RETURNS text[] LANGUAGE sql STABLE AS
    'SELECT ARRAY[d.unit, d.receiving_unit, d.asked_unit, d.step_unit,
                  CASE WHEN d.turn_state = ''refused'' THEN d.turn_from_unit
                       WHEN d.turn_act IN (''go_on'', ''go_back'') THEN d.turn_unit END] || d.part_units';

-- As it was, and the way of the papers to the unit of the next step. A dossier of files goes the same way, but nothing changes hands.
CREATE OR REPLACE FUNCTION turns_of(of_dossier uuid)
    RETURNS TABLE (from_unit text, to_unit text, given_by text, given_at timestamptz, state text, answered_by text, answered_at timestamptz,
                   reason text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH own AS (
        SELECT h.n, h.unit, h.post, h.act, h.since, lag(h.unit) OVER w AS from_unit, lag(h.post) OVER w AS from_post,
               count(*) FILTER (WHERE h.act NOT IN ('take_turn', 'refuse_turn')) OVER w AS move
          FROM holdings_of(of_dossier) h WHERE h.supplement = 0 WINDOW w AS (ORDER BY h.n)
    )
    SELECT m.from_unit, m.unit, m.from_post, m.since, coalesce(a.state, 'passed_on'), a.post, a.since, a.reason
      FROM own m
      LEFT JOIN LATERAL (SELECT CASE o.act WHEN 'take_turn' THEN 'taken' ELSE 'refused' END AS state, coalesce(x.refused_by, o.post) AS post,
                                o.since, x.reason
                           FROM own o JOIN holding x ON x.dossier = of_dossier AND x.number = o.n
                          WHERE o.move = m.move AND o.act IN ('take_turn', 'refuse_turn') ORDER BY o.n DESC LIMIT 1) a ON true
     WHERE m.unit <> m.from_unit
       AND (m.act IN ('open_parts', 'end_part', 'request_supplement', 'grant_withdrawal', 'stop')
            OR m.act IN ('go_on', 'go_back')
           AND EXISTS (SELECT FROM component c LEFT JOIN supplement s ON s.dossier = c.dossier AND s.number = c.supplement
                        WHERE c.dossier = of_dossier AND c.form = 'paper' AND NOT c.to_show
                          AND (c.supplement IS NULL OR s.received_at <= m.since)));
END;
