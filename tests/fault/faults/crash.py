"""Crash points: every point x every service that passes it x some passes. Each is killed, comes back with the point armed,
dies there, and comes back without."""
import subprocess
import threading
import time
import uuid

from harness.client import Client
from story import ADMIN
from system import BUILD, SERVICES, STAGES
from tap import check, say

REACHED_S = 15          # a point that was not passed within this is reported as not reached
TURNS = 5               # in so many runs of the selection each point of each service has its turn
TRIES_S = (REACHED_S, 60)       # of a first pass in the selection: a busy machine may keep the load, or the broker, from coming by
MOST_S = 240            # that the selection's cells may take: what is left then was not tried
ALL, GROUP = SERVICES, STAGES


def _term(bed, s):
    """The stop has points of its own."""
    s.process.send_signal(15)


def _join(bed, s):
    """A second process takes partitions away."""
    bed.remove(bed.add(s.name, f'j{uuid.uuid4().hex[:6]}'))


def _import(bed, s):
    """A new reference release reaches every service."""
    client = Client(bed)
    officer = f'H11.35.21-zz{uuid.uuid4().hex[:8]}'
    client.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [{
        'kind': 'officer', 'id': officer, 'valid_from': '2019-01-01', 'valid_to': '2025-07-01', 'unit': 'H11.35.21', 'title': 'Thử', 'roles': ['clerk']}]})
    client.close()


def _command(bed, s):
    """To audit the load has nothing to say: its target is set by an operator."""
    if s.name == 'audit':
        client = Client(bed)
        client.must('audit', '/v1/targets', ADMIN, {'target': f't-{uuid.uuid4().hex[:8]}', 'level': 'commune', 'share_percent': 100, 'phase': '1',
                                                    'valid_from': '2019-10-01'})
        client.close()


# point: services that pass it, what makes them pass it besides the load, which passes are tried ('many': one at random too)
POINTS = {
    'batch-begin': (ALL, None, (1, 'many')), 'batch-loaded': (ALL, None, (1, 'many')), 'batch-saved': (ALL, None, (1, 'many')),
    'commit-sent': (ALL, None, (1, 'many')), 'commit-done': (ALL, None, (1, 'many')), 'answer': (ALL, None, (1, 'many')),
    'command-answer': (ALL, _command, (1,)),
    'release': (ALL, _import, (1,)),
    'relay-led': (ALL, None, (1,)), 'relay-days': (ALL, None, (1,)), 'relay-tick': (ALL, None, (1, 'many')),
    'relay-produce': (ALL, None, (1, 'many')), 'relay-produced': (ALL, None, (1, 'many')),
    'relay-acknowledged': (ALL, None, (1, 'many')), 'relay-saved': (ALL, None, (1, 'many')),
    'consumer-active': (['audit'], None, (1, 2)),
    'consumer-claim': (ALL, None, (1,)), 'consumer-claimed': (ALL, None, (1,)), 'consumer-assigned': (ALL, None, (1, 7)),
    'consumer-revoked': (GROUP, _join, (1,)), 'consumer-polled': (ALL, None, (1, 'many')), 'consumer-report': (ALL, None, (1,)),
    'stop-begun': (ALL, _term, (1,)), 'stop-answered': (ALL, _term, (1,)), 'stop-flushed': (ALL, _term, (1,)),
}
# Passed only by what other faults do, and armed there: machine.clock_forward, broker.wiped, database.migrations. Audit alone has no timers.
ELSEWHERE = {
    'timer-due': GROUP, 'timer-done': GROUP,
    'relay-loss': ALL, 'relay-replay': ALL, 'relay-cluster': ALL,
    'migrate-step': ['taichoctl'], 'migrate-done': ['taichoctl'],
}


def known():
    """The table of the programs and this one are the same."""
    out = subprocess.run([BUILD / 'bin/taicho-intake', 'crash-points'], stdout=subprocess.PIPE, check=True).stdout.decode()
    names = {line.split('\t')[0] for line in out.splitlines()}
    here = set(POINTS) | set(ELSEWHERE)
    check(names == here, 'crash points that only one side knows', names ^ here)


def cells(rng):
    """(service, point, pass, stimulus), shuffled."""
    out = []
    for point, (services, stimulus, passes) in POINTS.items():
        for service in services:
            out += [(service, point, rng.randint(2, 25) if n == 'many' else n, stimulus) for n in passes]
    rng.shuffle(out)
    return out


def in_turn(rng, turn, count):
    """So many cells: the first pass of every point at one of its services, the next one at the next turn, and some later passes."""
    first = [(service, point, 1, stimulus) for n, (point, (services, stimulus, _)) in enumerate(POINTS.items())
             for service in services if (n + SERVICES.index(service)) % TURNS == turn]
    out = first + [c for c in cells(rng) if c[2] > 1][:max(0, count - len(first))]
    rng.shuffle(out)
    return out


def reach(bed, s, point, nth, stimulus, within=REACHED_S):
    """One cell: armed, passed, dead, well again. True: it died there."""
    row = bed.book.row('crash ' + point)
    before = row.by.get(s.name, 0)
    s.arm(f'{point}:{nth}')
    end, told = time.monotonic() + within, False
    while row.by.get(s.name, 0) == before and time.monotonic() < end:
        if stimulus and not told and s.crash and s.get_ready() == 200:
            told = True
            stimulus(bed, s)
        time.sleep(0.02)
    died = row.by.get(s.name, 0) > before
    if not died:
        bed.book.missed('crash ' + point, f'{s.name}:{nth}')
        s.arm()
    end = time.monotonic() + 60
    while (s in bed.supervisor.down or s.get_ready() != 200) and time.monotonic() < end:
        time.sleep(0.02)
    return died


def never_reached(book):
    """Points that a program should have died at, and did not, in the whole campaign."""
    places = {**{point: services for point, (services, _, _) in POINTS.items()}, **ELSEWHERE}
    return [f'{program} was never killed at {point}' for point, programs in places.items() for program in programs
            if not book.row('crash ' + point).by.get(program)]


def _side_by_side(bed, tried, of, limit):
    """Each service through its own cells, all services at once, until the time is over."""
    end = time.monotonic() + limit

    def mine(name):
        for cell in tried:
            if cell[0] == name and time.monotonic() < end and not bed.over.is_set():
                of(bed.services[name], *cell[1:])
    threads = [threading.Thread(target=mine, args=(n,), daemon=True) for n in SERVICES]
    for t in threads:
        t.start()
    for t in threads:
        t.join(limit + 120)


def crashes(bed, rng, seconds):
    """All cells, then again with other passes, until the time is over."""
    known()
    _side_by_side(bed, [c for _ in range(50) for c in cells(rng)], lambda *cell: reach(bed, *cell), seconds)


def selected(bed, rng, _seconds, count):
    """So many cells, each once: what the seed has in turn. A point that nobody dies at as it is passed for the first time is dead."""
    known()
    turn = bed.seed % TURNS
    tried, reached = in_turn(rng, turn, count), set()
    first = sorted(f'{service} {point}' for service, point, nth, _ in tried if nth == 1)
    say(f'crash points, turn {turn + 1} of {TURNS} by the seed: {", ".join(first)}')

    def of(s, point, nth, stimulus):
        for within in TRIES_S[:2 if nth == 1 else 1]:
            if reach(bed, s, point, nth, stimulus, within):
                reached.add((s.name, point, nth))
                return
    _side_by_side(bed, tried, of, MOST_S)
    bed.wrong += [f'{service} did not die at {point} as it passed it for the first time'
                  for service, point, nth, _ in tried if nth == 1 and (service, point, nth) not in reached]
