#!/usr/bin/env python3
"""Where two features meet, and no other test goes: a stop notice that the post brings back, that a proxy fetches, and whose giver enters the
citizen's slip."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, Desk, Dossier  # noqa: E402
from system import System  # noqa: E402
from tap import check, equal, main, test, until  # noqa: E402


def shown(s, d):
    return s.get('intake', f'/v1/dossiers/{d.id}', d.desk.receiver).json


def at_return(s, d):
    return s.get('return', f'/v1/returns/{d.id}', d.desk.returner)['documents'][0]


def notice_ready(s, unit):
    """Stopped at the counter: the notice lies there for the citizen."""
    d = Dossier(s, Desk(unit), BIRTH).receive().assign()
    d.ask_stop()
    d.sign_stop()
    d.issue_notice().becomes('stopped', 8)
    d.on_letter(d.notice, 'ready')
    return d


@test
def the_post_brings_a_stop_notice_back(s):
    d = notice_ready(s, 'H11.35.21')
    ready = until(lambda: d.track()['ready'], 15, 'the citizen sees that the notice lies at the counter')
    equal((ready['early'], ready['reminders'], ready['came_back_at']), (False, 0, None), 'no day was promised for it')
    d.on_letter(d.notice, 'deliver', delivery='post', consignment='EE123456785VN')
    until(lambda: shown(s, d)['returned_at'], 10, 'the citizen has it')
    equal(d.track()['ready'], None, 'nothing is announced any more')
    d.on_letter(d.notice, 'came-back', reason='moved')
    until(lambda: shown(s, d)['returned_at'] is None, 10, 'he does not have it')
    equal(shown(s, d)['returned_by'], None)
    check(d.track()['ready']['came_back_at'], 'it lies at the counter again', d.track())
    equal((d.track()['state'], d.track()['national_status']), ('stopped', 8), 'and the dossier is stopped all the same')
    d.on_letter(d.notice, 'deliver', delivery='counter', who='applicant', paper='receipt')
    until(lambda: shown(s, d)['returned_by'] == d.desk.returner, 10, 'now he has it')
    equal(d.track()['ready'], None)
    d.is_told_as('Received', 'Assigned', 'StopRequested', 'StopSigned', 'Numbered', 'NoticeIssued', 'Ready', 'NoticeHandedOver', 'CameBack',
                 'NoticeHandedOver')


main(System)
