"""PostgreSQL's data folder: made whole or not at all, and never used when it is not ours to use."""

import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

from civstart.lib.embedded.account import Account, name_of
from civstart.lib.embedded.programs import POSTGRES_MAJOR
from civstart.lib.embedded.tools import Tools
from civstart.lib.errors import CivStartError

log = logging.getLogger(__name__)

SUPERUSER = "postgres"
REMOVE_SECONDS = 15

# The same order and case rules on every machine, whatever locales it has.
INITDB = (
    f"--username={SUPERUSER}",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C",
    "--builtin-locale=C.UTF-8",
    "--text-search-config=english",
    "--no-instructions",
)


class UnusableCluster(CivStartError):
    """The data folder cannot be used or not be made."""


def ensure_cluster(tools: Tools) -> None:
    """Return once there is a data folder of this version and account. Raise UnusableCluster."""
    cluster = tools.places.cluster
    if cluster.exists():
        _refuse_other_owner(cluster, tools.account)
        _refuse_other_content(cluster)
    if not (cluster / "PG_VERSION").exists():
        _create(tools)


def _refuse_other_owner(cluster: Path, account: Account) -> None:
    owner = cluster.stat().st_uid
    if owner != account.uid:
        raise UnusableCluster(
            f"{cluster} belongs to {name_of(owner)}, but PostgreSQL would run as {account.name}. "
            "Run as that user (as root if root made it), or move the folder away."
        )


def _refuse_other_content(cluster: Path) -> None:
    marker = cluster / "PG_VERSION"
    if not marker.exists():
        if any(cluster.iterdir()):
            raise UnusableCluster(
                f"{cluster} holds files but is no PostgreSQL data folder (it has no PG_VERSION). "
                "Move it away."
            )
        return
    if (found := marker.read_text().strip()) != str(POSTGRES_MAJOR):
        raise UnusableCluster(
            f"{cluster} was made by PostgreSQL {found}, and this is PostgreSQL {POSTGRES_MAJOR}. "
            f"Dump it with pg_dump of version {found}, move the folder away, start again and "
            "restore; or only move it away, if the data does not matter."
        )


def _create(tools: Tools) -> None:
    """Create the folder beside its place, then move it: a half-made one is never used."""
    cluster = tools.places.cluster
    for leftover in cluster.parent.glob(f"{cluster.name}.new-*"):
        _remove(leftover)
    fresh = Path(tempfile.mkdtemp(dir=cluster.parent, prefix=f"{cluster.name}.new-"))
    if tools.account.is_other:
        os.chown(fresh, tools.account.uid, tools.account.gid)
    log.info("Creating a PostgreSQL %s data folder: %s", POSTGRES_MAJOR, cluster)
    made = tools.initdb(fresh, *INITDB)
    if made.returncode != 0:
        raise UnusableCluster(f"initdb failed for {cluster}:\n{made.stdout}{made.stderr.strip()}")
    if cluster.exists():
        cluster.rmdir()
    fresh.rename(cluster)


def _remove(leftover: Path) -> None:
    """Remove a half-made folder, even while the initdb of a killed process still writes into it."""
    deadline = time.monotonic() + REMOVE_SECONDS
    while leftover.exists():
        try:
            shutil.rmtree(leftover)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
