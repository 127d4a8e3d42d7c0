"""The machine: descriptors, slow clients, clocks, a disk without room."""
import mmap
import os
import resource
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path

from harness.bed import lasts
from harness.client import Client
from harness.supervisor import ready
from story import BIRTH, Desk, Dossier
from system import BUILD, SERVICES
from tap import check, until


def descriptors(bed, rng, seconds):
    """A service may open no further file or socket for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        s = bed.services[rng.choice(SERVICES)]
        pid = s.process.pid
        try:
            have = len(os.listdir(f'/proc/{pid}/fd'))
            before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (have, before[1]))
        except OSError:
            continue
        bed.book.injected('no descriptors left', s.name)
        lasts(rng.uniform(1, 3))
        if ready(s):
            bed.book.missed('no descriptors left', f'{s.name} took a connection')
        begin = time.monotonic()
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        except OSError:
            pass
        while s.get_ready() != 200 and time.monotonic() - begin < 60:
            time.sleep(0.02)
        bed.book.recovered('no descriptors left', time.monotonic() - begin)


def slow_clients(bed, rng, seconds):
    """Hundreds of connections that send a byte a second, or never read what they asked for."""
    lines = []
    for s in bed.services.values():
        for n in range(60):
            c = socket.create_connection(('127.0.0.1', s.port), timeout=5)
            c.setblocking(False)
            lines.append((c, n % 3, b'POST /v1/dossiers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"a":"' + b'x' * 90000))
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
    begin = time.monotonic()
    for c, _, _ in lines:
        c.close()
    for s in bed.services.values():
        while s.get_ready() != 200 and time.monotonic() - begin < 60:
            time.sleep(0.02)
        bed.book.recovered('60 slow HTTP clients', time.monotonic() - begin)


class Clock:
    """What a service takes for the time of day, moved by a library before libc; the monotonic clock goes on."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(struct.pack('q', 0))
        self.file = open(path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 8)

    def set(self, seconds):
        self.map[:8] = struct.pack('q', int(seconds * 1_000_000))


def clock_steps(bed, rng, seconds):
    """The clock of each service jumps by itself, forward and back."""
    library = BUILD / 'fault/clockstep.so'
    check(library.exists(), f'there is no {library}: make fault builds it')
    clocks = {}
    for name in SERVICES:
        s = bed.services[name]
        clocks[name] = Clock(bed.dir / f'clock-{name}')
        s.preload, s.more = library, {'CLOCKSTEP_FILE': str(clocks[name].path)}
        s.strike('kill -9')
    lasts(0.5)
    bed.supervisor.steady(60)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = rng.choice(SERVICES)
        step = rng.choice([0, 10, -10, 60, 600, 3600, 3600, 3590])
        clocks[name].set(step)
        bed.book.injected('clock step', name)
        off = bed.business_time(name) - bed.business_time('taichoctl') - step
        if abs(off) > 5:
            bed.wrong.append(f'{name} is {off:.1f} s from where the step of {step} s should have put it')
        lasts(rng.uniform(0.2, 1))
        bed.well_again('clock step', time.monotonic(), 30)
    for name in SERVICES:
        s = bed.services[name]
        s.preload, s.more = None, {}
        s.strike('kill -9')
    lasts(0.5)
    bed.supervisor.steady(60)


def clock_forward(bed, rng, seconds):
    """The business day ends for dossiers that are under way: their timers fall due while intake dies at them."""
    client = Client(bed, bed.journal)
    for point in ('timer-due', 'timer-done'):
        open_ones = [Dossier(client, Desk('H11.35.22'), BIRTH).receive() for _ in range(5)]
        s = bed.services['intake']
        row = bed.book.row('crash ' + point)
        before = row.by.get('intake', 0)
        s.arm(f'{point}:1')
        lasts(0.2)
        bed.supervisor.steady(60)
        bed.book.injected('business clock forward', 'all')
        begin = time.monotonic()
        bed.ctl('clock', 'forward', '24h')
        try:
            until(lambda: row.by.get('intake', 0) > before, 30, 'intake dies at a timer')
        except AssertionError:
            bed.book.missed('crash ' + point, 'intake')
            s.strike('kill -9')
        bed.supervisor.steady(60)
        passed = lambda: bed.rows(f"SELECT count(*) AS n FROM intake.outbox WHERE type LIKE '%DuePassed' AND key IN ({','.join(repr(d.id) for d in open_ones)})")[0]['n']
        until(lambda: passed() >= 5, 60, 'the date of each passes')
        if passed() != 5:
            bed.wrong.append(f'the date of 5 dossiers passed {passed()} times')
        bed.book.recovered('business clock forward', time.monotonic() - begin)
        for d in open_ones:
            d.appraised().decided().returned()
    client.close()


def disk_full(bed, rng, seconds):
    """PostgreSQL on a small volume that fills up: accepting stops, nothing is half stored, it resumes when there is room."""
    data = Path(os.path.realpath(bed.dir / 'servers/pg')) / 'data'
    kept = data.with_name('data.kept')
    bed.servers_away = True
    bed.servers('postgres', 'stop')
    size = sum(f.stat().st_size for f in data.rglob('*') if f.is_file()) // 2**20 + 160
    os.rename(data, kept)
    data.mkdir(mode=0o700)
    owner = kept.stat()
    mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}', 'tmpfs', data], capture_output=True)
    if mounted.returncode:
        data.rmdir()
        os.rename(kept, data)
        bed.serve('postgres')
        bed.supervisor.steady(60)
        bed.servers_away = False
        bed.book.missed('disk full', 'no right to mount a small volume')
        return
    try:
        subprocess.run(['cp', '-a', f'{kept}/.', data], check=True)
        bed.serve('postgres')
        bed.supervisor.steady(60)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            bed.book.injected('disk full', 'postgres')
            ballast = data / 'ballast'
            with open(ballast, 'wb') as f:
                try:
                    while True:
                        f.write(bytes(2**20))
                        f.flush()
                except OSError:
                    pass
            # The log must grow too: what it has in hand would last for minutes.
            full_until = time.monotonic() + rng.uniform(3, 6)
            failed = 0
            while time.monotonic() < full_until:
                try:
                    bed.psql('SELECT pg_switch_wal(); CREATE TABLE public.ballast AS SELECT generate_series(1, 100000); DROP TABLE public.ballast')
                except AssertionError:
                    failed += 1
                lasts(0.1)
            if not failed:
                bed.book.missed('disk full', 'the server found room')
            ballast.unlink()
            begin = time.monotonic()
            bed.serve('postgres')           # where it gave up; nothing when it runs
            wrong = bed.supervisor.steady(60)
            check(not wrong, 'all serve again', *wrong)
            bed.book.recovered('disk full', time.monotonic() - begin)
            lasts(rng.uniform(3, 5))
    finally:
        bed.servers('postgres', 'stop', must=False)
        shutil.rmtree(kept)
        kept.mkdir(mode=0o700)
        os.chown(kept, owner.st_uid, owner.st_gid)
        subprocess.run(['cp', '-a', f'{data}/.', kept], check=True)
        subprocess.run(['umount', data], check=True)
        data.rmdir()
        os.rename(kept, data)
        bed.serve('postgres')
        bed.supervisor.steady(60)
        bed.servers_away = False
