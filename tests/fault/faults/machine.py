"""The machine: descriptors, memory, slow clients, clocks."""
import mmap
import os
import resource
import signal
import socket
import struct
import time
from pathlib import Path

from harness.bed import lasts
from harness.client import Client, Counter
from story import BIRTH, BUILDING, PHAN_THIET, Desk, Dossier
from system import BUILD, SERVICES
from tap import check, say, until


FILLERS = 200               # connections at most that are opened to use descriptors up


def _used_up(pid, limit):
    """Every number below the limit is taken: the next open() or accept() has none."""
    return {int(n) for n in os.listdir(f'/proc/{pid}/fd')} >= set(range(limit))


def _keep_used_up(s, pid, limit, fillers, until):
    """Opens connections until nothing is left, and again when something is; how many looks of all found none left."""
    looks = none_left = 0
    while time.monotonic() < until:
        full = _used_up(pid, limit)
        looks, none_left = looks + 1, none_left + full
        if not full and len(fillers) < FILLERS:
            fillers.append(socket.create_connection(('127.0.0.1', s.port), timeout=2))
        lasts(0.005 if not full else 0.05)
    return none_left, looks


def descriptors(bed, rng, seconds):
    """A service has no descriptor left for a while: connections hold all that its limit allows."""
    fault = 'no descriptors left'
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < len(SERVICES):
        s = bed.services[SERVICES[n % len(SERVICES)]]
        n += 1
        pid, fillers = s.process.pid, []
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        limit = len(os.listdir(f'/proc/{pid}/fd')) + 4
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, before[1]))
        try:
            none_left, looks = _keep_used_up(s, pid, limit, fillers, time.monotonic() + rng.uniform(1.5, 3))
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        begin = time.monotonic()
        for c in fillers:
            c.close()
        if none_left:
            bed.book.injected(fault, s.name)
            bed.answers_again(fault, s, begin)
        else:
            bed.wrong.append(f'{s.name} always had one of {limit} descriptors left, in {looks} looks and with {len(fillers)} connections')
        lasts(rng.uniform(0.2, 1))


MEMORY = 'no memory left'
MORE_MIB = (0, 1, 2, 4)     # that a service may still take
ENDS_S = 10                 # until it has met the limit and ended; one that needs no more memory goes on
NEAR = 128 * 1024           # so near to the limit it has met it: an allocation takes more
BODY = b'POST /v1/dossiers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"a":"' + b'x' * 90000


def _half_sent(s, count):
    """Connections that each have all of a large request but its end: a service keeps what it has of them."""
    lines = []
    for _ in range(count):
        try:
            c = socket.create_connection(('127.0.0.1', s.port), timeout=5)
            c.setblocking(False)
            lines.append(c)
            c.send(BODY)
        except OSError:
            break                   # its end has come
    return lines


def _data(pid):
    """What counts against the limit, in bytes."""
    return int(Path(f'/proc/{pid}/status').read_text().split('VmData:')[1].split()[0]) * 1024


def _meets_its_end(bed, s, process, limit):
    """Until it has ended for want of memory: True. False: it goes on, though it has met the limit; None: it never came near."""
    begin, near = time.monotonic(), False
    while process.poll() is None and time.monotonic() - begin < ENDS_S:
        try:
            near = near or _data(process.pid) > limit - NEAR
        except (OSError, IndexError):
            pass                                # it has just ended
        s.struck = time.monotonic()
        lasts(0.02)
    if process.poll() is None:
        return False if near else None
    until(lambda: s.fault is None, 30, f'the end of {s.name} is noted')
    if process.returncode != -signal.SIGABRT:
        bed.wrong.append(f'"{MEMORY}": {s.name} ended with status {process.returncode}, not by its own abort')
    return True


