"""V1: who has the papers of a dossier, told from its events alone: by its receipt and who signed for them (intake's events), and by the
turns of co-operating units that have them one after the other (appraisal's), which an end without a result breaks off (approval's).

What was told is put in its order by what each event had seen, not by when it arrived: so this says what is true, whatever intake heard of first."""
from .database import micros
from .words import seen_of

INVARIANT = 'V1'
SIGNED = ('TransferGiven', 'TransferTaken', 'TransferRefused')
OWN = ('Received', *SIGNED, 'SupplementReceived', 'SupplyGiven', 'SupplyTaken', 'SupplyRefused')
TURNS = ('PartsOpened', 'Contributed', 'PartLapsed', 'SupplementAsked')
BREAKS = ('WithdrawalGranted', 'StopSigned')


class Custody:
    """What intake can know of it by the events given to it."""

    def __init__(self, story, before=None):
        """All that was told, or what was known when the event `before` of intake was."""
        known = lambda e, source: before is None or e.version <= seen_of(before, source)    # noqa: E731
        self.holder = self.giver = self.since = None
        self.supplies, self.apart = [], {}      # the first component behind each receipt and supplement; who has what a supplement brought
        self.signed = 0                         # the version of the last event of the dossier's own papers
        for e in sorted(story.of(*OWN), key=lambda e: e.version):
            if before is None or e.version < before.version:
                self._see(e)
        self._turn([e for e in story.of(*TURNS) if known(e, 'appraisal') and seen_of(e, 'intake') >= self.signed],
                   [e for e in story.of(*BREAKS) if known(e, 'approval')])

    def holder_of(self, component):
        return self.apart.get(sum(component >= first for first in self.supplies) - 1, self.holder)

    def _lies(self, e, holder):
        self.holder, self.since, self.signed = holder, e.at, e.version

    def _see(self, e):
        if e.type == 'Received':
            self._lies(e, (e.body['receiving_unit'], e.get('actor'), None))
            self.counter, self.supplies, self.next = e.body['receiving_unit'], [1], 1 + e.body.get('component_count', 0)
        elif e.type == 'SupplementReceived':
            self.supplies.append(self.next)
            self.next += e.body['component_count']
            if e.body.get('papers_to_unit'):
                self.apart[e.body['number']] = (self.counter, e.get('actor'), None)
        elif e.type in ('SupplyGiven', 'SupplyRefused'):
            self.apart_giver = (e.body['from_unit'], e.get('actor'), None) if e.type == 'SupplyGiven' else self.apart_giver
            self.apart[e.body['supplement']] = (*self.apart_giver[:2], e.body['to_unit'] if e.type == 'SupplyGiven' else None)
        elif e.type == 'SupplyTaken':
            self.apart.pop(e.body['supplement'], None)
        elif e.type == 'TransferGiven':
            self.giver = (e.body['from_unit'], e.get('actor'), None)
            self._lies(e, (*self.giver[:2], e.body['to_unit']))
        elif e.type == 'TransferTaken':
            self._lies(e, (e.body['to_unit'], e.get('actor'), None))
        elif e.type == 'TransferRefused':
            self._lies(e, self.giver)

    def _turn(self, told, broken):
        """Since who signed last: each turn has a unit and those that wait behind it; with the last one, or what cancels it, the lead has them."""
        signed, unit, waiting = self.holder, None, []
        for e in sorted(told, key=lambda e: e.version):
            if e.type == 'PartsOpened' and e.body.get('in_order'):
                unit, waiting, lead = e.body['parts'][0]['unit'], e.body.get('waiting', []), e.body['lead']
                back = (lead, signed[1] if signed[0] == lead else None, None)
                self.holder, self.since = (unit, None, None), e.at
            elif unit and (e.type == 'SupplementAsked' or e.body.get('unit') == unit and not waiting):
                unit, self.holder, self.since = None, back, e.at
        if unit and broken:
            self.holder, self.since = back, max(self.since, min(e.at for e in broken))


def check(world, report, stories, compare):
    """Who intake says has the papers now, and since when."""
    said = {}
    for d, s in stories.items():
        if s.accepted:
            c = Custody(s)
            said[d] = (*c.holder, str(c.since))
    compare(report, 'intake custody', said, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT d.id, h.unit, h.post, h.going_to, {micros("h.since")} FROM intake.dossier d CROSS JOIN LATERAL'
        ' (SELECT * FROM intake.holdings_of(d.id) x WHERE x.supplement = 0 ORDER BY x.n DESC LIMIT 1) h WHERE d.code IS NOT NULL')})
    report.looked(INVARIANT, 'papers in turn', sum(1 for s in stories.values() for e in s.of('PartsOpened') if e.body.get('in_order')))
