"""A forecast and the workspace that is really run by the same plan: the same in every consequence, date and count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from certfleet.simulator.engine.state.outages import begin_outage
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.forecast.copying import basis_of, forecast_copy
from certfleet.simulator.forecast.forecasting import PlanFile, watched_run
from certfleet.simulator.plans.reading import read_plan
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import DeviceState
from certfleet.store.model.forecast import Forecast, ForecastAssumptions, OutReason
from certfleet.store.model.simulated_outage import OutageOf
from certfleet.store.views.forecasts.forecast import event_text
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.simulator.forecast.one_forecast import forecast_of
from tests.store.deployment import DAY, push, trusted, use

from ..conftest import MONDAY

OWNER = "it@company.example"
ROOT = issue("Company Root", is_ca=True, not_before=MONDAY - 400 * DAY, days=5000)
NOTHING_ASSUMED = ForecastAssumptions(seed=0, drawn_habits=0, taken_for_gone=0, assumed_ends=0, resting=())

ACTIONS = {
    "rotation": """
[[action]]
do = "refresh-authority"
after = "1d"
[[action]]
do = "renew"
after = "3d"
issuer = "default"
per_day = 15
[[action]]
do = "start-campaign"
after = "6d"
""",
    "renewal of APNs": f"""
[[action]]
do = "renew-apns"
after = "12d"
apple_id = "{OWNER}"
""",
    "renewal of APNs as somebody else": """
[[action]]
do = "renew-apns"
after = "9d"
apple_id = "someone.else@company.example"
anyway = true
""",
    "new gateway certificate": """
