"""V6: the apology that is prepared when a due date draws near, or else when it passes (form 04). Its new date gives the dossier the whole time of its process once more, from
the warning on, in the office hours of the competent unit, and at least a working day behind both dates; at the hour that was promised. It stands until one is asked for,
or another date is in force of which it is not yet the last day for an apology, or which it does not lie behind. And by what one that was issued was judged
too late, or in time."""
import clock

INVARIANT = 'V6'


def proposed(office, steps, e, due, reported):
    """The date that DueNear or DuePassed should name, of a dossier that was due by both clocks then."""
    done = clock.add(office, e.at, 'hour', sum(s.get('minutes', 0) for s in steps))
    day = clock.day_of(max(due, reported)) + 1
    while not office.works(day):
        day += 1
    day, hour = max(day, clock.day_of(done)), (due - clock.midnight(clock.day_of(due))) // clock.MINUTE * clock.MINUTE
    if clock.midnight(day) + hour < done:
        day += 1
        while not office.works(day):
            day += 1
    return clock.midnight(day) + hour


def check(report, dossier, catalogue, received, promise, kept):
    process = catalogue.version('process', received.get('process'), received.get('process_version', 0))
    steps = process['process'].get('steps', []) if process else []
    for e, due, reported, asked in promise.warnings:
        said, wanted = e.body.get('apology_due_at', 0), proposed(catalogue.office_of(received.get('unit'), e.at, e.get('release', 0)), steps, e, due, reported)
        if said != (0 if asked else wanted):
            report.wrong(INVARIANT, dossier, f'{e} prepares an apology for {said}, computed {wanted}')
        report.looked(INVARIANT, 'apologies prepared', 1)
    if kept != (promise.apology and str(promise.apology)):
        report.wrong(INVARIANT, dossier, f'intake keeps an apology for {kept}, computed {promise.apology}')


def check_judged(report, dossier, promise, kept):
    """When it was sealed return says; behind the end nothing is judged. What was issued before this was kept has when intake heard of it, and a day."""
    sealed, nearest, notice, heard = kept or (None,) * 4
    wanted = promise.judged or (promise.issued, None, None)
    if (sealed, nearest, notice) not in (tuple(None if x is None else str(x) for x in wanted), (heard, None, heard and '1')):
        report.wrong(INVARIANT, dossier, f'the apology was judged by {(sealed, nearest, notice)} (sealed, to precede, days), computed {wanted}')
    report.looked(INVARIANT, 'apologies judged', promise.judged is not None)
