"""What each act cost: the rest is run once without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios import costing
from certfleet.simulator.scenarios.act_cost import ActCosts
from certfleet.simulator.scenarios.cost_words import cost_lines, cost_text
from certfleet.simulator.scenarios.costing import act_costs, kept_costs
from certfleet.simulator.scenarios.course import scenario_of
from certfleet.simulator.scenarios.debrief import debrief
from certfleet.simulator.scenarios.handing_over import files_now
from certfleet.simulator.scenarios.record import START, progress_of
from certfleet.simulator.scenarios.rerun import RunResult
from certfleet.simulator.scenarios.standing import standing
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.certificate import UseAs
from certfleet.store.workspace import Workspace

from .conftest import Begin, play

ROTATION = "rotation-windows-laggards"
LATE = """
[[action]]
do = "refresh-authority"
after = "8h"

[[action]]
do = "refresh-authority"
after = "3d"

[[action]]
do = "renew"
after = "20d"
issuer = "default"
"""
WRONG = """
[[action]]
do = "renew-apns"
after = "9h"
apple_id = "me@nguyen-medical-group.example"
anyway = true
"""


def costs_of(workspace: Workspace) -> ActCosts:
    found = act_costs(workspace)
    assert found is not None
    return found


def test_an_act_costs_what_there_would_be_without_it(begin: Begin) -> None:
    workspace = begin("apns-last-ten-days")
    play(workspace, WRONG)
    found = costs_of(workspace)
    wrong = next(one for one in found.acts if one.until is None)
    assert wrong.said == "push certificate renewed as me@nguyen-medical-group.example"
    assert found.points == standing(workspace).points
    said = cost_text(wrong)
    assert "device-days without check-in" in said  # devices were cut off at once
    assert f"it brought {-wrong.points} points" in said  # but without it, the certificate would have lapsed
    assert found.worst is None


def test_a_push_certificate_that_was_handed_over_comes_in_again(begin: Begin) -> None:
    workspace = begin("first-deployment")
    one = next(file for file in scenario_of(workspace).files if file.name == "apns.p12")
    data = files_now(workspace)[one.name]
    workspace.inventory.import_from(KeystoreSource(data=data, name=one.name, password=one.password), use_as=UseAs.APNS)
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).ends_at)
    found = costs_of(workspace)
    assert found.points == standing(workspace).points > 0
    imported = next(cost for cost in found.acts if "apns.p12" in cost.said)
    assert imported.points == -found.points  # without it, nobody enrolled


def test_the_useless_second_refresh_cost_its_objective_and_the_renewal_brought_points(begin: Begin) -> None:
    workspace = begin(ROTATION)
    play(workspace, LATE)
    found = costs_of(workspace)
    second, renewal = [one for one in found.acts if one.until is None][1:]
    assert second.points == 10  # one refresh was asked for
    assert renewal.points < 0
    assert found.points == standing(workspace).points
    assert cost_text(renewal).startswith("it brought ")
    waits = [one for one in found.acts if one.until is not None]
    assert waits
    assert all(one.until is not None and one.until - one.at >= costing.LONG_WAIT for one in waits)


def test_it_is_computed_once(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = begin(ROTATION)
    play(workspace, LATE)
    told: list[tuple[int, int]] = []
    assert kept_costs(workspace) is None
    found = act_costs(workspace, told=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)

    def again(*anything: object) -> RunResult:
        raise AssertionError("it was known")

    monkeypatch.setattr(costing, "run_acts", again)
    assert act_costs(workspace) == found == kept_costs(workspace)


def test_it_does_not_matter_who_runs_it(begin: Begin) -> None:
    one, other = begin(ROTATION), begin(ROTATION)
    play(one, LATE)
    play(other, LATE)
    with ThreadPoolExecutor(2) as pool:
        assert act_costs(one, executor=pool) == act_costs(other)


def test_what_was_undone_is_no_act(begin: Begin) -> None:
    workspace = begin(ROTATION)
    play(workspace, LATE)
    go_to(workspace, START)
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).started_at + timedelta(hours=8))
        workspace.authorities.refresh()
        simulator.run(progress_of(workspace).ends_at)
    (refresh,) = [one for one in costs_of(workspace).acts if one.until is None]
    assert refresh.points < 0


def test_what_is_used_later_is_found_without_what_was_made_before(begin: Begin) -> None:
    workspace = begin("gateway-monday")
    play(
        workspace,
        """
        [[action]]
        do = "import-certificate"
        after = "1h"
        like = "saml"
        valid = "100d"

        [[action]]
        do = "replace-certificate"
        after = "2h"
        certificate = "gateway-ssl"
        valid = "199d"

        [[action]]
        do = "complete-task"
        after = "3h"
        task = "load-balancer"
        """,
    )
    found = costs_of(workspace)
    acts = [one for one in found.acts if one.until is None]
    assert [one.unable for one in acts] == ["", "", ""]
    imported, replaced, done = acts
    assert cost_text(imported) == "none"
    assert replaced.points < 0
    assert replaced.later_refused == 1
    assert done.points < 0
    assert found.points == standing(workspace).points


def test_what_no_plan_can_do_is_said(begin: Begin) -> None:
    workspace = begin(ROTATION)
    device = workspace.devices.records.all()[0]
    workspace.devices.revoke([device.id])
    with Simulator(workspace) as simulator:
        simulator.run(progress_of(workspace).ends_at)
    found = costs_of(workspace)
    (revoked,) = found.acts
    assert cost_text(revoked) == "can't be run again: no plan has an action for it"
    assert any(line.startswith("  Run again, these acts get") for line in cost_lines(found, standing(workspace)))


def test_without_the_start_nothing_is_known_and_before_the_end_neither(begin: Begin) -> None:
    workspace = begin(ROTATION)
    assert debrief(workspace).costs is None
    play(workspace, LATE)
    workspace.moments.forget(START)
    assert debrief(workspace).costs is None
