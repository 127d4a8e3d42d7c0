-- Copies finished dossiers, as they are stored, into every schema: the rows that stay when the outbox's week and the
-- answers' day are over. psql -v copies=1000 -v part=0|1|2 (0: choose the templates; 1: the sealed entries; 2: all else).
--
-- A copy's id is the original's with another beginning, so that the copies lie all over the range of ids, as real ones
-- do, while they are written in the order of the indexes.
\set ON_ERROR_STOP on
\set QUIET on
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SELECT set_config('bench.copies', :'copies', false), set_config('bench.part', :'part', false) \g /dev/null

DO $$
BEGIN
    IF current_setting('bench.part') = '0' THEN
        DROP TABLE IF EXISTS public.bench_template;
        CREATE TABLE public.bench_template AS
            SELECT id FROM intake.dossier WHERE state = 'returned'
               AND split_part(code, '-', 2) = (SELECT max(split_part(code, '-', 2)) FROM intake.dossier)
             LIMIT 1000;
        CREATE UNIQUE INDEX ON public.bench_template (id);
        -- Here, and not in the parts: they run beside each other, and two that replace a function are in each other's way.
        CREATE OR REPLACE FUNCTION public.bench_copy(u uuid, g bigint, copies bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
            RETURN (lpad(to_hex(g * 4294967295 / copies), 8, '0') || substr(u::text, 9))::uuid;
    END IF;
END $$;

DO $$
DECLARE
    part text := current_setting('bench.part');
    copies bigint := current_setting('bench.copies');
    t record;
    names text;
    terms text;
    most bigint;
BEGIN
    IF part = '0' THEN
        RETURN;
    END IF;
    FOR t IN
        SELECT c.oid, n.nspname AS schema, c.relname AS name, a.attname AS key
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
           AND a.attname = CASE WHEN (SELECT count(*) FROM pg_attribute d WHERE d.attrelid = c.oid AND d.attname = 'dossier') = 1
                                THEN 'dossier' WHEN c.relname IN ('subject', 'dossier') THEN 'id' ELSE 'subject' END
         WHERE n.nspname IN ('intake', 'appraisal', 'approval', 'return', 'audit') AND c.relkind = 'r'
           AND c.relname !~ '^(outbox|tick|waiting|timer|dead_letter|idempotency|mandate|series_number)'
           AND (n.nspname = 'audit' AND c.relname = 'entry') = (part = '1')
         ORDER BY 2, 3
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
               string_agg(CASE WHEN atttypid = 'uuid'::regtype THEN format('public.bench_copy(o.%I, g, %s)', attname, copies)
                               WHEN attname IN ('code', 'dossier_code')
                               THEN format('regexp_replace(o.%I, ''-[0-9]{6}-'', ''-'' || lpad(g::text, 6, ''0'') || ''-'')', attname)
                               WHEN t.name = 'issued_number' AND attname = 'year' THEN 'o.year - g::int'
                               WHEN t.name = 'entry' AND attname = 'number'
                               THEN '(SELECT max(number) FROM audit.entry) + row_number() OVER ()'
                               ELSE format('o.%I', attname) END, ', ' ORDER BY attnum)
          INTO names, terms
          FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = '';
        EXECUTE format('CREATE TEMP TABLE originals AS SELECT o.* FROM %I.%I o JOIN public.bench_template t ON t.id = o.%I',
                       t.schema, t.name, t.key);
        ANALYZE originals;
        EXECUTE format('INSERT INTO %I.%I (%s) SELECT %s FROM generate_series(1, %s) g CROSS JOIN LATERAL '
                       '(SELECT * FROM originals OFFSET 0) o', t.schema, t.name, names, terms, copies);
        GET DIAGNOSTICS most = ROW_COUNT;
        RAISE NOTICE '%.%: % rows', t.schema, t.name, most;
        DROP TABLE originals;
    END LOOP;
    IF part = '1' THEN
        UPDATE audit.series_number SET next = (SELECT max(number) + 1 FROM audit.entry) WHERE key = 'entry';
    END IF;
END $$;
