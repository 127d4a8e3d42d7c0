"""The topic by which intake tells the reference data: records that come again behind newer ones, that a listener never gets, and bytes that
nobody can read, or that no release of today would send. At the end every listener has what intake has."""
import http.client
import time
import uuid

import proto
from faults.message import GARBAGE, HEADERS, MISPLACED, NEWER, REFUSED, UNKNOWN_BODY, WRONG_HEADERS, ends_of, has_read, note
from flow import CATALOGUE, hears
from harness.client import Client
from story import ADMIN, OPERATOR
from system import SCHEMA, SERVICES
from tap import check, until

READERS = [name for name in SERVICES if CATALOGUE in hears(name)]
AGAIN, LOST = 'catalogue: older versions again', 'catalogue: lost at a listener'
KINDS = ['cut off', 'no message at all', 'no kind', 'the body is of another kind', 'not UTF-8', 'version 0', 'it ends before it begins', 'half a megabyte',
         'a megabyte', 'empty', 'a tombstone', MISPLACED, HEADERS, NEWER, REFUSED]
POISONS = ['catalogue: poison: ' + what for what in KINDS]


def _officer():
    return f'H11.35.21-zz{uuid.uuid4().hex[:8]}'


def _release(bed, client, officer, title='Thử', wait=True):
    """A release that brings an officer, or a version of one; its number. wait: until it is in use everywhere."""
    number = client.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [{
        'kind': 'officer', 'id': officer, 'valid_from': '2019-01-01', 'valid_to': '2025-07-01', 'unit': 'H11.35.21', 'title': title, 'roles': ['clerk']}]}).json['release']
    if wait:
        until(lambda: all(_in_use(bed, n) == number for n in SERVICES), 60, f'release {number} is everywhere')
    return number


def _in_use(bed, name):
    """The release that a service uses; None while it does not answer."""
    try:
        return bed.release(name)
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None


def _told(bed, *keys):
    """{key: its newest genuine message} of the catalogue's topic, of these keys."""
    newest = {}
    for r in bed.kafka.read(CATALOGUE, 1):
        if 'mark' not in r.headers and r.key and r.key.decode() in keys:
            newest[r.key.decode()] = r
    return newest


def _differs(bed, name):
    """Keys of records that a listener has otherwise than intake does."""
    return [r['key'] for r in bed.rows(f"""SELECT concat_ws('/', kind, id, version) AS key FROM intake.catalogue_record a FULL JOIN "{name}".catalogue_record b USING (kind, id, version)
                                            WHERE (a.record, a.release) IS DISTINCT FROM (b.record, b.release) LIMIT 5""")]


def _publish_anew(bed):
    """An operator has intake write all of it anew, so that the log ends with what intake says, and who has not got something gets it."""
    end = ends_of(bed, CATALOGUE)[0]
    a = bed.post('intake', '/ops/republish', OPERATOR, {'topic': CATALOGUE, 'partition': 0, 'from': 1, 'to': 1})
    check(a.status == 202, 'intake publishes it again', a)
    until(lambda: any(r.key == b'release' for r in bed.kafka.read_from(CATALOGUE, 0, end)), 60, 'the catalogue is published anew')


def _all_read(bed, names=READERS, limit=60):
    ends = ends_of(bed, CATALOGUE)
    return bed.must_be(lambda: all(has_read(bed, n, CATALOGUE, ends) for n in names), limit, f'{names} read the catalogue to its end')


# ---- again

def again(bed, rng):
    """Older versions stand behind newer ones, and releases that are over behind the one in use: nobody goes back."""
    client, officer = Client(bed), _officer()
    begin = time.monotonic()
    _release(bed, client, officer)
    number = _release(bed, client, officer, 'Thử lại')
    client.close()
    records = [r for r in bed.kafka.read(CATALOGUE, 1) if 'mark' not in r.headers]
    mine = [r for r in records if officer in r.key.decode() or r.key == b'release'][:-3]          # not the record, the pointer and the end of the newest release
    older = [*mine[-3:], *rng.sample(records, min(20, len(records)))]
    rng.shuffle(older)
    bed.kafka.write_all([(CATALOGUE, 0, r.key, r.value, r.headers) for r in older])
    bed.book.injected(AGAIN, CATALOGUE)
    came = _all_read(bed)
    for name in READERS:
        if (differs := _differs(bed, name)) or _in_use(bed, name) != number:
            bed.wrong.append(f'{AGAIN}: {name} uses release {_in_use(bed, name)} of {number}; it has otherwise {differs}')
            came = False
    _publish_anew(bed)
    if came and _all_read(bed):
        bed.book.recovered(AGAIN, time.monotonic() - begin)


