"""V12: when acts happened. Nothing is recorded before it happened. What happened before it was recorded is a late entry with its reason and
its superior, or followed from one, or is an act of the officer at the counter that was told with the receipt. A late entry lies before
nothing that its service knew to be done, and audit keeps every one of them."""
import datetime
from collections import defaultdict

from .database import micros
from .words import SOURCES, id_text
from .world import PROTO

INVARIANT = 'V12'
REASONS = {'power', 'network', 'software', 'other'}
# The clock's, or what follows: nobody did anything.
NOTICES = ('DueNear', 'DuePassed', 'ComplaintDuePassed', 'ComplaintPublicationPassed', 'CollectionReminded', 'PartLapsed', 'PartsOpened',
           'SubmissionPassed', 'IntakeNear', 'IntakePassed', 'AppraisalNear', 'AppraisalPassed', 'IntakeBrokenOff', 'AppraisalBrokenOff', 'ApprovalNear', 'ApprovalPassed', 'ReturnNear', 'ReturnPassed')
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
EPOCH = datetime.date(1970, 1, 1)


def day(us):
    return (datetime.datetime.fromtimestamp(us // 1000000, VIETNAM).date() - EPOCH).days


class Heads:
    """Who was a head of which unit, and what lies above a unit: every version of the reference data counts that was valid on the day."""

    def __init__(self, world):
        self.officers, self.units = defaultdict(list), defaultdict(list)
        sql = "SELECT encode(record, 'hex') FROM intake.catalogue_record WHERE kind IN ('officer', 'unit')"
        for (record,) in world.db.rows(sql, of_bytes=(0,)):
            r = PROTO.decode('CatalogueRecord', record)
            (self.officers if r['kind'] == 'officer' else self.units)[r['id']].append(r)

    @staticmethod
    def _valid(records, on):
        return [r for r in records if r.get('valid_from', 0) <= on and not 0 < r.get('valid_to', 0) <= on]

    def unit_of(self, officer, on, head=False):
        return {r['officer'].get('unit', '') for r in self._valid(self.officers[officer], on) if not head or 'head' in r['officer'].get('roles', [])}

    def above(self, units, on):
        found, units = set(), set(units)
        while units - found:
            found |= units
            units = {r['unit'].get('parent', '') for u in units for r in self._valid(self.units[u], on)} - {''}
        return found

    def answers(self, superior, actor, on):
        units = self.unit_of(actor, on)
        if self.unit_of(actor, on, head=True):
            units = self.above(units, on)
        return superior != actor and bool(self.unit_of(superior, on, head=True) & units)


def check(world, report):
    heads = Heads(world)
    for dossier, events in world.dossiers.items():
        by_id = {e.id: e for e in events}
        for e in events:
            if wrong := _event(heads, e, _cause(by_id, e)) or (e.late and e.commanded and _order(events, e)):
                report.wrong(INVARIANT, dossier, f'{e}: {wrong}')
        report.looked(INVARIANT, 'times', len(events))
        report.looked(INVARIANT, 'late entries', sum(1 for e in events if e.late and e.commanded))
    _kept(world, report)


def _cause(by_id, e):
    cause = e.get('cause')
    return by_id.get(id_text(cause)) if cause else None


def _event(heads, e, cause):
    if e.at > e.recorded:
        return f'happened at {e.at}, after it was recorded at {e.recorded}'
    if not e.late:
        if cause is not None and cause.late and not e.commanded:
            return 'followed from a late entry and does not say so'
        told = cause is not None and (e.recorded == cause.recorded or e.by_person and e.at == cause.at)
        return None if e.at == e.recorded or told else f'happened at {e.at}, was recorded at {e.recorded}, and is no late entry'
    reason, superior = e.late
    if reason not in REASONS or not superior:
        return f'a late entry for the reason "{reason}", answered for by "{superior}"'
    if e.commanded:
        return None if heads.answers(superior, e.get('actor', ''), day(e.at)) else f'"{superior}" was no head of "{e.get("actor")}" on that day'
    if cause is None or cause.late != e.late:
        return 'is late, and what made it is not'
    if e.at < cause.at:
        return f'happened at {e.at}, before what made it, at {cause.at}'
    return None


def _order(events, e):
    """What its service knew: its own events, and what people did as far as it had applied the others'."""
    seen = {PROTO.enums['Source'].get(s.get('source'), 0) - 1: s.get('version', 0) for s in e.get('seen', ())}
    for other in events:
        known = other.version < e.version and other.type not in NOTICES if other.source == e.source else \
            other.by_person and other.version <= seen.get(other.source, 0)
        if known and other.at > e.at:
            return f'was entered as of {e.at}, and {SOURCES[other.source]} had {other.type} at {other.at}'
    return None


def _kept(world, report):
    wanted = {str(x.number): (str(day(x.event.at)), *x.event.late, str(x.event.recorded)) for x in world.entries
              if x.event is not None and x.event.late and x.event.commanded}
    sql = f"SELECT number, day - DATE '1970-01-01', reason, superior, {micros('entered_at')} FROM audit.late_entry"
    kept = {number: tuple(rest) for number, *rest in world.db.rows(sql)}
    for number in wanted.keys() | kept.keys():
        if wanted.get(number) != kept.get(number):
            report.wrong(INVARIANT, f'entry {number}', f'audit keeps {kept.get(number)} of it as a late entry; it says {wanted.get(number)}')
