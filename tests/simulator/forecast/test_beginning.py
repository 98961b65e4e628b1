"""Which plans have their forecast kept when they begin, and how far it reaches."""

from __future__ import annotations

import pytest

from certfleet.simulator.forecast.beginning import days_ahead, keep_what_is_said
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.forecasts import START, forecast


def plan_run(workspace: Workspace, after: str, *, again: bool = False) -> PlanRun:
    text = f'[[action]]\ndo = "set-site"\nafter = "{after}"\napns_grace_days = 3\n'
    return PlanRun(workspace, read_plan(text, "rotation"), again=again)


@pytest.fixture
def real() -> Workspace:
    return Workspace.open(None, clock=FixedClock(START), actor=Actor("alice"))


@pytest.mark.parametrize(("after", "days"), [("0h", 90), ("80d", 110), ("900d", 366)])
def test_it_reaches_a_month_beyond_the_last_day(real: Workspace, after: str, days: int) -> None:
    assert days_ahead(plan_run(real, after)) == days


def test_it_is_kept_once_a_run(real: Workspace) -> None:
    run = plan_run(real, "9d")
    assert keep_what_is_said(run, lambda days: forecast(days=days)) is not None
    run.perform()
    for later in (run, plan_run(real, "9d"), plan_run(real, "9d", again=True)):  # the earlier run is under way
        assert keep_what_is_said(later, lambda days: forecast(days=days)) is None
    assert len(real.kept_forecasts.list()) == 1


def test_nothing_is_computed_for_whoever_may_not_begin(real: Workspace) -> None:
    run = plan_run(real, "9d")
    with real.acting_as(Actor("eve", role=Role.VIEWER)), pytest.raises(Refusal) as refused:
        keep_what_is_said(run, lambda days: pytest.fail("computed"))
    assert refused.value.code == "not-permitted"
