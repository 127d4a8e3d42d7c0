"""V4: order. In each partition the versions of a subject first appear as 1, 2, 3 ..., and the numbers of the relay (ce_sequence)
rise by one, repeats apart. (On a broker that was wiped, what was in flight may come first, and comes again in its place.) The relay's own books say which row has which number: each tick is recomputed from the rows'
transaction ids, by the checker. Where the broker was wiped, the books name the cluster that is there now."""
from bisect import bisect_left
from collections import defaultdict

from .database import numbers, texts
from .topics import COMPACTED
from .words import CATALOGUE, SERVICES, STAGE_TOPICS, hears

INVARIANT = 'V4'


def check(world, report):
    expected = {}
    for service in SERVICES:
        expected.update(numbered(world, report, service))
    in_partitions(world, report, expected)
    books(world, report)
    readers(world, report)


class Snapshot:
    """PostgreSQL's: what was committed before it."""
    __slots__ = ('xmin', 'xmax', 'running')

    def __init__(self, text):
        xmin, xmax, running = text.split(':')
        self.xmin, self.xmax, self.running = int(xmin), int(xmax), {int(x) for x in running.split(',')} if running else ()

    def sees(self, xid):
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)


def numbered(world, report, service):
    """{(topic, partition): {number: Row}}: a tick's rows are those that its second snapshot is the first to see, by id."""
    ticks = [(int(i), Snapshot(s1), Snapshot(s2), dict(zip(zip(texts(t), numbers(p)), zip(numbers(s), numbers(c)))))
             for i, s1, s2, t, p, s, c in world.db.rows(
                 f'SELECT id, s1, s2, topics, partitions, sequences, counts FROM "{service}".tick ORDER BY id')]
    for a, b in zip(ticks, ticks[1:]):
        if a[0] + 1 != b[0]:
            report.wrong(INVARIANT, service, f'tick {b[0]} follows tick {a[0]}')
    place_of = {}
    rows_of = defaultdict(list)
    for row in world.outbox[service]:
        if row.xid not in place_of:
            place_of[row.xid] = bisect_left(ticks, True, key=lambda t: t[2].sees(row.xid))
        at = place_of[row.xid]
        if at < len(ticks) and not (at == 0 and ticks[0][1].sees(row.xid)):     # else: no tick has it yet, or its tick is gone with older days
            rows_of[at, row.topic, row.partition].append(row)
    expected, next_number = defaultdict(dict), {}
    for at, (tick, _, _, lanes) in enumerate(ticks):
        for lane, (first, count) in lanes.items():
            if first != next_number.get(lane, first):
                report.wrong(INVARIANT, f'{lane[0]} [{lane[1]}]', f'tick {tick} of {service} begins with number {first}, the ones before it end with {next_number[lane] - 1}')
            next_number[lane] = first + count
            rows = rows_of.pop((at, *lane), [])
            if len(rows) != count and not world.is_dropped(service, rows[0].event_id if rows else '0' * 12):
                report.wrong('V3', f'{lane[0]} [{lane[1]}]', f'tick {tick} of {service} had {count} rows, the outbox has {len(rows)} of them')
            if len(rows) == count:
                expected[lane].update(zip(range(first, first + count), rows))
    for (at, topic, partition), rows in rows_of.items():
        report.wrong('V3', f'{topic} [{partition}]', f'tick {ticks[at][0]} of {service} does not name {len(rows)} rows that it has (id {rows[0].id})')
    report.looked(INVARIANT, 'ticks', len(ticks))
    return expected


def in_partitions(world, report, expected):
    """What is read from the log, message by message."""
    event_of = {event.raw: event for rows in world.emitted.values() for _, event in rows}
    for topic, records in world.topics.records.items():
        if topic.endswith('.dlq'):
            continue
        last, versions, seen, early = {}, {}, defaultdict(set), defaultdict(dict)
        for r in records:
            where, lane = f'{topic} [{r.partition}] @{r.offset}', (topic, r.partition)
            if world.is_foreign(topic, r):
                continue
            text = r.headers.get('ce_sequence', '')
            number = int(text) if text.isdigit() else 0
            row = expected.get(lane, {}).get(number)
            if number < 1:
                report.wrong(INVARIANT, where, 'a message without a number')
                continue
            if row is not None and row.event_id != r.headers.get('ce_id'):
                report.wrong(INVARIANT, where, f'number {number} is that of row {row.id} of {row.service}, which is another event')
            if topic not in COMPACTED:
                first = min(expected.get(lane, {number: None}))
                if world.wiped and lane not in last and number > first:
                    early[lane].setdefault(number, where)
                    continue
                _follows(report, where, number, last.get(lane), seen[lane], r.offset, first)
            seen[lane].add(number)
            last[lane] = max(number, last.get(lane, 0))
            if topic in STAGE_TOPICS and row is not None:
                _version(report, where, versions, event_of.get(row.value))
        for lane, numbers_of in early.items():
            for number, where in numbers_of.items():
                if number not in seen[lane]:
                    report.wrong(INVARIANT, where, f'number {number} stands before its log begins, and not again in its place')
        report.looked(INVARIANT, f'numbers of {topic}', len(records))
        world.last_number.update(last)


