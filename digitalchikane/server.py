"""How the server runs: gunicorn --config digitalchikane/server.py digitalchikane.wsgi"""

import gc
import os
from contextlib import suppress

workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * (os.cpu_count() or 1), 4))
# gthread, with pages of our own for what cannot be read.
worker_class = "digitalchikane.worker.Worker"
threads = 4
# Loaded once and shared by the workers: less memory, and an error in the settings stops the start.
preload_app = True
keepalive = 5
timeout = 30
max_requests = 20000
max_requests_jitter = 2000
# No header says where the site begins: what a stranger sends as one is left out.
forwarder_headers = ""
# Otherwise a socket in the home folder, which a second server of the same user would take over.
control_socket_disable = True
# One JSON object a line, without readers (accesslog.py).
accesslog = "-"
logger_class = "digitalchikane.accesslog.AccessLog"


# Of the C library's memory, by the numbers in its <malloc.h>: one pool for all threads, which take turns anyhow; what
# lies free at the end of it goes back to the system, and what is large never comes out of it.
M_ARENA_MAX, M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -8, -1, -3
MALLOC = {M_ARENA_MAX: 1, M_TRIM_THRESHOLD: 128 * 1024, M_MMAP_THRESHOLD: 128 * 1024}


def on_starting(server):
    """Leave nothing lying in pools that it took to make a page: workers have it from here."""
    # Another C library than glibc has its own ways.
    with suppress(Exception):
        from ctypes import CDLL

        mallopt = CDLL(None).mallopt
        for parameter, value in MALLOC.items():
            mallopt(parameter, value)


def pre_fork(server, worker):
    """What is loaded stays: looking through it for garbage would only give each worker a copy of its own."""
    gc.collect()
    gc.freeze()
    # How soon garbage is looked for depends on how much was found to stay: nothing, now.
    gc.collect()
