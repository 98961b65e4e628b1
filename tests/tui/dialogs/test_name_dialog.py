"""In a protected workspace its name is typed before something stops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue

from ..checklist.steps import go_to, take
from ..conftest import Open
from ..driving import shows, until


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "site", actor=Actor("ann"), clock=FixedClock(NOW)) as workspace:
        workspace.components.bind("saml", take(workspace, issue("saml.example.com")))
        workspace.site.set(protected_name="Production")
        yield workspace


async def test_the_name_takes_the_place_of_y(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "● valid")
        await pilot.press("B")
        await shows(pilot, "STOPS: users have to sign on")
        await pilot.press("y")
        await shows(pilot, "Production is protected: type its name")
        await pilot.press(*"production", "enter")
        await shows(pilot, "that is not the workspace's name")
        assert workspace.components.list()[0].certificate_id is not None
        await pilot.press("ctrl+u", *"Production", "enter")
        await until(pilot, lambda: workspace.components.list()[0].certificate_id is None)


async def test_esc_leaves_everything(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await go_to(pilot, "need:saml")
        await shows(pilot, "● valid")
        await pilot.press("B")
        await shows(pilot, "STOPS: users have to sign on")
        await pilot.press("y")
        await shows(pilot, "type its name")
        await pilot.press("escape", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert workspace.components.list()[0].certificate_id is not None
