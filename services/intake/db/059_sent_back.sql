-- Nothing was accepted, so nothing is kept: what came by post goes back by post with the form (02 or 03). NULL: it came another way, or was
-- answered before this was asked for.
ALTER TABLE refusal ADD COLUMN consignment text;
ALTER TABLE guidance ADD COLUMN consignment text;
