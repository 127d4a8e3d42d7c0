#!/usr/bin/env python3
"""A result was wrong: the agency at fault corrects it at its own cost. The competent unit asks with the letter, its cause and the unit at
fault, an approver signs exactly that letter, and it is numbered, sealed and handed over like a result; the dossier stays as it ended."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier  # noqa: E402
from system import SCHEMA, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

LETTER = {'media_type': 'text/plain', 'pages': 1, 'content_base64': 'xJHDoyBjaOG6v3Q='}


def returned(s, unit, procedure=BIRTH):
    d = Dossier(s, Desk(unit), procedure).whole()
    return d.becomes('returned', 10)


def shown(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def at_approval(s, d):
    return s.get('approval', f'/v1/approvals/{d.id}', d.desk.approver).json


def seen_as(d, state, limit=10):
    """What the citizen sees of the correction."""
    return until(lambda: (c := d.track()['correction']) and c['state'] == state and c, limit, f'the correction is {state}')


def lies_before_the_approver(s, d):
    return until(lambda: (r := d.in_list('approval', d.desk.approver)) and r['correction'] == 'requested' and r, 10, 'it lies before the approver')


def counted(s, unit):
    """Corrections by the cause, as audit counts them for the unit at fault."""
    a = s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)
    return {row['cause']: row['corrections'] for row in a['corrections'] if row['unit'] == unit}


def figures(s, unit):
    return s.get('audit', f'/v1/kpi?from=2019-10-01&to=2019-12-31&unit={unit}', INSPECTOR)['totals']


@test
def a_simulated_day_with_many_corrections_balances(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '60', '--connections', '4', '--seed', '18', '--mix', 'corrected=60,rejected=20')
    check('no difference' in done.out and 'CorrectionHandedOver' in done.out, 'the books balance', done.out[-2500:])
    report = s.ctl('report').out
    check('Đính chính kết quả (corrections): ' in report and 'by fault of' in report, 'the report counts them', report[-1500:])


@test
def a_name_was_mistyped(s):
    d = returned(s, 'H11.35.21')
    desk, before, ended = d.desk, counted(s, 'H11.35.21'), figures(s, 'H11.35.21')
    was = {k: shown(s, d)[k] for k in ('state', 'national_status', 'outcome', 'due_at', 'promised_at', 'finished_at', 'returned_at')}
    handle = d.file('correction', desk.appraiser, b'%PDF-1.4 we were wrong')
    body = {'correction': handle, 'cause': 'typing', 'unit': desk.unit, 'reported_by': 'citizen'}
    for wrong, field in (({'cause': 'haste'}, 'cause'), ({'cause': None}, 'cause'), ({'unit': None}, 'unit'), ({'unit': 'H11.99'}, 'unit'),
                         ({'reported_by': 'neighbour'}, 'reported_by'), ({'correction': None}, 'correction'), ({'why': 'x'}, 'why'),
                         ({'correction': {**handle, 'id': d.id}}, 'correction.id'), ({'correction': {**handle, 'sha256': 'f' * 64}}, 'correction.sha256'),
                         ({'correction': {**handle, 'pages': 2}}, 'correction.pages'), ({'correction': d.draft}, 'correction.id')):
        equal(d.refused('intake', 'correct', desk.appraiser, {k: v for k, v in {**body, **wrong}.items() if v is not None}, 422)['field'], field)
    own = d.refused('intake', 'correct', desk.appraiser, {**body, 'cause': 'citizen_data'}, 422)
    check(own['field'] == 'cause' and 'procedure of its own' in str(own.json), 'what the citizen stated wrongly is not the agency\'s cost', own)
    d.refused('intake', 'correct', desk.receiver, body, 403)                    # not his to ask
    d.refused('intake', 'correct', 'H11.35.22-td01', body, 403)                 # nor another unit's
    sign = {'mandate': desk.mandate, 'kind': 'ink_attested', 'document': handle}
    d.refused('approval', 'correction/sign', desk.approver, sign, 409)          # nobody asked
    d.refused('approval', 'correction/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['other']}, 409)
    d.correction = handle
    a = d._post('intake', f'/v1/dossiers/{d.id}/correct', desk.appraiser, body)
    equal([a[k] for k in ('state', 'number', 'correction', 'document', 'cause', 'unit')], ['returned', 1, 'requested', handle['id'], 'typing', desk.unit])
    equal(d.refused('intake', 'correct', desk.appraiser, {**body, 'correction': d.file('correction', desk.appraiser, b'%PDF-1.4 once more')}, 409)['field'],
          'corrections', 'one at a time')
    seen_as(d, 'requested')
    row = lies_before_the_approver(s, d)
    equal((row['state'], at_approval(s, d)['correction_cause']), ('signed', 'typing'))
    equal(d.refused('approval', 'correction/sign', desk.approver, {**sign, 'document': d.draft}, 422)['field'], 'document.sha256', 'not what was shown')
    same = d.file('correction', desk.appraiser, b'%PDF-1.4 we were wrong')
    until(lambda: any(x['id'] == same['id'] for x in at_approval(s, d)['documents']), 10)
    equal(d.refused('approval', 'correction/sign', desk.approver, {**sign, 'document': same}, 422)['field'], 'document.id', 'the letter itself')
    d.refused('approval', 'correction/sign', desk.appraiser, sign, 403)         # who asks does not sign
    equal(d.refused('approval', 'correction/refuse', desk.approver, {'mandate': desk.mandate, 'reasons': ['because']}, 422)['field'], 'reasons')
    d.sign_correction()                                                         # by who signed what was wrong
    until(lambda: d.in_list('approval', desk.approver) is None, 10, 'nothing lies before the approver')
    seen_as(d, 'signed')
    equal(d.refused('return', 'number', desk.clerk, {'series': desk.result_series}, 422)['field'], 'series', 'a book of its own')
    d.issue_correction()
    seen_as(d, 'issued')
    which = {'document': handle['id']}
    d._post('return', f'/v1/returns/{d.id}/ready', desk.returner, which)
    check(seen_as(d, 'ready')['ready_at'], 'the citizen sees that it lies ready')
    equal(d.refused('return', 'deliver', desk.returner, {**which, 'delivery': 'counter'}, 422)['field'], 'who', 'as a result: who came')
    d._post('return', f'/v1/returns/{d.id}/deliver', desk.returner, {**which, 'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt'})
    d._post('return', f'/v1/returns/{d.id}/archive', desk.clerk, which)
    seen_as(d, 'handed_over')
    equal({k: shown(s, d)[k] for k in was}, was, 'the dossier stays as it ended')
    one = shown(s, d)['corrections'][0]
    equal([one[k] for k in ('number', 'state', 'cause', 'unit', 'reported_by', 'asked_by', 'document')],
          [1, 'handed_over', 'typing', desk.unit, 'citizen', desk.appraiser, handle['id']])
    documents = s.get('return', f'/v1/returns/{d.id}', desk.clerk)['documents']
    equal([(x['outcome'], x['state'], x['series']) for x in documents],
          [('granted', 'archived', desk.result_series), ('correction', 'archived', desk.correction_series)], 'two documents, each in its book')
    until(lambda: (d.history() or {}).get('corrections') == 1, 10, 'audit knows')
    equal({k: n - before.get(k, 0) for k, n in counted(s, desk.unit).items()}['typing'], 1, 'one correction by fault of the unit')
    now = figures(s, desk.unit)
    equal({k: now[k] - ended[k] for k in ('received', 'early', 'on_time', 'late', 'overdue', 'on_the_spot')}, dict.fromkeys(
        ('received', 'early', 'on_time', 'late', 'overdue', 'on_the_spot'), 0), 'no other figure moves')
    listed = s.get('audit', f'/v1/inspection/corrections?from=2019-10-01&to=2019-10-01&unit={desk.unit}', INSPECTOR)['items']
    check(any(x['code'] == d.code and (x['at_fault'], x['cause'], x['ended'], x['reported_by']) == (desk.unit, 'typing', 'issued', 'citizen') for x in listed),
          'inspectors have the list', listed)
    told = d.story()
    equal(told[told.index('Archived') + 1:].count('DocumentFiled'), 3)
    equal([t for t in told[told.index('Archived') + 1:] if t != 'DocumentFiled'],
          ['CorrectionRequested', 'CorrectionSigned', 'Numbered', 'CorrectionIssued', 'Ready', 'CorrectionHandedOver', 'Archived'])
    for r in s.published():
        if r.key == d.id.encode() and SCHEMA.body(r.event)[0].startswith('Correction'):
            check('wrong' not in str(r.event), 'no words of the letter in an event', r.event)


@test
def it_is_not_signed_then_another_one_is_and_another(s):
    """In sequence and numbered; at the fault of another unit; a refusal can be wrong in what it says, too."""
    before = counted(s, 'H11.35').get('system', 0)
    d = Dossier(s, Desk('H11.35.24', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer()
    d.assign().conclude('against').refuse().sign().number(refusal=True).seal().becomes('finished', 9)
    own = counted(s, d.desk.unit).get('wrong_law', 0)
    equal(d.correct('wrong_law', by=d.desk.head if d.desk.head != d.desk.approver else None)['number'], 1)
    lies_before_the_approver(s, d)
    d.leave_result()
    seen_as(d, 'refused')
    equal(d.reasons_given('intake', d.desk.appraiser), [('CorrectionRefused', d.desk.approver, ['other'])], 'who asked reads why')
    until(lambda: d.in_list('approval', d.desk.approver) is None, 10, 'nothing lies before the approver')
    equal(d.refused('intake', 'correct', d.desk.appraiser, {'correction': d.correction, 'cause': 'other', 'unit': d.desk.unit, 'reported_by': 'agency'}, 409)['field'],
          'correction.id', 'each has its own letter')
    equal(d.correct('system', unit='H11.35', reported_by='agency', content=b'%PDF-1.4 a better letter')['number'], 2)
    d.sign_correction()
    d.issue_correction()
    seen_as(d, 'issued')
    equal(d.correct('wrong_person_data', content=b'%PDF-1.4 and its letter')['number'], 3, 'the corrected one may be wrong, too')
    seen_as(d, 'requested')
    equal([(x['number'], x['state']) for x in shown(s, d)['corrections']], [(1, 'refused'), (2, 'issued'), (3, 'requested')])
    equal(d.refused('return', 'hand-over/give', d.desk.clerk, {}, 422)['field'], 'document', 'the result and its correction are under way: name one')
    until(lambda: counted(s, 'H11.35').get('system') == before + 1, 10, 'at the fault of another unit')
    equal(counted(s, d.desk.unit).get('wrong_law', 0), own, 'what was not signed is not counted')
    equal(d.track()['state'], 'finished')


@test
def by_post_brought_back_and_fetched_by_a_proxy(s):
    d = Dossier(s, Desk('H11.35.25', at_counter=False), MOBILE_BIRTH).receive().give_transfer().take_transfer().assign().conclude().decided()
    d.number().seal().give_result().take_result().make_ready().deliver().archive().becomes('returned', 10)
    desk, proxy = d.desk, {'delivery': 'counter', 'who': 'proxy', 'paper': 'receipt'}
    d.refused('intake', 'documents', desk.returner, {**LETTER, 'kind': 'authorisation'}, 409)   # nobody has to come any more
    d.correct('wrong_data')
    d.sign_correction()
    d.issue_correction().hand_correction()
    seen_as(d, 'handed_over')
    which = {'document': d.correction['id']}
    d._post('return', f'/v1/returns/{d.id}/came-back', desk.returner, {**which, 'reason': 'moved'})
    seen_as(d, 'ready')
    equal((d.track()['state'], d.track()['national_status']), ('returned', 10), 'the citizen has the result all the same')
    letter, came = d.file('authorisation', desk.returner, b'%PDF-1.4 he may have it'), d.note_collector()
    d._post('return', f'/v1/returns/{d.id}/deliver', desk.returner, {**which, **proxy, 'authorisation': letter, 'collector': came})
    seen_as(d, 'handed_over')
    body = next(SCHEMA.body(r.event)[1] for r in reversed(list(s.published())) if r.key == d.id.encode() and SCHEMA.body(r.event)[0] == 'CorrectionHandedOver')
    equal((body['who'], body['authorisation']['sha256'].hex(), body['collector']['sha256'].hex()), ('COLLECTOR_PROXY', letter['sha256'], came['sha256']))
    equal([(c['document'], c['collector']['id']) for c in shown(s, d)['collected']], [(d.correction['id'], came['id'])])


@test
def only_what_has_a_result_is_corrected(s):
    waits = Dossier(s, Desk('H11.35.22'), BIRTH).receive().appraised()
    body = {'correction': waits.file('correction', content=b'%PDF-1.4 too early'), 'cause': 'typing', 'unit': waits.desk.unit, 'reported_by': 'agency'}
    waits.refused('intake', 'correct', waits.desk.appraiser, body, 409)
    waits.decided().becomes('closing')
    waits.refused('intake', 'correct', waits.desk.appraiser, body, 409)         # signed, and not sealed yet
    gone = Dossier(s, Desk('H11.35.22'), BIRTH).receive().assign()
    gone.ask_back()
    gone.let_go()
    gone.becomes('withdrawn', 7)
    gone.refused('intake', 'correct', gone.desk.appraiser, body, 409)


@test
def a_correction_is_entered_late(s):
    d = Dossier(s, Desk('H11.35.23'), BIRTH).on_paper('2019-10-01T07:05:00+07:00').whole()
    d.correct('other')
    d.on_paper(None)
    d.sign_correction()
    asked = shown(s, d)['corrections'][0]['asked_at']
    check(asked.startswith('2019-10-01T07:'), 'as of its moment', asked)
    d.issue_correction()
    seen_as(d, 'issued')
    equal(s.value(f"SELECT count(*) FROM intake.timer WHERE subject = '{d.id}'"), '0', 'no clock runs')


main(System)
