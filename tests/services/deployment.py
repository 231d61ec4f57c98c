"""The site as it is run: gunicorn behind the nginx of deploy/, started from the very files that are shipped.

`Node` is one machine's gunicorn with a data folder of its own; `Proxy` is nginx in front of some nodes. Both hold their
listening sockets as systemd does, so a node can be restarted while somebody asks.
"""

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
NGINX = ROOT / "deploy" / "nginx"
NAME = "localhost"
# Puts an inherited socket where systemd would have put it, and becomes the server.
AS_SYSTEMD = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); "
    "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); os.execv(sys.argv[2], sys.argv[2:])"
)


def environment(data: Path, **more) -> dict[str, str]:
    """What deploy/digitalchikane.env sets, for a machine whose data lie in a folder of the test's own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return own | {
        "DJANGO_SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
        "DJANGO_ALLOWED_HOSTS": NAME,
        "DJANGO_DATA_DIR": str(data),
        "DJANGO_BEHIND_PROXY": "1",
        "WEB_CONCURRENCY": "2",
        **more,
    }


def manage(data: Path, *arguments: str, root: Path = ROOT, **more) -> str:
    """What a command of manage.py prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=root,
        env=environment(data, **more),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until(is_so, seconds: float = 10, what: str = ""):
    """Wait until something is so, and return it; fail when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if found := is_so():
                return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain{f' for {what}' if what else ''}")


# What an answer is


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def answered(connection, method, path, headers=None, body=None) -> Answer:
    connection.request(method, path, body=body, headers=headers or {})
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=20):
        super().__init__(NAME, timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


# gunicorn


@dataclass
class Node:
    """One machine: its data, and gunicorn on a socket that outlives it."""

    data: Path
    more: dict[str, str] = field(default_factory=dict)
    # Where the version that it runs lies.
    root: Path = ROOT
    process: subprocess.Popen | None = None

    def __post_init__(self):
        self.path = self.data / "gunicorn.sock"
        self.log = self.data / "gunicorn.log"
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(self.path))
        self.path.chmod(0o666)
        self.socket.listen(2048)

    def start(self, wait=True):
        """Start gunicorn as digitalchikane.service does, and wait until it is sound."""
        gunicorn = [sys.executable, "-m", "gunicorn", "digitalchikane.wsgi", "--config", "digitalchikane/server.py"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", AS_SYSTEMD, str(self.socket.fileno()), *gunicorn],
                cwd=self.root,
                env=environment(self.data, **self.more),
                pass_fds=[self.socket.fileno()],
                stdout=log,
                stderr=log,
            )
        return self.answers() if wait else self

    def answers(self):
        until(lambda: self.ask("/sund").status == 200, 30, f"gunicorn, see {self.log}")
        return self

    def reload(self):
        """systemctl reload: new workers, one after the other."""
        self.process.send_signal(signal.SIGHUP)

    def restart(self):
        """systemctl restart: the process ends and comes back, the socket stays."""
        self.stop()
        self.start()

    def stop(self, wait=True):
        if self.process:
            self.process.terminate()
            if wait:
                self.process.wait(timeout=40)
                self.process = None

    def close(self):
        self.stop()
        self.socket.close()

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def ask(self, path, method="GET", timeout=20, body=None, **headers) -> Answer:
        """Ask this node itself, as nginx would."""
        sent = {"X-Forwarded-Proto": "https"} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = UnixConnection(self.path, timeout)
        try:
            return answered(connection, method, path, sent, body)
        finally:
            connection.close()


# nginx


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that nobody signed, for the name of the tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "fullchain.pem", folder / "privkey.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(*encoding))
    return chain, private


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """nginx with the files of deploy/nginx, their paths and ports exchanged for the test's own.

    `rate` lifts the limits of requests (“100000r/s”), for tests and measurements that are about something else.
    `replace` exchanges more, by regular expressions.
    """

    def __init__(self, folder: Path, nodes: list[Node], rate: str = "", replace: dict[str, str] | None = None):
        self.folder, self.nodes = folder, nodes
        self.http_port, self.port = free_port(), free_port()
        self.chain, key = certificate(folder)
        self.process = None
        # As in the file, each stands there twice.
        servers = "\n    ".join(f"server unix:{node.path} max_fails=0;" for node in nodes)
        exchanged = {
            r"server unix:/run/digitalchikane/gunicorn\.sock max_fails=0;": servers,
            r"digitalchikane\.example\$request_uri": f"{NAME}:{self.port}$request_uri",
            r"/etc/letsencrypt/live/\S+/fullchain\.pem": str(self.chain),
            r"/etc/letsencrypt/live/\S+/privkey\.pem": str(key),
            r"digitalchikane\.example": NAME,
            r"listen \[::\]:.*": "",
            r"listen 80\b": f"listen 127.0.0.1:{self.http_port}",
            r"listen 443\b": f"listen 127.0.0.1:{self.port}",
            r"/etc/nginx/(digitalchikane|proxy)\.conf": rf"{folder}/\1.conf",
            r"include /etc/nginx/modules-enabled/.*": "",
            r"/var/log/nginx": str(folder),
            r"/var/cache/nginx": str(folder),
            r"/run/nginx\.pid": f"{folder}/nginx.pid",
            r"/srv/digitalchikane/deploy": str(ROOT / "deploy"),
            # The folders of tests are closed to others.
            r"^user .*": "" if os.geteuid() else "user root;",
        }
        if rate:
            exchanged[r"rate=\S+;"] = f"rate={rate};"
        for name in ("nginx.conf", "digitalchikane.conf", "proxy.conf"):
            text = (NGINX / name).read_text()
            for pattern, value in (exchanged | (replace or {})).items():
                text = re.sub(pattern, value.replace("\\", r"\\") if "\\1" not in value else value, text, flags=re.M)
            (folder / name).write_text(text)

    def start(self):
        command = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        with (self.folder / "nginx.out").open("w") as out:
            self.process = subprocess.Popen([*command, "-g", "daemon off;"], stdout=out, stderr=out)
        until(self._listens, 10, f"nginx, see {self.folder / 'nginx.out'}")
        return self

    def _listens(self):
        assert self.process.poll() is None, (self.folder / "nginx.out").read_text()
        return not socket.create_connection(("127.0.0.1", self.port), 1).close()

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.terminate()
                self.process.wait(timeout=5)
            self.process = None

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.chain))

    def connection(self, timeout=20) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(NAME, self.port, timeout=timeout, context=self.tls)

    def ask(self, path, method="GET", timeout=20, body=None, **headers) -> Answer:
        """Ask on a connection of its own."""
        connection = self.connection(timeout)
        try:
            return answered(connection, method, path, {n.replace("_", "-"): v for n, v in headers.items()}, body)
        finally:
            connection.close()

    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()


# An editor, from outside


class Desk:
    """Somebody who is logged in and asks by HTTP, with the cookies and headers of a browser."""

    def __init__(self, proxy: Proxy, session: str):
        self.proxy, self.cookies = proxy, {"__Host-sessionid": session}

    def open(self, path) -> Answer:
        return self._ask("GET", path)

    def send(self, path, fields: list[tuple[str, str]]) -> Answer:
        return self._ask("POST", path, urllib.parse.urlencode(fields))

    def _ask(self, method, path, body=None):
        connection = self.proxy.connection(60)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Origin": self.proxy.origin,
            "Referer": f"{self.proxy.origin}{path}",
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    name, _equals, rest = value.partition("=")
                    self.cookies[name] = rest.partition(";")[0]
            return Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
        finally:
            connection.close()


# Readers, many


class Readers:
    """Some readers who ask one thing after the other until they are told to stop. `with Readers(proxy, paths) as them`;
    `them.failed` are the answers that were none, and `them.count` how many there were."""

    def __init__(self, proxy: Proxy, asks: list[tuple[str, str, str | None]], number: int = 3, ok=(200,)):
        self.proxy, self.asks, self.ok = proxy, asks, ok
        self.stopped = threading.Event()
        self.failed: list[str] = []
        self.slowest, self.count = 0.0, 0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._read, args=[start], daemon=True) for start in range(number)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)

    def _read(self, turn):
        connection = self.proxy.connection(30)
        while not self.stopped.is_set():
            method, path, body = self.asks[turn % len(self.asks)]
            turn += 1
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            began = time.monotonic()
            try:
                answer = answered(connection, method, path, headers, body)
                wrong = "" if answer.status in self.ok else f"{answer.status} {method} {path}"
            except (OSError, http.client.HTTPException) as error:
                wrong = f"{error!r} {method} {path}"
                connection.close()
                connection = self.proxy.connection(30)
            with self.lock:
                self.count += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
                if wrong:
                    self.failed.append(wrong)
            # The machine is shared with what is being tested.
            time.sleep(0.005)
        connection.close()
