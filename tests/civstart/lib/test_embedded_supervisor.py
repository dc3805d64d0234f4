import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.enable_socket

PROJECT = Path(__file__).parents[3]
LONGEST_SECONDS = 40

# Each program notes its process id in a file, so that a test can look for orphans.
PROGRAM = """
import os, sys, time
from pathlib import Path
from civstart.lib.embedded.supervisor import Process, listening, run
here = Path(sys.argv[1])
def python(code):
    return [sys.executable, "-c", "import os,sys,time,signal\\nopen(" + repr(str(here)) +
        "+'/pids','a').write(f'{os.getpid()}\\\\n')\\n" + code]
SLEEP = "time.sleep(60)"
"""


@pytest.fixture
def free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def launch(tmp_path):
    """Start a supervisor in a process of its own, and see that nothing of it is left at the end."""
    running, limits = [], []

    def start(code, **options):
        script = PROGRAM + f"sys.exit(run({code}))"
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        process = subprocess.Popen(
            [sys.executable, "-c", script, tmp_path], cwd=PROJECT, text=True, **options
        )
        running.append(process)
        limit = threading.Timer(LONGEST_SECONDS, process.kill)  # so that no test waits for ever
        limit.daemon = True
        limit.start()
        limits.append(limit)
        return process

    yield start
    for limit in limits:
        limit.cancel()
    for process in running:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    for pid in children(tmp_path):
        if runs(pid):
            os.kill(pid, signal.SIGKILL)


def children(folder):
    noted = folder / "pids"
    return [int(line) for line in noted.read_text().split()] if noted.exists() else []


def runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(claim, seconds=10):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def read_until(process, text):
    read = ""
    while text not in read:
        line = process.stdout.readline()
        assert line, read
        read += line
    return read


def end(process, sign=signal.SIGINT):
    process.send_signal(sign)
    return process.communicate(timeout=30)[0]


def test_lines_carry_the_name_of_who_said_them(launch):
    process = launch("""[Process("web", python("print('one\\\\n\\\\ntwo'); " + SLEEP)),
        Process("worker", python("print('three', file=sys.stderr); " + SLEEP))]""")

    read = read_until(process, "three") + end(process)

    assert "web    | one\n" in read
    assert "web    | two\n" in read
    assert "worker | three\n" in read
    assert "\x1b" not in read


def test_a_terminal_gets_colours(launch):
    ours, theirs = pty.openpty()
    launch('[Process("web", python("print(1); " + SLEEP), colour="35")]', stdout=theirs)
    os.close(theirs)

    assert os.read(ours, 1000) == b"\x1b[35mweb | \x1b[0m1\r\n"
    os.close(ours)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_with_exit_code_0(launch, tmp_path, sign):
    process = launch('[Process(name, python("print(1); " + SLEEP)) for name in "abc"]')
    wait_for(lambda: len(children(tmp_path)) == 3)

    end(process, sign)

    assert process.returncode == 0
    assert not any(runs(pid) for pid in children(tmp_path))


GRANDCHILD = """'''import subprocess
subprocess.Popen([sys.executable, "-c", "import os,time,signal;signal.signal(15, signal.SIG_IGN);"
    "open(%r,'a').write(f'{os.getpid()}\\\\\\\\n');time.sleep(60)"])
''' % str(here / 'pids')"""


def test_grandchildren_are_stopped_too_even_stubborn_ones(launch, tmp_path):
    process = launch(f'[Process("a", python({GRANDCHILD} + SLEEP))], stop_seconds=1')
    wait_for(lambda: len(children(tmp_path)) == 2)

    end(process)

    assert not any(runs(pid) for pid in children(tmp_path))


def test_the_last_started_stops_first(launch):
    tell = "signal.signal(15, lambda *a: sys.exit(print('bye'))); print('up'); "
    process = launch(f"""[Process(name, python("{tell}" + SLEEP)) for name in "abc"]""")
    read = "".join(read_until(process, "up") for _ in "abc")

    read += end(process)

    assert re.findall(r"(\w) \| bye", read) == ["c", "b", "a"]


def test_a_program_that_ignores_sigterm_is_killed(launch, tmp_path):
    process = launch("""[Process("deaf", python(
        "signal.signal(15, signal.SIG_IGN); print('up'); " + SLEEP))], stop_seconds=0.5""")
    read_until(process, "up")

    read = end(process)

    assert "[deaf does not stop; killing it]" in read
    assert process.returncode == 0
    assert not any(runs(pid) for pid in children(tmp_path))


