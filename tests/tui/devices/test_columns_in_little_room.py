"""Which columns the list of devices shows in 80 cells, before anybody has chosen some."""

from __future__ import annotations

from certfleet.tui.devices.columns import FLEET
from certfleet.tui.lists.columns import lay_out
from certfleet.tui.lists.line_painter import GUTTER


def shown(width: int) -> list[str]:
    usual = [column for column in FLEET if not column.optional]
    return [slot.column.name for slot in lay_out(usual, width - 1, GUTTER)]


def test_who_which_platform_and_when_seen_have_room_in_80_cells() -> None:
    assert shown(80) == ["state", "days", "device", "platform", "owner", "seen"]


def test_what_waits_and_the_group_come_with_more_room() -> None:
    assert {"issuer", "pending"} <= set(shown(120))
    assert shown(60) == ["state", "days", "device", "owner"]