def _follows(report, where, number, before, seen, offset, first):
    """first: the first number that the outbox still has for this partition."""
    if before is None and offset == 0 and number > first:
        report.wrong(INVARIANT, where, f'the log begins with number {number}; the outbox still has {first}')
    elif before is not None and number > before + 1:
        report.wrong(INVARIANT, where, f'number {number} follows {before}')
    elif before is not None and number < before and number not in seen and number > min(seen):
        report.wrong(INVARIANT, where, f'number {number} comes for the first time and follows {before}')


def _version(report, where, versions, event):
    if event is None:
        return
    # A log that begins later than the subject does has no first version.
    known = versions.get(event.subject, event.version - 1)
    if event.version > known + 1:
        report.wrong(INVARIANT, event.subject, f'{where}: version {event.version} follows version {known}')
    versions[event.subject] = max(event.version, known)


def books(world, report):
    """What each relay stored: the cluster that is there, and how far it is in each partition."""
    for service in SERVICES:
        cluster = world.db.value(f'SELECT cluster FROM "{service}".relay')
        wrote = list(world.db.rows(f'SELECT topic, "partition", next_sequence, last_offset FROM "{service}".published'))
        if wrote and cluster != world.topics.cluster:
            report.wrong(INVARIANT, service, f'its relay knows cluster {cluster}; it is {world.topics.cluster}')
        for topic, partition, next_number, last_offset in wrote:
            lane = (topic, int(partition))
            if topic.endswith('.dlq'):
                continue
            last = world.last_number.get(lane)
            if last is not None and int(next_number) != last + 1:
                report.wrong(INVARIANT, f'{topic} [{partition}]', f'the relay of {service} goes on with number {next_number}; the last one on the topic is {last}')
            logs = world.topics.logs.get(topic)
            if logs and int(last_offset) >= logs[lane[1]][1]:
                report.wrong(INVARIANT, f'{topic} [{partition}]', f'the relay of {service} knows offset {last_offset}; the log ends at {logs[lane[1]][1]}')
        report.looked(INVARIANT, 'partitions in books', len(wrote))


def readers(world, report):
    """Where each listener stands: at the end of the log of the cluster that is there; nothing is missing."""
    for service in SERVICES:
        rows = {(t, int(p)): (cluster, int(o), int(n)) for t, p, cluster, o, n in world.db.rows(
            f'SELECT topic, "partition", cluster, next_offset, next_sequence FROM "{service}".consumed')}
        for topic in hears(service):
            for partition, (_, high) in enumerate(world.topics.logs.get(topic, [])):
                at = rows.get((topic, partition))
                if at is None or (at[1] == 0 and high == 0):
                    if high:
                        report.wrong('V10', f'{topic} [{partition}]', f'{service} never read it')
                    continue
                if at[0] != world.topics.cluster:
                    report.wrong(INVARIANT, f'{topic} [{partition}]', f'{service} reads cluster {at[0]}; it is {world.topics.cluster}')
                if at[1] != high:
                    report.wrong('V10', f'{topic} [{partition}]', f'{service} stands at offset {at[1]} of {high}')
                last = world.last_number.get((topic, partition))
                if topic != CATALOGUE and last is not None and at[2] != last + 1:
                    report.wrong(INVARIANT, f'{topic} [{partition}]', f'{service} expects number {at[2]} next; the last one is {last}')
        report.looked(INVARIANT, 'partitions of readers', len(rows))
        for topic, partition, number in world.db.rows(f'SELECT topic, "partition", sequence FROM "{service}".missing_sequence'):
            report.wrong(INVARIANT, f'{topic} [{partition}]', f'{service} misses number {number}')


