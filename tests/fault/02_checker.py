#!/usr/bin/env python3
"""The checker is checked: a real system carries a few dozen dossiers, and nothing is wrong with it. Then its database (in a transaction
that is rolled back), the client's journal or what was read from the topics is damaged in one way after the other, and each
damage is named by the invariant that it breaks."""
import contextlib
import copy
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests/lib'), str(ROOT)]
import proto  # noqa: E402
from chains import ENDORSED, HANDED_ON, SECOND, handed_on, two_levels  # noqa: E402
from chains import desk as two_level_desk  # noqa: E402
from story import ADMIN, BIRTH, DISABILITY, LAND, MOBILE_BIRTH, OPERATOR, OWN_HOURS, PETROL, PHAN_THIET, WILL, Desk, Dossier, applicant, costs, forward_to, new_holiday, petrol_desk, reception  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, say, test, until  # noqa: E402
from tests.fault.check import CannotCheck, Memory, Topics, leaks, measure, run, unrest  # noqa: E402
from tests.fault.check.report import lines  # noqa: E402
from tests.fault.harness.journal import named_in  # noqa: E402


class Journaled(System):
    """A system whose client writes down what it asks for and what it is told."""

    def __init__(self, **more):
        super().__init__(**more)
        self.number, self.journal, self.poisoned = 0, None, []

    def __enter__(self):
        super().__enter__()
        self.journal = self.dir / 'journal.jsonl'
        return self

    def call(self, service, method, path, who, body=None, key=None, raw=None, **more):
        if method != 'POST' or not key or self.journal is None:
            return super().call(service, method, path, who, body, key=key, raw=raw, **more)
        data = raw if raw is not None else json.dumps(body, ensure_ascii=False).encode()
        self.number += 1
        line = {'id': self.number, 'service': service, 'method': method, 'path': path, 'actor': who, 'key': key,
                'body_sha256': hashlib.sha256(data).hexdigest(), **named_in(path, data)}
        late = (more.get('headers') or {}).get('Taicho-Late-Entry')
        line.update({'late': late} if late else {})
        self.write({'t': time.time(), 'phase': 'sent', **line})
        a = super().call(service, method, path, who, key=key, raw=data, **more)
        self.write({'t': time.time(), 'phase': 'answered', **line, 'status': a.status, 'answer': a.json})
        return a

    def write(self, line):
        with open(self.journal, 'a', encoding='utf-8') as f:
            f.write(json.dumps(line, ensure_ascii=False) + '\n')


def each(dossiers, *verbs):
    """One act after the other, each for all dossiers, so that events travel meanwhile."""
    for verb in verbs:
        for d in dossiers:
            getattr(d, verb)()


def play(s):
    """A few dozen dossiers of every kind; some stay open on their way."""
    desks = [Desk(f'H11.35.{n}') for n in (21, 22, 23)]
    at_spot = [Dossier(s, desks[i % 3], BIRTH) for i in range(18)]
    office = [Dossier(s, Desk(f'H11.35.{n}', at_counter=False), p) for n in (24, 25) for p in (MOBILE_BIRTH, DISABILITY)]
    back, against, granted = at_spot[0:3], at_spot[3:6], at_spot[6:18]

    each(at_spot + office, 'receive')
    for desk in desks:
        s.must('intake', '/v1/refusals', desk.receiver, {
            'counter': desk.counter, 'procedure': BIRTH, 'channel': 'counter', 'applicant': applicant(), 'reasons': ['not_eligible'], 'explanation': 'Không đủ điều kiện'})
    # What is refused leaves nothing; a key that is sent twice has one effect.
    equal(s.post('intake', '/v1/dossiers', desks[0].receiver, reception(desks[0], procedure='9.999999')).status, 422, 'no such procedure')
    for _ in range(2):
        equal(s.post('intake', '/v1/dossiers', desks[0].receiver, reception(desks[0]), key='the-same-key').status, 201, 'one key twice')
    at_spot[0].refused('appraisal', 'conclude', at_spot[0].desk.appraiser, {'opinion': 'for', 'draft': {'id': at_spot[0].id, 'sha256': '0' * 64, 'pages': 1}}, 409)

    each(office, 'give_transfer', 'take_transfer')
    each(at_spot[:-1], 'assign')                       # the last one is never taken up
    for d in office:
        d.assign(by=d.desk.head)
    each(back + granted[:-2], 'conclude')
    for d in against:
        d.conclude('against')
    each(office, 'conclude')
    each(back, 'send_back', 'assign')
    for d in back:
        d.conclude(content=b'%PDF-1.4 another draft')
    each(back + granted[:-3] + office, 'grant')
    each(against, 'refuse')
    each(back + against + granted[:-4] + office, 'sign')
    second = [d for d in office if d.procedure == DISABILITY]
    for d in second:
        until(lambda d=d: (r := d.in_list('appraisal', d.desk.appraiser)) and r['state'] == 'queued', 10, 'a second appraisal is open')
        d.assign(by=d.desk.head).conclude(content=b'%PDF-1.4 certificate').decided()
    for d in back + against + granted[:-5] + office:
        d.number(refusal=d in against)
    each(back + against + granted[:-6] + office, 'seal')
    each(office, 'give_result', 'take_result')
    each(back + against + granted[:-7] + office, 'make_ready')
    each(against + granted[:-8] + office, 'deliver')
    each(back[1:], 'send')                              # by post; one comes back
    each(back[1:2], 'come_back')
    each(back[:2], 'deliver_to_proxy')
    each(back + against + granted[:-9], 'archive')
    enter_late(s)
    gone = go_back(s, desks[0])
    speak(back[:2], granted[-1], gone)
    before_acceptance(s, desks[1])
    lose_papers(s, Desk('H11.35.26', at_counter=False))
    be_late(s, desks, granted)
    cut_short(s)
    be_wrong(s)
    link(s)
    ask_beside(s)
    go_on(s)
    hand_on(s)
    part(s)
    pay(s)
    be_warned(s)
    cannot_be_read(s, at_spot[0])


def cannot_be_read(s, d):
    """Bytes that nobody can read, under the key of a dossier that has ended: all who listen to intake have a dead letter, which is given up."""
    partition, end = proto.stage_partition(d.id), {p: high for p, (_, high) in enumerate(s.kafka.watermarks({POISONED: 12})[POISONED])}
    s.kafka.write(POISONED, partition, d.id.encode(), b'\xff\xff no event')
    s.poisoned = [{'topic': POISONED, 'partition': partition, 'offset': end[partition]}]
    for name in ('appraisal', 'approval', 'return', 'audit'):
        letter = until(lambda name=name: s.value(f'SELECT id FROM "{name}".dead_letter'), 15, f'{name} has a dead letter')
        equal(s.call(name, 'POST', '/ops/dead/discard', OPERATOR, {'id': int(letter), 'reason': 'một thử nghiệm'}).status, 200, f'{name} gives it up')


POISONED = 'taicho.intake.v1'
FILES = [{'name': 'Tờ khai', 'form': 'electronic'}]


def filed(s, desk, reference):
    """What a citizen files on the portal for that counter; its id."""
    return s.must('intake', '/v1/submissions', ('cong-dvc', 'portal', 'H11'), {
        'reference': reference, 'unit': desk.unit, 'procedure': BIRTH, 'applicant': applicant(), 'components': FILES})['id']


def be_warned(s):
    """An hour and a half goes by: at the counter, steps that nobody did have passed; at the offices others have time left. On the last day for an
    apology papers still lie at a counter that should have gone the day before, others came today, a result waits for its number, and of one the head asks for a
    supplement behind its term."""
    lies, comes, found = (Dossier(s, Desk('H11.35.22', at_counter=False), MOBILE_BIRTH) for _ in range(3))
    lies.receive()
    each((found,), 'receive', 'give_transfer', 'take_transfer', 'assign')
    late = lambda table, column='warning': int(s.value(f"SELECT count(*) FROM {table} WHERE {column} = 'late'"))
    s.ctl('clock', 'forward', '90m')
    until(lambda: late('appraisal.step') and late('approval.step') and late('return.document', 'step_warning'), 15, 'steps have passed')
    forward_to(s, s.value("SELECT intake.civil(max(near_at)) FROM appraisal.part WHERE state = 'queued'"))
    until(lambda: s.value("SELECT count(*) FROM appraisal.part WHERE state = 'queued' AND warning = ''") == '0', 15, 'units that are waited for are warned')
    forward_to(s, s.value(f"SELECT intake.civil(due_at + interval '90 minutes') FROM intake.timer WHERE act = 'due' AND subject = '{lies.id}'"))
    until(lambda: late('intake.transfer') and 'DueNear' in lies.story(), 15, 'a transfer has passed, and an apology is prepared')
    comes.receive()
    found.ask_supplement(by=found.desk.head, ground='new_finding')
    filed(s, Desk('H11.35.22'), 'DVC-today')                # those of the days before have passed
    for how in ({'channel': 'online', 'components': [{'name': 'Đơn', 'form': 'electronic'}]}, {}):      # units that were asked before have kept silent
        Dossier(s, petrol_desk(), PETROL).receive(**how).give_transfer().take_transfer().assign()
    Dossier(s, Desk('H11.35.22'), BIRTH).receive().assign().conclude().decided().becomes('closing')
    due = "SELECT count(*) FROM appraisal.timer t, appraisal.clock c WHERE t.due_at < clock_timestamp() + c.offset_us * interval '1 us'"
    until(lambda: s.value(due) == '0', 30, 'what fell due is done')        # of two parts that lapse at one moment the second is tried again later


def be_wrong(s):
    """Results that were wrong: one is corrected twice, by post and by a proxy; of one the correction is not signed, of one it waits for
    its seal, of one for the approver."""
    twice, left, signed, waits = (Dossier(s, Desk(f'H11.35.{n}', at_counter=False), MOBILE_BIRTH) for n in (26, 27, 26, 27))
    all_four = (twice, left, signed, waits)
    each(all_four, 'receive', 'give_transfer', 'take_transfer', 'assign', 'conclude', 'decided', 'number', 'seal')
    each((twice, left), 'give_result', 'take_result', 'make_ready', 'deliver', 'archive')
    for d in all_four:
        d.becomes('returned' if d in (twice, left) else 'finished')
        d.correct(reported_by='agency' if d is left else 'citizen')
    each((twice, signed), 'sign_correction')
    left.leave_result()
    twice.issue_correction().hand_correction()
    which = {'document': twice.correction['id']}
    twice._post('return', f'/v1/returns/{twice.id}/came-back', twice.desk.returner, {**which, 'reason': 'absent'})
    twice._post('return', f'/v1/returns/{twice.id}/deliver', twice.desk.returner, {**which, 'delivery': 'counter', **twice.proxy(paper='identity')})
    twice.correct('wrong_law', unit='H11.35', content=b'%PDF-1.4 once more')
    twice.sign_correction()
    twice.issue_correction()


def part(s):
    """Two that were supplied, so that their clocks have parted: what came to one follows its other papers, what came to the other is lost on the
    way. Then a day off is declared, and every open date is counted again; of two complaints one is answered by that calendar, the other waits."""
    supplied = [Dossier(s, Desk('H11.35.22', at_counter=False), MOBILE_BIRTH) for _ in range(2)]
    each(supplied, 'receive', 'give_transfer', 'take_transfer', 'assign', 'ask_supplement')
    for d in supplied:
        d.becomes('awaiting_supplement')
    supplied[0].supply()
    supplied[1].supply(without={1: 'held_by_agency'})
    each(supplied, 'give_supply')
    supplied[0].take_supply()
    supplied[1].lose(2, found='transfer')
    land = Dossier(s, Desk('H11.35', at_counter=False), LAND).receive().give_transfer().take_transfer().assign()
    land.find('remote_area')
    land.exclude('expert_examination', s.business_now(), '2019-10-09T09:00:00+07:00')
    examined = Dossier(s, Desk('H11.35', at_counter=False), LAND).receive().give_transfer().take_transfer().assign().verify()     # that step is over
    examined.exclude('expert_examination', s.business_now(), '2019-10-09T09:00:00+07:00')
    until(lambda: s.get('appraisal', f'/v1/appraisals/{examined.id}', examined.desk.appraiser)['left_out'], 10, 'appraisal knows of the period')
    examined.assign().conclude()                # and the steps behind it begin while the period goes on
    taxed = Dossier(s, Desk('H11.35', at_counter=False), LAND).receive().give_transfer().take_transfer().assign().verify().assign().conclude().endorse().decided()
    until(lambda: s.get('intake', f'/v1/dossiers/{taxed.id}', taxed.desk.appraiser)['obligations'], 15, 'the obligation is expected')
    taxed.owe()
    taxed.pay(document=taxed.evidence())
    for d in supplied:
        d.complain(channel='post')
    supplied[0].complain(channel='post', category='other')
    supplied[0].reply(2, supplied[0].desk.head)                 # it keeps the dates that it was answered by, whatever comes
    new_holiday(s, '2019-10-04')
    until(lambda: s.get('intake', '/v1/deadlines/changes', ADMIN)['items'], 10, 'the release is in use')
    release = s.get('intake', '/v1/deadlines/changes', ADMIN)['release']
    s.ctl('deadlines', 'move', '--release', release, '--batch', 'NGHI-2019-10-04', '--reason', 'Nghỉ bù')
    for d in supplied:
        until(lambda d=d: 'DueMoved' in d.story(), 15, 'its dates were counted again')
    supplied[0].reply(1, supplied[0].desk.head)
    supplied[0].publish_answer(2, supplied[0].desk.head)
    equal(s.value("SELECT count(DISTINCT answer_due_at::date) FROM intake.complaint WHERE dossier IN ('%s', '%s')" % tuple(d.id for d in supplied)), '2',
          'it had a day more')
    ask_twice(s)


