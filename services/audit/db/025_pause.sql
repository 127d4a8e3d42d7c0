-- What makes clocks stand still, beside the entry that begins it; append-only like the entries. Another entry ends the wait for a
-- supplement or an obligation; a period says itself until when.
CREATE TABLE pause (
    number      bigint PRIMARY KEY,             -- of the entry
    day         date NOT NULL,                  -- on which it began, in Vietnam
    kind        text NOT NULL CHECK (kind IN ('supplement', 'obligation', 'excluded')),
    code        text NOT NULL,                  -- of a period; of a supplement why it was asked late or once more
    superior    text NOT NULL,                  -- who asked for it then
    basis       text NOT NULL,                  -- the law by which the period is left out
    from_at     timestamptz NOT NULL,
    until_at    timestamptz
);
CREATE INDEX pause_day ON pause (day, number);
REVOKE UPDATE, DELETE, TRUNCATE ON pause FROM taicho_audit;

-- What was sealed before is read from its bytes (LifecycleEvent of taicho.v1), once.
CREATE FUNCTION wire_number(message bytea, at int, OUT value bigint, OUT next int) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    octet int;
    shift int := 0;
BEGIN
    value := 0;
    next := at;
    LOOP
        octet := get_byte(message, next);
        next := next + 1;
        value := value | ((octet & 127)::bigint << shift);
        EXIT WHEN octet < 128;
        shift := shift + 7;
    END LOOP;
END $$;

-- The field of a message: its bytes, or eight of them for a number; NULL: it is absent.
CREATE FUNCTION wire_field(message bytea, field int) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    at int := 0;
    tag bigint;
    n bigint;
    found bytea;
BEGIN
    WHILE at < length(message) LOOP
        SELECT w.value, w.next INTO tag, at FROM wire_number(message, at) w;
        IF tag & 7 = 1 THEN
            at := at + 8;
        ELSIF tag & 7 = 5 THEN
            at := at + 4;
        ELSE
            SELECT w.value, w.next INTO n, at FROM wire_number(message, at) w;
            IF tag >> 3 = field THEN
                found := CASE WHEN tag & 7 = 2 THEN substr(message, at + 1, n::int) ELSE int8send(n) END;
            END IF;
            at := at + CASE WHEN tag & 7 = 2 THEN n::int ELSE 0 END;
        END IF;
    END LOOP;
    RETURN found;
END $$;
CREATE FUNCTION wire_text(message bytea, field int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN coalesce(convert_from(wire_field(message, field), 'UTF8'), '');
CREATE FUNCTION wire_time(message bytea, field int) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    RETURN to_timestamp(0) + ('x' || encode(wire_field(message, field), 'hex'))::bit(64)::bigint * interval '1 microsecond';

INSERT INTO pause (number, day, kind, code, superior, basis, from_at, until_at)
SELECT number, (from_at AT TIME ZONE INTERVAL '+07:00')::date, kind, code, superior, '', from_at, until_at
  FROM (SELECT number, 'supplement' AS kind, wire_text(body, 4) AS code, wire_text(body, 5) AS superior,
               coalesce(wire_time(body, 2), occurred_at) AS from_at, NULL::timestamptz AS until_at
          FROM (SELECT *, wire_field(event, 49) AS body FROM entry WHERE type = 'SupplementRequested' OFFSET 0) s
        UNION ALL
        SELECT number, 'obligation', '', '', coalesce(wire_time(body, 1), occurred_at), NULL
          FROM (SELECT *, wire_field(event, 47) AS body FROM entry WHERE type = 'ObligationOpened' OFFSET 0) o
        UNION ALL
        SELECT number, 'excluded', wire_text(body, 1), '', coalesce(wire_time(body, 2), occurred_at), wire_time(body, 3)
          FROM (SELECT *, wire_field(event, 140) AS body FROM entry WHERE type = 'PeriodExcluded' OFFSET 0) p) x;

DROP FUNCTION wire_time(bytea, int);
DROP FUNCTION wire_text(bytea, int);
DROP FUNCTION wire_field(bytea, int);
DROP FUNCTION wire_number(bytea, int);
