#!/usr/bin/env python
"""The command line. Starts the embedded servers first where the environment names no others."""

import os
import sys

NEED_NO_SERVERS = {
    "help",
    "version",
    "collectstatic",
    "startapp",
    "makemessages",
    "compilemessages",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civstart.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from civstart.lib import running
    from civstart.lib.errors import CivStartError

    try:
        command = sys.argv[1] if len(sys.argv) > 1 else "help"
        if not (command.startswith("-") or command in NEED_NO_SERVERS):
            running.hold_embedded_servers()
        execute_from_command_line(sys.argv)
    except (CivStartError, ImproperlyConfigured) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
