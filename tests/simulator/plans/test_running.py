"""A plan that is carried out: in a simulated fleet, one action at a time, and again after a kill."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.plans.progress import StepState
from certfleet.simulator.plans.reading import read_plan
from certfleet.simulator.plans.running import Outcome, PlanRun, RefusedAction, run_plan
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.simulator.conftest import Draw

ROTATION = """
[[action]]
do = "refresh-authority"
at = 2026-01-06
name = "group-2"

[[action]]
do = "renew"
after = "2d"
issuer = "default"
per_day = 20

[[action]]
do = "set-site"
at = 2026-01-09T12:00:00Z
apns_grace_days = 3
"""


def carry_out(workspace: Workspace, text: str, *, days: int, name: str = "rotation") -> list[Outcome]:
    with Simulator(workspace) as simulator:
        run = PlanRun(workspace, read_plan(text, name))
        return run_plan(simulator, run, workspace.now() + timedelta(days=days))


def test_actions_are_carried_out_at_their_times_and_their_devices_move(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    outcomes = carry_out(workspace, ROTATION, days=30)
    assert [(outcome.number, str(outcome.at)[:16]) for outcome in outcomes] == [
        (1, "2026-01-06 08:00"),
        (2, "2026-01-07 00:00"),
        (2, "2026-01-08 00:00"),
        (2, "2026-01-09 00:00"),
        (3, "2026-01-09 12:00"),
    ]
    assert workspace.site.get().apns_grace_days == 3
    assert workspace.authorities.holders()["group-2"] > 30
    (line,) = workspace.audit.about("authority-group:2")
    assert (line.user, str(line.at)[:16]) == ("plan rotation", "2026-01-06 08:00")


def test_devices_are_asked_so_many_a_day_and_no_more(fleet: Draw) -> None:
    workspace = fleet(devices=60)
    carry_out(workspace, ROTATION, days=30)
    asked = [line for line in workspace.audit.tail(1000) if line.action == "device.renew"]
    assert len(asked) == 3
    requested = [e for e in workspace.devices.events(10_000) if e.kind.value == "renewal-requested"]
    days = [str(event.at)[:10] for event in requested]
    assert all(days.count(day) <= 20 for day in days)
    assert len({event.device_id for event in requested}) == len(requested)


def test_a_refused_action_is_in_the_result_and_the_plan_goes_on(fleet: Draw) -> None:
    workspace = fleet(devices=20)
    outcomes = carry_out(
        workspace,
        """
        [[action]]
        do = "replace-certificate"
        after = "1h"
        certificate = "gateway-ssl"
        valid = "365d"
        [[action]]
        do = "renew"
        at = 2026-01-01
        [[action]]
        do = "renew"
        after = "2h"
        issuer = "group-9"
        [[action]]
        do = "refresh-authority"
        after = "3h"
        """,
        days=1,
    )
    refused = {outcome.number: outcome.code for outcome in outcomes if isinstance(outcome, RefusedAction)}
    assert refused == {1: "not-found", 2: "plan-action-past", 3: "group-unknown"}
    assert len(workspace.authorities.groups()) == 2


def test_nothing_is_done_twice_whoever_goes_on_with_it(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "one", devices=20)
    plan = read_plan(ROTATION, "rotation")
    with Simulator(workspace) as simulator:
        run_plan(simulator, PlanRun(workspace, plan), workspace.now() + timedelta(days=2))
    workspace.close()
    with Workspace.open(tmp_path / "one") as again:
        run = PlanRun(again, plan)
        assert [step.state for step in run.progress.steps] == [StepState.DONE, StepState.DONE, StepState.WAITING]
        assert run.perform() == []
        assert str(run.next_at)[:16] == "2026-01-09 12:00"


def test_a_plan_that_changed_meanwhile_is_refused(fleet: Draw) -> None:
    workspace = fleet(devices=20)
    PlanRun(workspace, read_plan(ROTATION, "rotation")).perform()
    with pytest.raises(Refusal, match="plan-changed"):
        PlanRun(workspace, read_plan(ROTATION.replace("per_day = 20", "per_day = 30"), "rotation"))
    assert PlanRun(workspace, read_plan(f"# more\n{ROTATION}", "rotation")).progress.id == 1


def test_on_weekends_nobody_is_asked_if_the_plan_says_so(fleet: Draw) -> None:
    text = '[[action]]\ndo = "renew"\nat = 2026-01-09T07:00:00Z\nper_day = 5\nworking_days = true\n'
    outcomes = carry_out(fleet(devices=20), text, days=14)
    assert [f"{outcome.at:%a %H}" for outcome in outcomes] == ["Fri 07", "Mon 07", "Tue 07", "Wed 07"]


def test_an_action_and_its_mark_are_written_together_or_not_at_all(
    fleet: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = fleet(devices=20)
    plan = read_plan(ROTATION, "rotation")
    workspace.set_clock(workspace.now() + timedelta(days=1, hours=8))
    with monkeypatch.context() as patch:
        patch.setattr(PlanRun, "_store", killed)
        with pytest.raises(Killed):
            PlanRun(workspace, plan).perform()
    assert len(workspace.authorities.groups()) == 1
    assert len(PlanRun(workspace, plan).perform()) == 1
    assert len(workspace.authorities.groups()) == 2


@pytest.mark.parametrize("windows", [1, 5, 12])
def test_a_run_that_was_killed_ends_where_an_undisturbed_one_ends(fleet: Draw, tmp_path: Path, windows: int) -> None:
    undisturbed, plan = fleet(devices=40), read_plan(ROTATION, "rotation")
    carry_out(undisturbed, ROTATION, days=12)
    until = undisturbed.now()
    killed_one = fleet(tmp_path / "killed", devices=40)
    counts = iter(range(1000))

    def dies() -> bool:
        if next(counts) == windows:
            raise Killed
        return False

    with pytest.raises(Killed), Simulator(killed_one) as simulator:
        run_plan(simulator, PlanRun(killed_one, plan), until, stop=dies)
    killed_one.close()
    with Workspace.open(tmp_path / "killed") as again, Simulator(again) as simulator:
        run_plan(simulator, PlanRun(again, plan), until)
        assert again.devices.log_digest() == undisturbed.devices.log_digest()
        steps = PlanRun(again, plan).progress.steps
        assert steps == PlanRun(undisturbed, plan).progress.steps


class Killed(BaseException):
    """What nobody catches."""


def killed(*_: object) -> None:
    raise Killed


def test_parts_of_a_second_dont_keep_a_plan_from_going_on(fleet: Draw) -> None:
    workspace = fleet(devices=4)
    run = PlanRun(workspace, read_plan('[[action]]\ndo = "renew"\nafter = "1d"\n', "later"))
    until = workspace.now() + timedelta(days=2, microseconds=7)
    with Simulator(workspace) as simulator:
        outcomes = run_plan(simulator, run, until)
        assert len(outcomes) == 1
        assert run_plan(simulator, run, until) == []  # as a real inventory's clock has them
