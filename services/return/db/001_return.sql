-- The documents that are issued, their books, and the two registers. The dossiers' facts and work lists are in
-- common/flow/db/parts. search_path is this schema, then ext.

-- One row per signed document; it is on the lists by the step that issues it. What an index covers never changes, so that a move stays a HOT update.
CREATE TABLE document (
    dossier          uuid NOT NULL,
    id               uuid NOT NULL,             -- as intake keeps it
    sha256           bytea NOT NULL CHECK (length(sha256) = 32),
    pages            int NOT NULL CHECK (pages >= 0),
    outcome          text NOT NULL CHECK (outcome IN ('granted', 'refused')),
    state            text NOT NULL CHECK (state IN ('awaiting_issue', 'numbered', 'sealed', 'ready', 'handed_over', 'archived')),
    signed_step      int NOT NULL CHECK (signed_step > 0),
    signer           text NOT NULL,
    mandate          text NOT NULL,
    form             text NOT NULL CHECK (form IN ('', 'TM', 'KT', 'TL', 'TUQ')),
    signature        text NOT NULL CHECK (signature IN ('ink_attested', 'digital')),
    signed_at        timestamptz NOT NULL,
    unit             text NOT NULL,             -- whose number and seal it bears
    issue_step       int NOT NULL CHECK (issue_step > signed_step),
    step             int NOT NULL CHECK (step >= issue_step),
    round            int NOT NULL CHECK (round > 0),
    opened_at        timestamptz NOT NULL,
    giver            text,
    given_at         timestamptz,
    taker            text,
    taken_at         timestamptz,
    ready_at         timestamptz,
    delivery         text NOT NULL CHECK (delivery IN ('', 'counter', 'post', 'electronic')),
    handed_over_at   timestamptz,
    archived_at      timestamptz,
    PRIMARY KEY (dossier, id),
    UNIQUE (dossier, issue_step, round),
    CHECK (taken_at IS NULL OR (given_at IS NOT NULL AND taker <> giver)),
    CHECK ((ready_at IS NOT NULL) = (state IN ('ready', 'handed_over', 'archived'))),
    CHECK ((handed_over_at IS NOT NULL AND delivery <> '') = (state IN ('handed_over', 'archived'))),
    CHECK ((archived_at IS NOT NULL) = (state = 'archived'))
) WITH (fillfactor = 80);

-- The book of outgoing documents: dense per series and year, a number is given once and stays.
CREATE TABLE issued_number (
    series           text NOT NULL,
    year             int NOT NULL,
    number           bigint NOT NULL CHECK (number > 0),
    text             text NOT NULL,             -- "07/KQ-UBND"
    dossier          uuid NOT NULL,
    document         uuid NOT NULL,
    clerk            text NOT NULL,
    at               timestamptz NOT NULL,
    PRIMARY KEY (series, year, number),
    UNIQUE (dossier, document)
);

-- The book of the seals: each imprint. What is not numbered cannot be sealed.
CREATE TABLE seal_use (
    seal             text NOT NULL,
    at               timestamptz NOT NULL,
    dossier          uuid NOT NULL,
    document         uuid NOT NULL,
    ordinal          int NOT NULL CHECK (ordinal IN (1, 2)),
    keeper           text NOT NULL,
    place            text NOT NULL,
    PRIMARY KEY (dossier, document),
    FOREIGN KEY (dossier, document) REFERENCES issued_number (dossier, document)
);
CREATE INDEX seal_use_seal ON seal_use (seal, at, document);

-- Number series and seals. Read FOR SHARE by every act that names one, so that a change holds from its commit.
CREATE TABLE series (
    code             text PRIMARY KEY,
    subject          uuid NOT NULL UNIQUE,
    unit             text NOT NULL,
    document         text NOT NULL CHECK (document IN ('result', 'refusal')),
    pattern          text NOT NULL CHECK (pattern LIKE '%{n}%'),
    valid_from       int NOT NULL,              -- civil days since 1970-01-01
    valid_to         int NOT NULL,              -- exclusive; 0: open
    CHECK (valid_to = 0 OR valid_to > valid_from)
);
CREATE INDEX series_unit ON series (unit, code);
CREATE TABLE seal (
    code             text PRIMARY KEY,
    subject          uuid NOT NULL UNIQUE,
    unit             text NOT NULL,
    ordinal          int NOT NULL CHECK (ordinal IN (1, 2)),
    keeper           text NOT NULL,
    place            text NOT NULL,             -- a counter, or "office"
    registration     text NOT NULL,
    permission       text NOT NULL,             -- of the competent authority, for a second seal
    valid_from       int NOT NULL,
    valid_to         int NOT NULL,
    CHECK (valid_to = 0 OR valid_to > valid_from),
    CHECK (ordinal = 1 OR permission <> '')
);
CREATE INDEX seal_unit ON seal (unit, code);
