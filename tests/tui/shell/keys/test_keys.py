"""One key, one meaning: the table of keys, and the page that is made of it."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.dom import DOMNode

from certfleet.tui.shell.help_screen import sections
from certfleet.tui.shell.keys.keys import GROUPS, KEYS, QUESTION, choose_keys, keyed, keys_said, shown_key
from docs import make_keys

from ...conftest import Open
from ...driving import until

LATER = ("down", "tab", "backspace")  # a menu or a path goes on with the arrow; Tab completes before it moves on


def test_no_key_has_two_meanings() -> None:
    keys = [key for group, found in GROUPS.items() if group != QUESTION for one in found for key in one.keys]

    assert [key for key, times in Counter(keys).items() if times > 1 and key not in LATER] == []


def test_the_page_of_keys_is_current() -> None:
    assert make_keys.PAGE.read_text() == make_keys.page(), "run `python -m docs.make_keys`"


def test_keys_are_shown_as_they_are_written_on_keyboards() -> None:
    assert [shown_key(key) for key in ("question_mark", "ctrl+p", "alt+left", "G")] == ["?", "^p", "alt+←", "G"]


@pytest.mark.parametrize("one", make_keys.bound_classes(), ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_every_binding_goes_by_the_table(one: type[DOMNode]) -> None:
    for binding in make_keys.bindings_of(one):
        assert binding.id in KEYS, f"{binding.key} of {one.__name__} isn't bound by its name"
        assert tuple(binding.key.split(",")) == KEYS[binding.id].keys
        assert binding.description


@pytest.mark.parametrize("key", [str(number) for number in range(1, 10)])
async def test_every_key_that_works_is_in_the_help(console: Open, key: str) -> None:
    async with console(size=(140, 45)) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: pilot.app.screen.is_mounted)
        screen = pilot.app.screen
        active = [one.binding for one in screen.active_bindings.values() if one.enabled and one.binding.id in KEYS]
        help_rows = [row for section in sections(screen, screen.focused) for row in section.rows]
        told = {name for keys, _ in help_rows for name in keys.split()}
        missing = {binding.id for binding in active if shown_key(binding.key) not in told}
        assert {name for name in missing if name and not name.startswith("screen-")} == set()


def test_a_key_that_begins_a_sentence_is_capitalised_and_follows_the_settings() -> None:
    assert keyed("{Back} clears it. {new} opens one.") == "Esc clears it. n opens one."
    choose_keys({"back": ("f4",)})
    try:
        assert keyed("{Back} clears it.") == "F4 clears it."
    finally:
        choose_keys({})


def test_a_comma_that_is_a_key_is_not_read_as_one_of_the_sentence() -> None:
    assert keyed("kept here alone; {settings} has it sent") == "kept here alone; [,] has it sent"


def test_keys_have_no_brackets_in_a_line_of_hints() -> None:
    assert keyed("{hour} steps an hour, {day} a day") == "[.] steps an hour, [>] a day"
    assert keys_said("{hour} steps an hour") == [(".", True), (" steps an hour", False)]
