from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from digitalchikane import backups


class Command(BaseCommand):
    help = "Keep the whole site, database and pictures, in one verified file. The site may be in use meanwhile."

    def add_arguments(self, parser):
        parser.add_argument("--into", type=Path, help="The folder (DJANGO_BACKUP_DIR, else backups/ beside the data).")
        parser.add_argument("--keep", type=int, default=30, help="How many of its backups stay in the folder (30).")

    def handle(self, *args, into, keep, **options):
        if keep < 1:
            raise CommandError("At least one backup must stay.")
        into = into or backups.folder()
        try:
            made = backups.make(into)
        except (backups.Trouble, OSError) as error:
            raise CommandError(f"{error}\nNo backup was made; the older ones are untouched.") from error
        size = made.path.stat().st_size / 1024 / 1024
        self.stdout.write(f"{made.path}")
        self.stdout.write(
            f"{made.rows} rows and {len(made.pictures)} picture files, {size:.1f} MB; read again and found whole."
        )
        old = sorted(into.glob(backups.NAMES))[:-keep]
        for path in old:
            path.unlink()
        if old:
            self.stdout.write(f"Removed {len(old)} older backups; {keep} are kept.")
        self.stdout.write(
            "Copy it to another machine. The secret key is not in it: keep that apart, or no editor's codes fit."
        )
