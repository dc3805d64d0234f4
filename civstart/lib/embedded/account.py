"""Which account runs the servers, and folders only that account can enter."""

import logging
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

SYSTEM_NAME = "civstart"
FALLBACK_NAME = "nobody"


class WrongOwner(CivStartError):
    """A folder the servers need belongs to somebody else."""


@dataclass(frozen=True)
class Account:
    """The account the servers run as."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Tell whether this is another account than our own; only root can run as one."""
        return self.uid != os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        """Return what subprocess needs to run something as this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(cluster: Path) -> Account:
    """Return who runs PostgreSQL on this data folder. As root it may create a system user."""
    if os.geteuid() != 0:
        return myself()
    if not cluster.exists():
        return _system_account()
    owner = cluster.stat().st_uid
    if owner == 0:
        raise WrongOwner(
            f"{cluster} belongs to root, and PostgreSQL refuses to run as root. "
            f"Give it to an ordinary account: chown -R {_system_account().name} {cluster}"
        )
    return _from_id(owner)


def myself() -> Account:
    return _from_id(os.geteuid())


def private_folder(folder: Path, owner: Account) -> None:
    """Make sure the folder exists, belongs to `owner` and lets nobody else in. Raise WrongOwner."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _refuse_foreign(folder, owner)
    if owner.is_other:
        os.chown(folder, owner.uid, owner.gid, follow_symlinks=False)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        folder.chmod(0o700)


def _refuse_foreign(folder: Path, owner: Account) -> None:
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid in {os.geteuid(), owner.uid}:
        return
    raise WrongOwner(
        f"{folder} must be a folder of {owner.name}, but it is a "
        f"{'folder' if stat.S_ISDIR(found.st_mode) else 'file'} of {name_of(found.st_uid)}. "
        f"Run as that user, or remove it: rm -r {folder}"
    )


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _from_id(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise CivStartError(
            f"User id {uid} has no name on this machine, and PostgreSQL needs one. "
            "Add the user to /etc/passwd, or set DATABASE_URL and REDIS_URL."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _system_account() -> Account:
    entry = _look_up(SYSTEM_NAME) or _create_account() or _look_up(FALLBACK_NAME)
    if entry is None:
        raise CivStartError(
            f"PostgreSQL refuses to run as root, there is no user {SYSTEM_NAME!r}, and useradd "
            f"could not create one. Create it: adduser --system {SYSTEM_NAME}"
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _look_up(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create_account() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    argv = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(
        [*argv, "--shell", "/usr/sbin/nologin", SYSTEM_NAME], capture_output=True, text=True
    )
    if made.returncode == 0:
        log.info("Created the system user %s: PostgreSQL refuses to run as root.", SYSTEM_NAME)
    else:
        log.warning("Could not create the user %s: %s", SYSTEM_NAME, made.stderr.strip())
    # Another process may have been faster, so look rather than trust the exit code.
    return _look_up(SYSTEM_NAME)
