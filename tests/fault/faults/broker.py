"""Kafka is away, hangs, dies, comes back empty under another cluster id."""
import os
import signal
import time

from harness.bed import alive, lasts
from system import SERVICES
from tap import until

AGAIN_S = 60            # everything kept is published again before the last of the points is passed


def pid(bed):
    return int((bed.dir / 'servers/pid/kafka').read_text().split()[0])


def well(bed):
    """All services say that they see the broker."""
    return all((a := bed.http('GET', bed.services[n].port, '/readyz')).status == 200 and not a['degraded'] for n in SERVICES)


def _recovered(bed, fault, limit=240):
    begin = time.monotonic()

    def good():
        try:
            return well(bed)
        except OSError:
            return False
    until(good, limit, f'{fault}: all services see the broker again')
    bed.book.recovered(fault, time.monotonic() - begin)


def hangs(bed, rng, seconds):
    """It does not answer for a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bed.book.injected('broker hangs 1 s', 'kafka')
        os.kill(pid(bed), signal.SIGSTOP)
        lasts(1)
        os.kill(pid(bed), signal.SIGCONT)
        _recovered(bed, 'broker hangs 1 s')
        lasts(rng.uniform(0.5, 1.5))


def restarts(bed, rng, seconds):
    """Killed and started again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        bed.book.injected('broker kill -9', 'kafka')
        old = pid(bed)
        os.kill(old, signal.SIGKILL)
        until(lambda: not alive(old), 30, 'the broker is gone')
        bed.serve('kafka')
        _recovered(bed, 'broker kill -9')
        lasts(rng.uniform(2, 4))


def away(bed, rng, seconds=60):
    """Stopped, and started after a minute."""
    bed.book.injected('broker away 60 s', 'kafka')
    bed.servers('kafka', 'stop')
    lasts(seconds)
    bed.serve('kafka')
    _recovered(bed, 'broker away 60 s')


def _wipe(bed):
    bed.servers('kafka', 'stop')
    bed.servers('kafka', 'wipe')
    bed.wiped = True
    bed.serve('kafka')
    until(lambda: bed.ctl('topics', must=False).returncode == 0, 60, 'the topics are made anew')


def wiped(bed, rng, seconds, points=(None, 'relay-loss', 'relay-replay', 'relay-cluster')):
    """Everything on it is gone; another cluster id. Each time every relay dies on another step of publishing again."""
    for point in points:
        bed.book.injected('broker wiped', 'kafka')
        armed = {}
        if point:
            for name in SERVICES:
                row = bed.book.row('crash ' + point)
                armed[name] = row.by.get(name, 0)
                bed.services[name].arm(f'{point}:{rng.randint(1, 40) if point == "relay-replay" else 1}')
            lasts(0.3)
            bed.supervisor.steady(60)
        _wipe(bed)
        _recovered(bed, 'broker wiped')
        end = time.monotonic() + AGAIN_S
        while any(bed.book.row('crash ' + point).by.get(n, 0) == k for n, k in armed.items()) and time.monotonic() < end:
            time.sleep(0.05)
        for name, k in armed.items():
            if bed.book.row('crash ' + point).by.get(name, 0) == k:
                bed.book.missed('crash ' + point, name)
                bed.services[name].strike('kill -9')
        lasts(rng.uniform(1, 3))
