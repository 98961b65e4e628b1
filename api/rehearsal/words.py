"""What a rehearsal tells: its calls, its faults and what was made of them, as JSON and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ...simulator.forecast.playing_on import PlayedOn
from ...store.words import plural
from ..server.surfaces import PRODUCT
from .calls_made import CallMade
from .coping import CopedFault, Coping
from .faults import FaultKind, Faults

FAULTS = {
    FaultKind.TOO_MANY: "was answered with 429",
    FaultKind.SESSION_ENDS: "met the end of its session (401)",
    FaultKind.LOST_ANSWER: "was carried out, and its answer was lost",
    FaultKind.HALF_DONE: "was carried out for the first half of its records, and answered with 500",
    FaultKind.UNAVAILABLE: "was answered with 503",
    FaultKind.SLOW: "was answered late",
}
MOST_SHOWN = 60
"""Calls that are listed for people; JSON has all of them."""


def call_document(call: CallMade) -> dict[str, Any]:
    """A call as JSON."""
    return {
        "number": call.number,
        "at": call.at,
        "method": call.method,
        "path": call.path,
        "account": call.account,
        "status": call.status,
        "code": call.code,
        "message": call.message,
        "refused": [{"id": one.id, "code": one.code} for one in call.refused],
        "changed": call.changed,
        "fault": call.fault,
    }


def call_answer(call: CallMade) -> str:
    """How it was answered: the status, or that there was no answer."""
    return "none" if call.status is None else str(call.status)


def path_text(call: CallMade) -> str:
    """Its path; those of the product without their beginning, as in its documentation."""
    return call.path.removeprefix(f"{PRODUCT.prefix}/")


def call_text(call: CallMade) -> str:
    """What it changed, or why it was refused; and its fault."""
    parts = [call.code] if call.code is not None else [call.changed] if call.changed else []
    if call.refused:
        codes = Counter(one.code for one in call.refused)
        parts.append("refused: " + ", ".join(f"{count:,} {code}" for code, count in codes.items()))
    if call.fault is not None:
        parts.append(f"fault: {call.fault}")
    return "; ".join(parts)


def calls_text(calls: Sequence[CallMade]) -> str:
    """How many there were."""
    refused = sum(one.is_refused for one in calls)
    said = f"It made {plural(len(calls), 'call')}"
    return f"{said}, of which {refused:,} {'was' if refused == 1 else 'were'} refused" if refused else said


def fault_document(one: CopedFault) -> dict[str, Any]:
    """A fault as JSON."""
    return {
        "call": one.call.number,
        "kind": one.call.fault,
        "coping": one.coping,
        "bad": one.coping.is_bad,
        "later_call": None if one.later is None else one.later.number,
        "said": fault_text(one),
    }


def faults_document(faults: Faults, found: Sequence[CopedFault]) -> dict[str, Any]:
    """What was injected, and what was made of it."""
    return {
        "seed": faults.seed,
        "kinds": list(faults.kinds),
        "share": faults.share / 100,
        "injected": [fault_document(one) for one in found],
    }


def faults_lines(faults: Faults, found: Sequence[CopedFault]) -> Iterator[str]:
    """The same for people; what is bad comes last."""
    if not found:
        yield f"No fault was injected (seed {faults.seed}): try another seed, or a larger share"
        return
    bad = sum(one.coping.is_bad for one in found)
    said = "it did no harm" if not bad else f"{bad:,} went wrong"
    yield f"{plural(len(found), 'fault')} injected (seed {faults.seed}); {said}:"
    for one in sorted(found, key=lambda one: one.coping.is_bad):
        yield f"  {fault_text(one)}"


def fault_text(one: CopedFault) -> str:
    """A fault and what was made of it, in a sentence."""
    call = one.call
    assert call.fault is not None
    name = f"call {call.number} ({call.method} {path_text(call)})"
    wait = "" if not call.retry_after else f", with Retry-After: {call.retry_after}"
    return f"{name} {FAULTS[call.fault]}{wait}: {_coping(one)}"


def _coping(one: CopedFault) -> str:
    call, later = one.call, one.later
    number = "" if later is None else f"call {later.number}"
    waited = "" if later is None else f"{max(later.at - call.ended_at, 0):.1f} s"
    match one.coping:
        case Coping.REPEATED_WITH_EFFECT:
            assert later is not None
            return (
                f"{number} repeated a {call.method} that had been carried out, and it took effect twice "
                f"({call.changed}; then {later.changed})"
            )
        case Coping.REPEATED_WITHOUT_EFFECT:
            return f"{number} repeated it, which changed nothing more"
        case Coping.TOO_FAST:
            return f"{number} repeated it after {waited}, without waiting"
        case Coping.WAITED:
            return "it waited" if later is None else f"it waited {waited}, and {number} repeated it"
        case Coping.LOGGED_IN_AGAIN:
            return f"it logged in again ({number})"
        case Coping.WENT_ON_LOGGED_OUT:
            again = "" if later is None else f" before it logged in again ({number})"
            return f"it went on without a session, and {plural(one.count, 'call')} had 401{again}"
        case Coping.WENT_ON_WITH_HALF:
            return "it went on with half of it done"
        case Coping.DID_THE_REST:
            return f"{number} did the rest"
        case Coping.WENT_ON_WITHOUT:
            return "it went on as if it had been done"
        case Coping.WENT_ON:
            return "it went on without repeating it"
        case Coping.GAVE_UP:
            return "it gave up"


def played_document(played: PlayedOn) -> dict[str, Any]:
    """What time has led to, with the script and without it."""
    return {
        "until": played.changed.until,
        "with_script": _figures(played, changed=True),
        "without_script": _figures(played, changed=False),
    }


def played_text(played: PlayedOn, until: str) -> str:
    """The same in a sentence."""
    ours, others = _figures(played, changed=True), _figures(played, changed=False)
    figures = ", ".join(
        f"{ours[name]:,} {name.replace('_', ' ')} ({others[name]:,} without the script)"
        for name in ours
        if ours[name] or others[name]
    )
    figures = figures or "no renewal, no enrollment, nobody stranded"
    return f"Played on to {until}: {figures}. The difference to the same time without the script:"


def _figures(played: PlayedOn, *, changed: bool) -> dict[str, int]:
    one = played.changed if changed else played.without
    return {
        "renewals": one.renewals,
        "enrollments": one.enrollments,
        "devices_stranded": sum(stranded.devices for stranded in one.stranded),
    }
