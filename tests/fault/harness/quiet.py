"""When it is quiet: everything serves, every backlog is empty (by the checker's own eyes), nothing waits, nothing is held but what is to be."""
import time

from system import SERVICES
from tests.fault.check import unrest


def unquiet(bed):
    """What is not quiet yet, or None."""
    try:
        left = unrest(bed.conninfo(), bed.brokers)
        others = f"<> ALL ('{{{','.join(bed.held)}}}'::uuid[])"
        if left:
            return '; '.join(left)[:600]
        for name in SERVICES:
            kept = bed.rows(f"""SELECT (SELECT count(*) FROM "{name}".waiting WHERE subject {others}) AS waiting, (SELECT count(*) FROM "{name}".subject WHERE hold IS NOT NULL AND id {others}) AS held,
                                       (SELECT count(*) FROM "{name}".dead_letter WHERE state = 'open') AS dead""")[0]
            if any(kept.values()):
                return f'{name}: {kept}'
    except Exception as e:          # whatever is not there yet
        return f'{type(e).__name__}: {str(e)[:300]}'
    return None


def quiet(bed, limit):
    """Waits for it; (how long it took, what is not quiet after the limit or None)."""
    begin = time.monotonic()
    wrong = bed.supervisor.steady(limit)
    while True:
        left = wrong or unquiet(bed)
        took = time.monotonic() - begin
        if not left or took > limit:
            return took, left
        wrong = []
        time.sleep(0.1)
