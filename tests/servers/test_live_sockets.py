"""The live socket over the wire: daphne, Redis and a worker, as `make run` starts them.

How soon it tells is measured by make bench.
"""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.servers.visiting import Visitor

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


def test_staff_hear_what_another_approved(town, sam, ana):
    approved = town.fresh_signal()

    with ana.listen() as line:
        line.catch_up()
        sam.approve(approved["id"])

        line.hear("signal.approved", approved["id"])


def test_the_startup_hears_of_its_match_and_its_page_shows_it(town, warm_worker, sam, rita):
    approved = town.fresh_signal()

    with rita.listen() as line:
        line.catch_up()
        sam.approve(approved["id"])
        while line.hear("match.suggested")["subject"] != town.database.match_of(approved["id"]):
            pass  # it was of an approval before
        page = rita.get("/")

    assert approved["title"] in page.text


def test_a_page_of_another_site_is_refused(town, sam):
    with pytest.raises(InvalidStatus) as refused, sam.listen(origin="https://evil.example"):
        pass

    assert refused.value.response.status_code == 403


def test_who_is_not_signed_in_is_told_so(town):
    with Visitor(town.site.port).listen() as line, pytest.raises(ConnectionClosed) as closed:
        line.socket.recv(timeout=30)

    assert closed.value.rcvd.code == 4401


def test_frames_that_make_no_sense_leave_the_line_up(town, sam):
    with sam.listen() as line:
        line.socket.send(b"\x00\xff")
        line.hear("error")
        line.socket.send("not json")
        line.hear("error")

        line.catch_up()
