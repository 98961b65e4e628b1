"""Asking a server to go on with TLS: SMTP (RFC 3207), IMAP (RFC 9051), LDAP (RFC 4511 section 4.14), PostgreSQL.

Nothing else is sent: no name of a user, no password.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..certificates.der import DerError, children, expect
from ..certificates.text import shortened
from ..model.endpoint import StartTls
from .connection import EndpointConnection

LONGEST_LINE = 2000
MOST_LINES = 100
_EXTENDED_RESPONSE = 0x78
_LDAP_REQUEST = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
_SSL_REQUEST = bytes.fromhex("0000000804d2162f")


class NoStartTls(Exception):
    """The server doesn't speak the protocol, or doesn't offer TLS. Its text is one line."""


async def start_tls(connection: EndpointConnection, protocol: StartTls) -> None:
    """Ask for TLS; when this returns, the handshake can begin. Raises ``NoStartTls``, and what the connection does."""
    await _ASK[protocol](connection)


async def _smtp(connection: EndpointConnection) -> None:
    await _reply(connection, "220")
    await connection.send(b"EHLO localhost\r\n")
    offers = await _reply(connection, "250")
    if not any(line[4:].strip().upper() == "STARTTLS" for line in offers):
        raise NoStartTls("the mail server doesn't offer STARTTLS")
    await connection.send(b"STARTTLS\r\n")
    await _reply(connection, "220")


async def _reply(connection: EndpointConnection, wanted: str) -> list[str]:
    """The lines of a reply of SMTP (RFC 5321 section 4.2.1)."""
    lines: list[str] = []
    while len(lines) < MOST_LINES:
        line = await _line(connection)
        lines.append(line)
        if line[:3] != wanted:
            raise NoStartTls(f"the mail server answers: {shortened(line, 100)}")
        if line[3:4] != "-":
            return lines
    raise NoStartTls("the mail server's answer doesn't end")


async def _imap(connection: EndpointConnection) -> None:
    greeting = await _line(connection)
    if not greeting.upper().startswith("* OK"):
        raise NoStartTls(f"the mail server answers: {shortened(greeting, 100)}")
    await connection.send(b"a1 STARTTLS\r\n")
    for _ in range(MOST_LINES):
        line = await _line(connection)
        if line.upper().startswith("A1 "):
            if not line.upper().startswith("A1 OK"):
                raise NoStartTls(f"the mail server answers: {shortened(line, 100)}")
            return
    raise NoStartTls("the mail server's answer doesn't end")


async def _ldap(connection: EndpointConnection) -> None:
    await connection.send(_LDAP_REQUEST)
    head = await connection.receive_exactly(2)
    octets = head[1] & 0x7F if head[1] > 0x7F else 0
    if head[0] != 0x30 or octets > 2:
        raise NoStartTls("what answers is not an LDAP server")
    head += await connection.receive_exactly(octets)
    body = await connection.receive_exactly(int.from_bytes(head[2:], "big") if octets else head[1])
    try:
        _, operation = children(body, 0, len(body))[:2]
        code_at, code_end = expect(body, operation[1], operation[2], 0x0A)
    except (DerError, ValueError) as error:
        raise NoStartTls("what answers is not an LDAP server") from error
    code = int.from_bytes(body[code_at:code_end], "big")
    if operation[0] != _EXTENDED_RESPONSE or code:
        raise NoStartTls(f"the LDAP server doesn't offer StartTLS: result code {code}")


async def _postgres(connection: EndpointConnection) -> None:
    await connection.send(_SSL_REQUEST)
    answer = await connection.receive_exactly(1)
    if answer != b"S":
        said = "doesn't offer TLS" if answer == b"N" else "refuses the request for TLS"
        raise NoStartTls(f"the PostgreSQL server {said}")


async def _line(connection: EndpointConnection) -> str:
    line = await connection.receive_line(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise NoStartTls("what answers speaks another protocol")
    return line.decode("utf-8", "replace").rstrip("\r\n")


_ASK: dict[StartTls, Callable[[EndpointConnection], Awaitable[None]]] = {
    StartTls.SMTP: _smtp,
    StartTls.IMAP: _imap,
    StartTls.LDAP: _ldap,
    StartTls.POSTGRES: _postgres,
}
