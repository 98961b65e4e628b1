"""The faults that a rehearsal can inject: which call gets which, by a seed and the order of the calls."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from ...store.devices.schedule.chance import draw

RETRY_AFTER = 2
"""Seconds that a client is asked to wait."""

SLOW = 3.0
"""Seconds that a slow answer takes longer."""

SHARE = 25
"""The percentage of the calls that get a fault, unless it is said."""

_MOST = 2**32 - 1


class FaultKind(StrEnum):
    """What goes wrong."""

    TOO_MANY = "too-many"
    SESSION_ENDS = "session-ends"
    LOST_ANSWER = "lost-answer"
    HALF_DONE = "half-done"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"


class Faults(NamedTuple):
    """The faults of a rehearsal: the same seed injects the same ones into the same calls."""

    seed: int
    kinds: tuple[FaultKind, ...] = tuple(FaultKind)
    share: int = SHARE

    def of(self, number: int, possible: Collection[FaultKind]) -> FaultKind | None:
        """The fault of the call with this number (from 1), of those that are ``possible`` for it; None for none."""
        kinds = [kind for kind in self.kinds if kind in possible]
        if not kinds or draw(self.seed, number, 0) % 100 >= self.share:
            return None
        return kinds[draw(self.seed, number, 1) % len(kinds)]


def read_faults(text: str) -> Faults:
    """``seed=7``, with kinds and a share if wanted: ``seed=7,lost-answer,too-many,share=50%``. Raises ``ValueError``
    with the reason."""
    seed: int | None = None
    share, kinds = SHARE, list[FaultKind]()
    for word in (part.strip().lower() for part in text.split(",")):
        name, _, value = word.partition("=")
        if name == "seed" and re.fullmatch(r"[0-9]{1,10}", value) and int(value) <= _MOST:
            seed = int(value)
        elif name == "share" and re.fullmatch(r"[0-9]{1,3}%?", value) and 1 <= int(value.rstrip("%")) <= 100:
            share = int(value.rstrip("%"))
        elif word in list(FaultKind):
            kinds.append(FaultKind(word))
        else:
            raise ValueError(f"{word!r} is none of: seed=N, share=1% to 100%, {', '.join(FaultKind)}")
    if seed is None:
        raise ValueError("name a seed, such as seed=7: the same one injects the same faults")
    return Faults(seed, tuple(dict.fromkeys(kinds)) or tuple(FaultKind), share)


def possible_faults(*, is_login: bool, has_session: bool, changes: bool, can_be_halved: bool) -> tuple[FaultKind, ...]:
    """What can go wrong with a call. An answer is lost only after something was carried out, so of calls that change
    something; a call is half done only if it is for several records."""
    found = [FaultKind.TOO_MANY, FaultKind.UNAVAILABLE, FaultKind.SLOW]
    if has_session and not is_login:
        found.append(FaultKind.SESSION_ENDS)
    if changes:
        found.append(FaultKind.LOST_ANSWER)
    if changes and can_be_halved:
        found.append(FaultKind.HALF_DONE)
    return tuple(found)
