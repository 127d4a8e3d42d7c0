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


def read(paths):
    """(requests by (service, actor, key, digest of the content), number of lines, number of torn lines)"""
    requests, lines, torn = {}, 0, 0
    for path in paths:
        with open(path, encoding='utf-8') as f:
            content = f.read().split('\n')
        for number, text in enumerate(content, 1):
            if not text.strip():
                continue
            lines += 1
            try:
                line = json.loads(text)
            except ValueError:
                # A client that was killed leaves half a line at the end, which says nothing.
                if number < len(content):
                    raise CannotCheck(f'{path}:{number} is no JSON') from None
                torn += 1
                continue
            if line.get('method') != 'POST' or not line.get('key'):
                continue
            try:
                r = requests.setdefault((line['service'], actor_of(line), line['key'], line['body_sha256'], line['path']), None) or Request(line)
                requests[line['service'], r.actor, r.key, r.body_sha256, r.path] = r
                if line['phase'] == 'sent':
                    r.sent += 1
                else:
                    content_of = line.get('answer')
                    if isinstance(content_of, str):
                        content_of = json.loads(content_of) if content_of.strip() else None
                    r.answers.append(Answer(float(line['t']), int(line['status'] or 0), content_of))
            except (KeyError, TypeError, ValueError) as e:
                raise CannotCheck(f'{path}:{number}: {type(e).__name__} {e}: {text[:200]}') from None
    return list(requests.values()), lines, torn
