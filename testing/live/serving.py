"""Serving every chain: pages over TLS, revocation over plain HTTP."""

from __future__ import annotations

import base64
import binascii
import io
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

from ...store.listening import listen, shown
from ..authorities import FixtureAuthority
from .live_server import LONGEST, MOST_BYTES, BoundedReader, LiveServer
from .served_pki import LiveChain, ServedPki

__all__ = ["LiveChain", "ServedChains", "serve_chains"]

HOST, DOMAIN = "127.0.0.1", "localhost"
_ANY_ADDRESS = ("0.0.0.0", "::")
_TEXT, _PEM, _CRL, _CERTIFICATE, _OCSP = (
    "text/plain; charset=utf-8",
    "application/x-pem-file",
    "application/pkix-crl",
    "application/pkix-cert",
    "application/ocsp-response",
)


class ServedChains(Mapping[str, LiveChain]):
    """The chains that are served, by name. Clients connect to ``host`` and ``port``, ask for the host of a chain, and
    trust ``root``; ``url`` is where that is (``/root.pem``), and where revocation is told."""

    def __init__(self, pki: ServedPki, host: str, port: int, url: str) -> None:
        self._pki, self.host, self.port, self.url = pki, host, port, url

    @property
    def root(self) -> FixtureAuthority:
        """The root that clients trust."""
        return self._pki.root

    def configure_trust(self, context: ssl.SSLContext) -> None:
        """Let a client trust the root."""
        self.root.configure_trust(context)

    def connect(self, name: str, context: ssl.SSLContext, timeout: float = 30) -> ssl.SSLSocket:
        """A connection to the server that shows this chain, whether or not the system finds its host. Raises
        ``ssl.SSLError`` if the client's context refuses it, and ``KeyError`` for a name that isn't served."""
        host = self[name].host
        made = socket.create_connection((self.host, self.port), timeout)
        try:
            return context.wrap_socket(made, server_hostname=host)
        except BaseException:
            made.close()
            raise

    def __getitem__(self, name: str) -> LiveChain:
        return self._pki.chains[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pki.chains)

    def __len__(self) -> int:
        return len(self._pki.chains)


@contextmanager
def serve_chains(
    *,
    host: str = HOST,
    port: int = 0,
    domain: str = DOMAIN,
    seed: int = 7,
    fixed_keys: bool = False,
    limit: float = LONGEST,
) -> Iterator[ServedChains]:
    """Serve every good and bad chain inside the ``with`` block, on one port; 0 takes a free one.

    A client gets the chain whose host it asks for by SNI: ``expired.localhost`` shows ``expired``. The same port
    answers plain HTTP: the URLs of revocation lists, CA certificates and OCSP responders in the certificates lead
    there. A connection may take ``limit`` seconds. No thread is left afterwards.
    Refuses with ``address-in-use`` and ``address-unusable``.
    """
    sock = listen(host, port)
    try:
        listening = shown(sock)
        named = listening if sock.getsockname()[0] not in _ANY_ADDRESS else f"{domain}:{sock.getsockname()[1]}"
        pki = ServedPki(domain, f"http://{named}", seed=seed, fixed_keys=fixed_keys)

        class Handler(_Handler):
            served = pki

        server = LiveServer(sock, pki.first_context, Handler, limit)
        server.start()
        try:
            address, number = sock.getsockname()[:2]
            yield ServedChains(pki, address, number, f"http://{named}")
        finally:
            server.end()
    finally:
        sock.close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request. Inside TLS it says what the chain is; outside, what its CAs publish."""

    served: ServedPki
    server_version, sys_version = "certfleet", ""

    def setup(self) -> None:
        super().setup()
        self.rfile = io.BufferedReader(BoundedReader(self.connection))

    def do_GET(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            one = self.served.chains[self.served.name_shown(self.connection.context)]
            self._answer(f"{one.name}: {one.expected}. {one.what}\n".encode(), _TEXT)
            return
        place, _, asked = self.path.removeprefix("/").partition("/ocsp/")
        place, _, ending = place.partition(".")
        if self.path == "/root.pem":
            self._answer(self.served.root.cert_pem.bytes(), _PEM)
        elif asked:
            try:
                request = base64.b64decode(unquote(asked), validate=True)
            except (binascii.Error, ValueError):
                request = b""
            self._answer(self.served.ocsp_answer(place, request), _OCSP)
        elif ending == "crl":
            self._answer(self.served.revocation_list(place), _CRL)
        elif ending == "crt":
            self._answer(self.served.ca_certificate(place), _CERTIFICATE)
        else:
            self._answer(None, "")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        place, _, rest = self.path.removeprefix("/").partition("/")
        length = self.headers.get("content-length", "")
        if isinstance(self.connection, ssl.SSLSocket) or rest != "ocsp":
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not (length.isascii() and length.isdigit()):
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > MOST_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._answer(self.served.ocsp_answer(place, self.rfile.read(int(length))), _OCSP)

    def _answer(self, data: bytes | None, kind: str) -> None:
        if data is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: it is a test's server."""
