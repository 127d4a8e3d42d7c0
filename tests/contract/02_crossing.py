#!/usr/bin/env python3
"""Two events from different sources that have not seen each other may arrive in either order: each listener ends the same.

Eighteen true stories are recorded from a running system. Then every service is run alone, without a broker: an operator gives
it the events of a copy of the dossier, its own acts come over HTTP as they did. At each event of another source one more
event crosses it, once before and once after it: a paper of intake, the passing of the date, an apology that is asked for or
that moves the date, a period that is left out, return's seal on an apology, the supplement of a dossier that is being stopped, a correction of its result, or what a unit that kept silent
says all the same; what the service then holds of the dossier has to be the same, and nothing of it may wait or be held.
"""
import copy
import datetime
import hashlib
import json
import re
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
import proto  # noqa: E402
from chains import ASKED_BRIEFLY, BRIEF, DISTRICT, ENDORSED, WITH_BRIEFLY, brief, two_levels  # noqa: E402
from chains import desk as two_level_desk  # noqa: E402
from flow import LISTENS  # noqa: E402
from story import BIRTH, BUILDING, COMES, DISABILITY, HANDING, INSPECTOR, LAND, LACKING, MOBILE_BIRTH, PETROL, PHAN_THIET, WILL, Desk, Dossier, brought, paper, petrol_desk, reception  # noqa: E402
from system import SCHEMA, SERVICES, STAGES, System, quoted  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

CONTENTS = {}           # sha256 -> content of a paper
EXTRA = b'%PDF-1.4 one more paper'
ASKED, BETTER = '2019-12-24T16:00:00+07:00', '2019-12-30T16:00:00+07:00'    # new dates, behind every promised one
MOMENTS = {w: datetime.datetime.fromisoformat(w).astimezone(datetime.timezone.utc) for w in (ASKED, BETTER)}
# The events that cross: who says them. What is not named is a paper that intake files.
CROSSES = {'DuePassed': 'intake', 'PeriodExcluded': 'intake', 'ExtensionRequested': 'intake', 'Extended': 'intake', 'ApologyIssued': 'return', 'StopRequested': 'intake', 'SupplementReceived': 'intake', 'CorrectionRequested': 'intake',
           'AnsweredLate': 'appraisal'}
SUPPLY = {'channel': 'counter', 'components': brought()}


def micros(moment):
    return int(MOMENTS[moment].timestamp()) * 10 ** 6


class Story:
    def __init__(self, s, d):
        self.desk, self.procedure = d.desk, d.procedure
        records = {(r.event['source'], r.event['version']): r.event for r in s.published() if r.key == d.id.encode()}
        events = [records[(proto.source_enum(e['source']), e['version'])] for e in d.history()['entries']]
        # That an end has broken a step off is the last that its service says, of itself, and nobody else acts on it.
        self.events = [e for e in events if not SCHEMA.body(e)[0].endswith('BrokenOff')]

    def __getitem__(self, i):
        e = self.events[i]
        return source_of(e), SCHEMA.body(e)[0]


def time_or_new_date(m):
    """A new date stays what it is, another time is only a time."""
    said = m.group().replace(' ', 'T')
    return next((f'TIME of {w[:10]}' for w, at in MOMENTS.items() if said.startswith((w[:16], at.strftime('%Y-%m-%dT%H:%M')))), 'TIME')


def source_of(e):
    return e['source'][len('SOURCE_'):].lower()


