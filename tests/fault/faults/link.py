"""The network: slow, narrow, lossy, cut between a service and one of its servers, and a broker that says it has not done what it did."""
import time

from faults.broker import drained, reads, well
from flow import PARTITIONS
from harness.bed import lasts
from harness.client import Client
from harness.gate import FETCH, HEARTBEAT, JOIN_GROUP, PRODUCE, Gate
from harness.link import TO_CLIENT, TO_SERVER, Link
from story import BIRTH, Desk, Dossier
from system import SERVICES
from tap import say, until

DONE_S = 15                     # until what was armed is met: a fetch that brings something, a heartbeat
WELL_S = 60
# What the broker answers though it has done it. Behind the second half a producer, a member or a place in a log is of no use any more.
ANSWERS = {
    'produce: timed out': (PRODUCE, 7),
    'produce: not the leader': (PRODUCE, 6),
    'produce: too few replicas, after appending': (PRODUCE, 20),
    'produce: a sequence out of order': (PRODUCE, 45),
    'produce: not allowed': (PRODUCE, 29),
    'fetch: not the leader': (FETCH, 6),
    'fetch: an unknown error': (FETCH, -1),
    'fetch: outside of the log': (FETCH, 1),
    'heartbeat: a rebalance': (HEARTBEAT, 27),
    'heartbeat: another generation': (HEARTBEAT, 22),
    'heartbeat: an unknown member': (HEARTBEAT, 25),
    'heartbeat: not the coordinator': (HEARTBEAT, 16),
    'joining: the coordinator loads': (JOIN_GROUP, 14),
}
# Where a connection ends: before the broker has the request, or in the middle of its answer.
ENDS = {
    'cut in a produce, before': (PRODUCE, True),
    'cut in a produce, after': (PRODUCE, False),
    'cut in a fetch, after': (FETCH, False),
}
ERRORS = ['broker answers ' + name for name in ANSWERS] + ['connection ' + name for name in ENDS]
ALONE = ('audit',)              # in no group: it has no heartbeat
CUTS = {
    'cut from Kafka': ('gate', (TO_SERVER, TO_CLIENT)),
    'cut from Kafka, one way': ('gate', (TO_CLIENT,)),
    'cut from PostgreSQL': ('door', (TO_SERVER, TO_CLIENT)),
    'cut from PostgreSQL, one way': ('door', (TO_CLIENT,)),
}
FLAPS = 'cut from both, again and again'
SLOW, NARROW, LOSSY = 'slow links', 'narrow links', 'lossy links'
WELL = {'delay': 0.0, 'spread': 0.0, 'loss': 0.0, 'width': 0}
ACTS = 11                       # commands of a dossier's straight way


class Links:
    """Every service behind a link of its own to Kafka and one to PostgreSQL, as long as the episode lasts."""

    def __init__(self, bed, rng):
        self.bed = bed
        host, port = bed.brokers.split(',')[0].rsplit(':', 1)
        self.gates = {n: Gate(host, port, rng, f'{n} to Kafka').begin() for n in SERVICES}
        self.doors = {n: Link(bed.pg['host'], bed.pg['port'], rng, f'{n} to PostgreSQL').begin() for n in SERVICES}

    def __enter__(self):
        try:
            for n in SERVICES:
                self.bed.services[n].brokers, self.bed.services[n].door = f'127.0.0.1:{self.gates[n].port}', self.doors[n].port
            self._again()
            until(lambda: all(g.passed[TO_CLIENT] and self.doors[n].passed[TO_CLIENT] for n, g in self.gates.items()), 30, 'all services use their links')
        except BaseException:
            self._away()
            raise
        return self

    def __exit__(self, *_):
        for at in self.all():
            at.cut = frozenset()
        self.are(**WELL)
        try:
            _sees(self.bed, 'the end')      # what is stuck behind its link is told before a new process heals it
        finally:
            self._away()

    def _away(self):
        for n in SERVICES:
            self.bed.services[n].brokers = self.bed.services[n].door = None
        try:
            self._again()
        finally:
            for at in self.all():
                at.end()
                self.bed.wrong += at.wrong

    def _again(self):
        for n in SERVICES:
            self.bed.services[n].arm()
        lasts(0.5)
        self.bed.wrong += self.bed.supervisor.steady(60)

    def all(self):
        return [*self.gates.values(), *self.doors.values()]

    def are(self, **how):
        for at in self.all():
            for name, value in how.items():
                setattr(at, name, value)


def _sees(bed, name):
    """All services see the broker, have nothing old to say, and have read what is there by now."""
    def good():
        try:
            return well(bed) and drained(bed)
        except OSError:
            return False
    if not bed.must_be(good, WELL_S, f'{name}: all services see the broker and have nothing old to say'):
        return False
    logs = bed.kafka.watermarks(PARTITIONS)
    return bed.must_be(lambda: reads(bed, logs), WELL_S, f'{name}: all services have read what was there')


