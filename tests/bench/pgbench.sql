-- The machine's own limit: one command in a transaction of four round trips, a dossier of 400 bytes and an event of 300.
BEGIN;
INSERT INTO bench_dossier (id, code, state, body) VALUES (gen_random_uuid(), '000.21.35.H11-191001-0001', 'received', repeat('d', 340));
INSERT INTO bench_outbox (topic, part, key, body) VALUES ('taicho.intake.v1', 3, gen_random_uuid()::text, decode(repeat('65', 230), 'hex'));
COMMIT;
