"""Fetching from addresses that people type in: never from inside our own network.

The host is resolved here, every address it has is checked, and the connection goes to the very
address that was checked, so a name that changes its mind in between (DNS rebinding) gains nothing.
Redirects are not followed. Size, time and what unpacks to more than it may are bounded.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from civstart.lib.errors import CivStartError

MAX_BYTES = 50_000_000
TOTAL_SECONDS = 60
SILENT_SECONDS = 15  # longest wait for the next byte
BYTES_AT_ONCE = 65_536
LONGEST_URL = 2_000
LONGEST_WAIT = timedelta(days=1)
_TOO_LONG = "it took too long"
PORTS = {"http": 80, "https": 443}
AGENT = "CivStart (reads public meetings)"

type_of_address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Azure answers machines' metadata on an address that looks public; NAT64 leads to any IPv4.
_INNER = frozenset({ipaddress.ip_address("168.63.129.16")})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(CivStartError):
    """Asking again would give the same: a forbidden address, a 404, too large an answer."""


class Unavailable(CivStartError):
    """It may work later. wait is how long the other side asked to be left alone."""

    def __init__(self, message: str, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side sent: a status of 200 or 304, headers by lower-case name, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MAX_BYTES,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Fetch a public address. Raise Refused or Unavailable, naming it and what to do."""
    parts = checked(url)
    ends_at = time.monotonic() + total_seconds
    try:
        with _connection(parts, _addresses(parts), ends_at) as connection:
            answer = _ask(connection, parts, headers or {}, most_bytes)
    except (HTTPError, OSError) as error:
        said = _plain(error, ends_at)
        raise Unavailable(f"{_shown(parts)} did not answer properly: {said}.") from error
    if time.monotonic() >= ends_at:  # cut: that looks like the end of a body of unnamed length
        raise Unavailable(f"{_shown(parts)} was not fetched: {_TOO_LONG}.")
    return answer


def checked(url: str) -> SplitResult:
    """Return the parts of an address that may be asked; resolve nothing yet."""
    shown = url[:100]
    if len(url) > LONGEST_URL or any(ord(letter) <= 32 or letter == "\\" for letter in url):
        raise Refused(f"{shown!r} is not a web address; copy it anew from the browser.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(f"{shown!r} is not a web address: {error}.") from error
    if parts.scheme not in PORTS or not host:
        raise Refused(f"{shown!r} is not a web address; write it as https://example.gov/feed.")
    if parts.username is not None or parts.password is not None:
        raise Refused(f"The address of {host} carries a user name or password; leave it out.")
    return parts


def _shown(parts: SplitResult) -> str:
    """Return the address as messages name it: without its query, which may be long or secret."""
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _port(parts: SplitResult) -> int:
    return PORTS[parts.scheme] if parts.port is None else parts.port


def _addresses(parts: SplitResult) -> list[str]:
    """Return the addresses of the host. Raise Refused if any of them is not a public one."""
    host = parts.hostname or ""
    try:
        rows = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"No address is known for {host}. Check its spelling.") from error
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if f"{host}:{_port(parts)}" not in settings.OUTBOUND_ALLOW_HOSTS:
        for address in found:
            _refuse_inner(host, address)
    return found


def _refuse_inner(host: str, address: str) -> None:
    if not is_public(ipaddress.ip_address(address.partition("%")[0])):
        what = f"{host} leads to {address}, which" if host != address else address
        raise Refused(f"{what} is not on the public internet. Only what is public is fetched.")


