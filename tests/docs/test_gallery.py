"""The gallery opens every screen and every dialog of the console."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
from textual.screen import Screen

from docs.gallery import SHOWN, opened
from docs.gallery_workspaces import PLACES
from docs.make_keys import modules_of_the_console


def screens() -> set[str]:
    """The names of the screens and dialogs that others don't build on."""
    modules_of_the_console()
    found, left = set[type[Screen[Any]]](), list[type[Screen[Any]]]([Screen])
    while left:
        kind = left.pop()
        found.add(kind)
        left += kind.__subclasses__()
    ours = [kind for kind in found if kind.__module__.startswith("certfleet.tui.")]
    return {kind.__name__ for kind in ours if not (kind.__subclasses__() or inspect.isabstract(kind))}


def test_no_screen_and_no_dialog_is_forgotten() -> None:
    assert screens() - {one.kind for one in SHOWN} == set()


def test_each_picture_has_a_name_of_its_own() -> None:
    assert len({one.name for one in SHOWN}) == len(SHOWN)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_the_keys_open_what_the_gallery_says(place: str) -> None:
    shown = [one for one in SHOWN if one.place == place]
    with PLACES[place]() as workspace:
        opened_by = {one.name: asyncio.run(opened(workspace, one)) for one in shown}

    assert opened_by == {one.name: one.kind for one in shown}
