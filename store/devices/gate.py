"""What the certificates of server, gateway and push service allow devices to do at a time.

``store.consequences`` makes it; enrollment, check-in, security actions and the simulator obey it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import Refusal
from ..model.device import Platform
from ..model.trust import TrustAnchor


class Blocked(NamedTuple):
    """Why something isn't possible, as a refusal."""

    code: str
    message: str
    hint: str | None = None

    def refusal(self) -> Refusal:
        """The refusal to raise."""
        return Refusal(self.code, self.message, self.hint)


class ServedChain(NamedTuple):
    """A chain that devices are shown: inventory entries, leaf first. ``since`` is when it came into use, or when
    devices last lost a certificate of it (Unix time). ``everywhere``: every device trusts it; ``top`` names the
    certificate that a device must trust, and ``complete`` says whether that is a root."""

    ids: tuple[int, ...]
    since: int
    everywhere: bool
    top: str
    complete: bool = True


Span = tuple[int, int]
"""A span of time in Unix seconds, its end excluded."""


class Gate(NamedTuple):
    """The gate. ``enroll`` and ``act`` say per platform why no device can enroll and why security actions wait;
    ``check_in`` says why the server is unreachable. ``enroll_since`` is when enrolling last became possible again (Unix
    time).

    ``to_enroll`` and ``to_check_in`` are the chains that a device must trust for it. ``outages`` are the periods in
    which the server was unreachable, as Unix times; the last end is None while it lasts. ``no_push`` are the simulated
    outages in which no push reaches a platform's devices, past and planned.
    """

    issued: bool = True
    check_in: Blocked | None = None
    enroll: Mapping[Platform, Blocked] = {}
    act: Mapping[Platform, Blocked] = {}
    enroll_since: Mapping[Platform, int] = {}
    to_enroll: tuple[ServedChain, ...] = ()
    to_check_in: tuple[ServedChain, ...] = ()
    anchors: Mapping[int, TrustAnchor] = {}
    outages: tuple[tuple[int, int | None], ...] = ()
    no_push: Mapping[Platform, tuple[Span, ...]] = {}


OPEN = Gate()
"""Everything is possible."""
