-- The record of who came to the counter is a paper, too.
ALTER TABLE paper DROP CONSTRAINT paper_kind_check;
ALTER TABLE paper ADD CONSTRAINT paper_kind_check
    CHECK (kind IN ('component', 'draft_result', 'draft_refusal', 'signed', 'minutes', 'request', 'opinion', 'apology', 'stop_notice', 'authorisation', 'correction',
                    'evidence', 'collector'));