def is_public(address: type_of_address) -> bool:
    """Whether anybody may reach it: not private, loopback, link-local, multicast or metadata."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := _wrapped(address):
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and address not in _INNER


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside a mapped, 6to4 or NAT64 one."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if int(address) >> 32 == 0 and int(address) > 1:  # IPv4-compatible, long obsolete
        return ipaddress.IPv4Address(int(address))
    return address.ipv4_mapped or address.sixtofour


@contextmanager
def _connection(
    parts: SplitResult, addresses: Sequence[str], ends_at: float
) -> Iterator[HTTPConnection]:
    """A connection to one of these addresses, cut when the time is up, whatever it is doing."""
    connection = _connect(parts, addresses, ends_at)
    assert connection.sock is not None, "It is connected."
    # The socket itself: a connection lets go of it once an answer says that it is the last one.
    try:
        with _cutting(connection.sock, ends_at):
            yield connection
    finally:
        connection.close()


def _connect(parts: SplitResult, addresses: Sequence[str], ends_at: float) -> HTTPConnection:
    """Return a connection to the first address that takes it: a host may have one that is dead."""
    for place, address in enumerate(addresses, start=1):
        connection = _connection_to(parts, address)
        try:
            with _cutting(connection, ends_at):
                connection.connect()
            return connection
        except (HTTPError, OSError):
            connection.close()
            if place == len(addresses) or time.monotonic() >= ends_at:
                raise
    raise AssertionError("A host that is known has an address.")


@contextmanager
def _cutting(line: HTTPConnection | socket.socket, ends_at: float) -> Iterator[None]:
    watch = Timer(max(0, ends_at - time.monotonic()), _cut, (line,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(line: HTTPConnection | socket.socket) -> None:
    open_one = line.sock if isinstance(line, HTTPConnection) else line
    with suppress(OSError):  # it may just have closed by itself
        if open_one is not None:
            open_one.shutdown(socket.SHUT_RDWR)


def _connection_to(parts: SplitResult, address: str) -> HTTPConnection:
    if parts.scheme == "http":
        return HTTPConnection(address, _port(parts), timeout=SILENT_SECONDS)
    host = parts.hostname or ""
    return HTTPSConnection(
        address,
        _port(parts),
        timeout=SILENT_SECONDS,
        ssl_context=_trust(),
        server_hostname=host,
    )


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _ask(
    connection: HTTPConnection, parts: SplitResult, headers: Mapping[str, str], most_bytes: int
) -> Answer:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    connection.request(
        "GET",
        target,
        headers={
            "Host": host,
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            **headers,
        },
        preload_content=False,
    )
    response = connection.getresponse()
    try:
        _refuse_status(response, parts)
        body = b"" if response.status == 304 else _body(response, parts, most_bytes)
    finally:
        response.close()
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, named, body)


def _refuse_status(response: BaseHTTPResponse, parts: SplitResult) -> None:
    status, url = response.status, _shown(parts)
    if status in (200, 304):
        return
    if 300 <= status < 400:
        goal = response.headers.get("Location", "")[:300]
        raise Refused(
            f"{url} has moved to {goal or 'an unnamed place'}. Write that address instead."
        )
    said = f"{url} answered with {status}{_reason(response)}."
    if status == 429 or status >= 500:
        raise Unavailable(said, _wait(response))
    raise Refused(said)


def _reason(response: BaseHTTPResponse) -> str:
    reason = "".join(one for one in response.reason or "" if one.isprintable())[:80]
    return f" {reason}" if reason else ""


def _wait(response: BaseHTTPResponse) -> timedelta | None:
    asked = response.headers.get("Retry-After", "")
    if not (asked.isascii() and asked.isdecimal()):
        return None
    return min(timedelta(seconds=int(asked[:9])), LONGEST_WAIT)


def _body(response: BaseHTTPResponse, parts: SplitResult, most_bytes: int) -> bytes:
    """Read the body as it comes, unpacked, and stop as soon as it is more than it may be."""
    too_large = Refused(
        f"{_shown(parts)} is larger than {most_bytes / 1e6:,.0f} MB, the most that is read."
    )
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and int(length) > most_bytes:
        raise too_large
    body = bytearray()
    while piece := response.read1(BYTES_AT_ONCE, decode_content=True):
        body += piece
        if len(body) > most_bytes:
            raise too_large
    if (
        length.isdecimal()
        and "content-encoding" not in response.headers
        and len(body) != int(length)
    ):
        raise Unavailable(f"{_shown(parts)} broke off after {len(body):,} of {length} bytes.")
    return bytes(body)


def _plain(error: Exception, ends_at: float) -> str:
    """Return what a library says on one line, without the object it says it of."""
    waited = isinstance(error, TimeoutError | HTTPTimeoutError)
    if (waited and not isinstance(error, NewConnectionError)) or time.monotonic() >= ends_at:
        return _TOO_LONG
    said = " ".join(str(error).split()) or type(error).__name__
    return said.rpartition(">: ")[2][:200].rstrip(".")
