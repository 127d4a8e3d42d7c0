-- How steps went (StepClock): beside the entry that ends one; NULL: it ends none, or one without a clock.
ALTER TABLE entry ADD COLUMN step_unit text;
ALTER TABLE entry ADD COLUMN step_opened_at timestamptz;
ALTER TABLE entry ADD COLUMN step_due_at timestamptz;
ALTER TABLE entry ADD COLUMN step_minutes_used bigint;
ALTER TABLE entry ADD COLUMN step_minutes_late bigint;
ALTER TABLE entry ADD COLUMN step_timing text CHECK (step_timing IN ('early', 'on_time', 'late'));

-- Steps that were late, and what of their dossier's lateness is charged to them at its end.
CREATE TABLE late_step (
    dossier         uuid NOT NULL,
    kind            text NOT NULL,
    step            int NOT NULL,
    round           int NOT NULL,
    unit            text NOT NULL,
    ended_at        timestamptz NOT NULL,
    minutes_late    bigint NOT NULL CHECK (minutes_late > 0),
    minutes_charged bigint NOT NULL CHECK (minutes_charged BETWEEN 0 AND minutes_late),
    PRIMARY KEY (dossier, step, round)
);
ALTER TABLE fact ADD COLUMN uncharged bigint NOT NULL DEFAULT 0;   -- minutes of its lateness that no step explains

-- Figures by the unit that had the step, its kind, and the dossier's day of receipt. kind '': minutes_charged is what no step of the
-- competent unit's dossiers explains.
CREATE TABLE step_kpi (
    unit            text NOT NULL,
    kind            text NOT NULL,
    day             date NOT NULL,
    early           bigint NOT NULL DEFAULT 0,
    on_time         bigint NOT NULL DEFAULT 0,
    late            bigint NOT NULL DEFAULT 0,
    minutes_used    bigint NOT NULL DEFAULT 0,
    minutes_late    bigint NOT NULL DEFAULT 0,
    minutes_charged bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (unit, kind, day)
) WITH (fillfactor = 70);
CREATE INDEX step_kpi_day ON step_kpi (day);
