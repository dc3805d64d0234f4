"""Whatever is killed, and whenever: what an approval leads to happens, and happens once.

Real processes, killed hard.
"""

import os
import signal

import pytest

from civstart.lib import embedded
from tests.servers.asking import NONE, ONCE, until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


def mails_about(town, approved):
    # Mails of one second may share a file; Django draws a line under each.
    files = (town.site.folder / "mail").glob("*")
    mails = [mail for file in files for mail in file.read_text().split("-" * 79)]
    return [mail for mail in mails if approved["id"] in mail]


def test_what_no_worker_ran_is_done_once_though_worker_and_relay_both_try(town, sam):
    town.stop("worker", "relay", how=signal.SIGKILL)
    approved = town.fresh_signal()
    assert sam.approve(approved["id"]).status == 302
    assert town.database.effects(approved["id"]) == NONE
    assert not town.database.is_idle()

    town.start("worker", "relay")
    until(lambda: town.database.is_settled(approved["id"]), "all deliveries done")
    until(town.database.is_idle, "the queue empty")

    assert town.database.effects(approved["id"]) == ONCE
    assert len(mails_about(town, approved)) == 2


def test_what_a_worker_had_not_begun_when_it_was_killed_is_done_by_the_next(town, sam):
    town.start("worker")
    os.killpg(town.site.pid("worker"), signal.SIGSTOP)
    approved = town.fresh_signal()
    sam.approve(approved["id"])
    town.stop("worker", how=signal.SIGKILL)
    assert town.database.effects(approved["id"]) == NONE

    town.start("worker", "relay")
    until(lambda: town.database.is_settled(approved["id"]), "all deliveries done")

    assert town.database.effects(approved["id"]) == ONCE
    assert len(mails_about(town, approved)) == 2


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_another_does_it_once(town, sam):
    town.stop("relay")
    town.start("worker")
    approved = town.fresh_signal()
    with town.database.locked("matching_matchrun"):
        sam.approve(approved["id"])
        until(lambda: town.database.is_waited_for("matching_matchrun"), "the worker in the middle")
        town.stop("worker", how=signal.SIGKILL)
    until(lambda: not town.database.is_waited_for("matching_matchrun"), "its connection gone")

    ((delivery, reaction, state, attempts),) = town.database.deliveries(approved["id"])
    assert (reaction, state, attempts) == ("matching.reactions.match_signal", "running", 1)
    assert town.database.effects(approved["id"]) == NONE

    lease_over = "UPDATE events_delivery SET lease_ends_at = now() WHERE id = %s"
    town.database.ask(lease_over, delivery)
    town.start("worker", "relay")
    until(lambda: town.database.is_settled(approved["id"]), "all deliveries done")

    assert town.database.effects(approved["id"]) == ONCE
    assert len(mails_about(town, approved)) == 2
    assert town.database.deliveries(approved["id"])[0][-1] == 2


def test_an_approval_while_redis_is_down_is_saved_and_told_once_it_is_back(town, sam, rita):
    town.start("worker", "relay")
    approved = town.fresh_signal()
    os.kill(embedded.status(town.site.folder).redis.pid, signal.SIGKILL)
    until(lambda: embedded.status(town.site.folder).redis is None, "Redis gone")

    answer = sam.approve(approved["id"])
    until(lambda: town.database.is_settled(approved["id"]), "all deliveries done")
    assert answer.status == 302
    assert town.database.effects(approved["id"]) == ONCE

    with embedded.hold(town.site.folder):
        until(
            lambda: not town.database.ask("SELECT id FROM events_event WHERE pushed_at IS NULL"),
            "the pages told",
        )
    with rita.listen() as line:
        line.say({"after": ""})
        assert line.hear("match.suggested", town.database.match_of(approved["id"]))
