import os
import socket

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Bring the database, the content and the static files up to date, so that the site can be served."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, help="Say where the site will be, and stop if the port is taken.")

    def handle(self, *args, port, **options):
        if port:
            self.require_free(port)
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("clearsessions")
        call_command("load_content", stdout=self.stdout, stderr=self.stderr)
        self.collect_static()
        self.ensure_administrator()
        if port:
            self.stdout.write(f"\nThe site is at http://localhost:{port}/ (the editors' desk at /admin/).\n")

    def require_free(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(f"Port {port} is taken. Choose another one: make run PORT={port + 1}") from error

    def collect_static(self):
        """Collect and compress static files, but only when one of them changed since the last time."""
        stamp = settings.DATA_DIR / "static-collected"
        state = "\n".join(
            f"{name} {path.stat().st_mtime_ns} {path.stat().st_size}"
            for finder in get_finders()
            for name, storage in sorted(finder.list([]))
            for path in [settings.BASE_DIR / storage.path(name)]
        )
        if (settings.STATIC_ROOT / "staticfiles.json").exists() and stamp.exists() and stamp.read_text() == state:
            return
        self.stdout.write("Preparing style sheets and scripts …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(state)

    def ensure_administrator(self):
        """Make the first administrator from the environment. Never a default password, never a question."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        name = os.environ.get("DJANGO_SUPERUSER_USERNAME")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if not (name and password):
            self.stdout.write("There is no administrator yet. Make one with: make admin")
            return
        from django.contrib.auth.password_validation import validate_password

        try:
            validate_password(password, users.model(username=name))
        except ValidationError as error:
            raise CommandError("DJANGO_SUPERUSER_PASSWORD: " + " ".join(error.messages)) from error
        users.create_superuser(name, os.environ.get("DJANGO_SUPERUSER_EMAIL", ""), password)
        self.stdout.write(f"Made the administrator {name}.")
