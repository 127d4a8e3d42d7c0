"""V8: dead letters. Each poisoned message is in exactly one dead letter of every service that reads its topic, with the key and
the bytes that stand on the topic, and nothing else is in any."""
from collections import Counter

from .words import SERVICES, hears

INVARIANT = 'V8'


def check(world, report):
    on_topics = {(t, r.partition, r.offset): r for t, records in world.topics.records.items() for r in records}
    for service in SERVICES:
        sql = f"""SELECT cluster, topic, "partition", "offset", encode(key, 'hex'), encode(value, 'hex'), state, reason FROM "{service}".dead_letter"""
        letters = Counter()
        for cluster, topic, partition, offset, key, value, state, reason in world.db.rows(sql, of_bytes=(4, 5)):
            where = (topic, int(partition), int(offset))
            letters[where] += 1
            if where not in world.poisoned:
                report.wrong(INVARIANT, f'{topic} [{partition}] @{offset}', f'{service} has a dead letter ({state}) of a message that was not poisoned: {reason[:200]}')
            r = on_topics.get(where)
            if cluster == world.topics.cluster and r is not None and (r.key or b'', r.value or b'') != (key or b'', value or b''):
                report.wrong(INVARIANT, f'{topic} [{partition}] @{offset}', f'the dead letter of {service} is not what stands there')
        for where in world.poisoned:
            if where[0] in hears(service) and letters[where] != 1:
                report.wrong(INVARIANT, f'{where[0]} [{where[1]}] @{where[2]}', f'{service} has {letters[where]} dead letters of this poisoned message')
        report.looked(INVARIANT, 'dead letters', sum(letters.values()))
    report.looked(INVARIANT, 'poisoned messages', len(world.poisoned))
