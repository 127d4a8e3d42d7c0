"""The names that the checker knows by itself: who is there, who listens to whom, what is called how (the contract, DESIGN)."""
SERVICES = ['intake', 'appraisal', 'approval', 'return', 'audit']
SOURCES = SERVICES[:4]                          # a source's number is its place here
STAGE_TOPICS = [f'taicho.{s}.v1' for s in SOURCES]
CATALOGUE = 'taicho.catalogue.v1'
LISTENS = {'intake': ('appraisal', 'approval', 'return'), 'appraisal': ('intake', 'approval'), 'approval': ('intake', 'appraisal', 'return'),
           'return': ('intake', 'approval'), 'audit': tuple(SOURCES)}


def hears(service):
    """The topics that a service reads."""
    return [f'taicho.{s}.v1' for s in LISTENS[service]] + ([CATALOGUE] if service != 'intake' else [])


def id_text(b):
    h = b.hex()
    return f'{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}'


def word(name, prefix):
    """OPINION_NEEDS_SUPPLEMENT -> needs_supplement; '' for one that was left out."""
    return name[len(prefix) + 1:].lower() if name else ''
