-- Until when the step is allowed, from when it became pending on; NULL: it has no clock, or was opened before this was kept.
ALTER TABLE step ADD COLUMN due_at timestamptz;
