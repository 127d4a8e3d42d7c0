"""Load: clients that carry dossiers through all stages, one after another, until they are told to stop; and what must be
true of those dossiers in the end.

A client repeats a command with the same key for three answers only: nobody listens (connection refused), 503 with
Retry-After, 409 `not-yet` with Retry-After. Everything else is a failure of the test, so that what a restart or a move
does to commands shows. Connections that end without an answer are repeated too, and counted as `cut`. Where a service has
several processes, one that does not listen, says 503 since it stops, or hangs up without an answer as it does, is passed over for the
next, at once and with the same key; `refused`, `cut` and 503 are then what none of them took.
"""
import collections
import functools
import http.client
import json
import threading
import time
import uuid
from pathlib import Path

from flow import LISTENS, PARTITIONS, SOURCES, moving
from story import Desk, Dossier
from system import BUILD, Answer
from tap import check, equal, say, until

CHAIN = ['Received', 'Assigned', 'DocumentFiled', 'Appraised', 'Granted', 'Signed', 'Numbered', 'Sealed', 'Ready', 'HandedOver', 'Archived']


class Client:
    """A System as one strict client sees it: what Dossier asks of it, with a connection of its own per command."""

    def __init__(self, s, load):
        self.system, self.load = s, load
        self.noted = []

    def __getattr__(self, name):
        return getattr(self.system, name)

    def once(self, port, path, headers, data):
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
        try:
            connection.request('POST', path, data, headers)
            r = connection.getresponse()
            return Answer(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())
        finally:
            connection.close()

    def taken(self, service, path, headers, data):
        """By the first process that has an answer."""
        *others, last = self.load.ports(service)
        for port in others:
            try:
                a = self.once(port, path, headers, data)
                if a.status != 503:
                    return a
                why = '503'
            except ConnectionRefusedError:
                why = 'refused'
            except (OSError, http.client.HTTPException):
                why = 'cut'             # it had connected, and was not accepted any more
            self.load.passed_over[service, why] += 1
        return self.once(last, path, headers, data)

    def must(self, service, path, who, body, seen=None, **_):
        load, begin = self.load, time.monotonic()
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = {'Authorization': 'Bearer ' + self.bearer(who), 'Content-Type': 'application/json', 'Idempotency-Key': str(uuid.uuid4())}
        if seen:
            headers['Taicho-Seen'] = ', '.join(f'{s}={v}' for s, v in seen.items())
        while True:
            try:
                a = self.taken(service, path, headers, data)
                why = str(a.status)
            except ConnectionRefusedError:
                a, why = None, 'refused'
            except (OSError, http.client.HTTPException):
                a, why = None, 'cut'
            if a and a.status in (200, 201):
                load.answered(service, begin)
                return a
            again = a is None or 'retry-after' in a.headers and (a.status == 503 or a.status == 409 and a['type'].endswith(':not-yet'))
            check(again, f'{service} {path} by {who}: {why}', a)
            check(time.monotonic() - begin < load.patience, f'{service} {path} by {who}: {why} for {load.patience} s', a)
            load.repeated[service, why] += 1
            time.sleep(0.1)         # sooner than Retry-After asks, so that waits are measured to a tenth of a second


class Load:
    def __init__(self, s, units, patience=30, ports=None):
        """ports: what gives the ports of a service in the order in which they are tried, for services of several processes."""
        self.s, self.units, self.patience = s, units, patience
        self.ports = ports or (lambda service: [s.services[service].port])
        self.done, self.failed = [], []
        self.left = []                              # what was on its way when a command failed
        self.repeated = collections.Counter()       # (service, why) -> how often
        self.passed_over = collections.Counter()    # (service, why) -> how often another process was asked at once
        self.waits = []                             # (when answered, service, seconds from the first try)
        self.stopping = threading.Event()
        self.threads = []

    def answered(self, service, begin):
        now = time.monotonic()
        self.waits.append((now, service, now - begin))

    def longest(self, since, service=None):
        """The longest that a command took to be taken, repeats included, among those answered since then."""
        return max((w for at, name, w in self.waits if at >= since and service in (None, name)), default=0.0)

    def _client(self, unit):
        client = Client(self.s, self)
        while not self.stopping.is_set():
            d = Dossier(client, Desk(unit))
            try:
                d.receive().appraised().decided().returned()
            except BaseException as e:
                self.failed.append(f'{d.code}: {e}')
                self.left.append(f'{d.code} ({d.id}), where it failed: {self._moving()}')
                return
            d.s = self.s
            self.done.append(d)

    def __enter__(self):
        for u in self.units:                        # tokens first: they cost time
            desk = Desk(u)
            for who in (desk.receiver, desk.appraiser, desk.approver, desk.clerk, desk.returner):
                self.s.token(who)
        self.threads = [threading.Thread(target=self._client, args=(u,)) for u in self.units]
        for t in self.threads:
            t.start()
        return self

    def _moving(self):
        try:
            return moving(self.s.fields, self.s.kafka.watermarks(PARTITIONS))
        except Exception as e:
            return f'not to be seen: {e}'

    def __exit__(self, kind, *_):
        self.stopping.set()
        for t in self.threads:
            t.join(self.patience + 10)
        if self.failed:                             # one that is late goes on, one that is stuck does not
            time.sleep(30)
            say('\n'.join([*self.failed, *self.left, f'30 s behind the load: {self._moving()}']))
        if kind is None:
            check(not self.failed, 'a command failed', *self.failed[:3])

    def flows(self, more=2, limit=30):
        """Until some more dossiers went the whole way."""
        enough = len(self.done) + more
        until(lambda: len(self.done) >= enough or self.failed, limit, 'the load flows')
        check(not self.failed, 'a command failed', *self.failed[:3])


