"""Real mail and web servers on loopback, which keep what they receive and answer as told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509

from tests.material import ec_key, issue

USER, PASSWORD = "certfleet", "hunter2 hunter2"


@dataclass
class Mailbox:
    """What a mail server took, and how it answers: ``refuse`` gives its reply to a recipient, None to take it."""

    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    refuse: Callable[[str], str | None] = lambda address: None
    answer: str = "250 OK"
    port: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if reply := self.refuse(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
            message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.answer


class _Bound(Controller):
    """A controller on a socket that is bound already, so that its port is known and nobody else's."""

    def __init__(self, handler: Mailbox, port: int, **options: Any) -> None:
        self._bound = socket.create_server(("127.0.0.1", port))
        handler.port = self._bound.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=handler.port, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound, ssl=self.ssl_context)


@contextmanager
def mail_server(mailbox: Mailbox | None = None, **options: Any) -> Iterator[Mailbox]:
    """A mail server that runs; ``options`` are aiosmtpd's. A mailbox that had a port gets it again."""
    mailbox = mailbox or Mailbox()
    controller = _Bound(mailbox, mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Takes ``USER`` with ``PASSWORD``."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@dataclass
class Post:
    """A request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """What a web server was sent, and the status that it answers with."""

    posts: list[Post] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook?room=1"


@contextmanager
def web_server(hook: Hook | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """A web server that runs. A hook that had a port gets it again."""
    kept = hook or Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.posts.append(Post(self.path, dict(self.headers), body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", kept.port), Handler)
    if tls is not None:
        server.socket, kept.scheme = tls.wrap_socket(server.socket, server_side=True), "https"
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def silent_server(greeting: bytes = b"", drops: bytes = b"") -> Iterator[int]:
    """A server that says nothing more than its greeting, or goes on for ever in drops; gives its port."""
    connections, over = [], threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connections.append(connection)
                connection.sendall(greeting)
                with suppress(OSError):
                    while drops and not over.wait(0.05):
                        connection.sendall(drops)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
    over.set()
    for connection in connections:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def tls_of_its_own(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS for 127.0.0.1 by a CA of its own, and that CA's certificate as a file."""
    yesterday, public = datetime.now(UTC) - timedelta(1), (ca_key := ec_key()).public_key()
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = issue("Test CA", key=ca_key, is_ca=True, extensions=(signs,), not_before=yesterday, days=9)
    leaf = issue(
        "127.0.0.1",
        issuer=ca,
        sans=(x509.IPAddress(ip_address("127.0.0.1")),),
        extensions=(x509.AuthorityKeyIdentifier.from_issuer_public_key(public),),
        not_before=yesterday,
        days=9,
    )
    (folder / "server.pem").write_bytes(leaf.key_pem + leaf.chain_pem)
    (folder / "ca.pem").write_bytes(ca.pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "ca.pem"
