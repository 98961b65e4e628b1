"""The top line says by a word and by its look whether this is the real site."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from certfleet.tui.shell.masthead import HATCHED, SOLID
from tests.material import NOW

from ..conftest import Open
from ..driving import shows, text_of


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
async def test_solid_or_hatched(console: Open, tmp_path: Path, size: tuple[int, int]) -> None:
    with Workspace.open(tmp_path / "site") as workspace:
        async with console(workspace, size=size) as pilot:
            await shows(pilot, " REAL ")
            top = text_of(pilot).splitlines()[0]
            assert SOLID * 3 in top
            assert HATCHED not in top
            workspace.site.set(protected_name="Production")
            await shows(pilot, " PROTECTED ")
    with Workspace.open(tmp_path / "fleet", start=NOW) as workspace:
        async with console(workspace, size=size) as pilot:
            await shows(pilot, " SIMULATED ")
            top = text_of(pilot).splitlines()[0]
            assert HATCHED * 3 in top
            assert SOLID not in top
