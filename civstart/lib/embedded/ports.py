"""Is a TCP port free, and if not, whose is it?"""

import errno
import socket

import psutil

from civstart.lib.errors import CivStartError

CONNECT_SECONDS = 0.5
PORTS_TO_TRY = 50


class PortTaken(CivStartError):
    """The web server cannot have its port."""


def port_is_free(host: str, port: int) -> None:
    """Return if a server could listen here. Raise PortTaken saying who does, and what to do."""
    trouble = _trouble(host, port)
    if trouble is None:
        return
    if trouble == errno.EACCES:
        raise PortTaken(
            f"Port {port} is only for root. Choose one above 1023: {_advice(host, 8000)}"
        )
    if trouble == errno.EADDRNOTAVAIL:
        raise PortTaken(f"This machine has no address {host!r}. Use 127.0.0.1, or 0.0.0.0 for all.")
    raise PortTaken(
        f"Port {port} on {host} is taken by {_holder(port)}. "
        f"Stop it, or choose another port: {_advice(host, port + 1)}"
    )


def listens(host: str, port: int) -> bool:
    """Tell whether somebody accepts connections here."""
    try:
        with socket.create_connection((_reachable(host), port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False


def _trouble(host: str, port: int) -> int | None:
    """Return the error number a server would meet here, or None."""
    # macOS lets one bind 127.0.0.1 while another listens on 0.0.0.0, so connecting comes first.
    if listens(host, port):
        return errno.EADDRINUSE
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno
    return None


def _reachable(host: str) -> str:
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _advice(host: str, first: int) -> str:
    ports = range(first, min(first + PORTS_TO_TRY, 65536))
    free = next((port for port in ports if _trouble(host, port) is None), 8000)
    return f"make run PORT={free}"


def _holder(port: int) -> str:
    try:
        found = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS, unless root
        return "another process"
    for connection in found:
        listening = connection.status == psutil.CONN_LISTEN
        if listening and connection.laddr[1:] == (port,) and connection.pid:
            return _name(connection.pid)
    return "a process of another user"


def _name(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return f"{process.name()} (pid {pid}: {' '.join(process.cmdline())[:80]})"
    except psutil.Error:
        return f"pid {pid}"
