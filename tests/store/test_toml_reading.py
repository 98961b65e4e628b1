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


def test_lines_are_not_known_where_only_one_reader_can_follow() -> None:
    deep = ".".join("a" * 200) + " = 1"
    assert read_toml(deep)
    assert lines_of(deep) == {}
