"""What the database of a site says, asked from outside."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

PATIENCE_SECONDS = 30

EFFECTS = """
SELECT (SELECT count(*) FROM matching_matchrun WHERE signal_id = signal.id),
       (SELECT count(*) FROM matching_match WHERE signal_id = signal.id),
       (SELECT count(*) FROM notices_notice notice JOIN events_event event ON event.id = event_id
         WHERE event.data ->> 'signal' = signal.public_id::text),
       (SELECT count(*) FROM notices_mail mail JOIN notices_notice notice ON notice.id = notice_id
          JOIN events_event event ON event.id = event_id
         WHERE event.data ->> 'signal' = signal.public_id::text AND mail.status = 'sent')
  FROM signals_signal signal WHERE public_id = %s
"""
DELIVERIES = """
SELECT delivery.id, reaction, status, attempts
  FROM events_delivery delivery JOIN events_event event ON event.id = event_id
 WHERE event.subject = 'signal:' || %(signal)s OR event.data ->> 'signal' = %(signal)s
 ORDER BY delivery.id
"""


@dataclass(frozen=True)
class Effects:
    """What an approval led to."""

    runs: int
    matches: int
    notices: int
    mails_sent: int


NONE = Effects(0, 0, 0, 0)
ONCE = Effects(runs=1, matches=1, notices=2, mails_sent=2)  # the startup has two members


@dataclass(frozen=True)
class Database:
    conninfo: str

    def ask(self, question: str, *values: object) -> list[Any]:
        return self._run(question, values or None)

    def effects(self, signal: str) -> Effects:
        return Effects(*self.ask(EFFECTS, signal)[0])

    def deliveries(self, signal: str) -> list[Any]:
        """Return id, reaction, status and attempts of each."""
        return self._run(DELIVERIES, {"signal": signal})

    def match_of(self, signal: str) -> str | None:
        """Return the match of the signal, as hints name it; None before it was made."""
        question = """SELECT 'match:' || matching_match.public_id FROM matching_match
                        JOIN signals_signal signal ON signal.id = signal_id
                       WHERE signal.public_id = %s"""
        found = self.ask(question, signal)
        return found[0][0] if found else None

    def is_settled(self, signal: str) -> bool:
        """Tell whether all that the approval leads to is done."""
        states = {state for _, _, state, _ in self.deliveries(signal)}
        return states == {"done"}

    def is_idle(self) -> bool:
        """Tell whether nothing waits in the queue."""
        return self.ask("SELECT count(*) FROM django_q_ormq")[0][0] == 0

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Keep everybody from writing to the table."""
        with psycopg.connect(self.conninfo) as connection:
            connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
            connection.rollback()

    def is_waited_for(self, table: str) -> bool:
        """Tell whether somebody waits for a lock to write to the table."""
        question = """SELECT count(*) FROM pg_stat_activity
                       WHERE wait_event_type = 'Lock' AND query LIKE %s"""
        return self.ask(question, f'INSERT INTO "{table}"%')[0][0] > 0

    def _run(self, question: str, values: Any) -> list[Any]:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            found = connection.execute(question, values)
            return found.fetchall() if found.description else []


def until(claim: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the claim holds. Fail, naming what was waited for, if it takes too long."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain: {what}"
        time.sleep(0.05)
