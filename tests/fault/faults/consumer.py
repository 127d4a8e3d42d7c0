"""A stage that reads slowly, or not at all for a while: the others go on, and nobody's memory grows without bound."""
import signal
import threading
import time

from faults.database import let_go, newest, session, waits_for_a_lock
from faults.message import LISTENERS, ends_of, has_read
from harness.bed import lasts
from harness.client import Client, Counter
from story import BIRTH, Desk, Dossier
from tap import say

MOST_MIB = 256              # resident, of the largest service: the bound at full load
STUCK_S = 10                # longer than the session of a group's member
BEHIND = 12                 # dossiers that are past the stage that hangs
NEWEST = 2000               # rows that the slow one waits for


class Memory(threading.Thread):
    """The most that any service takes while this runs."""

    def __init__(self, bed):
        super().__init__(daemon=True, name='memory')
        self.bed, self.ending, self.most = bed, threading.Event(), {}

    def run(self):
        while not self.ending.wait(0.2):
            for s in self.bed.all():
                try:
                    with open(f'/proc/{s.process.pid}/statm', encoding='ascii') as f:
                        pages = int(f.read().split()[1])
                except (OSError, ValueError, IndexError):
                    continue
                self.most[s.name] = max(self.most.get(s.name, 0), pages * 4 // 1024)

    def end(self):
        self.ending.set()
        self.join(10)
        return [] if self.bed.sanitized else [f'{name} takes {mib} MiB, at most {MOST_MIB}' for name, mib in self.most.items() if mib > MOST_MIB]


def _beside(bed, fault, breaks):
    """What must go on meanwhile: intake receives, and `breaks` is given dossiers that are granted, for approval and return to go on with.
    It carries them to their end while appraisal is away, so that they show by themselves that nobody waits for it."""
    client = Client(bed)
    ready = [Dossier(client, Desk('H11.35.25'), BIRTH).receive().appraised().grant() for _ in range(BEHIND)]
    memory, counter = Memory(bed), Counter(bed, 'H11.35.26')
    memory.start()
    counter.start()
    breaks(ready)
    bed.wrong += [f'{fault}: {w}' for w in counter.end() + memory.end()]
    say(f'{fault}: {len(ready)} dossiers went on and {counter.accepted} were received beside it, the longest answer after {counter.longest:.2f} s,'
        f' the largest service took {max(memory.most.values(), default=0)} MiB')
    client.close()


def _catches_up(bed, fault, s):
    """Everything that stands on its topics now is read, and it answers."""
    begin = time.monotonic()
    ends = {topic: ends_of(bed, topic) for topic, names in LISTENERS.items() if s.name in names}
    if bed.must_be(lambda: all(has_read(bed, s.name, topic, at) for topic, at in ends.items()), 60, f'{fault}: {s.name} reads what gathered'):
        bed.answers_again(fault, s, begin)


def stuck(bed, rng, seconds):
    """appraisal does not run for 10 s: it loses its partitions, and nobody else has them."""
    fault = 'stuck consumer'
    s = bed.services['appraisal']

    def breaks(ready):
        bed.book.injected(fault, s.name)
        begin = time.monotonic()
        s.process.send_signal(signal.SIGSTOP)
        try:
            for d in ready:
                d.sign().returned()
            lasts(max(0.0, STUCK_S - (time.monotonic() - begin)))
        finally:
            s.process.send_signal(signal.SIGCONT)
        _catches_up(bed, fault, s)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or not n:
        _beside(bed, fault, breaks)
        n += 1


def slow(bed, rng, seconds):
    """Somebody holds the rows that appraisal's batches need, again and again for some seconds: it gets on between only."""
    fault = 'slow consumer'
    s = bed.services['appraisal']

    def breaks(ready):
        for at in range(0, len(ready), 2):
            held = session(bed, newest('appraisal', NEWEST))
            try:
                if bed.must_be(lambda: waits_for_a_lock(bed, s.name), 30, f'{fault}: appraisal waits for a row'):
                    bed.book.injected(fault, s.name)
                begin = time.monotonic()
                for d in ready[at:at + 2]:
                    d.sign().returned()
                lasts(max(0.0, rng.uniform(2, 4) - (time.monotonic() - begin)))
            finally:
                let_go(held)
            _catches_up(bed, fault, s)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or not n:
        _beside(bed, fault, breaks)
        n += 1
