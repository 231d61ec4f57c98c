"""Static files as they are sent to readers."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("([^"]+)"\);\n')


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """Puts the style sheets that `css/site.css` imports into it, so that a reader fetches one file and not twelve."""

    joined = ["css/site.css", "css/desk.css"]

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = paths | {name: self._join(name, paths) for name in self.joined if name in paths}
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, name, paths):
        """Write the joined sheet where the others are collected, and say where it is to be read from."""
        folder = name.rpartition("/")[0]

        def content(sheet):
            storage, path = paths[sheet]
            with storage.open(path) as file:
                return file.read().decode()

        whole = IMPORT.sub(lambda match: content(f"{folder}/{match[1]}"), content(name))
        self.delete(name)
        self._save(name, ContentFile(whole.encode()))
        return self, name
