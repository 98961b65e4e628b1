"""What a dialog does, as the command line that would do the same, to be copied."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import work as in_background
from textual.binding import BindingType

from ...store.errors import Refusal
from ...store.printable import printable
from ...store.undoing.command_lines import command_line, commands_of_all
from ..shell.keys.keys import bound
from .background_work import BackgroundWork, Result

_ROOM = 30  # cells in which the beginning of a command says what it is
_NO_COMMAND = "No command does just this."
_NO_CHANGE = "Nothing would change."


class DialogCommands(BackgroundWork[Result]):
    """Part of a dialog: a key copies the command line that would do what confirming would do.

    ``command_words``, called with the same answers as ``work``, are its words: none while something is to be answered,
    and None if no command does it. A password never stands in it; it is read from standard input (``-``). A dialog that
    ``changes`` the workspace by records alone needs none: what its change would leave in the audit trail says the
    command.
    """

    changes = False
    asks_on = False  # confirming does nothing yet: it leads to a question, or to what asked this one
    confirm_label: str | None = "OK"
    command_words: Callable[..., Sequence[object] | None] | None = None
    command_lacks = ""  # what of it the command of ``command_words`` doesn't do, in words
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("copy-command", "copy_command", "Copy the command", show=False),
    ]

    @abstractmethod
    def change(self) -> Callable[..., object] | None:
        """What confirming would do with the answers now; None while it can't be said."""

    @abstractmethod
    def unrefused(self) -> dict[str, Any] | None:
        """The answers of the visible fields; None while one of them would be refused."""

    def said_command(self, answers: dict[str, Any]) -> str:
        """The command line of ``command_words`` with these answers; empty if there are none."""
        words = self._words(answers)
        return printable(command_line(*words)) if words else ""

    def _words(self, answers: dict[str, Any]) -> Sequence[object] | None:
        return None if self.command_words is None else self.command_words(**answers)

    async def action_copy_command(self) -> None:
        """Copy the command line that would do what confirming would do; where nothing is to be confirmed, that of the
        person's last change."""
        answers = self.unrefused()
        words = None if answers is None else self._words(answers)
        if words:
            self._command_found(printable(command_line(*words)))
        elif self.confirm_label is None:
            await self.run_action("app.copy_last_command")
        elif words is None and self.changes and (change := self.change()) is not None:
            if not self.working:
                self._copy_command(change)
        elif self.changes or answers is None or words is not None:
            self._tell("Answer what is asked first.")
        else:
            self._tell(_NO_COMMAND)

    @in_background(thread=True, exit_on_error=False, group="command")
    def _copy_command(self, change: Callable[..., object]) -> None:
        try:
            with self.console.feed.own():
                draft = self.console.workspace.trials.draft(change)
        except Refusal as refusal:
            self.app.call_from_thread(self.refused, refusal)
        else:
            commands = "\n".join(map(printable, commands_of_all(*draft)))
            self.app.call_from_thread(self._command_found, commands, _NO_COMMAND if draft.lines else _NO_CHANGE)

    def _command_found(self, commands: str, otherwise: str = "") -> None:
        if not commands:
            self._tell(otherwise)
            return
        self.app.copy_to_clipboard(commands)
        first, *more = commands.split("\n")
        without = f", {self.command_lacks}" if self.command_lacks else ""
        self._tell(f"Copied{f' {len(more) + 1:,} commands' if more else ''}{without}: {first}")

    def _tell(self, said: str) -> None:
        """Beside the buttons, or in the top line where they leave no room."""
        if self.query_one("#progress").size.width < min(len(said), _ROOM):
            self.console.note(said)
        else:
            self.show_progress(Text(said, no_wrap=True, overflow="ellipsis"))
