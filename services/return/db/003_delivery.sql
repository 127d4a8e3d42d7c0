-- The ways of return: who came with which paper, which consignment; what the post brought back; what nobody came for.
ALTER TABLE document ADD COLUMN collector text CHECK (collector IN ('applicant', 'proxy'));
ALTER TABLE document ADD COLUMN proof text CHECK (proof IN ('receipt', 'identity', 'passport'));
ALTER TABLE document ADD COLUMN authorisation uuid;               -- a paper of the dossier
ALTER TABLE document ADD COLUMN consignment text;
ALTER TABLE document ADD COLUMN undelivered text                  -- why the post brought it back last
    CHECK (undelivered IN ('absent', 'moved', 'unknown', 'refused', 'not_collected', 'other'));
ALTER TABLE document ADD COLUMN came_back_at timestamptz;
ALTER TABLE document ADD COLUMN reminders int NOT NULL DEFAULT 0 CHECK (reminders >= 0); -- since it lies ready
ALTER TABLE document ADD COLUMN unclaimed_at timestamptz;         -- when it was archived since nobody came for it
ALTER TABLE document DROP CONSTRAINT document_state_check;
ALTER TABLE document ADD CONSTRAINT document_state_check
    CHECK (state IN ('awaiting_issue', 'numbered', 'sealed', 'ready', 'handed_over', 'archived', 'unclaimed'));

-- The checks of 001 on what a state has; they have no names of their own.
DO $$
DECLARE of_state text;
BEGIN
    FOR of_state IN SELECT conname FROM pg_constraint
                 WHERE conrelid = 'document'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%ready_at IS NOT NULL%'
    LOOP
        EXECUTE format('ALTER TABLE document DROP CONSTRAINT %I', of_state);
    END LOOP;
END $$;
ALTER TABLE document ADD CONSTRAINT document_ready_when
    CHECK ((ready_at IS NOT NULL) = (state IN ('ready', 'handed_over', 'archived', 'unclaimed')));
ALTER TABLE document ADD CONSTRAINT document_unclaimed_when CHECK (state <> 'unclaimed' OR unclaimed_at IS NOT NULL);
ALTER TABLE document ADD CONSTRAINT document_proxy_authorised CHECK (collector IS DISTINCT FROM 'proxy' OR authorisation IS NOT NULL);
ALTER TABLE document ADD CONSTRAINT document_handed_how
    CHECK (delivery = 'counter' OR (collector IS NULL AND proof IS NULL AND authorisation IS NULL));
ALTER TABLE document ADD CONSTRAINT document_sent_how CHECK (delivery = 'post' OR consignment IS NULL);

-- What lies ready already is watched from now on, by the usual setting.
INSERT INTO timer (subject, act, due_at)
    SELECT dossier, 'collection', ready_at + interval '30 days' FROM document WHERE state = 'ready' AND outcome IN ('granted', 'refused');
