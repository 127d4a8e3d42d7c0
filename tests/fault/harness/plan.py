"""What is broken, in which order, for how long. A wiped broker numbers its logs anew and what was in flight may stand in them twice,
for which the checker then makes allowance: it comes last on its system."""
from faults import allocation, broker, catalogue, conflict, consumer, crash, database, disk, link, logs, machine, message, process, retention, slots, together
from harness import ways
from harness.book import ARMING, FLOWS, OWNS
from harness.episode import Episode

WHOLE = {'rate': 15, 'workers': 32}     # the load of the whole campaign: dossiers begun a second, clients
FAULTS = 2000                           # that the whole campaign injects at least



def _then(fault, last):
    """A fault for as long as it is to last, and behind it another one once."""
    def both(bed, rng, seconds, **more):
        fault(bed, rng, seconds, **more)
        last(bed, rng)
    return both


AGAIN, GAPS, POISON = _then(message.duplicates, catalogue.again), _then(message.gaps, catalogue.lose), _then(message.poison, catalogue.poison)
AGAINS, MISSES = ['messages published again', catalogue.AGAIN], ['message lost', 'message crossed', catalogue.LOST]
POISONS = [FLOWS, *message.POISONS, *catalogue.POISONS]

# Each list has a system of its own: a check looks at all that ever happened on its system, and takes the longer the more that is.
CAMPAIGN = [
    [
        Episode('crash points', crash.crashes, 360, ['crash *', ARMING], kills=True, **WHOLE),
        Episode('kill -9 of any process', process.kill, 180, ['kill -9'], kills=True, **WHOLE),
        Episode('kill -9, watched', process.watched, 60, [OWNS], kills=True, **WHOLE),
        Episode('hangs', process.hang, 40, ['hangs 1 s'], **WHOLE),
        Episode('fenced owners', process.fenced, 40, ['hangs 30 s, fenced', 'hangs 30 s, the only one'], **WHOLE),
        Episode('two of each', process.twice, 90, ['two of each', 'two of each, one killed', process.SAME], kills=True, **WHOLE),
        Episode('restarts in order', process.stop_in_order, 40, ['restart in order'], kills=True, **WHOLE),
        Episode('migrations', database.migrations, 30, ['crash migrate-step', 'crash migrate-done'], **WHOLE),
    ],
    [
        Episode('postgres restarts', database.restarts, 60, database.RESTARTS, **WHOLE),
        Episode('backends ended', database.backends, 90, ['connection ended by the server', 'postgres backend kill -9'], **WHOLE),
        Episode('cut in COMMIT', database.cut_commits, 120, database.CUTS, kills=True, **WHOLE),
        Episode('ids given again', database.reused_ids, 20, ['COMMIT lost, its id used again'], kills=True, **WHOLE),
        Episode('open writers', database.writers, 30, ['open writers elsewhere'], **WHOLE),
        Episode('locked rows', database.locks, 30, [database.LOCKED], **WHOLE),
        Episode('deadlocks and the like', conflict.crossed, 60, conflict.ALL, **WHOLE),
        Episode('connections used up', slots.used_up, 60, [slots.ALL, slots.OF_ROLE], kills=True, **WHOLE),
        Episode('disk full', disk.full, 40, ['disk full'], **WHOLE),
        Episode('disk errors', disk.errors, 40, [disk.ERRORS], **WHOLE),
    ],
    [
        Episode('broker hangs', broker.hangs, 30, ['broker hangs 1 s'], **WHOLE),
        Episode('broker restarts', broker.restarts, 40, ['broker kill -9'], **WHOLE),
        Episode('broker away', broker.away, 60, [broker.AWAY], **WHOLE),
        Episode("the broker's disk full", disk.broker_full, 30, [disk.BROKER_FULL], **WHOLE),
        Episode('broker errors', link.errors, 90, link.ERRORS, kills=True, **WHOLE),
        Episode('links cut', link.cuts, 120, [*link.CUTS, link.FLAPS], kills=True, **WHOLE),
        Episode('links slow', link.slow, 40, [link.SLOW], kills=True, **WHOLE),
        Episode('links narrow', link.narrow, 40, [link.NARROW], kills=True, **WHOLE),
        Episode('links lossy', link.lossy, 30, [link.LOSSY], kills=True, **WHOLE),
        Episode('broker wiped', broker.wiped, 60, ['broker wiped', *('crash ' + p for p in broker.POINTS if p)], kills=True, **WHOLE),
    ],
    [
        Episode('messages again', AGAIN, 20, AGAINS, **WHOLE),
        Episode('messages lost and crossing', GAPS, 40, MISSES, kills=True, **WHOLE),
        Episode('poison', POISON, 60, POISONS, everywhere=True, **WHOLE),
        Episode('stuck consumer', consumer.stuck, 20, ['stuck consumer'], **WHOLE),
        Episode('slow consumer', consumer.slow, 30, ['slow consumer'], **WHOLE),
        Episode('retention overrun', retention.overrun, 60, [retention.OVERRUN], kills=True, **WHOLE),
        Episode('no descriptors', machine.descriptors, 30, ['no descriptors left'], **WHOLE),
        Episode('no memory', machine.memory, 40, [machine.MEMORY], kills=True, **WHOLE),
        Episode('malloc fails', allocation.failing, 90, [allocation.WAYS], kills=True, **WHOLE),
        Episode('logs without room', logs.full, 40, [logs.PIPE, logs.FULL], kills=True, **WHOLE),
        Episode('slow clients', machine.slow_clients, 20, ['60 slow HTTP clients'], **WHOLE),
        Episode('clock steps', machine.clock_steps, 40, ['clock step'], kills=True, **WHOLE),
        Episode('all at once', together.together, 150, ['kill -9', 'hangs 1 s', *database.RESTARTS, 'connection ended by the server', 'broker kill -9'], kills=True, **WHOLE),
        Episode('all at once, nobody killed', together.together, 150, ['hangs 1 s', *database.RESTARTS, 'connection ended by the server', 'broker kill -9'], kinds=together.OTHERS, **WHOLE),
        Episode('clock far off', machine.clock_far_off, 40, ['clock a month off'], kills=True, load=ways.timeless, **WHOLE),
        Episode('business clock forward', machine.clock_forward, 30, ['business clock forward', 'crash timer-due', 'crash timer-done'], kills=True, load=ways.timeless, **WHOLE),
    ],
]

SELECTION = [
    Episode('crash points', crash.selected, 60, ['crash *', ARMING], kills=True, count=30),
    Episode('kill -9 of any process', process.kill, 12, ['kill -9'], kills=True),
    Episode('postgres restarts', database.restarts, 3, database.RESTARTS),
    Episode('cut in COMMIT', database.cut_commits, 8, database.CUTS, kills=True),
    Episode('broker wiped', broker.wiped_in_turn, 1, ['broker wiped', 'crash relay-*'], kills=True),
    Episode('messages again', AGAIN, 3, AGAINS),
    Episode('messages lost and crossing', GAPS, 1, MISSES, kills=True),
    Episode('broker errors', link.errors, 1, ['broker answers *', 'connection cut in a *'], kills=True),
    Episode('poison', POISON, 1, POISONS),
]
