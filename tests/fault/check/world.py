"""All that several checks look at, read once: outboxes, the sealed entries, subjects, topics, journals, and the events in them."""
from collections import Counter, defaultdict
from pathlib import Path

import proto

from . import journal
from .database import micros, numbers
from .topics import ENTRIES, Topics
from .words import SERVICES, SOURCES, STAGE_TOPICS, id_text

PROTO = proto.Schema()


class Row:
    """A row of an outbox, as its relay is to publish it."""
    __slots__ = ('service', 'id', 'xid', 'topic', 'partition', 'key', 'event_id', 'type', 'value')

    def __init__(self, service, fields):
        self.service = service
        self.id, self.xid, self.topic, self.partition, self.key, self.event_id, self.type, self.value = fields
        self.id, self.xid, self.partition = int(self.id), int(self.xid), int(self.partition)


class Event:
    """An event's envelope and body, by the checker's own reader."""
    __slots__ = ('source', 'subject', 'version', 'id', 'type', 'body', 'head', 'raw')

    def __init__(self, raw):
        d = PROTO.decode('LifecycleEvent', raw)
        self.raw, self.head = raw, d
        self.source = PROTO.enums['Source'][d['source']] - 1
        self.subject, self.id, self.version = id_text(d['subject_id']), id_text(d['event_id']), d['version']
        self.type, self.body = PROTO.body(d)
        if '?' in d or not self.type or not 0 <= self.source < 4:
            raise ValueError('a field or a type that the contract does not have')

    @property
    def name(self):
        return (self.source, self.subject, self.version)

    def __str__(self):
        return f'{SOURCES[self.source]} version {self.version} ({self.type}) of {self.subject}'

    def get(self, field, otherwise=None):
        return self.head.get(field, otherwise)

    @property
    def step(self):
        return (self.head.get('step', 0), self.head.get('round', 0))

    @property
    def at(self):
        return self.head.get('occurred_at', 0)

    @property
    def recorded(self):
        return self.head.get('recorded_at', 0)

    @property
    def late(self):
        """(why, who answers for it) of an act that was done on paper, and of what followed from its entry; None."""
        pair = self.head.get('late_reason', ''), self.head.get('late_superior', '')
        return pair if any(pair) else None

    @property
    def by_person(self):
        return not self.head.get('actor', '').startswith('service:')

    @property
    def commanded(self):
        """Made by somebody's command, not by another event or a timer."""
        return bool(self.head.get('command_id'))


class Entry:
    """A sealed entry of audit."""
    __slots__ = ('number', 'topic', 'partition', 'offset', 'source', 'subject', 'version', 'type', 'event_id', 'sha256', 'sealed_at', 'xid', 'head', 'raw', 'event')

    def __init__(self, fields):
        (self.number, self.topic, self.partition, self.offset, self.source, self.subject, self.version, self.type, self.event_id,
         self.sha256, self.sealed_at, self.xid, self.head, self.raw) = fields
        self.number, self.partition, self.offset, self.source, self.version, self.sealed_at = \
            map(int, (self.number, self.partition, self.offset, self.source, self.version, self.sealed_at))
        self.event = None

    @property
    def name(self):
        return (self.source, self.subject, self.version)


class Subject:
    __slots__ = ('kind', 'version', 'applied', 'hold')

    def __init__(self, kind, version, applied, hold):
        self.kind, self.version, self.applied, self.hold = kind, int(version), numbers(applied), hold


class Memory:
    """What need not be read once more by the next check of the same system: journals only grow, and equal bytes are an equal event.
    events: those of another Memory, for a check whose journals are others."""

    def __init__(self, events=None):
        self.journals, self.events = journal.Journals(), {} if events is None else events


