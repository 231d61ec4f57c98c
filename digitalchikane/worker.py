"""gunicorn's worker, but for what it tells whoever sends what it cannot read: a search for a whole letter, say, whose
address is too long. gunicorn's own words are English and bare."""

from contextlib import suppress

from django.template.loader import render_to_string
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

# What comes after the part that was read; left unread, it would cut off the answer.
REST = 1024 * 1024
# What is said, and the page that says it; of what is not named here, that it cannot be read.
ANSWERS = {
    errors.LimitRequestLine: ("414 URI Too Long", "414.html"),
    errors.LimitRequestHeaders: ("431 Request Header Fields Too Large", "400.html"),
    errors.ExpectationFailed: ("417 Expectation Failed", "400.html"),
    errors.UnsupportedTransferCoding: ("501 Not Implemented", "400.html"),
}
NOT_READ = ("400 Bad Request", "400.html")
# Of the same family, but no fault of whoever sent something.
OUR_FAULT = (errors.ConfigurationProblem, errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
HEADERS = (
    "Connection: close",
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
)


class Worker(ThreadWorker):
    def handle_error(self, req, client, addr, exc):
        if not isinstance(exc, errors.ParseException) or isinstance(exc, OUR_FAULT):
            super().handle_error(req, client, addr, exc)
            return
        status, page = ANSWERS.get(type(exc), NOT_READ)
        # Neither who sent it nor what it was.
        self.log.warning("A request that could not be read was refused: %s.", status)
        body = render_to_string(page).encode()
        head = "\r\n".join([f"HTTP/1.1 {status}", *HEADERS, f"Content-Length: {len(body)}", "", ""]).encode()
        with suppress(OSError):
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.recv(REST)
            client.setblocking(True)
            write_nonblock(client, head + body)
