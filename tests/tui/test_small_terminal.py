"""At 40x12, as in a corner of a terminal multiplexer, every screen shows where one is, rows, and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import NOW

from .conftest import Open
from .driving import shows, text_of, until
from .sample_fleet import add_history
from .sample_inventory import fill
from .sample_policies import roll_out

SMALL = (40, 12)


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


@pytest.mark.parametrize(
    ("keys", "tab", "row"),
    [
        pytest.param("1", "1 Overview", "▲ 2026-01-09", id="overview"),
        pytest.param("2", "2 Certs", "× expired", id="certificates"),
        pytest.param("3", "3 Devices", "× must re-enroll", id="devices"),
        pytest.param("4", "4 CAs", "├─ Root CA", id="authorities"),
        pytest.param("5", "5 Policies", "Field VPN", id="policies"),
        pytest.param("50", "5 Policies", "F2LX", id="device-certificates"),
        pytest.param("6", "6 Check", "SSL for MDM FQDN", id="checklist"),
        pytest.param("7", "7 Sim", "200┤▒", id="simulator"),
        pytest.param("8", "8 Notices", "▲ urgent", id="notices"),
        pytest.param("9", "9 Audit", "alice", id="audit"),
    ],
)
async def test_rows_are_shown(console: Open, busy: Workspace, keys: str, tab: str, row: str) -> None:
    async with console(busy, size=SMALL, deliver=False) as pilot:
        await pilot.press(*keys)
        await shows(pilot, tab)
        await shows(pilot, row)
        await until(pilot, lambda: "? Help" in text_of(pilot).splitlines()[-1])
        lines = text_of(pilot).splitlines()

    assert tab in lines[1]  # the first line of the masthead takes no second one
    assert len(lines) == SMALL[1]
