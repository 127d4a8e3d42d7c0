"""The names that the checker knows by itself (the contract): who is there and who listens to whom stands in flow."""
from flow import CATALOGUE, LISTENS, SERVICES, SOURCES, STAGE_TOPICS, hears

__all__ = ['CATALOGUE', 'LISTENS', 'SERVICES', 'SOURCES', 'STAGE_TOPICS', 'hears', 'id_text', 'seen_of', 'shown_by', 'turns_of', 'word']


def id_text(b):
    h = b.hex()
    return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'


def seen_of(e, source):
    """The version of the source's events about its subject that e had seen."""
    return next((s['version'] for s in e.get('seen', []) if s['source'] == f'SOURCE_{source.upper()}'), 0)


def shown_by(e):
    """The evidence on which a date moved; None."""
    document = e.body.get('document')
    return id_text(document['id']) if document else None


def turns_of(e):
    """The units that may co-operate in a step from e on, and until when: (unit, due)."""
    return [(e.body.get('unit'), e.body.get('due_at'))] if e.type == 'OpinionAsked' else [(p['unit'], p['due_at']) for p in e.body['parts']] if e.type == 'PartsOpened' else []


def word(name, prefix):
    """OPINION_NEEDS_SUPPLEMENT -> needs_supplement; '' for one that was left out."""
    return name[len(prefix) + 1:].lower() if name else ''
