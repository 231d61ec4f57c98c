"""Addresses outside the site are tried politely and carefully, and every way to fail has its reason."""

import asyncio
import time

import pytest

from guides.linkcheck import Limits, Result, check, is_public
from guides.models.links import Fault

from .misbehaving import MOST_BYTES, self_signed, serving

OURS = ("127.0.0.1/32",)
# Enough on a busy machine for what answers; for what does not, the shorter the better.
ROOMY = Limits(timeout=5, total=5, pause=0, networks=OURS)
QUICK = Limits(timeout=0.2, total=0.4, pause=0, networks=OURS)


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


def tried(server, path, limits=ROOMY) -> Result:
    url = server.url(path)
    return check([url], limits)[url]


@pytest.mark.parametrize("path", ["/ok", "/no-head", "/elsewhere", "/first-for-now", "/ok#afsnit"])
def test_what_leads_to_a_page_works(server, path):
    assert tried(server, path) == Result(200)


def test_a_site_that_is_silent_about_heads_is_asked_for_the_page(server):
    assert tried(server, "/silent-head", Limits(timeout=0.5, total=0.5, pause=0, networks=OURS)) == Result(200)


@pytest.mark.parametrize(
    ("path", "status"), [("/missing", 404), ("/gone", 410), ("/broken", 500), ("/moved-to-missing", 404)]
)
def test_an_error_of_the_site_is_reported_with_its_number(server, path, status):
    result = tried(server, path)

    assert (result.status, result.fault, result.is_closed) == (status, Fault.STATUS, False)


@pytest.mark.parametrize("path", ["/closed", "/machine"])
def test_a_site_that_turns_machines_away_is_not_called_broken(server, path):
    assert tried(server, path).is_closed


@pytest.mark.parametrize(
    ("path", "to"), [("/moved", "/ok"), ("/moved-twice", "/ok"), ("/first-for-good", "/elsewhere"), ("/moved-home", "")]
)
def test_what_has_moved_for_good_shows_its_new_address(server, path, to):
    result = tried(server, path)

    if to:
        assert result == Result(200, moved_to=server.url(to))
    else:
        assert result.fault


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/loop", Fault.LOOP),
        ("/on/1", Fault.TOO_MANY),
        ("/huge-head", Fault.ANSWER),
        ("/garbage", Fault.ANSWER),
        ("/cut-off", Fault.ANSWER),
        ("/to-file", Fault.ADDRESS),
        ("/to-nowhere", Fault.ANSWER),
        ("/to-secret", Fault.ADDRESS),
    ],
)
def test_every_way_to_fail_has_its_reason(server, path, fault):
    assert tried(server, path) == Result(fault=fault)


@pytest.mark.parametrize("path", ["/silent", "/slow-head"])
def test_nobody_waits_for_a_site_that_takes_its_time(server, path):
    start = time.monotonic()

    assert tried(server, path, QUICK).fault == Fault.TIMEOUT
    assert time.monotonic() - start < 4


def test_a_page_that_never_ends_is_not_read(server):
    server.poured = 0

    assert tried(server, "/huge") == Result(200)
    assert server.poured < MOST_BYTES / 8


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path):
    with serving(self_signed(tmp_path)) as server:
        assert tried(server, "/ok").fault == Fault.ENCRYPTION


def test_nobody_at_home_is_told():
    with serving() as server:
        url = server.url("/ok")

    assert check([url], ROOMY)[url].fault == Fault.CONNECTION


def test_a_name_that_is_not_known_is_told(monkeypatch):
    async def unknown(self, *args, **kwargs):
        raise OSError("not known")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", unknown)

    assert check(["https://findes-ikke.example/"], QUICK)["https://findes-ikke.example/"].fault == Fault.NAME


# Private networks


@pytest.mark.parametrize("path", ["/to-private", "/to-loopback", "/to-metadata"])
def test_a_redirect_into_a_private_network_is_not_followed(server, path):
    assert tried(server, path).fault == Fault.PRIVATE


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "10.0.0.1"])
def test_a_private_network_is_not_asked(server, host):
    asked = len(server.asked)
    url = server.url("/ok", host)

    assert check([url], Limits(timeout=5, total=5, pause=0))[url].fault == Fault.PRIVATE
    assert len(server.asked) == asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "2001:db8::1",
    ],
)
def test_private_addresses_in_all_clothes_are_known(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses_are_asked(address):
    assert is_public(address)


def test_a_name_is_refused_when_one_of_its_addresses_is_private(server, monkeypatch):
    answers(monkeypatch, "93.184.216.34", "10.0.0.1")

    url = server.url("/ok", "kilde.example")
    assert check([url], QUICK)[url].fault == Fault.PRIVATE


def test_the_connection_goes_where_the_name_was_resolved_to(server, monkeypatch):
    asked = answers(monkeypatch, "127.0.0.1")
    url = server.url("/moved", "kilde.example")

    assert check([url], ROOMY)[url] == Result(200, moved_to=server.url("/ok", "kilde.example"))
    method, path, headers, _at = server.asked[-1]
    assert (method, path, headers["Host"]) == ("HEAD", "/ok", f"kilde.example:{server.port}")
    # Once for each hop, and never again on the way.
    assert asked == ["kilde.example", "kilde.example"]


def answers(monkeypatch, *addresses) -> list[str]:
    """Let every name have these addresses; returns the names that were asked for."""
    asked = []
    real = asyncio.BaseEventLoop.getaddrinfo

    async def resolve(self, host, port, **kwargs):
        if host in addresses:
            return await real(self, host, port, **kwargs)
        asked.append(host)
        return [entry for address in addresses for entry in await real(self, address, port, **kwargs)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ikke en adresse",
        "ftp://kilde.example/",
        "javascript:alert(1)",
        "https://",
        "https://navn@kilde.example/",
        "http://[::1",
        "https://kilde.example:port/",
        "https://\x00/",
        "https://" + "a" * 300 + ".example/",
    ],
)
def test_what_is_no_address_is_told(url):
    assert check([url], QUICK)[url].fault in (Fault.ADDRESS, Fault.NAME)


# Manners


def test_one_host_is_asked_one_thing_at_a_time_with_pauses(server):
    server.asked.clear()
    urls = [server.url(path) for path in ("/ok", "/missing", "/elsewhere")]

    check(urls, Limits(timeout=5, total=5, pause=0.1, networks=OURS))

    times = sorted(at for *_request, at in server.asked)
    # /missing is asked for twice, /elsewhere leads on.
    assert len(times) == 5
    assert all(later - earlier >= 0.1 for earlier, later in zip(times, times[1:], strict=False))


def test_the_head_comes_before_the_page_and_says_who_asks(server):
    server.asked.clear()

    tried(server, "/missing")

    assert [method for method, *_rest in server.asked] == ["HEAD", "GET"]
    assert "Digitalchikane" in server.asked[0][2]["User-Agent"]
    assert "Cookie" not in server.asked[1][2]


def test_many_hosts_are_asked_at_once(server, monkeypatch):
    answers(monkeypatch, "127.0.0.1")
    urls = [server.url("/silent", f"kilde-{number}.example") for number in range(8)]
    start = time.monotonic()

    results = check(urls, QUICK)

    assert {result.fault for result in results.values()} == {Fault.TIMEOUT}
    assert time.monotonic() - start < 4
