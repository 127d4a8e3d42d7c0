"""The disk below PostgreSQL: without room, and one whose syncs fail. The disk below Kafka, without room."""
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from faults.broker import drained, pid as broker_pid, recovered, well
from faults.database import postmaster
from harness.bed import alive, lasts
from harness.client import Counter
from system import BUILD
from tap import check, say, until

ERRORS = 'disk errors'


@contextlib.contextmanager
def _small_volume(data, spare):
    """The folder of a server that does not run lies on a volume of its own with so many MiB left, from here to the end, at which the server must have
    ended again. False: there is no right to mount one."""
    kept = data.with_name(data.name + '.kept')
    size = sum(f.stat().st_blocks * 512 for f in data.rglob('*') if f.is_file()) // 2**20 + spare
    os.rename(data, kept)
    data.mkdir(mode=0o700)
    owner = kept.stat()
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}', 'tmpfs', data], capture_output=True)
    if mounted.returncode:
        data.rmdir()
        os.rename(kept, data)
        yield False
        return
    try:
        subprocess.run(['cp', '-a', f'{kept}/.', data], check=True)
        yield True
    finally:
        shutil.rmtree(kept)
        kept.mkdir(mode=0o700)
        os.chown(kept, owner.st_uid, owner.st_gid)
        subprocess.run(['cp', '-a', f'{data}/.', kept], check=True)
        subprocess.run(['umount', data], check=True)
        data.rmdir()
        os.rename(kept, data)


def _take_room(ballast):
    with open(ballast, 'wb', buffering=0) as f:     # a buffer would be written once more when the file is closed
        for size in (2**20, 4096, 1):
            try:
                while True:
                    f.write(bytes(size))
            except OSError:
                pass


def full(bed, rng, seconds):
    """PostgreSQL on a small volume that fills up: accepting stops, nothing is half stored, it resumes when there is room."""
    data = Path(os.path.realpath(bed.dir / 'servers/pg')) / 'data'
    bed.servers_away = True
    try:
        bed.servers('postgres', 'stop')
        with _small_volume(data, 160) as small:
            if small:
                _full_again_and_again(bed, rng, seconds, data / 'ballast')
            else:
                bed.book.skipped('disk full', 'no right to mount a small volume')
    finally:
        bed.serve('postgres')
        bed.supervisor.steady(60)
        bed.servers_away = False


def _full_again_and_again(bed, rng, seconds, ballast):
    try:
        bed.serve('postgres')
        bed.supervisor.steady(60)
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end or not turn:
            turn += 1
            _fill(bed, ballast, rng.uniform(3, 6))
            lasts(rng.uniform(3, 5))
    finally:
        bed.servers('postgres', 'stop', must=False)


BROKER_FULL, BROKER_SPARE = "the broker's disk full", 24     # MiB
BROKER_ENDS_S = 60


def broker_full(bed, rng, seconds):
    """Kafka on a small volume that fills up: the broker ends itself, the counter receives, and what gathered is published when there is room again."""
    data = Path(os.path.realpath(bed.dir / 'servers/kafka/data'))
    try:
        bed.servers('kafka', 'stop')
        with _small_volume(data, BROKER_SPARE) as small:
            if small:
                _broker_full_again_and_again(bed, rng, seconds, data / 'ballast')
            else:
                bed.book.skipped(BROKER_FULL, 'no right to mount a small volume')
    finally:
        bed.serve('kafka')


def _broker_full_again_and_again(bed, rng, seconds, ballast):
    try:
        bed.serve('kafka')
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end or not turn:
            until(lambda: well(bed), 120, 'all services see the broker')
            turn += 1
            _fill_broker(bed, ballast, rng.uniform(1, 4))
            lasts(rng.uniform(2, 4))
    finally:
        bed.servers('kafka', 'stop', must=False)


def _fill_broker(bed, ballast, seconds):
    """No room until the broker has ended for want of it, and for some seconds more; somebody at a counter is received all the time."""
    server = broker_pid(bed)
    counter = Counter(bed, 'H11.35.27')
    counter.start()
    _take_room(ballast)
    gone = bed.must_be(lambda: not alive(server), BROKER_ENDS_S, 'the broker ends when its disk takes nothing more')
    lasts(seconds)
    bed.wrong += [f'{BROKER_FULL}: {w}' for w in counter.end()]
    say(f'{BROKER_FULL}: {counter.accepted} received meanwhile, the longest answer after {counter.longest:.2f} s')
    ballast.unlink()
    if not gone:
        bed.servers('kafka', 'stop', must=False)
    else:
        bed.book.injected(BROKER_FULL, 'kafka')
    begin = time.monotonic()
    bed.serve('kafka')
    if gone:
        recovered(bed, BROKER_FULL, begin, what=lambda bed: well(bed) and drained(bed))


def _fill(bed, ballast, seconds):
    """No room for some seconds, until statements fail for want of it; then there is room again."""
    _take_room(ballast)
    # The log must grow too: what it has in hand would last for minutes.
    full_until = time.monotonic() + seconds
    failed = 0
    while time.monotonic() < full_until:
        try:
            bed.psql('SELECT pg_switch_wal(); CREATE TABLE public.ballast AS SELECT generate_series(1, 100000); DROP TABLE public.ballast')
        except AssertionError:
            failed += 1
        lasts(0.1)
    if failed:
        bed.book.injected('disk full', 'postgres')
    else:
        bed.wrong.append('disk full: the server found room')
    ballast.unlink()
    begin = time.monotonic()
    bed.serve('postgres')           # where it gave up; nothing when it runs
    if failed:
        bed.well_again('disk full', begin)


def errors(bed, rng, seconds):
    """What PostgreSQL syncs fails with EIO for some seconds. It may not go on as if nothing had been (a later sync that succeeds says
    nothing of what was written before): it ends, with COMMITs in doubt."""
    library = BUILD / 'fault/ioerror.so'
    check(library.exists(), f'there is no {library}: make fault builds it')
    place = Path(tempfile.mkdtemp(prefix='taicho-ioerror.'))
    try:
        place.chmod(0o755)                      # its user is another one
        shutil.copy(library, place / library.name)
        flag = place / 'broken'
        _served_with(bed, LD_PRELOAD=str(place / library.name), IOERROR_FILE=str(flag))
        end, turn = time.monotonic() + seconds, 0
        while time.monotonic() < end or not turn:
            turn += 1
            _broken(bed, flag, rng.uniform(1, 4))
            lasts(rng.uniform(3, 6))
    finally:
        _served_with(bed)
        shutil.rmtree(place)


def _served_with(bed, **environment):
    bed.servers_away = True
    bed.servers('postgres', 'stop', must=False)
    bed.more = environment
    bed.serve('postgres')
    bed.wrong += bed.supervisor.steady(60)
    bed.servers_away = False


def _broken(bed, flag, seconds):
    pid = postmaster(bed)
    bed.servers_away = True
    bed.book.injected(ERRORS, 'postgres')
    flag.touch()
    gone = bed.must_be(lambda: not alive(pid), 60, 'PostgreSQL ends when the disk does not keep its log')
    lasts(seconds)
    flag.unlink()
    begin = time.monotonic()
    until(lambda: not alive(pid), 60, 'PostgreSQL ends')
    bed.serve('postgres')
    if gone:
        bed.well_again(ERRORS, begin)
    bed.servers_away = False
