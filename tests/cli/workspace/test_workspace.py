"""The workspace, its passphrase, and the audit trail."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.edited_store import damage

from ..conftest import HOST, PASSWORD, Command, Material


def test_info(filled: Command) -> None:
    assert str(filled.workspace) in filled.done("workspace", "info")
    told = filled.json("workspace", "info")["workspace"]
    assert (told["path"], told["protection"], told["clock"]["kind"]) == (str(filled.workspace), "key file", "wall")
    assert told["clock"]["now"].endswith("Z")
    assert told["counts"]["certificates"] == told["statuses"]["valid"] == 3


def test_the_workspace_from_the_environment(filled: Command) -> None:
    where = {"CERTFLEET_WORKSPACE": str(filled.workspace)}
    from click.testing import CliRunner

    from certfleet.cli.main import main

    result = CliRunner(env=where).invoke(main, ["--json", "workspace", "info"])
    assert json.loads(result.stdout)["workspace"]["path"] == str(filled.workspace)


def test_a_workspace_that_is_a_file(certfleet: Command) -> None:
    certfleet.workspace.write_text("no folder")
    assert certfleet.refused("certificate", "request", "--subject", "CN=a")["code"] == "workspace-not-a-folder"


def test_a_folder_with_other_things(certfleet: Command) -> None:
    certfleet.workspace.mkdir()
    (certfleet.workspace / "letter.txt").write_text("dear")
    assert certfleet.refused("certificate", "request", "--subject", "CN=a")["code"] == "not-a-workspace"


def test_check(filled: Command) -> None:
    assert "clean; read 1 workspace, 3 certificates" in filled.done("workspace", "check")
    assert filled.json("workspace", "check")["clean"]


def test_the_store_is_a_file_of_sqlite(filled: Command) -> None:
    with sqlite3.connect(filled.workspace / "store.db") as database:
        name = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        assert name
    database.close()


def test_a_damaged_workspace(filled: Command) -> None:
    damage(filled.workspace)
    result = filled.run("workspace", "check")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "internal" not in result.stderr


def test_check_finds_a_lost_key_file(filled: Command) -> None:
    (filled.workspace / "vault.key").unlink()
    result = filled.run("workspace", "check", json=True)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert not report["clean"]
    assert "key-file-missing" in {problem["code"] for problem in report["problems"]}


def test_export_and_import(filled: Command, tmp_path: Path) -> None:
    file = tmp_path / "all.json"
    told = filled.done("workspace", "export", file)
    assert "3 certificates" in told
    assert "vault.key" in told
    assert filled.refused("workspace", "export", file)["code"] == "file-exists"
    filled.done("workspace", "export", file, "--force")
    piped = filled.run("workspace", "export", "-")
    assert piped.stdout == file.read_text()
    assert "vault.key" in piped.stderr
    assert filled.json("workspace", "export", "-")["content"] == file.read_text()
    other = Command(tmp_path / "other")
    assert other.refused("workspace", "import", file)["code"] == "key-file-missing"
    told = other.done("workspace", "import", file, "--key-file", filled.workspace / "vault.key")
    assert told == f"imported 3 certificates into the workspace {other.workspace}\n"
    assert other.json("workspace", "check")["clean"]
    assert other.refused("workspace", "import", file)["code"] == "workspace-not-empty"
    (tmp_path / "x.json").write_text("[]")
    third = Command(tmp_path / "third")
    assert third.refused("workspace", "import", tmp_path / "x.json")["code"] == "snapshot-unreadable"
    assert third.refused("workspace", "import", tmp_path / "none.json")["code"] == "file-not-found"


def test_passphrase(filled: Command, tmp_path: Path, material: Material) -> None:
    export = ("certificate", "export", 1, "--format", "pkcs12", "--password-file", material / "password", "--out")
    assert filled.refused("workspace", "passphrase")["code"] == "password-needed"
    filled.done("workspace", "passphrase", "--new-passphrase-file", material / "password")
    assert not (filled.workspace / "vault.key").exists()
    assert filled.json("workspace", "info")["workspace"]["protection"] == "passphrase"
    assert filled.refused(*export, tmp_path / "a.p12")["code"] == "passphrase-needed"
    filled.environment = {"CERTFLEET_PASSPHRASE_FILE": str(material / "wrong")}
    assert filled.refused(*export, tmp_path / "a.p12")["code"] == "wrong-passphrase"
    filled.environment = {"CERTFLEET_PASSPHRASE_FILE": str(material / "password")}
    filled.done(*export, tmp_path / "a.p12")
    filled.done("workspace", "passphrase", "--remove")
    assert (filled.workspace / "vault.key").exists()
    filled.environment = {}
    filled.done(*export, tmp_path / "b.p12")


def test_passphrase_on_a_terminal(filled: Command, tmp_path: Path) -> None:
    shown, status = filled.on_a_terminal(
        "workspace",
        "passphrase",
        answers=[("New passphrase: ", f"{PASSWORD}\n"), ("once more: ", f"{PASSWORD}\n")],
    )
    assert status == 0, shown
    shown, status = filled.on_a_terminal(
        *("workspace", "passphrase", "--remove"), answers=[("Passphrase of the workspace: ", "wrong\n")]
    )
    assert status == 1
    assert "error: wrong-passphrase" in shown
    assert PASSWORD not in shown


def test_an_empty_passphrase(filled: Command) -> None:
    error = filled.refused("workspace", "passphrase", "--new-passphrase-file", "-", input="\n")
    assert error["code"] == "passphrase-empty"


def test_audit(filled: Command) -> None:
    filled.done("certificate", "describe", 1, "other")
    lines = filled.json("audit", "list")["audit"]
    assert lines[0]["action"] == "certificate.describe"
    assert lines[0]["at"].endswith("Z")
    assert [line["id"] for line in lines] == sorted((line["id"] for line in lines), reverse=True)
    assert len(filled.json("audit", "list", "--limit", 2)["audit"]) == 2
    about = filled.json("audit", "list", "--record", "certificate:1")["audit"]
    assert {line["record"] for line in about} == {"certificate:1"}
    assert filled.done("audit", "list", "--record", "certificate:99") == "no audit line about certificate:99\n"
    assert HOST in filled.done("audit", "list")


def test_an_import_can_be_tried(filled: Command, tmp_path: Path) -> None:
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done("workspace", "export", tmp_path / "export.json")
    other = Command(tmp_path / "other")
    line = ("workspace", "import", tmp_path / "export.json", "--key-file", filled.workspace / "vault.key")
    tried = other.json(*line, "--dry-run")
    assert not other.workspace.exists()
    assert tried["counts"]["certificates"] == 3
    effects = tried["effects"]
    assert [one["id"] for one in effects["entries"] if one["alteration"] == "added"] == [1, 2, 3]
    assert effects["undo"] == {"possible": True, "how": f"remove the folder {other.workspace}"}
    other.done(*line)
    stopped = {(one["capability"], one["need"]) for one in other.json("impact")["consequences"]}
    told = [one for one in effects["capabilities"] if one["alteration"] == "stops"]
    assert {(one["capability"], one["need"]) for one in told} == stopped
    assert other.run(*line, "--dry-run").exit_code == other.run(*line).exit_code == 1  # it is there now
    assert Command(tmp_path).refused(*line, "--dry-run")["code"] == "not-a-workspace"