[[action]]
do = "replace-certificate"
after = "26d"
certificate = "gateway-ssl"
valid = "365d"
""",
}


def deployment(seed: int, devices: int, push_days: int, gateway_days: int) -> Workspace:
    """A fleet with a push certificate and a gateway certificate that end in so many days."""
    workspace = Workspace.open(None, start=MONDAY, actor=Actor("alice"))
    use(workspace, "apns", push(not_before=MONDAY - 10 * DAY, days=10 + push_days))
    workspace.apns.register(OWNER)
    gateway = issue("gw.company.example", issuer=ROOT, not_before=MONDAY - 10 * DAY, days=10 + gateway_days)
    trusted(workspace, "gateway-ssl", gateway)
    draw_fleet(workspace, FleetPlan(devices=devices, seed=seed))
    return workspace


def plan_of(names: list[str]) -> PlanFile | None:
    text = "".join(ACTIONS[name] for name in names)
    return PlanFile(read_plan(text, "tried")) if text else None


def really(workspace: Workspace, days: int, plan: PlanFile | None) -> Forecast:
    return watched_run(workspace, workspace.now() + timedelta(days=days), plan, NOTHING_ASSUMED)


PUSH = {"lapses": [], "renewed": ["renewal of APNs"], "somebody else's": ["renewal of APNs as somebody else"]}


@pytest.mark.slow
@pytest.mark.parametrize("push", PUSH)
@settings(max_examples=7)  # 21 seeds in all
@given(
    seed=st.integers(1, 10_000),
    push_days=st.integers(13, 42),
    gateway_days=st.integers(5, 42),
    others=st.permutations(["rotation", "new gateway certificate"]),
    count=st.integers(1, 2),
)
def test_whatever_happens_it_was_foreseen(
    push: str, seed: int, push_days: int, gateway_days: int, others: list[str], count: int
) -> None:
    names = [*PUSH[push], *others[:count]]
    workspace, plan = deployment(seed, 25, push_days, gateway_days), plan_of(names)
    foreseen = forecast_of(workspace, workspace.now() + timedelta(days=45), plan)
    assert really(workspace, 45, plan) == foreseen

    # It has happened, and not only been said twice.
    begun = Counter((one.since, one.capability) for one in workspace.impact.interruptions().list())
    assert begun == Counter((one.at, one.capability) for one in foreseen.events if not one.recovers)
    stops = {one.capability: one.at for one in foreseen.events if not one.recovers}
    assert (stops.get("device-management") == MONDAY + push_days * DAY) is (push == "lapses")
    replaced_in_time = "new gateway certificate" in names and gateway_days >= 26  # it is valid at its last moment
    assert (stops.get("store") == MONDAY + gateway_days * DAY) is not replaced_in_time
    lost = sum(one.devices for one in foreseen.stranded if one.reason is OutReason.PUSH_LOST)
    if push == "renewed":
        assert not lost
    else:  # all may have re-enrolled at the end
        assert any(day.stranded for day in foreseen.days)
    assert lost <= workspace.devices.counts().states[DeviceState.MUST_RE_ENROLL]
    assert set(foreseen.days[-1].groups) <= {"default", "group-2"}
    assert ("group-2" in foreseen.days[-1].groups) is ("rotation" in names)


def test_a_rotation_with_a_lapse_of_apns_and_an_expired_gateway_was_foreseen() -> None:
    workspace, plan = deployment(3, 60, 20, 14), plan_of(["rotation", "new gateway certificate"])
    foreseen = forecast_of(workspace, workspace.now() + timedelta(days=40), plan)
    happened = really(workspace, 40, plan)

    assert happened == foreseen
    assert [(str(one.at)[:10], one.recovers, one.capability) for one in foreseen.events] == [
        ("2026-01-19", False, "enrollment"),
        ("2026-01-19", False, "store"),
        ("2026-01-25", False, "enrollment"),
        ("2026-01-25", False, "device-management"),
        ("2026-01-31", True, "enrollment"),
        ("2026-01-31", True, "store"),
    ]
    assert foreseen.refused == ()
    assert foreseen.renewals > 0
    assert foreseen.device_days_lost["device-management"] > 0
    assert {one.reason.value for one in foreseen.stranded} == {"push-lost"}


def test_simulated_outages_are_listed_as_stops() -> None:
    workspace = deployment(3, 30, 200, 200)
    begin_outage(workspace, OutageOf.SERVER, 2 * DAY)
    begin_outage(workspace, OutageOf.APNS, timedelta(hours=6), workspace.now() + 4 * DAY)
    foreseen = forecast_of(workspace, workspace.now() + 10 * DAY)

    assert [(one.capability, one.cause) for one in foreseen.stopped_before] == [
        ("enrollment", "outage 1 of the server, until 2026-01-07 00:00"),
        ("check-in", "outage 1 of the server, until 2026-01-07 00:00"),
    ]
    assert [(str(one.at)[:16], one.recovers, one.capability, one.devices) for one in foreseen.events] == [
        ("2026-01-07 00:00", True, "enrollment", 30),
        ("2026-01-07 00:00", True, "check-in", 30),
        ("2026-01-09 00:00", False, "push", 17),
        ("2026-01-09 06:00", True, "push", 17),
    ]
    assert foreseen.events[2].command == "certfleet simulate end-outage 2"
    assert [day.in_service for day in foreseen.days[:3]] == [0, 0, 30]
    assert foreseen.device_days_lost == {"enrollment": 60.0, "check-in": 60.0}
    assert [event_text(one) for one in foreseen.events[2:]] == [
        "stops: pushing to devices",
        "works again: pushing to devices",
    ]
    assert really(workspace, 10, None) == foreseen


def test_in_a_forecast_no_key_is_made_and_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, plan = deployment(3, 20, 20, 20), plan_of(["rotation", "renewal of APNs", "new gateway certificate"])
    until = workspace.now() + 30 * DAY
    monkeypatch.setattr(rsa, "generate_private_key", None)
    monkeypatch.setattr(ec, "generate_private_key", None)
    monkeypatch.setattr(x509.CertificateBuilder, "sign", None)
    monkeypatch.setattr(x509.CertificateSigningRequestBuilder, "sign", None)
    foreseen = forecast_of(workspace, until, plan)
    assert foreseen.refused == ()
    assert foreseen.performed == 6  # the renewals take two days
    monkeypatch.undo()
    assert really(workspace, 30, plan) == foreseen


def test_the_ca_groups_of_a_forecast_have_records_alone() -> None:
    workspace = deployment(3, 2, 20, 20)
    with forecast_copy(basis_of(workspace), "alice").workspace as copy:
        copy.authorities.refresh()
        made = copy.authorities.of_group("group-2")
    workspace.authorities.refresh()
    real = workspace.authorities.of_group("group-2")
    for role, one in made.items():
        assert one.der == ""
        for field in ("subject", "not_before", "not_after", "key_algorithm", "role"):
            assert getattr(one, field) == getattr(real[role], field), field


def test_a_forecast_touches_nothing() -> None:
    workspace = deployment(3, 20, 20, 14)
    before = workspace.database.storage.read()
    forecast_of(workspace, workspace.now() + timedelta(days=30), plan_of(sorted(ACTIONS)))
    assert workspace.database.storage.read() == before
