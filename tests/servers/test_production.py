"""The same code on servers of its own: everything by configuration, nothing of the embedded kind.

PostgreSQL and Redis over TCP with passwords, DEBUG off, and the lines of the Procfile.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests import sites
from tests.servers import production
from tests.servers.asking import ONCE, Database, until
from tests.servers.visiting import Visitor

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]

HOST = "civstart.example"
SITE = f"https://{HOST}"
PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": SITE}
PROCFILE = dict(
    line.split(": ", 1) for line in (sites.ROOT / "Procfile").read_text().splitlines() if line
)


class Host(sites.Site):
    """A place to deploy to, with the settings of .env.example that are needed."""

    def __init__(self, folder, services):
        super().__init__(folder, sites.free_port())
        self.var = folder / "var"
        self.realtime_port = sites.free_port()
        self.database = Database(services.database_url)
        self.env |= {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "VAR_DIR": str(self.var),
            "DEBUG": "False",
            "SECRET_KEY": "of-a-site-that-is-thrown-away-and-long-enough-for-production",
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": SITE,
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "WEB_WORKERS": "1",
        }

    def release(self):
        self.start("release", ["sh", "-c", PROCFILE["release"]])
        assert self._running.pop("release").wait(120) == 0, self.log("release")

    def start_line(self, name, port=None):
        self.start(name, ["sh", "-c", f"exec {PROCFILE[name]}"], {"PORT": str(port or 0)})


@pytest.fixture(scope="module")
def host():
    folder = Path(tempfile.mkdtemp(prefix="civ-", dir="/tmp"))
    folder.chmod(0o755)  # the servers run under an account of their own
    (folder / "log").mkdir()
    try:
        with production.running(folder) as services:
            host = Host(folder, services)
            try:
                host.release()
                yield host
            finally:
                for name in list(host._running):
                    host.stop(name, how=signal.SIGKILL)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def staged(host):
    """People and signals, while the programs of the Procfile start."""
    host.start_line("web", host.port)
    host.start_line("realtime", host.realtime_port)
    host.start_line("worker")
    host.start_line("relay")
    staged = json.loads(host.python("-m", "tests.servers.stage"))
    until(lambda: sites.answers(host.port), "gunicorn")
    until(lambda: sites.answers(host.realtime_port), "daphne")
    return staged


def test_an_approval_is_matched_told_and_shown_and_no_server_was_embedded(host, staged):
    sam = Visitor(host.port, PROXY).sign_in(staged["emails"]["sam"])
    rita = Visitor(host.port, PROXY).sign_in(staged["emails"]["rita"])
    approved = staged["signals"][0]

    with rita.listen(host.realtime_port, SITE) as line:
        line.catch_up()
        sent = time.monotonic()
        assert sam.approve(approved["id"]).status == 302
        hint = line.hear("match.suggested")
        took = time.monotonic() - sent
    page = rita.get("/")
    until(lambda: host.database.is_settled(approved["id"]), "all deliveries done")

    assert took < 10  # the worker loads its model for the first one
    assert hint["subject"] == host.database.match_of(approved["id"])
    assert approved["title"] in page.text
    assert host.database.effects(approved["id"]) == ONCE
    assert {path.name for path in host.var.iterdir()} <= {"static", "mail"}


def test_what_the_page_needs_is_served_and_may_be_kept_for_ever(host, staged):
    page = Visitor(host.port, PROXY).get("/accounts/login/")

    found = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    sheet = Visitor(host.port, PROXY).get(found[1])

    assert sheet.status == 200
    assert "immutable" in sheet.headers["Cache-Control"]


def test_a_visit_without_https_is_sent_there(host, staged):
    page = Visitor(host.port, {"Host": HOST}).get("/")

    assert (page.status, page.headers["Location"]) == (301, f"{SITE}/")


def test_cookies_travel_over_https_only(host, staged):
    page = Visitor(host.port, PROXY).get("/accounts/login/")

    assert "Secure" in page.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]


def test_another_host_name_is_refused(host, staged):
    page = Visitor(host.port, PROXY | {"Host": "evil.example"}).get("/accounts/login/")

    assert page.status == 400


def test_the_health_check_names_what_answers(host, staged):
    page = Visitor(host.port, PROXY).get("/health/")

    assert (page.status, json.loads(page.text)) == (200, {"database": "ok", "redis": "ok"})
