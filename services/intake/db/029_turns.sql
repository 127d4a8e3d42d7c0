-- Where units co-operate in order, the papers go from one to the next (D61 Art. 19(6)): whose turn came last, the unit that leads, who had
-- them there before, what brought them to where they are, and whether another unit waits. NULL: they went nowhere since the last transfer.
ALTER TABLE dossier ADD COLUMN turn_unit text;
ALTER TABLE dossier ADD COLUMN turn_lead text;
ALTER TABLE dossier ADD COLUMN turn_post text;
ALTER TABLE dossier ADD COLUMN turn_act text CHECK (turn_act IN ('open_parts', 'end_part', 'request_supplement'));
ALTER TABLE dossier ADD COLUMN turn_since timestamptz;
ALTER TABLE dossier ADD COLUMN turn_waits boolean NOT NULL DEFAULT false;
ALTER TABLE dossier ADD CONSTRAINT dossier_turn CHECK (num_nulls(turn_unit, turn_lead, turn_act, turn_since) IN (0, 4));
-- When an approver let the citizen have it back, or signed its stop notice: no turn lasts behind that.
ALTER TABLE dossier ADD COLUMN broken_off_at timestamptz;

-- Nobody signs for a turn: the unit has the papers, and no post is known.
ALTER TABLE holding ALTER COLUMN post DROP NOT NULL;
ALTER TABLE holding DROP CONSTRAINT holding_act_check;
ALTER TABLE holding ADD CONSTRAINT holding_act_check
    CHECK (act IN ('give_transfer', 'take_transfer', 'refuse_transfer') OR (act = 'receive_supplement' AND supplement > 0)
           OR (act IN ('open_parts', 'end_part', 'request_supplement') AND supplement = 0 AND going_to IS NULL));
ALTER TABLE holding ADD CONSTRAINT holding_post_check
    CHECK (CASE WHEN act = 'open_parts' THEN post IS NULL ELSE post IS NOT NULL OR act IN ('end_part', 'request_supplement') END);
ALTER TABLE loss ALTER COLUMN post DROP NOT NULL;

-- As it was, and of a turn that lasted when the dossier was broken off: with that the lead has the papers again.
CREATE OR REPLACE FUNCTION holdings_of(of_dossier uuid)
    RETURNS TABLE (n int, supplement int, unit text, post text, going_to text, act text, since timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 0, 0, d.receiving_unit, d.received_by, NULL::text, 'receive', d.received_at FROM dossier d WHERE d.id = of_dossier
    UNION ALL
    SELECT h.number, h.supplement, h.unit, h.post, h.going_to, h.act, h.since FROM holding h WHERE h.dossier = of_dossier
    UNION ALL
    SELECT 1 + (SELECT max(h.number) FROM holding h WHERE h.dossier = d.id), 0, d.turn_lead, d.turn_post, NULL::text,
           CASE WHEN d.state = 'withdrawn' THEN 'grant_withdrawal' ELSE 'stop' END, greatest(d.broken_off_at, d.turn_since)
      FROM dossier d WHERE d.id = of_dossier AND d.turn_act = 'open_parts' AND d.broken_off_at IS NOT NULL;
END;

-- As it was, and the way of the papers round the units that co-operate ("turn"): it follows from whose turn it is, so nobody signs for it
-- and nothing is due ("passed_on").
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
    SELECT 'turn', NULL::uuid, NULL::int, w.from_unit, w.unit, NULL::text, w.since, NULL::timestamptz, 'passed_on', NULL::text,
           NULL::timestamptz, NULL::text, NULL::text, NULL::text
      FROM (SELECT h.unit, h.act, h.since, lag(h.unit) OVER (ORDER BY h.n) AS from_unit FROM holdings_of(of_dossier) h WHERE h.supplement = 0) w
     WHERE w.act IN ('open_parts', 'end_part', 'request_supplement', 'grant_withdrawal', 'stop') AND w.unit <> w.from_unit
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
