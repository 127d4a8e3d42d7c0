"""V8: dead letters. Each poisoned message is in exactly one dead letter of every service that reads its topic, with the key and
the bytes that stand on the topic, and nothing else is in any."""
from collections import Counter

from .words import SERVICES, hears

INVARIANT = 'V8'


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
    """The topics of dead letters are a copy for whoever watches: a broker that was wiped loses it, the tables are what counts. What was
    put there on this cluster is there."""
    there = {(topic, r.headers.get('ce_id')) for topic, records in world.topics.records.items() if topic.endswith('.dlq') for r in records}
    here = {(service, f'{t}/{p}/{o}') for service in SERVICES for t, p, o in world.db.rows(
        f"""SELECT topic, "partition", "offset" FROM "{service}".dead_letter WHERE cluster = '{world.topics.cluster}'""")}
    rows = [row for row in world.rows.values() if row.topic.endswith('.dlq') and (row.service, row.key) in here]
    for row in rows:
        if (row.topic, row.event_id) not in there:
            report.wrong(INVARIANT, row.key, f'the dead letter of {row.service} is not on {row.topic}')
    report.looked(INVARIANT, 'published dead letters', len(rows))
