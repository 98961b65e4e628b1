"""All settings: their names in the file, their kinds, defaults, and what they are for.

Each can be overridden by a variable of the environment: ``CERTFLEET_THEME`` for ``theme``. Families are settings that
people name themselves, such as a key for each action; the environment can't override those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..filters import nearest
from ..postgresql_uri import is_address
from .kinds import ChoiceKind, PlaceKind, SettingKind, SwitchKind, TextKind, WordsKind

T = TypeVar("T")


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting, by its dotted name in the file. ``also`` has variables that mean a value as soon as they aren't
    empty, as ``NO_COLOR`` does."""

    name: str
    kind: SettingKind[Any]
    default: T
    about: str
    usual: str = ""
    """What the default does, for people, where the value doesn't say it."""
    also: Mapping[str, T] = field(default_factory=dict)
    read_variable: Callable[[str], T] | None = None
    """How its own variable is read, where that isn't as the file is."""

    @property
    def variable(self) -> str:
        """The variable of the environment that overrides it."""
        return "CERTFLEET_" + self.name.upper().replace(".", "_").replace("-", "_")


@dataclass(frozen=True)
class Family(Generic[T]):
    """Settings with a part in their names that the person fills in: ``*`` in the pattern, ``part`` for people."""

    pattern: str
    part: str
    kind: SettingKind[T]
    about: str
    example: str
    """A part that somebody may fill in, and a value for it."""
    value: str

    @property
    def title(self) -> str:
        """The name as help shows it: ``keys.ACTION``."""
        return self.pattern.replace("*", self.part)

    def part_of(self, name: str) -> str | None:
        """What the person filled in; None for the name of another setting."""
        before, _, after = self.pattern.partition("*")
        fits = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
        return name[len(before) : len(name) - len(after)] if fits else None

    def name_for(self, part: str) -> str:
        """The name of the setting for this part."""
        return self.pattern.replace("*", part)


TEXTUAL_THEMES = (
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
THEMES = ("auto", "dark", "light", "ansi", "plain", *TEXTUAL_THEMES)

WORKSPACE = Setting["Path | str | None"](
    "workspace",
    PlaceKind(),
    None,
    "The workspace that is used unless --workspace names another.",
    usual="the one in your data folder",
    read_variable=lambda text: text if is_address(text) else Path(text),
)
THEME = Setting(
    "theme",
    ChoiceKind(THEMES),
    "auto",
    "The look of the console: ansi has 16 colours, plain none; the others are themes of Textual.",
    usual="by the terminal's colours",
    also={"NO_COLOR": "plain"},
)
COLOR = Setting(
    "color",
    ChoiceKind(("auto", "always", "never")),
    "auto",
    "Colours in the output of commands.",
    usual="on a terminal, not in a pipe",
    also={"NO_COLOR": "never"},
)
MOUSE = Setting("mouse", SwitchKind(), True, "Whether the console takes the mouse; false leaves it to the terminal.")
DIM = Setting(
    "dim",
    ChoiceKind(("auto", "always", "never")),
    "auto",
    "Whether the console dims what is behind a dialog, which makes it paint the whole screen again.",
    usual="not over SSH, where lines may be slow",
)

SETTINGS: tuple[Setting[Any], ...] = (WORKSPACE, THEME, COLOR, MOUSE, DIM)

KEYS = Family(
    "keys.*", "ACTION", WordsKind(), "The keys of an action in the console, instead of its own.", "quit", "q,f10"
)
SORT = Family(
    "lists.*.sort",
    "LIST",
    TextKind(),
    "The order of a list of the command line, as --sort takes it.",
    "device-list",
    "owner,-serial-number",
)
COLUMNS = Family(
    "lists.*.columns",
    "LIST",
    WordsKind(),
    "The columns of a list of the command line, as --columns takes them.",
    "certificate-list",
    "id,name,days",
)

FAMILIES: tuple[Family[Any], ...] = (KEYS, SORT, COLUMNS)


def text_of(value: Any) -> str:
    """A value as people type it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def find(name: str) -> Setting[Any] | Family[Any]:
    """The setting, or the family, of a name. Raises ``ValueError``, with the name that was meant."""
    for setting in SETTINGS:
        if setting.name == name:
            return setting
    for family in FAMILIES:
        if family.part_of(name) is not None:
            return family
    known = [*(setting.name for setting in SETTINGS), *(family.title for family in FAMILIES)]
    raise ValueError(f"there is no setting {name!r}; {nearest(name, known)}")
