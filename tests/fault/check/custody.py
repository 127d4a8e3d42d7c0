"""V1: who has the papers of a dossier, told from its events alone: by its receipt and who signed for them (intake's events), and by the
turns of co-operating units that have them one after the other (appraisal's), for which whoever they came to signs (intake's), and which an end
without a result breaks off (approval's).

What was told is put in its order by what each event had seen, not by when it arrived: so this says what is true, whatever intake heard of first."""
from .database import micros
from .words import seen_of

INVARIANT = 'V1'
SIGNED = ('TransferGiven', 'TransferTaken', 'TransferRefused')
OWN = ('Received', *SIGNED, 'SupplementReceived', 'SupplyGiven', 'SupplyTaken', 'SupplyRefused')
TURNS = ('PartsOpened', 'Contributed', 'PartLapsed', 'SupplementAsked')
ANSWERS = ('TurnTaken', 'TurnRefused')
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
        self.wrong = []                         # answers to a turn that was not there, or was taken
        self._turns([e for e in story.of(*TURNS) if known(e, 'appraisal') and seen_of(e, 'intake') >= self.signed],
                    [e for e in story.of(*ANSWERS) if e.version > self.signed and (before is None or e.version < before.version)],
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

    def _turns(self, told, answers, broken):
        """Since who signed last: each turn has a unit and those that wait behind it; with the last one, or what cancels it, the lead has them.
        An answer is to what its giver had heard of by then."""
        self.turn, self.back, self.from_, self.answer = None, None, None, None     # whose turn it is; the lead's post; whom they came from, and how that was answered
        waiting = []
        for e in sorted(told + answers, key=lambda e: (seen_of(e, 'appraisal') + 0.5, e.version) if e.type in ANSWERS else (e.version, 0)):
            if e.type in ANSWERS:
                self._answer(e)
            elif e.type == 'PartsOpened' and e.body.get('in_order'):
                lead, post = e.body['lead'], None
                if self.holder[0] == lead and self.holder[1]:
                    post = self.holder[1]
                elif self.back and self.back[0] == lead:
                    post = self.back[1]
                self.back, self.turn, waiting = (lead, post, None), e.body['parts'][0]['unit'], e.body.get('waiting', [])
                self._comes(e, (self.turn, None, None))
            elif self.turn and (e.type == 'SupplementAsked' or e.body.get('unit') == self.turn and not waiting):
                self.turn = None
                self._comes(e, self.back)
        if self.turn and broken:
            self.holder, self.since = self.back, max(self.since, self.came, min(e.at for e in broken))

    def _comes(self, e, holder):
        self.came = max(e.at, self.since) if self.answer else e.at      # behind who answered before, who may not have heard of it
        self.from_, self.answer, self.holder, self.since = self.holder[:2], None, holder, self.came

    def _answer(self, e):
        to = self.turn or self.back and self.back[0]
        if self.from_ is None or (e.body['from_unit'], e.body['to_unit']) != (self.from_[0], to):
            self.wrong.append(f'{e} is of papers from {e.body["from_unit"]} to {e.body["to_unit"]}; they came from {self.from_} to {to}')
        elif self.answer == 'TurnTaken' or self.answer == e.type:
            self.wrong.append(f'{e} answers a turn that {self.answer} has answered')
        elif e.type == 'TurnRefused' and not self.turn:
            self.wrong.append(f'{e} is of papers that have come back to {to}')
        elif e.get('actor') == self.from_[1]:
            self.wrong.append(f'{e} is by {e.get("actor")}, who gave them')
        elif e.late and e.at < self.came:
            self.wrong.append(f'{e} happened at {e.at}; they came at {self.came} only')
        else:
            self.answer, self.since = e.type, e.at
            self.holder = (to, e.get('actor'), None) if e.type == 'TurnTaken' else (*self.from_, to)


def check(world, report, stories, compare):
    """Who intake says has the papers now, and since when."""
    said = {}
    for d, s in stories.items():
        if s.accepted:
            c = Custody(s)
            said[d] = (*c.holder, str(c.since))
            for wrong in c.wrong:
                report.wrong(INVARIANT, d, wrong)
    compare(report, 'intake custody', said, {d: tuple(rest) for d, *rest in world.db.rows(
        f'SELECT d.id, h.unit, h.post, h.going_to, {micros("h.since")} FROM intake.dossier d CROSS JOIN LATERAL'
        ' (SELECT * FROM intake.holdings_of(d.id) x WHERE x.supplement = 0 ORDER BY x.n DESC LIMIT 1) h WHERE d.code IS NOT NULL')})
    report.looked(INVARIANT, 'papers in turn', sum(1 for s in stories.values() for e in s.of('PartsOpened') if e.body.get('in_order')))
    report.looked(INVARIANT, 'turns signed for, or refused', sum(len(s.of(*ANSWERS)) for s in stories.values()))
