"""Forecasts of real fleets, of several plans and seeds, and the counting behind them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.forecast.comparing import forecasts, percentile
from certfleet.simulator.forecast.copying import basis_of, forecast_copy
from certfleet.simulator.forecast.fleet_watch import Count
from certfleet.simulator.forecast.forecasting import PlanFile, run_ahead
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun, run_plan
from certfleet.store.clock import FixedClock
from certfleet.store.model.component import Use
from certfleet.store.model.device import DeviceIdentity, DeviceState, Platform
from certfleet.store.persistence.copies.layered import LayeredEngine
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.simulator.forecast.one_forecast import forecast_of
from tests.store.devices.handset import signing_request

from ..conftest import MONDAY, Draw, put

RENEWAL = PlanFile(
    read_plan(
        """
[[action]]
do = "refresh-authority"
after = "1d"
[[action]]
do = "renew"
after = "3d"
""",
        "renewal",
    )
)


def real_fleet(devices: int, silent_for: timedelta = timedelta(days=1)) -> Workspace:
    """An inventory with the machine's kind of clock, whose devices enrolled by themselves 300 days ago."""
    clock = FixedClock(MONDAY - timedelta(days=300))
    workspace = Workspace.open(None, clock=clock)
    workspace.components.set_use("apns", Use.NOT_USED)
    for number in range(devices):
        platform = (Platform.ANDROID, Platform.WINDOWS)[number % 2]
        identity = DeviceIdentity(platform=platform, serial_number=f"REAL{number:04}")
        workspace.devices.enroll(workspace.devices.add(identity).id, signing_request(ec_key()))
    clock.at = MONDAY
    workspace.settle()
    for device in workspace.devices.all():
        put(workspace, replace(device, last_check_in=MONDAY - silent_for))
    return workspace


def test_a_real_fleet_is_forecast_by_the_habits_of_its_platforms() -> None:
    workspace = real_fleet(12)
    before = workspace.database.storage.read()
    nothing, renewal = forecasts(workspace, MONDAY + timedelta(days=120), [None, RENEWAL])
    assert workspace.database.storage.read() == before

    assert (nothing.devices, nothing.started_at, nothing.until) == (12, MONDAY, MONDAY + timedelta(days=120))
    assert sum(one.out for one in nothing.out) > 8  # the certificates end after 65 days
    assert (nothing.assumptions.drawn_habits, nothing.assumptions.assumed_ends) == (12, 0)
    assert "stranded" in nothing.assumptions.resting
    assert renewal.renewals >= 5
    assert {one.platform for one in renewal.stranded} <= {Platform.WINDOWS, Platform.ANDROID}
    assert renewal.device_days_lost["check-in"] < nothing.device_days_lost["check-in"]


def test_a_large_fleet_is_read_where_it_is(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "fleet", devices=60, churn=20)
    user, until = workspace.actor.user, workspace.now() + timedelta(days=45)
    before = workspace.database.storage.read()
    layered = basis_of(workspace, least=20)
    assert isinstance(layered, LayeredEngine)
    for seed in (0, 3):
        in_memory = run_ahead(basis_of(workspace), user, until, RENEWAL, seed=seed)
        assert in_memory.renewals > 20
        assert run_ahead(layered, user, until, RENEWAL, seed=seed) == in_memory
    assert workspace.database.storage.read() == before


def test_a_device_that_has_been_silent_for_long_does_not_come_back() -> None:
    until = MONDAY + timedelta(days=5)
    assert forecast_of(real_fleet(2), until).assumptions.taken_for_gone == 0
    assert forecast_of(real_fleet(2, timedelta(days=91)), until).assumptions.taken_for_gone == 2


