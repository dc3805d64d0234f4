import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from civstart.lib.embedded import hold, start, status, stop
from civstart.lib.errors import CivStartError

pytestmark = pytest.mark.enable_socket

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def kept_folder():
    parent = Path(tempfile.mkdtemp(prefix="cv-", dir="/tmp"))
    parent.chmod(0o755)
    yield parent / "var"
    subprocess.run(["/bin/sh", "-c", 'rm -rf "$1" &', "sh", parent], check=True)


@pytest.fixture
def var(kept_folder):
    yield kept_folder
    stop(kept_folder, force=True)


def command(*words):
    return subprocess.run(
        [sys.executable, "-m", "civstart.lib.embedded", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )


def test_asking_about_nothing_makes_nothing(tmp_path):
    now = status(tmp_path / "var")

    assert (now.postgres, now.redis, now.in_use) == (None, None, False)
    assert list(tmp_path.iterdir()) == []


def test_status_says_what_runs_and_who_uses_it(var):
    with hold(var):
        now = status(var)

    assert now.postgres.version.startswith("PostgreSQL 18.")
    assert "pgvector" in now.postgres.version
    assert now.redis.version.startswith("Redis ")
    assert now.in_use


def test_asking_does_not_disturb_the_last_one_out(var):
    with hold(var):
        status(var)

    assert status(var).postgres is None


def test_started_servers_stay_without_a_holder(var):
    start(var)
    with hold(var):
        pass

    now = status(var)
    assert now.postgres and now.redis
    assert not now.in_use


def test_servers_in_use_are_stopped_only_by_force(var):
    with hold(var):
        with pytest.raises(CivStartError, match="A process uses the servers"):
            stop(var)
        stop(var, force=True)

        assert status(var).postgres is None


def test_a_forced_stop_ends_the_wish_to_stay(var):
    start(var)
    stop(var)

    with hold(var):
        pass

    assert status(var).postgres is None


def test_stopping_nothing_is_quiet(tmp_path):
    stop(tmp_path / "var")

    assert list(tmp_path.iterdir()) == []


def test_the_command_line_starts_shows_and_stops(var):
    assert "PostgreSQL 18." in command("start", "--var", var).stdout
    assert "Redis " in command("status", "--var", var).stdout
    assert command("stop", "--var", var).stdout.count("not running") == 2


def test_the_command_line_shows_a_reason_and_not_a_traceback(var):
    with hold(var):
        done = command("stop", "--var", var)

    assert done.returncode == 1
    assert "--force" in done.stderr
    assert "Traceback" not in done.stderr
