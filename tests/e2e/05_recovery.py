#!/usr/bin/env python3
"""How long it takes until all goes on after a kill -9, under load: of each service, of PostgreSQL, of the broker. What died is
started again at once, as a supervisor does it. Figures are printed beside their limits, which are stretched where the machine has no
time for it (load.stretch). The median of the kills keeps its limit; machines are noisy, so a single one may take NOISE times as long.
No command fails and nothing happens twice meanwhile."""
# Runs alone: it measures how long recovery takes.
import os
import signal
import socket
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from load import Client, Load, all_ended_once, stretch  # noqa: E402
from story import Desk, Dossier  # noqa: E402
from system import SERVICES, System  # noqa: E402
from tap import check, main, say, test, until  # noqa: E402

UNITS = [f'H11.35.{n}' for n in range(21, 25)]
SERVES, OWNS, POSTGRESQL, BROKER = 5.0, 10.0, 10.0, 15.0
TIMES = 3       # each of the five services, and of the two servers
NOISE = 4


def epochs(s, name):
    return {(r['topic'], r['partition']): r['epoch'] for r in s.rows(f'SELECT topic, "partition", epoch FROM "{name}".consumed')}


def one_more(s, load):
    """A dossier of its own through all stages: the next stage takes a command only when the event is there."""
    d = Dossier(Client(s, load), Desk('H11.35.29'))
    d.receive().appraised().decided().returned()
    d.s = s
    load.done.append(d)


def server(s, name):
    return int((s.dir / 'servers/pid' / name).read_text().split()[0])


def server_stretch(s, name):
    """Of the server that was started, and of the services."""
    return stretch([server(s, name)] + [p.process.pid for p in s.services.values()])


def within(what, measured, limit):
    """measured: (seconds, stretch) of each kill."""
    for seconds, busy in measured:
        check(seconds <= NOISE * limit * busy, f'{what} after {seconds:.2f} s, at most {NOISE} x {limit:g} x {busy:.1f}')
    usual, busy = statistics.median(s for s, _ in measured), statistics.median(b for _, b in measured)
    say(f'{what} after {usual:.2f} s in the median of {len(measured)}, at most {limit:g} x {busy:.1f}')
    check(usual <= limit * busy, f'{what} after {usual:.2f} s in the median of {len(measured)}, at most {limit:g} x {busy:.1f}')


def kill_server(s, name, port):
    """Until the process has ended, its port included: who looks too soon takes it for one that runs."""
    pid = server(s, name)
    os.kill(pid, signal.SIGKILL)

    def gone():
        try:
            ended = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0] == 'Z'
        except OSError:
            ended = True
        with socket.socket() as c:      # a process of many threads shows as ended before its last one closes the port
            return ended and c.connect_ex(('127.0.0.1', int(port))) != 0
    until(gone, 10, f'{name} is gone')


@test
def a_killed_service_serves_within_5_s_and_has_its_partitions_within_10(s):
    measured = {name: [] for name in SERVICES}
    with Load(s, UNITS) as load:
        load.flows(4)
        for name in SERVICES * TIMES:
            before = epochs(s, name)
            begin = time.monotonic()
            s.services[name].kill()
            s.services[name].start().ready()
            serves = time.monotonic() - begin
            until(lambda: all(e > before.get(p, 0) for p, e in epochs(s, name).items()), OWNS + 10, f'{name} claims its partitions')
            owns = time.monotonic() - begin
            busy = stretch([s.services[name].process.pid])
            load.flows(len(UNITS))
            measured[name].append((serves, owns, busy))
            say(f'{name}: serves after {serves:.2f} s, has its partitions after {owns:.2f} s (limits x {busy:.1f}), longest command {load.longest(begin):.2f} s')
    all_ended_once(s, load.done)
    for name, kills in measured.items():
        within(f'{name} serves', [(serves, busy) for serves, _, busy in kills], SERVES)
        within(f'{name} has its partitions', [(owns, busy) for _, owns, busy in kills], OWNS)


@test
def after_a_kill_of_postgresql_all_stages_take_commands_within_10_s(s):
    measured = []
    with Load(s, UNITS) as load:
        load.flows(4)
        for _ in range(TIMES):
            begin = time.monotonic()
            kill_server(s, 'postgres', s.pg['port'])
            # Its children may need a moment to notice; until then the data are not free.
            until(lambda: s.servers('postgres', 'start', must=False).returncode == 0, 20, 'PostgreSQL starts')
            accepts = time.monotonic() - begin
            one_more(s, load)
            measured.append((time.monotonic() - begin, server_stretch(s, 'postgres')))
            load.flows(len(UNITS), 60)
            say(f'PostgreSQL accepts after {accepts:.2f} s, a dossier went all the way after {measured[-1][0]:.2f} s, longest command {load.longest(begin):.2f} s')
    all_ended_once(s, load.done)
    within('with PostgreSQL a dossier goes all the way', measured, POSTGRESQL)


@test
def after_a_kill_of_the_broker_events_flow_within_15_s(s):
    measured = []
    with Load(s, UNITS, patience=60) as load:
        load.flows(4)
        for _ in range(TIMES):
            begin = time.monotonic()
            kill_server(s, 'kafka', s.brokers.rsplit(':', 1)[1])
            s.servers('kafka', 'start')
            serves = time.monotonic() - begin
            one_more(s, load)
            measured.append((time.monotonic() - begin, server_stretch(s, 'kafka')))
            load.flows(len(UNITS), 60)
            say(f'the broker serves after {serves:.2f} s, a dossier went all the way after {measured[-1][0]:.2f} s (limit x {measured[-1][1]:.1f}),'
                f' longest command {load.longest(begin):.2f} s')
    all_ended_once(s, load.done)
    within('with the broker a dossier goes all the way', measured, BROKER)


main(lambda: System(own_servers=True, what='recovery'))
