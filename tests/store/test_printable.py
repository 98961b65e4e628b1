"""Which characters reach a terminal: every code point, alone and in names that need joiners."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.printable import printable

VIRAMA, ZWNJ, ZWJ = "\u094d", "\u200c", "\u200d"


@pytest.mark.slow
def test_of_all_code_points_only_those_that_can_be_seen_are_printed_as_they_are() -> None:
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        shown = printable(character)
        if unicodedata.category(character)[0] in "CZ" and character not in " \u3000":
            written = f"\\x{number:02x}" if number < 32 else character.encode("unicode_escape").decode()
            assert shown == written
            assert shown.isascii()
        elif not unicodedata.category(character).startswith("M"):  # a mark alone has nothing to stand on
            assert shown == character or character in "\u115f\u1160\u2800\u3164\uffa0"


@given(st.text(st.characters(codec=None)))
def test_what_is_printed_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert all(c.isprintable() or c in "\u3000\u200c\u200d" for c in shown)
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("alm\u061c", r"alm\u061c"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("half\ud83d", r"half\ud83d"),
        ("two\nlines", r"two\x0alines"),
        ("a\ttab\r", r"a\x09tab\x0d"),
        ("hidden\ufe00\ufe01", "hidden\ufe00" + r"\ufe01"),
        ("pay\u3164pal", r"pay\u3164pal"),
        ("ad\u200dmin", r"ad\u200dmin"),
        ("ad\u200cmin", r"ad\u200cmin"),
    ],
)
def test_what_misleads_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Müller",
        "山田\u3000太郎",
        "葛\U000e0100城",
        "می" + ZWNJ + "خواهم",
        "क" + VIRAMA + ZWJ + "ष",
        "👩" + ZWJ + "💻",
        "👩🏽" + ZWJ + "⚕\ufe0f",
        "🏳\ufe0f" + ZWJ + "🌈",
    ],
)
def test_real_names_are_printed_as_they_are(name: str) -> None:
    assert printable(name) == name


def test_line_ends_may_be_let_be() -> None:
    assert printable("a\nb\r", lines=True) == "a\nb" + r"\x0d"
