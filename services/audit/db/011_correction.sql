-- Corrections of wrong results (D61 Art. 21(1)): which unit was at fault, why, and how each ended. Beside the entries, like what was
-- entered late; append-only like them.
CREATE TABLE correction (
    dossier     uuid NOT NULL,
    document    uuid NOT NULL,                  -- the letter: the events speak of it by its id
    number      int NOT NULL CHECK (number > 0),
    unit        text NOT NULL,                  -- at fault
    cause       text NOT NULL,
    reported_by text NOT NULL,
    asked_at    timestamptz NOT NULL,
    PRIMARY KEY (dossier, document)
);
CREATE TABLE correction_end (
    dossier     uuid NOT NULL,
    document    uuid NOT NULL,
    how         text NOT NULL CHECK (how IN ('issued', 'refused')),
    at          timestamptz NOT NULL,
    PRIMARY KEY (dossier, document)
);
REVOKE UPDATE, DELETE, TRUNCATE ON correction, correction_end FROM taicho_audit;

-- What was issued, per unit at fault and cause, on the dossiers' days of receipt. Unit and procedure: '' is any.
CREATE FUNCTION corrections_counted(from_day date, to_day date, of_unit text, of_procedure text) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('unit', x.unit, 'cause', x.cause, 'corrections', x.n) ORDER BY x.unit, x.cause), '[]')
      FROM (SELECT c.unit, c.cause, count(*) AS n
              FROM correction c JOIN correction_end e USING (dossier, document) JOIN fact f USING (dossier)
             WHERE e.how = 'issued' AND f.day BETWEEN from_day AND to_day AND (of_unit = '' OR c.unit = of_unit)
               AND (of_procedure = '' OR f.procedure = of_procedure)
             GROUP BY c.unit, c.cause) x;
END;
