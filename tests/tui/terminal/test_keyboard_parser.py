"""Esc, and what is typed right after it: a terminal sends both in one read, and so it sends Alt with a key."""

from __future__ import annotations

import time

import pytest

from benchmarks.pseudo_terminal import LONG
from certfleet.tui.terminal.keyboard_parser import EscapedKey, KeyboardParser


def keys_of(*reads: str) -> list[str]:
    """The names of the keys, with those of an ``EscapedKey`` as ``alt+y (escape y)``."""
    parser = KeyboardParser()
    found = [event for read in reads for event in parser.feed(read)]
    end = time.monotonic() + LONG
    while parser.is_waiting and time.monotonic() < end:
        found += parser.tick()
        time.sleep(0.01)
    return [_name(event) for event in found]


def _name(event: object) -> str:
    if isinstance(event, EscapedKey):
        return f"{event.key} ({' '.join(key.key for key in event.apart)})"
    return getattr(event, "key", type(event).__name__)


@pytest.mark.parametrize(
    ("reads", "keys"),
    [
        (["\x1b"], ["escape"]),
        (["y"], ["y"]),
        (["\x1by"], ["alt+y (escape y)"]),
        (["\x1b", "y"], ["alt+y (escape y)"]),
        (
            ["\x1b>>3/days"],
            ["greater_than_sign (escape greater_than_sign)", *["greater_than_sign", "3", "slash", "d", "a", "y", "s"]],
        ),
        (["\x1b\x1by"], ["escape", "alt+y (escape y)"]),
        (["\x1bd\x1by"], ["alt+d (escape d)", "alt+y (escape y)"]),
        (["\x1b3"], ["pound_sign (escape 3)"]),
        (["\x1bb"], ["ctrl+left (escape b)"]),
        (["\x1b" + "q" * 40], ["alt+q (escape q)", *"q" * 39]),
        (["\x1b[A", "\x1b[1;3D", "\x1bOP"], ["up", "alt+left", "f1"]),
        (["\x1b[y"], ["left_square_bracket (escape left_square_bracket)", "y"]),
        (["\x1b[200~a\x1by\x1b[201~"], ["Paste"]),
    ],
    ids=repr,
)
def test_what_follows_esc_is_known_apart(reads: list[str], keys: list[str]) -> None:
    assert keys_of(*reads) == keys
