"""V8: dead letters. Each poisoned message is in exactly one dead letter of every service that reads its topic, with the key and
the bytes that stand on the topic, and nothing else is in any. What of it is to be published is in the outbox and on the .dlq topic."""
from collections import Counter, defaultdict

from .words import SERVICES, hears

INVARIANT = 'V8'
MOST = 900 << 10      # bytes: a bigger one is in the table only


def check(world, report):
    on_topics = {(t, r.partition, r.offset): r for t, records in world.topics.records.items() for r in records}
    wanted = Counter()
    for (_, where), n in world.poisoned.items():
        wanted[where] += n
    for service in SERVICES:
        letters = tables(world, report, service, on_topics, wanted)
        for where, n in wanted.items():
            if where[0] in hears(service) and letters[where] != n:
                report.wrong(INVARIANT, name(where), f'{service} has {letters[where]} dead letters of this poisoned message')
        report.looked(INVARIANT, 'dead letters', sum(letters.values()))
    published(world, report)
    report.looked(INVARIANT, 'poisoned messages', sum(world.poisoned.values()))


def name(where):
    return f'{where[0]} [{where[1]}] @{where[2]}'


def tables(world, report, service, on_topics, wanted):
    letters = Counter()
    sql = f"""SELECT cluster, topic, "partition", "offset", encode(key, 'hex'), encode(value, 'hex'), state, reason FROM "{service}".dead_letter"""
    for cluster, topic, partition, offset, key, value, state, reason in world.db.rows(sql, of_bytes=(4, 5)):
        where = (topic, int(partition), int(offset))
        letters[where] += 1
        if where not in wanted:
            report.wrong(INVARIANT, name(where), f'{service} has a dead letter ({state}) of a message that was not poisoned: {reason[:200]}')
        r = on_topics.get(where)
        if cluster == world.topics.cluster and r is not None and (r.key or b'', r.value or b'') != (key or b'', value or b''):
            report.wrong(INVARIANT, name(where), f'the dead letter of {service} is not what stands there')
    return letters


def published(world, report):
    """Each dead letter that its service is to publish is in its outbox, with its bytes, and what was put there on this cluster is on the topic.
    The topics of dead letters are a copy for whoever watches: a broker that was wiped loses it, the tables are what counts."""
    there = {(topic, r.headers.get('ce_id')): r for topic, records in world.topics.records.items() if topic.endswith('.dlq') for r in records}
    for service in SERVICES:
        rows = defaultdict(list)            # a message that was read again is published again, and is one letter
        for row in world.outbox[service]:
            if row.topic.endswith('.dlq'):
                rows[row.topic, row.key, row.value].append(row)
        letters, known = _to_publish(world, service)
        for topic, key, _ in rows.keys() - known:
            report.wrong(INVARIANT, key, f'{service} publishes a dead letter on {topic} that is not in its table')
        for (topic, key, value), clusters in letters.items():
            _letter(world, report, service, (topic, key), clusters, rows.get((topic, key, value), []), there)
        report.looked(INVARIANT, 'dead letters to publish', len(letters))


def _to_publish(world, service):
    """{(topic, key, bytes): {cluster}} of what common/flow/batch_decide.c publishes: what has bytes, and not too many for a broker; and the names of
    all of them, of which those are not in the first whose day the outbox has dropped."""
    letters, known = defaultdict(set), set()
    sql = f"""SELECT cluster, topic, "partition", "offset", encode(value, 'hex'), at >= to_timestamp({world.oldest_day[service]}) FROM "{service}".dead_letter
               WHERE topic <> '' AND "partition" >= 0 AND octet_length(value) BETWEEN 1 AND {MOST}"""
    for cluster, topic, partition, offset, value, kept in world.db.rows(sql, of_bytes=(4,)):
        name = (f'{topic}.dlq', f'{topic}/{partition}/{offset}', value)
        known.add(name)
        if kept == 't':
            letters[name].add(cluster)
    return letters, known


def _letter(world, report, service, name, clusters, rows, there):
    """One that more clusters had at the same place has a row of each."""
    topic, key = name
    if len(rows) < len(clusters):
        report.wrong(INVARIANT, key, f'{service} has {len(clusters)} dead letters of this, and {len(rows)} rows of its outbox publish it')
        return
    logs = world.topics.logs.get(topic, [])
    if world.topics.cluster not in clusters or any(low for low, _ in logs):     # that broker is gone, or retention took the oldest
        return
    found = [there[topic, row.event_id] for row in rows if (topic, row.event_id) in there]
    if not found:
        report.wrong(INVARIANT, key, f'the dead letter of {service} is not on {topic}')
    elif any(r.value != rows[0].value or (r.key or b'').decode('utf-8', 'replace') != key for r in found):
        report.wrong(INVARIANT, key, f'the dead letter of {service} on {topic} is another one')
