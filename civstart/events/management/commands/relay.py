import signal
import threading
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from civstart.events import outbox

log = structlog.get_logger()


class Command(BaseCommand):
    """Sweeps the outbox every few seconds until told to stop. Any number may run."""

    help = "Pick up events and reactions that a crash left behind, every few seconds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=2.0, help="Seconds between sweeps.")
        parser.add_argument("--once", action="store_true", help="Sweep once and stop.")

    def handle(self, *args: Any, every: float, once: bool, **options: Any) -> None:
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            self.sweep()
            if once:
                return
            stop.wait(every)

    def sweep(self) -> None:
        close_old_connections()
        try:
            count = outbox.sweep()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer; trying again", error=str(error))
            return
        if count:
            log.info("picked up what was left behind", count=count)
