"""The uses of the demo company's certificates: nothing is stopped, and the problems are the intended ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certfleet.simulator.company.company import fill
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.checklist.checklist_row import ChecklistRow, Mark
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.certificate import Status
from certfleet.store.model.device import DeviceState, Platform
from certfleet.store.model.task import TaskKind
from certfleet.store.workspace import Workspace
from tests.prepared import Prepared

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def company(prepared: Prepared, tmp_path: Path) -> Iterator[Workspace]:
    def make(folder: Path) -> None:
        with Workspace.open(folder, clock=FixedClock(NOW)) as workspace:
            fill(workspace)

    with prepared.in_memory(
        f"company-{NOW.timestamp()}", make, tmp_path / "company.key", clock=FixedClock(NOW)
    ) as workspace:
        yield workspace


def rows(workspace: Workspace, need: str) -> list[ChecklistRow]:
    return [row for row in workspace.impact.checklist() if row.need.id == need]


def test_every_need_is_met_and_the_one_that_it_has_not_is_said_to_be_so(company: Workspace) -> None:
    found = company.impact.checklist()
    assert company.impact.consequences() == ()
    assert [row.need.id for row in found if row.status in (Mark.MISSING, Mark.MANAGED)] == []
    assert [row.need.id for row in found if row.status == Mark.NOT_USED] == ["gateway-szc-ssl"]
    assert {row.need.id: row.days_left for row in found if row.status in (Status.EXPIRING, Status.CRITICAL)} == {
        "apns": 8,
        "provisioning-profile": 22,
        "gateway-ssl": 27,
        "mdm-ssl": 12,  # of the old one, which the load balancer goes on with
        "other": 19,
    }


def test_the_ca_entity_has_both_of_its_certificates(company: Workspace) -> None:
    (user,), (authority,) = rows(company, "pki-user"), rows(company, "pki-ca")
    assert user.name == authority.name != ""
    assert user.certificate is not None and authority.certificate is not None
    assert user.certificate.issuer_id == authority.certificate.id


def test_one_certificate_serves_two_needs(company: Workspace) -> None:
    (row,) = rows(company, "gateway-mdm-ssl")
    assert row.certificate is not None
    assert company.components.users_of(row.certificate.id) == (
        "NetScaler Gateway's SSL certificate for the MDM FQDN",
        "Intranet web servers",
    )


def test_the_replaced_mdm_certificate_is_served_until_the_load_balancer_is_updated(company: Workspace) -> None:
    (task,) = company.tasks.list(done=False)
    mdm = company.components.find("mdm-ssl")
    assert mdm is not None and task.kind is TaskKind.LOAD_BALANCER
    assert (mdm.certificate_id, mdm.served_id) == (task.certificate_id, task.old_certificate_id)
    company.tasks.done(task.id)
    assert company.components.get(mdm.id).served_id == task.certificate_id


def test_the_apple_id_is_told_of_the_push_certificate(company: Workspace) -> None:
    (apple_id,) = {one.apple_id for one in company.portal.list()}
    assert apple_id.startswith("mobile@")
    for need in ("apns", "securemail-apns"):
        component, current = company.components.find(need), company.apns.current(need)
        assert component is not None and component.apple_id == apple_id
        assert current is not None and company.portal.owner_of(current.fingerprint_sha256) == apple_id
    (told,) = (notice for notice in company.notices.list() if notice.kind == "apns-expiry")
    assert (told.recipient, told.key.rpartition(":")[2]) == (apple_id, "10")
    assert company.apns.warning(apple_id) is None
    warning = company.apns.warning("somebody@else.example")
    assert warning is not None and "the topic changes, though no Apple device is enrolled" in warning


def test_a_fleet_that_is_drawn_into_it_trusts_what_is_served(company: Workspace) -> None:
    with Workspace.open(None, start=NOW) as workspace:
        fill(workspace)
        push = workspace.apns.current()
        draw_fleet(workspace, FleetPlan(devices=40))
        assert workspace.apns.current() == push
        with Simulator(workspace) as simulator:
            simulator.run(NOW + timedelta(days=5))
        assert workspace.devices.counts().states[DeviceState.MUST_RE_ENROLL] == 0
        assert not any(device.refused for device in workspace.devices.all())
        assert workspace.check().clean


def test_the_push_certificate_lapses_unless_somebody_renews_it() -> None:
    with Workspace.open(None, start=NOW) as workspace:
        fill(workspace)
        draw_fleet(workspace, FleetPlan(devices=40))
        with Simulator(workspace) as simulator:
            simulator.run(NOW + timedelta(days=9))
        states = {device.state for device in workspace.devices.all() if device.platform is Platform.IOS}
        assert states == {DeviceState.MUST_RE_ENROLL}


def test_devices_that_are_there_before_it_trust_it_as_well() -> None:
    with Workspace.open(None, start=NOW) as workspace:
        draw_fleet(workspace, FleetPlan(devices=40, mix={Platform.ANDROID: 1, Platform.WINDOWS: 1}))
        fill(workspace)
        with Simulator(workspace) as simulator:
            simulator.run(NOW + timedelta(days=5))
        assert not any(device.refused for device in workspace.devices.all())


def test_it_comes_into_an_empty_inventory_alone(company: Workspace) -> None:
    before = len(company.inventory.list())
    with pytest.raises(Refusal, match="workspace-holds-inventory"):
        fill(company)
    assert len(company.inventory.list()) == before
