"""Asking the site for its pages, as readers do."""

import io
import logging
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.core.handlers.wsgi import WSGIHandler

from digitalchikane import spans

# Said of the way an answer was sent, not of what was sent; and times, which differ from machine to machine.
OF_THE_ANSWER = {"content-length", "date", "etag", "last-modified", "vary", "server", "connection"}


@dataclass
class Answer:
    """What the site said at an address."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def is_for_everybody(self) -> bool:
        return "no-store" not in self.headers.get("Cache-Control", "")


class Site:
    """The site at the address at which its copy is going to stand."""

    def __init__(self, address: str):
        parts = urlsplit(address)
        self.scheme, self.host = parts.scheme, parts.netloc
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.application = WSGIHandler()
        self.forget()

    def forget(self):
        """Content may have changed since something was asked for."""
        self.shared = {}

    def ask(self, address: str) -> Answer:
        """The answer to an address (path and query) of this site: uncompressed, and with a note to the templates that
        it is for the copy."""
        path, _mark, query = address.partition("?")
        name, _colon, port = self.host.partition(":")
        environ = {
            "REQUEST_METHOD": "GET",
            # As servers pass it on.
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": name,
            "SERVER_PORT": port or ("443" if self.scheme == "https" else "80"),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_X_FORWARDED_PROTO": self.scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "digitalchikane.copy": True,
            spans.KEY: self.shared,
        }
        answer = Answer(0)

        def start_response(status, headers, exc_info=None):
            answer.status = int(status[:3])
            answer.headers = {
                name: _ordered(value) if name == "Content-Security-Policy" else value
                for name, value in headers
                if name.lower() not in OF_THE_ANSWER
            }

        result = self.application(environ, start_response)
        try:
            answer.body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return answer

    def own(self, link: str, base: str = "/") -> str | None:
        """The address on this site that a link on a page leads to, without its fragment; None where it leads away."""
        if link.startswith(self.origin):
            link = link[len(self.origin) :] or "/"
        link = link.partition("#")[0]
        if link.startswith("//") or not link:
            return None
        if link.startswith("?"):
            return base.partition("?")[0] + link
        return link if link.startswith("/") else None


def _ordered(policy: str) -> str:
    """The same policy in an order that does not differ from process to process."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))


class Quiet:
    """While it lasts, Django does not warn of addresses that hold nothing: the export reports them itself."""

    def __enter__(self):
        self.logger = logging.getLogger("django.request")
        self.level = self.logger.level
        self.logger.setLevel(logging.CRITICAL)

    def __exit__(self, *exception):
        self.logger.setLevel(self.level)
