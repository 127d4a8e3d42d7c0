"""A TCP proxy between a service and PostgreSQL that cuts a connection at a COMMIT: before the server has it, or when its
answer is on the way, or it swallows the answer and hangs up later, or it holds the COMMIT back until it is told to hang
up. The client cannot tell one from the other."""
import select
import socket
import threading
import time

COMMIT = b'\0batch_commit\0'        # Bind: the unnamed portal, the statement


class Proxy(threading.Thread):
    def __init__(self, host, port, rng):
        super().__init__(daemon=True, name='proxy')
        self.target = (host, int(port))
        self.rng = rng
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        self.ending = False
        self.armed = None           # 'before' | 'after' | 'swallowed' | 'held': the next COMMIT
        self.let_go = threading.Event()     # ends what is held
        self.cuts = 0

    def run(self):
        while not self.ending:
            if select.select([self.socket], [], [], 0.2)[0]:
                try:
                    client, _ = self.socket.accept()
                except OSError:
                    return
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        try:
            server = socket.create_connection(self.target, timeout=10)
        except OSError:
            client.close()
            return
        for s in (client, server):
            s.settimeout(None)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._pump(client, server)
        except OSError:
            pass
        finally:
            client.close()
            server.close()

    def _pump(self, client, server):
        swallow = None
        while not self.ending:
            for s in select.select([client, server], [], [], 0.5)[0]:
                data = s.recv(262144)
                if not data:
                    return
                if s is server:
                    if swallow is None:
                        client.sendall(data)
                    continue
                how = self.armed if COMMIT in data else None
                if how:
                    self.armed = None
                    self.cuts += 1
                    if how == 'before':
                        # Everything but the COMMIT reached the server; it rolls back as the connection ends.
                        server.sendall(data[:data.index(COMMIT) - 4])
                        return
                    if how == 'held':
                        self.let_go.wait(60)
                        return
                    server.sendall(data)
                    if how == 'after':
                        return
                    swallow = time.monotonic() + self.rng.uniform(0.1, 1)
                    continue
                server.sendall(data)
            if swallow and time.monotonic() > swallow:
                return

    def end(self):
        self.ending = True
        self.socket.close()
