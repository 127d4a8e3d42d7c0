"""V1: who has the papers of a dossier, told from its events alone: by its receipt and who signed for them (intake's events), by the
turns of co-operating units that have them one after the other (appraisal's), by the ends of steps of which the next one is another unit's
(appraisal's, approval's, and the payment at intake), for which whoever they came to signs (intake's), and which an end without a result
breaks off, where it is a turn (approval's); what goes back to the citizen by its way to the counter (intake's). Which unit has a step says the process that the receipt names. Each such move says how the work
of the unit went that gave them on, where that is what ended: as the clock of that event says, by the rule of audit's figures.

What was told is put in its order by what each event had seen, not by when it arrived: so this says what is true, whatever intake heard of first."""
from .database import micros
from .duedates import Catalogue
from .steps import said as clock_of, timing
from .words import SOURCES, seen_of, word

INVARIANT = 'V1'
SIGNED = ('TransferGiven', 'TransferTaken', 'TransferRefused')
ANSWERS = ('TurnTaken', 'TurnRefused')
OWN = ('Received', *SIGNED, 'SupplementReceived', 'SupplyGiven', 'SupplyTaken', 'SupplyRefused', *ANSWERS, 'ObligationMet', 'PapersBroughtBack', 'PapersTakenBack', 'PapersBackRefused')
TURNS = ('PartsOpened', 'Contributed', 'PartLapsed', 'SupplementAsked')
ON = ('Verified', 'Consulted', 'ConsultationLapsed', 'Appraised', 'Endorsed', 'Signed', 'ObligationMet')
BACK = ('DraftReturned', 'SentBack')
WAYS = ('PapersBroughtBack', 'PapersTakenBack', 'PapersBackRefused')
BREAKS = ('WithdrawalGranted', 'StopSigned')
ISSUED = ('number_seal', 'hand_over', 'return')       # the result goes its own way


def source(e):
    return SOURCES[e.source]


def in_order(own, others):
    """Approval's events behind those of appraisal that they had seen, intake's behind all that they had."""
    others = sorted(others, key=lambda e: (e.version, 0, 0) if source(e) == 'appraisal' else (seen_of(e, 'appraisal'), 1, e.version))
    behind = lambda e: max((i + 1 for i, x in enumerate(others) if x.version <= seen_of(e, source(x))), default=0)    # noqa: E731
    places = [((i, 0), e) for i, e in enumerate(others)] + [((behind(e) - 0.5, e.version), e) for e in own]
    return [e for _, e in sorted(places, key=lambda place: place[0])]


