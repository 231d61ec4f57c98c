"""What the site costs with more pages than it has: python -m tests.bench.growth FOLDER PAGES, printed as JSON.

FOLDER holds a prepared site, which grows. All in one process and without a server: milliseconds of CPU, and queries.
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

ROUNDS = 30


def main(data: Path, pages: int):
    from tests.services.deployment import environment

    os.environ.update(environment(data, DJANGO_BEHIND_PROXY="0", DJANGO_INSECURE_HTTP="1"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitalchikane.settings")
    from digitalchikane.wsgi import application, django_application

    grow(pages)
    print(json.dumps(measured(application, django_application)))


def grow(to: int):
    """Copies of a phase, each a page of its own, until there are so many."""
    from django.db import transaction
    from django.utils import timezone

    from guides.models import Page, PageEdition

    phase = Page.objects.phases().first().live_edition()
    with transaction.atomic():
        for number in range(PageEdition.objects.live().count(), to):
            page = Page.objects.create(key=f"kopi-{number}", kind="page", slug_da=f"kopi-{number}", position=9000)
            page_of = type(phase).objects.get(pk=phase.pk)
            page_of.document = page
            page_of.copy(live_from=timezone.now(), title_da=f"Kopi {number}", title_en="")


def measured(application, django_application) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    # As the page memory asks after a change: without a wish for compression, one as the first, and then others, which
    # share what it has read.
    first, others = None, {}
    for name, path, shared in [
        ("first", "/faser/dokumenter/", first),
        ("phase", "/faser/dokumenter/", others),
        ("home", "/", others),
        ("sitemap", "/sitemap.xml", first),
    ]:
        ask(django_application, path, shared)
        with CaptureQueriesContext(connection) as queries:
            ask(django_application, path, shared)
            found[f"{name}_queries"] = len(queries)
        found[f"{name}_ms"] = cpu(django_application, path, ROUNDS if name != "sitemap" else 5, shared)
    ask(application, "/faser/dokumenter/")
    # As browsers ask.
    found["memory_us"] = cpu(application, "/faser/dokumenter/", 2000, encoding="gzip") * 1000
    return found


def cpu(application, path: str, rounds: int, shared: dict | None = None, encoding: str = "") -> float:
    """Milliseconds of CPU for an answer, at the middle of ten groups."""
    groups = []
    for _group in range(10):
        began = time.process_time()
        for _round in range(max(1, rounds // 10)):
            ask(application, path, shared, encoding)
        groups.append((time.process_time() - began) / max(1, rounds // 10))
    return median(groups) * 1000


def ask(application, path: str, shared: dict | None = None, encoding: str = "") -> bytes:
    from django.test import RequestFactory

    from digitalchikane import spans

    factory = RequestFactory(headers={"accept-encoding": encoding})
    environ = factory._base_environ(PATH_INFO=path, HTTP_HOST="localhost")
    environ[spans.KEY] = shared
    said = []
    result = application(environ, lambda status, headers, exc_info=None: said.append(status))
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    assert said == ["200 OK"], (path, said)
    return body


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
