"""What can be done with every list, on screens and in dialogs: choosing its columns, copying from it, writing it to a
file. The keys are the table's own; a page has them too, for while its details have the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from ..dialogs.form_dialog import FormDialog
from ..shell.console_app import ConsoleApp
from .arrangement import Arrangement
from .columns_dialog import ColumnsDialog
from .copying import Copyable, copy, copy_dialog, of_columns
from .line_painter import R
from .list_file import save_list_dialog
from .list_memory import with_arrangement
from .list_table import ListTable


def choose_columns(console: ConsoleApp, table: ListTable[Any]) -> None:
    """Ask for the columns of a list, and remember them."""

    def chosen(arrangement: Arrangement) -> None:
        table.show_as(arrangement)
        console.memory.change(lambda state: with_arrangement(state, table.list_name, arrangement))

    console.ask(ColumnsDialog(table), chosen)


def copy_from(console: ConsoleApp, table: ListTable[R], records: Sequence[R], copies: Sequence[Copyable[R]]) -> None:
    """Ask what to copy of these records of a list: ``copies``, the row, or a value in it."""
    screen = table.screen
    if not records:
        _say(console, screen, "There is nothing to copy.")
        return

    def chosen(what: Copyable[R]) -> None:
        _say(console, screen, copy(console, records, what))

    console.ask(copy_dialog(records, [*copies, *of_columns(table.chosen_columns)]), chosen)


def write_list(console: ConsoleApp, table: ListTable[Any], filter: str = "") -> None:
    """Ask for a file, and write the list to it as it is shown; ``filter`` is what it is narrowed by."""
    table.complete()
    selected = [record for record in table.rows if record.id in table.marked]
    columns, records, before = table.chosen_columns, list(table.rows), table.before_showing
    dialog = save_list_dialog(
        table.list_name, columns, records, selected, before, filter=filter.strip(), order=table.order
    )
    console.push_screen(dialog)


def _say(console: ConsoleApp, screen: Screen[Any], sentence: str) -> None:
    """Say it where the person looks: in the dialog, or in the top line."""
    if isinstance(screen, FormDialog):
        screen.show_progress(sentence)
    else:
        console.note(sentence)
