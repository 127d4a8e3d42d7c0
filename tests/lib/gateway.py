"""The gateway as it is shipped, before the processes of a system."""
import http.client
import os
import subprocess
from pathlib import Path

from system import BUILD, ROOT, SERVICES, free_port
from tap import check, until


class Gateway:
    """processes: {service: its processes}."""

    def __init__(self, s, processes):
        self.port, self.run = free_port(), s.dir / 'nginx'
        self.run.mkdir(exist_ok=True)
        routes = self.run / 'routes'
        routes.write_text(''.join(f'{name}\t{line}\n' for name in SERVICES
                                  for line in subprocess.check_output([BUILD / 'bin' / f'taicho-{name}', 'routes'], text=True).splitlines()))
        subprocess.run([ROOT / 'deploy/nginx/render.sh', self.run, routes], check=True, env={
            **os.environ, 'GATEWAY_LISTEN': f'127.0.0.1:{self.port}', 'GATEWAY_RATE': '100000', **({'GATEWAY_USER': 'nobody nogroup'} if os.getuid() == 0 else {}),
            **{f'GATEWAY_{name.upper()}': ' '.join(f'127.0.0.1:{p.port}' for p in processes[name]) for name in SERVICES}})

    def __enter__(self):
        with open(self.run / 'log', 'wb') as log:
            self.nginx = subprocess.Popen(['/usr/sbin/nginx', '-e', 'stderr', '-p', self.run, '-c', self.run / 'nginx.conf', '-g', 'daemon off;'],
                                          stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self.answers, 10, 'the gateway does not answer')
        return self

    def answers(self):
        check(self.nginx.poll() is None, 'the gateway has ended', (self.run / 'log').read_text()[-2000:])
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=2)
        try:
            connection.request('GET', '/nowhere')
            return connection.getresponse().status == 404
        except OSError:
            return False
        finally:
            connection.close()

    def __exit__(self, *_):
        self.nginx.terminate()
        self.nginx.wait(10)
