-- Who signs for papers whose turn it is (control slip, form 05): whom they came from, and whether whoever they came to has taken them, or
-- refused them. NULL: they went nowhere since the last transfer.
ALTER TABLE dossier ADD COLUMN turn_from_unit text;
ALTER TABLE dossier ADD COLUMN turn_from_post text;
ALTER TABLE dossier ADD COLUMN turn_state text CHECK (turn_state IN ('passed_on', 'taken', 'refused'));
ALTER TABLE dossier ADD COLUMN turn_answered_by text;
ALTER TABLE dossier ADD COLUMN turn_answered_at timestamptz;
-- Nobody has signed for a turn that came before this.
UPDATE dossier d
   SET turn_state = 'passed_on',
       (turn_from_unit, turn_from_post) = (SELECT coalesce(x.unit, d.receiving_unit), x.post
                                             FROM (SELECT) one
                                             LEFT JOIN (SELECT h.unit, h.post FROM holdings_of(d.id) h
                                                         WHERE h.supplement = 0 AND h.act NOT IN ('grant_withdrawal', 'stop')
                                                         ORDER BY h.n DESC OFFSET 1 LIMIT 1) x ON true)
 WHERE turn_unit IS NOT NULL;
ALTER TABLE dossier DROP CONSTRAINT dossier_turn;
ALTER TABLE dossier ADD CONSTRAINT dossier_turn
    CHECK (num_nulls(turn_unit, turn_lead, turn_act, turn_since, turn_from_unit, turn_state) IN (0, 6));
ALTER TABLE dossier ADD CONSTRAINT dossier_turn_answered
    CHECK (num_nonnulls(turn_answered_by, turn_answered_at) = CASE WHEN turn_state IN ('taken', 'refused') THEN 2 ELSE 0 END);

-- A post that signs has the papers; refused, they are with whom they came from. Why, and who says so, stays here.
ALTER TABLE holding ADD COLUMN refused_by text;
ALTER TABLE holding ADD COLUMN reason text;
ALTER TABLE holding ADD CONSTRAINT holding_refused
    CHECK (num_nonnulls(refused_by, reason) = CASE WHEN act = 'refuse_turn' THEN 2 ELSE 0 END);
ALTER TABLE holding DROP CONSTRAINT holding_act_check;
ALTER TABLE holding ADD CONSTRAINT holding_act_check
    CHECK (act IN ('give_transfer', 'take_transfer', 'refuse_transfer') OR (act = 'receive_supplement' AND supplement > 0)
           OR (act IN ('open_parts', 'end_part', 'request_supplement', 'take_turn') AND supplement = 0 AND going_to IS NULL)
           OR (act = 'refuse_turn' AND supplement = 0 AND going_to IS NOT NULL));
ALTER TABLE holding DROP CONSTRAINT holding_post_check;
ALTER TABLE holding ADD CONSTRAINT holding_post_check
    CHECK (CASE WHEN act = 'open_parts' THEN post IS NULL
                ELSE post IS NOT NULL OR act IN ('end_part', 'request_supplement', 'refuse_turn') END);

-- Every unit that has business with a dossier: now also the one that has papers again which another would not take.
CREATE OR REPLACE FUNCTION units_of(d dossier) RETURNS text[] LANGUAGE sql STABLE AS
    'SELECT ARRAY[d.unit, d.receiving_unit, d.asked_unit, d.step_unit, CASE WHEN d.turn_state = ''refused'' THEN d.turn_from_unit END] || d.part_units';

-- As it was; a turn that was broken off may have been signed for behind that, by who had not heard of it.
CREATE OR REPLACE FUNCTION holdings_of(of_dossier uuid)
    RETURNS TABLE (n int, supplement int, unit text, post text, going_to text, act text, since timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 0, 0, d.receiving_unit, d.received_by, NULL::text, 'receive', d.received_at FROM dossier d WHERE d.id = of_dossier
    UNION ALL
    SELECT h.number, h.supplement, h.unit, h.post, h.going_to, h.act, h.since FROM holding h WHERE h.dossier = of_dossier
    UNION ALL
    SELECT 1 + (SELECT max(h.number) FROM holding h WHERE h.dossier = d.id), 0, d.turn_lead, d.turn_post, NULL::text,
           CASE WHEN d.state = 'withdrawn' THEN 'grant_withdrawal' ELSE 'stop' END,
           greatest(d.broken_off_at, d.turn_since, d.turn_answered_at)
      FROM dossier d WHERE d.id = of_dossier AND d.turn_act = 'open_parts' AND d.broken_off_at IS NOT NULL;
END;

-- The papers' way round the units that co-operate: each move from whoever had them, and how the unit that they came to has answered it last.
-- Who has not signed is not waited for ("passed_on"), and nothing is due.
CREATE FUNCTION turns_of(of_dossier uuid)
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
     WHERE m.act IN ('open_parts', 'end_part', 'request_supplement', 'grant_withdrawal', 'stop') AND m.unit <> m.from_unit;
END;

-- As it was, but with both sides of a turn.
CREATE OR REPLACE FUNCTION slip_blocks(of_dossier uuid)
    RETURNS TABLE (what text, document uuid, step int, from_unit text, to_unit text, given_by text, given_at timestamptz, due_at timestamptz,
                   state text, answered_by text, answered_at timestamptz, result text, fault text, reason text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN t.supplement > 0 THEN 'supplement' ELSE 'papers' END, NULL::uuid, t.step, t.from_unit, t.to_unit, t.given_by,
           t.given_at, t.due_at, t.state, t.answered_by, t.answered_at,
           CASE WHEN t.state = 'taken' THEN slip_result(t.answered_at, t.due_at) END, NULL::text, t.reason
      FROM transfer t WHERE t.dossier = of_dossier AND t.state <> 'awaiting'
    UNION ALL
    SELECT 'turn', NULL::uuid, NULL::int, w.from_unit, w.to_unit, w.given_by, w.given_at, NULL::timestamptz, w.state, w.answered_by,
           w.answered_at, NULL::text, NULL::text, w.reason
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