class Custody:
    """What intake can know of it by the events given to it."""

    def __init__(self, story, before=None):
        """All that was told, or what was known when the event `before` of intake was."""
        known = lambda e: before is None or e.version <= seen_of(before, source(e))    # noqa: E731
        self.chain = story.chain
        self.holder = self.giver = self.since = None
        self.supplies, self.apart = [], {}      # the first component behind each receipt and supplement; who has what a supplement brought
        self.moves = []                         # whom each move by turn brought them to; until when the work was allowed that its giver had ended, and how it went
        self.wrong = []                         # answers to a turn that was not there, or was taken
        self.went_on = 0                        # to the unit of another step
        self.back_at, self.ways = {}, []        # {component: who has what went back to the counter}; what each way is by now
        self._begin_anew()
        own = [e for e in story.of(*OWN) if before is None or e.version < before.version]
        for e in in_order(own, [e for e in story.of(*TURNS, *ON, *BACK) if source(e) != 'intake' and known(e)]):
            self._see(e)
        broken = [e for e in story.of(*BREAKS) if known(e)]
        if self.turn and broken:
            self.holder, self.since = self.back, max(self.since, self.came, min(e.at for e in broken))

    def holder_of(self, component):
        return self.back_at.get(component) or self._with_others(component)

    def _with_others(self, component):
        return self.apart.get(sum(component >= first for first in self.supplies) - 1, self.holder)

    def _begin_anew(self):
        """Whose turn it is and which units wait behind it; the lead's post; whom they came from, how that was answered, and whether they are
        with the unit of another step."""
        self.turn = self.back = self.from_ = self.answer = self.done = None
        self.waiting, self.onward = [], False

    def _lies(self, e, holder):
        self.holder, self.since = holder, e.at
        self._begin_anew()

    def _see(self, e):
        if e.type == 'Received':
            self._lies(e, (e.body['receiving_unit'], e.get('actor'), None))
            self.counter, self.supplies, self.next = e.body['receiving_unit'], [1], 1 + e.body.get('component_count', 0)
        elif e.type == 'SupplementReceived':
            self.supplies.append(self.next)
            self.next += e.body.get('component_count', 0)
            if e.body.get('papers_to_unit'):
                self.apart[e.body['number']] = (self.counter, e.get('actor'), None)
        elif e.type in ('SupplyGiven', 'SupplyRefused'):
            self.apart_giver = (e.body['from_unit'], e.get('actor'), None) if e.type == 'SupplyGiven' else self.apart_giver
            self.apart[e.body['supplement']] = (*self.apart_giver[:2], e.body['to_unit'] if e.type == 'SupplyGiven' else None)
        elif e.type == 'SupplyTaken':
            self.apart.pop(e.body['supplement'], None)
        elif e.type == 'TransferGiven':
            if e.body['from_unit'] not in (self.holder[0], self.holder[2]):
                self.wrong.append(f'{e} gives papers of {e.body["from_unit"]}; they were with {self.holder}')
            self.giver = (e.body['from_unit'], e.get('actor'), None)
            self._lies(e, (*self.giver[:2], e.body['to_unit']))
        elif e.type == 'TransferTaken':
            self._lies(e, (e.body['to_unit'], e.get('actor'), None))
        elif e.type == 'TransferRefused':
            self._lies(e, self.giver)
        elif e.type in ANSWERS:
            self._answer(e)
        elif e.type in WAYS:
            self._way(e)
        elif e.type in TURNS:
            self._turn(e)
        elif e.type != 'Signed' or not e.get('last'):       # with the last signature the work is done
            self._step(e)

    def _way(self, e):
        """The giver's half, or what the counter said to it; what it does not name any more was lost on the way."""
        b, who = e.body, e.get('actor')
        if e.type == 'PapersBroughtBack':
            if b['number'] != len(self.ways) + 1:      # an earlier one may be open, when what is on it was lost
                self.wrong.append(f'{e} is way {b["number"]}; before it there were {self.ways}')
            for c in b['components']:
                had = self.holder_of(c)
                if had[0] != b['from_unit'] or had[2]:
                    self.wrong.append(f'{e} gives component {c} of {b["from_unit"]}; it was with {had}')
                self.back_at[c] = (b['from_unit'], who, b['to_unit'])
            self.ways.append({'state': 'given', 'from': b['from_unit'], 'to': b['to_unit'], 'by': who, 'at': e.at, 'answered_by': None, 'answered_at': None, 'components': b['components']})
            return
        way = self.ways[b['number'] - 1] if 0 < b['number'] <= len(self.ways) else None
        if not way or way['state'] != 'given' or not set(b['components']) <= set(way['components']) or who == way['by']:
            self.wrong.append(f'{e} answers way {b["number"]}, which is {way}')
            return
        for c in way['components']:
            self.back_at.pop(c, None)
        for c in b['components']:
            self.back_at[c] = (way['to'], who, None) if e.type == 'PapersTakenBack' else (way['from'], way['by'], None)
        way.update(state='taken' if e.type == 'PapersTakenBack' else 'refused', answered_by=who, answered_at=e.at, components=b['components'])

    def _turn(self, e):
        """Each turn has a unit and those that wait behind it; with the last one, or what cancels it, the lead has them."""
        if e.type == 'PartsOpened' and e.body.get('in_order'):
            lead, post = e.body['lead'], None
            if self.holder[0] == lead and self.holder[1]:
                post = self.holder[1]
            elif self.back and self.back[0] == lead:
                post = self.back[1]
            gave = self.done if self.turn == self.holder[0] else None
            self.back, self.turn, self.waiting = (lead, post, None), e.body['parts'][0]['unit'], e.body.get('waiting', [])
            self._comes(e, (self.turn, None, None), gave)
        elif self.turn and self.waiting and e.body.get('unit') == self.turn:
            self.done = self._work(e, self.turn)
        elif self.turn and (e.type == 'SupplementAsked' or e.body.get('unit') == self.turn and not self.waiting):
            self.turn = None
            self._comes(e, self.back, None if e.type == 'SupplementAsked' else self._work(e, self.holder[0]))

    def _step(self, e):
        """A step ended: who had them, or was to have them, passes them on to the unit of the next one, and what is on its way follows."""
        n = e.step[0]
        kind = lambda m: self.chain[m - 1][0] if 0 < m <= len(self.chain) else 'return'    # noqa: E731
        to = max((m for m in range(1, n) if kind(m) == 'appraise'), default=0) if e.type in BACK else n + 1
        if not to or kind(n) in ISSUED or kind(to) in ISSUED:
            return
        (_, had), (_, has) = self.chain[n - 1], self.chain[to - 1]
        if had == has or had not in (self.holder[0], self.holder[2]):
            return
        self.went_on += 1
        self.turn, self.waiting, self.back = None, [], (has, None, None)
        self._comes(e, self.back, self._work(e, self.holder[0]), onward=True)
        for supplement, (unit, post, going_to) in self.apart.items():
            self.apart[supplement] = (unit, post, going_to and has)

    @staticmethod
    def _work(e, unit):
        """How the work of this unit went, when it is what ended; the slip says it of who gives them on, and of no other."""
        clock = clock_of(e)
        return (str(clock[2]), timing(e)) if clock and clock[0] == unit else None

    def _comes(self, e, holder, gave, onward=False):
        self.moves.append((holder[0], *(gave or (None, None))))
        self.done = None
        self.came = max(e.at, self.since) if self.answer else e.at      # behind who answered before, who may not have heard of it
        self.from_, self.answer, self.holder, self.since, self.onward = self.holder[:2], None, holder, self.came, onward

    def _answer(self, e):
        """An answer is to what its giver had heard of by then."""
        to = self.turn or self.back and self.back[0]
        if self.from_ is None or (e.body['from_unit'], e.body['to_unit']) != (self.from_[0], to):
            self.wrong.append(f'{e} is of papers from {e.body["from_unit"]} to {e.body["to_unit"]}; they came from {self.from_} to {to}')
        elif self.answer == 'TurnTaken' or self.answer == e.type:
            self.wrong.append(f'{e} answers a turn that {self.answer} has answered')
        elif e.type == 'TurnRefused' and not self.turn and not self.onward:
            self.wrong.append(f'{e} is of papers that have come back to {to}')
        elif e.get('actor') == self.from_[1]:
            self.wrong.append(f'{e} is by {e.get("actor")}, who gave them')
        elif e.late and e.at < self.came:
            self.wrong.append(f'{e} happened at {e.at}; they came at {self.came} only')
        else:
            self.answer, self.since = e.type, e.at
            self.holder = (to, e.get('actor'), None) if e.type == 'TurnTaken' else (*self.from_, to)


