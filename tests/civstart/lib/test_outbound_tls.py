"""Over TLS the connection goes to the checked address and the certificate is that of the name."""

import datetime
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from civstart.lib import outbound
from civstart.lib.outbound import Unavailable
from tests.fakes.server import Reply, serve

NAME = "council.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key and a certificate for council.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def port(certificate, settings, monkeypatch):
    """The port of a server that every name leads to."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serve(lambda asked: Reply(body=b"here"), tls=context) as served:
        port = int(served.host.rpartition(":")[2])
        settings.OUTBOUND_ALLOW_HOSTS = [f"{NAME}:{port}", f"other.example:{port}"]
        row = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: [row])
        yield port


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The certificate is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbound._trust.cache_clear()
    yield
    outbound._trust.cache_clear()


def test_the_name_is_checked_against_the_certificate_though_the_address_is_connected_to(
    port, trusted
):
    assert outbound.get(f"https://{NAME}:{port}/").body == b"here"


def test_a_certificate_of_another_name_is_refused(port, trusted):
    with pytest.raises(Unavailable, match=r"other\.example.*certificate verify failed"):
        outbound.get(f"https://other.example:{port}/")


def test_a_certificate_nobody_trusts_is_refused(port):
    outbound._trust.cache_clear()

    with pytest.raises(Unavailable, match="certificate verify failed"):
        outbound.get(f"https://{NAME}:{port}/")
