-- The reasons that were given for acts on a dossier, here or at the stage that told of it (common/flow/remarks.h). What was done before this was
-- kept has none; the sealed history has them.
CREATE TABLE remark (
    dossier          uuid NOT NULL,
    number           bigint GENERATED ALWAYS AS IDENTITY,
    what             text NOT NULL CHECK (what <> ''),
    step             integer NOT NULL CHECK (step >= 0),
    officer          text NOT NULL CHECK (officer <> ''),
    at               timestamptz NOT NULL,
    reasons          text[] NOT NULL CHECK (cardinality(reasons) > 0),
    PRIMARY KEY (dossier, number)
);
