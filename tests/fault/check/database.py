"""The database through one psql, as superuser: rows of texts."""
import contextlib
import os
import re
import subprocess
import uuid

from .report import CannotCheck

ESCAPES = {b'b': b'\b', b'f': b'\f', b'n': b'\n', b'r': b'\r', b't': b'\t', b'v': b'\v'}


def _field(raw):
    if raw == b'\\N':
        return None
    if b'\\' in raw:
        raw = re.sub(rb'\\(.)', lambda m: ESCAPES.get(m.group(1), m.group(1)), raw, flags=re.S)
    return raw.decode()


class Database:
    """A session of psql, which reads queries from a pipe and says a word of its own behind each answer. All of them see one snapshot."""

    def __init__(self, conninfo, begin='BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY'):
        self.end = b'end of rows ' + uuid.uuid4().hex.encode()
        self.psql = subprocess.Popen(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', conninfo], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, env={**os.environ, 'PGCLIENTENCODING': 'UTF8', 'PGTZ': 'UTC', 'PGCONNECT_TIMEOUT': '10'})
        self._say(begin + ';')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.psql.stdin.close()
        self.psql.stdout.close()
        self.psql.stderr.close()
        self.psql.wait()

    def rows(self, sql, of_bytes=()):
        """All rows of a query, each a list of texts or None. Columns of these numbers are hexadecimal: they become bytes."""
        out = []
        self._say(f'COPY ({sql}) TO STDOUT;\n\\echo {self.end.decode()}')
        for line in self.psql.stdout:
            if line[:-1] == self.end:
                return out
            fields = line[:-1].split(b'\t')
            out.append([_field(f) if i not in of_bytes else None if f == b'\\N' else bytes.fromhex(f.decode()) for i, f in enumerate(fields)])
        raise CannotCheck(f'{self.psql.stderr.read().decode("utf-8", "replace").strip()[:500]} (in: {sql[:200]})')

    def _say(self, text):
        try:
            self.psql.stdin.write(text.encode() + b'\n')
            self.psql.stdin.flush()
        except OSError:
            pass        # it ended: whoever reads its answer is told why

    def value(self, sql):
        return self.rows(sql)[0][0]


def numbers(text):
    """A PostgreSQL array of numbers: '{1,2}'."""
    return [int(n) for n in text[1:-1].split(',')] if len(text) > 2 else []


def texts(text):
    """A PostgreSQL array of plain words."""
    return text[1:-1].split(',') if len(text) > 2 else []


def micros(column):
    """Microseconds since the epoch, which is how events write moments."""
    return f'(extract(epoch FROM {column}) * 1000000)::bigint'