def _answered_wrongly(bed, gate, name, fault, api):
    """Waits for what is armed; recovered when the same service is answered without an error again."""
    hits, begin = gate.hits, time.monotonic()
    while gate.hits == hits and time.monotonic() - begin < DONE_S:
        time.sleep(0.005)
    gate.rest()
    if gate.hits == hits:
        bed.book.missed(fault, name)
        return
    bed.book.injected(fault, name)
    begin, good = time.monotonic(), gate.good[api]
    if bed.must_be(lambda: gate.good[api] > good, WELL_S, f'after "{fault}" {name} is answered well again') and _sees(bed, name):
        bed.book.recovered(fault, time.monotonic() - begin)


def errors(bed, rng, seconds):
    """What a broker answers wrongly, or in half, to one service after the other."""
    with Links(bed, rng) as links:
        end, n, kinds = time.monotonic() + seconds, 0, [*ANSWERS, *ENDS]
        while time.monotonic() < end or n < len(kinds):
            kind = kinds[n % len(kinds)]
            n += 1
            api, how = (ANSWERS | ENDS)[kind]
            name = rng.choice([s for s in SERVICES if s not in ALONE or api in (PRODUCE, FETCH)])
            gate = links.gates[name]
            if kind in ENDS:
                gate.cut_at(api, how)
            else:
                gate.arm(api, how)
            if api == JOIN_GROUP:       # nobody joins but who comes anew
                bed.services[name].arm()
            _answered_wrongly(bed, gate, name, ('connection ' if kind in ENDS else 'broker answers ') + kind, api)
            lasts(rng.uniform(0.1, 0.5))


def _cut(bed, link, fault, name, ways, seconds):
    held = link.held
    bed.book.injected(fault, name)
    link.cut = frozenset(ways)
    lasts(seconds)
    link.cut = frozenset()
    begin = time.monotonic()
    if link.held == held:
        bed.wrong.append(f'"{fault}" of {name}: nothing wanted to go through')
    _serves(bed, fault, name, begin)


def _serves(bed, fault, name, begin):
    wrong = bed.supervisor.steady(WELL_S)
    bed.wrong += [f'after "{fault}": {w}' for w in wrong]
    if not wrong and _sees(bed, name):
        bed.book.recovered(fault, time.monotonic() - begin)


def cuts(bed, rng, seconds, longest=15):
    """The cable of one service is pulled: to Kafka or to PostgreSQL, in both directions or only in the answers'; and one that comes
    and goes."""
    with Links(bed, rng) as links:
        end, n, kinds = time.monotonic() + seconds, 0, [*CUTS, FLAPS]
        while time.monotonic() < end or n < len(kinds):
            fault, name = kinds[n % len(kinds)], rng.choice(SERVICES)
            n += 1
            if fault in CUTS:
                to, ways = CUTS[fault]
                link = links.gates[name] if to == 'gate' else links.doors[name]
                _cut(bed, link, fault, name, ways, rng.uniform(3, longest))
            else:
                both = (links.gates[name], links.doors[name])
                held = [at.held for at in both]
                bed.book.injected(FLAPS, name)
                for _ in range(8):
                    for at in both:
                        at.cut = frozenset((TO_SERVER, TO_CLIENT))
                    lasts(rng.uniform(0.2, 1))
                    for at in both:
                        at.cut = frozenset()
                    lasts(rng.uniform(0.05, 0.5))
                if any(at.held == before for at, before in zip(both, held)):
                    bed.wrong.append(f'"{FLAPS}" of {name}: nothing wanted to go through')
                _serves(bed, FLAPS, name, time.monotonic())
            lasts(rng.uniform(0.5, 2))


def _worse(bed, rng, seconds, fault, least_s, seen, **how):
    """All links of all services are worse; dossiers go on: slower, and to their end. seen: whether a link has shown it, as one of
    each service must."""
    client, passed = Client(bed), 0
    with Links(bed, rng) as links:
        links.are(**how)
        for name in SERVICES:
            bed.book.injected(fault, name)
        begin = time.monotonic()
        while time.monotonic() - begin < seconds or not passed:
            first = time.monotonic()
            Dossier(client, Desk('H11.35.24'), BIRTH).whole()
            passed += 1
            if time.monotonic() - first < least_s:
                bed.wrong.append(f'"{fault}": {ACTS} commands, each with a COMMIT, took only {time.monotonic() - first:.2f} s')
        say(f'{fault}: {passed} dossiers went their whole way, {(time.monotonic() - begin) / passed:.1f} s each')
        bed.wrong += [f'"{fault}": nothing of it was seen at {n}' for n in SERVICES if not seen(links.gates[n]) and not seen(links.doors[n])]
        links.are(**WELL)
        begin = time.monotonic()
        if _sees(bed, fault):
            for _ in SERVICES:
                bed.book.recovered(fault, time.monotonic() - begin)
    client.close()


def slow(bed, rng, seconds):
    """Everything between the services and their servers takes 50 to 150 ms in each direction."""
    _worse(bed, rng, seconds, SLOW, ACTS * 2 * 0.05, lambda at: True, delay=0.1, spread=0.05)


def narrow(bed, rng, seconds):
    """Each connection carries 64 kB a second in each direction."""
    _worse(bed, rng, seconds, NARROW, 0, lambda at: at.narrowed > 0.1, width=64_000)


def lossy(bed, rng, seconds):
    """One chunk in a hundred is lost, and sent again when that was noticed."""
    _worse(bed, rng, seconds, LOSSY, 0, lambda at: at.lost > 0, loss=0.01)
