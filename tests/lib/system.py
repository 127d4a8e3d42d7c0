"""A whole system for a test: a database of its own, Kafka's topics made anew, the five services from $BUILD/bin, the
reference data of deploy/reference/binh-thuan. Topics have fixed names, so there is one system at a time.

    with System() as s:
        s.post('intake', '/v1/dossiers', 'H11.35.21-tn01', {...})

Everything ends with the test program, even when that is killed. A service that died, ended badly or made a sanitizer
speak is a failure at the end.
"""
import base64
import csv
import errno
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import flow
import proto
from flow import SERVICES, SOURCES as STAGES, STAGE_TOPICS
from kafka import Kafka
from tap import BEGINS, NOTES, Skip, check, until

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('BUILD', 'build/asan')).resolve()
REFERENCE = ROOT / 'deploy/reference/binh-thuan'
TOPICS = STAGE_TOPICS + ['taicho.catalogue.v1', 'taicho.audit.entry.v1', 'taicho.audit.kpi.v1', 'taicho.audit.checkpoint.v1'] \
    + [t + '.dlq' for t in STAGE_TOPICS + ['taicho.catalogue.v1']]
MORNING = '2019-10-01T07:30:00+07:00'      # the day that is played, a Tuesday
SCHEMA = proto.Schema()


CLAIMS = []     # UDP sockets, held until this process ends


def claim(port):
    """Whether the port is ours from now on, also while nobody listens there: its UDP twin is held, which port.sh and other tests look at."""
    held = socket.socket(type=socket.SOCK_DGRAM)
    try:
        held.bind(('127.0.0.1', port))
    except OSError as e:
        held.close()
        if e.errno != errno.EADDRINUSE:
            raise
        return False
    CLAIMS.append(held)
    return True


def free_port():
    """A port that is claimed. Below 32768, where Linux begins to hand out ports to clients."""
    while True:
        port = random.randint(20000, 31999)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', port))
            except OSError as e:
                if e.errno != errno.EADDRINUSE:
                    raise
                continue
        if claim(port):
            return port


