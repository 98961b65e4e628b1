"""What the certificates of the server, the gateway and the push service let devices do at a time.

``store.impact`` makes it out of its consequences; enrollment, check-in, security actions and the simulator obey it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..errors import Refusal
from ..model.device import Platform
from ..model.trust import TrustAnchor


class Blocked(NamedTuple):
    """Why something isn't possible, in the words of a refusal."""

    code: str
    message: str
    hint: str | None = None

    def refusal(self) -> Refusal:
        """As it is raised."""
        return Refusal(self.code, self.message, self.hint)


class ServedChain(NamedTuple):
    """A chain that a device is shown: entries of the inventory, the leaf first. ``since`` is when it came into use, or
    when devices last lost a certificate of it (Unix time). ``everywhere`` says that every device trusts it; ``top`` is
    what a device has to trust, in words, and ``complete`` whether that is a root."""

    ids: tuple[int, ...]
    since: int
    everywhere: bool
    top: str
    complete: bool = True


class Gate(NamedTuple):
    """``enroll`` and ``act`` say for each platform why nobody enrolls, and why security actions wait; ``check_in`` why
    nobody reaches the server. ``enroll_since`` is when enrolling last became possible again (Unix time).

    ``to_enroll`` and ``to_check_in`` are the chains that a device has to trust for it. ``outages`` are the times in
    which nobody reached the server, as Unix times, the end of the last None while it lasts.
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


OPEN = Gate()
"""Everything is possible."""
