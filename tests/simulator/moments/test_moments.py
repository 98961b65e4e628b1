"""Moments: named ones, those kept before destructive acts, and going back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certfleet.simulator.engine.status.status import simulation_status
from certfleet.store.errors import Refusal
from certfleet.store.moments.moments import MOST_AUTOMATIC, SPARED
from certfleet.store.workspace import Workspace
from tests.waiting import told

from ..conftest import MONDAY, Draw, rotate, run


def state(workspace: Workspace) -> dict[str, Any]:
    """All that going back restores: every row and the next id of each table."""
    database = workspace.database
    content = database.storage.read()
    assert content is not None
    found = {name: rows for name, rows in content.items() if name not in SPARED}
    return found | {"ids": {name: database.table(name).highest_id() for name in found}}


def test_going_back_restores_everything_exactly(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=30)
    run(workspace, days=2)
    moment = workspace.moments.save("before the rotation")
    before, digest = state(workspace), simulation_status(workspace).event_log
    assert (moment.at, moment.events, moment.sha256) == (workspace.now(), digest.count, digest.sha256)

    rotate(workspace)
    workspace.devices.renew(range(1, 31))
    run(workspace, days=20)
    workspace.devices.revoke([3])
    assert simulation_status(workspace).event_log != digest

    workspace.moments.go("before the rotation")
    assert state(workspace) == before
    assert simulation_status(workspace).event_log == digest
    assert workspace.now() == MONDAY + timedelta(days=2)
    assert workspace.check().clean
    assert workspace.audit.tail(1)[0].summary.startswith("went back from 2026-01-27 00:00 to 2026-01-07 00:00")


def test_the_same_acts_after_going_back_give_the_same_history(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=30)
    workspace.moments.save("start")

    def live() -> object:
        rotate(workspace)
        workspace.devices.renew(range(1, 31))
        run(workspace, days=9)
        return simulation_status(workspace).event_log

    first = live()
    workspace.moments.go("start")
    assert live() == first


def test_a_moment_is_kept_before_each_destructive_act(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=10)
    assert workspace.moments.all() == []
    workspace.inventory.describe(1, "the first")  # takes nothing away
    run(workspace, days=1)
    before = state(workspace)
    workspace.devices.revoke([3])
    (kept,) = workspace.moments.all()
    assert (kept.name, kept.before, kept.user) == (None, "revoked for 1 device", "alice")

    workspace.moments.go(str(kept.id))
    assert state(workspace) == before
    undone = workspace.moments.all()[-1]  # going back can be undone as well
    workspace.moments.go(str(undone.id))
    assert workspace.devices.get(3).pending


def test_another_process_follows(fleet: Draw, tmp_path: Path) -> None:
    ours = fleet(tmp_path / "w", devices=10)
    theirs = Workspace.open(tmp_path / "w")
    ours.moments.save("start")
    rotate(ours)
    ours.devices.renew(range(1, 11))
    run(ours, days=9)
    theirs.poll()
    assert len(theirs.authorities.groups()) == 2
    ours.moments.go("start")
    changes = told(theirs.database)
    assert changes.touches("devices", "workspace", "authority_groups")
    assert len(theirs.authorities.groups()) == 1
    assert theirs.now() == MONDAY
    assert state(theirs) == state(ours)
    theirs.close()


def test_a_workspace_with_the_wall_clock_never_goes_back(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "w")
    workspace.moments.save("today")
    with pytest.raises(Refusal) as refused:
        workspace.moments.go("today")
    assert refused.value.code == "cannot-go-back"


def test_only_the_newest_automatic_moments_stay(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    workspace.moments.save("start")
    before = state(workspace)
    for days in range(60, 60 + MOST_AUTOMATIC + 3):
        workspace.site.set(apns_grace_days=days % 30)
    automatic = [one for one in workspace.moments.all() if one.name is None]
    assert len(automatic) == MOST_AUTOMATIC
    workspace.moments.go("start")
    assert state(workspace) == before


@pytest.mark.parametrize("name", ["", "12", "now", "a/b", "x" * 61, "line\nbreak"])
def test_names_that_cannot_be(tmp_path: Path, name: str) -> None:
    workspace = Workspace.open(tmp_path / "w", start=MONDAY)
    with pytest.raises(Refusal) as refused:
        workspace.moments.save(name)
    assert refused.value.code == "moment-name-invalid"


def test_a_name_is_used_once_until_it_is_forgotten(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "w", start=MONDAY)
    workspace.moments.save("start")
    with pytest.raises(Refusal) as refused:
        workspace.moments.save("start")
    assert refused.value.code == "moment-name-taken"
    workspace.moments.forget("start")
    with pytest.raises(Refusal) as refused:
        workspace.moments.find("start")
    assert refused.value.code == "moment-unknown"
    assert workspace.database.engine.points() == []
    workspace.moments.save("start")


def test_what_makes_an_invented_workspace_keeps_none(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    with workspace.moments.none_kept():
        with workspace.moments.none_kept():  # as a fleet that is drawn within a demo
            rotate(workspace)
        workspace.devices.revoke([1])
    assert workspace.moments.all() == []
    workspace.devices.revoke([2])
    assert len(workspace.moments.all()) == 1


def test_an_export_holds_no_moments(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    workspace.moments.save("start")
    workspace.export_json(tmp_path / "export.json")
    data = (tmp_path / "export.json").read_bytes()
    Workspace.import_json(data, tmp_path / "copy", key_file=tmp_path / "w" / "vault.key")
    with Workspace.open(tmp_path / "copy") as copy:
        assert copy.moments.all() == []
        assert copy.check().clean


def test_a_moment_that_lost_what_it_kept_is_found(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "w", devices=5)
    moment = workspace.moments.save("start")
    with workspace.database.transaction():
        workspace.database.engine.drop_point(moment.number)
        workspace.database.table("moments").update({"user": "mallory"}, doc_ids=[moment.id])
    (problem,) = workspace.check().problems
    assert (problem.code, problem.record) == ("moment-lost", "moment:1")
