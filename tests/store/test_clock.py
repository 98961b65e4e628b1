"""The workspace's clock: the machine's, or a virtual one that stands still until it is moved."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from certfleet.store.clock import StoredClock, virtual
from certfleet.store.model.authority import AuthorityRole
from certfleet.store.workspace import Workspace
from tests.material import NOW

MOVE = """
import sys
from datetime import datetime
from pathlib import Path
from certfleet.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace, workspace.database.transaction():
    workspace.set_clock(datetime.fromisoformat(sys.argv[2]))
"""


def test_a_workspace_goes_by_the_wall_clock(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        before = datetime.now(UTC)
        assert before <= workspace.now() <= datetime.now(UTC)
        assert not workspace.is_virtual
        assert workspace.settings()["clock"] == {"kind": "wall"}


def test_a_new_workspace_may_get_a_virtual_clock_that_stands(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        assert workspace.is_virtual
        assert workspace.now() == workspace.now() == NOW
        (group,) = workspace.authorities.groups()
        assert group.ready_at < NOW - timedelta(days=365)  # a fleet may have been enrolled for a while
        assert workspace.authorities.of_group("default")[AuthorityRole.DEVICE].not_before < NOW - timedelta(days=365)
        assert workspace.audit.tail(1)[0].at == NOW
    with Workspace.open(tmp_path / "workspace", start=NOW + timedelta(days=9)) as again:
        assert again.now() == NOW  # it isn't a new one any more


def test_another_process_moves_it(tmp_path: Path) -> None:
    later = NOW + timedelta(days=3, microseconds=5)
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        workspace.poll()
        assert workspace.now() == NOW
        subprocess.run([sys.executable, "-c", MOVE, str(tmp_path / "workspace"), later.isoformat()], check=True)
        changes = workspace.poll()
        assert changes is not None
        assert changes.touches("workspace")
        assert workspace.now() == later.replace(microsecond=0)  # a virtual clock goes by the second


def test_it_can_be_the_wall_clock_again(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        workspace.set_clock(None)
        assert not workspace.is_virtual
        assert workspace.now() > NOW - timedelta(days=1)
        workspace.set_clock(NOW)
        assert workspace.now() == NOW


def test_a_move_that_is_not_committed_did_not_happen(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        try:
            with workspace.database.transaction():
                workspace.set_clock(NOW + timedelta(days=1))
                assert workspace.now() == NOW + timedelta(days=1)
                raise KeyError
        except KeyError:
            pass
        assert workspace.now() == NOW


def test_a_moment_in_another_time_zone_is_kept_in_utc() -> None:
    local = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert virtual(local) == {"kind": "virtual", "at": "2026-01-01T00:00:00Z"}
    clock = StoredClock(lambda: virtual(local))
    assert clock.now() == NOW
    assert clock.now().tzinfo is not None
