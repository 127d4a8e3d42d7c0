-- How citizens found it (Circular 01/2018 Art. 13 to 15): one rating per dossier. Points follow from what was said.
CREATE TABLE rating (
    dossier         uuid PRIMARY KEY,
    means           text NOT NULL CHECK (means IN ('slip', 'device', 'online')),
    satisfaction    int NOT NULL CHECK (satisfaction BETWEEN 0 AND 2),
    attitude        int NOT NULL CHECK (attitude BETWEEN 0 AND 2),
    contacts        int NOT NULL CHECK (contacts >= 0),
    agencies        int NOT NULL CHECK (agencies >= 0),
    contact_points  int NOT NULL CHECK (contact_points = greatest(2 - contacts, 0)),
    agency_points   int NOT NULL CHECK (agency_points = greatest(2 - agencies, 0)),
    remark          text,                             -- free text: personal data
    given_by        text NOT NULL,
    given_at        timestamptz NOT NULL
);

-- Complaints and proposals (phản ánh, kiến nghị). `text` and `answer` are free text: personal data.
CREATE TABLE complaint (
    dossier         uuid NOT NULL,
    number          int NOT NULL CHECK (number BETWEEN 1 AND 8),
    state           text NOT NULL CHECK (state IN ('open', 'answered', 'refused')),
    category        text NOT NULL CHECK (category IN ('attitude', 'delay', 'asked_outside', 'unlisted_paper', 'fee', 'other')),
    channel         text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
    about           text,                             -- the post that it names
    superior        text,                             -- the unit above, where that is a head: it may answer, too
    text            text NOT NULL,
    filed_by        text NOT NULL,
    filed_at        timestamptz NOT NULL,
    refuse_until    timestamptz NOT NULL,
    answer_due_at   timestamptz NOT NULL,
    due_explained   jsonb NOT NULL,                   -- {"vi":[..],"en":[..]}: step by step, as it was calculated
    told            boolean NOT NULL,                 -- that the date passed
    answer          text,
    justified       boolean NOT NULL,
    late            boolean NOT NULL,
    answered_by     text,
    answered_at     timestamptz,
    PRIMARY KEY (dossier, number),
    CHECK ((state = 'open') = (answered_at IS NULL)),
    CHECK ((answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)),
    CHECK (about IS NULL OR answered_by IS NULL OR about <> answered_by),
    CHECK (NOT justified OR state = 'answered')
) WITH (fillfactor = 80);
CREATE INDEX complaint_list ON complaint (state, answer_due_at, dossier, number);

-- Who handed the result over served the citizen: a slip about it is entered by another.
ALTER TABLE dossier ADD COLUMN returned_by text;

-- Both as GET /v1/dossiers/:id shows them. Reads of personal data: whoever calls them writes access_log.
CREATE FUNCTION rating_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object('by', v.means, 'satisfaction', v.satisfaction, 'attitude', v.attitude, 'contacts', v.contacts,
               'agencies', v.agencies, 'contact_points', v.contact_points, 'agency_points', v.agency_points,
               'remark', v.remark, 'given_by', v.given_by, 'given_at', civil(v.given_at))
      FROM rating v WHERE v.dossier = of_dossier;
END;
CREATE FUNCTION complaints_of(of_dossier uuid) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(json_agg(json_build_object('number', k.number, 'state', k.state, 'category', k.category,
               'channel', k.channel, 'about', k.about, 'superior', k.superior, 'text', k.text, 'filed_by', k.filed_by,
               'filed_at', civil(k.filed_at), 'refuse_until', civil(k.refuse_until), 'answer_due_at', civil(k.answer_due_at),
               'due_explained', k.due_explained, 'overdue', k.told, 'answer', k.answer,
               'justified', CASE WHEN k.state = 'answered' THEN k.justified END,
               'late', CASE WHEN k.state <> 'open' THEN k.late END, 'answered_by', k.answered_by,
               'answered_at', civil(k.answered_at)) ORDER BY k.number), '[]')
      FROM complaint k WHERE k.dossier = of_dossier;
END;
