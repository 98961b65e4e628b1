"""TLS handshakes that fail: the client is told why."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certfleet.api.server.stand_in import context_with
from tests.material import issue

from .bare_server import GET, answer, connect, running


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    made = issue("mdm.example.test")
    key = made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with running(context_with(made.pem, key)) as port:
        yield port


def client(**wanted: object) -> ssl.SSLContext:
    """A client that trusts anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # some systems have TLS 1.0 only below their usual level
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        for name, value in wanted.items():
            setattr(context, name, value)
    return context


def alert_for(context: ssl.SSLContext, port: int) -> str:
    with connect(port) as plain, pytest.raises(ssl.SSLError) as failed:
        context.wrap_socket(plain)
    return str(failed.value.reason)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_version_of_tls_is_refused_by_an_alert(port: int, version: ssl.TLSVersion) -> None:
    old = client(minimum_version=version, maximum_version=version)
    assert alert_for(old, port) == "TLSV1_ALERT_PROTOCOL_VERSION"


def test_so_is_a_client_without_a_cipher_in_common(port: int) -> None:
    odd = client(maximum_version=ssl.TLSVersion.TLSv1_2)
    odd.set_ciphers("NULL-SHA256:@SECLEVEL=0")
    assert alert_for(odd, port) == "SSLV3_ALERT_HANDSHAKE_FAILURE"


def test_who_speaks_no_tls_at_all_isn_t_kept_waiting(port: int) -> None:
    with connect(port) as connection:
        connection.sendall(GET)
        assert answer(connection)[:1] in (b"", b"\x15")  # an alert is all that it could get


def test_who_fails_and_stays_is_closed_when_the_handshake_took_too_long() -> None:
    made = issue("mdm.example.test")
    key = made.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with running(context_with(made.pem, key), handshake=1) as port, connect(port) as connection:
        connection.sendall(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")  # a ClientHello that ends after a byte
        found = answer(connection)
    assert found[:1] == b"\x15"


def test_others_are_served_as_before(port: int) -> None:
    with connect(port) as plain, client().wrap_socket(plain) as connection:
        connection.sendall(GET)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
