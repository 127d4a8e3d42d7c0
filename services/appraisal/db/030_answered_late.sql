-- What a unit that kept silent says after all stands beside its silence, which stays: the consultation is still unanswered, the part has still lapsed.
-- And once it was decided without, no answer is taken any more. A process of the release before writes neither column: what it decides is taken for
-- undecided here, and such an answer is one more paper that nobody waits for.
ALTER TABLE step ADD COLUMN answered_at timestamptz;               -- NULL: in time, or not at all
ALTER TABLE step ADD COLUMN decided boolean NOT NULL DEFAULT false;
ALTER TABLE step ADD CONSTRAINT step_answered_late CHECK (answered_at IS NULL OR (state = 'unanswered' AND document IS NOT NULL));
ALTER TABLE part ADD COLUMN answered_at timestamptz;
ALTER TABLE part ADD COLUMN decided boolean NOT NULL DEFAULT false;
ALTER TABLE part DROP CONSTRAINT part_check1;
ALTER TABLE part ADD CONSTRAINT part_given
    CHECK (CASE WHEN state = 'given' THEN officer IS NOT NULL AND opinion <> '' AND document IS NOT NULL
                WHEN state = 'lapsed' THEN (officer IS NULL) = (document IS NULL) AND (opinion = '') = (document IS NULL)
                ELSE NOT (officer IS NOT NULL AND opinion <> '' AND document IS NOT NULL) END);
ALTER TABLE part ADD CONSTRAINT part_answered_late CHECK (answered_at IS NULL OR state = 'lapsed');

-- Which step of a dossier was decided is not kept from before: whoever decided, sent back or signed anything of it ends what is awaited of the silent.
UPDATE step s SET decided = true WHERE s.state = 'unanswered' AND EXISTS (SELECT FROM barred b WHERE b.dossier = s.dossier);
UPDATE part p SET decided = true WHERE p.state = 'lapsed' AND EXISTS (SELECT FROM barred b WHERE b.dossier = p.dossier);
