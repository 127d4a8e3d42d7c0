"""Messages that come again, that are lost or cross, and messages that nobody can read."""
import contextlib
import json
import time
import uuid

import proto
from faults.database import let_go, session
from flow import PARTITIONS, hears
from harness.bed import lasts
from harness.book import FLOWS
from harness.client import Client
from story import BIRTH, OPERATOR, Desk, Dossier
from system import SCHEMA, SERVICES, STAGE_TOPICS, STAGES
from tap import check, until

LISTENERS = {topic: [name for name in SERVICES if topic in hears(name)] for topic in STAGE_TOPICS}


def source_of(topic):
    return topic.split('.')[1]


def duplicates(bed, rng, seconds):
    """What stands on the topics is published again, as it was: single messages, and whole stretches out of their order. Recovered
    from when every listener has read past them."""
    fault = 'messages published again'
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        topic = rng.choice(STAGE_TOPICS)
        records = bed.kafka.read(topic, 12)
        if not records:
            continue
        again = rng.sample(records, min(len(records), 40))
        begin = time.monotonic()
        bed.kafka.write_all([(topic, r.partition, r.key, r.value, r.headers) for r in again])
        bed.book.injected(fault, topic)         # forty of them, out of their order
        ends = ends_of(bed, topic)
        if bed.must_be(lambda: all(has_read(bed, name, topic, ends) for name in LISTENERS[topic]), 60, f'{fault}: all listeners of {topic} read on'):
            bed.book.recovered(fault, time.monotonic() - begin)
        lasts(0.1)


def ends_of(bed, topic):
    """Where each partition of a topic ends now."""
    return [high for _, high in bed.kafka.watermarks({topic: PARTITIONS[topic]})[topic]]


def has_read(bed, name, topic, ends):
    """A listener has read as far as that, by its own books."""
    at = {r['partition']: r['next_offset'] for r in bed.rows(f"SELECT \"partition\", next_offset FROM \"{name}\".consumed WHERE topic = '{topic}'")}
    return all(at.get(p, 0) >= high for p, high in enumerate(ends))


# ---- lost and crossing

