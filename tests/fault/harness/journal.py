"""What the client knows by itself: a line before each request is sent, and one after it was answered. Appended as JSON
lines, so that a client that dies leaves all it knew; the checker compares them with what the services stored."""
import hashlib
import json
import os
import threading
import time


def named_in(path, body):
    """Of what is filed on the portal: its reference, and of an answer the dossier that it answers. Both name a subject."""
    said = json.loads(body or b'{}') if path in ('/v1/submissions', '/v1/dossiers', '/v1/refusals', '/v1/guidances') else {}
    return {k: said[k] for k in ('reference', 'submission') if isinstance(said, dict) and k in said}


class Journal:
    def __init__(self, path):
        self.path = path
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.lock = threading.Lock()
        self.count = 0

    def _write(self, line):
        os.write(self.file, (json.dumps(line, ensure_ascii=False, separators=(',', ':')) + '\n').encode())

    def sent(self, service, method, path, actor, key, body):
        """Returns what `answered` wants; the number is the client's own."""
        with self.lock:
            self.count += 1
            line = {'t': time.time(), 'id': self.count, 'phase': 'sent', 'service': service, 'method': method, 'path': path, 'actor': actor,
                    'key': key, 'body_sha256': hashlib.sha256(body or b'').hexdigest(), **named_in(path, body)}
            self._write(line)
        return line

    def answered(self, line, status, answer):
        with self.lock:
            self._write({**line, 't': time.time(), 'phase': 'answered', 'status': status, 'answer': answer})

    def close(self):
        os.close(self.file)
