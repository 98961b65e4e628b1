"""``certificate diff``: two entries, the two of a replacement, an entry and a file."""

from __future__ import annotations

from ..conftest import HOST, Command, Material


def test_two_entries(filled: Command) -> None:
    said = filled.done("certificate", "diff", "1", "2")
    lines = [line.split() for line in said.splitlines()]
    assert lines[:3] == [["-", "#1", HOST], ["+", "#2", "Example", "Issuing", "CA"], ["FIELD", "VALUE"]]
    assert ["CA", "certificate", "-", "no"] in lines
    found = filled.json("certificate", "diff", "1", "2")["comparison"]
    assert (found["old_id"], found["new_id"], found["same"]) == (1, 2, False)
    assert {"field": "is_ca", "differs": True, "old": ["no"]}.items() <= next(
        one for one in found["fields"] if one["field"] == "is_ca"
    ).items()


def test_a_file_that_is_the_same_one(filled: Command, material: Material) -> None:
    said = filled.done("certificate", "diff", "1", "--file", material / "leaf.pem")
    assert said == f"#1 {HOST} and {HOST} (leaf.pem) are the same certificate\n"
    assert "serial number" in filled.done("certificate", "diff", "1", "--file", material / "leaf.pem", "--all")


def test_a_keystore_before_it_replaces(filled: Command, material: Material) -> None:
    new = ("--file", material / "renewed.p12", "--password-file", material / "password")
    before = filled.done("certificate", "diff", "1", *new)
    assert f"+ {HOST} (renewed.p12)" in before
    assert "not after" in before
    filled.done("certificate", "replace", "1", material / "renewed.p12", "--password-file", material / "password")
    said = filled.done("certificate", "diff", "1")
    assert said.splitlines()[2:] == before.splitlines()[2:]


def test_a_keystore_wants_its_password(filled: Command, material: Material) -> None:
    refused = filled.run("certificate", "diff", "1", "--file", material / "renewed.p12")
    assert refused.exit_code == 1
    assert "--password-file" in refused.stderr


def test_what_doesnt_go_together(filled: Command, material: Material) -> None:
    assert filled.run("certificate", "diff", "1", "2", "--file", material / "leaf.pem").exit_code == 2
    assert filled.run("certificate", "diff", "1", "--alias", "x").exit_code == 2
    assert filled.run("certificate", "diff", "1", "--file", material / "leaf.pem", "--alias", "x").exit_code == 2