def gaps(bed, rng, seconds):
    """Numbers that a listener does not find in their place: it writes them down, goes on with all others, and strikes them out when they
    come."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < 2:
        (_lose, _cross)[n % 2](bed, rng)
        n += 1
        lasts(rng.uniform(0.2, 1))


def _who_misses(bed, names, topic, partition, number):
    """Those listeners that have written down that this number did not come in its place."""
    sql = ' UNION ALL '.join(f"SELECT '{name}' AS name FROM \"{name}\".missing_sequence WHERE topic = '{topic}' AND \"partition\" = {partition} AND sequence = {number}"
                             for name in names)
    return [r['name'] for r in bed.rows(sql)]


def _lose(bed, rng):
    """A listener never gets a message that stands on the topic: its place is set behind it while it is away. Its source publishes it
    again when an operator asks for it."""
    fault = 'message lost'
    for _ in range(LOSE_TRIES):     # without intake few new events come: then another listener loses one
        topic = rng.choice(STAGE_TOPICS)
        name = rng.choice(LISTENERS[topic])
        s = bed.services[name]
        s.put_down()
        try:
            skipped = _skipped_soon(bed, name, topic)
        finally:
            s.put_up()
        if skipped:
            break
    check(skipped, f'none of {LOSE_TRIES} listeners had two unread messages')
    partition, number = skipped
    if not bed.must_be(lambda: _who_misses(bed, [name], topic, partition, number), 60, f'{name} writes down that number {number} of {topic} [{partition}] is missing'):
        return
    bed.book.injected(fault, name)
    begin = time.monotonic()
    told = until(lambda: (a := bed.get(s, '/ops/missing', OPERATOR)).status == 200 and a, 30, f'{name} tells what it misses')
    if not any((m['topic'], m['partition'], m['sequence']) == (topic, partition, number) for m in told['missing']):
        bed.wrong.append(f'{name} does not tell that it misses {number} of {topic} [{partition}]: {told}')
    a = bed.post(source_of(topic), '/ops/republish', OPERATOR, {'topic': topic, 'partition': partition, 'from': number, 'to': number})
    check(a.status == 202, f'{source_of(topic)} publishes it again', a)
    if bed.must_be(lambda: not _who_misses(bed, [name], topic, partition, number), 60, f'{name} strikes {number} of {topic} [{partition}] out'):
        bed.book.recovered(fault, time.monotonic() - begin)


LOSE_TRIES, LOSE_S = 8, 15


def _skipped_soon(bed, name, topic):
    end, skipped = time.monotonic() + LOSE_S, None
    while not skipped and time.monotonic() < end:
        skipped = _skip_one(bed, name, topic)
    return skipped


def _skip_one(bed, name, topic):
    """Moves the place of a service that is down over one message that it has not read, where another one follows; (partition, number)."""
    ends = ends_of(bed, topic)
    for r in bed.rows(f"SELECT \"partition\", next_offset, next_sequence FROM \"{name}\".consumed WHERE topic = '{topic}'"):
        if ends[r['partition']] - r['next_offset'] < 2:
            continue
        numbers = {m.offset: int(m.headers.get('ce_sequence', 0)) for m in bed.kafka.read_from(topic, r['partition'], r['next_offset'])}
        if [numbers.get(r['next_offset'] + i) for i in (0, 1)] == [r['next_sequence'], r['next_sequence'] + 1]:
            bed.psql(f"UPDATE \"{name}\".consumed SET next_offset = next_offset + 1, last_mark = 0 WHERE topic = '{topic}' AND \"partition\" = {r['partition']}")
            return r['partition'], r['next_sequence']
    return None


RELAY_BUSY = "SELECT pg_advisory_lock(hashtextextended('taicho relay {}', 0));"      # as common/flow/relay_tick.c names it


@contextlib.contextmanager
def _held_back(bed, name):
    """A service whose relay publishes nothing, since somebody else has the lead; it does everything else."""
    s, lock = bed.services[name], RELAY_BUSY.format(name)
    s.put_down()
    held = session(bed, lock)
    try:
        until(lambda: bed.value(f"SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND query = $${lock}$$") == '1', 60, f'the lead of the relay of {name} is taken')
        s.put_up()
        until(lambda: s not in bed.supervisor.down and s.get_ready() == 200, 60, f'{name} serves without a relay')
        yield
    finally:
        s.wanted = True
        let_go(held)


# Of each topic: the act behind the one that WAYS names, by the same service, and the rest of the way.
BEHIND = {
    'taicho.intake.v1': (lambda d: d.file('component'), lambda d: d.appraised().decided().returned()),
    'taicho.appraisal.v1': (lambda d: d.conclude(draft=d.draft), lambda d: d.decided().returned()),
    'taicho.approval.v1': (lambda d: d.sign(), lambda d: d.returned()),
    'taicho.return.v1': (lambda d: d.seal(), lambda d: d.make_ready().deliver().archive()),
}


def _unpublished(bed, source, topic, dossier):
    """[(its number in its partition, its version, its bytes)] of a dossier's events that no tick has taken up: the next tick takes all in their order."""
    partition = proto.stage_partition(dossier)
    first = int(bed.value(f"""SELECT coalesce((SELECT l.s + l.n FROM "{source}".tick k, unnest(k.topics, k.partitions, k.sequences, k.counts) AS l(t, p, s, n)
                                                WHERE l.t = '{topic}' AND l.p = {partition} ORDER BY k.id DESC LIMIT 1), 1)"""))
    rows = bed.rows(f"""SELECT key, encode(value, 'hex') AS value FROM "{source}".outbox WHERE topic = '{topic}' AND "partition" = {partition}
                           AND NOT pg_visible_in_snapshot(xid, coalesce((SELECT s2 FROM "{source}".tick ORDER BY id DESC LIMIT 1), '1:1:')) ORDER BY id""")
    mine = [(first + n, bytes.fromhex(r['value'])) for n, r in enumerate(rows) if r['key'] == dossier]
    return [(number, SCHEMA.decode('LifecycleEvent', value)['version'], value) for number, value in mine]


def _stands(bed, name, source, dossier, version):
    """Where a listener stands with a dossier: (applied of that source, why that version waits)."""
    r = bed.rows(f"""SELECT s.applied[{STAGES.index(source) + 1}] AS applied, w.reason FROM "{name}".subject s
                       LEFT JOIN "{name}".waiting w ON w.subject = s.id AND w.source = {STAGES.index(source)} AND w.version = {version} WHERE s.id = '{dossier}'""")
    return (r[0]['applied'], r[0]['reason']) if r else (0, None)


