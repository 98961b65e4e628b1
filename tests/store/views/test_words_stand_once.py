"""A search of the source: the formats of dates, plurals and the platforms' names are defined in one place each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = ("api", "cli", "simulator", "store", "tui")
WORDS, PLATFORMS = "store/words.py", "store/views/platforms.py"


def places(pattern: str) -> Iterator[str]:
    """The modules in which a pattern is found."""
    for room in ROOMS:
        for module in sorted((ROOT / room).rglob("*.py")):
            if re.search(pattern, module.read_text("utf-8")):
                yield module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(
    ("what", "pattern", "place"),
    [
        ("days", r"%Y-%m-%d", WORDS),
        ("times", r"%H:%M", WORDS),
        ("the names of platforms", r"Platform\.IOS: \"iOS\"", PLATFORMS),
    ],
)
def test_formats_and_names_stand_once(what: str, pattern: str, place: str) -> None:
    assert list(places(pattern)) == [place], what


def test_plurals_are_made_in_one_place() -> None:
    assert list(places(r"\{'' if .{1,40} == 1 else 's'\}")) == []
