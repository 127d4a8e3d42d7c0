"""Kafka is away, hangs, dies, comes back empty under another cluster id."""
import os
import signal
import time

from flow import PARTITIONS, hears
from harness.bed import alive, lasts
from harness.client import Counter
from system import SERVICES
from tap import say, until

AGAIN_S = 300           # everything kept is published again before the last of the points is passed: 93 s were seen with 13,000 dossiers
DRAINED_US = 1_000_000  # under load there is always something on its way; this young, nothing is left of a time without a broker
AWAY = 'broker away 60 s'
POINTS = (None, 'relay-loss', 'relay-replay', 'relay-cluster')


def pid(bed):
    return int((bed.dir / 'servers/pid/kafka').read_text().split()[0])


def well(bed):
    """All services say that they see the broker."""
    try:
        return all((a := bed.http('GET', bed.services[n].port, '/readyz')).status == 200 and not a['degraded'] for n in SERVICES)
    except OSError:
        return False


def drained(bed):
    """Nothing is left of what gathered meanwhile."""
    return all((at := bed.status(bed.services[n])) and at['relay']['oldest_unpublished_us'] < DRAINED_US for n in SERVICES)


def reads(bed, logs):
    """Every service has stored what its topics held then, each partition of them."""
    for name in SERVICES:
        read = {(r['topic'], r['partition']): r['next_offset'] for r in bed.rows(f'SELECT topic, "partition", next_offset FROM "{name}".consumed')}
        if any(read.get((topic, p), 0) < end for topic in hears(name) for p, (_, end) in enumerate(logs.get(topic, []))):
            return False
    return True


def recovered(bed, fault, begin, limit=240, what=well):
    """Notes it when all services see the broker, or what else is asked for."""
    until(lambda: what(bed), limit, f'{fault}: all services see the broker again')
    bed.book.recovered(fault, time.monotonic() - begin)


def hangs(bed, rng, seconds):
    """It does not answer for a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bed.book.injected('broker hangs 1 s', 'kafka')
        os.kill(pid(bed), signal.SIGSTOP)
        lasts(1)
        os.kill(pid(bed), signal.SIGCONT)
        recovered(bed, 'broker hangs 1 s', time.monotonic())
        lasts(rng.uniform(0.5, 1.5))


def restarts(bed, rng, seconds, pause=(2, 4)):
    """Killed and started again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bed.book.injected('broker kill -9', 'kafka')
        old, begin = pid(bed), time.monotonic()
        os.kill(old, signal.SIGKILL)
        until(lambda: not alive(old), 30, 'the broker is gone')
        bed.serve('kafka')
        recovered(bed, 'broker kill -9', begin)
        lasts(rng.uniform(*pause))


def away(bed, rng, seconds=60):
    """Stopped, and started after a minute; intake receives all the time. It counts as recovered from when what gathered meanwhile is
    published and every listener has taken it in: from the moment the broker serves again."""
    counter = Counter(bed, 'H11.35.23')
    counter.start()
    bed.book.injected(AWAY, 'kafka')
    bed.servers('kafka', 'stop')
    lasts(seconds)
    bed.wrong += counter.end()
    say(f'without a broker: {counter.accepted} received, the longest answer after {counter.longest:.2f} s')
    bed.serve('kafka')
    begin = time.monotonic()
    until(lambda: well(bed) and drained(bed), 240, f'{AWAY}: what gathered is published')
    logs = bed.kafka.watermarks(PARTITIONS)
    recovered(bed, AWAY, begin, what=lambda bed: reads(bed, logs))


def _wipe(bed):
    bed.servers('kafka', 'stop')
    bed.servers('kafka', 'wipe')
    bed.wiped = True
    bed.serve('kafka')
    until(lambda: bed.ctl('topics', must=False).returncode == 0, 60, 'the topics are made anew')


def wiped_in_turn(bed, rng, seconds):
    """Once, every relay dying as it first passes the step that the seed has in turn."""
    point = POINTS[1 + bed.seed % (len(POINTS) - 1)]
    say(f'a broker that was wiped: by the seed each relay dies at {point}')
    wiped(bed, rng, seconds, points=(point,), deepest=1)


def wiped(bed, rng, seconds, points=POINTS, deepest=40):
    """Everything on it is gone; another cluster id. Each time every relay dies on another step of publishing again. deepest: that it may die
    at while the messages go out; the first pass of a step cannot be missed."""
    for point in points:
        nth = rng.randint(1, deepest) if point == 'relay-replay' else 1
        bed.book.injected('broker wiped', 'kafka')
        armed = {}
        if point:
            for name in SERVICES:
                row = bed.book.row('crash ' + point)
                armed[name] = row.by.get(name, 0)
                bed.services[name].arm(f'{point}:{nth}')
            lasts(0.3)
            bed.supervisor.steady(60)
        begin = time.monotonic()
        _wipe(bed)
        recovered(bed, 'broker wiped', begin)
        end = time.monotonic() + AGAIN_S
        while any(bed.book.row('crash ' + point).by.get(n, 0) == k for n, k in armed.items()) and time.monotonic() < end:
            time.sleep(0.05)
        for name, k in armed.items():
            if bed.book.row('crash ' + point).by.get(name, 0) == k:
                bed.book.missed('crash ' + point, f'{name}:{nth}')
                if nth == 1:
                    bed.wrong.append(f'{name} did not die at {point} as it passed it for the first time')
                bed.services[name].arm()
        lasts(rng.uniform(1, 3))
