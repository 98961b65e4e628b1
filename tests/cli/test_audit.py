"""The audit trail's seals on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.edited_store import edited

from .conftest import Command


def cut(command: Command) -> None:
    """Delete the newest two lines, as somebody with another program for the database can."""
    with edited(command.workspace) as store:
        store.run("DELETE FROM audit WHERE id > (SELECT max(id) - 2 FROM audit)")


def test_a_seal_is_printed_and_compared_later(filled: Command, tmp_path: Path) -> None:
    told = filled.json("audit", "seal")
    assert told["seal"].startswith(f"certfleet-seal-1/{told['line']}/")
    paper = tmp_path / "seal.txt"
    paper.write_text(filled.done("audit", "seal"))
    filled.done("certificate", "describe", 1, "another")
    assert "holds what the seal of" in filled.done("workspace", "check", "--against", paper)
    assert filled.json("workspace", "check", "--against", told["seal"])["against"]["findings"] == []

    cut(filled)
    filled.done("audit", "accept", "an exercise", "--yes")
    cut(filled)
    result = filled.run("workspace", "check", "--against", told["seal"])
    assert result.exit_code == 1
    assert f"the trail went to line {told['line']} when it was sealed for safe keeping" in result.stdout


def test_what_was_cut_is_found_told_and_can_be_accepted(filled: Command) -> None:
    assert filled.json("workspace", "check")["seal"]["state"] == "sealed"
    cut(filled)
    result = filled.run("workspace", "check")
    assert result.exit_code == 1
    assert "audit-cut: workspace:1: the trail went to line" in result.stdout
    assert "2 lines missing" in result.stdout
    assert "The audit trail was cut or changed" in filled.done("notice", "list")

    assert "would accept: the trail went to" in filled.done("audit", "accept", "an exercise", "--dry-run")
    assert filled.refused("audit", "accept", "an exercise")["code"] == "confirmation-needed"
    assert filled.run("workspace", "check").exit_code == 1
    filled.done("audit", "accept", "an exercise", "--yes")
    assert filled.json("workspace", "check")["clean"]
    assert filled.json("audit", "list", "--limit", 1)["audit"][0]["summary"].endswith("as it is: an exercise")


def test_a_seal_that_is_none_is_refused(filled: Command, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("nothing")
    assert filled.refused("workspace", "check", "--against", tmp_path / "note.txt")["code"] == "seal-unreadable"
    assert filled.refused("workspace", "check", "--against", tmp_path / "no.txt")["code"] == "file-not-found"
