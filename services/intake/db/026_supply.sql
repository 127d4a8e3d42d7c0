-- The papers that a supplement brings lie at the counter, apart from the others, until a transfer of their own has brought them there.
-- supplement: whose papers they are, by its number; 0: the dossier's own.
ALTER TABLE transfer ADD COLUMN supplement int NOT NULL DEFAULT 0 CHECK (supplement BETWEEN 0 AND 2);
ALTER TABLE transfer DROP CONSTRAINT transfer_pkey;
ALTER TABLE transfer ADD PRIMARY KEY (dossier, supplement, step, round);

ALTER TABLE holding ADD COLUMN supplement int NOT NULL DEFAULT 0 CHECK (supplement BETWEEN 0 AND 2);
ALTER TABLE holding DROP CONSTRAINT holding_act_check;
ALTER TABLE holding ADD CONSTRAINT holding_act_check
    CHECK (act IN ('give_transfer', 'take_transfer', 'refuse_transfer') OR (act = 'receive_supplement' AND supplement > 0));

CREATE OR REPLACE FUNCTION transfers_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object(
               'supplement', nullif(t.supplement, 0), 'step', t.step, 'round', t.round, 'state', t.state, 'from_unit', t.from_unit,
               'to_unit', t.to_unit, 'opened_at', civil(t.opened_at), 'due_at', civil(t.due_at), 'given_by', t.given_by,
               'given_at', civil(t.given_at), 'answered_by', t.answered_by, 'answered_at', civil(t.answered_at),
               'reason', t.reason) ORDER BY t.step, t.round, t.supplement), '[]')
      FROM transfer t WHERE t.dossier = of_dossier;
END;

-- Who has the papers of a dossier, from the receipt on. n: in the order of time, of the dossier's own papers and of each supplement's.
CREATE FUNCTION holdings_of(of_dossier uuid)
    RETURNS TABLE (n int, supplement int, unit text, post text, going_to text, act text, since timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 0, 0, d.receiving_unit, d.received_by, NULL::text, 'receive', d.received_at FROM dossier d WHERE d.id = of_dossier
    UNION ALL
    SELECT h.number, h.supplement, h.unit, h.post, h.going_to, h.act, h.since FROM holding h WHERE h.dossier = of_dossier;
END;

-- Whether a supplement's papers lie apart from the others.
CREATE FUNCTION lies_apart(of_dossier uuid, of_supplement int) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (SELECT FROM transfer t WHERE t.dossier = of_dossier AND t.supplement = of_supplement AND t.supplement > 0
                                            AND t.state <> 'taken');

-- As it was, and what a supplement brought: "supplement" in the place of "papers".
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
