"""The server as a process: TLS, other processes beside it, its log, its end, and the certificate that it shows."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from certfleet.api.server.listener import Listener
from certfleet.api.server.surfaces import OWN
from certfleet.cli.main import main
from certfleet.store.authorities.shown_listener import shown_listener
from certfleet.store.model.account import Role
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.model.certificate import Certificate, UseAs
from certfleet.store.workspace import Workspace
from tests.material import NOW as AT
from tests.material import ec_key, issue, make_ca, needs_openssl, rsa_key
from tests.store.deployment import entry_of, source

from .conftest import PASSWORD
from .serving import Server, certfleet, serving

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("served") / "workspace") as server:
        yield server


def test_it_serves_over_tls_by_a_certificate_of_the_server_ca(server: Server) -> None:
    assert server.address.startswith("https://127.0.0.1:")
    with server.log_in() as client:
        entries = client.get("certificates").json()["certificate"]
    assert [one["type"] for one in entries] == ["listener", "entity", "entity"]
    assert [one.split()[0] for one in server.added] == ["#1", "#2", "#3"]
    host, port = server.address.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname=host)


@needs_openssl
def test_the_chain_is_sent_whole(server: Server) -> None:
    host = server.address.removeprefix("https://")
    shown = subprocess.run(
        [
            "openssl",
            "s_client",
            "-connect",
            host,
            "-showcerts",
            "-CAfile",
            str(server.authority),
            "-verify_return_error",
        ],
        input=b"",
        capture_output=True,
        timeout=120,
    ).stdout
    assert shown.count(b"BEGIN CERTIFICATE") >= 2
    assert b"Verify return code: 0 (ok)" in shown


def test_other_processes_work_on_the_workspace_meanwhile(server: Server, tmp_path: Path) -> None:
    workspace = server.authority.parent / "workspace"
    made = subprocess.run(
        certfleet(workspace, "authority", "refresh", "--now", "--name", "autumn"), capture_output=True
    )
    assert made.returncode == 0, made.stderr
    ours = f"{server.address}{OWN.prefix}"
    with server.log_in() as client:
        groups = client.get(f"{ours}/authorities").json()["authorities"]
        client.post(f"{ours}/components/use", json={"need": "saml", "use": "not used"})
    assert [one["name"] for one in groups] == ["default", "autumn"]
    lines = subprocess.run(certfleet(workspace, "audit", "list"), capture_output=True, text=True).stdout
    assert '"the administrator"' in lines


def test_what_serve_refuses(server: Server, tmp_path: Path) -> None:
    workspace = server.authority.parent / "workspace"
    port = server.address.rpartition(":")[2]
    for options, code in [
        (("--http", "--host", "0.0.0.0"), "http-needs-loopback"),
        (("--port", port), "address-in-use"),
        (("--host", "192.0.2.1"), "address-unusable"),
        (("--host", "no host"), "address-unusable"),
    ]:
        refused = CliRunner().invoke(main, certfleet(workspace, "serve", *options)[3:])
        assert refused.exit_code == 1
        assert f'"code": "{code}"' in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_finished_before_it_stops(tmp_path: Path, number: int) -> None:
    with serving(tmp_path / "workspace", "--http") as server, server.log_in(Role.VIEWER) as client:
        token, body = client.headers["auth_token"], b'{"start": 0}'
        host, port = server.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=120) as connection:
            head = f"POST /xenmobile/api/v1/device/filter HTTP/1.1\r\nHost: x\r\nauth_token: {token}\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:4])
            client.get("certificates")  # by now the other one has been taken
            server.process.send_signal(number)
            with pytest.raises(OSError):  # no more connections
                while True:
                    socket.create_connection((host, int(port)), timeout=120).close()
            connection.sendall(body[4:])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        assert server.process.wait(120) == 0
    log = (tmp_path / "serve.log").read_text()
    assert "127.0.0.1 the viewer POST /xenmobile/api/v1/device/filter 200" in log
    assert PASSWORD not in log and token not in log and "Traceback" not in log


def shown_by(listener: Listener, authority: bytes | None) -> x509.Certificate:
    """The certificate that a client gets, which trusts this root CA; None for one that trusts anybody."""
    context = ssl.create_default_context(cadata=None if authority is None else authority.decode())
    if authority is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    outgoing, incoming = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    back, forth = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = listener.context.wrap_bio(back, forth, server_side=True)
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (client, server):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                pass
            back.write(outgoing.read())
            incoming.write(forth.read())
    der = client.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def root_of(workspace: Workspace) -> bytes:
    return workspace.authorities.chain("default", AuthorityRole.ROOT)[0].public_bytes(Encoding.PEM)


def test_a_replaced_listener_certificate_is_shown_to_new_connections() -> None:
    with Workspace.open(None) as workspace:
        listener, root = Listener(workspace, ["127.0.0.1"]), root_of(workspace)
        first = shown_by(listener, root)
        workspace.authorities.issue_listener(["localhost"])
        assert shown_by(listener, root) == first
        listener.follow()
        second = shown_by(listener, root)
        assert second != first
        entry = workspace.authorities.listener()
        assert entry is not None and second.serial_number == int(entry.serial_number, 16)


def test_an_imported_certificate_is_shown_at_once_whoever_imports_it(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        listener = Listener(workspace, ["127.0.0.1"])
        issued = len(listener.added)
        assert issued == len(workspace.inventory.list()) == 3
        listener.follow_changes()
        bought = issue("localhost", issuer=make_ca("Another CA"), days=90, not_before=NOW - timedelta(days=1))
        with Workspace.open(tmp_path / "workspace") as other:
            other.inventory.import_from(source(bought), use_as=UseAs.SSL_LISTENER)
        listener.follow_changes()
        assert shown_by(listener, None) == bought.certificate
        assert Listener(workspace, ["127.0.0.1"]).added == ()


def test_a_certificate_over_another_kind_of_key_takes_the_place_of_the_first() -> None:
    """OpenSSL keeps a certificate for each kind of key, and prefers the one over an elliptic curve."""
    with Workspace.open(None) as workspace:
        listener = Listener(workspace, ["127.0.0.1"])
        before = listener.context
        for key in (ec_key(), rsa_key(), ec_key(), rsa_key(1)):
            bought = issue("localhost", key=key, days=90, not_before=NOW - timedelta(days=1))
            workspace.inventory.import_from(source(bought), use_as=UseAs.SSL_LISTENER)
            listener.follow_changes()
            assert shown_by(listener, None) == bought.certificate
            assert listener.context is not before  # a handshake under way keeps its own


def test_which_listener_certificate_is_shown() -> None:
    def entry(id: int, **fields: Any) -> Certificate:
        plain = entry_of(issue(f"{id}.company.example", days=90), id)
        return replace(plain, **{"use_as": UseAs.SSL_LISTENER, "has_private_key": True, **fields})

    first, second = entry(1), entry(2)
    assert shown_listener([], AT) is None
    assert shown_listener([first, second], AT) == second
    for other in (
        entry(3, use_as=UseAs.SERVER),
        entry(3, has_private_key=False),
        entry(3, replaced_by=2),
        entry(3, not_before=AT + timedelta(days=1)),
        entry(3, not_after=AT - timedelta(days=1)),
    ):
        assert shown_listener([first, second, other], AT) == second
    assert shown_listener([expired := entry(3, not_after=AT - timedelta(days=1))], AT) == expired


@pytest.mark.parametrize("years", [-2, 2, 5])
def test_where_a_virtual_clock_has_run_away_another_certificate_stands_in(years: int) -> None:
    with Workspace.open(None, start=NOW - timedelta(days=900)) as workspace:
        workspace.set_clock(NOW + timedelta(days=365 * years))
        listener = Listener(workspace, ["127.0.0.1"])
        shown, entry = shown_by(listener, root_of(workspace)), workspace.authorities.listener()
        assert entry is not None and shown.serial_number != int(entry.serial_number, 16)
        assert shown.not_valid_before_utc <= NOW <= shown.not_valid_after_utc
        workspace.set_clock(NOW)
        workspace.authorities.issue_listener(["localhost"])
        listener.follow()
        entry = workspace.authorities.listener()
        assert entry is not None
        assert shown_by(listener, root_of(workspace)).serial_number == int(entry.serial_number, 16)


def test_a_stand_in_is_made_anew_before_its_end() -> None:
    wall = [NOW]
    with Workspace.open(None, start=NOW - timedelta(days=900)) as workspace:
        workspace.set_clock(NOW + timedelta(days=800))
        listener = Listener(workspace, ["127.0.0.1"], lambda: wall[0])
        first = shown_by(listener, root_of(workspace))
        listener.follow()
        assert shown_by(listener, root_of(workspace)) == first
        wall[0] += timedelta(days=85)
        listener.follow()
        assert shown_by(listener, None).not_valid_after_utc > first.not_valid_after_utc


@pytest.mark.slow  # a request under way has ten seconds to end
def test_it_ends_while_a_request_still_waits_for_somebody_else(tmp_path: Path) -> None:
    with serving(tmp_path / "workspace", "--http") as server, server.log_in() as client:
        token, body = client.headers["auth_token"], b'{"platform": "ios", "serial_number": "F2LXWAITS001"}'
        host, port = server.address.removeprefix("http://").split(":")
        head = f"POST {OWN.prefix}/devices HTTP/1.1\r\nHost: x\r\nauth_token: {token}\r\nContent-Length: {len(body)}"
        with (
            Workspace.open(tmp_path / "workspace") as other,
            other.database.transaction(),  # nobody else can write
            socket.create_connection((host, int(port)), timeout=120) as connection,
        ):
            connection.sendall(f"{head}\r\n\r\n".encode() + body)
            for _ in range(3):
                httpx.get(f"{server.address}/health", timeout=120)  # by now the other one has been taken
            assert server.stop() == 0
            assert b"server-stopping" in connection.recv(65536)
        with Workspace.open(tmp_path / "workspace") as other:
            assert other.devices.all() == []
    log = (tmp_path / "serve.log").read_text()
    assert "what it has not committed is undone" in log
    assert "Traceback" not in log
