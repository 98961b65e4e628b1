"""A moment, and two that are compared: their documents and their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from msgspec import Struct

from ..devices.counts import describe
from ..model.device import DeviceState
from ..model.kept_moment import KeptMoment
from ..moments.compared_state import ComparedState
from ..moments.moments import title_of
from ..words import minute, plural
from .documents import document, document_type

MomentDocument = document_type(
    "MomentDocument", KeptMoment, "A moment of the workspace.", without=("number", "same_until"), title=str
)


def moment_document(moment: KeptMoment) -> Struct:
    """The document of a moment."""
    return document(MomentDocument, moment, title=title_of(moment))


def moment_choice(moment: KeptMoment) -> str:
    """``2026-01-07 00:00, 'before the rotation'`` or ``2026-01-07 00:00, before: certificate 4 deleted``."""
    which = f"before: {moment.before}" if moment.name is None else repr(moment.name)
    return f"{minute(moment.at)}, {which}"


def moment_text(moment: KeptMoment) -> str:
    """``moment 'before the rotation', at 2026-01-07 00:00, after 1,204 events``."""
    return f"{title_of(moment)}, at {minute(moment.at)}, after {moment.events:,} events"


class _Comparison(Protocol):
    @property
    def first(self) -> ComparedState: ...
    @property
    def second(self) -> ComparedState: ...


def comparison_document(found: _Comparison) -> dict[str, Any]:
    """Both states with their time, event log and devices, and whether the same has happened to their devices."""
    return {
        "first": _state_document(found.first),
        "second": _state_document(found.second),
        "same_events": found.first.log == found.second.log,
    }


def comparison_lines(first: ComparedState, second: ComparedState) -> Iterator[str]:
    """A line for each state; then how their devices differ in state and CA group."""
    for letter, state in (("A", first), ("B", second)):
        total = plural(state.counts.total, "device")
        yield f"{letter}: {state.title}: {minute(state.at)}, {total}, {state.log.count:,} events"
    for what, one, other in (
        *((state.value, first.counts.states[state], second.counts.states[state]) for state in DeviceState),
        *(
            (f"certificate of {group}", first.counts.groups[group], second.counts.groups[group])
            for group in sorted({*first.counts.groups, *second.counts.groups})
        ),
    ):
        if one != other:
            yield f"{what}: {one:,} in A, {other:,} in B"


def _state_document(state: ComparedState) -> dict[str, Any]:
    return {
        "title": state.title,
        "at": state.at,
        "event_log": {"count": state.log.count, "sha256": state.log.sha256},
        "devices": describe(state.counts),
    }
