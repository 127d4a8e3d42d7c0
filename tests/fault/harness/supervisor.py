"""Restarts what died, at once, and measures how long it took to serve again. It starts every process itself: a process
ends with the thread that started it."""
import http.client
import threading
import time

TURN_S = 0.02
AGAIN_S = 0.5           # one that dies as it starts is not started in a loop


class Supervisor(threading.Thread):
    def __init__(self, bed, book):
        super().__init__(daemon=True, name='supervisor')
        self.bed, self.book = bed, book
        self.ending = threading.Event()
        self.down = {}              # service -> [(since, fault it died of)]; one may die again before it serves
        self.began = {}
        self.unexplained, self.said = [], {}     # deaths that nobody asked for; service -> the process of the latest

    def run(self):
        while not self.ending.wait(TURN_S):
            for s in self.bed.all():
                if s.process is None or not s.wanted:
                    continue
                if s.process.poll() is not None:
                    self._died(s)
                elif s in self.down and ready(s):
                    for since, fault in self.down.pop(s):
                        if fault:
                            self.book.recovered(fault, time.monotonic() - since)
            for s in self.bed.all():
                if s.process is None and s.wanted:
                    s.start()
        for s in self.bed.all():        # they end with this thread: in order, while it is there
            if s.process and s.process.poll() is None:
                s.stop()

    def _died(self, s):
        now = time.monotonic()
        fault, s.fault = s.fault, None
        since = s.struck if fault else now      # of one that killed itself nobody knows the moment better than this turn
        if fault is None and s.crash and s.process.returncode == -9:
            fault = 'crash ' + s.crash.split(':')[0]
            self.book.injected(fault, s.name)
        elif fault is None and s.brittle:
            fault = s.brittle
            s.ends.append(s.process.returncode)
            self.book.injected(fault, s.name)
        elif fault is None:
            # Without its servers a service may refuse to start; it may never abort. Each death is said once, however often it is met.
            if (not self.bed.servers_away or s.process.returncode < 0) and self.said.get(s) != s.process.pid:
                self.said[s] = s.process.pid
                self.unexplained.append(f'{s.name} {s.instance} died with status {s.process.returncode}: {s.tail(3)}')
            if now - self.began.get(s, 0) < AGAIN_S:
                return
        s.crash = s.next_crash
        s.next_crash = None
        self.down.setdefault(s, []).append((since, fault))
        self.began[s] = now
        s.start()

    def take_unexplained(self):
        out, self.unexplained = self.unexplained, []
        return out

    def steady(self, limit=60):
        """Until everything that should run serves; what does not, in words."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not self.down and all(s.process and s.process.poll() is None and ready(s) for s in self.bed.all() if s.wanted):
                return []
            time.sleep(0.05)
        return [f'{s.name} {s.instance} does not serve within {limit} s' for s in self.bed.all() if s.wanted and not ready(s)]

    def end(self):
        self.ending.set()
        self.join(120)


def ready(s):
    c = http.client.HTTPConnection('127.0.0.1', s.port, timeout=0.5)
    try:
        c.request('GET', '/readyz')
        return c.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        c.close()
