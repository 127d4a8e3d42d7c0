#!/usr/bin/env python3
"""What the hand-overs of a dossier leave behind: attempts to finish without evidence, what the counter did not take, the control slip (form 05)."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'lib'))
from story import BIRTH, INSPECTOR, MOBILE_BIRTH, Desk, Dossier  # noqa: E402
from system import System  # noqa: E402
from tap import equal, main, test, until  # noqa: E402

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
    d.refused('return', 'seal', desk.clerk, {'seal': f'{desk.unit}-s1'}, 403)       # another's seal: no attempt to finish
    d.seal().make_ready().deliver().archive()
    d.refused('return', 'archive', desk.clerk, {}, 409)                             # it is archived already
    wanted = [('deliver', 'signature', desk.returner), ('seal', 'number', desk.clerk), ('deliver', 'number', desk.returner),
              ('archive', 'seal', desk.clerk)]
    equal(tried(s, d), wanted)
    equal(tried(s, d, desk.head), wanted, 'the head of the unit sees them, too')
    equal(tried(s, d, Desk('H11.35.22').head), [], 'no other head does')
    equal(s.get('return', '/v1/refused-acts', desk.clerk).status, 403, 'and no clerk')
    equal(s.get('return', '/v1/refused-acts?after=x', INSPECTOR)['field'], 'after')


@test
def every_hand_over_stands_on_the_control_slip(s):
    desk = Desk('H11.35.23', at_counter=False)
    d = Dossier(s, desk, MOBILE_BIRTH).receive()
    slip = lambda who: s.get('intake', f'/v1/dossiers/{d.id}/control-slip', who)    # noqa: E731
    equal(slip(desk.receiver)['hand_overs'], [], 'nothing was handed over yet')
    d.give_transfer()
    d._post('intake', f'/v1/dossiers/{d.id}/transfers/refuse', desk.appraiser, {'reason': 'Thiếu tờ khai'})
    block = slip(desk.receiver)['hand_overs'][0]
    equal([block[k] for k in ('what', 'from_unit', 'given_by', 'state', 'answered_by', 'result', 'note')],
          ['papers', desk.unit, desk.receiver, 'refused', desk.appraiser, None, 'Thiếu tờ khai'])
    d.give_transfer().take_transfer()
    d.assign(by=desk.head).conclude().decided().number().seal()
    refuse = 'hand-over/refuse'
    d.refused('return', refuse, desk.returner, {'reason': 'damaged'}, 409)          # it was not given yet
    d.give_result()
    equal(d.refused('return', refuse, desk.returner, {}, 422)['field'], 'reason')
    equal(d.refused('return', refuse, desk.returner, {'reason': 'ugly'}, 422)['field'], 'reason')
    d.refused('return', refuse, desk.clerk, {'reason': 'damaged'}, 403)
    d._post('return', f'/v1/returns/{d.id}/{refuse}', desk.returner, {'reason': 'damaged'})
    d.refused('return', 'hand-over/take', desk.returner, {}, 409)                   # it is with the giver again
    d.refused('return', 'ready', desk.returner, {}, 409)
    d.give_result().take_result().make_ready().deliver().becomes('returned', 10)
    blocks = until(lambda: (b := slip(desk.receiver)['hand_overs']) and len(b) == 3 and b, 10, 'the way back is on the slip')
    equal([[b[k] for k in ('what', 'state', 'given_by', 'answered_by', 'result', 'fault')] for b in blocks],
          [['papers', 'taken', desk.receiver, desk.appraiser, blocks[0]['result'], None],
           ['document', 'refused', desk.clerk, desk.returner, None, 'damaged'],
           ['document', 'taken', desk.clerk, desk.returner, 'early', None]])
    seen = slip(INSPECTOR)
    equal([seen[k] for k in ('code', 'lead_unit', 'receiving_unit', 'cooperating_units')], [d.code, desk.unit, desk.unit, []])
    equal(seen['applicant'], {'name': 'Nguyễn Thị Tại Chỗ', 'phone': '0912345678'}, 'and nothing else of the citizen')
    equal(slip(Desk('H11.35.24').receiver).status, 404, 'it is no business of another unit')
    equal(int(s.value(f"SELECT count(*) FROM intake.access_log WHERE what = 'control_slip' AND who = '{INSPECTOR}' AND '{d.id}' = ANY (dossiers)")), 1,
          'who looks at it is written down')


main(System)
