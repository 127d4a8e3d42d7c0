"""Processes that die, hang, or are there twice."""
import signal
import threading
import time

from harness.bed import lasts
from system import SERVICES


def kill(bed, rng, seconds):
    """Any process, any moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lasts(rng.uniform(0.15, 0.9))
        up = [s for s in bed.all() if s.wanted and s not in bed.supervisor.down and s.fault is None]
        if up:
            rng.choice(up).strike('kill -9')


def stop_in_order(bed, rng, seconds):
    """A restart as operators do it, of one service after the other: no command fails."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in rng.sample(SERVICES, len(SERVICES)):
            bed.services[name].strike('restart in order', signal.SIGTERM)
            lasts(rng.uniform(0.5, 2))


def _hang(bed, s, fault, seconds):
    pid = s.process.pid
    bed.book.injected(fault, s.name)
    s.process.send_signal(signal.SIGSTOP)
    lasts(seconds)
    if s.process.pid == pid and s.process.poll() is None:
        s.process.send_signal(signal.SIGCONT)
    begin = time.monotonic()
    while s.get_ready() != 200 and time.monotonic() - begin < 60:
        time.sleep(0.02)
    bed.book.recovered(fault, time.monotonic() - begin)


def hang(bed, rng, seconds):
    """A process that does not run for a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        _hang(bed, bed.services[rng.choice(SERVICES)], 'hangs 1 s', 1)
        lasts(rng.uniform(0.1, 0.5))


def fenced(bed, rng, seconds):
    """The owner of the partitions hangs for 30 s, longer than its session; another process takes over; then the first one
    goes on where it was, and must be fenced."""
    twins = [bed.add(name, '2') for name in SERVICES]
    lasts(3)
    threads = [threading.Thread(target=_hang, args=(bed, bed.services[n], 'hangs 30 s, fenced', 30)) for n in SERVICES]
    for t in threads:
        t.start()
        lasts(rng.uniform(0, 1))
    for t in threads:
        t.join()
    lasts(2)
    for twin in twins:
        bed.remove(twin)


def twice(bed, rng, seconds):
    """Two processes of every service: two relays, two audits. Now this one dies, now that one."""
    twins = [bed.add(name, '2') for name in SERVICES]
    for name in SERVICES:
        bed.book.injected('two of each', name)
        bed.book.recovered('two of each')
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        rng.choice(bed.instances(rng.choice(SERVICES))).strike('two of each, one killed')
        lasts(rng.uniform(0.5, 2))
    bed.supervisor.steady(60)
    for twin in twins:
        bed.remove(twin, rng.choice([9, 15]))
