"""Tries addresses outside the site, politely and carefully.

Polite: one request at a time to each host, with a pause between them, the head of a page before the page, and never
more of a page than what comes with its head. Careful: every address on the way is resolved here and connected to as it
was resolved, and none that leads into a private network is asked.
"""

import asyncio
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import httpx
from django.conf import settings

from .models.links import Fault

REDIRECTS = {301, 302, 303, 307, 308}
FOR_GOOD = {301, 308}
# Answers that say something of who asks, not of the page: large platforms turn away whoever is no browser.
TURNED_AWAY = {400, 401, 403, 405, 406, 407, 418, 421, 429, 451, 999}
NAT64 = ip_network("64:ff9b::/96")
# What the system takes in before it is read: a page that never ends stops here.
RECEIVE_BUFFER = (socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)


@dataclass(frozen=True)
class Limits:
    """Seconds to wait for each step and for a whole answer, seconds between requests to one host, redirects to follow,
    requests at once, and networks that may be asked although they are private (for tests)."""

    timeout: float = 10
    total: float = 20
    pause: float = 1
    hops: int = 5
    at_once: int = 8
    networks: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls) -> "Limits":
        return cls(**getattr(settings, "LINK_CHECK", {}))

    @property
    def allowed(self) -> list[IPv4Network | IPv6Network]:
        return [ip_network(network) for network in self.networks]


@dataclass(frozen=True)
class Result:
    """What was found at an address: no fault means that it leads to a page."""

    status: int | None = None
    fault: str = ""
    moved_to: str = ""

    @property
    def is_closed(self) -> bool:
        return self.fault == Fault.STATUS and self.status in TURNED_AWAY


class Failed(Exception):
    def __init__(self, fault: Fault):
        self.fault = fault


def check(urls: Iterable[str], limits: Limits | None = None) -> dict[str, Result]:
    """Try every address once."""
    return asyncio.run(_check_all(list(urls), limits or Limits.from_settings()))


async def _check_all(urls: list[str], limits: Limits) -> dict[str, Result]:
    # Proxies of the environment would resolve the names again, unseen.
    transport = httpx.AsyncHTTPTransport(verify=httpx.create_ssl_context(), socket_options=[RECEIVE_BUFFER])
    async with httpx.AsyncClient(transport=transport, timeout=limits.timeout, trust_env=False) as client:
        checker = Checker(client, limits)
        results = await asyncio.gather(*(checker.check(url) for url in urls))
    return dict(zip(urls, results, strict=True))


@dataclass
class Answer:
    status: int
    leads_to: str = ""


class Checker:
    def __init__(self, client: httpx.AsyncClient, limits: Limits):
        self.client = client
        self.limits = limits
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked: dict[str, float] = {}
        self._room = asyncio.Semaphore(limits.at_once)

    async def check(self, url: str) -> Result:
        """Follow an address to its page."""
        moved_to, is_for_good, seen = "", True, set()
        try:
            for _hop in range(self.limits.hops + 1):
                if url in seen:
                    return Result(fault=Fault.LOOP)
                seen.add(url)
                answer = await self._ask(url)
                if not answer.leads_to:
                    fault = Fault.STATUS if answer.status >= 300 else ""
                    return Result(answer.status, fault, "" if fault else moved_to)
                is_for_good = is_for_good and answer.status in FOR_GOOD
                url = answer.leads_to
                moved_to = url if is_for_good else moved_to
        except Failed as failed:
            return Result(fault=failed.fault)
        return Result(fault=Fault.TOO_MANY)

    async def _ask(self, address: str) -> Answer:
        """What stands at an address: its head, and where that says nothing good, the page itself."""
        url = _parsed(address)
        # One thing at a time to each host; a host that is waited for takes no room from others.
        async with self._hosts[url.host], self._room:
            addresses = await self._resolve(url)
            try:
                answer = await self._send("HEAD", url, addresses)
            except Failed as failed:
                if failed.fault not in (Fault.TIMEOUT, Fault.ANSWER):
                    raise
                answer = None
            if answer is None or answer.status >= 400:
                answer = await self._send("GET", url, addresses)
        return answer

    async def _resolve(self, url: httpx.URL) -> list[str]:
        """The addresses of a host, all of them public; the old kind first, which every server can reach."""
        name = url.raw_host.decode("ascii").strip("[]")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.limits.timeout):
                found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except TimeoutError:
            raise Failed(Fault.TIMEOUT) from None
        except (OSError, UnicodeError):
            raise Failed(Fault.NAME) from None
        addresses = list(dict.fromkeys(entry[4][0] for entry in sorted(found, key=lambda entry: entry[0].value)))
        if not all(is_public(address, self.limits.allowed) for address in addresses):
            raise Failed(Fault.PRIVATE)
        return addresses

    async def _send(self, method: str, url: httpx.URL, addresses: list[str]) -> Answer:
        if url.host in self._asked:
            await asyncio.sleep(self._asked[url.host] + self.limits.pause - time.monotonic())
        try:
            async with asyncio.timeout(self.limits.total):
                return await self._connect(method, url, addresses)
        except (TimeoutError, httpx.TimeoutException):
            raise Failed(Fault.TIMEOUT) from None
        except httpx.NetworkError as error:
            raise Failed(Fault.ENCRYPTION if _is_about_encryption(error) else Fault.CONNECTION) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise Failed(Fault.ANSWER) from None
        finally:
            self._asked[url.host] = time.monotonic()

    async def _connect(self, method: str, url: httpx.URL, addresses: list[str]) -> Answer:
        # At the address that was looked at, so that no second answer of the name can lead elsewhere.
        for address in addresses[:2]:
            request = self.client.build_request(
                method,
                url.copy_with(host=address),
                headers={"Host": url.netloc.decode("ascii")} | HEADERS,
                extensions={"sni_hostname": url.raw_host.decode("ascii").strip("[]")},
            )
            try:
                response = await self.client.send(request, stream=True)
            except httpx.ConnectError as error:
                if address == addresses[:2][-1] or _is_about_encryption(error):
                    raise
                continue
            # Nothing more than the head is read.
            await response.aclose()
            location = response.headers.get("Location", "")
            leads_to = _joined(url, location) if response.status_code in REDIRECTS and location else ""
            return Answer(response.status_code, leads_to)
        raise Failed(Fault.NAME)


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise Failed(Fault.ADDRESS) from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Failed(Fault.ADDRESS)
    return url.copy_with(fragment=None)


def _joined(url: httpx.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx.InvalidURL, ValueError):
        raise Failed(Fault.ADDRESS) from None


def _is_about_encryption(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_public(address: str, allowed: Iterable[IPv4Network | IPv6Network] = ()) -> bool:
    """Whether an address is reached over the open net, also where it is an old address in a new one's clothes."""
    ip = ip_address(address.partition("%")[0])
    if any(ip in network for network in allowed):
        return True
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in NAT64:
            inner = ip_address(int(ip) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner), allowed)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _agent() -> str:
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    return f"Mozilla/5.0 (compatible; Digitalchikane-links/1.0; +https://{host}/)"


HEADERS = {
    "User-Agent": _agent(),
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "da,en;q=0.5",
    "Accept-Encoding": "identity",
}
