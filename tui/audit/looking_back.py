"""What the console offers on every screen about what was done: undoing one's last change, and what others changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import BindingType

from ...store.errors import Refusal
from ...store.looking_back import changes_of_others, said_of
from ...store.model.audit import AuditLine
from ...store.printable import printable
from ...store.settings.remembered import LastVisit
from ..shell.console_app import console_of
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import bound, keyed


class LookingBack(App[None]):
    """Part of the console's app. A visit ends with the console: until then, what others do is seen as they do it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("undo", "undo", "Undo your last change", show=False),
        bound("copy-command", "copy_last_command", "Copy your last command", show=False),
        bound("changes", "changes", "What others changed since you were here", show=False),
    ]
    _visit: LastVisit | None = None
    _command = ""  # of the last dialog that had one
    _command_line = 0  # the newest line of the audit trail then

    def on_mount(self) -> None:
        """Say what others have changed since the person's last visit."""
        console = console_of(self)
        if console.workspace.path is None:
            return
        self._visit = console.memory.state.visit(*self._key())
        if self._visit is not None and self._visit.audit_line < console.workspace.audit.head().line:
            self._look_back()

    @work(thread=True, exit_on_error=False)
    def _look_back(self) -> None:
        if changes := self._changes():
            told = f"Since you were here {said_of(changes)}. {keyed('{changes}')} shows them."
            self.call_from_thread(console_of(self).note, told)

    async def on_unmount(self) -> None:
        """The visit ends."""
        console = console_of(self)
        if console.workspace.path is not None:
            visit = LastVisit(datetime.now(UTC).replace(microsecond=0), console.workspace.audit.head().line)
            console.memory.change(lambda state: state.with_visit(*self._key(), visit))

    def action_changes(self) -> None:
        """Show what others have changed since the person's last visit."""
        from .since_dialog import since_dialog

        console, changes = console_of(self), self._changes()

        def go_on(_: str) -> None:
            console.open_list("audit", f"since:{changes[-1].at.date().isoformat()}")

        console.ask(since_dialog(self, self._visit, changes), go_on)

    def action_undo(self) -> None:
        """Ask whether to undo the person's newest change, or say why that can't be."""
        from .undo_question import UndoQuestion

        console = console_of(self)
        try:
            line = console.workspace.undoing.newest()
        except Refusal as refusal:
            console.note(f"{refusal.message[:1].upper()}{refusal.message[1:]}. {hint_of(refusal) or ''}".strip())
            return
        self.push_screen(UndoQuestion(line, console.workspace.undoing.against(line.id)))

    def keep_command(self, command: str) -> None:
        """Keep the command line of what a dialog has just done; a later change of the person counts instead."""
        self._command, self._command_line = command, console_of(self).workspace.audit.head().line

    def action_copy_last_command(self) -> None:
        """Copy the command line that would do again what the person did last."""
        console = console_of(self)
        found = console.workspace.undoing.commands_of_last(self._command_line)
        if commands := self._command if found is None else "\n".join(map(printable, found)):
            self.copy_to_clipboard(commands)
            console.note(f"Copied, the command of what you did last: {commands}")
        elif found is None:
            console.note("No command to copy: you haven't changed anything yet.")
        else:
            console.note("No command does just what you did last.")

    def _changes(self) -> list[AuditLine]:
        workspace = console_of(self).workspace
        if self._visit is None:
            return []
        return changes_of_others(workspace.audit, self._visit.audit_line, workspace.actor.user)

    def _key(self) -> tuple[object, str]:
        workspace = console_of(self).workspace
        return None if workspace.path is None else workspace.path.absolute(), workspace.actor.user
