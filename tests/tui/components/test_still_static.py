"""What is shown already isn't painted again: over a slow connection, each line that is sent costs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.components.still_static import StillStatic
from certfleet.tui.shell.following import NOTHING
from tests.material import NOW

from ..conftest import Open
from ..sample_fleet import add_history
from ..sample_inventory import fill
from ..sample_policies import roll_out
from ..settling import settled


class Counted(StillStatic):
    painted = 0

    def refresh(self, *regions: object, **how: object) -> Counted:
        self.painted += 1
        return super().refresh(*regions, **how)  # type: ignore[arg-type]  # as they come


class Shows(App[None]):
    def compose(self) -> ComposeResult:
        yield Counted("")


def facts(name: str, style: str = "bold") -> Group:
    table = Table.grid()
    table.add_row(Text("Name", style), name)
    return Group(Text("Facts"), table)


async def test_equal_tables_and_groups_are_painted_once() -> None:
    app = Shows()
    async with app.run_test() as pilot:
        await pilot.pause()
        one = app.query_one(Counted)
        one.update(facts("gateway"))
        await pilot.pause()
        before = one.painted
        one.update(facts("gateway"))
        assert one.painted == before
        for other in (facts("gateway 2"), facts("gateway 2", "dim"), Text("gateway"), facts("gateway")):
            before = one.painted
            one.update(other)
            assert one.painted > before
            await pilot.pause()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with something on every screen; nothing here changes it."""
    path: Path = tmp_path_factory.mktemp("busy") / "fleet"
    with Workspace.open(path, actor=Actor("alice"), start=NOW) as workspace:
        fill(workspace)
        roll_out(workspace)
        add_history(workspace)
        workspace.settle()
        yield workspace


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_while_nothing_changes_no_screen_is_painted(
    console: Open, busy: Workspace, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = list[Widget]()
    update = Compositor.update_widgets

    def note(compositor: Compositor, widgets: set[Widget]) -> None:
        painted.extend(widgets)
        update(compositor, widgets)

    monkeypatch.setattr(Compositor, "update_widgets", note)
    async with console(busy, size=size, deliver=False) as pilot:
        app = pilot.app
        assert isinstance(app, CertfleetApp)
        for keys in ("1", "2", "3", "4", "5", "50", "6", "60", "7", "70", "8", "9"):
            await pilot.press(*keys)
            await settled(pilot)
            for _ in range(2):  # all that was put off comes with the first
                painted.clear()
                app.spread(NOTHING)
                await settled(pilot)
            texts = [one for one in painted if not isinstance(one, ScrollBar)]  # of one column
            assert not texts, f"after {keys}: {texts}"
