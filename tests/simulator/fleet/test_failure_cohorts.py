"""What fails in a fleet: every seed has a cohort, of a size that a pilot ring finds."""

from __future__ import annotations

from math import comb

import pytest

from certfleet.simulator.engine.behaviour.failing import failures_of, is_of
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.failure_cohorts import FEWEST, LEAST, MOST, CohortTraits, choose_failures
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.failures import NO_FAILURES, FailureCause, FailureCohort
from certfleet.store.workspace import Workspace

from ..conftest import MONDAY, Draw

RING = 10  # the percentage of a pilot ring


def drawn(devices: int, seed: int, mix: dict[Platform, int] | None = None) -> list[Device]:
    with Workspace.open(None, start=MONDAY) as workspace:
        record = begin_drawing(workspace, FleetPlan(devices=devices, seed=seed, mix=mix))
        return [newcomer.device for newcomer in Drawing.of(workspace, record).newcomers(0, devices)]


def cohorts(devices: list[Device], seed: int) -> tuple[FailureCohort, ...]:
    traits = [CohortTraits(one.id, one.platform, one.model, one.os_version, one.habits, one.carrier) for one in devices]
    return choose_failures(traits, seed, {}).cohorts


def found_by_a_ring(members: int, devices: int) -> float:
    """The probability that a pilot ring drawn by chance holds a member of the cohort."""
    ring = devices * RING // 100
    return 1 - comb(devices - members, ring) / comb(devices, ring)


@pytest.mark.parametrize("devices", [200, 1000])
def test_every_seed_has_a_cohort_that_fails_at_renewals(devices: int) -> None:
    causes = set()
    for seed in (*range(11), 16):  # a carrier fails for the last one
        fleet = drawn(devices, seed)
        renewable = [device for device in fleet if device.platform is not Platform.WINDOWS]
        first, *others = cohorts(fleet, seed)
        causes.add(first.cause)
        members = sum(is_of(first, device) for device in renewable)
        assert first.cause is not FailureCause.PROFILE
        assert members >= FEWEST
        assert LEAST / 1000 <= members / len(renewable) <= MOST / 1000
        assert found_by_a_ring(members, len(renewable)) > (0.27 if devices == 200 else 0.6)
        for policies in others:
            assert policies.cause is FailureCause.PROFILE
            assert policies.platform is Platform.IOS
            assert not any(is_of(first, one) and is_of(policies, one) for one in fleet) or not first.model
    assert causes == {FailureCause.OS_VERSION, FailureCause.PROXY, FailureCause.CARRIER}


def test_a_small_fleet_and_one_of_windows_have_none() -> None:
    assert cohorts(drawn(60, 7), 7) == ()
    assert cohorts(drawn(300, 7, {Platform.WINDOWS: 1}), 7) == ()


def test_the_choice_is_stored_when_the_fleet_is_complete(fleet: Draw) -> None:
    workspace = fleet(devices=200, seed=5)
    failures = failures_of(workspace)
    assert failures.cohorts == cohorts(workspace.devices.all(), 5)
    assert set(failures.never) == {Platform.IOS, Platform.MACOS, Platform.ANDROID}
    assert workspace.check().clean


def test_a_workspace_of_before_has_none() -> None:
    with Workspace.open(None, start=MONDAY) as workspace:
        assert failures_of(workspace) == NO_FAILURES
