"""PostgreSQL restarts, dies, loses a backend, loses a connection in COMMIT, is full of other people's locks."""
import os
import signal
import subprocess
import time

from harness.bed import alive, lasts
from harness.client import Client
from harness.proxy import Proxy
from story import BIRTH, Desk, Dossier
from system import MORNING, SERVICES
from tap import check, until


MORE_S = 60             # until each way of cutting came once
HARD = 12               # each so many-th backend is killed, not ended


def postmaster(bed):
    return int((bed.dir / 'servers/pid/postgres').read_text().split()[0])


WAYS = {'postgres fast restart': signal.SIGINT, 'postgres immediate': signal.SIGQUIT, 'postgres kill -9': signal.SIGKILL}
RESTARTS = list(WAYS)
HOWS = ['before', 'after', 'swallowed']         # of harness/proxy.py
CUTS = [f'connection cut in COMMIT, {how}' for how in HOWS]


def _restart(bed, fault):
    pid = postmaster(bed)
    bed.book.injected(fault, 'postgres')
    bed.servers_away = True
    try:
        begin = time.monotonic()
        os.kill(pid, WAYS[fault])
        until(lambda: not alive(pid), 60, 'PostgreSQL ends')
        bed.serve('postgres')
        bed.well_again(fault, begin)
    finally:
        bed.servers_away = False


def restarts(bed, rng, seconds, pause=(2, 4)):
    """Fast, immediate, and kill -9 of the postmaster."""
    end = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < end or turn < len(RESTARTS):
        _restart(bed, RESTARTS[turn % len(RESTARTS)])
        turn += 1
        lasts(rng.uniform(*pause))


