"""Which event opens which step: the end of the one before it, a way back, or a supplement."""
from collections import defaultdict

from .words import word

ENDS = ('Received', 'TransferTaken', 'ObligationMet', 'Signed', 'Verified', 'Consulted', 'ConsultationLapsed', 'Appraised', 'Endorsed')   # opens the step behind it
BACK = ('SentBack', 'DraftReturned')                                                                                                # opens the appraisal before it
AGAIN = ('SupplementReceived',)                                                                                                     # opens its own step


def opened_by(e):
    """The step that is opened by the end of the one before it; None: no such end. Nothing comes behind a signed refusal."""
    if e.type not in ENDS or e.type == 'Signed' and word(e.body.get('outcome'), 'OUTCOME') == 'refused':
        return None
    return 1 + (1 if e.type == 'Received' else e.step[0])


def openings_of(events, steps, order):
    """{step: [when it was opened for its first round, for its second one, ...]}, as what happened says. Clocks of services may differ:
    events stand in the order of cause in which they were sealed."""
    out = defaultdict(list)
    for e in sorted(events, key=lambda e: order.get(e.name, len(order))):
        at = e.step[0]
        if opened_by(e):
            out[opened_by(e)].append(e.at)
        elif e.type in BACK:
            out[next((n for n in range(at - 1, 0, -1) if word(steps[n - 1].get('kind'), 'STEP_KIND') == 'appraise'), 0)].append(e.at)
        elif e.type in AGAIN:
            out[at].append(e.at)
    return out
