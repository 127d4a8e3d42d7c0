-- When something was last done to the subject, as far as this service knows, in business time: by an event of its own (but
-- for a notice of the clock) or a person's act that another service told. A late entry does not lie before it. Of subjects
-- that were there before, it is unknown until the next act.
ALTER TABLE subject ADD COLUMN last_act timestamptz;
