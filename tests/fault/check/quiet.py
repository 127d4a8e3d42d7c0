"""Is the system quiet? Asked again and again before the check, so it costs little; what it finds is no violation yet."""
import contextlib
import time

import flow
from kafka import Kafka

from .database import Database
from .topics import PARTITIONS, Topics
from .words import LISTENS, SERVICES, SOURCES

ATTEMPTS, PAUSE_S = 50, 0.2


def unrest(conninfo, kafka):
    """What still moves, as lines; [] when all is published, read and applied. Subjects on hold and what waits for them count as quiet:
    they move only when somebody redrives them."""
    logs = Kafka(kafka).watermarks(flow.PARTITIONS)
    with Database(conninfo) as db:
        return _moving(db, logs)


def _moving(db, logs):
    return flow.moving(db.rows, logs) + [line for service in SERVICES for line in _unapplied(db, service)]


@contextlib.contextmanager
def at_rest(conninfo, kafka):
    """(Database, Topics) of one moment at which nothing moved: the database's lies between two looks at the ends of the logs that are equal.
    Timers go on while it is looked at, and what they tell is in neither. What never rests is given as it is: the checks say what moves."""
    for left in reversed(range(ATTEMPTS)):
        before = Kafka(kafka).watermarks(PARTITIONS)
        with Database(conninfo) as db:
            rests = not _moving(db, before) and Kafka(kafka).watermarks(PARTITIONS) == before
            if rests or not left:
                yield db, Topics(kafka, before if rests else None)
                return
        time.sleep(PAUSE_S)


def _unapplied(db, service):
    behind = ' UNION ALL '.join(
        f'SELECT count(*) FROM "{source}".subject o LEFT JOIN "{service}".subject s ON s.id = o.id'
        f' WHERE o.version <> coalesce(s.applied[{SOURCES.index(source) + 1}], 0) AND s.hold IS NULL' for source in LISTENS[service])
    n = sum(int(row[0]) for row in db.rows(behind))
    return [f'{service}: {n} subjects behind their sources'] if n else []
