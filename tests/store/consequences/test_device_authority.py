"""The device CA and device certificates are consequences like all others."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.components.needs import OWN
from certfleet.store.errors import Refusal
from certfleet.store.inventory.status import days_until
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.model.certificate import Status
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.store.deployment import DAY, EVERYBODY, SECOND, enrolled, notices, stops

NOBODY = {
    f"enrollment stopped (expired): {EVERYBODY}",
    f"certificate-renewal stopped (expired): {EVERYBODY}",
}


@pytest.fixture
def end(deployment: Workspace) -> datetime:
    """When the device CA of the first group ends."""
    deployment.authorities.provision()
    return deployment.authorities.of_group("default")[AuthorityRole.DEVICE].not_after


def own_rows(workspace: Workspace) -> dict[str, tuple[str, int | None, int]]:
    """The rows of these needs that aren't about a CA group alone."""
    return {
        row.need.id: (row.status, row.days_left, row.devices)
        for row in workspace.impact.checklist()
        if row.need in OWN and row.authority_group is None
    }


def group_rows(workspace: Workspace) -> dict[str | None, tuple[str, int | None, int]]:
    """The rows of CA groups, by their names; none of them has something to do."""
    rows = [row for row in workspace.impact.checklist() if row.authority_group is not None]
    assert all(row.is_done for row in rows)
    return {row.authority_group: (row.need.id, row.days_left, row.devices) for row in rows}


def test_the_end_of_the_last_device_ca_stops_enrolling_and_renewing(
    deployment: Workspace, clock: FixedClock, end: datetime
) -> None:
    assert stops(deployment, end) == set()
    assert stops(deployment, end + SECOND) == NOBODY
    (event,) = deployment.impact.upcoming(end + DAY)
    assert (event.at, {one.need for one in event.began}) == (end, {"device-ca"})
    clock.at = end - 91 * DAY
    assert (own_rows(deployment), group_rows(deployment)) == ({}, {"default": ("device-ca", 91, 0)})
    clock.at = end - 80 * DAY
    assert group_rows(deployment) == {}
    assert own_rows(deployment) == {"device-ca": (Status.VALID, 80, 0)}
    clock.at = end - 10 * DAY
    assert own_rows(deployment) == {"device-ca": (Status.CRITICAL, 10, 0)}
    clock.at = end + 2 * DAY
    deployment.settle()
    assert own_rows(deployment) == {"device-ca": (Status.EXPIRED, -2, 0)}
    assert stops(deployment) == NOBODY
    assert not deployment.impact.gate().issued
    assert notices(deployment, "capability-stopped") == [f"stopped:device-ca:0:0:expired:{end:%Y%m%dT%H%M%S}"]
    with pytest.raises(Refusal, match="no-group-ready"):
        deployment.authorities.issuing()


def test_a_new_group_ends_it_when_it_is_ready(deployment: Workspace, clock: FixedClock, end: datetime) -> None:
    clock.at = end + DAY
    deployment.authorities.refresh(ready_after=timedelta(hours=24))
    ready = clock.at + DAY
    assert stops(deployment, ready - SECOND) == NOBODY
    assert stops(deployment, ready) == set()
    (event,) = deployment.impact.upcoming(ready + DAY)
    assert (event.at, {one.need for one in event.ended}) == (ready, {"device-ca"})
    clock.at = ready + 5 * DAY
    deployment.settle()
    assert deployment.impact.gate().issued
    spans = {(one.since, one.until) for one in deployment.impact.interruptions().list()}
    assert spans == {(end, ready)}


def test_a_group_that_takes_over_in_time_leaves_nothing_to_do(
    deployment: Workspace, clock: FixedClock, end: datetime
) -> None:
    clock.at = end - 5 * DAY
    deployment.authorities.refresh(ready_after=timedelta(hours=24))
    assert stops(deployment, end + SECOND) == set()
    assert (own_rows(deployment), group_rows(deployment)) == ({}, {"default": ("device-ca", 5, 0)})


def test_the_checklist_says_when_each_group_ends_that_devices_are_on(deployment: Workspace, clock: FixedClock) -> None:
    enrolled(deployment, Platform.IOS), enrolled(deployment, Platform.ANDROID)
    deployment.authorities.refresh(name="g2", ready_after=timedelta(0))
    enrolled(deployment, Platform.IOS)
    days = {
        one.name: days_until(deployment.authorities.of_group(one.name)[AuthorityRole.DEVICE].not_after, clock.at)
        for one in deployment.authorities.groups()
    }
    assert group_rows(deployment) == {
        "default": ("device-certificates", days["default"], 2),
        "g2": ("device-ca", days["g2"], 1),
    }


def test_devices_whose_certificate_ends_unrenewed_are_in_the_checklist(
    deployment: Workspace, clock: FixedClock
) -> None:
    enrolled(deployment, Platform.IOS), enrolled(deployment, Platform.ANDROID)
    end = deployment.devices.get(1).not_after
    assert end is not None
    clock.at = end - 31 * DAY
    assert own_rows(deployment) == {"device-certificates": (Status.VALID, 31, 2)}
    clock.at = end - 30 * DAY
    assert own_rows(deployment) == {"device-certificates": (Status.EXPIRING, 30, 2)}
    deployment.devices.renew([1])
    assert own_rows(deployment) == {"device-certificates": (Status.EXPIRING, 30, 1)}
    deployment.devices.revoke([2])
    assert own_rows(deployment) == {}  # the one that holds a certificate is being renewed


def test_nothing_can_be_bound_to_what_the_workspace_meets_itself(deployment: Workspace) -> None:
    for need in OWN:
        with pytest.raises(Refusal, match="need-unknown"):
            deployment.components.bind(need.id, 1)


def test_a_trial_of_a_refresh_tells_what_it_prevents(deployment: Workspace, clock: FixedClock, end: datetime) -> None:
    clock.at = end - 20 * DAY
    effects = deployment.trials.try_out(lambda: deployment.authorities.refresh(ready_after=timedelta(0)))
    assert {(one.alteration.value, one.need, one.at) for one in effects.capabilities} == {("later", "device-ca", None)}
    assert not effects.is_harmful
