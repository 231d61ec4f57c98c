"""How the server runs: gunicorn --config digitalchikane/server.py digitalchikane.wsgi"""

import gc
import os

workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * (os.cpu_count() or 1), 4))
# gthread, with pages of our own for what cannot be read.
worker_class = "digitalchikane.worker.Worker"
threads = 4
# Loaded once and shared by the workers: less memory, and an error in the settings stops the start.
preload_app = True
keepalive = 5
timeout = 30
# Seldom: with a worker goes its memory of pages, and on the day of a newspaper it answers thousands in seconds.
max_requests = 500_000
max_requests_jitter = 50_000
# No header says where the site begins: what a stranger sends as one is left out.
forwarder_headers = ""
# Otherwise a socket in the home folder, which a second server of the same user would take over.
control_socket_disable = True
# One JSON object a line, without readers (accesslog.py).
accesslog = "-"
logger_class = "digitalchikane.accesslog.AccessLog"


def on_starting(server):
    """Leave nothing lying in pools that it took to make a page: workers have it from here."""
    from digitalchikane import heap

    heap.hold_little()


def pre_fork(server, worker):
    """What is loaded stays: looking through it for garbage would only give each worker a copy of its own."""
    gc.collect()
    gc.freeze()
    # How soon garbage is looked for depends on how much was found to stay: nothing, now.
    gc.collect()
