"""Generates the table of keys in ``docs/console.md`` from the keys and the bindings of the console.

``python -m docs.make_keys`` writes it between its two marks; the rest of the page is written by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import certfleet.tui
from certfleet.tui.shell.keys.keys import GROUPS, NamedKey, shown_key
from certfleet.tui.shell.page import Page
from certfleet.tui.shell.pages import PAGES

from .examples import DOCS

PAGE = DOCS / "console.md"
BEGIN, END = "<!-- keys: python -m docs.make_keys -->", "<!-- end of keys -->"
_TABS = {"device_certificates": "Device certificates", "forecast": "Forecast", "scenario": "Debrief"}
_TITLES = {page.name: page.title for page in PAGES}


def modules_of_the_console() -> str:
    """Import all of them, so that their classes are known. The name that theirs begin with."""
    package: Any = certfleet.tui
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    return certfleet.tui.__name__


def bound_classes() -> list[type[DOMNode]]:
    """The screens, dialogs and widgets of the console that bind keys, by module and name."""
    package = modules_of_the_console()
    found, known = [DOMNode], set[type[DOMNode]]()
    while found:
        one = found.pop()
        if one not in known:
            known.add(one)
            found += one.__subclasses__()
    ours = [one for one in known if one.__module__.startswith(package) and "BINDINGS" in one.__dict__]
    return sorted(ours, key=lambda one: (one.__module__, one.__name__))


def bindings_of(one: type[DOMNode]) -> list[Binding]:
    """The keys that a class itself binds."""
    return [binding for binding in one.BINDINGS if isinstance(binding, Binding)]


def _place(one: type[DOMNode]) -> str:
    """What people call a screen or a dialog; nothing for what all of them share."""
    folder = one.__module__.removeprefix(certfleet.tui.__name__ + ".").split(".")[0]
    if not issubclass(one, Screen) or folder in ("components", "dialogs", "lists", "shell"):
        return ""
    if issubclass(one, Page):
        return _TABS.get(folder) or _TITLES.get(folder) or _TITLES.get(one.page, "")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", one.__name__.removesuffix("Dialog")).capitalize() + " (dialog)"


def _uses() -> dict[str, dict[str, str]]:
    """What each key is called in each place, by its name."""
    uses: dict[str, dict[str, str]] = {}
    for one in bound_classes():
        if place := _place(one):
            for binding in bindings_of(one):
                uses.setdefault(binding.id or "", {}).setdefault(place, binding.description)
    return uses


def table() -> str:
    """The tables, a group each."""
    uses = _uses()
    return "\n".join(line for group, keys in GROUPS.items() for line in _group(group, keys, uses))


def _group(group: str, keys: tuple[NamedKey, ...], uses: dict[str, dict[str, str]]) -> Iterator[str]:
    yield f"\n### {group}\n"
    yield "| key | name | what it does | where it is called |"
    yield "|---|---|---|---|"
    for key in keys:
        shown = " ".join(f"`{shown_key(one)}`" for one in key.keys)
        called = "; ".join(f"{place}: {label}" for place, label in sorted(uses.get(key.name, {}).items()))
        yield f"| {shown} | `{key.name}` | {key.means} | {called} |"


def page() -> str:
    """The page with the tables of today."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page())
