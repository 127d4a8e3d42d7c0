-- What was found of a dossier and gives it another time, and the periods that the law leaves out of it: as the procedure said it on the
-- day of receipt, so that the dates are counted again by that.
CREATE TABLE finding (
    dossier   uuid NOT NULL,
    number    int NOT NULL CHECK (number BETWEEN 1 AND 4),
    finding   text NOT NULL,
    replaces  boolean NOT NULL,                       -- its time holds instead of the statutory one; else it is added
    time_unit text NOT NULL CHECK (time_unit IN ('hours', 'days', 'working_days', 'months')),
    amount    bigint NOT NULL CHECK (amount > 0),     -- minutes when the unit is hours
    basis     text NOT NULL,                          -- the law that says so
    found_by  text NOT NULL,
    found_at  timestamptz NOT NULL,
    PRIMARY KEY (dossier, number),
    UNIQUE (dossier, finding)
);
CREATE TABLE exclusion (
    dossier     uuid NOT NULL,
    number      int NOT NULL CHECK (number BETWEEN 1 AND 4),
    period      text NOT NULL,
    reported    boolean NOT NULL,                     -- the reported clock leaves it out, too
    basis       text NOT NULL,
    from_at     timestamptz NOT NULL,
    until_at    timestamptz NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (dossier, number),
    CHECK (from_at < until_at)
);
