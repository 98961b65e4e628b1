"""Deleting devices: the question tells what it does, and nothing happens before it is answered."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from certfleet.store.moments.moments import Moments
from certfleet.store.workspace import Workspace
from certfleet.tui.devices import deletion_question
from certfleet.tui.lists.list_table import ListTable

from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_devices import DEVICES, fill


def rows(pilot: Pilot[None]) -> int:
    return len(pilot.app.screen.query_one("#table", ListTable).rows)


def ids(workspace: Workspace) -> set[int]:
    return {device.id for device in workspace.devices.all()}


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_a_device_is_deleted_after_the_effects_are_told(
    console: Open, workspace: Workspace, size: tuple[int, int]
) -> None:
    fill(workspace)
    async with console(size=size) as pilot:
        await pilot.press("3")
        await shows(pilot, "× must re-enroll")
        bar = text_of(pilot).splitlines()[-1]
        assert "x Delete" in bar and "space Select" in bar
        await pilot.press("slash")
        await paste(pilot, "id:2")
        await pilot.press("enter", "x")
        await shows(pilot, "Delete #2 ")
        await shows(pilot, "STRANDS: 1 device (1 iOS)")
        await shows(pilot, "It would have to")
        await pilot.press("enter")
        await until(pilot, lambda: "Delete #2 " not in text_of(pilot))
        assert 2 in ids(workspace)

        await pilot.press("x")
        await shows(pilot, "STRANDS: 1 device (1 iOS)")
        await pilot.press("y")
        await shows(pilot, "Deleted 1 device: 1 iOS.")
        assert ids(workspace) == set(range(1, len(DEVICES) + 1)) - {2}
        assert [device.id for device in workspace.deletions.all()] == [2]


@pytest.mark.parametrize(("goes_back", "said"), [(False, "This can't be undone."), (True, "M on Simulator.")])
async def test_the_question_says_whether_the_workspace_goes_back(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, goes_back: bool, said: str
) -> None:
    monkeypatch.setattr(Moments, "goes_back", goes_back)
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3")
        await shows(pilot, "× must re-enroll")
        await pilot.press("x")
        await shows(pilot, said)
        await shows(pilot, "Undo:")
        assert "Undo: set it back" not in text_of(pilot), "it was to enroll again before, yet is gone for good"
        assert "certfleet moment" not in text_of(pilot)


@pytest.mark.parametrize("many", [2_000, 1], ids=["here", "on a copy"])
async def test_selected_devices_are_deleted_even_where_the_filter_hides_them(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(deletion_question, "MANY", many)
    fill(workspace)
    async with console() as pilot:
        await pilot.press("3")
        await until(pilot, lambda: rows(pilot) == len(DEVICES))
        await pilot.press("ctrl+a", "slash")
        await paste(pilot, "platform:ios")
        await pilot.press("enter", "x")
        await shows(pilot, f"Delete {len(DEVICES)} devices?")
        await shows(pilot, "8 selected devices not shown by the filter")
        await shows(pilot, "STRANDS:")
        await pilot.press("y")
        await shows(pilot, f"Deleted {len(DEVICES)} devices:")
        assert not ids(workspace)


async def test_a_device_is_deleted_on_its_own_page_which_closes(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:5")
        await pilot.press("enter", "enter")
        await shows(pilot, "#5 ")
        await pilot.press("x")
        await shows(pilot, "STRANDS:")
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.screen.query("#table"))
        assert 5 not in ids(workspace)


async def test_without_a_device_there_is_nothing_to_delete(console: Open) -> None:
    async with console() as pilot:
        await pilot.press("3", "x")
        await shows(pilot, "No device is chosen.")
