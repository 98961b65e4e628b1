"""The simulation over REST: its pace, outages, campaigns, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient

from certfleet.api.server.application import served
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.model.account import Role
from certfleet.store.model.device import Platform
from certfleet.store.second_handle import second_handle
from certfleet.store.workspace import Workspace
from tests.applications import application_over
from tests.waiting import wait_until

from .conftest import PASSWORD, Client, Rest

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A fleet of three iPhones on a virtual clock."""
    with Workspace.open(tmp_path / "workspace", start=START) as workspace:
        for role in Role:
            workspace.accounts.add(f"the {role}", role, PASSWORD)
        draw_fleet(workspace, FleetPlan(devices=3, seed=7, mix={Platform.IOS: 1}))
        yield workspace


@pytest.fixture
def client(workspace: Workspace) -> Iterator[object]:
    with second_handle(workspace) as reading, TestClient(served(application_over(workspace, reading))) as client:
        yield client


@pytest.fixture
def own(workspace: Workspace, client: Client) -> Rest:
    return Rest(client, workspace.logins.login("the administrator", PASSWORD)).own


def test_time_passes_from_the_start_until_the_stop(own: Rest) -> None:
    before = own.done("GET", "simulation")["status"]
    assert before["running"] is False
    started = own.done("POST", "simulation/start", {"speed": 86_400})
    assert (started["running"], started["speed"]) == (True, 86_400)
    assert own.refused("POST", "simulation/start", {}) == (409, "simulator-running")
    wait_until(lambda: own.done("GET", "simulation")["status"]["clock"]["now"] > before["clock"]["now"])
    assert own.done("POST", "simulation/speed", {"speed": "max"})["speed"] is None
    own.done("POST", "simulation/stop")
    wait_until(lambda: not own.done("GET", "simulation")["status"]["running"])
    assert own.refused("POST", "simulation/stop") == (409, "simulator-not-running")
    assert own.done("GET", "simulation/log?limit=2")["events"][0]["id"] > 1
    assert own.done("GET", "simulation/history?days=1")["samples"]
    assert own.done("GET", "simulation/history?hours=12")["samples"]
    assert own.refused("GET", "simulation/history?hours=5") == (400, "request-invalid")


def test_a_start_is_not_tried(own: Rest) -> None:
    assert own.refused("POST", "simulation/start?dryRun=true", {}) == (400, "request-invalid")
    assert own.done("GET", "simulation")["status"]["running"] is False


def test_the_events_of_one_device(own: Rest) -> None:
    newest, *others = own.done("GET", "simulation/log?device=2")["events"]
    assert {one["device_id"] for one in (newest, *others)} == {2}
    before = own.done("GET", f"simulation/log?device=2&before={newest['id']}")
    assert before["events"] == others
    assert own.refused("GET", "simulation/log?device=9") == (404, "device-unknown")


def test_an_outage_is_planned_and_cancelled(own: Rest) -> None:
    body = {"service": "server", "minutes": 90, "at": "2026-01-06T08:00:00Z"}
    tried = own.done("POST", "simulation/outages?dryRun=true", body)
    assert tried["dry_run"] is True
    assert own.done("GET", "simulation/outages")["outages"] == []
    planned = own.done("POST", "simulation/outages", body)["outage"]
    assert (planned["state"], planned["until"]) == ("planned", "2026-01-06T09:30:00Z")
    assert own.refused("POST", "simulation/outages", body) == (409, "outage-exists")
    assert own.done("POST", f"simulation/outages/{planned['id']}/end")["outage"] is None
    assert own.refused("POST", "simulation/outages/9/end") == (404, "outage-unknown")


def test_a_campaign_begins_and_ends(own: Rest) -> None:
    begun = own.done("POST", "simulation/campaign", {"deadline_days": None, "help_desk": 5})
    assert (begun["campaign"]["second_mail_days"], begun["campaign"]["deadline_days"]) == (7.0, None)
    assert own.refused("POST", "simulation/campaign", {}) == (409, "campaign-running")
    assert own.done("GET", "simulation/campaign")["status"]["campaign"]["id"] == begun["campaign"]["id"]
    assert own.done("POST", "simulation/campaign/end")["status"]["campaign"]["ended_at"] is not None


def test_nothing_to_fix(own: Rest) -> None:
    assert own.refused("POST", "simulation/fix", {"cause": "proxy"}) == (400, "nothing-to-fix")


def test_the_scenarios_that_there_are(own: Rest) -> None:
    names = [one["name"] for one in own.done("GET", "scenarios")["scenarios"]]
    assert "apns-last-ten-days" in names
    checked = own.done("POST", "scenarios/check", {"text": "nonsense = true"})
    assert checked["scenario"] is None
    assert checked["mistakes"]
    assert own.refused("GET", "scenario") == (400, "no-scenario")
    assert own.refused("GET", "scenario/debrief") == (400, "no-scenario")
    assert own.refused("POST", "scenario/solution") == (400, "no-scenario")


def test_going_back_over_rest(own: Rest) -> None:
    own.done("POST", "moments", {"name": "before"})
    own.done("DELETE", "devices", [1])
    assert own.done("GET", "devices")["total"] == 2
    own.done("POST", "moments/before/go")
    assert own.done("GET", "devices")["total"] == 3
