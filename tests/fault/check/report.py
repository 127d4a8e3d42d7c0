"""What was found, and how much was looked at to find it."""


class CannotCheck(Exception):
    """What is to be read cannot be read: that says nothing about the system."""


class Report:
    def __init__(self, most):
        self.most, self.violations, self.counts = most, [], {}

    def _of(self, invariant):
        return self.counts.setdefault(invariant, {'looked_at': 0, 'violations': 0})

    def wrong(self, invariant, subject, text):
        count = self._of(invariant)
        count['violations'] += 1
        if count['violations'] <= self.most:
            self.violations.append({'invariant': invariant, 'subject': str(subject), 'text': text})

    def looked(self, invariant, what, n):
        """n things were compared; what: their name in the counts."""
        count = self._of(invariant)
        count['looked_at'] += n
        count[what] = count.get(what, 0) + n

    def note(self, invariant, what, text):
        """Something that was not looked at, and why."""
        self._of(invariant)[what] = text


def lines(violations, counts):
    """For people: a line for each violation, then one for each invariant."""
    for v in violations:
        yield f"{v['invariant']} {v['subject']}: {v['text']}"
    for invariant in sorted(counts, key=lambda i: int(i[1:])):
        c = dict(counts[invariant])
        wrong, looked = c.pop('violations'), c.pop('looked_at')
        detail = ', '.join(f'{what}: {n}' for what, n in c.items())
        yield f"# {invariant}: {wrong} violations; {'looked at nothing' if not looked else detail}"
        if not looked and detail:
            yield f'#     {detail}'
