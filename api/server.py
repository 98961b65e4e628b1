"""Running the server: TLS by the workspace's SSL listener certificate, or plain HTTP on loopback; a graceful stop."""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
)

from ..store.errors import Refusal
from ..store.inventory.sources import ExportFormat
from ..store.model.certificate import Certificate
from ..store.notices.courier_thread import CourierThread
from ..store.vault import SecretKind
from ..store.workspace import Workspace
from .access_log import AccessLog
from .application import create_application

GRACE = 10  # seconds that requests under way have at the end
SETTLE_SECONDS = 20.0

_LABELS = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LOG = logging.getLogger("certfleet.api")


def serve(
    workspace: Workspace,
    *,
    host: str = "127.0.0.1",
    port: int = 4443,
    http: bool = False,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve a workspace until SIGINT or SIGTERM; requests under way are finished first.

    ``ready`` is called with the address (``https://127.0.0.1:4443``) once connections are taken; port 0 takes a free
    one. Refuses with ``http-needs-loopback``, ``address-in-use``, ``address-unusable``, and as ``tls_context`` does.
    """
    if http and not is_loopback(host):
        raise Refusal(
            "http-needs-loopback",
            f"plain HTTP is served on loopback only, and {host} is not",
            "Leave --http out, or --host.",
        )
    context = None if http else tls_context(workspace, [host])
    sock = _listen(host, port)
    app = AccessLog(create_application(workspace))
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE, server_header=False, lifespan="off"
    )
    config.load()
    config.ssl = context
    server = _Server(config, lambda: ready(f"{'http' if http else 'https'}://{_shown(sock)}"))
    ending = threading.Event()
    settling = threading.Thread(target=_settle, args=(workspace, ending), daemon=True)
    settling.start()
    courier = CourierThread(workspace.courier).start()
    try:
        server.run(sockets=[sock])
    finally:
        ending.set()
        courier.close()
        settling.join(timeout=2)
        sock.close()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def tls_context(workspace: Workspace, hosts: list[str]) -> ssl.SSLContext:
    """TLS by the workspace's SSL listener certificate, which is issued for these hosts where there is none in force.

    Refuses as ``Authorities.issue_listener`` and the vault do.
    """
    entry = workspace.authorities.listener()
    if entry is None or entry.not_after <= workspace.now():
        entry = workspace.authorities.issue_listener(_names(hosts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, workspace, entry)
    return context


def _names(hosts: list[str]) -> list[str]:
    everywhere = [host.strip("[]") for host in hosts if host not in ("0.0.0.0", "::", "")]
    own = socket.gethostname().lower()
    return [*dict.fromkeys([*everywhere, "localhost", "127.0.0.1", "::1", *([own] if _LABELS.fullmatch(own) else [])])]


def _load(context: ssl.SSLContext, workspace: Workspace, entry: Certificate) -> None:
    """The standard library takes certificate and key from a file alone, so the key is encrypted in it."""
    der = workspace.vault.get(SecretKind.PRIVATE_KEY, entry.public_key_sha256)
    if der is None:
        raise Refusal("no-private-key", f"certificate {entry.id} ({entry.name}) has no private key here")
    password = secrets.token_urlsafe(32).encode()
    key = load_der_private_key(der, None)
    pem = workspace.inventory.export(entry.id, ExportFormat.CHAIN)
    pem += key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "listener.pem"
        file.touch(mode=0o600)
        file.write_bytes(pem)
        context.load_cert_chain(file, password=password)


def _listen(host: str, port: int) -> socket.socket:
    name = host.strip("[]")
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(2048)
    except OverflowError as error:
        raise Refusal("address-unusable", f"{port} is no port") from error
    except OSError as error:
        if error.errno == 98:
            raise Refusal("address-in-use", f"{host}:{port} is in use", "Name another --port.") from error
        raise Refusal("address-unusable", f"{host}:{port} can't be used: {error.strerror or error}") from error
    return sock


def _shown(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _settle(workspace: Workspace, ending: threading.Event) -> None:
    """Do what is due by the clock, whoever asks for it."""
    while not ending.wait(SETTLE_SECONDS):
        try:
            workspace.settle()
        except Exception:
            LOG.exception("what is due by the clock could not be done")


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
