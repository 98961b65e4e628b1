"""Audit lines are copied to a second destination, which never blocks a change and is told when it fails."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from certfleet.store.audit_copies.destination import SyslogAddress, read_destination
from certfleet.store.backups.restoring import unpacked
from certfleet.store.branching import branch, duplicate
from certfleet.store.errors import Refusal
from certfleet.store.seals.seal_file import SEAL_FILE
from certfleet.store.workspace import Workspace
from tests.edited_store import remembered
from tests.material import NOW


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "lines.jsonl"


@pytest.fixture
def folder(tmp_path: Path, copy: Path) -> Path:
    """A workspace that copies its audit lines to a file."""
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        workspace.site.set(apns_grace_days=1)
        workspace.site.set(audit_copy=str(copy))
        workspace.site.set(apns_grace_days=2)
    return tmp_path / "workspace"


def lines(copy: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in copy.read_text().splitlines()]


def hashes(workspace: Workspace) -> list[str]:
    return [line.hash for line in reversed(workspace.audit.tail(1000))]


def problems(folder: Path) -> list[str]:
    with Workspace.open(folder) as workspace:
        return [problem.code for problem in workspace.check().problems]


def test_a_file_gets_all_lines_the_earlier_ones_too(folder: Path, copy: Path) -> None:
    with Workspace.open(folder) as workspace:
        assert [line["hash"] for line in lines(copy)] == hashes(workspace)
        assert [line["id"] for line in lines(copy)] == list(range(1, len(hashes(workspace)) + 1))
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_file_that_fails_blocks_nothing_is_told_and_caught_up_with(folder: Path, copy: Path) -> None:
    kept = copy.read_bytes()
    copy.unlink()
    copy.mkdir()
    with Workspace.open(folder) as workspace:
        workspace.site.set(apns_grace_days=3)
        workspace.site.set(apns_grace_days=4)
    with Workspace.open(folder) as workspace:
        assert "Audit lines are not copied" in [notice.title for notice in workspace.notices.list()]
    assert problems(folder) == ["audit-copy-failed"]
    copy.rmdir()
    copy.write_bytes(kept)
    with Workspace.open(folder) as workspace:
        assert [line["hash"] for line in lines(copy)] == hashes(workspace)
    assert problems(folder) == []


def test_a_line_that_a_crash_cut_off_is_written_again(folder: Path, copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-20])
    with Workspace.open(folder) as workspace:
        workspace.site.set(apns_grace_days=3)
        found = {json.loads(text)["hash"] for text in copy.read_text().splitlines() if text.endswith("}")}
        assert set(hashes(workspace)) <= found


def test_a_trail_that_was_put_back_contradicts_its_copy(folder: Path, copy: Path) -> None:
    put_back, seal = remembered(folder), (folder / SEAL_FILE).read_bytes()
    with Workspace.open(folder) as workspace:
        workspace.site.set(apns_grace_days=3)
        workspace.site.set(apns_grace_days=4)
    put_back()
    (folder / SEAL_FILE).write_bytes(seal)  # all that there is, as the seal can't tell
    assert problems(folder) == ["audit-copy-differs"]
    with Workspace.open(folder) as workspace:
        workspace.site.set(apns_grace_days=5)
    assert problems(folder) == ["audit-copy-differs"]
    with Workspace.open(folder) as workspace:
        workspace.audit.accept("an exercise")
    assert problems(folder) == []


def test_a_restore_goes_on_in_the_copy(folder: Path, copy: Path) -> None:
    with Workspace.open(folder) as workspace:
        backup = workspace.backups.make(folder.parent / "safe.backup")
        workspace.site.set(apns_grace_days=3)
    with unpacked(backup, folder) as draft:
        draft.check()
        draft.put_in_place()
    assert problems(folder) == []
    assert lines(copy)[-1]["action"] == "workspace.restore"
    with Workspace.open(folder) as workspace:
        workspace.site.set(apns_grace_days=7)
    assert problems(folder) == []


def test_another_workspace_made_of_it_copies_nothing(folder: Path, copy: Path, tmp_path: Path) -> None:
    with Workspace.open(folder) as workspace:
        moment = workspace.moments.save("here")
        branch(workspace, moment, tmp_path / "branch")
        duplicate(workspace, tmp_path / "duplicate")
        workspace.export_json(tmp_path / "export.json")
    before = copy.read_bytes()
    data = (tmp_path / "export.json").read_bytes()
    Workspace.import_json(data, tmp_path / "import", key_file=folder / "vault.key")
    for name in ("branch", "duplicate", "import"):
        with Workspace.open(tmp_path / name) as other:
            assert other.site.get().audit_copy == ""
            other.site.set(apns_grace_days=9)
            assert other.check().clean
    assert copy.read_bytes() == before


def test_a_trial_copies_nothing(folder: Path, copy: Path) -> None:
    before = copy.read_bytes()
    with Workspace.open(folder) as workspace, workspace.copy() as trial:
        trial.site.set(apns_grace_days=9)
    assert copy.read_bytes() == before


def test_lines_to_syslog(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(60)
        with Workspace.open(tmp_path / "workspace") as workspace:
            workspace.site.set(audit_copy=f"syslog:127.0.0.1:{server.getsockname()[1]}")
            line = workspace.audit.tail(1)[0]
        message = server.recv(65536).rstrip(b"\x00").decode()
    assert message.startswith("<86>certfleet-audit: {")
    assert json.loads(message.partition(": ")[2])["hash"] == line.hash


def test_a_syslog_that_is_not_there_blocks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("certfleet.store.audit_copies.syslog_copy._OWN", str(tmp_path / "no-log"))
    with Workspace.open(tmp_path / "workspace") as workspace:
        workspace.site.set(audit_copy="syslog")
        workspace.site.set(apns_grace_days=3)
        assert workspace.site.get().apns_grace_days == 3
    assert problems(tmp_path / "workspace") == ["audit-copy-failed"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", None),
        ("/var/log/lines", Path("/var/log/lines")),
        ("syslog", SyslogAddress(None, 514)),
        ("syslog:192.0.2.1", SyslogAddress("192.0.2.1", 514)),
        ("syslog:192.0.2.1:1514", SyslogAddress("192.0.2.1", 1514)),
        ("syslog:[2001:db8::1]:1514", SyslogAddress("2001:db8::1", 1514)),
        ("syslog:2001:db8::1", SyslogAddress("2001:db8::1", 514)),
    ],
)
def test_destinations(text: str, read: object) -> None:
    assert read_destination(text) == read


@pytest.mark.parametrize(
    "text",
    ["lines.txt", "syslog:log.example.com", "syslog:192.0.2.1:0", "syslog:192.0.2.1:x", "/", "/dev/zero", "/dev/full"],
)
def test_what_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="setting-invalid"):
        read_destination(text)
