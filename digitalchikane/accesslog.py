"""What gunicorn writes: about each request, and about itself."""

from gunicorn.glogging import Logger

from .health import LIVE, READY
from .logs import JsonLines, line, without_secrets

# A load balancer asks every few seconds.
NOT_WORTH_A_LINE = (LIVE, READY)
# Any word can stand where a method should.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")


class AccessLog(Logger):
    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())

    def access(self, resp, req, environ, request_time):
        """What was asked for and how it went, never by whom: no address, no query string, no user agent. An address
        that leads nowhere is what somebody typed, so only one that led somewhere is named."""
        if not self.access_log_enabled:
            return
        path, status = environ.get("PATH_INFO", ""), int(str(resp.status).split()[0])
        method = environ.get("REQUEST_METHOD")
        if path in NOT_WORTH_A_LINE and status == 200:
            return
        led_somewhere = 200 <= status < 300 or status == 304
        self.access_log.info(
            "%s",
            line(
                "info",
                "gunicorn.access",
                method=method if method in METHODS else "unknown",
                **({"path": without_secrets(path)} if led_somewhere else {}),
                status=status,
                seconds=round(request_time.total_seconds(), 4),
            ),
        )

    def warning(self, msg, *args, **kwargs):
        """gunicorn names the address that sent something that is no HTTP, and what it sent."""
        if "Invalid request from" in str(msg):
            msg, args = "A request that was no proper HTTP was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        """gunicorn names the whole address that was asked for."""
        if str(msg).startswith("Error handling request"):
            msg, args = "Error handling a request.", ()
        super().exception(msg, *args, **kwargs)
