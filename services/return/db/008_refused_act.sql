-- What was tried with a document that lacked its signature, its number, its seal or what else must go before: for inspection. One row
-- per dossier, document, act, officer and day, so that whoever tries it all day fills no table; append-only.
CREATE TABLE refused_act (
    id          uuid PRIMARY KEY,               -- of the command
    at          timestamptz NOT NULL,           -- business time
    day         date NOT NULL,                  -- in Vietnam
    dossier     uuid NOT NULL,
    document    uuid NOT NULL,                  -- nil: none is signed
    act         text NOT NULL,
    missing     text NOT NULL CHECK (missing IN ('signature', 'number', 'seal', 'hand_over', 'ready', 'delivery')),
    actor       text NOT NULL,
    actor_unit  text NOT NULL,
    UNIQUE (dossier, document, act, actor, day)
);
CREATE INDEX refused_act_at ON refused_act (at, id);
REVOKE UPDATE, DELETE, TRUNCATE ON refused_act FROM taicho_return;
