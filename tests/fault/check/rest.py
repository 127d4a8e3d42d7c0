"""V10: it came to rest. Nothing waits, nothing is held that should not be, everything is published and acknowledged, no timer that
is due was left, no accepted dossier lies nowhere. (Where the readers stand is compared by V4, and told here.)"""
from collections import defaultdict

from .order import Snapshot
from .words import SERVICES, SOURCES

INVARIANT = 'V10'
GRACE = 30          # seconds that a timer may be due before it counts as left, at the moment of the snapshot: it may be tried just then


def check(world, report):
    for service in SERVICES:
        waiting(world, report, service)
        published(world, report, service)
        timers(world, report, service)
    open_somewhere(world, report)


def waiting(world, report, service):
    for subject, s in world.subjects[service].items():
        if s.hold is not None and subject not in world.expected_held:
            report.wrong(INVARIANT, subject, f'{service} holds it: {s.hold[:200]}')
    for subject, source, version, reason in world.db.rows(f'SELECT subject, source, version, reason FROM "{service}".waiting'):
        if subject not in world.expected_held:
            report.wrong(INVARIANT, subject, f'{service}: version {version} of {SOURCES[int(source)]} waits: {reason[:200]}')
    report.looked(INVARIANT, 'subjects', len(world.subjects[service]))


def published(world, report, service):
    for tick, done, rows in world.db.rows(f'SELECT id, done_id, rows FROM "{service}".tick WHERE NOT acknowledged'):
        report.wrong(INVARIANT, service, f'tick {tick} of {rows} rows is not acknowledged (as far as {done})')
    last = list(world.db.rows(f'SELECT s2 FROM "{service}".tick ORDER BY id DESC LIMIT 1'))
    snapshot = Snapshot(last[0][0]) if last else None
    left = [row for row in world.outbox[service] if snapshot is None or not snapshot.sees(row.xid)]
    for row in left:
        report.wrong(INVARIANT, row.event_id, f'row {row.id} of {service} ({row.type}) was never taken up by the relay')
    report.looked(INVARIANT, 'rows', len(world.outbox[service]))


def timers(world, report, service):
    sql = (f'SELECT t.subject, t.act, t.due_at FROM "{service}".timer t, "{service}".clock c'
           f" WHERE greatest(t.due_at, t.retry_at) < now() + c.offset_us * interval '1 microsecond' - interval '{GRACE} seconds'")
    for subject, act, due in world.db.rows(sql):
        if subject not in world.expected_held:
            report.wrong(INVARIANT, subject, f'{service} did not do what was due at {due}: {act}')
    report.looked(INVARIANT, 'timers', int(world.db.value(f'SELECT count(*) FROM "{service}".timer')))


def open_somewhere(world, report):
    """Whoever accepted it, somebody has it in hand until the result is archived: the act that comes next is somebody's."""
    places = defaultdict(list)
    for sql in ("SELECT dossier, 'transfer ' || state FROM intake.transfer WHERE state <> 'taken' AND supplement = 0",
                "SELECT dossier, 'obligation ' || state FROM intake.obligation WHERE state <> 'met'",
                "SELECT dossier, kind || ' ' || state FROM appraisal.step WHERE state IN ('queued', 'assigned', 'verifying', 'consulting', 'awaiting_supplement')",
                "SELECT dossier, 'approve ' || state FROM approval.step WHERE state IN ('pending', 'decided')",
                "SELECT dossier, 'return ' || state FROM return.document WHERE state NOT IN ('archived', 'unclaimed') AND outcome NOT IN ('apology', 'correction')"):
        for dossier, what in world.db.rows(sql):
            places[dossier].append(what)
    accepted = list(world.db.rows('SELECT d.id, d.state, EXISTS (SELECT FROM return.document x WHERE x.dossier = d.id AND x.state IN (\'archived\', \'unclaimed\') AND x.outcome NOT IN (\'apology\', \'correction\'))'
                                  " FROM intake.dossier d WHERE d.state NOT IN ('refused', 'guided', 'withdrawn')"))
    for dossier, state, archived in accepted:
        if not places[dossier] and archived == 'f' and dossier not in world.expected_held:
            report.wrong(INVARIANT, dossier, f'it is {state} and in nobody\'s hands')
    report.looked(INVARIANT, 'dossiers in hand', len(accepted))
