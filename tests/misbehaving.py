"""A local web server that misbehaves in every way a site can, one way for each path."""

import contextlib
import datetime
import socketserver
import ssl
import threading
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PLAIN = {
    "/ok": "200 OK",
    "/missing": "404 Not Found",
    "/gone": "410 Gone",
    "/broken": "500 Internal Server Error",
    "/closed": "403 Forbidden",
    "/machine": "999 No",
}
MOVES = {
    "/moved": ("301 Moved Permanently", "/ok"),
    "/moved-twice": ("308 Permanent Redirect", "/moved"),
    "/moved-home": ("301 Moved Permanently", "/"),
    "/moved-to-missing": ("301 Moved Permanently", "/missing"),
    "/elsewhere": ("302 Found", "/ok"),
    "/first-for-good": ("301 Moved Permanently", "/elsewhere"),
    "/first-for-now": ("302 Found", "/moved"),
    "/loop": ("302 Found", "/loop-back"),
    "/loop-back": ("301 Moved Permanently", "/loop"),
    "/to-private": ("302 Found", "http://10.1.2.3/hemmeligt"),
    "/to-loopback": ("302 Found", "http://127.0.0.2/"),
    "/to-metadata": ("302 Found", "http://169.254.169.254/latest/meta-data/"),
    "/to-file": ("302 Found", "file:///etc/passwd"),
    "/to-nowhere": ("302 Found", "http://[::bad"),
    "/to-secret": ("302 Found", "http://navn:kode@127.0.0.1/"),
}
MOST_BYTES = 64 * 1024 * 1024


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                received = self.request.recv(4096)
                if not received:
                    return
                head += received
            lines = head.decode("latin-1").split("\r\n")
            method, path = lines[0].split(" ")[:2]
            headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
            self.server.asked.append((method, path, headers, time.monotonic()))
            self.answer(method, path)

    def say(self, status: str, *headers: str):
        self.request.sendall("\r\n".join([f"HTTP/1.1 {status}", *headers, "Connection: close", "", ""]).encode())

    def answer(self, method: str, path: str):
        if path in PLAIN:
            self.say(PLAIN[path], "Content-Length: 0")
        elif path in MOVES:
            status, location = MOVES[path]
            self.say(status, f"Location: {location}", "Content-Length: 0")
        elif path.startswith("/on/"):
            self.say("302 Found", f"Location: /on/{int(path[4:]) + 1}", "Content-Length: 0")
        elif path == "/no-head":
            self.say("200 OK" if method == "GET" else "405 Method Not Allowed", "Content-Length: 0")
        elif path == "/silent-head":
            self.wait() if method == "HEAD" else self.say("200 OK", "Content-Length: 0")
        elif path == "/silent":
            self.wait()
        elif path == "/slow-head":
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            self.pour(b"X-Slow: 1\r\n", every=0.02)
        elif path == "/huge-head":
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            self.pour(b"X-Huge: " + b"x" * 4000 + b"\r\n")
        elif path == "/huge":
            if method == "HEAD":
                self.say("404 Not Found", "Content-Length: 0")
            else:
                self.say("200 OK", f"Content-Length: {MOST_BYTES}")
                self.pour(b"x" * 65536)
        elif path == "/garbage":
            self.request.sendall(b"Goddag, mand. Oekseskaft.\r\n\r\n")
        # Any other path: the connection is closed without a word.

    def wait(self):
        self.server.is_over.wait(10)

    def pour(self, piece: bytes, every: float = 0):
        while self.server.poured < MOST_BYTES and not self.server.is_over.wait(every):
            self.request.sendall(piece)
            self.server.poured += len(piece)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, certificate: Path | None = None):
        self.asked, self.poured, self.is_over = [], 0, threading.Event()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        self.port = self.server_address[1]

    def get_request(self):
        connection, address = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request, client_address):
        """Whoever leaves early is expected here."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextlib.contextmanager
def serving(certificate: Path | None = None):
    with Server(certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "certificate.pem"
    file.write_bytes(pem)
    return file