def test_devices_known_by_an_import_alone_have_certificates_on_paper() -> None:
    workspace = Workspace.open(None, clock=FixedClock(MONDAY))
    workspace.components.set_use("apns", Use.NOT_USED)
    ends = (MONDAY + timedelta(days=20), None, None)
    began = (None, MONDAY - timedelta(days=700), None)
    for number, (end, enrolled_at) in enumerate(zip(ends, began, strict=True)):
        device = workspace.devices.add(DeviceIdentity(platform=Platform.ANDROID, serial_number=f"REAL{number:04}"))
        seen = MONDAY - timedelta(hours=30)
        known = replace(device, state=DeviceState.ENROLLED, last_check_in=seen, not_after=end, enrolled_at=enrolled_at)
        put(workspace, known)
    found = forecast_of(workspace, MONDAY + timedelta(days=400))
    assert (found.assumptions.drawn_habits, found.assumptions.assumed_ends) == (3, 2)
    assert found.days[0].in_service == found.days[1].in_service == 3
    assert sum(one.out for one in found.out) == 3
    assert found.out[0].day > MONDAY.date()


def test_secrets_stay_behind(fleet: Draw) -> None:
    workspace = fleet(devices=3)
    basis = basis_of(workspace)
    assert not {"vault_secrets", "vault_keys", "audit"} & set(basis.tables())
    with forecast_copy(basis, "alice").workspace as copy:
        key = copy.authorities.all()[1].public_key_sha256
        assert copy.vault.get(SecretKind.AUTHORITY_KEY, key) is None
        assert workspace.vault.get(SecretKind.AUTHORITY_KEY, key) is not None


def test_forecasts_are_the_same_whoever_makes_them(fleet: Draw) -> None:
    workspace, until = fleet(devices=30, churn=350), MONDAY + timedelta(days=60)
    here = forecasts(workspace, until, [None, RENEWAL], seeds=3)
    with ThreadPoolExecutor(3) as pool:
        assert forecasts(workspace, until, [None, RENEWAL], seeds=3, executor=pool) == here
    assert here[0].spread != here[1].spread
    assert here[0].name == "do nothing"


def test_the_first_seed_is_what_will_happen_and_others_differ(fleet: Draw) -> None:
    workspace, until = fleet(devices=60), MONDAY + timedelta(days=90)
    first, second = forecast_of(workspace, until), forecast_of(workspace, until, seed=1)
    assert first.assumptions.resting == ()
    assert (first.devices, first.in_service_at_end) != (second.devices, second.in_service_at_end) or (
        first.event_log_sha256 != second.event_log_sha256
    )
    assert forecast_of(workspace, until, seed=1) == second


def test_an_empty_workspace_has_a_forecast() -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        found = forecast_of(workspace, MONDAY + timedelta(days=30))
    assert (found.devices, found.stranded, found.device_days_lost) == (0, (), {})


def test_a_number_that_changes_in_steps() -> None:
    count = Count()
    for at, by in ((10, 5), (20, -2), (20, 1), (40, -4)):
        count.step(at, by)
    curve = count.curve()
    assert [curve.at(time) for time in (0, 10, 19, 20, 39, 40, 99)] == [0, 5, 5, 4, 4, 0, 0]
    assert curve.area(0, 100) == 5 * 10 + 4 * 20
    assert curve.area(15, 25) == 5 * 5 + 4 * 5
    assert curve.area(25, 15) == 0


def test_percentiles() -> None:
    values = [float(number) for number in range(21)]
    assert [percentile(values, share) for share in (0.05, 0.5, 0.95)] == [1, 10, 19]
    assert percentile([3.0], 0.95) == 3


def test_a_plan_that_is_under_way_goes_on_in_a_forecast(fleet: Draw) -> None:
    workspace = fleet(devices=30)
    text = (
        '[[action]]\ndo = "refresh-authority"\nat = 2026-01-06\n[[action]]\ndo = "renew"\nafter = "2d"\nper_day = 10\n'
    )
    plan = PlanFile(read_plan(text, "rotation"))
    with Simulator(workspace) as simulator:
        run_plan(simulator, PlanRun(workspace, plan.plan), MONDAY + timedelta(days=2, hours=1))
    told = forecast_of(workspace, MONDAY + timedelta(days=20), plan)
    assert (told.performed, told.refused) == (2, ())
