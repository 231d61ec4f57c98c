from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from digitalchikane.shipped import BrokenFixture, Load


class Command(BaseCommand):
    help = (
        "Add the content of fixtures/ that is not in the database yet, and bring what was changed there to what no "
        "editor touched. What editors wrote is never changed: the rest comes as drafts, or is listed at the desk."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument(
            "--strict",
            action="store_true",
            default=None,
            help="Stop at the first record that does not fit, and load nothing; always so on an empty site.",
        )

    def handle(self, *args, folder, strict=None, **options):
        load = Load(folder, is_strict=strict)
        try:
            load.run()
        except BrokenFixture as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        told = [(f"Content {word}", counts) for word, counts in (("added", load.added), ("updated", load.updated))]
        lines = [f"{word}: {in_words(counts)}." for word, counts in told if in_words(counts)]
        if load.waiting:
            lines.append(f"Waiting for an editor at the desk: {len(load.waiting)}.")
        self.stdout.write("\n".join(lines) or "Content: nothing new.")
        for reason in load.refused:
            self.stderr.write(f"Left out: {reason}")


def in_words(counts) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
