"""An audit trail that was cut, rewritten or put back is found by its seals; legitimate ways back are not."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from certfleet.store.audit import START, line_hash
from certfleet.store.backups.restoring import unpacked
from certfleet.store.backups.salvaging import salvaged
from certfleet.store.branching import branch, duplicate
from certfleet.store.errors import Refusal
from certfleet.store.seals.seal_file import SEAL_FILE
from certfleet.store.seals.seals import SealState
from certfleet.store.workspace import Workspace
from tests.edited_store import drop_checksums, edited, remembered

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PASSPHRASE = "a passphrase of the tests"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a few lines in its audit trail."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder, start=NOON) as workspace:
        for number in range(5):
            change(workspace, number)
    return folder


def change(workspace: Workspace, number: int) -> None:
    """Something that leaves an audit line."""
    workspace.site.set(apns_grace_days=number + 1)


def found(folder: Path) -> list[str]:
    """The codes of what a check finds."""
    with Workspace.open(folder, create=False) as workspace:
        return [problem.code for problem in workspace.check().problems]


def state(folder: Path, **options: object) -> SealState:
    with Workspace.open(folder, create=False, **options) as workspace:  # type: ignore[arg-type]
        report = workspace.check()
        assert report.clean, report.problems
        assert report.seal is not None
        return report.seal.state


def edit(folder: Path, *statements: str) -> None:
    """Edit the database as somebody who knows how its checksums are made."""
    with edited(folder) as store:
        for statement in statements:
            store.run(statement)


def rewrite(folder: Path) -> None:
    """Change who did line 3, and make the hashes of all lines anew."""
    with edited(folder) as store:
        previous = START
        for id, body in store.run("SELECT id, body FROM audit ORDER BY id"):
            line = msgspec.json.decode(body)
            line = {name: value for name, value in line.items() if name != "hash"} | {"previous_hash": previous}
            line["user"] = "somebody else" if id == 3 else line["user"]
            line["hash"] = previous = line_hash(line)
            store.run("UPDATE audit SET body = ? WHERE id = ?", (msgspec.json.encode(line).decode(), id))


def cut_the_end(folder: Path) -> None:
    edit(folder, "DELETE FROM audit WHERE id > (SELECT max(id) - 2 FROM audit)")


def empty(folder: Path) -> None:
    edit(folder, "DELETE FROM audit")


def cut_with_the_seal(folder: Path) -> None:
    edit(folder, "DELETE FROM audit WHERE id > 3", "DELETE FROM audit_seals")


def change_the_seal(folder: Path) -> None:
    with edited(folder) as store:
        store.set_field("audit_seals", "line", 3)
        store.run("DELETE FROM audit WHERE id > 3")


def remove_the_file(folder: Path) -> None:
    (folder / SEAL_FILE).unlink()


def spoil_the_file(folder: Path) -> None:
    (folder / SEAL_FILE).write_bytes(b"nothing")


ATTACKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "the end is cut off": (cut_the_end, "audit-cut"),
    "all of it is deleted": (empty, "audit-cut"),
    "it is rewritten, the hashes made anew": (rewrite, "audit-rewritten"),
    "it is cut and its seal deleted": (cut_with_the_seal, "audit-cut"),
    "it is cut and its seal changed": (change_the_seal, "audit-seal-wrong"),
    "the seal beside it is deleted": (remove_the_file, "audit-seal-missing"),
    "the seal beside it is spoiled": (spoil_the_file, "audit-seal-wrong"),
}


@pytest.mark.parametrize(("attack", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_what_was_done_to_the_trail_is_found_and_stays_found(
    folder: Path, attack: Callable[[Path], None], code: str
) -> None:
    assert state(folder) is SealState.SEALED
    attack(folder)
    assert code in found(folder)
    with Workspace.open(folder) as workspace:
        for number in range(20, 40):  # past the line that the seal names
            change(workspace, number)
    if attack not in (remove_the_file, spoil_the_file):
        assert {"audit-cut", "audit-rewritten", "audit-seal-wrong", "audit-seal-missing"} & set(found(folder))


def test_yesterdays_database_is_found(folder: Path) -> None:
    put_back = remembered(folder)
    with Workspace.open(folder) as workspace:
        change(workspace, 9)
    put_back()
    assert found(folder) == ["audit-cut"]
    with Workspace.open(folder) as workspace:
        change(workspace, 10)
        change(workspace, 11)
    assert found(folder) == ["audit-rewritten"]


def test_a_person_with_the_key_can_accept_what_is_there(folder: Path) -> None:
    edit(folder, "DELETE FROM audit WHERE id = 3")
    cut_the_end(folder)
    assert {"audit-broken", "audit-cut", "change-unknown"} == set(found(folder))
    with Workspace.open(folder) as workspace:
        workspace.audit.accept("looked at, and reported")
    assert state(folder) is SealState.SEALED
    with Workspace.open(folder) as workspace:
        change(workspace, 10)
        assert workspace.audit.tail(2)[1].summary.endswith(": looked at, and reported")
    assert state(folder) is SealState.SEALED
    edit(folder, "DELETE FROM audit WHERE id = 2")
    assert found(folder) == ["audit-broken"]


def test_restoring_a_backup_is_no_attack(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        backup = workspace.backups.make(folder.parent / "safe.backup")
        for number in range(20, 40):
            change(workspace, number)
    with unpacked(backup, folder) as draft:
        assert draft.check().report.clean
        kept = draft.put_in_place()
    assert state(folder) is SealState.SEALED
    with Workspace.open(folder) as workspace:
        assert workspace.audit.tail(1)[0].action == "workspace.restore"
        change(workspace, 50)
    assert state(folder) is SealState.SEALED
    assert kept is not None and (kept / SEAL_FILE).exists()
    assert state(kept) is SealState.SEALED


def test_repairing_seals_what_is_left_and_says_so(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute("UPDATE audit SET body = replace(body, 'grace', 'grave') WHERE id = 3")
        connection.commit()
    with salvaged(folder) as (draft, _):
        draft.check()
        draft.put_in_place("workspace.repair", "audit: 1 record lost", anew=True)
    assert state(folder) is SealState.SEALED
    edit(folder, "UPDATE audit SET body = replace(body, 'grave', 'grate') WHERE id = 3")
    assert "audit-broken" in found(folder)


def test_going_back_to_a_moment_branches_and_copies_are_no_attack(folder: Path, tmp_path: Path) -> None:
    with Workspace.open(folder) as workspace:
        moment = workspace.moments.save("here")
        change(workspace, 30)
        branch(workspace, moment, tmp_path / "branch")
        duplicate(workspace, tmp_path / "duplicate")
        workspace.export_json(tmp_path / "export.json")
        workspace.moments.go("here")
        assert workspace.audit.tail(1)[0].action == "moment.go"
    data = (tmp_path / "export.json").read_bytes()
    Workspace.import_json(data, tmp_path / "import", key_file=folder / "vault.key")
    shutil.copytree(folder, tmp_path / "copied")
    assert state(folder) is SealState.SEALED
    assert state(tmp_path / "duplicate") is SealState.SEALED
    assert state(tmp_path / "copied") is SealState.SEALED
    for name in ("branch", "import"):
        assert state(tmp_path / name) is SealState.UNSEALED
        with Workspace.open(tmp_path / name) as workspace:
            change(workspace, 60)
            assert "audit.seal" in [line.action for line in workspace.audit.tail(2)]
        assert state(tmp_path / name) is SealState.SEALED


def test_a_workspace_of_an_earlier_release_is_sealed_from_its_next_change_on(folder: Path) -> None:
    (folder / SEAL_FILE).unlink()
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute("UPDATE workspace SET body = json_set(body, '$.schema_version', 4)")
        connection.execute("DROP TABLE audit_seals")
        drop_checksums(connection)
    assert state(folder) is SealState.UNSEALED
    with Workspace.open(folder) as workspace:
        lines = workspace.audit.head().line
        change(workspace, 60)
    with Workspace.open(folder) as workspace:
        seal = workspace.check().seal
    assert seal is not None and (seal.state, seal.since) == (SealState.SEALED, lines + 1)


def test_behind_a_passphrase_nothing_is_judged_until_it_is_known(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.change_passphrase(PASSPHRASE)
    with Workspace.open(folder) as workspace:
        change(workspace, 30)  # without the passphrase: the seal stays behind
        assert workspace.audit.seals is not None
        assert workspace.audit.seals.judge(workspace.audit.seals.beside()).state is SealState.LOCKED
    assert state(folder, passphrase=lambda: PASSPHRASE) is SealState.SEALED
    with Workspace.open(folder, passphrase=lambda: PASSPHRASE) as workspace:
        workspace.vault.unlock()
        change(workspace, 31)
        seal = workspace.check().seal
    assert seal is not None and seal.sealed_to == seal.lines
    cut_the_end(folder)
    with Workspace.open(folder, passphrase=lambda: PASSPHRASE) as workspace:
        assert "audit-cut" in [problem.code for problem in workspace.check().problems]


def test_restoring_behind_a_passphrase_that_nobody_gives_leaves_it_unsealed(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.change_passphrase(PASSPHRASE)
        backup = workspace.backups.make(folder.parent / "safe.backup")
        change(workspace, 30)
    with unpacked(backup, folder) as draft:
        draft.check()
        draft.put_in_place()
    assert not (folder / SEAL_FILE).exists()
    assert state(folder, passphrase=lambda: PASSPHRASE) is SealState.UNSEALED


def test_a_seal_that_is_behind_is_fine(folder: Path) -> None:
    """As a crash between commit and sealing leaves it, or a process that the vault is locked for."""
    behind = (folder / SEAL_FILE).read_bytes()
    with Workspace.open(folder) as workspace:
        change(workspace, 30)
    (folder / SEAL_FILE).write_bytes(behind)
    assert state(folder) is SealState.SEALED
    with Workspace.open(folder) as workspace:
        change(workspace, 31)
    assert (folder / SEAL_FILE).read_bytes() != behind
    assert state(folder) is SealState.SEALED


def test_a_seal_that_cannot_be_written_blocks_no_change(folder: Path) -> None:
    (folder / SEAL_FILE).unlink()
    (folder / SEAL_FILE).mkdir()
    with Workspace.open(folder) as workspace:
        change(workspace, 30)
        assert workspace.site.get().apns_grace_days == 31


def test_processes_that_write_at_once_never_put_an_older_seal_in_place(folder: Path) -> None:
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            try:
                with Workspace.open(folder) as workspace:
                    for step in range(15):
                        change(workspace, 100 * number + step)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    codes = set()
    with Workspace.open(folder) as workspace:
        while not all(os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) for child in children):
            codes |= {problem.code for problem in workspace.check().problems}
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert codes == set()
    with Workspace.open(folder) as workspace:
        seals = workspace.audit.seals
        assert seals is not None
        beside, head = seals.beside(), workspace.audit.head()
    assert beside is not None and beside.newest is not None
    assert (beside.newest.line, beside.newest.head) == head


def test_a_process_that_is_killed_leaves_a_trail_that_fits(folder: Path) -> None:
    for _ in range(5):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                with Workspace.open(folder) as workspace:
                    step = 0
                    while True:
                        step += 1
                        change(workspace, step % 1000)
                        os.write(writing, b".")
            finally:
                os._exit(1)
        os.close(writing)
        for _ in range(4):
            os.read(reading, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        assert state(folder) is SealState.SEALED


def test_a_seal_that_was_written_down_says_what_is_missing_since(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        seals = workspace.audit.seals
        assert seals is not None
        line = seals.written_down(workspace.audit.head())
        assert seals.against(f"kept on paper: {line}\n")[1] == ()
        change(workspace, 30)
        assert seals.against(line)[1] == ()
        with pytest.raises(Refusal, match="seal-unreadable"):
            seals.against("certfleet-seal-1/nothing")
        forged = line[:-1] + ("0" if line[-1] != "0" else "1")
        assert [finding.code for finding in seals.against(forged)[1]] == ["audit-seal-wrong"]
    # Somebody with the key file too, who puts back everything that is in the folder.
    edit(folder, "DELETE FROM audit WHERE id > 3")
    with Workspace.open(folder) as workspace:
        workspace.audit.accept("nothing to see here")
        assert workspace.check().clean
        assert workspace.audit.seals is not None
        (finding,) = workspace.audit.seals.against(line)[1]
    assert finding.code == "audit-cut"
    assert "3 lines missing" in finding.message or "missing" in finding.message
