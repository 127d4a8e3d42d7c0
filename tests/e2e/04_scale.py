#!/usr/bin/env python3
"""One stage on 1, 2 and 4 processes under load: who joins takes over work, who leaves or dies loses it to the others, no
event is lost or applied twice, the other stages do not notice. And every service restarted while commands go on."""
# Runs alone: it measures how fast work moves.
import collections
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from gateway import Gateway  # noqa: E402
from load import Load, all_ended_once, sanitized, stretch  # noqa: E402
from system import SERVICES, Service, System  # noqa: E402
from tap import check, equal, main, say, test, until  # noqa: E402

UNITS = [f'H11.35.{n}' for n in range(21, 27)]
TOPICS = ['taicho.intake.v1', 'taicho.approval.v1']     # that appraisal listens to; and the catalogue's one partition
SESSION = 6.0                                           # session.timeout.ms
JOIN, LEAVE = 2.0, SESSION + 2.0
TIMES = 3
# A machine of others, with a sanitizer: the median of the times keeps its limit, a single one may take this many times as long. A build
# without one keeps its limits each time.
NOISE = 4 if sanitized() else 1
QUIET = 4        # rounds of all units before anything moves
STILL = 1.5      # seconds that a command at another stage may take beyond the longest of the quiet phase


def owners(s, service='appraisal'):
    """{process: how many partitions of the stages' topics it has}, by the database's own rows."""
    return {r['owner'].rsplit('-', 1)[1]: r['n'] for r in s.rows(
        f'SELECT owner, count(*) AS n FROM "{service}".consumed WHERE topic IN ({", ".join(repr(t) for t in TOPICS)}) GROUP BY owner')}


def epochs(s, but):
    """Of the stages that nobody touches: topic, partition, owner, epoch."""
    return {name: s.rows(f'SELECT topic, "partition", owner, epoch FROM "{name}".consumed ORDER BY 1, 2') for name in SERVICES if name != but}


