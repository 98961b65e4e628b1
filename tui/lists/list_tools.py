"""A page whose main part is a list: what is done with every list, and the details beside it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Generic

from textual.binding import BindingType

from ..shell.keys.keys import bound
from ..shell.page import Page
from .details_pane import DetailsPane
from .line_painter import R
from .list_table import ListTable
from .panes import Panes, Zoom

if TYPE_CHECKING:
    from .copying import Copyable

EMPTY = "-empty"  # the class of a page without a record, filtered or not


class ListTools(Page, Generic[R]):
    """A page whose main part is a list: ``table``. ``list_name`` is what it is called in files and in what the console
    remembers of a person."""

    list_name: ClassVar[str] = ""
    list_area: ClassVar[str] = "#table"  # the widget that shares the room with the details
    details_area: ClassVar[str | None] = None
    filter_text = ""  # what the list is narrowed by now
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("columns", "columns", "Columns", show=False),
        bound("copy", "copy", "Copy", show=False),
        bound("save-list", "save_list", "Write the list", show=False),
        bound("narrower", "widen(-1)", "Narrower details", show=False),
        bound("wider", "widen(1)", "Wider details", show=False),
        bound("zoom", "zoom", "List or details alone", show=False),
    ]

    @property
    @abstractmethod
    def table(self) -> ListTable[R]:
        """The list."""

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

    # Columns, copying, writing to a file: also while the details have the focus

    def action_columns(self) -> None:
        from .list_uses import choose_columns  # with its dialogs, not before somebody asks

        choose_columns(self.console, self.table)

    def action_copy(self) -> None:
        from .list_uses import copy_from

        copy_from(self.console, self.table, self.targets(), self.copies())

    def action_save_list(self) -> None:
        from .list_uses import write_list

        write_list(self.console, self.table, self.filter_text)

    def as_remembered(self, table: ListTable[R]) -> ListTable[R]:
        """The list, to be shown as the person wanted it the last time."""
        table.list_name = self.remembered_as
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

    @property
    def _has_both(self) -> bool:
        """Whether there is room for the details, and anything to show in them."""
        return self.shows_both and not self.has_class(EMPTY)

    def lay_out_panes(self) -> None:
        """Give list and details the sizes that the person chose."""
        if (panes := self.panes) is not None:
            panes.apply(both=self._has_both)

    def action_widen(self, by: int) -> None:
        if (panes := self.panes) is None or not self._has_both or panes.zoom is not Zoom.BOTH:
            self.console.note("There are no details beside the list to resize.")
        else:
            panes.resize(by)

    def action_zoom(self) -> None:
        if (panes := self.panes) is None or not self._has_both:
            self.console.note("There is only the list here.")
        elif panes.next_zoom() is Zoom.DETAILS:
            self.focus_details()
        else:
            self.table.focus()

    def unzoom(self) -> bool:
        """Show the list again. False if it is shown."""
        if (panes := self.panes) is None or not self._has_both or panes.zoom is not Zoom.DETAILS:
            return False
        panes.set_zoom(Zoom.BOTH)
        self.table.focus()
        return True

    def focus_details(self) -> None:
        """Let the keys scroll the details."""
        for pane in self.query(DetailsPane):
            pane.take_focus()
