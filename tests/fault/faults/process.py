"""Processes that die, hang, or are there twice."""
import signal
import threading
import time

from faults.database import let_go, session
from harness.bed import lasts
from harness.book import OWNS
from harness.client import Counter
from system import SERVICES, STAGES


def kill(bed, rng, seconds, pause=(0.15, 0.9)):
    """Any process, any moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lasts(rng.uniform(*pause))
        up = [s for s in bed.all() if s.wanted and s not in bed.supervisor.down and s.fault is None]
        if up:
            rng.choice(up).strike('kill -9')


def stop_in_order(bed, rng, seconds):
    """A restart as operators do it, of one service after the other: no command fails."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in rng.sample(SERVICES, len(SERVICES)):
            bed.services[name].strike('restart in order', signal.SIGTERM)
            lasts(rng.uniform(0.5, 2))


def places(bed, name):
    """{(topic, partition): (owner, epoch)} of a service, as the database has it."""
    return {(r['topic'], r['partition']): (r['owner'], r['epoch']) for r in bed.rows(f'SELECT topic, "partition", owner, epoch FROM "{name}".consumed')}


def watched(bed, rng, seconds):
    """Each service in turn, until it serves and has all its partitions again, under a new epoch."""
    fault = OWNS
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end or n < len(SERVICES):
        s = bed.services[SERVICES[n % len(SERVICES)]]
        n += 1
        before = places(bed, s.name)
        s.strike('kill -9')
        begin = s.struck
        bed.book.injected(fault, s.name)
        if bed.must_be(lambda: all(epoch > before[at][1] for at, (_, epoch) in places(bed, s.name).items() if at in before), 60, f'{s.name} claims its partitions'):
            bed.answers_again(fault, s, begin)
        lasts(rng.uniform(0.2, 1))


def hang(bed, rng, seconds, pause=(0.1, 0.5)):
    """A process that does not run for a second."""
    fault = 'hangs 1 s'
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        s = bed.services[rng.choice(SERVICES)]
        bed.book.injected(fault, s.name)
        process = s.process             # another one may have its place before this one goes on
        process.send_signal(signal.SIGSTOP)
        lasts(1)
        process.send_signal(signal.SIGCONT)
        bed.answers_again(fault, s, time.monotonic())
        lasts(rng.uniform(*pause))


STOPPED_S, TAKEN_S = 30, 25     # how long an owner is stopped; within this its partitions are another's (its session ends after 6 s)
LOOK_S = 0.3
NEWCOMERS = ('H11.35.22', 'H11.35.23', 'H11.35.26')


def _in_hand(bed, s, hold):
    """It has read events and carries none of them out: a batch of its waits for whoever holds the rows of its offsets, which only one with
    events asks for; or, seen twice, they wait in its queue."""
    waits = f"""SELECT count(*) FROM pg_stat_activity a WHERE a.usename = 'taicho_{s.name}' AND a.query LIKE '%JOIN consumed c%'
                   AND EXISTS (SELECT FROM unnest(pg_blocking_pids(a.pid)) b JOIN pg_stat_activity h ON h.pid = b WHERE h.query = '{hold}')"""
    if bed.value(waits) != '0':
        return True
    first = bed.status(s).get('executor')
    lasts(LOOK_S)
    then = bed.status(s).get('executor')
    return first and then and then['event_queue'] > 0 and then['events'] == first['events']


def _fence(bed, s, twin):
    """The owner is stopped with events in hand that it has not committed, since somebody holds the rows of its offsets; what it does with
    them when it goes on must be refused."""
    fault = 'hangs 30 s, fenced'
    owner = lambda p: f'taicho-{p.name}-{p.instance}'
    before = places(bed, s.name)
    mine = {at for at, (who, _) in before.items() if who == owner(s)}
    fenced = bed.status(s).get('executor', {}).get('fenced', 0)
    hold = f'SELECT FROM "{s.name}".consumed WHERE owner = $${owner(s)}$$ ORDER BY topic, "partition" FOR UPDATE;'
    busy = session(bed, f'BEGIN; {hold}')
    try:
        holds = f"SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query = '{hold}'"
        bed.must_be(lambda: bed.value(holds) == '1', 60, f'the rows of the offsets of {s.name} are held')
        in_hand = bed.must_be(lambda: _in_hand(bed, s, hold), 60, f'{s.name} has events in hand')
        s.process.send_signal(signal.SIGSTOP)
        begin = time.monotonic()
    finally:
        let_go(busy)
    bed.book.injected(fault, s.name)

    def taken():
        now = places(bed, s.name)
        return mine and all(now[at][0] == owner(twin) and now[at][1] > before[at][1] for at in mine)
    took = bed.must_be(taken, TAKEN_S, f'the partitions of {s.name} are the other process\'s, under a new epoch, while the first one is stopped')
    has = lambda: {(p['topic'], p['partition']) for p in bed.status(twin).get('consumer', {}).get('partitions', [])}
    took = bed.must_be(lambda: mine <= has(), 10, f'the other process of {s.name} says so itself') and took
    lasts(max(0.0, STOPPED_S - (time.monotonic() - begin)))
    s.process.send_signal(signal.SIGCONT)
    begin = time.monotonic()
    refused = bed.must_be(lambda: bed.status(s).get('executor', {}).get('fenced', 0) > fenced, 30, f'{s.name}, which went on, is fenced')
    if in_hand and took and refused:
        bed.answers_again(fault, s, begin)


