"""Creating, opening, exporting and importing workspaces."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB

from benchmarks.crash import run
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, KeystoreSource
from certfleet.store.model.audit import Actor
from certfleet.store.persistence.database import Database
from certfleet.store.workspace import Workspace
from tests.material import issue, make_chain
from tests.store.conftest import content
from tests.store.inventory.test_inventory import p12


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_workspace_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Workspace.open(tmp_path / "deep" / "workspace") as workspace:
            workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem))
    finally:
        os.umask(before)
    assert mode(tmp_path / "deep" / "workspace") == 0o700
    assert {mode(file) for file in (tmp_path / "deep" / "workspace").iterdir()} == {0o600}


def test_an_empty_folder_becomes_a_workspace_and_a_strange_one_does_not(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o755)
    Workspace.open(tmp_path / "empty").close()
    assert mode(tmp_path / "empty") == 0o700

    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("Dear …")
    with pytest.raises(Refusal, match="not-a-workspace"):
        Workspace.open(tmp_path / "home")
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["letter.txt"]


def test_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(Refusal, match="workspace-not-a-folder"):
        Workspace.open(tmp_path / "file")
    with pytest.raises(Refusal, match="workspace-missing"):
        Workspace.open(tmp_path / "missing", create=False)
    assert not (tmp_path / "missing").exists()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "store.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Refusal, match="workspace-damaged"):
        Workspace.open(tmp_path / "damaged")


@pytest.mark.slow
def test_processes_that_make_one_workspace_at_once_agree(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from certfleet.store.workspace import Workspace as W; W.open(pathlib.Path(sys.argv[1]))"
    )
    makers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "workspace")]) for _ in range(4)]
    assert [maker.wait(timeout=120) for maker in makers] == [0] * 4
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert [line.action for line in workspace.audit.tail()] == ["authority.provision", "workspace.create"]
        assert workspace.counts()["authorities"] == 3
        workspace.inventory.import_from(p12(make_chain()))
        assert workspace.check().clean


@pytest.mark.slow
def test_four_processes_import_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from benchmarks.material import issue, pem_chain
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    for number in range(50):
        data = pem_chain(issue(f"{sys.argv[2]}-{number}.example.com"))
        workspace.inventory.import_from(CertificateSource(data=data))
"""
    importers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "workspace"), name], cwd=Path(__file__).parents[2]
        )
        for name in "abcd"
    ]
    assert [importer.wait(timeout=120) for importer in importers] == [0] * 4
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert len(workspace.inventory.list()) == 200
        assert workspace.check().clean


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    found = run(tmp_path, 8, random.Random(1), ("importer", "backup"))
    assert found.missing == []
    assert found.kills.total() == 8
    assert found.reported["importer"] > 0


def test_another_session_hears_of_a_change(workspace: Workspace) -> None:
    with Workspace.open(workspace.path, actor=Actor("bob", "192.0.2.7")) as other:
        workspace.poll()
        other.inventory.import_from(CertificateSource(data=issue("a.example").pem))
        changes = workspace.poll()
        assert changes is not None
        assert changes.touches("certificates")
        assert changes.tables["certificates"] == {1}
        assert workspace.audit.tail(1)[0].origin == "192.0.2.7"


def test_an_export_opens_with_stock_tinydb_and_holds_the_same_documents(workspace: Workspace, tmp_path: Path) -> None:
    workspace.inventory.import_from(p12(make_chain()))
    workspace.export_json(tmp_path / "export.json")
    stock = TinyDB(tmp_path / "export.json", access_mode="r")
    database: Database = workspace.database
    filled = {table for table in database.tables() if len(database.table(table))}
    assert stock.tables() == filled
    for table in filled:
        assert {d.doc_id: dict(d) for d in stock.table(table)} == {d.doc_id: dict(d) for d in database.table(table)}
    assert mode(tmp_path / "export.json") == 0o600


def test_an_import_makes_the_same_workspace_again(workspace: Workspace, tmp_path: Path) -> None:
    workspace.inventory.import_from(p12(make_chain()))
    exported = content(workspace)
    assert workspace.path is not None
    key_file = workspace.path / "vault.key"

    with pytest.raises(Refusal, match="key-file-missing"):
        Workspace.import_json(exported, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    Workspace.import_json(exported, tmp_path / "copy", key_file=key_file)

    with Workspace.open(tmp_path / "copy") as copy:
        same = json.loads(exported)
        del same["audit_seals"]  # the copy's trail is sealed from its first change on
        assert json.loads(content(copy)) == same
        assert copy.inventory.reveal_password(1) == "secret"
        assert copy.check().clean
    with pytest.raises(Refusal, match="workspace-not-empty"):
        Workspace.import_json(exported, tmp_path / "copy", key_file=key_file)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"certificates": {"x": {}}}', b'{"strange": {"1": {}}}', b"\xff"]
)
def test_what_is_no_export_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Refusal, match=r"snapshot-unreadable|workspace-damaged"):
        Workspace.import_json(data, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_an_export_that_was_changed_by_hand_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain("mdm.example.com").chain_pem))
    changed = content(workspace).replace(b'"subject":"CN=mdm.example.com"', b'"subject":"CN=www.example.com"')
    assert workspace.path is not None
    with pytest.raises(Refusal, match="snapshot-damaged"):
        Workspace.import_json(changed, tmp_path / "copy", key_file=workspace.path / "vault.key")


