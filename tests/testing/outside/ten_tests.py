"""Ten tests of a project that has certfleet and pytest installed; a copy gets a name that pytest finds."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import pytest


def note(what: str, value: object) -> None:
    """Write down what a test got, for comparing two runs."""
    folder = Path(os.environ["NOTES"])
    (folder / what).write_text(str(value))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_server_is_trusted(authority: Any) -> None:
    certificate = authority.issue_cert("mdm.example.test")
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    certificate.configure_cert(server)
    authority.configure_trust(client)
    ends = socket.socketpair()

    def serve() -> None:
        with server.wrap_socket(ends[0], server_side=True) as connection:
            connection.sendall(b"hello")

    thread = threading.Thread(target=serve)
    thread.start()
    with client.wrap_socket(ends[1], server_hostname="mdm.example.test") as connection:
        assert connection.recv(5) == b"hello"
    thread.join()
    note("server", digest(certificate.der))


@pytest.mark.parametrize("depth", [0, 2])
def test_a_pki_of_any_depth(authority: Any, depth: Any) -> None:
    made = authority(depth=depth, seed=3).issue_cert("vpn.example.test", purpose="client")
    assert len(made.chain) == depth + 2
    note(f"depth-{depth}", [digest(pem.bytes()) for pem in made.cert_chain_pems])


def test_a_fleet(fleet: Any) -> None:
    found = fleet(devices=50, seed=3)
    assert len(found) == 50 and all(one.platform for one in found)
    note("fleet", [(one.serial_number, one.imei, one.owner, one.state, one.not_after) for one in found])


def test_a_fleet_with_certificates(fleet: Any) -> None:
    found = fleet(devices=5, fixed_keys=True)
    note("fleet-certificates", [digest(one.certificate.der) for one in found])


@pytest.mark.parametrize("name", ["enrolled", "without-imei"])
def test_a_device(device: Any, name: Any) -> None:
    note(f"device-{name}", device(name).known_by)


def test_a_keystore(keystore: Any) -> None:
    made = keystore("jks")
    assert made.data.startswith(b"\xfe\xed\xfe\xed")
    note("keystore", digest(made.data))


def test_an_archive(bulk_archive: Any) -> None:
    made = bulk_archive(4, faults={"expired": 1})
    assert list(made.faults.values()) == ["expired"]
    note("archive", digest(made.data))


def test_a_workspace(workspace: Any, clock: Any) -> None:
    opened = workspace(devices=2, clock=clock)
    clock.move(days=1)
    assert opened.devices.counts().total == 2
    note("workspace", [one.known_by for one in opened.devices.records.all()])
