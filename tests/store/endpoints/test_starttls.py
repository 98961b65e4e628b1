"""STARTTLS with a mail server, an LDAP server from Debian, and servers that speak IMAP and PostgreSQL's protocol."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509

from certfleet.store.model.endpoint import Failure, StartTls
from certfleet.store.model.endpoint_verdict import EndpointState
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue, make_ca
from tests.store.endpoints.servers import HERE, SLAPD, add, answering, check, codes, free_port, running

HOST = "mail.example.com"
ROOT = make_ca("Example Root CA")


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issue(HOST, issuer=ROOT, sans=(x509.DNSName(HOST),))


@pytest.fixture
def context(issued: Issued, tmp_path: Path) -> ssl.SSLContext:
    file = tmp_path / "server.pem"
    file.write_bytes(issued.key_pem + issued.chain_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def mail_server(context: ssl.SSLContext | None) -> Iterator[int]:
    """A mail server (aiosmtpd), in a thread of its own; without a context it doesn't offer STARTTLS."""
    ready, ports, loop = threading.Event(), list[int](), asyncio.new_event_loop()

    async def serve() -> None:
        server = await loop.create_server(lambda: SMTP(None, tls_context=context, hostname=HOST), HERE, 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_a_mail_server(workspace: Workspace, context: ssl.SSLContext) -> None:
    with mail_server(context) as port:
        verdict = check(workspace, add(workspace, port, server_name=HOST, starttls=StartTls.SMTP))
    assert verdict.verdict is EndpointState.UNKNOWN
    assert verdict.addresses[0].chain[0].subject == f"CN={HOST}"


def test_a_mail_server_without_starttls(workspace: Workspace) -> None:
    with mail_server(None) as port:
        verdict = check(workspace, add(workspace, port, starttls=StartTls.SMTP))
    assert [(note.code, note.message) for note in verdict.notes] == [
        (Failure.NO_TLS, "the mail server doesn't offer STARTTLS")
    ]


@pytest.mark.skipif(SLAPD is None, reason="slapd is not installed")
def test_an_ldap_server(workspace: Workspace, issued: Issued, tmp_path: Path) -> None:
    assert SLAPD is not None
    port, data = free_port(), tmp_path / "data"
    data.mkdir()
    (tmp_path / "server.crt").write_bytes(issued.pem)
    (tmp_path / "server.key").write_bytes(issued.key_pem)
    (tmp_path / "ca.crt").write_bytes(issued.chain_pem)
    configuration = tmp_path / "slapd.conf"
    configuration.write_text(
        f"pidfile {tmp_path}/slapd.pid\n"
        f"TLSCertificateFile {tmp_path}/server.crt\nTLSCertificateKeyFile {tmp_path}/server.key\n"
        f"TLSCACertificateFile {tmp_path}/ca.crt\n"
        "database config\nrootdn cn=config\n"
    )
    with running([SLAPD, "-d", "0", "-f", str(configuration), "-h", f"ldap://{HERE}:{port}"], port):
        verdict = check(workspace, add(workspace, port, server_name=HOST, starttls=StartTls.LDAP))
    assert verdict.addresses[0].chain[0].subject == f"CN={HOST}"


def imap(own: socket.socket) -> None:
    own.sendall(b"* OK ready\r\n")
    assert own.recv(100) == b"a1 STARTTLS\r\n"
    own.sendall(b"* CAPABILITY IMAP4rev2\r\na1 OK begin\r\n")


def postgres(own: socket.socket) -> None:
    assert own.recv(100) == bytes.fromhex("0000000804d2162f")
    own.sendall(b"S")


@pytest.mark.parametrize(("protocol", "greets"), [(StartTls.IMAP, imap), (StartTls.POSTGRES, postgres)])
def test_other_protocols(
    workspace: Workspace, context: ssl.SSLContext, protocol: StartTls, greets: Callable[[Any], None]
) -> None:
    def answer(own: socket.socket) -> None:
        greets(own)
        with context.wrap_socket(own, server_side=True) as secured:
            secured.recv(1)

    with answering(answer) as port:
        verdict = check(workspace, add(workspace, port, server_name=HOST, starttls=protocol))
    assert verdict.addresses[0].chain[0].subject == f"CN={HOST}"


REFUSALS = {
    "IMAP refuses": (StartTls.IMAP, b"* OK ready\r\na1 NO not now\r\n", "the mail server answers: a1 NO not now"),
    "no IMAP": (StartTls.IMAP, b"SSH-2.0-OpenSSH_9.2\r\n", "the mail server answers: SSH-2.0-OpenSSH_9.2"),
    "a mail server is full": (StartTls.SMTP, b"421 too busy\r\n", "the mail server answers: 421 too busy"),
    "no end of a line": (StartTls.SMTP, b"2" * 3000, "what answers speaks another protocol"),
    "no LDAP": (StartTls.LDAP, b"HTTP/1.1 400 Bad Request\r\n", "what answers is not an LDAP server"),
    "LDAP refuses": (
        StartTls.LDAP,
        bytes.fromhex("300c02010178070a010204000400"),
        "the LDAP server doesn't offer StartTLS: result code 2",
    ),
    "PostgreSQL without TLS": (StartTls.POSTGRES, b"N", "the PostgreSQL server doesn't offer TLS"),
    "it closes": (StartTls.POSTGRES, b"", "it closes the connection"),
}


@pytest.mark.parametrize(("protocol", "answer", "said"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_refused_is_said(workspace: Workspace, protocol: StartTls, answer: bytes, said: str) -> None:
    def talk(own: socket.socket) -> None:
        own.sendall(answer)
        if answer:
            own.recv(1)
            own.settimeout(60)
            while own.recv(1024):
                pass

    with answering(talk) as port:
        verdict = check(workspace, add(workspace, port, starttls=protocol))
    assert codes(verdict) == [Failure.NO_TLS]
    assert verdict.notes[0].message == said
