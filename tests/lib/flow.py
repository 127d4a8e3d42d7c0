"""Who listens to whom (DESIGN 4), and what is still on its way: rows that no broker acknowledged, messages that their reader has not stored.
The services' own figures are not asked: they are taken now and then, so they may call quiet what moves."""

SERVICES = ['intake', 'appraisal', 'approval', 'return', 'audit']
SOURCES = SERVICES[:4]                          # a source's number is its place here
STAGE_TOPICS = [f'taicho.{s}.v1' for s in SOURCES]
CATALOGUE = 'taicho.catalogue.v1'
LISTENS = {'intake': ('appraisal', 'approval', 'return'), 'appraisal': ('intake', 'approval'), 'approval': ('intake', 'appraisal', 'return'),
           'return': ('intake', 'approval'), 'audit': tuple(SOURCES)}
PARTITIONS = {**{t: 12 for t in STAGE_TOPICS}, CATALOGUE: 1}


def hears(service):
    """The topics that a service reads."""
    return [f'taicho.{s}.v1' for s in LISTENS[service]] + ([CATALOGUE] if service != 'intake' else [])


def moving(select, logs):
    """What is not quiet, as lines. select: gives the rows of one statement, so that all of it is of one moment; logs: {topic: [(first, end)]} of before."""
    return [line for service, ticks, rows, woken, at in select(' UNION ALL '.join(map(_places, SERVICES)))
            for line in _unpublished(service, int(ticks), int(rows)) + _unwoken(service, int(woken)) + _unread(service, at, logs)]


def _places(service):
    return (f"SELECT '{service}', (SELECT count(*) FROM \"{service}\".tick WHERE NOT acknowledged),"
            f' (SELECT count(*) FROM (SELECT xid FROM "{service}".outbox_row{" UNION ALL SELECT xid FROM audit.entry" if service == "audit" else ""}) o'
            f'   WHERE NOT pg_visible_in_snapshot(xid, coalesce((SELECT s2 FROM "{service}".tick ORDER BY id DESC LIMIT 1), \'1:1:\'))),'
            f" (SELECT count(*) FROM \"{service}\".waiting WHERE reason = 'release' AND release <= (SELECT number FROM \"{service}\".catalogue_release)),"
            f" (SELECT coalesce(string_agg(concat_ws(' ', topic, \"partition\", next_offset), ','), '') FROM \"{service}\".consumed)")


def _unpublished(service, ticks, rows):
    return [f'{service}: {ticks} ticks not acknowledged, {rows} rows not taken up'] if ticks or rows else []


def _unwoken(service, events):
    """What came before the release that it needs, which is here by now: it is taken up a chunk at a time."""
    return [f'{service}: {events} events not taken up since their release is here'] if events else []


def _unread(service, at, logs):
    places = {(topic, int(p)): int(offset) for topic, p, offset in (one.split() for one in at.split(',') if one)}
    left = {f'{topic} [{p}]': high - places.get((topic, p), 0) for topic in hears(service) for p, (_, high) in enumerate(logs.get(topic, []))
            if places.get((topic, p), 0) != high}
    return [f'{service}: {sum(left.values())} messages not read ({", ".join(list(left)[:3])})'] if left else []