@functools.cache
def sanitized():
    """Whether the services that are tested were built with a sanitizer: its calls are named in the program."""
    program = (BUILD / 'bin/taicho-intake').read_bytes()
    return any(call in program for call in (b'__asan_init', b'__tsan_init', b'__ubsan_handle'))


def stretch(pids):
    """How much longer everything took these processes than on a machine that has time for them: 1 + (what their threads
    waited for a core) / (what they ran), as the kernel counts it since they began; at most 2.

    Only where a sanitizer multiplies what the services cost, so that a machine which is enough for them is too small: 1 for any
    other build. Its times are the promised ones, and a limit that grew with what waits for a core would also forgive
    services that keep the cores busy themselves."""
    if not sanitized():
        return 1.0
    ran = waited = 0
    for pid in pids:
        for f in Path(f'/proc/{pid}/task').glob('*/schedstat'):
            try:
                r, w, _ = f.read_text().split()
            except OSError:
                continue            # that thread has ended
            ran, waited = ran + int(r), waited + int(w)
    return min(2.0, 1 + waited / ran) if ran else 1.0


def ended_once(s, dossiers):
    """In all five schemas every dossier ended, exactly once."""
    for d in dossiers:
        d.becomes('returned', 10, limit=30)
    s.settled()
    for d in dossiers:
        until(lambda: len(d.story()) >= len(CHAIN), 15, f'{d.code}: its whole history')
        equal(sorted(d.story()), sorted(CHAIN), f'{d.code}: each event once')
        equal(d.in_list('return', d.desk.clerk, '&state=archived') is not None, True, f'{d.code}: archived')
        for service, version in [('intake', 2), ('appraisal', 2), ('approval', 2), ('return', 5)]:
            v = s.rows(f"SELECT version, hold FROM \"{service}\".subject WHERE id = '{d.id}'")
            equal(v, [{'version': version, 'hold': None}], f'{d.code} at {service}')


def all_ended_once(s, dossiers):
    """The same for many, by a few statements: versions, what each applied, the history in audit."""
    ids = ', '.join(f"'{d.id}'" for d in dossiers)
    for d in dossiers[-3:]:
        d.becomes('returned', 10, limit=30)
    s.settled()
    versions = {'intake': 2, 'appraisal': 2, 'approval': 2, 'return': 5}
    for name, version in versions.items():
        rows = s.rows(f'SELECT id, version, hold, applied FROM "{name}".subject WHERE id IN ({ids})')
        equal(len(rows), len(dossiers), f'dossiers at {name}')
        for r in rows:
            equal((r['version'], r['hold']), (version, None), f"{r['id']} at {name}")
            for source in LISTENS[name]:
                equal(r['applied'][SOURCES.index(source)], versions[source], f"{r['id']}: what {name} applied of {source}")
        equal(s.value(f'SELECT count(*) FROM "{name}".waiting'), '0', f'waiting at {name}')
    story = s.rows(f'SELECT subject, count(*) AS n, count(DISTINCT (source, version)) AS different FROM audit.entry WHERE subject IN ({ids}) GROUP BY subject')
    equal(len(story), len(dossiers), 'dossiers in audit')
    wrong = [r for r in story if r['n'] != len(CHAIN) or r['different'] != len(CHAIN)]
    check(not wrong, f'each of {len(CHAIN)} events once in audit', *wrong[:3])
    codes = sorted(d.code for d in dossiers)
    equal(len(set(codes)), len(codes), 'no code twice')