def _cross(bed, rng):
    """Of two events of one dossier the later one comes first, with its own number: it waits at every listener, the numbers before it are written
    down as missing, and when they come both are applied in their order."""
    fault, topic = 'message crossed', rng.choice(STAGE_TOPICS)
    source, client = source_of(topic), Client(bed)
    listeners = LISTENERS[topic]
    d = WAYS[topic][0](Dossier(client, Desk('H11.35.21'), BIRTH))
    partition = proto.stage_partition(d.id)
    if topic == 'taicho.appraisal.v1':
        d.draft = d.file()              # before its relay is held back: intake would wait for what it cannot hear
    until(lambda: _heard(bed, topic, d.id), 60, f'all listeners of {topic} know the dossier')
    with _held_back(bed, source):
        WAYS[topic][1](d)
        BEHIND[topic][0](d)
        (missed, before, _), (number, version, value) = _unpublished(bed, source, topic, d.id)[-2:]
        check(version == before + 1, f'two events of one dossier, one behind the other: {before}, {version}')
        mark, end = uuid.uuid4().hex, ends_of(bed, topic)[partition]
        bed.kafka.write(topic, partition, d.id.encode(), value, {'ce_type': 'crossed', 'ce_sequence': str(number), 'mark': mark})
        note(bed.foreign, bed.kafka.cluster(), [r for r in bed.kafka.read_from(topic, partition, end) if r.headers.get('mark') == mark])
        bed.book.injected(fault, topic)
        stand = lambda: {n: _stands(bed, n, source, d.id, version) for n in listeners}
        waits = bed.must_be(lambda: all(at == (before - 1, 'order') for at in stand().values()), 60, f'version {version} waits at {listeners} for {before} of {source}')
        if not waits:
            bed.wrong.append(f'{fault}: they stand at {stand()}')
        waits = bed.must_be(lambda: len(_who_misses(bed, listeners, topic, partition, missed)) == len(listeners), 30, f'{listeners} write down that {missed} of {topic} [{partition}] is missing') and waits
    begin = time.monotonic()
    came = bed.must_be(lambda: all(at[0] >= version and at[1] is None for at in stand().values()) and not _who_misses(bed, listeners, topic, partition, missed), 120,
                       f'{listeners} apply versions {before} and {version} and strike {missed} of {topic} [{partition}] out')
    sealed = [int(r['version']) for r in bed.rows(f"SELECT version FROM audit.entry WHERE subject = '{d.id}' AND source = {STAGES.index(source)} AND version IN ({before}, {version}) ORDER BY number")]
    if sealed != [before, version]:
        bed.wrong.append(f'{fault}: audit sealed versions {sealed} of {source}, in this order')
    if waits and came:
        bed.book.recovered(fault, time.monotonic() - begin)
    BEHIND[topic][1](d)
    client.close()


# ---- poison

def note(path, cluster, records):
    with open(path, 'a', encoding='utf-8') as f:
        for r in records:
            f.write(json.dumps({'cluster': cluster, 'topic': r.topic, 'partition': r.partition, 'offset': r.offset}) + '\n')


GARBAGE = 990_000       # bytes: with key and headers as much as a producer may send at once


def _unreadable(rng, topic, genuine):
    """(what, value) of everything that cannot be read on a topic, made of an event of it."""
    event = SCHEMA.decode('LifecycleEvent', genuine)
    fresh = lambda **more: SCHEMA.encode('LifecycleEvent', {**event, 'event_id': uuid.uuid4().bytes, **more})
    other = next(s for s in STAGES if s != source_of(topic))
    yield 'cut off', genuine[:rng.randint(8, len(genuine) - 3)]
    yield 'no message at all', b'\xff\xff' + rng.randbytes(12)
    yield 'of another source', fresh(source=proto.source_enum(other))
    yield 'of no source', fresh(source=0)
    yield 'of a source that the enum does not have', fresh(source=99)
    yield 'not UTF-8', fresh(actor='QQQQ').replace(b'QQQQ', b'\xc3\x28\xa0\xa1')
    yield 'version 0', fresh(version=0)
    yield 'half a megabyte', rng.randbytes(500_000)
    yield 'a megabyte', rng.randbytes(GARBAGE)
    yield 'no subject', fresh(subject_id=b'\1\2')
    yield 'empty', b''
    yield 'a tombstone', None


