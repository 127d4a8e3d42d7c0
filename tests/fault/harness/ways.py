"""The ways of a dossier that the load takes, in a fixed mix."""
import uuid

import harness  # noqa: F401
from story import BIRTH, DISABILITY, EXTRACT, MOBILE_BIRTH, Desk, Dossier, applicant, same_day

UNITS = [f'H11.35.{n}' for n in range(21, 33)]


def on_the_spot(client, unit):
    Dossier(client, Desk(unit), BIRTH).whole()


def refused(client, unit):
    Dossier(client, Desk(unit), BIRTH).receive().appraised('against').refuse().sign().returned(refusal=True)


def by_post(client, unit):
    """The post brings it back, and somebody comes for it with an authorisation."""
    d = Dossier(client, Desk(unit), BIRTH).receive().appraised().decided().number().seal().make_ready()
    d.deliver(delivery='post').come_back().deliver_to_proxy().archive()


def sent_back(client, unit):
    d = Dossier(client, Desk(unit), BIRTH).receive().appraised().send_back()
    d.assign().conclude(content=b'%PDF-1.4 second draft').decided().returned()


def _given_back(d):
    d.number().seal().give_result().take_result().make_ready().deliver().archive()


def back_office(client, unit):
    desk = Desk(unit, at_counter=False)
    d = Dossier(client, desk, MOBILE_BIRTH).receive().give_transfer().take_transfer().assign(by=desk.head).conclude().decided()
    _given_back(d)


def two_rounds(client, unit):
    d = Dossier(client, Desk(unit, at_counter=False), DISABILITY).receive().give_transfer().take_transfer()
    d.assign().conclude(content=b'%PDF-1.4 degree').decided().assign().conclude(content=b'%PDF-1.4 certificate').decided()
    _given_back(d)


def at_once(client, unit):
    """The officer at the counter decides with the receipt; what comes next names the version that his signature becomes."""
    desk = Desk(unit)
    d = Dossier(client, desk, EXTRACT).receive(by=desk.decider, same_day=same_day(mandate=desk.decider_mandate))
    d.seen['approval'] = 2
    d.returned()


def guided(client, unit):
    """Told what is missing, filed with all of it by somebody else, and an original goes back with the result. Nobody is told twice."""
    whose = applicant(identity_number=f'{uuid.uuid4().int % 10**12:012d}')
    d = Dossier(client, Desk(unit), BIRTH)
    d.receive(guidance=d.guide(applicant=whose), applicant=whose, proxy={'name': 'Lê Văn Thay', 'identity_number': '001999888777', 'authorisation': 'Giấy ủy quyền'},
              components=[{'name': 'Sổ', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}, {'name': 'Ảnh', 'form': 'electronic'}])
    d.appraised().decided().returned().give_back()


def filed(client, unit):
    """Filed on the portal; the counter answers, and the result goes its usual way."""
    desk, files = Desk(unit), [{'name': 'Tờ khai', 'form': 'electronic'}]
    a = client.must('intake', '/v1/submissions', ('cong-dvc', 'portal', 'H11'), {
        'reference': f'DVC-{uuid.uuid4().hex[:16]}', 'unit': unit, 'procedure': BIRTH, 'applicant': applicant(), 'components': files})
    Dossier(client, desk, BIRTH).receive(submission=a['id'], channel='online', components=files).appraised().decided().returned()


MIX = [on_the_spot, by_post, refused, on_the_spot, back_office, on_the_spot, sent_back, at_once, two_rounds, guided, filed]


def mixed(client, number):
    MIX[number % len(MIX)](client, UNITS[number // len(MIX) % len(UNITS)])


def people():
    """Everybody who acts on these ways."""
    for unit in UNITS:
        for desk in (Desk(unit), Desk(unit, at_counter=False)):
            yield from {desk.receiver, desk.returner, desk.head, desk.appraiser, desk.approver, desk.clerk, desk.decider}