class Laboratory:
    """The five services, each alone, with the reference data of a system that ran before."""

    def __init__(self):
        self.s = System()
        self.stories, self.copies, self.columns = {}, 0, {}

    def __enter__(self):
        s = self.s.__enter__()
        try:
            self.record()
            s.settled()
            for name in SERVICES:
                s.services[name].stop()
            for name in SERVICES:
                s.services[name].brokers = '127.0.0.1:1'
                s.services[name].start()
            for name in SERVICES:
                s.services[name].ready()
            for name in SERVICES:
                for line in s.psql('SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped'
                                   f" WHERE c.relnamespace = '\"{name}\"'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid = 'uuid'::regtype").splitlines():
                    table, column = line.split('|')
                    self.columns.setdefault(name, {}).setdefault(table, []).append(column)
        except BaseException:
            s.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *exc):
        # Without a broker they are alone on purpose: what they do at a stop is another test's matter.
        for p in self.s.services.values():
            if p.process.poll() is None:
                p.kill()
        return self.s.__exit__(*exc)

    def record(self):
        s = self.s
        silent = self.keep_silent()
        back = Dossier(s, Desk('H11.35.22'), BIRTH).receive().appraised().send_back()
        back.assign().conclude(content=b'%PDF-1.4 second draft').decided()
        back.number().seal().make_ready().deliver(delivery='post').come_back().deliver_to_proxy().archive()
        refused = Dossier(s, Desk('H11.35.23', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer()
        refused.assign().conclude('against').refuse().sign().number(refusal=True).seal().give_result().take_result().make_ready().deliver().archive()
        twice = Dossier(s, Desk('H11.35.24', at_counter=False), DISABILITY).receive().give_transfer().take_transfer()
        twice.assign().conclude().decided().assign().conclude(content=b'%PDF-1.4 second draft').decided()
        twice.number().seal().give_result().take_result().make_ready().deliver().archive()
        many = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive().give_transfer().take_transfer()
        many.assign().verify().assign().conclude().return_draft().assign().conclude(content=b'%PDF-1.4 second draft').endorse().decided()
        until(lambda: s.get('intake', f'/v1/dossiers/{many.id}', many.desk.appraiser)['obligations'], 20, 'the obligation is expected')
        many.owe(), many.pay()
        many.assign().conclude(content=b'%PDF-1.4 certificate').decided()
        many.number().seal().give_result().take_result().make_ready().deliver().archive()
        asked = Dossier(s, Desk(PHAN_THIET, at_counter=False), BUILDING).receive().give_transfer().take_transfer()
        asked.assign().ask('H11.36').answer('H11.36-td03').assign().verify_beside()
        asked.ask_opinion('H11.37')
        asked.contribute('H11.37-td03')
        asked.conclude().decided()
        asked.number().seal().give_result().take_result().make_ready().deliver().archive()
        missing = Dossier(s, Desk('H11.35.21'), BIRTH).receive().assign()
        missing.ask_supplement()
        missing.supply()
        missing.assign().conclude(content=b'%PDF-1.4 second draft').decided().returned()
        gone = Dossier(s, Desk('H11.35.25', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer()
        gone.assign().ask_back()
        gone.keep()
        gone.conclude().ask_back()
        gone.let_go()
        late = Dossier(s, Desk('H11.35.26', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
        late.ask_more(ASKED)
        late.keep_date()
        late.ask_more(BETTER)
        late.conclude()
        late.sign_apology()
        late.decided().becomes('closing')
        late.issue_apology()
        until(lambda: 'Extended' in late.story(), 20, 'the date has moved')
        late.hand_apology()
        late.number().seal().give_result().take_result().make_ready().deliver().archive()
        short = Dossier(s, Desk('H11.35.27', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()
        short.ask_supplement()
        short.becomes('awaiting_supplement')
        short.ask_stop()
        short.go_on()
        until(lambda: short.track()['stop'] == 'refused', 20, 'it goes on')
        short.ask_stop('authority_order')
        short.sign_stop()
        short.becomes('closing')
        short.issue_notice().hand_notice()
        linked = Dossier(s, petrol_desk(), PETROL).receive().give_transfer().take_transfer().assign()
        linked.take_turn(by='H11.10-td02')
        linked.contribute('H11.10-td01')
        linked.refuse_turn(by='H11.11-td01')
        linked.take_turn(by='H11.11-td01')
        linked.contribute('H11.11-td01', 'against', reasons=['not_eligible'])
        linked.conclude().ask_back()
        linked.let_go()
        crossed = Dossier(s, petrol_desk(), PETROL).receive().give_transfer().take_transfer().assign()
        crossed.ask_back()
        crossed.contribute('H11.10-td01')
        crossed.let_go()
        two_levels(s)
        went_on = Dossier(s, two_level_desk(), ENDORSED).receive().give_transfer().take_transfer().assign()
        went_on.ask_back()
        went_on.conclude()
        went_on.let_go()
        costs = Dossier(s, Desk('H11.35.30'), WILL).receive().appraised().decided().number().seal().make_ready()
        costs.pay_fee('chung-thuc', by=costs.desk.returner)
        costs.deliver().archive()
        wrong = Dossier(s, Desk('H11.35.28', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign().conclude().decided()
        wrong.number().seal().becomes('finished')
        wrong.correct()
        wrong.leave_result()
        until(lambda: wrong.track()['correction']['state'] == 'refused', 20, 'the result stays as it is')
        wrong.correct('wrong_law', unit='H11.35', content=b'%PDF-1.4 it is wrong all the same')
        wrong.sign_correction()
        result = {'document': wrong.draft['id']}            # two of its documents are being issued
        for verb, who, more in (('hand-over/give', wrong.desk.clerk, {}), ('hand-over/take', wrong.desk.returner, {}), ('ready', wrong.desk.returner, {}),
                                ('deliver', wrong.desk.returner, {'delivery': 'post', **HANDING['post']})):
            wrong._post('return', f'/v1/returns/{wrong.id}/{verb}', who, {**result, **more})
        wrong.issue_correction().hand_correction()
        wrong._post('return', f'/v1/returns/{wrong.id}/came-back', wrong.desk.returner, {**result, 'reason': 'absent'})
        wrong._post('return', f'/v1/returns/{wrong.id}/deliver', wrong.desk.returner, {**result, 'delivery': 'counter', **HANDING['counter']})
        wrong._post('return', f'/v1/returns/{wrong.id}/archive', wrong.desk.clerk, result)
        found = Dossier(s, Desk('H11.35.29', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign().conclude().decided()
        found.number().seal().becomes('finished')
        found.file('correction', content=EXTRA)             # what is to correct it, before anybody asks
        found.give_result().take_result().make_ready().send().come_back().deliver().archive()
        self.speak_late(*silent)
        for content in (b'%PDF-1.4 we were wrong', b'%PDF-1.4 it is wrong all the same', b'%PDF-1.4 we do not go on', b'%PDF-1.4 we are sorry', b'%PDF-1.4 I want it back', b'%PDF-1.4 form 02', b'%PDF-1.4 second draft', b'%PDF-1.4 certificate', b'%PDF-1.4 minutes', b'%PDF-1.4 what do you think?',
                        b'%PDF-1.4 nothing against it', b'%PDF-1.4 he may have it', EXTRA):
            CONTENTS[hashlib.sha256(content).digest()] = content
        for name, d, last in (('sent back', back, 'Archived'), ('refused', refused, 'Archived'), ('two rounds', twice, 'Archived'),
                              ('many steps', many, 'Archived'), ('consulted', asked, 'Archived'),
                              ('supplemented', missing, 'Archived'), ('withdrawn', gone, 'WithdrawalGranted'), ('linked', linked, 'WithdrawalGranted'), ('broken off', crossed, 'AppraisalBrokenOff'), ('gone on', went_on, 'AppraisalBrokenOff'), ('extended', late, 'Archived'), ('stopped', short, 'Archived'), ('paid', costs, 'Archived'), ('corrected', wrong, 'Archived'), ('found wrong', found, 'Archived'),
                              *zip(('answered late', 'given late', 'kept silent'), silent, ['Archived'] * 3)):
            until(lambda: d.story()[-1:] == [last], 20, f'{name} is told to its end')
            self.stories[name] = Story(s, d)

    def keep_silent(self):
        """Three dossiers whose other unit has a minute, and says nothing meanwhile: one that is consulted, two that co-operate."""
        s = self.s
        brief(s)
        desk = Desk('H11.35.31', at_counter=False)
        three = [Dossier(s, desk, p).receive().give_transfer().take_transfer() for p in (ASKED_BRIEFLY, WITH_BRIEFLY, WITH_BRIEFLY)]
        three[0].assign().ask('H11.36')
        return three

    @staticmethod
    def speak_late(asked, given, silent):
        """Two speak at last, one could."""
        for d, lapsed in ((asked, 'ConsultationLapsed'), (given, 'PartLapsed'), (silent, 'PartLapsed')):
            until(lambda d=d, lapsed=lapsed: lapsed in d.story(), 90, f'{lapsed} of {d.code}')
        asked.assign().answer('H11.36-td03')
        given.assign()
        given.contribute(f'{BRIEF}-td01')
        silent.file('opinion', f'{BRIEF}-td01', b'%PDF-1.4 nothing against it')
        silent.assign()
        silent.take_turn(by=silent.desk.appraiser)          # the papers are with the lead again
        silent.ask_back()
        silent.keep()
        for d in (asked, given, silent):
            d.conclude().decided().number().seal().give_result().take_result().make_ready().deliver().archive()

    # ---- one copy of a story at one service

    def play(self, service, story, at, x_first, kind):
        return Copy(self, service, story, at, x_first, kind).play()


class Copy:
    def __init__(self, lab, service, story, at, x_first, kind, tight=False):
        lab.copies += 1
        self.lab, self.s, self.service, self.story, self.at, self.x_first, self.kind = lab, lab.s, service, story, at, x_first, kind
        self.id = uuid.uuid4()
        self.code = re.sub(r'\d{4}$', f'{5000 + lab.copies:04}', story.events[0]['dossier_code'])
        self.documents = {}         # id in the story -> id here
        self.own = 0                # events of the service so far
        self.happened = True        # the crossing act was taken
        self.tight = tight          # the first date passes just before the seal: only by the new one is the result in time
        self.x_source = CROSSES.get(kind, 'intake')
        self.x_version = 1 + sum(1 for e in story.events[:at] if source_of(e) == self.x_source)

    def document(self, old):
        return self.documents.setdefault(old, uuid.uuid4().bytes)

    def handles(self, body):
        for k, v in body.items():
            if isinstance(v, dict) and 'sha256' in v:
                body[k] = {**v, 'id': self.document(v['id'])}
        return body

    def event(self, i):
        """The copy's version of an event of the story."""
        e = copy.deepcopy(self.story.events[i])
        kind, body = SCHEMA.body(e)
        self.handles(body)
        if self.tight and kind == 'Received':
            body['due_at'] = next(x for x in self.story.events if 'sealed' in x)['occurred_at'] - 1
        e.update(subject_id=self.id.bytes, event_id=uuid.uuid4().bytes, dossier_code=self.code)
        if e.get('document_id'):
            e['document_id'] = self.document(e['document_id'])
        if i > self.at and self.happened:
            x = self.x_source
            if source_of(e) == x:
                e['version'] += 1
            else:
                seen = proto.seen_of(e)
                if x in seen:
                    seen[x] = max(seen[x] + (seen[x] >= self.x_version), self.x_version)
                proto.set_seen(e, seen)
        return e

    def extra(self):
        """One more event of its source, decided without knowing of the one that it crosses."""
        e = copy.deepcopy(self.story.events[0])
        del e['received']
        seen = {}
        for before in self.story.events[:self.at]:
            if source_of(before) != self.x_source and source_of(before) in LISTENS[self.x_source]:
                seen[source_of(before)] = before['version']
        proto.set_seen(e, seen)
        e['source'] = 'SOURCE_' + self.x_source.upper()
        letter = {'id': self.document(b'extra'), 'sha256': hashlib.sha256(EXTRA).digest(), 'pages': 1}
        e.update(subject_id=self.id.bytes, event_id=uuid.uuid4().bytes, dossier_code=self.code, version=self.x_version)
        if self.kind == 'AnsweredLate':
            said = next(x for x in self.lab.stories['given late'].events if 'answered_late' in x)
            e.update({k: said[k] for k in ('step', 'round', 'actor', 'place') if k in said})
            e['answered_late'] = self.handles({**copy.deepcopy(said['answered_late']), 'answer': self.opinion()})
        elif self.kind == 'DuePassed':
            e['due_passed'] = {'due_at': self.story.events[0]['received']['due_at']}
        elif self.kind == 'StopRequested':
            e['stop_requested'] = {'notice': letter, 'ground': 'other'}
        elif self.kind == 'CorrectionRequested':
            e['document_id'] = self.document(self.filed()['id'])
            e['correction_requested'] = {'correction': {**self.filed(), 'id': e['document_id']}, 'number': 1, 'cause': 'other', 'unit': self.story.desk.unit, 'reported_by': 'REPORTER_AGENCY'}
            e['actor'] = self.story.desk.appraiser
        elif self.kind == 'SupplementReceived':
            asked = next(x for x in self.story.events if 'supplement_requested' in x)
            e.update(step=asked['step'], round=asked['round'])
            e['supplement_received'] = {'number': 1, 'due_at': micros(BETTER), 'due_at_legal': micros(BETTER), 'due_at_reported': micros(BETTER), 'component_count': 2, 'asked_count': 2}
        elif self.kind == 'ExtensionRequested':
            e['extension_requested'] = {'apology': letter, 'due_at': micros(BETTER), 'reason': 'overload'}
        elif self.kind == 'Extended':
            e['extended'] = {'due_at': micros(BETTER), 'due_at_legal': micros(BETTER), 'due_at_reported': micros(BETTER), 'breach': True}
        elif self.kind == 'PeriodExcluded':
            e['period_excluded'] = {'period': 'violation', 'from': self.story.events[0]['occurred_at'], 'until': micros(ASKED), 'due_at': micros(BETTER),
                                    'due_at_legal': micros(BETTER), 'due_at_reported': micros(BETTER)}
        elif self.kind == 'PeriodEnded':        # as it began
            begun = self.story.events[0]['occurred_at']
            e['period_ended'] = {'period': 'violation', 'from': begun, 'until': begun, 'recorded_until': micros(ASKED), 'due_at': micros(BETTER),
                                 'due_at_legal': micros(BETTER), 'due_at_reported': micros(BETTER)}
        elif self.kind == 'ApologyIssued':
            e['apology_issued'] = {'seal': self.story.desk.seal, 'ordinal': 1, 'keeper': self.story.desk.clerk, 'document': letter}
        else:
            e['document_filed'] = {'kind': 'DOCUMENT_KIND_' + self.kind.upper(), 'document': letter}
        return e

    def play(self, order=None):
        if order is None:
            order = list(range(len(self.story.events)))
            order.insert(self.at if self.x_first else self.at + 1, 'x')
        packet = []

        def deliver():
            if packet:
                done = self.s.submit(self.service, *packet)
                equal((done['failed'], done['unreadable'], done['not_taken']), (0, 0, 0), f'delivered: {done}')
                packet.clear()
        before = self.figures()
        for i in order:
            source = self.x_source if i == 'x' else self.story[i][0]
            if source == self.service:
                deliver()
                self.cross() if i == 'x' else self.act(i)
                if i == 0 and self.kind == 'ApologyIssued':
                    a = self.apologise(BETTER, EXTRA)       # what is sealed was asked for
                    self.documents[b'extra'] = uuid.UUID(a['apology']['id']).bytes
            elif source in LISTENS[self.service]:
                packet.append(SCHEMA.encode('LifecycleEvent', self.extra() if i == 'x' else self.event(i)))
        deliver()
        return {**self.held(), 'figures': {k: v - before.get(k, 0) for k, v in self.figures().items()}}

    def figures(self):
        if self.service != 'audit':
            return {}
        return {k: v for k, v in self.s.get('audit', '/v1/kpi?from=2019-10-01&to=2019-10-31', INSPECTOR)['totals'].items() if isinstance(v, int)}

    # ---- its own acts

    def cross(self):
        if self.kind == 'ExtensionRequested':
            a = self.apologise(BETTER, EXTRA)
        elif self.kind == 'StopRequested':
            a = self.stop('other', EXTRA)
        elif self.kind == 'CorrectionRequested':
            letter = {'id': str(uuid.UUID(bytes=self.document(self.filed()['id']))), 'sha256': self.filed()['sha256'].hex(), 'pages': self.filed()['pages']}
            a = self.s.post('intake', f'/v1/dossiers/{self.id}/correct', self.story.desk.appraiser,
                            {'correction': letter, 'cause': 'other', 'unit': self.story.desk.unit, 'reported_by': 'agency'})
        elif self.kind == 'SupplementReceived':
            a = self.s.post('intake', f'/v1/dossiers/{self.id}/supplement', self.story.desk.receiver, SUPPLY)
        else:
            a = self.s.post('intake', f'/v1/dossiers/{self.id}/documents', self.story.desk.receiver, paper(self.kind, EXTRA))
        check(a.status in (200, 201, 409), 'one more paper is taken, or refused by the state', a)
        self.happened = a.status != 409
        if self.happened and self.kind not in ('SupplementReceived', 'CorrectionRequested'):
            letter = {'ExtensionRequested': 'apology', 'StopRequested': 'notice'}.get(self.kind)
            self.documents[b'extra'] = uuid.UUID(a[letter]['id'] if letter else a['id']).bytes

    def stop(self, ground, content):
        body = {k: v for k, v in paper('', content).items() if k != 'kind'}
        return self.s.post('intake', f'/v1/dossiers/{self.id}/stop', self.story.desk.appraiser, {'ground': ground, **body})

    def filed(self):
        """The handle of the letter that is to correct the result, in the story."""
        return next(e['document_filed']['document'] for e in self.story.events if e.get('document_filed', {}).get('kind') == 'DOCUMENT_KIND_CORRECTION')

    def opinion(self):
        """The handle of what the unit would have said, in the story."""
        return next(e['document_filed']['document'] for e in self.story.events if e.get('document_filed', {}).get('kind') == 'DOCUMENT_KIND_OPINION')

    def apologise(self, new_due_at, content):
        body = {k: v for k, v in paper('', content).items() if k != 'kind'}
        return self.s.post('intake', f'/v1/dossiers/{self.id}/extension', self.story.desk.appraiser, {'new_due_at': new_due_at, 'reason': 'overload', **body})

    def act(self, i):
        e = self.story.events[i]
        kind, body = SCHEMA.body(e)
        word = lambda v: v.split('_', 1)[1].lower()
        handle = lambda h: {'id': str(uuid.UUID(bytes=self.document(h['id']))), 'sha256': h['sha256'].hex(), 'pages': h['pages']}
        by, post = e['actor'], lambda path, body: self.s.must(self.service, path.format(self.id), by, body)
        if kind == 'Received':
            a = post('/v1/dossiers', reception(self.story.desk, self.story.procedure))
            self.id, self.code = uuid.UUID(a['id']), a['code']
        elif kind == 'DocumentFiled':
            content = CONTENTS.get(body['document']['sha256'])
            form = body['kind'][len('DOCUMENT_KIND_'):].lower()
            lacking = {'missing': LACKING[:body['missing_count']]} if body.get('missing_count') else {}
            if form == 'collector':
                paper_of = {'kind': form, 'collector': COMES}
            else:
                paper_of = {**(paper(form, content) if content else paper(form)), **lacking}
            a = post('/v1/dossiers/{}/documents', paper_of)
            self.documents[body['document']['id']] = uuid.UUID(a['id']).bytes
        elif kind in ('TransferGiven', 'TransferTaken', 'SupplyGiven', 'SupplyTaken'):
            post('/v1/dossiers/{}/transfers/' + ('give' if kind.endswith('Given') else 'take'), {'supplement': body['supplement']} if 'supplement' in body else {})
        elif kind in ('PapersBroughtBack', 'PapersTakenBack', 'PapersBackRefused'):
            post('/v1/dossiers/{}/papers/' + {'PapersBroughtBack': 'bring-back', 'PapersTakenBack': 'take-back'}.get(kind, 'refuse-back'),
                 {'reason': 'thiếu trang'} if kind == 'PapersBackRefused' else {'components': [{'number': n} for n in body['components']]} if kind == 'PapersBroughtBack' else {})
        elif kind in ('TurnTaken', 'TurnRefused'):
            post('/v1/dossiers/{}/turn/' + ('take' if kind == 'TurnTaken' else 'refuse'), {} if kind == 'TurnTaken' else {'reason': 'thiếu trang'})
        elif kind == 'Assigned':
            post('/v1/appraisals/{}/assign', {'officer': body['officer']})
        elif kind == 'Appraised':
            post('/v1/appraisals/{}/conclude', {'opinion': word(body['opinion']), 'draft': handle(body['draft']), 'reasons': body.get('reasons', [])})
        elif kind == 'ObligationOpened':
            post('/v1/dossiers/{}/obligation', {'notice': '12/TB-CCT'})
        elif kind == 'ObligationMet':
            post('/v1/dossiers/{}/obligation/met', {})
        elif kind in ('Verified', 'VerifiedBeside'):
            said = body if kind == 'Verified' else body['what']
            post('/v1/appraisals/{}/verify' + ('' if kind == 'Verified' else '-beside'), {
                'at': self.s.business_now(), 'place': said['place'], 'participants': said['participants'], 'others': said['others'], 'minutes': handle(said['minutes'])})
        elif kind == 'OpinionAsked':
            post('/v1/appraisals/{}/ask-opinion', {'unit': body['unit'], 'hours': body['minutes'] // 60, 'request': handle(body['request'])})
        elif kind == 'ConsultationAsked':
            post('/v1/appraisals/{}/ask', {'unit': body['unit'], 'request': handle(body['request'])})
        elif kind == 'Consulted':
            post('/v1/appraisals/{}/answer', {'answer': handle(body['answer'])})
        elif kind == 'PartsOpened':
            pass                    # it follows from what opened the step, or ended the part before
        elif kind == 'Contributed':
            post('/v1/appraisals/{}/contribute', {'opinion': word(body['view']), 'answer': handle(body['answer']), 'reasons': body.get('reasons', [])})
        elif kind == 'SupplementAsked':
            post('/v1/appraisals/{}/ask-supplement', {'request': handle(body['request']), 'reasons': body['reasons']})
        elif kind == 'SupplementRequested':
            pass                    # it follows from SupplementAsked
        elif kind == 'SupplementReceived':
            post('/v1/dossiers/{}/supplement', SUPPLY)
        elif kind == 'FeePaid':
            post('/v1/dossiers/{}/fees/pay', {'fee': body['fee'], 'means': body['means'][len('PAY_MEANS_'):].lower(), 'receipt': 'BL-0001'})
        elif kind == 'WithdrawalRequested':
            a = post('/v1/dossiers/{}/withdrawal', {'channel': 'counter', **{k: v for k, v in paper('', CONTENTS[body['request']['sha256']]).items() if k != 'kind'}})
            self.documents[body['request']['id']] = uuid.UUID(a['request']).bytes
        elif kind == 'WithdrawalGranted':
            post('/v1/approvals/{}/withdrawal/grant', {'mandate': body['mandate']})
        elif kind == 'WithdrawalRefused':
            post('/v1/approvals/{}/withdrawal/refuse', {'mandate': body['mandate'], 'reasons': body['reasons']})
        elif kind == 'StopRequested':
            a = self.stop(body['ground'], CONTENTS[body['notice']['sha256']])
            equal(a.status, 201, f'the notice is taken: {a}')
            self.documents[body['notice']['id']] = uuid.UUID(a['notice']['id']).bytes
        elif kind == 'StopSigned':
            post('/v1/approvals/{}/stop/sign', {'mandate': body['mandate'], 'kind': 'ink_attested', 'document': handle(body['document'])})
        elif kind == 'StopRefused':
            post('/v1/approvals/{}/stop/refuse', {'mandate': body['mandate'], 'reasons': body['reasons']})
        elif kind == 'CorrectionRequested':
            post('/v1/dossiers/{}/correct', {'correction': handle(body['correction']), 'cause': body['cause'], 'unit': body['unit'], 'reported_by': word(body['reported_by'])})
        elif kind == 'CorrectionSigned':
            post('/v1/approvals/{}/correction/sign', {'mandate': body['mandate'], 'kind': 'ink_attested', 'document': handle(body['document'])})
        elif kind == 'CorrectionRefused':
            post('/v1/approvals/{}/correction/refuse', {'mandate': body['mandate'], 'reasons': body['reasons']})
        elif kind == 'ExtensionRequested':
            a = self.apologise(next(w for w in MOMENTS if micros(w) == body['due_at']), CONTENTS[body['apology']['sha256']])
            equal(a.status, 201, f'the apology is taken: {a}')
            self.documents[body['apology']['id']] = uuid.UUID(a['apology']['id']).bytes
        elif kind == 'Extended':
            pass                    # it follows from ApologyIssued
        elif kind == 'ExtensionRefused':
            post('/v1/approvals/{}/extension/refuse', {'mandate': body['mandate'], 'reasons': body['reasons']})
        elif kind == 'ApologySigned':
            post('/v1/approvals/{}/extension/sign', {'mandate': body['mandate'], 'kind': 'ink_attested', 'document': handle(body['document'])})
        elif kind == 'Endorsed':
            post('/v1/appraisals/{}/endorse', {'draft': handle(body['draft'])})
        elif kind == 'DraftReturned':
            post('/v1/appraisals/{}/send-back', {'reasons': body['reasons']})
        elif kind == 'Granted':
            post('/v1/approvals/{}/grant', {'mandate': body['mandate'], 'draft': handle(body['draft'])})
        elif kind == 'DecisionRefused':
            post('/v1/approvals/{}/refuse', {'mandate': body['mandate'], 'draft': handle(body['draft']), 'reasons': body['reasons']})
        elif kind == 'SentBack':
            post('/v1/approvals/{}/send-back', {'mandate': body['mandate'], 'reasons': body['reasons']})
        elif kind == 'Signed':
            post('/v1/approvals/{}/sign', {'mandate': body['mandate'], 'kind': 'ink_attested', 'document': handle(body['document'])})
        else:
            # Two documents may be under way: each act names its own, which its event does, too.
            which = {'document': str(uuid.UUID(bytes=self.document(e['document_id'])))}
            path, more = {'Numbered': ('number', {'series': body.get('series')}), 'Sealed': ('seal', {'seal': body.get('seal')}),
                          'ApologyIssued': ('seal', {'seal': body.get('seal')}), 'HandedOver': ('deliver', self.handing(body, handle, word)),
                          'CameBack': ('came-back', {'reason': word(body.get('reason', '_'))}),
                          'ApologyHandedOver': ('deliver', {'delivery': word(body.get('delivery', '_'))}), 'NoticeIssued': ('seal', {'seal': body.get('seal')}),
                          'NoticeHandedOver': ('deliver', {'delivery': word(body.get('delivery', '_'))}), 'Ready': ('ready', {}), 'Archived': ('archive', {}),
                          'CorrectionIssued': ('seal', {'seal': body.get('seal')}), 'CorrectionHandedOver': ('deliver', self.handing(body, handle, word)),
                          'HandOverGiven': ('hand-over/give', {}), 'HandOverTaken': ('hand-over/take', {}),
                          'HandOverRefused': ('hand-over/refuse', {'reason': word(body.get('reason', '_'))})}[kind]
            post('/v1/returns/{}/' + path, {**more, **which})

    @staticmethod
    def handing(body, handle, word):
        """What HandedOver says, as the command that said it."""
        said = {'delivery': word(body.get('delivery', '_')), 'consignment': body.get('consignment')}
        said.update({k: word(body[k]) for k in ('who', 'paper') if k in body})
        said.update({k: handle(body[k]) for k in ('authorisation', 'collector') if k in body})
        return {k: v for k, v in said.items() if v}

    # ---- what the service holds of it

    def held(self):
        """Every row about the dossier in the service's tables, with what has to differ between two copies taken out."""
        out, parts = {}, []
        for table, columns in self.lab.columns[self.service].items():
            if table in ('access_log', 'outbox_row', 'idempotency'):
                continue
            which = ' OR '.join(f'r."{c}" = \'{self.id}\'' for c in columns)
            parts.append(f"SELECT '{table}' AS t, to_jsonb(r) AS row FROM {quoted(self.service + '.' + table)} r WHERE {which}")
        if self.service != 'audit':
            parts.append(f"SELECT 'sent', jsonb_build_object('v', encode(value, 'hex')) FROM {quoted(self.service + '.outbox_row')} WHERE key = '{self.id}'")
        out['sent'] = []
        for r in self.s.rows(' UNION ALL '.join(parts)):
            row = r['row']
            if r['t'] == 'sent':
                row = {k: v for k, v in SCHEMA.decode('LifecycleEvent', bytes.fromhex(row['v'])).items()
                       if k not in ('event_id', 'seen', 'command_id', 'cause', 'version', 'recorded_at', 'occurred_at')}
            if r['t'] == 'due_history':     # between which dates it moved, beside a new date that was given, is of the order in which intake decided
                row = {k: v for k, v in row.items() if k != 'version' and (self.kind != 'ApologyIssued' or k in ('dossier', 'why', 'about'))}
            if r['t'] == 'document' and row.get('kind') == 'collector':     # of intake: something random is in it
                row['content'] = {k: v for k, v in json.loads(bytes.fromhex(row['content'][2:])).items() if k != 'nonce'}
            if r['t'] == 'worklist' and row.get('open') is False:
                del row['due_at']       # what is no longer in the list keeps the date that it had
            out.setdefault(r['t'], []).append(self.plain(row))
        for rows in out.values():
            rows.sort()
        subject = next(iter(out.get('subject', [])), '{}')
        check('"hold": null' in subject, f'{self.service} holds the copy', subject)
        check('waiting' not in out, f'{self.service}: something waits', out.get('waiting'))
        return out

    def plain(self, row):
        own = {str(self.id): 'DOSSIER', self.id.hex: 'DOSSIER', self.code: 'CODE'}
        own.update({t: f'DOC{i}' for i, (_, new) in enumerate(sorted(self.documents.items())) for t in (str(uuid.UUID(bytes=new)), new.hex())})
        # The order in which things came, their numbers in series and how long a step took are each copy's own.
        drop = {'minutes_used', 'number', 'partition', 'number_text', 'text', 'sequence', 'event', 'head', 'event_id', 'sha256', 'xid', 'at', 'offset', 'id' if 'topic' in row else '', 'trace'}

        if self.service == 'intake' and self.kind == 'ApologyIssued':
            drop.add('due_explained')   # a pause before the new date does not move it, one behind it does: intake decides which it was

        def walk(v, key=''):
            if isinstance(v, dict):
                return {k: walk(x, k) for k, x in v.items() if k not in drop}
            if isinstance(v, list):
                told = [walk(x) for x in v]
                return sorted(told) if key in ('en', 'vi') else told    # what happened is told in the order of each copy
            if isinstance(v, bytes):
                v = v.hex()
            if isinstance(v, int) and v > 10 ** 12:
                return next((f'TIME {w}' for w in MOMENTS if micros(w) == v), 'TIME')
            if isinstance(v, str):
                for old, new in own.items():
                    v = v.replace(old, new)
                v = re.sub(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'ID', v)
                v = re.sub(r'\d\d:\d\d(:\d\d)? (?=thứ|Tue)', 'TIME ', v)
                v = re.sub(r'(not counted: |Không tính )\d+ (?=s |giây )', r'\1N ', v)
                v = re.sub(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d[0-9:.+]*', time_or_new_date, v)
            return v
        return json.dumps(walk(row), sort_keys=True, ensure_ascii=False, default=str)


def crossings(lab, service, name, kinds, only=None, tight=False):
    """Plays both orders at every crossing; the number of pairs."""
    story, wrong, pairs = lab.stories[name], [], 0
    for at in range(len(story.events)):
        source, kind = story[at]
        if source != service and source not in LISTENS[service] or only and kind not in only:
            continue
        for x in kinds:
            said_by = CROSSES.get(x, 'intake')
            if source == said_by or service != said_by and said_by not in LISTENS[service]:
                continue            # in order, or not heard
            if service == 'intake' and x in ('DuePassed', 'Extended', 'PeriodExcluded', 'PeriodEnded'):
                continue            # a timer of its own; it follows from ApologyIssued; it is decided where the time is counted
            if service == 'return' and x == 'ApologyIssued':
                continue            # its own act, on a document: of the story "extended" alone
            if x in ('ExtensionRequested', 'Extended') and any(story[i][1] in ('Sealed', 'WithdrawalGranted', 'NoticeIssued') for i in range(at)):
                continue            # intake knows of the end: it says neither any more
            if x == 'ApologyIssued' and at == 0:
                continue            # of a dossier that is not there yet
            pairs += 1
            first, last = (Copy(lab, service, story, at, x_first, x, tight) for x_first in (True, False))
            one, two = first.play(), last.play()
            if not last.happened:
                # Refused at its decider: no event came of it. All else has to be as in the other copy.
                state = lambda held: [json.loads(r).get('state') for r in held.get('dossier', [])]
                one, two = state(one), state(two)
                check(one and one[0], 'a state to compare', one)
            elif (service, x, kind) == ('intake', 'ApologyIssued', 'WithdrawalGranted'):
                # Behind the end the seal moves no date: intake decides which came first. It has ended, and the apology is issued.
                # The date is no longer watched.
                state = lambda held: [(r['state'], r['extension']) for r in map(json.loads, held['dossier'])] + held.get('timer', [])
                one, two = state(one), state(two)
            elif (service, x, kind) == ('appraisal', 'SupplementReceived', 'StopSigned'):
                # The round that waited, or the one behind it, is cancelled: it is told by nobody which. None is open, and the date has moved.
                state = lambda held: [(r['stop'], r['due_at']) for r in map(json.loads, held['dossier'])] + \
                    [r['state'] for r in map(json.loads, held['step']) if r['state'] not in ('supplemented', 'cancelled')]
                one, two = state(one), state(two)
            if one != two:
                wrong.append(f'{service}: {x} x {kind} (event {at + 1} of "{name}")')
                for table in sorted(set(one) | set(two)) if isinstance(one, dict) else ['state']:
                    a, b = (one.get(table), two.get(table)) if isinstance(one, dict) else (one, two)
                    if a != b:
                        wrong += [f'  {table}, {x} first: {a}', f'  {table}, {kind} first: {b}']
    check(not wrong, 'the order decides how it ends', *wrong)
    return pairs


def both(lab, service):
    crossings(lab, service, 'sent back', ['component'])
    crossings(lab, service, 'sent back', ['DuePassed'], {'SentBack', 'Signed', 'Sealed'})
    crossings(lab, service, 'sent back', ['PeriodExcluded', 'PeriodEnded'], {'Assigned', 'Appraised', 'SentBack', 'Signed', 'Ready', 'Sealed'})
    crossings(lab, service, 'many steps', ['PeriodExcluded', 'PeriodEnded'], {'DraftReturned', 'Endorsed', 'Signed'})
    crossings(lab, service, 'refused', ['component'], {'DecisionRefused', 'Signed', 'HandOverGiven', 'HandOverTaken', 'Sealed', 'Assigned'})
    crossings(lab, service, 'two rounds', ['draft_result'], {'Assigned', 'Appraised', 'Granted', 'Signed', 'Sealed'})
    crossings(lab, service, 'many steps', ['draft_result'], {'Verified', 'DraftReturned', 'Endorsed', 'Granted'})
    crossings(lab, service, 'supplemented', ['component'], {'SupplementAsked', 'Assigned'})
    crossings(lab, service, 'withdrawn', ['component'], {'Assigned', 'Appraised', 'WithdrawalRefused', 'WithdrawalGranted'})
    crossings(lab, service, 'linked', ['component'], {'PartsOpened', 'Contributed', 'WithdrawalGranted'})
    crossings(lab, service, 'consulted', ['component'], {'Assigned', 'ConsultationAsked', 'Consulted', 'VerifiedBeside', 'OpinionAsked', 'Contributed'})
    crossings(lab, service, 'extended', ['component'])
    crossings(lab, service, 'extended', ['DuePassed'], {'ExtensionRefused', 'ApologySigned', 'ApologyIssued'})


def stops(lab, service):
    """The competent unit asks to stop it, or the supplement comes after all, while the others go on."""
    crossings(lab, service, 'stopped', ['component', 'DuePassed'])
    crossings(lab, service, 'stopped', ['ExtensionRequested', 'Extended', 'ApologyIssued'], {'StopRequested', 'StopRefused'} | ({'StopSigned'} if service != 'intake' else set()))
    crossings(lab, service, 'stopped', ['SupplementReceived'], {'StopSigned'})
    if service in ('intake', 'audit'):      # at approval it would come before the decisions of the story
        crossings(lab, service, 'sent back', ['StopRequested'], {'Assigned', 'Appraised', 'Signed'})


def corrections(lab, service):
    """The result was wrong: the correction is asked for while return hands the result over; a proxy's authorisation, or an apology that is
    sealed behind the end, comes while the correction is signed, issued and handed over."""
    behind = {'HandOverGiven', 'HandOverTaken', 'Ready', 'HandedOver', 'CameBack', 'Archived'}
    pairs = crossings(lab, service, 'found wrong', ['CorrectionRequested'], behind)
    equal(pairs, 7, f'corrections that cross at {service}')
    told = {'CorrectionRefused', 'CorrectionSigned', 'CorrectionIssued', 'CorrectionHandedOver', 'Ready', 'CameBack', 'HandedOver'}
    crossings(lab, service, 'corrected', ['authorisation'], told)
    crossings(lab, service, 'corrected', ['ApologyIssued'], {'CorrectionRefused', 'CorrectionSigned'})


def apologies(lab, service):
    """An apology is asked for, sealed, and the date moves with it, while the others go on."""
    three = ['ExtensionRequested', 'Extended', 'ApologyIssued']
    crossings(lab, service, 'sent back', three)
    crossings(lab, service, 'refused', three, {'DecisionRefused', 'Signed', 'Sealed'})
    crossings(lab, service, 'two rounds', three, {'Assigned', 'Granted', 'Signed'})
    crossings(lab, service, 'many steps', three, {'Verified', 'DraftReturned', 'Endorsed', 'Signed', 'ObligationOpened', 'ObligationMet'})
    # A supplement behind the letter begins the legal clock anew, one before it does not: both are intake's, which decides.
    crossings(lab, service, 'supplemented', three, {'SupplementAsked'} | ({'SupplementReceived'} if service != 'intake' else set()))
    crossings(lab, service, 'withdrawn', three, {'WithdrawalRequested', 'WithdrawalRefused'} | ({'WithdrawalGranted'} if service != 'intake' else set()))
    crossings(lab, service, 'linked', three[:2], {'PartsOpened', 'Contributed'})
    crossings(lab, service, 'consulted', three, {'ConsultationAsked', 'Consulted', 'OpinionAsked', 'Contributed'})


@test
def intake_ends_the_same_whichever_of_two_crossing_events_comes_first(lab):
    both(lab, 'intake')


@test
def intake_ends_the_same_whichever_of_an_apology_and_another_event_comes_first(lab):
    apologies(lab, 'intake')


@test
def intake_ends_the_same_whichever_of_a_stop_and_another_event_comes_first(lab):
    stops(lab, 'intake')


@test
def intake_ends_the_same_whichever_of_a_correction_and_another_event_comes_first(lab):
    corrections(lab, 'intake')


@test
def appraisal_ends_the_same_whichever_of_two_crossing_events_comes_first(lab):
    both(lab, 'appraisal')


@test
def appraisal_ends_the_same_whichever_of_an_apology_and_another_event_comes_first(lab):
    apologies(lab, 'appraisal')


@test
def appraisal_ends_the_same_whichever_of_a_stop_and_another_event_comes_first(lab):
    stops(lab, 'appraisal')


@test
def approval_ends_the_same_whichever_of_two_crossing_events_comes_first(lab):
    both(lab, 'approval')


@test
def approval_ends_the_same_whichever_of_an_apology_and_another_event_comes_first(lab):
    apologies(lab, 'approval')


@test
def approval_ends_the_same_whichever_of_a_stop_and_another_event_comes_first(lab):
    stops(lab, 'approval')


@test
def approval_ends_the_same_whichever_of_a_correction_and_another_event_comes_first(lab):
    corrections(lab, 'approval')


@test
def return_ends_the_same_whichever_of_two_crossing_events_comes_first(lab):
    both(lab, 'return')


@test
def return_ends_the_same_whichever_of_an_apology_and_another_event_comes_first(lab):
    apologies(lab, 'return')


@test
def return_ends_the_same_whichever_of_a_stop_and_another_event_comes_first(lab):
    stops(lab, 'return')


@test
def return_ends_the_same_whichever_of_a_correction_and_another_event_comes_first(lab):
    corrections(lab, 'return')


@test
def audit_ends_the_same_whichever_of_two_crossing_events_comes_first(lab):
    both(lab, 'audit')


@test
def audit_ends_the_same_whichever_of_an_apology_and_another_event_comes_first(lab):
    apologies(lab, 'audit')


@test
def audit_ends_the_same_whichever_of_a_stop_and_another_event_comes_first(lab):
    stops(lab, 'audit')


@test
def audit_ends_the_same_whichever_of_a_correction_and_another_event_comes_first(lab):
    corrections(lab, 'audit')


def late_answers(lab, service):
    """What a unit that kept silent says comes while intake, the approver and return go on, who have not heard of it."""
    others = ['component', 'DuePassed', 'PeriodExcluded', 'ExtensionRequested', 'Extended', 'ApologyIssued']
    pairs = sum(crossings(lab, service, name, others, {'AnsweredLate'}) for name in ('answered late', 'given late'))
    equal(pairs, {'intake': 6, 'approval': 12, 'audit': 12}[service], f'late answers that others cross at {service}')
    pairs = crossings(lab, service, 'kept silent', ['AnsweredLate'], {'TurnTaken', 'WithdrawalRequested', 'WithdrawalRefused', 'Granted'})
    equal(pairs, 4, f'what late answers cross at {service}')


@test
def intake_ends_the_same_whichever_of_a_late_answer_and_another_event_comes_first(lab):
    late_answers(lab, 'intake')


@test
def approval_ends_the_same_whichever_of_a_late_answer_and_another_event_comes_first(lab):
    late_answers(lab, 'approval')


@test
def audit_ends_the_same_whichever_of_a_late_answer_and_another_event_comes_first(lab):
    late_answers(lab, 'audit')


@test
def intake_watches_no_date_behind_the_end_whichever_of_its_news_and_an_apology_comes_first(lab):
    equal(crossings(lab, 'intake', 'withdrawn', ['ApologyIssued'], {'WithdrawalGranted'}), 1)


@test
def audit_judges_by_the_new_date_whichever_of_it_and_the_seal_comes_first(lab):
    equal(crossings(lab, 'audit', 'sent back', ['Extended'], {'Sealed'}, tight=True), 1)


@test
def return_ends_the_same_whether_the_result_is_signed_before_or_after_the_apology_is_issued(lab):
    story, held = lab.stories['extended'], []
    kinds = [kind for _, kind in (story[i] for i in range(len(story.events)))]
    signed, issued = kinds.index('Signed'), kinds.index('ApologyIssued')
    check(signed < issued, 'as it was recorded', kinds)
    before = list(range(len(kinds)))
    for order in (before, before[:signed] + before[signed + 1:issued + 1] + [signed] + before[issued + 1:]):
        held.append(Copy(lab, 'return', story, len(kinds), True, 'component').play(order))
    equal(held[1], held[0], 'how it ends')


@test
def a_period_is_left_out_of_the_step_whichever_of_it_and_what_opens_the_step_comes_first(lab):
    """And each step that ends behind both says so, whoever asks it."""
    for service, opens, kept in (('approval', 'Appraised', 'step'), ('approval', 'Endorsed', 'step'), ('appraisal', 'SentBack', 'step'), ('return', 'Signed', None),
                                 ('return', 'HandOverTaken', None), ('appraisal', 'DraftReturned', None)):
        for name in ('sent back', 'many steps'):
            story = lab.stories[name]
            kinds = [kind for _, kind in (story[i] for i in range(len(story.events)))]
            if opens not in kinds or story[kinds.index(opens)][0] == service:
                continue
            at, held = len(kinds) - 1 - kinds[::-1].index(opens), []
            for x_first in (True, False):
                c = Copy(lab, service, story, at, x_first, 'PeriodExcluded')
                held.append(c.play())
                until = f"(SELECT upper(left_out) FROM {quoted(service + '.dossier')} WHERE id = '{c.id}')"
                if kept:
                    rows = lab.s.rows(f"SELECT step, round, due_at > {until} AS behind FROM {quoted(service + '.' + kept)} WHERE dossier = '{c.id}' ORDER BY 1, 2")
                    equal(rows[-1]['behind'], True, f'{service}: {opens}, the step has the time behind the period: {rows}')
                clocks = [SCHEMA.decode('LifecycleEvent', bytes.fromhex(r['v'])).get('step_clock') for r in lab.s.rows(
                    f"SELECT encode(value, 'hex') AS v FROM {quoted(service + '.outbox_row')} WHERE key = '{c.id}' ORDER BY id")]
                last = [k for k in clocks if k][-1]
                check(last['due_at'] > micros(ASKED) and not last.get('minutes_late'), f'{service}: what the event that ends it says', last)
            equal(held[1], held[0], f'{service}: {opens} of "{name}", how it ends')


class Unaware(Copy):
    """The approver lets the citizen have it back before he hears of any part that was given, or of what was appraised."""

    def event(self, i):
        e = super().event(i)
        if self.story[i][1] == 'WithdrawalGranted':
            given = next(x for x in self.story.events if 'contributed' in x or 'appraised' in x)
            proto.set_seen(e, {**proto.seen_of(e), 'appraisal': given['version'] - 1})
        return e


@test
def intake_knows_who_has_the_papers_whichever_of_a_turn_and_the_end_comes_first(lab):
    """The unit whose turn it is gives its part, and the papers go to the next one, while the dossier is given back."""
    story, held = lab.stories['broken off'], []
    kinds = [kind for _, kind in (story[i] for i in range(len(story.events)))]
    end, given = kinds.index('WithdrawalGranted'), kinds.index('Contributed')
    equal((kinds[given:given + 2], end), (['Contributed', 'PartsOpened'], len(kinds) - 1), 'as it was recorded')
    for at in (given, given + 1, end):
        c = Unaware(lab, 'intake', story, len(kinds), True, 'component')
        before = list(range(end))
        held.append(c.play(before[:at] + [end] + before[at:]))
        holdings = lab.s.rows(f"SELECT unit, act FROM intake.holdings_of('{c.id}') ORDER BY n")
        equal([(h['unit'], h['act']) for h in holdings[-3:]], [('H11.10', 'open_parts'), ('H11.11', 'open_parts'), ('H11.07', 'grant_withdrawal')])
        went = lab.s.rows(f"SELECT result FROM intake.turns_of('{c.id}') ORDER BY given_at")
        equal([w['result'] for w in went], [None, 'early', None], 'how the work went of who gave them on; what was broken off is not judged')
    equal(held[1], held[0], 'how it ends')
    equal(held[2], held[0], 'how it ends')


@test
def intake_knows_who_has_the_papers_whichever_of_a_steps_end_and_the_dossiers_comes_first(lab):
    """The papers go on to the unit of the next step while the dossier is given back."""
    story, held = lab.stories['gone on'], []
    kinds = [kind for _, kind in (story[i] for i in range(len(story.events)))]
    end, ended = kinds.index('WithdrawalGranted'), kinds.index('Appraised')
    equal((ended, end), (len(kinds) - 2, len(kinds) - 1), 'as it was recorded')
    before = list(range(end))
    for at in (ended, end):
        c = Unaware(lab, 'intake', story, len(kinds), True, 'component')
        held.append(c.play(before[:at] + [end] + before[at:]))
        last, = lab.s.rows(f"SELECT unit, act FROM intake.holdings_of('{c.id}') ORDER BY n DESC LIMIT 1")
        equal((last['unit'], last['act']), (DISTRICT, 'go_on'))
        went, = lab.s.rows(f"SELECT result FROM intake.holding WHERE dossier = '{c.id}' AND act = 'go_on'")
        equal(went['result'], 'early')
    equal(held[1], held[0], 'how it ends')


@test
def whatever_order_the_events_come_in_a_listener_ends_the_same(lab):
    """All events of a story that audit gets, backwards, and each source's as a block: the rule of versions puts them right."""
    s, story = lab.s, lab.stories['sent back']
    outcomes = []
    for arrange in (lambda es: es, lambda es: es[::-1], lambda es: sorted(es, key=source_of), lambda es: sorted(es, key=source_of, reverse=True),
                    lambda es: es + es, lambda es: es[1::2] + es[::2]):
        c = Copy(lab, 'audit', story, len(story.events), True, 'component')
        before = c.figures()
        s.submit('audit', *[SCHEMA.encode('LifecycleEvent', e) for e in arrange([c.event(i) for i in range(len(story.events))])])
        outcomes.append({**c.held(), 'figures': {k: v - before.get(k, 0) for k, v in c.figures().items()}})
        told = [e['type'] for e in s.get('audit', f'/v1/dossiers/{c.code}/history', INSPECTOR)['entries']]
        check(told.index('Received') == 0 and told[-1] == 'Archived', 'the history is in order of cause', told)
        check(told.index('SentBack') < told.index('Granted') < told.index('Signed') < told.index('Sealed'), 'the history is in order of cause', told)
    for o in outcomes[1:]:
        equal(o, outcomes[0], 'how it ends')


main(Laboratory)
