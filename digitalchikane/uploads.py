"""How files come in: however large one is, no more of it is kept than could be used."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from .pictures import LARGEST_FILE


class BoundedFileUploadHandler(TemporaryFileUploadHandler):
    """Keeps the beginning of a file and its whole size, so that a form can say how much too large it is."""

    def receive_data_chunk(self, raw_data, start):
        if start <= LARGEST_FILE:
            super().receive_data_chunk(raw_data, start)