def memory(bed, rng, seconds):
    """A service gets no more memory while clients want some. It may end by itself, at once; what it may not do is go on with half of
    something."""
    end, n, ended = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end or n < len(SERVICES):
        s = bed.services[SERVICES[n % len(SERVICES)]]
        n += 1
        process, said = s.process, s.log.stat().st_size
        before = resource.prlimit(process.pid, resource.RLIMIT_DATA)
        limit = _data(process.pid) + rng.choice(MORE_MIB) * 2**20
        s.fault = MEMORY                        # should it end, that is why
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limit, before[1]))
        lines = _half_sent(s, 60)
        met = _meets_its_end(bed, s, process, limit)
        for c in lines:
            c.close()
        if met:
            ended += 1
            s.asked_for.append((said, s.log.stat().st_size))
            bed.book.injected(MEMORY, s.name)
            bed.wrong += bed.supervisor.steady(60)
            continue
        s.fault = None
        resource.prlimit(process.pid, resource.RLIMIT_DATA, before)
        if met is not None:
            bed.book.injected(MEMORY, s.name)
            bed.answers_again(MEMORY, s, time.monotonic())
        lasts(rng.uniform(0.2, 1))
    if not ended:
        bed.wrong.append('no service ever met the end of its memory')
    say(f'{ended} of {n} that got no more memory ended')


