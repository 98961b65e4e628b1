"""A class from the command line."""

from __future__ import annotations

from pathlib import Path

from certfleet.store.folder import STORE_FILE

from .conftest import Command
from .test_scenario import LESSON


def test_a_class_is_made_and_reported(certfleet: Command, tmp_path: Path) -> None:
    file, names, folder = tmp_path / "night.toml", tmp_path / "names.txt", tmp_path / "monday"
    file.write_text(LESSON)
    names.write_text("Ann\nBo\n")
    assert "a class of 2 people" in certfleet.done("class", "create", "--names", names, "--scenario", file, folder)
    assert not certfleet.workspace.exists()
    assert certfleet.refused("class", "create", "--people", "2", "--scenario", file, folder)["code"] == (
        "class-folder-used"
    )
    certfleet.done("--workspace", folder / "Bo", "authority", "refresh")
    certfleet.done("--workspace", folder / "Bo", "simulate", "run", "--for", "2d")
    certfleet.done("--workspace", folder / "Ann", "simulate", "run", "--for", "2d")
    people = certfleet.json("class", "report", folder)["people"]
    assert [(one["name"], one["rank"], one["points"], one["over"]) for one in people] == [
        ("Bo", 1, 10, True),
        ("Ann", 2, 0, True),
    ]
    assert people[1]["costliest"] == {"number": 1, "title": "A new CA group", "points": 10}
    assert "1 (10 points): A new CA group" in certfleet.done("class", "report", folder)

    (folder / "Ann" / STORE_FILE).write_bytes(b"no database")
    result = certfleet.run("class", "report", folder)
    assert result.exit_code == 1
    assert "Bo" in result.stdout
    assert "Ann can't be read: workspace-damaged" in result.stdout


def test_what_is_no_class_is_refused(certfleet: Command, tmp_path: Path) -> None:
    assert certfleet.refused("class", "report", tmp_path)["code"] == "no-class"
    assert certfleet.refused("class", "report", tmp_path / "missing")["code"] == "no-class"


def test_people_are_counted_or_named(certfleet: Command, tmp_path: Path) -> None:
    lines = (), ("--people", "2", "--names", str(tmp_path / "names.txt"))
    for line in lines:
        result = certfleet.run("class", "create", *line, "--scenario", "gateway-monday", tmp_path / "monday")
        assert result.exit_code == 2
        assert "give either --people or --names" in result.stderr
