"""A plan on a real fleet: what certfleet does itself, what it leaves to a person, and what waits for a word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certfleet.simulator.plans.handling import begun_run, go_on, mark_done, pause, resume, stop
from certfleet.simulator.plans.progress import StepState, latest_run
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import Agree, LeftToPerson, Outcome, Performed, PlanRun
from certfleet.simulator.plans.words import run_lines
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import NOW, issue
from tests.store.deployment import bring, push, replace, trusted, use
from tests.waiting import LONG

from ..conftest import Draw

DAY = timedelta(days=1)
SAML, OLD = "saml.company.example", "old.company.example"
STOPS = f'[[action]]\ndo = "bind"\nafter = "1h"\nneed = "saml"\ncertificate = "{OLD}"\n'


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def real(clock: FixedClock) -> Iterator[Workspace]:
    with Workspace.open(None, actor=Actor("alice"), clock=clock) as workspace:
        workspace.site.set(migrated=True, ssl_offload=True)
        trusted(workspace, "mdm-ssl", issue("mdm.company.example"))
        use(workspace, "saml", issue(SAML))
        use(workspace, "apns", push())
        bring(workspace, issue(OLD, not_before=NOW - 9 * DAY, days=2))
        yield workspace


def begin(workspace: Workspace, text: str, *, folder: Path | None = None, agree: Agree | None = None) -> PlanRun:
    run = PlanRun(workspace, read_plan(text, "rotation"), folder=folder, agree=agree)
    run.perform()
    return run


def states(workspace: Workspace) -> list[str]:
    run = latest_run(workspace, "rotation")
    assert run is not None
    return [step.state.value for step in run.steps]


def told(workspace: Workspace) -> list[str]:
    return [notice.title for notice in workspace.notices.list() if notice.kind == "plan-due"]


def test_what_certfleet_does_is_done_and_the_rest_is_said_with_its_command(real: Workspace, clock: FixedClock) -> None:
    run = begin(
        real,
        """
        [[action]]
        do = "set-site"
        after = "1h"
        apns_grace_days = 3
        [[action]]
        do = "replace-certificate"
        after = "1h"
        certificate = "saml"
        valid = "1d"
        [[action]]
        do = "renew-apns"
        after = "1h"
        apple_id = "it@company.example"
        [[action]]
        do = "start-campaign"
        after = "2h"
        platform = "windows"
        """,
    )
    clock.at += 3 * timedelta(hours=1)
    outcomes = run.perform()
    assert [type(outcome) for outcome in outcomes] == [Performed, LeftToPerson, LeftToPerson, LeftToPerson]
    saml = real.components.find("saml")
    assert saml is not None
    said = [outcome.said for outcome in outcomes if isinstance(outcome, LeftToPerson)]
    assert said[0].endswith(f"from its CA: `certfleet certificate replace {saml.certificate_id} FILE`")
    assert "signed in as it@company.example, and replace #" in said[1]
    assert said[1].endswith(" by the answer: `certfleet apns request`")
    assert said[2].endswith("`certfleet device list --state re-enrollment-required --platform windows`")
    assert real.site.get().apns_grace_days == 3
    assert told(real) == ["Plan rotation: do this now"] * 3
    assert run.perform() == []
    assert len(told(real)) == 3
    assert any("do this now: ask the owners" in line for line in run_lines(run.progress))


def test_it_is_seen_when_a_person_has_done_it(real: Workspace, clock: FixedClock) -> None:
    saml, mdm = real.components.find("saml"), real.components.find("mdm-ssl")
    assert saml is not None and mdm is not None
    begin(
        real,
        """
        [[action]]
        do = "replace-certificate"
        after = "1h"
        certificate = "saml"
        valid = "1d"
        [[action]]
        do = "complete-task"
        after = "1h"
        task = "load-balancer"
        [[action]]
        do = "start-campaign"
        after = "1h"
        """,
    )
    clock.at += DAY
    replace(real, mdm, issue("mdm.company.example", days=300))
    go_on(real)
    assert states(real) == ["due", "due", "due"]
    replace(real, saml, issue(SAML, days=300))
    (task,) = [task for task in real.tasks.list(done=False) if task.kind == "load-balancer"]
    real.tasks.done(task.id)
    ((run, outcomes),) = go_on(real)
    assert [outcome.number for outcome in outcomes] == [1, 2]
    assert states(real) == ["done", "done", "due"]
    mark_done(real, "rotation", 3)
    run = latest_run(real, "rotation") or run
    assert (run.steps[2].said, run.ended_at) == ("done by alice", clock.at)
    with pytest.raises(Refusal, match="plan-over"):
        mark_done(real, "rotation", 3)


def test_what_was_done_early_is_not_asked_for_again(real: Workspace, clock: FixedClock) -> None:
    begin(real, '[[action]]\ndo = "replace-certificate"\nafter = "2d"\ncertificate = "saml"\nvalid = "9d"\n')
    clock.at += DAY
    saml = real.components.find("saml")
    assert saml is not None
    replace(real, saml, issue(SAML, days=300))
    clock.at += 2 * DAY
    go_on(real)
    assert states(real) == ["done"]
    assert told(real) == []


def test_an_action_that_stops_something_waits_for_a_word(real: Workspace, clock: FixedClock) -> None:
    run = begin(real, STOPS)
    before = real.components.find("saml")
    clock.at += DAY
    (outcome,) = run.perform()
    assert isinstance(outcome, LeftToPerson)
    assert outcome.state is StepState.ASKS
    assert outcome.said.startswith("STOPS: ")
    assert run.perform() == []
    assert real.components.find("saml") == before
    assert told(real) == ["Plan rotation asks before it goes on"]

    asked = []

    def no(number: int, action: object, effects: object) -> bool:
        asked.append(number)
        return False

    assert begun_run(real, "rotation", no).perform() == []
    assert (asked, real.components.find("saml")) == ([1], before)
    (done,) = begun_run(real, "rotation", lambda *_: True).perform()
    assert isinstance(done, Performed)
    assert real.components.find("saml") != before
    assert states(real) == ["done"]


def test_a_pause_holds_everything_and_a_stop_ends_it(real: Workspace, clock: FixedClock) -> None:
    text = "".join(f'[[action]]\ndo = "set-site"\nafter = "{day}d"\napns_grace_days = {day}\n' for day in (1, 2, 3))
    run = begin(real, text)
    pause(real, "rotation")
    clock.at += DAY
    assert run.perform() == []
    assert next(iter(run_lines(run.progress))).endswith("paused since " + f"{NOW:%Y-%m-%d %H:%M}")
    resume(real, "rotation")
    assert len(run.perform()) == 1
    stop(real, "rotation.toml")
    clock.at += 9 * DAY
    assert run.perform() == []
    assert states(real) == ["done", "stopped", "stopped"]
    assert real.site.get().apns_grace_days == 1
    actions = {line.action for line in real.audit.about("plan-run:1")}
    assert actions == {"plan.begin", "plan.pause", "plan.resume", "plan.stop"}


def test_a_viewer_goes_on_with_nothing(real: Workspace, clock: FixedClock) -> None:
    begin(real, '[[action]]\ndo = "set-site"\nafter = "1d"\napns_grace_days = 3\n')
    clock.at += DAY
    with real.acting_as(Actor("bob", "here", Role.VIEWER)), pytest.raises(Refusal, match="not-permitted"):
        go_on(real)
    assert states(real) == ["waiting"]


def test_in_a_simulation_everything_is_played(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    begin(workspace, '[[action]]\ndo = "start-campaign"\nafter = "0h"\n')
    assert states(workspace) == ["done"]
    assert go_on(workspace) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_whoever_goes_on_with_it_nothing_is_done_twice(days: list[int], waits: list[int]) -> None:
    clock = FixedClock(NOW)
    text = "".join(f'[[action]]\ndo = "refresh-authority"\nafter = "{day}d"\n' for day in days)
    with Workspace.open(None, actor=Actor("alice"), clock=clock) as workspace:
        runs = [begin(workspace, text)]
        runs.append(begun_run(workspace, "rotation"))
        done: list[Outcome] = list(runs[0].perform())
        for turn, hours in enumerate(waits):
            clock.at += timedelta(hours=hours)
            done += runs[turn % 2].perform()
        due = sum(timedelta(days=day) <= clock.at - NOW for day in days)
        assert len(workspace.authorities.groups()) == 1 + due
        assert states(workspace).count("done") == due


def test_two_processes_at_once_don_t_do_it_twice(tmp_path: Path) -> None:
    text = "".join('[[action]]\ndo = "refresh-authority"\nafter = "0h"\n' for _ in range(6))
    (tmp_path / "rotation.toml").write_text(text)
    with Workspace.open(tmp_path / "w"):
        pass
    command = (sys.executable, "-m", "certfleet", "--workspace", str(tmp_path / "w"), "plan", "run")
    first = subprocess.run([*command, str(tmp_path / "rotation.toml"), "--dry-run"], capture_output=True, timeout=LONG)
    assert first.returncode == 0
    with Workspace.open(tmp_path / "w") as workspace:  # begun, so that both go on with the same run
        PlanRun(workspace, read_plan(text, "rotation"))._begin()
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=LONG)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(answer.count("refresh-authority: CA group") for answer in said) == 6
    with Workspace.open(tmp_path / "w") as workspace:
        assert len(workspace.authorities.groups()) == 7
        assert states(workspace) == ["done"] * 6
