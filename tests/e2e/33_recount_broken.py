#!/usr/bin/env python3
"""A new day off, and its batch broken in each of its places: intake dies as it has taken a chunk, in a transaction full of turns, and behind one;
taichoctl dies and is started again; PostgreSQL is cut off. Each dossier of the dry run moves once, no other, and everybody judges by the new date."""
# Runs alone: it waits for what dies and comes back.
import collections
import os
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier, forward_to, new_holiday  # noqa: E402
from system import BUILD, ROOT, SERVICES, Service, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

HOLIDAY = '2019-10-04'      # a Friday
BATCH = 'NGHI-2019-10-04'
MANY, CLIENTS = 240, 8
OFFICES = [Desk(f'H11.35.{n}', at_counter=False) for n in range(21, 21 + CLIENTS)]
MOVED = 'SELECT count(*) FROM intake.due_history'
WAITING = "SELECT count(*) FROM intake.timer WHERE act = 'recount'"
ORDERED = "SELECT count(*) FROM intake.idempotency WHERE starts_with(key, 'recount-')"
# A turn takes so long that whatever strikes a batch finds it at work.
TAKES = ("CREATE OR REPLACE FUNCTION intake.take_long() RETURNS trigger LANGUAGE plpgsql AS"
         " $$ BEGIN PERFORM pg_sleep({}); RETURN NEW; END $$")
EACH = 'CREATE TRIGGER take_long BEFORE INSERT ON intake.due_history FOR EACH ROW EXECUTE FUNCTION intake.take_long()'


class Fragile(Service):
    """A process that dies where it is told to."""
    dies_at = None

    def environment(self, **changes):
        return super().environment(TAICHO_BATCH_MAX='16', TAICHO_CRASH=self.dies_at, **changes)

    def comes_back(self, dies_at=None):
        """Started, or started again; it will die there by itself."""
        if self.process and self.process.poll() is None:
            self.kill()
        self.dies_at = dies_at
        return self.start()

    def has_died(self):
        self.wanted = False
        until(lambda: self.process.poll() is not None, 20, f'{self.name} dies at {self.dies_at}')
        equal(self.process.returncode, -signal.SIGKILL, f'{self.name} died at {self.dies_at}')


class Frail(System):
    service_class = Fragile


