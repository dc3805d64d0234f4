import os
import socket
import sys

import pytest

from civstart.lib.embedded.ports import listens, port_is_free
from civstart.lib.errors import CivStartError

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_free_port_passes(free):
    port_is_free("127.0.0.1", free)
    port_is_free("0.0.0.0", free)
    port_is_free("localhost", free)


def test_a_taken_port_names_its_holder_and_the_next_step(taken):
    with pytest.raises(CivStartError) as refused:
        port_is_free("127.0.0.1", taken)

    assert f"Port {taken} on 127.0.0.1 is taken by " in str(refused.value)
    assert f"pid {os.getpid()}" in str(refused.value)
    assert "make run PORT=" in str(refused.value)


def test_the_advised_port_is_free(taken):
    with pytest.raises(CivStartError) as refused:
        port_is_free("127.0.0.1", taken)

    port_is_free("127.0.0.1", int(str(refused.value).rpartition("PORT=")[2]))


def test_a_port_taken_on_one_address_is_not_free_on_all(taken):
    with pytest.raises(CivStartError, match=f"Port {taken} on 0.0.0.0 is taken"):
        port_is_free("0.0.0.0", taken)


def test_an_address_of_another_machine_is_named():
    with pytest.raises(CivStartError, match=r"This machine has no address '192\.0\.2\.1'"):
        port_is_free("192.0.2.1", 8000)


@pytest.mark.skipif(os.geteuid() == 0 or sys.platform != "linux", reason="root may have any port")
def test_a_low_port_is_only_for_root():
    with pytest.raises(CivStartError, match="only for root"):
        port_is_free("127.0.0.1", 80)


def test_listens_follows_the_server(free):
    assert not listens("127.0.0.1", free)
    with socket.create_server(("127.0.0.1", free)):
        assert listens("127.0.0.1", free)
        assert listens("0.0.0.0", free)
