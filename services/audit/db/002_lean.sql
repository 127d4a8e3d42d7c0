-- What the first schema paid for at every event. search_path is this schema, then ext.

-- Histories are read by the subject, which every dossier has; its index is there anyway.
DROP INDEX entry_code;

-- The partition of the figures' topic goes with the key, so that a batch's figures are published without a join.
ALTER TABLE kpi ADD COLUMN "partition" int NOT NULL DEFAULT 0;
