#!/usr/bin/env python3
"""What the hand-overs of a dossier leave behind: attempts to finish without evidence."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, Desk, Dossier  # noqa: E402
from system import System  # noqa: E402
from tap import equal, main, test  # noqa: E402

COUNTER = {'delivery': 'counter', 'who': 'applicant', 'paper': 'receipt'}


def tried(s, d, who=INSPECTOR):
    """What was tried with the dossier, as inspectors read it, page by page."""
    found, after = [], ''
    while True:
        a = s.get('return', f'/v1/refused-acts?limit=2{after and "&after=" + after}', who)
        equal(a.status, 200, 'the list of refused acts')
        found += [i for i in a['items'] if i['dossier'] == d.id]
        after = a['next']
        if not after:
            return [(i['act'], i['missing'], i['actor']) for i in found]


@test
def who_finishes_without_evidence_is_refused_and_it_is_kept(s):
    d = Dossier(s, Desk('H11.35.21'), BIRTH).receive()
    desk = d.desk
    d.appraised()
    d.refused('return', 'deliver', desk.returner, COUNTER, 409)                     # nothing is signed
    d.decided()
    d.refused('return', 'seal', desk.clerk, {'seal': desk.seal}, 409)               # signed, not numbered
    d.refused('return', 'deliver', desk.returner, COUNTER, 409)
    d.refused('return', 'deliver', desk.returner, COUNTER, 409)                     # the same day: kept once
    d.number()
    d.refused('return', 'archive', desk.clerk, {}, 409)                             # numbered, not sealed
    d.refused('return', 'seal', desk.clerk, {'seal': f'{desk.unit}-s1'}, 422)       # another seal: no attempt to finish
    d.seal().make_ready().deliver().archive()
    d.refused('return', 'archive', desk.clerk, {}, 409)                             # it is archived already
    wanted = [('deliver', 'signature', desk.returner), ('seal', 'number', desk.clerk), ('deliver', 'number', desk.returner),
              ('archive', 'seal', desk.clerk)]
    equal(tried(s, d), wanted)
    equal(tried(s, d, desk.head), wanted, 'the head of the unit sees them, too')
    equal(tried(s, d, Desk('H11.35.22').head), [], 'no other head does')
    equal(s.get('return', '/v1/refused-acts', desk.clerk).status, 403, 'and no clerk')
    equal(s.get('return', '/v1/refused-acts?after=x', INSPECTOR)['field'], 'after')


main(System)
