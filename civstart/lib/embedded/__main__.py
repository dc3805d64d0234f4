"""`python -m civstart.lib.embedded status|start|stop [--var var]`."""

import argparse
import logging
import sys
from pathlib import Path

from civstart.lib.embedded.control import Running, start, status, stop
from civstart.lib.errors import CivStartError


def main() -> int:
    words = _read_arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        if words.command == "start":
            start(words.var)
        if words.command == "stop":
            stop(words.var, force=words.force)
    except CivStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(_describe(words.var))
    return 0


def _read_arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m civstart.lib.embedded", description=__doc__)
    reader.add_argument("command", choices=["status", "start", "stop"])
    reader.add_argument("--var", type=Path, default=Path("var"), help="the servers' folder")
    reader.add_argument("--force", action="store_true", help="stop even while in use")
    return reader.parse_args()


def _describe(var: Path) -> str:
    now = status(var)
    return (
        f"PostgreSQL  {_line(now.postgres)}\n"
        f"Redis       {_line(now.redis)}\n"
        f"In use      {'yes' if now.in_use else 'no'}\n"
        f"Data        {now.places.cluster}\n"
        f"Logs        {now.places.logs}\n"
        f"psql        {now.addresses.conninfo}\n"
        f"redis       {now.addresses.redis_url}\n"
    )


def _line(server: Running | None) -> str:
    return f"{server.version}, pid {server.pid}" if server else "not running"


if __name__ == "__main__":
    sys.exit(main())
