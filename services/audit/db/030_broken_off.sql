-- A step that was open when its dossier ended without a result: late if its time was over by then, otherwise neither early nor on time.
-- NULL: the moment of the entry, of a step that had ended before this was kept, too.
ALTER TABLE entry ADD COLUMN step_ended_at timestamptz;
ALTER TABLE entry DROP CONSTRAINT entry_step_timing_check;
ALTER TABLE entry ADD CONSTRAINT entry_step_timing_check CHECK (step_timing IN ('early', 'on_time', 'late', 'broken_off'));
ALTER TABLE step_kpi ADD COLUMN broken_off bigint NOT NULL DEFAULT 0;