MISPLACED = 'on the topic of another source'        # readable: those who know its source can take it in after all
HEADERS = 'right under wrong headers'               # readable: nothing comes of it
NEWER = 'of a type of a later release'              # readable: it waits, and what comes behind it
REFUSED = 'refused by the rules'                    # readable: it waits, and its dossier is on hold
WRONG_HEADERS = {'ce_id': 'no id', 'ce_type': b'\xff\xfe', 'ce_sequence': 'seven', 'ce_source': '', 'traceparent': '00-0', 'content-type': 'text/plain'}
POISONS = ['poison: ' + what for what in (
    'cut off', 'no message at all', 'of another source', 'of no source', 'of a source that the enum does not have', 'not UTF-8', 'version 0', 'half a megabyte',
    'a megabyte', 'no subject', 'empty', 'a tombstone', MISPLACED, HEADERS, NEWER, REFUSED)]

# Of each topic: how far a dossier goes before its next event there, the act that makes it, and the rest of its way.
WAYS = {
    'taicho.intake.v1': (lambda d: d.receive(), lambda d: d.file('component'), lambda d: d.appraised().decided().returned()),
    'taicho.appraisal.v1': (lambda d: d.receive(), lambda d: d.assign(), lambda d: d.conclude().decided().returned()),
    'taicho.approval.v1': (lambda d: d.receive().appraised(), lambda d: d.grant(), lambda d: d.sign().returned()),
    'taicho.return.v1': (lambda d: d.receive().appraised().decided(), lambda d: d.number(), lambda d: d.seal().make_ready().deliver().archive()),
}


def _last_event(bed, topic, dossier):
    """The bytes of the newest event of a dossier that its source has for a topic."""
    return bytes.fromhex(bed.value(f"SELECT encode(value, 'hex') FROM \"{source_of(topic)}\".outbox WHERE topic = '{topic}' AND key = '{dossier}' ORDER BY id DESC LIMIT 1"))


def _heard(bed, topic, dossier):
    """Every listener of a topic has applied all of a dossier that its source told."""
    source = source_of(topic)
    version = int(bed.value(f"SELECT version FROM \"{source}\".subject WHERE id = '{dossier}'"))
    return all((at := bed.value(f"SELECT applied[{STAGES.index(source) + 1}] FROM \"{name}\".subject WHERE id = '{dossier}'")) and int(at) >= version
               for name in LISTENERS[topic])


def _pair(client):
    """(partition, two dossiers that share it, others that were received until there were two)."""
    found = {}
    while True:
        d = Dossier(client, Desk('H11.35.21'), BIRTH).receive()
        p = proto.stage_partition(d.id)
        if p in found:
            return p, d, found.pop(p), list(found.values())
        found[p] = d


def poison(bed, rng, seconds, everywhere=False):
    """Bytes of every kind under the key of a living dossier, on one topic after the other: a dead letter at every listener, the dossier
    on hold there, everything else flows, on the same partition too; then operators take in what can be, lift holds and give up the rest,
    and it goes on to its end. everywhere: all of it on each topic, however
    long that takes; else on as many as there is time for."""
    client = Client(bed)
    topics = rng.sample(STAGE_TOPICS, len(STAGE_TOPICS))
    end, n = time.monotonic() + seconds, 0
    turn = len(topics) if everywhere else 1
    while time.monotonic() < end or n < turn:
        _poison_one(bed, rng, client, topics[n % len(topics)])
        n += 1
    for topic in topics[:turn]:
        for kind in (NEWER, REFUSED):
            _stop_one(bed, client, topic, kind)


def not_everywhere(book):
    """Kinds of poison and stage topics that they never came on in a whole campaign, in words."""
    left = {what: [t for t in STAGE_TOPICS if not book.row(what).by.get(t)] for what in POISONS}
    return [f'"{what}" never came on {topics}' for what, topics in left.items() if topics]


