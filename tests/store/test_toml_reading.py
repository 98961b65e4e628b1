"""TOML that people wrote: what Python's reader can't take is a mistake like others."""

from __future__ import annotations

import tomllib

import pytest

from certfleet.store.toml_lines import lines_of
from certfleet.store.toml_reading import read_toml

TOO_MUCH = {
    "list": "a = " + "[" * 5000 + "]" * 5000,
    "open-list": "a = " + "[" * 5000,
    "table": "a = " + "{b=" * 5000,
    "digits": "a = " + "9" * 5000,
}


def test_a_byte_order_mark_is_left_out() -> None:
    assert read_toml('\ufeffa = "b"') == {"a": "b"}
    assert lines_of('\ufeff\na = "b"') == {("a",): 2}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_what_is_too_much_for_python_is_no_toml(kind: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        read_toml(TOO_MUCH[kind])


def test_tables_of_one_array_may_stand_anywhere() -> None:
    text = """\
title = "a"

[[event]]
after = "1d"

[[objective]]
text = \"\"\"
[[event]]
\"\"\"
days = [
  [1, 2],
]
a.b = 1
a.c = 2

[[event]]
# the second
after = "2d"

[[event.ring]]
share = "10%"
[[event.ring]]
share = "20%"
[event.deep."x y"]
k = 1
"""
    lines = lines_of(text)
    assert {path: text.splitlines()[line - 1].strip() for path, line in lines.items() if path[0] == "event"} == {
        ("event", 0): "[[event]]",
        ("event", 0, "after"): 'after = "1d"',
        ("event", 1): "[[event]]",
        ("event", 1, "after"): 'after = "2d"',
        ("event", 1, "ring", 0): "[[event.ring]]",
        ("event", 1, "ring", 0, "share"): 'share = "10%"',
        ("event", 1, "ring", 1): "[[event.ring]]",
        ("event", 1, "ring", 1, "share"): 'share = "20%"',
        ("event", 1, "deep", "x y"): '[event.deep."x y"]',
        ("event", 1, "deep", "x y", "k"): "k = 1",
    }
    assert (lines["event", 0], lines["event", 1]) == (3, 16)
    assert [lines["objective", 0, *path] for path in (("text",), ("days",), ("a",), ("a", "b"), ("a", "c"))] == [
        7,
        10,
        13,
        13,
        14,
    ]


def test_lines_of_very_many_lists_are_not_looked_for() -> None:
    text = "a = [\n" + "[1],\n" * 5000 + "]\n"
    assert read_toml(text)
    assert lines_of(text) == {}


def test_lines_are_not_known_where_only_one_reader_can_follow() -> None:
    deep = ".".join("a" * 200) + " = 1"
    assert read_toml(deep)
    assert lines_of(deep) == {}
