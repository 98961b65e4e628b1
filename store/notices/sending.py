"""What every way of sending has in common: how it says that it didn't work, and that it never waits for ever."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from ..certificates.text import shortened

TIMEOUT = 10.0
"""Seconds that a server has for each answer."""
PATIENCE = 3
"""How many times as long the whole exchange may take: a server may answer in drops."""
GRACE = 0.5
"""Seconds that an exchange has left when the program ends."""

_LONGEST = 200


class NotDelivered(Exception):
    """It did not arrive. ``reason`` is one short line for people, without a secret.

    ``permanent``: the server says that trying again is no use. ``of_channel``: it is not about this message, so that
    others would fare the same. ``accepted`` are the addresses that have got it all the same.
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
    """Shut the connection when the exchange takes too long, or soon after ``stop`` is set, so that whoever waits for it
    goes on. Raises ``NotDelivered`` where that happened; other errors go through."""
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
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS's own, which would take it apart

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
    """A network's error in a few words."""
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
    """Whether it is that a server did not answer; smtplib says so only by what its error came from."""
    return error is not None and (isinstance(error, TimeoutError) or timed_out(error.__context__))
