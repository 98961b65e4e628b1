"""Last days to start, found by forecasts over the day of starting."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import pytest

from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.simulator.forecast.copying import basis_of, forecast_copy
from certfleet.simulator.forecast.crossing import cross
from certfleet.simulator.forecast.start_by import compute_start_by
from certfleet.store.model.audit import Actor
from certfleet.store.model.start_by import StartBy
from certfleet.store.workspace import Workspace
from tests.material import issue
from tests.store.deployment import DAY, trusted

from ..conftest import MONDAY


@pytest.fixture(scope="module")
def fleet() -> Workspace:
    workspace = Workspace.open(None, start=MONDAY, actor=Actor("alice"))
    root = issue("Company Root", is_ca=True, not_before=MONDAY - 400 * DAY, days=5000)
    gateway = issue("gw.company.example", issuer=root, not_before=MONDAY - 10 * DAY, days=110)
    trusted(workspace, "gateway-ssl", gateway)
    draw_fleet(workspace, FleetPlan(devices=30, seed=5))
    return workspace


@pytest.fixture(scope="module")
def found(fleet: Workspace) -> StartBy:
    before = fleet.database.storage.read()
    found = compute_start_by(fleet)
    assert fleet.database.storage.read() == before  # it is worked out on copies
    return found


def test_one_more_day_would_be_too_late(fleet: Workspace, found: StartBy) -> None:
    group = next(one for one in found.starts if one.record == "authority-group:1")
    rows = basis_of(fleet)

    def across(days: int) -> int:
        start = MONDAY if not days else (MONDAY + days * DAY).replace(hour=8)
        return len(cross(forecast_copy(rows, "alice").workspace, "default", start, group.end).took)

    days = (group.latest - MONDAY.date()).days
    wanted = ceil(0.99 * across(0))
    assert across(days) >= wanted > across(days + 1)
    assert group.last_day is not None
    assert group.last_day <= group.latest
    assert group.devices == 30


def test_a_certificate_is_replaced_with_its_lead_time(found: StartBy) -> None:
    gateway = next(one for one in found.starts if one.need == "gateway-ssl")
    assert gateway.days == 7
    assert gateway.latest == (gateway.end - timedelta(days=7)).date()
    assert gateway.lost_a_week == 0
