-- Whoever complained may be asked for more, once, and an answer is published (Decision 766/QĐ-TTg of 2022, 5.2). `question` and `supply` are
-- free text: personal data. NULL: that has not happened; publish_until also of what was answered before.
ALTER TABLE complaint ADD COLUMN refuse_from timestamptz;          -- what both dates are counted from
ALTER TABLE complaint ADD COLUMN answer_from timestamptz;
UPDATE complaint SET refuse_from = filed_at, answer_from = filed_at;
ALTER TABLE complaint ALTER COLUMN refuse_from SET NOT NULL;
ALTER TABLE complaint ALTER COLUMN answer_from SET NOT NULL;
ALTER TABLE complaint ADD COLUMN asked_at timestamptz;
ALTER TABLE complaint ADD COLUMN asked_by text;
ALTER TABLE complaint ADD COLUMN asked_late boolean NOT NULL DEFAULT false;
ALTER TABLE complaint ADD COLUMN question text;
ALTER TABLE complaint ADD COLUMN wait_until timestamptz;
ALTER TABLE complaint ADD COLUMN supplied_at timestamptz;
ALTER TABLE complaint ADD COLUMN supplied_by text;
ALTER TABLE complaint ADD COLUMN supply text;
ALTER TABLE complaint ADD COLUMN publish_until timestamptz;
ALTER TABLE complaint ADD COLUMN published_at timestamptz;
ALTER TABLE complaint ADD COLUMN published_by text;
ALTER TABLE complaint ADD COLUMN published_late boolean NOT NULL DEFAULT false;
ALTER TABLE complaint ADD COLUMN publication_told boolean NOT NULL DEFAULT false;   -- that its date passed

ALTER TABLE complaint DROP CONSTRAINT complaint_state_check;
ALTER TABLE complaint ADD CONSTRAINT complaint_state_check
    CHECK (state IN ('open', 'awaiting_more', 'answered', 'refused', 'published'));
ALTER TABLE complaint DROP CONSTRAINT complaint_check;
ALTER TABLE complaint ADD CONSTRAINT complaint_check CHECK ((state IN ('open', 'awaiting_more')) = (answered_at IS NULL));
ALTER TABLE complaint DROP CONSTRAINT complaint_check3;
ALTER TABLE complaint ADD CONSTRAINT complaint_check3 CHECK (NOT justified OR state IN ('answered', 'published'));
ALTER TABLE complaint ADD CHECK ((asked_at IS NULL) = (asked_by IS NULL) AND (asked_at IS NULL) = (question IS NULL)
                                 AND (asked_at IS NULL) = (wait_until IS NULL) AND (asked_at IS NOT NULL OR NOT asked_late));
ALTER TABLE complaint ADD CHECK ((supplied_at IS NULL) = (supplied_by IS NULL) AND (supplied_at IS NULL) = (supply IS NULL)
                                 AND (supplied_at IS NULL OR asked_at IS NOT NULL));
ALTER TABLE complaint ADD CHECK (state <> 'awaiting_more' OR asked_at IS NOT NULL AND supplied_at IS NULL);
ALTER TABLE complaint ADD CHECK ((state = 'published') = (published_at IS NOT NULL) AND (published_at IS NULL) = (published_by IS NULL)
                                 AND (published_at IS NOT NULL OR NOT published_late));
ALTER TABLE complaint ADD CHECK (about IS NULL OR (asked_by IS NULL OR about <> asked_by) AND (published_by IS NULL OR about <> published_by));
