"""Watching a class: everybody's time, points, open objectives and last act, as they work."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from ...simulator.scenarios.class_watching import WatchedClass, WatchedPerson
from ...simulator.scenarios.class_words import people_text
from ...store.printable import printable
from ...store.words import length_text, minute, plural
from ..components.text_styles import Tone, styled
from ..lists.columns import Column
from ..lists.list_keys import list_keys
from ..lists.list_table import ListTable
from ..shell.error_boundary import ErrorBoundary
from ..shell.keys.key_bar import KeyBar
from ..shell.keys.keys import bound
from ..shell.settings import ConsoleSettings
from ..shell.theme_switch import ThemedApp
from ..terminal.ending import Ending

EVERY = 3.0
"""Seconds between two looks."""


def _left(person: WatchedPerson) -> str:
    if (glance := person.glance) is None:
        return ""
    return "over" if glance.over else length_text(max(glance.ends_at, glance.now) - glance.now)


def _open(person: WatchedPerson) -> str:
    if (glance := person.glance) is None:
        return printable(person.unread)
    if not glance.open:
        return f"none: {glance.met} met, {glance.missed} missed"
    return f"{', '.join(map(str, glance.open))}: {printable(next(iter(glance.open.values())).title)}"


def _last(person: WatchedPerson) -> str:
    act = None if person.glance is None else person.glance.last_act
    return "" if act is None else f"{minute(act.at)[5:]}  {printable(act.summary)}"


_COLUMNS = (
    Column[WatchedPerson]("name", "Name", lambda one: printable(one.name), width=12),
    Column[WatchedPerson](
        "points",
        "Points",
        lambda one: "" if one.glance is None else str(one.glance.points),
        lambda one: -1 if one.glance is None else one.glance.points,
        lambda one: Tone.STRONG,
        8,
        right=True,
    ),
    Column[WatchedPerson](
        "clock",
        "Clock (UTC)",
        lambda one: "" if one.glance is None else minute(one.glance.now),
        width=16,
        keep=3,
    ),
    Column[WatchedPerson](
        "left",
        "Left",
        _left,
        lambda one: (one.glance is None, one.glance and one.glance.ends_at - one.glance.now),
        width=8,
    ),
    Column[WatchedPerson](
        "hints", "Hints", lambda one: str(one.glance.hints) if one.glance else "", width=5, right=True, keep=1
    ),
    Column[WatchedPerson](
        "back", "Back", lambda one: str(one.glance.went_back) if one.glance else "", width=4, right=True, keep=2
    ),
    Column[WatchedPerson]("open", "Open objectives", _open, width=12, grow=3),
    Column[WatchedPerson]("last", "Last act", _last, width=12, grow=3),
)


class _PeopleTable(ListTable[WatchedPerson]):
    """The people; there is nothing to open."""

    BINDINGS: ClassVar[list[BindingType]] = list_keys(shows=False)


class ClassApp(ErrorBoundary, ThemedApp):
    """Looks every few seconds, in a thread: a slow disk never holds a key up. Nothing is written."""

    CSS_PATH = "../styles.tcss"
    TITLE = "certfleet"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("look", "look", "Look", tooltip="Change the look"),
        bound("quit", "quit", "Quit"),
        bound("quit-anyway", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        watched: WatchedClass,
        settings: ConsoleSettings | None = None,
        ending: Ending | None = None,
    ) -> None:
        super().__init__(settings or ConsoleSettings(), ending)
        self.animation_level = "none"
        self.watched = watched
        self._is_looking = False
        self.dress()

    def compose(self) -> ComposeResult:
        yield Static("", id="class-head", markup=False)
        yield _PeopleTable(
            _COLUMNS,
            sort="points",
            reverse=True,
            marks=False,
            row_tone=lambda one: Tone.DIM if one.glance is None else None,
            empty="Nobody is in this class.",
        )
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(ListTable).focus()
        self.look_now()
        self.set_interval(EVERY, self.look_now)

    def look_now(self) -> None:
        """Look, unless the last look goes on."""
        if not self._is_looking:
            self._is_looking = True
            self._read()

    @work(thread=True, exit_on_error=False)
    def _read(self) -> None:
        try:
            found = self.watched.look()
            self.call_from_thread(self._show, found)
        finally:
            self._is_looking = False

    def _show(self, people: list[WatchedPerson]) -> None:
        self.query_one(ListTable).set_rows(people)
        over = sum(one.glance is not None and one.glance.over for one in people)
        said = f"over for {over:,} of {people_text(len(people))}, {plural(self.watched.most, 'point')} each"
        head = styled(self, (f" {printable(self.watched.title)}", Tone.STRONG), (f"   {said}", Tone.DIM))
        head.no_wrap, head.overflow = True, "ellipsis"
        self.query_one("#class-head", Static).update(head)


def watch_class(folder: Path, ending: Ending) -> None:
    """Show the class until the user quits, or until ``ending`` begins. Refuses as ``WatchedClass`` does."""
    ClassApp(WatchedClass(folder), ConsoleSettings.of_person(), ending).run_to_the_end()
