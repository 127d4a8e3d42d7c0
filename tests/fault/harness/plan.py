"""What is broken, in which order, for how long. The order matters in one place: a wiped broker numbers its logs anew, so
it comes before messages whose places are remembered."""
from faults import broker, crash, database, machine, message, process
from harness.episode import Episode

CAMPAIGN = [
    Episode('crash points', crash.crashes, 420),
    Episode('kill -9 of any process', process.kill, 240),
    Episode('hangs', process.hang, 40),
    Episode('fenced owners', process.fenced, 40),
    Episode('postgres restarts', database.restarts, 60),
    Episode('backends ended', database.backends, 60),
    Episode('cut in COMMIT', database.cut_commits, 60),
    Episode('ids given again', database.reused_ids, 20),
    Episode('broker hangs', broker.hangs, 30),
    Episode('broker restarts', broker.restarts, 40),
    Episode('broker away', broker.away, 60),
    Episode('broker wiped', broker.wiped, 60),
    Episode('two of each', process.twice, 60),
    Episode('messages again', message.duplicates, 20),
    Episode('poison', message.poison, 30),
    Episode('restarts in order', process.stop_in_order, 40),
    Episode('migrations', database.migrations, 30),
    Episode('disk full', machine.disk_full, 40),
    Episode('clock steps', machine.clock_steps, 40),
    Episode('open writers', database.writers, 30),
    Episode('locked rows', database.locks, 30),
    Episode('no descriptors', machine.descriptors, 30),
    Episode('slow clients', machine.slow_clients, 20),
    Episode('business clock forward', machine.clock_forward, 30),
]

SELECTION = [
    Episode('crash points', crash.crashes, 60, share=30),
    Episode('kill -9 of any process', process.kill, 12),
    Episode('postgres restarts', database.restarts, 3),
    Episode('cut in COMMIT', database.cut_commits, 8),
    Episode('broker wiped', broker.wiped, 1, points=('relay-replay',)),
    Episode('messages again', message.duplicates, 3),
    Episode('poison', message.poison, 1),
]
