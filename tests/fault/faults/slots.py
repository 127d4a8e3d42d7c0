"""PostgreSQL's connections used up by others (53300 too_many_connections), for all or for the role of one service."""
import http.client
import socket
import struct
import threading
import time

from faults.database import let_go, session
from harness.bed import lasts
from story import OPERATOR
from system import SERVICES
from tap import say, until

ALL, OF_ROLE = 'connections used up', 'connections used up, of a role'
SEEN_S = 20             # until a service says that it is not ready
HOLDS_S = (3, 8)        # shorter than what a start waits for its database
ENOUGH, TAKEN_S = 20, 60        # so often none in a row: there is none; until then


class Takers(threading.Thread):
    """Takes every slot of the server, and each that becomes free: connections that never answer when they are asked who they are. The server waits a
    minute for that."""

    def __init__(self, bed):
        super().__init__(daemon=True, name='takers')
        self.at, self.ending, self.held = (bed.pg['host'], int(bed.pg['port'])), threading.Event(), []
        text = b''.join(word.encode() + b'\0' for word in ('user', bed.pg['user'], 'database', bed.database, ''))
        self.hello = struct.pack('!II', len(text) + 8, 3 << 16) + text
        self.refused = self.in_a_row = 0        # how often there was no slot

    def run(self):
        while not self.ending.is_set():
            if self._one():
                self.in_a_row = 0
                continue
            self.refused += 1
            self.in_a_row += 1
            self.ending.wait(0.01)
        for c in self.held:
            c.close()

    def _one(self):
        try:
            c = socket.create_connection(self.at, timeout=5)
        except OSError:
            return False
        try:
            c.sendall(self.hello)
            if c.recv(1) == b'R':           # it asks for a password: the slot is taken
                self.held.append(c)
                return True
        except OSError:
            pass
        c.close()
        return False

    def have_all(self):
        """Until there is none any more."""
        self.in_a_row = 0
        until(lambda: self.in_a_row >= ENOUGH, TAKEN_S, 'others have all slots')

    def end(self):
        self.ending.set()
        self.join(30)


def used_up(bed, rng, seconds):
    """All slots are taken by others while the services' connections are ended, and some of them killed; or those of one service's role."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < 2:
        bed.servers_away = True         # whoever starts without a database may give up
        try:
            (_all, _of_role)[n % 2](bed, rng, n)
        finally:
            bed.servers_away = False
        n += 1
        lasts(rng.uniform(0.5, 1.5))


def _all(bed, rng, n):
    """The services must not win a slot back: until others have what was theirs, their roles may have none. All is ordered through a session that
    has its slot already."""
    ours, takers, killed = session(bed, 'SELECT 1;'), Takers(bed), rng.choice(SERVICES)

    def order(sql):
        for name in SERVICES:
            ours.stdin.write((sql.format(name) + ';\n').encode())
        ours.stdin.flush()
    takers.start()
    try:
        takers.have_all()
        order('ALTER ROLE taicho_{} CONNECTION LIMIT 0')
        order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'taicho_{}'")
        bed.services[killed].arm()
        bed.must_be(lambda: all(bed.services[n].get_ready() != 200 for n in SERVICES), SEEN_S, f'"{ALL}": nobody is ready')
        takers.have_all()
        order('ALTER ROLE taicho_{} CONNECTION LIMIT -1')
        _cut_off(bed, ALL, SERVICES, rng)
    finally:
        order('ALTER ROLE taicho_{} CONNECTION LIMIT -1')
        let_go(ours)
        takers.end()
        begin = time.monotonic()
    say(f'{ALL}: others had {len(takers.held)} slots, and {takers.refused} times there was none; {killed} was killed')
    bed.well_again(ALL, begin)


def _of_role(bed, rng, n):
    """One service; every second time it has been killed."""
    name = SERVICES[n // 2 % len(SERVICES)]
    bed.psql(f'ALTER ROLE taicho_{name} CONNECTION LIMIT 0')
    try:
        bed.psql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'taicho_{name}'")
        if rng.random() < 0.5:
            bed.services[name].arm()
        _cut_off(bed, OF_ROLE, [name], rng)
    finally:
        bed.psql(f'ALTER ROLE taicho_{name} CONNECTION LIMIT -1')
    bed.well_again(OF_ROLE, time.monotonic())


def _cut_off(bed, fault, names, rng):
    """None of them has a connection: each says so, and a request is answered with 503 and when to come again (the load holds commands to that)."""
    if bed.must_be(lambda: all(bed.services[n].get_ready() != 200 for n in names), SEEN_S, f'"{fault}": {", ".join(names)} is not ready'):
        bed.book.injected(fault, names[0] if len(names) == 1 else 'postgres')
    end, refusals = time.monotonic() + rng.uniform(*HOLDS_S), 0
    while time.monotonic() < end:
        refusals += sum(_refuses(bed, fault, n) for n in names)
        lasts(0.3)
    say(f'{fault}: {", ".join(names)}: {refusals} requests were refused meanwhile')
    bed.wrong += [f'"{fault}": {n} served' for n in names if bed.services[n].get_ready() == 200]


def _refuses(bed, fault, name):
    """One that answers at all (a killed one waits for its database first) says 503 and when to come again."""
    try:
        a = bed.get(name, '/ops/missing', OPERATOR)
    except (OSError, http.client.HTTPException):
        return False
    if a.status != 503 or not a.headers.get('retry-after'):
        bed.wrong.append(f'"{fault}": {name} answered {a}, Retry-After {a.headers.get("retry-after")}')
    return True
