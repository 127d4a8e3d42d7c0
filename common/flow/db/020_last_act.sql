-- The newest act of a person on the subject that is known here, in business time: a late entry does not lie before it. Of
-- subjects that were there before, it is unknown until the next act.
ALTER TABLE subject ADD COLUMN last_act timestamptz;
