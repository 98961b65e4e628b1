"""A console on a workspace in memory, at a fixed time, driven by keys."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import textual._doc
import textual.app
import textual.pilot
from rich.console import RenderableType
from syrupy.assertion import SnapshotAssertion
from textual._compositor import Compositor
from textual._doc import take_svg_screenshot
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look
from tests.material import NOW
from tests.prepared import Prepared, engine_with
from tests.waiting import LONG

from .driving import text_of
from .settling import quiet_instead_of_idle, settled

Open = Callable[..., AbstractAsyncContextManager[Pilot[None]]]
Compare = Callable[..., Iterator[tuple[str, bool]]]
SIZES = [(80, 24), (140, 45)]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The console starts in an empty folder and has no colour settings from outside."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


@pytest.fixture(autouse=True)
def keys_that_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pilot goes on when the console has nothing left to do."""
    monkeypatch.setattr(textual.app, "wait_for_idle", quiet_instead_of_idle)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", quiet_instead_of_idle)
    monkeypatch.setattr(Pilot._wait_for_screen, "__defaults__", (LONG,))  # seconds, in place of 30


@pytest.fixture(autouse=True)
def notes_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told for some seconds is still there when a slow machine comes to look."""
    monkeypatch.setattr("certfleet.tui.app.NOTE_SECONDS", 600)
    monkeypatch.setattr(textual.app.App, "NOTIFICATION_TIMEOUT", 600)


_STYLE = re.compile(r"^ *\.(terminal-r\d+) (\{.*\})\n", re.MULTILINE)


def with_visible_styles(picture: str) -> str:
    """A picture without the styles that no text in it has, the others numbered anew. Rich numbers those of spaces too,
    whose colour nobody sees, and which depends on when something there was painted last."""
    styles = dict(_STYLE.findall(picture))
    used = dict.fromkeys(name for name in re.findall(r'class="(terminal-r\d+)"', picture) if name in styles)
    names = {name: f"terminal-r{number}" for number, name in enumerate(used, 1)}
    body = re.sub(r'class="(terminal-r\d+)"', lambda found: f'class="{names.get(found[1], found[1])}"', picture)
    first = True

    def definitions(_: re.Match[str]) -> str:
        nonlocal first
        lines = "".join(f"    .{names[name]} {styles[name]}\n" for name in used) if first else ""
        first = False
        return lines

    return _STYLE.sub(definitions, body)


class NamedPictures:
    """In place of ``snapshot``: several pictures of a test, each in a file ``test[case-name].svg``."""

    def __init__(self, snapshot: SnapshotAssertion) -> None:
        self._snapshot = snapshot

    def use_extension(self, extension: type[Any]) -> SnapshotAssertion:
        def named(**where: Any) -> str:
            return str(extension.get_snapshot_name(**where)).replace("][", "-")

        def read(self: Any, *where: Any, **more: Any) -> str | None:
            stored = extension._read_snapshot_data_from_location(self, *where, **more)
            return None if stored is None else with_visible_styles(stored)

        def serialize(self: Any, *what: Any, **more: Any) -> str:
            return with_visible_styles(extension.serialize(self, *what, **more))

        does = {
            "get_snapshot_name": staticmethod(named),
            "_read_snapshot_data_from_location": read,
            "serialize": serialize,
        }
        kind = type("NamedExtension", (extension,), does)
        self._pictures = self._snapshot.use_extension(kind)
        return self._pictures

    def name_next(self, name: str) -> None:
        """The next picture that is compared has this name."""
        self._pictures(name=name)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> NamedPictures:
    return NamedPictures(snapshot)


@pytest.fixture
def snap_compare(
    snap_compare: Callable[..., bool], snapshot: NamedPictures, monkeypatch: pytest.MonkeyPatch
) -> Compare:
    """``for view, same in snap_compare(app): assert same, view``: takes pictures of a console, one in each view, each
    when it has settled, and compares one after the other. Where a console looks otherwise when it gets to a size only
    later, each view has a test of its own, with a parameter."""

    def compare(
        app: CertfleetApp,
        press: Iterable[str] = (),
        views: Sequence[tuple[int, int]] = SIZES,
        run_before: Callable[[Pilot[None]], Awaitable[None]] | None = None,
    ) -> Iterator[tuple[str, bool]]:
        pictures: dict[str, str] = {}

        async def take(pilot: Pilot[None]) -> None:
            if run_before is not None:
                await settled(pilot)
                await run_before(pilot)
            for key in press:
                await settled(pilot)  # a page that opens may get its records a little later
                await pilot.press(key)
            for view in views:
                name = f"{view[0]}x{view[1]}"
                if view != app.size:
                    await pilot.resize_terminal(*view)
                await settled(pilot)
                pictures[name] = app.export_screenshot(title=app.title, simplify=True)

        take_svg_screenshot(app, terminal_size=views[0], run_before=take)
        for name, picture in pictures.items():
            monkeypatch.setattr(textual._doc, "take_svg_screenshot", lambda picture=picture, **_: picture)
            if len(pictures) > 1:
                snapshot.name_next(name)
            yield name, snap_compare(app)

    return compare


@pytest.fixture(autouse=True, scope="session")
def style_sheets_are_read_once() -> Iterator[None]:
    """Textual reads all style sheets anew for each app, which is a fifth of a test's work; and it asks for the hash of
    their rules a hundred thousand times, which it takes of the ``id`` as ``object`` does."""
    read, known = Stylesheet._parse_rules, dict[Hashable, list[RuleSet]]()

    def read_once(sheet: Stylesheet, css: str, *more: Any, **named: Any) -> list[RuleSet]:
        key = (css, more, *named.values(), frozenset(sheet._variables.items()))
        if key not in known:
            known[key] = read(sheet, css, *more, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", read_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)
        yield


_PAINT = Compositor.render_update


@pytest.fixture(autouse=True)
def only_what_is_looked_at_is_painted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a screen is painted for a terminal that no test has. That is a third of the work, so it is left out,
    except in a quarter of the tests where the slow ones run too. Pictures are painted as a whole, and so is what a
    console shows whenever a test looks, and at its end."""
    if request.config.option.markexpr == "not slow" or crc32(request.node.nodeid.encode()) % 4:
        monkeypatch.setattr(Compositor, "render_update", _full_only)


