from django.core.management import call_command
from django.db import migrations

# Settings may name another cache; the table is there for when they name none.
TABLE = "digitalchikane_cache"


def make(apps, schema_editor):
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    dependencies = [("digitalchikane", "0005_log")]

    operations = [migrations.RunPython(make, drop)]
