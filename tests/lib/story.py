"""A dossier's life in the API's own words: one verb, one command. Whoever acts is an officer of the reference data; what a
service answered is sent along as Taicho-Seen, as every client does."""
import base64
import datetime
import hashlib
import shutil
import uuid

from system import SERVICES, reference_with
from tap import check, equal, until

OPERATOR = ('operator-1', 'operator', 'H11')
INSPECTOR = 'H11.03-ttr01'
PORTAL = ('cong-dvc', 'portal', 'H11')
ADMIN = 'H11-admin'

BIRTH = '1.001193'              # on the spot, commune, same day
EXTRACT = '2.000635'            # on the spot, same day; one officer may appraise and decide
WILL = '2.001019'               # on the spot, commune
MOBILE_BIRTH = '1.003583'       # back office, commune
DISABILITY = '1.001699'         # back office, commune, two rounds
LAND = '2.000889'               # back office, district: verify, endorse, obligation
BUILDING = '1.009994'           # back office, district: consult
PETROL = '2.000648'             # back office, department: H11.07 leads, with H11.10 and H11.11
PHAN_THIET = 'H11.35'
MUI_NE = 'H11.35.21'

PAPER = b'%PDF-1.4 ' + 'Dự thảo kết quả'.encode()


# What is said of a delivery when nothing particular is to be said.
COMES = {'name': 'Lê Văn Nhận', 'paper': 'identity', 'number': '001088000111'}        # for somebody else
HANDING = {'counter': {'who': 'applicant', 'paper': 'receipt'}, 'post': {'consignment': 'EE123456785VN'}, 'electronic': {}}


class Desk:
    """Who sits where in a unit (deploy/reference/README.md gives the posts)."""

    def __init__(self, unit=MUI_NE, counter=None, at_counter=True):
        self.unit, self.counter = unit, counter or f'{unit}-Q1'
        n = {True: '01', False: '02'}[at_counter]
        commune = unit.count('.') == 2
        self.receiver = f'{unit}-tn01'
        self.returner = f'{unit}-tk01'
        self.device = (self.counter, 'device', unit)            # that citizens rate at
        self.head = f'{unit}-pd01' if commune else f'{unit}-tr01'
        self.appraiser = f'{unit}-td{n}' if commune else f"{unit}-td{'01' if at_counter else '03'}"
        self.endorser = f'{unit}-tp01'
        self.decider, self.decider_mandate = f'{unit}-tc01', f'{unit}-tc01-tuq'     # at the counter, of what one officer may do at once
        self.approver = f'{unit}-pd02' if at_counter else f'{unit}-pd01'
        self.mandate = f'{self.approver}-kt' if at_counter else f'{self.approver}-tm'
        self.clerk = f'{unit}-vt02' if at_counter else f'{unit}-vt01'
        self.seal = f'{unit}-s2' if at_counter else f'{unit}-s1'
        self.result_series, self.refusal_series, self.apology_series = f'{unit}-kq', f'{unit}-tb', f'{unit}-xl'
        self.notice_series = f'{unit}-dg'
        self.correction_series = f'{unit}-dc'


def petrol_desk():
    """The department that leads the linked procedure, at its office."""
    desk = Desk('H11.07', counter='H11.01-Q7', at_counter=False)
    desk.appraiser, desk.approver, desk.mandate, desk.head = 'H11.07-td02', 'H11.07-pd02', 'H11.07-pd02-kt', 'H11.07-pd02'
    return desk


def applicant(name='Nguyễn Thị Tại Chỗ', **more):
    return {'name': name, 'identity_number': '060123456789', 'phone': '0912345678', 'address': 'Khu phố 1, phường Mũi Né', **more}


def reception(desk, procedure=BIRTH, **more):
    """The body of POST /v1/dossiers."""
    return {'counter': desk.counter, 'procedure': procedure, 'channel': 'counter', 'applicant': applicant(),
            'content': 'Đề nghị giải quyết', 'components': [{'name': 'Tờ khai', 'originals': 1, 'certified': 0, 'copies': 1}], **more}


FILES = [{'name': 'Tờ khai', 'form': 'electronic'}, {'name': 'Giấy chứng sinh', 'form': 'electronic'}]


