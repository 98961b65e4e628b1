"""One call of ``certfleet``: the global options, and the open workspace."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ...store.errors import Refusal
from .passwords import ask, interactive, read_password_file
from .rehearsed import refuse_rehearsed

if TYPE_CHECKING:
    from ...store.settings.settings import PersonSettings
    from ...store.workspace import Workspace
    from .changing import Precautions, Preview

T = TypeVar("T")

PASSPHRASE_FILE = "CERTFLEET_PASSPHRASE_FILE"  # noqa: S105 - a name, not a secret


@dataclass
class Session:
    """One call of the command. Whether the answer is JSON concerns only the code that prints it."""

    workspace_paths: tuple[Path, ...] = ()
    json: bool = False
    say: str | None = None
    """What somebody says that the command will stop, for a scenario that asks first."""
    workspace_name: str | None = None
    """The name of a protected workspace, as somebody said or typed it."""
    fixed: tuple[tuple[Path, ...], str | None, Path | None] | None = None
    """Workspaces, account and folder that somebody else fixed for a person, as ``forced`` says."""
    change: Precautions | None = None
    """How a command that changes something runs; None for other commands."""

    def __post_init__(self) -> None:
        self._running = ExitStack()
        self._last: list[Callable[[], object]] = []

    @property
    def path(self) -> Path:
        """The workspace: from the option or the environment, otherwise the usual one. Refuses with ``in-rehearsal``."""
        found = self.workspace_paths[0] if self.workspace_paths else self.usual_path
        refuse_rehearsed(found)
        return found

    @property
    def usual_path(self) -> Path:
        """The workspace of the person's settings, otherwise the one in their data folder."""
        from ...store.settings.table import WORKSPACE
        from ...store.workspace_place import place_of

        if WORKSPACE.name in self.settings.file.values:
            return place_of(self.settings.file.values[WORKSPACE.name])
        from platformdirs import user_data_path

        return user_data_path("certfleet") / "workspace"

    @cached_property
    def settings(self) -> PersonSettings:
        """The person's settings. Refuses with ``settings-invalid``."""
        from ...store.settings.settings import PersonSettings  # which help doesn't need

        return PersonSettings.load()

    def side_by_side(self) -> Iterator[str]:
        """Look at each workspace in turn, where several were named; the name that tells it apart. One alone, or the
        usual one, has none."""
        paths = self.workspace_paths
        if len(paths) < 2:
            yield ""
            return
        names = [path.name for path in paths]
        for path in paths:
            self.workspace_paths = (path,)
            yield path.name if path.name and names.count(path.name) == 1 else str(path)
        self.workspace_paths = paths

    def refuse_several(self) -> None:
        """Refuse several workspaces where a command works on one."""
        if len(self.workspace_paths) > 1:
            raise click.UsageError(
                "Only lists and `check` take more than one --workspace.", click.get_current_context(silent=True)
            )

    def open(self, *, create: bool = False, start: datetime | None = None) -> Workspace:
        """Open the workspace; it is closed once the command's answer has been printed.

        Only commands that add something create a missing workspace: a mistyped path must not look like an inventory in
        which nothing expires. A new workspace gets a virtual clock if ``start`` is given.
        """
        try:
            workspace = self._copy(create, start) if self.is_trial else self._open(self.path, create, start)
        except Refusal as refusal:
            if refusal.code != "workspace-missing":
                raise
            hint = (
                "Name another one with --workspace or CERTFLEET_WORKSPACE, or create one: `certfleet certificate "
                "import`, `certfleet simulate fleet` and the console do."
            )
            raise Refusal(refusal.code, refusal.message, hint) from refusal
        click.get_current_context().with_resource(workspace)
        self.say_name()
        if self.change is not None:
            self._running.enter_context(self.change.around(workspace))
        return workspace

    def say_name(self) -> None:
        """From here to the end of the command, the workspace is named as somebody said or typed it."""
        if self.workspace_name is not None:
            from ...store.effects.protection import saying_name

            click.get_current_context().with_resource(saying_name(self.workspace_name))

    def _open(self, path: Path | None, create: bool, start: datetime | None) -> Workspace:
        from ...store.workspace import Workspace
        from .new_indexes_note import saying_if_indexes_are_made
        from .open_folder_note import say_if_open

        if path is not None and not self.json:
            say_if_open(path)
        with saying_if_indexes_are_made() if not self.json else nullcontext():
            return Workspace.open(path, create=create, passphrase=passphrase_source(), start=start)

    def _copy(self, create: bool, start: datetime | None) -> Workspace:
        """A copy in memory to try a change on, so that nobody else has to wait; an empty one if the workspace doesn't
        exist yet and the command would create it."""
        try:
            with self._open(self.path, False, start) as workspace:
                return workspace.copy(passphrase=passphrase_source())
        except Refusal as refusal:
            if refusal.code != "workspace-missing" or not create:
                raise
            return self._open(None, True, start)

    def run(self, command: Callable[[], T]) -> T:
        """Run a command that changes something, under its precautions."""
        self._last = []
        with ExitStack() as self._running:
            answer = command()
        for action in self._last:
            action()
        return answer

    def when_done(self, action: Callable[[], object]) -> None:
        """Do something outside the workspace once a change is kept; at once in a command that changes nothing."""
        if self.change is None:
            action()
        else:
            self._last.append(action)

    def name_it(self, name: str) -> None:
        """Somebody has typed the workspace's name."""
        self.workspace_name = name

    @property
    def is_trial(self) -> bool:
        """Whether the command's changes will be discarded."""
        return self.change is not None and self.change.dry_run

    @property
    def yes(self) -> bool:
        """Whether to ask nobody: with ``--yes``, or for a change that is only tried, or agreed by its code."""
        return self.change is not None and bool(self.change.yes or self.change.dry_run or self.change.expect)

    def tell_preview(self, preview: Preview) -> None:
        """Report something in a dry run, besides the effects."""
        if self.change is not None:
            self.change.preview = preview

    def agree(self) -> None:
        """Record that a person was asked and agreed to everything."""
        if self.change is not None:
            self.change.confirmed = True


def passphrase_source(*, prompts: bool = True) -> PassphraseSource | None:
    """The source of the vault's passphrase: the file that the environment names, or a prompt."""
    if file := os.environ.get(PASSPHRASE_FILE):
        return PassphraseSource(Path(file))
    return PassphraseSource(None) if prompts and interactive() else None


@dataclass(frozen=True)
class PassphraseSource:
    """Called when the vault is first needed."""

    file: Path | None

    def __call__(self) -> str:
        return ask("Passphrase of the workspace") if self.file is None else read_password_file(self.file)


pass_session = click.make_pass_decorator(Session)