def ask_twice(s):
    """What is late by rule: of two a supplement is asked once more; one is withdrawn, one waits."""
    gone, waits = twice = [Dossier(s, Desk('H11.35.22', at_counter=False), MOBILE_BIRTH) for _ in range(2)]
    each(twice, 'receive', 'give_transfer', 'take_transfer', 'assign', 'ask_supplement')
    for d in twice:
        d.becomes('awaiting_supplement').supply()
    for d in twice:
        until(lambda d=d: (r := d.in_list('appraisal', d.desk.appraiser)) and r['round'] == 2, 15, 'the next round is open')
        d.assign().ask_supplement(by=d.desk.head, ground='incomplete_answer')
        d.becomes('awaiting_supplement')
    gone.ask_back()
    gone.let_go()
    gone.becomes('withdrawn')


def cut_short(s):
    """Dossiers that are not to be handled any further: one has its notice, of one it waits for its seal, one goes on, one waits for the approver."""
    told, signed, on, waits = (Dossier(s, Desk('H11.35.23', at_counter=False), MOBILE_BIRTH) for _ in range(4))
    each((told, signed, on, waits), 'receive', 'give_transfer', 'take_transfer', 'assign')
    told.ask_supplement()
    told.becomes('awaiting_supplement')
    signed.conclude()
    told.ask_stop('authority_order')
    for d in (signed, on, waits):
        d.ask_stop()
    each((told, signed), 'sign_stop')
    on.go_on()
    each((told,), 'issue_notice', 'hand_notice')


def link(s):
    """Linked units: files at all of them at once, papers at one; of each kind one that is concluded and one that waits; one is asked about anew; of one
    each turn is signed for, at first not taken; of one neither unit says anything."""
    files = {'channel': 'online', 'components': [{'name': 'Đơn', 'form': 'electronic'}]}
    done, at_once, on_paper, in_order, anew, gone, signed, _silent = linked = [Dossier(s, petrol_desk(), PETROL) for _ in range(8)]
    for d in linked:
        d.receive(**(files if d in (done, at_once, anew, _silent) else {}))
    each(linked, 'give_transfer', 'take_transfer', 'assign')
    anew.ask_supplement()
    signed.refuse_turn(by='H11.10-vt01')
    signed.take_turn(by='H11.10-td02')
    for d in (done, at_once, on_paper, in_order, gone, signed):
        d.contribute('H11.10-td01', 'against', reasons=['not_eligible'])
    signed.take_turn(by='H11.11-td01')
    for d in (done, on_paper, signed):
        d.contribute('H11.11-td01')
    signed.take_turn(by='H11.07-pd02')
    for d in (done, on_paper, signed):
        d.conclude()
    in_order.lose(1, found='other', by='H11.11-td01')          # it is its turn: it has the papers
    anew.becomes('awaiting_supplement')
    anew.supply(channel='post')
    gone.ask_back()
    gone.let_go()


def ask_beside(s):
    """What appraisers do beside the process: each looks twice; of one the unit that he asked has answered, of one it waits, of one its hour passes; of one
    on paper the turns go on."""
    done, _waits, _silent = own = [Dossier(s, Desk('H11.35.28', at_counter=False), MOBILE_BIRTH) for _ in range(3)]
    each(own, 'receive', 'give_transfer', 'take_transfer', 'assign', 'verify_beside', 'verify_beside')
    turns = Dossier(s, petrol_desk(), PETROL).receive().give_transfer().take_transfer().assign()
    for d, unit, hours in zip((*own, turns), ('H11.35.29', 'H11.35.29', 'H11.35.30', 'H11.12'), (16, 16, 1, 8)):
        d.ask_opinion(unit, hours=hours)
    done.contribute('H11.35.29-td01', 'for')
    turns.contribute('H11.12-td01')
    done.conclude()


def go_on(s):
    """Units of two levels, one behind the other: the papers of one are signed for, go back and on; of one they are lost where they went; one was
    not taken, one ends there, one is of files."""
    two_levels(s)
    signed, lost, refused, gone, files = chain = [Dossier(s, two_level_desk(), ENDORSED) for _ in range(5)]
    for d in chain:
        d.receive(**({'channel': 'online', 'components': FILES} if d is files else {})).give_transfer().take_transfer().assign().conclude()
    went_on = lambda d: s.value(f"SELECT turn_act FROM intake.dossier WHERE id = '{d.id}'") == 'go_on'    # noqa: E731
    until(lambda: all(went_on(d) for d in chain), 15, 'the district has them')
    signed.take_turn(by=f'{PHAN_THIET}-vt01')
    signed.return_draft().assign().conclude(content=b'%PDF-1.4 another draft').endorse().decided()
    lost.lose(1, found='other', by=f'{PHAN_THIET}-td03')
    refused.refuse_turn(by=f'{PHAN_THIET}-vt01')
    gone.ask_back()
    gone.let_go()


def hand_on(s):
    """Two departments decide, and the first one signs the papers over to the second: of one they were taken, of one not, one is on its way, one lies still."""
    handed_on(s)
    first, second = petrol_desk(), Desk(SECOND, counter='H11.01-Q7', at_counter=False)
    second.appraiser = f'{SECOND}-td02'
    taken, refused, given, _lies = chain = [Dossier(s, first, HANDED_ON) for _ in range(4)]
    each(chain, 'receive', 'give_transfer', 'take_transfer', 'assign', 'conclude', 'decided')
    again = lambda: s.value(f"SELECT count(*) FROM intake.transfer t JOIN intake.dossier d ON d.id = t.dossier WHERE d.procedure = '{HANDED_ON}' AND t.step = 5") == '4'    # noqa: E731
    until(again, 15, 'papers are to go to the second department')
    for d in (taken, refused, given):
        d.give_transfer()
    taken.take_transfer(by=f'{SECOND}-vt01')
    refused._post('intake', f'/v1/dossiers/{refused.id}/transfers/refuse', f'{SECOND}-vt01', {'reason': 'thiếu trang'})
    taken.desk = second
    taken.assign()


def be_late(s, desks, granted):
    """Results that will be late: the apology is issued in time and on the last day, before the result and behind it, not signed, and waits."""
    late = [Dossier(s, Desk(f'H11.35.{n}', at_counter=False), p) for n, p in ((24, MOBILE_BIRTH), (25, MOBILE_BIRTH), (24, DISABILITY), (25, MOBILE_BIRTH))]
    whole, again, waits, behind = late
    today = granted[-2]                                 # due today, and only assigned: an apology is a breach
    each(late, 'receive', 'give_transfer', 'take_transfer')
    for d in late:
        d.assign(by=d.desk.head)
        d.ask_more('2019-11-15T16:00:00+07:00', by=d.desk.head)
    again.keep_date()
    until(lambda: s.get('intake', f'/v1/dossiers/{again.id}', again.desk.receiver)['extension']['state'] == 'refused', 10, 'the date stays')
    again.ask_more('2019-11-08T16:00:00+07:00', by=again.desk.head, reason='other_unit', content=b'%PDF-1.4 a better date')
    today.ask_more('2019-10-17T16:00:00+07:00', reason='system_fault')
    each([whole, again, behind, today], 'sign_apology')
    each([whole, today], 'issue_apology')
    each([whole], 'hand_apology')
    for d in (whole, behind):
        d.conclude().decided().number() if d is whole else d.conclude().decided()
    result = {'document': behind.draft['id']}           # two of its documents are being issued
    for verb, more in (('number', {'series': behind.desk.result_series}), ('seal', {'seal': behind.desk.seal})):
        behind._post('return', f'/v1/returns/{behind.id}/{verb}', behind.desk.clerk, {**result, **more})
    each([behind], 'issue_apology')
    each([whole], 'seal', 'give_result', 'take_result', 'make_ready', 'deliver', 'archive')
    again.conclude()                                    # numbered is its apology, not sealed
    s.must('return', f'/v1/returns/{again.id}/number', again.desk.clerk, {'series': again.desk.apology_series, 'document': again.apology['id']})


def enter_late(s):
    """The counter went on, on paper: one whole dossier, and one that goes on as usual."""
    Dossier(s, Desk('H11.35.21'), BIRTH).on_paper('2019-10-01T07:05:00+07:00').whole()
    Dossier(s, Desk('H11.35.24', at_counter=False), MOBILE_BIRTH).on_paper('2019-10-01T07:05:00+07:00').receive().give_transfer().on_paper(None).take_transfer()


def before_acceptance(s, desk):
    """One is told what is missing and stays away, one is told twice, files by another person and has an original back."""
    away, comes = (Dossier(s, desk, BIRTH) for _ in range(2))
    away.guide(applicant=applicant(identity_number='060123456780'))
    first = comes.guide()
    comes.guide(ground='new_finding', superior=desk.head)
    comes.receive(guidance=first, proxy={'name': 'Lê Văn Thay', 'identity_number': '001999888777', 'authorisation': 'Giấy ủy quyền'},
                  components=[{'name': 'Sổ', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}, {'name': 'Ảnh', 'form': 'electronic'}])
    comes.give_back(delivery='post', consignment='EE123456785VN')
    online = [filed(s, desk, f'DVC-{n}') for n in range(4)]
    Dossier(s, desk, BIRTH).receive(submission=online[0], channel='online', components=FILES)
    s.must('intake', '/v1/refusals', desk.receiver, {'counter': desk.counter, 'procedure': BIRTH, 'channel': 'online', 'applicant': applicant(),
                                                     'reasons': ['not_eligible'], 'explanation': 'Không đủ điều kiện', 'submission': online[1]})
    equal(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, channel='online', components=FILES, submission=online[1])).status, 409, 'answered once')