def filing(desk, procedure=BIRTH, reference=None, **more):
    """The body of POST /v1/submissions."""
    return {'reference': reference or f'DVC-{uuid.uuid4().hex[:12]}', 'unit': desk.unit, 'procedure': procedure, 'applicant': applicant(),
            'content': 'Đăng ký khai sinh cho con', 'components': FILES, **more}


def paper(kind, content=PAPER, pages=1):
    return {'kind': kind, 'media_type': 'application/pdf', 'pages': pages, 'content_base64': base64.b64encode(content).decode()}


def new_paper(content):
    """A paper in the body of the act that it comes with."""
    return {k: v for k, v in paper('', content).items() if k != 'kind'}


def same_day(opinion='for', content=PAPER, **more):
    """What the officer at the counter decides with the receipt."""
    return {'opinion': opinion, 'draft': {k: v for k, v in paper('', content).items() if k != 'kind'}, **more}


def decreed(s, name, day, value):
    """From a day on the term has another value, everywhere."""
    old = {k: v for k, v in s.get('intake', f'/v1/catalogue/term/{name}', ADMIN).json.items() if k not in ('version', 'release')}
    new = {**old, 'valid_from': day, 'value': value, 'basis': 'nghị định thay thế (thử)'}
    release = s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [{**old, 'valid_to': day}, new]}).json['release']
    until(lambda: all(s.release(n) == release for n in SERVICES), 60, 'the release is everywhere')


def today(s):
    return datetime.date.fromisoformat(s.get('intake', '/readyz', None)['business_time'][:10])


def late_entry(at, reason='network', superior=None):
    """The header of an act that was done on paper while the system was away."""
    return {'Taicho-Late-Entry': f'occurred_at={at}, reason={reason}, superior={superior}'}


def superior_of(officers, who):
    """A head of his unit; of a head, one of the unit above it."""
    unit = officers[who]['unit']
    if 'head' in officers[who]['roles'].split():
        unit = unit.rpartition('.')[0]
    return next(o['officer'] for o in officers.values() if o['unit'] == unit and 'head' in o['roles'].split() and o['officer'] != who)


# What the request form of a supplement lists.
LACKING = [{'name': 'Bản sao giấy chứng sinh', 'originals': 0, 'certified': 1, 'copies': 0},
           {'name': 'Bản sao giấy chứng nhận kết hôn', 'originals': 0, 'certified': 1, 'copies': 0}]


def brought(lacking=LACKING, without=()):
    """Components that answer all of a list but these numbers of it."""
    return [{**m, 'item': n} for n, m in enumerate(lacking, 1) if n not in without]


MISSING = [{'name': 'Giấy chứng sinh', 'originals': 1, 'certified': 0, 'copies': 0}, {'name': 'Căn cước công dân', 'originals': 0, 'certified': 0, 'copies': 1}]


# Units that do not work from 07:00 to 11:30 and from 13:30 to 17:00: one that leads, two that co-operate, one that is asked, and two whose own steps are at the office.
OWN_HOURS = {'units': {'H11.07': {'office_hours': '07:30-11:30 13:00-17:00'}, 'H11.10': {'office_hours': '06:30-11:00 13:00-16:30'},
                       'H11.11': {'office_hours': '06:30-11:00 13:00-16:30'}, 'H11.36': {'office_hours': '07:00-12:00'}, 'H11.35': {'office_hours': '06:30-10:30 13:30-17:30'},
                       'H11.35.22': {'office_hours': '07:30-11:45 13:15-16:30'}}}


def new_holiday(s, day):
    """The reference data again, with one more holiday."""
    copy = s.dir / f'reference-{day}'
    shutil.copytree(s.data(), copy)
    with open(copy / 'calendar.csv', encoding='utf-8') as f:
        head, *rows = f.read().splitlines()
    row = dict.fromkeys(head.split(','), '')
    example = dict(zip(head.split(','), next(r for r in rows if '2019-09-02' in r).split(',')))
    row.update(example, date=day)
    rows.append(','.join(row[k] for k in head.split(',')))
    (copy / 'calendar.csv').write_text('\n'.join([head, *sorted(rows)]) + '\n', encoding='utf-8')
    s.ctl('catalogue', 'import', copy)


