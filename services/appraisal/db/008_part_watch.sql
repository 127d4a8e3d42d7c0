-- When little of a co-operating unit's time is left (NULL: its turn has not come, or came before this was kept), and what it was told of that.
-- A part that is open already is warned of once its time is counted again by another calendar; until then its lapse alone is told.
ALTER TABLE part ADD COLUMN near_at timestamptz;
ALTER TABLE part ADD COLUMN warning text NOT NULL DEFAULT '' CHECK (warning IN ('', 'near'));
