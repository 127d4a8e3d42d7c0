"""The log of a service that takes no more lines: a pipe that nobody reads, a file on a volume without room. The service goes on, counts what it left
out, and says so when there is room again."""
import fcntl
import os
import re
import signal
import subprocess
import time

from harness.bed import lasts
from system import SERVICES
from tap import until

PIPE, FULL = 'nobody reads its log', 'no room for its log'
SMALL = 4096            # bytes that fit in
SOME = 500              # bytes that are left of them at first: less than what a start has to say
LINES_S = 30            # until a line found no room
TOLD = re.compile(r'\b(\d+) log lines were left out')


class Pipe:
    """Nobody reads it until there is to be room."""

    def __init__(self, _bed, full):
        self.reading, self.writing = os.pipe()
        fcntl.fcntl(self.writing, fcntl.F_SETPIPE_SZ, SMALL)
        os.write(self.writing, b'\n' * (SMALL if full else SMALL - SOME))

    def open(self):
        return os.fdopen(os.dup(self.writing), 'wb', buffering=0)

    def text(self):
        """What it says, which makes room."""
        os.set_blocking(self.reading, False)
        try:
            return os.read(self.reading, 2**20).decode('utf-8', 'replace')
        except BlockingIOError:
            return ''

    make_room = text

    def close(self):
        os.close(self.reading)
        os.close(self.writing)


class Volume:
    """A file on a volume of its own."""

    def __init__(self, bed, full):
        self.place = bed.dir / 'small-log'
        self.place.mkdir()
        done = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={4 * SMALL}', 'tmpfs', self.place], capture_output=True)
        if done.returncode:
            self.place.rmdir()
            raise PermissionError('no right to mount a small volume')
        self.file, self.ballast = self.place / 'log', self.place / 'ballast'
        self.file.write_bytes(b'' if full else b'\n' * (SMALL - SOME))
        self.ballast.write_bytes(b'x' * (4 if full else 3) * SMALL)

    def open(self):
        return open(self.file, 'ab', buffering=0)

    def make_room(self):
        """What it said before is read with the rest."""
        self.ballast.unlink()
        return ''

    def text(self):
        return self.file.read_text(encoding='utf-8', errors='replace')

    def close(self):
        subprocess.run(['umount', self.place], check=True)
        self.place.rmdir()


KINDS = {PIPE: Pipe, FULL: Volume}


def full(bed, rng, seconds):
    """Each service in turn, on a pipe and on a small volume, full when it starts or by what it has to say."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < 2 * len(SERVICES):
        fault = (PIPE, FULL)[n // len(SERVICES) % 2]
        s = bed.services[SERVICES[n % len(SERVICES)]]
        n += 1
        try:
            place = KINDS[fault](bed, rng.random() < 0.5)
        except PermissionError as e:
            bed.book.skipped(fault, str(e))
            continue
        try:
            _without_room(bed, fault, s, place, rng.uniform(0.5, 2))
        finally:
            s.lines_to = None
            s.arm()
            bed.wrong += bed.supervisor.steady(60)
            place.close()


def _left_out(bed, s):
    """Lines for which its process found no room, as it says itself."""
    try:
        text = bed.http('GET', s.port, '/metrics').body.decode()
    except OSError:
        return 0
    return int(float(re.search(r'^taicho_log_lines_left_out_total\S* (\S+)', text, re.M).group(1)))


def _without_room(bed, fault, s, place, seconds):
    s.lines_to = place.open
    s.arm()
    if not bed.must_be(lambda: s not in bed.supervisor.down and s.fault is None and _left_out(bed, s), LINES_S, f'"{fault}": {s.name} starts, and leaves lines out'):
        return
    bed.book.injected(fault, s.name)
    lasts(seconds)
    bed.well_again(fault, time.monotonic())         # there is no room yet
    lost = _left_out(bed, s)
    said = place.make_room()
    s.strike('restart in order', signal.SIGTERM)    # its last lines
    until(lambda: s.fault is None and s not in bed.supervisor.down and s.get_ready() == 200, 60, f'{s.name} serves again')
    after = place.text()
    told = [int(n) for n in TOLD.findall(said + after)]
    if sum(told) < lost or not TOLD.search(after):
        bed.wrong.append(f'"{fault}": {s.name} left {lost} lines out, and says {told} of it: {after[:500]}')
