"""What a server has to know besides the files: headers, redirects, what is gone.

The headers are those the site itself sends, read from its answers, so that there is one place that decides them.
"""

import json
from collections import Counter
from html import escape

from digitalchikane.languages import OTHERS

from .asking import Site
from .crawl import Copy, ExportFailed
from .files import File
from .folder import ABOUT

# Set by whoever serves a file from what the file is.
FROM_THE_FILE = {"Content-Type"}
# Every header that some answer of the site may carry: deploy/nginx-export.conf sends each of them where it has a value.
HEADERS = [
    "Cache-Control",
    "Content-Disposition",
    "Content-Language",
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-Robots-Tag",
]


def about(copy: Copy, files: dict[str, File], site: Site) -> dict[str, str]:
    """Files for servers, by name: nginx reads one, stores of files the others."""
    usual = _usual_headers(files)
    redirects = dict(sorted(_all_redirects(copy).items()))
    return {
        f"{ABOUT}/nginx.conf": _nginx(copy, files, usual, redirects),
        f"{ABOUT}/files.json": _listing(files),
        "_headers": _headers(files, usual),
        "_redirects": "".join(f"{old} {new} 301\n" for old, new in redirects.items() if "?" not in old),
        **_pages_that_lead_on(copy, files, redirects),
    }


def _all_redirects(copy: Copy) -> dict[str, str]:
    """What led elsewhere on the site, and what stands at another address in the copy than on the site."""
    found = {address: place.address for address, place in copy.places.items() if place.address != address}
    found |= {address: address.partition("?")[0] for address in copy.for_one}
    for address in copy.redirects:
        target, seen = address, set()
        while target in copy.redirects and target not in seen:
            seen.add(target)
            target = copy.redirects[target]
        bare, hash, fragment = target.partition("#")
        found[address] = copy.places[bare].address + hash + fragment if bare in copy.places else target
    return found


def _pages_that_lead_on(copy: Copy, files: dict[str, File], redirects: dict[str, str]) -> dict[str, str]:
    """A small page at each old address, for stores of files, which cannot redirect."""
    found = {}
    for old, new in redirects.items():
        name = f"{old.strip('/')}/index.html"
        if "?" not in old and old.endswith("/") and name not in files:
            found[name] = (
                '<!DOCTYPE html>\n<html lang="da">\n<head>\n<meta charset="utf-8">\n<title>Siden er flyttet</title>\n'
                f'<meta name="robots" content="noindex">\n<meta http-equiv="refresh" content="0; url={escape(new)}">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n</head>\n<body>\n'
                f'<h1>Siden er flyttet</h1>\n<p><a href="{escape(new)}">Gå til siden på dens nye adresse</a></p>\n'
                "</body>\n</html>\n"
            )
    return found


# Headers


def _usual_headers(files: dict[str, File]) -> dict[str, str]:
    """What a page carries if nothing else is said: for each header the value that most of them have."""
    pages = [file.headers for name, file in files.items() if name.endswith(".html")]
    names = {name for headers in pages for name in headers} - FROM_THE_FILE
    usual = {}
    for name in sorted(names):
        counts = Counter(headers.get(name, "") for headers in pages)
        usual[name] = max(sorted(counts), key=counts.get)
    return usual


def _headers(files: dict[str, File], usual: dict[str, str]) -> str:
    """In the form that Netlify and Cloudflare Pages read. What follows replaces what stands above it."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in usual.items() if value)]
    for name, file in sorted(files.items()):
        own = {key: value for key, value in file.headers.items() if key not in FROM_THE_FILE}
        differing = {key: own.get(key, "") for key in sorted(own.keys() | usual.keys())}
        differing = {key: value for key, value in differing.items() if value != usual.get(key, "")}
        if differing:
            lines += ["", f"/{name.removesuffix('index.html')}"]
            for key, value in differing.items():
                if usual.get(key):
                    lines.append(f"  ! {key}")
                if value:
                    lines.append(f"  {key}: {value}")
    return "\n".join(lines) + "\n"


def _listing(files: dict[str, File]) -> str:
    """Every file with its fingerprint and what is to be sent with it: for uploading to a store of files."""
    listing = {
        name: {"sha256": file.digest, "headers": dict(sorted(file.headers.items()))}
        for name, file in sorted(files.items())
    }
    return json.dumps(listing, indent=1, ensure_ascii=False) + "\n"


# nginx


def _nginx(copy: Copy, files: dict[str, File], usual: dict[str, str], redirects: dict[str, str]) -> str:
    if unknown := {key for file in files.values() for key in file.headers} - FROM_THE_FILE - set(HEADERS):
        raise ExportFailed(f"deploy/nginx-export.conf does not know the header {unknown.pop()}.")
    parts = ["# Made by manage.py export, for deploy/nginx-export.conf. Include it in the http part.\n"]
    for name in HEADERS:
        rows = []
        for file_name, file in sorted(files.items()):
            value = file.headers.get(name, "")
            if value != usual.get(name, ""):
                rows.append((f"/{file_name}", value))
        parts.append(_map("$uri", _variable(name), usual.get(name, ""), rows))
    # With and without the last slash, as on the site.
    moved = redirects | {old.rstrip("/"): new for old, new in redirects.items() if old.endswith("/")}
    parts.append(_map("$request_uri", "$copy_moved_to", "", sorted(moved.items())))
    gone = [(copy.places[address].address, "1") for address in sorted(copy.gone)]
    parts.append(_map("$uri", "$copy_is_gone", "", gone))
    not_found = [(f"~^/{code}/", f"/{code}/404.html") for code in OTHERS]
    parts.append(_map("$uri", "$copy_not_found", "/404.html", not_found))
    return "\n".join(parts)


def _variable(header: str) -> str:
    return "$copy_" + header.lower().replace("-", "_")


def _map(source: str, variable: str, usual: str, rows) -> str:
    lines = [f"map {source} {variable} {{", f"  default {_quoted(usual)};"]
    lines += [f"  {_quoted(key)} {_quoted(value)};" for key, value in rows]
    return "\n".join([*lines, "}\n"])


def _quoted(text: str) -> str:
    """As nginx reads a text; a dollar sign would name a variable, and no address or header of ours has one."""
    if "$" in text:
        raise ValueError(text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
