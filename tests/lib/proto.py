"""The contract read from proto/taicho/v1/*.proto itself, and the wire format in plain Python: messages as dictionaries.

Shares no code with the services, so that it can catch their mistakes. Fields that hold proto3's default are left out;
enums are names, bytes are bytes; of a oneof only the member that is set is there.
"""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARINT = {'int32', 'int64', 'bool'}


class Schema:
    def __init__(self, folder=ROOT / 'proto/taicho/v1'):
        self.messages, self.enums, self.oneofs = {}, {}, {}
        self.readers = {}
        for path in sorted(Path(folder).glob('*.proto')):
            self._read(re.sub(r'//[^\n]*', '', path.read_text(encoding='utf-8')))

    def _read(self, text):
        for name, body in re.findall(r'\benum (\w+) \{(.*?)\}', text, re.S):
            self.enums[name] = {k: int(v) for k, v in re.findall(r'(\w+) = (\d+);', body)}
        for name, body in re.findall(r'^message (\w+) \{\n(.*?)^\}', text, re.S | re.M):
            inner = re.search(r'oneof (\w+) \{(.*?)\}', body, re.S)
            self.oneofs[name] = [f for _, f in re.findall(r'(\w+) (\w+) = \d+;', inner.group(2))] if inner else []
            self.messages[name] = {
                field: (int(number), kind, bool(repeated))
                for repeated, kind, field, number in re.findall(r'(repeated )?(\w+) (\w+) = (\d+);', body)}

    def body_types(self, message='LifecycleEvent'):
        """The names of the body's messages: Received, Refused ..."""
        return [self.messages[message][f][1] for f in self.oneofs[message]]

    # ---- writing

    def encode(self, message, value):
        fields, out = self.messages[message], []
        unknown = set(value) - set(fields)
        if unknown:
            raise KeyError(f'{message} has no {sorted(unknown)}')
        for field, (number, kind, repeated) in sorted(fields.items(), key=lambda f: f[1][0]):
            if field not in value:
                continue
            given = value[field]
            many = given if repeated else [given]
            if repeated and (kind in VARINT or kind in self.enums):
                packed = b''.join(varint(self._number(kind, v)) for v in many)
                out.append(tag(number, 2) + varint(len(packed)) + packed if many else b'')
                continue
            for v in many:
                out.append(self._one(number, kind, v, keep=repeated))
        return b''.join(out)

    def _number(self, kind, v):
        return self.enums[kind][v] if kind in self.enums and isinstance(v, str) else int(v)

    def _one(self, number, kind, v, keep):
        if kind in VARINT or kind in self.enums:
            n = self._number(kind, v)
            return tag(number, 0) + varint(n) if n or keep else b''
        if kind in self.messages:
            data = self.encode(kind, v)
        else:
            data = v.encode() if isinstance(v, str) else bytes(v)
            if not data and not keep:
                return b''
        return tag(number, 2) + varint(len(data)) + data

    # ---- reading

    def decode(self, message, data):
        readers = self.readers.get(message) or self._readers(message)
        at, out, end = 0, {}, len(data)
        while at < end:
            key = data[at]
            at += 1
            if key > 0x7f:
                key, at = unvarint(data, at - 1)
            wire = key & 7
            if wire == 0:
                raw, at = unvarint(data, at)
            elif wire == 2:
                size, at = unvarint(data, at)
                raw, at = data[at:at + size], at + size
                if at > end:
                    raise ValueError('cut short')
            else:
                raise ValueError(f'wire type {wire}')
            reader = readers.get(key >> 3)
            if not reader:
                out.setdefault('?', []).append((key >> 3, raw))
                continue
            field, value, repeated, packable = reader
            if not repeated:
                out[field] = value(raw)
            elif packable and wire == 2:
                values, i = [], 0
                while i < len(raw):
                    v, i = unvarint(raw, i)
                    values.append(value(v))
                out.setdefault(field, []).extend(values)
            else:
                out.setdefault(field, []).append(value(raw))
        return out

    def _readers(self, message):
        """{number: (field, function of the raw value, repeated, packable)}"""
        made = {number: (field, self._value(kind), repeated, kind in VARINT or kind in self.enums)
                for field, (number, kind, repeated) in self.messages[message].items()}
        return self.readers.setdefault(message, made)

    def _value(self, kind):
        if kind in self.messages:
            return lambda raw: self.decode(kind, raw)
        if kind in self.enums:
            names = {v: k for k, v in self.enums[kind].items()}
            return lambda raw: names.get(raw, raw)
        if kind == 'string':
            return lambda raw: raw.decode('utf-8')
        return {'bytes': lambda raw: raw + b'', 'bool': bool}.get(kind, lambda raw: raw - (1 << 64) if raw >= 1 << 63 else raw)

    # ---- events

    def body(self, event):
        """(type, body) of a decoded event."""
        for field in self.oneofs['LifecycleEvent']:
            if field in event:
                return self.messages['LifecycleEvent'][field][1], event[field]
        return '', {}


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 0x7f:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def unvarint(data, at):
    n = shift = 0
    while True:
        b = data[at]
        n |= (b & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if b < 0x80:
            return n, at


def tag(number, wire):
    return varint(number << 3 | wire)


SOURCES = ['intake', 'appraisal', 'approval', 'return']


def source_enum(name):
    return 'SOURCE_' + name.upper()


def seen_of(event):
    """{'intake': 5, ...} of a decoded event."""
    return {s['source'][len('SOURCE_'):].lower(): s.get('version', 0) for s in event.get('seen', [])}


def set_seen(event, seen):
    event['seen'] = [{'source': source_enum(s), 'version': seen[s]} for s in SOURCES if seen.get(s)]


def murmur2(data):
    """Kafka's partitioner, as the Java client computes it."""
    m, length = 0x5bd1e995, len(data)
    h = (0x9747b28c ^ length) & 0xffffffff
    for i in range(0, length - length % 4, 4):
        k = int.from_bytes(data[i:i + 4], 'little') * m & 0xffffffff
        k = (k ^ k >> 24) * m & 0xffffffff
        h = (h * m & 0xffffffff) ^ k
    rest = data[length - length % 4:]
    if rest:
        h = (h ^ int.from_bytes(rest, 'little')) * m & 0xffffffff
    h = (h ^ h >> 13) * m & 0xffffffff
    return h ^ h >> 15


def stage_partition(subject_text):
    return (murmur2(subject_text.encode()) & 0x7fffffff) % 12