def shared(s, processes, begin, limit, what):
    """Until the partitions are shared evenly among these processes; seconds since `begin`."""
    wanted = {p.instance: 24 // len(processes) for p in processes}
    until(lambda: owners(s) == wanted, limit + 10, f'{what}: partitions are {owners(s)}, wanted {wanted}')
    return time.monotonic() - begin


def starts(s, instance):
    """A further process of appraisal; it and the moment at which it answered."""
    p = Service(s, 'appraisal', instance)
    s.extra.append(p)
    return p.start()


@test
def work_moves_to_who_joins_and_from_who_leaves_or_dies(s):
    first = s.services['appraisal']
    running = [first]
    ports = in_turn(lambda service: running if service == 'appraisal' else [s.services[service]])
    measured = collections.defaultdict(list)        # what happened -> (seconds, limit, longest command, that of other stages) of each time

    def measure(kind, seconds, limit, since, taking):
        """Also what a client saw: a command waits until the process that now has the partition took its event in."""
        busy = stretch([p.process.pid for p in taking])
        load.flows(len(UNITS))
        others = longest_of_others(load, since)
        measured[kind].append((seconds, limit * busy, load.longest(since), others))
        say(f'{kind}: partitions moved after {seconds:.2f} s (at most {limit:g} x {busy:.1f}), longest command {load.longest(since):.2f} s, of other stages {others:.2f} s')

    def joins(instances):
        begin = time.monotonic()
        fresh = [starts(s, i) for i in instances]
        for p in fresh:
            p.ready()
        joined = time.monotonic()
        say(f'{len(instances)} more answered after {joined - begin:.2f} s')
        moved = shared(s, running + fresh, joined, JOIN, 'joining')
        running.extend(fresh)
        measure(f'{len(running) - len(fresh)} processes, {len(fresh)} joined', moved, JOIN, begin, fresh)

    def goes(what, end):
        gone, before = running.pop(), len(running) + 1
        begin = time.monotonic()
        end(gone)
        measure(f'one of {before} {what}', shared(s, running, begin, LEAVE, what), LEAVE, begin, running)

    shared(s, running, time.monotonic(), 10, 'one process')
    others = epochs(s, 'appraisal')
    with Load(s, UNITS, ports=ports) as load:
        load.flows(6)
        begin = time.monotonic()
        load.flows(QUIET * len(UNITS), 120)
        quiet = longest_of_others(load, begin)
        say(f'nothing moves: longest command of other stages {quiet:.2f} s')
        for turn_of in range(TIMES):                    # 1 -> 2 -> 4 processes, and back to the first one
            joins([f'{turn_of}a'])
            joins([f'{turn_of}b', f'{turn_of}c'])
            goes('left', lambda p: equal(p.stop(), 0, 'it leaves in order'))
            goes('died', lambda p: p.kill())
            goes('died', lambda p: p.kill())
    say(f'{len(load.done)} dossiers; repeated: ' + ', '.join(f'{n} {why} x{k}' for (n, why), k in sorted(load.repeated.items())))
    all_ended_once(s, load.done)
    moved = [(was, now) for name, rows in epochs(s, 'appraisal').items() for was, now in zip(others[name], rows) if was != now]
    check(not moved, f'nothing moved in the other stages, {len(moved)} partitions did', *moved[:3])
    for kind, times in measured.items():
        for seconds, limit, longest, of_others in times:
            check(seconds <= NOISE * limit, f'{kind}: {seconds:.2f} s, at most {NOISE} x {limit:.1f}')
            check(longest <= NOISE * limit + 1, f'{kind}: a command waited {longest:.2f} s, at most {NOISE} x {limit:.1f} and a second')
            check(of_others <= NOISE * (quiet + STILL), f'{kind}: a command at another stage took {of_others:.2f} s, at most {NOISE} x {quiet + STILL:.2f}')
        usual, limit, _, of_others = (statistics.median(column) for column in zip(*times))
        say(f'{kind}: {usual:.2f} s in the median of {len(times)}, at most {limit:.1f}')
        check(usual <= limit, f'{kind}: {usual:.2f} s in the median of {len(times)}, at most {limit:.1f}')
        check(of_others <= quiet + STILL, f'{kind}: other stages took {of_others:.2f} s in the median of {len(times)}, at most {quiet + STILL:.2f}')


def longest_of_others(load, since):
    return max(load.longest(since, n) for n in SERVICES if n != 'appraisal')


def in_turn(processes):
    """Any process of a stage answers for any dossier: those that run take turns, as behind a gateway."""
    turns = collections.Counter()

    def ports(service):
        turns[service] += 1
        of = [p.port for p in processes(service)]
        n = turns[service] % len(of)
        return of[n:] + of[:n]
    return ports


def settled(s, owner):
    """What a process owns, once the group has come to rest: joining may move the same partitions once more."""
    sql = f"SELECT topic, \"partition\", epoch FROM appraisal.consumed WHERE owner = '{owner}' ORDER BY 1, 2"

    def still():
        before = s.rows(sql)
        time.sleep(2)
        return before if s.rows(sql) == before else None
    return until(still, 20, f'{owner} has come to rest')


@test
def a_process_that_comes_back_has_its_partitions_again_and_nobody_else_notices(s):
    """The same instance within the session's time: membership is static, so nothing moves at all."""
    first, second = s.services['appraisal'], s.add('appraisal', '5')
    shared(s, [first, second], time.monotonic(), 20, 'two')
    before = settled(s, 'taicho-appraisal-1')
    with Load(s, UNITS[:3]) as load:
        load.flows()
        begin = time.monotonic()
        second.kill()
        second.start().ready()
        ready = time.monotonic()
        load.flows(2 * len(load.units))
    say(f'back after {ready - begin:.2f} s, longest command {load.longest(begin):.2f} s')
    all_ended_once(s, load.done)
    check(load.longest(begin) < SESSION, f'no command waited until the session was over: {load.longest(begin):.2f} s')
    equal(s.rows("SELECT topic, \"partition\", epoch FROM appraisal.consumed WHERE owner = 'taicho-appraisal-1' ORDER BY 1, 2"), before, 'what the other one had')
    equal(second.stop(), 0, 'ends well')


def none_was_told(load, *whys):
    told = {f'{n} {why}': k for (n, why), k in load.repeated.items() if why in whys}
    check(not told, f'commands that had to be repeated: {told}')


def restart(load, p):
    begin = time.monotonic()
    equal(p.stop(), 0, f'{p.name} {p.instance} stops in order')
    down = time.monotonic()
    p.start().ready()
    ready = time.monotonic()
    load.flows(len(UNITS))
    say(f'{p.name} {p.instance}: stopped in {down - begin:.2f} s, ready in {ready - down:.2f} s, longest command '
        + ', '.join(f'{load.longest(begin, n):.2f} s at {n}' for n in SERVICES[:4]))


def told(load):
    say(f'{len(load.done)} dossiers, longest command {load.longest(0):.2f} s; repeated: '
        + ', '.join(f'{n} {why} x{k}' for (n, why), k in sorted(load.repeated.items()))
        + '; passed over: ' + ', '.join(f'{n} {why} x{k}' for (n, why), k in sorted(load.passed_over.items())))


@test
def a_rolling_restart_of_every_service_fails_no_command(s):
    shared(s, [s.services['appraisal']], time.monotonic(), LEAVE, 'what was left of others')
    with Load(s, UNITS, patience=15) as load:
        load.flows(6)
        for name in SERVICES:
            restart(load, s.services[name])
    told(load)
    all_ended_once(s, load.done)
    # While its only process is away, a service refuses connections; but one that stops answers everybody whom it let in.
    none_was_told(load, 'cut')


@test
def status_tells_who_owns_what(s):
    second = s.add('appraisal', '6')
    shared(s, [s.services['appraisal'], second], time.monotonic(), 20, 'two')
    lines = [line.split() for line in s.ctl('status').out.splitlines()]
    for topic in TOPICS:
        told = {line[1]: line[3] for line in lines if line[:1] == ['appraisal'] and topic in line}
        equal(sorted(told), ['taicho-appraisal-1', 'taicho-appraisal-6'], f'processes that have {topic}')
        equal(sorted(told.values()), ['0-5', '6-11'], f'what they have of {topic}')
    told = {o['service']: o['owners'] for o in json.loads(s.ctl('status', '--json').out)}
    equal(sorted(told), sorted(SERVICES), 'services')
    for name in SERVICES:
        rows = s.rows(f'SELECT topic, "partition", owner, epoch FROM "{name}".consumed')
        equal(sum(o['partitions'] for o in told[name]), len(rows), f'partitions of {name}')
        for o in told[name]:
            mine = [r for r in rows if (r['topic'], r['owner'], r['epoch']) == (o['topic'], o['owner'], o['epoch'])]
            equal(len(mine), o['partitions'], f'{o}')
            check(o['connected'], f'{o} is connected')
    second.kill()
    until(lambda: any(o['owner'] == 'taicho-appraisal-6' and not o['connected'] for p in json.loads(s.ctl('status', '--json').out) for o in p['owners']),
          4, 'one that died is shown as not connected, before its partitions moved')


def restart_all(s, both, ports):
    """Two processes of each service, one behind the other, under load; the load."""
    with Load(s, UNITS, patience=15, ports=ports) as load:
        load.flows(6)
        for p in [p for name in SERVICES for p in both[name]]:
            restart(load, p)
    told(load)
    all_ended_once(s, load.done)
    none_was_told(load, 'cut', '503', 'refused')
    for _, p in both.values():
        equal(p.stop(), 0, f'{p.name} {p.instance} ends well')
    return load


def two_of_each(s, instance):
    return {name: [s.services[name], s.add(name, instance)] for name in SERVICES}


@test
def nor_does_a_restart_of_two_processes_of_each_one_behind_the_other(s):
    """Clients take turns; what the one refuses, or answers with 503 while it stops, the other one takes at once."""
    both = two_of_each(s, '7')
    load = restart_all(s, both, in_turn(both.get))
    check(sum(load.passed_over.values()) > 0, 'commands came to a process that was away')


@test
def nor_does_one_behind_the_gateway(s):
    """Who knows the gateway alone, and repeats nothing, does not notice."""
    both = two_of_each(s, '8')
    with Gateway(s, both) as gateway:
        load = restart_all(s, both, lambda _: [gateway.port])
    none_was_told(load, '502', '504')


def environment():
    return System(what='scale')


main(environment)
