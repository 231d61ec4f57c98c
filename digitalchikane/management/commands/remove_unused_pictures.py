from django.apps import apps
from django.core.management.base import BaseCommand

from ...pictures import remove_unused


class Command(BaseCommand):
    help = "Delete pictures that no edition shows, neither live nor old nor drafted, once they are some days old."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=7, help="How old a picture must be (7).")

    def handle(self, *args, days, **options):
        used = apps.get_model("guides.Image").objects.values_list("picture", flat=True)
        removed = remove_unused(set(used), older_than_days=days)
        self.stdout.write(f"Removed {removed} files of unused pictures.")
