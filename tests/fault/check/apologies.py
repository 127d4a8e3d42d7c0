"""V6: the apology that is prepared when a due date draws near (form 04). Its new date gives the dossier the whole time of its process once more, from
the warning on, in the usual office hours, and at least a working day behind both dates; at the hour that was promised. It stands until another date is
in force, or one is asked for."""
import clock

INVARIANT = 'V6'


def proposed(usual, steps, e, due, reported):
    """The date that DueNear should name, of a dossier that was due by both clocks then."""
    done = clock.day_of(clock.add(usual, e.at, 'hour', sum(s.get('minutes', 0) for s in steps)))
    day = clock.day_of(max(due, reported)) + 1
    while not usual.works(day):
        day += 1
    day = max(day, done)
    return clock.midnight(day) + (due - clock.midnight(clock.day_of(due))) // clock.MINUTE * clock.MINUTE


def check(report, dossier, catalogue, received, promise, kept):
    process = catalogue.version('process', received.get('process'), received.get('process_version', 0))
    steps = process['process'].get('steps', []) if process else []
    for e, due, reported, asked in promise.warnings:
        said, wanted = e.body.get('apology_due_at', 0), proposed(catalogue.office(None, e.get('release', 0)), steps, e, due, reported)
        if said != wanted and not (asked and said == 0):
            report.wrong(INVARIANT, dossier, f'{e} prepares an apology for {said}, computed {wanted}')
        report.looked(INVARIANT, 'apologies prepared', 1)
    if kept != (promise.apology and str(promise.apology)):
        report.wrong(INVARIANT, dossier, f'intake keeps an apology for {kept}, computed {promise.apology}')
