"""Addresses people type in are fetched from the public internet only, within bounds."""

import gzip
import ipaddress
import socket
import time
import zlib
from contextlib import ExitStack

import pytest

from civstart.lib import outbound
from civstart.lib.outbound import Refused, Unavailable
from tests.fakes.server import Reply, serve


@pytest.fixture
def serving(settings):
    """Return a function that serves one reply and returns the server, which may be fetched from."""
    with ExitStack() as stack:

        def start(reply, *, allowed=True):
            served = stack.enter_context(serve(lambda asked: reply))
            settings.OUTBOUND_ALLOW_HOSTS = [served.host] if allowed else []
            return served

        yield start


@pytest.fixture
def resolving(monkeypatch):
    """Return a function that gives every name these addresses, as a hostile name server would."""

    def to(*addresses):
        asked, really = [], socket.getaddrinfo

        def answer(host, port, *args, **options):
            asked.append(host)
            if host in addresses:
                return really(host, port, *args, **options)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        return asked

    return to


def test_what_is_there_is_fetched_with_its_headers(serving):
    served = serving(Reply(body=b"WEBVTT", headers={"ETag": '"7"'}))

    answer = outbound.get(f"{served.url}/a/b.vtt?c=d", headers={"If-None-Match": '"6"'})

    asked = served.asked[0]
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"WEBVTT", '"7"')
    assert (asked.path, asked.query, asked.headers["if-none-match"]) == (
        "/a/b.vtt",
        {"c": "d"},
        '"6"',
    )
    assert asked.headers["host"] == served.host


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_no_inner_address_is_public(address):
    assert not outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are_public(address):
    assert outbound.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::1]:{port}/",
    ],
)
def test_this_machine_is_refused_however_it_is_written(serving, url):
    served = serving(Reply(body=b"secret"), allowed=False)

    with pytest.raises(Refused, match="not on the public internet"):
        outbound.get(url.format(port=served.host.rpartition(":")[2]))
    assert served.asked == []


def test_a_name_with_one_inner_address_among_public_ones_is_refused(resolving):
    resolving("93.184.216.34", "169.254.169.254")

    with pytest.raises(Refused, match=r"council\.example leads to 169\.254\.169\.254"):
        outbound.get("http://council.example/feed")


def test_the_name_is_resolved_once_and_the_checked_address_is_connected_to(
    serving, settings, resolving
):
    served = serving(Reply(body=b"here"))
    port = served.host.rpartition(":")[2]
    settings.OUTBOUND_ALLOW_HOSTS = [f"council.example:{port}"]
    asked = resolving("127.0.0.1")

    answer = outbound.get(f"http://council.example:{port}/")

    assert answer.body == b"here"
    assert [host for host in asked if host == "council.example"] == ["council.example"]
    assert served.asked[0].headers["host"] == f"council.example:{port}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "is not a web address"),
        ("ftp://example.org/a", "is not a web address"),
        ("council.example/feed", "is not a web address"),
        ("http://", "is not a web address"),
        ("http://exam ple.org/", "copy it anew"),
        ("http://example.org/\r\nHost: inner", "copy it anew"),
        ("http://example.org\\@inner/", "copy it anew"),
        ("http://example.org:99999/", "is not a web address"),
        ("http://[::1/", "is not a web address"),
        ("http://user:word@example.org/", "carries a user name or password"),
        ("http://example.org/" + "a" * 3000, "copy it anew"),
    ],
)
def test_what_is_no_web_address_is_refused(url, words):
    with pytest.raises(Refused, match=words):
        outbound.get(url)


def test_a_name_nobody_knows_may_be_known_later(monkeypatch):
    def unknown(*args, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(Unavailable, match=r"No address is known for nowhere\.example"):
        outbound.get("https://nowhere.example/")


def test_redirects_are_told_and_not_followed(serving):
    served = serving(Reply(302, headers={"Location": "http://169.254.169.254/latest/meta-data"}))

    with pytest.raises(Refused, match=r"has moved to http://169\.254\.169\.254/latest/meta-data"):
        outbound.get(f"{served.url}/feed")
    assert len(served.asked) == 1


@pytest.mark.parametrize(("status", "error"), [(403, Refused), (404, Refused), (500, Unavailable)])
def test_errors_of_the_other_side_name_the_status(serving, status, error):
    served = serving(Reply(status, b"<html>No</html>"))

    with pytest.raises(error, match=f"/feed answered with {status}"):
        outbound.get(f"{served.url}/feed")


def test_the_wait_the_other_side_asks_for_is_kept_within_a_day(serving):
    served = serving(Reply(429, headers={"Retry-After": "999999999"}))

    with pytest.raises(Unavailable) as caught:
        outbound.get(served.url)
    assert caught.value.wait == outbound.LONGEST_WAIT


def test_an_answer_that_names_too_large_a_length_is_not_read(serving):
    served = serving(Reply(promised=60_000_000))

    with pytest.raises(Refused, match="larger than 50 MB"):
        outbound.get(served.url)


def test_an_answer_that_grows_too_large_is_not_read_on(serving):
    served = serving(Reply(body=b"x" * 5_000))

    with pytest.raises(Refused, match="the most that is read"):
        outbound.get(served.url, most_bytes=4_000)


def test_gzip_is_unpacked(serving):
    served = serving(Reply(body=gzip.compress(b"WEBVTT"), headers={"Content-Encoding": "gzip"}))

    assert outbound.get(served.url).body == b"WEBVTT"


def test_a_gzip_bomb_is_stopped_before_it_is_unpacked(serving):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([*(packer.compress(bytes(10_000_000)) for _ in range(20)), packer.flush()])
    served = serving(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    started = time.process_time()

    with pytest.raises(Refused, match="larger than 1 MB"):
        outbound.get(served.url, most_bytes=1_000_000)
    assert time.process_time() - started < 2


def test_an_answer_that_drips_is_cut_when_its_time_is_up(serving):
    served = serving(Reply(body=b"x" * 1_000, drip=0.05))
    started = time.monotonic()

    with pytest.raises(Unavailable, match="it took too long"):
        outbound.get(served.url, total_seconds=0.3)
    assert time.monotonic() - started < 3


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(serving):
    served = serving(Reply(body=b"half", promised=8))

    with pytest.raises(Unavailable, match="/minutes"):
        outbound.get(f"{served.url}/minutes", total_seconds=1)


def test_nobody_there_is_said_plainly(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    settings.OUTBOUND_ALLOW_HOSTS = [host]

    with pytest.raises(Unavailable, match=r"did not answer properly: .*refused"):
        outbound.get(f"http://{host}/")
