"""The course of a scenario: events and judgements at their time, once, however the time is divided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.forecast.fleet_watch import FleetWatch
from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios.conditions import Acted, FreezeKept
from certfleet.simulator.scenarios.course import happened, judged_now, scenario_of
from certfleet.simulator.scenarios.debrief import debrief
from certfleet.simulator.scenarios.record import START, progress_of
from certfleet.simulator.scenarios.scenario import Objective
from certfleet.simulator.scenarios.standing import see_solution, standing, take_hint
from certfleet.simulator.scenarios.standings import watch_of
from certfleet.simulator.scenarios.starting import start_scenario
from certfleet.simulator.scenarios.words import debrief_lines
from certfleet.store.errors import Refusal
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace
from tests.simulator.forecast.one_forecast import forecast_of

from .conftest import Begin, idle

APNS, ROTATION = "apns-last-ten-days", "rotation-windows-laggards"


def test_it_does_not_matter_how_the_time_is_divided(begin: Begin) -> None:
    whole, parts = begin(APNS), begin(APNS)
    idle(whole)
    while parts.now() < progress_of(parts).ends_at:
        with Simulator(parts) as simulator:
            simulator.run(min(parts.now() + timedelta(hours=31), progress_of(parts).ends_at))
    one, other = progress_of(whole), progress_of(parts)
    assert (one.told, one.judged, one.taken) == (other.told, other.judged, other.taken)
    assert whole.devices.log_digest() == parts.devices.log_digest()
    found, also = happened(whole, one), happened(parts, other)
    assert found.device_days_lost == also.device_days_lost
    assert found.device_days_lost
    assert found.out == also.out


def test_what_happened_is_what_a_forecast_counts(begin: Begin) -> None:
    workspace = begin(APNS)
    watch = FleetWatch()
    with Simulator(workspace, observer=watch) as simulator:
        simulator.run(progress_of(workspace).ends_at)
    stored = watch_of(workspace)
    assert stored.standings == watch.standings
    assert stored.out_since == watch.out_since
    assert stored.in_service() == watch.in_service()
    assert stored.out() == watch.out()


def test_what_is_due_happens_once_and_at_its_time(begin: Begin) -> None:
    workspace = begin(APNS)
    begun = progress_of(workspace)
    with Simulator(workspace) as simulator:
        simulator.run(begun.started_at + timedelta(days=4) - timedelta(seconds=1))
        assert progress_of(workspace).told == ()
        simulator.run(begun.started_at + timedelta(days=4))
        simulator.run(begun.started_at + timedelta(days=6))
    assert [told.at for told in progress_of(workspace).told] == [begun.started_at + timedelta(days=4)]
    assert progress_of(workspace).next_at == begun.ends_at


def test_a_forecast_does_not_foresee_what_somebody_will_do(begin: Begin) -> None:
    workspace = begin("apns-wrong-apple-id")
    end = progress_of(workspace).ends_at
    assert forecast_of(workspace, end).stranded == ()
    idle(workspace)
    assert happened(workspace, progress_of(workspace)).stranded


def test_a_hint_costs_points_also_after_going_back(begin: Begin) -> None:
    workspace = begin(APNS)
    hint = take_hint(workspace)
    assert standing(workspace).hint_cost == hint.cost
    go_to(workspace, START)
    now = standing(workspace)
    assert (now.hints, now.hint_cost) == (1, hint.cost)
    assert take_hint(workspace).text != hint.text
    with pytest.raises(Refusal) as refusal:
        take_hint(workspace)
    assert refusal.value.code == "no-hint"
    assert debrief(workspace).went_back == 1


def test_without_the_moment_at_the_start_there_is_no_comparison(begin: Begin) -> None:
    workspace = begin(APNS)
    workspace.moments.forget(START)
    idle(workspace)
    found = debrief(workspace)
    assert found.solution is not None
    assert found.best is None


def test_the_best_way_known_is_told_at_the_end_or_to_somebody_who_says_so(begin: Begin) -> None:
    workspace = begin(APNS)
    found = debrief(workspace)
    assert (found.text, found.solution, found.best) == ("", None, None)
    assert "renew the push certificate" not in "\n".join(debrief_lines(found))
    see_solution(workspace)
    see_solution(workspace)
    assert len([line for line in workspace.audit.tail() if line.action == "scenario.solution"]) == 1
    told = debrief(workspace)
    assert told.best is not None
    assert told.text
    assert "You looked at this before it was over." in list(debrief_lines(told))
    go_to(workspace, START)
    assert standing(workspace).saw_solution


def test_what_was_undone_by_going_back_counts_for_no_objective(begin: Begin) -> None:
    workspace = begin(ROTATION)
    windows = next(one for one in workspace.devices.records.all() if one.platform is Platform.WINDOWS)
    workspace.devices.revoke([windows.id])
    acted = Objective(title="", points=1, by=timedelta(0), condition=Acted(action="device.revoke", most=0))
    assert not judged_now(workspace, acted, progress_of(workspace)).met
    go_to(workspace, START)
    assert judged_now(workspace, acted, progress_of(workspace)).met
    (act,) = debrief(workspace).acts
    assert act.id in debrief(workspace).undone
    assert any(line.endswith("(undone: you went back)") for line in debrief_lines(debrief(workspace)))


def test_a_freeze_is_kept_unless_somebody_starts_a_change_in_it(begin: Begin) -> None:
    workspace = begin(APNS)
    today = workspace.now().date()
    kept = Objective(title="", points=1, by=timedelta(0), condition=FreezeKept())
    workspace.site.add_freeze(today + timedelta(days=1), today + timedelta(days=20))
    workspace.authorities.refresh()
    assert judged_now(workspace, kept, progress_of(workspace)).met
    with Simulator(workspace) as simulator:
        simulator.run(workspace.now() + timedelta(days=1))
    assert judged_now(workspace, kept, progress_of(workspace)).said == "0 changes started in a change freeze"
    workspace.authorities.refresh()
    found = judged_now(workspace, kept, progress_of(workspace))
    assert not found.met
    assert found.said.startswith("1 change started in a change freeze: 2026-09-15 00:00 CA group group-3 requested")


def test_it_begins_in_a_new_workspace(begin: Begin) -> None:
    workspace = begin(APNS)
    progress = progress_of(workspace)
    with pytest.raises(Refusal) as refusal:
        start_scenario(workspace, scenario_of(workspace), progress.text)
    assert refusal.value.code == "workspace-in-use"


def test_a_workspace_without_a_scenario() -> None:
    with Workspace.open(None) as workspace, pytest.raises(Refusal) as refusal:
        standing(workspace)
    assert refusal.value.code == "no-scenario"
