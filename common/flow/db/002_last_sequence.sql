-- The ce_sequence of the message before next_offset; 0: it had none. Whoever claims the partition compares it with what
-- stands there now: a broker that lost the end of a log, and was given it anew, has other messages at the old offsets.
ALTER TABLE consumed ADD COLUMN last_sequence bigint NOT NULL DEFAULT 0;
