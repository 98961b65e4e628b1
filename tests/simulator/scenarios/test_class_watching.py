"""Watching a class: what is committed is seen at once, and nothing is touched."""

from __future__ import annotations

from pathlib import Path

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.moments.going import go_to
from certfleet.simulator.scenarios.class_report import class_report
from certfleet.simulator.scenarios.class_watching import WatchedClass
from certfleet.simulator.scenarios.classroom import create_class
from certfleet.simulator.scenarios.debrief import debrief
from certfleet.simulator.scenarios.glance import glance
from certfleet.simulator.scenarios.record import START, progress_of
from certfleet.simulator.scenarios.standing import take_hint
from certfleet.store.folder import STORE_FILE
from certfleet.store.workspace import Workspace

from .test_classroom import LESSON, SCENARIO


def test_who_went_back_to_a_moment_is_seen_as_in_the_report(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    create_class(folder, SCENARIO, LESSON, ("Ann", "Bo"))
    with Workspace.open(folder / "Bo", create=False) as workspace:
        for _ in range(2):
            workspace.authorities.refresh()
            go_to(workspace, START)
        found = glance(workspace)
        assert found is not None
        assert found.went_back == debrief(workspace).went_back == 2
    assert [one.glance and one.glance.went_back for one in WatchedClass(folder).look()] == [0, 2]
    assert {one.name: one.went_back for one in class_report(folder).people} == {"Ann": 0, "Bo": 2}


def test_everybody_is_seen_while_they_work(tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    create_class(folder, SCENARIO, LESSON, ("Ann", "Bo", "Cy", "Di", "Ed"))
    watched = WatchedClass(folder)
    before = {name: sorted(path.name for path in (folder / name).iterdir()) for name in ("Ann", "Cy")}
    assert [one.glance and one.glance.points for one in watched.look()] == [0] * 5
    assert before == {name: sorted(path.name for path in (folder / name).iterdir()) for name in before}

    with Workspace.open(folder / "Bo", create=False) as workspace, Simulator(workspace) as simulator:
        take_hint(workspace)
        workspace.authorities.refresh()
        at_work = watched.look()[1].glance
        assert at_work is not None
        assert (at_work.over, at_work.hints, sorted(at_work.open)) == (False, 1, [1, 2, 3])
        assert at_work.last_act is not None
        assert at_work.last_act.action == "authority.refresh"
        with workspace.database.transaction():  # somebody writes just now
            assert watched.look()[1].glance == at_work
        simulator.run(progress_of(workspace).ends_at)
        done = watched.look()[1].glance
        assert done is not None
        assert (done.over, done.open) == (True, {})
    (folder / "Cy" / STORE_FILE).unlink()
    (folder / "Di" / STORE_FILE).write_bytes(b"no database, but long enough to be looked at " * 20)
    ann, bo, cy, di, _ = watched.look()
    assert ann.glance is not None
    assert bo.glance is not None
    assert "there is no workspace" in cy.unread
    assert di.unread
    points = {one.name: one.standing.points for one in class_report(folder).people if one.standing is not None}
    assert points["Bo"] == bo.glance.points == done.points
    assert not (folder / "Cy" / STORE_FILE).exists()