def _full_only(compositor: Compositor, full: bool = False, **options: Any) -> RenderableType | None:
    if full:
        return _PAINT(compositor, full, **options)
    compositor._dirty_regions.clear()
    return None


@pytest.fixture
def everything_is_painted(only_what_is_looked_at_is_painted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Compositor, "render_update", _PAINT)


@pytest.fixture
def workspace(request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path) -> Iterator[Workspace]:
    """A new one in memory, or the one that ``@pytest.mark.prepared`` asks for."""
    marker = request.node.get_closest_marker("prepared")
    fill: Callable[[Workspace], object] = marker.kwargs["by"] if marker else lambda workspace: None

    def make(folder: Path) -> None:
        with Workspace.open(folder, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
            fill(workspace)

    folder = prepared.made(f"console-{fill.__name__ if marker else 'new'}", make)
    key_file = Path(shutil.copy(folder / "vault.key", tmp_path))
    engine = engine_with(folder)
    with Workspace(engine, key_file=key_file, actor=Actor("alice"), clock=FixedClock(NOW)) as workspace:
        yield workspace


@pytest.fixture
def console(workspace: Workspace) -> Open:
    """``async with console() as pilot``: the console, 100 columns wide unless told."""

    @asynccontextmanager
    async def open_console(
        on: Workspace | None = None, *, size: tuple[int, int] = (100, 30), **options: Any
    ) -> AsyncIterator[Pilot[None]]:
        options = {"settings": ConsoleSettings(look=Look.DARK), "steady": False, **options}
        app = CertfleetApp(on or workspace, **options)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield pilot
            if app.is_running:
                text_of(pilot)

    return open_console
