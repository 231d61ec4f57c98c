from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from digitalchikane.shipped import BrokenFixture, Load


class Command(BaseCommand):
    help = "Add the content of fixtures/ that is not in the database yet. Never changes what is there."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *args, folder, **options):
        try:
            added = Load(folder).run()
        except BrokenFixture as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        counts = ", ".join(f"{count} {kind}" for kind, count in added.items())
        self.stdout.write(f"Content added: {counts}." if added else "Content: nothing new.")