def _poison_one(bed, rng, client, topic):
    way = 'taicho.appraisal.v1' if topic == 'taicho.intake.v1' else topic       # so that it has events of two sources
    elsewhere = 'taicho.appraisal.v1' if topic == 'taicho.intake.v1' else 'taicho.intake.v1'
    partition, victim, neighbour, others = _pair(client)
    _go(victim, way)
    WAYS[way][1](victim)
    _go(neighbour, topic)
    for t in (topic, elsewhere):
        until(lambda t=t: _heard(bed, t, victim.id), 60, f'all listeners of {t} know the victim')

    genuine, misplaced = _last_event(bed, topic, victim.id), _last_event(bed, elsewhere, victim.id)
    poisons = {uuid.uuid4().hex: (what, value) for what, value in [*_unreadable(rng, topic, genuine), (MISPLACED, misplaced), (HEADERS, genuine)]}
    begin = time.monotonic()
    bed.kafka.write_all([(topic, partition, victim.id.encode(), value, {**(WRONG_HEADERS if what == HEADERS else {'ce_type': f'vn.taicho.{source_of(topic)}.X'}), 'mark': mark})
                         for mark, (what, value) in poisons.items()])
    for what, _ in poisons.values():
        bed.book.injected('poison: ' + what, topic)
    _flows(bed, topic, neighbour)

    mine = {r.offset: (r, poisons[r.headers['mark']][0]) for r in bed.kafka.read(topic, 12) if r.headers.get('mark') in poisons}
    check(len(mine) == len(poisons), 'every poisoned message is on the topic', len(mine))
    cluster = bed.kafka.cluster()
    note(bed.poisoned, cluster, [r for r, what in mine.values() if what != HEADERS])
    note(bed.foreign, cluster, [r for r, what in mine.values() if what == HEADERS])
    redriven = rng.choice(LISTENERS[topic])
    good = [_bury(bed, name, topic, partition, victim.id, {o: what for o, (_, what) in mine.items()}, name in LISTENERS[elsewhere], name == redriven)
            for name in LISTENERS[topic]]
    if all(good):
        for _, what in mine.values():
            bed.book.recovered('poison: ' + what, time.monotonic() - begin)
    WAYS[way][2](victim)
    WAYS[topic][2](neighbour)
    for d in others:
        d.appraised().decided().returned()


def _go(d, topic):
    """One that was received, on to where the way of a topic begins."""
    if topic != 'taicho.intake.v1' and topic != 'taicho.appraisal.v1':
        d.appraised()
    if topic == 'taicho.return.v1':
        d.decided()


def _flows(bed, topic, neighbour):
    """What comes behind the poison on its partition is applied by every listener while the poison lies there."""
    begin = time.monotonic()
    bed.book.injected(FLOWS, topic)
    WAYS[topic][1](neighbour)
    if bed.must_be(lambda: _heard(bed, topic, neighbour.id), 60, f'poison: another dossier flows on {topic}'):
        bed.book.recovered(FLOWS, time.monotonic() - begin)


def _bury(bed, name, topic, partition, victim, kinds, knows, redrives):
    """One listener's dead letters: all are there, hold the dossier, and are closed again. kinds: {offset: what}. True: it is well again."""
    dead = {o: what for o, what in kinds.items() if what != HEADERS}

    def letters():
        return bed.rows(f"SELECT id, \"offset\" FROM \"{name}\".dead_letter WHERE topic = '{topic}' AND \"partition\" = {partition}"
                        f" AND \"offset\" IN ({','.join(map(str, kinds))}) AND state = 'open'")
    held = lambda: bed.value(f"SELECT hold IS NOT NULL FROM \"{name}\".subject WHERE id = '{victim}'") == 't'
    there = bed.must_be(lambda: {x['offset'] for x in letters()} == set(dead) and held(), 60, f'{name} has a dead letter of each poison on {topic}, and holds its dossier')
    found = letters()
    if not there:
        bed.wrong.append(f'{name}: no dead letter of {[what for o, what in dead.items() if o not in {x["offset"] for x in found}]}; held: {held()}')
    if redrives:
        a = bed.post(name, '/ops/redrive', OPERATOR, {'subject': victim, 'reason': 'một thử nghiệm'})
        if a.status != 200 or held():
            bed.wrong.append(f'{name}: a redrive does not lift the hold: {a}')
    for x in found:
        if knows and kinds[x['offset']] == MISPLACED:
            bed.ctl('dead', 'replay', x['id'], '--service', name)
            continue
        a = bed.post(name, '/ops/dead/discard', OPERATOR, {'id': x['id'], 'reason': 'một thử nghiệm'})
        check(a.status == 200, f'{name} gives a dead letter up', a)
    return bed.must_be(lambda: not letters() and not held(), 30, f'{name} goes on') and there


# ---- what can be read and may not be applied

UNKNOWN_BODY = 900          # no field of the envelope of this release, and where bodies are
# Of each topic a type that says nothing to any of its stages and that audit seals as it is: about something that is no dossier it is refused by all.
ABOUT_ANOTHER = {'taicho.intake.v1': 'DueNear', 'taicho.appraisal.v1': 'Assigned', 'taicho.approval.v1': 'MandateRecorded', 'taicho.return.v1': 'SealRecorded'}
REASONS = {NEWER: 'unknown-type', REFUSED: 'refused: '}


