"""What goes wrong on a machine that is in use: workers that die, clients that are slow or many, requests that are too
large. Readers go on reading, and whoever sent what cannot be answered is told so in Danish."""

import json
import os
import resource
import select
import signal
import socket
import time
from contextlib import ExitStack, closing, suppress

import pytest

from .deployment import NAME, Proxy, Readers, until
from .test_deploy import ASKS, DEADLINES, FRONT

# What takes the site a while to answer, so that a worker dies in the middle of it.
BUSY = [
    *ASKS,
    ("GET", "/hele-vejledningen/?x=1", None),
    ("GET", "/soeg/?q=falsk+profil", None),
    ("POST", "/vaerktoejer/breve/dsa-anmeldelse/", "felt-navn=Anne"),
]


@pytest.fixture(scope="module")
def shipped(nodes, tmp_path_factory):
    """nginx in front of one machine, as the file stands; limits of requests lifted."""
    proxy = Proxy(tmp_path_factory.mktemp("one"), nodes[:1], rate="100000r/s")
    try:
        yield proxy.start()
    finally:
        proxy.stop()


# Workers


def asked_again(proxy) -> int:
    """How often nginx put a request once more, and was answered."""
    answers = [json.loads(line)["upstream"].split(", ") for line in proxy.access_log().splitlines()]
    return sum(len(tries) == 2 and tries[1] < "500" for tries in answers)


def test_a_worker_that_is_killed_takes_no_request_with_it(nodes, shipped, ready):
    node = nodes[0]
    with Readers(shipped, BUSY, number=6, ok=(200, 422)) as readers:
        # Again, until it was one that had begun to answer; each time when what the last one left has been answered.
        for _time in range(5):
            counted = readers.count
            until(lambda counted=counted: readers.count > counted + 20, 20, "answers")
            killed = node.workers[0]
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: len(node.workers) == 2 and killed not in node.workers, 10, "a new worker")
            if asked_again(shipped):
                break
        until(lambda: readers.count > counted + 60, 20, "answers of the new worker")

    assert asked_again(shipped)
    assert readers.failed == []


def test_one_machine_alone_loses_no_request_over_a_reload(nodes, shipped, ready):
    node = nodes[0]
    before = set(node.workers)
    with Readers(shipped, BUSY, ok=(200, 422)) as readers:
        node.reload()
        until(lambda: not before & set(node.workers), 40, "new workers")
        counted = readers.count
        until(lambda: readers.count > counted + 20, 20, "answers of the new workers")

    assert readers.failed == []


# Slow ones, and many


def waits(proxy, paths) -> list[float]:
    """How long one reader waits for each page."""
    found = []
    for path in paths:
        began = time.monotonic()
        assert proxy.ask(path).status == 200
        found.append(time.monotonic() - began)
    return sorted(found)


def test_who_sends_or_reads_slowly_holds_up_nobody(open_proxy, ready):
    """More of each kind than the site has threads."""
    head = f"Host: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\nnote="
    with ExitStack() as stack:
        dribbling = []
        for number in range(90):
            raw = socket.socket()
            # Little room for what comes, so that most of a page stays with nginx.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            raw.connect(("127.0.0.1", open_proxy.port))
            line = stack.enter_context(closing(open_proxy.tls.wrap_socket(raw, server_hostname=NAME)))
            if number % 3 == 0:
                line.sendall(f"GET /hele-vejledningen/?x={number % 9} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            else:
                line.sendall(f"POST {DEADLINES} HTTP/1.1\r\n{head if number % 3 == 1 else 'X-'}".encode())
                dribbling.append(line)
        waited = []
        for number in range(8):
            for line in dribbling:
                # Who is too slow for nginx has been cut off meanwhile.
                with suppress(OSError):
                    line.sendall(b"a")
            waited += waits(open_proxy, [FRONT, f"{FRONT}?x={number}", f"/kilder/?x={number}"])

    assert waited[int(len(waited) * 0.95) - 1] < 1


@pytest.fixture
def connections():
    """Ten thousand, or as many as this machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 1 << 20 if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    yield min(10_000, most - 1000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_who_say_nothing_hold_up_nobody(open_proxy, connections, ready):
    assert connections >= 2000
    ports = (open_proxy.port, open_proxy.http_port)
    idle, poll = [], select.poll()
    began = time.monotonic()
    try:
        for number in range(connections):
            # Loopback has many addresses, and each has so many ports.
            line = socket.create_connection(
                ("127.0.0.1", ports[number % 2]), 5, source_address=(f"127.0.1.{number % 8 + 1}", 0)
            )
            idle.append(line)
            poll.register(line, select.POLLIN | select.POLLHUP)
        waited = waits(open_proxy, [FRONT, f"{FRONT}?x=1", "/akut/", f"/kilder/?x={len(idle)}"] * 3)
        # All of them were there all the time: nginx closes them when their ten seconds are over.
        took = time.monotonic() - began
        assert poll.poll(0) == [], f"{took:.1f} s"
    finally:
        for line in idle:
            line.close()

    assert waited[int(len(waited) * 0.95) - 1] < 1
