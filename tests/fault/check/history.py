"""V5: audit's history. Entries are numbered without a gap; each holds the bytes whose SHA-256 it names, and says of them what they
say; as published it is what the table has; and it is in the order of cause: nothing is sealed before what it had seen."""
import hashlib
from collections import defaultdict

from .world import PROTO
from .words import SOURCES, id_text

INVARIANT = 'V5'


def check(world, report):
    numbers(world, report)
    content(world, report)
    order_of_cause(world, report)
    report.note(INVARIANT, 'Merkle tree and signed checkpoints', 'not there')


def numbers(world, report):
    wanted = 1
    for e in world.entries:
        if e.number != wanted:
            report.wrong(INVARIANT, f'entry {e.number}', f'entry {wanted} was to come')
        wanted = e.number + 1
    following = world.db.value("SELECT coalesce((SELECT next FROM audit.series_number WHERE key = 'entry'), 1)")
    if int(following) != wanted:
        report.wrong(INVARIANT, 'entry', f'the next number is {following}, the last entry is {wanted - 1}')
    report.looked(INVARIANT, 'entries', len(world.entries))


def content(world, report):
    for e in world.entries:
        digest = hashlib.sha256(e.raw).digest()
        if digest != e.sha256:
            report.wrong(INVARIANT, f'entry {e.number}', 'its bytes do not have its SHA-256')
        if e.event is not None and (e.event.name != e.name or e.event.type != e.type or e.event.id != e.event_id):
            report.wrong(INVARIANT, f'entry {e.number}', f'its columns do not say what its bytes say: {e.event}')
        try:
            m = PROTO.decode('SealedEntry', e.head + e.raw)
        except Exception as wrong:
            report.wrong(INVARIANT, f'entry {e.number}', f'what is published of it cannot be read: {type(wrong).__name__} {wrong}')
            continue
        said = (m.get('number'), m.get('sealed_at'), m.get('topic'), m.get('partition', 0), m.get('offset', 0), m.get('type'),
                id_text(m.get('subject_id', b'')), m.get('event'), m.get('event_sha256'))
        if said != (e.number, e.sealed_at, e.topic, e.partition, e.offset, e.type, e.subject, e.raw, e.sha256) or '?' in m:
            report.wrong(INVARIANT, f'entry {e.number}', 'what is published of it is not what the table has')
    report.looked(INVARIANT, 'bytes', sum(len(e.raw) for e in world.entries))


def order_of_cause(world, report):
    sealed, ids = defaultdict(int), set()
    for e in world.entries:
        if e.event is None:
            continue
        if e.version != sealed[e.source, e.subject] + 1:
            report.wrong(INVARIANT, f'entry {e.number}', f'seals {e.event} behind version {sealed[e.source, e.subject]}')
        for seen in e.event.get('seen', ()):
            source = PROTO.enums['Source'].get(seen.get('source'), 0) - 1
            if sealed[source, e.subject] < seen.get('version', 0):
                report.wrong(INVARIANT, f'entry {e.number}',
                             f'seals {e.event} before version {seen["version"]} of {SOURCES[source]}, which that had seen')
        cause = e.event.get('cause')
        if cause and cause not in ids:
            report.wrong(INVARIANT, f'entry {e.number}', f'seals {e.event} before its cause {id_text(cause)}')
        ids.add(e.event.get('event_id'))
        sealed[e.source, e.subject] = max(e.version, sealed[e.source, e.subject])
    report.looked(INVARIANT, 'entries in order of cause', len(ids))
