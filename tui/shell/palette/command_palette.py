"""The commands that ctrl+p lists."""

from __future__ import annotations

from textual.app import App
from textual.command import CommandList, CommandPalette


class Commands(CommandPalette):
    """Textual's, but for the page keys: where the list has no room for a line, as in a terminal of a few cells, it
    fails to find one."""

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page_") or _has_lines(self.query_one(CommandList)):
            super()._action_command_list(action)


def _has_lines(options: CommandList) -> bool:
    return (options.highlighted or 0) in options._index_to_line and bool(options._lines)


class Commanding(App[None]):
    """Part of the console's app: the key that lists the commands."""

    def action_command_palette(self) -> None:
        """List the commands."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Commands(id="--command-palette"))