def with_waits(s, waits, basis):
    """The reference data again, from a copy: how many days these procedures wait for a supplement, and the law that says so."""
    copy = reference_with(s.dir / 'reference-waits', {'procedures': {p: {'supplement_wait': str(days), 'supplement_basis': basis}
                                                                     for p, days in waits.items()}}, s.data())
    s.ctl('catalogue', 'import', copy)
    for procedure, days in waits.items():
        until(lambda: s.get('intake', f'/v1/catalogue/procedure/{procedure}', INSPECTOR).json.get('supplement_wait') == days, 10, 'the rule is known')


def visit(desk, procedure=BIRTH, **more):
    """The body of POST /v1/guidances."""
    return {'counter': desk.counter, 'procedure': procedure, 'channel': 'counter', 'applicant': applicant(), 'content': 'Đăng ký khai sinh cho con',
            'missing': MISSING, 'reasons': ['missing_component'], 'explanation': 'Thiếu hai giấy tờ', **more}


def costs(system, fees, *procedures):
    """From now on the procedures have these rules of what is to be paid, everywhere."""
    records = []
    for procedure in procedures:
        now = system.get('intake', f'/v1/catalogue/procedure/{procedure}?day=2019-10-01', ADMIN).json
        records.append({**{k: v for k, v in now.items() if k not in ('version', 'release')}, 'fees': fees})
    release = system.must('intake', '/v1/catalogue/releases', ADMIN, {'records': records}).json['release']
    until(lambda: all(system.release(n) == release for n in ('intake', 'appraisal', 'approval', 'return', 'audit')), 60, 'the release is everywhere')