def read_chains(world, stories):
    """The steps of each dossier's process: (kind, unit). Of one that stays at the counter none: its papers stay there, too."""
    catalogue = Catalogue.of(world)
    for s in stories.values():
        s.chain = []
        if not s.accepted or word(s.first.get('route'), 'ROUTE') != 'back_office':
            continue
        process = catalogue.version('process', s.first.get('process'), s.first.get('process_version', 0))
        names = {'own': s.first.get('unit'), 'receiving': s.first.body['receiving_unit']}
        for step in process['process'].get('steps', []) if process else []:
            s.chain.append((word(step.get('kind'), 'STEP_KIND'), names.get(step['unit_ref'], step['unit_ref'])))


def held(world):
    """{dossier: (unit, post, going_to, since)} by intake's rows: the last place of its own papers, at first the receipt's; where a turn was broken off,
    the lead has them."""
    last = {}
    for d, number, *place in world.db.rows(f'SELECT dossier, number, unit, post, going_to, {micros("since")} FROM intake.holding WHERE supplement = 0'):
        last[d] = max(last.get(d, (0,)), (int(number), *place), key=lambda row: row[0])
    places = {}
    for d, unit, post, at, act, lead, lead_post, *moments in world.db.rows(
            f'SELECT id, receiving_unit, received_by, {micros("received_at")}, turn_act, turn_lead, turn_post, {micros("broken_off_at")},'
            f' {micros("turn_since")}, {micros("turn_answered_at")} FROM intake.dossier WHERE code IS NOT NULL'):
        if act == 'open_parts' and moments[0]:
            places[d] = (lead, lead_post, None, str(max(int(t) for t in moments if t)))
        else:
            places[d] = last[d][1:] if d in last else (unit, post, None, at)
    return places


def check(world, report, stories, compare):
    """Who intake says has the papers now, and since when."""
    said, moves, went_on, ways = {}, {}, 0, {}
    for d, s in stories.items():
        if s.accepted:
            c = Custody(s)
            said[d] = (*c.holder, str(c.since))
            went_on += c.went_on
            if c.moves:
                moves[d] = c.moves
            for n, w in enumerate(c.ways, 1):
                ways[d, str(n)] = (w['state'], w['from'], w['to'], w['by'], str(w['at']), w['answered_by'], w['answered_at'] and str(w['answered_at']),
                                   '{' + ','.join(map(str, w['components'])) + '}')
            for wrong in c.wrong:
                report.wrong(INVARIANT, d, wrong)
    compare(report, 'intake custody', said, held(world))
    compare(report, 'intake ways back', ways, {(d, n): tuple(row) for d, n, *row in world.db.rows(
        f'SELECT dossier, number, state, from_unit, to_unit, given_by, {micros("given_at")}, answered_by, {micros("answered_at")}, components FROM intake.way_back')})
    report.looked(INVARIANT, 'ways back to the counter', len(ways))
    turns = {}
    for d, *row in world.db.rows(f'SELECT dossier, unit, {micros("due_at")}, result FROM intake.holding'
                                 " WHERE act IN ('open_parts', 'end_part', 'request_supplement', 'go_on', 'go_back') ORDER BY dossier, number"):
        turns.setdefault(d, []).append(tuple(row))
    compare(report, 'intake turns', moves, turns)
    report.looked(INVARIANT, 'turns whose giver had ended his work in a time', sum(1 for m in moves.values() for _, due, _ in m if due))
    report.looked(INVARIANT, 'papers in turn', sum(1 for s in stories.values() for e in s.of('PartsOpened') if e.body.get('in_order')))
    report.looked(INVARIANT, 'turns signed for, or refused', sum(len(s.of(*ANSWERS)) for s in stories.values()))
    report.looked(INVARIANT, 'papers that went on to the unit of another step', went_on)
