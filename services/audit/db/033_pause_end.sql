-- A period that is left out may end earlier than was recorded: its real end, beside the entry that tells it. Append-only like the pauses.
CREATE TABLE pause_end (
    number      bigint PRIMARY KEY,             -- of the entry
    code        text NOT NULL,                  -- of the period
    from_at     timestamptz NOT NULL,           -- which one: when it began
    until_at    timestamptz NOT NULL
);
REVOKE UPDATE, DELETE, TRUNCATE ON pause_end FROM taicho_audit;