def moment(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def forward_to(s, when):
    """The business clock goes to just behind a moment."""
    seconds = (moment(when) - moment(s.business_now())).total_seconds()
    check(seconds > 0, 'it lies ahead', when)
    s.ctl('clock', 'forward', f'{int(seconds) + 1}s')


WATCHES = tuple(f'{service}{what}' for service in ('Intake', 'Appraisal', 'Approval', 'Return') for what in ('Near', 'Passed'))


class Dossier:
    def __init__(self, system, desk=None, procedure=BIRTH):
        self.s, self.desk, self.procedure = system, desk or Desk(), procedure
        self.id = self.code = self.received = None
        self.seen, self.draft, self.lacking = {}, None, []
        self.paper = None               # [when the next act was done on paper, why]; None: they are done now

    def on_paper(self, since, reason='network'):
        """From now on each act is entered late, as done a minute after the one before; since None: no longer."""
        self.paper = since and [datetime.datetime.fromisoformat(since), reason]
        return self

    def _headers(self, who):
        if not self.paper:
            return {}
        at, reason = self.paper
        self.paper[0] = at + datetime.timedelta(minutes=1)
        return {'headers': late_entry(at.isoformat(), reason, superior_of(self.s.officers, who))}

    def _post(self, service, path, who, body, **more):
        a = self.s.must(service, path, who, body, seen=dict(self.seen), **self._headers(who), **more)
        self._saw(service, a)
        return a

    def _saw(self, service, answer):
        if answer.json and 'version' in answer.json:
            self.seen[service] = max(self.seen.get(service, 0), answer['version'])

    def refused(self, service, verb, who, body, status):
        """The same command, which is to be refused with this status; the answer."""
        path = {'intake': 'dossiers', 'appraisal': 'appraisals', 'approval': 'approvals', 'return': 'returns'}[service]
        a = self.s.post(service, f'/v1/{path}/{self.id}/{verb}', who, body, seen=dict(self.seen))
        check(a.status == status, f'{verb} by {who} was to be answered with {status}', a)
        return a

    # ---- intake

    def guide(self, by=None, **more):
        """What is missing is told first; the guidance's id."""
        return self._post('intake', '/v1/guidances', by or self.desk.receiver, visit(self.desk, self.procedure, **more))['id']

    def receive(self, by=None, **more):
        a = self._post('intake', '/v1/dossiers', by or self.desk.receiver, reception(self.desk, self.procedure, **more))
        equal(a.status, 201, 'status of a reception')
        self.received, self.id, self.code = a.json, a['id'], a['code']
        self.s.noted[:] = [self.id, self.code]
        return self

    def filed_online(self, **more):
        """Filed on the portal, and accepted at the counter as it was filed."""
        a = self._post('intake', '/v1/submissions', PORTAL, filing(self.desk, self.procedure, **more))
        return self.receive(channel='online', components=FILES, submission=a['id'])

    def file(self, kind='draft_result', by=None, content=PAPER, pages=1, **more):
        """Files a document; its handle."""
        a = self._post('intake', f'/v1/dossiers/{self.id}/documents', by or self.desk.appraiser, {**paper(kind, content, pages), **more})
        equal(a.status, 201, 'status of a filed document')
        equal(a['sha256'], hashlib.sha256(content).hexdigest(), 'sha256')
        return {'id': a['id'], 'sha256': a['sha256'], 'pages': a['pages']}

    def give_transfer(self, by=None):
        self._post('intake', f'/v1/dossiers/{self.id}/transfers/give', by or self.desk.receiver, {})
        return self

    def take_transfer(self, by=None):
        self._post('intake', f'/v1/dossiers/{self.id}/transfers/take', by or self.desk.appraiser, {})
        return self

    def take_turn(self, by):
        """A post of the unit that the papers have come to in their round signs for them."""
        return self._post('intake', f'/v1/dossiers/{self.id}/turn/take', by, {}).json

    def refuse_turn(self, by, reason='thiếu trang'):
        return self._post('intake', f'/v1/dossiers/{self.id}/turn/refuse', by, {'reason': reason}).json

    def owe(self, notice='12/TB-CCT', by=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/obligation', by or self.desk.appraiser, {'notice': notice}).json

    def pay(self, by=None, document=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/obligation/met', by or self.desk.appraiser, {'document': document} if document else {}).json

    def supply(self, by=None, channel='counter', components=None, without=None):
        """What was missing comes to the counter; without: {number in the list: why it does not}."""
        body = {'channel': channel, 'components': brought(self.lacking, without or ()) if components is None else components}
        if without:
            body['without'] = [{'item': n, 'reason': reason} for n, reason in without.items()]
        return self._post('intake', f'/v1/dossiers/{self.id}/supplement', by or self.desk.receiver, body).json

    def give_supply(self, number=1, by=None):
        """What a supplement brought to the counter follows the other papers."""
        return self._post('intake', f'/v1/dossiers/{self.id}/transfers/give', by or self.desk.receiver, {'supplement': number}).json

    def take_supply(self, number=1, by=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/transfers/take', by or self.desk.appraiser, {'supplement': number}).json

    def evidence(self, by=None, content=b'%PDF-1.4 this is why'):
        """What shows why a date moves is filed; its id."""
        return self.file('evidence', by, content)['id']

    def find(self, finding, by=None, document=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/finding', by or self.desk.appraiser,
                          {'finding': finding, 'document': document or self.evidence(by)}).json

    def exclude(self, period, begin, end, by=None, document=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/exclude', by or self.desk.appraiser,
                          {'period': period, 'from': begin, 'until': end, 'document': document or self.evidence(by)}).json

    def end_period(self, period, end, by=None, document=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/exclude/end', by or self.desk.appraiser,
                          {'period': period, 'until': end, 'document': document or self.evidence(by)}).json

    def ask_back(self, by=None, channel='counter'):
        """The citizen's written request to withdraw the dossier."""
        request = {k: v for k, v in paper('', b'%PDF-1.4 I want it back').items() if k != 'kind'}
        return self._post('intake', f'/v1/dossiers/{self.id}/withdrawal', by or self.desk.receiver, {'channel': channel, **request}).json

    def bring_back(self, *numbers, by=None):
        """Whoever has papers gives them back to the counter; all that goes back to the citizen when none are named."""
        return self._post('intake', f'/v1/dossiers/{self.id}/papers/bring-back', by or self.desk.appraiser,
                          {'components': [{'number': n} for n in numbers]} if numbers else {}).json

    def take_back(self, by=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/papers/take-back', by or self.desk.returner, {}).json

    def refuse_back(self, by=None, reason='thiếu một trang'):
        return self._post('intake', f'/v1/dossiers/{self.id}/papers/refuse-back', by or self.desk.returner, {'reason': reason}).json

    def give_back(self, *numbers, by=None, **how):
        """The citizen has papers back."""
        return self._post('intake', f'/v1/dossiers/{self.id}/papers/give-back', by or self.desk.receiver,
                          {**({'components': [{'number': n} for n in numbers]} if numbers else {}), **how}).json

    def lose(self, *numbers, what='lost', found='custody', by=None, content=b'%PDF-1.4 minutes of a loss'):
        """Papers are lost, or damaged, with the minutes; what is answered."""
        return self._post('intake', f'/v1/dossiers/{self.id}/loss', by or self.desk.receiver, {
            'components': [{'number': n} for n in numbers], 'what': what, 'found': found, 'minutes': new_paper(content)}).json

    def settle_loss(self, number=1, remedy='found', by=None, responsible=None, **more):
        """A head puts it right, with an apology unless they were found."""
        body = {'number': number, 'remedy': remedy, 'responsible': responsible or self.desk.receiver, **more}
        if remedy != 'found':
            body.setdefault('apology', new_paper(b'%PDF-1.4 we lost it and are sorry'))
        return self._post('intake', f'/v1/dossiers/{self.id}/loss/settle', by or self.desk.head, body).json

    def ask_more(self, new_due_at=None, by=None, reason='overload', content=b'%PDF-1.4 we are sorry'):
        """The apology with a new date, or with the one that was prepared; its handle is kept."""
        body = {k: v for k, v in paper('', content).items() if k != 'kind'}
        a = self._post('intake', f'/v1/dossiers/{self.id}/extension', by or self.desk.appraiser, {'reason': reason, **body, **({'new_due_at': new_due_at} if new_due_at else {})})
        self.apology = a['apology']
        return a.json

    def ask_stop(self, ground='object_gone', by=None, content=b'%PDF-1.4 we do not go on'):
        """The notice that the dossier is not handled any further; its handle is kept."""
        body = {k: v for k, v in paper('', content).items() if k != 'kind'}
        a = self._post('intake', f'/v1/dossiers/{self.id}/stop', by or self.desk.appraiser, {'ground': ground, **body})
        self.notice = a['notice']
        return a.json

    def correct(self, cause='typing', unit=None, by=None, reported_by='citizen', content=b'%PDF-1.4 we were wrong'):
        """The result is wrong: the letter that corrects it is filed, and asked to be signed; its handle is kept."""
        by = by or self.desk.appraiser
        self.correction = self.file('correction', by, content)
        return self._post('intake', f'/v1/dossiers/{self.id}/correct', by, {
            'correction': self.correction, 'cause': cause, 'unit': unit or self.desk.unit, 'reported_by': reported_by}).json

    def pay_fee(self, fee, by=None, means='cash', receipt='BL-0001'):
        return self._post('intake', f'/v1/dossiers/{self.id}/fees/pay', by or self.desk.receiver, {'fee': fee, 'means': means, 'receipt': receipt}).json

    def waive_fee(self, fee, ground, by=None, superior=None):
        return self._post('intake', f'/v1/dossiers/{self.id}/fees/waive', by or self.desk.receiver,
                          {'fee': fee, 'ground': ground, 'superior': superior or self.desk.head}).json

    def refund_fee(self, fee, by=None, **more):
        return self._post('intake', f'/v1/dossiers/{self.id}/fees/refund', by or self.desk.returner, {'fee': fee, **more}).json

    def rate(self, by, means='device', satisfaction='satisfied', attitude='good', contacts=0, agencies=1, **more):
        """How the citizen found it."""
        return self._post('intake', f'/v1/dossiers/{self.id}/rating', by, {
            'by': means, 'satisfaction': satisfaction, 'attitude': attitude, 'contacts': contacts, 'agencies': agencies, **more}).json

    def complain(self, by=None, category='delay', channel='counter', **more):
        """A citizen complains; what is answered with its number."""
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints', by or self.desk.receiver, {
            'channel': channel, 'category': category, 'text': 'Hồ sơ chậm, không ai giải thích', **more}).json

    def reply(self, number, by, justified=True):
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints/{number}/answer', by, {'justified': justified, 'text': 'Đã kiểm tra'}).json

    def ask_complainant(self, number, by):
        """A head has to know more of it."""
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints/{number}/ask', by, {'text': 'Xin nói rõ ngày và quầy'}).json

    def supply_complaint(self, number, by=None, channel='post'):
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints/{number}/supply', by or self.desk.receiver, {
            'channel': channel, 'text': 'Sáng thứ Hai, quầy số 2'}).json

    def publish_answer(self, number, by):
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints/{number}/publish', by, {}).json

    def refuse_complaint(self, number, by):
        return self._post('intake', f'/v1/dossiers/{self.id}/complaints/{number}/refuse', by, {'text': 'Không thuộc thẩm quyền'}).json

    # ---- appraisal

    def assign(self, to=None, by=None):
        to = to or self.desk.appraiser
        self._post('appraisal', f'/v1/appraisals/{self.id}/assign', by or to, {'officer': to})
        return self

    def conclude(self, opinion='for', by=None, content=PAPER, reasons=None, draft=None):
        """draft: one that was filed before."""
        self.draft = draft or self.file('draft_result' if opinion == 'for' else 'draft_refusal', by, content)
        reasons = reasons if reasons is not None else [] if opinion == 'for' else ['not_eligible']
        self._post('appraisal', f'/v1/appraisals/{self.id}/conclude', by or self.desk.appraiser,
                   {'opinion': opinion, 'draft': self.draft, 'reasons': reasons})
        return self

    def verify(self, by=None, act='verify', **more):
        by = by or self.desk.appraiser
        minutes = self.file('minutes', by, b'%PDF-1.4 minutes')
        self._post('appraisal', f'/v1/appraisals/{self.id}/{act}', by, {
            'at': self.s.business_now(), 'place': 'site', 'participants': [by], 'others': 2, 'minutes': minutes, **more})
        return self

    def verify_beside(self, by=None, **more):
        return self.verify(by, 'verify-beside', **more)

    def ask_opinion(self, unit, hours=8, by=None):
        """Of one more unit, beside the process: it contributes."""
        by = by or self.desk.appraiser
        request = self.file('request', by, b'%PDF-1.4 what do you think?')
        return self._post('appraisal', f'/v1/appraisals/{self.id}/ask-opinion', by, {'unit': unit, 'hours': hours, 'request': request}).json

    def ask(self, unit, by=None):
        by = by or self.desk.appraiser
        request = self.file('request', by, b'%PDF-1.4 what do you think?')
        a = self._post('appraisal', f'/v1/appraisals/{self.id}/ask', by, {'unit': unit, 'request': request})
        self.answer_due = a['step_due_at']
        return self

    def answer(self, by):
        opinion = self.file('opinion', by, b'%PDF-1.4 nothing against it')
        self._post('appraisal', f'/v1/appraisals/{self.id}/answer', by, {'answer': opinion})
        return self

    def contribute(self, by, opinion='no_objection', **more):
        """The part of a co-operating unit."""
        answer = self.file('opinion', by, b'%PDF-1.4 nothing against it')
        return self._post('appraisal', f'/v1/appraisals/{self.id}/contribute', by, {'opinion': opinion, 'answer': answer, **more}).json

    def ask_supplement(self, by=None, filed_by=None, lacking=LACKING, **more):
        request = self.file('request', filed_by or self.desk.appraiser, b'%PDF-1.4 form 02', missing=lacking)
        self.lacking = lacking
        return self._post('appraisal', f'/v1/appraisals/{self.id}/ask-supplement', by or self.desk.appraiser,
                          {'request': request, 'reasons': ['missing_component'], **more}).json

    def endorse(self, by=None):
        self._post('appraisal', f'/v1/appraisals/{self.id}/endorse', by or self.desk.endorser, {'draft': self.draft})
        return self

    def return_draft(self, by=None, reasons=('wrong_draft',)):
        self._post('appraisal', f'/v1/appraisals/{self.id}/send-back', by or self.desk.endorser, {'reasons': list(reasons)})
        return self

    # ---- approval

    def grant(self, by=None, mandate=None):
        self._post('approval', f'/v1/approvals/{self.id}/grant', by or self.desk.approver, {'mandate': mandate or self.desk.mandate, 'draft': self.draft})
        return self

    def refuse(self, by=None, reasons=('not_eligible',)):
        self._post('approval', f'/v1/approvals/{self.id}/refuse', by or self.desk.approver,
                   {'mandate': self.desk.mandate, 'draft': self.draft, 'reasons': list(reasons)})
        return self

    def reasons_given(self, service, by):
        """What its officers read there of why it was sent back, judged against, refused."""
        lists = {'appraisal': 'appraisals', 'approval': 'approvals', 'intake': 'dossiers'}
        return [(r['what'], r['by'], r['reasons']) for r in self.s.get(service, f'/v1/{lists[service]}/{self.id}', by)['remarks']]

    def send_back(self, by=None, reasons=('invalid_document',)):
        self._post('approval', f'/v1/approvals/{self.id}/send-back', by or self.desk.approver, {'mandate': self.desk.mandate, 'reasons': list(reasons)})
        return self

    def sign(self, by=None):
        self._post('approval', f'/v1/approvals/{self.id}/sign', by or self.desk.approver,
                   {'mandate': self.desk.mandate, 'kind': 'ink_attested', 'document': self.draft})
        return self

    def let_go(self, by=None):
        """The citizen may have it back."""
        return self._post('approval', f'/v1/approvals/{self.id}/withdrawal/grant', by or self.desk.approver, {'mandate': self.desk.mandate}).json

    def keep(self, by=None, reasons=('other',)):
        """The citizen may not have it back."""
        return self._post('approval', f'/v1/approvals/{self.id}/withdrawal/refuse', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'reasons': list(reasons)}).json

    def sign_apology(self, by=None):
        return self._post('approval', f'/v1/approvals/{self.id}/extension/sign', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'kind': 'ink_attested', 'document': self.apology}).json

    def keep_date(self, by=None, reasons=('other',)):
        """The apology is not signed."""
        return self._post('approval', f'/v1/approvals/{self.id}/extension/refuse', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'reasons': list(reasons)}).json

    def sign_stop(self, by=None):
        return self._post('approval', f'/v1/approvals/{self.id}/stop/sign', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'kind': 'ink_attested', 'document': self.notice}).json

    def go_on(self, by=None, reasons=('other',)):
        """The stop notice is not signed."""
        return self._post('approval', f'/v1/approvals/{self.id}/stop/refuse', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'reasons': list(reasons)}).json

    def sign_correction(self, by=None):
        return self._post('approval', f'/v1/approvals/{self.id}/correction/sign', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'kind': 'ink_attested', 'document': self.correction}).json

    def leave_result(self, by=None, reasons=('other',)):
        """The correction is not signed."""
        return self._post('approval', f'/v1/approvals/{self.id}/correction/refuse', by or self.desk.approver,
                          {'mandate': self.desk.mandate, 'reasons': list(reasons)}).json

    # ---- return

    def issue_apology(self):
        """Number and seal: the date has moved."""
        return self._issue(self.apology, self.desk.apology_series)

    def issue_notice(self):
        """Number and seal: the dossier is stopped."""
        return self._issue(self.notice, self.desk.notice_series)

    def issue_correction(self):
        """Number and seal: the correction is there."""
        return self._issue(self.correction, self.desk.correction_series)

    def _issue(self, letter, series):
        which = {'document': letter['id']}
        self._post('return', f'/v1/returns/{self.id}/number', self.desk.clerk, {'series': series, **which})
        self._post('return', f'/v1/returns/{self.id}/seal', self.desk.clerk, {'seal': self.desk.seal, **which})
        return self

    def hand_apology(self):
        return self._hand(self.apology)

    def hand_notice(self):
        return self._hand(self.notice)

    def hand_correction(self):
        """By post, like a result: it has a number there."""
        return self._hand(self.correction, delivery='post', **HANDING['post'])

    def _hand(self, letter, delivery='post', **more):
        """The citizen gets the letter (back-office route)."""
        for verb, who, more_of_it in (('hand-over/give', self.desk.clerk, {}), ('hand-over/take', self.desk.returner, {}), ('ready', self.desk.returner, {}),
                                      ('deliver', self.desk.returner, {'delivery': delivery, **more}), ('archive', self.desk.clerk, {})):
            self.on_letter(letter, verb, who, **more_of_it)
        return self

    def on_letter(self, letter, verb, by=None, **more):
        """An act of return on a letter, which is named."""
        return self._post('return', f'/v1/returns/{self.id}/{verb}', by or self.desk.returner, {'document': letter['id'], **more}).json

    def number(self, refusal=False, by=None):
        a = self._post('return', f'/v1/returns/{self.id}/number', by or self.desk.clerk,
                       {'series': self.desk.refusal_series if refusal else self.desk.result_series})
        self.numbered = a.json
        return self

    def seal(self, by=None):
        self._post('return', f'/v1/returns/{self.id}/seal', by or self.desk.clerk, {'seal': self.desk.seal})
        return self

    def give_result(self, by=None):
        self._post('return', f'/v1/returns/{self.id}/hand-over/give', by or self.desk.clerk, {})
        return self

    def take_result(self, by=None):
        self._post('return', f'/v1/returns/{self.id}/hand-over/take', by or self.desk.returner, {})
        return self

    def make_ready(self, by=None):
        self._post('return', f'/v1/returns/{self.id}/ready', by or self.desk.returner, {})
        return self

    def deliver(self, by=None, delivery='counter', **more):
        self._post('return', f'/v1/returns/{self.id}/deliver', by or self.desk.returner, {'delivery': delivery, **(more or HANDING[delivery])})
        return self

    def note_collector(self, by=None, **who):
        """Who comes is recorded; the handle of the record."""
        a = self._post('intake', f'/v1/dossiers/{self.id}/documents', by or self.desk.returner, {'kind': 'collector', 'collector': {**COMES, **who}})
        equal(a.status, 201, 'status of a record of who came')
        return {k: a[k] for k in ('id', 'sha256', 'pages')}

    def proxy(self, by=None, paper='receipt'):
        """What is said of somebody else who comes: his authorisation, and who he is, are filed first."""
        return {'who': 'proxy', 'paper': paper, 'authorisation': self.file('authorisation', by or self.desk.returner, b'%PDF-1.4 he may have it'),
                'collector': self.note_collector(by)}

    def deliver_to_proxy(self, by=None):
        """Somebody else comes, with an authorisation that is filed first."""
        return self.deliver(by, **self.proxy(by))

    def send(self, by=None):
        """By post."""
        return self.deliver(by, 'post')

    def come_back(self, by=None, reason='absent'):
        """The post brings it back."""
        self._post('return', f'/v1/returns/{self.id}/came-back', by or self.desk.returner, {'reason': reason})
        return self

    def archive(self, by=None):
        self._post('return', f'/v1/returns/{self.id}/archive', by or self.desk.clerk, {})
        return self

    # ---- longer ways

    def appraised(self, opinion='for'):
        return self.assign().conclude(opinion)

    def decided(self):
        return self.grant().sign()

    def returned(self, refusal=False):
        """From the signature to the archive, on the spot."""
        return self.number(refusal).seal().make_ready().deliver().archive()

    def whole(self):
        """The straight chain, on the spot."""
        return self.receive().appraised().decided().returned()

    # ---- what is seen from outside

    def track(self):
        a = self.s.get('intake', f'/v1/track/{self.code}', None)
        check(a.status == 200, 'tracking answers without a token', a)
        return a.json

    def state(self):
        return self.track()['state']

    def becomes(self, state, status=None, limit=15):
        until(lambda: self.state() == state, limit, f'{self.code} does not become {state}')
        if status is not None:
            equal(self.track()['national_status'], status, f'national status of {state}')
        return self

    def history(self):
        a = self.s.get('audit', f'/v1/dossiers/{self.code}/history', self.desk.receiver)
        return a.json if a.status == 200 else None

    def story(self):
        """audit's history, without what the watches of its steps told: nobody did that, and it is e2e/25's."""
        h = self.history()
        return [e['type'] for e in h['entries'] if e['type'] not in WATCHES] if h else []

    def is_told_as(self, *types, limit=15):
        """audit's history, in order."""
        until(lambda: len(self.story()) >= len(types), limit, f'history of {self.code} has {len(types)} entries')
        equal(self.story(), list(types), f'history of {self.code}')
        return self

    def in_list(self, service, who, query=''):
        """The row of a work list that is about this dossier, or None."""
        path = {'intake': 'dossiers', 'appraisal': 'appraisals', 'approval': 'approvals', 'return': 'returns'}[service]
        after = ''
        while True:
            a = self.s.get(service, f'/v1/{path}?limit=200{query}{after}', who)
            check(a.status == 200, f'the list of {service}', a)
            for item in a['items']:
                if self.id in (item.get('id'), item.get('dossier')):
                    return item
            if not a.json.get('next'):
                return None
            after = f"&after={a['next']}"
