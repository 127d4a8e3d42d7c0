"""V11: no leak. The harness measures before and after, when the system is quiet both times; here is how, and what is too much."""
import os
import time

from .database import Database

# What may have grown, per process: a factor and an amount on top of it. Memory: arenas keep their greatest batch.
BOUNDS = {'fds': (1.0, 16), 'rss_kib': (1.5, 32 * 1024), 'threads': (1.0, 2), 'connections': (1.0, 2), 'in_transaction': (1.0, 0), 'locks': (1.0, 4)}


def measure(processes, conninfo):
    """{name: {fds, rss_kib, threads}} of {name: pid}, and what each service has open in the database."""
    out = {}
    for name, pid in processes.items():
        with open(f'/proc/{pid}/status', encoding='ascii', errors='replace') as f:
            status = dict(line.split(':', 1) for line in f if ':' in line)
        out[name] = {'fds': len(os.listdir(f'/proc/{pid}/fd')), 'rss_kib': int(status['VmRSS'].split()[0]), 'threads': int(status['Threads'])}
    sql = ("SELECT usename, count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%'), coalesce(sum((SELECT count(*) FROM pg_locks l"
           " WHERE l.pid = a.pid)), 0) FROM pg_stat_activity a WHERE usename LIKE 'taicho\\_%' AND datname = current_database() GROUP BY usename")
    with Database(conninfo) as db:
        for turn in range(5):       # a statement that just runs has locks, too: what stays is the least of some looks
            time.sleep(0.1 * (turn > 0))
            for user, *counts in db.rows(sql):
                now = dict(zip(('connections', 'in_transaction', 'locks'), map(int, counts)))
                least = out.setdefault('database of ' + user[len('taicho_'):], now)
                least.update({what: min(n, now[what]) for what, n in least.items()})
    return out


def leaks(before, after, bounds=None):
    """Violations: what measure() gave after is more than its bound allows over what it gave before."""
    out = []
    for name, was in before.items():
        for what, n in after.get(name, {}).items():
            factor, more = (bounds or {}).get(what, BOUNDS.get(what, (1.0, 0)))
            if n > was.get(what, 0) * factor + more:
                out.append({'invariant': 'V11', 'subject': name, 'text': f'{what}: {was.get(what, 0)} before, {n} after'})
    return out
