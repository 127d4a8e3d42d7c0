"""PostgreSQL ends a batch because of others: a deadlock, a lock that is held beyond the batch's patience, a serialization failure."""
import time

from faults.database import let_go, newest, session, waits_for_a_lock
from harness.bed import lasts
from system import SERVICES
from tap import say

DEADLOCK, TIMEOUT, SERIALIZATION = 'deadlock', 'a lock held beyond its timeout', 'serialization failure'
ALL = [DEADLOCK, TIMEOUT, SERIALIZATION]
# As the server's log tells of them.
SAYS = {DEADLOCK: 'deadlock detected', TIMEOUT: 'canceling statement due to lock timeout', SERIALIZATION: 'crossed by another, on purpose'}
TRIES, COMES_BY_S, ENDS_S = 8, 20, 15
HOLDS_S = 6             # longer than lock_timeout
ONE_IN = 5              # updates that fail


class Said:
    """What the server's log says of a service from now on."""

    def __init__(self, bed, name):
        self.log, self.who = bed.dir / 'servers/log/postgres.log', f'taicho_{name}@'
        self.begin = self.log.stat().st_size

    def count(self, fault):
        with open(self.log, 'rb') as f:
            f.seek(self.begin)
            text = f.read().decode('utf-8', 'replace')
        return sum(SAYS[fault] in line and self.who in line for line in text.splitlines())


def crossed(bed, rng, seconds):
    """Each of them at each service in turn."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < len(ALL) * len(SERVICES):
        fault, name = ALL[n // len(SERVICES) % len(ALL)], SERVICES[n % len(SERVICES)]
        n += 1
        begin = time.monotonic()
        if WAYS[fault](bed, rng, name):
            bed.book.injected(fault, name)
            bed.well_again(fault, time.monotonic())
        else:
            bed.wrong.append(f'"{fault}": {name} had none within {time.monotonic() - begin:.0f} s')


def _deadlock(bed, rng, name):
    """A batch has subjects and wants its places; somebody else has the places and wants the subjects. He can wait: the batch is what is ended."""
    said = Said(bed, name)
    for _ in range(TRIES):
        other = session(bed, f"""SET deadlock_timeout = '1min'; SET lock_timeout = 0; BEGIN; LOCK TABLE "{name}".consumed IN SHARE MODE;""")
        try:
            end = time.monotonic() + COMES_BY_S
            while not waits_for_a_lock(bed, name) and time.monotonic() < end:
                pass
            other.stdin.write(f'LOCK TABLE "{name}".subject IN ACCESS EXCLUSIVE MODE;\n'.encode())
            other.stdin.flush()
            end = time.monotonic() + ENDS_S
            while not said.count(DEADLOCK) and waits_for_a_lock(bed, name) and time.monotonic() < end:
                lasts(0.05)
        finally:
            let_go(other)
        lasts(0.2)
        if said.count(DEADLOCK):
            return True
    return False


def _timeout(bed, rng, name):
    """Rows that the load works on are held longer than a batch waits for them."""
    said = Said(bed, name)
    for _ in range(TRIES):
        other = session(bed, newest(name, 2000))
        try:
            lasts(HOLDS_S + rng.uniform(0, 2))
        finally:
            let_go(other)
        if said.count(TIMEOUT):
            return True
    return False


def _serialization(bed, rng, name):
    """For some seconds one in so many changes of a subject fails, as if another transaction had crossed it."""
    said, schema = Said(bed, name), f'"{name}"'
    bed.psql(f"""CREATE FUNCTION public.crossed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     IF random() < {1 / ONE_IN} THEN RAISE EXCEPTION '{SAYS[SERIALIZATION]}' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$;
                 CREATE TRIGGER crossed BEFORE INSERT OR UPDATE ON {schema}.subject FOR EACH ROW EXECUTE FUNCTION public.crossed()""")
    try:
        end = time.monotonic() + COMES_BY_S
        lasts(rng.uniform(1, 3))
        while not said.count(SERIALIZATION) and time.monotonic() < end:
            lasts(0.1)
    finally:
        bed.psql(f'DROP TRIGGER crossed ON {schema}.subject; DROP FUNCTION public.crossed()')
    say(f'{SERIALIZATION}: {said.count(SERIALIZATION)} at {name}')
    return said.count(SERIALIZATION) > 0


WAYS = {DEADLOCK: _deadlock, TIMEOUT: _timeout, SERIALIZATION: _serialization}