def lose_papers(s, desk):
    """Originals that are to go back: one is lost and found again, one was damaged and is paid, one is still looked for where it was taken."""
    sheet = {'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}
    d = Dossier(s, desk, MOBILE_BIRTH).receive(components=[{'name': f'Sổ {n}', **sheet} for n in range(1, 5)])
    d.lose(1)
    d.give_transfer()
    d.lose(2, what='damaged', found='transfer')
    d.settle_loss(1, by='H11.35-tr01')
    d.settle_loss(2, 'paid', responsible=desk.unit, paid_vnd=300000)
    d.take_transfer()
    d.lose(3, found='other', by=desk.appraiser)
    d.bring_back(4)
    d.refuse_back()
    d.bring_back()
    d.take_back()
    d.give_back(1, who='proxy', collector=d.note_collector()['id'])


def speak(done, waiting, gone):
    """What citizens say: ratings of what has ended, complaints that are answered, refused and wait."""
    a, b = done
    for d in done:
        d.becomes('returned')
    a.rate(a.desk.device, contacts=1)
    b.rate(b.desk.head, means='slip', satisfaction='neutral', attitude='poor', contacts=3, agencies=2, remark='Chờ lâu')
    a.refused('intake', 'rating', a.desk.device, {'by': 'device', 'satisfaction': 'satisfied', 'attitude': 'good', 'contacts': 0, 'agencies': 1}, 409)
    gone.rate(gone.desk.device, satisfaction='dissatisfied')
    for n, category in ((1, 'attitude'), (2, 'fee')):
        equal(b.complain(category=category, about=b.desk.receiver)['number'], n)
    b.reply(1, b.desk.head)
    b.refuse_complaint(2, b.desk.head)
    a.complain(channel='post')
    a.ask_complainant(1, a.desk.head)
    a.supply_complaint(1)
    a.reply(1, a.desk.head, justified=False)
    a.publish_answer(1, a.desk.head)
    waiting.complain(channel='online', category='other')
    waiting.complain(channel='post', category='delay')
    waiting.ask_complainant(2, waiting.desk.head)


def pay(s):
    """What is to be paid: one is paid in three ways and handed over, one is refused and gets its fee back, one waits with its result."""
    any_ = {'kind': 'fee', 'basis': 'Nghị quyết', 'valid_from': '2019-10-01'}
    costs(s, [{**any_, 'code': 'le-phi', 'kind': 'charge', 'amount_vnd': 50000, 'due': 'intake', 'exemptions': ['elderly']},
              {**any_, 'code': 'tham-dinh', 'amount_vnd': 200000, 'due': 'intake', 'refund': ['refused']},
              {**any_, 'code': 'cap-phep', 'amount_vnd': 150000, 'due': 'return'}], WILL)
    whole, against, waits = (Dossier(s, Desk('H11.35.30'), WILL) for _ in range(3))
    each([whole, against, waits], 'receive')
    whole.waive_fee('le-phi', 'elderly')
    for d in (whole, against, waits):
        d.pay_fee('tham-dinh')
    against.appraised('against').refuse().sign().returned(refusal=True).becomes('returned')
    against.refund_fee('tham-dinh', amount_vnd=150000)
    for d in (whole, waits):
        d.appraised().decided().number().seal().make_ready()
        until(lambda d=d: len([f for f in d.track()['owed'] if f['fee'] == 'cap-phep']) == 1, 15, 'the result lies ready')
    whole.pay_fee('cap-phep', by=('cong-dvc', 'portal', 'H11'), means='online')
    whole.deliver().archive()


def go_back(s, desk):
    """Citizens who want their dossiers back: one gets it, one does not, one waits."""
    mind = [Dossier(s, desk, BIRTH) for _ in range(3)]
    each(mind, 'receive', 'assign', 'ask_back')
    mind[0].let_go()
    mind[0].becomes('withdrawn')
    mind[1].keep()
    return mind[0]


class Scene:
    """A system that came to rest and was stopped, its client's journal, and what its topics hold."""

    def __init__(self, s, conninfo):
        self.s, self.conninfo = s, conninfo
        self.lines = [json.loads(line) for line in s.journal.read_text(encoding='utf-8').splitlines()]
        self.topics, self.events = Topics(s.brokers), {}

    def run(self, lines=None, sql=None, topics=None, tail='', **more):
        """What the checker finds when the journal, the database or the topics are others; the database is so for the checker only."""
        path = self.s.dir / 'journal.checked'
        path.write_text(''.join(json.dumps(line) + '\n' for line in (self.lines if lines is None else lines)) + tail, encoding='utf-8')
        if sql:
            more['begin'] = 'BEGIN; SET LOCAL session_replication_role = replica; ' + sql
        poisoned = self.s.poisoned + more.pop('poisoned', [])
        more.setdefault('memory', Memory(self.events))
        return run(self.conninfo, self.s.brokers, [path], complete=True, topics=topics or self.topics, poisoned=poisoned, **more)


@contextlib.contextmanager
def scene():
    with Journaled(what='checker', changes=OWN_HOURS) as s:
        processes = {n: x.process.pid for n, x in s.services.items()}
        conninfo = f"{s.server} dbname={s.database} user={s.pg['user']} password={s.pg['password']}"
        before = measure(processes, conninfo)
        play(s)
        until(lambda: not unrest(conninfo, s.brokers), 30, 'it comes to rest')
        after = measure(processes, conninfo)
        wrong = s.stop()
        check(not wrong, 'the services end well', *wrong)
        made = Scene(s, conninfo)
        made.before, made.after = before, after
        yield made


@test
def a_system_that_came_to_rest_is_in_order(at):
    begin = time.monotonic()
    violations, counts = at.run(topics=Topics(at.s.brokers))
    for line in lines(violations, counts):
        say(line)
    say(f'checked in {time.monotonic() - begin:.2f} s')
    equal(violations, [], 'violations')
    for invariant in ('V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V9', 'V10', 'V12'):
        check(counts[invariant]['looked_at'] > 20, f'{invariant} looked at something', counts)
    equal(counts['V1']['extensions'], 2, 'dates that an apology moved')
    equal(counts['V1']['stops'], 2, 'stop notices that were signed')
    equal(counts['V1']['corrections'], 2, 'corrections that were issued')
    equal((counts['V8']['poisoned messages'], counts['V8']['dead letters'], counts['V8']['dead letters to publish']), (1, 4, 4), 'one message was poisoned, and has four readers')
    equal(counts['V5']['Merkle tree and signed checkpoints'], 'not there', 'what is not there is not counted as good')


@test
def the_command_line_says_the_same_and_tells_by_its_status(at):
    def call(*arguments, conninfo=at.conninfo):
        return subprocess.run([sys.executable, '-m', 'tests.fault.check', '--conninfo', conninfo, '--kafka', at.s.brokers, '--journal', at.s.journal,
                               *arguments], cwd=ROOT, capture_output=True, text=True)
    told, poison = at.s.dir / 'told.json', at.s.dir / 'poisoned.jsonl'
    poison.write_text(''.join(json.dumps(p) + '\n' for p in at.s.poisoned))
    good = call('--json', told, '--poisoned', poison)
    equal(good.returncode, 0, f'status of a system in order: {good.stdout[-2000:]}{good.stderr[-2000:]}')
    equal(json.loads(told.read_text())['violations'], [], 'violations as JSON')
    with poison.open('a') as f:
        f.write('{"topic": "taicho.intake.v1", "partition": 0, "offset": 999}\n')
    bad = call('--poisoned', poison)
    equal(bad.returncode, 1, 'status of a violation')
    check('V8 taicho.intake.v1 [0] @999: audit has 0 dead letters' in bad.stdout, 'a line for each', bad.stdout)
    equal(call(conninfo=at.conninfo.replace('dbname=', 'dbname=not_')).returncode, 2, 'status without a database')


# ---- damages. Each: what breaks, the invariant that names it, a word of what is said; then SQL, or what it does to the journal or topics.

DOSSIER = "(SELECT id FROM intake.dossier WHERE state = 'returned' ORDER BY code LIMIT 1)"
EXTENDED = "(SELECT id FROM intake.dossier WHERE state = 'returned' AND extension = 'issued')"
STOPPED = "(SELECT id FROM intake.dossier WHERE state = 'stopped')"
SUPPLIED = "(SELECT min(dossier::text)::uuid FROM intake.supplement WHERE received_at IS NOT NULL AND dossier NOT IN (SELECT dossier FROM intake.supplement WHERE number > 1))"
OPEN = "(SELECT dossier FROM approval.step WHERE state = 'pending' ORDER BY 1 LIMIT 1)"


def last_row(service):
    return f"(SELECT max(id) FROM \"{service}\".outbox_row WHERE topic = 'taicho.{service}.v1')"


BEFORE, LATEST = 1569888000000000, 4000000000000000      # 07:00 on the day that is played, and long after it
LATE = "position('\\xca01076e6574776f726b'::bytea IN value) > 0"     # late_reason: network


def varint(n):
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    return bytes(out) + bytes([n])


def field(number, value):
    """A field behind an event that has it already, as hexadecimal: the last one counts."""
    data = varint(value) if isinstance(value, int) else varint(len(value)) + value.encode()
    return (varint(number << 3 | 2 * isinstance(value, str)) + data).hex()


def second(kind, of='intake'):
    """The first event of a kind once more, with another id and version (a field that comes twice counts as it comes last)."""
    return f"""INSERT INTO {of}.outbox_row (xid, topic, "partition", key, event_id, type, time, content, value)
         SELECT xid, topic, "partition", key, gen_random_uuid(), type, time, content, value || '\\x2863'::bytea
           FROM {of}.outbox_row WHERE type LIKE '%{kind}' ORDER BY id LIMIT 1"""


IN_THE_DATABASE = [
    ('a_dossier_that_was_acknowledged_is_gone', 'V1', 'acknowledged with code', f'DELETE FROM intake.dossier WHERE id = {DOSSIER}'),
    ('a_dossier_is_known_to_intake_alone', 'V1', 'holds None', f'DELETE FROM approval.dossier WHERE id = {DOSSIER}'),
    ('a_dossier_goes_back_to_an_earlier_state', 'V1', "('finished'", f"UPDATE intake.dossier SET state = 'finished' WHERE id = {DOSSIER}"),
    ('schemas_do_not_agree_how_a_dossier_ended', 'V1', "'refused'", f"UPDATE approval.step SET outcome = 'refused' WHERE dossier = {DOSSIER}"),
    ('a_dossier_ends_twice', 'V1', 'return.document', f"""ALTER TABLE return.document DROP CONSTRAINT document_dossier_issue_step_round_key;
         INSERT INTO return.document SELECT (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'outcome', 'refused'))).* FROM return.document d WHERE dossier = {DOSSIER}"""),
    ('a_dossier_code_is_skipped', 'V1', 'numbers, the highest is 99', f"UPDATE intake.dossier SET code = left(code, -4) || '0099' WHERE id = {DOSSIER}"),
    ('a_document_number_is_skipped', 'V1', 'numbers, the highest is', 'UPDATE return.issued_number SET number = number + 1 WHERE (series, year, number) IN (SELECT series, year, max(number) FROM return.issued_number GROUP BY 1, 2)'),
    ('a_series_would_give_a_number_again', 'V1', 'the next number is', "UPDATE intake.series_number SET next = next - 1 WHERE key LIKE 'code/%'"),
    ('a_filed_document_is_altered', 'V1', 'do not have the SHA-256', "UPDATE intake.document SET content = content || '\\x20'::bytea WHERE ctid = (SELECT min(ctid) FROM intake.document)"),
    ('an_imprint_of_a_seal_is_not_in_the_book', 'V1', 'return.seal_use', f'DELETE FROM return.seal_use WHERE dossier = {DOSSIER}'),
    ('an_appraisal_is_undone', 'V1', 'appraisal.step', f"UPDATE appraisal.step SET state = 'assigned' WHERE dossier = {DOSSIER}"),
    ('who_may_sign_is_another', 'V1', 'approval.mandate', "UPDATE approval.mandate SET officer = officer || 'x' WHERE code = (SELECT min(code) FROM approval.mandate)"),
    ('a_mandate_ends_earlier', 'V1', 'approval.mandate', 'UPDATE approval.mandate SET valid_to = valid_from + 1 WHERE code = (SELECT min(code) FROM approval.mandate)'),
    ('a_seal_has_another_keeper', 'V1', 'return.seal', "UPDATE return.seal SET keeper = keeper || 'x' WHERE code = (SELECT min(code) FROM return.seal)"),
    ('a_series_is_gone', 'V1', 'return.series', 'DELETE FROM return.series WHERE code = (SELECT max(code) FROM return.series)'),
    ('a_refusal_has_another_reason', 'V1', 'intake.refusal', "UPDATE intake.refusal SET reasons = '{other}'"),
    ('why_it_was_sent_back_is_not_kept', 'V1', 'appraisal.remark', "DELETE FROM appraisal.remark WHERE what = 'SentBack'"),
    ('why_the_opinion_was_against_it_is_another_reason', 'V1', 'approval.remark', "UPDATE approval.remark SET reasons = '{other}' WHERE what = 'Appraised'"),
    ('why_it_was_asked_for_was_nobodys', 'V1', 'intake.remark', "UPDATE intake.remark SET officer = 'H11-x' WHERE what = 'SupplementAsked'"),
    ('more_was_missing_than_was_told', 'V1', 'intake.guidance', 'DELETE FROM intake.guidance_missing WHERE number = 1'),
    ('an_applicant_is_gone', 'V1', 'intake.applicant', f'DELETE FROM intake.applicant WHERE dossier = {DOSSIER}'),
    ('a_part_is_undone', 'V1', 'appraisal.part', "UPDATE appraisal.part SET state = 'queued', officer = NULL, opinion = '', document = NULL, ended_at = NULL WHERE state = 'given'"),
    ('a_unit_was_asked_something_else', 'V1', 'appraisal.part asked', 'UPDATE appraisal.part SET request = gen_random_uuid() WHERE minutes > 0'),
    ('a_unit_was_given_other_hours', 'V1', 'appraisal.part asked', 'UPDATE appraisal.part SET minutes = minutes + 60 WHERE minutes > 0'),
    ('a_unit_is_asked_twice', 'V1', 'had its part already', second('OpinionAsked', 'appraisal')),
    ('what_was_looked_at_beside_is_gone', 'V1', 'appraisal.verification', 'DELETE FROM appraisal.verification WHERE number = 2'),
    ('other_minutes_say_what_was_found', 'V1', 'appraisal.verification', 'UPDATE appraisal.verification SET minutes = gen_random_uuid() WHERE number = 2'),
    ('a_part_says_something_else', 'V1', 'appraisal.part', "UPDATE appraisal.part SET opinion = 'for' WHERE opinion = 'against'"),
    ('a_unit_that_co_operates_is_forgotten', 'V1', 'intake part_units', 'UPDATE intake.dossier SET part_units = NULL WHERE part_units IS NOT NULL'),
    ('papers_in_turn_lie_where_they_did_not_go', 'V1', 'intake custody', "DELETE FROM intake.holding WHERE act = 'open_parts'"),
    ('papers_of_a_withdrawn_dossier_stay_with_another_unit', 'V1', 'intake custody', "UPDATE intake.dossier SET broken_off_at = NULL WHERE turn_act = 'open_parts'"),
    ('the_papers_come_back_later', 'V1', 'intake custody', "UPDATE intake.holding SET since = since + interval '1 s' WHERE act = 'end_part'"),
    ('who_signed_for_a_turn_is_another', 'V1', 'intake custody', "UPDATE intake.holding SET post = 'H11.07-pd01' WHERE act = 'take_turn' AND post = 'H11.07-pd02'"),
    ('a_turn_says_that_the_work_was_late', 'V1', 'intake turns', "UPDATE intake.holding SET result = 'late' WHERE act = 'open_parts' AND result = 'early'"),
    ('a_turn_gave_its_unit_more_time', 'V1', 'intake turns', "UPDATE intake.holding SET due_at = due_at + interval '1 s' WHERE act = 'go_on'"),
    ('a_turn_forgets_how_the_work_went', 'V1', 'intake turns', "UPDATE intake.holding SET due_at = NULL, result = NULL WHERE act = 'end_part'"),
    ('papers_stay_behind_when_a_step_ends', 'V1', 'intake custody', "DELETE FROM intake.holding WHERE act IN ('go_on', 'go_back', 'take_turn')"),
    ('papers_went_on_later', 'V1', 'intake custody', "UPDATE intake.holding SET since = since + interval '1 s' WHERE act = 'go_on'"),
    ('a_loss_where_they_went_is_who_passed_them_ons', 'V1', 'intake.loss', "UPDATE intake.loss SET unit = 'H11.35.24' WHERE unit = 'H11.35'"),
    ('a_turn_is_taken_twice', 'V1', 'answers a turn that TurnTaken has answered', second('TurnTaken')),
    ('a_loss_in_turn_is_the_leads', 'V1', 'intake.loss', "UPDATE intake.loss SET unit = 'H11.07' WHERE post IS NULL"),
    ('a_part_is_counted_that_was_not_given', 'V1', 'audit.part_figure', 'UPDATE audit.part_figure SET given = given + 1'),
    ('a_turn_that_came_is_not_told', 'V1', 'it was not the turn of', """DELETE FROM appraisal.outbox_row WHERE type LIKE '%PartsOpened';
         DELETE FROM audit.entry WHERE type LIKE '%PartsOpened'"""),
    ('an_apology_is_gone', 'V1', "return.document", "DELETE FROM return.document WHERE outcome = 'apology' AND state = 'archived'"),
    ('an_apology_passes_for_a_result', 'V1', "'granted'", "UPDATE return.document SET outcome = 'granted' WHERE outcome = 'apology' AND state = 'archived'"),
    ('a_proxy_came_without_an_authorisation', 'V1', 'return delivery', "UPDATE return.document SET authorisation = gen_random_uuid() WHERE collector = 'proxy'"),
    ('which_proxy_came_is_forgotten', 'V1', 'return delivery', "UPDATE return.document SET collector_record = NULL WHERE collector = 'proxy'"),
    ('nobody_knows_who_came', 'V1', 'intake.collected', 'DELETE FROM intake.collected'),
    ('somebody_else_fetched_the_papers', 'V1', 'who came for papers', "UPDATE intake.component SET given_back_collector = gen_random_uuid() WHERE given_back_who = 'proxy'"),
    ('a_consignment_is_another', 'V1', 'return delivery', "UPDATE return.document SET consignment = 'X' || consignment WHERE consignment IS NOT NULL"),
    ('what_came_back_is_forgotten', 'V1', 'intake collection', 'UPDATE intake.dossier SET came_back_at = NULL WHERE came_back_at IS NOT NULL'),
    ('a_result_at_the_counter_is_no_longer_watched', 'V1', 'return timer', "DELETE FROM return.timer WHERE act = 'collection'"),
    ('a_result_was_told_of_that_was_not', 'V1', 'return delivery', 'UPDATE return.document SET reminders = 3 WHERE dossier = (SELECT min(subject::text)::uuid FROM return.timer)'),
    ('a_number_of_an_apology_is_skipped', 'V1', 'numbers, the highest is', "UPDATE return.issued_number SET number = 7 WHERE series = 'H11.35.24-xl'"),
    ('an_issued_apology_was_not_heard_of', 'V1', 'intake extension', f"UPDATE intake.dossier SET extension = 'requested', extension_issued_at = NULL WHERE id = {EXTENDED}"),
    ('an_apology_lies_before_the_approver_again', 'V1', 'approval extension', f"UPDATE approval.dossier SET extension = 'requested' WHERE id = {EXTENDED}"),
    ('a_stopped_dossier_goes_on', 'V1', "('stopped'", f"UPDATE intake.dossier SET state = 'in_process', outcome = NULL WHERE id = {STOPPED}"),
    ('a_stop_notice_is_gone', 'V1', 'return.document', "DELETE FROM return.document WHERE outcome = 'stopped' AND state = 'archived'"),
    ('a_stop_notice_passes_for_a_refusal', 'V1', "'refused'", "UPDATE return.document SET outcome = 'refused' WHERE outcome = 'stopped' AND state = 'archived'"),
    ('a_stop_has_another_ground', 'V1', 'intake stop', f"UPDATE intake.dossier SET stop_ground = 'no_supplement' WHERE id = {STOPPED}"),
    ('a_stop_lies_before_the_approver_again', 'V1', 'approval stop', f"UPDATE approval.dossier SET stop = 'requested' WHERE id = {STOPPED}"),
    ('a_step_of_a_stopped_dossier_is_open', 'V1', 'appraisal.step', f"UPDATE appraisal.step SET state = 'awaiting_supplement' WHERE dossier = {STOPPED}"),
    ('an_approve_step_of_a_stopped_dossier_is_open', 'V1', 'approval.step', f"UPDATE approval.step SET state = 'expected' WHERE dossier = {STOPPED}"),
    ('a_correction_is_gone', 'V1', 'intake.correction', "DELETE FROM intake.correction WHERE state = 'handed_over'"),
    ('a_correction_has_another_cause', 'V1', 'intake.correction', "UPDATE intake.correction SET cause = 'other' WHERE cause = 'wrong_law'"),
    ('a_correction_that_came_back_was_never_given', 'V1', 'intake.correction', "UPDATE intake.correction SET state = 'ready', handed_over_at = NULL WHERE state = 'handed_over'"),
    ('a_correction_lies_before_the_approver_again', 'V1', 'approval correction', "UPDATE approval.dossier SET correction = 'requested' WHERE correction = 'signed'"),
    ('a_correction_passes_for_a_result', 'V1', 'return.document', "UPDATE return.document SET outcome = 'granted' WHERE outcome = 'correction'"),
    ('who_came_for_a_correction_is_forgotten', 'V1', 'return delivery', "UPDATE return.document SET collector = 'applicant', authorisation = NULL, collector_record = NULL WHERE outcome = 'correction' AND collector = 'proxy'"),
    ('a_correction_counts_for_another_unit', 'V1', 'audit.correction', "UPDATE audit.correction SET unit = 'H11.01' WHERE unit = 'H11.35'"),
    ('a_correction_that_was_not_signed_counts', 'V1', 'audit.correction_end', "UPDATE audit.correction_end SET how = 'issued' WHERE how = 'refused'"),
    ('a_correction_takes_the_end_of_a_dossier_back', 'V1', "('returned'", "UPDATE intake.dossier SET state = 'in_process' WHERE id IN (SELECT dossier FROM intake.correction)"),
    ('the_move_of_a_date_is_lost', 'V1', 'the date was moved 0 times', f"""DELETE FROM intake.outbox_row WHERE type LIKE '%Extended';
         DELETE FROM audit.entry WHERE type LIKE '%Extended'"""),
    ('a_filing_is_gone', 'V1', 'intake.submission', 'DELETE FROM intake.submission WHERE answered_at IS NULL'),
    ('a_filing_that_was_answered_waits', 'V1', 'intake.submission', 'UPDATE intake.submission SET answered_at = NULL, answered_by = NULL'),
    ('a_filing_had_more_time', 'V1', 'intake.submission', "UPDATE intake.submission SET answer_due_at = answer_due_at + interval '1 hour'"),
    ('nobody_watches_what_was_filed', 'V1', 'the watch of intake.submission', "DELETE FROM intake.timer WHERE act = 'submission'"),
    ('an_answer_answers_nothing', 'V1', 'it was filed as None', """DELETE FROM intake.outbox_row WHERE type LIKE '%Submitted';
         DELETE FROM audit.entry WHERE type LIKE '%Submitted'"""),
    ('a_filing_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET filed_online = filed_online - 1 WHERE filed_online > 0'),
    ('an_answer_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET filed_answered = 0 WHERE filed_answered > 0'),
    ('a_guidance_that_was_followed_stands_open', 'V1', 'has followed it', 'UPDATE intake.guidance SET followed_by = NULL, followed_at = NULL WHERE number = 1'),
    ('a_guidance_is_followed_by_nobody', 'V1', 'which names no guidance', f"UPDATE intake.guidance SET followed_by = {DOSSIER}, followed_at = now() WHERE followed_by IS NULL"),
    ('a_further_guidance_passes_for_the_first', 'V1', 'intake.guidance', 'UPDATE intake.guidance SET number = 1, ground = NULL, superior = NULL WHERE number = 2'),
    ('a_paper_that_was_given_back_counts_as_held', 'V1', 'intake.component', 'UPDATE intake.component SET given_back_at = NULL, given_back_by = NULL, given_back_consignment = NULL, given_back_who = NULL, given_back_collector = NULL'),
    ('what_was_withdrawn_need_not_go_back', 'V1', 'intake.component', 'UPDATE intake.component SET freed = false'),
    ('an_original_is_gone', 'V1', 'intake.component', "UPDATE intake.component SET originals = 0, to_return = false WHERE to_return"),
    ('who_filed_for_another_is_forgotten', 'V1', 'intake.component', 'DELETE FROM intake.proxy'),
    ('a_form_lists_less_than_was_told', 'V1', 'intake.document_missing', 'DELETE FROM intake.document_missing WHERE number = 2'),
    ('a_paper_that_was_asked_for_was_not_brought', 'V1', 'of 2 papers that were asked for', 'UPDATE intake.component SET item = NULL WHERE item = 2'),
    ('something_is_brought_that_was_not_asked_for', 'V1', 'of 2 papers that were asked for', 'UPDATE intake.component SET item = 9 WHERE item = 2'),
    ('what_is_lacking_is_forgotten', 'V1', 'of 2 papers that were asked for', 'DELETE FROM intake.supplement_without'),
    ('what_is_lacking_was_brought', 'V1', 'and lacks [1]', 'UPDATE intake.component SET item = 1 WHERE item = 2'),
    ('a_component_of_a_supplement_is_gone', 'V1', 'intake.supplement in numbers', 'DELETE FROM intake.component WHERE item = 2'),
    ('a_stage_knows_of_another_list', 'V1', 'appraisal.paper missing', 'UPDATE appraisal.paper SET missing = 3 WHERE missing > 0'),
    ('papers_of_a_supplement_are_still_apart', 'V1', 'intake.transfer', "UPDATE intake.transfer SET state = 'given' WHERE supplement = 1 AND state = 'taken'"),
    ('papers_of_a_supplement_go_elsewhere', 'V1', 'intake.transfer', "UPDATE intake.transfer SET to_unit = 'H11.36' WHERE supplement = 1"),
    ('papers_of_a_supplement_are_taken_twice', 'V2', 'happened 2 times', second('SupplyTaken')),
    ('a_case_of_loss_is_gone', 'V1', 'intake.loss', "DELETE FROM intake.loss WHERE state = 'open'"),
    ('another_had_the_papers', 'V1', 'intake.loss', "UPDATE intake.loss SET post = 'H11.35.26-vt01' WHERE number = 3"),
    ('a_lost_paper_counts_as_held', 'V1', 'intake.component', "UPDATE intake.component c SET loss = NULL WHERE loss = 3"),
    ('an_original_is_lost_and_held', 'V1', 'originals', 'UPDATE intake.component SET loss = NULL WHERE loss = 2'),
    ('what_is_in_a_case_is_forgotten', 'V1', 'intake.loss_component', 'DELETE FROM intake.loss_component WHERE number = 2'),
    ('a_loss_was_paid_with_less', 'V1', 'intake.loss', 'UPDATE intake.loss SET paid_vnd = 1 WHERE paid_vnd > 0'),
    ('a_settlement_has_no_loss', 'V1', 'which is not there', """DELETE FROM intake.outbox_row WHERE type LIKE '%PaperLost';
         DELETE FROM audit.entry WHERE type LIKE '%PaperLost'"""),
    ('a_loss_is_settled_twice', 'V2', "happened 2 times: ('LossSettled', 1)", second('LossSettled')),
    ('a_loss_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET papers_lost = papers_lost - 1 WHERE papers_lost > 0'),
    ('a_date_that_was_in_force_is_forgotten', 'V1', 'intake.due_history', "DELETE FROM intake.due_history WHERE why = 'Extended'"),
    ('a_date_moved_by_something_else', 'V1', 'intake.due_history', "UPDATE intake.due_history SET why = 'DueMoved' WHERE why = 'SupplementReceived'"),
    ('a_date_that_was_in_force_is_another', 'V1', 'intake.due_history', "UPDATE intake.due_history SET due_at_reported = due_at_reported - interval '1 minute' WHERE why = 'FindingRecorded'"),
    ('a_finding_is_shown_by_another_paper', 'V1', 'intake.finding', 'UPDATE intake.finding SET document = gen_random_uuid()'),
    ('a_period_is_shown_by_nothing', 'V1', 'intake.exclusion', 'UPDATE intake.exclusion SET document = NULL'),
    ('a_payment_is_proved_by_another_paper', 'V1', 'intake.obligation', "UPDATE intake.obligation SET document = gen_random_uuid() WHERE state = 'met'"),
    ('a_finding_is_gone', 'V1', 'intake.finding', 'DELETE FROM intake.finding'),
    ('a_period_that_is_left_out_is_longer', 'V1', 'intake.exclusion', "UPDATE intake.exclusion SET until_at = until_at + interval '1 day'"),
    ('a_fee_is_gone', 'V1', 'intake.fee', "DELETE FROM intake.fee WHERE state = 'expected'"),
    ('a_fee_that_was_paid_passes_for_unpaid', 'V1', 'intake.fee',
     "UPDATE intake.fee SET state = 'due', paid_at = NULL, means = NULL, receipt = NULL, paid_by = NULL WHERE state = 'paid'"),
    ('more_is_given_back_than_was_told', 'V1', 'intake.fee', "UPDATE intake.fee SET refunded = amount WHERE state = 'refunded'"),
    ('return_takes_a_fee_for_settled', 'V1', 'return.fee', "UPDATE return.fee SET state = 'settled' WHERE state = 'owed'"),
    ('a_payment_is_lost', 'V1', 'was not settled', """DELETE FROM intake.outbox_row WHERE type LIKE '%FeePaid'; DELETE FROM audit.entry WHERE type LIKE '%FeePaid'"""),
    ('a_fee_is_paid_twice', 'V2', "happened 2 times: ('FeePaid', 'tham-dinh')", second('FeePaid')),
    ('a_fee_is_counted_wrong', 'V9', 'audit counts', 'UPDATE audit.fee_kpi SET paid = paid + 1'),
    ('a_rating_is_gone', 'V1', 'intake.rating', 'DELETE FROM intake.rating WHERE ctid = (SELECT min(ctid) FROM intake.rating)'),
    ('a_rating_says_something_else', 'V1', 'intake.rating', "UPDATE intake.rating SET satisfaction = 2 WHERE means = 'slip'"),
    ('a_complaint_is_gone', 'V1', 'intake.complaint', "DELETE FROM intake.complaint WHERE state = 'open'"),
    ('a_justified_complaint_passes_for_an_unjustified_one', 'V1', 'intake.complaint', 'UPDATE intake.complaint SET justified = false'),
    ('an_answer_has_no_complaint', 'V1', 'which was never filed', """DELETE FROM intake.outbox_row WHERE type LIKE '%ComplaintFiled';
         DELETE FROM audit.entry WHERE type LIKE '%ComplaintFiled'"""),
    ('a_dossier_is_rated_twice', 'V2', 'happened 2 times: RatingGiven', second('RatingGiven')),
    ('a_part_is_given_twice', 'V2', "happened 2 times: ('part',", second('Contributed', 'appraisal')),
    ('a_complaint_is_answered_twice', 'V2', "happened 2 times: ('ComplaintAnswered', 1)", second('ComplaintAnswered')),
    ('an_event_is_emitted_twice', 'V2', 'events with this id', f"""INSERT INTO approval.outbox_row (xid, topic, "partition", key, event_id, type, time, content, value)
         SELECT xid, topic, "partition", key, event_id, type, time, content, value FROM approval.outbox_row WHERE id = {last_row('approval')}"""),
    ('a_source_counts_further_than_it_told', 'V2', 'its own version is', f'UPDATE return.subject SET version = version + 1 WHERE id = {DOSSIER}'),
    ('an_entry_is_sealed_twice', 'V2', 'events with this id in audit', """ALTER TABLE audit.entry DROP CONSTRAINT entry_subject_source_version_key;
         INSERT INTO audit.entry SELECT (jsonb_populate_record(e, jsonb_build_object('number', number + 1))).* FROM audit.entry e ORDER BY number DESC LIMIT 1"""),
    ('an_outbox_row_is_gone', 'V3', 'nobody emitted', f'DELETE FROM intake.outbox_row WHERE id = {last_row("intake")}'),
    ('an_outbox_row_is_altered', 'V3', 'does not have the bytes', f'UPDATE appraisal.outbox_row SET value = set_byte(value, length(value) - 3, get_byte(value, length(value) - 3) # 1) WHERE id = {last_row("appraisal")}'),
    ('an_outbox_row_cannot_be_read', 'V3', 'cannot be read', f"UPDATE appraisal.outbox_row SET value = '\\x0a' WHERE id = {last_row('appraisal')}"),
    ('a_listener_missed_an_event', 'V3', 'return applied 3 of 4 events of approval', f"UPDATE return.subject SET applied[3] = 3 WHERE applied[3] = 4"),
    ('a_listener_applied_what_was_never_emitted', 'V3', 'events of intake', f'UPDATE appraisal.subject SET applied[1] = applied[1] + 1 WHERE id = {DOSSIER}'),
    ('a_listener_does_not_know_a_subject', 'V3', 'does not know it', f'DELETE FROM approval.subject WHERE id = {DOSSIER}'),
    ('a_record_is_of_another_release', 'V3', 'the catalogue of return differs', "UPDATE return.catalogue_record SET release = release + 1 WHERE kind = 'term'"),
    ('a_record_never_came', 'V3', 'the catalogue of audit differs', "DELETE FROM audit.catalogue_record WHERE kind = 'officer' AND id = (SELECT max(id) FROM audit.catalogue_record WHERE kind = 'officer')"),
    ('a_record_came_that_nobody_sent', 'V3', 'the catalogue of appraisal differs', "INSERT INTO appraisal.catalogue_record SELECT kind, id, version + 1, release, digest, record FROM appraisal.catalogue_record WHERE kind = 'unit' LIMIT 1"),
    ('a_service_uses_an_older_release', 'V3', 'return uses release', 'UPDATE return.catalogue_release SET number = number - 1'),
    ('a_release_was_never_closed', 'V3', 'its records are of up to', 'UPDATE intake.catalogue_release SET number = number - 1'),
    ('a_record_says_another_version', 'V3', 'its bytes say', "UPDATE intake.catalogue_record SET record = record || '\\x1809'::bytea WHERE kind = 'term'"),
    ('a_version_is_left_out', 'V3', 'intake has the versions', "DELETE FROM intake.catalogue_record WHERE version = 1 AND kind = 'calendar'"),
    ('a_paper_was_noted_twice', 'V3', 'appraisal.paper', f"INSERT INTO appraisal.paper SELECT dossier, gen_random_uuid(), kind, sha256, pages, missing FROM appraisal.paper WHERE dossier = {DOSSIER} LIMIT 1"),
    ('a_paper_that_is_asked_with_was_not_noted', 'V3', 'approval.paper', "DELETE FROM approval.paper WHERE kind = 'stop_notice'"),
    ('a_paper_lists_something_else', 'V3', 'appraisal.paper', "UPDATE appraisal.paper SET missing = missing + 1 WHERE missing > 0"),
    ('an_authorisation_did_not_arrive', 'V3', 'return.paper', 'DELETE FROM return.paper'),
    ('who_decided_may_appraise', 'V3', 'appraisal.barred', f'DELETE FROM appraisal.barred WHERE dossier = {DOSSIER}'),
    ('who_looked_into_it_may_decide', 'V3', 'approval.barred', f'DELETE FROM approval.barred WHERE dossier IN (SELECT dossier FROM appraisal.verification)'),
    ('who_has_no_part_in_it_may_not_decide', 'V3', 'approval.barred', f"INSERT INTO approval.barred SELECT {DOSSIER}, 'H11.35.21-tn01'"),
    ('what_was_sent_back_is_queued_twice', 'V3', 'appraisal.step', """INSERT INTO appraisal.step SELECT (jsonb_populate_record(s, jsonb_build_object('round', round + 1, 'state', 'queued'))).* FROM appraisal.step s
         WHERE (dossier, step, round) IN (SELECT dossier, step, max(round) FROM appraisal.step WHERE round = 2 GROUP BY 1, 2) LIMIT 1"""),
    ('what_was_received_is_not_queued', 'V3', 'appraisal.step', "DELETE FROM appraisal.step WHERE state = 'queued'"),
    ('a_draft_lies_before_the_approver_twice', 'V3', 'approval.step', f"INSERT INTO approval.step SELECT (jsonb_populate_record(s, jsonb_build_object('round', round + 1, 'state', 'pending'))).* FROM approval.step s WHERE dossier = {OPEN} AND state = 'pending'"),
    ('another_draft_lies_before_the_approver', 'V3', 'approval.step', f'UPDATE approval.step SET draft = gen_random_uuid() WHERE dossier = {OPEN}'),
    ('a_draft_says_the_contrary', 'V3', 'approval.step', f"UPDATE approval.step SET opinion = 'against' WHERE dossier = {OPEN} AND state = 'pending'"),
    ('what_is_to_be_issued_was_signed_under_another_mandate', 'V3', 'return.document', f"UPDATE return.document SET mandate = mandate || 'x' WHERE dossier = {DOSSIER}"),
    ('what_is_to_be_issued_came_at_another_moment', 'V3', 'return.document', f"UPDATE return.document SET opened_at = opened_at + interval '1 ms' WHERE dossier = {DOSSIER}"),
    ('files_count_as_papers', 'V3', 'appraisal.dossier', f'UPDATE appraisal.dossier SET electronic = NOT electronic WHERE id = {DOSSIER}'),
    ('a_period_was_left_out_at_one_listener_only', 'V3', 'return.dossier', 'UPDATE return.dossier SET left_out = NULL WHERE left_out IS NOT NULL'),
    ('a_period_is_longer_at_one_listener', 'V3', 'approval.dossier', "UPDATE approval.dossier SET left_out = left_out + tstzmultirange(tstzrange(upper(left_out), upper(left_out) + interval '1 day')) WHERE left_out IS NOT NULL"),
    ('a_request_to_withdraw_was_not_heard', 'V3', 'its withdrawal', "UPDATE approval.dossier SET withdrawal = NULL WHERE withdrawal = 'requested'"),
    ('an_end_was_not_heard', 'V3', 'its end', "UPDATE appraisal.dossier SET stop = NULL WHERE stop = 'signed'"),
    ('papers_are_to_go_twice', 'V3', 'intake.transfer', """INSERT INTO intake.transfer SELECT (jsonb_populate_record(t, jsonb_build_object('round', 2, 'state', 'awaiting'))).* FROM intake.transfer t
         WHERE step = 5 AND state = 'taken'"""),
    ('papers_are_not_to_go_on', 'V3', 'intake.transfer', "DELETE FROM intake.transfer WHERE step = 5 AND state = 'awaiting'"),
    ('papers_are_to_go_elsewhere', 'V3', 'intake.transfer', "UPDATE intake.transfer SET to_unit = 'H11.12' WHERE step = 5"),
    ('an_obligation_is_awaited_that_nobody_opened', 'V3', 'intake.obligation', "UPDATE intake.obligation SET round = round + 1"),
    ('a_unit_took_part_that_nobody_asked', 'V3', 'took part', f"UPDATE intake.dossier SET took_part = '{{H11.12}}' WHERE id = {DOSSIER}"),
    ('another_document_was_sealed', 'V3', 'intake.dossier', f'UPDATE intake.dossier SET sealed_document = gen_random_uuid() WHERE id = {DOSSIER}'),
    ('somebody_else_handed_it_over', 'V3', 'intake.dossier', f"UPDATE intake.dossier SET returned_by = 'H11.35.21-tn01' WHERE id = {DOSSIER}"),
    ('a_service_has_another_rule', 'V3', 'the catalogue of approval differs', "UPDATE approval.catalogue_record SET record = record || '\\x1801'::bytea WHERE kind = 'process'"),
    ('a_tick_gives_other_numbers', 'V4', 'begins with number', 'UPDATE appraisal.tick SET sequences[1] = sequences[1] + 1 WHERE id = (SELECT max(id) FROM appraisal.tick WHERE sequences[1] > 1)'),
    ('a_relay_believes_in_another_cluster', 'V4', 'knows cluster other', "UPDATE appraisal.relay SET cluster = 'other'"),
    ('a_relay_lost_its_place', 'V4', 'goes on with number', 'UPDATE appraisal.published SET next_sequence = next_sequence - 1'),
    ('a_reader_believes_in_another_cluster', 'V4', 'reads cluster other', "UPDATE audit.consumed SET cluster = 'other' WHERE topic = 'taicho.return.v1'"),
    ('a_number_is_missing_at_a_reader', 'V4', 'misses number 7', "INSERT INTO return.missing_sequence VALUES ('taicho.intake.v1', 3, 7)"),
    ('an_entry_is_gone_in_the_middle', 'V5', 'was to come', 'DELETE FROM audit.entry WHERE number = (SELECT max(number) / 2 FROM audit.entry)'),
    ('the_last_entry_is_gone', 'V5', 'the next number is', 'DELETE FROM audit.entry WHERE number = (SELECT max(number) FROM audit.entry)'),
    ('a_byte_of_an_entry_is_flipped', 'V5', 'do not have its SHA-256', "UPDATE audit.entry SET event = set_byte(event, length(event) - 1, 255 - get_byte(event, length(event) - 1)) WHERE number = (SELECT max(number) FROM audit.entry)"),
    ('an_entry_is_forged_with_its_digest', 'V3', 'does not have the bytes', "UPDATE audit.entry SET event = event || '\\xa80101'::bytea, sha256 = sha256(event || '\\xa80101'::bytea) WHERE number = (SELECT max(number) FROM audit.entry)"),
    ('two_entries_change_places', 'V5', 'behind version', f"""ALTER TABLE audit.entry DROP CONSTRAINT entry_pkey;
         UPDATE audit.entry e SET number = (SELECT min(number) + max(number) FROM audit.entry x WHERE x.subject = e.subject AND x.source = 0) - number
          WHERE subject = {DOSSIER} AND source = 0"""),
    ('a_due_date_is_moved', 'V6', 'intake says', f"UPDATE intake.dossier SET due_at = due_at + interval '1 hour' WHERE id = {DOSSIER}"),
    ('a_reported_date_is_moved', 'V6', 'the reported date in intake', f"UPDATE intake.dossier SET due_at_reported = due_at WHERE id = {SUPPLIED}"),
    ('a_date_names_another_release', 'V6', 'the release in intake', f"UPDATE intake.dossier SET release = 1 WHERE id = {SUPPLIED}"),
    ('a_date_names_another_calendar', 'V6', 'the calendar in intake', f"UPDATE intake.dossier SET calendar_last_year = 2049 WHERE id = {SUPPLIED}"),
    ('the_promised_date_is_watched_instead_of_the_nearer_one', 'V6', 'what watches it', "UPDATE intake.timer t SET due_at = d.due_at FROM intake.dossier d WHERE d.id = t.subject AND t.act = 'due' AND d.due_at_reported < d.due_at"),
    ('more_was_asked_by_nobody', 'V1', 'intake.complaint', "UPDATE intake.complaint SET asked_by = 'H11.35-tr09' WHERE supplied_at IS NOT NULL"),
    ('what_was_asked_for_has_not_come', 'V1', 'intake.complaint', "UPDATE intake.complaint SET supplied_at = NULL, supplied_by = NULL, supply = NULL WHERE supplied_at IS NOT NULL"),
    ('an_answer_was_published_late', 'V1', 'intake.complaint', "UPDATE intake.complaint SET published_late = true WHERE state = 'published'"),
    ('a_wait_is_shorter', 'V6', 'is to be refused or answered by', "UPDATE intake.complaint SET wait_until = wait_until - interval '1 day' WHERE state = 'awaiting_more'"),
    ('an_answer_may_be_published_later', 'V6', 'is to be refused or answered by', "UPDATE intake.complaint SET publish_until = publish_until + interval '1 day' WHERE state = 'answered'"),
    ('the_date_of_an_answer_is_moved', 'V6', 'is to be refused or answered by', "UPDATE intake.complaint SET answer_due_at = answer_due_at + interval '1 day' WHERE state = 'open'"),
    ('a_new_day_off_gave_no_more_time', 'V6', 'is to be refused or answered by', "UPDATE intake.complaint SET answer_due_at = (SELECT min(answer_due_at) FROM intake.complaint) WHERE answer_due_at = (SELECT max(answer_due_at) FROM intake.complaint)"),
    ('nobody_watches_a_complaint', 'V6', 'what watches its complaints', "DELETE FROM intake.timer WHERE act = 'answer'"),
    ('a_copy_of_a_due_date_is_moved', 'V6', 'the copy of approval', f"UPDATE approval.dossier SET due_at = due_at - interval '1 second' WHERE id = {DOSSIER}"),
    ('a_due_date_on_a_work_list_is_moved', 'V6', 'the work list of intake', f"UPDATE intake.worklist SET due_at = due_at - interval '1 day' WHERE dossier = {DOSSIER}"),
    ('a_due_date_is_no_longer_watched', 'V6', 'what watches it says None', "DELETE FROM intake.timer WHERE subject = (SELECT min(subject::text)::uuid FROM intake.timer WHERE act = 'due') AND act = 'due'"),
    ('a_due_date_has_another_rule', 'V6', 'the rule in intake', f"UPDATE intake.dossier SET due_rule = 'hours:3@1' WHERE id = {DOSSIER}"),
    ('an_extension_moved_nothing', 'V6', 'intake says', f"UPDATE intake.dossier SET due_at = promised_at WHERE id = {EXTENDED}"),
    ('an_extension_overwrites_the_promise', 'V6', 'the promise in intake', f"UPDATE intake.dossier SET promised_at = due_at WHERE id = {EXTENDED}"),
    ('a_listener_keeps_the_promised_date', 'V6', 'the copy of "return"', f"UPDATE return.dossier SET due_at = (SELECT promised_at FROM intake.dossier WHERE id = {EXTENDED}) WHERE id = {EXTENDED}"),
    ('an_extension_has_another_date', 'V6', 'the new date of the extension', f"UPDATE intake.dossier SET extension_due_at = extension_due_at + interval '1 day' WHERE id = {EXTENDED}"),
    ('an_apology_was_sealed_another_day', 'V6', 'the apology was judged by', f"UPDATE intake.dossier SET extension_sealed_at = extension_sealed_at - interval '1 day' WHERE id = {EXTENDED}"),
    ('an_apology_had_to_precede_another_date', 'V6', 'the apology was judged by', f"UPDATE intake.dossier SET extension_nearest_at = due_at WHERE id = {EXTENDED}"),
    ('an_apology_was_judged_by_another_term', 'V6', 'the apology was judged by', f"UPDATE intake.dossier SET extension_notice = 2 WHERE id = {EXTENDED}"),
    ('another_term_was_in_force', 'V6', 'says breach: False', "UPDATE intake.catalogue_record SET record = record || '\\xe201020809'::bytea WHERE kind = 'term' AND id = 'apology_notice'"),
    ('an_extended_date_is_no_longer_watched', 'V6', 'what watches it says None', "DELETE FROM intake.timer WHERE subject = (SELECT id FROM intake.dossier WHERE extension = 'issued' AND state = 'in_process')"),
    ('a_stopped_dossier_is_watched', 'V6', 'computed None', f"INSERT INTO intake.timer SELECT id, 'due', due_at FROM intake.dossier WHERE id = {STOPPED}"),
    ('an_apology_is_prepared_for_another_day', 'V6', 'keeps an apology for', "UPDATE intake.dossier SET apology_due_at = apology_due_at + interval '1 day'"),
    ('a_transfer_is_due_later', 'V6', 'the transfer of step 2', "UPDATE intake.transfer SET due_at = due_at + interval '1 minute'"),
    ('a_transfer_between_departments_is_due_later', 'V6', 'the transfer of step 5', "UPDATE intake.transfer SET due_at = due_at + interval '1 minute' WHERE step = 5"),
    ('a_transfer_was_opened_at_another_moment', 'V6', 'the transfer of step 2, round 1, was opened at', "UPDATE intake.transfer SET opened_at = opened_at - interval '1 minute' WHERE step = 2 AND state = 'awaiting'"),
    ('papers_of_a_supplement_are_due_later', 'V6', 'the papers of supplement 1', "UPDATE intake.transfer SET due_at = due_at + interval '1 minute' WHERE supplement = 1"),
    ('a_step_is_due_later', 'V6', 'is due at', f"UPDATE appraisal.step SET due_at = due_at + interval '1 minute' WHERE dossier = {DOSSIER}"),
    ('what_is_left_out_moved_no_step', 'V6', 'is due at', "UPDATE appraisal.step s SET due_at = s.due_at - interval '1 day' FROM intake.exclusion x WHERE x.dossier = s.dossier"),
    ('a_decision_is_due_later', 'V6', 'approval keeps', "UPDATE approval.step SET due_at = due_at + interval '1 minute' WHERE state IN ('pending', 'decided')"),
    ('a_step_keeps_the_calendar_from_before', 'V6', 'appraisal keeps',
     "UPDATE appraisal.step SET due_at = due_at - interval '3 days' WHERE state IN ('queued', 'assigned') AND appraisal.civil(due_at) LIKE '2019-10-07%'"),
    ('a_result_is_due_later', 'V6', 'return keeps', "UPDATE return.document SET step_due_at = step_due_at + interval '1 minute' WHERE step_due_at IS NOT NULL"),
    ('little_is_left_of_a_step_earlier', 'V6', 'appraisal keeps', "UPDATE appraisal.step SET near_at = near_at - interval '1 minute'"),
    ('little_is_left_of_a_part_earlier', 'V6', 'of the part of', "UPDATE appraisal.part SET near_at = near_at - interval '1 minute'"),
    ('a_warning_of_a_part_is_forgotten', 'V6', 'keeps "" of the part of', "UPDATE appraisal.part SET warning = '' WHERE warning = 'near'"),
    ('a_unit_is_kept_as_warned', 'V6', 'keeps "near" of the part of', "UPDATE appraisal.part SET warning = 'near' WHERE state = 'queued'"),
    ('a_part_is_watched_for_its_end_alone', 'V6', 'what watches its parts', """UPDATE appraisal.timer t SET due_at = p.due_at FROM appraisal.part p
         WHERE act = 'part' AND subject = dossier AND state = 'queued'"""),
    ('a_part_is_due_later', 'V6', 'the part of', "UPDATE appraisal.part SET due_at = due_at + interval '1 minute' WHERE due_at IS NOT NULL"),
    ('nobody_watches_a_part', 'V6', 'what watches its parts', "DELETE FROM appraisal.timer WHERE act = 'part'"),
    ('a_step_was_opened_later', 'V6', 'was opened at', f"UPDATE appraisal.step SET opened_at = opened_at + interval '1 minute' WHERE dossier = {DOSSIER}"),
    ('a_step_that_ended_was_opened_earlier', 'V6', 'the step that', "UPDATE intake.transfer SET opened_at = opened_at - interval '1 minute' WHERE state = 'taken'"),
    ('a_late_step_is_counted_on_time', 'V9', 'audit counts steps', "UPDATE audit.step_kpi SET on_time = on_time + 1 WHERE kind = 'approve'"),
    ('a_step_that_passed_is_not_counted', 'V9', 'audit counts steps', "UPDATE audit.step_kpi SET passed = 0 WHERE kind = 'appraise'"),
    ('a_step_is_no_longer_watched', 'V6', 'the watch of appraisal looks at None', "DELETE FROM appraisal.timer WHERE act = 'step'"),
    ('a_step_is_watched_for_another_moment', 'V6', 'the watch of appraisal looks at', "UPDATE appraisal.timer SET due_at = due_at + interval '1 minute' WHERE act = 'step'"),
    ('a_warning_is_forgotten', 'V6', 'keeps "" of step', "UPDATE appraisal.step SET warning = '' WHERE warning = 'late'"),
    ('a_signed_step_is_kept_as_late', 'V6', 'keeps "late" of step', "UPDATE approval.step SET warning = 'late' WHERE state = 'signed' AND warning = ''"),
    ('a_transfer_is_no_longer_watched', 'V6', 'the watch of intake looks at None', "DELETE FROM intake.timer WHERE act = 'step'"),
    ('a_result_is_no_longer_watched', 'V6', 'the watch of return looks at None', "DELETE FROM return.timer WHERE act = 'step'"),
    ('a_warning_of_a_transfer_is_forgotten', 'V6', 'keeps "" of step', "UPDATE intake.transfer SET warning = '' WHERE warning = 'late'"),
    ('a_warning_of_a_result_is_forgotten', 'V6', 'keeps "" of step', "UPDATE return.document SET step_warning = '' WHERE step_warning = 'late'"),
    ('a_step_that_was_broken_off_is_not_counted', 'V9', 'audit counts steps', "UPDATE audit.step_kpi SET broken_off = 0 WHERE broken_off > 0"),
    ('a_step_that_was_broken_off_is_kept_as_ended', 'V6', 'was not open when the dossier ended, and is told of', "UPDATE appraisal.step SET state = 'sent_back' WHERE state = 'cancelled' AND officer IS NOT NULL"),
    ('a_transfer_is_kept_as_late', 'V1', 'how a transfer went', "UPDATE intake.transfer SET result = 'late' WHERE result <> 'late'"),
    ('minutes_of_steps_are_lost', 'V9', 'audit counts steps', "UPDATE audit.step_kpi SET minutes_used = minutes_used + 1 WHERE kind = 'number_seal'"),
    ('a_dossier_is_charged_for_nothing', 'V9', 'not charged 7', f"UPDATE audit.fact SET uncharged = 7 WHERE dossier = {DOSSIER}"),
    ('an_answer_is_forgotten', 'V7', 'keeps no such answer', "DELETE FROM return.idempotency WHERE key = (SELECT min(key) FROM return.idempotency WHERE answer LIKE '%number_text%')"),
    ('another_answer_is_kept', 'V7', 'the service keeps', "UPDATE approval.idempotency SET answer = replace(answer, '\"version\":1', '\"version\":2')"),
    ('a_dead_letter_is_of_a_good_message', 'V8', 'was not poisoned', "INSERT INTO audit.dead_letter (cluster, topic, \"partition\", \"offset\", reason) VALUES ('c', 'taicho.intake.v1', 1, 0, 'r')"),
    ('a_dead_letter_was_never_put_out_to_be_published', 'V8', '0 rows of its outbox publish it', "DELETE FROM audit.outbox_row WHERE topic LIKE '%.dlq'"),
    ('a_dead_letter_is_published_with_other_bytes', 'V8', '0 rows of its outbox publish it', "UPDATE return.outbox_row SET value = 'another' WHERE topic LIKE '%.dlq'"),
    ('a_dead_letter_is_published_that_nobody_has', 'V8', 'that is not in its table', "UPDATE audit.dead_letter SET value = 'another'"),
    ('a_dead_letter_is_gone', 'V8', 'has 0 dead letters of this poisoned message', "DELETE FROM approval.dead_letter"),
    ('a_fee_fell_due_that_is_not_noted', 'V9', 'of its fees', 'UPDATE audit.fee_fact SET has_fee = NOT has_fee'),
    ('a_fee_of_a_result_is_awaited_with_more', 'V9', 'of its fees', 'UPDATE audit.fee_fact SET return_vnd = return_vnd + 1 WHERE return_fees > 0'),
    ('a_fee_was_not_paid_online', 'V9', 'of its fees', 'UPDATE audit.fee_fact SET paid_online = false WHERE paid_online'),
    ('fees_of_a_dossier_are_forgotten', 'V9', 'audit keeps None of its fees', 'DELETE FROM audit.fee_fact WHERE dossier = (SELECT min(dossier::text)::uuid FROM audit.fee_fact)'),
    ('a_figure_is_counted_wrong', 'V9', 'audit counts', "UPDATE audit.kpi SET on_time = on_time + 1, late = late - 1"),
    ('a_dossier_counts_as_late', 'V9', 'audit holds', f"UPDATE audit.fact SET timing = 'late' WHERE dossier = {DOSSIER}"),
    ('a_date_had_passed_before_an_apology', 'V9', 'audit holds', f"UPDATE audit.fact SET passed_at = due_at WHERE dossier = {DOSSIER}"),
    ('an_apology_was_sealed_at_another_time', 'V9', 'audit holds', f"UPDATE audit.fact SET apologised_at = coalesce(apologised_at, due_at) - interval '1 second' WHERE dossier = {DOSSIER}"),
    ('a_time_is_one_in_hours', 'V9', 'audit holds', f"UPDATE audit.fact SET by_hours = NOT by_hours WHERE dossier = {DOSSIER}"),
    ('a_stopped_dossier_counts_as_open', 'V9', 'audit holds', f"UPDATE audit.fact SET result = 'open', ended_at = NULL WHERE dossier = {STOPPED}"),
    ('a_stop_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET stopped = 0 WHERE stopped > 0'),
    ('what_is_late_by_rule_counts_as_withdrawn', 'V9', 'audit counts', 'UPDATE audit.kpi SET late = late - 1, late_withdrawn = 0, withdrawn = withdrawn + 1 WHERE late_withdrawn > 0'),
    ('a_dossier_was_received_at_another_counter', 'V9', 'audit holds', f"UPDATE audit.fact SET counter = 'H11.35-Q1' WHERE dossier = {DOSSIER}"),
    ('the_citizen_is_not_waited_for', 'V9', 'audit holds', 'UPDATE audit.fact SET waits_from = NULL WHERE waits_from IS NOT NULL'),
    ('what_is_late_by_rule_is_not_late_yet', 'V9', 'audit holds', "UPDATE audit.fact SET timing = '' WHERE timing = 'late' AND result = 'open'"),
    ('a_supplement_asked_late_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET supplement_late = 0 WHERE supplement_late > 0'),
    ('a_supplement_asked_late_was_in_time', 'V9', 'audit holds', 'UPDATE audit.fact SET supplement_late = false WHERE supplement_late'),
    ('a_second_supplement_had_no_superior', 'V9', 'as a pause', "UPDATE audit.pause SET superior = '' WHERE superior <> ''"),
    ('a_period_was_left_out_for_less', 'V9', 'as a pause', "UPDATE audit.pause SET until_at = until_at - interval '1 hour' WHERE kind = 'excluded'"),
    ('a_pause_is_not_listed', 'V9', 'as a pause', "DELETE FROM audit.pause WHERE kind = 'supplement' AND code = ''"),
    ('a_justified_complaint_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET complaints_justified = 0 WHERE complaints_justified > 0'),
    ('a_publication_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET complaints_published = 0 WHERE complaints_published > 0'),
    ('a_question_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET complaints_asked_more = 0 WHERE complaints_asked_more > 0'),
    ('an_answer_was_never_given', 'V9', 'audit holds', 'UPDATE audit.fact SET answers = 0 WHERE answers > 0'),
    ('a_publication_was_late', 'V9', 'audit holds', 'UPDATE audit.fact SET late_publications = 1 WHERE answers > 0'),
    ('points_of_a_rating_are_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET contact_points = contact_points + 1 WHERE ratings > 0'),
    ('a_contact_to_complete_it_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET contacts_sum = contacts_sum - 1 WHERE contacts_sum > 0'),
    ('an_agency_that_was_come_to_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET agencies_sum = agencies_sum - 1 WHERE agencies_sum > 0'),
    ('contacts_that_a_citizen_says_are_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET contacts_rated_sum = contacts_rated_sum + 1 WHERE ratings > 0'),
    ('who_came_for_it_never_came', 'V9', 'audit holds', 'UPDATE audit.fact SET visited = NOT visited WHERE delivery = \'counter\''),
    ('a_dossier_was_complete_at_once', 'V9', 'audit holds', 'UPDATE audit.fact SET contacts = 0 WHERE contacts > 0'),
    ('a_dossier_was_never_rated', 'V9', 'audit holds', 'UPDATE audit.fact SET rated = false WHERE rated'),
    ('a_way_of_delivery_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET returned_post = returned_post - 1 WHERE returned_post > 0'),
    ('what_came_back_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET came_back = 0 WHERE came_back > 0'),
    ('a_result_was_fetched_by_nobodys_proxy', 'V9', 'audit holds', 'UPDATE audit.fact SET proxy = NOT proxy WHERE delivery = \'counter\''),
    ('a_breach_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET breaches = 0 WHERE breaches > 0'),
    ('an_extension_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET extended = extended - 1 WHERE extended > 0'),
    ('a_breach_is_forgiven', 'V9', 'audit holds', 'UPDATE audit.fact SET extended = 1 WHERE extended = 2'),
    ('a_further_guidance_is_not_counted_apart', 'V9', 'audit counts', 'UPDATE audit.kpi SET guided_again = 0 WHERE guided_again > 0'),
    ('a_guidance_counts_as_a_refusal', 'V9', 'audit holds', "UPDATE audit.fact SET result = 'refused_at_counter' WHERE result = 'guided'"),
    ('a_subject_is_on_hold', 'V10', 'holds it: because', f"UPDATE return.subject SET hold = 'because' WHERE id = {DOSSIER}"),
    ('an_event_waits', 'V10', 'waits: order', f"INSERT INTO return.waiting SELECT {DOSSIER}, 0, 9, 'x', '', 'order', now(), 't', 0, 0, 1"),
    ('a_tick_is_not_acknowledged', 'V10', 'is not acknowledged', 'UPDATE intake.tick SET acknowledged = false WHERE id = (SELECT max(id) FROM intake.tick)'),
    ('a_row_is_not_published', 'V10', 'never taken up', f'UPDATE intake.outbox_row SET xid = pg_current_xact_id() WHERE id = {last_row("intake")}'),
    ('a_reader_did_not_reach_the_end', 'V10', 'stands at offset', "UPDATE audit.consumed SET next_offset = next_offset - 1 WHERE topic = 'taicho.approval.v1'"),
    ('a_timer_was_left', 'V10', 'did not do what was due', f"INSERT INTO intake.timer VALUES ({DOSSIER}, 'apology', '2019-10-01')"),
    ('a_late_entry_is_kept_with_another_reason', 'V12', 'audit keeps', "UPDATE audit.late_entry SET reason = 'other' WHERE number = (SELECT min(number) FROM audit.late_entry)"),
    ('a_late_entry_is_not_kept', 'V12', 'audit keeps None', 'DELETE FROM audit.late_entry WHERE number = (SELECT max(number) FROM audit.late_entry)'),
    ('a_late_entry_is_not_counted', 'V9', 'audit counts', 'UPDATE audit.kpi SET late_entries = late_entries - 1 WHERE late_entries > 0'),
    ('an_act_happened_after_it_was_recorded', 'V12', 'after it was recorded', f"UPDATE appraisal.outbox_row SET value = value || '\\x{field(9, LATEST)}'::bytea WHERE id = {last_row('appraisal')}"),
    ('an_act_is_dated_back_without_a_word', 'V12', 'is no late entry', f"UPDATE appraisal.outbox_row SET value = value || '\\x{field(9, BEFORE)}'::bytea WHERE id = {last_row('appraisal')}"),
    ('a_late_entry_comes_before_what_was_done', 'V12', 'had Received at', f"UPDATE appraisal.outbox_row SET value = value || '\\x{field(9, BEFORE)}'::bytea WHERE {LATE} AND type LIKE '%Assigned'"),
    ('nobody_answers_for_a_late_entry', 'V12', 'was no head of', f"UPDATE appraisal.outbox_row SET value = value || '\\x{field(26, 'H11.35.21-td01')}'::bytea WHERE {LATE} AND type LIKE '%Assigned'"),
    ('a_late_entry_has_another_reason', 'V12', 'for the reason "tired"', f"UPDATE appraisal.outbox_row SET value = value || '\\x{field(25, 'tired')}'::bytea WHERE {LATE} AND type LIKE '%Assigned'"),
    ('a_dossier_is_in_nobodys_hands', 'V10', "in nobody's hands", f"DELETE FROM approval.step WHERE dossier = {OPEN}"),
]


SCHEMA = proto.Schema()


def returned(at, sql, source='return'):
    """(event id, the decoded event) of events of a source, as a query picks them; {0} are its columns, {1} its table."""
    rows = at.s.rows(sql.format('event_id, encode(value, \'hex\') AS value', f'"{source}".outbox_row'))
    return [(r['event_id'], SCHEMA.decode('LifecycleEvent', bytes.fromhex(r['value']))) for r in rows]


def told(event_id, event, source='return'):
    """SQL that makes an event say this, in the outbox and in the history."""
    value = SCHEMA.encode('LifecycleEvent', event).hex()
    return f"""UPDATE "{source}".outbox_row SET value = '\\x{value}' WHERE event_id = '{event_id}'; UPDATE audit.entry SET event = '\\x{value}' WHERE event_id = '{event_id}'"""


def sealed_again(at):
    """The seal of a document happens once more, in the place of what came behind it."""
    (_, sealed), (event_id, ready) = returned(at, """SELECT {0} FROM {1} WHERE type IN ('return.Sealed', 'return.Ready')
        AND key = (SELECT key FROM {1} WHERE type = 'return.Ready' ORDER BY id LIMIT 1) ORDER BY id LIMIT 2""")
    return told(event_id, {**sealed, 'event_id': ready['event_id'], 'version': ready['version']})


def numbered_alike(at):
    """Two documents have one number, in the events alone: return's own book has two."""
    (_, first), (event_id, second) = returned(at, "SELECT {0} FROM {1} WHERE type = 'return.Numbered' ORDER BY id LIMIT 2")
    name = next(f for f in SCHEMA.oneofs['LifecycleEvent'] if f in first)
    same = {f: first[name][f] for f in ('series', 'year', 'number')}
    return told(event_id, {**second, name: {**second[name], **same}})


def reported_as_promised(kind):
    """An event tells the legal date as the reported one, too."""
    def damage(at):
        name = next(f for f in SCHEMA.oneofs['LifecycleEvent'] if SCHEMA.messages['LifecycleEvent'][f][1] == kind)
        event_id, e = next((i, e) for i, e in returned(at, f"SELECT {{0}} FROM {{1}} WHERE type = 'intake.{kind}' ORDER BY id", 'intake')
                           if e[name]['due_at_reported'] != e[name]['due_at'])
        return told(event_id, {**e, name: {**e[name], 'due_at_reported': e[name]['due_at']}}, 'intake')
    return damage


def with_date(kind, due):
    """An event tells another date."""
    def damage(at):
        name = next(f for f in SCHEMA.oneofs['LifecycleEvent'] if SCHEMA.messages['LifecycleEvent'][f][1] == kind)
        event_id, e = returned(at, f"SELECT {{0}} FROM {{1}} WHERE type = 'intake.{kind}' ORDER BY id LIMIT 1", 'intake')[0]
        return told(event_id, {**e, name: {**e[name], 'due_at': due, 'due_at_legal': due, 'due_at_reported': due}}, 'intake')
    return damage


def says_otherwise(kind, has=lambda body: True, command=True, source='intake', **other):
    """An event says something else, or names no batch."""
    def damage(at):
        name = next(f for f in SCHEMA.oneofs['LifecycleEvent'] if SCHEMA.messages['LifecycleEvent'][f][1] == kind)
        event_id, e = next((i, e) for i, e in returned(at, f"SELECT {{0}} FROM {{1}} WHERE type = '{source}.{kind}' ORDER BY id", source) if has(e[name]))
        return told(event_id, {**{f: v for f, v in e.items() if command or f != 'command_id'}, name: {**e[name], **other}}, source)
    return damage


def told_of_a_step(**other):
    """The watch of a step tells something else of it."""
    def damage(at):
        event_id, e = returned(at, "SELECT {0} FROM {1} WHERE type = 'appraisal.AppraisalPassed' ORDER BY id LIMIT 1", 'appraisal')[0]
        return told(event_id, {**e, 'appraisal_passed': {'step': {**e['appraisal_passed']['step'], **other}}}, 'appraisal')
    return damage


def told_of_a_part(part=None, at=0, **other):
    """The warning of a co-operating unit says something else, or was told so much later."""
    def damage(world):
        event_id, e = next((i, e) for i, e in returned(world, "SELECT {0} FROM {1} WHERE type = 'appraisal.AppraisalNear' ORDER BY id", 'appraisal') if e['appraisal_near'].get('part'))
        near = e['appraisal_near']
        return told(event_id, {**e, 'occurred_at': e['occurred_at'] + at, 'appraisal_near': {'step': {**near['step'], **other}, 'part': part or near['part']}}, 'appraisal')
    return damage


def one_of_two_warned(at):
    """Of two units that were warned at one moment one was not."""
    both = [(i, e) for i, e in returned(at, "SELECT {0} FROM {1} WHERE type = 'appraisal.AppraisalNear' ORDER BY id", 'appraisal') if e['appraisal_near'].get('part')]
    event_id, e = next((i, e) for i, e in both if sum(x['subject_id'] == e['subject_id'] and x['occurred_at'] == e['occurred_at'] for _, x in both) == 2)
    return f"DELETE FROM appraisal.outbox_row WHERE event_id = '{event_id}'; DELETE FROM audit.entry WHERE event_id = '{event_id}'"


IN_THE_EVENTS = [
    ('a_unit_is_warned_too_early', 'V6', 'of a part that is warned of at', told_of_a_part(at=-3600000000)),
    ('a_unit_is_warned_of_anothers_part', 'V6', 'says (', told_of_a_part(part=7)),
    ('a_unit_whose_turn_did_not_come_is_warned', 'V6', 'whose turn has not come', told_of_a_part(unit='H11.99')),
    ('one_of_two_units_is_not_warned', 'V6', 'was not warned of its part', one_of_two_warned),
    ('a_warning_of_a_part_is_not_told', 'V6', 'its events say ""', one_of_two_warned),
    ('a_step_passed_at_another_moment', 'V6', 'says it is due at', told_of_a_step(due_at=1571000000000000)),
    ('a_step_is_said_to_have_been_broken_off_later', 'V6', 'was broken off at', says_otherwise('AppraisalBrokenOff', source='appraisal', step={'kind': 'appraise', 'at': 1571000000000000})),
    ('a_step_is_said_to_be_another_units', 'V6', 'says (', told_of_a_step(unit='H11.99')),
    ('a_supplement_tells_the_legal_date_alone', 'V6', 'SupplementReceived says', reported_as_promised('SupplementReceived')),
    ('a_recount_tells_the_legal_date_alone', 'V6', 'DueMoved says', reported_as_promised('DueMoved')),
    ('a_finding_moved_nothing', 'V6', 'FindingRecorded says', with_date('FindingRecorded', 1571000000000000)),
    ('a_period_moved_nothing', 'V6', 'PeriodExcluded says', with_date('PeriodExcluded', 1571000000000000)),
    ('a_dossier_is_judged_by_the_legal_date', 'V9', 'audit holds', reported_as_promised('DueMoved')),
    ('a_recount_names_no_batch', 'V1', 'names batch None', says_otherwise('DueMoved', command=False)),
    ('a_recount_was_ordered_by_another', 'V1', 'ordered by H11.35.21-td01', says_otherwise('DueMoved', ordered_by='H11.35.21-td01')),
    ('a_supplement_is_said_to_lack_nothing', 'V1', 'intake.supplement in numbers', says_otherwise('SupplementReceived', has=lambda body: body.get('lacking_count'), lacking_count=0)),
    ('more_is_said_to_have_been_asked_for', 'V1', 'intake.supplement in numbers', says_otherwise('SupplementReceived', asked_count=3)),
    ('a_form_is_said_to_list_more', 'V1', 'intake.document_missing', says_otherwise('DocumentFiled', has=lambda body: body.get('missing_count'), missing_count=3)),
    ('a_supplement_is_said_to_have_brought_files', 'V1', 'of what is electronic', says_otherwise(
        'SupplementReceived', lambda body: body['medium'] == 'MEDIUM_MIXED', medium='MEDIUM_ELECTRONIC')),
    ('a_supplement_is_said_to_have_brought_papers', 'V1', 'intake.component', says_otherwise('SupplementReceived', medium='MEDIUM_MIXED', has=lambda body: body['medium'] == 'MEDIUM_PAPER')),
    ('a_result_is_said_to_have_gone_where_nobody_reads_it', 'V1', 'was not filed on the portal', says_otherwise('HandedOver', source='return', delivery='DELIVERY_ELECTRONIC')),
    ('papers_are_handed_on_by_who_has_not_got_them', 'V1', 'gives papers of H11.12', says_otherwise('TransferGiven', has=lambda body: body['to_unit'] == SECOND, from_unit='H11.12')),
    ('an_act_happened_twice_in_the_events', 'V2', 'happened 2 times', sealed_again),
    ('two_documents_have_one_number_in_the_events', 'V2', 'a number that 2 documents have', numbered_alike),
]


def request(at, path, phase='answered', status=None):
    return next(i for i, x in enumerate(at) if x['phase'] == phase and x['path'].endswith(path) and (status is None or x['status'] == status))


def change(path, **members):
    """The first line of a request to this path, and its answer, are told differently."""
    def damage(journal):
        line = journal[request(journal, path, status=members.pop('of', None))]
        line.update({k: v for k, v in members.items() if k != 'says'})
        if 'says' in members:
            line['answer'] = {**line['answer'], **members['says']}
    return damage


def forge(journal):
    line = journal[request(journal, '/v1/dossiers', status=201)]
    journal += [{**line, 'key': 'forged', 'phase': 'sent'}, {**line, 'key': 'forged', 'answer': {**line['answer'], 'id': '0' * 8 + line['answer']['id'][8:]}}]


def forget(journal):
    key = journal[request(journal, '/assign', status=200)]['key']
    journal[:] = [x for x in journal if x['key'] != key]


def two_answers(journal):
    line = journal[request(journal, '/seal', status=200)]
    journal.append({**line, 'answer': {**line['answer'], 'version': 9}})


def one_event_for_two(journal):
    line = journal[request(journal, '/deliver', status=200)]
    journal += [{**line, 'key': 'another', 'phase': 'sent'}, {**line, 'key': 'another'}]


IN_THE_JOURNAL = [
    ('a_reception_was_acknowledged_that_never_was', 'V1', 'acknowledged with code', forge),
    ('a_client_has_another_code', 'V1', 'acknowledged with code', change('/v1/dossiers', of=201, says={'code': '000.21.35.H11-191001-0077'})),
    ('a_client_was_told_a_version_that_never_was', 'V7', 'never emitted', change('/archive', of=200, says={'version': 99})),
    ('a_client_was_told_another_number', 'V7', 'Numbered', change('/number', of=200, says={'number': 77})),
    ('a_client_was_told_of_another_apology', 'V7', 'ExtensionRequested', change('/extension', of=201, says={'apology': {'id': '0' * 8 + '-0000-4000-8000-000000000000', 'sha256': '0' * 64, 'pages': 1}})),
    ('a_client_was_told_of_another_ground', 'V7', 'StopRequested', change('/stop', of=201, says={'ground': 'other'})),
    ('a_client_was_told_of_another_cause', 'V7', 'CorrectionRequested', change('/correct', of=201, says={'cause': 'system'})),
    ('a_client_was_told_of_other_points', 'V7', 'RatingGiven', change('/rating', of=201, says={'points': {'satisfaction': 0, 'attitude': 0, 'contacts': 0, 'agencies': 0}})),
    ('a_client_was_told_of_another_part', 'V7', 'Contributed', change('/contribute', of=200, says={'unit': 'H11.12'})),
    ('a_client_was_told_of_another_complaint', 'V7', 'ComplaintFiled', change('/complaints', of=201, says={'number': 7})),
    ('a_client_was_told_that_it_was_refused', 'V7', 'were acknowledged', change('/grant', of=200, status=422)),
    ('an_act_was_asked_for_by_nobody', 'V7', 'Assigned of appraisal happened', forget),
    ('a_key_has_two_answers', 'V7', 'then 200', two_answers),
    ('two_keys_were_acknowledged_with_one_event', 'V7', 'with one event', one_event_for_two),
    ('somebody_else_acted', 'V7', 'keeps no such answer', change('/sign', of=200, actor='H11.35.21-tn01')),
]


def copied(topics):
    other = copy.copy(topics)
    other.records = {topic: [copy.copy(r) for r in records] for topic, records in topics.records.items()}
    return other


def lane(topics, topic, most=2):
    """The records of one partition that has some."""
    records = topics.records[topic]
    return next(r for p in range(12) if len(r := [x for x in records if x.partition == p]) >= most)


def lost(topics):
    topics.records['taicho.intake.v1'].remove(lane(topics, 'taicho.intake.v1')[1])


def swapped(topics):
    records, (a, b) = topics.records['taicho.return.v1'], lane(topics, 'taicho.return.v1')[:2]
    i, j = records.index(a), records.index(b)
    records[i], records[j], a.offset, b.offset = b, a, b.offset, a.offset


def repeated(topics):
    """What a relay does that was killed: allowed."""
    records = topics.records['taicho.return.v1']
    for r in lane(topics, 'taicho.return.v1')[-2:]:
        records.append(r)


def altered(topics):
    topics.records['taicho.approval.v1'][5].value += b'\xa8\x01\x01'


def unknown(topic, **other):
    """One more message under an id that no row has, which says what the last one says, or something else."""
    def damage(topics):
        r = copy.copy(topics.records[topic][-1])
        r.headers = {**r.headers, 'ce_id': '01234567-89ab-7def-8123-456789abcdef'}
        for name, value in other.items():
            setattr(r, name, value)
        topics.records[topic].append(r)
    return damage


def renumbered(topics):
    r = lane(topics, 'taicho.appraisal.v1')[-1]
    r.headers = {**r.headers, 'ce_sequence': str(int(r.headers['ce_sequence']) + 5)}


def wiped(topics):
    topics.cluster = 'another'


def old_figure(topics):
    r = topics.records['taicho.audit.kpi.v1'][-1]
    said = json.loads(r.value)
    r.value = json.dumps({**said, 'received': said['received'] + 9}).encode()


def unpublished_entry(topics):
    topics.records['taicho.audit.entry.v1'].pop(7)


def unpublished_letter(topics):
    """Of one of its readers."""
    topics.records[POISONED + '.dlq'].pop()


def altered_letter(topics):
    topics.records[POISONED + '.dlq'][0].value = b'another'


def in_flight(topics, again=True):
    """As it is on a broker that came back empty while a message was on its way to it."""
    records = topics.records['taicho.return.v1']
    moved = lane(topics, 'taicho.return.v1')
    first, last = moved[0], moved[-1]
    early = copy.copy(last)
    early.offset = 0
    for r in moved:
        r.offset += 1
    if not again:
        records.remove(last)
    records.insert(records.index(first), early)


ON_THE_TOPICS = [
    ('a_message_is_lost', 'V3', 'is not on taicho.intake.v1', lost),
    ('messages_crossed', 'V4', 'the log begins with number 2', swapped),
    ('a_message_is_altered', 'V3', 'is not what row', altered),
    ('a_message_comes_from_nowhere', 'V3', 'no outbox has this message', unknown('taicho.approval.v1')),
    ('a_dead_letter_comes_from_nowhere', 'V3', 'no outbox has this message', unknown(POISONED + '.dlq')),
    ('a_record_of_the_catalogue_comes_from_nowhere', 'V3', 'no outbox has this message', unknown('taicho.catalogue.v1')),
    ('a_figure_comes_from_nowhere', 'V3', 'no outbox has this message', unknown('taicho.audit.kpi.v1')),
    ('an_entry_comes_from_nowhere', 'V3', 'no outbox has this message', unknown('taicho.audit.entry.v1')),
    ('a_figure_is_of_nobody', 'V9', 'no entry is counted there', unknown('taicho.audit.kpi.v1', key=b'H11.99/1.1/2019-10-01')),
    ('a_message_has_a_wrong_number', 'V4', 'number', renumbered),
    ('the_broker_is_another_one', 'V4', 'knows cluster', wiped),
    ('a_published_figure_is_old', 'V9', 'says (wrong, right)', old_figure),
    ('an_entry_is_not_published', 'V3', 'is not on taicho.audit.entry.v1', unpublished_entry),
    ('a_dead_letter_is_not_published', 'V8', 'is not on taicho.intake.v1.dlq', unpublished_letter),
    ('a_published_dead_letter_is_altered', 'V8', 'on taicho.intake.v1.dlq is another one', altered_letter),
    ('messages_that_are_repeated_are_no_violation', None, None, repeated),
]


def named(found, invariant, word):
    violations, counts = found
    if invariant is None:
        return equal(violations, [], 'violations')
    mine = [v for v in violations if v['invariant'] == invariant and word in v['text']]
    check(mine, f'{invariant} says "{word}"', *lines(violations[:30], {}))
    say(f"{invariant} {mine[0]['subject']}: {mine[0]['text'][:160]}; {len(violations)} in all")


def alone(invariant):
    """Hundreds of damages: each is looked at by the invariant that must name it; what names nothing, by all. Where the readers stand is compared by V4
    and told as V10."""
    return [invariant, 'V4'] if invariant == 'V10' else [invariant] if invariant else None


def add(name, function):
    function.__name__ = name
    test(function)


for name, invariant, word, sql in IN_THE_DATABASE:
    add(name, lambda at, invariant=invariant, word=word, sql=sql: named(at.run(sql=sql, only=alone(invariant)), invariant, word))
for name, invariant, word, damage in IN_THE_EVENTS:
    add(name, lambda at, invariant=invariant, word=word, damage=damage: named(at.run(sql=damage(at), only=alone(invariant)), invariant, word))
for name, invariant, word, damage in IN_THE_JOURNAL:
    def damaged(at, invariant=invariant, word=word, damage=damage):
        journal = copy.deepcopy(at.lines)
        damage(journal)
        named(at.run(lines=journal, only=alone(invariant)), invariant, word)
    add(name, damaged)
for name, invariant, word, damage in ON_THE_TOPICS:
    def damaged(at, invariant=invariant, word=word, damage=damage):
        topics = copied(at.topics)
        damage(topics)
        named(at.run(topics=topics, only=alone(invariant)), invariant, word)
    add(name, damaged)


# Functions and views of the services' schemas are not there any more. What a drop takes along is not named a second time.
WITHOUT_FUNCTIONS = """SET LOCAL client_min_messages = warning; DO $$
DECLARE
    ours text[] = '{intake,appraisal,approval,"return",audit}';
    x text;
BEGIN
    FOREACH x IN ARRAY (SELECT array_agg('FUNCTION IF EXISTS ' || oid::regprocedure) FROM pg_proc WHERE pronamespace::regnamespace::text = ANY (ours))
                    || (SELECT array_agg('VIEW IF EXISTS ' || oid::regclass) FROM pg_class WHERE relkind = 'v' AND relnamespace::regnamespace::text = ANY (ours)) LOOP
        EXECUTE 'DROP ' || x || ' CASCADE';
    END LOOP;
END $$"""


@test
def nothing_is_asked_that_a_schema_computes(at):
    equal(at.run(sql=WITHOUT_FUNCTIONS)[0], [], 'violations')


# Rows of days that an outbox has dropped: of the catalogue, of figures and of a dead letter.
DAYS_GONE = """DELETE FROM intake.outbox_row WHERE topic = 'taicho.catalogue.v1'; DELETE FROM intake.tick WHERE id = 1;
    DELETE FROM audit.outbox_row WHERE topic = 'taicho.audit.kpi.v1'; UPDATE audit.tick SET at = at - interval '10 days' WHERE id = 1;
    DELETE FROM approval.outbox_row WHERE topic LIKE '%.dlq'; UPDATE approval.dead_letter SET at = at - interval '10 days'; DELETE FROM approval.tick WHERE id = 1"""


def records_of(topics, kind):
    """The catalogue's messages of one kind, decoded."""
    return [(r, said) for r in topics.records['taicho.catalogue.v1'] if (said := SCHEMA.decode('CatalogueRecord', r.value))['kind'] == kind]


def catalogue_says(kind, **other):
    def damage(topics):
        r, said = records_of(topics, kind)[0]
        r.value = SCHEMA.encode('CatalogueRecord', {**said, **other})
    return damage


def figure_of_tomorrow(topics):
    r = topics.records['taicho.audit.kpi.v1'][0]
    r.value = json.dumps({**json.loads(r.value), 'as_of': 1 << 40}).encode()


def letter_of(topics, service):
    return next(r for r in topics.records[POISONED + '.dlq'] if r.headers['ce_source'] == f'/taicho/{service}')


def another_letter(topics):
    letter_of(topics, 'approval').value = b'another'


@test
def what_stands_there_from_days_that_are_gone_is_what_the_tables_say(at):
    topics = copied(at.topics)
    r = letter_of(topics, 'approval')
    r.headers = {**r.headers, 'ce_id': '00000000-0000-7000-8000-000000000000'}
    equal(at.run(sql=DAYS_GONE, topics=topics)[0], [], 'violations')
    for damage in (catalogue_says('officer', valid_to=1), catalogue_says('pointer', pointer={'version': 9}), catalogue_says('release', release_closed={'number': 1, 'records': 1}),
                   figure_of_tomorrow, another_letter):
        worse = copied(topics)
        damage(worse)
        named(at.run(sql=DAYS_GONE, topics=worse), 'V3', 'no outbox has this message')


@test
def a_poisoned_message_needs_its_dead_letter(at):
    r = at.topics.records['taicho.intake.v1'][0]
    named(at.run(poisoned=[{'topic': r.topic, 'partition': r.partition, 'offset': r.offset}]), 'V8', 'return has 0 dead letters of this poisoned message')


@test
def what_was_in_flight_when_a_broker_was_wiped_may_come_first_and_comes_again(at):
    topics = copied(at.topics)
    in_flight(topics)
    named(at.run(topics=topics), 'V4', 'the log begins with number')
    equal(at.run(topics=topics, wiped=True)[0], [], 'violations')
    topics = copied(at.topics)
    in_flight(topics, again=False)
    named(at.run(topics=topics, wiped=True), 'V4', 'not again in its place')


@test
def a_journal_may_end_in_the_middle_of_a_line_and_nowhere_else(at):
    violations, counts = at.run(tail='{"t": 1, "id"')
    equal((violations, counts['V7']['torn last lines']), ([], 1), 'a client was killed')
    try:
        at.run(tail='{"t": 1, "id"\n{}\n')
    except CannotCheck as e:
        check('is no JSON' in str(e), 'the line is named', e)
    else:
        check(False, 'a journal that cannot be read is no journal')


@test
def what_an_earlier_check_read_changes_nothing_of_the_next_one(at):
    memory = Memory()
    check(at.run(lines=at.lines[:-40], memory=memory)[0], 'things were done that half a journal does not name')
    fresh, counts = at.run()
    equal(at.run(memory=memory), (fresh, counts), 'violations and counts of the whole journal')
    equal(fresh, [], 'and it is in order')
    named(at.run(sql='DELETE FROM audit.entry WHERE number = (SELECT max(number) / 2 FROM audit.entry)', memory=memory), 'V5', 'was to come')


@test
def a_subject_that_is_to_be_on_hold_is_no_violation(at):
    held = at.s.value('SELECT id FROM intake.dossier WHERE state = \'returned\' ORDER BY code LIMIT 1')
    sql = f"UPDATE return.subject SET hold = 'because' WHERE id = '{held}'"
    equal(at.run(sql=sql, expected_held=[held])[0], [], 'violations')


@test
def a_leak_is_found(at):
    check(at.before['intake']['fds'] > 5 and at.before['database of intake']['connections'] > 0, 'it was measured', at.before)
    equal(leaks(at.before, at.before), [], 'leaks of nothing')
    # Sanitizers keep freed memory for a while.
    equal(leaks(at.before, at.after, {'rss_kib': (2, 1 << 20)}), [], 'leaks of a few hundred requests')
    grown = copy.deepcopy(at.before)
    grown['return']['fds'] += 100
    grown['database of audit']['in_transaction'] += 1
    equal(sorted((v['invariant'], v['subject']) for v in leaks(at.before, grown)), [('V11', 'database of audit'), ('V11', 'return')], 'leaks')


main(scene)
