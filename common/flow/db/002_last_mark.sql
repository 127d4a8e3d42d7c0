-- What tells the message before next_offset from any other: (Kafka's time of it in ms << 20) + the last 20 bits of its
-- ce_sequence; 0: unknown. Whoever claims the partition compares it with what stands there now: a broker that lost the end
-- of a log, and was given it anew, has other messages at the old offsets.
ALTER TABLE consumed ADD COLUMN last_mark bigint NOT NULL DEFAULT 0;