def slow_clients(bed, rng, seconds):
    """Hundreds of connections that send a byte a second, or never read what they asked for. The counter is served meanwhile."""
    lines, counter = [], Counter(bed, 'H11.35.24')
    counter.start()
    for s in bed.services.values():
        for n in range(60):
            c = socket.create_connection(('127.0.0.1', s.port), timeout=5)
            c.setblocking(False)
            lines.append((c, n % 3, BODY))
        bed.book.injected('60 slow HTTP clients', s.name)
    end, at = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for c, kind, data in lines:
            try:
                c.send(data[at:at + 1] if kind else b'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
            except OSError:
                pass                # hung up on, or its window is full
        at += 1
        lasts(0.3)
    bed.wrong += [f'60 slow HTTP clients: {w}' for w in counter.end()]
    say(f'beside slow clients: {counter.accepted} received, the longest answer after {counter.longest:.2f} s')
    begin = time.monotonic()
    for c, _, _ in lines:
        c.close()
    for s in bed.services.values():
        bed.answers_again('60 slow HTTP clients', s, begin)


class Clock:
    """What a service takes for the time of day, moved by a library before libc; the monotonic clock goes on."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(struct.pack('q', 0))
        self.file = open(path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 8)
        self.at = 0

    def set(self, seconds):
        self.at = seconds
        self.map[:8] = struct.pack('q', int(seconds * 1_000_000))


STEPS = [0, 10, -10, 60, 600, 3600, 3600, 3590]
DAY = 86400
TO_WEDNESDAY = 64            # 1 October 2019 is a Tuesday
FAR = [0, 30 * DAY, -30 * DAY]


def clock_steps(bed, rng, seconds):
    """The clock of each service jumps by itself, forward and back, by minutes and hours."""
    _jump(bed, rng, seconds, STEPS, 'clock step')


def clock_far_off(bed, rng, seconds):
    """By a month, from a Wednesday whose neighbours are a Monday and a Friday on which everybody has a mandate. Ahead, every token has expired; back, none is valid yet."""
    bed.ctl('clock', 'forward', f'{TO_WEDNESDAY}d')
    bed.passing = (401,)
    _jump(bed, rng, seconds, FAR, 'clock a month off')
    bed.passing = ()


def _jump(bed, rng, seconds, steps, fault):
    library = BUILD / 'fault/clockstep.so'
    check(library.exists(), f'there is no {library}: make fault builds it')
    clocks = {}
    for name in SERVICES:
        s = bed.services[name]
        clocks[name] = Clock(bed.dir / f'clock-{name}')
        s.preload, s.more = library, {'CLOCKSTEP_FILE': str(clocks[name].path)}
        s.arm()
    lasts(0.5)
    bed.supervisor.steady(60)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = rng.choice(SERVICES)
        step = rng.choice([s for s in steps if s != clocks[name].at])      # where it stands already it would not jump
        clocks[name].set(step)
        bed.book.injected(fault, name)
        off = bed.business_time(name) - bed.business_time('taichoctl') - step
        if abs(off) > 5:
            bed.wrong.append(f'{name} is {off:.1f} s from where the step of {step} s should have put it')
        lasts(rng.uniform(0.2, 1))
        bed.well_again(fault, time.monotonic(), 30, flows=all(abs(c.at) < DAY for c in clocks.values()))    # a month off no token is valid
    bed.without_library()


class Timers:
    """A service's timers that fall due while it dies at them: who waits for them, how far the clock goes, the event they make."""

    def __init__(self, name, open_one, forward, event, goes_on):
        self.name, self.open_one, self.forward, self.event, self.goes_on = name, open_one, forward, event, goes_on


def _asked(client):
    """The other unit keeps silent."""
    desk = Desk(PHAN_THIET, at_counter=False)
    return Dossier(client, desk, BUILDING).receive(channel='post').give_transfer().take_transfer().assign().ask('H11.36')


def _back_office(d):
    d.assign().conclude().decided().number().seal().give_result().take_result().make_ready().deliver().archive()


def _watched(client, service, d):
    """A dossier, once the service watches the step that it has to do."""
    until(lambda: client.bed.rows(f"SELECT FROM {service}.timer WHERE act = 'step' AND subject = '{d.id}'"), 30, f'{service} watches its step')
    return d


# Weeks, behind the two days at the beginning: the clock stops on working days alone.
TIMERS = [
    Timers('intake', lambda client: Dossier(client, Desk('H11.35.22'), BIRTH).receive(), '24h', 'DuePassed', lambda d: d.appraised().decided().returned()),
    Timers('appraisal', _asked, '7d', 'ConsultationLapsed', _back_office),
    Timers('approval', lambda client: _watched(client, 'approval', Dossier(client, Desk('H11.35.24'), BIRTH).receive().appraised()), '7d',
           'ApprovalPassed', lambda d: d.decided().returned()),
    Timers('return', lambda client: _watched(client, 'return', Dossier(client, Desk('H11.35.25'), BIRTH).receive().appraised().decided()), '7d',
           'ReturnPassed', lambda d: d.returned()),
]
OPEN = 5


def clock_forward(bed, rng, seconds):
    """Days end for dossiers that are under way: their timers fall due, of their own date at intake, of an opinion asked for at
    appraisal, of the open step at approval and return, while that service dies at them."""
    client = Client(bed)
    for timers in TIMERS:
        for point in ('timer-due', 'timer-done'):
            _fall_due(bed, client, timers, point)
    client.close()


def _fall_due(bed, client, timers, point):
    fault, s = 'business clock forward', bed.services[timers.name]
    open_ones = [timers.open_one(client) for _ in range(OPEN)]
    row = bed.book.row('crash ' + point)
    before = row.by.get(s.name, 0)
    s.arm(f'{point}:1')
    lasts(0.2)
    bed.supervisor.steady(60)
    bed.book.injected(fault, s.name)
    begin = time.monotonic()
    bed.ctl('clock', 'forward', timers.forward)
    if not bed.must_be(lambda: row.by.get(s.name, 0) > before, 30, f'{s.name} dies at {point}'):
        bed.book.missed('crash ' + point, s.name)
        s.arm()
    bed.supervisor.steady(60)
    ids = ','.join(repr(d.id) for d in open_ones)
    happened = lambda: bed.rows(f"SELECT count(*) AS n FROM {s.name}.outbox WHERE type LIKE '%.{timers.event}' AND key IN ({ids})")[0]['n']
    if bed.must_be(lambda: happened() >= OPEN, 60, f'{timers.event} of each'):
        bed.book.recovered(fault, time.monotonic() - begin)
    if happened() != OPEN:
        bed.wrong.append(f'{timers.event} of {OPEN} dossiers happened {happened()} times')
    for d in open_ones:
        timers.goes_on(d)
