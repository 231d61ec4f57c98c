"""gunicorn's worker, but for what it tells whoever asks with too long an address: a search for a whole letter, say."""

from contextlib import suppress

from django.template.loader import render_to_string
from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

# What comes after the part that was read; left unread, it would cut off the answer.
REST = 1024 * 1024
HEADERS = (
    "HTTP/1.1 414 URI Too Long",
    "Connection: close",
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
)


class Worker(ThreadWorker):
    def handle_error(self, req, client, addr, exc):
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("A request with too long an address was refused.")
        body = render_to_string("414.html").encode()
        head = "\r\n".join([*HEADERS, f"Content-Length: {len(body)}", "", ""]).encode()
        with suppress(OSError):
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.recv(REST)
            client.setblocking(True)
            write_nonblock(client, head + body)
