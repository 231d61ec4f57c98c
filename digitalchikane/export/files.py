"""The copy as files: what stands in each, how it is sent, and the packed ones beside."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import brotli

from digitalchikane.middleware import ForEverybody

from . import markup
from .asking import Answer, Site
from .crawl import Copy, ExportFailed, not_found

# Each file of the copy stays what it is until the next one, also those that have a question mark on the site.
HEADERS = {"Cache-Control": ForEverybody.POLICY}
BROTLI_QUALITY = 11
PACKED_TYPES = ("text/", "application/javascript", "application/json", "application/xml", "application/atom+xml")


@dataclass
class File:
    """One file of the copy."""

    body: bytes
    headers: dict[str, str]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def variants(self) -> dict[str, bytes]:
        """Itself, and what a server sends to readers who take it packed, by the ending of the name."""
        found = {"": self.body}
        if self.headers.get("Content-Type", "").startswith((*PACKED_TYPES, "image/svg+xml")):
            packed = {
                ".br": brotli.compress(self.body, quality=BROTLI_QUALITY),
                ".gz": gzip.compress(self.body, 9, mtime=0),
            }
            found |= {ending: body for ending, body in packed.items() if len(body) < len(self.body)}
        return found


def files(copy: Copy, site: Site, live: str = "") -> dict[str, File]:
    """Every file by its name. `live` is where the site itself answers forms, if somewhere."""
    found: dict[str, File] = {}

    def add(name: str, answer: Answer, address: str):
        body = answer.body
        if answer.type == "text/html":
            html = markup.without_forms(body.decode(), f"{live}{address}" if live else "")
            body = markup.with_links(html, lambda link: _led(copy, site, link, address)).encode()
        file = File(body, (HEADERS if answer.status != 404 else {}) | answer.headers)
        if name in found and found[name] != file:
            raise ExportFailed(f"Two addresses would be kept as {name}: {address} is one of them.")
        found[name] = file

    for address, answer in copy.answers.items():
        add(copy.places[address].file, answer, address)
    for name, address in not_found().items():
        add(name, site.ask(address), address)
    return found


def _led(copy: Copy, site: Site, link: str, page: str) -> str:
    """Where a link leads in the copy."""
    address = site.own(link, page)
    if address is None or "/" not in link and "?" not in link:
        return link
    _rest, hash, fragment = link.partition("#")
    absolute = site.origin if link.startswith(site.origin) else ""
    if address in copy.redirects and address not in copy.answers:
        # At once to the end: a store of files knows no redirects.
        return _led(copy, site, copy.redirects[address] + hash + fragment, page)
    if address in copy.places:
        led = copy.places[address].address
    elif address in copy.for_one:
        led = address.partition("?")[0]
    else:
        return link
    # Left as it was written wherever it leads to the same place.
    return link if led == address else absolute + led + hash + fragment


def dead_ends(copy: Copy, found: dict[str, File], site: Site) -> list[str]:
    """What a page of the copy leads to and does not have: files, and places on pages."""
    by_address = {place.address: place.file for place in copy.places.values()}
    places_on = {name: markup.anchors(file.body.decode()) for name, file in found.items() if name.endswith(".html")}
    wrong = []
    for name, file in found.items():
        if not name.endswith(".html"):
            continue
        page = urlsplit(f"/{name.removesuffix('index.html')}").path
        for link in dict.fromkeys(markup.links(file.body.decode())):
            address = site.own(link, page)
            fragment = link.partition("#")[2]
            if link.startswith("#") and len(link) > 1:
                target = name
            elif address is None:
                continue
            else:
                target = by_address.get(address)
            if target is None or (fragment and target in places_on and fragment not in places_on[target]):
                wrong.append(f"/{name} → {link}")
    return wrong
