"""Choosing a file: a path with completion, and a tree to browse."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import DirectoryTree, Input, Static

from ...store.confinement import is_open, working_folder
from ..shell.keys import bound
from .file_inspection import is_folder, path_of

_LOOKED_THROUGH = 5000


class PathSuggester(Suggester):
    """Completes a path from the disk, in the background: a network drive may be slow."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete_path, value)


def complete_path(value: str) -> str | None:
    """The first path that starts with ``value``, folders with a slash; None without a match."""
    path = path_of(value)
    if not is_open(path.parent):
        return None
    if not value.strip() or value.endswith(("/", "~")):
        return None
    try:
        names = sorted(
            entry.name
            for _, entry in zip(range(_LOOKED_THROUGH), path.parent.iterdir(), strict=False)
            if entry.name.startswith(path.name) and entry.name.isprintable() and is_open(entry)
        )
    except OSError:
        return None
    if not names:
        return None
    return value + names[0][len(path.name) :] + ("/" if is_folder(path.parent / names[0]) else "")


class PathInput(Input):
    """A one-line path. Tab completes it if possible, then chooses the file as Enter does, and otherwise moves on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("complete", "complete", "Complete", show=False),
        bound("browse", "browse", "Browse", show=False),
    ]

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            value, placeholder=placeholder, id=id, suggester=PathSuggester(), compact=True, select_on_focus=False
        )

    def action_complete(self) -> None:
        before = self.value
        if self.cursor_position == len(before):
            self.action_cursor_right()
        chooser = self.parent
        if self.value == before and not (isinstance(chooser, FileChooser) and chooser.tell_of_file()):
            self.screen.focus_next()

    def action_browse(self) -> None:
        if isinstance(self.parent, FileChooser):
            self.parent.browse()


class FileTree(DirectoryTree):
    """Folders and files, without hidden ones and names with control characters. Backspace goes up."""

    ICON_FILE = "  "
    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("folder-above", "up", "Folder above", show=False),
        bound("left", "up", "Folder above", show=False),
    ]

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        return [path for path in paths if not path.name.startswith(".") and path.name.isprintable() and is_open(path)]

    def action_up(self) -> None:
        above = Path(self.path).resolve().parent
        if is_open(above):
            self.path = above


class FileChooser(Vertical):
    """``path`` is the typed or picked path; ``Chosen`` reports it. The tree hides once a file is chosen."""

    class Chosen(Message):
        """The person picked a file in the tree, or confirmed its path."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    def __init__(self, *, id: str | None = None, takes_folder: Callable[[Path], bool] | None = None) -> None:
        """``takes_folder`` says which folders are chosen as a whole; the others are browsed."""
        super().__init__(id=id)
        self._told = ""
        self._takes_folder = takes_folder

    def compose(self) -> ComposeResult:
        yield PathInput(placeholder="path of the file; tab completes it, ↓ browses", id="path")
        yield FileTree(working_folder(), id="tree")
        yield Static("", id="found")

    @property
    def path(self) -> Path | None:
        """The path in the field, None while it is empty."""
        text = self.query_one(PathInput).value
        return path_of(text) if text.strip() else None

    def browse(self) -> None:
        """Show the tree, in the folder of the path."""
        tree = self.query_one(FileTree)
        if self.path is not None and is_open(self.path.parent) and is_folder(self.path.parent):
            tree.path = self.path.parent
        self._told = ""
        tree.display = True
        tree.focus()

    @on(DirectoryTree.FileSelected)
    def _picked(self, event: DirectoryTree.FileSelected) -> None:
        event.stop()
        field = self.query_one(PathInput)
        field.value = str(event.path)
        field.focus()
        self.tell()

    @on(Input.Submitted, "#path")
    def _typed(self, event: Input.Submitted) -> None:
        path = self.path
        if (
            path is not None
            and is_open(path)
            and is_folder(path)
            and not (self._takes_folder and self._takes_folder(path))
        ):
            event.stop()
            self.query_one(FileTree).path = path
            self.browse()
        elif self.tell():
            event.stop()

    @on(Input.Blurred, "#path")
    def _left(self) -> None:
        self.tell_of_file()

    def tell_of_file(self) -> bool:
        """``tell`` if the path is that of a file: an unfinished one is no error yet."""
        with contextlib.suppress(OSError):
            return self.path is not None and self.path.is_file() and self.tell()
        return False

    def tell(self) -> bool:
        """Post ``Chosen`` if the file changed, and return whether it did."""
        text = self.query_one(PathInput).value
        if not text.strip() or text == self._told:
            return False
        self._told = text
        self.query_one(FileTree).display = False
        self.post_message(self.Chosen(path_of(text)))
        return True
