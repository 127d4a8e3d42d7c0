"""One allocation that fails: the nth call of malloc, calloc or realloc, as a service starts and while it runs."""
import mmap
import signal
import struct
import time
from collections import Counter as Count

from harness.bed import lasts
from system import BUILD, SERVICES
from tap import check, say, until

ENDED, WENT_ON = 'malloc fails once, and it ended', 'malloc fails once, and it went on'
WAYS = 'malloc fails once*'
RUNNING = 20_000        # calls at most until one fails, of a service under load
MET_S = 20              # until it is met
ENDS_S = 1              # behind it, until it has ended
GOES_WRONG_S = 30       # until it serves again, where it did not end
# Its own abort, in order, or inside of a library: not all of them look at what malloc gave them.
ENDS = {-signal.SIGABRT: 'abort', 1: 'exit 1', 2: 'exit 2', -signal.SIGSEGV: 'SIGSEGV'}


class Failing:
    """Which call of a process fails, set from outside of it."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(24))
        self.file = open(path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 24)

    @property
    def left(self):
        return struct.unpack_from('q', self.map, 0)[0]

    @property
    def calls(self):
        return struct.unpack_from('q', self.map, 8)[0]

    @property
    def failed(self):
        return struct.unpack_from('q', self.map, 16)[0]

    def set(self, nth):
        struct.pack_into('qq', self.map, 8, 0, 0)
        struct.pack_into('q', self.map, 0, nth)


def failing(bed, rng, seconds):
    """Each service in turn: as it starts and while it runs. It may end by that, or refuse something and go on; nothing is half done."""
    library = BUILD / 'fault/nomemory.so'
    check(library.exists(), f'there is no {library}: make fault builds it')
    if bed.sanitized:
        bed.book.skipped(ENDED, 'a sanitizer has a malloc of its own')
        bed.book.skipped(WENT_ON, 'a sanitizer has a malloc of its own')
        return
    files, starts, ends = {}, {}, Count()
    for name in SERVICES:
        s = bed.services[name]
        files[name] = Failing(bed.dir / f'nomemory-{name}')
        s.preload, s.more = library, {'NOMEMORY_FILE': str(files[name].path)}
        s.arm()
        until(lambda s=s: s not in bed.supervisor.down and s.fault is None and s.get_ready() == 200, 60, f'{name} serves, counting')
        starts[name] = files[name].calls
    say(f'calls until it serves: {starts}')
    bed.passing = (500,)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < 2 * len(SERVICES):
        s = bed.services[SERVICES[n % len(SERVICES)]]
        if n // len(SERVICES) % 2:
            _one(bed, s, files[s.name], rng.randint(1, RUNNING), ends)
        else:
            _one(bed, s, files[s.name], rng.randint(1, starts[s.name]), ends, starting=True)
        n += 1
        lasts(rng.uniform(0.1, 0.5))
    bed.passing = ()
    bed.without_library()
    say(f'malloc failed {sum(ends.values())} times: {dict(ends)}')


def _one(bed, s, file, nth, ends, starting=False):
    """ends: how it came out, to be added to."""
    where = f'{s.name}, call {nth}' + (' of its start' if starting else '')
    s.ends, said = [], s.log.stat().st_size
    s.brittle = ENDED                       # should it end, that is why
    if starting:
        s.put_down()
        file.set(nth)
        s.put_up()
    else:
        file.set(nth)
    limit = time.monotonic() + MET_S
    while not file.failed and time.monotonic() < limit:
        lasts(0.02)
    met = file.failed
    if not met:
        file.set(0)
    limit = time.monotonic() + ENDS_S
    while not s.ends and time.monotonic() < limit:
        lasts(0.02)
    begin = time.monotonic()
    if met and not s.ends:
        bed.book.injected(WENT_ON, s.name)
        bed.answers_again(WENT_ON, s, begin, GOES_WRONG_S)
    bed.wrong += bed.supervisor.steady(60)
    s.brittle = None
    s.asked_for.append((said, s.log.stat().st_size))
    if not met:
        bed.book.missed(WENT_ON, where)
        return
    ends[(' and '.join(ENDS.get(e, str(e)) for e in s.ends)) or 'went on'] += 1
    bed.wrong += [f'"{ENDED}": {where} ended with status {e}' for e in s.ends if e not in ENDS]
    if s.ends and -signal.SIGSEGV in s.ends:
        say(f'{where}: SIGSEGV')
