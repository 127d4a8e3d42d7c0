-- Papers on their way back to the counter (way.c), where alone the citizen gets them: each with the giver's half and what the counter said to it.
-- What the counter answered names the components that it answered for: what was lost on the way is none of it. `reason` is free text.
CREATE TABLE way_back (
    dossier     uuid NOT NULL,
    number      int NOT NULL CHECK (number > 0),
    state       text NOT NULL CHECK (state IN ('given', 'taken', 'refused')),
    from_unit   text NOT NULL,
    to_unit     text NOT NULL,
    given_by    text NOT NULL,
    given_at    timestamptz NOT NULL,
    answered_by text CHECK (answered_by <> given_by),
    answered_at timestamptz,
    reason      text,
    components  int[] NOT NULL CHECK (cardinality(components) > 0),
    PRIMARY KEY (dossier, number),
    CHECK ((state = 'given') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)),
    CHECK ((state = 'refused') = (reason IS NOT NULL))
);

-- The newest way of a component, and who has it by that; no row: it went on none.
CREATE FUNCTION way_of(c component)
    RETURNS TABLE (number int, given_at timestamptz, unit text, post text, going_to text, since timestamptz, act text)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT w.number, w.given_at, CASE w.state WHEN 'taken' THEN w.to_unit ELSE w.from_unit END,
           CASE w.state WHEN 'taken' THEN w.answered_by ELSE w.given_by END, CASE w.state WHEN 'given' THEN w.to_unit END,
           coalesce(w.answered_at, w.given_at),
           CASE w.state WHEN 'given' THEN 'bring_back' WHEN 'taken' THEN 'take_back' ELSE 'refuse_back' END
      FROM way_back w
     WHERE w.dossier = (c).dossier AND (c).number = ANY (w.components) ORDER BY w.number DESC LIMIT 1;
END;

-- The ways of a dossier as its papers show them.
CREATE FUNCTION ways_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', w.number, 'state', w.state, 'from_unit', w.from_unit, 'to_unit', w.to_unit,
               'given_by', w.given_by, 'given_at', civil(w.given_at), 'answered_by', w.answered_by, 'answered_at', civil(w.answered_at),
               'reason', w.reason, 'components', w.components) ORDER BY w.number), '[]')
      FROM way_back w WHERE w.dossier = of_dossier;
END;

-- The control slip has them, too: both units sign.
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
    SELECT 'back', NULL::uuid, NULL::int, b.from_unit, b.to_unit, b.given_by, b.given_at, NULL::timestamptz, b.state, b.answered_by,
           b.answered_at, NULL::text, NULL::text, b.reason
      FROM way_back b WHERE b.dossier = of_dossier
    UNION ALL
    SELECT 'document', g.document, g.step, g.from_unit, g.to_unit, g.post, g.at, a.due_at, coalesce(a.act, 'given'), a.post, a.at,
           a.result, a.fault, NULL::text
      FROM hand_over g
      LEFT JOIN LATERAL (SELECT n.* FROM hand_over n
                          WHERE n.dossier = g.dossier AND n.document = g.document AND n.version > g.version
                          ORDER BY n.version LIMIT 1) a ON true
     WHERE g.dossier = of_dossier AND g.act = 'given';
END;
