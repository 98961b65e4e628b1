"""Rings: the smallest pilot in which failures show, and what opens or holds the next ring."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from certfleet.simulator.engine.behaviour.failing import failures_of
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.plans.pilot import (
    LOOKED_AT,
    PilotWishes,
    at_least,
    devices_needed,
    failing_that_shows,
    find_pilot,
    groups_of,
    smallest_pilot,
)
from certfleet.simulator.plans.plan import Choice, Plan
from certfleet.simulator.plans.progress import StepState
from certfleet.simulator.plans.rings import pilot_lines, rings_plan
from certfleet.simulator.plans.running import Outcome, PlanRun, run_plan
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.simulator.conftest import Draw, rotate

WISHES = PilotWishes()


def ring_plan(workspace: Workspace, wishes: PilotWishes = WISHES) -> Plan:
    choice = Choice(issuer=("default",))
    pilot = find_pilot(workspace, choice, wishes)
    return rings_plan(workspace, pilot, choice, wishes, shares=(0.1, 0.4))


def carry_out(workspace: Workspace, plan: Plan, days: int) -> list[Outcome]:
    with Simulator(workspace) as simulator:
        return run_plan(simulator, PlanRun(workspace, plan), workspace.now() + timedelta(days=days))


def test_so_many_devices_answer_with_the_wanted_probability() -> None:
    assert devices_needed(3, 1.0, 0.95) == 3
    number = devices_needed(3, 0.8, 0.95)
    assert at_least(3, number, 0.8) >= 0.95 > at_least(3, number - 1, 0.8)
    assert at_least(3, 2, 1.0) == 0


def test_more_devices_must_fail_in_a_pilot_where_three_would_not_show() -> None:
    assert failing_that_shows(20, 0.05) == 3  # more than one in twenty
    assert failing_that_shows(65, 0.05) == 4  # neither one in twenty nor beyond chance
    assert failing_that_shows(1000, 0.05) == 3  # beyond chance


def test_the_pilot_holds_enough_of_every_group(fleet: Draw) -> None:
    workspace = fleet(devices=600)
    pilot = find_pilot(workspace, Choice(), WISHES)
    inside = Counter(group for device in pilot.devices for group in groups_of(device))
    everywhere = Counter(
        group for device in workspace.devices.all() if device.platform != "windows" for group in groups_of(device)
    )
    needed = devices_needed(pilot.failing, pilot.answering, 0.95)
    looked_at = {group for group, number in everywhere.items() if number >= max(3, -(-pilot.candidates // 100))}
    assert {trait for trait, _ in looked_at} == set(LOOKED_AT)
    assert all(inside[group] >= min(needed, everywhere[group]) for group in looked_at)
    assert {(group.trait, group.value) for group in pilot.missed} == {
        group for group in looked_at if everywhere[group] < needed
    }


def test_no_device_of_the_pilot_is_superfluous(fleet: Draw) -> None:
    workspace = fleet(devices=600)
    pilot = find_pilot(workspace, Choice(), WISHES)
    needed = devices_needed(pilot.failing, pilot.answering, 0.95)
    size = {(group.trait, group.value): group for group in pilot.groups}
    for device in pilot.devices:
        own = [size[group] for group in groups_of(device) if group in size]
        assert any(group.in_pilot <= min(needed, group.devices) for group in own)


def test_the_pilot_takes_devices_that_have_been_seen_lately(fleet: Draw) -> None:
    devices = [device for device in fleet(devices=300).devices.all() if device.platform != "windows"]
    seen = {device.id for device in devices if device.id % 3}
    chosen = smallest_pilot(devices, seen, WISHES)
    away = [device for device in chosen.devices if device.id not in seen]
    assert len(away) < len(chosen.devices) / 3


def test_a_cohort_that_fails_together_shows_in_the_pilot_and_no_other_ring_opens(fleet: Draw) -> None:
    workspace = fleet(devices=400)
    rotate(workspace)
    (cohort,) = [cohort for cohort in failures_of(workspace).cohorts if cohort.cause != "profile"]
    plan = ring_plan(workspace)
    outcomes = carry_out(workspace, plan, 8)
    run = PlanRun(workspace, plan)
    (step,) = run.progress.steps
    assert (step.state, step.rings) == (StepState.HELD, 1)
    named = cohort.zone or cohort.carrier or cohort.os_version
    assert named in step.said
    assert [outcome.number for outcome in outcomes] == [1, 1]  # that it still holds is told once
    notices = [notice for notice in workspace.notices.list() if notice.kind == "plan-held"]
    assert len(notices) == 1
    assert named in notices[0].text
    requested = len(
        {event.device_id for event in workspace.devices.events(100_000) if event.kind == "renewal-requested"}
    )
    assert requested == step.devices < 300


def test_the_rings_open_one_after_the_other_if_nothing_fails(fleet: Draw) -> None:
    workspace = fleet(devices=100)
    rotate(workspace)
    assert not failures_of(workspace).cohorts
    outcomes = carry_out(workspace, ring_plan(workspace, replace(WISHES, most_misses=0.2)), 30)
    opened = [
        str(getattr(outcome, "said", "")).partition(" opened")[0]
        for outcome in outcomes
        if " opened:" in getattr(outcome, "said", "")
    ]
    assert opened == ["ring pilot", "ring 10%", "ring 40%", "ring rest"]
    assert workspace.authorities.holders()["group-2"] > 70
    times = [event.device_id for event in workspace.devices.events(100_000) if event.kind == "renewal-requested"]
    assert len(times) == len(set(times))  # nobody is asked in two rings


def test_a_ring_that_nobody_answered_doesn_t_open_the_next(fleet: Draw) -> None:
    workspace = fleet(devices=100)
    rotate(workspace)
    plan = ring_plan(workspace)
    run = PlanRun(workspace, plan)
    run.perform()
    workspace.set_clock(workspace.now() + timedelta(days=3))
    (outcome,) = run.perform()
    assert "no device has answered yet" in getattr(outcome, "said", "")
    (opened,) = run.open_held()
    assert "ring 10% opened" in getattr(opened, "said", "")
    with pytest.raises(Refusal, match="nothing-held"):
        run.open_held()


def test_without_devices_there_is_no_pilot(fleet: Draw) -> None:
    with pytest.raises(Refusal, match="no-candidates"):
        find_pilot(fleet(devices=20), Choice(search="platform:windows"), WISHES)


def test_what_a_pilot_can_t_show_is_said(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    pilot = find_pilot(workspace, Choice(), replace(WISHES, detect=0.99))
    assert pilot.missed
    assert any("too small to show with 99%" in line for line in pilot_lines(pilot, replace(WISHES, detect=0.99)))
