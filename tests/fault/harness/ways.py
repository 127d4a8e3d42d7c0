"""The ways of a dossier that the load takes, in a fixed mix."""
import datetime
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


ORIGINAL = {'name': 'Sổ', 'originals': 1, 'certified': 0, 'copies': 0, 'form': 'paper', 'to_return': True}


def _appraising(client, unit, **more):
    """At the back office, in somebody's hands."""
    return Dossier(client, Desk(unit, at_counter=False), MOBILE_BIRTH).receive(**more).give_transfer().take_transfer().assign()


def back_office(client, unit):
    _given_back(_appraising(client, unit).conclude().decided())


def beside(client, unit):
    """Its officer asks a unit of which the process says nothing."""
    other = UNITS[(UNITS.index(unit) + 1) % len(UNITS)]
    d = _appraising(client, unit)
    d.ask_opinion(other, hours=80)
    d.contribute(Desk(other).appraiser)
    _given_back(d.conclude().decided())


def supplemented(client, unit):
    """Asked for what is missing, which comes by the counter and follows the other papers."""
    d = _appraising(client, unit)
    d.ask_supplement()
    d.supply(without={2: 'held_by_agency'} if UNITS.index(unit) % 2 else None)
    d.give_supply()
    d.take_supply()
    _given_back(d.assign().conclude().decided())


def withdrawn(client, unit):
    """Asked back while it is appraised; the original goes home."""
    d = _appraising(client, unit, components=[ORIGINAL])
    d.ask_back()
    d.let_go()
    d.bring_back()
    d.take_back()
    d.give_back()


def stopped(client, unit):
    d = _appraising(client, unit)
    d.ask_stop()
    d.sign_stop()
    d.issue_notice().hand_notice()


def extended(client, unit):
    """An apology and a week more, before the result."""
    d = _appraising(client, unit)
    d.ask_more((datetime.datetime.fromisoformat(d.received['due_at']) + datetime.timedelta(days=7)).isoformat())
    d.sign_apology()
    d.issue_apology().hand_apology()
    _given_back(d.conclude().decided())


def corrected(client, unit):
    """The result was wrong; the letter that says so follows it."""
    d = _appraising(client, unit).conclude().decided()
    _given_back(d)
    d.correct()
    d.sign_correction()
    d.issue_correction().hand_correction()


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
              components=[ORIGINAL, {'name': 'Ảnh', 'form': 'electronic'}])
    d.appraised().decided().returned().give_back()


def filed(client, unit):
    """Filed on the portal; the counter answers, and the result goes its usual way."""
    desk, files = Desk(unit), [{'name': 'Tờ khai', 'form': 'electronic'}]
    a = client.must('intake', '/v1/submissions', ('cong-dvc', 'portal', 'H11'), {
        'reference': f'DVC-{uuid.uuid4().hex[:16]}', 'unit': unit, 'procedure': BIRTH, 'applicant': applicant(), 'components': files})
    Dossier(client, desk, BIRTH).receive(submission=a['id'], channel='online', components=files).appraised().decided().returned()


# Those that no day's end disturbs, and all: a supplement has to be asked within three days, and a new date has to lie ahead.
TIMELESS = [on_the_spot, by_post, refused, on_the_spot, back_office, on_the_spot, sent_back, at_once, two_rounds, guided, filed]
MIX = TIMELESS + [beside, supplemented, withdrawn, stopped, extended, corrected]


def _of(ways, client, number):
    ways[number % len(ways)](client, UNITS[number // len(ways) % len(UNITS)])


def mixed(client, number):
    _of(MIX, client, number)


def timeless(client, number):
    _of(TIMELESS, client, number)


def people():
    """Everybody who acts on these ways."""
    for unit in UNITS:
        for desk in (Desk(unit), Desk(unit, at_counter=False)):
            yield from {desk.receiver, desk.returner, desk.head, desk.appraiser, desk.approver, desk.clerk, desk.decider}
