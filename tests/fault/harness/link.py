"""The network between a service and a server of its, as a TCP proxy: it can be slow, narrow or lossy, and it can be cut, in one
direction or in both, while the connections stay open, as they do when a cable is pulled."""
import asyncio
import random
import threading
import time

CHUNK = 65536
MOST = 64                   # chunks under way in one direction: then the sender has to wait, as with a full window
PIECES = 20                 # of a narrow line: what it carries in a second, in as many pieces, and no more than one of them waits
AGAIN_S = 0.2               # Linux's TCP sends again after this, and then after twice as long
TO_SERVER, TO_CLIENT = 'to the server', 'to the client'


class Link(threading.Thread):
    """delay: seconds that each byte takes, in each direction; spread: by how much that varies. width: bytes a second of one connection
    in one direction, 0: as many as there are. loss: the share of chunks that are lost and sent again; what comes behind waits for
    them. cut: the directions in which nothing goes through, no end of a connection either, and no new one is made. Settings may be
    changed at any time, from any thread."""

    def __init__(self, host, port, rng, name='link'):
        super().__init__(daemon=True, name=name)
        self.target = (host, int(port))
        self.rng = random.Random(rng.random())          # its own: how much is carried changes nothing that the episode chooses
        self.delay = self.spread = self.loss = 0.0
        self.width = 0
        self.lost = 0           # chunks that were sent again
        self.narrowed = 0.0     # seconds for which a narrow line took nothing more
        self.cut = frozenset()
        self.passed = {TO_SERVER: 0, TO_CLIENT: 0}      # bytes
        self.held = 0           # chunks that had to wait for the end of a cut
        self.loop = asyncio.new_event_loop()
        self.up = threading.Event()
        self.port = None
        self.wrong = []         # what it could not do

    def begin(self):
        self.start()
        if not self.up.wait(10):
            raise AssertionError('the link does not listen within 10 s')
        return self

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self._carry, '127.0.0.1', 0))
        self.port = server.sockets[0].getsockname()[1]
        self.up.set()
        self.loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()

    def end(self):
        """All its connections end with it."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(10)

    def new_connection(self):
        """What one connection has to remember; of a link that looks at what it carries."""
        return None

    def seen(self, connection, direction, data):
        """Looks at what came. Gives what goes on, and whether the connection ends behind it."""
        return data, False

    async def _carry(self, reader, writer):
        await self._while_cut(TO_SERVER)
        try:
            far_reader, far_writer = await asyncio.wait_for(asyncio.open_connection(*self.target), 10)
        except (OSError, asyncio.TimeoutError):
            writer.close()
            return
        connection = self.new_connection()
        ways = [asyncio.ensure_future(self._way(connection, *at)) for at in ((TO_SERVER, reader, far_writer), (TO_CLIENT, far_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for w in ways:
                w.cancel()
            writer.close()
            far_writer.close()

    async def _way(self, connection, direction, reader, writer):
        """One direction: what is read now is written when its time has come, so that slowness does not make the line narrow."""
        under_way = asyncio.Queue(MOST)
        last = asyncio.ensure_future(self._deliver(direction, under_way, writer))
        try:
            ends = False
            while not ends:
                began = time.monotonic()
                while self.width and under_way.qsize() > 1:
                    await asyncio.sleep(0.01)
                if self.width:
                    self.narrowed += time.monotonic() - began
                data = await reader.read(max(1, self.width // PIECES) if self.width else CHUNK)
                if not data:
                    break
                data, ends = self.seen(connection, direction, data)
                if data:
                    await under_way.put((time.monotonic() + self._takes(), data))
            await under_way.put((0, b''))
            await last
        except OSError:
            pass                # one of the two has hung up
        except Exception as e:  # of a task nobody would hear it
            self.wrong.append(f'{self.name}: {type(e).__name__}: {e}')
        finally:
            last.cancel()
            await asyncio.gather(last, return_exceptions=True)

    def _takes(self):
        takes = max(0.0, self.delay + self.rng.uniform(-self.spread, self.spread)) if self.spread else self.delay
        again = AGAIN_S
        while self.loss and self.rng.random() < self.loss:
            self.lost += 1
            takes, again = takes + again, 2 * again
        return takes

    async def _while_cut(self, direction):
        if direction in self.cut:
            self.held += 1
            while direction in self.cut:
                await asyncio.sleep(0.02)

    async def _deliver(self, direction, under_way, writer):
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await self._while_cut(direction)
            if not data:
                return
            writer.write(data)
            await writer.drain()
            self.passed[direction] += len(data)
            if self.width:
                await asyncio.sleep(len(data) / self.width)
