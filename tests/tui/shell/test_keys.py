"""One key, one meaning: the table of keys, and the page that is made of it."""

from __future__ import annotations

from collections import Counter

from certfleet.tui.shell.keys import GROUPS, QUESTION, shown_key
from docs import make_keys

LATER = ("down", "tab")  # a menu or a path goes on with the arrow; Tab completes before it moves on


def test_no_key_has_two_meanings() -> None:
    keys = [key for group, found in GROUPS.items() if group != QUESTION for one in found for key in one.keys]

    assert [key for key, times in Counter(keys).items() if times > 1 and key not in LATER] == []


def test_the_page_of_keys_is_current() -> None:
    assert make_keys.PAGE.read_text() == make_keys.page(), "run `python -m docs.make_keys`"


def test_keys_are_shown_as_they_are_written_on_keyboards() -> None:
    assert [shown_key(key) for key in ("question_mark", "ctrl+p", "alt+left", "G")] == ["?", "^p", "alt+←", "G"]
