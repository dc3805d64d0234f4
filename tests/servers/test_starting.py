"""What the command line says before anything runs."""

import subprocess
import sys

import pytest

from tests import sites

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]

UNSET = dict.fromkeys(
    ("DEBUG", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL"), ""
)


def check(folder, **settings):
    """Run `manage.py check` with these settings and nothing else set."""
    bare = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(folder), **UNSET, **settings}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=sites.ROOT,
        env={name: value for name, value in bare.items() if value or name != "DEBUG"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_preparing_again_changes_nothing(town):
    question = (
        "SELECT count(*) FROM django_q_schedule UNION ALL SELECT count(*) FROM django_migrations"
    )
    before = town.database.ask(question)

    town.site.manage("prepare")

    assert town.database.ask(question) == before


def test_a_value_of_debug_that_is_neither_is_refused(tmp_path):
    done = check(tmp_path, DEBUG="yes")

    assert done.returncode == 1
    assert "DEBUG is 'yes'; write True or False." in done.stderr


def test_without_debug_all_that_is_missing_is_named_and_no_server_is_started(tmp_path):
    done = check(tmp_path, DEBUG="False")

    assert done.returncode == 1
    assert (
        "DEBUG is off, so set SECRET_KEY, DATABASE_URL, REDIS_URL, ALLOWED_HOSTS, SITE_URL "
        "(see .env.example)." in done.stderr
    )
    assert list(tmp_path.iterdir()) == []


def test_without_debug_one_missing_setting_is_enough_to_refuse(tmp_path):
    settings = dict.fromkeys(("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "SITE_URL"), "given")

    done = check(tmp_path, DEBUG="False", **settings)

    assert "DEBUG is off, so set REDIS_URL (see .env.example)." in done.stderr
