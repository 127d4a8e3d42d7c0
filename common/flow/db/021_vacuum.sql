-- Rows that are only added and go after a day or a week need no vacuum that marks their pages visible: with checksums
-- each such mark put an image of the page into the log. What is deleted is still cleaned up, and so is what grows too
-- old.
ALTER TABLE idempotency SET (autovacuum_vacuum_insert_threshold = -1);

CREATE OR REPLACE FUNCTION outbox_make_days(ahead int) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    name text;
    made int := 0;
BEGIN
    FOR i IN 0 .. least(ahead, 30) LOOP
        name := 'outbox_' || to_char(today + i, 'YYYYMMDD');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox_row FOR VALUES FROM (%L) TO (%L)'
                           ' WITH (autovacuum_vacuum_insert_threshold = -1)', name,
                           to_char(today + i, 'YYYY-MM-DD') || ' 00:00+00', to_char(today + i + 1, 'YYYY-MM-DD') || ' 00:00+00');
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            NULL;   -- rows of that day are in outbox_rest already: that day stays there
        END;
    END LOOP;
    RETURN made;
END $$;
DO $$
DECLARE
    day regclass;
BEGIN
    FOR day IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'outbox_row'::regclass LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_insert_threshold = -1)', day);
    END LOOP;
END $$;
