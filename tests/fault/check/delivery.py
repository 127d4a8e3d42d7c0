"""V3: no event lost, none invented. What a source wrote into its outbox is what stands on its topic (repeats apart), what each
listener has applied, and what audit sealed, byte for byte. Compacted topics hold the newest of each key, dead letters' topics
what the services put there; what stands there from days that an outbox has dropped is what the tables still say. Every service has
the same reference data."""
import functools
import json
import uuid
from collections import defaultdict

from .report import CannotCheck
from .topics import COMPACTED, FIGURES
from .words import CATALOGUE, LISTENS, SERVICES, SOURCES, STAGE_TOPICS
from .world import PROTO

INVARIANT = 'V3'


def check(world, report):
    on_topics(world, report)
    sealed(world, report)
    applied(world, report)
    reference_data(world, report)


def on_topics(world, report):
    """Each row stands on its topic and partition with its bytes; each message is a row, or one that is known to be foreign."""
    rows = world.rows
    for row_topic in {t for t, _ in rows} - set(world.topics.records):
        report.wrong(INVARIANT, row_topic, 'the topic is not there')
    found, newest, kept = set(), defaultdict(dict), Kept(world)
    for topic, records in world.topics.records.items():
        dead_letters = topic.endswith('.dlq')
        for r in records:
            name = (topic, r.headers.get('ce_id'))
            row = rows.get(name)
            if topic in COMPACTED:
                newest[topic][r.key] = r
            if world.is_foreign(topic, r):
                continue
            if row is None:
                if not kept.explains(topic, r):
                    report.wrong(INVARIANT, f'{topic} [{r.partition}] @{r.offset}', f'no outbox has this message ({r.headers.get("ce_type")}, {name[1]})')
                continue
            found.add(name)
            if r.value != row.value or (r.key or b'').decode('utf-8', 'replace') != row.key or (r.partition != row.partition and not dead_letters):
                report.wrong(INVARIANT, row.event_id, f'{topic} [{r.partition}] @{r.offset} is not what row {row.id} of {row.service} says')
            if r.headers.get('ce_type') != f'vn.taicho.{row.type}' or r.headers.get('ce_source') != f'/taicho/{row.service}':
                report.wrong(INVARIANT, row.event_id, f'{topic} [{r.partition}] @{r.offset} says {r.headers.get("ce_type")} of {r.headers.get("ce_source")}')
        report.looked(INVARIANT, f'messages of {topic}', len(records))
    last = {}
    for name, row in rows.items():
        if row.topic in COMPACTED:
            kept = last.get((row.topic, row.key))
            last[row.topic, row.key] = row if kept is None or row.id > kept.id else kept
        elif name not in found and not _expired(world, row) and not row.topic.endswith('.dlq'):
            report.wrong(INVARIANT, row.event_id, f'row {row.id} of {row.service} ({row.type}) is not on {row.topic} [{row.partition}]')
    for (topic, key), row in last.items():
        r = newest[topic].get(key.encode())
        if r is None or r.value != row.value:
            report.wrong(INVARIANT, key, f'{topic} does not end with row {row.id} of {row.service}')
    report.looked(INVARIANT, 'rows of outboxes', len(rows))


class Kept:
    """What the tables still say of rows whose day of an outbox is gone. They are read when something is to be explained by them."""

    def __init__(self, world):
        self.world = world
        self.of = {**dict.fromkeys(STAGE_TOPICS, self._event), CATALOGUE: self._record, FIGURES: self._figure}

    def explains(self, topic, r):
        try:
            return self.of.get(topic, self._letter if topic.endswith('.dlq') else self._nothing)(topic, r)
        except CannotCheck:
            raise
        except Exception:       # whatever is wrong with the bytes, they explain nothing
            return False

    def _nothing(self, _topic, _r):
        """audit's entries stay for ever."""
        return False

    def _event(self, topic, r):
        event_id = _id(r)
        return self.world.is_dropped(topic.split('.')[1], event_id) and self.sealed.get(event_id) == r.value

    def _letter(self, topic, r):
        service = r.headers.get('ce_source', '').removeprefix('/taicho/')
        return service in SERVICES and self.world.is_dropped(service, _id(r)) and (service, topic, r.key.decode(), r.value) in self.letters

    def _record(self, _topic, r):
        """Ids of what a relay published anew say nothing of when that was. A version never changes, what names the newest one may be older."""
        if not self.world.oldest_day['intake']:
            return False
        said, key = PROTO.decode('CatalogueRecord', r.value), r.key.decode()
        kind, name, version, release = said['kind'], said['id'], said.get('version', 0), said.get('release', 0)
        if kind == 'release':
            brought = sum(r <= release for r, _ in self.records.values())
            return key == 'release' and release <= self.release and said['release_closed'] == {'number': release, 'records': brought}
        if kind == 'pointer':
            return key == name and said['pointer'] == {'version': version} and self.records.get(f'{name}/{version}', (None,))[0] == release
        return key == f'{kind}/{name}/{version}' and self.records.get(key, (None, None))[1] == r.value

    def _figure(self, _topic, r):
        """The newest of each key is compared by V9; whatever came before it counted fewer entries."""
        key = r.key.decode()
        return self.world.oldest_day['audit'] > 0 and key in self.figures and json.loads(r.value).get('as_of', 0) <= self.figures[key]

    @functools.cached_property
    def sealed(self):
        return {e.event_id: e.raw for e in self.world.entries}

    @functools.cached_property
    def letters(self):
        return {(s, f'{topic}.dlq', f'{topic}/{partition}/{offset}', value) for s in SERVICES for topic, partition, offset, value in self.world.db.rows(
            f'SELECT topic, "partition", "offset", encode(value, \'hex\') FROM "{s}".dead_letter', of_bytes=(3,))}

    @functools.cached_property
    def records(self):
        return {f'{kind}/{name}/{version}': (int(release), record) for kind, name, version, release, record in self.world.db.rows(
            "SELECT kind, id, version, release, encode(record, 'hex') FROM intake.catalogue_record", of_bytes=(4,))}

    @functools.cached_property
    def release(self):
        return int(self.world.db.value('SELECT number FROM intake.catalogue_release'))

    @functools.cached_property
    def figures(self):
        return {'/'.join(key): int(as_of) for *key, as_of in self.world.db.rows('SELECT unit, procedure, day, as_of FROM audit.kpi')}