class World:
    def __init__(self, db, kafka, journals, report, poisoned=(), foreign=(), expected_held=(), complete=False, topics=None, wiped=False, memory=None):
        self.db = db
        self.topics = topics or Topics(kafka)
        # What stood on another cluster is only in dead letters now; its place may be a good message's here.
        self.poisoned = Counter((p.get('cluster'), place(p)) for p in poisoned)
        self.not_ours = {place(p) for p in [*poisoned, *foreign] if p.get('cluster') in (None, self.topics.cluster)}
        self.expected_held = set(expected_held)
        self.complete = complete
        self.wiped = wiped
        self.catalogue = None           # of duedates, once somebody asked for it
        self.last_number = {}           # (topic, partition) -> the greatest ce_sequence that stands there; V4 finds it
        memory = memory or Memory()
        self.requests, self.journal_lines, self.journal_torn = memory.journals.read([Path(p) for p in journals])
        self._entries()
        self._outboxes()
        self._events(report, memory.events)
        self._subjects()

    # ---- entries, outboxes, and the events in both

    def _outboxes(self):
        """outbox: {service: [Row]} in the order of ids, audit's entries among them; rows: {(topic, event id): Row}; when the oldest day of rows that is
        still kept began, 0 when none was dropped."""
        self.outbox, self.oldest_day, self.rows = {}, {}, {}
        for s in SERVICES:
            sql = f'SELECT id, xid, topic, "partition", key, event_id, type, encode(value, \'hex\') FROM "{s}".outbox_row ORDER BY id'
            self.outbox[s] = [Row(s, fields) for fields in self.db.rows(sql, of_bytes=(7,))]
            if s == 'audit':
                sealed = [Row(s, (e.number, e.xid, ENTRIES, e.partition, e.subject, e.event_id, 'audit.SealedEntry', e.head + e.raw)) for e in self.entries]
                self.outbox[s] = sorted(sealed + self.outbox[s], key=lambda row: row.id)
            self.rows.update(((row.topic, row.event_id), row) for row in self.outbox[s])
            # A dropped day takes its ticks along, which are numbered from 1; those of audit stay, and tell how long there has been something to publish.
            self.oldest_day[s] = int(self.db.value(
                'WITH kept AS (SELECT to_date(min(right(c.relname, 8)), \'YYYYMMDD\') AS day'
                f" FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = '\"{s}\".outbox_row'::regclass AND c.relname ~ '^outbox_[0-9]{{8}}$')"
                f" SELECT CASE WHEN min(id) > 1 OR (min(at) AT TIME ZONE 'UTC')::date < min(kept.day) THEN extract(epoch FROM min(kept.day)) ELSE 0 END::bigint"
                f' FROM "{s}".tick, kept'))

    def _entries(self):
        sql = ('SELECT number, topic, "partition", "offset", source, subject, version, type, event_id, encode(sha256, \'hex\'), '
               + micros('sealed_at') + ", xid, encode(head, 'hex'), encode(event, 'hex') FROM audit.entry ORDER BY number")
        self.entries = [Entry(fields) for fields in self.db.rows(sql, of_bytes=(9, 12, 13))]

    def _events(self, report, read):
        # An event is read once, by whichever of its copies; whether the copies are equal is V3's question.
        self.events, self.emitted = {}, defaultdict(list)
        for s in SOURCES:
            for row in self.outbox[s]:
                if row.topic not in STAGE_TOPICS:
                    continue
                try:
                    event = read.get(row.value) or read.setdefault(row.value, Event(row.value))
                except Exception as e:          # whatever is wrong with the bytes, they cannot be read
                    report.wrong('V3', row.event_id, f'{s} has an event in its outbox that cannot be read (row {row.id}): {type(e).__name__} {e}')
                    continue
                self.emitted[s].append((row, event))
                self.events.setdefault(event.name, event)
        for e in self.entries:
            try:
                e.event = read.get(e.raw) or read.setdefault(e.raw, Event(e.raw))
            except Exception as wrong:
                report.wrong('V5', f'entry {e.number}', f'its event cannot be read: {type(wrong).__name__} {wrong}')
                continue
            self.events.setdefault(e.event.name, e.event)

    def _subjects(self):
        """subjects: {service: {id: Subject}}; dossiers: {id: [Event]} by source and version, of dossiers only."""
        self.subjects = {s: {i: Subject(*rest) for i, *rest in self.db.rows(f'SELECT id, kind, version, applied, hold FROM "{s}".subject')} for s in SERVICES}
        self.dossiers = defaultdict(list)
        for name in sorted(self.events):
            if self.events[name].get('subject_kind') == 'dossier':
                self.dossiers[name[1]].append(self.events[name])

    # ---- what may be there, and what may be missing

    def is_foreign(self, topic, r):
        """A message that is known to be written by somebody else than a relay, or to be unreadable."""
        row = self.rows.get((topic, r.headers.get('ce_id')))
        return (topic, r.partition, r.offset) in self.not_ours and (row is None or row.value != r.value)

    def is_dropped(self, service, event_id):
        """The row was in a day of the outbox that is gone: ids of events carry the real time, in ms."""
        return int(event_id.replace('-', '')[:12], 16) / 1000 < self.oldest_day[service]


def place(p):
    return (p['topic'], int(p['partition']), int(p['offset']))

