"""The link between a service and Kafka. It names itself to the service as the broker, and it can make the broker answer with an
error: the broker has done what it was asked, and the service hears that it has not. That is what a broker answers whose followers were too
slow, or that lost its lead in between.

The layouts are those of the protocol's guide (https://kafka.apache.org/protocol), in the versions that librdkafka 2.0.2 speaks; all of
them before the flexible ones. What has another version is refused aloud."""
import struct

from harness.link import TO_SERVER, Link

PRODUCE, FETCH, METADATA, FIND_COORDINATOR, JOIN_GROUP, HEARTBEAT = 0, 1, 3, 10, 11, 12
KNOWN = {PRODUCE: range(3, 9), FETCH: range(4, 12), METADATA: range(1, 9), FIND_COORDINATOR: range(0, 3), JOIN_GROUP: range(0, 6), HEARTBEAT: range(0, 4)}
NONE = 0


class Reader:
    """Numbers and words of an answer, and where they stand."""

    def __init__(self, data, at):
        self.data, self.at = data, at

    def number(self, layout):
        value, = struct.unpack_from('>' + layout, self.data, self.at)
        self.at += struct.calcsize('>' + layout)
        return value

    def word(self):
        n = self.number('h')
        self.at += max(n, 0)

    def skip(self, n):
        self.at += max(n, 0)


class Connection:
    def __init__(self):
        self.buffers = {}       # direction: what is not a whole frame yet
        self.asked = {}         # correlation id: (api, version)


class Gate(Link):
    """arm(api, error) has the next answer of that kind say so, hits counts them; cut_at: the next request of a kind ends its
    connection, before the broker has it or when its answer is on the way. good: answers that were not touched and tell of no error,
    by their kind."""

    def __init__(self, host, port, rng, name='gate'):
        super().__init__(host, port, rng, name)
        self.armed = self.cutting = None
        self.hits = 0
        self.good = {api: 0 for api in KNOWN}

    def arm(self, api, error):
        self.armed = (api, error)

    def cut_at(self, api, before):
        self.cutting = (api, before)

    def rest(self):
        self.armed = self.cutting = None

    def new_connection(self):
        return Connection()

    def seen(self, connection, direction, data):
        buffer, out = connection.buffers.get(direction, b'') + data, []
        while len(buffer) >= 4:
            n = 4 + struct.unpack_from('>i', buffer)[0]
            if len(buffer) < n:
                break
            frame, buffer = bytearray(buffer[:n]), buffer[n:]
            ends = self._request(connection, frame) if direction == TO_SERVER else self._answer(connection, frame)
            if ends is not None:
                return b''.join(out) + bytes(ends), True
            out.append(bytes(frame))
        connection.buffers[direction] = buffer
        return b''.join(out), False

    def _request(self, connection, frame):
        api, version, correlation = struct.unpack_from('>hhi', frame, 4)
        if self.cutting == (api, True):
            self.cutting = None
            self.hits += 1
            return b''
        if api in KNOWN and version not in KNOWN[api]:
            self.wrong.append(f'{self.name}: request {api} has version {version}, which is not known here')
        elif api in KNOWN:
            connection.asked[correlation] = api, version
        return None

    def _answer(self, connection, frame):
        api, version = connection.asked.pop(struct.unpack_from('>i', frame, 4)[0], (None, 0))
        if api is None:
            return None
        if self.cutting == (api, False):
            self.cutting = None
            self.hits += 1
            return frame[:len(frame) // 2]
        try:
            if api in (METADATA, FIND_COORDINATOR):
                self._point_here(frame, api, version)
            else:
                self._errors(frame, api, version)
        except (struct.error, IndexError) as e:
            self.wrong.append(f'{self.name}: the answer to {api} version {version} is not understood: {e}')
        return None

    def _point_here(self, frame, api, version):
        """The broker's port becomes this link's."""
        r = Reader(frame, 8)
        if api == METADATA:
            if version >= 3:
                r.number('i')
            count = r.number('i')
            for _ in range(count):
                r.number('i')
                r.word()
                self._port(frame, r)
                r.word()
            return
        if version >= 1:
            r.number('i')
        error = r.number('h')
        if version >= 1:
            r.word()
        r.number('i')
        r.word()
        if error == NONE:
            self._port(frame, r)

    def _port(self, frame, r):
        at = r.at
        if r.number('i') == self.target[1]:
            struct.pack_into('>i', frame, at, self.port)

    def _errors(self, frame, api, version):
        places = list({PRODUCE: _produced, FETCH: _fetched, JOIN_GROUP: _joined, HEARTBEAT: _heard}[api](Reader(frame, 8), version))
        if not places:
            return              # nothing was in it
        armed = self.armed      # once: the episode may take it back meanwhile
        if armed and armed[0] == api:
            for at in places:
                struct.pack_into('>h', frame, at, armed[1])
            self.armed = None
            self.hits += 1
        elif all(struct.unpack_from('>h', frame, at)[0] == NONE for at in places):
            self.good[api] += 1


def _produced(r, version):
    for _ in range(r.number('i')):
        r.word()
        for _ in range(r.number('i')):
            r.number('i')
            yield r.at
            r.number('h')
            r.skip(8 + 8 + (8 if version >= 5 else 0))
            if version >= 8:
                for _ in range(r.number('i')):
                    r.number('i')
                    r.word()
                r.word()


def _fetched(r, version):
    """Only of partitions that bring something."""
    r.number('i')
    if version >= 7:
        r.number('h')
        r.number('i')
    for _ in range(r.number('i')):
        r.word()
        for _ in range(r.number('i')):
            r.number('i')
            at = r.at
            r.number('h')
            r.skip(8 + 8 + (8 if version >= 5 else 0))
            r.skip(16 * r.number('i'))
            if version >= 11:
                r.number('i')
            size = r.number('i')
            r.skip(size)
            if size > 0:
                yield at


def _joined(r, version):
    if version >= 2:
        r.number('i')
    yield r.at


def _heard(r, version):
    if version >= 1:
        r.number('i')
    yield r.at
