"""Messages that come again, and messages that nobody can read."""
import json
import os
import time
import uuid

import proto
from harness.bed import lasts
from harness.client import Client
from story import BIRTH, OPERATOR, Desk, Dossier
from system import SCHEMA, SERVICES, STAGE_TOPICS
from tap import check, until


def duplicates(bed, rng, seconds):
    """What stands on the topics is published again, as it was: single messages, and whole stretches out of their order."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        topic = rng.choice(STAGE_TOPICS)
        records = bed.kafka.read(topic, 12)
        if not records:
            continue
        again = rng.sample(records, min(len(records), 40))
        bed.kafka.write_all([(topic, r.partition, r.key, r.value, r.headers) for r in again])
        bed.book.injected('messages published again', topic)         # forty of them, out of their order
        bed.book.recovered('messages published again')
        lasts(0.2)


def _poisons(rng, genuine):
    """(what, value) for a key; all different, so that each is found again by its bytes."""
    event = SCHEMA.decode('LifecycleEvent', genuine)
    mark = os.urandom(12)
    yield 'cut off', genuine[:rng.randint(8, len(genuine) - 3)]
    yield 'no message at all', b'\xff\xff' + mark
    yield 'of another source', SCHEMA.encode('LifecycleEvent', {**event, 'source': 'SOURCE_RETURN', 'event_id': uuid.uuid4().bytes})
    yield 'of no source', SCHEMA.encode('LifecycleEvent', {**{k: v for k, v in event.items() if k != 'source'}, 'event_id': uuid.uuid4().bytes})
    yield 'not UTF-8', SCHEMA.encode('LifecycleEvent', {**event, 'event_id': uuid.uuid4().bytes, 'actor': 'QQQQ'}).replace(b'QQQQ', b'\xc3\x28\xa0\xa1')
    yield 'version 0', SCHEMA.encode('LifecycleEvent', {**event, 'event_id': uuid.uuid4().bytes, 'version': 0})
    yield 'half a megabyte', mark + os.urandom(500_000)
    yield 'no subject', SCHEMA.encode('LifecycleEvent', {**event, 'event_id': uuid.uuid4().bytes, 'subject_id': b'\1\2'})


LISTENERS = {'taicho.intake.v1': ['appraisal', 'approval', 'return', 'audit']}


def poison(bed, rng, seconds):
    """Bytes of every kind on intake's topic, under the key of a living dossier: a dead letter at every listener, the dossier
    on hold there, everything else flows; then an operator gives them up, and it goes on to its end."""
    client = Client(bed, bed.journal)
    topic = 'taicho.intake.v1'
    end = time.monotonic() + seconds
    first = True
    while first or time.monotonic() < end:
        first = False
        victim = Dossier(client, Desk('H11.35.21'), BIRTH).receive()
        found = lambda: next((r for r in bed.kafka.read(topic, 12) if r.key == victim.id.encode() and r.value), None)
        genuine = until(found, 60, 'the event of the victim is on the topic')
        p = proto.stage_partition(victim.id)
        poisons = list(_poisons(rng, genuine.value))
        bed.kafka.write_all([(topic, p, victim.id.encode(), value, {'ce_type': 'vn.taicho.intake.Received'}) for _, value in poisons])
        values = {v: what for what, v in poisons}
        begin = time.monotonic()
        mine = [r for r in bed.kafka.read(topic, 12) if r.value in values]
        check(len(mine) == len(poisons), 'every poisoned message is on the topic', len(mine))
        cluster = bed.kafka.cluster()
        with open(bed.poisoned, 'a', encoding='utf-8') as f:
            for r in mine:
                f.write(json.dumps({'cluster': cluster, 'topic': r.topic, 'partition': r.partition, 'offset': r.offset}) + '\n')
                bed.book.injected('poison: ' + values[r.value], topic)
        offsets = {r.offset: r for r in mine}
        for name in LISTENERS[topic]:
            letters = lambda: bed.rows(f"SELECT id, \"offset\" FROM \"{name}\".dead_letter WHERE topic = '{topic}' AND \"partition\" = {p}"
                                       f" AND \"offset\" IN ({','.join(map(str, offsets))}) AND state = 'open'")

            def arrived():
                try:
                    return len(letters()) == len(offsets)
                except Exception:
                    return False
            try:
                until(arrived, 60, f'{name} has a dead letter of each')
            except AssertionError as e:
                got = {x['offset'] for x in letters()}
                bed.wrong.append(f'poison: {e}: without {[values[offsets[o].value] for o in offsets if o not in got]}')
            for x in letters():
                a = bed.post(name, '/ops/dead/discard', OPERATOR, {'id': x['id'], 'reason': 'một thử nghiệm'})
                check(a.status == 200, f'{name} gives a dead letter up', a)
        for r in mine:
            bed.book.recovered('poison: ' + values[r.value], time.monotonic() - begin)
        victim.appraised().decided().returned()
    client.close()


assert set(LISTENERS['taicho.intake.v1']) == set(SERVICES) - {'intake'}
