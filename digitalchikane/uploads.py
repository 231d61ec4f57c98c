"""How files come in: however large one is, no more of it is kept than could be used."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from .pictures import LARGEST_FILE


class NotKept(UploadedFile):
    """Stands for a file that the server had no room for, so that the form it came in can say so and loses nothing."""


class BoundedFileUploadHandler(TemporaryFileUploadHandler):
    """Keeps the beginning of a file and its whole size, so that a form can say how much too large it is."""

    has_room = True

    def new_file(self, *args, **kwargs):
        self.has_room = True
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self.has_room = False

    def receive_data_chunk(self, raw_data, start):
        if start <= LARGEST_FILE and self.has_room:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError:
                self._give_up()

    def file_complete(self, file_size):
        try:
            if self.has_room:
                return super().file_complete(file_size)
        except OSError:
            # Only now was the last of it written.
            self._give_up()
        return NotKept(BytesIO(), self.file_name, self.content_type, file_size, self.charset)

    def _give_up(self):
        """Nothing of it stays, least of all on a disk that is full."""
        self.has_room = False
        unfinished = Path(self.file.temporary_file_path())
        with suppress(OSError):
            self.file.close()
        unfinished.unlink(missing_ok=True)
