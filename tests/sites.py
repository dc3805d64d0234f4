"""A real site in a folder that is thrown away: its own servers and the programs of `make run`."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from civstart.lib import embedded
from civstart.lib.embedded import supervisor

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15


class Site:
    """The programs of one site. `env` is what they and its commands are given."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://localhost:{port}"
        self.env = environment(folder, self.url)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        """Run a command of the site and return what it printed."""
        return self.python(str(ROOT / "manage.py"), *arguments, env=env)

    def python(self, *arguments: str, env: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=os.environ | self.env | dict(env or {}),
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(
                f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start a program; what it prints goes to log/<name>.log in the site's folder."""
        with (self.folder / "log" / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                argv,
                env=os.environ | self.env | dict(env or {}),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def runs(self, name: str) -> bool:
        """Whether the program was started and has not ended."""
        return name in self._running and self._running[name].poll() is None

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def log(self, name: str) -> str:
        return (self.folder / "log" / f"{name}.log").read_text(errors="replace")

    def start_all(self) -> None:
        """Start what `make run` starts, and wait until the web answers."""
        for name in self.programs():
            self.start_one(name)
        self.wait_for_web()

    def start_one(self, name: str) -> None:
        """Start the program of that name among those of `make run`."""
        program = self.programs()[name]
        self.start(name, program.argv, program.env)

    def programs(self) -> dict[str, supervisor.Process]:
        """Return what `make run` runs, by name."""
        from civstart.management.commands.run import Command  # needs settings

        return {process.name: process for process in Command().processes(self.port)}

    def wait_for_web(self, name: str = "web") -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.port):
            if self._running[name].poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not answer on {self.url}:\n{self.log(name)}")
            time.sleep(0.05)

    def stop(self, name: str, *, how: int = signal.SIGTERM) -> None:
        """Stop a program and all it started."""
        program = self._running.pop(name)
        program.send_signal(how)  # to it alone: it knows how to end what it started
        try:
            program.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)

    def stop_all(self) -> None:
        for name in list(self._running):
            self.stop(name)


@contextlib.contextmanager
def throwaway() -> Iterator[Site]:
    """Yield a site whose servers run and whose programs do not yet; remove all of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="civ-", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o755)  # the servers may run under an account of their own
    site = Site(folder, free_port())
    try:
        with embedded.hold(folder):
            try:
                yield site
            finally:
                site.stop_all()
                embedded.stop(folder, force=True)  # a killed program may still have its share
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return the environment of an unconfigured site, whatever a .env of the checkout says."""
    return {
        "DJANGO_SETTINGS_MODULE": "civstart.settings",
        "VAR_DIR": str(folder),
        "SECRET_KEY": "of-a-site-that-is-thrown-away",
        "SITE_URL": url,
        "DEBUG": "True",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "EMAIL_URL": "",
        "MAIL_HOLD_MINUTES": "0",
        "LOG_LEVEL": "WARNING",
    }


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        port: int = asked.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False