def received_by_many(s):
    """Dossiers of the offices, which are due behind the day that will be a day off."""
    for o in OFFICES:               # tokens first: they cost time
        s.token(o.receiver)
    done, failed = [], []

    def client(office):
        try:
            for _ in range(MANY // CLIENTS):
                done.append(Dossier(s, office, MOBILE_BIRTH).receive())
        except BaseException as e:
            failed.append(str(e))
    threads = [threading.Thread(target=client, args=(o,)) for o in OFFICES]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check(not failed, 'all were received', *failed[:3])
    return done


def dry(s):
    """{id: what would become of it}, as the dry run lists it."""
    found, after = {}, ''
    while True:
        a = s.get('intake', f'/v1/deadlines/changes{after}', ADMIN)
        equal(a.status, 200, 'a page of the dry run')
        found.update((i['id'], i) for i in a['items'])
        if not a['next']:
            return found
        after = f"?after={a['next']}"


def begin_move(s, release):
    return subprocess.Popen([BUILD / 'bin/taichoctl', 'deadlines', 'move', '--release', str(release), '--batch', BATCH, '--reason', 'Nghỉ bù theo thông báo của UBND tỉnh'],
                            env=s.ctl_environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def number(s, sql):
    return int(s.value(sql))


def cut_off_database(s):
    """PostgreSQL ends at once, without a checkpoint, and is started again."""
    pid = int((s.dir / 'servers/pid/postgres').read_text().split()[0])
    os.kill(pid, signal.SIGQUIT)
    until(lambda: not Path(f'/proc/{pid}').exists() or ') Z ' in Path(f'/proc/{pid}/stat').read_text(), 10, 'PostgreSQL has ended')
    until(lambda: s.servers('postgres', 'start'), 30, 'PostgreSQL starts')


def told_of(s, kind):
    """{dossier: [event]} of a kind on intake's topic. What died before it had noted what it published published it again: that is one."""
    told = collections.defaultdict(dict)
    for r in s.published(['taicho.intake.v1']):
        if kind in r.event:
            told[str(uuid.UUID(bytes=r.event['subject_id']))][r.event['event_id']] = r.event
    return {d: list(events.values()) for d, events in told.items()}


@test
def a_batch_that_is_broken_in_each_of_its_places_moves_each_date_once(s):
    intake, away = s.services['intake'], Desk('H11.35.31', at_counter=False)
    many = received_by_many(s)
    worked = [Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign() for _ in range(3)]
    gone = Dossier(s, away, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
    gone.ask_back()
    gone.let_go()
    gone.becomes('withdrawn', 7)
    today = [Dossier(s, Desk('H11.35.32'), BIRTH).receive() for _ in range(3)]
    equal(dry(s), {}, 'nothing moves by the calendar that they were counted with')
    new_holiday(s, HOLIDAY)
    until(lambda: dry(s), 10, 'the release is in use')
    found = dry(s)
    release = s.get('intake', '/v1/deadlines/changes', ADMIN)['release']
    equal(found.keys(), {d.id for d in many + worked}, 'each that was counted over that day, and none that has ended or was due before')
    equal({(i['due_at'][:10], i['would_be'][:10]) for i in found.values()}, {('2019-10-08', '2019-10-09')}, 'one working day later')
    s.settled()
    s.psql(TAKES.format(0.01))
    s.psql(EACH)

    # The batch is ordered, and nobody is told: intake dies, then taichoctl, which asks again.
    intake.comes_back('command-answer:1').ready()
    move = begin_move(s, release)
    intake.has_died()
    move.kill()
    move.communicate()
    equal(number(s, 'SELECT count(*) FROM intake.recount_dossier'), len(found), 'all are to have their turn')
    # It comes back, and dies in the middle of the turns: in a transaction in which everything is written, then as they are done.
    for place in ('batch-saved:3', 'timer-done:30'):
        before = number(s, MOVED)
        intake.comes_back(place)
        intake.has_died()
        check(before < number(s, MOVED) < len(found), f'{place}: some have moved, not all', before, number(s, MOVED))

    # The same is ordered again: what has moved is not in its dry run. It stays while the database is cut off, and while intake is killed.
    s.psql(TAKES.format(0.05))
    intake.comes_back().ready()
    move = begin_move(s, release)
    until(lambda: number(s, ORDERED) == 2, 20, 'the rest is ordered')
    before = number(s, MOVED)
    check(0 < number(s, WAITING), 'it is in the middle of it')
    cut_off_database(s)
    for name in SERVICES:
        s.services[name].ready()
    until(lambda: number(s, MOVED) > before, 30, 'it goes on by itself')
    check(0 < number(s, WAITING), 'and is in the middle of it')
    intake.kill()
    s.psql(TAKES.format(0))
    intake.comes_back().ready()
    out, err = move.communicate(timeout=60)
    equal(move.returncode, 0, f'taichoctl waits until all have had their turn: {(out + err).decode()}')
    check('dates were counted again' in out.decode(), 'and says so', out)

    # The books: one batch that names each of them, and no turn that waits.
    equal(number(s, WAITING), 0, 'no turn is left')
    equal(dry(s), {}, 'nothing is left to move')
    batch = s.get('intake', f'/v1/deadlines/recounts/{BATCH}', INSPECTOR).json
    equal((batch['dossiers'], batch['waiting']), (len(found), 0), 'the batch is done')
    equal(s.fields('SELECT batch, asked_by FROM intake.recount'), [[BATCH, 'taichoctl']], 'there is one')
    equal({r['dossier'] for r in s.rows('SELECT dossier FROM intake.recount_dossier')}, set(found), 'what it names')
    kept = s.rows('SELECT h.dossier, h.why, left(intake.civil(h.due_at_legal), 19) AS due, left(intake.civil(d.due_at), 19) AS now'
                  ' FROM intake.due_history h JOIN intake.dossier d ON d.id = h.dossier')
    wanted = {id: i['would_be'][:19] for id, i in found.items()}
    equal(sorted((k['dossier'], k['why'], k['due'], k['now']) for k in kept), sorted((id, 'DueMoved', due, due) for id, due in wanted.items()),
          'each date moved once, to where the dry run said')

    # What was told: of each once, in the outbox, on the topic and in the sealed history.
    s.settled(60)
    told = told_of(s, 'due_moved')
    equal(told.keys(), found.keys(), 'of whom a move is told')
    equal({len(events) for events in told.values()}, {1}, 'of each one')
    equal({e['command_id'] for (e,) in told.values()}, {uuid.UUID(batch['id']).bytes}, 'each under the batch')
    for what, sql in {'outbox': "SELECT key AS subject FROM intake.outbox WHERE type LIKE '%DueMoved'",
                      'audit': "SELECT subject FROM audit.entry WHERE type LIKE '%DueMoved'"}.items():
        equal(sorted(r['subject'] for r in s.rows(sql)), sorted(found), what)
    for name in SERVICES:
        equal(s.value(f"SELECT count(*) FROM \"{name}\".missing_sequence"), '0', f'{name} misses no number')

    # Everybody judges by the new date. On the day that would have been late none is, one that is worked on can end in time.
    for d in worked:
        equal(d.in_list('appraisal', away.appraiser)['due_at'][:10], '2019-10-09', 'the appraiser sees it')
    equal({h['due_at'][:10] for d in (many[0], many[-1], *worked) for h in [d.history()]}, {'2019-10-09'}, 'so does audit')
    for d in today:
        equal(s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)['due_at'], d.received['due_at'], 'what was due before stays')
    forward_to(s, '2019-10-09T06:30:00+07:00')
    worked[0].conclude().decided().number().seal()
    until(lambda: worked[0].history()['timing'] == 'on_time', 10, 'in time by the new date')
    until(lambda: {d.id for d in today} <= set(told_of(s, 'due_passed')), 20, 'what was due before is late')
    s.settled(60)
    equal(told_of(s, 'due_passed').keys(), {d.id for d in today}, 'nothing else is')
    check('DueMoved' not in gone.story(), 'what has ended was left alone')


main(lambda: Frail(own_servers=True))
