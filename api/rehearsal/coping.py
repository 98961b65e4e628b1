"""What a script made of a fault, judged by the calls that it made afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from .calls_made import CallMade
from .faults import FaultKind

EARLY = 0.05
"""Seconds that clocks may differ by: who waits for 2 s isn't told off for 1.96."""


class Coping(StrEnum):
    """What a script made of a fault."""

    REPEATED_WITH_EFFECT = "repeated-with-effect"
    REPEATED_WITHOUT_EFFECT = "repeated-without-effect"
    TOO_FAST = "retried-too-fast"
    WAITED = "waited"
    LOGGED_IN_AGAIN = "logged-in-again"
    WENT_ON_LOGGED_OUT = "went-on-logged-out"
    WENT_ON_WITH_HALF = "went-on-with-half"
    DID_THE_REST = "did-the-rest"
    WENT_ON_WITHOUT = "went-on-without"
    WENT_ON = "went-on"
    GAVE_UP = "gave-up"

    @property
    def is_bad(self) -> bool:
        """Whether it does a thing twice or not at all without noticing, or asks again too soon."""
        return self in _BAD


_BAD = (
    Coping.REPEATED_WITH_EFFECT,
    Coping.TOO_FAST,
    Coping.WENT_ON_LOGGED_OUT,
    Coping.WENT_ON_WITH_HALF,
    Coping.WENT_ON_WITHOUT,
)


class CopedFault(Struct, frozen=True, kw_only=True):
    """A fault, the call that it was injected into, and what the script made of it. ``later`` is the call that shows
    that, such as the repetition; ``count`` is how many calls were refused for want of a session."""

    call: CallMade
    coping: Coping
    later: CallMade | None = None
    count: int = 0


def judged(calls: Sequence[CallMade]) -> list[CopedFault]:
    """What was made of each fault, in the order of the calls."""
    return [_judged(call, [one for one in calls if one.number > call.number]) for call in calls if call.fault]


def _judged(call: CallMade, later: Sequence[CallMade]) -> CopedFault:
    again = next((one for one in later if one.repeats(call)), None)
    match call.fault:
        case FaultKind.LOST_ANSWER:
            return _after_a_lost_answer(call, again, later)
        case FaultKind.HALF_DONE:
            return _after_half(call, again, later)
        case FaultKind.SESSION_ENDS:
            return _after_a_session(call, later)
        case FaultKind.SLOW:
            if call.status is not None:
                return CopedFault(call=call, coping=Coping.WAITED)
            return _after_a_lost_answer(call, again, later)  # nobody was there any more to take it
        case _:
            return _after_a_turn_away(call, again, later)


def _after_a_lost_answer(call: CallMade, again: CallMade | None, later: Sequence[CallMade]) -> CopedFault:
    """The call was carried out, and its script doesn't know."""
    if again is None:
        return CopedFault(call=call, coping=Coping.WENT_ON if _others(later) else Coping.GAVE_UP)
    twice = bool(call.changed and any(one.changed for one in _repetitions(call, later)))
    coping = Coping.REPEATED_WITH_EFFECT if twice else Coping.REPEATED_WITHOUT_EFFECT
    shown = next((one for one in _repetitions(call, later) if one.changed), again)
    return CopedFault(call=call, coping=coping, later=shown)


def _after_half(call: CallMade, again: CallMade | None, later: Sequence[CallMade]) -> CopedFault:
    """The first half was carried out, and the answer was an error."""
    if again is not None:
        shown = next((one for one in _repetitions(call, later) if one.changed), again)
        return CopedFault(call=call, coping=Coping.DID_THE_REST, later=shown)
    other = next((one for one in later if (one.method, one.path) == (call.method, call.path)), None)
    if other is not None:
        return CopedFault(call=call, coping=Coping.DID_THE_REST, later=other)
    coping = Coping.WENT_ON_WITH_HALF if _others(later) else Coping.GAVE_UP
    return CopedFault(call=call, coping=coping)


def _after_a_session(call: CallMade, later: Sequence[CallMade]) -> CopedFault:
    """The call was refused, and so is every other until somebody logs in."""
    login = next((one for one in later if one.is_login and one.status == 200), None)
    before = [one for one in later if (login is None or one.number < login.number) and one.status == 401]
    if login is not None and not before:
        return CopedFault(call=call, coping=Coping.LOGGED_IN_AGAIN, later=login)
    if before:
        return CopedFault(call=call, coping=Coping.WENT_ON_LOGGED_OUT, later=login, count=len(before))
    return CopedFault(call=call, coping=Coping.GAVE_UP)


def _after_a_turn_away(call: CallMade, again: CallMade | None, later: Sequence[CallMade]) -> CopedFault:
    """Nothing was carried out, and the answer asked to wait."""
    if again is None:
        return CopedFault(call=call, coping=Coping.WENT_ON_WITHOUT if _others(later) else Coping.GAVE_UP)
    wait = call.retry_after or 0
    is_early = again.at - call.ended_at < wait - EARLY
    return CopedFault(call=call, coping=Coping.TOO_FAST if is_early else Coping.WAITED, later=again)


def _others(later: Sequence[CallMade]) -> list[CallMade]:
    """The calls that do something: logging out is how a script gives up, too."""
    return [one for one in later if not one.path.rstrip("/").endswith("/logout")]


def _repetitions(call: CallMade, later: Sequence[CallMade]) -> Iterator[CallMade]:
    return (one for one in later if one.repeats(call))
