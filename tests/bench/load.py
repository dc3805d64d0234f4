"""A small load generator: HTTP/1.1 over connections that are kept open."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

from tests.bench.figures import share
from tests.sites import HOST

LAST_CHUNK = b"\r\n0\r\n\r\n"
END_OF_ROW = b"\r\n\r\n"  # that of the row of a table, and that of its chunk


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(slots=True)
class Result:
    """What a load gave: seconds of each request, and how long all of it took."""

    seconds: list[float] = field(default_factory=list)
    lasted: float = 0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted

    @property
    def p95_ms(self) -> float:
        return share(self.seconds, 0.95) * 1000


class Connection:
    """One connection, opened again when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Answer:
        try:
            return await self._ask(request)
        except (ConnectionError, asyncio.IncompleteReadError):
            # A server may close an idle connection at any time, as gunicorn does when it recycles.
            await self.close()
            return await self._ask(request)

    async def _ask(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, _, rest = head.partition("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in rest.splitlines())
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(status.split()[1]), body)

    async def close(self) -> None:
        if self._streams is None:
            return
        _, writer = self._streams
        self._streams = None
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def connection(port: int) -> AsyncIterator[Connection]:
    one = Connection(port)
    try:
        yield one
    finally:
        await one.close()


def get(path: str, **headers: str) -> bytes:
    return _request("GET", path, b"", headers)


def post(path: str, form: str, **headers: str) -> bytes:
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return _request("POST", path, form.encode(), headers)


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run(
    port: int,
    request: Callable[[], bytes],
    *,
    seconds: float,
    warm_up: float = 1,
    connections: int = 8,
    status: int = 200,
) -> Result:
    """Ask for that many seconds over that many connections. Any other status is an error."""
    return asyncio.run(_run(port, request, seconds, warm_up, connections, status))


async def _run(
    port: int,
    request: Callable[[], bytes],
    seconds: float,
    warm_up: float,
    connections: int,
    status: int,
) -> Result:
    if warm_up:
        await _keep_asking(port, request, warm_up, connections, status)
    return await _keep_asking(port, request, seconds, connections, status)


async def _keep_asking(
    port: int, request: Callable[[], bytes], seconds: float, connections: int, status: int
) -> Result:
    result = Result()
    began = time.perf_counter()

    async def one() -> None:
        async with connection(port) as mine:
            while time.perf_counter() - began < seconds:
                asked = time.perf_counter()
                answer = await mine.ask(request())
                result.seconds.append(time.perf_counter() - asked)
                assert answer.status == status, f"{answer.status}: {answer.body[:500]!r}"

    await asyncio.gather(*(one() for _ in range(connections)))
    result.lasted = time.perf_counter() - began
    return result


def each(requests: Iterable[bytes], port: int, *, status: int = 200) -> Result:
    """Ask once for each request, one after the other."""
    return asyncio.run(_each(requests, port, status))[0]


def answers(requests: Iterable[bytes], port: int) -> list[Answer]:
    return asyncio.run(_each(requests, port, 200))[1]


def first_rows(requests: Iterable[bytes], port: int, *, rows: int) -> Result:
    """Ask for streamed tables, one after the other, timing each until so many rows have come.

    The head is the first. The rest is read, so that the server is not still at it when the next is
    asked for.
    """
    return asyncio.run(_first_rows(requests, port, rows))


async def _first_rows(requests: Iterable[bytes], port: int, rows: int) -> Result:
    result = Result()
    began = time.perf_counter()
    for request in requests:
        asked = time.perf_counter()
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head.split(b"\r\n")[0], head
        for _ in range(rows):
            await reader.readuntil(END_OF_ROW)
        result.seconds.append(time.perf_counter() - asked)
        end = b""
        while end != LAST_CHUNK:
            more = await reader.read(1 << 16)
            assert more, f"The answer was cut off after {end!r}."
            end = (end + more)[-len(LAST_CHUNK) :]
        writer.close()
    result.lasted = time.perf_counter() - began
    return result


async def _each(requests: Iterable[bytes], port: int, status: int) -> tuple[Result, list[Answer]]:
    result, answers = Result(), []
    began = time.perf_counter()
    async with connection(port) as mine:
        for request in requests:
            asked = time.perf_counter()
            answer = await mine.ask(request)
            result.seconds.append(time.perf_counter() - asked)
            assert answer.status == status, f"{answer.status}: {answer.body[:500]!r}"
            answers.append(answer)
    result.lasted = time.perf_counter() - began
    return result, answers
