"""A client as it should be: the same key until there is an answer that counts, within a limit; everything in the journal."""
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter as Count

from story import Desk, reception

PATIENCE_S = 600        # of one command, through whatever is broken meanwhile: four wiped brokers in a row, say, each of which is given up to
                        # 240 s, and all is published anew after each
ANSWER_S = 15           # of one attempt


class GaveUp(Exception):
    """A command that was not answered within the limit, or in a way that no fault explains."""


class Client:
    """Stands in for the system in tests/lib/story.py: one per thread."""

    def __init__(self, bed, name='a fault'):
        self.bed, self.journal = bed, bed.journal
        self.rng = random.Random(f'{bed.seed}/{name}')
        self.noted = []
        self.connections = {}
        self.repeats = 0
        self.passed = Count()       # commands that were acknowledged, by service

    def once(self, service, path, who, data, key, seen):
        headers = {'Authorization': 'Bearer ' + self.bed.bearer(who), 'Content-Type': 'application/json', 'Idempotency-Key': key}
        if seen:
            headers['Taicho-Seen'] = ', '.join(f'{s}={v}' for s, v in seen.items())
        port = self.rng.choice(self.bed.instances(service)).port       # as a gateway would: another attempt may meet another process
        line = self.journal.sent(service, 'POST', path, who, key, data)
        connection = self.connections.pop(port, None) or http.client.HTTPConnection('127.0.0.1', port, timeout=ANSWER_S)
        try:
            connection.request('POST', path, data, headers)
            r = connection.getresponse()
            body = r.read()
        except BaseException:
            connection.close()
            raise
        if r.will_close:
            connection.close()
        else:
            self.connections[port] = connection
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        self.journal.answered(line, r.status, answer)
        return r.status, answer

    def must(self, service, path, who, body, seen=None, **_):
        """What a client does: the same key again while nobody answers, or the answer says that it is too early or too busy."""
        key, data = str(uuid.uuid4()), json.dumps(body, ensure_ascii=False).encode()
        end, pause, last = time.monotonic() + PATIENCE_S, 0.02, None
        while True:
            try:
                status, answer = self.once(service, path, who, data, key, seen)
                if status in (200, 201):
                    self.passed[service] += 1
                    return _Answer(status, answer)
                kind = str((answer or {}).get('type', ''))
                last = f'{status} {answer}'
                if status != 503 and status not in self.bed.passing and not (status == 409 and kind.endswith((':not-yet', ':held'))):
                    raise GaveUp(f'{service} {path} by {who}: {last}')
            except (OSError, http.client.HTTPException) as e:
                last = repr(e)
            if time.monotonic() > end or self.bed.over.is_set():
                raise GaveUp(f'{service} {path} by {who}: not within {PATIENCE_S} s: {last}')
            self.repeats += 1
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def close(self):
        for c in self.connections.values():
            c.close()


class _Answer:
    """As tests/lib/system.py gives it."""

    def __init__(self, status, answer):
        self.status, self.json = status, answer

    def __getitem__(self, key):
        return self.json[key]


class Counter(threading.Thread):
    """Somebody at a counter whom nobody may keep waiting, whatever else is broken: receptions one after the other, each asked for once
    and to be answered with 201 within a limit."""

    LIMIT_S, PAUSE_S = 5, 0.4

    def __init__(self, bed, unit):
        super().__init__(daemon=True, name='counter')
        self.bed, self.desk = bed, Desk(unit)
        self.ending = threading.Event()
        self.accepted, self.longest, self.wrong = 0, 0.0, []

    def run(self):
        client = Client(self.bed, 'counter')
        while not self.ending.wait(self.PAUSE_S):
            begin = time.monotonic()
            try:
                status, answer = client.once('intake', '/v1/dossiers', self.desk.receiver, json.dumps(reception(self.desk)).encode(), str(uuid.uuid4()), None)
            except (OSError, http.client.HTTPException) as e:
                status, answer = 0, repr(e)
            took = time.monotonic() - begin
            self.longest = max(self.longest, took)
            self.accepted += status == 201
            if status != 201 or took > self.LIMIT_S:
                self.wrong.append(f'a reception was answered with {status} after {took:.1f} s: {str(answer)[:300]}')
        client.close()

    def end(self):
        """What was wrong, in words; that nobody was accepted is wrong too."""
        self.ending.set()
        self.join(60)
        return self.wrong + ([] if self.accepted else ['nobody was received'])


class Load:
    """Dossiers at a rate, on all ways, over some units, until it is told to end; each that was begun is carried to its end."""

    def __init__(self, bed, ways, rate, workers):
        self.bed, self.ways, self.rate = bed, ways, rate
        self.ending = threading.Event()
        self.lock = threading.Lock()
        self.begun = self.done = self.repeats = 0
        self.failed = []
        self.start = time.monotonic()
        self.clients = [Client(bed, f'client {n}') for n in range(workers)]
        self.threads = [threading.Thread(target=self._work, args=(c,), daemon=True) for c in self.clients]
        for t in self.threads:
            t.start()

    def _next(self):
        """The number of the next dossier, at its time; None: no more."""
        with self.lock:
            number = self.begun
            at = self.start + number / self.rate
            self.begun += 1
        if self.ending.wait(max(0.0, at - time.monotonic())):
            with self.lock:
                self.begun -= 1
            return None
        return number

    def passed(self, service):
        """How many of its commands that service has acknowledged."""
        return sum(c.passed[service] for c in self.clients)

    def _work(self, client):
        while (number := self._next()) is not None:
            try:
                self.ways(client, number)
                with self.lock:
                    self.done += 1
            except Exception as e:
                self.failed.append(f'dossier {number} {client.noted}: {type(e).__name__}: {str(e)[:600]}')
        self.repeats += client.repeats
        client.close()

    def end(self, limit=240):
        """What was not carried to its end, in words."""
        self.ending.set()
        until = time.monotonic() + limit
        for t in self.threads:
            t.join(max(0.1, until - time.monotonic()))
        stuck = sum(t.is_alive() for t in self.threads)
        return self.failed + ([f'{stuck} clients are not through after {limit} s'] if stuck else [])