def test_a_second_ctrl_c_does_not_wait(launch):
    process = launch("""[Process("deaf", python(
        "signal.signal(15, signal.SIG_IGN); print('up'); " + SLEEP))], stop_seconds=60""")
    read_until(process, "up")

    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    end(process)

    assert process.returncode == 0


def test_web_dying_at_the_start_stops_all_with_exit_code_1(launch, tmp_path):
    process = launch("""[Process("worker", python(SLEEP)),
        Process("web", python("time.sleep(0.3); sys.exit(3)"), essential=True)],
        checks=[lambda: False]""")

    read = process.communicate(timeout=20)[0]

    assert "[web ended with exit code 3 before it was ready; stopping everything]" in read
    assert process.returncode == 1
    assert not any(runs(pid) for pid in children(tmp_path))


def test_a_program_that_does_not_exist_stops_all_with_exit_code_1(launch):
    process = launch('[Process("web", ["no-such-program"])]')

    read = process.communicate(timeout=20)[0]

    assert "[web cannot be run: no-such-program: No such file or directory]" in read
    assert process.returncode == 1


def test_a_worker_that_dies_is_started_again(launch, tmp_path):
    process = launch("""[Process("worker", python("print('up'); " + SLEEP))]""")
    read_until(process, "up")

    os.kill(children(tmp_path)[0], signal.SIGKILL)

    read = read_until(process, "up")
    assert "[worker was killed by SIGKILL; starting it again]" in read


def test_what_a_dead_worker_started_does_not_outlive_it(launch, tmp_path):
    process = launch(f"""[Process("worker", python({GRANDCHILD} +
        "time.sleep(0.3); os._exit(1)"))], stop_seconds=1""")
    read_until(process, "starting it again")
    first = children(tmp_path)[:2]

    wait_for(lambda: len(children(tmp_path)) > 2)

    assert not any(runs(pid) for pid in first)
    end(process)


def test_the_last_words_of_a_dying_program_are_printed(launch):
    process = launch("""[Process("worker", python("print('x' * 200000 + 'end', end='')"))]""")

    read = read_until(process, "starting it again")

    assert "end\nworker | [worker ended with exit code 0" in read


def test_a_worker_that_keeps_dying_is_given_up(launch):
    process = launch("""[Process("worker", python("sys.exit(7)"))], pause_seconds=0.05""")

    read = process.communicate(timeout=60)[0]

    assert read.count("starting it again") == 5
    assert "[worker ended with exit code 7, too often within a minute" in read
    assert process.returncode == 1


def test_the_banner_comes_last(launch, free):
    noisy = "[(print('noise', n), time.sleep(0.2)) for n in range(4)]; print('last noise'); "
    process = launch(f"""[Process("worker", python("{noisy}" + SLEEP)),
        Process("web", [sys.executable, "-m", "http.server", "{free}", "--bind", "127.0.0.1"])],
        checks=[listening("127.0.0.1", {free})], ready=lambda: "Sign in as sam." """)

    read = read_until(process, "Sign in as sam.\n")

    assert "last noise" in read
    assert read.endswith("\nSign in as sam.\n")
    end(process)


def test_there_is_no_banner_before_the_checks_hold(launch):
    process = launch("""[Process("web", python("print('up'); time.sleep(1.5); print('late'); "
        + SLEEP))], checks=[lambda: (here / "go").exists()], ready=lambda: "READY" """)

    assert "READY" not in read_until(process, "late")
    end(process)


def test_a_supervisor_killed_hard_leaves_no_orphans(launch, tmp_path):
    process = launch(
        f'[Process("a", python({GRANDCHILD} + SLEEP)), Process("b", python(SLEEP))], stop_seconds=1'
    )
    wait_for(lambda: len(children(tmp_path)) == 3)
    stubborn = children(tmp_path)

    process.kill()

    wait_for(lambda: not any(runs(pid) for pid in stubborn), seconds=15)


def test_a_reader_that_goes_away_stops_everything(launch, tmp_path):
    process = launch("""[Process("a", python("while True: print(1); time.sleep(0.1)"))]""")
    process.stdout.readline()

    process.stdout.close()

    process.wait(timeout=20)
    assert not any(runs(pid) for pid in children(tmp_path))


def test_the_environment_is_ours_and_the_programs_own(launch):
    process = launch(
        """[Process("a", python("print(os.environ['ONE'], os.environ['TWO']); " + SLEEP),
        env={"TWO": "2"})]""",
        env={**os.environ, "ONE": "1", "TWO": "x"},
    )

    assert "a | 1 2\n" in read_until(process, "1 2")
    end(process)
