"""Retention overtakes a listener: while it is away the broker deletes what it has not read, so that its place lies before the log's beginning when it is
back."""
import time

from faults.broker import well
from faults.message import LISTENERS, ends_of, has_read, source_of
from flow import PARTITIONS
from harness.bed import lasts
from story import OPERATOR
from system import STAGE_TOPICS
from tap import check, say, until

OVERRUN = 'retention overtakes a listener'
CHECKS_MS, KEEPS_MS, ROLLS_MS, WEEK_MS = 1000, 4000, 1000, 7 * 86400 * 1000
DELETED_S = 120
WHY = 'replayed'


def overrun(bed, rng, seconds):
    """On a broker that looks for what it may delete every second."""
    _served_with(bed, KAFKA_OVERRIDE=f'log.retention.check.interval.ms={CHECKS_MS} log.initial.task.delay.ms={CHECKS_MS}')
    try:
        end, n = time.monotonic() + seconds, 0
        while time.monotonic() < end or not n:
            _overrun(bed, rng)
            n += 1
            lasts(rng.uniform(0.5, 2))
    finally:
        _served_with(bed)


def _served_with(bed, **environment):
    bed.servers('kafka', 'stop', must=False)
    bed.more = environment
    bed.serve('kafka')
    until(lambda: well(bed), 120, 'all services see the broker')


def _places(bed, name, topic):
    """[the next number that it reads] of each partition."""
    at = {r['partition']: r['next_offset'] for r in bed.rows(f"SELECT \"partition\", next_offset FROM \"{name}\".consumed WHERE topic = '{topic}'")}
    return [at.get(p, 0) for p in range(PARTITIONS[topic])]


def _begins(bed, topic):
    return [low for low, _ in bed.kafka.watermarks({topic: PARTITIONS[topic]})[topic]]


def _misses(bed, name, topic):
    """The numbers of a topic that it has written down as missing: [(partition, number)]."""
    return [(r['partition'], r['sequence']) for r in bed.rows(f"SELECT \"partition\", sequence FROM \"{name}\".missing_sequence WHERE topic = '{topic}' ORDER BY 1, 2")]


def _overrun(bed, rng):
    topic = rng.choice(STAGE_TOPICS)
    name = rng.choice([n for n in LISTENERS[topic] if n != 'audit'])        # the events are given again from what audit has
    s = bed.services[name]
    entries = bed.value('SELECT coalesce(max(number), 0) FROM audit.entry')
    ends = ends_of(bed, topic)
    until(lambda: has_read(bed, name, topic, ends), 60, f'{name} reads what stands on {topic}')
    s.put_down()
    said = s.log.stat().st_size
    places = _places(bed, name, topic)
    try:
        bed.kafka.set_topic(topic, retention_ms=KEEPS_MS, segment_ms=ROLLS_MS, cleanup_policy='delete')
        until(lambda: any(low > at for low, at in zip(_begins(bed, topic), places)), DELETED_S, f'the broker deletes of {topic} what {name} has not read')
    finally:
        bed.kafka.set_topic(topic, retention_ms=WEEK_MS, cleanup_policy='delete')
        s.put_up()
    begins = _begins(bed, topic)
    begin = time.monotonic()
    if not bed.must_be(lambda: _misses(bed, name, topic), 60, f'{name} writes down what it misses of {topic}'):
        return
    bed.book.injected(OVERRUN, name)
    if 'is outside of the log: from the log\'s beginning' not in s.log.read_bytes()[said:].decode('utf-8', 'replace'):
        bed.wrong.append(f'{name} does not say that its place in {topic} is outside of the log, which begins at {begins}; it was at {places}')
    _told(bed, s, topic)
    _seen_everywhere(bed, s, topic, [p for p, (low, at) in enumerate(zip(begins, places)) if low > at])
    _healed(bed, s, topic, int(entries))
    bed.well_again(OVERRUN, begin)


def _told(bed, s, topic):
    """The alarm: an operator is told the numbers, and the figure that is watched is not zero."""
    a = until(lambda: (a := bed.get(s, '/ops/missing', OPERATOR)).status == 200 and a, 30, f'{s.name} tells what it misses')
    if not any(m['topic'] == topic for m in a['missing']):
        bed.wrong.append(f'{s.name} does not tell that it misses numbers of {topic}: {a}')
    bed.must_be(lambda: b'\ntaicho_missing_sequences{service="%s"} 0\n' % s.name.encode() not in (text := bed.http('GET', s.port, '/metrics').body)
                and b'taicho_missing_sequences' in text, 30, f'{s.name} counts what it misses')


def _seen_everywhere(bed, s, topic, partitions):
    """A partition of which nothing is left shows no gap before its next message comes: its newest one is published again."""
    newest = {r['partition']: r['next_sequence'] - 1 for r in bed.rows(f"SELECT \"partition\", next_sequence FROM audit.consumed WHERE topic = '{topic}'")}
    for p in partitions:
        before, number = ends_of(bed, topic)[p], newest[p]
        a = bed.post(source_of(topic), '/ops/republish', OPERATOR, {'topic': topic, 'partition': p, 'from': number, 'to': number})
        check(a.status == 202, f'{source_of(topic)} publishes {number} of {topic} [{p}] again', a)
        until(lambda p=p, before=before: ends_of(bed, topic)[p] > before, 60, f'{number} of {topic} [{p}] is published again')
    ends = ends_of(bed, topic)
    bed.must_be(lambda: has_read(bed, s.name, topic, ends), 60, f'{s.name} reads what is left of {topic}')


def _healed(bed, s, topic, after):
    """What others missed is published again; of the one that was away audit's entries are given, and its numbers struck out."""
    for other in LISTENERS[topic]:
        for partition, number in _misses(bed, other, topic) if other != s.name else ():
            bed.post(source_of(topic), '/ops/republish', OPERATOR, {'topic': topic, 'partition': partition, 'from': number, 'to': number})
            bed.must_be(lambda other=other, at=(partition, number): at not in _misses(bed, other, topic), 60, f'{other} strikes {number} of {topic} [{partition}] out')
    ends = ends_of(bed, topic)
    bed.must_be(lambda: has_read(bed, 'audit', topic, ends), 60, f'audit reads {topic}')       # and what it has read it has sealed
    missed = _misses(bed, s.name, topic)
    say(f'{s.name} misses {len(missed)} numbers of {topic}: {bed.ctl("replay", s.name, "--after", after).out.strip()}')
    for partition, number in missed:
        a = bed.post(s, '/ops/missing/strike', OPERATOR, {'topic': topic, 'partition': partition, 'sequence': number, 'reason': WHY})
        check(a.status in (200, 404), f'{s.name} strikes {number} of {topic} [{partition}] out', a)
