import logging


class WithoutReaders(logging.Filter):
    """Takes the request out of a log record: Django would attach it, and with it the address of a reader."""

    def filter(self, record):
        if hasattr(record, "request"):
            del record.request
        return True
