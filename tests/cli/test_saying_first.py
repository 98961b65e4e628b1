"""A scenario that asks first: an act waits for an answer, which the debrief marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Command
from .test_scenario import LESSON


@pytest.fixture
def lesson(certfleet: Command, tmp_path: Path) -> Command:
    file = tmp_path / "night.toml"
    file.write_text(LESSON)
    certfleet.done("scenario", "start", file, "--say-first")
    return certfleet


def test_nothing_is_changed_before_the_answer(lesson: Command) -> None:
    refused = lesson.refused("device", "revoke", "1", "--yes")
    assert refused["code"] == "say-first"
    assert "--say nothing:90%" in refused["hint"]
    assert lesson.refused("device", "revoke", "1", "--dry-run")["code"] == "say-first"
    assert lesson.refused("rehearse", "--", "true")["code"] == "say-first"
    assert lesson.refused("--say", "blub:1:50", "device", "revoke", "1")["code"] == "say-unclear"
    assert lesson.json("device", "show", "1")["device"]["state"] == "enrolled"


def test_an_answer_is_marked_and_kept(lesson: Command) -> None:
    told = lesson.run("--say", "nothing:90%", "device", "revoke", "1", "--yes")
    assert told.exit_code == 0
    assert "you said: nothing, 90 % sure; it stops: admission, 1 device: wrong" in told.stderr
    assert "STRANDS: 1 device" in told.stderr
    assert lesson.run("--say", "nothing:100%", "authority", "refresh").exit_code == 0
    said = lesson.json("scenario", "report")["said_first"]
    assert [(one["act"], one["right"]) for one in said["answers"]] == [
        ("certfleet device revoke", False),
        ("certfleet authority refresh", True),
    ]
    assert said["brier"] == pytest.approx(0.405)
    assert "Brier's score: 0.41" in lesson.done("scenario", "report")


def test_whoever_hesitates_is_not_asked_again(lesson: Command) -> None:
    refused = lesson.run("--say", "admission:1:80%", "device", "revoke", "1")
    assert "admission, 1 device: right" in refused.stderr
    assert "error: would-stop" in refused.stderr
    assert "--dry-run" not in refused.stderr
    assert "would-stop" in lesson.run("device", "revoke", "1").stderr
    lesson.done("device", "revoke", "1", "--yes")
    assert len(lesson.json("scenario", "report")["said_first"]["answers"]) == 1


def test_nobody_asks_elsewhere(certfleet: Command, tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(LESSON)
    certfleet.done("scenario", "start", file)
    assert certfleet.refused("--say", "nothing:90%", "authority", "refresh")["code"] == "say-not-asked"
    certfleet.done("authority", "refresh")
    assert certfleet.json("scenario", "report")["said_first"] == {"answers": [], "brier": None}
