"""What all channels share: reporting failure, and limits on waiting."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ..certificates.text import shortened

TIMEOUT = 10.0
"""Seconds for each response of a server."""
PATIENCE = 3
"""The whole exchange may take this many times as long: a server may respond slowly, piece by piece."""
GRACE = 0.5
"""Seconds for a running exchange when the program ends."""

_LONGEST = 200


class NotDelivered(Exception):
    """A failed delivery. ``reason`` is one short line for people, without secrets.

    ``permanent``: the server says that a retry is pointless. ``of_channel``: the failure is not specific to this
    message, so others would fail too. ``accepted`` are the addresses that received it anyway.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        of_channel: bool = False,
        accepted: tuple[str, ...] = (),
        secret: str | None = None,
    ) -> None:
        if secret and secret in reason:
            reason = reason.replace(secret, "…")
        self.reason = shortened(reason, _LONGEST)
        super().__init__(self.reason)
        self.permanent = permanent
        self.of_channel = of_channel
        self.accepted = accepted


@contextmanager
def ending(
    socket_of: Callable[[], socket.socket | None], timeout: float, stop: threading.Event | None
) -> Iterator[None]:
    """Close the connection when the exchange takes too long, or soon after ``stop`` is set. Raises ``NotDelivered``
    then; other errors are passed on."""
    done, cut = threading.Event(), threading.Event()
    longest = timeout * PATIENCE

    def watch() -> None:
        until = time.monotonic() + longest
        while not done.wait(0.05):
            if stop is not None and stop.is_set():
                until = min(until, time.monotonic() + GRACE)
            if time.monotonic() >= until and (connection := socket_of()) is not None:
                cut.set()
                with suppress(OSError):
                    # The plain socket's method: TLS's own would tear down the TLS layer.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except Exception:
        if cut.is_set():
            raise NotDelivered(f"not done within {longest:g} seconds", of_channel=True) from None
        raise
    finally:
        done.set()
        watcher.join()


def why(error: BaseException, timeout: float) -> str:
    """A network error in a few words."""
    if timed_out(error):
        return f"no answer within {timeout:g} seconds"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the server's certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause}"
        cause = cause.__context__
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def timed_out(error: BaseException | None) -> bool:
    """Whether a server did not respond; smtplib reveals it only in the cause of its error."""
    return error is not None and (isinstance(error, TimeoutError) or timed_out(error.__context__))
