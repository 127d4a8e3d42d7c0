#!/usr/bin/env python3
"""The checker is checked: a real system carries a few dozen dossiers, and nothing is wrong with it; then a copy of its database, or
of the client's journal, or what stands on a topic is damaged in one way after the other, and each damage is named."""
import contextlib
import copy
import hashlib
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests/lib'), str(ROOT)]
from story import BIRTH, DISABILITY, MOBILE_BIRTH, Desk, Dossier, applicant, reception  # noqa: E402
from system import STAGES, System  # noqa: E402
from tap import check, equal, main, say, test, until  # noqa: E402
from tests.fault.check import Topics, leaks, measure, run, unrest  # noqa: E402
from tests.fault.check.report import lines  # noqa: E402


class Journaled(System):
    """A system whose client writes down what it asks for and what it is told."""

    def __init__(self, **more):
        super().__init__(**more)
        self.number, self.journal = 0, None

    def __enter__(self):
        super().__enter__()
        self.journal = self.dir / 'journal.jsonl'
        return self

    def call(self, service, method, path, who, body=None, key=None, raw=None, **more):
        if method != 'POST' or not key or self.journal is None:
            return super().call(service, method, path, who, body, key=key, raw=raw, **more)
        data = raw if raw is not None else json.dumps(body, ensure_ascii=False).encode()
        self.number += 1
        line = {'id': self.number, 'service': service, 'method': method, 'path': path, 'actor': who, 'key': key,
                'body_sha256': hashlib.sha256(data).hexdigest()}
        self.write({'t': time.time(), 'phase': 'sent', **line})
        a = super().call(service, method, path, who, key=key, raw=data, **more)
        self.write({'t': time.time(), 'phase': 'answered', **line, 'status': a.status, 'answer': a.json})
        return a

    def write(self, line):
        with open(self.journal, 'a', encoding='utf-8') as f:
            f.write(json.dumps(line, ensure_ascii=False) + '\n')


def each(dossiers, *verbs):
    """One act after the other, each for all dossiers, so that events travel meanwhile."""
    for verb in verbs:
        for d in dossiers:
            getattr(d, verb)()


def play(s):
    """A few dozen dossiers of every kind; some stay open on their way."""
    desks = [Desk(f'H11.35.{n}') for n in (21, 22, 23)]
    at_spot = [Dossier(s, desks[i % 3], BIRTH) for i in range(18)]
    office = [Dossier(s, Desk(f'H11.35.{n}', at_counter=False), p) for n in (24, 25) for p in (MOBILE_BIRTH, DISABILITY)]
    back, against, granted = at_spot[0:3], at_spot[3:6], at_spot[6:18]

    each(at_spot + office, 'receive')
    for desk in desks:
        s.must('intake', '/v1/refusals', desk.receiver, {
            'counter': desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': applicant(), 'reasons': ['missing_component'], 'explanation': 'Thiếu'})
    # What is refused leaves nothing; a key that is sent twice has one effect.
    equal(s.post('intake', '/v1/dossiers', desks[0].receiver, reception(desks[0], procedure='9.999999')).status, 422, 'no such procedure')
    for _ in range(2):
        equal(s.post('intake', '/v1/dossiers', desks[0].receiver, reception(desks[0]), key='the-same-key').status, 201, 'one key twice')
    at_spot[0].refused('appraisal', 'conclude', at_spot[0].desk.appraiser, {'opinion': 'for', 'draft': {'id': at_spot[0].id, 'sha256': '0' * 64, 'pages': 1}}, 409)

    each(office, 'give_transfer', 'take_transfer')
    each(at_spot[:-1], 'assign')                       # the last one is never taken up
    for d in office:
        d.assign(by=d.desk.head)
    each(back + granted[:-2], 'conclude')
    for d in against:
        d.conclude('against')
    each(office, 'conclude')
    each(back, 'send_back', 'assign')
    for d in back:
        d.conclude(content=b'%PDF-1.4 another draft')
    each(back + granted[:-3] + office, 'grant')
    each(against, 'refuse')
    each(back + against + granted[:-4] + office, 'sign')
    second = [d for d in office if d.procedure == DISABILITY]
    for d in second:
        until(lambda d=d: (r := d.in_list('appraisal', d.desk.appraiser)) and r['state'] == 'queued', 10, 'a second appraisal is open')
        d.assign(by=d.desk.head).conclude(content=b'%PDF-1.4 certificate').decided()
    for d in back + against + granted[:-5] + office:
        d.number(refusal=d in against)
    each(back + against + granted[:-6] + office, 'seal')
    each(office, 'give_result', 'take_result')
    each(back + against + granted[:-7] + office, 'make_ready')
    each(back + against + granted[:-8] + office, 'deliver')
    each(back + against + granted[:-9], 'archive')


class Scene:
    """A system that came to rest and was stopped, what its topics hold, and copies of its database to be damaged."""

    def __init__(self, s):
        self.s = s
        self.journal = s.journal.read_text(encoding='utf-8').splitlines()
        self.topics = Topics(s.brokers)

    def conninfo(self, database):
        return f"{self.s.server} dbname={database} user={self.s.pg['user']} password={self.s.pg['password']}"

    @contextlib.contextmanager
    def damaged(self, sql):
        """A copy of the database in which some SQL was run."""
        name = self.s.database + '_copy'
        self.s.psql(f'DROP DATABASE IF EXISTS {name}', database='postgres')
        self.s.psql(f'CREATE DATABASE {name} TEMPLATE {self.s.database} STRATEGY file_copy', database='postgres')
        try:
            self.s.psql('SET session_replication_role = replica;' + sql, database=name)
            yield self.conninfo(name)
        finally:
            self.s.psql(f'DROP DATABASE {name}', database='postgres')

    def run(self, conninfo=None, journal=None, topics=None, **more):
        path = self.s.journal
        if journal is not None:
            path = self.s.dir / 'damaged.jsonl'
            path.write_text('\n'.join(journal) + '\n', encoding='utf-8')
        return run(conninfo or self.conninfo(self.s.database), self.s.brokers, [path], complete=True, topics=topics or self.topics, **more)


@contextlib.contextmanager
def scene():
    with Journaled(what='checker') as s:
        processes = {n: x.process.pid for n, x in s.services.items()}
        conninfo = f"{s.server} dbname={s.database} user={s.pg['user']} password={s.pg['password']}"
        before = measure(processes, conninfo)
        play(s)
        until(lambda: not unrest(conninfo, s.brokers), 30, 'it comes to rest')
        after = measure(processes, conninfo)
        wrong = s.stop()
        check(not wrong, 'the services end well', *wrong)
        for connection in s.connections.values():
            connection.close()
        made = Scene(s)
        made.before, made.after = before, after
        yield made


@test
def a_system_that_came_to_rest_is_in_order(at):
    begin = time.monotonic()
    violations, counts = at.run(topics=Topics(at.s.brokers))
    for line in lines(violations, counts):
        say(line)
    say(f'checked in {time.monotonic() - begin:.2f} s')
    equal(violations, [], 'violations')
    for invariant in ('V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V9', 'V10'):
        check(counts[invariant]['looked_at'] > 20, f'{invariant} looked at something', counts)
    equal(counts['V8']['poisoned messages'], 0, 'nothing was poisoned')


main(scene)
