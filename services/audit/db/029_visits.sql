-- How often a citizen had to come or write to the counter to complete his dossier, and whether he came to an agency at all: by what
-- happened, beside what he says of it (Circular 01/2018 Art. 13, indicators 3 and 4).
ALTER TABLE fact ADD COLUMN contacts int NOT NULL DEFAULT 0;
ALTER TABLE fact ADD COLUMN visited boolean NOT NULL DEFAULT false;
ALTER TABLE kpi ADD COLUMN contacts_sum bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN agencies_sum bigint NOT NULL DEFAULT 0;
ALTER TABLE kpi ADD COLUMN contacts_rated_sum bigint NOT NULL DEFAULT 0;

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

-- Each event's part: a contact, that he came, what he said. A channel and a delivery of 1 are the counter. Counted anew, and published anew.
WITH said AS (
    SELECT subject, bool_or(came) AS came, sum(contacts)::int AS contacts, (array_agg(rated ORDER BY number) FILTER (WHERE rated IS NOT NULL))[1] AS rated
      FROM (SELECT e.subject, e.number, wire_field(b.body, 1) = int8send(1) AND e.type IN ('Received', 'HandedOver', 'CorrectionHandedOver') AS came,
                   CASE e.type WHEN 'SupplementRequested' THEN 1
                               WHEN 'Received' THEN (length(wire_field(b.body, 20)) > 0)::int
                               WHEN 'CorrectionHandedOver' THEN (wire_field(b.body, 1) = int8send(1))::int END AS contacts,
                   CASE e.type WHEN 'RatingGiven' THEN coalesce(('x' || encode(wire_field(b.body, 6), 'hex'))::bit(64)::bigint, 0) END AS rated
              FROM entry e
             CROSS JOIN LATERAL (SELECT wire_field(e.event, CASE e.type WHEN 'Received' THEN 40 WHEN 'SupplementRequested' THEN 49 WHEN 'HandedOver' THEN 103
                                                                        WHEN 'CorrectionHandedOver' THEN 116 ELSE 121 END) AS body OFFSET 0) b
             WHERE e.type IN ('Received', 'SupplementRequested', 'HandedOver', 'CorrectionHandedOver', 'RatingGiven')) x
     GROUP BY subject),
noted AS (
    UPDATE fact f SET contacts = coalesce(s.contacts, 0), visited = coalesce(s.came, false)
      FROM said s
     WHERE s.subject = f.dossier AND (s.contacts > 0 OR s.came OR s.rated > 0)
    RETURNING f.unit, f.procedure, f.day, f.contacts, f.visited, coalesce(s.rated, 0) AS rated),
moved AS (
    UPDATE kpi k SET contacts_sum = n.contacts, agencies_sum = n.agencies, contacts_rated_sum = n.rated
      FROM (SELECT unit, procedure, day, sum(contacts) AS contacts, sum(visited::int) AS agencies, sum(rated) AS rated
              FROM noted GROUP BY unit, procedure, day) n
     WHERE k.unit = n.unit AND k.procedure = n.procedure AND k.day = n.day
    RETURNING k.*)
INSERT INTO outbox_row (topic, "partition", key, event_id, type, time, content, value)
SELECT 'taicho.audit.kpi.v1', k."partition", k.unit || '/' || k.procedure || '/' || to_char(k.day, 'YYYY-MM-DD'), gen_random_uuid(), 'audit.Kpi',
       now() + coalesce((SELECT offset_us FROM clock), 0) * interval '1 microsecond', 'application/json',
       convert_to((to_jsonb(k) - 'partition' || jsonb_build_object(
           'day', to_char(k.day, 'YYYY-MM-DD'),
           'in_process', k.received - k.early - k.on_time - k.late - k.withdrawn - k.stopped,
           'fees', (SELECT coalesce(max((to_jsonb(f) - 'unit' - 'procedure' - 'day')::text)::jsonb, (
                               SELECT jsonb_object_agg(attname, 0) FROM pg_attribute
                                WHERE attrelid = 'fee_kpi'::regclass AND attnum > 3 AND NOT attisdropped))
                      FROM fee_kpi f WHERE f.unit = k.unit AND f.procedure = k.procedure AND f.day = k.day)))::text, 'UTF8')
  FROM moved k;

DROP FUNCTION wire_field(bytea, int);
DROP FUNCTION wire_number(bytea, int);