def _next_of(topic, newest, kind):
    """The event behind the newest one of a dossier, as its source will never tell it."""
    event = SCHEMA.decode('LifecycleEvent', newest)
    bodies = SCHEMA.oneofs['LifecycleEvent']
    event = {**{k: v for k, v in event.items() if k not in bodies}, 'event_id': uuid.uuid4().bytes, 'version': event['version'] + 1}
    if kind == NEWER:
        return event['version'], SCHEMA.encode('LifecycleEvent', event) + proto.tag(UNKNOWN_BODY, 2) + proto.varint(3) + b'\x0a\x01x'
    body = next(b for b in bodies if SCHEMA.messages['LifecycleEvent'][b][1] == ABOUT_ANOTHER[topic])
    return event['version'], SCHEMA.encode('LifecycleEvent', {**event, 'subject_kind': 'mandate', body: {}})


def _stop_one(bed, client, topic, kind):
    """It stops its dossier at every listener, the others flow. It stays so until the load has ended, so that the checker sees it; then it is put right."""
    fault, source = 'poison: ' + kind, source_of(topic)
    partition, victim, neighbour, others = _pair(client)
    for d in (victim, neighbour):
        _go(d, topic)
    WAYS[topic][1](victim)
    until(lambda: _heard(bed, topic, victim.id), 60, f'all listeners of {topic} know the victim')
    version, value = _next_of(topic, _last_event(bed, topic, victim.id), kind)
    mark, end = uuid.uuid4().hex, ends_of(bed, topic)[partition]
    bed.kafka.write(topic, partition, victim.id.encode(), value, {'ce_type': f'vn.taicho.{source}.X', 'mark': mark})
    note(bed.foreign, bed.kafka.cluster(), [r for r in bed.kafka.read_from(topic, partition, end) if r.headers.get('mark') == mark])
    bed.book.injected(fault, topic)
    stopped = lambda name: _is_stopped(bed, name, source, victim.id, version, kind)
    there = bed.must_be(lambda: all(stopped(name) for name in LISTENERS[topic]), 60, f'{LISTENERS[topic]} have version {version} of {source} wait: {kind}')
    _flows(bed, topic, neighbour)
    bed.held[victim.id] = lambda: _put_right(bed, client, topic, victim, version, kind, there)
    WAYS[topic][2](neighbour)
    for d in others:
        d.appraised().decided().returned()


def _is_stopped(bed, name, source, dossier, version, kind):
    """Nothing of it was applied, it waits for this reason, and its dossier is on hold when the rules refused it."""
    applied, reason = _stands(bed, name, source, dossier, version)
    held = bed.value(f"SELECT coalesce(hold, '') FROM \"{name}\".subject WHERE id = '{dossier}'")
    return applied == version - 1 and str(reason).startswith(REASONS[kind]) and held.startswith('refused: ' if kind == REFUSED else '') and bool(held) == (kind == REFUSED)


def _put_right(bed, client, topic, victim, version, kind, there):
    """A redrive says the same again. Then, as a release would that takes it in another way, the event is taken out, and the dossier goes on."""
    fault, source, begin = 'poison: ' + kind, source_of(topic), time.monotonic()

    def redrive(name):
        a = bed.post(name, '/ops/redrive', OPERATOR, {'subject': victim.id, 'reason': 'một thử nghiệm'})
        check(a.status == 200, f'{name} redrives', a)
    for name in LISTENERS[topic]:
        redrive(name)
        if not _is_stopped(bed, name, source, victim.id, version, kind):
            bed.wrong.append(f'{fault}: at {name} it does not wait any more after a redrive')
        bed.psql(f"DELETE FROM \"{name}\".waiting WHERE subject = '{victim.id}' AND source = {STAGES.index(source)} AND version = {version}")
        redrive(name)
        if bed.value(f"SELECT hold IS NOT NULL FROM \"{name}\".subject WHERE id = '{victim.id}'") == 't':
            bed.wrong.append(f'{fault}: {name} still holds its dossier')
    WAYS[topic][2](victim)
    client.close()                      # the next one opens what it needs
    if bed.must_be(lambda: _heard(bed, topic, victim.id), 60, f'{fault}: all listeners of {topic} go on') and there:
        bed.book.recovered(fault, time.monotonic() - begin)
