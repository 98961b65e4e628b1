"""Generating a fleet: the same for a seed, real certificates, resumed after an interruption."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.engine.state.simulation_record import history, simulation_of
from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.drawn_parts import enroll_drawn
from certfleet.simulator.fleet.enrolling import re_enroll
from certfleet.simulator.fleet.fleet import (
    FleetPlan,
    begin_drawing,
    draw_fleet,
    first_monday,
    keep_drawn,
    prepare_clock,
)
from certfleet.store.devices.schedule.local_days import is_holiday
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.device import CertificateState, Device, DeviceIdentity, DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import issue

from ..conftest import MONDAY, THEY_COME, Draw


def described(workspace: Workspace) -> list[Device]:
    return workspace.devices.all()


def test_every_device_is_enrolled_with_a_certificate_of_the_past_year(fleet: Draw) -> None:
    workspace = fleet(devices=80)
    for device in workspace.devices.all():
        (certificate,) = workspace.devices.certificates(device.id)
        assert device.state is DeviceState.ENROLLED
        assert device.enrolled_at is not None
        assert timedelta(days=7) <= MONDAY - device.enrolled_at <= timedelta(days=330)
        assert certificate.state is CertificateState.ACTIVE
        assert certificate.not_before < MONDAY < certificate.not_after == device.not_after
        leaf, device_ca, root = workspace.devices.chain_of(certificate)
        leaf.verify_directly_issued_by(device_ca)
        device_ca.verify_directly_issued_by(root)


@pytest.mark.parametrize("seed", [7, 8])
def test_devices_were_enrolled_at_work_most_of_them_in_autumn_and_none_disappeared_before(seed: int) -> None:
    at_work, autumn = [], []
    with Workspace.open(None, start=MONDAY) as workspace:
        for one in Drawing.of(workspace, begin_drawing(workspace, FleetPlan(devices=1000, seed=seed))).newcomers(
            0, 1000
        ):
            assert one.device.habits is not None
            schedule = one.device.habits.schedule
            local = one.at.astimezone(ZoneInfo(schedule.zone))
            day = local.toordinal() - date(1970, 1, 1).toordinal()
            assert timedelta(days=7) <= MONDAY - one.at <= timedelta(days=330)
            assert schedule.gone_at is None or schedule.gone_at > one.at.timestamp()
            at_work.append(local.weekday() < 5 and 6 <= local.hour < 20 and not is_holiday(schedule.holidays, day))
            autumn.append(local.month in (9, 10, 11))
    assert sum(at_work) >= 999
    assert 350 < sum(autumn) < 500


def test_the_same_seed_gives_the_same_fleet_and_another_one_another(fleet: Draw, drawn: Draw) -> None:
    one, same, other = fleet(seed=7), drawn(seed=7, habits=THEY_COME), fleet(seed=8)
    assert described(one) == described(same)
    assert described(one) != described(other)
    assert one.devices.log_digest() == same.devices.log_digest() != other.devices.log_digest()


def test_workers_make_no_difference(fleet: Draw, drawn: Draw) -> None:
    one, two = fleet(devices=130), drawn(devices=130, workers=2, habits=THEY_COME)
    assert described(one) == described(two)
    assert one.devices.log_digest() == two.devices.log_digest()


def test_the_mix_says_how_many_of_each_platform(fleet: Draw) -> None:
    workspace = fleet(devices=200, mix={Platform.WINDOWS: 3, Platform.IOS: 1})
    platforms = Counter(device.platform for device in workspace.devices.all())
    assert platforms == {Platform.WINDOWS: 150, Platform.IOS: 50}


def test_habits_are_those_of_the_platform_and_the_plan(fleet: Draw) -> None:
    workspace = fleet(devices=60, check_in=timedelta(hours=2))
    for device in workspace.devices.all():
        assert device.habits is not None
        assert device.habits.schedule.interval == 7200
        assert (device.habits.restores > 0) == (device.platform is not Platform.WINDOWS)


def test_drawing_goes_on_where_it_was_interrupted(drawn: Draw, small_batches: None) -> None:
    whole = drawn(devices=150)
    workspace = Workspace.open(None, start=MONDAY)
    record = begin_drawing(workspace, FleetPlan(devices=150))
    drawing = Drawing.of(workspace, record)
    keep_drawn(workspace, record, next(enroll_drawn(drawing, drawing.material(workspace), 0, 150, None)))
    interrupted = simulation_of(workspace)
    assert interrupted is not None
    assert 0 < interrupted.drawn < 150

    assert draw_fleet(workspace, FleetPlan(devices=150)) == 150 - interrupted.drawn

    assert described(workspace) == described(whole)
    assert workspace.devices.log_digest() == whole.devices.log_digest()
    assert simulation_status(workspace) == simulation_status(whole)
    assert [sample.groups for sample in history(workspace)] == [{"default": 150}]


@pytest.mark.parametrize(
    "plan",
    [FleetPlan(devices=50), FleetPlan(devices=51), FleetPlan(devices=50, seed=8), FleetPlan(devices=50, churn=1)],
)
def test_a_second_fleet_is_refused(fleet: Draw, plan: FleetPlan) -> None:
    workspace = fleet(devices=50)
    with pytest.raises(Refusal, match="fleet-exists"):
        draw_fleet(workspace, plan)
    assert workspace.devices.counts().total == 50


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (FleetPlan(devices=0), "fleet-too-large"),
        (FleetPlan(devices=3_000_000), "fleet-too-large"),
        (FleetPlan(devices=5, mix={Platform.IOS: 0}), "mix-empty"),
        (FleetPlan(devices=5, churn=1001), "churn-invalid"),
    ],
)
def test_plans_that_nobody_can_draw(plan: FleetPlan, code: str) -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        with pytest.raises(Refusal, match=code):
            draw_fleet(workspace, plan)
        assert simulation_of(workspace) is None


def test_a_workspace_that_goes_by_the_wall_clock_has_no_fleet() -> None:
    with Workspace.open(None) as workspace, pytest.raises(Refusal, match="clock-is-wall"):
        draw_fleet(workspace, FleetPlan(devices=5))


def test_the_clock_of_an_empty_workspace_starts_on_monday() -> None:
    with Workspace.open(None) as workspace:
        prepare_clock(workspace, None)
        assert workspace.is_virtual
        assert workspace.now() == first_monday(datetime.now(UTC))
        assert workspace.now().weekday() == 0
        assert draw_fleet(workspace, FleetPlan(devices=5)) == 5


def test_an_inventory_is_not_turned_into_a_simulation_unasked() -> None:
    with Workspace.open(None) as workspace:
        workspace.inventory.import_from(CertificateSource(data=issue("mdm.example.com").pem, name="mdm.pem"))
        with pytest.raises(Refusal, match="workspace-holds-inventory"):
            prepare_clock(workspace, None)
        was_virtual = workspace.is_virtual
        prepare_clock(workspace, None, use_this_workspace=True)
        assert (was_virtual, workspace.is_virtual) == (False, True)
        assert abs(workspace.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_start_lies_within_what_the_cas_are_valid_for(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        with pytest.raises(Refusal, match="start-before-authorities"):
            prepare_clock(workspace, datetime(2020, 1, 6, tzinfo=UTC))
        assert not workspace.is_virtual
    with Workspace.open(tmp_path / "another", start=datetime(2020, 1, 6, tzinfo=UTC)) as workspace:
        prepare_clock(workspace, None)
        draw_fleet(workspace, FleetPlan(devices=3))
        assert workspace.now().year == 2020
        with pytest.raises(Refusal, match="clock-runs"):
            prepare_clock(workspace, MONDAY)


def test_a_user_re_enrolls_a_device_by_hand(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    group = workspace.authorities.refresh(ready_after=timedelta(0)).name
    (enrollment,) = re_enroll(workspace, [3])
    assert enrollment.device.issuer_group == group
    assert [certificate.state.value for certificate in workspace.devices.certificates(3)] == ["superseded", "active"]
    with pytest.raises(Refusal, match="device-unknown"):
        re_enroll(workspace, [99])


def test_devices_that_were_added_meanwhile_are_never_overwritten(small_batches: None) -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        draw_fleet(workspace, FleetPlan(devices=300), stop=lambda: True)
        own = workspace.devices.add(DeviceIdentity(platform=Platform.IOS, serial_number="REALDEVICE1"))
        with pytest.raises(Refusal, match="devices-exist"):
            draw_fleet(workspace, FleetPlan(devices=300))
        assert workspace.devices.get(own.id) == own


def test_an_unfinished_fleet_is_not_simulated(small_batches: None) -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        assert draw_fleet(workspace, FleetPlan(devices=300), stop=lambda: True) < 300
        with pytest.raises(Refusal, match="fleet-unfinished"), Simulator(workspace):
            pass
        draw_fleet(workspace, FleetPlan(devices=300))
        with Simulator(workspace):
            pass


def test_a_fleet_that_is_drawn_after_a_refresh_enrolled_with_the_group_of_its_time() -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        workspace.authorities.refresh(ready_after=timedelta(0))
        draw_fleet(workspace, FleetPlan(devices=30))
        assert workspace.devices.counts().groups == {"default": 30}
        for device in workspace.devices.all():
            (certificate,) = workspace.devices.certificates(device.id)
            assert certificate.not_before <= certificate.issued_at


def test_devices_check_in_every_hour_at_most() -> None:
    with Workspace.open(None, start=MONDAY) as workspace, pytest.raises(Refusal, match="check-in-invalid"):
        draw_fleet(workspace, FleetPlan(devices=3, check_in=timedelta(minutes=1)))
