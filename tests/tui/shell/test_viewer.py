"""A viewer at the shell looks at everything in the console, and changes nothing."""

from __future__ import annotations

import pytest

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR], ids=str)
async def test_a_viewer_changes_nothing(workspace: Workspace, console: Open, role: Role) -> None:
    workspace.inventory.import_from(CertificateSource(data=issue("mdm.example.com").pem, name="mdm.pem"))
    lines = workspace.audit.tail(1)
    workspace.actor.own = Actor("vera", role=role)
    async with console(size=(120, 40)) as pilot:
        await pilot.press("2", "d")
        await paste(pilot, "mine")
        await pilot.press("enter")
        await shows(pilot, "not-permitted" if role is Role.VIEWER else "mine")
    assert (workspace.audit.tail(1) == lines) == (role is Role.VIEWER)