def _id(r):
    return str(uuid.UUID(r.headers.get('ce_id') or ''))


def _expired(world, row):
    """The log begins later than where the row was: retention took it. A log that begins with 0 lost nothing that way."""
    logs = world.topics.logs.get(row.topic)
    return bool(logs) and row.partition < len(logs) and logs[row.partition][0] > 0


def sealed(world, report):
    entries = {e.name: e for e in world.entries}
    for service in SOURCES:
        for row, event in world.emitted[service]:
            e = entries.get(event.name)
            if e is None:
                report.wrong(INVARIANT, event.subject, f'audit did not seal {event}')
            elif e.raw != row.value:
                report.wrong(INVARIANT, event.subject, f'entry {e.number} does not have the bytes of {event}')
            if event.id != row.event_id or event.subject != row.key or row.type != f'{service}.{event.type}':
                report.wrong(INVARIANT, event.subject, f'row {row.id} of {service} says {row.type}, {row.event_id}; its bytes say {event}, {event.id}')
    emitted = {event.name for rows in world.emitted.values() for _, event in rows}
    for e in world.entries:
        if e.name not in emitted and not (0 <= e.source < 4 and world.is_dropped(SOURCES[e.source], e.event_id)):
            report.wrong(INVARIANT, e.subject, f'entry {e.number} seals an event that nobody emitted ({e.event or e.event_id})')
    report.looked(INVARIANT, 'entries against outboxes', len(entries))


def applied(world, report):
    """For every subject, each listener's number of a source is that source's own number; of others it is none."""
    looked = 0
    for listener, heard in LISTENS.items():
        mine = world.subjects[listener]
        for number, source in enumerate(SOURCES):
            for subject, s in mine.items():
                own = world.subjects[source].get(subject)
                wanted = own.version if own and source in heard else 0
                looked += 1
                if s.applied[number] != wanted and s.hold is None:
                    report.wrong(INVARIANT, subject, f'{listener} applied {s.applied[number]} of {wanted} events of {source}')
            if source in heard:
                for subject in world.subjects[source].keys() - mine.keys():
                    if world.subjects[source][subject].version:
                        report.wrong(INVARIANT, subject, f'{listener} does not know it; {source} emitted {world.subjects[source][subject].version} events')
    report.looked(INVARIANT, 'applied versions', looked)


def reference_data(world, report):
    """The records of the catalogue, the releases that brought them and the one in use are equal everywhere; intake's are what their own bytes say,
    and each version of each is there."""
    release = {s: world.db.value(f'SELECT number FROM "{s}".catalogue_release') for s in SERVICES}
    has = {s: {tuple(name): (release, record) for *name, release, record in world.db.rows(
        f"SELECT kind, id, version, release, encode(record, 'hex') FROM \"{s}\".catalogue_record", of_bytes=(4,))} for s in SERVICES}
    owner = has['intake']
    for name, (of, record) in owner.items():
        says = PROTO.decode('CatalogueRecord', record)
        if (says['kind'], says['id'], str(says['version']), str(says['release'])) != (*name, of):
            report.wrong(INVARIANT, '/'.join(name), f'intake keeps it as of release {of}; its bytes say {says["kind"]}/{says["id"]}/{says["version"]} of release {says["release"]}')
    for (kind, of), versions in _versions(owner).items():
        if sorted(versions) != list(range(1, len(versions) + 1)):
            report.wrong(INVARIANT, f'{kind}/{of}', f'intake has the versions {sorted(versions)} of it')
    newest = max((int(of) for of, _ in owner.values()), default=0)
    if int(release['intake']) != newest:
        report.wrong(INVARIANT, 'catalogue', f'intake uses release {release["intake"]}; its records are of up to {newest}')
    for s in SERVICES[1:]:
        if release[s] != release['intake']:
            report.wrong(INVARIANT, 'catalogue', f'{s} uses release {release[s]}, intake {release["intake"]}')
        for name in owner.keys() | has[s].keys():
            if has[s].get(name) != owner.get(name):
                report.wrong(INVARIANT, '/'.join(name), f'the catalogue of {s} differs from that of intake: {_brought(has[s].get(name))}, {_brought(owner.get(name))}')
        report.looked(INVARIANT, 'catalogue records', len(has[s]))


def _versions(records):
    versions = defaultdict(list)
    for kind, of, version in records:
        versions[kind, of].append(int(version))
    return versions


def _brought(row):
    return f'{len(row[1])} bytes of release {row[0]}' if row else 'none'
