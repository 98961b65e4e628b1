"""A difference in words: counts first, harm last, and no more lines than fit."""

from __future__ import annotations

import pytest

from certfleet.store.components.capabilities import Capability, Level
from certfleet.store.effects.effects import Alteration, CapabilityEffect, DeviceEffect, Effects, Undo
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.views.effects import NO_DIFFERENCE, effect_lines, harm_of

LOST = DeviceEffect(
    platform=Platform.IOS, before=DeviceState.ENROLLED, after=DeviceState.MUST_RE_ENROLL, ids=tuple(range(1, 287))
)
STOPPED = CapabilityEffect(
    alteration=Alteration.STOPS,
    capability=Capability.ENROLL,
    level=Level.STOPPED,
    need="apns",
    name="",
    seen="no iOS or macOS device can enroll",
    platforms=(Platform.IOS, Platform.MACOS),
    devices=286,
    at=None,
    was_at=None,
)
HARM = Effects(
    capabilities=(STOPPED,),
    devices=(LOST,),
    notices=tuple(f"notice {number}" for number in range(20)),
    undo=Undo(possible=False, how="gone"),
)


def test_an_empty_difference_is_said() -> None:
    assert [line.text for line in effect_lines(Effects())] == [NO_DIFFERENCE]


def test_counts_come_first_and_harm_last() -> None:
    lines = [line.text for line in effect_lines(HARM)]
    assert len(lines) == 12
    assert lines[0] == "286 devices stranded, 1 part of the deployment stops, 20 notices"
    assert lines[1] == "286 iOS devices: enrolled → must re-enroll"
    assert lines[-3:-1] == ["… and 14 more", "Undo: not possible: gone"]
    assert lines[-1] == harm_of(HARM) == "STOPS: no iOS or macOS device can enroll. STRANDS: 286 devices (286 iOS)"


@pytest.mark.parametrize("longest", range(13))
def test_in_little_room_counts_and_harm_are_left(longest: int) -> None:
    lines = [line.text for line in effect_lines(HARM, longest=longest)]
    assert len(lines) <= max(4, longest)
    assert (lines[0].split(",")[0], lines[-1]) == ("286 devices stranded", harm_of(HARM))


def test_a_control_character_in_a_name_is_written_out() -> None:
    effects = Effects(tasks=("renew \x1b[31m",))
    assert "\x1b" not in "".join(line.text for line in effect_lines(effects))
