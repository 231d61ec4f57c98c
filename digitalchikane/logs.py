import logging
import re

# The address of a draft that was sent to a reviewer is the key to it, in each language.
SECRET_ADDRESS = re.compile(r"/(gennemsyn|review)/[^/\s?]+")


def without_secrets(path: str) -> str:
    """A path as a log may hold it."""
    return SECRET_ADDRESS.sub(r"/\1/…", path)


class WithoutReaders(logging.Filter):
    """Takes the request out of a log record: Django would attach it, and with it the address of a reader."""

    def filter(self, record):
        if hasattr(record, "request"):
            del record.request
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(each) if isinstance(each, str) else each for each in record.args)
        return True
