"""How the server runs: gunicorn --config digitalchikane/server.py digitalchikane.wsgi"""

import multiprocessing
import os

workers = int(os.environ.get("WEB_CONCURRENCY") or min(2 * multiprocessing.cpu_count(), 4))
worker_class = "gthread"
threads = 4
# Loaded once and shared by the workers: less memory, and an error in the settings stops the start.
preload_app = True
keepalive = 5
timeout = 30
max_requests = 20000
max_requests_jitter = 2000
# Otherwise a socket in the home folder, which a second server of the same user would take over.
control_socket_disable = True
# What was asked for and how it went, never by whom: no addresses, no query strings, no user agents.
accesslog = "-"
# Leaves out what is a key, too.
logger_class = "digitalchikane.accesslog.AccessLog"
access_log_format = "%(m)s %(U)s %(s)s %(L)ss"
