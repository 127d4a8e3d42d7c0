"""V6: until when papers are to be handed on, of each transfer of a process, whichever comes in it, and of what supplements brought."""
from collections import defaultdict

from .openings import opened_by
from .words import SOURCES

INVARIANT = 'V6'


def check(report, dossier, story, kept):
    """A transfer is due by the rule of transfers, counted from when it was opened: by the reception or the taking before it, whose time that is, or when
    intake heard of what opened it; while it is open it is counted again by another calendar. What was told is one of those moments, and the one that is
    kept when there is no other."""
    begun = defaultdict(list)
    for e in sorted(story.events, key=lambda e: kept.order.get(e.name, len(kept.order))):
        begun[opened_by(e)].append(e)

    def dues_of(e, at=None):
        return story.transfers(at or e.at, e.get('release', 0))

    def opening(step, round_):
        """The event, and when that was for intake."""
        e = begun[step][round_ - 1] if 0 < round_ <= len(begun[step]) else None
        return e, e and (e.at if SOURCES[e.source] == 'intake' else story.kept.get((step, round_)))

    def told(e, due, dues):
        if e.body.get('due_at') != due and e.body.get('due_at') not in dues:
            report.wrong(INVARIANT, dossier, f'{e.type} says {e.body.get("due_at")}, intake {due}')

    for (step, round_), due in kept.transfers[dossier].items():
        opener, at = opening(step, round_)
        if opener is None or story.kept.get((step, round_)) != at:
            report.wrong(INVARIANT, dossier, f'the transfer of step {step}, round {round_}, was opened at {story.kept.get((step, round_))}; {opener} at {at}')
        elif due not in dues_of(opener, at):
            report.wrong(INVARIANT, dossier, f'the transfer of step {step} is due at {due}, computed {sorted(dues_of(opener, at))}')
        report.looked(INVARIANT, 'transfers', 1)
        report.looked(INVARIANT, 'transfers behind another step than a receipt or a transfer', opener is not None and SOURCES[opener.source] != 'intake')
    supplied = {}
    for e in story.events:
        if e.type == 'TransferGiven':
            opener, at = opening(*e.step)
            told(e, kept.transfers[dossier].get(e.step), dues_of(opener, at) if opener else ())
        if e.type == 'SupplementReceived' and e.body.get('papers_to_unit'):
            supplied[e.body['number']] = e
            due = kept.supplies.get((dossier, e.body['number']))
            if due not in dues_of(e):
                report.wrong(INVARIANT, dossier, f'the papers of supplement {e.body["number"]} are due at {due}, computed {sorted(dues_of(e))}')
            report.looked(INVARIANT, 'papers of supplements', 1)
        if e.type == 'SupplyGiven':
            opener = supplied.get(e.body['supplement'])
            told(e, kept.supplies.get((dossier, e.body['supplement'])), dues_of(opener) if opener else ())
