import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from digitalchikane import clock, contentversion
from digitalchikane.export.asking import Quiet, Site
from digitalchikane.export.crawl import ExportFailed, crawl
from digitalchikane.export.files import dead_ends, files
from digitalchikane.export.folder import put, require_replaceable
from digitalchikane.export.servers import about

# How often to begin again where somebody publishes meanwhile.
ATTEMPTS = 4
# So many dead ends are named one by one.
SHOWN = 40


class Command(BaseCommand):
    help = "Write the whole public site to a folder as files that any web server or object store can serve."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="Replaced as a whole, in one step, when the copy is complete.")
        parser.add_argument("--site", help="Where the copy will stand, such as https://www.digitalchikane.dk")
        parser.add_argument("--live", default="", help="Where the site itself can be reached, for what needs a server.")

    def handle(self, *args, folder, site, live, **options):
        began = time.monotonic()
        folder = folder.absolute()
        site = Site(_address(site) if site else _own_address())
        live = _address(live) if live else ""
        if not validate_host(split_domain_port(site.host)[0], settings.ALLOWED_HOSTS):
            raise CommandError(f"The site does not answer to {site.host}: add it to DJANGO_ALLOWED_HOSTS.")
        try:
            require_replaceable(folder)
            with Quiet():
                copy, found, extra = self._whole(site, live)
            put(folder, found, extra)
        except ExportFailed as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem
        missing = dead_ends(copy, found, site)
        size = sum(len(file.body) for file in found.values())
        self.stdout.write(
            f"{len(found)} files, {size / 1e6:.1f} MB, {len(copy.gone)} withdrawn, "
            f"in {time.monotonic() - began:.1f} s: {folder}"
        )
        self.stdout.write(f"Links that lead nowhere: {len(missing)}")
        for each in missing[:SHOWN]:
            self.stderr.write(each)

    def _whole(self, site, live):
        """All of it as it was at one moment: begun again where something is published meanwhile."""
        for _attempt in range(ATTEMPTS):
            version = contentversion.number()
            site.forget()
            with clock.at(timezone.now()):
                copy = crawl(site)
                found = files(copy, site, live)
            if contentversion.number() == version:
                return copy, found, about(copy, found, site)
        raise ExportFailed("Somebody publishes all the time. Try again when it is quiet.")


def _own_address() -> str:
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*" and not host.startswith(".")]
    if not hosts:
        raise CommandError("Say where the copy will stand: --site https://www.digitalchikane.dk")
    return f"{'http' if settings.INSECURE_HTTP else 'https'}://{hosts[0]}"


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise CommandError(f"{text} is no address of a site. Write it like https://www.digitalchikane.dk")
    return f"{parts.scheme}://{parts.netloc}"
