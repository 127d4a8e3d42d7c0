"""The clients' own journals: what they asked for, and what they were told.

JSON lines; one before a request is sent, one after it was answered: t (unix seconds), id (the client's number), phase
"sent" or "answered", service, method, path, actor, key (Idempotency-Key), body_sha256, late (Taicho-Late-Entry), status, answer.
"""
import hashlib
import json

from .report import CannotCheck

FINAL = {200, 201, 409, 422}
PASSING = (':held', ':not-yet')                 # 409 that may be another answer next time


class Answer:
    __slots__ = ('t', 'status', 'content')

    def __init__(self, t, status, content):
        self.t, self.status, self.content = t, status, content

    @property
    def done(self):
        return self.status in (200, 201)

    @property
    def final(self):
        """The service keeps it under the key: the same is said to whoever repeats."""
        kind = self.content.get('type', '') if isinstance(self.content, dict) else ''
        return self.status in FINAL and not (self.status == 409 and kind.endswith(PASSING))


class Request:
    """All that was sent under one key of one actor to one service, with one content."""

    def __init__(self, line):
        self.service, self.method, self.path, self.key = line['service'], line['method'], line['path'], line['key']
        self.actor, self.body_sha256, self.late = actor_of(line), line['body_sha256'], line.get('late')
        self.reference, self.submission = line.get('reference'), line.get('submission')     # of what was filed on the portal; of its answer
        self.sent, self.answers = 0, []

    def __str__(self):
        return f'{self.service} {self.method} {self.path} key {self.key}'

    @property
    def digest(self):
        """What the service keeps beside the key: method, path, body and the moment of a late entry, so that a key names one request."""
        late = f'\n{self.late}' if self.late else ''
        return hashlib.sha256(f'{self.method}\n{self.path}\n{self.body_sha256}{late}'.encode()).digest()

    @property
    def done(self):
        return next((a for a in self.answers if a.done), None)

    @property
    def refused(self):
        """It was refused for good and never carried out, as far as the client knows."""
        return None if self.done else next((a for a in self.answers if a.final), None)


def actor_of(line):
    a = line.get('actor')
    return a[0] if isinstance(a, list) and a else a


class Journals:
    """What stands in journals that only grow: reading again goes on where it ended."""

    def __init__(self):
        self.requests, self.lines, self.places = {}, 0, {}      # requests: {(service, actor, key, digest of the content, path): Request}

    def read(self, paths):
        """(requests, number of lines, number of torn lines)"""
        torn = sum(self._read(path) for path in paths)
        return list(self.requests.values()), self.lines + torn, torn

    def _read(self, path):
        """1 when the last line is torn: a client that was killed leaves half a line at the end, which says nothing."""
        number, place = self.places.get(path, (0, 0))
        with open(path, 'rb') as f:
            f.seek(place)
            *whole, last = f.read().split(b'\n')
        for text in whole:
            number += 1
            self._line(path, number, text)
            place += len(text) + 1
        self.places[path] = number, place
        if not last.strip():
            return 0
        try:
            json.loads(last)
        except ValueError:
            return 1
        # Whole but for its end, which may still come and then ends an empty line.
        self._line(path, number + 1, last)
        self.places[path] = number, place + len(last)
        return 0

    def _line(self, path, number, text):
        if not text.strip():
            return
        self.lines += 1
        try:
            line = json.loads(text)
        except ValueError:
            raise CannotCheck(f'{path}:{number} is no JSON') from None
        if line.get('method') != 'POST' or not line.get('key'):
            return
        try:
            name = (line['service'], actor_of(line), line['key'], line['body_sha256'], line['path'])
            r = self.requests.get(name) or self.requests.setdefault(name, Request(line))
            if line['phase'] == 'sent':
                r.sent += 1
            else:
                content = line.get('answer')
                if isinstance(content, str):
                    content = json.loads(content) if content.strip() else None
                r.answers.append(Answer(float(line['t']), int(line['status'] or 0), content))
        except (KeyError, TypeError, ValueError) as e:
            raise CannotCheck(f'{path}:{number}: {type(e).__name__} {e}: {text[:200]}') from None
