#!/usr/bin/env python3
"""The published list of a procedure's papers: nothing is received that lacks what is always asked for, nothing beside the list is asked for,
and who filed on the portal is told at once of all that his filing lacks. By the list of the day."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import ADMIN, MOBILE_BIRTH, PORTAL, Desk, Dossier, applicant, filing, paper, reception, visit  # noqa: E402
from system import SERVICES, System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402

PARENTHOOD = '1.001022'         # its list: to-khai and chung-cu, both always
FORM = {'name': 'Tờ khai', 'originals': 1, 'certified': 0, 'copies': 0, 'listed': 'to-khai'}
PROOF = {'name': 'Kết quả giám định', 'originals': 0, 'certified': 1, 'copies': 0, 'listed': 'chung-cu'}
PHOTO = {'name': 'Ảnh', 'originals': 0, 'certified': 0, 'copies': 1}


def person(number):
    return applicant(identity_number=f'{number:012d}')


def refused(a, field):
    equal((a.status, a.json.get('field')), (422, field), a.body)
    return a.json


def counts(s):
    return s.fields('SELECT (SELECT count(*) FROM intake.dossier), (SELECT count(*) FROM intake.component), (SELECT count(*) FROM intake.guidance_missing),'
                    ' (SELECT count(*) FROM intake.document_missing), (SELECT count(*) FROM intake.outbox)')


def publish(s, procedure, components):
    """From now on the procedure has this list, everywhere."""
    now = s.get('intake', f'/v1/catalogue/procedure/{procedure}?day=2019-10-01', ADMIN).json
    record = {**{k: v for k, v in now.items() if k not in ('version', 'release')}, 'components': components}
    release = s.must('intake', '/v1/catalogue/releases', ADMIN, {'records': [record]}).json['release']
    until(lambda: all(s.release(n) == release for n in SERVICES), 60, 'the release is everywhere')


@test
def a_simulated_day_brings_what_the_lists_ask_for(s):
    done = s.ctl('simulate', '--day', '2019-10-01', '--dossiers', '120', '--connections', '4', '--seed', '32', '--mix', 'filed=20,guided=10,supplement=20')
    check('no difference' in done.out, 'the books balance', done.out[-2500:])
    check(int(s.value('SELECT count(*) FROM intake.component WHERE listed IS NOT NULL')) > 0, 'of procedures with a list, too')


@test
def the_catalogue_shows_the_list(s):
    shown = s.get('intake', f'/v1/catalogue/procedure/{PARENTHOOD}?day=2019-10-01', ADMIN)['components']
    equal([(c['code'], c['always'], c['originals'], c['certified'], c['copies']) for c in shown], [('to-khai', True, 1, 0, 0), ('chung-cu', True, 1, 0, 0)])
    check(all(c['basis'] and c['name'] and c['verified'] is False for c in shown), 'with its law', shown)
    check('components' not in s.get('intake', f'/v1/catalogue/procedure/{MOBILE_BIRTH}?day=2019-10-01', ADMIN).json, 'one without a list shows none')


@test
def what_lacks_a_listed_paper_is_not_received(s):
    desk, before = Desk('H11.35.21'), counts(s)
    a = refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, PARENTHOOD, components=[FORM, PHOTO])), 'components')
    check('chung-cu' in a['detail'] and 'chung-cu' in a['detail_en'], 'it says which, in both languages', a)
    refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, PARENTHOOD, components=[FORM, {**PROOF, 'listed': 'chung-cuu'}])), 'components[1].listed')
    refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, MOBILE_BIRTH, components=[FORM])), 'components[0].listed')
    refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, PARENTHOOD, components=[{**FORM, 'listed': 'x' * 33}])), 'components[0].listed')
    equal(counts(s), before, 'nothing was stored')
    d = Dossier(s, desk, PARENTHOOD).receive(components=[FORM, PROOF, PHOTO])
    shown = s.get('intake', f'/v1/dossiers/{d.id}/receipt', desk.receiver)['components']
    equal([(c['number'], c['listed']) for c in shown], [(1, 'to-khai'), (2, 'chung-cu'), (3, None)])


@test
def nothing_beside_the_list_is_asked_for(s):
    desk, before = Desk('H11.35.22'), counts(s)
    refused(s.post('intake', '/v1/guidances', desk.receiver, visit(desk, PARENTHOOD, missing=[PROOF, PHOTO])), 'missing[1].listed')
    refused(s.post('intake', '/v1/guidances', desk.receiver, visit(desk, PARENTHOOD, missing=[{**PROOF, 'listed': 'anh'}])), 'missing[0].listed')
    equal(counts(s), before, 'nothing was stored')
    a = s.must('intake', '/v1/guidances', desk.receiver, visit(desk, PARENTHOOD, missing=[PROOF]))
    form = s.get('intake', f"/v1/guidances/{a['id']}/form", desk.receiver)
    equal([(m['number'], m['listed']) for m in form['missing']], [(1, 'chung-cu')], 'what stands on the form')


@test
def who_filed_is_told_at_once_of_all_that_is_missing(s):
    desk = Desk('H11.35.23')
    files = [{'name': 'Ảnh', 'form': 'electronic'}]
    refused(s.post('intake', '/v1/submissions', PORTAL, filing(desk, PARENTHOOD, components=[{**files[0], 'listed': 'anh'}])), 'components[0].listed')
    a = s.must('intake', '/v1/submissions', PORTAL, filing(desk, PARENTHOOD, components=files, applicant=person(32)))
    told = visit(desk, PARENTHOOD, channel='online', submission=a['id'], missing=[PROOF], applicant=person(32))
    check('to-khai' in refused(s.post('intake', '/v1/guidances', desk.receiver, told), 'missing')['detail'], 'it was not filed either')
    s.must('intake', '/v1/guidances', desk.receiver, {**told, 'missing': [PROOF, FORM]})
    seen = s.get('intake', f"/v1/submissions/{a['id']}", PORTAL)
    equal([m['listed'] for m in seen['missing']], ['chung-cu', 'to-khai'], 'the portal says what is missing')
    # He comes again with one of them: the other one is all that has to be said.
    files = [{'name': 'Tờ khai', 'form': 'electronic', 'listed': 'to-khai'}]
    a = s.must('intake', '/v1/submissions', PORTAL, filing(desk, PARENTHOOD, components=files, applicant=person(33)))
    equal(s.get('intake', f"/v1/submissions/{a['id']}", PORTAL)['components'][0]['listed'], 'to-khai')
    s.must('intake', '/v1/guidances', desk.receiver, visit(desk, PARENTHOOD, channel='online', submission=a['id'], missing=[PROOF], applicant=person(33)))


@test
def a_supplement_asks_by_the_list(s):
    d = Dossier(s, Desk('H11.35.24'), PARENTHOOD).receive(components=[FORM, PROOF]).assign()
    a = d.refused('intake', 'documents', d.desk.appraiser, {**paper('request', b'%PDF-1.4 form 02'), 'missing': [PHOTO]}, 422)
    equal(a['field'], 'missing[0].listed')
    d.ask_supplement(lacking=[PROOF])
    d.becomes('awaiting_supplement')
    again = {**PROOF, 'item': 1}
    a = d.refused('intake', 'supplement', d.desk.receiver, {'channel': 'counter', 'components': [{**again, 'listed': 'anh'}]}, 422)
    equal(a['field'], 'components[0].listed')
    d.supply(components=[again])
    d.becomes('in_process')
    asked = s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver)
    equal([(m['listed'], m['components']) for m in asked['supplements'][0]['missing']], [('chung-cu', [3])])
    equal([(c['supplement'], c['listed']) for c in asked['components']], [(None, 'to-khai'), (None, 'chung-cu'), (1, 'chung-cu')])


@test
def the_list_is_that_of_the_day_of_receipt(s):
    desk = Desk('H11.35.25')
    old = {'code': 'don', 'name': 'Đơn', 'always': True, 'originals': 1, 'certified': 0, 'copies': 0, 'basis': 'quy định cũ (thử)', 'verified': False,
           'valid_from': '2019-01-01', 'valid_to': '2019-10-02'}
    new = {**old, 'code': 'don-moi', 'valid_from': '2019-10-02', 'valid_to': '2025-07-01', 'basis': 'quy định mới (thử)'}
    refused(s.post('intake', '/v1/catalogue/releases', ADMIN, {'records': [
        {**{k: v for k, v in s.get('intake', f'/v1/catalogue/procedure/{MOBILE_BIRTH}', ADMIN).json.items() if k not in ('version', 'release')},
         'components': [old, {**old, 'valid_from': '2019-06-01'}]}]}), 'records[0].components')
    publish(s, MOBILE_BIRTH, [old, new])
    today = {'name': 'Đơn', 'originals': 1, 'certified': 0, 'copies': 0, 'listed': 'don'}
    refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, MOBILE_BIRTH, components=[{**today, 'listed': 'don-moi'}])), 'components[0].listed')
    Dossier(s, desk, MOBILE_BIRTH).receive(components=[today])
    s.ctl('clock', 'forward', '1d')
    refused(s.post('intake', '/v1/dossiers', desk.receiver, reception(desk, MOBILE_BIRTH, components=[today])), 'components[0].listed')
    Dossier(s, desk, MOBILE_BIRTH).receive(components=[{**today, 'listed': 'don-moi'}])


main(System)
