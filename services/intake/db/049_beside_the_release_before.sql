-- A process of the release before writes on until it is stopped, behind a migration, too: it knows of neither column, and of no work that a
-- unit has ended with a turn. What it writes is taken: a complaint's dates run from its filing, and what stands there of a turn that
-- is not waited for any more means nothing.
ALTER TABLE complaint ALTER COLUMN refuse_from DROP NOT NULL;      -- NULL: from filed_at on
ALTER TABLE complaint ALTER COLUMN answer_from DROP NOT NULL;
ALTER TABLE dossier DROP CONSTRAINT dossier_turn_done;
ALTER TABLE dossier ADD CONSTRAINT dossier_turn_done CHECK ((turn_done_due_at IS NULL) = (turn_done_result IS NULL));
