import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from civstart.lib.embedded import supervisor

HOST = "127.0.0.1"
# Daphne gives each request a thread of its own, which would open a connection of its own.
POOL = {"DATABASE_POOL_SIZE": os.environ.get("DATABASE_POOL_SIZE", "8")}
DEMO_LOGINS = """
  staff     ana.ruiz@civstart.example
  startup   {founder}
  password  civstart-demo (both)"""


class Command(BaseCommand):
    help = "Set up what is missing, then run web, worker and relay together until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-demo", action="store_true", help="Leave an empty site empty.")

    def handle(self, *args: Any, port: int, no_demo: bool, **options: Any) -> None:
        supervisor.port_is_free(HOST, port)
        call_command("prepare", demo=not no_demo)
        sys.exit(
            supervisor.run(
                self.processes(port),
                checks=[supervisor.listening(HOST, port)],
                ready=lambda: self.banner(port, demo=not no_demo),
            )
        )

    def processes(self, port: int) -> list[supervisor.Process]:
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        web = [
            sys.executable,
            "-m",
            "daphne",
            "-v",
            "0",  # else it writes addresses, and some hold secrets
            "-b",
            HOST,
            "-p",
            str(port),
            "civstart.asgi:application",
        ]
        return [
            supervisor.Process("web", web, env=POOL, essential=True),
            supervisor.Process("worker", [*manage, "qcluster"]),
            supervisor.Process("relay", [*manage, "relay"]),
        ]

    def banner(self, port: int, *, demo: bool) -> str:
        site = f"http://localhost:{port}"
        lines = [
            "",
            f"CivStart runs at  {site}/",
            f"Staff review at   {site}/staff/review/",
            f"API docs at       {site}/api/docs/",
        ]
        if demo:
            lines.append(DEMO_LOGINS.format(founder="dana@plumbtrace.example"))
        return "\n".join([*lines, "", "Stop with Ctrl-C. What you did is kept in var/."])
