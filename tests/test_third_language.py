"""A third language takes a setting, migrations, texts and content, but no code. Languages are columns of the database,
so a site with three of them is put together beside this one."""

import os
import subprocess
import sys

from django.conf import settings


def test_a_third_language_takes_no_code():
    command = [sys.executable, "-m", "pytest", "tests/third/ukrainian.py", "--ds=tests.third.settings"]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
    run = subprocess.run(  # noqa: S603
        [*command, "--no-migrations", "-q", "-p", "no:cacheprovider"],
        cwd=settings.BASE_DIR,
        env=own,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr
