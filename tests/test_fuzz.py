"""Every address of the site, asked for by everybody with what nobody should send: none of it is an error of ours."""

import itertools
import re
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLResolver, get_resolver

from digitalchikane.accounts.roles import EDITOR

from .markup import Markup, text

HOSTILE = [
    "\x00",
    "-1",
    "9" * 400,
    "9223372036854775808",
    "٣",
    "²",
    "\u202eabc",
    "' OR 1=1 --",
    '" AND NEAR(*',
    "%ff",
    "../../etc/passwd",
    "{{ 7*7 }}",
    "a" * 3000,
    "NaN",
    "1e400",
    "0000-00-00",
    "9999-12-31",
    "1,2,,-3",
    " ",
    "\r\nSet-Cookie: a=b",
    "",
]
# In an address, where some of these lead nowhere by their form alone.
IN_PATHS = [*(quote(each, safe="%") for each in HOSTILE[:12]), "%00", "_00", "_FF", "..", "%2F", "1"]
# What the site's own links and forms are made of.
NAMES = re.findall(
    r"\S+",
    "q p o e kort vis format soeg gjort farver felt-navn incident_on note company next page ids day version key all"
    " action _selected_action _popup _to_field _changelist_filters app_label model_name field_name term object_id"
    " kind__exact id__in state thing text title_da",
)
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
BODIES = [
    (b'{"a": [1, {"b": null}]}', "application/json"),
    (b"\xff\xfe%%=%ff&&&=;", FORM),
    (b"a=1&a=2&a[]=3&a[b]=4", f"{FORM}; charset=utf-7"),
    (b"--x\r\nbroken", PARTS),
    (b"--x\r\nbroken", f"{PARTS}; boundary={'z' * 300}"),
    (b'--x\r\nContent-Disposition: form-data; name="a"; filename="\0"\r\n\r\nb\r\n--x--\r\n', f"{PARTS}; boundary=x"),
    (b"x" * 100, "text/plain; charset=klingon"),
    (b"", ""),
]
METHODS = ["POST", "HEAD", "PUT", "POST", "PATCH", "DELETE", "POST", "OPTIONS", "TRACE", "POST", "KAGE"]


def routes(patterns=None, before="/") -> list[str]:
    """The address of every view of the site, with “<…>” where it takes something."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + re.sub(r"\(\?P<[^>]+>[^)]*\)", "<x>", str(pattern.pattern))
        route = re.sub(r"\\[AZ]|[\^$]", "", route)
        found += routes(pattern.url_patterns, route) if isinstance(pattern, URLResolver) else [route]
    return list(dict.fromkeys(found))


def query(values, number=4) -> str:
    return "&".join(f"{next(NAME)}={quote(next(values), safe='%')}" for _each in range(number))


NAME = itertools.cycle(NAMES)


@pytest.fixture(params=["a reader", "an editor", "an administrator"])
def person(request, db, django_user_model):
    client = Client(raise_request_exception=False)
    client.name = request.param
    if client.name == "an editor":
        user = django_user_model.objects.create_user("anne", is_staff=True)
        user.groups.set(Group.objects.filter(name=EDITOR))
        client.force_login(user)
    elif client.name == "an administrator":
        client.force_login(django_user_model.objects.create_superuser("bo"))
    return client


def addresses(person, pk) -> list[str]:
    """Every address with something odd in it, and with something that there is; of those that open to a login alone,
    what follows it, and of the others nothing twice."""
    # Of another length than the rest, so that everything meets everything sooner or later.
    segments, found = itertools.cycle(IN_PATHS), []
    for route in routes():
        is_desk = route.startswith(("/admin/", "/konto/"))
        if "logout" in route or "log-ud" in route or ("sessionid" in person.cookies) != is_desk:
            continue
        found.append(re.sub("<[^>]+>", lambda _taken: next(segments), route))
        if "<" in route:
            found.append(re.sub("<[^>]+>", pk, route))
    # An editor and an administrator share the desk between them.
    return {"an editor": found[::2], "an administrator": found[1::2]}.get(person.name, found)


def test_nothing_that_anybody_sends_to_any_address_is_an_error_of_ours(person, make_page):
    values, bodies, methods = itertools.cycle(HOSTILE), itertools.cycle(BODIES), itertools.cycle(METHODS)
    wrong, found = [], addresses(person, str(make_page(live_from=None).pk))
    for number, path in enumerate(found):
        body, kind = next(bodies)
        asks = [
            ("GET", f"{path}?{query(values)}", b"", ""),
            ("POST", path, query(values, 6).encode(), FORM),
            (next(methods), f"{path}?{query(values, 1)}", body, kind),
        ]
        # At the desk one of them each time: other tests send forms to all of it.
        chosen = [asks[0], asks[1 + number % 2]] if person.name == "a reader" else [asks[number % 3]]
        for method, address, body, kind in chosen:
            status = person.generic(method, address, body, kind).status_code
            if status >= 500:
                wrong.append((status, method, address, body))

    assert wrong == []
    assert len(found) > 50


@pytest.mark.parametrize("query", ["_to_field=", "_to_field=%00", "_to_field=&_popup=1"])
def test_a_field_without_a_name_finds_nothing_at_the_desk(admin_client, query):
    answer = admin_client.get(f"/admin/guides/fact/1/change/?{query}")

    assert answer.status_code == 400
    assert text(Markup(answer.content.decode()).one("h1")) == "Vi kunne ikke læse forespørgslen"


def test_the_addresses_are_those_of_the_whole_site():
    found = routes()

    for known in ("/", "/faser/", "/billeder/<str:file>", "/konto/log-ind/", "/admin/guides/fact/"):
        assert known in found, known
