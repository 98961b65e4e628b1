"""Servers on loopback for the tests of endpoints: real ones, and such as no administrator would like."""

from __future__ import annotations

import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.endpoints.endpoints import NewEndpoint
from certfleet.store.model.endpoint import Endpoint, StartTls
from certfleet.store.model.endpoint_verdict import EndpointVerdict
from certfleet.store.workspace import Workspace
from tests.material import Issued
from tests.waiting import wait_until

HERE = "127.0.0.1"
SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def free_port() -> int:
    with closing(socket.socket()) as own:
        own.bind((HERE, 0))
        return int(own.getsockname()[1])


def listens(port: int) -> bool:
    try:
        with socket.create_connection((HERE, port), timeout=10):
            return True
    except OSError:
        return False


@contextmanager
def running(arguments: Sequence[str], port: int) -> Iterator[int]:
    """A program that listens on a port; that port."""
    process = subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: process.poll() is not None or listens(port))
        assert process.poll() is None, f"{arguments[0]} has ended"
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def s_server(
    folder: Path,
    issued: Issued,
    *more: str,
    chain: Sequence[x509.Certificate] | None = None,
    port: int | None = None,
    by_sni: tuple[str, Issued] | None = None,
) -> Iterator[int]:
    """``openssl s_server`` with a certificate and its issuers without the root, or with ``chain`` after the leaf; its
    port. ``by_sni`` is another certificate for another name."""
    port = port or free_port()
    sent = issued.issuers[:-1] if chain is None else chain
    files = _files(folder, f"{port}", issued)
    (folder / f"{port}.chain").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in sent))
    arguments = ["openssl", "s_server", "-accept", f"{HERE}:{port}", "-quiet", "-no_dhe", *files]
    if sent:
        arguments += ["-cert_chain", str(folder / f"{port}.chain")]
    if by_sni is not None:
        certificate, key = _files(folder, f"{port}-sni", by_sni[1])[1::2]
        arguments += ["-servername", by_sni[0], "-cert2", certificate, "-key2", key]
    with running([*arguments, *more], port):
        yield port


def _files(folder: Path, name: str, issued: Issued) -> tuple[str, str, str, str]:
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(issued.pem)
    key.write_bytes(issued.key_pem)
    return "-cert", str(certificate), "-key", str(key)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does ``answer`` with each connection; its port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                answer(self.request)
            except OSError:  # the client has gone
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server((HERE, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def add(
    workspace: Workspace,
    port: int,
    *,
    host: str = HERE,
    need: str | None = None,
    server_name: str = "",
    starttls: StartTls | None = None,
) -> Endpoint:
    where = f"{host}:{port}"
    return workspace.endpoints.add(NewEndpoint(where=where, need=need, server_name=server_name, starttls=starttls))


def check(workspace: Workspace, endpoint: Endpoint, *, time_limit: float = 60) -> EndpointVerdict:
    """The verdict after a check. The time limit is long: machines that run tests are slow."""
    (verdict,) = workspace.endpoint_checks.check([endpoint.id], time_limit=time_limit)
    return verdict


def codes(verdict: EndpointVerdict) -> list[str]:
    return [str(note.code) for note in verdict.notes]
