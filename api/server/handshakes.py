"""TLS handshakes that fail, and tell the client why: RFC 8446 section 6.2 wants a fatal alert.

The event loops drop the connection at the exception of a failed handshake, and with it the alert that OpenSSL has
written. So the exception waits until the alert is sent.
"""

from __future__ import annotations

import ssl


class _Handshake(ssl.SSLObject):
    """The TLS of a connection. A failure comes as the wish to read more while its alert is still to be sent: whoever
    drives it sends what there is before it reads."""

    outgoing: ssl.MemoryBIO | None = None
    _failure: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLSyscallError):
            raise
        except ssl.SSLError as error:
            if self.outgoing is None or not self.outgoing.pending:
                raise
            self._failure = error
            raise ssl.SSLWantReadError from error


class AlertingContext(ssl.SSLContext):
    """A server's context whose failed handshakes send their alert. The client closes then, or the time that a handshake
    may take is over."""

    sslobject_class = _Handshake

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        made = super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
        assert isinstance(made, _Handshake)
        made.outgoing = outgoing
        return made
