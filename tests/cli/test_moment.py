"""Moments from the command line: kept, shown, compared, gone back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.views.kept_moment import MomentDocument
from tests.prepared import Prepared

from .conftest import Command


@pytest.fixture
def small(certfleet: Command, prepared: Prepared) -> Command:
    """Twelve simulated devices."""
    return certfleet.after(prepared, "simulate fleet --devices 12 --seed 3 --churn 0 --start 2026-01-05")


def test_back_and_forth(small: Command) -> None:
    assert "no moment is kept" in small.done("moment", "list")
    assert "kept: moment 'start', at 2026-01-05 00:00" in small.done("moment", "save", "start")
    log = small.json("simulate", "status")["event_log"]
    small.done("device", "revoke", "3", "--yes")
    small.done("simulate", "run", "--for", "2d")
    (named, before, _) = small.json("moment", "list")["moments"]
    assert set(named) == set(MomentDocument.__struct_fields__)
    assert (named["name"], named["before"], before["before"]) == ("start", "", "revoked for 1 device")

    tried = small.json("moment", "go", "start", "--dry-run")["effects"]
    assert tried["devices"]
    assert small.json("simulate", "status")["event_log"] != log
    assert "went back: moment 'start'" in small.done("moment", "go", "start", "--yes")
    assert small.json("simulate", "status")["event_log"] == log
    assert small.json("device", "show", "3")["device"]["state"] == "enrolled"
    left = small.json("moment", "list")["moments"][-1]
    small.done("moment", "go", str(left["id"]), "--yes")
    assert small.json("device", "show", "3")["device"]["state"] == "revoked"


def test_a_run_keeps_a_moment_before_it_unless_there_is_one(small: Command) -> None:
    small.done("simulate", "run", "--for", "1d")
    small.done("simulate", "run", "--for", "1d", "--dry-run")
    small.done("simulate", "run", "--for", "1d")
    kept = [one["before"] for one in small.json("moment", "list")["moments"]]
    assert kept == ["time passes", "time passes"]
    assert "go back to the moment that is kept before it" in small.done("simulate", "run", "--for", "1d", "--dry-run")
    small.done("moment", "go", "1")
    assert small.json("simulate", "status")["clock"]["now"] == "2026-01-05T00:00:00Z"


def test_compare_and_branch(small: Command, tmp_path: Path) -> None:
    small.done("moment", "save", "start")
    small.done("device", "revoke", "3", "--yes")
    small.done("simulate", "run", "--for", "2d")
    said = small.done("moment", "compare", "start", "now")
    assert "A: moment 'start': 2026-01-05 00:00, 12 devices" in said
    assert "revoked: 0 in A, 1 in B" in said
    branched = small.json("moment", "branch", "start", str(tmp_path / "other"))
    assert branched["workspace"] == str(tmp_path / "other")
    same = small.json("moment", "compare", "start", f"{tmp_path}/other")
    assert same["same_events"]
    shown = small.json("moment", "show", "start")
    assert (shown["moment"]["name"], shown["same_events"]) == ("start", False)
    assert shown["second"]["devices"]["states"]["revoked"] == 1


def test_refusals(small: Command) -> None:
    assert small.refused("moment", "go", "nowhere")["code"] == "moment-unknown"
    assert small.refused("moment", "save", "now")["code"] == "moment-name-invalid"
    assert small.refused("moment", "compare", "now", "./nowhere")["code"] == "workspace-missing"
    small.done("moment", "save", "start")
    assert small.refused("moment", "save", "start")["code"] == "moment-name-taken"
    small.done("moment", "forget", "start")
    assert small.refused("moment", "show", "start")["code"] == "moment-unknown"