def rows(name):
    with open(REFERENCE / f'{name}.csv', encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


def reference_with(copy, changes, source=None):
    """A copy of the reference data in a new folder, changed: {table: {what stands in a row's first column: {column: text}}}."""
    shutil.copytree(source or REFERENCE, copy)
    for table, changed in changes.items():
        with open(copy / f'{table}.csv', encoding='utf-8', newline='') as f:
            read = list(csv.DictReader(f))
        first = next(iter(read[0]))
        check(changed.keys() <= {row[first] for row in read}, f'{table}.csv has no such row', changed)
        for row in read:
            row.update(changed.get(row[first], {}))
        with open(copy / f'{table}.csv', 'w', encoding='utf-8', newline='') as f:
            writer = csv.DictWriter(f, read[0].keys(), lineterminator='\n')
            writer.writeheader()
            writer.writerows(read)
    return copy


class Answer:
    """What a service answered."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    def __getitem__(self, key):
        return self.json[key]

    def __repr__(self):
        return f'{self.status} {self.body[:700].decode("utf-8", "replace")}'


class Service:
    """One process."""

    def __init__(self, system, name, instance='1', brokers=None):
        self.system, self.name, self.instance = system, name, instance
        self.port = free_port()
        self.brokers = brokers
        self.log = system.dir / f'{name}-{instance}.log'
        self.process = None
        self.wanted = False         # it should be running
        self.noted_from = 0         # where its log stood when the test began
        self.said = []              # what was wrong with ends that nobody asked for
        self.asked_for = []         # spans of its log in which a fault brought about what would be wrong otherwise: (from, to) in bytes

    def environment(self, **changes):
        s = self.system
        e = {k: v for k, v in os.environ.items() if not k.startswith(('TAICHO_', 'KAFKA_', 'PG'))}
        e.update(TAICHO_DATABASE_URL=f'{s.server} dbname={s.database} user=taicho_{self.name} password={s.password}',
                 KAFKA_BROKERS=self.brokers or s.brokers, TAICHO_JWKS=str(s.dir / 'jwks.json'),
                 TAICHO_LISTEN=f'127.0.0.1:{self.port}', TAICHO_INSTANCE=self.instance, TAICHO_LOG_LEVEL='info',
                 TAICHO_FETCH_WAIT_MS='20')
        e['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', 'detect_leaks=1:abort_on_error=0')
        e['UBSAN_OPTIONS'] = os.environ.get('UBSAN_OPTIONS', 'print_stacktrace=1')
        e['LSAN_OPTIONS'] = f'suppressions={ROOT}/tests/lib/lsan.supp:print_suppressions=0'
        e.update(changes)
        return {k: v for k, v in e.items() if v is not None}

    def open_log(self):
        """Where its lines go."""
        return open(self.log, 'ab')

    def start(self):
        # setpriv: it ends with the thread that started it, whatever ends that (no code of ours runs between fork and exec: there are threads).
        with self.open_log() as log:
            self.process = subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', BUILD / f'bin/taicho-{self.name}', 'serve'], env=self.environment(),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT)
        self.wanted = True
        return self

    def ready(self, limit=30):
        def answers():
            check(self.process.poll() is None, f'{self.name} ended with {self.process.returncode}', *self.tail())
            return self.get_ready() == 200
        until(answers, limit, f'{self.name} is not ready')
        return self

    def get_ready(self):
        """Its status; that of another service at its port is none."""
        try:
            a = self.system.http('GET', self.port, '/readyz')
        except OSError:
            return 0
        who = a.status in (200, 503) and a.json and (a.json.get('service'), a.json.get('instance'))
        check(not who or who == (self.name, self.instance), f'{who} answers at the port {self.port} of {self.name} {self.instance}')
        return a.status

    def kill(self):
        """As a power cut would end it."""
        self.wanted = False
        self.process.kill()
        self.process.wait()

    def stop(self, limit=20):
        """In order; how it ended."""
        self.wanted = False
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(limit)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                self.said.append(f'did not stop within {limit} s')
        if self.process.returncode:
            self.said.append(f'ended with status {self.process.returncode}')
        return self.process.returncode

    def tail(self, n=25):
        text = self.log.read_text(encoding='utf-8', errors='replace') if self.log.exists() else ''
        return [f'{self.name}: {line[:600]}' for line in text.splitlines()[-n:]]

    def sanitizer(self):
        said = self.log.read_bytes() if self.log.exists() else b''
        for begin, end in reversed(self.asked_for):
            said = said[:begin] + said[end:]
        text = said.decode('utf-8', errors='replace')
        at = re.search(r'(==\d+==\s*ERROR: |runtime error: |SUMMARY: \w+Sanitizer|WARNING: ThreadSanitizer|^BUG|"level":"fatal")', text, re.M)
        return text[max(0, at.start() - 200):at.start() + 3500] if at else ''


class System:
    service_class = Service

    def __init__(self, own_servers=False, start=True, reference=True, what='test', fsync='off', changes=None):
        self.own_servers, self.starts, self.reference, self.what, self.fsync = own_servers, start, reference, what, fsync     # fsync: of servers of its own
        self.changes = changes          # of the reference data (reference_with)
        self.dir = None
        self.services = {}              # name -> Service
        self.extra = []                 # further processes
        self.kafka_ports = None
        self.more = {}                  # environment of servers of its own
        self.tokens, self.connections = {}, {}
        self.password = 'e2e'
        self.database = f'e2e_{os.getpid()}_{uuid.uuid4().hex[:6]}'
        self.officers = {o['officer']: o for o in rows('officers')}
        self.noted = []                 # ids of dossiers that a failing test talks about

    # ---- its life

    def __enter__(self):
        for name in SERVICES:
            check((BUILD / f'bin/taicho-{name}').exists(), f'there is no {BUILD}/bin/taicho-{name}')
        if not self.own_servers and not os.environ.get('TEST_KAFKA'):
            raise Skip('there is no Kafka here')
        self.dir = Path(tempfile.mkdtemp(prefix='taicho-e2e.'))
        NOTES.append(self.notes)
        BEGINS.append(self.begins)
        try:
            self._servers()
            self._database()
            self._topics()
            self.services = {name: self.service_class(self, name) for name in SERVICES}
            if self.starts:
                self.start()
        except BaseException:
            for line in self.notes():
                print('# ' + line)
            self._end()
            raise
        return self

    def __exit__(self, kind, *_):
        wrong = self.stop()
        try:
            check(kind is not None or not wrong, 'a service did not end well', *wrong)
        finally:
            self._end()

    def stop(self):
        """Stops every process; what was wrong with them."""
        wrong = []
        for s in list(self.services.values()) + self.extra:
            if s.process is None:
                continue
            if s.wanted and s.process.poll() is not None:
                s.said.append(f'died with status {s.process.returncode}')
            elif s.wanted:
                s.process.send_signal(signal.SIGTERM)
        for s in list(self.services.values()) + self.extra:
            if s.process is None:
                continue
            if s.wanted:
                s.stop()
            if s.said or s.sanitizer():
                wrong += [f'{s.name} {s.instance}: ' + '; '.join(s.said), s.sanitizer() or '\n'.join(s.tail(8))]
        return wrong

    def _end(self):
        for connection in self.connections.values():
            connection.close()
        for s in list(self.services.values()) + self.extra:
            if s.process and s.process.poll() is None:
                s.process.kill()
                s.process.wait()
        if self.notes in NOTES:
            NOTES.remove(self.notes)
            BEGINS.remove(self.begins)
        if self.own_servers:
            subprocess.run([ROOT / 'tests/lib/env.sh', 'down', self.dir / 'servers'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        elif hasattr(self, 'server'):
            self.psql(f'DROP DATABASE IF EXISTS {self.database} WITH (FORCE)', database='postgres', must=False)
        if os.environ.get('TEST_KEEP'):
            print(f'# kept: {self.dir}')
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def _servers(self):
        if self.own_servers:
            # env.sh ends them when this process does.
            run = subprocess.run([ROOT / 'tests/lib/env.sh', 'up', self.dir / 'servers'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 stdin=subprocess.DEVNULL, env={**os.environ, 'TEST_PARENT': str(os.getpid()), 'PG_FSYNC': self.fsync})
            check(run.returncode == 0, 'no servers', run.stdout.decode())
            text = (self.dir / 'servers/env').read_text()
            pg = (self.dir / 'servers/secrets/pg.conninfo').read_text().strip()
            brokers = re.search(r'TEST_KAFKA=(\S+)', text)
            if not brokers:
                raise Skip('there is no Kafka here')
            self.brokers = brokers.group(1)
        else:
            pg, self.brokers = os.environ['TEST_PG'], os.environ['TEST_KAFKA']
        self.pg = dict(p.split('=', 1) for p in pg.split())
        if self.own_servers:        # also while they are down
            self.kafka_ports = re.search(r'^listeners=.*:(\d+),.*:(\d+)$', (self.dir / 'servers/kafka/server.properties').read_text(), re.M).groups()
            for port in (self.pg['port'], *self.kafka_ports):
                claim(int(port))
        self.server = f"host={self.pg['host']} port={self.pg['port']}"
        self.kafka = Kafka(self.brokers)

    def _database(self):
        self.psql(f'CREATE DATABASE {self.database}', database='postgres')
        self.ctl('token', 'init', '--dir', self.dir)
        self.ctl('migrate', TAICHO_CLOCK_START=MORNING)

    def _topics(self):
        if not self.own_servers:
            self.kafka.delete_topics(TOPICS)
        until(lambda: self.ctl('topics', must=False).returncode == 0, 30, 'the topics are not there')

    def servers(self, script, verb, must=True):
        """deploy/local/SCRIPT.sh VERB for servers of its own, on the ports that they had."""
        run = self.dir / 'servers'
        done = subprocess.run([ROOT / f'deploy/local/{script}.sh', verb], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, **self.more, 'TAICHO_RUN': str(run), 'PG_FSYNC': self.fsync, 'TAICHO_PG_PORT': self.pg['port'],
                                   'TAICHO_KAFKA_PORT': self.kafka_ports[0], 'TAICHO_KAFKA_CONTROLLER_PORT': self.kafka_ports[1]})
        check(not must or done.returncode == 0, f'{script} {verb}', done.stdout.decode())
        return done

    def start(self):
        for s in self.services.values():
            s.start()
        for s in self.services.values():
            s.ready()
        if self.reference:
            self.ctl('catalogue', 'import', self.data())
            release = until(lambda: self.release('intake'), 20, 'intake has no release')
            until(lambda: all(self.release(n) == release for n in SERVICES), 30, f'release {release} did not reach all services')

    def data(self):
        """The folder of its reference data."""
        own = self.dir / 'reference-own'
        return REFERENCE if not self.changes else own if own.exists() else reference_with(own, self.changes)

    def release(self, name):
        return json.loads(self.http('GET', self.services[name].port, '/readyz').body)['release']

    def add(self, name, instance):
        """One more process of a service."""
        s = self.service_class(self, name, instance)
        self.extra.append(s)
        return s.start().ready()

    def begins(self):
        self.noted[:] = []
        for s in list(self.services.values()) + self.extra:
            s.noted_from = s.log.stat().st_size if s.log.exists() else 0

    def notes(self):
        """What a failing test tells: warnings of the services since it began, and every line of the dossiers that it is about."""
        for s in list(self.services.values()) + self.extra:
            with open(s.log, encoding='utf-8', errors='replace') if s.log.exists() else open(os.devnull) as f:
                f.seek(s.noted_from)
                lines = f.read().splitlines()
            for line in [t for t in lines if '"level":"info"' not in t][-4:]:
                yield f'{s.name}: {line[:400]}'
            for line in [t for t in lines if any(n in t for n in self.noted)][-20:]:
                yield f'{s.name}: {line[:400]}'

        try:
            yield from self.gaps()
        except Exception as e:      # what is wrong may be what would be asked
            yield f'missing numbers cannot be told: {str(e)[:200]}'

    def gaps(self):
        """Numbers that a service misses, and how the partition's log begins and goes on around them."""
        logs = {}
        for name in self.services:
            if self.psql(f"SELECT to_regclass('{name}.missing_sequence')") == '':
                continue
            for m in self.rows(f'SELECT topic, "partition", min(sequence) AS first, max(sequence) AS last, count(*), min(noticed_at) AS at'
                               f' FROM {name}.missing_sequence GROUP BY 1, 2 ORDER BY 1, 2 LIMIT 3'):
                yield f'{name} misses {m["count"]} of {m["first"]} to {m["last"]} of {m["topic"]}/{m["partition"]} since {m["at"]}'
                logs[m['topic'], m['partition']] = m
        for (topic, partition), m in list(logs.items())[:3]:
            stands = [(r.offset, int(dict(r.headers).get('ce_sequence', 0)), dict(r.headers).get('ce_id', '')[-6:])
                      for r in self.kafka.read(topic, 12) if r.partition == partition]
            near = [f'{o}:{n}:{i}' for o, n, i in stands if o < 8 or m['first'] - 4 <= n <= m['last'] + 4]
            yield f'{topic}/{partition}, offset:number:id of {len(stands)}: {" ".join(near[:60])}'
            owner = topic.split('.')[1]
            outbox = self.rows(f'SELECT id, xid::text, right(event_id::text, 6) AS event FROM {owner}.outbox'
                               f""" WHERE topic = '{topic}' AND "partition" = {partition} ORDER BY id LIMIT 12""")
            yield 'its outbox, id:xid:event ' + ' '.join('{id}:{xid}:{event}'.format(**r) for r in outbox)
            ticks = self.rows(f'SELECT id, first_id, last_id, s1::text, s2::text FROM {owner}.tick ORDER BY id LIMIT 8')
            yield 'its ticks ' + ' '.join('{id}:{first_id}-{last_id}:{s1}..{s2}'.format(**t) for t in ticks)

    # ---- taichoctl and SQL

    def ctl_environment(self, **changes):
        e = {k: v for k, v in os.environ.items() if not k.startswith(('TAICHO_', 'KAFKA_', 'PG'))}
        e.update(TAICHO_RUN=str(self.dir), KAFKA_BROKERS=self.brokers, TAICHO_JWKS=str(self.dir / 'jwks.json'),
                 TAICHO_TOKEN_KEY=str(self.dir / 'token.key'),
                 TAICHO_ADMIN_DATABASE_URL=f"{self.server} dbname={self.database} user={self.pg['user']} password={self.pg['password']}")
        for name in SERVICES:
            e[f'TAICHO_PASSWORD_{name.upper()}'] = self.password
            if name in self.services:
                e[f'TAICHO_URL_{name.upper()}'] = f'http://127.0.0.1:{self.services[name].port}'
        e.update(changes)
        return e

    def ctl(self, *arguments, must=True, **changes):
        run = subprocess.run([BUILD / 'bin/taichoctl', *map(str, arguments)], env=self.ctl_environment(**changes), cwd=ROOT,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        run.out, run.err = run.stdout.decode('utf-8', 'replace'), run.stderr.decode('utf-8', 'replace')
        check('Sanitizer' not in run.err, f'taichoctl {arguments}: a sanitizer spoke', run.err)
        check(not must or run.returncode == 0, f'taichoctl {" ".join(map(str, arguments))}: status {run.returncode}', run.out[-2000:], run.err[-3000:])
        return run

    def psql(self, sql, database=None, must=True):
        e = {**os.environ, 'PGHOST': self.pg['host'], 'PGPORT': self.pg['port'], 'PGUSER': self.pg['user'],
             'PGPASSWORD': self.pg['password'], 'PGDATABASE': database or self.database}
        run = subprocess.run(['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'], input=sql.encode(), env=e, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(not must or run.returncode == 0, f'SQL failed: {sql[:300]}', run.stderr.decode())
        return run.stdout.decode().strip()

    def rows(self, sql):
        """The rows of a SELECT as dictionaries."""
        return json.loads(self.psql(f"SELECT coalesce(json_agg(r), '[]') FROM ({sql}) r"))

    def fields(self, sql):
        """The rows of a SELECT as texts without a bar in them."""
        return [line.split('|') for line in self.psql(sql).splitlines()]

    def business_now(self):
        """The business time, as the services have it."""
        return self.value("SELECT to_char((clock_timestamp() + offset_us * interval '1 us') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM intake.clock")

    def value(self, sql):
        return self.psql(sql)

    def tables(self, without=()):
        """{schema.table: (rows, digest of their content)} of all five schemas."""
        names = self.psql("SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                          " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('intake', 'appraisal', 'approval', 'return', 'audit') ORDER BY 1").split()
        names = [n for n in names if n.split('.')[1] not in without]
        sql = ' UNION ALL '.join(f"SELECT '{n}' AS t, count(*)::text || ' ' || coalesce(md5(string_agg(md5(r::text), '' ORDER BY md5(r::text))), '') FROM {quoted(n)} r" for n in names)
        return dict(line.split('|', 1) for line in self.psql(sql).splitlines())

    # ---- people

    def token(self, who, roles=None, unit=None):
        """A token of an officer of the reference data, or of anybody: token('somebody', 'clerk', 'H11.05')."""
        if who in self.officers and roles is None:
            roles = ','.join(r for r in self.officers[who]['roles'].split())
        unit = unit or (self.officers[who]['unit'] if who in self.officers else 'H11')
        key = (who, roles, unit)
        if key not in self.tokens:
            self.tokens[key] = self.ctl('token', '--role', roles, '--unit', unit, '--officer', who).out.strip()
        return self.tokens[key]

    def bearer(self, who):
        """None: without a token. An officer's id, (name, roles, unit), or a token itself."""
        if who is None:
            return None
        if isinstance(who, tuple):
            return self.token(*who)
        return who if who.count('.') == 2 and len(who) > 100 else self.token(who)

    def sign_token(self, claims):
        """A token with any claims, signed with the system's own key (Ed25519, through the openssl program)."""
        b64 = lambda d: base64.urlsafe_b64encode(d).rstrip(b'=')
        key = json.loads((self.dir / 'token.key').read_text())
        key = key['keys'][0] if 'keys' in key else key
        seed = base64.urlsafe_b64decode(key['d'] + '==')
        der = bytes.fromhex('302e020100300506032b657004220420') + seed
        (self.dir / 'key.der').write_bytes(der)
        header = {'alg': 'EdDSA', 'typ': 'JWT', **({'kid': key['kid']} if 'kid' in key else {})}
        text = b64(json.dumps(header).encode()) + b'.' + b64(json.dumps(claims).encode())
        (self.dir / 'text').write_bytes(text)
        run = subprocess.run(['openssl', 'pkeyutl', '-sign', '-inkey', self.dir / 'key.der', '-keyform', 'DER', '-rawin', '-in', self.dir / 'text'],
                             capture_output=True)
        check(run.returncode == 0, 'openssl signs', run.stderr.decode())
        return (text + b'.' + b64(run.stdout)).decode()

    # ---- routes

    def routes(self, service):
        """(method, path, roles) as the service prints them."""
        out = subprocess.run([BUILD / f'bin/taicho-{service}', 'routes'], capture_output=True, check=True).stdout.decode()
        return [tuple(line.split('\t')[:3]) for line in out.splitlines()]

    def example(self, path):
        """A path with something in the place of its parameters."""
        fill = {'id': str(uuid.uuid4()), 'document': str(uuid.uuid4()), 'code': '000.21.35.H11-191001-0001', 'kind': 'unit'}
        return re.sub(r':(\w+)', lambda m: fill.get(m.group(1), 'x'), path)

    def gets(self, service):
        return [(m, self.example(p)) for m, p, roles in self.routes(service) if m == 'GET' and roles != 'public']

    # ---- HTTP

    def http(self, method, port, path, headers=None, body=None):
        """One request on a kept connection; once more on a new one when the kept one was closed meanwhile."""
        for attempt in (1, 2):
            connection = self.connections.pop(port, None)
            kept = connection is not None
            connection = connection or http.client.HTTPConnection('127.0.0.1', port, timeout=30)
            try:
                connection.request(method, path, body, headers or {})
                r = connection.getresponse()
                answer = Answer(r.status, {k.lower(): v for k, v in r.getheaders()}, r.read())
                if not r.will_close:
                    self.connections[port] = connection
                else:
                    connection.close()
                return answer
            except (http.client.HTTPException, OSError):
                connection.close()
                if not kept or attempt == 2:
                    raise

    def call(self, service, method, path, who, body=None, key=None, seen=None, headers=None, raw=None):
        """seen: {'intake': 5}. raw: a body as it is. key: an Idempotency-Key; '' leaves the header out."""
        port = service.port if isinstance(service, Service) else self.services[service].port
        h = {}
        bearer = self.bearer(who)
        if bearer:
            h['Authorization'] = 'Bearer ' + bearer
        data = raw
        if method == 'POST':
            h['Content-Type'] = 'application/json'
            if key != '':
                h['Idempotency-Key'] = key or str(uuid.uuid4())
            if raw is None:
                data = json.dumps(body, ensure_ascii=False).encode()
        if seen:
            h['Taicho-Seen'] = ', '.join(f'{s}={v}' for s, v in seen.items())
        h.update(headers or {})
        return self.http(method, port, path, {k: v for k, v in h.items() if v is not None}, data)

    def get(self, service, path, who, **more):
        return self.call(service, 'GET', path, who, **more)

    def post(self, service, path, who, body, limit=15, **more):
        """What a client does: the same key again while the service says `not yet`, is busy or away."""
        more.setdefault('key', str(uuid.uuid4()))
        end = time.monotonic() + limit
        while True:
            try:
                a = self.call(service, 'POST', path, who, body, **more)
            except (OSError, http.client.HTTPException):
                # The process went away; whoever repeats with the same key learns what became of it.
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
                continue
            again = a.status == 409 and a.json and a.json.get('type', '').endswith(':not-yet') or a.status == 503
            if not again or time.monotonic() > end:
                return a
            time.sleep(0.02)

    def must(self, service, path, who, body, **more):
        """As post; a refusal fails the test."""
        a = self.post(service, path, who, body, **more)
        check(a.status in (200, 201), f'{service} {path} by {who}: {json.dumps(body, ensure_ascii=False)[:300]}', a)
        return a

    # ---- events

    def published(self, topics=STAGE_TOPICS):
        """What stands on the stage topics: records with .event, the decoded one."""
        out = []
        for topic in topics:
            for r in self.kafka.read(topic, 12):
                try:
                    r.event = SCHEMA.decode('LifecycleEvent', r.value)
                except Exception:
                    r.event = None
                out.append(r)
        return out

    def submit(self, service, *events, who=('operator-1', 'operator', 'H11')):
        """Gives a service events by their exact bytes, as an operator does."""
        a = self.call(service, 'POST', '/ops/events', who, {'events': [{'value_base64': base64.b64encode(e).decode()} for e in events]})
        check(a.status == 200, f'/ops/events of {service}', a)
        return a.json

    def settled(self, limit=30):
        """Until no service has anything left to publish or to read: the database lies between two looks at the logs that are equal."""
        last = []

        def quiet():
            try:
                before = self.kafka.watermarks(flow.PARTITIONS)
                last[:] = flow.moving(self.fields, before)
                return not last and self.kafka.watermarks(flow.PARTITIONS) == before
            except RuntimeError as e:       # the broker does not answer yet
                last[:] = [str(e)]
        try:
            until(quiet, limit)
        except AssertionError:
            raise AssertionError(f'not settled within {limit} s: {last or "the logs grow"}') from None


def quoted(name):
    schema, table = name.split('.')
    return f'"{schema}"."{table}"'


def subject_of_code(kind, code):
    """The id of a reference subject (mandate, seal, series): UUID version 8 of a SHA-256."""
    import hashlib
    d = bytearray(hashlib.sha256(b''.join(p.encode() + b'\0' for p in ('taicho:code', kind, code))).digest()[:16])
    d[6], d[8] = d[6] & 0x0f | 0x80, d[8] & 0x3f | 0x80
    return uuid.UUID(bytes=bytes(d))
