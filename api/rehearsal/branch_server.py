"""Serving a branch on loopback, over TLS, in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding

from ...store.authorities.issuing import issue_server_certificate, key_der
from ...store.authorities.new_authorities import ORGANIZATION, new_root
from ...store.authorities.validity import Validity
from ...store.errors import Refusal
from ...store.listening import listen, shown
from ...store.workspace import Workspace
from ..server.application import create_application, served
from ..server.http_server import HttpServer
from ..server.limits import limits_of_process
from ..server.serving import NOBODY
from ..server.stand_in import SKEW, context_with, general_name, stand_in
from .calls_made import CallMade
from .faults import SLOW, Faults
from .rehearsed_app import RehearsedApp

HOST = "127.0.0.1"
NAMES = (HOST, "localhost", "::1")
GRACE = 2  # seconds that a request has whose script has ended
START = 60  # seconds
_TEMPORARY = timedelta(days=30)
_END = b"-----BEGIN CERTIFICATE-----"


class ServedBranch(NamedTuple):
    """A branch that is served. ``root`` is the root certificate (PEM) that its clients have to trust."""

    host: str
    port: int
    root: bytes
    app: RehearsedApp

    @property
    def address(self) -> str:
        """Where it is."""
        return f"https://{self.host}:{self.port}"

    @property
    def calls(self) -> list[CallMade]:
        """The calls so far."""
        return self.app.calls


@contextmanager
def serving(workspace: Workspace, faults: Faults | None = None, slow: float = SLOW) -> Iterator[ServedBranch]:
    """Serve a branch inside, on a free port; no request is under way any more afterwards.

    The server's certificate is for loopback and valid now: one from the workspace's server CA or, if that isn't valid
    on the machine's clock, from a root that is made for it. It stays the same, whatever listener certificate the script
    imports. Refuses with ``address-unusable``.
    """
    chain, key = _certificate(workspace)
    context = context_with(chain, key)
    sock = listen(HOST, 0)
    try:
        app = RehearsedApp(served(create_application(workspace)), workspace, faults, slow)
        ready = threading.Event()
        server = HttpServer(app, sock, lambda: context, limits_of_process(), ready.set, GRACE)
        thread = threading.Thread(target=server.run, name="rehearsal", daemon=True)
        before, workspace.actor.own = workspace.actor.own, NOBODY
        port = int(shown(sock).rpartition(":")[2])
        thread.start()
        try:
            if not ready.wait(START):
                raise Refusal("address-unusable", f"the server on {HOST} has not begun")
            yield ServedBranch(HOST, port, chain[chain.rindex(_END) :], app)
        finally:
            server.should_exit = True
            thread.join()
            workspace.actor.own = before
    finally:
        sock.close()


def _certificate(workspace: Workspace) -> tuple[bytes, bytes]:
    """The chain (PEM), and the private key (DER)."""
    now = datetime.now(UTC)
    made = stand_in(workspace, NAMES, now)
    if made is not None:
        return made.chain, made.key
    validity = Validity((now - SKEW).replace(microsecond=0), (now + _TEMPORARY).replace(microsecond=0))
    root = new_root("certfleet rehearsal", ORGANIZATION, validity).issuer
    leaf, key = issue_server_certificate(list(map(general_name, NAMES)), root, validity)
    return b"".join(one.public_bytes(Encoding.PEM) for one in (leaf, root.certificate)), key_der(key)
