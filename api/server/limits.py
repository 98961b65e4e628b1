"""How much strangers may take of the server: connections, time and bytes before anybody is known."""

from __future__ import annotations

import sys
from dataclasses import dataclass

RESERVE = 128  # files for the workspace, uploads and the like
FEWEST = 16
KIB = 1024


@dataclass(frozen=True)
class Limits:
    """Times are in seconds. ``connections`` may be open in all, ``per_address`` from one address; ``turned_away`` more
    are told that there are too many, and what comes beyond is closed at once.

    A request's headers must be there within ``headers`` and in ``header_bytes``; its body must bring ``body_bytes``
    every ``body`` seconds, or its end. A connection without a request may be ``idle``. Of a body that nobody wants
    any more, ``unwanted`` bytes are read, so that the answer can be.
    """

    connections: int = 1000
    per_address: int = 500
    turned_away: int = 64
    handshake: float = 10
    headers: float = 10
    header_bytes: int = 64 * KIB
    body: float = 15
    body_bytes: int = 16 * KIB
    idle: float = 15
    unwanted: int = KIB * KIB
    goodbye: float = 2
    spared: float = 1
    """A connection that waits for its request isn't closed to make room before that."""


def limits_of_process() -> Limits:
    """The limits that keep below the process's limit of open files."""
    usual = Limits()
    if sys.platform == "win32":
        return usual
    import resource  # which Windows doesn't have

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return usual
    most = min(usual.connections, max(FEWEST, files - RESERVE - usual.turned_away))
    return Limits(connections=most, per_address=max(FEWEST, most // 2))
