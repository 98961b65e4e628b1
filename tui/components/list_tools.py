"""What can be done with any list: choosing its columns, copying from it, writing it to a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual.binding import BindingType

from ..shell.keys import bound
from ..shell.page import Page
from .arrangement import Arrangement
from .details_pane import DetailsPane
from .line_painter import R
from .list_memory import arrangement_of, with_arrangement
from .list_table import ListTable
from .panes import Panes, Zoom

if TYPE_CHECKING:
    from .copying import Copyable


class ListTools(Page, Generic[R]):
    """A page whose main part is a list: ``table``. ``list_name`` is what it is called in files and in what the console
    remembers of a person."""

    list_name: ClassVar[str] = ""
    list_area: ClassVar[str] = "#table"  # the widget that shares the room with the details
    details_area: ClassVar[str | None] = None
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("columns", "columns", "Columns", show=False),
        bound("copy", "copy", "Copy", show=False),
        bound("save-list", "save_list", "Write the list", show=False),
        bound("narrower", "widen(-1)", "Narrower details", show=False),
        bound("wider", "widen(1)", "Wider details", show=False),
        bound("zoom", "zoom", "List or details alone", show=False),
    ]

    @property
    def table(self) -> ListTable[R]:
        """The list."""
        raise NotImplementedError

    def targets(self) -> list[R]:
        """The selected records, otherwise the one under the cursor."""
        return self.table.chosen

    @property
    def remembered_as(self) -> str:
        """The list's name."""
        return self.list_name or self.page

    def copies(self) -> Sequence[Copyable[R]]:
        """What of a record can be copied apart from its row and the values in it."""
        return ()

    # Columns

    def action_columns(self) -> None:
        from .columns_dialog import ColumnsDialog

        self.console.ask(ColumnsDialog(self.table), self._arranged)

    def _arranged(self, arrangement: Arrangement) -> None:
        self.table.show_as(arrangement)
        name = self.remembered_as
        self.console.memory.change(lambda state: with_arrangement(state, name, arrangement))

    def as_remembered(self, table: ListTable[R]) -> ListTable[R]:
        """The list, as the person wanted it the last time."""
        arrangement = arrangement_of(self.console.memory.state.list(self.remembered_as))
        if arrangement != Arrangement():
            table.show_as(arrangement)
        return table

    # The details beside the list, or below it

    @property
    def panes(self) -> Panes | None:
        """The list and the details, which share the room; None if there is only the list."""
        if self.details_area is None:
            return None
        return Panes(self, self.console.memory, self.remembered_as, self.list_area, self.details_area)

    @property
    def shows_both(self) -> bool:
        """Whether there is room for the details beside the list, or below it."""
        return self.details_area is not None

    def lay_out_panes(self) -> None:
        """Give list and details the sizes that the person chose."""
        if (panes := self.panes) is not None:
            panes.apply(both=self.shows_both)

    def action_widen(self, by: int) -> None:
        if (panes := self.panes) is None or not self.shows_both or panes.zoom is not Zoom.BOTH:
            self.console.note("There are no details beside the list to resize.")
        else:
            panes.resize(by)

    def action_zoom(self) -> None:
        if (panes := self.panes) is None or not self.shows_both:
            self.console.note("There is only the list here.")
        elif panes.next_zoom() is Zoom.DETAILS:
            self.focus_details()
        else:
            self.table.focus()

    def unzoom(self) -> bool:
        """Show the list again. False if it is shown."""
        if (panes := self.panes) is None or not self.shows_both or panes.zoom is not Zoom.DETAILS:
            return False
        panes.set_zoom(Zoom.BOTH)
        self.table.focus()
        return True

    def focus_details(self) -> None:
        """Let the keys scroll the details."""
        for pane in self.query(DetailsPane):
            pane.take_focus()

    # Copying

    def action_copy(self) -> None:
        from .copying import copy, copy_dialog, of_columns

        records = self.targets()
        if not records:
            self.console.note("There is nothing to copy.")
            return

        def chosen(what: Copyable[Any]) -> None:
            self.console.note(copy(self.app, records, what))

        self.console.ask(copy_dialog(records, [*self.copies(), *of_columns(self.table.chosen_columns)]), chosen)

    # Writing to a file

    def action_save_list(self) -> None:
        from .list_file import save_list_dialog

        table = self.table
        selected = [record for record in table.rows if record.id in table.marked]
        self.app.push_screen(save_list_dialog(self.remembered_as, table.chosen_columns, list(table.rows), selected))
