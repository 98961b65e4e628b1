"""The shares of the platforms don't depend on the order in which they are given or stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import replace

from certfleet.simulator.engine.state.simulation_record import put_simulation, simulation_of
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing, draw_fleet
from certfleet.simulator.fleet.mix import Mix
from certfleet.simulator.identities import IdentityFleet
from certfleet.store.model.device import Platform
from certfleet.store.model.simulation import SimulationRecord
from certfleet.store.workspace import Workspace

from ..conftest import MONDAY, Draw

SHARES = st.dictionaries(st.sampled_from(Platform), st.integers(0, 1_000_000), min_size=1)
MIX = {Platform.WINDOWS: 40, Platform.IOS: 35, Platform.ANDROID: 25}


def platforms(workspace: Workspace) -> list[Platform]:
    return [device.platform for device in workspace.devices.all()]


def test_the_mix_that_was_asked_for_is_kept() -> None:
    mix = Mix({Platform.IOS: 50, Platform.ANDROID: 30, Platform.WINDOWS: 20}, 600, b"key")
    assert Counter(map(mix.platform, range(600))) == {
        Platform.IOS: 300,
        Platform.ANDROID: 180,
        Platform.WINDOWS: 120,
    }


@given(SHARES.filter(lambda shares: any(shares.values())), st.integers(1, 300))
def test_no_platform_is_more_than_a_device_from_its_share(shares: dict[Platform, int], devices: int) -> None:
    mix, total = Mix(shares, devices, b"key"), sum(shares.values())
    count = Counter(map(mix.platform, range(devices)))
    for platform in Platform:
        assert abs(count[platform] - shares.get(platform, 0) * devices / total) < 1
        assert shares.get(platform) or not count[platform]


def test_a_fleet_that_was_begun_with_the_first_drawing_goes_on_with_it() -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        record = begin_drawing(workspace, FleetPlan(devices=40, mix=MIX))
        assert record.drawing > 1
        with workspace.database.transaction():
            put_simulation(workspace, replace(record, drawing=1))
        draw_fleet(workspace, FleetPlan(devices=40, mix=MIX))
        known = simulation_of(workspace)
        assert known is not None and known.drawing == 1
        fleet = IdentityFleet(record.seed, drawing=1)
        for device in workspace.devices.all():
            same = fleet.identity(device.id - 1, device.platform)
            assert (device.serial_number, device.os_version) == (same.serial_number, same.os_version)
            assert (device.device_name, device.language, device.enrollment_kind) == ("", "", None)
            assert device.carrier is None


def test_a_record_of_before_has_the_first_drawing() -> None:
    before = {"devices": 5, "seed": 7, "mix": {"ios": 1}, "check_in": None, "domain": "a.example", "drawn": 2}
    record = convert(before | {"started_at": "2026-01-05T00:00:00Z"}, SimulationRecord)
    assert (record.drawing, record.tables) == (1, {})


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
