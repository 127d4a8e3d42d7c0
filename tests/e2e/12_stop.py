#!/usr/bin/env python3
"""A dossier is not to be handled any further: the competent unit asks with the stop notice, approval alone ends it, and the notice is
numbered, sealed and handed over like a result. Waiting for the citizen ends when the law says so, and only where it does."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, LAND, MOBILE_BIRTH, PHAN_THIET, Desk, Dossier, with_waits  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

NOTICE = {'ground': 'object_gone', 'media_type': 'text/plain', 'pages': 1, 'content_base64': 'xJHDoyBjaOG6v3Q='}


def appraising(s, unit):
    return Dossier(s, Desk(unit, at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign()


def shown(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def at_approval(s, d):
    return s.get('approval', f'/v1/approvals/{d.id}', d.desk.approver).json


def figures(s, unit):
    return s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)['totals']


def lies_before_the_approver(s, d):
    return until(lambda: (r := d.in_list('approval', d.desk.approver)) and r['stop'] == 'requested' and r, 10, 'it lies before the approver')


@test
def a_simulated_day_with_many_stops_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '12', '--mix', 'stopped=60')
    check('no difference' in done.out and 'NoticeIssued' in done.out, 'the books balance', done.out[-2500:])


@test
def the_applicant_is_gone(s):
    before = figures(s, 'H11.35.21')
    d = appraising(s, 'H11.35.21')
    desk = d.desk
    for wrong, field in (({'ground': 'tired'}, 'ground'), ({'ground': None}, 'ground'), ({'pages': 0}, 'pages'), ({'content_base64': ''}, 'content_base64')):
        equal(d.refused('intake', 'stop', desk.appraiser, {**NOTICE, **wrong}, 422)['field'], field)
    d.refused('intake', 'stop', desk.receiver, NOTICE, 403)                    # not his to ask
    d.refused('intake', 'stop', 'H11.35.22-td02', NOTICE, 403)                 # nor another unit's
    sign = {'mandate': desk.mandate, 'kind': 'ink_attested', 'document': {'id': d.id, 'sha256': '0' * 64, 'pages': 1}}
    d.refused('approval', 'stop/sign', desk.approver, sign, 409)               # nobody asked
    d.refused('approval', 'stop/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['other']}, 409)
    a = d.ask_stop()
    equal((a['state'], a['stop'], a['ground']), ('in_process', 'requested', 'object_gone'), 'nothing has ended yet')
    equal(d.refused('intake', 'stop', desk.appraiser, NOTICE, 409)['field'], 'stop', 'one request at a time')
    back = {k: v for k, v in {**NOTICE, 'channel': 'counter'}.items() if k != 'ground'}
    equal(d.refused('intake', 'withdrawal', desk.receiver, back, 409)['field'], 'stop', 'of either kind')
    equal((d.track()['state'], d.track()['stop']), ('in_process', 'requested'), 'the citizen sees it')
    row = lies_before_the_approver(s, d)
    equal(row['state'], 'expected')
    equal(at_approval(s, d)['stop_ground'], 'object_gone')
    other = d.file('component', content=b'%PDF-1.4 something else')
    equal(d.refused('approval', 'stop/sign', desk.approver, {**sign, 'document': other}, 422)['field'], 'document.sha256')
    d.refused('approval', 'stop/sign', desk.appraiser, {**sign, 'document': d.notice}, 403)     # who asks does not sign
    d.sign_stop()
    d.becomes('closing', 4)
    equal((shown(s, d)['outcome'], shown(s, d)['stop']['state'], shown(s, d)['stop']['asked_by']), ('stopped', 'signed', desk.appraiser))
    until(lambda: d.in_list('appraisal', desk.appraiser) is None, 10, 'nobody appraises it any more')
    until(lambda: 'AppraisalBrokenOff' in d.story(), 10, 'and that is told')
    equal([x['state'] for x in at_approval(s, d)['steps']], ['stopped'])
    d.refused('approval', 'stop/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['other']}, 409)
    more = {'new_due_at': '2019-10-14T16:00:00+07:00', 'reason': 'overload', **{k: v for k, v in NOTICE.items() if k != 'ground'}}
    equal(d.refused('intake', 'extension', desk.appraiser, more, 409)['field'], 'stop', 'there is no result to be late with')
    equal(d.refused('return', 'number', desk.clerk, {'series': desk.refusal_series}, 422)['field'], 'series', 'a book of its own')
    d.issue_notice()
    d.becomes('stopped', 8)
    until(lambda: (d.history() or {}).get('result') == 'stopped', 10, 'audit counts it as stopped')
    check(d.in_list('intake', desk.receiver) is None, 'it is no open dossier')
    row = s.get('return', f'/v1/returns/{d.id}', desk.clerk)['documents'][0]
    equal((row['outcome'], row['state'], row['series'], row['seal']), ('stopped', 'sealed', desk.notice_series, desk.seal), 'numbered and sealed')
    s.ctl('clock', 'forward', '14d')                                           # nothing falls due any more
    d.hand_notice()
    until(lambda: shown(s, d)['returned_at'], 10, 'the citizen has the notice')
    equal((d.track()['state'], d.track()['national_status'], d.track()['stop']), ('stopped', 8, 'signed'))
    d.is_told_as('Received', 'TransferGiven', 'TransferTaken', 'Assigned', 'StopRequested', 'DocumentFiled', 'StopSigned', 'AppraisalBrokenOff', 'Numbered', 'NoticeIssued',
                 'HandOverGiven', 'HandOverTaken', 'Ready', 'NoticeHandedOver', 'Archived')
    after = figures(s, desk.unit)
    equal([after[k] - before[k] for k in ('stopped', 'received', 'in_process', 'overdue')], [1, 1, 0, 0])
    equal(after['received'], sum(after[k] for k in ('early', 'on_time', 'late', 'withdrawn', 'stopped', 'in_process')), 'every one is counted once')
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0] in ('StopRequested', 'StopSigned', 'NoticeIssued'):
            check('chết' not in str(r.event), 'no words of the notice in an event', r.event)


@test
def it_is_not_signed_and_the_work_goes_on(s):
    d = appraising(s, 'H11.35.22').conclude()
    desk = d.desk
    d.ask_stop('authority_order')
    lies_before_the_approver(s, d)
    for verb, body in (('grant', {'mandate': desk.mandate, 'draft': d.draft}), ('send-back', {'mandate': desk.mandate, 'reasons': ['wrong_draft']})):
        equal(d.refused('approval', verb, desk.approver, body, 409)['field'], 'stop', 'the request comes first')
    equal(d.refused('approval', 'stop/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['because']}, 422)['field'], 'reasons')
    d.go_on()
    until(lambda: d.track()['stop'] == 'refused', 10, 'the citizen sees it')
    equal(d.reasons_given('intake', desk.appraiser), [('StopRefused', desk.approver, ['other'])], 'who asked reads why')
    equal(d.track()['state'], 'in_process')
    d.decided().becomes('closing')
    d.refused('intake', 'stop', desk.appraiser, NOTICE, 409)                   # what is signed stands
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)


@test
def while_the_citizen_asks_for_it_back_there_is_no_stop(s):
    d = appraising(s, 'H11.35.23')
    d.ask_back()
    equal(d.refused('intake', 'stop', d.desk.appraiser, NOTICE, 409)['field'], 'withdrawal')
    d.keep()
    until(lambda: d.track()['withdrawal'] == 'refused', 10)
    d.ask_stop('other', by=d.desk.head)


@test
def at_the_counter_and_beside_an_apology(s):
    """On the spot; an apology that was signed before waits for its number, too, and moves the date of nothing that is stopped."""
    d = Dossier(s, Desk('H11.35.24'), BIRTH).receive().assign()
    d.ask_more('2019-12-02T16:00:00+07:00')
    d.sign_apology()
    d.ask_stop()
    d.sign_stop()
    d.becomes('closing')
    equal(d.refused('return', 'number', d.desk.clerk, {'series': d.desk.notice_series}, 422)['field'], 'document', 'two are being issued: name one')
    d.issue_notice()
    d.becomes('stopped', 8)
    d.issue_apology()
    until(lambda: shown(s, d)['extension']['state'] == 'issued', 10)
    check('Extended' not in d.story() and shown(s, d)['due_at'] == d.received['due_at'], 'the date stays', d.story())
    which = {'document': d.notice['id']}
    for verb, who, more in (('ready', d.desk.returner, {}), ('deliver', d.desk.returner, {'delivery': 'counter'}), ('archive', d.desk.clerk, {})):
        d._post('return', f'/v1/returns/{d.id}/{verb}', who, {**which, **more})
    until(lambda: 'NoticeHandedOver' in d.story(), 10)


@test
def instead_of_paying(s):
    d = Dossier(s, Desk(PHAN_THIET, at_counter=False), LAND).receive().give_transfer().take_transfer()
    d.assign().verify().assign().conclude().endorse().decided()
    until(lambda: shown(s, d)['obligations'], 20, 'the obligation is expected')
    d.owe()
    d.becomes('awaiting_obligation', 6)
    d.ask_stop('authority_order')
    d.sign_stop()
    d.becomes('closing')
    d.refused('intake', 'obligation/met', d.desk.appraiser, {}, 409)
    equal([x['state'] for x in at_approval(s, d)['steps']], ['signed', 'stopped'], 'the first decision stands, the second is never made')
    d.issue_notice().becomes('stopped', 8)
    equal(s.value(f"SELECT count(*) FROM intake.timer WHERE subject = '{d.id}'"), '0', 'nothing is watched any more')


@test
def waiting_ends_when_the_law_says_so(s):
    endless = appraising(s, 'H11.35.25')
    endless.ask_supplement()
    endless.becomes('awaiting_supplement', 5)
    with_waits(s, {MOBILE_BIRTH: 10}, 'Nghị định thử nghiệm, Điều 1')
    told, late, in_vain = (appraising(s, f'H11.35.{n}') for n in (21, 22, 23))
    want = {**NOTICE, 'ground': 'no_supplement'}
    equal(told.refused('intake', 'stop', told.desk.appraiser, want, 409)['field'], 'ground', 'nothing is awaited')
    for d in (told, late, in_vain):
        d.ask_supplement()
        d.becomes('awaiting_supplement', 5)
    asked = shown(s, told)['supplements'][0]
    check(asked['answer_until'], 'until when he may answer', asked)
    equal(asked['basis'], 'Nghị định thử nghiệm, Điều 1', 'and by which law')
    equal(told.track()['supplement'], {k: asked[k] for k in ('asked_at', 'answer_until', 'basis')}, 'the citizen reads the same')
    a = told.refused('intake', 'stop', told.desk.appraiser, want, 409)
    equal(a['field'], 'ground', 'too early')
    check(asked['answer_until'][:10] in str(a.json), 'it says until when', a)
    for d in (told, endless):
        equal(d.refused('intake', 'stop', d.desk.appraiser, {**NOTICE, 'ground': 'other'}, 409)['field'], 'ground', 'nor by another name')
    s.ctl('clock', 'forward', '12d')
    a = endless.refused('intake', 'stop', endless.desk.appraiser, want, 409)
    equal(a['field'], 'supplement_wait', 'it was asked when no rule was known')
    check('no rule is known' in str(a.json), 'and says so', a)
    equal(endless.refused('intake', 'stop', endless.desk.appraiser, {**NOTICE, 'ground': 'other'}, 409)['field'], 'ground')
    endless.ask_stop('object_gone')                                            # which has nothing to do with his silence

    for d in (told, late, in_vain):
        equal(d.ask_stop('no_supplement')['state'], 'awaiting_supplement', 'it still waits')
        lies_before_the_approver(s, d)
    late.supply(channel='post')                                                # before anybody signed
    until(lambda: late.track()['stop'] == 'lapsed' and (at_approval(s, late)['stop'] == 'lapsed'), 10, 'the request has lapsed, here and there')
    equal(late.refused('approval', 'stop/sign', late.desk.approver, {'mandate': late.desk.mandate, 'kind': 'ink_attested', 'document': late.notice}, 409)['field'], 'stop')
    late.becomes('in_process', 4)
    late.assign().conclude().decided().becomes('closing')

    # Approval alone ends it: what comes behind its signature comes too late.
    told.sign_stop()
    told.becomes('closing')
    told.refused('intake', 'supplement', told.desk.receiver, {'channel': 'counter', 'components': [
        {'name': 'Bản sao', 'originals': 0, 'certified': 1, 'copies': 0}]}, 409)
    told.issue_notice().becomes('stopped', 8)
    told.hand_notice()
    until(lambda: shown(s, told)['returned_at'], 10)
    check('DuePassed' not in told.story(), 'the clocks stood', told.story())
    equal((shown(s, told)['stop']['ground'], told.history()['result']), ('no_supplement', 'stopped'))

    # The supplement is taken while the notice is being signed: neither has seen the other, and the signature stands.
    intake, seen = s.services['intake'], dict(in_vain.seen)
    for brokers in ('127.0.0.1:1', None):
        intake.kill()
        intake.brokers = brokers
        intake.start().ready()
        if brokers:
            in_vain.supply(channel='post')
            equal(in_vain.track()['stop'], 'lapsed', 'as intake sees it, until it hears')
            in_vain.seen = seen
            in_vain.sign_stop()
    in_vain.becomes('closing')
    until(lambda: s.get('appraisal', f'/v1/appraisals/{in_vain.id}', in_vain.desk.appraiser)['steps'], 10)
    until(lambda: in_vain.in_list('appraisal', in_vain.desk.appraiser) is None, 10, 'no round is open')
    equal((shown(s, in_vain)['stop']['state'], at_approval(s, in_vain)['stop']), ('signed', 'signed'), 'all agree')
    in_vain.issue_notice().becomes('stopped', 8)


main(System)
