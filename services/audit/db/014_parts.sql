-- What co-operating units did with their parts: by the unit, on the day on which it was given, or was not.
CREATE TABLE part_figure (
    unit        text NOT NULL,
    procedure   text NOT NULL,
    day         date NOT NULL,
    given       bigint NOT NULL,
    late        bigint NOT NULL,                -- of these, behind their date
    lapsed      bigint NOT NULL,
    PRIMARY KEY (unit, procedure, day)
) WITH (fillfactor = 80);
