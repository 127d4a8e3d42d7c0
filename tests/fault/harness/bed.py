"""The system that is broken: five services on a PostgreSQL and a Kafka of their own, supervised, with a journal."""
import datetime
import http.client
import json
import threading
import time

from harness.book import ARMING
from harness.journal import Journal
from harness.supervisor import Supervisor
from harness import ways
from story import OPERATOR, OWN_HOURS
from system import BUILD, SERVICES, STAGES, Service, System
from tap import check, until
from tests.fault.check import Memory, leaks, measure


class Watched(Service):
    """A process that the supervisor restarts. What the faults change of it is in its fields."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.crash = None           # TAICHO_CRASH of the process that runs
        self.next_crash = None      # of the one after it
        self.fault = None           # it was ended for this
        self.struck = 0.0           # and then
        self.door = None            # another port of PostgreSQL: a proxy's
        self.preload = None         # a library before all others
        self.more = {}              # further environment
        self.lines_to = None        # its lines go to what this opens, and not into its log
        self.brittle = None         # a fault that explains any end of it, however often
        self.ends = []              # the statuses with which it ended of that

    def environment(self, **changes):
        e = super().environment(**changes)
        if self.door:
            e['TAICHO_DATABASE_URL'] = e['TAICHO_DATABASE_URL'].replace(f"port={self.system.pg['port']}", f'port={self.door}')
        if self.crash:
            e['TAICHO_CRASH'] = self.crash
        if self.preload:
            e['LD_PRELOAD'] = str(self.preload)
        # What a sanitizer keeps of freed memory would look like a leak.
        e['ASAN_OPTIONS'] = f"{e.get('ASAN_OPTIONS', '')}:quarantine_size_mb=8".lstrip(':')
        # So would the states that are kept until there are 8,192: some 5 to 7 KiB a dossier, 40 MiB of audit, 110 of intake. With fewer they are also forgotten and read again.
        e['TAICHO_KEEP'] = '1024'
        e.update(self.more)
        return e

    def open_log(self):
        return self.lines_to() if self.lines_to else super().open_log()

    def strike(self, fault, number=9):
        """Ends it by a signal; the supervisor restarts it and notes how long that took under this name."""
        until(lambda: self.fault is None and self.process.poll() is None, 30, f'{self.name} runs, to be ended')
        self.system.book.injected(fault, self.name)
        self.fault, self.struck = fault, time.monotonic()
        self.process.send_signal(number)

    def arm(self, setting=None):
        """Kills it, so that it comes back as its fields say: with a crash point, say, at which it dies and comes back without."""
        self.next_crash = setting
        self.strike(ARMING)

    def put_down(self):
        """Kills it; it stays away until put_up."""
        until(lambda: self.fault is None and self.process.poll() is None, 30, f'{self.name} runs, to be put down')
        self.wanted = False
        self.process.kill()
        self.process.wait()

    def put_up(self):
        self.system.book.injected(ARMING, self.name)
        self.fault, self.struck, self.wanted = ARMING, time.monotonic(), True


class Bed(System):
    service_class = Watched

    def __init__(self, book, seed, **more):
        super().__init__(own_servers=True, start=False, changes=OWN_HOURS, **more)
        self.book, self.seed = book, seed
        self.over = threading.Event()       # nobody waits any longer
        self.servers_away = False           # deaths of services are explained by that
        self.load = None                    # of the episode that runs
        self.supervisor = self.journal = None
        self.passing = ()                   # answers that a client takes for passing, while a fault explains them
        self.wiped = False                  # the broker came back empty
        self.memory = Memory()              # of the checker, from episode to episode
        self.wrong = []                     # violations that a fault itself found
        self.held = {}                      # subject that is to stay stopped until the load has ended -> what puts it right then
        self.poisoned = None                # file: {topic, partition, offset} of each message that is to become a dead letter
        self.foreign = None                 # the same of each that can be read and that no relay wrote
        # Under a sanitizer memory that was given back is kept for a while; what is never given back it tells itself.
        self.sanitized = b'__asan_init' in (BUILD / 'bin/taicho-intake').read_bytes()

    def all(self):
        return list(self.services.values()) + self.extra

    def serve(self, script, limit=60):
        """Starts a server of ours, postgres or kafka. What is left of one that was killed may still hold its port or memory
        for a moment: then the start is refused, and tried again."""
        def started():
            self.servers(script, 'start')
            return True
        until(started, limit, f'{script} starts')

    def business_time(self, name):
        """Seconds since the epoch as a service says it; 'taichoctl': as the database and this machine's clock give it."""
        if name == 'taichoctl':
            return time.time() + int(self.value('SELECT offset_us FROM intake.clock')) / 1e6
        for _ in range(100):
            try:
                text = json.loads(self.http('GET', self.services[name].port, '/readyz').body)['business_time']
                return datetime.datetime.fromisoformat(text).timestamp()
            except (OSError, ValueError, KeyError):
                time.sleep(0.05)
        raise AssertionError(f'{name} does not tell its time')

    def heal(self):
        """Whatever a fault left: what should run runs."""
        for script in ('postgres', 'kafka'):
            self.serve(script)
        self.servers_away = False
        return self.supervisor.steady(60)

    def well_again(self, fault, begin, limit=60, flows=True):
        """Notes that a fault was recovered from: everything serves, which is the time that is noted, and behind that each stage has done a further
        command of the load (flows=False: what is broken still keeps them away). What does not is a violation."""
        wrong = self.supervisor.steady(limit)
        took = time.monotonic() - begin
        if flows and not wrong:
            wrong = self._stands(limit)
        if wrong:
            self.wrong.append(f'after "{fault}": {"; ".join(wrong)}')
        else:
            self.book.recovered(fault, took)

    def _stands(self, limit):
        """Which stages let no command of the load pass within the limit, in words."""
        before, end = {s: self.load.passed(s) for s in STAGES}, time.monotonic() + limit
        while left := [s for s in STAGES if self.load.passed(s) == before[s]]:
            if time.monotonic() > end or self.over.is_set():
                return [f'{s} has done no command of the load within {limit} s' for s in left]
            time.sleep(0.02)
        return []

    def answers_again(self, fault, s, begin, limit=60):
        """The same of one process; what does not answer with 200 is a violation."""
        end = time.monotonic() + limit
        while s.get_ready() != 200:
            if time.monotonic() > end:
                self.wrong.append(f'after "{fault}": {s.name} {s.instance} does not serve within {limit} s')
                return
            time.sleep(0.02)
        self.book.recovered(fault, time.monotonic() - begin)

    def must_be(self, condition, limit, text):
        """What a fault itself has to see; a violation where it does not come. True: it came."""
        try:
            until(condition, limit, text)
            return True
        except AssertionError as e:
            self.wrong.append(str(e))
            return False

    def status(self, s):
        """What a process says of itself, {} when it does not answer."""
        try:
            a = self.get(s, '/ops/status', OPERATOR)
            return a.json if a.status == 200 else {}
        except (OSError, http.client.HTTPException):
            return {}

    def instances(self, name):
        return [s for s in self.all() if s.name == name]

    def start(self):
        self.journal = Journal(self.dir / 'journal.jsonl')
        self.poisoned = self.dir / 'poisoned.jsonl'
        self.poisoned.touch()
        self.foreign = self.dir / 'foreign.jsonl'
        self.foreign.touch()
        self.supervisor = Supervisor(self, self.book)
        for s in self.services.values():
            s.wanted = True
        self.supervisor.start()
        wrong = self.supervisor.steady(120)
        check(not wrong, 'the system starts', *wrong)
        until(lambda: self.ctl('catalogue', 'import', self.data(), must=False).returncode == 0, 90, 'the reference data are taken')
        until(lambda: self.release('intake') > 0 and len({self.release(n) for n in SERVICES}) == 1, 120, 'the release is everywhere')
        for who in ways.people():
            self.token(who)
        self.token(*OPERATOR)

    def __enter__(self):
        super().__enter__()
        try:
            self.start()
        except BaseException:
            for line in self.notes():
                print('# ' + line)
            self._end()
            raise
        return self

    def stop(self):
        self.over.set()
        if self.supervisor:
            self.supervisor.end()
        wrong = [f'{s.name} {s.instance}: {x}' for s in self.all() for x in s.said] + [x for s in self.all() if (x := s.sanitizer())]
        return wrong + (self.supervisor.unexplained if self.supervisor else [])

    def add(self, name, instance, log=None):
        """One more process, started by the supervisor. log: of one whose name is another's, too."""
        s = Watched(self, name, instance)
        if log:
            s.log = self.dir / log
        s.wanted = True
        self.extra.append(s)
        until(lambda: s.process is not None and s.get_ready() == 200, 30, f'{name} {instance} is ready')
        return s

    def remove(self, s, number=15):
        s.wanted = False
        s.process.send_signal(number)
        s.process.wait(20)
        self.extra.remove(s)

    def without_library(self):
        """Each service comes back without what was loaded before all others, one that a fault needed."""
        for s in self.services.values():
            s.preload, s.more = None, {}
            s.arm()
        lasts(0.5)
        self.supervisor.steady(60)

    def conninfo(self):
        return f"{self.server} dbname={self.database} user={self.pg['user']} password={self.pg['password']}"

    def measure(self):
        """What a leak would show in."""
        return measure(self.pids(), self.conninfo())

    def pids(self):
        return {s.name: s.process.pid for s in self.services.values()}

    def leaks(self, before):
        """Violations: what it takes now against what measure() gave before."""
        found = leaks(before, self.measure(), {'rss_kib': (1.0, 512 * 1024)} if self.sanitized else None)
        return [f"{v['invariant']} {v['subject']}: {v['text']}" for v in found]


def lasts(seconds):
    """How long a fault lasts is part of the fault."""
    time.sleep(seconds)


def alive(pid):
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        with open(f'/proc/{pid}/stat', encoding='ascii', errors='replace') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False
