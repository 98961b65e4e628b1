"""Terminals whose character set lacks the console's signs get others, as wide as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from certfleet.tui.terminal.fewer_letters import FewerLetters
from tests.material import NOW

from ..jobs.console_screen import console_in
from ..sample_inventory import fill


@pytest.mark.parametrize(
    ("charset", "text", "written"),
    [
        ("utf-8", "× expired … ╭─╮", "× expired … ╭─╮"),
        ("ascii", "× expired … ╭─╮", "x expired . +-+"),
        ("iso8859-1", "× expired … ╭─╮", "× expired . +-+"),
        ("ascii", "● valid │ Müller", "* valid | M?ller"),
        ("iso8859-1", "▲ Müller", "^ Müller"),
        ("ascii", "\x1b[1m日本\x1b[m", "\x1b[1m????\x1b[m"),
    ],
)
def test_signs_have_others_in_their_place(charset: str, text: str, written: str) -> None:
    assert FewerLetters(charset).written(text) == written


@pytest.mark.slow
def test_the_console_keeps_its_columns_there(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        fill(workspace)
    with console_in(tmp_path, environment={"PYTHONIOENCODING": "ascii"}) as screen:
        screen.wait_for("1 Overview")
        screen.press("2")
        screen.wait_for("x expired")
        lines = screen.text().splitlines()
        assert "\\u" not in screen.text()
        assert {len(line) for line in lines} == {80}
        assert any(line.startswith("  * valid") for line in lines)
        screen.press("q")
        assert screen.ended() == 0
