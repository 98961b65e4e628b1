"""Plans in the console: a file is checked and shown, begun, and the plan goes on, pauses and stops."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.plans.progress import latest_run
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import PlanRun
from certfleet.store.clock import FixedClock
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.plans.background import go_on_quietly
from certfleet.tui.plans.plans_dialog import PlansDialog
from tests.material import NOW, issue
from tests.store.deployment import bring, use

from ..conftest import Open
from ..driving import paste, shows, text_of, until

PLAN = """\
[[action]]
do = "set-site"
after = "0h"
apns_grace_days = 3
[[action]]
do = "replace-certificate"
after = "0h"
certificate = "saml"
valid = "365d"
[[action]]
do = "bind"
after = "0h"
need = "saml"
certificate = "old.company.example"
[[action]]
do = "set-site"
after = "9d"
apns_grace_days = 5
"""


def deployment(workspace: Workspace) -> None:
    use(workspace, "saml", issue("saml.company.example"))
    bring(workspace, issue("old.company.example", not_before=NOW - timedelta(9), days=2))


def states(workspace: Workspace) -> list[str]:
    run = latest_run(workspace, "rotation")
    assert run is not None
    return [step.state.value for step in run.steps]


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_a_plan_is_begun_agreed_to_marked_done_and_stopped(
    console: Open, workspace: Workspace, tmp_path: Path, size: tuple[int, int]
) -> None:
    deployment(workspace)
    (tmp_path / "rotation.toml").write_text(PLAN)
    async with console(size=size) as pilot:
        await pilot.press("7", "0", "t")
        await shows(pilot, "No plan was begun.")
        await pilot.press("n")
        await shows(pilot, "is checked first")
        await paste(pilot, str(tmp_path / "rotation.toml"))
        await pilot.press("enter")
        await shows(pilot, "replace certificate saml by one like it")
        assert latest_run(workspace, "rotation") is None
        await pilot.press("enter")
        await shows(pilot, "Begun: 1 step carried out, 2 wait for you.")
        assert states(workspace) == ["done", "due", "asks", "waiting"]
        await shows(pilot, "get a new certificate for saml.company.example")
        assert "certfleet certificate" not in text_of(pilot)

        await pilot.press("enter")
        await shows(pilot, "STOPS: users have to sign on")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PlansDialog))
        assert states(workspace)[2] == "asks"
        await pilot.press("enter")
        await shows(pilot, "STOPS: users have to sign on")
        await pilot.press("y")
        await shows(pilot, "1 step carried out.")
        assert states(workspace)[2] == "done"

        await pilot.press("space")
        await shows(pilot, "Has action 2 been done?")
        await pilot.press("y")
        await shows(pilot, "Action 2 is done.")
        await pilot.press("p")
        await shows(pilot, "paused")
        await pilot.press("enter")
        await shows(pilot, "It is paused: p resumes it.")
        await pilot.press("p", "x")
        await shows(pilot, "Stop plan rotation?")
        await pilot.press("y")
        await shows(pilot, "Plan rotation is stopped.")
        assert states(workspace) == ["done", "done", "done", "stopped"]
        await pilot.press("x")
        await shows(pilot, "That one has ended.")


async def test_mistakes_are_told_by_line_and_it_isn_t_begun(
    console: Open, workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "rotation.toml").write_text('[[action]]\ndo = "renew"\nisuer = "default"\nafter = "soon"\n')
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "0", "t", "n")
        await shows(pilot, "is checked first")
        await paste(pilot, str(tmp_path / "rotation.toml"))
        await pilot.press("enter")
        await shows(pilot, "line 3: 'isuer' is not a field of the action renew.")
        await shows(pilot, "line 4: after: 'soon' is not a duration")
        await pilot.press("enter")
        await shows(pilot, "line 3")
        assert latest_run(workspace, "rotation") is None


async def test_the_overview_names_what_is_next_and_leads_to_it(console: Open, workspace: Workspace) -> None:
    deployment(workspace)
    text = '[[action]]\ndo = "set-site"\nafter = "9d"\napns_grace_days = 5\n'
    PlanRun(workspace, read_plan(text, "rotation")).perform()
    async with console(size=(80, 24)) as pilot:
        await shows(pilot, "rotation: next 20")
        await shows(pilot, "set apns grace days 5")


def test_what_is_due_is_done_while_the_console_is_open(workspace: Workspace) -> None:
    deployment(workspace)
    PlanRun(workspace, read_plan(PLAN, "rotation")).perform()
    assert isinstance(workspace.clock, FixedClock)
    workspace.clock.at += timedelta(days=10)
    with workspace.acting_as(Actor("bob", "here", Role.VIEWER)):
        go_on_quietly(workspace)
    assert states(workspace)[3] == "waiting"
    go_on_quietly(workspace)
    assert states(workspace) == ["done", "due", "asks", "done"]


async def test_the_forecast_of_a_plan_is_kept_before_it_begins(console: Open, tmp_path: Path) -> None:
    (tmp_path / "rotation.toml").write_text(PLAN)
    with Workspace.open(tmp_path / "real", actor=Actor("alice")) as real:
        deployment(real)
        async with console(real, size=(80, 24)) as pilot:
            await pilot.press("7", "0", "t", "n")
            await shows(pilot, "a forecast of it is made and kept")
            await paste(pilot, str(tmp_path / "rotation.toml"))
            await pilot.press("enter")
            await shows(pilot, "replace certificate saml by one like it")
            await pilot.press("enter")
            await shows(pilot, "2 wait for you; forecast kept.")
            assert [one.plan for one in real.kept_forecasts.list()] == ["rotation"]
            assert latest_run(real, "rotation") is not None
