from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from digitalchikane import backups


class Command(BaseCommand):
    help = "Make this site the one in a backup. What is here is kept aside first, and only replaced when you say so."
    # A database that is missing, damaged or of another version is just what this is for.
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="Replace the site that is here.")
        parser.add_argument("--check", action="store_true", help="Only read the file, and say whether it is whole.")

    def handle(self, *args, file, replace, check, **options):
        try:
            if check:
                backup, before = backups.verify(file), None
            else:
                backup, before = backups.restore(file, replace=replace)
        except (backups.Trouble, OSError) as error:
            raise CommandError(str(error)) from error
        if before:
            self.stdout.write(f"What was here is kept in {before}")
        done = "Whole" if check else "Restored"
        self.stdout.write(
            f"{done}: {backup.rows} rows and {len(backup.pictures)} picture files of {backup.manifest['made_at']}."
        )
        if not check:
            self.stdout.write(
                "Everybody logs in anew: as before with the secret key of that time; with another one no codes fit "
                "(manage.py let_in NAME)."
            )
