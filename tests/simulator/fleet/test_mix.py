"""The shares of the platforms are the same in whatever order they are said, or kept."""

from __future__ import annotations

from pathlib import Path

from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace

from ..conftest import MONDAY, Draw

MIX = {Platform.WINDOWS: 40, Platform.IOS: 35, Platform.ANDROID: 25}


def platforms(workspace: Workspace) -> list[Platform]:
    return [device.platform for device in workspace.devices.all()]


def test_another_order_gives_the_same_fleet(fleet: Draw) -> None:
    turned = dict(reversed(MIX.items()))
    assert platforms(fleet(devices=60, mix=MIX)) == platforms(fleet(devices=60, mix=turned))


def test_a_fleet_that_was_interrupted_is_finished_in_a_copy(fleet: Draw, small_batches: None, tmp_path: Path) -> None:
    """An export sorts the names in it."""
    plan = FleetPlan(devices=250, mix=MIX)
    with Workspace.open(tmp_path / "workspace", start=MONDAY) as workspace:
        asked: list[int] = []
        draw_fleet(workspace, plan, stop=lambda: asked.append(1) or len(asked) > 1)  # type: ignore[func-returns-value]
        assert 0 < workspace.devices.records.count() < plan.devices
        workspace.export_json(tmp_path / "export.json")
    key = tmp_path / "workspace" / "vault.key"
    data = (tmp_path / "export.json").read_bytes()
    Workspace.import_json(data, tmp_path / "copy", key_file=key)
    with Workspace.open(tmp_path / "copy") as copy:
        draw_fleet(copy, plan)
        assert platforms(copy) == platforms(fleet(devices=plan.devices, mix=MIX))
