"""The keys of the list that has the focus, wherever it is: choosing columns, copying, writing to a file."""

from __future__ import annotations

from typing import Any

from textual.app import App

from ..lists.list_table import ListTable
from ..lists.list_tools import ListTools
from .console_app import console_of
from .page import Page

_ACTIONS = ("columns", "copy_from_list", "save_list")


class UsingLists(App[None]):
    """Part of the console's app: what the keys of the list that has the focus do."""

    @property
    def _used(self) -> ListTable[Any] | None:
        """The list that has the focus. A dialog that waits for yes or no comes before its lists, because a key may be
        both."""
        table, screen = self.focused, self.screen
        if not isinstance(table, ListTable) or not table.has_tools:
            return None
        if isinstance(screen, Page):  # a list page does it itself, for the records that it means
            return None if isinstance(screen, ListTools) and table is screen.table else table

        from ..dialogs.form_dialog import FormDialog  # the screen is a dialog, so this is here already

        return None if isinstance(screen, FormDialog) and screen.waits_for_yes else table

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _ACTIONS:
            return self._used is not None
        return super().check_action(action, parameters)

    def action_columns(self) -> None:
        """Choose the columns of the list."""
        from ..lists.list_uses import choose_columns  # with its dialogs, not before somebody asks

        if (table := self._used) is not None:
            choose_columns(console_of(table), table)

    def action_copy_from_list(self) -> None:
        """Copy from the list."""
        from ..lists.list_uses import copy_from

        if (table := self._used) is not None:
            copy_from(console_of(table), table, table.chosen, ())

    def action_save_list(self) -> None:
        """Write the list to a file."""
        from ..lists.list_uses import write_list

        if (table := self._used) is not None:
            write_list(console_of(table), table)
