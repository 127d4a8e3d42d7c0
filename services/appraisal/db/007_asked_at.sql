-- When the other unit was asked, so that its time can be counted again by a calendar that has changed. NULL: nobody was, or before that was kept;
-- such a moment stays.
ALTER TABLE step ADD COLUMN asked_at timestamptz;
