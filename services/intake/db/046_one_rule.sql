-- How a hand-over went is judged once, by the rule of all steps that audit counts by (common/domain/step_clock.h), and kept: minutes behind
-- the office hours are none. The slip had a rule of its own, by the clock on the wall. What it has said by that of what is over stays
-- said. NULL: it is open, had no time, or was broken off in time.
ALTER TABLE transfer ADD COLUMN result text CHECK (result IN ('early', 'on_time', 'late'));
UPDATE transfer SET result = slip_result(answered_at, due_at) WHERE state = 'taken';

-- Of a signed document that comes to the counter that is the step of its hand-over, as return tells it; a letter's has none. Until now it
-- was the dossier's date.
ALTER TABLE hand_over ADD COLUMN due_at timestamptz;
ALTER TABLE hand_over ADD COLUMN result text CHECK (result IN ('early', 'on_time', 'late'));
UPDATE hand_over h SET due_at = d.due_at, result = slip_result(h.at, d.due_at)
  FROM dossier d
 WHERE d.id = h.dossier AND h.act = 'taken' AND d.due_at IS NOT NULL
   AND NOT EXISTS (SELECT FROM document o WHERE o.id = h.document AND o.kind IN ('apology', 'correction'));
ALTER TABLE hand_over ADD CONSTRAINT hand_over_result
    CHECK ((due_at IS NULL) = (result IS NULL) AND (result IS NULL OR act = 'taken'));

-- As it was, but what is kept is said: of papers also when the dossier's end broke a late transfer off.
CREATE OR REPLACE FUNCTION slip_blocks(of_dossier uuid)
    RETURNS TABLE (what text, document uuid, step int, from_unit text, to_unit text, given_by text, given_at timestamptz, due_at timestamptz,
                   state text, answered_by text, answered_at timestamptz, result text, fault text, reason text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN t.supplement > 0 THEN 'supplement' ELSE 'papers' END, NULL::uuid, t.step, t.from_unit, t.to_unit, t.given_by,
           t.given_at, t.due_at, t.state, t.answered_by, t.answered_at, t.result, NULL::text, t.reason
      FROM transfer t WHERE t.dossier = of_dossier AND t.state <> 'awaiting'
    UNION ALL
    SELECT 'turn', NULL::uuid, NULL::int, w.from_unit, w.to_unit, w.given_by, w.given_at, w.due_at, w.state, w.answered_by,
           w.answered_at, w.result, NULL::text, w.reason
      FROM turns_of(of_dossier) w
    UNION ALL
    SELECT 'document', g.document, g.step, g.from_unit, g.to_unit, g.post, g.at, a.due_at, coalesce(a.act, 'given'), a.post, a.at,
           a.result, a.fault, NULL::text
      FROM hand_over g
      LEFT JOIN LATERAL (SELECT n.* FROM hand_over n
                          WHERE n.dossier = g.dossier AND n.document = g.document AND n.version > g.version
                          ORDER BY n.version LIMIT 1) a ON true
     WHERE g.dossier = of_dossier AND g.act = 'given';
END;
DROP FUNCTION slip_result(timestamptz, timestamptz);
