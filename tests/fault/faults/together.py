"""All at once: services die and hang, PostgreSQL and Kafka restart, connections end, each at moments of its own, so that one thing breaks
while another is being put right."""
import random
import threading

from faults import broker, database, process

DEATHS = {'deaths': lambda *at: process.kill(*at, pause=(1.5, 4))}
OTHERS = {
    'hangs': lambda *at: process.hang(*at, pause=(1, 4)),
    'PostgreSQL': lambda *at: database.restarts(*at, pause=(6, 15)),
    'connections': lambda *at: database.backends(*at, pause=(0.5, 2), hard=False),
    'Kafka': lambda *at: broker.restarts(*at, pause=(8, 20)),
}
ALL = {**DEATHS, **OTHERS}


def together(bed, rng, seconds, kinds=None):
    """kinds: which of them; all when it is not said."""
    threads = [threading.Thread(target=_breaks, args=(bed, name, random.Random(rng.random()), seconds, breaks)) for name, breaks in (kinds or ALL).items()]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def _breaks(bed, name, rng, seconds, breaks):
    try:
        breaks(bed, rng, seconds)
    except Exception as e:
        bed.wrong.append(f'all at once, {name}: {type(e).__name__}: {str(e)[:1500]}')