def test_a_passphrase_protects_instead_of_the_key_file(workspace: Workspace) -> None:
    workspace.inventory.import_from(p12(make_chain()))
    workspace.change_passphrase("open sesame")
    assert workspace.path is not None
    assert not (workspace.path / "vault.key").exists()

    with Workspace.open(workspace.path) as locked:
        assert len(locked.inventory.list()) == 3  # looking needs no passphrase
        with pytest.raises(Refusal, match="passphrase-needed"):
            locked.inventory.reveal_password(1)
    with Workspace.open(workspace.path, passphrase=lambda: "open sesame") as opened:
        assert opened.inventory.reveal_password(1) == "secret"
        opened.change_passphrase(None)
    with Workspace.open(workspace.path) as unattended:
        assert unattended.inventory.reveal_password(1) == "secret"


def test_the_key_file_stays_until_a_passphrase_is_kept(workspace: Workspace) -> None:
    assert workspace.path is not None
    key_file = workspace.path / "vault.key"
    before = key_file.read_bytes()
    workspace.trials.try_out(lambda: workspace.change_passphrase("correct horse"))
    assert key_file.read_bytes() == before
    with workspace.database.transaction():
        workspace.change_passphrase("correct horse")
        assert key_file.exists()
    assert not key_file.exists()
    with workspace.copy() as copy:
        copy.change_passphrase(None)
    assert not key_file.exists()


def test_a_key_file_kept_elsewhere_may_serve_several_workspaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CERTFLEET_KEY_FILE", str(tmp_path / "shared.key"))
    for name in ("one", "two"):
        with Workspace.open(tmp_path / name) as workspace:
            workspace.inventory.import_from(p12(make_chain()))
    with Workspace.open(tmp_path / "one") as workspace:
        workspace.change_passphrase("open sesame")
        workspace.change_passphrase(None)
        workspace.change_passphrase("open sesame")
    with Workspace.open(tmp_path / "two") as workspace:
        assert workspace.inventory.reveal_password(1) == "secret"


def test_a_key_file_that_is_none_is_refused_and_not_waited_for(workspace: Workspace) -> None:
    assert workspace.path is not None
    (workspace.path / "vault.key").unlink()
    os.mkfifo(workspace.path / "vault.key")
    with Workspace.open(workspace.path) as again, pytest.raises(Refusal, match="key-file-unreadable"):
        again.vault.unlock()


@pytest.mark.slow
def test_what_is_read_while_others_write_is_of_one_moment(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from benchmarks.material import issue, pem_chain
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    while True:
        data = pem_chain(issue("host.example.com"))
        entry = workspace.inventory.import_from(CertificateSource(data=data)).imported[0]
        if entry.id % 2:
            workspace.inventory.delete(entry.id)
"""
    root = Path(__file__).parents[2]
    Workspace.open(tmp_path / "workspace").close()  # in the database that the writers then find
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "workspace")], cwd=root) for _ in range(2)
    ]
    try:
        with Workspace.open(tmp_path / "workspace") as workspace:
            for number in range(15):
                report = workspace.check()
                assert report.clean, report.problems[:3]
                exported = content(workspace)
                copy = tmp_path / f"copy-{number}"
                Workspace.import_json(exported, copy, key_file=tmp_path / "workspace" / "vault.key")
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_workspace_that_cannot_be_written_can_be_read(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem))
    read_only(tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as workspace:
        assert len(workspace.inventory.list()) == 3
        with pytest.raises(Refusal, match="workspace-unwritable"):
            workspace.inventory.describe(1, "text")


def read_only(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o400)
    folder.chmod(0o500)


def test_a_path_that_looks_like_an_address_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Workspace.open(Path("file:abc?mode=ro")).close()
    assert (tmp_path / "file:abc?mode=ro" / "store.db").exists()
    with pytest.raises(Refusal, match="workspace-unwritable"):
        Workspace.open(Path("a" * 300))


def test_a_check_finds_what_was_tampered_with(workspace: Workspace) -> None:
    workspace.inventory.import_from(KeystoreSource(data=p12(make_chain()).data, password="secret"))
    tables = workspace.database.table

    def found() -> set[str]:
        return {problem.code for problem in workspace.check().problems}

    assert found() == set()
    tables("certificates").update({"issuer_id": 99}, doc_ids=[1])
    assert found() == {"reference-broken"}
    tables("certificates").update({"issuer_id": 3}, doc_ids=[1])
    assert found() == {"issuer-wrong"}
    tables("certificates").update({"issuer_id": 2, "subject": "CN=other"}, doc_ids=[1])
    assert found() == {"record-differs"}
    tables("certificates").update({"not_after": "soon"}, doc_ids=[1])
    assert found() == {"document-invalid"}
    tables("certificates").remove(doc_ids=[1])
    assert found() == {"der-orphaned", "secret-orphaned"}


def test_a_folder_that_others_can_read_is_found(workspace: Workspace) -> None:
    assert workspace.path is not None
    workspace.path.chmod(0o755)
    assert [problem.code for problem in workspace.check().problems] == ["permissions-open"]