def backends(bed, rng, seconds, pause=(0.05, 0.3), hard=True):
    """A connection that the server ends; with `hard` now and then a backend that is killed (then the server ends all of them)."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or (hard and n < HARD):
        try:
            pids = [r['pid'] for r in bed.rows("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'taicho-%' AND backend_type = 'client backend'")]
            if pids and hard and n % HARD == HARD - 1:
                _kill_backend(bed, rng.choice(pids))
            elif pids and bed.psql(f'SELECT pg_terminate_backend({rng.choice(pids)})') == 't':
                bed.book.injected('connection ended by the server', 'postgres')
                bed.well_again('connection ended by the server', time.monotonic())
        except AssertionError:
            pass                    # psql itself was ended, or found no server
        n += 1
        lasts(rng.uniform(*pause))


def _kill_backend(bed, pid):
    bed.servers_away = True
    try:
        bed.book.injected('postgres backend kill -9', 'postgres')
        begin = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        lasts(0.5)
        bed.well_again('postgres backend kill -9', begin)
    finally:
        bed.servers_away = False


def cut_commits(bed, rng, seconds):
    """Every service behind a proxy that cuts its connection at a COMMIT."""
    proxies = {}
    for name in SERVICES:
        p = Proxy(bed.pg['host'], bed.pg['port'], rng)
        p.start()
        proxies[name] = p
        bed.services[name].door = p.port
        bed.services[name].arm()
    lasts(0.5)
    bed.supervisor.steady(60)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or (n < len(HOWS) and time.monotonic() < end + MORE_S):
        name, how = rng.choice(SERVICES), HOWS[n % len(HOWS)]
        p = proxies[name]
        cuts, p.armed = p.cuts, how
        begin = time.monotonic()
        while p.cuts == cuts and time.monotonic() - begin < 3:
            time.sleep(0.01)
        if p.cuts > cuts:
            n += 1
            fault = CUTS[HOWS.index(how)]
            bed.book.injected(fault, name)
            bed.well_again(fault, time.monotonic(), 30)
        p.armed = None
        lasts(rng.uniform(0.02, 0.2))
    for name in SERVICES:
        bed.services[name].door = None
        bed.services[name].arm()
    bed.supervisor.steady(60)
    for p in proxies.values():
        p.end()
    check(sum(p.cuts for p in proxies.values()) > 0, 'a COMMIT was cut')


def reused_ids(bed, rng, seconds):
    """The server crashes before a COMMIT reached it, and what comes after the recovery gets the same transaction id (it was
    never written down) and commits: the id of the lost transaction then counts as committed, and is not."""
    fault = 'COMMIT lost, its id used again'
    s = bed.services['appraisal']
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        p = Proxy(bed.pg['host'], bed.pg['port'], rng)
        p.start()
        s.door = p.port
        s.arm()
        lasts(0.2)
        bed.supervisor.steady(60)
        bed.servers_away = True
        p.armed = 'held'
        until(lambda: p.cuts, 30, 'appraisal sends a COMMIT')
        bed.book.injected(fault, 'appraisal')
        begin = time.monotonic()
        victim = session(bed, 'SELECT pg_sleep(60);')
        pid = until(lambda: bed.value("SELECT pid FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60);'"), 10, 'a session to be killed')
        os.kill(int(pid), signal.SIGKILL)

        def used():
            try:
                return bed.psql('SELECT pg_current_xact_id();' * 60)
            except AssertionError:
                return False
        until(used, 60, 'the server is back and gives the ids away')
        p.let_go.set()
        s.door = None
        let_go(victim)
        bed.well_again(fault, begin)
        bed.servers_away = False
        lasts(rng.uniform(0.5, 1.5))
        s.arm()
        p.end()
    bed.supervisor.steady(60)


def session(bed, sql, database=None):
    """A psql that holds what it did until its input ends."""
    e = {**os.environ, 'PGHOST': bed.pg['host'], 'PGPORT': bed.pg['port'], 'PGUSER': bed.pg['user'], 'PGPASSWORD': bed.pg['password'],
         'PGDATABASE': database or bed.database}
    p = subprocess.Popen(['psql', '-X', '-q', '-A', '-t'], env=e, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    p.stdin.write(sql.encode() + b'\n')
    p.stdin.flush()
    return p


def let_go(p):
    p.stdin.close()
    p.wait(20)


def newest(service, most):
    """Locks the subjects on which something was done last, which the load works on, in the order in which batches lock them. (Their ids are in no
    order of time, and a clock that jumped has put some far ahead.)"""
    return f"""BEGIN; SELECT id FROM "{service}".subject
                       WHERE id = ANY (ARRAY(SELECT id FROM "{service}".subject ORDER BY xmin::text::bigint DESC LIMIT {most})) ORDER BY id FOR UPDATE;"""


def writers(bed, rng, seconds):
    """Writing transactions that stay open, in another database and in this one: the horizon of transactions stands still. Dossiers go
    their whole way meanwhile, through all four topics."""
    client = Client(bed)
    end = time.monotonic() + seconds
    bed.psql('CREATE TABLE IF NOT EXISTS public.other (n int)')
    while time.monotonic() < end:
        bed.book.injected('open writers elsewhere', 'postgres')
        held = [session(bed, 'BEGIN; SELECT pg_current_xact_id();', 'postgres'), session(bed, 'BEGIN; INSERT INTO public.other VALUES (1);')]
        still, passed = time.monotonic() + rng.uniform(3, 8), 0
        while time.monotonic() < still or not passed:
            Dossier(client, Desk('H11.35.24'), BIRTH).whole()
            passed += 1
        open_still = bed.value("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND backend_xid IS NOT NULL AND usename NOT LIKE 'taicho_%'")
        if int(open_still) < len(held):
            bed.wrong.append(f'of {len(held)} writers {open_still} were still open behind {passed} dossiers')
        begin = time.monotonic()
        for p in held:
            let_go(p)
        bed.well_again('open writers elsewhere', begin)
    client.close()


LOCKED = 'a row locked by others'
WAITS_S = 20            # until the load comes by


def waits_for_a_lock(bed, name):
    """Whether a connection of a service stands before a lock."""
    return bed.value(f"SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'taicho-{name}-%' AND wait_event_type = 'Lock'") == 't'


def locks(bed, rng, seconds):
    """Somebody holds the rows of dossiers that are worked on; a batch of the service waits for them, or for its lock_timeout."""
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < len(SERVICES):
        name = SERVICES[n % len(SERVICES)]
        n += 1
        p = session(bed, newest(name, rng.choice([20, 200, 2000])))
        try:
            if bed.must_be(lambda name=name: waits_for_a_lock(bed, name), WAITS_S, f'{LOCKED}: {name} waits for one'):
                bed.book.injected(LOCKED, name)
                lasts(rng.uniform(0.2, 4))
        finally:
            begin = time.monotonic()
            let_go(p)
        bed.well_again(LOCKED, begin)


def migrations(bed, rng, seconds):
    """A migration killed at every step, again and again until it is through: the same schema as without."""
    clean, torn = f'{bed.database}_clean', f'{bed.database}_torn'
    url = lambda d: f"{bed.server} dbname={d} user={bed.pg['user']} password={bed.pg['password']}"
    shape = lambda d: bed.psql("SELECT md5(string_agg(x, ';' ORDER BY x)) FROM (SELECT table_schema || table_name || column_name || data_type || coalesce(column_default, '')"
                               " AS x FROM information_schema.columns WHERE table_schema IN ('intake', 'appraisal', 'approval', 'return', 'audit')"
                               " UNION ALL SELECT schemaname || indexdef FROM pg_indexes WHERE schemaname IN ('intake', 'appraisal', 'approval', 'return', 'audit')"
                               " UNION ALL SELECT 'm' || name || sha256 FROM intake.migration) s", database=d)
    for d in (clean, torn):
        bed.psql(f'CREATE DATABASE {d}', database='postgres')
    try:
        bed.ctl('migrate', TAICHO_CLOCK_START=MORNING, TAICHO_ADMIN_DATABASE_URL=url(clean))
        for point in ('migrate-step', 'migrate-done'):
            bed.psql(f'DROP DATABASE {torn}', database='postgres')
            bed.psql(f'CREATE DATABASE {torn}', database='postgres')
            for nth in range(1, 200):
                begin = time.monotonic()
                # Always the second pass: the first is one step further than the crash before it.
                run = bed.ctl('migrate', must=False, TAICHO_CLOCK_START=MORNING, TAICHO_ADMIN_DATABASE_URL=url(torn), TAICHO_CRASH=f'{point}:{1 + (point == "migrate-step")}')
                if run.returncode != -9:
                    break
                bed.book.injected('crash ' + point, 'taichoctl')
                bed.book.recovered('crash ' + point, time.monotonic() - begin)
            bed.ctl('migrate', TAICHO_CLOCK_START=MORNING, TAICHO_ADMIN_DATABASE_URL=url(torn))
            if shape(torn) != shape(clean):
                bed.wrong.append(f'{point}: the schema is another one than without crashes')
    finally:
        for d in (clean, torn):
            bed.psql(f'DROP DATABASE IF EXISTS {d} WITH (FORCE)', database='postgres')
