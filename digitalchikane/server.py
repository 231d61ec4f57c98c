"""How the server runs: gunicorn --config digitalchikane/server.py digitalchikane.wsgi"""

import multiprocessing
import os

workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * multiprocessing.cpu_count(), 4))
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
