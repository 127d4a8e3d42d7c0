-- What was entered after the system was away: which sealed entry, why, who answers for it. Seldom, so beside the entries, not
-- in them; append-only like them.
CREATE TABLE late_entry (
    number      bigint PRIMARY KEY,             -- of the entry
    day         date NOT NULL,                  -- on which it was done on paper, in Vietnam
    reason      text NOT NULL,
    superior    text NOT NULL,
    entered_at  timestamptz NOT NULL            -- business time, as the event was recorded
);
CREATE INDEX late_entry_day ON late_entry (day, number);
REVOKE UPDATE, DELETE, TRUNCATE ON late_entry FROM taicho_audit;
ALTER TABLE kpi ADD COLUMN late_entries bigint NOT NULL DEFAULT 0;
