"""What gunicorn writes about each request."""

from gunicorn.glogging import Logger

from .logs import without_secrets


class AccessLog(Logger):
    def atoms(self, resp, req, environ, request_time):
        return super().atoms(resp, req, environ, request_time) | {"U": without_secrets(environ.get("PATH_INFO", ""))}