def _stop_the_only_one(bed, s):
    """audit's active process holds its lock as long as its connection lives: nobody takes over from one that is only stopped."""
    fault = 'hangs 30 s, the only one'
    bed.book.injected(fault, s.name)
    s.process.send_signal(signal.SIGSTOP)
    lasts(STOPPED_S)
    s.process.send_signal(signal.SIGCONT)
    bed.answers_again(fault, s, time.monotonic())


def fenced(bed, rng, seconds):
    """The owner of partitions hangs for 30 s, longer than its session; another process takes over; then the first one
    goes on where it was, and must be fenced."""
    twins = {name: bed.add(name, '2') for name in SERVICES}
    # The load's clients soon all wait for what is held: others come, so that events do.
    newcomers = [Counter(bed, unit) for unit in NEWCOMERS]
    for name in STAGES:
        bed.must_be(lambda name=name: len({who for who, _ in places(bed, name).values()}) == 2, 30, f'two processes of {name} share its partitions')
    threads = [threading.Thread(target=_guarded, args=(bed, _fence, bed.services[n], twins[n])) for n in STAGES]
    threads.append(threading.Thread(target=_guarded, args=(bed, _stop_the_only_one, bed.services['audit'])))
    for t in newcomers + threads:
        t.start()
        lasts(rng.uniform(0, 1))
    for t in threads:
        t.join()
    for t in newcomers:
        t.end()                 # whom a stopped process kept waiting is nobody's fault here
    lasts(2)
    for twin in twins.values():
        bed.remove(twin)


def _guarded(bed, function, s, *more):
    """In a thread of its own; whatever happens there, the process goes on and it is told."""
    try:
        function(bed, s, *more)
    except Exception as e:
        bed.wrong.append(f'{s.name}: {type(e).__name__}: {e}')
    finally:
        s.process.send_signal(signal.SIGCONT)


def _one_leads(bed, name):
    """Of the two relays of a service one leads; of two audits one reads, and has all partitions."""
    said = [at for s in bed.instances(name) if (at := bed.status(s))]
    one = lambda kind: sorted(kind(at) for at in said) == [False, True]
    return one(lambda at: at['relay']['leader']) and (name != 'audit' or one(lambda at: len(at['consumer']['partitions']) > 0))


def twice(bed, rng, seconds):
    """Two processes of every service: two relays of which one leads, two audits of which one reads. Now this one dies, now that one. Then the
    same process twice, by mistake."""
    fault = 'two of each'
    twins = []
    for name in SERVICES:
        bed.book.injected(fault, name)
        begin = time.monotonic()
        twins.append(bed.add(name, '2'))
        if bed.must_be(lambda name=name: _one_leads(bed, name), 30, f'of two of {name} one leads'):
            bed.answers_again(fault, twins[-1], begin)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        rng.choice(bed.instances(rng.choice(SERVICES))).strike('two of each, one killed')
        lasts(rng.uniform(0.5, 2))
    bed.supervisor.steady(60)
    for name in SERVICES:
        bed.must_be(lambda name=name: _one_leads(bed, name), 30, f'of two of {name} one leads, behind all the deaths')
    for twin in twins:
        bed.remove(twin, rng.choice([9, 15]))
    for name in SERVICES:
        _same_twice(bed, rng, bed.services[name])


SAME = 'the same instance twice'


def _owns_all(bed, s):
    """By its own word: its relay leads, and it reads every partition of its service."""
    at = bed.status(s)
    return bool(at) and at['relay']['leader'] and {(p['topic'], p['partition']) for p in at['consumer']['partitions']} >= set(places(bed, s.name))


def _same_twice(bed, rng, s):
    """A second process under the name of the first one, started by mistake. To Kafka both are one member, so that each takes the partitions from the
    other under a new epoch, again and again (of audit, one reads); no batch of two epochs gets through. Without it all is the first one's again."""
    before = places(bed, s.name)
    bed.book.injected(SAME, s.name)
    other = bed.add(s.name, s.instance, log=f'{s.name}-{s.instance}-again.log')
    try:
        if s.name == 'audit':
            met = bed.must_be(lambda: _one_leads(bed, s.name), 30, f'of two of the same {s.name} one leads')
        else:
            met = bed.must_be(lambda: all(epoch > before[at][1] for at, (_, epoch) in places(bed, s.name).items() if at in before), 30, f'of two of the same {s.name} one fences the other')
        lasts(rng.uniform(2, 5))
    finally:
        begin = time.monotonic()
        bed.remove(other, rng.choice([signal.SIGKILL, signal.SIGTERM]))
    if bed.must_be(lambda: _owns_all(bed, s), 60, f'{s.name} has all to itself, the other one being gone') and met:
        bed.answers_again(SAME, s, begin)
