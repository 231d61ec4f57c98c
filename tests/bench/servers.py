"""The servers that are measured against one another, all with the same pages:

- `site`: gunicorn as it is shipped, asked directly
- `bare`: gunicorn that hands out bytes it was given, with the same configuration
- `proxied`: the site behind the nginx of deploy/, with its memory of one second
- `exported`: the site written to files by `manage.py export`, served by deploy/nginx-export.conf
- `files`: nginx serving those files without anything else
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.services.deployment import NAME, ROOT, Node, Proxy, certificate, environment, free_port, manage, until

from . import bare
from .load import MIX

# What the connection says of itself, not of the page.
OF_THE_CONNECTION = {"connection", "date", "server", "transfer-encoding", "keep-alive"}

CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
worker_processes auto; worker_rlimit_nofile 65536;
events {{ worker_connections 16384; }}
http {{
  include /etc/nginx/mime.types; sendfile on; tcp_nopush on; access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {server}
}}
"""
PLAIN = """
server {{
  listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {key};
  root {copy}; index index.html; gzip_static on;
}}
"""


class Gunicorn:
    """gunicorn on a port, with the shipped configuration and a number of workers."""

    def __init__(self, data: Path, application: str, workers: int = 2, **more):
        self.data, self.application = data, application
        self.port = free_port()
        self.more = {"WEB_CONCURRENCY": str(workers), "DJANGO_BEHIND_PROXY": "0", "DJANGO_INSECURE_HTTP": "1", **more}
        self.process = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start, and say after how many seconds the first page was there."""
        began = time.monotonic()
        command = [sys.executable, "-m", "gunicorn", self.application, "--config", "digitalchikane/server.py"]
        with (self.data / "gunicorn.log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=environment(self.data, **self.more),
                stdout=log,
                stderr=log,
            )
        until(lambda: ask(self.origin, "/")[0] == 200, 60, f"gunicorn, see {self.data / 'gunicorn.log'}")
        return time.monotonic() - began

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=40)
            self.process = None

    def memory(self) -> list[tuple[float, float]]:
        """For each worker the megabytes it holds, and its share of them when what is shared is divided."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = []
        for pid in children:
            said = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes = {name: int(size) for name, size in re.findall(r"^(Rss|Pss):\s+(\d+) kB", said, re.M)}
            found.append((kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024))
        return found


def ask(origin: str, path: str, encoding: str = "gzip") -> tuple[int, list[tuple[str, str]], bytes]:
    parts = urlsplit(origin)
    with closing(http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": NAME, "Accept-Encoding": encoding})
        response = connection.getresponse()
        return response.status, response.getheaders(), response.read()


class Nginx:
    """An nginx with a configuration of the benchmark's own, over TLS as the shipped one is."""

    def __init__(self, folder: Path, copy: Path, server: str):
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        chain, key = certificate(folder)
        server = server.format(port=self.port, chain=chain, key=key, copy=copy)
        user = "" if os.geteuid() else "user root;"
        (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, server=server, user=user))

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    def start(self):
        with (self.folder / "nginx.out").open("w") as out:
            self.process = subprocess.Popen(
                ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")], stdout=out, stderr=out
            )
        until(self._listens, 10, f"nginx, see {self.folder / 'nginx.out'}")

    def _listens(self):
        assert self.process.poll() is None, (self.folder / "nginx.out").read_text()
        return not socket.create_connection(("127.0.0.1", self.port), 1).close()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def exported(folder: Path, copy: Path) -> Nginx:
    """deploy/nginx-export.conf with the paths of the benchmark."""
    text = (ROOT / "deploy" / "nginx-export.conf").read_text()
    listen = "listen 127.0.0.1:{port} ssl; ssl_certificate {chain}; ssl_certificate_key {key};"
    text = re.sub(r"listen \[::\]:80;", "", text.replace("{", "{{").replace("}", "}}"))
    text = text.replace("listen 80;", listen).replace("/srv/digitalchikane/copy", "{copy}")
    return Nginx(folder, copy, text.replace("www.digitalchikane.dk", NAME))


@contextmanager
def all_of_them(folder: Path):
    """Every server started; their origins by name, and the site's gunicorn itself."""
    data = folder / "data"
    data.mkdir()
    manage(data, "prepare")
    copy = folder / "copy"
    manage(data, "export", str(copy), "--site", f"https://{NAME}")
    with ExitStack() as stack:
        site = Gunicorn(data, "digitalchikane.wsgi")
        stack.callback(site.stop)
        cold = site.start()
        pages = {}
        for path in dict.fromkeys(MIX):
            status, headers, body = ask(site.origin, path)
            assert status == 200, path
            pages[path] = [(n, v) for n, v in headers if n.lower() not in OF_THE_CONNECTION], body
        kept = folder / "pages"
        bare.keep(kept, pages)
        plain = Gunicorn(data, "tests.bench.bare", BENCH_PAGES=str(kept))
        stack.callback(plain.stop)
        plain.start()

        (folder / "node").mkdir()
        shutil.copytree(data, folder / "node", dirs_exist_ok=True)
        node = Node(folder / "node")
        stack.callback(node.close)
        node.start()
        (folder / "proxy").mkdir()
        proxy = Proxy(folder / "proxy", [node], rate="1000000r/s")
        proxy.start()
        stack.callback(proxy.stop)

        files, export = Nginx(folder / "files", copy, PLAIN), exported(folder / "exported", copy)
        for server in (files, export):
            server.start()
            stack.callback(server.stop)
        yield Started(
            {
                "site": site.origin,
                "bare": plain.origin,
                "proxied": proxy.origin,
                "files": files.origin,
                "exported": export.origin,
            },
            site,
            cold,
            {path: len(body) for path, (_headers, body) in pages.items()},
        )


@dataclass
class Started:
    """Where each server answers; the site's gunicorn, its seconds to the first page, and what the pages weigh."""

    origins: dict[str, str]
    site: Gunicorn
    cold_start: float
    weights: dict[str, int]