# ---- lost

def lose(bed, rng):
    """A listener never gets a record of a release, or nothing of it: it goes on with the release before, as a whole, while all others switch.
    intake writes all of it anew when an operator asks for it."""
    name, client, officer = rng.choice(READERS), Client(bed), _officer()
    s = bed.services[name]
    _all_read(bed)
    before = _in_use(bed, name)
    s.put_down()
    try:
        place = ends_of(bed, CATALOGUE)[0]
        number = _release(bed, client, officer, wait=False)
        until(lambda: ends_of(bed, CATALOGUE)[0] >= place + 3, 60, 'the release is on the topic')
        came = [r for r in bed.kafka.read_from(CATALOGUE, 0, place) if 'ce_sequence' in r.headers]
        lost = rng.choice(([came[0]], came))
        moved = bed.value(f"""UPDATE "{name}".consumed SET next_offset = {lost[-1].offset + 1}, last_mark = 0
                               WHERE topic = '{CATALOGUE}' AND next_offset = {came[0].offset} RETURNING next_offset""")
        check(moved, f'{name} stood before the release')
    finally:
        s.put_up()
        client.close()
    begin = time.monotonic()
    bed.book.injected(LOST, name)
    behind = _all_read(bed) and bed.must_be(lambda: all(_in_use(bed, n) == number for n in SERVICES if n != name), 60, f'all but {name} use release {number}')
    until(lambda: s not in bed.supervisor.down and s.get_ready() == 200, 60, f'{name} serves')
    if _in_use(bed, name) != before:
        bed.wrong.append(f'{LOST}: {name} uses release {_in_use(bed, name)}, and has not got all of it')
    _publish_anew(bed)
    if bed.must_be(lambda: _in_use(bed, name) == number and not _differs(bed, name), 60, f'{name} uses release {number}') and behind:
        bed.book.recovered(LOST, time.monotonic() - begin)


# ---- poison

def _unreadable(rng, genuine):
    """(what, value) of everything that is no record, made of one of an officer."""
    record = SCHEMA.decode('CatalogueRecord', genuine)
    other = lambda **more: SCHEMA.encode('CatalogueRecord', {**record, **more})
    yield 'cut off', genuine[:len(genuine) - rng.randint(1, 5)]
    yield 'no message at all', b'\xff\xff' + rng.randbytes(12)
    yield 'no kind', other(kind='')
    yield 'the body is of another kind', other(kind='unit')
    yield 'not UTF-8', other(id='QQQQ').replace(b'QQQQ', b'\xc3\x28\xa0\xa1')
    yield 'version 0', other(version=0)
    yield 'it ends before it begins', other(valid_to=record['valid_from'])
    yield 'half a megabyte', rng.randbytes(500_000)
    yield 'a megabyte', rng.randbytes(GARBAGE)
    yield 'empty', b''


READ = ('a tombstone', HEADERS)         # of which nothing comes: a compacted topic has tombstones by its nature


def poison(bed, rng):
    """Bytes of every kind under the key of a record that stands there: a dead letter at every listener, and the next release is in use everywhere
    all the same. Then what is readable and must not be used."""
    client, officer = Client(bed), _officer()
    _release(bed, client, officer)
    key = f'officer/{officer}/1'
    genuine = _told(bed, key)[key]
    event = next(r.value for r in bed.kafka.read('taicho.intake.v1', 12) if r.value and 'mark' not in r.headers)
    poisons = {uuid.uuid4().hex: (what, value) for what, value in [*_unreadable(rng, genuine.value), ('a tombstone', None), (MISPLACED, event), (HEADERS, genuine.value)]}
    end, begin = ends_of(bed, CATALOGUE)[0], time.monotonic()
    bed.kafka.write_all([(CATALOGUE, 0, genuine.key, value, {**(WRONG_HEADERS if what == HEADERS else {'ce_type': 'vn.taicho.catalogue.Record'}), 'mark': mark})
                         for mark, (what, value) in poisons.items()])
    for what, _ in poisons.values():
        bed.book.injected('catalogue: poison: ' + what, CATALOGUE)
    _release(bed, client, officer, 'Thử lại')           # in use everywhere, while the poison lies there
    mine = {r.offset: (r, poisons[r.headers['mark']][0]) for r in bed.kafka.read_from(CATALOGUE, 0, end) if r.headers.get('mark') in poisons}
    check(len(mine) == len(poisons), 'every poisoned message is on the topic', len(mine))
    note(bed.poisoned, bed.kafka.cluster(), [r for r, what in mine.values() if what not in READ])
    note(bed.foreign, bed.kafka.cluster(), [r for r, what in mine.values() if what in READ])
    good = [_bury(bed, name, {o: what for o, (_, what) in mine.items() if what not in READ}) for name in READERS]
    _publish_anew(bed)      # else the topic would lose it when it is compacted
    if all(good):
        for _, what in mine.values():
            bed.book.recovered('catalogue: poison: ' + what, time.monotonic() - begin)
    _newer(bed, client, officer)
    _refused(bed, client, officer)
    client.close()


