"""Static files as they are sent to readers."""

import re
from collections.abc import Callable

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("([^"]+)"\);\n')


def with_imports(name: str, read: Callable[[str], str]) -> str:
    """A style sheet with the ones it imports put in; `read` finds a sheet's text by its name."""
    folder = name.rpartition("/")[0]
    return IMPORT.sub(lambda match: read(f"{folder}/{match[1]}"), read(name))


def squeezed(sheet: str) -> str:
    """A style sheet without comments, line breaks and indents: a fifth less to fetch."""
    without_comments = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    lines = re.sub(r"\s*\n\s*", "\n", without_comments).strip()
    return re.sub(r"(?<=[{};,])\n", "", lines).replace("\n", " ")


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """Puts the style sheets that `css/site.css` imports into it, so that a reader fetches one file and not twelve."""

    joined = ["css/site.css", "css/desk.css", "css/box.css"]

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = paths | {name: self._join(name, paths) for name in self.joined if name in paths}
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, name, paths):
        """Write the joined sheet where the others are collected, and say where it is to be read from."""

        def content(sheet):
            storage, path = paths[sheet]
            with storage.open(path) as file:
                return file.read().decode()

        whole = squeezed(with_imports(name, content))
        self.delete(name)
        self._save(name, ContentFile(whole.encode()))
        return self, name
