"""Importing devices from an export in the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import paste, shows, text_of

EXPORT = """\
platform,serial_number,os_version,owner,last_check_in,issuer,not_after
ios,F2LX10A7KXKN,18.1,Ben Okafor,2025-01-10T08:00:00Z,Example CA,2099-12-20
windows,PF4XK2L9,10.0.22631.1,Anna Groß,2025-01-09T08:00:00Z,Example CA,2099-12-20
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "devices.csv"
    path.write_text(EXPORT)
    return path


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_an_export_is_looked_into_tried_and_imported(
    console: Open, workspace: Workspace, export: Path, size: tuple[int, int]
) -> None:
    async with console(size=size) as pilot:
        await pilot.press("3")
        await shows(pilot, "i imports real ones")
        await pilot.press("i")
        await shows(pilot, "Import devices")
        await paste(pilot, str(export))
        await pilot.press("enter")
        await shows(pilot, "columns by certfleet's names")
        await shows(pilot, "1 iOS device: not there → enrolled")
        await pilot.press("enter")
        await shows(pilot, "2 lines: 2 imported")
        await pilot.press("escape")
        await shows(pilot, "F2LX10A7KXKN")
        assert "No device yet" not in text_of(pilot)
    assert [device.owner for device in workspace.devices.all()] == ["Ben Okafor", "Anna Groß"]


async def test_refused_lines_are_listed_with_the_reason(console: Open, workspace: Workspace, export: Path) -> None:
    export.write_text(EXPORT + "linux,A1,6.1,,,,\nios,,18.1,,,,\n")
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "i")
        await shows(pilot, "Import devices")
        await paste(pilot, str(export))
        await pilot.press("enter")
        await shows(pilot, "columns by certfleet's names")
        await pilot.press("enter")
        await shows(pilot, "4 lines: 2 imported, 2 refused")
        await shows(pilot, "platform-unknown")
        await shows(pilot, "identity-missing")


async def test_a_file_with_other_columns_is_refused_at_once(console: Open, workspace: Workspace, export: Path) -> None:
    export.write_text("Name;Größe\na;1\n")
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "i")
        await shows(pilot, "Import devices")
        await paste(pilot, str(export))
        await pilot.press("enter")
        await shows(pilot, "no column identifies devices")
        await shows(pilot, "Name a mapping file")
    assert workspace.devices.all() == []