def _bury(bed, name, kinds):
    """One listener's dead letters: all are there, nothing else has changed, and an operator gives them up. kinds: {offset: what}."""
    letters = lambda: bed.rows(f"SELECT id, \"offset\" FROM \"{name}\".dead_letter WHERE topic = '{CATALOGUE}' AND \"offset\" IN ({','.join(map(str, kinds))}) AND state = 'open'")
    there = bed.must_be(lambda: {x['offset'] for x in letters()} == set(kinds), 60, f'{name} has a dead letter of each poison on {CATALOGUE}')
    found = letters()
    if not there:
        bed.wrong.append(f'{name}: no dead letter of {[what for o, what in kinds.items() if o not in {x["offset"] for x in found}]}')
    for x in found:
        a = bed.post(name, '/ops/dead/discard', OPERATOR, {'id': x['id'], 'reason': 'một thử nghiệm'})
        check(a.status == 200, f'{name} gives a dead letter up', a)
    return there and not _differs(bed, name)


def _newer(bed, client, officer):
    """intake of a later release has stored and told a record of a kind that nobody here knows: everybody keeps it, and goes on."""
    fault, name, begin = 'catalogue: poison: ' + NEWER, f'x{uuid.uuid4().hex[:8]}', time.monotonic()
    record = SCHEMA.encode('CatalogueRecord', {'kind': 'ministry', 'id': name, 'version': 1, 'release': bed.release('intake') + 1}) \
        + proto.tag(UNKNOWN_BODY, 2) + proto.varint(3) + b'\x0a\x01x'
    bed.psql(f"""BEGIN; INSERT INTO intake.catalogue_record SELECT 'ministry', '{name}', 1, number + 1, sha256('\\x{record.hex()}'), '\\x{record.hex()}' FROM intake.catalogue_release;
                 INSERT INTO intake.outbox_row (topic, "partition", key, event_id, type, time, content, value)
                 VALUES ('{CATALOGUE}', 0, 'ministry/{name}/1', gen_random_uuid(), 'catalogue.Record', now(), 'application/protobuf', '\\x{record.hex()}'); COMMIT""")
    bed.book.injected(fault, CATALOGUE)
    has = lambda n: bed.value(f"SELECT count(*) FROM \"{n}\".catalogue_record WHERE kind = 'ministry' AND id = '{name}'") == '1'
    kept = bed.must_be(lambda: all(map(has, READERS)), 60, f'{READERS} keep a record of a kind that they do not know')
    _release(bed, client, officer, 'Thử lần nữa')       # closes over it
    if kept:
        bed.book.recovered(fault, time.monotonic() - begin)


def _refused(bed, client, officer):
    """The end of a release says that it has more records than there are: nobody uses it. The true end, which comes behind it, holds."""
    fault, number, begin = 'catalogue: poison: ' + REFUSED, bed.release('intake'), time.monotonic()
    value = SCHEMA.encode('CatalogueRecord', {'kind': 'release', 'id': 'release', 'version': 1, 'release': number + 1, 'release_closed': {'number': number + 1, 'records': 10 ** 6}})
    mark, end = uuid.uuid4().hex, ends_of(bed, CATALOGUE)[0]
    bed.kafka.write(CATALOGUE, 0, b'release', value, {'ce_type': 'vn.taicho.catalogue.Release', 'mark': mark})
    note(bed.foreign, bed.kafka.cluster(), [r for r in bed.kafka.read_from(CATALOGUE, 0, end) if r.headers.get('mark') == mark])
    bed.book.injected(fault, CATALOGUE)
    stays = _all_read(bed)
    if any(_in_use(bed, n) != number for n in SERVICES):
        bed.wrong.append(f'{fault}: {[(n, _in_use(bed, n)) for n in SERVICES]}, not {number}')
        stays = False
    _release(bed, client, officer, 'Thử lần cuối')
    if stays:
        bed.book.recovered(fault, time.monotonic() - begin)
